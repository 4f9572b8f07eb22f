"""Places finished pages on sheets with pikepdf, without rasterising them.

Tags, links and fields cannot be carried along: an imposed file is for print only and claims no
conformance. The file it was made from is the accessible one.
"""

import io
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf

from dreiebok.press.imposition import (
    A5_ON_A4,
    FOUR_UP,
    Sheet,
    Side,
    card_sheets,
    saddle_sheets,
)
from dreiebok.press.values import PressedPdf, PrintDocument

LINE_PT = 0.25
FOLD_MARK_MM = 7
"""Long enough to be seen where a printer leaves 5 mm of the edge blank."""


@dataclass(frozen=True, slots=True)
class Layout:
    """A paper, how its pages are arranged, and how the printer must turn it over."""

    width_mm: float
    height_mm: float
    sheets: Callable[[int], tuple[Sheet, ...]]
    duplex: str


_CARDS = Layout(
    FOUR_UP.paper_width_mm,
    FOUR_UP.paper_height_mm,
    partial(card_sheets, grid=FOUR_UP),
    "/DuplexFlipLongEdge",
)
_BOOKLET = Layout(
    A5_ON_A4.paper_width_mm,
    A5_ON_A4.paper_height_mm,
    partial(saddle_sheets, spread=A5_ON_A4),
    "/DuplexFlipShortEdge",
)
LAYOUTS: dict[str, Layout] = {
    "4up": _CARDS,
    "booklet": _BOOKLET,
    "booklet-right": replace(
        _BOOKLET, sheets=partial(saddle_sheets, spread=A5_ON_A4, bound_right=True)
    ),
}
"""Layouts by the name that a document gives in `imposition`."""
_PT_PER_MM = 72 / 25.4


def impose_pdf(document: PrintDocument, base: bytes) -> PressedPdf:
    """Return the sheets made of another document's pages; a KeyError means an unknown layout."""
    layout = LAYOUTS[document.imposition]
    if not base:
        # The pages could not be laid out, and their own problems say why.
        return PressedPdf(b"", 0, (0.0, 0.0), 0.0, (), ())
    with Pdf.open(io.BytesIO(base)) as source, Pdf.new() as target:
        sheets = layout.sheets(len(source.pages))
        forms = [target.copy_foreign(page.as_form_xobject()) for page in source.pages]
        for sheet in sheets:
            for side in (sheet.front, sheet.back):
                _add_side(target, side, layout, forms)
        target.Root.Lang = pikepdf.String(document.locale)
        target.Root.ViewerPreferences = Dictionary(
            DisplayDocTitle=True, Duplex=Name(layout.duplex), PrintScaling=Name("/None")
        )
        target.docinfo[Name.Title] = document.title
        target.docinfo[Name.Producer] = "Dreiebok"
        output = io.BytesIO()
        target.remove_unreferenced_resources()
        target.save(
            output,
            # The first version of PDF that knows how paper is turned over.
            min_version="1.7",
            deterministic_id=True,
            compress_streams=True,
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
        )
        pages = len(target.pages)
    return PressedPdf(
        data=output.getvalue(),
        pages=pages,
        trim_mm=(layout.width_mm, layout.height_mm),
        bleed_mm=0.0,
        conformance=(),
        fields=(),
    )


def _add_side(target: Pdf, side: Side, layout: Layout, forms: list[pikepdf.Object]) -> None:
    box = Array([0, 0, round(_pt(layout.width_mm), 3), round(_pt(layout.height_mm), 3)])
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
    content.append(f"q 0.5 G {LINE_PT} w")
    content.extend(_marks(side, layout))
    content.append("Q")
    page = target.add_blank_page(page_size=(float(box[2]), float(box[3])))
    page.obj.MediaBox = box
    page.obj.TrimBox = box
    page.obj.Resources = Dictionary(XObject=objects)
    page.obj.Contents = target.make_stream("\n".join(content).encode())


def _marks(side: Side, layout: Layout) -> list[str]:
    """Draw thin lines where cards are cut, which the knife takes; and ticks where paper is folded.

    A line over the whole fold would run through the booklet; its ends are enough to fold along.
    """
    width, height = layout.width_mm, layout.height_mm
    return [
        *(_line(x, 0, x, height) for x in side.cuts_x_mm[1:-1]),
        *(_line(0, y, width, y) for y in side.cuts_y_mm[1:-1]),
        *(_line(x, 0, x, FOLD_MARK_MM) for x in side.folds_x_mm),
        *(_line(x, height - FOLD_MARK_MM, x, height) for x in side.folds_x_mm),
    ]


def _line(*ends_mm: float) -> str:
    x0, y0, x1, y1 = map(_pt, ends_mm)
    return f"{x0:.3f} {y0:.3f} m {x1:.3f} {y1:.3f} l S"


def _pt(mm: float) -> float:
    return mm * _PT_PER_MM
