"""Fitting: too much text is found, made smaller within its range, and else named."""

from types import SimpleNamespace
from xml.etree.ElementTree import fromstring

import pytest

from dreiebok.press.fitting import SMALLEST, Misfit, parse_smallest, smallest_scales
from dreiebok.press.values import PressedPdf
from dreiebok.problems import Code, Location
from tests.pressing import OPEN_PROFILE, open_pdf, press_body

pytestmark = OPEN_PROFILE

WORDS = "Vi løfter fram det som lyktes. "
STYLE = """
@page { size: 105mm 148mm; margin: 8mm }
p { margin: 0; font-size: calc(11pt * var(--k, 1)) }
.card { height: 40mm; width: 60mm; break-inside: avoid; margin: 0 0 4mm }
"""


def card(words: str, name: str = "steg", more: str = "") -> str:
    return f'<div class="card" data-fit="{name}" {more}><p>{words}</p></div>'


def overflowing(pressed: PressedPdf) -> list[str]:
    return [p.message for p in pressed.problems if p.code is Code.TEXT_OVERFLOWS]


def sizes(pressed: PressedPdf) -> set[float]:
    """Return every type size in pt on the pages."""
    found: set[float] = set()
    with open_pdf(pressed) as pdf:
        for leaf in pdf.pages:
            words = leaf.Contents.read_bytes().split()
            found.update(
                round(float(words[n - 1]) * 0.75, 2) for n, w in enumerate(words) if w == b"Tf"
            )
    return found


def test_type_that_fits_keeps_its_size() -> None:
    pressed = press_body(card(WORDS * 4), STYLE)
    assert (pressed.problems, sizes(pressed)) == ((), {11.0})


def test_only_the_card_that_is_too_full_gets_smaller_type() -> None:
    pressed = press_body(card("Kort.", "a") + card(WORDS * 9, "b"), STYLE)
    assert pressed.problems == ()
    small, large = sorted(sizes(pressed))
    assert large == 11.0
    assert 11 * SMALLEST <= small < 11.0


@pytest.mark.parametrize("on", ["itself", "around"])
def test_the_range_is_that_of_the_element_or_of_one_around_it(on: str) -> None:
    full = WORDS * 14
    limit = 'data-fit-min="0.7"'
    body = card(full, more=limit) if on == "itself" else f"<main {limit}>{card(full)}</main>"
    assert overflowing(press_body(card(full), STYLE)) != []
    pressed = press_body(body, STYLE)
    assert overflowing(pressed) == []
    assert 7.7 <= min(sizes(pressed)) < 11 * SMALLEST


def test_what_does_not_fit_is_told_with_millimetres_and_line() -> None:
    at = Location("content/dreiebok.yml", 14, 13)
    pressed = press_body(card(WORDS * 40, "steg#back"), STYLE, steg=at)
    (problem,) = pressed.problems
    assert problem.location == at
    assert problem.code is Code.TEXT_OVERFLOWS
    assert "“steg#back”" in problem.message
    assert "mm too large" in problem.message
    assert min(sizes(pressed)) == pytest.approx(11 * SMALLEST, abs=0.01)


@pytest.mark.parametrize("direction", ["ltr", "rtl"])
def test_a_word_wider_than_its_card_is_found_in_both_directions(direction: str) -> None:
    word = "forstørrelsesglassforretningsmessigheter" * 2
    body = f'<div dir="{direction}" lang="x">{card(word)}</div>'
    (message,) = overflowing(press_body(body, STYLE))
    assert "mm too large" in message


@pytest.mark.parametrize("direction", ["ltr", "rtl"])
def test_list_marks_beside_the_text_are_no_overflow(direction: str) -> None:
    body = (
        f'<div dir="{direction}" class="card" data-fit="a"><ul style="padding:0"><li>x</ul></div>'
    )
    assert press_body(body, STYLE).problems == ()


def test_a_box_that_breaks_over_two_pages_is_found() -> None:
    style = STYLE + ".card { break-inside: auto; height: auto }"
    (message,) = overflowing(press_body(card(f"{WORDS}<br>" * 60), style))
    assert "breaks over two pages" in message


def test_an_absolute_box_is_looked_into_too() -> None:
    style = STYLE + ".card { position: absolute; top: 10mm; left: 10mm }"
    assert overflowing(press_body(f"<p>x</p>{card(WORDS * 40)}", style)) != []


def test_front_and_back_may_have_one_name() -> None:
    assert press_body(card("Forside") + card("Bakside"), STYLE).problems == ()


def test_the_worst_of_two_boxes_of_one_name_decides() -> None:
    (message,) = overflowing(press_body(card(WORDS * 40) + card(WORDS * 16), STYLE))
    (alone,) = overflowing(press_body(card(WORDS * 40), STYLE))
    assert message == alone


def test_what_hangs_out_by_less_than_half_a_pixel_fits() -> None:
    def box(over_px: float) -> str:
        inner = f'<div style="height: {100 + over_px}px"></div>'
        return f'<div data-fit="a" style="height: 100px">{inner}</div>'

    assert overflowing(press_body(box(0.4), STYLE)) == []
    assert overflowing(press_body(box(4), STYLE)) != []


def test_scales_are_read_from_the_nearest_element() -> None:
    root = fromstring(
        '<html><b data-fit="a"/><main data-fit-min="0.7"><b data-fit="b"/>'
        '<b data-fit="c" data-fit-min="0.9"/><b data-fit="d" data-fit-min="x"/></main></html>'
    )
    assert smallest_scales(root) == {"a": SMALLEST, "b": 0.7, "c": 0.9, "d": 0.7}


@pytest.mark.parametrize("words", ["", "x", "0", "-1", "1.01", "nan", "inf"])
def test_words_that_are_no_scale(words: str) -> None:
    assert parse_smallest(words) is None


def test_every_try_makes_the_type_smaller() -> None:
    assert Misfit("a", 0.0, True).next_scale < 1
    assert Misfit("a", 90.0, False, 0.1).next_scale < Misfit("a", 1.0, False, 0.9).next_scale


def test_the_parts_of_weasyprint_that_are_read_are_there() -> None:
    """Fails when a newer WeasyPrint names its boxes otherwise: then fitting would see nothing."""
    # Only now: imported before the press, it would see the fonts of the machine.
    import weasyprint

    document = weasyprint.HTML(string='<p data-fit="a" style="position:absolute">x').render()
    seen: list[SimpleNamespace] = []

    def walk(box: SimpleNamespace) -> None:
        box = getattr(box, "_box", box)
        seen.append(box)
        for child in getattr(box, "children", ()):
            walk(child)

    walk(document.pages[0]._page_box)
    paragraph = next(b for b in seen if b.element is not None and b.element.get("data-fit"))
    assert paragraph.style["direction"] == "ltr"
    text = seen[-1]
    assert text.text == "x"
    assert all(isinstance(n, float | int) for n in (text.position_x, text.margin_width()))
