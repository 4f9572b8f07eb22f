"""Runs an engine as a program of its own.

An engine that replaces modules of another, or keeps its settings in global variables, must not
share a process with anything: one worker builds sites of many editions, with any engine.
"""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path


def run_module(
    module: str, arguments: tuple[str, ...], folder: Path, variables: Mapping[str, str]
) -> tuple[int, str]:
    """Run `python -m module` in a folder; return its exit code and everything it printed.

    `variables` are added to the environment.
    """
    quiet = {"NO_COLOR": "1", "PYTHONIOENCODING": "utf-8"}
    done = subprocess.run(  # noqa: S603 - this Python, and arguments of our own
        # -P: nothing in the folder can stand in for a module.
        (sys.executable, "-P", "-m", module, *arguments),
        cwd=folder,
        env={**os.environ, **quiet, **variables},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    return done.returncode, done.stdout
