"""Sheets: pages laid on paper as cards or a booklet, seen from the front and through the paper."""

import io
import time
from collections.abc import Iterator
from dataclasses import replace
from itertools import product

import pikepdf
import pypdfium2
import pytest
from PIL import Image, ImageOps

from dreiebok.press.imposition import A5_ON_A4, FOUR_UP, card_sheets, saddle_sheets
from dreiebok.press.sheets import assemble_pdf
from dreiebok.press.values import Piece, PressedPdf, PrintDocument
from tests.pressing import OPEN_PROFILE, open_pdf, press_body

pytestmark = OPEN_PROFILE

PT = 72 / 25.4
PLAIN = "@page { size: 105mm 148mm; margin: 0 }"
BLEEDING = "@page { size: 105mm 148mm; margin: 0; bleed: 9mm; marks: crop cross }"
CARD = """
.card { position: relative; width: 105mm; height: 148mm; break-after: page }
.card:last-child { break-after: auto }
.card p { position: absolute; left: 30mm; top: 60mm; margin: 0 }
.mark { position: absolute; right: 4mm; top: 4mm; width: 6mm; height: 6mm; background: #000 }
"""
SHEET = PrintDocument(
    "print/p/y.pdf", "cards", "Ark på «fire»", "nb", "p", "r", b"", (Piece("x", "4up"),)
)


def impose_pdf(document: PrintDocument, data: bytes) -> PressedPdf:
    """Assemble a document of one piece."""
    return assemble_pdf(document, {"x": data})


def deck(count: int, style: str = PLAIN) -> PressedPdf:
    """Press cards with their number in words, and a black square at the upper right corner."""
    cards = (
        f'<section class="card"><p>side{n:02}</p><div class="mark"></div></section>'
        for n in range(1, count + 1)
    )
    pressed = press_body("".join(cards), f"{style} body {{ margin: 0 }} {CARD}")
    assert pressed.pages == count
    return pressed


@pytest.fixture(scope="module")
def sheets() -> PressedPdf:
    """Ten cards: a full sheet, and one with a single card."""
    return impose_pdf(SHEET, deck(10).data)


@pytest.fixture
def drawn(sheets: PressedPdf) -> Iterator[pypdfium2.PdfDocument]:
    pdf = pypdfium2.PdfDocument(sheets.data)
    yield pdf
    pdf.close()


def test_what_is_said_of_the_sheets_is_true(sheets: PressedPdf) -> None:
    assert (sheets.pages, sheets.trim_mm, sheets.bleed_mm) == (4, (210, 297), 0)
    assert (sheets.conformance, sheets.fields, sheets.problems) == ((), (), ())
    with open_pdf(sheets) as pdf:
        assert len(pdf.pages) == sheets.pages
        for leaf in pdf.pages:
            for box in (leaf.MediaBox, leaf.TrimBox):
                assert [float(n) for n in box] == pytest.approx(
                    [0, 0, 210 * PT, 297 * PT], abs=0.01
                )


def test_the_file_has_a_title_and_a_language_and_claims_no_conformance(sheets: PressedPdf) -> None:
    with open_pdf(sheets) as pdf:
        assert str(pdf.docinfo["/Title"]) == SHEET.title
        assert str(pdf.Root.Lang) == "nb"
        assert pdf.Root.ViewerPreferences.DisplayDocTitle
        assert pdf.Root.ViewerPreferences.Duplex == "/DuplexFlipLongEdge"
        assert pdf.Root.ViewerPreferences.PrintScaling == "/None"
        # Tags and fields did not come along, so nothing may say that they had.
        assert {"/MarkInfo", "/StructTreeRoot", "/AcroForm"}.isdisjoint(pdf.Root.keys())
        with pdf.open_metadata() as metadata:
            assert [key for key in metadata if "pdfaid" in key or "pdfuaid" in key] == []


def test_the_same_deck_gives_the_same_bytes(sheets: PressedPdf) -> None:
    time.sleep(1.1)  # A file's number is often made of the second in which it is written.
    assert impose_pdf(SHEET, deck(10).data).data == sheets.data


