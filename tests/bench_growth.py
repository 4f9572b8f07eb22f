"""`make bench ARGS="--growth"`: what more languages cost, and what an edit costs.

Websites alone, since prints grow with their number and are rendered one by one. Counted are CPU
seconds, workers included, and the peak memory of the main process: machines are shared, and the
wall clock tells of the others.
"""

import ctypes
import os
import resource
import sys
from collections.abc import Callable
from pathlib import Path

SUBREAPER = 36
"""prctl(2): orphans become children of this process, so that what they cost is counted."""


def measure_growth(
    folder: Path, environment: dict[str, str], edit: Callable[[Path, int], None]
) -> list[list[str]]:
    """Return the rows of a table, for a copy of the project and a function that edits a sentence.

    `environment` is that of the builds.
    """
    if sys.platform.startswith("linux"):
        ctypes.CDLL(None).prctl(SUBREAPER, 1, 0, 0, 0)
    locales = sorted(path.name for path in (folder / "content" / "locale").iterdir())
    every = ["nb", *locales, "qps"]
    rows = [["languages", "cold", "nothing changed", "one sentence", "memory, cold"], ["---"] * 5]
    for count in sorted({1, 2, len(every) // 2 + 1, len(every)}):
        where = folder / f"growth-{count}"
        command = [sys.executable, "-m", "dreiebok", "build", "--quiet", "--only", "website",
                   "--work", str(where / "build"), "--output", str(where / "site"),
                   *(f"--language={name}" for name in every[:count])]  # fmt: skip
        edit(folder, 0)
        cold, memory = cost(command, folder, environment)
        idle, _ = cost(command, folder, environment)
        edit(folder, count)
        edited, _ = cost(command, folder, environment)
        rows.append([str(count), f"{cold:.1f} s", f"{idle:.2f} s", f"{edited:.1f} s",
                     f"{memory:.0f} MB"])  # fmt: skip
        print(" ".join(rows[-1]), file=sys.stderr)
    return rows


def cost(command: list[str], folder: Path, environment: dict[str, str]) -> tuple[float, float]:
    """Run a command that must succeed; return CPU seconds of all, and its own peak memory in MB."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    script = f"cd '{folder}' && exec \"$@\""
    process = os.posix_spawn("/bin/sh", ["sh", "-c", script, "sh", *command], environment)
    _, status, usage = os.wait4(process, 0)
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
    return spent, usage.ru_maxrss / 1024
