"""What a command costs on the processors, the workers that it starts included."""

import contextlib
import ctypes
import os
import resource
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import psutil

SUBREAPER = 36
"""prctl(2): orphans become children of this process, so that what they cost is counted."""
LOOKS = 2.0
"""Seconds from one look at the memory of all processes to the next."""


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds on the wall and on the processors, and memory in MB.

    `memory` is the most that the command itself has had, `together` the most that it and all that
    it started were seen to have, what they share counted once (proportional set size).
    """

    wall: float
    cpu: float
    memory: float
    together: float


def cost(command: list[str], folder: Path, environment: dict[str, str]) -> Cost:
    """Run a command in a folder and return its cost; raises SystemExit where it fails."""
    if sys.platform.startswith("linux"):
        ctypes.CDLL(None).prctl(SUBREAPER, 1, 0, 0, 0)
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    began = time.perf_counter()
    script = f"cd '{folder}' && exec \"$@\""
    process = os.posix_spawn("/bin/sh", ["sh", "-c", script, "sh", *command], environment)
    ended, seen = threading.Event(), [0.0]
    threading.Thread(target=_look, args=(process, ended, seen), daemon=True).start()
    _, status, usage = os.wait4(process, 0)
    wall = time.perf_counter() - began
    ended.set()
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
    return Cost(wall, spent, usage.ru_maxrss / 1024, max(seen))


def _look(process: int, ended: threading.Event, seen: list[float]) -> None:
    """Look at what a process and all that it started have, until it has ended."""
    while not ended.wait(LOOKS):
        with contextlib.suppress(psutil.Error):
            first = psutil.Process(process)
            seen.append(sum(map(_megabytes, (first, *first.children(recursive=True)))))


def _megabytes(process: psutil.Process) -> float:
    try:
        found = process.memory_full_info()
    except psutil.Error:  # It has just ended.
        return 0.0
    return float(getattr(found, "pss", found.uss)) / 1e6
