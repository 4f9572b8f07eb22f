"""Cards for the print shop: the finished A6 deck with what lies outside its trim boxes shown.

A cropped document (`PrintDocument.cropped`) is laid out with bleed and crop marks and then cut to
the trim box, which hides them and takes nothing away. So the deck that everybody prints and the one
for the print shop are one layout, made once. Tags and conformance are the deck's own.
"""

import io

import pikepdf
from pikepdf import Array, ObjectStreamMode, Pdf

from dreiebok.press.units import PT_PER_MM, to_mm
from dreiebok.press.values import BLEED_PT, CONFORMANCE, PressedPdf, PrintDocument

ROOM_PT = 9 * PT_PER_MM
"""How much is seen around the trim box: 3 mm of bleed, and the marks (cards-trim.css)."""


def show_bleed(document: PrintDocument, cropped: bytes) -> PressedPdf:
    """Return a cropped PDF with bleed and marks, and with the title of `document`."""
    output = io.BytesIO()
    with Pdf.open(io.BytesIO(cropped)) as pdf:
        for page in pdf.pages:
            page.MediaBox = _around(page.TrimBox, ROOM_PT)
            page.BleedBox = _around(page.TrimBox, BLEED_PT)
        # PDF/A wants the title to be the same in both places (ISO 19005-2, 6.6.3).
        with pdf.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as metadata:
            metadata["dc:title"] = document.title
        pdf.docinfo["/Title"] = document.title
        pdf.save(output, deterministic_id=True, object_stream_mode=ObjectStreamMode.generate)
        pages = len(pdf.pages)
        left, bottom, right, top = (float(edge) for edge in pdf.pages[0].TrimBox)
    return PressedPdf(
        data=output.getvalue(),
        pages=pages,
        trim_mm=(to_mm(right - left), to_mm(top - bottom)),
        bleed_mm=to_mm(BLEED_PT),
        conformance=CONFORMANCE,
        fields=(),
    )


def _around(box: pikepdf.Object, room_pt: float) -> Array:
    left, bottom, right, top = (float(edge) for edge in box)
    edges = (left - room_pt, bottom - room_pt, right + room_pt, top + room_pt)
    return Array([round(edge, 3) for edge in edges])
