"""Boxes on a ring: a cycle, and two loops that share a box, like an eight, lying or standing.

The boxes stand so that all arrows of a ring are equally long, whatever the boxes' sizes. A ring
that is too small for its boxes or words grows in height; the width of the page is given.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, combinations, pairwise
from math import cos, hypot, pi, sin

from dreiebok.figures.bends import across
from dreiebok.figures.geometry import (
    FROM,
    GAP,
    HEADING,
    PAD,
    RING,
    TO,
    WIDE,
    Link,
    Make,
    Placed,
    PlacedBox,
    Point,
    Rect,
    Route,
    Words,
    crowded,
)
from dreiebok.figures.labels import with_labels
from dreiebok.figures.widths import wrap

Arcs = dict[tuple[int, int], Route]
"""The arrows along a ring, by the places of their boxes."""
Settled = tuple[tuple[PlacedBox, ...], Arcs]
"""Boxes that have found room on a ring, and the arrows between neighbours."""
_CYCLE_WIDTHS = (150.0, 165.0, 180.0, 195.0, 210.0)
_LONG_WORD_WIDTHS = (240.0, 280.0, 310.0)
_LOOP_WIDTHS = (136.0, 148.0, 160.0, 172.0)
"""How wide boxes are made, one try after another: in a ring, for long words, in an eight."""
_SHORTEST = 28.0
"""The least length of an arrow on a ring."""
_GROWTH = 8.0
"""By how much a ring grows in one step."""
_PATIENCE = (0, 1, 2, 3, 5, 8, 12, 18, 26)
"""By how many steps a ring with room for its boxes grows for an arrow that finds no way."""
_TOP, _RIGHT, _BOTTOM, _LEFT = -pi / 2, 0.0, pi / 2, pi


@dataclass(frozen=True, slots=True)
class Ellipse:
    """A ring: its middle, its radii, the angle where it begins and which way it turns."""

    centre: Point
    radius_x: float
    radius_y: float
    start: float = _TOP
    turn: int = 1

    def points(self) -> tuple[Point, ...]:
        """Return points 2 to 4 units apart round the ring, the first one again at the end."""
        samples = round(self.radius_x + self.radius_y)
        angles = (self.start + self.turn * 2 * pi * n / samples for n in range(samples + 1))
        x, y = self.centre
        return tuple((x + self.radius_x * cos(a), y + self.radius_y * sin(a)) for a in angles)


def cycle(make: Make, links: Sequence[Link], centre: str) -> Placed | None:
    """Return a cycle laid out for a page, with boxes of the width that suits its texts best.

    None when no ring has room for the boxes.
    """
    widths: tuple[float, ...] = _CYCLE_WIDTHS
    if crowded(make(_CYCLE_WIDTHS[-1])):
        # Between wide boxes there is no room for words in the middle.
        widths += _LONG_WORD_WIDTHS[: 1 if centre else 3]
    return _best(_cycle(make(width), links, centre) for width in widths)


def eight(make: Make, chains: Sequence[Sequence[int]], links: Sequence[Link]) -> Placed | None:
    """Return two loops laid out side by side or above each other; their first box is the middle.

    None when no rings have room for the boxes.
    """
    tries = [(width, False) for width in _LOOP_WIDTHS]
    tries += [(width, True) for width in _CYCLE_WIDTHS]
    return _best(_eight(make(width), chains, links, upright=up) for width, up in tries)


def _best(found: Iterable[Placed | None]) -> Placed | None:
    return min((placed for placed in found if placed), key=_cost, default=None)


def _cost(placed: Placed) -> float:
    """Weigh a layout: a low drawing is good; half-empty boxes, towers and small text are not."""
    idle = [box.rect.width - 2 * PAD - box.text.rect.width for box in placed.boxes]
    lines = max(len(box.text.lines) for box in placed.boxes)
    return placed.height + sum(idle) / len(idle) + 25 * lines + 150 * crowded(placed.boxes)


def _cycle(boxes: tuple[PlacedBox, ...], links: Sequence[Link], centre: str) -> Placed | None:
    width = boxes[0].rect.width
    radius_x = (WIDE - width) / 2 - RING
    words = Words(wrap(centre, HEADING, WIDE - 2 * (width + RING + GAP)), HEADING, WIDE / 2)
    words = replace(words, y=-words.rect.height / 2)
    middle = [words.rect] if centre else []

    def settle(radius_y: float) -> Settled | None:
        found = _settle(boxes, Ellipse((WIDE / 2, 0.0), radius_x, radius_y))
        if found and any(box.rect.meets(rect, GAP / 2) for box in found[0] for rect in middle):
            return None
        return found

    found = _grown(settle, _radii(radius_x, boxes), links, middle)
    return _framed(*found, words if centre else None) if found else None


def _eight(
    boxes: tuple[PlacedBox, ...],
    chains: Sequence[Sequence[int]],
    links: Sequence[Link],
    *,
    upright: bool,
) -> Placed | None:
    whole = (WIDE - boxes[0].rect.width) / 2 - RING
    radius_x = whole if upright else whole / 2

    def settle(radius_y: float) -> Settled | None:
        placed: dict[int, PlacedBox] = {}
        arcs: Arcs = {}
        for side, chain in zip((1, -1), chains, strict=True):
            if upright:
                # Both clockwise, the first above: its line leaves the shared box to the left.
                middle = (WIDE / 2 + RING / 2, -side * radius_y)
                ring = Ellipse(middle, radius_x, radius_y, side * _BOTTOM)
            else:
                # Clockwise on the right, the other way round on the left, as one draws an eight.
                middle = (WIDE / 2 + RING / 2 + side * radius_x, 0.0)
                ring = Ellipse(middle, radius_x, radius_y, _LEFT if side == 1 else _RIGHT, side)
            order = (0, *chain)
            found = _settle([boxes[n] for n in order], ring)
            if not found:
                return None
            placed.update(zip(order, found[0], strict=True))
            arcs.update({(order[a], order[b]): route for (a, b), route in found[1].items()})
        row = tuple(placed[n] for n in sorted(placed))
        if any(a.meets(b, GAP / 2) for a, b in combinations(row, 2)):
            return None
        return row, arcs

    found = _grown(settle, _radii(radius_x, boxes), links, [])
    return _framed(*found, None) if found else None


def _radii(radius_x: float, boxes: Sequence[PlacedBox]) -> tuple[float, float]:
    """Return the least upright radius to try, and one beyond which growing is in vain.

    Boxes too wide to stand side by side do not settle on a ring of any height.
    """
    highest = max(box.rect.height for box in boxes) + 2 * GAP
    return radius_x * 0.5, radius_x + len(boxes) * highest


def _grown(
    settle: Callable[[float], Settled | None],
    radii: tuple[float, float],
    links: Sequence[Link],
    walls: Sequence[Rect],
) -> tuple[tuple[PlacedBox, ...], tuple[Route, ...]] | None:
    """Return the boxes on the lowest ring that has room for them, and all arrows.

    The ring grows on when an arrow finds no way or its words no room, up to a limit.
    """
    least, most = radii
    first = settle(least)
    low = n = 0
    while first is None:
        low, n = n, 2 * n + 1
        if least + n * _GROWTH > 2 * most:
            return None
        first = settle(least + n * _GROWTH)
    while n - low > 1:
        half = (low + n) // 2
        found = settle(least + half * _GROWTH)
        if found:
            first, n = found, half
        else:
            low = half
    for more in _PATIENCE:
        found = settle(least + (n + more) * _GROWTH)
        routes = _routes(*found, links, walls, forced=False) if found else None
        if found and routes is not None:
            return found[0], routes
    routes = _routes(*first, links, walls, forced=True)
    assert routes is not None, "a forced arrow goes straight"
    return first[0], routes


def _settle(boxes: Sequence[PlacedBox], ring: Ellipse) -> Settled | None:
    """Place boxes on a ring with equal gaps along it; None when the ring is too small for them.

    The first box stands at the ring's start. Returns the boxes and the arcs between neighbours.
    """
    points = ring.points()
    lengths = [0.0, *accumulate(hypot(c - a, d - b) for (a, b), (c, d) in pairwise(points))]
    size, samples = len(boxes), len(points) - 1
    places = [lengths[-1] * n / size for n in range(size)]
    for _ in range(10):
        at = [min(samples, bisect_left(lengths, place)) for place in places]
        reach = [_reach(box, n, points) for box, n in zip(boxes, at, strict=True)]
        gap = (lengths[-1] - 2 * sum(reach)) / size
        wanted = [0.0]
        for before, after in pairwise(reach):
            wanted.append(wanted[-1] + before + gap + after)
        places = [(a + b) / 2 for a, b in zip(places, wanted, strict=True)]
    placed = [
        box.at(points[n][0] - box.rect.width / 2, points[n][1] - box.rect.height / 2)
        for box, n in zip(boxes, at, strict=True)
    ]
    if any(a.meets(b, GAP / 2) for a, b in combinations(placed, 2)):
        return None
    arcs: Arcs = {}
    ends = [_walk(box, n, points) for box, n in zip(placed, at, strict=True)]
    for n in range(size):
        following = (n + 1) % size
        first, last = ends[n][1], ends[following][0] + (samples if following == 0 else 0)
        if first >= last or _length(lengths, first, last) < _SHORTEST:
            return None
        arc = tuple(points[k % samples] for k in range(first, last + 1))
        others = [box for m, box in enumerate(placed) if m not in {n, following}]
        if any(box.covers(point, 6) for box in others for point in arc[::2]):
            return None
        arcs[n, following] = Route(arc, ("A", ring.radius_x, ring.radius_y))
    return tuple(placed), arcs


def _reach(box: PlacedBox, at: int, points: Sequence[Point]) -> float:
    """Return how much of a ring's line a box takes to either side, were the line straight there.

    Numbers are left out: they sit on one side, and the boxes are to stand evenly.
    """
    (x1, y1), (x2, y2) = points[max(0, at - 1)], points[min(len(points) - 1, at + 1)]
    length = hypot(x2 - x1, y2 - y1)
    across, down = max(1e-9, abs(x2 - x1) / length), max(1e-9, abs(y2 - y1) / length)
    return min(box.rect.width / 2 / across, box.rect.height / 2 / down)


def _walk(box: PlacedBox, at: int, points: Sequence[Point]) -> tuple[int, int]:
    """Return the samples of a ring where its line leaves the box on it, backwards and onwards.

    The line may graze the box's number further out, and is clear of that too.
    """
    ends = []
    samples = len(points) - 1
    for step, margin in ((-1, TO), (1, FROM)):
        here = end = at
        while abs(here - at) < samples // 2 and box.rect.holds(points[here % samples], 2 * RING):
            if box.covers(points[here % samples], margin):
                end = here
            here += step
        ends.append(end + step)
    return ends[0], ends[1]


def _length(lengths: Sequence[float], first: int, last: int) -> float:
    """Return the length of a ring's line between two samples, which may pass its start."""
    samples = len(lengths) - 1
    rounds = last // samples - first // samples
    return lengths[last % samples] - lengths[first % samples] + rounds * lengths[-1]


