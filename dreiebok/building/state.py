"""Remembers what the last build was made from, so that a build with nothing to do is a glance.

The glance reads and hashes the sources and looks at the size and time of every published file; it
imports no parser and no renderer.
"""

import json
import os
from contextlib import suppress
from pathlib import Path

from dreiebok.building.options import Options
from dreiebok.building.paths import real
from dreiebok.building.reading import Project
from dreiebok.building.writing import write_atomically
from dreiebok.keeping import fingerprint

STATE = "state.json"


def state_key(project: Project, options: Options) -> str:
    """Return the fingerprint of everything that decides what the output will hold."""
    return fingerprint(
        project.digest,
        repr(options.selection),
        os.fsencode(real(options.output)),
        repr((options.strict, options.epoch)),
    )


def is_current(options: Options, key: str) -> bool:
    """Tell whether the output is what a build would make, untouched since."""
    try:
        state = json.loads((options.work / STATE).read_text(encoding="utf-8"))
        return bool(state["key"] == key and state["files"] == _look(options.output))
    except (OSError, ValueError, KeyError, TypeError):
        return False


def remember(options: Options, key: str) -> None:
    """Keep the state of the site that has just been published.

    It saves time and no more: the site stands, so a full disk is no reason to fail now.
    """
    with suppress(OSError):
        text = json.dumps({"key": key, "files": _look(options.output)}, sort_keys=True)
        write_atomically(options.work / STATE, text.encode())


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
