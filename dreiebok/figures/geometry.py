"""Boxes and curves of a figure before anything is drawn. Plain numbers; y grows downwards."""

from dataclasses import dataclass
from math import cos, hypot, pi, sin

from dreiebok.figures.widths import wrap

TEXT, NOTE = 16.0, 13.0
LEADING = 1.3
PAD = 14.0
RING = 15.0
"""Radius of the ring with the number, which sits on the box's upper corner at the start side."""
GAP = 26.0
LOWEST = 900.0
"""A ring is never made higher than this, whatever its texts."""


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


def make_box(name: str, number: int, text: str, note: str, width: float) -> PlacedBox:
    """Return a box of a width, as high as its text needs, at the origin."""
    room = width - 2 * PAD
    lines = wrap(text, TEXT, room)
    notes = wrap(note, NOTE, room)
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
        if radius_y > LOWEST or not any(a.meets(b, GAP * 0.6) for a, b in pairs):
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
        return straight(first, second)
    keep = max(1, len(free) // 12)
    return Route((*free[:-1:keep], free[-1]))


def straight(first: PlacedBox, second: PlacedBox, label: str = "") -> Route:
    """Return the straight line between two boxes, from edge to edge."""
    (x1, y1), (x2, y2) = first.centre, second.centre
    steps = 400
    points = [(x1 + (x2 - x1) * n / steps, y1 + (y2 - y1) * n / steps) for n in range(steps + 1)]
    free = [p for p in points if not first.holds(*p, 5.0) and not second.holds(*p, 4.0)]
    return Route((free[0], free[-1]) if len(free) > 1 else (points[0], points[-1]), label)
