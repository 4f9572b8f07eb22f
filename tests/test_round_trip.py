"""Every form of the handbook, filled in in six scripts, seen in four readers and read back."""

import gc
import io
import warnings
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy
import page as page_validation
import pikepdf
import pypdf
import pytest
from PIL import Image

from dreiebok.press.cells import find_direction
from dreiebok.press.filling import FilledPdf, fill_pdf
from dreiebok.press.values import PressedPdf, PrintDocument
from tests.pressing import FALSE_ALARM, TEMPLATES
from tests.readers import FACES, SCALE, Box, Draw, PdfJs, boxes, pdf_js, values

from tests.readers import with_mupdf, with_pdfium, with_poppler  # isort: skip

TEXTS = {
    "nb": "Blåbærsyltetøy – «på» Ærfugløya",
    "pl": "Zażółć gęślą jaźń, Łódź",
    "uk": "Щедрий ґанок, її їжак і єнот",
    "ar": "كيف كان اللقاء؟ جيد جدًا (3)",
    "zh": "会议进行得怎么样？很好，谢谢。",
    "emoji": "Bra 😀 👍 ❤️ 🎉!",
    "long": "Vi løfter fram det som lyktes før vi leter etter noe som kan bli bedre. " * 30,
}
READERS = ("pdfium", "poppler", "mupdf", "pdf.js")
NEAREST_PX = 1
"""So far beside its field may a value leave a trace: the edge of a box between two pixels."""
SEEN = 60
"""Of 255 levels of grey: darker by so much is ink, and not the edge of a letter."""


@dataclass(frozen=True, slots=True)
class Round:
    """A form before and after, with what was asked of it."""

    empty: bytes
    asked: Mapping[str, str]
    kinds: Mapping[str, str]
    filled: FilledPdf


def rotate(pdf: bytes, kinds: Mapping[str, str], count: Counter[str]) -> Iterator[tuple[str, str]]:
    """Yield an answer for each field; the n-th of its kind in all forms gets the n-th text."""
    texts = list(TEXTS.values())
    with pikepdf.open(io.BytesIO(pdf)) as form:
        for field in form.Root.AcroForm.Fields:
            name = str(field.T)
            number = count[kinds[name]]
            count[kinds[name]] += 1
            options = [str(o[0] if field.FT == "/Ch" else o) for o in field.get("/Opt", [])]
            if options := [option for option in options if option]:
                yield name, options[number % len(options)]
            elif field.FT == "/Btn":
                yield name, "on"
            else:
                text = texts[number % len(texts)]
                yield name, text[: int(field.get("/MaxLen", len(text)))].strip()


@pytest.fixture(scope="module")
def rounds(documents: dict[str, PrintDocument], pressed: dict[str, PressedPdf]) -> dict[str, Round]:
    count: Counter[str] = Counter()
    found = {}
    with warnings.catch_warnings():
        # WeasyPrint leaves its colour profile for the collector to close.
        warnings.filterwarnings("ignore", r"unclosed file .*sRGB2014\.icc", ResourceWarning)
        for path, document in documents.items():
            if document.kind in {"form", "survey"} and not document.pieces:
                empty = pressed[path].data
                kinds = {fact.name: fact.kind for fact in pressed[path].fields}
                asked = dict(rotate(empty, kinds, count))
                filled = fill_pdf(empty, asked, TEMPLATES, FACES, "zh-Hans")
                found[path] = Round(empty, asked, kinds, filled)
        gc.collect()
    return found


@pytest.fixture(scope="module")
def pdfjs() -> Iterator[PdfJs]:
    with pdf_js() as reader:
        yield reader
        assert reader.strangers == []


@pytest.fixture(scope="module")
def readers(pdfjs: PdfJs, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Draw]:
    folder = tmp_path_factory.mktemp("poppler")
    return {
        "pdfium": with_pdfium,
        "poppler": lambda data: with_poppler(data, folder),
        "mupdf": with_mupdf,
        "pdf.js": pdfjs.draw,
    }


Ink = dict[tuple[str, int], float]


@pytest.fixture(scope="module")
def inks(rounds: dict[str, Round], readers: dict[str, Draw]) -> dict[str, dict[str, Ink]]:
    """Return by reader and form how much darker each widget has become, in full pixels.

    Under the key ("", n) is what has become darker on page n beside all the fields.
    """
    return {
        name: {
            path: ink_of(one, draw(one.empty), draw(one.filled.data))
            for path, one in rounds.items()
        }
        for name, draw in readers.items()
    }


def ink_of(one: Round, before: list[Image.Image], after: list[Image.Image]) -> Ink:
    found: Ink = {}
    darker = [
        numpy.asarray(empty, dtype=int) - numpy.asarray(filled, dtype=int)
        for empty, filled in zip(before, after, strict=True)
    ]
    places = boxes(one.empty)
    for key, (number, box) in places.items():
        inside = darker[number][_area(darker[number].shape[0], box, 0)]
        found[key] = float(inside.clip(min=0).sum()) / 255
    for number, box in places.values():
        darker[number][_area(darker[number].shape[0], box, NEAREST_PX)] = 0
    for number, rest in enumerate(darker):
        found["", number] = float((rest > SEEN).sum())
    return found


def _area(height_px: int, box: Box, more_px: int) -> tuple[slice, slice]:
    left, bottom, right, top = (round(n * SCALE) for n in box)
    rows = slice(height_px - top - more_px, height_px - bottom + more_px)
    return rows, slice(left - more_px, right + more_px)


