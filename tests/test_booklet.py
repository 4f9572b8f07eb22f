"""The booklet of a script: complete, large enough, conforming; and on sheets to fold."""

import io
from typing import Any

import pikepdf
import pypdfium2
import pytest
from lxml import html as lxml_html
from pypdfium2 import raw

from dreiebok.editions.edition import Edition
from dreiebok.model.walking import nodes_with_ids
from dreiebok.press.documents import print_documents
from dreiebok.press.sheets import assemble_pdf
from dreiebok.press.values import Piece, PressedPdf, PrintDocument
from dreiebok.press.weasyprint_ import press
from dreiebok.problems import Code
from dreiebok.templating import Templates
from tests.pressing import OPEN_PROFILE, TEMPLATES, failures
from tests.projects import book_edition

pytestmark = OPEN_PROFILE

PT = 72 / 25.4
HEAD_MM, FOOT_MM = 15, 14
"""Where running heads and page numbers stand, which may be smaller than the text."""


@pytest.fixture(scope="module")
def booklets(edition: Edition, templates: Templates) -> dict[str, PrintDocument]:
    """Booklets and their sheets by path."""
    made, problems = print_documents(edition, templates)
    assert problems == ()
    return {document.path: document for document in made if document.kind == "booklet"}


@pytest.fixture(
    scope="module",
    params=["mestringsgruppe/dreiebok", "veiledningsgruppe/dreiebok", "refleksjonsgruppe/samtalen"],
)
def booklet(request: pytest.FixtureRequest, booklets: dict[str, PrintDocument]) -> PrintDocument:
    """A booklet with two time plans, one with one, and one with none."""
    return booklets[f"print/{request.param}-booklet.pdf"]


@pytest.fixture(scope="module")
def pressed(booklet: PrintDocument) -> PressedPdf:
    return press(booklet, TEMPLATES)


def test_every_script_has_a_booklet_and_its_sheets(
    edition: Edition, booklets: dict[str, PrintDocument]
) -> None:
    scripts = [str(s.id) for p in edition.programmes for s in edition.scripts_of(p)]
    read = [d for d in booklets.values() if d.html]
    folded = [d for d in booklets.values() if d.pieces]
    assert [d.record for d in read] == [d.record for d in folded] == scripts
    for document, sheets in zip(read, folded, strict=True):
        assert document.title.endswith(": hefte i A5")
        assert sheets.title.endswith(": hefte til utskrift, brett på midten")
        assert sheets.path == document.path.replace(".pdf", "-imposed.pdf")
        assert sheets.pieces == (Piece(document.path, "booklet"),)


def test_a_booklet_shows_script_rules_and_pitfalls_once(
    edition: Edition, booklets: dict[str, PrintDocument]
) -> None:
    for programme in edition.programmes:
        pages = edition.pages_of(programme)
        sets = [page for page in pages if getattr(page, "kind", "") in {"rules", "pitfalls"}]
        for script in edition.scripts_of(programme):
            (document,) = (d for d in booklets.values() if d.record == str(script.id) and d.html)
            tree: Any = lxml_html.document_fromstring(document.html)
            shown = tree.xpath("//@id")
            wanted = {str(i) for record in (script, *sets) for i, _ in nodes_with_ids(record)}
            assert wanted - set(shown) == set(), script.id
            assert len(shown) == len(set(shown)), script.id


def test_the_table_gives_minutes_and_clock_of_every_plan(
    booklets: dict[str, PrintDocument],
) -> None:
    document = booklets["print/mestringsgruppe/dreiebok-booklet.pdf"]
    table = lxml_html.document_fromstring(document.html).find(".//table")
    rows = [" ".join(row.text_content().split()) for row in table.iter("tr")]
    assert rows[0] == "Steg120 min vårt eget90 min vårt egetSide"
    assert rows[4] == "4. Forstørrelsesglasset Gruppa og fortelleren0:35 25 min0:25 20 min"
    assert len(rows) == 10


def test_a_booklet_is_a5_and_conforms(pressed: PressedPdf) -> None:
    assert pressed.problems == ()
    assert pressed.trim_mm == (148.0, 210.0)
    assert pressed.conformance == ("PDF/A-2a", "PDF/UA-1")
    assert failures(pressed) == []


def test_text_is_at_least_10_pt_but_for_the_mark_of_what_is_our_own(pressed: PressedPdf) -> None:
    document = pypdfium2.PdfDocument(pressed.data)
    small = ""
    for number in range(len(document)):
        page = document[number]
        text = page.get_textpage()
        for n in range(text.count_chars()):
            size, (_, bottom, _, top) = raw.FPDFText_GetFontSize(text.raw, n), text.get_charbox(n)
            inside = bottom > FOOT_MM * PT and top < (210 - HEAD_MM) * PT
            if 1.5 < size < 9.99 and inside:
                small += text.get_text_range(n, 1)
    document.close()
    assert "".join(small.split()).replace("vårteget", "") == ""


def test_the_sheets_hold_every_page(booklet: PrintDocument, pressed: PressedPdf) -> None:
    pieces = (Piece(booklet.path, "booklet"),)
    sheets = assemble_pdf(
        PrintDocument("a.pdf", "booklet", "x", "nb", "p", "r", b"", pieces),
        {booklet.path: pressed.data},
    )
    assert sheets.pages == 2 * -(-pressed.pages // 4)
    with pikepdf.open(io.BytesIO(sheets.data)) as pdf:
        assert sum(len(side.Resources.XObject) for side in pdf.pages) == pressed.pages
        assert {"/MarkInfo", "/StructTreeRoot"}.isdisjoint(pdf.Root.keys())


@pytest.mark.parametrize("book", ["minimal", "every-kind"])
def test_a_small_book_without_rules_or_plans_has_a_booklet(book: str, templates: Templates) -> None:
    made, problems = print_documents(book_edition(book), templates)
    assert problems == ()
    for document in made:
        if document.kind == "booklet" and document.html:
            pressed = press(document, TEMPLATES)
            assert (pressed.problems, failures(pressed)) == ((), [])


def test_a_lead_that_bursts_the_cover_is_told_at_its_line(templates: Templates) -> None:
    path = TEMPLATES.parent / "tests/books/minimal/content/manus.yml"
    source = path.read_text(encoding="utf-8")
    title = next(line for line in source.splitlines() if line.startswith("title:"))
    edition = book_edition("minimal", **{title: f"{title}\nlead: {'Et langt ord til. ' * 120}"})
    made, _ = print_documents(edition, templates)
    (document,) = (d for d in made if d.path.endswith("/manus-booklet.pdf"))
    (burst,) = press(document, TEMPLATES).problems
    assert burst.code is Code.TEXT_OVERFLOWS
    assert burst.location.file == "content/manus.yml"
