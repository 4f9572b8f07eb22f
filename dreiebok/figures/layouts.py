"""Where boxes and arrows of each shape go: a ring, loops that share a box, lanes, or a row."""

from dataclasses import dataclass
from itertools import combinations, pairwise
from math import cos, pi, sin

from dreiebok.figures.geometry import (
    GAP,
    LOWEST,
    PAD,
    RING,
    TEXT,
    PlacedBox,
    Route,
    arc_between,
    make_box,
    place_on_ring,
    ring_box_width,
    straight,
)
from dreiebok.inline import to_plain
from dreiebok.model.figures import Figure

WIDE, NARROW = 680.0, 340.0


@dataclass(frozen=True, slots=True)
class Band:
    """A lane's band with its title."""

    id: str
    title: str
    y: float
    height: float


@dataclass(frozen=True, slots=True)
class Placed:
    """A figure laid out: everything that is to be drawn."""

    width: float
    height: float
    boxes: tuple[PlacedBox, ...]
    routes: tuple[Route, ...]
    bands: tuple[Band, ...] = ()
    centre: tuple[float, float] | None = None


def links(figure: Figure) -> tuple[tuple[int, int, str], ...]:
    """Return the arrows as pairs of box indices with their words, also those left unwritten."""
    order = {box.id: n for n, box in enumerate(figure.boxes)}
    if figure.arrows:
        return tuple(
            (order[a.source], order[a.target], to_plain(a.text) if a.text else "")
            for a in figure.arrows
        )
    pairs = [(n, n + 1, "") for n in range(len(figure.boxes) - 1)]
    if figure.shape in {"cycle", "loops"}:
        pairs.append((len(figure.boxes) - 1, 0, ""))
    return tuple(pairs)


def lay_out(figure: Figure, *, narrow: bool) -> Placed:
    """Return a figure laid out for a page or for a phone."""
    if narrow:
        return _column(figure)
    if figure.shape == "cycle":
        return _cycle(figure)
    if figure.shape == "loops":
        return _loops(figure)
    if figure.shape == "lanes":
        return _lanes(figure)
    return _rows(figure)


def _boxes(figure: Figure, width: float) -> tuple[PlacedBox, ...]:
    return tuple(
        make_box(box.id, n, to_plain(box.text), to_plain(box.note) if box.note else "", width)
        for n, box in enumerate(figure.boxes, 1)
    )


def _cycle(figure: Figure) -> Placed:
    boxes, ellipse = place_on_ring(_boxes(figure, ring_box_width(len(figure.boxes), WIDE)), WIDE)
    count = len(boxes)
    step = 2 * pi / count
    routes = []
    for first, second, label in links(figure):
        angles = (
            -pi / 2 + first * step,
            -pi / 2 + (second if second > first else second + count) * step,
        )
        if (second - first) % count == 1:
            others = tuple(b for n, b in enumerate(boxes) if n not in {first, second})
            routes.append(arc_between(boxes[first], boxes[second], ellipse, angles, others))
        else:
            routes.append(straight(boxes[first], boxes[second], label))
    lowest = max(y for route in routes for _, y in route.points)
    height = max(lowest, *(box.y + box.height for box in boxes)) + 4
    return Placed(WIDE, height, boxes, tuple(routes), centre=ellipse[:2])


def _column(figure: Figure) -> Placed:
    """One box under another; a cycle's last arrow runs back up along the end side."""
    back = figure.shape in {"cycle", "loops"}
    boxes: list[PlacedBox] = []
    y = RING + 2
    for box in _boxes(figure, NARROW - 2 * RING - (26 if back else 0)):
        boxes.append(box.moved(RING + 2, y))
        y += box.height + GAP + 6
    routes = [straight(a, b) for a, b in pairwise(boxes)]
    if back:
        first, last = boxes[0], boxes[-1]
        edge = first.x + first.width
        routes.append(
            Route(
                (
                    (edge + 5, last.centre[1]),
                    (edge + 22, last.centre[1]),
                    (edge + 22, first.centre[1]),
                    (edge + 5, first.centre[1]),
                )
            )
        )
    return Placed(NARROW, y - GAP, tuple(boxes), tuple(routes))


