"""People fill the forms in: typed and chosen in one reader, seen in two."""

import ctypes
import io
from pathlib import Path

import pikepdf
import pypdfium2
import pypdfium2.raw as pdfium
import pytest
from PIL import Image, ImageChops

from dreiebok.press.filling import fill_pdf
from dreiebok.press.values import PressedPdf
from tests.pressing import TEMPLATES
from tests.readers import (
    SCALE,
    Box,
    boxes,
    pdf_js,
    values,
    with_mupdf,
    with_pdfium,
    with_poppler,
)

LOG = "print/mestringsgruppe/loggskjema.pdf"
EVERY = "print/felt/skjema.pdf"
SURVEY = "print/felt/maling.pdf"
WORDS = "Blåbærsyltetøy på Ærfugløya"


def click(pdf: pypdfium2.PdfDocument, leaf: pypdfium2.PdfPage, box: Box) -> None:
    at = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    pdfium.FORM_OnMouseMove(pdf.formenv, leaf, 0, *at)
    pdfium.FORM_OnLButtonDown(pdf.formenv, leaf, 0, *at)
    pdfium.FORM_OnLButtonUp(pdf.formenv, leaf, 0, *at)


def fill(data: bytes, typed: dict[tuple[str, int], str]) -> bytes:
    """Fill a form in as a person in a browser: click a widget, type what is given, if anything."""
    places = boxes(data)
    pdf = pypdfium2.PdfDocument(data)
    pdf.init_forms()
    leaves = [pdf[number] for number in range(len(pdf))]
    for key, words in typed.items():
        number, box = places[key]
        click(pdf, leaves[number], box)
        if words:
            letters = [ord(letter) for letter in words]
            pdfium.FORM_ReplaceSelection(
                pdf.formenv, leaves[number], (ctypes.c_ushort * (len(letters) + 1))(*letters, 0)
            )
        pdfium.FORM_ForceToKillFocus(pdf.formenv)
    written = io.BytesIO()
    pdf.save(written)
    for leaf in leaves:
        leaf.close()
    pdf.close()
    return written.getvalue()


def draw(engine: str, data: bytes, folder: Path) -> list[Image.Image]:
    return with_pdfium(data) if engine == "pdfium" else with_poppler(data, folder)


def changed(before: Image.Image, after: Image.Image, box: Box) -> int:
    """Return how many pixels of a widget have become much darker."""
    height = before.height
    left, bottom, right, top = (round(n * SCALE) for n in box)
    area = (left, height - top, right, height - bottom)
    difference = ImageChops.subtract(before.crop(area), after.crop(area))
    return sum(difference.histogram()[100:])


@pytest.mark.parametrize("engine", ["pdfium", "poppler"])
def test_norwegian_words_typed_into_the_log_form_are_seen(
    engine: str, pressed: dict[str, PressedPdf], tmp_path: Path
) -> None:
    empty = pressed[LOG].data
    places = boxes(empty)
    assert len(places) == 8
    filled = fill(empty, dict.fromkeys(places, WORDS))
    assert values(filled) == {name: WORDS for name, _ in places}
    before, after = draw(engine, empty, tmp_path), draw(engine, filled, tmp_path)
    seen = {key: changed(before[n], after[n], box) for key, (n, box) in places.items()}
    # The same words in the same type: about as much ink in every field, and not a few dots.
    assert min(seen.values()) > 300, seen
    assert max(seen.values()) < 1.5 * min(seen.values()), seen


def test_every_letter_of_the_alphabet_leaves_ink(pressed: dict[str, PressedPdf]) -> None:
    """A letter that the field font lacks would be drawn as nothing, or as an empty box."""
    empty = pressed[LOG].data
    key, (number, box) = next(iter(boxes(empty).items()))
    before = with_pdfium(empty)[number]
    shapes: dict[bytes, str] = {}
    for letter in "æøåÆØÅéü–«»":
        after = with_pdfium(fill(empty, {key: letter}))[number]
        left, top, right = (round(n * SCALE) for n in (box[0], box[3], box[2]))
        shape = after.crop((left, before.height - top, right, before.height)).tobytes()
        assert changed(before, after, box) > 0, letter
        assert shape not in shapes, f"{letter} looks like {shapes[shape]}"
        shapes[shape] = letter


@pytest.mark.parametrize(
    ("name", "place", "answer"),
    [("fe-valg", 0, "Aldri"), ("fe-valg", 1, "Ofte & gjerne"), ("fe-skala", 4, "5"),
     ("fe-en-fe-r1", 1, "Andre")],
)  # fmt: skip
def test_a_choice_sticks_and_is_the_only_one(
    name: str, place: int, answer: str, pressed: dict[str, PressedPdf]
) -> None:
    other = 1 - place if place < 2 else 0
    filled = fill(pressed[EVERY].data, {(name, other): "", (name, place): ""})
    assert values(filled) == {name: answer}
    with pikepdf.open(io.BytesIO(filled)) as pdf:
        (group,) = [field for field in pdf.Root.AcroForm.Fields if name == field.T]
        on = [number for number, kid in enumerate(group.Kids) if kid.AS != "/Off"]
        assert on == [place]


