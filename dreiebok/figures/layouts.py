"""Where boxes and arrows of each shape go: a ring, loops that share a box, lanes, or a row."""

from dataclasses import dataclass
from itertools import combinations
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
    chord,
    make_box,
    place_on_ring,
    ring_box_width,
    straight,
)
from dreiebok.figures.routing import CHANNEL, Gutters, Link, along_column, beside_column
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


def links(figure: Figure) -> tuple[Link, ...]:
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
    """Return a figure laid out for a page or for a phone.

    Words on arrows stand on them where all find room; else each stands in the box that its arrow
    leaves, with the number of the box it leads to.
    """
    if narrow:
        return _column(figure)
    shape = {"cycle": _cycle, "loops": _loops, "lanes": _lanes}.get(figure.shape, _rows)
    placed = shape(figure, False)
    if all(route.is_clear(placed.boxes, placed.width) for route in placed.routes):
        return placed
    return shape(figure, True)


def _boxes(
    figure: Figure, width: float, *, telling: bool, lanes: bool = False
) -> tuple[PlacedBox, ...]:
    """Return the boxes; `telling` ones say the words of their arrows, and perhaps their lane."""
    titles = {lane.id: to_plain(lane.title) for lane in figure.lanes} if lanes else {}
    made = []
    for n, box in enumerate(figure.boxes):
        small = [titles[box.lane]] if box.lane in titles else []
        small += [to_plain(box.note)] if box.note else []
        if telling:
            small += [f"{words}: {b + 1}" for a, b, words in links(figure) if a == n and words]
        made.append(make_box(box.id, n + 1, to_plain(box.text), tuple(small), width))
    return tuple(made)


def _arrows(figure: Figure, telling: bool) -> tuple[Link, ...]:
    """Return the arrows; their words are left out where the boxes tell them."""
    return tuple((a, b, "" if telling else words) for a, b, words in links(figure))


def _cycle(figure: Figure, telling: bool) -> Placed:
    width = ring_box_width(len(figure.boxes), WIDE)
    boxes, ellipse = place_on_ring(_boxes(figure, width, telling=telling), WIDE)
    if any(a.meets(b, 0) for a, b in combinations(boxes, 2)):
        return _rows(figure, telling)  # So many boxes that no ring has room for them.
    count = len(boxes)
    step = 2 * pi / count
    routes = []
    for first, second, label in _arrows(figure, telling):
        angles = (
            -pi / 2 + first * step,
            -pi / 2 + (second if second > first else second + count) * step,
        )
        others = tuple(b for n, b in enumerate(boxes) if n not in {first, second})
        if (second - first) % count == 1:
            routes.append(arc_between(boxes[first], boxes[second], ellipse, angles, others, label))
        else:
            routes.append(chord(boxes[first], boxes[second], ellipse[:2], others, label))
    lowest = max(y for route in routes for _, y in route.points)
    height = max(lowest, *(box.y + box.height for box in boxes)) + 4
    return Placed(WIDE, height, boxes, tuple(routes), centre=ellipse[:2])


def _column(figure: Figure) -> Placed:
    """One box under another; arrows that lead elsewhere than to the next run along the end side."""
    arrows = links(figure)
    aside = tuple(link for link in arrows if link[1] - link[0] != 1)
    channels = beside_column(aside)
    count = max(channels, default=-1) + 1
    step = min(CHANNEL, 72 / max(1, count))
    room = 14 + CHANNEL + (count - 1) * step if count else 0
    boxes: list[PlacedBox] = []
    y = RING + 2
    for box in _boxes(figure, NARROW - 2 * RING - room, telling=True, lanes=True):
        boxes.append(box.moved(RING + 2, y))
        y += box.height + GAP + 6
    placed = tuple(boxes)
    routes = [straight(placed[a], placed[b]) for a, b, _ in arrows if b - a == 1]
    routes.extend(along_column(placed, aside, channels, step))
    return Placed(NARROW, y - GAP, placed, tuple(routes))


def _rows(figure: Figure, telling: bool) -> Placed:
    """Three boxes in a row, then the next row, each row read from the start side."""
    per_row = min(3, len(figure.boxes))
    arrows = _arrows(figure, telling)
    near = [
        link for link in arrows
        if abs(link[1] - link[0]) == 1 and link[0] // per_row == link[1] // per_row
    ]  # fmt: skip
    gutters = Gutters(per_row, tuple(link for link in arrows if link not in near))
    width = (WIDE - gutters.room - 2 * RING - (per_row - 1) * (GAP + 14)) / per_row
    made = _boxes(figure, width, telling=telling)
    boxes: list[PlacedBox] = []
    bottoms: list[float] = []
    y = RING + 2
    for row, start in enumerate(range(0, len(made), per_row)):
        for n, box in enumerate(made[start : start + per_row]):
            boxes.append(box.moved(RING + n * (width + GAP + 14), y))
        bottoms.append(y + max(box.height for box in made[start : start + per_row]))
        y = bottoms[-1] + GAP + 20 + gutters.height(row)
    placed = tuple(boxes)
    routes = [straight(placed[a], placed[b], label) for a, b, label in near]
    routes.extend(gutters.routes(placed, tuple(bottoms), WIDE))
    height = y - GAP - 16 if not gutters.heights.get(len(bottoms) - 1) else y - 8
    return Placed(WIDE, height, placed, tuple(routes))


def _lanes(figure: Figure, telling: bool) -> Placed:
    """Bands across the page; boxes follow each other from the start side, each in its band."""
    left = 120.0 + RING
    lanes = [box.lane or "" for box in figure.boxes]
    for width in range(200, 108, -4):
        places = _places(lanes, width)
        if left + places[-1] + width + PAD <= WIDE:
            break
    made = _boxes(figure, width, telling=telling)
    bands: list[Band] = []
    boxes: dict[int, PlacedBox] = {}
    y = 2.0
    for lane in figure.lanes:
        inside = [n for n, name in enumerate(lanes) if name == lane.id]
        height = max((made[n].height for n in inside), default=TEXT) + 2 * GAP
        bands.append(Band(lane.id, to_plain(lane.title), y, height))
        for n in inside:
            boxes[n] = made[n].moved(left + places[n], y + (height - made[n].height) / 2)
        y += height
    placed = tuple(boxes[n] for n in sorted(boxes))
    order = {n: i for i, n in enumerate(sorted(boxes))}
    routes = [
        straight(placed[order[a]], placed[order[b]], label)
        for a, b, label in _arrows(figure, telling)
        if a in order and b in order
    ]
    total = max(WIDE, left + places[-1] + width + PAD)
    return Placed(total, y + 2, placed, tuple(routes), tuple(bands))


def _places(lanes: list[str], width: float) -> list[float]:
    """Return where boxes of a width begin: half a box further, or clear of the last in the lane."""
    places: list[float] = []
    free: dict[str, float] = {}
    for lane in lanes:
        place = max(places[-1] + width / 2 if places else 0.0, free.get(lane, 0.0))
        places.append(place)
        free[lane] = place + width + GAP * 1.3
    return places


def _loops(figure: Figure, telling: bool) -> Placed:
    """Two loops side by side, a lying eight: they share their first box, in the middle."""
    chains = _chains(figure)
    if len(chains) != 2:
        return _cycle(figure, telling)
    width = 150.0
    made = _boxes(figure, width, telling=telling)
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
        for a, b, label in _arrows(figure, telling)
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
