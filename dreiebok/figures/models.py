"""Boxes that all hang together: round a middle, each joined with every other."""

from collections.abc import Callable
from dataclasses import replace
from itertools import combinations
from math import cos, pi, sin

from dreiebok.figures.geometry import (
    GAP,
    HEADING,
    NARROW,
    PAD,
    RING,
    WIDE,
    Line,
    Placed,
    PlacedBox,
    Words,
)
from dreiebok.figures.widths import wrap

Make = Callable[[float], tuple[PlacedBox, ...]]
"""Makes a figure's boxes for a width."""
_WIDTHS = (200.0, 180.0, 165.0, 150.0)
_GROWTH = 10.0
_BRACKET = 22.0


def model(make: Make, centre: str) -> Placed:
    """Return boxes on an ellipse, the first at the top, with a line between any two of them.

    Boxes are filled, so that a line passes behind those that it does not join; lines pass behind
    the words in the middle, too.
    """
    tries = [_round(make(width)) for width in _WIDTHS]
    boxes = min(tries, key=_height)
    lines = tuple(Line((a.centre, b.centre)) for a, b in combinations(boxes, 2))
    middle = None
    if centre:
        words = Words(wrap(centre, HEADING, 190.0), HEADING, WIDE / 2)
        middle = replace(words, y=_height(boxes) / 2 - words.rect.height / 2)
    return Placed(WIDE, _height(boxes) + 4, boxes, lines=lines, centre=middle)


def _round(boxes: tuple[PlacedBox, ...]) -> tuple[PlacedBox, ...]:
    """Return the boxes on the lowest ellipse that keeps them apart, from the top clockwise."""
    size = len(boxes)
    width = boxes[0].rect.width
    radius_x, radius_y = (WIDE - width) / 2 - 4, 60.0
    while True:
        placed = []
        for n, box in enumerate(boxes):
            angle = -pi / 2 + 2 * pi * n / size
            x, y = WIDE / 2 + radius_x * cos(angle), radius_y * sin(angle)
            placed.append(box.at(x - width / 2, y - box.rect.height / 2))
        if not any(a.rect.meets(b.rect, GAP) for a, b in combinations(placed, 2)):
            break
        radius_y += _GROWTH
        if radius_y > 4000:  # Boxes as wide as the page: one under another, as the last way out.
            placed = [box.at(0, n * 4000.0 / size) for n, box in enumerate(boxes)]
            break
    top = min(box.ring.y for box in placed) - 2
    return tuple(box.at(box.rect.x, box.rect.y - top) for box in placed)


def _height(boxes: tuple[PlacedBox, ...]) -> float:
    return max(box.rect.y + box.rect.height for box in boxes)


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
        y = here.rect.y + here.rect.height + 14
    ends = placed[0].centre[1], placed[-1].centre[1]
    lines.append(Line(((PAD / 2, ends[0]), (PAD / 2, ends[1]))))
    return Placed(
        NARROW, y - 10, tuple(placed), lines=tuple(lines), centre=words if centre else None
    )
