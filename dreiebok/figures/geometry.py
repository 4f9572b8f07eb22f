"""Boxes, lines and words of a figure before anything is drawn. Plain numbers; y grows downwards.

Sizes are in user units of the drawing. Everything is laid out from left to right; drawing mirrors.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from math import ceil, hypot
from typing import Literal

from dreiebok.figures.widths import fits_unbroken, longest_word, text_width, wrap

TEXT, NOTE, HEADING = 16.0, 13.0, 20.0
LEADING = 1.3
PAD, TIGHT = 14.0, 10.0
"""Room between a box's edge and its text, and less of it where a word is long."""
RING = 15.0
"""Radius of the ring with the number, which sits on the box's upper corner at the start side."""
GAP = 34.0
"""The least room between two boxes that an arrow joins."""
ABOVE_TITLE = 8.0
"""Room between the upper edge of a lane's band and its title."""
MOST_WIDTH = 220.0
"""How wide a long word may make a box that stands on no grid."""
WIDE, NARROW = 600.0, 340.0
"""How wide drawings are. On the handbook's 132 mm text is 10 pt and notes are 8 pt."""
FROM, TO = 5.0, 4.0
"""How far from the edges of its boxes an arrow begins and ends, so that lines don't melt."""

Point = tuple[float, float]
Way = Literal["x", "y", ""]


@dataclass(frozen=True, slots=True)
class Rect:
    """An upright rectangle."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """Where it ends sideways, before a drawing is mirrored."""
        return self.x + self.width

    @property
    def bottom(self) -> float:
        """Where it ends below."""
        return self.y + self.height

    def holds(self, point: Point, margin: float = 0.0) -> bool:
        """Tell whether a point lies inside, or nearer to it than the margin."""
        return (
            self.x - margin <= point[0] <= self.x + self.width + margin
            and self.y - margin <= point[1] <= self.y + self.height + margin
        )

    def meets(self, other: "Rect", gap: float = 0.0) -> bool:
        """Tell whether two rectangles are nearer to each other than the gap."""
        return (
            self.x < other.x + other.width + gap
            and other.x < self.x + self.width + gap
            and self.y < other.y + other.height + gap
            and other.y < self.y + self.height + gap
        )


@dataclass(frozen=True, slots=True)
class Words:
    """Lines of text around a vertical axis, or beginning at it; `y` is the upper edge."""

    lines: tuple[str, ...]
    size: float
    x: float = 0.0
    y: float = 0.0
    from_start: bool = False

    @property
    def rect(self) -> Rect:
        """The room that the lines take."""
        width = max((text_width(line, self.size) for line in self.lines), default=0.0)
        start = self.x if self.from_start else self.x - width / 2
        return Rect(start, self.y, width, len(self.lines) * self.size * LEADING)


@dataclass(frozen=True, slots=True)
class PlacedBox:
    """A box at its place, with its text broken into lines; its ring sticks out at the corner.

    A box whose number is 0 has no ring. A sign is a ring with an exclamation mark.
    """

    id: str
    number: int
    rect: Rect
    text: Words
    note: Words
    sign: bool = False

    @property
    def has_ring(self) -> bool:
        """Tell whether something sticks out at the corner."""
        return self.number > 0 or self.sign

    @property
    def centre(self) -> Point:
        """The middle of the box."""
        return self.rect.x + self.rect.width / 2, self.rect.y + self.rect.height / 2

    @property
    def ring(self) -> Rect:
        """The square around the ring; without one, the corner."""
        radius = RING if self.has_ring else 0.0
        return Rect(self.rect.x - radius, self.rect.y - radius, 2 * radius, 2 * radius)

    def at(self, x: float, y: float) -> "PlacedBox":
        """Return the box with its upper left corner elsewhere."""
        return replace(self, rect=replace(self.rect, x=x, y=y))

    def as_high_as(self, height: float) -> "PlacedBox":
        """Return the box with another height; its text stays in the middle."""
        return replace(self, rect=replace(self.rect, height=height))

    def snug(self, least: float) -> "PlacedBox":
        """Return the box no wider than its text needs, but for a least width."""
        words = max(self.text.rect.width, self.note.rect.width)
        pad = PAD if self.text.size == TEXT else TIGHT
        width = min(self.rect.width, max(least, words + 2 * pad))
        return replace(self, rect=replace(self.rect, width=width))

    def covers(self, point: Point, margin: float = 0.0) -> bool:
        """Tell whether a point lies on the box or its ring, or nearer than the margin."""
        from_ring = hypot(point[0] - self.rect.x, point[1] - self.rect.y) - RING
        return self.rect.holds(point, margin) or (self.has_ring and from_ring <= margin)

    def meets(self, other: "PlacedBox", gap: float) -> bool:
        """Tell whether two boxes with their rings are nearer to each other than the gap."""
        return (
            self.rect.meets(other.rect, gap)
            or self.ring.meets(other.rect, 4)
            or self.rect.meets(other.ring, 4)
        )


Make = Callable[[float], tuple[PlacedBox, ...]]
"""Makes a figure's boxes for a width."""


