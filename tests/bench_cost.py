"""What a command costs on the processors, the workers that it starts included."""

import ctypes
import os
import resource
import sys
import time
from dataclasses import dataclass
from pathlib import Path

SUBREAPER = 36
"""prctl(2): orphans become children of this process, so that what they cost is counted."""


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds on the wall, seconds on the processors, and the command's own peak memory in MB."""

    wall: float
    cpu: float
    memory: float


def cost(command: list[str], folder: Path, environment: dict[str, str]) -> Cost:
    """Run a command in a folder and return its cost; raises SystemExit where it fails."""
    if sys.platform.startswith("linux"):
        ctypes.CDLL(None).prctl(SUBREAPER, 1, 0, 0, 0)
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    began = time.perf_counter()
    script = f"cd '{folder}' && exec \"$@\""
    process = os.posix_spawn("/bin/sh", ["sh", "-c", script, "sh", *command], environment)
    _, status, usage = os.wait4(process, 0)
    wall = time.perf_counter() - began
    if os.waitstatus_to_exitcode(status):
        raise SystemExit(f"{' '.join(command)} failed")
    # The process that forks the workers outlives the build by a moment.
    while True:
        try:
            os.waitpid(-1, 0)
        except ChildProcessError:
            break
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Cost(wall, spent, usage.ru_maxrss / 1024)
