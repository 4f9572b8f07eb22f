"""Fields as they stand in the finished PDF, where the renderer alone would have them wrong."""

import pikepdf
import pytest
from fontTools.ttLib import TTFont

from tests.pressing import OPEN_PROFILE, TEMPLATES, failures, open_pdf, press_body

pytestmark = OPEN_PROFILE

BREAK = '<p style="break-before: page">Videre</p>'


def option(word: str, more: str = "") -> str:
    return (
        f'<p><label><input type="radio" name="valg" title="{word}" value="{word}" '
        f'data-group-title="Hva nå?" {more}> {word}</label></p>'
    )


def form(*parts: str) -> str:
    return f"<h1>Skjema</h1><form>{''.join(parts)}</form>"


def states(group: pikepdf.Object) -> list[list[str]]:
    return [sorted(str(key) for key in kid.AP.N.keys()) for kid in group.Kids]  # noqa: SIM118


def test_a_question_whose_options_stand_on_two_pages_is_one_field() -> None:
    pressed = press_body(form(option("Ja"), BREAK, option("Nei"), option("Kanskje")))
    assert (pressed.pages, pressed.problems, failures(pressed)) == (2, (), [])
    assert [(f.name, f.tooltip) for f in pressed.fields] == [("valg", "Hva nå?")]
    with open_pdf(pressed) as pdf:
        (group,) = pdf.Root.AcroForm.Fields
        assert [str(value) for value in group.Opt] == ["Ja", "Nei", "Kanskje"]
        assert states(group) == [["/0", "/Off"], ["/1", "/Off"], ["/2", "/Off"]]
        assert all(kid.Parent.objgen == group.objgen for kid in group.Kids)
        assert group.V == "/Off"


def test_a_choice_on_the_second_page_is_the_choice_of_the_whole_group() -> None:
    pressed = press_body(form(option("Ja"), BREAK, option("Nei", "checked")))
    with open_pdf(pressed) as pdf:
        (group,) = pdf.Root.AcroForm.Fields
        assert group.V == "/1"
        assert [str(kid.AS) for kid in group.Kids] == ["/Off", "/1"]


def test_without_a_title_the_label_becomes_the_tooltip() -> None:
    pressed = press_body(
        form('<label for="a">Hvem var der?</label><input id="a" name="hvem">'),
    )
    assert pressed.problems == ()
    assert [fact.tooltip for fact in pressed.fields] == ["Hvem var der?"]


def test_the_title_goes_before_the_label() -> None:
    body = form('<label for="a">Hvem?</label><input id="a" name="b" title="Hvem var der?">')
    with open_pdf(press_body(body)) as pdf:
        assert str(pdf.Root.AcroForm.Fields[0].TU) == "Hvem var der?"


@pytest.mark.parametrize(("direction", "side"), [("ltr", None), ("rtl", 2)])
def test_what_is_typed_begins_at_the_side_where_reading_begins(
    direction: str, side: int | None
) -> None:
    body = form(f'<div dir="{direction}"><input name="a" title="A"></div>')
    with open_pdf(press_body(body)) as pdf:
        assert pdf.Root.AcroForm.Fields[0].get("/Q") == side


def test_the_font_of_every_field_is_embedded_whole_and_small() -> None:
    body = form(
        '<input name="a" title="A"><textarea name="b" title="B"></textarea>',
        '<select name="c" title="C"><option value="x">x</option></select>',
    )
    pressed = press_body(body)
    # The face with all that people type is 29 KB; Noto Sans whole would be half a megabyte.
    assert len(pressed.data) < 60_000
    with open_pdf(pressed) as pdf:
        acroform = pdf.Root.AcroForm
        for field in acroform.Fields:
            words = str(field.DA).split()
            assert (words[:2], words[4:]) == (["0", "g"], ["Tf"])
            font = acroform.DR.Font[words[2]].DescendantFonts[0]
            assert "Dreiebok-Field" in str(font.BaseFont)
            descriptor = font.FontDescriptor
            assert "/FontFile2" in descriptor or "/FontFile3" in descriptor


def test_typed_letters_of_latin_and_cyrillic_scripts_are_in_the_field_font(
    field_letters: set[int],
) -> None:
    wanted = "æøåÆØÅäöüßéèêëçñąćęłńóśźżĄĆĘŁŃÓŚŹŻčďěňřšťůžáíýúőűășțđŋŧґєіїщжыэ–—…«»„”‘’“€§°½ẞ"
    assert [letter for letter in wanted if ord(letter) not in field_letters] == []


@pytest.fixture(scope="module")
def field_letters() -> set[int]:
    with TTFont(TEMPLATES / "fonts/DreiebokField-Regular.ttf") as font:
        return set(font.getBestCmap())


def test_links_are_printed_too() -> None:
    body = '<h1 id="x">x</h1><p><a href="#x">a</a> <a href="https://nav.no/">b</a></p>'
    with open_pdf(press_body(body)) as pdf:
        # PDF/A-2, 6.3.2: an annotation has the print flag and none that hides it.
        assert [int(link.F) for link in pdf.pages[0].Annots] == [4, 4]
