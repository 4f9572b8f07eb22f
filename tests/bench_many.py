"""`make bench ARGS="--organisations 5"`: many organisations against one cold one.

The claim: 50 organisations in three languages, built with a warm cache, take less than ten times
as long as one organisation with no cache. Each has a name of its own, and one override; so all
sites differ, and the prints that carry the name. Measured in turn: one with no cache; the others
after it, which have never been built; and all of them with their sites removed and the cache kept.
"""

import os
import shutil
import sys
from pathlib import Path

from tests.bench_cost import Cost, cost


def measure_many(root: Path, folder: Path, count: int, programmes: list[str]) -> list[list[str]]:
    """Return the rows of a table: what, seconds on wall and CPU, times the cold one, memory."""
    first = programmes[0] if programmes else "mestringsgruppe"
    chosen = f"programmes: [{', '.join(programmes)}]\n" if programmes else ""

    def add(number: int) -> None:
        own = folder / "orgs" / f"nr-{number}"
        own.mkdir(parents=True)
        (own / "organisation.yml").write_text(
            f"name: Kommune {number}\nlanguages: [nb, nn, en]\n{chosen}"
            f"replace: {{{first}: {{lead: Kommune {number} møtes.}}}}\n",
            encoding="utf-8",
        )

    def build() -> Cost:
        return cost(
            [sys.executable, "-m", "dreiebok", "build", "--quiet", "--base", str(root),
             "--organisations", str(folder / "orgs")],
            root,
            {**os.environ, "PYTHONPATH": str(root), "NO_MKDOCS_2_WARNING": "1"},
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

    def row(what: str, found: Cost) -> list[str]:
        each = found.cpu / cold.cpu * 50 / count
        told = f"{each:.1f}" if found is not cold else ""
        together = f"{found.together:.0f} MB"
        return [what, f"{found.wall:.0f} s", f"{found.cpu:.0f} s", told, together]

    return [
        ["what", "wall", "CPU", "50 of them, in CPU of the cold one", "all processes"],
        ["---"] * 5,
        row("one organisation, no cache", cold),
        row(f"{count} new organisations after it", fresh),
        row(f"the same {count}, sites removed", warm),
        row(f"the same {count}, nothing changed", idle),
    ]
