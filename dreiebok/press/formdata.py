"""A finished form as a script: its PDF, and a map of its fields for `form-pdf.js` to write by.

A page opened from disk may fetch nothing, but it may load scripts; so the bytes of the PDF travel
as base64. The browser appends an incremental update (ISO 32000-1, 7.5.6) to them: it copies every
dictionary that it changes from the map, so it need not understand the PDF. What is a dictionary
here is PDF syntax without the keys that the browser writes anew. Sizes are in points.
"""

import io
import json
import re
from base64 import b64encode
from functools import lru_cache
from typing import Any
from zlib import compress

import pikepdf
from fontTools.ttLib import TTFont
from pikepdf import Dictionary

MULTILINE = 1 << 12
"""Flag of text fields (12.7.4.3)."""
_FONT = re.compile(rb"/(\S+) ([\d.]+) Tf")
_START = re.compile(rb"startxref\s+(\d+)\s+%%EOF\s*$")


def form_data(path: str, pdf: bytes) -> bytes:
    """Return the script of one form; `path` is that of its PDF, relative to the site."""
    found = _START.search(pdf)
    assert found, "a finished PDF ends with the place of its cross-reference table"
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        trailer = opened.trailer
        assert trailer.get("/Type") == "/XRef", "an update must be of the same kind"
        form = opened.Root.AcroForm
        fonts: dict[str, Any] = {}
        fields = {str(field.T): _field(field, form, fonts) for field in form.Fields}
        data = {
            "size": int(trailer.Size),
            "start": int(found[1]),
            "root": _ref(trailer.Root),
            "info": _ref(trailer.Info) if "/Info" in trailer else "",
            "id": bytes(trailer.ID[0]).hex(),
            "fonts": fonts,
            "fields": fields,
            "pdf": b64encode(pdf).decode(),
        }
    return _script("dreiebokForms", path, data)


def font_data(font: bytes) -> bytes:
    """Return the script of a TrueType face which the browser embeds where it is needed."""
    face = TTFont(io.BytesIO(font))
    head, scale = face["head"], 1000 / face["head"].unitsPerEm
    box = [round(v * scale) for v in (head.xMin, head.yMin, head.xMax, head.yMax)]
    data = {
        "name": "DBFILL+" + str(face["name"].getDebugName(6)),
        "box": box,
        "ascent": round(face["hhea"].ascent * scale),
        "descent": round(face["hhea"].descent * scale),
        "cap": round(face["OS/2"].sCapHeight * scale),
        "length": len(font),
        "glyphs": _glyphs(font),
        "file": b64encode(compress(font, 9)).decode(),
    }
    return _script("dreiebokFonts", "fallback", data)


def _script(variable: str, key: str, data: dict[str, Any]) -> bytes:
    words = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return f"(window.{variable}??={{}})[{json.dumps(key)}]={words};\n".encode()


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
        fonts[font] = {"object": _ref(embedded), "glyphs": _glyphs(file)}
    x1, y1, x2, y2 = (float(v) for v in field.Rect)
    flags = int(field.get("/Ff", 0))
    facts = {
        "kind": "text" if field.FT == "/Tx" else "choice",
        **_object(field, ("/V", "/AP", "/I")),
        "width": round(x2 - x1, 3),
        "height": round(y2 - y1, 3),
        "font": font,
        "fontSize": size,
        "multiline": field.FT == "/Tx" and bool(flags & MULTILINE),
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
    found = _FONT.search(bytes(field.DA))
    assert found, "acroform.py writes the font of every text field"
    return found[1].decode(), float(found[2])


def _ref(value: Any) -> str:
    return f"{value.objgen[0]} {value.objgen[1]} R"


@lru_cache(maxsize=8)
def _glyphs(font: bytes) -> list[Any]:
    """Return the face's letters as one string, their glyphs, and their widths per 1000 of the size.

    Spaces that do not break are left to the browser, which draws them as plain ones.
    """
    face = TTFont(io.BytesIO(font))
    cmap = {code: name for code, name in sorted(face.getBestCmap().items()) if code >= 0x20}
    numbers = [face.getGlyphID(name) for name in cmap.values()]
    scale = 1000 / face["head"].unitsPerEm
    widths = [round(face["hmtx"][name][0] * scale) for name in cmap.values()]
    return ["".join(map(chr, cmap)), numbers, widths]
