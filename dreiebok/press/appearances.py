"""Draws the words of filled fields, a page for each field: what readers show as its appearance.

These pages are no document of ours: they have no tags, no problems at an author's line, and may
use fonts that the project does not carry.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dreiebok.press.cells import (
    FACE_PATH,
    SHARES,
    SMALLEST,
    Cell,
    Face,
    render_cells,
    render_ruler,
)
from dreiebok.press.units import PT_PER_PX
from dreiebok.press.weasyprint_ import AssetFetcher, Log, collecting_nothing, lay_out

_MARGIN = 0.99
"""Letters are hinted to their size, so a line scaled by its length could be a hair too long."""


Measure = Callable[[list[tuple[Cell, float]]], Iterator[tuple[Cell, float, int, float]]]
"""Lays cells out, each at a share of its type; gives for each its lines, and the longest in pt."""


@dataclass(frozen=True, slots=True)
class Drawing:
    """Pages of cells, in the order of the cells, with what is not shown.

    `overflowing` are the names of cells of which only the beginning is seen; `missing` the
    characters that no font has.
    """

    data: bytes
    overflowing: tuple[str, ...]
    missing: frozenset[str]


def draw_cells(
    cells: tuple[Cell, ...], assets: Path, faces: tuple[Face, ...], locale: str
) -> Drawing:
    """Draw each cell on a page of its own, in the largest type in which it fits.

    Raises ValueError with what WeasyPrint said if a style sheet or a font cannot be read.
    """
    log, names = Log(), tuple(face.path for face in faces)
    files = {f"{FACE_PATH}{number}": face.path for number, face in enumerate(faces)}
    fetcher = AssetFetcher(assets, files)

    def measure(tries: list[tuple[Cell, float]]) -> Iterator[tuple[Cell, float, int, float]]:
        lines = _lines(lay_out(render_ruler(tries, locale, faces), fetcher, names))
        for (cell, share), widths in zip(tries, lines, strict=True):
            yield cell, share, len(widths), max(widths, default=0.0)

    with log.listening(), collecting_nothing():
        shares, overflowing = _choose_shares(cells, measure)
        laid_out = lay_out(render_cells(cells, shares, locale, faces), fetcher, names)
        data = laid_out.write_pdf(pdf_variant="pdf/a-2u")
    said = [record.getMessage() for record in log.records]
    if told := [words for words in said if ".notdef glyph" not in words]:
        raise ValueError("; ".join(dict.fromkeys(told)))
    assert len(laid_out.pages) == len(cells), "a cell went over its page"
    missing = frozenset(
        letter
        for font in laid_out.fonts.values()
        for found in font.missing
        for letter in (chr(found) if isinstance(found, int) else str(found))
    )
    return Drawing(data, overflowing, missing)


def _choose_shares(
    cells: tuple[Cell, ...], measure: Measure
) -> tuple[dict[str, float], tuple[str, ...]]:
    """Return the share of its type for each cell by name, and the names of those that overflow."""
    overflowing = [cell.name for cell in cells if cell.beginning != cell.text]
    shares = dict.fromkeys(overflowing, SMALLEST)
    tries = []
    whole = [(cell, 1.0) for cell in cells if cell.name not in shares]
    for cell, share, lines, width_pt in measure(whole):
        if cell.is_multiline and lines > cell.line_count(share):
            tries += [(cell, smaller) for smaller in SHARES]
        elif not cell.is_multiline and width_pt > cell.line_width_pt:
            fitting = cell.line_width_pt / width_pt * _MARGIN
            shares[cell.name] = max(fitting, SMALLEST)
            if fitting < SMALLEST:
                overflowing.append(cell.name)
        else:
            shares[cell.name] = 1.0
    if tries:
        for cell, share, lines, _ in measure(tries):
            fits = lines <= cell.line_count(share)
            if cell.name not in shares and (fits or share == SMALLEST):
                shares[cell.name] = share
                if not fits:
                    overflowing.append(cell.name)
    order = [cell.name for cell in cells]
    return shares, tuple(sorted(overflowing, key=order.index))


def _lines(document: Any) -> list[list[float]]:
    """Return the widths in pt of the lines of each cell, in the order of the cells."""
    found: dict[Any, list[float]] = {}

    def walk(box: Any, cell: Any) -> None:
        if box.element is not None and box.element.get("class") == "cell":
            cell = box.element
            found.setdefault(cell, [])
        if cell is not None and type(box).__name__ == "LineBox":
            ends = [(inner.position_x, inner.position_x + inner.width) for inner in box.children]
            width = max(e[1] for e in ends) - min(e[0] for e in ends) if ends else 0.0
            found[cell].append(width * PT_PER_PX)
            return
        for child in getattr(box, "children", ()):
            walk(child, cell)

    for page in document.pages:
        walk(page._page_box, None)
    return list(found.values())
