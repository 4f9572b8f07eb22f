"""Places finished pages on sheets with pikepdf, without rasterising them.

Tags, links and fields cannot be carried along: an imposed file is for print only and claims no
conformance. The file it was made from is the accessible one.
"""

import io

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf

from dreiebok.press.imposition import FOUR_UP, Grid, Side, card_sheets
from dreiebok.press.values import PressedPdf, PrintDocument

GRIDS: dict[str, Grid] = {"4up": FOUR_UP}
"""Layouts by the name that a document gives in `imposition`."""
CUT_LINE_PT = 0.25
_PT_PER_MM = 72 / 25.4


def impose_pdf(document: PrintDocument, base: bytes) -> PressedPdf:
    """Return the sheets made of another document's pages; a KeyError means an unknown layout."""
    grid = GRIDS[document.imposition]
    if not base:
        # The pages could not be laid out, and their own problems say why.
        return PressedPdf(b"", 0, (0.0, 0.0), 0.0, (), ())
    with Pdf.open(io.BytesIO(base)) as source, Pdf.new() as target:
        sheets = card_sheets(len(source.pages), grid)
        forms = [target.copy_foreign(page.as_form_xobject()) for page in source.pages]
        for sheet in sheets:
            for side in (sheet.front, sheet.back):
                _add_side(target, side, grid, forms)
        target.Root.Lang = pikepdf.String(document.locale)
        target.Root.ViewerPreferences = Dictionary(
            DisplayDocTitle=True, Duplex=Name.DuplexFlipLongEdge
        )
        target.docinfo[Name.Title] = document.title
        target.docinfo[Name.Producer] = "Dreiebok"
        output = io.BytesIO()
        target.remove_unreferenced_resources()
        target.save(
            output,
            deterministic_id=True,
            compress_streams=True,
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
        )
        pages = len(target.pages)
    return PressedPdf(
        data=output.getvalue(),
        pages=pages,
        trim_mm=(grid.paper_width_mm, grid.paper_height_mm),
        bleed_mm=0.0,
        conformance=(),
        fields=(),
    )


def _add_side(target: Pdf, side: Side, grid: Grid, forms: list[pikepdf.Object]) -> None:
    box = Array([0, 0, round(_pt(grid.paper_width_mm), 3), round(_pt(grid.paper_height_mm), 3)])
    content: list[str] = []
    objects = Dictionary()
    for placement in side.placements:
        name = f"/Page{placement.page}"
        form = forms[placement.page - 1]
        objects[name] = form
        # as_form_xobject clips to the trim box, whose corner need not be 0,0.
        left, bottom = (float(form.BBox[0]), float(form.BBox[1]))
        x, y = _pt(placement.x_mm) - left, _pt(placement.y_mm) - bottom
        content.append(f"q 1 0 0 1 {x:.3f} {y:.3f} cm {name} Do Q")
    content.append(f"q 0.5 G {CUT_LINE_PT} w")
    content.extend(_cut_marks(side, grid))
    content.append("Q")
    page = target.add_blank_page(page_size=(float(box[2]), float(box[3])))
    page.obj.MediaBox = box
    page.obj.TrimBox = box
    page.obj.Resources = Dictionary(XObject=objects)
    page.obj.Contents = target.make_stream("\n".join(content).encode())


def _cut_marks(side: Side, grid: Grid) -> list[str]:
    """Draw the cuts between cards as thin lines, which vanish when the cards are cut apart."""
    lines = []
    for x in side.cuts_x_mm[1:-1]:
        lines.append(f"{_pt(x):.3f} 0 m {_pt(x):.3f} {_pt(grid.paper_height_mm):.3f} l S")
    for y in side.cuts_y_mm[1:-1]:
        lines.append(f"0 {_pt(y):.3f} m {_pt(grid.paper_width_mm):.3f} {_pt(y):.3f} l S")
    return lines


def _pt(mm: float) -> float:
    return mm * _PT_PER_MM
