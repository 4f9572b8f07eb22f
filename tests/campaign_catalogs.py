"""Texts that change and change back, apart from the tests: `python -m tests.campaign_catalogs 40`.

A language is added and filled: most texts translated, some doubtful, some with a note. Each round
edits the sources, has the catalogs updated twice, takes the edits back and updates again. The
second update must change nothing, a refused one too; and in the end every translation, doubt and
note must be what it was.
"""

import argparse
import io
import random
import shutil
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

from babel.messages import pofile

from tests.campaign_edits import EDITS, begin, copy, restore
from tests.hardship import Ended, run

KINDS = ("word", "word", "lines", "rename", "move", "number")
"""The edits that change texts or their places; words twice as often."""


def catalogs(project: Path) -> dict[Path, bytes]:
    """Return the catalogs of a project."""
    return {path: path.read_bytes() for path in sorted(project.glob("content/locale/*/*.po"))}


def known(project: Path) -> dict[tuple[str, str, Any], tuple[Any, bool, tuple[str, ...]]]:
    """Return translation, doubt and notes of each message of all catalogs."""
    return {
        (path.name, message.context or "", message.id): (
            message.string,
            message.fuzzy,
            tuple(message.user_comments),
        )
        for path, data in catalogs(project).items()
        for message in pofile.read_po(io.BytesIO(data))
        if message.id
    }


def fill(project: Path, chance: random.Random) -> None:
    """Translate most of all messages."""
    for path, data in catalogs(project).items():
        catalog = pofile.read_po(io.BytesIO(data))
        for message in catalog:
            if not message.id or chance.random() < 0.1:
                continue
            said = message.id
            message.string = f"EN {said}" if isinstance(said, str) else [f"EN {s}" for s in said]
            if chance.random() < 0.1:
                message.flags.add("fuzzy")
            if chance.random() < 0.2:
                message.user_comments = [f"note {chance.randint(0, 99)}"]
        written = io.BytesIO()
        pofile.write_po(written, catalog, width=0)
        path.write_bytes(written.getvalue())


def update(project: Path) -> Ended:
    """Bring the catalogs up to the sources."""
    return run(project, "update", "--quiet", command="translate")


def campaign(name: str, rounds: int, seed: int) -> Counter[str]:
    """Go through all rounds with a book; return how often an update was refused."""
    chance, counts = random.Random(seed), Counter[str]()
    with tempfile.TemporaryDirectory(prefix="dreiebok-catalogs-") as place:
        folder, before = Path(place) / "edited", Path(place) / "before"
        begin(name, folder)
        own = folder / "own"
        fill(own, chance)
        assert [update(own).code for _ in range(2)] == [0, 0]
        wanted = known(own)
        for number in range(rounds):
            copy(folder, before)
            old = catalogs(own)
            kinds = chance.choices(KINDS, k=chance.choice([1, 1, 2, 3]))
            what = [f"{kind}: {EDITS[kind](chance, folder)}" for kind in kinds]
            ended = update(own)
            new = catalogs(own)
            assert ended.code in {0, 1, 2}, (number, what, ended)
            assert not ended.code or new == old, (number, what, ended)
            assert update(own).code == ended.code, (number, what)
            assert catalogs(own) == new, (number, what)
            restore(folder, before)
            for path, data in new.items():
                path.write_bytes(data)
            assert update(own).code == 0, (number, what)
            found = known(own)
            assert found == wanted, (number, what, dict(found.items() ^ wanted.items()))
            counts["refused" if ended.code else "updated"] += 1
            shutil.rmtree(before)
            print(f"{number + 1} of {rounds}: {what}", file=sys.stderr, flush=True)
    return counts


def main() -> None:
    """Read the command line, and print what came of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("rounds", type=int, nargs="?", default=40)
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    parser.add_argument("--book", choices=("minimal", "every-kind"), default="every-kind")
    options = parser.parse_args()
    print(f"seed {options.seed}")
    for kind, count in sorted(campaign(options.book, options.rounds, options.seed).items()):
        print(f"{count:5} {kind}")


if __name__ == "__main__":
    main()
