"""Edits in a row, apart from the tests: `python -m tests.campaign_edits 200`.

Each round makes one to three random edits, as an author might: words, numbers, lines lost or in the
wrong place, ids renamed everywhere, templates, style sheets, translations, moved files, file times;
now and then other options too. Then the build that goes on from the one before must end and say as
one from nothing does, and give the same bytes. Edits that make the sources faulty are taken back.
"""

import argparse
import os
import random
import re
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from tests.hardship import run
from tests.projects import BOOKS, copy_book, tree

MADE = ("build", "site")
"""What builds put into a project's folder."""
WORDS = ("hus", "ærlig *talt*", "«nytt»", f"{'lang ' * 20}slutt", "[1]", "{n}")
OPTIONS: tuple[tuple[str, ...], ...] = (
    (), (), ("--language", "nb"), ("--language", "qps"), ("--only", "website"),
    ("--start", "13:00"), ("--participants", "9"), ("--paper", "a4"), ("--paper", "letter"),
)  # fmt: skip
"""What every one of the books can be built with: wrong use would compare nothing."""
Edit = Callable[[random.Random, Path], str]
"""Makes an edit in a folder of projects, and tells in which file."""


def sources(folder: Path, pattern: str) -> list[Path]:
    """Return the sources of that kind in all projects of a folder."""
    return [
        path
        for project in sorted(folder.iterdir())
        for path in sorted(project.rglob(pattern))
        if path.is_file() and path.relative_to(project).parts[0] not in MADE
    ]


def somewhere(pattern: str, found: str, new: Callable[[random.Random], str]) -> Edit:
    """Return an edit that puts something new in place of one match, in one of those files."""

    def edit(chance: random.Random, folder: Path) -> str:
        files = sources(folder, pattern)
        if not files:
            return "nowhere"
        path = chance.choice(files)
        text = path.read_text("utf-8")
        if matches := list(re.finditer(found, text)):
            match = chance.choice(matches)
            words = text[: match.start()] + new(chance) + text[match.end() :]
            path.write_text(words, "utf-8")
        return str(path.relative_to(folder))

    return edit


def lines(chance: random.Random, folder: Path) -> str:
    """Lose a line, or let two change places."""
    path = chance.choice(sources(folder, "content/**/*.yml"))
    found = path.read_text("utf-8").split("\n")
    one, other = chance.randrange(len(found)), chance.randrange(len(found))
    if chance.random() < 0.5:
        found.pop(one)
    else:
        found[one], found[other] = found[other], found[one]
    path.write_text("\n".join(found), "utf-8")
    return str(path.relative_to(folder))


def rename(chance: random.Random, folder: Path) -> str:
    """Give a record another id, wherever it stands."""
    files = sources(folder, "*.yml")
    texts = {path: path.read_text("utf-8") for path in files}
    found = re.finditer(r"\bid: ([a-z0-9-]+)", "\n".join(texts.values()))
    old = chance.choice(sorted({match[1] for match in found}))
    for path, text in texts.items():
        path.write_text(re.sub(rf"(?<![\w-]){old}(?![\w-])", f"{old}x", text), "utf-8")
    return old


def times(chance: random.Random, folder: Path) -> str:
    """Set a file's time decades back, or to now."""
    path = chance.choice(sources(folder, "*"))
    os.utime(path, chance.choice([(1, 1), None]))
    return str(path.relative_to(folder))


def move(chance: random.Random, folder: Path) -> str:
    """Give a file of records another name, which changes the order in which they are read."""
    path = chance.choice(sources(folder, "content/*.yml"))
    path.rename(path.with_name(f"{chance.choice('amz')}-{path.name}"))
    return str(path.relative_to(folder))


