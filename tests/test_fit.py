"""The gate of each finished language: its cards, overviews and forms are laid out and must fit."""

import re
from concurrent.futures import Executor, Future
from pathlib import Path

import pytest

from dreiebok.building import workers
from dreiebok.cli import main
from dreiebok.editions.edition import Edition
from dreiebok.press.documents import print_documents
from dreiebok.press.values import PrintDocument
from dreiebok.press.weasyprint_ import check_layout
from dreiebok.problems import Problem
from dreiebok.templating import Templates
from tests.projects import book_edition, copy_book, translated

FINISHED = ("nn", "en")
"""Languages with all texts; the source language goes through the whole press elsewhere."""
Waiting = dict[str, Future[tuple[Problem, ...]]]


def is_tight(document: PrintDocument) -> bool:
    """Tell whether room is short: forms, overviews, and the decks of the longest meetings.

    The other decks and posters have the same boxes, or more room.
    """
    deck_or_overview = document.path.endswith(("-cards.pdf", "-overview.pdf"))
    return deck_or_overview or document.kind in {"form", "canvas", "survey"}


@pytest.fixture(scope="module")
def laid_out(root: Path, templates: Templates, pool: Executor) -> dict[str, Waiting]:
    """Start on all languages, so that no worker waits for a language to be read."""
    found: dict[str, Waiting] = {}
    for locale in FINISHED:
        documents, problems = print_documents(translated(root, locale), templates)
        assert problems == ()
        found[locale] = {
            document.path: pool.submit(workers.check_layout, document, str(root / "templates"))
            for document in documents
            if is_tight(document)
        }
    return found


@pytest.mark.parametrize("locale", FINISHED)
def test_cards_overviews_and_forms_fit(laid_out: dict[str, Waiting], locale: str) -> None:
    waiting = laid_out[locale]
    assert {"print/veiledningsgruppe/dreiebok-cards.pdf", "print/lederguide/puls.pdf"} <= {*waiting}
    problems = [problem for one in waiting.values() for problem in one.result()]
    assert [f"{problem.location} {problem.message}" for problem in problems] == []


LONG = "We bring out what worked before we look for what could be better. " * 30


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """A tiny book with catalogs for English, in which one purpose is much too long."""
    folder = copy_book("minimal", tmp_path)
    assert main(["translate", "add", "en", "--source", str(folder), "--quiet"]) == 0
    po = folder / "content" / "locale" / "en" / "prove.po"
    text = po.read_text(encoding="utf-8")
    for name, words in (("purpose", LONG), ("title", "To meet and to begin")):
        start = text.index('msgstr ""', text.index(f'msgctxt "pr-manus/pr-steg-1/{name}"'))
        text = f'{text[:start]}msgstr "{words}"{text[start + 9 :]}'
    po.write_text(text, encoding="utf-8")
    return folder


def cards(edition: Edition, templates: Templates) -> PrintDocument:
    return next(d for d in print_documents(edition, templates)[0] if d.path.endswith("-cards.pdf"))


def test_what_overflows_in_a_translation_is_told_at_its_line_in_the_catalog(
    book: Path, templates: Templates
) -> None:
    document = cards(translated(book, "en"), templates)
    problems = check_layout(document, book / "templates")
    (front,) = [p for p in problems if "“pr-steg-1”" in p.message]
    name = "content/locale/en/prove.po"
    lines = (book / name).read_text(encoding="utf-8").splitlines()
    assert front.location.file == name
    assert lines[front.location.line - 2] == 'msgctxt "pr-manus/pr-steg-1/purpose"'
    assert "“pr-manus/pr-steg-1/purpose” has grown most, by " in front.message
    assert re.search(r"It translates content/manus\.yml:\d+:\d+", front.hint)


def test_what_overflows_in_the_source_language_is_told_at_its_yaml_line(
    templates: Templates, root: Path
) -> None:
    source = book_edition("minimal", **{"purpose: ": f"purpose: {LONG} "})
    problems = check_layout(cards(source, templates), root / "templates")
    assert {problem.location.file for problem in problems} == {"content/manus.yml"}
    assert "Shorten the text." in {problem.hint for problem in problems}
