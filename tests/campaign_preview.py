"""Edits while a preview is open, apart from the tests: `python -m tests.campaign_preview 60`.

Each round makes the edits of `campaign_edits` while a few pages are open. Then the preview must
show what a build from nothing shows, byte for byte, or tell of problems where that fails; and of
the smallest book now and then a PDF that is asked for must be that build's.
"""

import argparse
import queue
import random
import shutil
import sys
import tempfile
from collections import Counter
from pathlib import Path

from dreiebok.building.options import Options
from dreiebok.building.previewing import Preview
from dreiebok.problems import MissingOnMachine, Problem, WrongUse
from tests.campaign_edits import EDITS, begin, copy, restore
from tests.hardship import run
from tests.projects import tree


class Nobody:
    """A voice that nobody hears."""

    def say(self, words: str) -> None:
        """Say nothing."""

    def error(self, words: str) -> None:
        """Say nothing."""

    def lines(self, words: str) -> None:
        """Say nothing."""

    def problems(self, problems: tuple[Problem, ...], root: Path) -> None:
        """Say nothing."""


def show(preview: Preview) -> bool:
    """Bring a preview up to the files; tell whether it shows them."""
    try:
        preview.rebuild()
    except (MissingOnMachine, WrongUse):
        return False
    return not preview.problems


def campaign(name: str, rounds: int, seed: int) -> Counter[str]:
    """Go through all rounds with a book; return how often the sources were sound or not."""
    chance, counts = random.Random(seed), Counter[str]()
    with tempfile.TemporaryDirectory(prefix="dreiebok-preview-") as place:
        folder, fresh, before = (Path(place) / part for part in ("edited", "fresh", "before"))
        always = (*begin(name, folder), "--quiet")
        own, settings = folder / "own", folder / "own/organisation.yml"
        of_one = (settings, folder / "base") if settings.exists() else (None, None)
        preview = Preview(
            Options(own, own / "site", own / "build", organisation=of_one[0], base=of_one[1]),
            Nobody(),
        )
        site = preview.options.output
        assert show(preview)
        for number in range(rounds):
            copy(folder, before)
            pages = sorted(path.relative_to(site).as_posix() for path in site.rglob("*.html"))
            opened = chance.sample(pages, min(len(pages), chance.randint(0, 4)))
            preview.listeners = {queue.SimpleQueue(): page for page in opened}
            kinds = chance.choices(list(EDITS), k=chance.choice([1, 1, 1, 2, 3]))
            what = [f"{kind}: {EDITS[kind](chance, folder)}" for kind in kinds]
            copy(folder, fresh)
            shown = show(preview)
            cold = run(fresh / "own", *always, "--only", "website")
            told = (number, what, opened, cold, preview.problems)
            assert shown == (cold.code == 0), told
            if shown:
                ours, theirs = tree(site), tree(fresh / "own/site")
                names = {*ours, *theirs}
                assert [n for n in sorted(names) if ours.get(n) != theirs.get(n)] == [], told
            else:
                restore(folder, before)
            if shown and name == "minimal" and chance.random() < 0.15:
                counts["PDFs"] += _same_pdf(preview, fresh / "own", chance)
            counts["sound" if shown else "faulty"] += 1
            shutil.rmtree(fresh)
            shutil.rmtree(before)
            print(f"{number + 1} of {rounds}: {what}", file=sys.stderr, flush=True)
        preview.pool.shutdown()
    return counts


def _same_pdf(preview: Preview, fresh: Path, chance: random.Random) -> int:
    """Ask a preview for one of the PDFs of a build; return how many there were to ask for."""
    if run(fresh, "--quiet").code:
        return 0  # A text is too long for its card, say.
    site = fresh / "site"
    path = chance.choice(sorted(site.rglob("*.pdf"))).relative_to(site).as_posix()
    assert preview.pdf(path) == (site / path).read_bytes(), path
    return 1


def main() -> None:
    """Read the command line, and print what came of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("rounds", type=int, nargs="?", default=60)
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    books = ("minimal", "every-kind", "organisation")
    parser.add_argument("--book", choices=books, default=books[0])
    options = parser.parse_args()
    print(f"seed {options.seed}")
    for kind, count in sorted(campaign(options.book, options.rounds, options.seed).items()):
        print(f"{count:5} {kind}")


if __name__ == "__main__":
    main()