WORD = r"(?<=[a-zæøå] )[a-zæøå]{4,}(?=[ .])"
EDITS: dict[str, Edit] = {
    "word": somewhere("content/**/*.yml", WORD, lambda chance: chance.choice(WORDS)),
    "number": somewhere("*.yml", r"(?<=: )\d+(?=\s)", lambda chance: str(chance.randint(1, 40))),
    "lines": lines,
    "rename": rename,
    "template": somewhere("templates/**/*.[hm][td]*", r"\n\Z", lambda _: "\n{# seen #}\n"),
    "style": somewhere("*.css", r"\Z", lambda chance: f".x{chance.randint(1, 99)} {{margin: 0}}\n"),
    "translation": somewhere("*.po", r'(?<=\nmsgstr ")(?="\n\n)', lambda _: "Some *words* here"),
    "settings": somewhere("organisation.yml", WORD, lambda chance: chance.choice(WORDS)),
    "times": times,
    "move": move,
}


def copy(folder: Path, to: Path) -> None:
    """Copy the sources of all projects, and nothing that builds have made."""
    projects = {str(path) for path in folder.iterdir()}
    shutil.copytree(folder, to, ignore=lambda name, _: MADE if name in projects else ())


def restore(folder: Path, before: Path) -> None:
    """Bring the sources back to what they were."""
    for project in folder.iterdir():
        for path in project.iterdir():
            if path.name not in MADE:
                shutil.rmtree(path) if path.is_dir() else path.unlink()
    shutil.copytree(before, folder, dirs_exist_ok=True)


def begin(name: str, folder: Path) -> tuple[str, ...]:
    """Make the projects for a book; return with which options the project `own` is built."""
    if name != "organisation":
        own = copy_book(name, folder / "own")
        assert run(own, "add", "en", "--quiet", command="translate").code == 0
        return ()
    copy_book("minimal", folder / "base")
    shutil.copytree(BOOKS / "with-overlay", folder / "own")
    return ("--base", "../base")


def campaign(name: str, rounds: int, seed: int, *always: str) -> Counter[str]:
    """Go through all rounds with a book; return how often builds ended with each exit code."""
    chance, counts = random.Random(seed), Counter[str]()
    with tempfile.TemporaryDirectory(prefix="dreiebok-edits-") as place:
        folder, fresh, before = (Path(place) / part for part in ("edited", "fresh", "before"))
        always = (*begin(name, folder), "--quiet", *always)
        options: tuple[str, ...] = ()
        for number in range(rounds):
            copy(folder, before)
            kinds = chance.choices(list(EDITS), k=chance.choice([1, 1, 2, 3]))
            what = [f"{kind}: {EDITS[kind](chance, folder)}" for kind in kinds]
            if name != "organisation" and chance.random() < 0.25:
                options = chance.choice(OPTIONS)
            copy(folder, fresh)
            warm = run(folder / "own", *always, *options)
            cold = run(fresh / "own", *always, *options)
            told = (number, what, options, warm, cold)
            assert warm == cold, told
            assert warm.code in {0, 1, 2}, told
            if warm.code == 0:
                ours, theirs = tree(folder / "own/site"), tree(fresh / "own/site")
                names = {*ours, *theirs}
                assert [n for n in sorted(names) if ours.get(n) != theirs.get(n)] == [], told
            else:
                restore(folder, before)
            counts[f"{name}: {warm.code}"] += 1
            shutil.rmtree(fresh)
            shutil.rmtree(before)
            print(f"{number + 1} of {rounds}: {what}", file=sys.stderr, flush=True)
    return counts


def main() -> None:
    """Read the command line, and print what came of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("rounds", type=int, nargs="?", default=200)
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    parser.add_argument("--book", choices=("minimal", "every-kind", "organisation"))
    options = parser.parse_args()
    print(f"seed {options.seed}")
    books = [options.book] if options.book else ["minimal", "every-kind", "organisation"]
    for name in books:
        counts = campaign(name, options.rounds // len(books), options.seed)
        for kind, count in sorted(counts.items()):
            print(f"{count:5} {kind}")


if __name__ == "__main__":
    main()
