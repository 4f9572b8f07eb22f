"""Boxes and curves of a figure before anything is drawn. Plain numbers; y grows downwards."""

from dataclasses import dataclass
from itertools import pairwise
from math import cos, hypot, pi, sin

from dreiebok.figures.widths import text_width, wrap

TEXT, NOTE = 16.0, 13.0
LEADING = 1.3
PAD = 14.0
RING = 15.0
"""Radius of the ring with the number, which sits on the box's upper corner at the start side."""
GAP = 26.0
LABEL = 19.0
"""Height of the paper behind an arrow's words."""
LOWEST = 600.0
"""The largest upright radius of a ring, whatever its texts."""


@dataclass(frozen=True, slots=True)
class PlacedBox:
    """A box at its place, with its text broken into lines."""

    id: str
    number: int
    x: float
    y: float
    width: float
    height: float
    lines: tuple[str, ...]
    notes: tuple[str, ...]

    @property
    def centre(self) -> tuple[float, float]:
        """The middle of the box."""
        return self.x + self.width / 2, self.y + self.height / 2

    def moved(self, x: float, y: float) -> "PlacedBox":
        """Return the box with its upper left corner elsewhere."""
        return PlacedBox(
            self.id, self.number, x, y, self.width, self.height, self.lines, self.notes
        )

    def holds(self, x: float, y: float, margin: float = 0.0) -> bool:
        """Tell whether a point lies in the box, or nearer to it than the margin."""
        return (
            self.x - margin <= x <= self.x + self.width + margin
            and self.y - margin <= y <= self.y + self.height + margin
        )

    def meets(self, other: "PlacedBox", gap: float) -> bool:
        """Tell whether two boxes are nearer to each other than the gap."""
        return (
            self.x < other.x + other.width + gap
            and other.x < self.x + self.width + gap
            and self.y < other.y + other.height + gap
            and other.y < self.y + self.height + gap
        )