def test_an_unknown_layout_is_a_fault_of_ours() -> None:
    unknown = replace(SHEET, pieces=(Piece("x", "17up"),))
    with pytest.raises(KeyError, match="17up"):
        impose_pdf(unknown, deck(2).data)


@pytest.mark.parametrize("style", [PLAIN, BLEEDING], ids=["plain", "with bleed"])
def test_every_card_lies_where_the_arithmetic_says(style: str) -> None:
    pdf = pypdfium2.PdfDocument(impose_pdf(SHEET, deck(10, style).data).data)
    sides = [side for sheet in card_sheets(10, FOUR_UP) for side in (sheet.front, sheet.back)]
    assert len(pdf) == len(sides)
    for leaf, side in zip(pdf, sides, strict=True):
        words = leaf.get_textpage()
        assert sorted(words.get_text_bounded().split()) == sorted(
            f"side{placement.page:02}" for placement in side.placements
        )
        for placement in side.placements:
            # The line begins 30 mm from the left and 60 mm from the top of every card.
            left, top = placement.x_mm + 30, placement.y_mm + FOUR_UP.card_height_mm - 60
            box = (left - 1, top - 6, left + 16, top + 1)
            found = words.get_text_bounded(*(n * PT for n in box))
            assert found.strip() == f"side{placement.page:02}"
    pdf.close()


def ink(pdf: pypdfium2.PdfDocument, number: int) -> Image.Image:
    """Draw a page at 10 pixels a mm, ink white on black; row 0 is the top."""
    drawn: Image.Image = pdf[number].render(scale=10 / PT, grayscale=True).to_pil()
    return drawn.point(lambda grey: 255 if grey < 200 else 0)


def shares(picture: Image.Image) -> tuple[list[int], list[int]]:
    """Return the columns and rows that are inked nearly from end to end."""
    across = picture.resize((picture.width, 1), Image.Resampling.BOX).tobytes()
    down = picture.resize((1, picture.height), Image.Resampling.BOX).tobytes()
    return (
        [n for n, grey in enumerate(across) if grey > 230],
        [n for n, grey in enumerate(down) if grey > 230],
    )


def test_the_cuts_of_a_back_lie_behind_those_of_its_front(drawn: pypdfium2.PdfDocument) -> None:
    side = card_sheets(10, FOUR_UP)[0].front
    (x,), (y,) = side.cuts_x_mm[1:-1], side.cuts_y_mm[1:-1]
    for face in (ink(drawn, 0), ImageOps.mirror(ink(drawn, 1))):
        columns, rows = shares(face)
        assert columns
        assert rows
        assert all(abs(n / 10 - x) <= 0.2 for n in columns)
        assert all(abs(n / 10 - (297 - y)) <= 0.2 for n in rows)


def test_a_card_cut_out_has_its_back_upright_behind_it(drawn: pypdfium2.PdfDocument) -> None:
    front, back = ink(drawn, 0), ImageOps.mirror(ink(drawn, 1))
    for column, row in product((0, 1), (0, 1)):
        left, top = column * 1050, 5 + row * 1480
        # The square is at the right of the front; seen through the paper, at the left of the back.
        at_right = (left + 960, top + 50, left + 1000, top + 90)
        at_left = (left + 50, top + 50, left + 90, top + 90)
        assert front.crop(at_right).getextrema() == (255, 255)
        assert back.crop(at_left).getextrema() == (255, 255)
        assert front.crop(at_left).getextrema() == (0, 0)
        assert back.crop(at_right).getextrema() == (0, 0)


def test_bleed_and_crop_marks_of_the_cards_are_left_out() -> None:
    plain, bleeding = (
        pypdfium2.PdfDocument(impose_pdf(SHEET, deck(2, style).data).data)
        for style in (PLAIN, BLEEDING)
    )
    assert ink(plain, 0).tobytes() == ink(bleeding, 0).tobytes()
    plain.close()
    bleeding.close()