def test_every_form_of_the_handbook_is_tried(rounds: dict[str, Round]) -> None:
    assert len(rounds) > 30
    assert all(one.asked.keys() == one.kinds.keys() for one in rounds.values())


def test_every_kind_of_field_meets_every_script(rounds: dict[str, Round]) -> None:
    met: dict[str, set[str]] = {}
    count: Counter[str] = Counter()
    for one in rounds.values():
        for name, answer in one.asked.items():
            kind = one.kinds[name]
            count[kind] += 1
            starts = {script for script, text in TEXTS.items() if text.startswith(answer)}
            met.setdefault(kind, set()).update(starts)
    assert {"radio", "scale", "checkbox", "select"} <= set(met)
    # There are too few rooms for drawings; as fields they are as those of several lines.
    missed = {
        kind: set(TEXTS) - met[kind]
        for kind in ("text", "date", "textarea", "lines", "matrix", "rows")
    }
    assert missed == {kind: set() for kind in missed}


@pytest.mark.parametrize("reader", READERS)
def test_every_value_is_seen_in_its_field(
    reader: str, rounds: dict[str, Round], inks: dict[str, dict[str, Ink]]
) -> None:
    unseen = []
    for path, one in rounds.items():
        groups = _groups(one)
        for (name, place), ink in inks[reader][path].items():
            if not name:
                continue
            chosen = groups[name].index(one.asked[name]) if name in groups else 0
            if (ink >= 8) != (place == chosen):
                unseen.append((path, name, place, ink))
    assert unseen == []


def _groups(one: Round) -> dict[str, list[str]]:
    fields = pypdf.PdfReader(io.BytesIO(one.empty)).get_fields() or {}
    return {
        name: [str(option) for option in field["/Opt"]]
        for name, field in fields.items()
        if field["/FT"] == "/Btn" and "/Opt" in field
    }


@pytest.mark.parametrize("reader", READERS)
def test_no_value_is_seen_beside_its_field(reader: str, inks: dict[str, dict[str, Ink]]) -> None:
    beside = [
        (path, place, ink)
        for path, found in inks[reader].items()
        for (name, place), ink in found.items()
        if not name and ink
    ]
    assert beside == []


@pytest.mark.parametrize("reader", READERS[1:])
def test_a_value_has_as_much_ink_in_each_reader(
    reader: str, inks: dict[str, dict[str, Ink]]
) -> None:
    """A letter that one of them cannot draw, or draws with another font, would tell."""
    unlike = [
        (path, key, round(ink, 1), round(inks["pdfium"][path][key], 1))
        for path, found in inks[reader].items()
        for key, ink in found.items()
        if key[0] and not 0.75 < (ink + 5) / (inks["pdfium"][path][key] + 5) < 1.33
    ]
    assert unlike == []


def test_values_read_back_the_same(rounds: dict[str, Round]) -> None:
    for path, one in rounds.items():
        asked = {name: f"/{a}" if a == "on" else a for name, a in one.asked.items()}
        assert values(one.filled.data) == asked, path
        fields = pypdf.PdfReader(io.BytesIO(one.filled.data)).get_fields() or {}
        read = {}
        for name, field in fields.items():
            options = field.get("/Opt") if field["/FT"] == "/Btn" else None
            read[name] = str(options[int(field["/V"][1:])] if options else field["/V"])
        assert read == asked, path


def test_a_text_that_is_too_long_is_told_and_every_letter_has_a_font(
    rounds: dict[str, Round],
) -> None:
    long = TEXTS["long"].strip()
    for path, one in rounds.items():
        lines = {"text", "lines", "rows"}
        tried = {name for name, text in one.asked.items() if text == long}
        fitted = {name for name in tried if name not in one.filled.overflowing}
        # Only a field of several lines holds a text of two thousand letters.
        assert {one.kinds[name] for name in fitted}.isdisjoint(lines - {"lines"}), path
        assert one.filled.missing == {}


def test_a_filled_form_conforms_as_the_empty_one(rounds: dict[str, Round]) -> None:
    broken = [
        (path, failure.rule_id)
        for path, one in rounds.items()
        for profile in ("ua1", "2a")
        for failure in page_validation.validate_pdf_bytes(one.filled.data, profile=profile).failures
        if not failure.rule_id.endswith(FALSE_ALARM)
    ]
    assert broken == []


def test_a_value_begins_at_the_side_where_its_script_begins(
    rounds: dict[str, Round], readers: dict[str, Draw]
) -> None:
    sides: dict[str, set[str]] = {}
    for one in rounds.values():
        pictures = zip(
            readers["pdfium"](one.empty), readers["pdfium"](one.filled.data), strict=True
        )
        darker = [numpy.asarray(b, dtype=int) - numpy.asarray(a, dtype=int) for b, a in pictures]
        for (name, _), (number, box) in boxes(one.empty).items():
            text = one.asked[name]
            if text not in {TEXTS["nb"], TEXTS["ar"]} or name in one.filled.overflowing:
                continue
            columns = (darker[number][_area(darker[number].shape[0], box, 0)] > SEEN).any(axis=0)
            left, right = columns.argmax(), columns[::-1].argmax()
            sides.setdefault(find_direction(text), set()).add(
                "left" if left < right else "right" if right < left else "both"
            )
    assert sides["ltr"] - {"both"} == {"left"}
    assert sides["rtl"] - {"both"} == {"right"}
