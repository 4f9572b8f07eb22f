"""Arrows with right angles between boxes that stand in rows or columns.

Each arrow takes the cheapest way through the free lanes beside the boxes: short, with few turns,
seldom across another arrow, and along one only from or to the same box. It never touches a box or
a wall.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from heapq import heappop, heappush
from itertools import combinations, pairwise

from dreiebok.figures.geometry import FROM, RING, TO, Link, PlacedBox, Point, Rect, Route, Way

STUB, HEAD_STUB = 14.0, 20.0
"""How far from its boxes an arrow runs straight: out of the first, into the second."""
CLEAR = 10.0
"""How near a line may come to a box that it passes."""
_TURN, _ALONG, _CROSS, _OFF_CENTRE, _OTHER_SIDE = 45.0, 25.0, 150.0, 18.0, 70.0
"""What it costs, in units of length: a turn, a unit along another arrow, to cross one, a port
beside the middle of its side, and a side that the arrow does not like."""
_FAR = 0.37
"""Where a port near a corner lies, as a share of the side from its middle."""
_BESIDE = (12.0, 20.0, 28.0)
"""How far from a box the lines run on which an arrow may pass it; the last only beside frames."""
_SIDES = ((1, 0), (0, 1), (-1, 0), (0, -1))
"""Right, down, left, up."""

Leg = tuple[Point, Point]
"""A straight piece of an arrow, from one corner to the next."""


@dataclass(frozen=True, slots=True)
class _Port:
    """A place on the edge of a box where an arrow may leave or arrive, and which way is out."""

    edge: Point
    out: tuple[int, int]
    cost: float

    def away(self, distance: float) -> Point:
        """Return the point at a distance from the edge."""
        return self.edge[0] + self.out[0] * distance, self.edge[1] + self.out[1] * distance


def connect(
    boxes: Sequence[PlacedBox],
    links: Sequence[Link],
    area: Rect,
    walls: Sequence[Rect] = (),
    *,
    frames: Sequence[Rect] = (),
    far: bool = False,
) -> tuple[Route, ...]:
    """Return every arrow's way inside an area, its words not yet placed.

    Arrows cross the edges of frames, but do not run along them. With far, arrows may also leave
    and arrive near the corners of the upper and lower sides.
    """
    obstacles = [*(box.rect for box in boxes), *walls]
    rings = [box.ring for box in boxes]
    edges = [edge for frame in frames for edge in _edges(frame)]
    found: dict[int, Route] = {}
    legs: list[tuple[Leg, Link]] = []

    def distance(n: int) -> tuple[float, int]:
        (x1, y1), (x2, y2) = boxes[links[n].source].centre, boxes[links[n].target].centre
        return abs(x2 - x1) + abs(y2 - y1), n

    # Near boxes first, so that the plain arrows are straight and the long ones go round.
    for n in sorted(range(len(links)), key=distance):
        source, target = boxes[links[n].source], boxes[links[n].target]
        # An arrow may share the line of one that begins or ends at the same box.
        others = [leg for leg, link in legs if not _kin(link, links[n])]
        starts = list(_ports(source, links[n].along, far=far))
        ends = list(_ports(target, links[n].along, far=far))
        points = _way(starts, ends, obstacles, rings, others, edges, area)
        legs.extend((leg, links[n]) for leg in pairwise(points))
        found[n] = Route(points)
    return tuple(found[n] for n in range(len(links)))


def _edges(rect: Rect) -> Iterator[Leg]:
    """Yield the four edges of a rectangle."""
    upper = [(rect.x, rect.y), (rect.right, rect.y)]
    corners = [*upper, (rect.right, rect.bottom), (rect.x, rect.bottom)]
    yield from pairwise([*corners, corners[0]])


def _kin(first: Link, second: Link) -> bool:
    """Tell whether two arrows may share a line: both onwards, or both back, from or to a box."""
    together = first.source == second.source or first.target == second.target
    return together and first.along == second.along


def _way(
    starts: Sequence[_Port],
    ends: Sequence[_Port],
    obstacles: Sequence[Rect],
    rings: Sequence[Rect],
    legs: Sequence[Leg],
    edges: Sequence[Leg],
    area: Rect,
) -> tuple[Point, ...]:
    """Return the cheapest way from a port of one box to a port of another (Dijkstra's algorithm).

    A state is a crossing of two lines and the way in which the arrow comes there. `legs` are those
    of other arrows, `edges` those of frames.
    """
    stubs = [port.away(STUB) for port in starts] + [port.away(HEAD_STUB) for port in ends]
    xs, ys = _lines(obstacles, stubs, area, _BESIDE if edges else _BESIDE[:2])

    # Of the edges of frames, those that are near to each line.
    beside_x = {x: [e for e in edges if e[0][0] == e[1][0] and abs(e[0][0] - x) < 7] for x in xs}
    beside_y = {y: [e for e in edges if e[0][1] == e[1][1] and abs(e[0][1] - y) < 7] for y in ys}
    prices: dict[tuple[Point, Point], float | None] = {}

    def price_of(a: Point, b: Point) -> float | None:
        """Return what it costs to go from a to b, or None when something stands between."""
        key = (a, b) if a < b else (b, a)
        if key not in prices:
            leg = Rect(*key[0], key[1][0] - key[0][0], key[1][1] - key[0][1])
            shut = any(leg.meets(rect, CLEAR) for rect in obstacles) or any(
                leg.meets(ring, 3) for ring in rings
            )
            prices[key] = None
            if not shut:
                price = leg.width + leg.height + sum(_conflict(a, b, x) for x in legs)
                close = beside_x[a[0]] if a[0] == b[0] else beside_y[a[1]]
                prices[key] = price + sum(_alongside(a, b, x) or 0.0 for x in close)
        return prices[key]

    goals = {_place(port.away(HEAD_STUB), xs, ys): port for port in ends}
    queue: list[tuple[float, int, int, int]] = []
    came: dict[tuple[int, int, int], tuple[int, int, int] | _Port] = {}
    best: dict[tuple[int, int, int], float] = {}
    for port in starts:
        place = _place(port.away(STUB), xs, ys)
        if not _taken(port.away(FROM), port.away(STUB), legs) and area.holds(port.away(STUB)):
            state = (*place, _SIDES.index(port.out))
            if port.cost < best.get(state, float("inf")):
                best[state], came[state] = port.cost, port
                heappush(queue, (port.cost, *state))
    final: tuple[float, tuple[int, int, int], _Port] | None = None
    while queue:
        cost, i, j, way = heappop(queue)
        if cost > best[i, j, way] or (final and cost >= final[0]):
            continue
        goal = goals.get((i, j))
        if goal and not _taken(goal.away(HEAD_STUB), goal.away(TO), legs):
            inwards = (-goal.out[0], -goal.out[1])
            whole = cost + goal.cost + (0 if _SIDES[way] == inwards else _TURN)
            if _SIDES[way] != goal.out and (final is None or whole < final[0]):
                final = (whole, (i, j, way), goal)
        for turn, (dx, dy) in enumerate(_SIDES):
            k, m = i + dx, j + dy
            if turn == (way + 2) % 4 or not (0 <= k < len(xs) and 0 <= m < len(ys)):
                continue
            a, b = (xs[i], ys[j]), (xs[k], ys[m])
            step = price_of(a, b)
            if step is None:
                continue
            price = cost + step + (_TURN if turn != way else 0)
            if price < best.get((k, m, turn), float("inf")):
                best[k, m, turn], came[k, m, turn] = price, (i, j, way)
                heappush(queue, (price, k, m, turn))
    if final is None:
        # No way at all: straight from box to box, which a layout with free lanes never needs.
        return starts[0].away(FROM), ends[0].away(TO)
    points = [final[2].away(TO)]
    state_or_port: tuple[int, int, int] | _Port = final[1]
    while not isinstance(state_or_port, _Port):
        points.append((xs[state_or_port[0]], ys[state_or_port[1]]))
        state_or_port = came[state_or_port]
    points.append(state_or_port.away(FROM))
    return _plain(points[::-1])


def _ports(box: PlacedBox, along: Way, *, far: bool) -> Iterator[_Port]:
    """Yield where arrows may meet a box: in the middle of each side, else beside the middle."""
    rect = box.rect
    x, y = box.centre
    for out in _SIDES:
        side = rect.height if out[0] else rect.width
        aside = _OTHER_SIDE if along and (along == "x") != bool(out[0]) else 0.0
        offs = [0.0, 16.0, -16.0]
        if far and out[1]:
            offs += [_FAR * side, -_FAR * side]
        for off in offs:
            if off and side / 2 - abs(off) < RING + 3:
                continue  # Too near a corner: the ring sits there.
            edge = (
                (rect.x + rect.width * (out[0] > 0) if out[0] else x + off),
                (rect.y + rect.height * (out[1] > 0) if out[1] else y + off),
            )
            yield _Port(edge, out, aside + (_OFF_CENTRE if off else 0.0))


def _lines(
    obstacles: Sequence[Rect], stubs: Sequence[Point], area: Rect, beside: Sequence[float]
) -> tuple[list[float], list[float]]:
    """Return the lines on which an arrow may run: beside each box, and through each stub."""
    xs = {x for x, _ in stubs}
    ys = {y for _, y in stubs}
    for rect in obstacles:
        for away in beside:
            xs |= {rect.x - away, rect.right + away}
            ys |= {rect.y - away, rect.bottom + away}
    return (
        sorted({round(x, 2) for x in xs if area.x <= x <= area.right}),
        sorted({round(y, 2) for y in ys if area.y <= y <= area.bottom}),
    )


def _place(point: Point, xs: Sequence[float], ys: Sequence[float]) -> tuple[int, int]:
    x, y = round(point[0], 2), round(point[1], 2)
    return (xs.index(x) if x in xs else -1), (ys.index(y) if y in ys else -1)


def _taken(first: Point, last: Point, legs: Sequence[Leg]) -> bool:
    """Tell whether another arrow already runs on this short line."""
    return any(_conflict(first, last, leg) > _CROSS for leg in legs)


def _conflict(a: Point, b: Point, leg: Leg) -> float:
    """Return what it costs to run from a to b beside, along or across another arrow's leg."""
    alongside = _alongside(a, b, leg)
    if alongside is not None:
        return alongside
    (px, py), (qx, qy) = leg
    level = abs(a[1] - b[1]) < 0.01
    x, y = (px, a[1]) if level else (a[0], py)
    crosses = (
        min(a[0], b[0]) - 0.01 <= x <= max(a[0], b[0]) + 0.01
        and min(a[1], b[1]) - 0.01 <= y <= max(a[1], b[1]) + 0.01
        and min(px, qx) - 6 <= x <= max(px, qx) + 6
        and min(py, qy) - 6 <= y <= max(py, qy) + 6
    )
    return _CROSS if crosses else 0.0


def _alongside(a: Point, b: Point, leg: Leg) -> float | None:
    """Return what it costs to run from a to b along a leg; None if they meet at right angles."""
    (px, py), (qx, qy) = leg
    level = abs(a[1] - b[1]) < 0.01
    if level != (abs(py - qy) < 0.01):
        return None
    apart = abs(a[1] - py) if level else abs(a[0] - px)
    first, last = sorted((a[0], b[0]) if level else (a[1], b[1]))
    low, high = sorted((px, qx) if level else (py, qy))
    shared = min(last, high) - max(first, low)
    return _ALONG * shared if apart < 7 and shared > 0 else 0.0


def crossings(routes: Sequence[Route], links: Sequence[Link]) -> int:
    """Count where arrows of different boxes cross."""
    legs = [
        (leg, link)
        for route, link in zip(routes, links, strict=True)
        for leg in pairwise(route.points)
    ]
    return sum(
        not _kin(link, other) and _conflict(*first, second) > 0
        for (first, link), (second, other) in combinations(legs, 2)
    )


def _plain(points: Sequence[Point]) -> tuple[Point, ...]:
    """Leave out points in the middle of a straight leg."""
    kept = [points[0]]
    for here, following in pairwise(points[1:]):
        (x, y), (px, py), (nx, ny) = here, kept[-1], following
        if not (abs(px - x) < 0.01 and abs(x - nx) < 0.01) and not (
            abs(py - y) < 0.01 and abs(y - ny) < 0.01
        ):
            kept.append(here)
    return (*kept, points[-1])