def test_a_card_whose_corner_is_not_the_origin_lies_in_the_same_place() -> None:
    with open_pdf(deck(2)) as pdf:
        for leaf in pdf.pages:
            leaf.contents_add(b"q 1 0 0 1 50 70 cm", prepend=True)
            leaf.contents_add(b"Q")
            for box in (leaf.MediaBox, leaf.TrimBox, leaf.BleedBox):
                box[:] = [float(n) + shift for n, shift in zip(box, (50, 70, 50, 70), strict=True)]
        moved = io.BytesIO()
        pdf.save(moved)
    there, here = (
        pypdfium2.PdfDocument(impose_pdf(SHEET, data).data)
        for data in (moved.getvalue(), deck(2).data)
    )
    assert ink(there, 0).tobytes() == ink(here, 0).tobytes()
    there.close()
    here.close()


def test_pages_are_placed_not_rasterised(sheets: PressedPdf) -> None:
    with pikepdf.open(io.BytesIO(sheets.data)) as pdf:
        assert not any(leaf.get_images(recursive=True) for leaf in pdf.pages)


LEAF = """
@page { size: 148mm 210mm; margin: 0 } body { margin: 0 }
.leaf { position: relative; width: 148mm; height: 210mm; break-after: page }
.leaf:last-child { break-after: auto }
.leaf p { position: absolute; left: 30mm; top: 60mm; margin: 0 }
"""
BOOKLET = PrintDocument(
    "print/p/y.pdf", "booklet", "Hefte, «brett»", "nb", "p", "r", b"", (Piece("x", "booklet"),)
)


def pages(count: int) -> bytes:
    """Press A5 pages with their number in words."""
    leaves = (f'<section class="leaf"><p>side{n:02}</p></section>' for n in range(1, count + 1))
    return press_body("".join(leaves), LEAF).data


@pytest.mark.parametrize(("layout", "bound_right"), [("booklet", False), ("booklet-right", True)])
def test_every_page_of_a_booklet_lies_where_the_arithmetic_says(
    layout: str, bound_right: bool
) -> None:
    made = impose_pdf(replace(BOOKLET, pieces=(Piece("x", layout),)), pages(6))
    assert (made.pages, made.trim_mm, made.conformance) == (4, (297, 210), ())
    pdf = pypdfium2.PdfDocument(made.data)
    sheets = saddle_sheets(6, A5_ON_A4, bound_right=bound_right)
    sides = [side for sheet in sheets for side in (sheet.front, sheet.back)]
    for leaf, side in zip(pdf, sides, strict=True):
        words = leaf.get_textpage()
        assert len(words.get_text_bounded().split()) == len(side.placements)
        for placement in side.placements:
            left, top = placement.x_mm + 30, placement.y_mm + A5_ON_A4.page_height_mm - 60
            found = words.get_text_bounded(
                *(n * PT for n in (left - 1, top - 6, left + 16, top + 1))
            )
            assert found.strip() == f"side{placement.page:02}"
    pdf.close()


def test_a_printer_is_told_to_turn_a_booklet_over_its_short_edge() -> None:
    with open_pdf(impose_pdf(BOOKLET, pages(4))) as pdf:
        assert pdf.Root.ViewerPreferences.Duplex == "/DuplexFlipShortEdge"
        assert str(pdf.docinfo["/Title"]) == BOOKLET.title
        assert str(pdf.Root.Lang) == "nb"
        assert pdf.pdf_version >= "1.7"


def test_the_fold_is_marked_at_its_ends_and_on_the_inside_alone() -> None:
    pdf = pypdfium2.PdfDocument(impose_pdf(BOOKLET, pages(4)).data)
    outside, inside = (ink(pdf, n).crop((1475, 0, 1495, 2100)) for n in (0, 1))
    assert outside.getbbox() is None
    assert inside.crop((0, 0, 20, 68)).getbbox()
    assert inside.crop((0, 2032, 20, 2100)).getbbox()
    assert inside.crop((0, 80, 20, 2020)).getbbox() is None
    pdf.close()