def _routes(
    boxes: Sequence[PlacedBox],
    arcs: Arcs,
    links: Sequence[Link],
    walls: Sequence[Rect],
    *,
    forced: bool,
) -> tuple[Route, ...] | None:
    """Return every arrow with its words, or None where one finds no way or no room for them.

    When forced, an arrow without a free way goes straight.
    """
    routes = []
    for link in links:
        route = arcs.get((link.source, link.target))
        if route is None:
            route = across(boxes, link.source, link.target, walls)
        if route is None and forced:
            route = across(boxes, link.source, link.target, None)
        if route is None:
            return None
        routes.append(route)
    bounds = Rect(2, -10_000, WIDE - 4, 20_000)
    texts = [link.text for link in links]
    return with_labels(routes, texts, boxes, walls, bounds, forced=forced)


def _framed(boxes: Sequence[PlacedBox], routes: Sequence[Route], centre: Words | None) -> Placed:
    """Return a drawing cut to what stands on it."""
    ys = [y for route in routes for _, y in route.points]
    labels = [route.label.rect for route in routes if route.label]
    top = min(*(box.ring.y for box in boxes), *ys, *(rect.y for rect in labels)) - 2
    lowest = max(
        *(box.rect.bottom for box in boxes),
        *ys,
        *(rect.bottom for rect in labels),
    )
    return Placed(
        WIDE,
        lowest - top + 4,
        tuple(box.at(box.rect.x, box.rect.y - top) for box in boxes),
        tuple(route.shifted(-top) for route in routes),
        centre=replace(centre, y=centre.y - top) if centre else None,
    )
