"""Arrows through the inside of a ring: quadratic curves, bent no more than they must be."""

from collections.abc import Sequence
from math import hypot

from dreiebok.figures.geometry import FROM, RING, TO, WIDE, PlacedBox, Point, Rect, Route


def across(
    boxes: Sequence[PlacedBox], source: int, target: int, walls: Sequence[Rect] | None
) -> Route | None:
    """Return an arrow through the inside of a ring, bent round boxes and walls.

    Without walls, the first way there is will do.
    """
    first, second = boxes[source], boxes[target]
    (x1, y1), (x2, y2) = first.centre, second.centre
    others = [box for box in boxes if box is not first and box is not second]
    length = hypot(x2 - x1, y2 - y1) or 1.0
    for bend in sorted(range(-400, 401, 20), key=lambda bend: (abs(bend), bend)):
        control = (
            (x1 + x2) / 2 + (y2 - y1) / length * bend,
            (y1 + y2) / 2 - (x2 - x1) / length * bend,
        )
        curve = [_on_curve((x1, y1), control, (x2, y2), n / 120) for n in range(121)]
        start = max((n for n in range(121) if first.covers(curve[n], FROM)), default=0) + 1
        end = min((n for n in range(121) if second.covers(curve[n], TO)), default=120) - 1
        if end - start < 6:
            continue
        points = curve[start : end + 1]
        inside = all(RING <= x <= WIDE - RING for x, _ in points)
        if walls is None or (
            inside
            and not any(
                any(box.covers(point, 8) for box in others) or any(w.holds(point, 8) for w in walls)
                for point in points
            )
        ):
            return Route(tuple(points), ("Q", *_part(x1, y1, control, x2, y2, start, end)))
    return None


def _on_curve(first: Point, control: Point, last: Point, t: float) -> Point:
    a, b, c = (1 - t) ** 2, 2 * t * (1 - t), t**2
    return (
        a * first[0] + b * control[0] + c * last[0],
        a * first[1] + b * control[1] + c * last[1],
    )


def _part(
    x1: float, y1: float, control: Point, x2: float, y2: float, start: int, end: int
) -> Point:
    """Return the control point of the part of a quadratic curve between two of 120 samples."""
    t, u = start / 120, end / 120
    a, b, c = (1 - t) * (1 - u), t * (1 - u) + u * (1 - t), t * u
    return a * x1 + b * control[0] + c * x2, a * y1 + b * control[1] + c * y2
