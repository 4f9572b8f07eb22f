"""A finished form, and a face, as scripts: what `form-pdf.js` writes answers by.

A page opened from disk may fetch nothing, but it may load scripts; so the bytes of PDF and face
travel as base64.
"""

import io
import json
from base64 import b64encode
from collections.abc import Mapping
from functools import lru_cache
from typing import Any
from zlib import compress

from fontTools.ttLib import TTFont


def form_data(path: str, pdf: bytes, form: Mapping[str, Any]) -> bytes:
    """Return the script of one form; `path` is that of its PDF, `form` its map (`formmap.py`)."""
    return _script("dreiebokForms", path, {**form, "pdf": b64encode(pdf).decode()})


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
        "glyphs": glyphs_of(font),
        "file": b64encode(compress(font, 9)).decode(),
    }
    return _script("dreiebokFonts", "fallback", data)


def _script(variable: str, key: str, data: dict[str, Any]) -> bytes:
    words = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return f"(window.{variable}??={{}})[{json.dumps(key)}]={words};\n".encode()


@lru_cache(maxsize=8)
def glyphs_of(font: bytes) -> list[Any]:
    """Return the face's letters as one string, their glyphs, and their widths per 1000 of the size.

    Spaces that do not break are left to the browser, which draws them as plain ones.
    """
    face = TTFont(io.BytesIO(font))
    cmap = {code: name for code, name in sorted(face.getBestCmap().items()) if code >= 0x20}
    numbers = [face.getGlyphID(name) for name in cmap.values()]
    scale = 1000 / face["head"].unitsPerEm
    widths = [round(face["hmtx"][name][0] * scale) for name in cmap.values()]
    return ["".join(map(chr, cmap)), numbers, widths]
