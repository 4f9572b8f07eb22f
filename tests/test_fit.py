"""The gate of each finished language: its cards, overviews and forms are laid out and must fit."""

from concurrent.futures import Executor, Future
from pathlib import Path

import pytest

from dreiebok.building import workers
from dreiebok.press.documents import print_documents
from dreiebok.press.values import PrintDocument
from dreiebok.problems import Problem
from dreiebok.templating import Templates
from tests.projects import translated

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
