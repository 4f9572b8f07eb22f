"""What a browser must know of a finished form to write answers into its PDF.

It appends an incremental update (ISO 32000-1, 7.5.6) to the PDF: it copies every dictionary that it
changes from this map, so it need not understand the PDF. What is a dictionary here is PDF syntax
without the keys that the browser writes anew. Sizes are in points.
"""

import io
import re
from typing import Any

import pikepdf
from pikepdf import Dictionary

from dreiebok.press.fields import FONT, is_multiline
from dreiebok.press.formdata import glyphs_of

_START = re.compile(rb"startxref\s+(\d+)\s+%%EOF\s*$")


def form_map(pdf: bytes) -> dict[str, Any]:
    """Return the map of a form, as JSON can hold it."""
    found = _START.search(pdf)
    assert found, "a finished PDF ends with the place of its cross-reference table"
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        trailer = opened.trailer
        assert trailer.get("/Type") == "/XRef", "an update must be of the same kind"
        form = opened.Root.AcroForm
        fonts: dict[str, Any] = {}
        fields = {str(field.T): _field(field, form, fonts) for field in form.Fields}
        return {
            "size": int(trailer.Size),
            "start": int(found[1]),
            "root": _ref(trailer.Root),
            "info": _ref(trailer.Info) if "/Info" in trailer else "",
            "id": bytes(trailer.ID[0]).hex(),
            "fonts": fonts,
            "fields": fields,
        }


def _field(field: Any, form: Any, fonts: dict[str, Any]) -> dict[str, Any]:
    """Return what must be known of one field: kind, own dictionary, widgets."""
    if field.FT == "/Btn":
        # A checkbox is field and widget in one; of a radio group the kids are the widgets.
        if "/Kids" not in field:
            return {"kind": "checkbox", **_button(field, ("/V", "/AS"))}
        kids = [_button(kid, ("/AS",)) for kid in field.Kids]
        return {"kind": "radio", **_object(field, ("/V",)), "kids": kids}
    font, size = _appearance(field)
    if font not in fonts:
        # Left out are the bytes: the face is in the PDF already.
        embedded = form.DR.Font[f"/{font}"]
        file = embedded.DescendantFonts[0].FontDescriptor.FontFile2.read_bytes()
        fonts[font] = {"object": _ref(embedded), "glyphs": glyphs_of(file)}
    x1, y1, x2, y2 = (float(v) for v in field.Rect)
    facts = {
        "kind": "text" if field.FT == "/Tx" else "choice",
        **_object(field, ("/V", "/AP", "/I")),
        "width": round(x2 - x1, 3),
        "height": round(y2 - y1, 3),
        "font": font,
        "fontSize": size,
        "multiline": is_multiline(field),
    }
    if "/MaxLen" in field:
        facts["most"] = int(field.MaxLen)
    return facts


def _button(widget: Any, without: tuple[str, ...]) -> dict[str, Any]:
    (on,) = (str(state) for state in widget.AP.N.keys() if state != "/Off")  # noqa: SIM118
    return {**_object(widget, without), "on": on}


def _object(value: Any, without: tuple[str, ...]) -> dict[str, Any]:
    """Return number and syntax of a dictionary, from `<<` up to where further keys may be added."""
    kept = Dictionary({key: entry for key, entry in value.items() if key not in without})
    syntax = kept.unparse(resolved=True).decode("latin-1")
    return {"object": int(value.objgen[0]), "dict": syntax.removesuffix(">>").rstrip()}


def _appearance(field: Any) -> tuple[str, float]:
    found = FONT.search(bytes(field.DA))
    assert found, "acroform.py writes the font of every text field"
    return found[1].decode(), float(found[2])


def _ref(value: Any) -> str:
    return f"{value.objgen[0]} {value.objgen[1]} R"
