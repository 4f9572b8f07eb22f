"""`make bench ARGS="--growth"`: what more languages and more content cost, and what an edit costs.

Websites alone, since prints grow with their number and are rendered one by one. Counted are CPU
seconds, workers included, and the peak memory of the main process: machines are shared, and the
wall clock tells of the others.
"""

import re
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from dreiebok.building.options import Selection
from dreiebok.building.plan import make_plan
from dreiebok.building.reading import read_project
from dreiebok.problems import Code
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


def measure_content(folder: Path, environment: dict[str, str]) -> list[list[str]]:
    """Return the rows of a table of what the website of the handbook and of four of its size cost.

    The copies of its programmes have ids of their own; else they are the same.
    """
    rows = [["content", "cold", "nothing changed", "memory, cold"], ["---"] * 4]
    for times in (1, 2, 4):
        where = folder / f"content-{times}"
        where.mkdir()
        for name in ("content", "forms", "templates"):
            shutil.copytree(folder / name, where / name)
        shutil.copy(folder / "mkdocs.yml", where)
        for letter in "bcd"[: times - 1]:
            _copy_programmes(where, letter)
        command = [sys.executable, "-m", "dreiebok", "build", "--quiet", "--only", "website",
                   "--language=nb"]  # fmt: skip
        cold = cost(command, where, environment)
        idle = cost(command, where, environment)
        rows.append([f"{times} ×", f"{cold.cpu:.1f} s", f"{idle.cpu:.2f} s",
                     f"{cold.memory:.0f} MB"])  # fmt: skip
        print(" ".join(rows[-1]), file=sys.stderr)
    return rows


def _copy_programmes(folder: Path, letter: str) -> None:
    """Copy every programme with its forms; its ids begin or end with a letter more."""
    records = sorted((folder / "content" / "programmes").glob("*/programme.yml"))
    # Copies made before have names that are their first one's with a letter.
    names = [one.parent.name for one in records]
    first = [name for name in names if name[:-1] not in names]
    prefixes = [
        re.findall(r"^prefix: (\w+)", one.read_text(encoding="utf-8"), re.M)[0]
        for one in records
        if one.parent.name in first
    ]

    def renamed(text: str) -> str:
        text = re.sub(_whole(prefixes, "(?=-[a-z0-9])"), rf"\g<0>{letter}", text)
        text = re.sub(r"^prefix: \w+", rf"\g<0>{letter}", text, flags=re.M)
        return re.sub(_whole(first), rf"\g<0>{letter}", text)

    copies = list(_copied(folder, first, letter, renamed))
    shared = {
        found
        for problem in make_plan(read_project(folder), Selection(prints=False))[1]
        if problem.code is Code.DUPLICATE_ID
        for found in re.findall("“(.+?)” is defined twice", problem.message)
    }
    # Sources and questions, whose ids have no prefix; a short one may be a word of the text too.
    long = [name for name in shared if re.search(r"[-\d]", name)]
    short = rf"(\bid: )({'|'.join(shared.difference(long))})\b(?!-)"
    for path in copies:
        text = re.sub(_whole(long), rf"\g<0>{letter}", path.read_text(encoding="utf-8"))
        path.write_text(re.sub(short, rf"\g<0>{letter}", text), encoding="utf-8")


def _copied(
    folder: Path, names: list[str], letter: str, renamed: Callable[[str], str]
) -> Iterator[Path]:
    for top in ("content/programmes", "forms"):
        for name in names:
            if (folder / top / name).is_dir():
                copy = folder / top / (name + letter)
                shutil.copytree(folder / top / name, copy)
                for path in copy.rglob("*.yml"):
                    path.write_text(renamed(path.read_text(encoding="utf-8")), encoding="utf-8")
                    yield path


def _whole(names: list[str], after: str = r"(?![\w-])") -> str:
    """Return a pattern for any of these names, standing by itself."""
    return rf"(?<![\w-])(?:{'|'.join(sorted(map(re.escape, names), key=len, reverse=True))}){after}"
