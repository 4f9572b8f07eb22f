"""`make bench ARGS="--growth"`: what more languages cost, and what an edit costs.

Websites alone, since prints grow with their number and are rendered one by one. Counted are CPU
seconds, workers included, and the peak memory of the main process: machines are shared, and the
wall clock tells of the others.
"""

import sys
from collections.abc import Callable
from pathlib import Path

from tests.bench_cost import cost


def measure_growth(
    folder: Path, environment: dict[str, str], edit: Callable[[Path, int], None]
) -> list[list[str]]:
    """Return the rows of a table, for a copy of the project and a function that edits a sentence.

    `environment` is that of the builds.
    """
    locales = sorted(path.name for path in (folder / "content" / "locale").iterdir())
    every = ["nb", *locales, "qps"]
    rows = [["languages", "cold", "nothing changed", "one sentence", "memory, cold"], ["---"] * 5]
    for count in sorted({1, 2, len(every) // 2 + 1, len(every)}):
        where = folder / f"growth-{count}"
        command = [sys.executable, "-m", "dreiebok", "build", "--quiet", "--only", "website",
                   "--work", str(where / "build"), "--output", str(where / "site"),
                   *(f"--language={name}" for name in every[:count])]  # fmt: skip
        edit(folder, 0)
        cold = cost(command, folder, environment)
        idle = cost(command, folder, environment)
        edit(folder, count)
        edited = cost(command, folder, environment)
        rows.append([str(count), f"{cold.cpu:.1f} s", f"{idle.cpu:.2f} s", f"{edited.cpu:.1f} s",
                     f"{cold.memory:.0f} MB"])  # fmt: skip
        print(" ".join(rows[-1]), file=sys.stderr)
    return rows
