"""Boxes in layers, after the arrows that lead to them: from the start side on, or downwards."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from dreiebok.figures.geometry import GAP, RING, WIDE, Link, Make, Placed, PlacedBox, Way, crowded
from dreiebok.figures.rows import LANE, column, finish, grown_or_forced, label_gap

_NARROWEST, _WIDEST = 118.0, 190.0
"""How wide a box may be."""
_SIDE = RING + 2
"""Room beside the boxes, for the rings at their corners."""
_BETWEEN = RING + 6
"""How far apart boxes of a layer stand."""


@dataclass(frozen=True, slots=True)
class Widths:
    """How wide a box, a gap between two and the page are, and what passing arrows take of it."""

    box: float
    gap: float
    page: float
    passing: float

    @property
    def start(self) -> float:
        """Where boxes may begin."""
        return _SIDE + min(self.passing, LANE)

    @property
    def end(self) -> float:
        """How far from the page's end side boxes stay."""
        return _SIDE + max(0.0, self.passing - LANE)


def flow(make: Make, links: Sequence[Link]) -> Placed:
    """Return boxes in layers; those of a layer stand beside each other, around one middle line.

    Layers follow each other sideways if the page holds them so without smaller text, and else
    downwards. An arrow back to an earlier box runs round the others. When both are too much, the
    drawing is made wider, and its text thereby smaller.
    """
    layer = layers(links, len(make(_WIDEST)))
    stacks = [[n for n, k in enumerate(layer) if k == step] for step in range(max(layer) + 1)]
    onwards = [link for link in links if layer[link.target] == layer[link.source] + 1]
    passing = min(2, len(links) - len(onwards)) * LANE
    sideways = _widths(len(stacks), max(GAP + 8, label_gap(onwards)), passing)
    downwards = _widths(max(map(len, stacks)), _BETWEEN, passing)
    if _strain(make, sideways) <= _strain(make, downwards):
        return _sideways(make, _led(links, layer, "x"), stacks, sideways)
    return _downwards(make, _led(links, layer, "y"), stacks, downwards)


def column_of_layers(make: Make, links: Sequence[Link], centre: str) -> Placed:
    """Return a flow for a phone: one box under another, those of a layer near to each other."""
    layer = layers(links, len(make(_WIDEST)))
    order = {(link.source, link.target) for link in links}
    close = [n for n in range(len(layer) - 1)
             if layer[n] == layer[n + 1] and (n, n + 1) not in order]  # fmt: skip
    return column(make, links, centre, close)


def _widths(count: int, gap: float, passing: float) -> Widths:
    """Return what so many boxes side by side take, with room at the sides for passing arrows."""
    room = (WIDE - 2 * _SIDE - passing - (count - 1) * gap) / count
    width = min(_WIDEST, max(_NARROWEST, room))
    page = max(WIDE, 2 * _SIDE + passing + count * width + (count - 1) * gap)
    return Widths(width, gap, page, passing)


def _strain(make: Make, widths: Widths) -> tuple[float, int]:
    """Tell how much smaller text would be: a wider page, then boxes with long words."""
    return widths.page, crowded(make(widths.box))


def _led(links: Sequence[Link], layer: Sequence[int], along: Way) -> list[Link]:
    """Return the arrows with the way they like: onwards straight, backwards round the boxes."""
    other: Way = "y" if along == "x" else "x"
    return [
        replace(link, along=along if layer[link.source] < layer[link.target] else other)
        for link in links
    ]


def _sideways(
    make: Make, links: Sequence[Link], stacks: Sequence[Sequence[int]], widths: Widths
) -> Placed:
    boxes, start, gap = make(widths.box), widths.start, widths.gap
    if len(stacks) > 1:
        room = widths.page - start - widths.end - len(stacks) * widths.box
        gap = room / (len(stacks) - 1)

    def lay(extra: float, forced: bool) -> Placed | None:
        between = _BETWEEN + extra
        heights = [sum(boxes[n].rect.height + between for n in s) - between for s in stacks]
        placed: dict[int, PlacedBox] = {}
        for k, stack in enumerate(stacks):
            y = (max(heights) - heights[k]) / 2
            for n in stack:
                placed[n] = boxes[n].at(start + k * (widths.box + gap), y)
                y += boxes[n].rect.height + between
        return finish(widths.page, [placed[n] for n in sorted(placed)], links, forced=forced)

    return grown_or_forced(lay)


def _downwards(
    make: Make, links: Sequence[Link], stacks: Sequence[Sequence[int]], widths: Widths
) -> Placed:
    boxes, step = make(widths.box), widths.box + widths.gap

    def lay(extra: float, forced: bool) -> Placed | None:
        placed: dict[int, PlacedBox] = {}
        y = 0.0
        for stack in stacks:
            height = max(boxes[n].rect.height for n in stack)
            room = widths.page - widths.start - widths.end
            x = widths.start + (room - len(stack) * step + widths.gap) / 2
            for n in stack:
                placed[n] = boxes[n].as_high_as(height).at(x, y)
                x += step
            y += height + GAP + 8 + extra
        return finish(widths.page, [placed[n] for n in sorted(placed)], links, forced=forced)

    return grown_or_forced(lay)


def layers(links: Sequence[Link], size: int) -> list[int]:
    """Return the layer of every box: one after the last of those that lead to it.

    An arrow to a box that stands earlier in the figure leads back, and puts nothing later. A box
    without arrows belongs to the one before it.
    """
    found = [0] * size
    for _ in range(size):
        for link in links:
            if link.source < link.target:
                found[link.target] = max(found[link.target], found[link.source] + 1)
    joined = {end for link in links for end in (link.source, link.target)}
    for n in range(1, size):
        if n not in joined:
            found[n] = found[n - 1]
    return found
