"""Remembers what the last build was made from, so that a build with nothing to do is a glance.

The glance reads and hashes the sources and looks at the size and time of every published file; it
imports no parser and no renderer.
"""

import json
import os
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

from dreiebok.building.options import Options
from dreiebok.building.paths import real
from dreiebok.building.reading import Project
from dreiebok.building.writing import write_atomically
from dreiebok.keeping import fingerprint
from dreiebok.problems import Code, Location, Problem, Severity

STATE = "state.json"


def state_key(project: Project, options: Options) -> str:
    """Return the fingerprint of everything that decides what the output will hold."""
    return fingerprint(
        project.digest,
        repr(options.selection),
        os.fsencode(real(options.output)),
        repr((options.strict, options.epoch)),
    )


def problems_told(options: Options, key: str) -> tuple[Problem, ...] | None:
    """Return what was told of the output if it is what a build would make, untouched since.

    Warnings hold as long as nothing changes, so they are told again. None is an output to be built.
    """
    try:
        state = json.loads((options.work / STATE).read_text(encoding="utf-8"))
        if state["key"] != key or state["files"] != _look(options.output):
            return None
        return tuple(_problem(**told) for told in state["problems"])
    except (OSError, ValueError, KeyError, TypeError, OverflowError, RecursionError):
        return None


def remember(options: Options, key: str, problems: tuple[Problem, ...]) -> None:
    """Keep the state of the site that has just been published, and what was told of it.

    It saves time and no more: the site stands, so a full disk is no reason to fail now.
    """
    with suppress(OSError):
        told = [asdict(problem) for problem in problems]
        state = {"key": key, "files": _look(options.output), "problems": told}
        write_atomically(options.work / STATE, json.dumps(state, sort_keys=True).encode())


def _problem(
    code: str, message: str, location: dict[str, Any], hint: str, severity: str
) -> Problem:
    at = Location(str(location["file"]), *(int(location[n]) for n in ("line", "column", "width")))
    return Problem(Code(code), str(message), at, str(hint), Severity(severity))


def _look(output: Path) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    # Not Path.rglob, which takes three times as long; a site has thousands of files.
    for folder, _, names in os.walk(output):
        inside = os.path.relpath(folder, output)
        for name in names:
            facts = os.stat(f"{folder}{os.sep}{name}")  # noqa: PTH116 - as above
            path = f"{inside}/{name}" if inside != os.curdir else name
            found[path.replace(os.sep, "/")] = [facts.st_size, facts.st_mtime_ns]
    return found
