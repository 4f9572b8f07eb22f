"""Fills in our form PDFs so that every reader shows the same: values with drawn appearances.

Readers build an appearance for a value in ways of their own, and most fail for letters that the
field's font lacks. So the words are drawn here, and taken over as form XObjects (ISO 32000-1,
12.7.3.3); NeedAppearances, which asks readers to do it themselves and which PDF/A forbids, goes.
A filled form is as conforming and as tagged as the empty one. Knows the fields that acroform.py
leaves; opens no file but the fonts.
"""

import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Pdf, Stream

from dreiebok.press.appearances import Drawing, draw_cells
from dreiebok.press.cells import Cell, Face, find_direction
from dreiebok.press.fields import is_multiline

NO_GLYPH = "☐"
"""Shown for a letter that no font has; the project's symbols have it."""
_SIZE = re.compile(r"([\d.]+) Tf")
_DEFAULT_SIZE_PT = 10.5
_BREAK = re.compile(r"\r\n|[\r\v\f\x85\u2028\u2029]")
"""What begins a new line (Unicode Standard, 5.8); a value keeps it as a line feed."""
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


class CannotFill(ValueError):
    """The values do not go with the form; `reasons` has all that is wrong, a sentence each."""

    def __init__(self, reasons: tuple[str, ...]) -> None:
        """Keep the reasons; the message has one a line."""
        super().__init__("\n".join(reasons))
        self.reasons = reasons


@dataclass(frozen=True, slots=True)
class FilledPdf:
    """A filled form, with what its readers do not see.

    `overflowing` are the names of fields of which only the beginning is shown; a reader scrolls
    there. `missing` are the characters that no font has, by the name of the field; a box is shown.
    """

    data: bytes
    overflowing: tuple[str, ...]
    missing: Mapping[str, str]


def fill_pdf(
    pdf: bytes,
    values: Mapping[str, str],
    assets: Path,
    faces: tuple[Face, ...] = (),
    locale: str = "",
) -> FilledPdf:
    """Return a form with values by the names of its fields; other fields stay as they are.

    A choice takes the words of its option, a checkbox "on"; an empty value clears a field. The
    project's fonts lie in `assets`; `faces` are for scripts that these lack, in order of choice.
    `locale` (BCP 47, else the form's) is the language of the values, which decides between Chinese
    and Japanese shapes of a letter. Raises CannotFill, a ValueError that names all that is wrong.
    """
    try:
        form = Pdf.open(io.BytesIO(pdf))
    except pikepdf.PdfError as error:
        raise CannotFill((f"this is no PDF that can be read: {error}",)) from error
    with form:
        fields = _fields(form)
        texts = {name: _one_kind_of_break(value) for name, value in values.items()}
        if reasons := tuple(_check(fields, texts)):
            raise CannotFill(reasons)
        cells = tuple(_cell(name, fields[name], text) for name, text in _words(fields, texts))
        locale = locale or str(form.Root.get("/Lang", "und"))
        drawing = _draw(cells, assets, faces, locale)
        drawn = _take_over(form, drawing.data, cells) if cells else {}
        for name, text in texts.items():
            _set(form, fields[name], text, drawn.get(name))
        if "/AcroForm" in form.Root and "/NeedAppearances" in form.Root.AcroForm:
            del form.Root.AcroForm.NeedAppearances
        data = _save(form)
    missing = {
        cell.name: "".join(dict.fromkeys(c for c in cell.text if c in drawing.missing))
        for cell in cells
    }
    told = {name: letters for name, letters in missing.items() if letters}
    return FilledPdf(data, drawing.overflowing, told)


def _draw(cells: tuple[Cell, ...], assets: Path, faces: tuple[Face, ...], locale: str) -> Drawing:
    """Draw cells; for a letter that no font has, a box, since PDF/A forbids a missing glyph."""
    drawing = draw_cells(cells, assets, faces, locale) if cells else Drawing(b"", (), frozenset())
    if not drawing.missing:
        return drawing
    box = str.maketrans(dict.fromkeys(drawing.missing, NO_GLYPH))
    shown = tuple(replace(cell, text=cell.text.translate(box)) for cell in cells)
    return replace(draw_cells(shown, assets, faces, locale), missing=drawing.missing)


def _fields(form: Pdf) -> dict[str, Object]:
    acroform = form.Root.get("/AcroForm", Dictionary())
    return {str(field.T): field for field in acroform.get("/Fields", Array()) if "/T" in field}


def _one_kind_of_break(text: str) -> str:
    return _BREAK.sub("\n", text)


