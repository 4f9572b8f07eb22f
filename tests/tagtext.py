"""A PDF's structure tree as indented text: what a screen reader says, in its order."""

import ctypes
import io
from collections.abc import Iterator

import pikepdf
import pypdfium2
import pypdfium2.raw as pdfium

Pages = dict[tuple[int, int], int]
"""Page numbers by the page objects’ own numbers."""
Texts = dict[tuple[int, int], str]
"""Text by page and marked-content id."""


def tag_text(data: bytes) -> str:
    """Return a PDF's structure tree, one element a line, with language, scope, words and fields."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        pages: Pages = {leaf.obj.objgen: number for number, leaf in enumerate(pdf.pages)}
        (document,) = pdf.Root.StructTreeRoot.K
        return "\n".join(_lines(document, 0, pages, _texts(data))) + "\n"


def _lines(element: pikepdf.Object, depth: int, pages: Pages, texts: Texts) -> Iterator[str]:
    attributes = element.get("/A", pikepdf.Dictionary())
    words = [str(element.S)[1:]]
    words += [
        f"{key}={str(place[f'/{key}']).lstrip('/')}"
        for place, key in (
            (element, "Lang"), (element, "Alt"),
            (attributes, "Scope"), (attributes, "ListNumbering"),
        )
        if f"/{key}" in place
    ]  # fmt: skip
    inner: list[pikepdf.Object] = []
    said = ""
    kids = element.get("/K", pikepdf.Array())
    for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
        if isinstance(kid, int):
            said += texts.get((pages[element.Pg.objgen], kid), "")
        elif kid.get("/Type") == "/MCR":
            leaf = kid.Pg if "/Pg" in kid else element.Pg
            said += texts.get((pages[leaf.objgen], int(kid.MCID)), "")
        elif kid.get("/Type") == "/OBJR":
            words.append(f"field {kid.Obj.get('/T')}: {kid.Obj.get('/TU')}")
        else:
            inner.append(kid)
    words += [f"“{' '.join(said.split())}”"] if said.strip() else []
    yield "  " * depth + " ".join(words)
    for kid in inner:
        yield from _lines(kid, depth + 1, pages, texts)


def _texts(data: bytes) -> Texts:
    found: Texts = {}
    with pypdfium2.PdfDocument(data) as pdf:
        for number, leaf in enumerate(pdf):
            words = leaf.get_textpage()
            for entry in leaf.get_objects([pdfium.FPDF_PAGEOBJ_TEXT]):
                if (mark := pdfium.FPDFPageObj_GetMarkedContentID(entry.raw)) < 0:
                    continue  # An artifact.
                size = pdfium.FPDFTextObj_GetText(entry.raw, words.raw, None, 0)
                buffer = ctypes.create_string_buffer(size)
                pdfium.FPDFTextObj_GetText(
                    entry.raw,
                    words.raw,
                    ctypes.cast(buffer, ctypes.POINTER(ctypes.c_ushort)),
                    size,
                )
                said = buffer.raw[: size - 2].decode("utf-16-le")
                found[number, mark] = f"{found.get((number, mark), '')} {said}"
    return found