@dataclass(frozen=True, slots=True)
class Route:
    """An arrow's line; the head sits at the last point.

    `curve` tells how the line runs: along an ellipse ("A" and its radii), along a quadratic curve
    ("Q" and its control point), or straight from point to point. Points of a curve lie close.
    """

    points: tuple[Point, ...]
    curve: tuple[str, float, float] | None = None
    label: Words | None = None

    def trace(self) -> Iterator[Point]:
        """Yield points along the line, at most 4 units apart."""
        for (x1, y1), (x2, y2) in pairwise(self.points):
            steps = max(1, ceil(hypot(x2 - x1, y2 - y1) / 4))
            for n in range(steps):
                yield x1 + (x2 - x1) * n / steps, y1 + (y2 - y1) * n / steps
        yield self.points[-1]

    def shifted(self, down: float) -> "Route":
        """Return the route further down on the drawing."""
        points = tuple((x, y + down) for x, y in self.points)
        curve = self.curve
        if curve and curve[0] == "Q":
            curve = ("Q", curve[1], curve[2] + down)
        label = replace(self.label, y=self.label.y + down) if self.label else None
        return Route(points, curve, label)


@dataclass(frozen=True, slots=True)
class Band:
    """A lane's band with its title in lines, which begin at `x`."""

    id: str
    title: tuple[str, ...]
    rect: Rect
    x: float


@dataclass(frozen=True, slots=True)
class Line:
    """A line without a head; a strong one is of the figure, a faint one only guides the eye."""

    points: tuple[Point, ...]
    strong: bool = True


@dataclass(frozen=True, slots=True)
class Mark:
    """A mark on an axis: a dot, or a strip from its first to its last place."""

    x: float
    y: float
    end: float


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a rhythm: its words, and the marks behind them; with a sign it tells of a risk."""

    id: str
    words: tuple[Words, ...]
    marks: tuple[Mark, ...]
    sign: bool = False


@dataclass(frozen=True, slots=True)
class Placed:
    """A figure laid out: everything that is to be drawn."""

    width: float
    height: float
    boxes: tuple[PlacedBox, ...] = ()
    routes: tuple[Route, ...] = ()
    bands: tuple[Band, ...] = ()
    centre: Words | None = None
    lines: tuple[Line, ...] = ()
    rows: tuple[Row, ...] = ()
    ticks: tuple[Words, ...] = ()


@dataclass(frozen=True, slots=True)
class Link:
    """An arrow as data: from which box to which, by their places in the figure, and its words.

    It likes to leave and arrive sideways ("x"), upright ("y"), or as it comes.
    """

    source: int
    target: int
    text: str = ""
    along: Way = ""


def make_box(
    name: str,
    number: int,
    text: str,
    note: str,
    width: float,
    *,
    sign: bool = False,
    most: float = 0.0,
) -> PlacedBox:
    """Return a box of a width, as high as its text needs, at the origin.

    A word too long for the box makes it wider, up to the width `most`; else it makes its text
    smaller, but never smaller than a note.
    """
    width = max(width, min(most, longest_word(text, TEXT) + 2 * TIGHT))
    sizes = ((TEXT, PAD), (TEXT, TIGHT), (TEXT - 1, TIGHT), (TEXT - 2, TIGHT), (NOTE, TIGHT))
    size, pad = next((x for x in sizes if fits_unbroken(text, x[0], width - 2 * x[1])), sizes[-1])
    words = Words(wrap(text, size, width - 2 * pad), size)
    below = Words(wrap(note, NOTE, width - 2 * PAD), NOTE)
    height = 2 * PAD + words.rect.height + below.rect.height
    return PlacedBox(name, number, Rect(0, 0, width, height), words, below, sign)


def crowded(boxes: Iterable[PlacedBox]) -> int:
    """Return how many boxes had to set their text smaller."""
    return sum(box.text.size < TEXT for box in boxes)