def _words(fields: Mapping[str, Object], texts: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield the values that are written, not ticked."""
    for name, text in texts.items():
        if fields[name].FT != "/Btn" and text:
            yield name, text


def _check(fields: Mapping[str, Object], texts: Mapping[str, str]) -> Iterator[str]:
    """Yield a sentence for each value that its field cannot have."""
    for name, text in texts.items():
        field = fields.get(name)
        if field is None:
            yield f"“{name}”: the form has no such field"
            continue
        most = int(field.get("/MaxLen", len(text)))
        choices = _choices(field)
        if choices is not None:
            if text and text not in choices:
                yield f"“{name}”: “{text}” is none of {', '.join(f'“{c}”' for c in choices if c)}"
            continue
        if len(text) > most:
            yield f"“{name}”: {len(text)} characters, and {most} is the most"
        if "\n" in text and not is_multiline(field):
            yield f"“{name}”: has one line, and the text has a line break"
        if found := _UNPRINTABLE.search(text):
            yield f"“{name}”: the text has a character that cannot be shown, U+{ord(found[0]):04X}"


def _choices(field: Object) -> tuple[str, ...] | None:
    """Return the values that a field may have, or None if it takes any text."""
    if field.FT == "/Btn":
        return tuple(map(str, field.Opt)) if "/Opt" in field else (_on_state(field)[1:],)
    if field.FT == "/Ch":
        pairs = field.get("/Opt", Array())
        return tuple(str(one[0]) if isinstance(one, Array) else str(one) for one in pairs)
    return None


def _on_state(checkbox: Object) -> str:
    return next(str(state) for state in checkbox.AP.N.keys() if state != "/Off")  # noqa: SIM118


def _cell(name: str, field: Object, text: str) -> Cell:
    left, bottom, right, top = (float(number) for number in field.Rect)
    size = _SIZE.search(str(field.get("/DA", "")))
    return Cell(
        name=name,
        text=_label(field, text),
        width_pt=right - left,
        height_pt=top - bottom,
        size_pt=(float(size[1]) if size else 0) or _DEFAULT_SIZE_PT,
        is_multiline=is_multiline(field),
        direction=find_direction(text, "rtl" if field.get("/Q", 0) == 2 else "ltr"),
    )


def _label(field: Object, text: str) -> str:
    """Return what is seen of an option, which is not always what is kept."""
    for one in field.get("/Opt", Array()):
        if isinstance(one, Array) and str(one[0]) == text:
            return str(one[1])
    return text


def _take_over(form: Pdf, pages: bytes, cells: tuple[Cell, ...]) -> dict[str, Object]:
    """Return the pages of a drawing as appearances in the form, by the names of their cells."""
    found = {}
    with Pdf.open(io.BytesIO(pages)) as source:
        _map_every_glyph(source)
        for cell, page in zip(cells, source.pages, strict=True):
            drawn = form.copy_foreign(page.as_form_xobject())
            # The marks tell a reader what to replace when somebody types here (12.7.3.3).
            drawn.write(b"/Tx BMC\nq\n" + drawn.read_bytes() + b"\nQ\nEMC")
            drawn.BBox = Array([0, 0, round(cell.width_pt, 3), round(cell.height_pt, 3)])
            found[cell.name] = drawn
    return found


def _map_every_glyph(drawing: Pdf) -> None:
    """Give a meaning to glyphs that have none of their own, such as the dots of an Arabic letter.

    Every glyph must stand for something (PDF/A-2, 6.2.11.7.2); a zero width joiner is not seen.
    """
    for entry in drawing.objects:
        if isinstance(entry, Dictionary) and "/ToUnicode" in entry:
            entry.ToUnicode.write(entry.ToUnicode.read_bytes().replace(b"> <>", b"> <200d>"))


def _set(form: Pdf, field: Object, text: str, drawn: Object | None) -> None:
    """Give a field its value and its appearance."""
    if field.FT != "/Btn":
        field.V = pikepdf.String(text)
        field.AP = Dictionary(N=drawn if drawn is not None else _blank(form, field))
    elif "/Kids" not in field:
        field.V = field.AS = Name(_on_state(field) if text else "/Off")
    else:
        choice = f"/{list(map(str, field.Opt)).index(text)}" if text else "/Off"
        field.V = Name(choice)
        for kid in field.Kids:
            kid.AS = Name(choice if choice in kid.AP.N else "/Off")


def _blank(form: Pdf, field: Object) -> Stream:
    left, bottom, right, top = (float(number) for number in field.Rect)
    blank = form.make_stream(b"/Tx BMC EMC")
    blank.update(
        Dictionary(
            Type=Name.XObject,
            Subtype=Name.Form,
            BBox=Array([0, 0, round(right - left, 3), round(top - bottom, 3)]),
            Resources=Dictionary(),
        )
    )
    return blank


def _save(form: Pdf) -> bytes:
    output = io.BytesIO()
    form.save(
        output,
        deterministic_id=True,
        compress_streams=True,
        object_stream_mode=pikepdf.ObjectStreamMode.preserve,
    )
    return output.getvalue()
