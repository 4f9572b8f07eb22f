"""What a print shop and an office printer need: boxes, cuts, safe area, fonts, black, sharpness."""

import io
from collections.abc import Iterator
from typing import Any

import pikepdf
import pypdfium2
import pypdfium2.raw as pdfium
import pytest
from PIL import Image, ImageChops, ImageOps

from dreiebok.press.imposition import FOUR_UP, card_sheets
from dreiebok.press.values import PressedPdf, PrintDocument
from tests.pressing import OPEN_PROFILE

pytestmark = OPEN_PROFILE

Documents = dict[str, PrintDocument]
Pressed = dict[str, PressedPdf]
PT = 72 / 25.4
SAFE_MM = 3.0


def decks(pressed: Pressed, ending: str) -> Iterator[tuple[str, PressedPdf]]:
    """Yield the decks of all programmes in one variant."""
    found = [(path, pdf) for path, pdf in pressed.items() if path.endswith(ending)]
    assert len({path.split("/")[1] for path, _ in found}) >= 5, ending
    yield from found


def box(page: Any, name: str) -> list[float]:
    return [float(edge) for edge in page[name]]


def test_boxes_lie_within_each_other(pressed: Pressed) -> None:
    for path, one in pressed.items():
        with pikepdf.open(io.BytesIO(one.data)) as pdf:
            for page in pdf.pages:
                media, trim = box(page, "/MediaBox"), box(page, "/TrimBox")
                bleed = box(page, "/BleedBox") if "/BleedBox" in page else trim
                for outer, inner in ((media, bleed), (bleed, trim)):
                    assert all(inner[n] >= outer[n] - 0.01 for n in (0, 1)), path
                    assert all(inner[n] <= outer[n] + 0.01 for n in (2, 3)), path


def test_cards_for_the_print_shop_have_three_mm_of_bleed_all_round(pressed: Pressed) -> None:
    for path, one in decks(pressed, "cards-trim.pdf"):
        assert (one.trim_mm, one.bleed_mm) == ((105, 148), 3), path
        with pikepdf.open(io.BytesIO(one.data)) as pdf:
            for page in pdf.pages:
                trim, bleed = box(page, "/TrimBox"), box(page, "/BleedBox")
                sides = [abs(a - b) / PT for a, b in zip(trim, bleed, strict=True)]
                assert sides == pytest.approx([3] * 4, abs=0.01), path


def test_the_band_of_a_cover_fills_the_bleed(pressed: Pressed) -> None:
    for path, one in decks(pressed, "cards-trim.pdf"):
        drawn = pypdfium2.PdfDocument(one.data)
        picture = drawn[0].render(scale=10 / PT).to_pil().convert("L")
        # The media box reaches 9 mm over the trim on every side, so the bleed begins 6 mm in.
        band = picture.crop((61, 61, 120, picture.height - 61))
        assert band.getextrema()[1] < 200, path
        drawn.close()


def test_text_on_cards_keeps_the_safe_area(documents: Documents, pressed: Pressed) -> None:
    for path, one in pressed.items():
        if documents[path].kind != "cards" or documents[path].pieces or "-a5" in path:
            continue
        pdf = pypdfium2.PdfDocument(one.data)
        for number, page in enumerate(pdf, 1):
            left, bottom, right, top = page.get_trimbox()
            words = page.get_textpage()
            for index in range(words.count_chars()):
                if not words.get_text_range(index, 1).strip():
                    continue
                x0, y0, x1, y1 = words.get_charbox(index)
                room = min(x0 - left, y0 - bottom, right - x1, top - y1) / PT
                assert room >= SAFE_MM, (path, number, words.get_text_range(index, 12))
        pdf.close()


def test_every_font_is_embedded(pressed: Pressed) -> None:
    for path, one in pressed.items():
        with pikepdf.open(io.BytesIO(one.data)) as pdf:
            fonts = [o for o in pdf.objects if _is(o, "/Type", "/FontDescriptor")]
            assert fonts, path
            for font in fonts:
                assert {"/FontFile", "/FontFile2", "/FontFile3"} & set(font.keys()), path


def _is(found: Any, key: str, value: str) -> bool:
    return isinstance(found, pikepdf.Dictionary) and found.get(key) == value


def test_no_picture_is_coarser_than_two_hundred_dots_an_inch(pressed: Pressed) -> None:
    for path, one in pressed.items():
        pdf = pypdfium2.PdfDocument(one.data)
        for page in pdf:
            for image in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_IMAGE], max_depth=9):
                width, height = image.get_px_size()
                x0, y0, x1, y1 = image.get_bounds()
                assert width / ((x1 - x0) / 72) >= 200, path
                assert height / ((y1 - y0) / 72) >= 200, path
        pdf.close()


