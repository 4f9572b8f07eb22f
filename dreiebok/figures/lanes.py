"""Boxes in lanes: bands across a page, or upright ones; on a phone one band after another.

Bands across show time from the start side on. When the steps are too many for the page, the lanes
stand upright side by side and time runs downwards.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby

from dreiebok.figures.geometry import (
    ABOVE_TITLE,
    GAP,
    LEADING,
    NARROW,
    PAD,
    RING,
    TEXT,
    WIDE,
    Band,
    Link,
    Make,
    Placed,
    PlacedBox,
    Rect,
    crowded,
)
from dreiebok.figures.rows import LANE, finish, grown_or_forced, label_gap
from dreiebok.figures.widths import text_width, wrap

Share = Callable[[int, int], bool]
"""Whether a box, the second, may stand level in time with one that leads to it from elsewhere."""
_NARROWEST, _WIDEST = 106.0, 220.0
"""How wide a box may be."""
_EDGE = 2.0
"""Room around the bands."""
_INSET = 8.0
"""Room beside the boxes of an upright band, and of one on a phone."""
_PASS = 0.8
"""How far a lane's title may reach over its boxes on a phone, so that an arrow passes behind."""


@dataclass(frozen=True, slots=True)
class Lanes:
    """The lanes of a figure: ids and titles, and for every box the place of its lane."""

    names: tuple[tuple[str, str], ...]
    of: tuple[int, ...]