def test_ticks_are_set_and_taken_away(pressed: dict[str, PressedPdf]) -> None:
    empty = pressed[EVERY].data
    key = "fe-flere-fe-r3-fe-k4", 0
    ticked = fill(empty, {key: ""})
    assert list(values(ticked)) == [key[0]]
    assert values(fill(ticked, {key: ""})) == {}


def test_no_more_letters_than_allowed_are_taken(pressed: dict[str, PressedPdf]) -> None:
    filled = fill(pressed[EVERY].data, {("fe-tekst", 0): "æ" * 60})
    assert values(filled) == {"fe-tekst": "æ" * 40}


@pytest.mark.parametrize("engine", ["pdfium", "poppler"])
@pytest.mark.parametrize("path", [EVERY, SURVEY])
def test_every_answer_is_seen_in_its_field(
    path: str, engine: str, pressed: dict[str, PressedPdf], tmp_path: Path
) -> None:
    empty = pressed[path].data
    with pikepdf.open(io.BytesIO(empty)) as pdf:
        kinds = {str(field.T): str(field.FT) for field in pdf.Root.AcroForm.Fields}
    # A select opens a list, which needs another hand than this.
    places = {
        key: place for key, place in boxes(empty).items() if kinds[key[0]] != "/Ch" and not key[1]
    }
    typed = {key: "Æ" if kinds[key[0]] == "/Tx" else "" for key in places}
    filled = fill(empty, typed)
    assert set(values(filled)) == {name for name, _ in places}
    before, after = draw(engine, empty, tmp_path), draw(engine, filled, tmp_path)
    assert [k for k, (n, box) in places.items() if changed(before[n], after[n], box) < 8] == []


def focused(pdf: pypdfium2.PdfDocument) -> tuple[int, str]:
    """Return the page and the field that has the keyboard, or an empty name."""
    page, annotation = ctypes.c_int(), pdfium.FPDF_ANNOTATION()
    pdfium.FORM_GetFocusedAnnot(pdf.formenv, ctypes.byref(page), ctypes.byref(annotation))
    if not annotation:
        return -1, ""
    size = pdfium.FPDFAnnot_GetFormFieldName(pdf.formenv, annotation, None, 0)
    name = ctypes.create_string_buffer(size)
    words = ctypes.cast(name, ctypes.POINTER(ctypes.c_ushort))
    pdfium.FPDFAnnot_GetFormFieldName(pdf.formenv, annotation, words, size)
    pdfium.FPDFPage_CloseAnnot(annotation)
    return page.value, name.raw.decode("utf-16-le").rstrip("\0")


@pytest.mark.parametrize(
    "path",
    [LOG, "print/refleksjonsgruppe/logg.pdf", "print/veiledningsgruppe/skjema-for.pdf", EVERY],
)
def test_the_tab_key_walks_through_the_questions_in_their_order(
    pressed: dict[str, PressedPdf], path: str
) -> None:
    """Keyboard alone: each press of Tab leads to the next field of the page, none is left out."""
    one = pressed[path]
    pdf = pypdfium2.PdfDocument(one.data)
    pdf.init_forms()
    leaves = [pdf[number] for number in range(len(pdf))]
    first_page: dict[str, int] = {}
    for (name, _), (page, _box) in boxes(one.data).items():
        first_page.setdefault(name, page)
    for number, leaf in enumerate(leaves):
        wanted = [fact.name for fact in one.fields if first_page[fact.name] == number]
        walked: list[str] = []
        for _ in range(len(boxes(one.data)) + 1):
            pdfium.FORM_OnKeyDown(pdf.formenv, leaf, pdfium.FWL_VKEY_Tab, 0)
            pdfium.FORM_OnKeyUp(pdf.formenv, leaf, pdfium.FWL_VKEY_Tab, 0)
            page, name = focused(pdf)
            if page == number and name and (not walked or walked[-1] != name):
                walked.append(name)
        pdfium.FORM_ForceToKillFocus(pdf.formenv)
        assert walked[: len(wanted)] == wanted, number
    for leaf in leaves:
        leaf.close()
    pdf.close()


@pytest.mark.filterwarnings("ignore:unclosed file.*sRGB2014:ResourceWarning")
def test_latin_and_cyrillic_words_typed_in_pdf_js_are_seen_everywhere(
    pressed: dict[str, PressedPdf], tmp_path: Path
) -> None:
    """As a person in Firefox: what is saved has about the ink of what we fill in ourselves."""
    empty = pressed[LOG].data
    places = boxes(empty)
    texts = (
        WORDS,
        "«På» – … “x”",
        "Zażółć gęślą jaźń, Łódź",
        "Щедрий ґанок, її їжак",
        "Съешь ещё этих мягких булок",
    )
    typed = {name: text for (name, _), text in zip(places, texts, strict=False)}
    ours = fill_pdf(empty, typed, TEMPLATES).data
    with pdf_js() as reader:
        saved, _ = reader.fill(empty, typed)
        assert values(saved) == typed
        for draw in (
            with_pdfium, with_mupdf, lambda data: with_poppler(data, tmp_path), reader.draw
        ):  # fmt: skip
            before, theirs, drawn = draw(empty), draw(saved), draw(ours)
            for (name, place), (number, box) in places.items():
                if name in typed:
                    seen = changed(before[number], theirs[number], box)
                    wanted = changed(before[number], drawn[number], box)
                    assert 0.75 < seen / wanted < 1.33, (typed[name], place, seen, wanted)