@dataclass(frozen=True, slots=True)
class Route:
    """An arrow's line as points; the head sits at the last one."""

    points: tuple[tuple[float, float], ...]
    label: str = ""

    @property
    def middle(self) -> tuple[float, float]:
        """Where the label stands: the middle of the line's middle piece."""
        (x1, y1), (x2, y2) = self.points[(len(self.points) - 1) // 2 :][:2]
        return (x1 + x2) / 2, (y1 + y2) / 2

    def is_clear(self, boxes: tuple[PlacedBox, ...], width: float) -> bool:
        """Tell whether the label covers no box, and leaves something of the line to be seen."""
        if not self.label:
            return True
        (x, y), wide = self.middle, label_width(self.label)
        paper = PlacedBox("", 0, x - wide / 2, y - LABEL / 2, wide, LABEL, (), ())
        seen = sum(hypot(b[0] - a[0], b[1] - a[1]) for a, b in pairwise(self.points))
        is_flat = abs(self.points[-1][1] - self.points[0][1]) < LABEL
        return (
            0 <= paper.x <= width - wide
            and seen - (wide if is_flat else LABEL) > 28
            and not any(paper.meets(box, RING / 2) for box in boxes)
        )


def label_width(label: str) -> float:
    """Return how wide the paper behind an arrow's words is."""
    return text_width(label, NOTE) + 8


def make_box(name: str, number: int, text: str, small: tuple[str, ...], width: float) -> PlacedBox:
    """Return a box of a width, as high as its text and its small words need, at the origin."""
    room = width - 2 * PAD
    lines = wrap(text, TEXT, room)
    notes = tuple(line for note in small for line in wrap(note, NOTE, room))
    height = 2 * PAD + len(lines) * TEXT * LEADING + len(notes) * NOTE * LEADING
    return PlacedBox(name, number, 0, 0, width, height, lines, notes)


def ring_box_width(count: int, width: float) -> float:
    """Return how wide boxes on a ring may be for an arrow to stand between any two of them."""
    share = sin(pi / count)
    return max(110.0, min(184.0, ((width - 2 * RING) * share - GAP - 8) / (1 + share)))


def place_on_ring(
    boxes: tuple[PlacedBox, ...], width: float, start: float = -pi / 2
) -> tuple[tuple[PlacedBox, ...], tuple[float, float, float, float]]:
    """Place boxes clockwise on an ellipse, high enough that none meets another.

    Returns the boxes, and the ellipse: centre and radii.
    """
    count = len(boxes)
    widest = max(box.width for box in boxes)
    radius_x = (width - widest) / 2 - RING
    angles = [start + 2 * pi * n / count for n in range(count)]
    radius_y = radius_x * 0.6
    while True:
        placed = tuple(
            box.moved(radius_x * cos(a) - box.width / 2, radius_y * sin(a) - box.height / 2)
            for box, a in zip(boxes, angles, strict=True)
        )
        pairs = ((a, b) for n, a in enumerate(placed) for b in placed[n + 1 :])
        # Neighbours on one level cannot be parted by height: ring_box_width sees to those.
        if radius_y > LOWEST or not any(a.meets(b, GAP * 0.7) for a, b in pairs):
            break
        radius_y += 6
    top = min(box.y for box in placed) - RING - 2
    centre_x, centre_y = width / 2, -top
    moved = tuple(box.moved(box.x + centre_x, box.y + centre_y) for box in placed)
    return moved, (centre_x, centre_y, radius_x, radius_y)


def arc_between(
    first: PlacedBox,
    second: PlacedBox,
    ellipse: tuple[float, float, float, float],
    angles: tuple[float, float],
    avoid: tuple[PlacedBox, ...],
    label: str = "",
) -> Route:
    """Return the part of an ellipse from the edge of one box to the edge of the next."""
    centre_x, centre_y, radius_x, radius_y = ellipse
    steps = 240
    points = [
        (
            centre_x + radius_x * cos(angles[0] + (angles[1] - angles[0]) * n / steps),
            centre_y + radius_y * sin(angles[0] + (angles[1] - angles[0]) * n / steps),
        )
        for n in range(steps + 1)
    ]
    free = [
        point
        for point in points
        if not first.holds(*point, 5.0) and not second.holds(*point, 4.0)
        and not any(box.holds(*point) for box in avoid)
    ]  # fmt: skip
    if len(free) < 2 or hypot(free[0][0] - free[-1][0], free[0][1] - free[-1][1]) < 14:
        return straight(first, second, label)
    keep = max(1, len(free) // 12)
    return Route((*free[:-1:keep], free[-1]), label)


def straight(first: PlacedBox, second: PlacedBox, label: str = "") -> Route:
    """Return the straight line between two boxes, from edge to edge."""
    points = _between(first.centre, second.centre)
    free = [p for p in points if not first.holds(*p, 5.0) and not second.holds(*p, 4.0)]
    return Route((free[0], free[-1]) if len(free) > 1 else (points[0], points[-1]), label)


def chord(
    first: PlacedBox,
    second: PlacedBox,
    middle: tuple[float, float],
    avoid: tuple[PlacedBox, ...],
    label: str = "",
) -> Route:
    """Return a line across a ring: straight, or by way of the middle where a box is in between."""
    found = straight(first, second, label)
    points = _between(found.points[0], found.points[-1])
    if not any(box.holds(*point, 4.0) for box in avoid for point in points):
        return found
    start = [p for p in _between(first.centre, middle) if not first.holds(*p, 5.0)]
    end = [p for p in _between(middle, second.centre) if not second.holds(*p, 4.0)]
    return Route((start[0], middle, end[-1]), label) if start and end else found


def _between(start: tuple[float, float], end: tuple[float, float]) -> list[tuple[float, float]]:
    """Return many points of the straight line between two, both among them."""
    (x1, y1), (x2, y2), steps = start, end, 400
    return [(x1 + (x2 - x1) * n / steps, y1 + (y2 - y1) * n / steps) for n in range(steps + 1)]
