"""`make bench ARGS="--organisations 5"`: many organisations against one cold one.

The claim: 50 organisations in three languages, built with a warm cache, take less than ten times
as long as one organisation with no cache. Each has a name of its own, and one override; so all
sites and a few prints differ. Measured in turn: one with no cache; the others after it, which have
never been built; and all of them with their sites removed and the cache kept.
"""

import ctypes
import os
import resource
import shutil
import sys
import time
from pathlib import Path

SUBREAPER = 36
"""prctl(2): orphans become children of this process, so that what they cost is counted."""


def measure_many(root: Path, folder: Path, count: int, programmes: list[str]) -> list[list[str]]:
    """Return the rows of a table: what, wall seconds, CPU seconds, times the cold one."""
    if sys.platform.startswith("linux"):
        ctypes.CDLL(None).prctl(SUBREAPER, 1, 0, 0, 0)
    chosen = f"programmes: [{', '.join(programmes)}]\n" if programmes else ""

    def add(number: int) -> None:
        own = folder / "orgs" / f"nr-{number}"
        own.mkdir(parents=True)
        (own / "organisation.yml").write_text(
            f"name: Kommune {number}\nlanguages: [nb, nn, en]\n{chosen}"
            f"replace: {{mg-steg-5-bra: {{purpose: Kommune {number} finner det som gikk bra.}}}}\n",
            encoding="utf-8",
        )

    def build() -> tuple[float, float]:
        return cost(
            [sys.executable, "-m", "dreiebok", "build", "--quiet", "--base", str(root),
             "--organisations", str(folder / "orgs")],
            root,
        )  # fmt: skip

    add(0)
    cold = build()
    for number in range(1, count + 1):
        add(number)
    fresh = build()
    for number in range(1, count + 1):
        shutil.rmtree(folder / "orgs" / f"nr-{number}" / "site")
    warm = build()
    idle = build()

    def row(what: str, found: tuple[float, float]) -> list[str]:
        each = found[1] / cold[1] * 50 / count
        told = f"{each:.1f}" if found is not cold else ""
        return [what, f"{found[0]:.0f} s", f"{found[1]:.0f} s", told]

    return [
        ["what", "wall", "CPU", "50 of them, in CPU of the cold one"],
        ["---"] * 4,
        row("one organisation, no cache", cold),
        row(f"{count} new organisations after it", fresh),
        row(f"the same {count}, sites removed", warm),
        row(f"the same {count}, nothing changed", idle),
    ]


def cost(command: list[str], root: Path) -> tuple[float, float]:
    """Run a command that must succeed; return its seconds on the wall and on the processors."""
    environment = {**os.environ, "PYTHONPATH": str(root), "NO_MKDOCS_2_WARNING": "1"}
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.perf_counter()
    process = os.posix_spawn(command[0], command, environment)
    status = os.waitpid(process, 0)[1]
    wall = time.perf_counter() - start
    if os.waitstatus_to_exitcode(status):
        raise SystemExit(f"{' '.join(command)} failed")
    # The process that forks the workers outlives the build by a moment.
    while True:
        try:
            os.waitpid(-1, 0)
        except ChildProcessError:
            break
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