def in_lanes(make: Make, links: Sequence[Link], lanes: Lanes) -> Placed:
    """Return bands across a page; a box stands further on than those that lead to it.

    When that makes more columns than are legible, the lanes stand upright. When there are too many
    of those, too, a box in another lane may stand under or over the one before it, and the drawing
    is made wider, and its text thereby smaller.
    """
    gap = _gap(links, lanes)
    most = max(1, int((WIDE - 2 * (_EDGE + PAD + RING) + gap) // (_NARROWEST + gap)))
    columns = _steps(links, lanes, lambda first, second: False)
    width = _upright_width(len(lanes.names))
    if width >= _NARROWEST and (
        max(columns) >= most or crowded(make(_across_width(max(columns) + 1, gap)))
    ):
        return _upright(make, links, lanes)
    if max(columns) >= most:
        columns = _steps(links, lanes, lambda first, second: True)
    return _across(make, links, lanes, columns)


def _gap(links: Sequence[Link], lanes: Lanes) -> float:
    """Return how far apart the boxes of a band stand."""
    told = [x for x in links if x.text and lanes.of[x.source] == lanes.of[x.target]]
    return label_gap(told) if told else GAP


def _across_width(columns: int, gap: float) -> float:
    inner = WIDE - 2 * (_EDGE + PAD + RING)
    return min(_WIDEST, max(_NARROWEST, (inner - (columns - 1) * gap) / columns))


def _across(make: Make, links: Sequence[Link], lanes: Lanes, at: Sequence[int]) -> Placed:
    columns, gap = max(at) + 1, _gap(links, lanes)
    width = _across_width(columns, gap)
    page = max(WIDE, 2 * (_EDGE + PAD + RING) + columns * width + (columns - 1) * gap)
    if columns > 1:
        gap = (page - 2 * (_EDGE + PAD + RING) - columns * width) / (columns - 1)
    boxes = make(width)
    start = _EDGE + PAD + RING

    def lay(extra: float, forced: bool) -> Placed | None:
        y, bands, walls = 0.0, [], []
        placed: dict[int, PlacedBox] = {}
        for place, (name, title) in enumerate(lanes.names):
            inside = [n for n, lane in enumerate(lanes.of) if lane == place]
            lines, wall = _title(title, _EDGE + PAD, y, page - 2 * (_EDGE + PAD))
            height = max((boxes[n].rect.height for n in inside), default=0.0)
            top = wall.bottom + RING + 4 + extra / 2
            for n in inside:
                x = start + at[n] * (width + gap)
                placed[n] = boxes[n].as_high_as(height).at(x, top)
            bottom = top + height + GAP / 2 + 6 + extra / 2
            bands.append(Band(name, lines, Rect(_EDGE, y, page - 2 * _EDGE, bottom - y), wall.x))
            walls.append(wall)
            y = bottom
        row = [placed[n] for n in sorted(placed)]
        return finish(page, row, links, walls=walls, bands=bands, forced=forced)

    return grown_or_forced(lay)


def _upright_width(count: int) -> float:
    return (WIDE - 2 * _EDGE) / count - 2 * (_INSET + RING)


def _upright(make: Make, links: Sequence[Link], lanes: Lanes) -> Placed:
    """Return lanes side by side; a box further to the end side may follow in the same row."""
    told = {(link.source, link.target) for link in links if link.text}
    at = _steps(
        links,
        lanes,
        lambda first, second: lanes.of[first] < lanes.of[second] and (first, second) not in told,
    )
    width = min(_WIDEST, _upright_width(len(lanes.names)))
    wide = (WIDE - 2 * _EDGE) / len(lanes.names)
    boxes = make(width)
    heights = [
        max((boxes[n].rect.height for n, row in enumerate(at) if row == k), default=0.0)
        for k in range(max(at) + 1)
    ]

    def lay(extra: float, forced: bool) -> Placed | None:
        titles = [
            _title(title, _EDGE + n * wide + _INSET, 0.0, wide - 2 * _INSET)
            for n, (_, title) in enumerate(lanes.names)
        ]
        walls = [wall for _, wall in titles]
        top = max(wall.bottom for wall in walls) + RING + 4
        placed = []
        for n, box in enumerate(boxes):
            y = top + sum(height + GAP + 4 + extra for height in heights[: at[n]])
            x = _EDGE + lanes.of[n] * wide + (wide - width) / 2
            placed.append(box.as_high_as(heights[at[n]]).at(x, y))
        bottom = max(box.rect.bottom for box in placed) + PAD
        bands = [
            Band(name, lines, Rect(_EDGE + n * wide, 0.0, wide, bottom), wall.x)
            for n, ((name, _), (lines, wall)) in enumerate(zip(lanes.names, titles, strict=True))
        ]
        return finish(WIDE, placed, links, walls=walls, bands=bands, forced=forced)

    return grown_or_forced(lay)


def _title(title: str, x: float, y: float, room: float) -> tuple[tuple[str, ...], Rect]:
    """Return a lane's title in lines, and the room it takes below the band's upper edge."""
    lines = wrap(title, TEXT, room)
    width = max((text_width(line, TEXT) for line in lines), default=0.0)
    return lines, Rect(x, y + ABOVE_TITLE, width, len(lines) * TEXT * LEADING)


def _steps(links: Sequence[Link], lanes: Lanes, may_share: Share) -> list[int]:
    """Return when every box comes: its column in bands across, its row in upright ones.

    A box without arrows belongs to the one before it in the figure.
    """
    joined = {end for link in links for end in (link.source, link.target)}
    at: list[int] = []
    for n, lane in enumerate(lanes.of):
        before = [link.source for link in links if link.target == n and link.source < n]
        if n and n not in joined:
            before = [n - 1]
        step = max(
            (at[m] + (0 if lanes.of[m] != lane and may_share(m, n) else 1)
             for m in before),
            default=0,
        )  # fmt: skip
        while any(at[m] == step and lanes.of[m] == lane for m in range(n)):
            step += 1
        at.append(step)
    return at


def stacked(make: Make, links: Sequence[Link], lanes: Lanes) -> Placed:
    """Return the boxes in one column for a phone; a band holds those that follow in its lane.

    Arrows onwards run straight down, past the title of the next band; others beside the bands.
    """
    passing = sum(link.target != link.source + 1 for link in links)
    edge = _EDGE + (LANE if passing > 1 else 0)
    start = edge + _INSET + RING
    end = NARROW - _EDGE - (LANE if passing else 0)
    boxes = make(end - start - _INSET)
    room = start + (end - start) * _PASS - edge - _INSET
    runs = [(lane, list(run)) for lane, run in groupby(range(len(boxes)), lambda n: lanes.of[n])]

    def lay(extra: float, forced: bool) -> Placed | None:
        y, bands, walls, placed = 0.0, [], [], []
        seen: set[int] = set()
        for lane, run in runs:
            name, title = lanes.names[lane]
            lines, wall = _title(title, edge + _INSET, y, room)
            top = wall.bottom + RING + 4
            for n in run:
                placed.append(boxes[n].at(start, top))
                top += boxes[n].rect.height + GAP + extra
            bottom = top - GAP + GAP / 2
            # A lane that comes back has its id on the first of its bands.
            name = name if lane not in seen else ""
            bands.append(Band(name, lines, Rect(edge, y, end - edge, bottom - y), wall.x))
            seen.add(lane)
            walls.append(wall)
            y = bottom + 8
        return finish(
            NARROW, placed, links, walls=walls, bands=bands, far=True, forced=forced
        )  # fmt: skip

    return grown_or_forced(lay)