def _rows(figure: Figure) -> Placed:
    """Three boxes in a row, then the next row, each row read from the start side."""
    per_row = min(3, len(figure.boxes))
    width = (WIDE - 2 * RING - (per_row - 1) * (GAP + 14)) / per_row
    boxes: list[PlacedBox] = []
    y = RING + 2
    made = _boxes(figure, width)
    for start in range(0, len(made), per_row):
        row = made[start : start + per_row]
        for n, box in enumerate(row):
            boxes.append(box.moved(RING + n * (width + GAP + 14), y))
        y += max(box.height for box in row) + GAP + 20
    routes = []
    for first, second, label in links(figure):
        a, b = boxes[first], boxes[second]
        if b.y > a.y and first % per_row == per_row - 1:
            middle = b.y - (GAP + 20) / 2
            points = (
                (a.centre[0], a.y + a.height + 5), (a.centre[0], middle),
                (b.centre[0], middle), (b.centre[0], b.y - 4),
            )  # fmt: skip
            routes.append(Route(points, label))
        else:
            routes.append(straight(a, b, label))
    return Placed(WIDE, y - GAP - 16, tuple(boxes), tuple(routes))


def _lanes(figure: Figure) -> Placed:
    """Bands across the page; boxes stand in columns in their order."""
    title_room = 120.0
    count = len(figure.boxes)
    width = (WIDE - title_room - PAD - (count - 1) * GAP * 0.7) / count if count <= 4 else 130.0
    total = max(WIDE, title_room + PAD + count * (width + GAP * 0.7))
    made = _boxes(figure, width)
    bands: list[Band] = []
    boxes: dict[int, PlacedBox] = {}
    y = 2.0
    for lane in figure.lanes:
        inside = [n for n, box in enumerate(figure.boxes) if box.lane == lane.id]
        height = max((made[n].height for n in inside), default=TEXT) + 2 * GAP
        bands.append(Band(lane.id, to_plain(lane.title), y, height))
        for n in inside:
            x = title_room + n * (width + GAP * 0.7) + RING
            boxes[n] = made[n].moved(x, y + (height - made[n].height) / 2)
        y += height
    placed = tuple(boxes[n] for n in sorted(boxes))
    order = {n: i for i, n in enumerate(sorted(boxes))}
    routes = [
        straight(placed[order[a]], placed[order[b]], label)
        for a, b, label in links(figure)
        if a in order and b in order
    ]
    return Placed(total + RING, y + 2, placed, tuple(routes), tuple(bands))


def _loops(figure: Figure) -> Placed:
    """Two loops side by side, a lying eight: they share their first box, in the middle."""
    chains = _chains(figure)
    if len(chains) != 2:
        return _cycle(figure)
    width = 150.0
    made = _boxes(figure, width)
    radius_x = (WIDE - width) / 4 - RING / 2
    radius_y = radius_x * 0.6
    while True:
        boxes = {0: made[0].moved((WIDE - width) / 2, -made[0].height / 2)}
        for side, chain in zip((1, -1), chains, strict=True):
            # Clockwise on the right, counter-clockwise on the left, as one draws an eight.
            start = pi if side == 1 else 0.0
            for place, n in enumerate(chain, 1):
                angle = start + side * 2 * pi * place / (len(chain) + 1)
                x = WIDE / 2 + side * radius_x + radius_x * cos(angle)
                y = radius_y * sin(angle)
                boxes[n] = made[n].moved(x - width / 2, y - made[n].height / 2)
        clear = not any(a.meets(b, GAP * 1.3) for a, b in combinations(boxes.values(), 2))
        if clear or radius_y > LOWEST:
            break
        radius_y += 6
    top = min(box.y for box in boxes.values()) - RING - 2
    placed = tuple(boxes[n].moved(boxes[n].x, boxes[n].y - top) for n in sorted(boxes))
    order = {n: place for place, n in enumerate(sorted(boxes))}
    routes = tuple(
        straight(placed[order[a]], placed[order[b]], label)
        for a, b, label in links(figure)
        if a in order and b in order
    )
    return Placed(WIDE, max(b.y + b.height for b in placed) + 6, placed, routes)


def _chains(figure: Figure) -> tuple[tuple[int, ...], ...]:
    """Follow the arrows from the shared first box until they come back to it."""
    following: dict[int, list[int]] = {}
    for first, second, _ in links(figure):
        following.setdefault(first, []).append(second)
    chains = []
    for start in following.get(0, []):
        chain, here = [], start
        while here != 0 and here not in chain:
            chain.append(here)
            here = following.get(here, [0])[0]
        chains.append(tuple(chain))
    return tuple(chains)
