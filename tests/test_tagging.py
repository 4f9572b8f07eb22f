"""The tag tree as a screen reader walks it, where the renderer alone leaves it bare."""

from collections.abc import Iterator

import pikepdf
import pytest

from tests.pressing import FIELDS, OPEN_PROFILE, failures, open_pdf, press_body

pytestmark = OPEN_PROFILE


def walk(element: pikepdf.Object) -> Iterator[pikepdf.Object]:
    yield element
    kids = element.get("/K", pikepdf.Array())
    for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
        if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
            yield from walk(kid)


def kinds(body: str, style: str = FIELDS) -> list[str]:
    """Return each structure element's type with what was added to it, in reading order."""
    pressed = press_body(body, style)
    assert failures(pressed) == []
    with open_pdf(pressed) as pdf:
        return [_words(element) for element in walk(pdf.Root.StructTreeRoot.K[0])]


def _words(element: pikepdf.Object) -> str:
    attributes = element.get("/A", pikepdf.Dictionary())
    added = (attributes.get("/ListNumbering"), attributes.get("/Scope"), element.get("/Lang"))
    return " ".join(str(word).lstrip("/") for word in (element.S, *added) if word is not None)


def test_parts_of_a_page_are_more_than_groups() -> None:
    parts = ("header", "footer", "nav", "aside", "figure", "form", "fieldset")
    body = "<h1>x</h1>" + "".join(f"<{part}><p>x</p></{part}>" for part in parts)
    types = kinds(body)[3::3]
    assert dict(zip(parts, types, strict=True)) == {
        "header": "Div", "footer": "Div", "nav": "Sect", "aside": "Sect", "figure": "Div",
        "form": "Sect", "fieldset": "Sect",
    }  # fmt: skip


def test_a_question_and_its_label_are_paragraphs_before_the_field() -> None:
    body = """<h1>x</h1><form><fieldset><legend>Hva?</legend><div><label for="a">Sted</label>
    <input id="a" name="a" title="Hva? Sted"></div></fieldset></form>"""
    found = [kind for kind in kinds(body, "input { appearance: auto }") if kind in {"P", "Form"}]
    assert found == ["P", "P", "Form"]


def test_a_language_inside_another_is_told_each_time_it_changes() -> None:
    body = '<h1>x</h1><div lang="en"><p>Hello <span lang="nb">hei</span></p></div>'
    assert [kind for kind in kinds(body) if " " in kind] == ["Div en", "Span nb"]


@pytest.mark.parametrize(
    ("opening", "numbering"),
    [
        ("<ol>", "Decimal"),
        ('<ol style="list-style: lower-alpha">', "LowerAlpha"),
        ("<ul>", "Disc"),
        ('<ul style="list-style: none">', "None"),
    ],
)
def test_a_list_says_how_it_counts(opening: str, numbering: str) -> None:
    body = f"<h1>x</h1>{opening}<li>a</li></{opening[1:3]}>"
    assert f"L {numbering}" in kinds(body)


@pytest.mark.parametrize(
    ("scope", "told"), [("row", "Row"), ("rowgroup", "Row"), ("col", "Column"), ("", "Column")]
)
def test_a_header_cell_says_what_it_heads(scope: str, told: str) -> None:
    body = f'<h1>x</h1><table><tr><th scope="{scope}">a</th><td>b</td></tr></table>'
    assert f"TH {told}" in kinds(body)


def test_running_heads_and_decoration_are_read_by_nobody() -> None:
    body = '<p class="head" aria-hidden="true">Topp</p><h1>x</h1><p aria-hidden="true">Pynt</p>'
    style = """@page { @top-left { content: element(head) } @bottom-left { content: "Side" } }
    .head { position: running(head) }"""
    assert kinds(body, style) == ["Document", "H1", "Span"]


def test_the_patch_is_taken_off_again() -> None:
    from weasyprint.pdf import tags
    from weasyprint.pdf.stream import Stream

    press_body("<h1>x</h1>")
    assert tags._build_box_tree.__module__ == tags._get_pdf_tag.__module__ == tags.__name__
    assert Stream.marked.__module__ == Stream.__module__
