"""Puts finished pages together with pikepdf: on sheets, or one after another. Never rasterised.

Tags, links and fields cannot be carried along: what is assembled is for print only and claims no
conformance. The files that it was made from are the accessible ones.
"""

import io
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import partial

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf

from dreiebok.editions.bcp47 import language_tag
from dreiebok.press.bleeding import show_bleed
from dreiebok.press.imposition import (
    A5_ON_A4,
    FOUR_UP,
    HALF_ON_LETTER,
    TWO_UP_LETTER,
    Grid,
    Placement,
    Sheet,
    Side,
    Spread,
    card_sheets,
    saddle_sheets,
    slip_sheets,
)
from dreiebok.press.units import PT_PER_MM, to_mm
from dreiebok.press.values import WITH_BLEED, Piece, PressedPdf, PrintDocument, no_pdf

LINE_PT = 0.25
FOLD_MARK_MM = 7
"""Long enough to be seen where a printer leaves 5 mm of the edge blank."""
RINGS_MM = (2.0, 1.0)
"""Radius of the register mark on a front, and on a back: the small one stands within the large."""
ARROW_MM = 12.0
"""How far below the top of the paper an arrow points up, on either side."""
_LONG_EDGE, _SHORT_EDGE = "/DuplexFlipLongEdge", "/DuplexFlipShortEdge"


@dataclass(frozen=True, slots=True)
class Layout:
    """A paper, how its pages are arranged, and how the printer must turn it over."""

    width_mm: float
    height_mm: float
    sheets: Callable[[int], tuple[Sheet, ...]]
    duplex: str


def _cards(grid: Grid) -> Layout:
    sheets = partial(card_sheets, grid=grid)
    return Layout(grid.paper_width_mm, grid.paper_height_mm, sheets, _LONG_EDGE)


def _booklet(spread: Spread, bound_right: bool = False) -> Layout:
    sheets = partial(saddle_sheets, spread=spread, bound_right=bound_right)
    return Layout(spread.paper_width_mm, spread.paper_height_mm, sheets, _SHORT_EDGE)


def _slips(grid: Grid) -> Layout:
    return replace(_cards(grid), sheets=partial(slip_sheets, grid=grid))


LAYOUTS: dict[str, Layout] = {
    "4up": _cards(FOUR_UP),
    "2up-letter": _cards(TWO_UP_LETTER),
    "slips": _slips(FOUR_UP),
    "slips-letter": _slips(TWO_UP_LETTER),
    "booklet": _booklet(A5_ON_A4),
    "booklet-right": _booklet(A5_ON_A4, bound_right=True),
    "booklet-letter": _booklet(HALF_ON_LETTER),
    "booklet-right-letter": _booklet(HALF_ON_LETTER, bound_right=True),
}
"""Layouts by the name that a piece gives."""


@dataclass(frozen=True, slots=True)
class _Leaf:
    """One side of a sheet that is to be drawn: its size, and its pages as form XObjects."""

    width_mm: float
    height_mm: float
    side: Side
    is_back: bool
    forms: tuple[pikepdf.Object, ...]