def test_black_text_is_of_one_ink(pressed: Pressed) -> None:
    """Black and grey are DeviceGray, so a press prints them with black alone, not with four."""
    for path, one in pressed.items():
        with pikepdf.open(io.BytesIO(one.data)) as pdf:
            for page in pdf.pages:
                for stream in (page, *_forms(page)):
                    for red, green, blue in _text_colours(stream):
                        assert max(red, green, blue) - min(red, green, blue) > 0.1, path


def _forms(page: Any) -> list[Any]:
    objects = page.Resources.get("/XObject", {})
    return [found for found in objects.values() if found.get("/Subtype") == "/Form"]


def _text_colours(stream: Any) -> Iterator[tuple[float, float, float]]:
    """Yield the colour of each piece of text that is not in DeviceGray."""
    chosen: tuple[float, ...] = ()  # Black in DeviceGray is where every page begins.
    kept: list[tuple[float, ...]] = []
    for instruction in pikepdf.parse_content_stream(stream):
        operator = str(instruction.operator)
        assert operator not in {"k", "K", "sc", "scn", "cs"}
        if operator in {"g", "rg"}:
            chosen = tuple(map(float, instruction.operands)) if operator == "rg" else ()
        elif operator == "q":
            kept.append(chosen)
        elif operator == "Q":
            chosen = kept.pop()
        elif operator in {"Tj", "TJ", "'", '"'} and chosen:
            red, green, blue = chosen
            yield red, green, blue


def test_nothing_overprints(pressed: Pressed) -> None:
    for path, one in pressed.items():
        with pikepdf.open(io.BytesIO(one.data)) as pdf:
            states = [o for o in pdf.objects if isinstance(o, pikepdf.Dictionary)]
            assert not any(o.get(key) for o in states for key in ("/OP", "/op")), path


def ink(pdf: pypdfium2.PdfDocument, number: int, shade: int = 200) -> Image.Image:
    """Draw a page at 20 pixels a mm, ink white on black."""
    drawn: Image.Image = pdf[number].render(scale=20 / PT, grayscale=True).to_pil()
    return drawn.point(lambda grey: 255 if grey < shade else 0)


def test_front_and_back_of_a_sheet_lie_behind_each_other(pressed: Pressed) -> None:
    """Look through the paper: cuts and marks of the back, mirrored, lie on those of the front."""
    (x,) = card_sheets(8, FOUR_UP)[0].front.cuts_x_mm[1:-1]
    (y,) = card_sheets(8, FOUR_UP)[0].front.cuts_y_mm[1:-1]
    for path, one in decks(pressed, "cards-4up.pdf"):
        pdf = pypdfium2.PdfDocument(one.data)
        front, back = ink(pdf, 0), ImageOps.mirror(ink(pdf, 1))
        # These strips hold nothing but the lines of the cuts.
        for face in (front, back):
            strip = face.crop((int((x - 3) * 20), 18 * 20, int((x + 3) * 20), 22 * 20))
            left, _, right, _ = strip.getbbox() or (0, 0, 0, 0)
            middle = (left + right) / 2 / 20 + x - 3
            assert middle == pytest.approx(x, abs=0.1), path
            top = 297 - y
            strip = face.crop((95 * 20, int((top - 1.5) * 20), 97 * 20, int((top + 1.5) * 20)))
            _, above, _, below = strip.getbbox() or (0, 0, 0, 0)
            middle = (above + below) / 2 / 20 + top - 1.5
            assert middle == pytest.approx(top, abs=0.1), path
        pdf.close()


def test_the_small_ring_of_a_back_stands_in_the_middle_of_the_large_one(pressed: Pressed) -> None:
    pdf = pypdfium2.PdfDocument(pressed["print/mestringsgruppe/dreiebok-cards-4up.pdf"].data)
    middle = (int(102.5 * 20), int((297 - 148.5 - 2.5) * 20), int(107.5 * 20), 151 * 20)
    rings = [ink(pdf, 0).crop(middle), ImageOps.mirror(ink(pdf, 1)).crop(middle)]
    # Without the cuts, which run through both, a ring is as wide as it is high.
    sizes = []
    for ring in rings:
        quarter = ring.crop((0, 0, 48, 48)).getbbox()
        assert quarter
        sizes.append((50 - quarter[0]) / 20)
    assert sizes == pytest.approx([2.0, 1.0], abs=0.1)
    arrows = [
        face.crop((2060, 150, 2140, 260)) for face in (ink(pdf, 0), ImageOps.mirror(ink(pdf, 1)))
    ]
    assert ImageChops.difference(*arrows).getbbox() is None
    pdf.close()
