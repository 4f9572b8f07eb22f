"""Boxes that all hang together: round a middle, each joined with every other."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations
from math import copysign, cos, pi, sin

from dreiebok.figures.geometry import (
    HEADING,
    NARROW,
    PAD,
    RING,
    WIDE,
    Line,
    Make,
    Placed,
    PlacedBox,
    Point,
    Rect,
    Words,
    crowded,
)
from dreiebok.figures.widths import wrap

_WIDTHS = (180.0, 160.0, 148.0, 138.0, 130.0, 122.0)
"""How wide boxes are made, one try after another."""
_LEAST_WIDTH = 110.0
_SHAPES = (1.0, 0.9, 1.15)
"""How much the ring is drawn in between its four outermost points: 1 is an ellipse."""
_LEAST, _MOST, _GROWTH = 150.0, 330.0, 20.0
"""The upright radius of a ring: the first that is tried, the last, and the steps between."""
_APART = 20.0
"""The least room between two boxes."""
_CLEAR = 4.0
"""How near a line may come to a box that it does not join."""
_BRACKET = 22.0
"""What the bracket beside the boxes takes of a phone's width."""


def model(makes: Sequence[Make], centre: str) -> Placed:
    """Return boxes on a ring, the first at the top, with a line between any two of them.

    The boxes are made in several ways, and the ring that suits best is taken.
    The ring is such that lines keep clear of the boxes that they do not join; where there are too
    many boxes for that, lines pass behind them. They pass behind the words in the middle, too.
    """
    made = [
        tuple(box.snug(_LEAST_WIDTH) for box in make(width)) for make in makes for width in _WIDTHS
    ]
    found = [_round(boxes, shape, clear=True) for boxes in made for shape in _SHAPES]
    tries = [boxes for boxes in found if boxes] or [
        boxes for boxes in (_round(boxes, 1.0, clear=False) for boxes in made) if boxes
    ]
    boxes = min(tries, key=_cost) if tries else _one_a_row(made[0])
    lines = tuple(Line((a.centre, b.centre)) for a, b in combinations(boxes, 2))
    middle = None
    if centre:
        words = Words(wrap(centre, HEADING, 170.0), HEADING, WIDE / 2)
        middle = replace(words, y=_height(boxes) / 2 - words.rect.height / 2)
    return Placed(WIDE, _height(boxes) + 4, boxes, lines=lines, centre=middle)


def _round(
    boxes: tuple[PlacedBox, ...], shape: float, *, clear: bool
) -> tuple[PlacedBox, ...] | None:
    """Return the boxes on the lowest ring that keeps them apart, from the top clockwise.

    With clear, all lines miss the boxes that they do not join. None when no ring will do.
    """
    size = len(boxes)
    edge = max(RING if box.has_ring else 2.0 for box in boxes)
    radius_x = (WIDE - max(box.rect.width for box in boxes)) / 2 - edge
    angles = [-pi / 2 + 2 * pi * n / size for n in range(size)]
    radius_y = _LEAST
    while radius_y <= (_MOST if clear else _MOST + size * 60):
        placed = tuple(
            box.at(
                WIDE / 2 + radius_x * _bent(cos(angle), shape) - box.rect.width / 2,
                radius_y * _bent(sin(angle), shape) - box.rect.height / 2,
            )
            for box, angle in zip(boxes, angles, strict=True)
        )
        apart = not any(a.meets(b, _APART) for a, b in combinations(placed, 2))
        if apart and not (clear and _behind(placed)):
            top = min(box.ring.y for box in placed) - 2
            return tuple(box.at(box.rect.x, box.rect.y - top) for box in placed)
        radius_y += _GROWTH
    return None


def _bent(share: float, shape: float) -> float:
    """Return a sine or cosine drawn in towards nought."""
    return copysign(abs(share) ** shape, share)


def _behind(boxes: Sequence[PlacedBox]) -> bool:
    """Tell whether a line between two boxes passes behind a third."""
    return any(
        crosses(one.centre, other.centre, box.rect, _CLEAR)
        for one, other in combinations(boxes, 2)
        for box in boxes
        if box is not one and box is not other
    )


def crosses(start: Point, end: Point, rect: Rect, margin: float) -> bool:
    """Tell whether a straight line comes nearer to a rectangle than the margin."""
    first, last = 0.0, 1.0
    for axis, low, size in ((0, rect.x, rect.width), (1, rect.y, rect.height)):
        step = end[axis] - start[axis]
        near, far = low - margin - start[axis], low + size + margin - start[axis]
        if abs(step) < 1e-9:
            if near > 0 or far < 0:
                return False
            continue
        enter, leave = sorted((near / step, far / step))
        first, last = max(first, enter), min(last, leave)
    return first <= last


def _one_a_row(boxes: tuple[PlacedBox, ...]) -> tuple[PlacedBox, ...]:
    placed, y = [], RING
    for box in boxes:
        placed.append(box.at((WIDE - box.rect.width) / 2, y))
        y += box.rect.height + _APART + RING
    return tuple(placed)


def _cost(boxes: tuple[PlacedBox, ...]) -> float:
    return _height(boxes) + 150 * crowded(boxes)


def _height(boxes: tuple[PlacedBox, ...]) -> float:
    return max(box.rect.bottom for box in boxes)


def gathered(make: Make, centre: str) -> Placed:
    """Return the boxes in one column for a phone; a bracket at the side holds them together."""
    boxes = make(NARROW - 2 * PAD - _BRACKET)
    words = Words(wrap(centre, HEADING, NARROW - 2 * PAD), HEADING, NARROW / 2, 2.0)
    y = words.rect.height + 16 if centre else 2.0
    x = PAD + _BRACKET
    placed, lines = [], []
    for box in boxes:
        here = box.at(x, y + (RING if box.has_ring else 0))
        placed.append(here)
        lines.append(Line(((PAD / 2, here.centre[1]), (x, here.centre[1]))))
        y = here.rect.bottom + 14
    ends = placed[0].centre[1], placed[-1].centre[1]
    lines.append(Line(((PAD / 2, ends[0]), (PAD / 2, ends[1]))))
    return Placed(
        NARROW, y - 10, tuple(placed), lines=tuple(lines), centre=words if centre else None
    )
