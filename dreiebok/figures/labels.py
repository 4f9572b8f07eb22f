"""Words beside arrows: where they stand without touching a box, a line or other words."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from math import hypot

from dreiebok.figures.geometry import NOTE, PlacedBox, Point, Rect, Route, Words
from dreiebok.figures.widths import text_width, wrap

LABEL_ROOMS = (110.0, 70.0)
"""How wide an arrow's words may run, unless one word is wider: the first that finds room."""
_ALONG = (0.5, 0.4, 0.6, 0.3, 0.7, 0.2, 0.8, 0.1, 0.9)
_AWAY = (5.0, 9.0, 15.0)
"""Where words are tried: at which share of their arrow, and how far from it."""


def label(text: str, room: float) -> Words:
    """Return an arrow's words in short lines, not yet placed."""
    longest = max((text_width(word, NOTE) for word in text.split()), default=0.0)
    return Words(wrap(text, NOTE, max(room, min(longest, 200.0))), NOTE)


def with_labels(
    routes: Sequence[Route],
    texts: Sequence[str],
    boxes: Iterable[PlacedBox],
    others: Iterable[Rect],
    bounds: Rect,
    *,
    forced: bool,
) -> tuple[Route, ...] | None:
    """Return the routes with their words placed inside the bounds, or None if some find no room.

    When forced, words without room stand on their arrow.
    """
    walls = [rect for box in boxes for rect in (box.rect, box.ring)] + list(others)
    for rooms in (LABEL_ROOMS, LABEL_ROOMS[1:]):
        placed = _try(routes, texts, walls, bounds, rooms, forced=False)
        if placed:
            return placed
    return _try(routes, texts, walls, bounds, LABEL_ROOMS[1:], forced=True) if forced else None


def _try(
    routes: Sequence[Route],
    texts: Sequence[str],
    walls: Sequence[Rect],
    bounds: Rect,
    rooms: Sequence[float],
    *,
    forced: bool,
) -> tuple[Route, ...] | None:
    taken = list(walls)
    lines = [list(route.trace()) for route in routes]
    points = [point for line in lines for point in line]
    placed = []

    def free(words: Words) -> bool:
        rect = words.rect
        return (
            _inside(rect, bounds)
            and not any(rect.meets(other, 3) for other in taken)
            and not any(rect.holds(point, 2) for point in points)
        )

    for route, text, line in zip(routes, texts, lines, strict=True):
        if not text:
            placed.append(route)
            continue
        tries = (place for room in rooms for place in _places(label(text, room), line))
        words = next(filter(free, tries), None)
        if words is None and not forced:
            return None
        words = words or _on_the_line(label(text, rooms[-1]), line, bounds)
        taken.append(words.rect)
        placed.append(replace(route, label=words))
    return tuple(placed)


def _on_the_line(words: Words, line: Sequence[Point], bounds: Rect) -> Words:
    x, y = line[len(line) // 2]
    half = words.rect.width / 2
    x = min(max(x, bounds.x + half), bounds.right - half)
    return replace(words, x=x, y=y - words.rect.height / 2)


def _places(words: Words, line: Sequence[Point]) -> Iterator[Words]:
    """Yield the words at places beside a line, from its middle outwards and above it first."""
    width, height = words.rect.width, words.rect.height
    for away in _AWAY:
        for share in _ALONG:
            n = min(len(line) - 2, int(share * (len(line) - 1)))
            (x1, y1), (x2, y2) = line[max(0, n - 1)], line[n + 1]
            length = hypot(x2 - x1, y2 - y1) or 1.0
            across, down = (y2 - y1) / length, -(x2 - x1) / length
            if down > 0 or (down == 0 and across < 0):
                across, down = -across, -down
            reach = abs(across) * width / 2 + abs(down) * height / 2 + away
            for side in (1, -1):
                x = line[n][0] + side * across * reach
                y = line[n][1] + side * down * reach
                yield replace(words, x=x, y=y - height / 2)


def _inside(rect: Rect, bounds: Rect) -> bool:
    return (
        rect.x >= bounds.x
        and rect.y >= bounds.y
        and rect.right <= bounds.right
        and rect.bottom <= bounds.bottom
    )
