"""Boxes in lanes: bands across a page, and on a phone one band after another, in order."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby

from dreiebok.figures.geometry import (
    GAP,
    LEADING,
    NARROW,
    PAD,
    RING,
    TEXT,
    WIDE,
    Band,
    Link,
    Placed,
    PlacedBox,
    Rect,
)
from dreiebok.figures.rows import LANE, finish, grown_or_forced, label_gap
from dreiebok.figures.widths import text_width, wrap

Make = Callable[[float], tuple[PlacedBox, ...]]
"""Makes a figure's boxes for a width."""
_NARROWEST = 124.0
_EDGE = 2.0
_TITLE = 8.0
"""Room above a lane's title."""


@dataclass(frozen=True, slots=True)
class Sorted:
    """The lanes of a figure: ids and titles, and for every box the place of its lane."""

    names: tuple[tuple[str, str], ...]
    of: tuple[int, ...]


def lanes(make: Make, links: Sequence[Link], rows: Sorted) -> Placed:
    """Return bands across a page; a box stands further on than those that lead to it.

    When that makes more columns than are legible, a box in another lane may stand under or over
    the one before it. The drawing is made wider, and its text thereby smaller, as the last way out.
    """
    inner = WIDE - 2 * (_EDGE + PAD + RING)
    gap = label_gap([link for link in links if rows.of[link.source] == rows.of[link.target]])
    most = max(1, int((inner + gap) // (_NARROWEST + gap)))
    at = _columns(links, rows, strict=True)
    if max(at) >= most:
        at = _columns(links, rows, strict=False)
    columns = max(at) + 1
    width = min(220.0, max(_NARROWEST, (inner - (columns - 1) * gap) / columns))
    page = max(WIDE, 2 * (_EDGE + PAD + RING) + columns * width + (columns - 1) * gap)
    if columns > 1:
        gap = (page - 2 * (_EDGE + PAD + RING) - columns * width) / (columns - 1)
    boxes = make(width)
    start = _EDGE + PAD + RING

    def lay(extra: float, forced: bool) -> Placed | None:
        y, bands, walls = 0.0, [], []
        placed: dict[int, PlacedBox] = {}
        for place, (name, title) in enumerate(rows.names):
            inside = [n for n, lane in enumerate(rows.of) if lane == place]
            lines, wall = _title(title, y, page)
            height = max((boxes[n].rect.height for n in inside), default=0.0)
            top = wall.y + wall.height + RING + 4 + extra / 2
            for n in inside:
                x = start + at[n] * (width + gap)
                placed[n] = boxes[n].as_high_as(height).at(x, top)
            bottom = top + height + GAP / 2 + 6 + extra / 2
            bands.append(Band(name, lines, Rect(_EDGE, y, page - 2 * _EDGE, bottom - y)))
            walls.append(wall)
            y = bottom
        row = [placed[n] for n in sorted(placed)]
        return finish(page, row, links, walls=walls, bands=bands, forced=forced)

    return grown_or_forced(lay)


def _title(title: str, y: float, page: float) -> tuple[tuple[str, ...], Rect]:
    """Return a lane's title in lines, and the room it takes below the band's upper edge."""
    lines = wrap(title, TEXT, page - 2 * (_EDGE + PAD))
    width = max((text_width(line, TEXT) for line in lines), default=0.0)
    return lines, Rect(_EDGE + PAD, y + _TITLE, width, len(lines) * TEXT * LEADING)


def _columns(links: Sequence[Link], rows: Sorted, *, strict: bool) -> list[int]:
    """Return the column of every box; with strict, every arrow onwards leads to a later one."""
    at: list[int] = []
    for n, lane in enumerate(rows.of):
        before = [link.source for link in links if link.target == n and link.source < n]
        column = max(
            (at[m] + (1 if strict or rows.of[m] == lane else 0) for m in before), default=0
        )
        while any(at[m] == column and rows.of[m] == lane for m in range(n)):
            column += 1
        at.append(column)
    return at


def stacked(make: Make, links: Sequence[Link], rows: Sorted) -> Placed:
    """Return the boxes in one column for a phone; a band holds those that follow in its lane."""
    passing = sum(link.target != link.source + 1 for link in links)
    start = _EDGE + PAD + RING + (LANE if passing > 1 else 0)
    width = NARROW - start - _EDGE - PAD - (LANE if passing else 0)
    boxes = make(width)
    runs = [(lane, list(run)) for lane, run in groupby(range(len(boxes)), lambda n: rows.of[n])]

    def lay(extra: float, forced: bool) -> Placed | None:
        y, bands, walls, placed = 0.0, [], [], []
        seen: set[int] = set()
        for lane, run in runs:
            name, title = rows.names[lane]
            lines, wall = _title(title, y, NARROW)
            top = wall.y + wall.height + RING + 4
            for n in run:
                placed.append(boxes[n].at(start, top))
                top += boxes[n].rect.height + GAP + extra
            bottom = top - GAP + GAP / 2
            rect = Rect(_EDGE, y, NARROW - 2 * _EDGE, bottom - y)
            # A lane that comes back has its id on the first of its bands.
            bands.append(Band(name if lane not in seen else "", lines, rect))
            seen.add(lane)
            walls.append(wall)
            y = bottom + 8
        return finish(NARROW, placed, links, walls=walls, bands=bands, forced=forced)

    return grown_or_forced(lay)
