"""The Norwegian of handbook and templates, held against Hunspell's bokmål and our own word list.

A word that is right and that Hunspell does not know belongs in tests/data/words-nb.txt.
"""

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

from dreiebok.building.loading import load_handbook
from dreiebok.building.reading import read_project
from dreiebok.inline import links, to_plain
from dreiebok.model.base import Text
from dreiebok.model.handbook import Handbook, Source, Term
from dreiebok.model.walking import walk
from tests.examples import ExampleProjects

WORD_LIST = "tests/data/words-nb.txt"
_INTERFACE = re.compile(r"""_\(\s*(?:"([^"]*)"|'([^']*)')\s*\)""")
_PLACEHOLDER = re.compile(r"\{[a-z]+\}")
_CITED = re.compile(r"\[[^\]]*\]\(#([a-z0-9-]+)\)")
_ADDRESS = re.compile(r"https?://\S+|\S+@\S+|\b[\w-]+\.(?:no|org|com)\b")
_WORD = re.compile(r"[^\W\d_]{2,}(?:-[^\W\d_]+)*")


def test_every_word_is_known(root: Path, examples: ExampleProjects) -> None:
    handbook, problems = load_handbook(read_project(root))
    assert not problems
    own = (text for _, edition in examples.values() for text in _prose(edition))
    known = set((root / WORD_LIST).read_text(encoding="utf-8").split())
    texts = [*_prose(handbook), *_interface(root), *(t for t in own if t[0][:5] != "base/")]
    words = {word for _, text in texts for word in _WORD.findall(text)}
    unknown = _unknown_to_hunspell(words)
    wrong = sorted(
        f"{place}: {word}"
        for place, text in texts
        for word in set(_WORD.findall(text)) & unknown - known
    )
    assert not wrong, f"misspelt, or to be added to {WORD_LIST}"
    # Dictionaries differ in the compounds that they know: one system's may not need a word.
    assert sorted(known - words) == [], f"{WORD_LIST} lists words that no text has"


def test_a_misspelt_word_is_found() -> None:
    assert _unknown_to_hunspell({"gruppa", "gruuppa", "Møte"}) == {"gruuppa"}


def _unknown_to_hunspell(words: set[str]) -> set[str]:
    """Return the words that are no bokmål; a capital at the beginning of a sentence is none."""
    command = ("hunspell", "-i", "utf-8", "-d", "nb_NO", "-l")

    def ask(asked: set[str]) -> set[str]:
        done = subprocess.run(
            command, input="\n".join(sorted(asked)), capture_output=True, text=True, check=True
        )
        return set(done.stdout.split()) & asked

    unknown = ask(words)
    lower = ask({word[0].lower() + word[1:] for word in unknown})
    return {word for word in unknown if word[0].lower() + word[1:] in lower}


def _prose(handbook: Handbook) -> Iterator[tuple[str, str]]:
    """Yield place and words of every text, without names of authors and titles of publications."""
    sources = {name for name, found in handbook.elements.items() if isinstance(found.node, Source)}
    for record in handbook.records:
        skipped: set[int] = set()
        for node in walk(record):
            if isinstance(node, Source):
                skipped |= {id(node.authors), id(node.title), id(node.publisher)}
            elif isinstance(node, Term):
                skipped |= set(map(id, node.forms))
            elif type(node) is Text and id(node) not in skipped:
                if {link[1:] for link in links(node)} & sources:
                    text = _CITED.sub(lambda m: "" if m[1] in sources else m[0], node)
                else:
                    text = str(node)
                yield str(node.at), _ADDRESS.sub("", to_plain(Text(text)))


def _interface(root: Path) -> Iterator[tuple[str, str]]:
    """Yield place and words of the interface's texts."""
    for path in sorted(root.glob("templates/**/*.*")):
        if path.suffix in {".html", ".md"}:
            for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
                for found in _INTERFACE.finditer(line):
                    yield f"{path.relative_to(root)}:{number}", found[1] or found[2]
    for path in sorted(root.glob("dreiebok/**/*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and (
                getattr(node.func, "id", "") or getattr(node.func, "attr", "")
            ) in {"_", "gettext"}:
                for words in node.args:
                    if isinstance(words, ast.Constant) and isinstance(words.value, str):
                        text = _PLACEHOLDER.sub("", words.value)
                        yield f"{path.relative_to(root)}:{node.lineno}", text
