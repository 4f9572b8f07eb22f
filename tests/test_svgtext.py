"""Words in drawings: right-to-left letters are joined and in order, whatever stands among them."""

import pypdfium2

from dreiebok.press.svgtext_ import Run
from tests.pressing import OPEN_PROFILE, press_body

pytestmark = OPEN_PROFILE
WORDS = "مجموعة التمكّن"


def drawn(words: str, attributes: str) -> str:
    """Return what a reader takes from a PDF with these words in a drawing."""
    face = "font-family=\"'Noto Sans', 'Noto Sans Arabic'\" font-size=\"14\""
    text = f'<text x="100" y="30" text-anchor="middle" {face} {attributes}>{words}</text>'
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 200 60">{text}</svg>'
    pressed = press_body(f'<div role="img" aria-label="Prøve">{svg}</div>')
    assert pressed.problems == ()
    with pypdfium2.PdfDocument(pressed.data) as pdf:
        return str(pdf[0].get_textpage().get_text_range())


def test_arabic_words_in_a_drawing_are_joined_and_in_order() -> None:
    assert WORDS in drawn(f"{WORDS} 4", 'direction="rtl"')


def test_letters_that_have_places_of_their_own_keep_them() -> None:
    assert WORDS not in drawn(WORDS, 'direction="rtl" letter-spacing="2"')


def test_words_from_left_to_right_are_as_they_were() -> None:
    assert "Hva nå?" in drawn("Hva nå?", "")


def test_a_run_is_its_words_and_comes_whole() -> None:
    assert list(Run(WORDS)) == [WORDS]
    assert list(Run("")) == []