def assemble_pdf(document: PrintDocument, bases: Mapping[str, bytes]) -> PressedPdf:
    """Return the pages of a document's pieces in one file; `bases` are the finished PDFs by path.

    Every piece, and every copy, begins on the front of a sheet. A KeyError means an unknown
    layout or path.
    """
    if not all(bases[piece.path] for piece in document.pieces):
        # A base could not be laid out, and its own problems say why.
        return no_pdf()
    if document.pieces[0].layout == WITH_BLEED:
        return show_bleed(document, bases[document.pieces[0].path])
    layouts = [LAYOUTS[piece.layout] for piece in document.pieces if piece.layout]
    with ExitStack() as stack, Pdf.new() as target:
        for piece in document.pieces:
            source = stack.enter_context(Pdf.open(io.BytesIO(bases[piece.path])))
            for leaf in _leaves(piece, source, target):
                _add_leaf(target, leaf)
        target.Root.Lang = pikepdf.String(language_tag(document.locale))
        target.Root.ViewerPreferences = Dictionary(
            DisplayDocTitle=True,
            Duplex=Name(layouts[0].duplex if layouts else _LONG_EDGE),
            PrintScaling=Name("/None"),
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
        left, bottom, right, top = (float(edge) for edge in target.pages[0].TrimBox)
    return PressedPdf(
        data=output.getvalue(),
        pages=pages,
        trim_mm=(to_mm(right - left), to_mm(top - bottom)),
        bleed_mm=0.0,
        conformance=(),
        fields=(),
    )


def _leaves(piece: Piece, source: Pdf, target: Pdf) -> Iterator[_Leaf]:
    """Yield the sides of a piece's sheets, front, back, front, back …"""
    forms = tuple(target.copy_foreign(page.as_form_xobject()) for page in source.pages)
    layout = LAYOUTS.get(piece.layout)
    if layout is None:
        for _ in range(piece.copies):
            for form in forms:
                width, height = (
                    (float(form.BBox[n + 2]) - float(form.BBox[n])) / PT_PER_MM for n in (0, 1)
                )
                yield _Leaf(width, height, Side((Placement(1, 0, 0),)), False, (form,))
            if len(forms) % 2:
                yield _Leaf(width, height, Side(()), True, ())
        return
    forms *= piece.copies
    for sheet in layout.sheets(len(forms)):
        for side in (sheet.front, sheet.back):
            is_back = side is sheet.back
            yield _Leaf(layout.width_mm, layout.height_mm, side, is_back, forms)


def _add_leaf(target: Pdf, leaf: _Leaf) -> None:
    box = Array([0, 0, round(_pt(leaf.width_mm), 3), round(_pt(leaf.height_mm), 3)])
    content: list[str] = []
    objects = Dictionary()
    for placement in leaf.side.placements:
        name = f"/Page{placement.page}"
        form = leaf.forms[placement.page - 1]
        objects[name] = form
        # as_form_xobject clips to the trim box, whose corner need not be 0,0.
        left, bottom = (float(form.BBox[0]), float(form.BBox[1]))
        x, y = _pt(placement.x_mm) - left, _pt(placement.y_mm) - bottom
        content.append(f"q 1 0 0 1 {x:.3f} {y:.3f} cm {name} Do Q")
    content.append(f"q 0.5 G 0.5 g {LINE_PT} w")
    content.extend(_marks(leaf))
    content.append("Q")
    page = target.add_blank_page(page_size=(float(box[2]), float(box[3])))
    page.obj.MediaBox = box
    page.obj.TrimBox = box
    page.obj.Resources = Dictionary(XObject=objects)
    page.obj.Contents = target.make_stream("\n".join(content).encode())


def _marks(leaf: _Leaf) -> Iterator[str]:
    """Draw thin lines where cards are cut, which the knife takes; and ticks where paper is folded.

    A line over the whole fold would run through the booklet; its ends are enough to fold along.
    """
    side, width, height = leaf.side, leaf.width_mm, leaf.height_mm
    yield from (_line(x, 0, x, height) for x in side.cuts_x_mm if not _is_edge(x, width))
    yield from (_line(0, y, width, y) for y in side.cuts_y_mm if not _is_edge(y, height))
    for x in side.folds_x_mm:
        yield _line(x, 0, x, FOLD_MARK_MM)
        yield _line(x, height - FOLD_MARK_MM, x, height)
    for x, y in side.register_mm:
        yield _ring(x, y, RINGS_MM[leaf.is_back])
        yield _arrow(x, height - ARROW_MM)


def _is_edge(cut_mm: float, size_mm: float) -> bool:
    """Tell whether a cut is the edge of the paper, or so near it that no printer reaches it."""
    return min(cut_mm, size_mm - cut_mm) < 1


def _line(*ends_mm: float) -> str:
    x0, y0, x1, y1 = map(_pt, ends_mm)
    return f"{x0:.3f} {y0:.3f} m {x1:.3f} {y1:.3f} l S"


def _ring(x_mm: float, y_mm: float, radius_mm: float) -> str:
    """Draw a circle of four Bézier curves."""
    x, y, r = _pt(x_mm), _pt(y_mm), _pt(radius_mm)
    c = r * 0.5523  # The control points' distance that comes nearest to a circle.
    return (
        f"{x + r:.3f} {y:.3f} m "
        f"{x + r:.3f} {y + c:.3f} {x + c:.3f} {y + r:.3f} {x:.3f} {y + r:.3f} c "
        f"{x - c:.3f} {y + r:.3f} {x - r:.3f} {y + c:.3f} {x - r:.3f} {y:.3f} c "
        f"{x - r:.3f} {y - c:.3f} {x - c:.3f} {y - r:.3f} {x:.3f} {y - r:.3f} c "
        f"{x + c:.3f} {y - r:.3f} {x + r:.3f} {y - c:.3f} {x + r:.3f} {y:.3f} c S"
    )


def _arrow(x_mm: float, y_mm: float) -> str:
    """Draw a small arrowhead that points to the top of the paper."""
    x, y, half, tall = _pt(x_mm), _pt(y_mm), _pt(1.0), _pt(2.4)
    return f"{x - half:.3f} {y:.3f} m {x + half:.3f} {y:.3f} l {x:.3f} {y + tall:.3f} l f"


def _pt(mm: float) -> float:
    return mm * PT_PER_MM
