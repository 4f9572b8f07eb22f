"""Smaller type: only the pages of what is too full are laid out again, and the result is one."""

from typing import Any

import pytest
from _pytest.monkeypatch import MonkeyPatch

from dreiebok.press import shrinking
from dreiebok.press.values import PressedPdf, PrintDocument
from dreiebok.press.weasyprint_ import press
from tests.pressing import OPEN_PROFILE, TEMPLATES, press_body

pytestmark = OPEN_PROFILE

WORDS = "Vi løfter fram det som lyktes. "
STYLE = """
@page { size: 105mm 148mm; margin: 8mm }
body { margin: 0 }
p { margin: 0; font-size: calc(11pt * var(--k, 1)) }
.card { break-after: page }
.text { height: 40mm; width: 60mm }
"""
FULL = 9
"""So often the words fill the box in smaller type alone."""


def card(words: str, name: str) -> str:
    return f'<div class="card"><div class="text" data-fit="{name}"><p>{words}</p></div></div>'


DECK = "".join(card(WORDS * (FULL if n in {2, 4} else 1), f"c{n}") for n in range(6))


@pytest.fixture
def laid_out(monkeypatch: MonkeyPatch) -> list[int]:
    """Tell of how many pages each layout was."""
    import weasyprint

    found: list[int] = []
    render = weasyprint.HTML.render

    def counted(*given: Any, **options: Any) -> Any:
        document = render(*given, **options)
        found.append(len(document.pages))
        return document

    monkeypatch.setattr(weasyprint.HTML, "render", counted)
    return found


def whole(monkeypatch: MonkeyPatch) -> None:
    """Lay everything out every time."""
    monkeypatch.setattr(shrinking, "_renew", lambda *_: None)


def test_only_the_cards_that_are_too_full_are_laid_out_again(
    laid_out: list[int], monkeypatch: MonkeyPatch
) -> None:
    pressed = press_body(DECK, STYLE)
    assert pressed.problems == ()
    first, *others = laid_out
    assert first == pressed.pages == 6
    assert set(others) == {2}
    whole(monkeypatch)
    assert press_body(DECK, STYLE) == pressed


@pytest.mark.parametrize(
    "style",
    [
        "@page { @bottom-right { content: counter(page) } }",
        "p { counter-increment: x } p::before { content: counter(x) }",
        ".card { string-set: foot content() } @page { @bottom-left { content: string(foot) } }",
        "@page :left { margin-left: 20mm }",
        "@page a:first { margin-left: 20mm } .card { page: a }",
        "body { padding-top: 20mm }",
        "html { border-top: 3mm solid }",
        "p:first-child { position:fixed }",
    ],
)
def test_where_pages_depend_on_others_all_are_laid_out(
    style: str, laid_out: list[int], monkeypatch: MonkeyPatch
) -> None:
    pressed = press_body(DECK, STYLE + style)
    assert laid_out[-1] == pressed.pages
    whole(monkeypatch)
    assert press_body(DECK, STYLE + style) == pressed


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(DECK.replace(WORDS, f"{WORDS}{WORDS}", 1) + "<p>Slutt</p>" * 3, id="plain"),
        pytest.param(f"<main>{DECK}</main>", id="one part"),
        pytest.param(DECK.replace('class="card"', 'class="no"'), id="on one page"),
        pytest.param(f"Begynn{DECK}", id="words beside"),
        pytest.param(DECK.replace("c1", "c4"), id="two of one name"),
    ],
)
def test_the_result_is_that_of_laying_all_out(body: str, monkeypatch: MonkeyPatch) -> None:
    pressed = press_body(body, STYLE)
    whole(monkeypatch)
    assert press_body(body, STYLE) == pressed


def test_what_broke_over_pages_is_laid_out_whole(
    laid_out: list[int], monkeypatch: MonkeyPatch
) -> None:
    """What is left of an absolute box lies on the page of the next card, or nowhere."""
    style = STYLE + ".card { position: relative; height: 130mm } .text { position: absolute }"
    style += ".text { height: 120mm }"
    body = DECK.replace(WORDS * FULL, f"<span>{WORDS}</span><br>" * 13 + "<b id='end'>Slutt</b>", 1)
    pressed = press_body(body, style)
    assert laid_out[-1] == pressed.pages
    whole(monkeypatch)
    assert press_body(body, style) == pressed


@pytest.mark.parametrize(
    "path",
    [
        # One is made smaller three times; of the other a side broke over two pages.
        "print/refleksjonsgruppe/dreiebok-cards.pdf",
        "print/veiledningsgruppe/dreiebok-cards.pdf",
    ],
)
def test_real_decks_come_out_the_same(
    path: str, documents: dict[str, PrintDocument], laid_out: list[int], monkeypatch: MonkeyPatch
) -> None:
    def pressed() -> PressedPdf:
        return press(documents[path], TEMPLATES)

    found = pressed()
    assert min(laid_out) < found.pages
    whole(monkeypatch)
    assert pressed() == found
