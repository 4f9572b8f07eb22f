"""Runs an engine as a program of its own.

An engine that replaces modules of another, or keeps its settings in global variables, must not
share a process with anything: one worker builds sites of many editions, with any engine.
"""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

RUNNING: set["subprocess.Popen[str]"] = set()
"""The programs that this process is waiting for: they would outlive it and go on writing."""


def run_module(
    module: str, arguments: tuple[str, ...], folder: Path, variables: Mapping[str, str]
) -> tuple[int, str]:
    """Run `python -m module` in a folder; return its exit code and everything it printed.

    `variables` are added to the environment.
    """
    quiet = {"NO_COLOR": "1", "PYTHONIOENCODING": "utf-8"}
    with subprocess.Popen(  # noqa: S603 - this Python, and arguments of our own
        # -P: nothing in the folder can stand in for a module.
        (sys.executable, "-P", "-m", module, *arguments),
        cwd=folder,
        env={**os.environ, **quiet, **variables},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
    ) as program:
        RUNNING.add(program)
        try:
            said, _ = program.communicate()
        finally:
            program.kill()
            RUNNING.discard(program)
    return program.returncode, said
