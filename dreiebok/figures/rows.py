"""Boxes in rows and columns: a process, a column on a phone, and loops that hang from a box."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from operator import itemgetter

from dreiebok.figures.geometry import (
    GAP,
    HEADING,
    NARROW,
    RING,
    WIDE,
    Band,
    Link,
    Make,
    Placed,
    PlacedBox,
    Rect,
    Words,
    crowded,
)
from dreiebok.figures.labels import LABEL_ROOMS, label, with_labels
from dreiebok.figures.routing import connect, crossings
from dreiebok.figures.widths import wrap

LANE = 24.0
"""The width of a free lane at the side, where an arrow can run past the boxes."""
_WIDEST = 250.0
"""How wide a box of a process may be."""
_CLOSE = 24.0
"""Room between boxes of a column that belong to each other."""
_GROWTH, _PATIENCE = 18.0, 6
"""How much room is added between rows for the words of arrows, and how often that is tried."""
Lay = Callable[[float, bool], Placed | None]
"""Lays a figure out with extra room between its rows; forced or not."""


def process(make: Make, links: Sequence[Link]) -> Placed:
    """Return boxes in rows for a page, each row read from the start side."""
    most = min(4, len(make(_WIDEST)))
    found = [_process(make, links, per_row) for per_row in range(2, most + 1)]
    tries = [one for one in found if one]
    best = min(tries, key=itemgetter(0), default=None)
    if best is None or crossings(best[1].routes, links):
        # One box a row gives the words of every arrow the most room, and arrows the sides.
        plain = _one_a_row(make, links)
        if best is None or plain.height + 200 * crossings(plain.routes, links) < best[0]:
            return plain
    return best[1]


def _process(make: Make, links: Sequence[Link], per_row: int) -> tuple[float, Placed] | None:
    """Return rows of so many boxes with what they cost; None if words find no room by an arrow."""
    onwards = all(link.target == link.source + 1 for link in links)
    side = RING + (2 if onwards else LANE)
    gap = label_gap([link for link in links if abs(link.target - link.source) == 1])
    width = min(_WIDEST, (WIDE - 2 * side - (per_row - 1) * gap) / per_row)
    made = make(width)
    start = (WIDE - per_row * width - (per_row - 1) * gap) / 2
    rows = [made[n : n + per_row] for n in range(0, len(made), per_row)]
    idle = len(rows) * per_row - len(made)
    # From row to row arrows run from above, so that all of them look alike.
    led = [
        replace(x, along="" if x.source // per_row == x.target // per_row else "y") for x in links
    ]

    def lay(extra: float, _: bool) -> Placed | None:
        boxes: list[PlacedBox] = []
        y = 0.0
        for row in rows:
            height = max(box.rect.height for box in row)
            boxes.extend(
                box.as_high_as(height).at(start + n * (width + gap), y) for n, box in enumerate(row)
            )
            y += height + GAP + 12 + extra
        return finish(WIDE, boxes, led)

    placed = grown(lay)
    if placed is None:
        return None
    tallest = max(len(box.text.lines) for box in made)
    bad = 30 * idle + 25 * tallest + 150 * crowded(made) + 200 * crossings(placed.routes, links)
    return placed.height + bad, placed


def _one_a_row(make: Make, links: Sequence[Link]) -> Placed:
    boxes = make(_WIDEST)

    def lay(extra: float, forced: bool) -> Placed | None:
        placed: list[PlacedBox] = []
        y = 0.0
        for box in boxes:
            placed.append(box.at((WIDE - _WIDEST) / 2, y))
            y += box.rect.height + GAP + extra
        return finish(WIDE, placed, links, forced=forced)

    return grown_or_forced(lay)


def column(make: Make, links: Sequence[Link], centre: str, close: Collection[int] = ()) -> Placed:
    """Return one box under another for a phone; arrows that pass boxes run at the sides.

    `close` holds the places of boxes that the next one stands near to.
    """
    boxes, order = make(_column_width(links)), {(link.source, link.target) for link in links}
    words = Words(wrap(centre, HEADING, NARROW - 2 * RING), HEADING, NARROW / 2, 0.0)
    top = words.rect.height + 14 if centre else 0.0

    def lay(extra: float, forced: bool) -> Placed | None:
        placed: list[PlacedBox] = []
        y = top + RING
        for n, box in enumerate(boxes):
            placed.append(box.at(_column_start(links), y))
            gap = _CLOSE if n in close else GAP + (0 if (n, n + 1) in order else 6) + extra
            y += box.rect.height + gap
        walls = [words.rect] if centre else []
        return finish(NARROW, placed, links, walls=walls, centre=words if centre else None,
                      forced=forced)  # fmt: skip

    return grown_or_forced(lay)


def _column_start(links: Sequence[Link]) -> float:
    passing = sum(abs(link.target - link.source) != 1 for link in links)
    return RING + 2 + (LANE if passing > 1 else 0)


def _column_width(links: Sequence[Link]) -> float:
    passing = sum(link.target != link.source + 1 for link in links)
    return NARROW - _column_start(links) - 2 - (LANE if passing else 0)


def hanging(make: Make, chains: Sequence[Sequence[int]], links: Sequence[Link]) -> Placed:
    """Return three or more loops as columns that hang from their shared box."""
    gap = GAP + LANE
    width = (WIDE - 2 * LANE - 2 * RING - (len(chains) - 1) * gap) / len(chains)
    page = WIDE if width >= 120 else WIDE + (120 - width) * len(chains)
    width = max(120.0, width)
    made = make(width)
    across = page - 2 * LANE - 2 * RING
    bar = make(min(across, 2 * width + gap))[0]

    def lay(extra: float, forced: bool) -> Placed | None:
        placed = {0: bar.at((page - bar.rect.width) / 2, 0)}
        for place, chain in enumerate(chains):
            y = bar.rect.height + GAP + 16 + extra
            for n in chain:
                placed[n] = made[n].at(LANE + RING + place * (width + gap), y)
                y += made[n].rect.height + GAP + extra
        return finish(page, [placed[n] for n in sorted(placed)], links, forced=forced)

    return grown_or_forced(lay)


def label_gap(links: Sequence[Link]) -> float:
    """Return how far apart boxes in a row stand, so that the words of their arrows fit between."""
    widths = [label(link.text, LABEL_ROOMS[-1]).rect.width for link in links if link.text]
    return max([GAP + 4, *(width + 20 for width in widths)])


def grown(lay: Lay) -> Placed | None:
    """Return a layout with as much more room between its rows as the words of arrows need.

    None when much more room is not enough.
    """
    tries = (lay(n * _GROWTH, False) for n in range(_PATIENCE))
    return next((placed for placed in tries if placed), None)


def grown_or_forced(lay: Lay) -> Placed:
    """Return a layout as `grown` does; words that never find room then stand on their arrows."""
    placed = grown(lay) or lay(_PATIENCE * _GROWTH, True)
    assert placed, "a forced layout is never None"
    return placed


def finish(
    width: float,
    boxes: Sequence[PlacedBox],
    links: Sequence[Link],
    *,
    walls: Sequence[Rect] = (),
    bands: Sequence[Band] = (),
    centre: Words | None = None,
    far: bool = False,
    forced: bool = False,
) -> Placed | None:
    """Return boxes with arrows and words, cut to what stands on the drawing.

    None when the words of an arrow find no room, unless it is forced.
    """
    area = Rect(4, -10_000, width - 8, 20_000)
    frames = [band.rect for band in bands]
    routes = connect(boxes, links, area, walls, frames=frames, far=far)
    texts = [link.text for link in links]
    placed = with_labels(routes, texts, boxes, walls, area, forced=forced)
    if placed is None:
        return None
    labels = [route.label.rect for route in placed if route.label]
    rects = [*(box.rect for box in boxes), *(box.ring for box in boxes), *labels, *walls,
             *(band.rect for band in bands)]  # fmt: skip
    ys = [y for route in placed for _, y in route.points]
    top = min(*(rect.y for rect in rects), *(y - 4 for y in ys)) - 2
    lowest = max(*(rect.bottom for rect in rects), *(y + 4 for y in ys)) + 2
    return Placed(
        width,
        lowest - top,
        tuple(box.at(box.rect.x, box.rect.y - top) for box in boxes),
        tuple(route.shifted(-top) for route in placed),
        tuple(replace(band, rect=replace(band.rect, y=band.rect.y - top)) for band in bands),
        replace(centre, y=centre.y - top) if centre else None,
    )
