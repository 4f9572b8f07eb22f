"""Boxes in layers from the start side to the end side, after the arrows that lead to them."""

from collections.abc import Callable, Sequence

from dreiebok.figures.geometry import GAP, RING, WIDE, Link, Placed, PlacedBox
from dreiebok.figures.rows import LANE, finish, grown_or_forced, label_gap

Make = Callable[[float], tuple[PlacedBox, ...]]
"""Makes a figure's boxes for a width."""
_NARROWEST, _WIDEST = 118.0, 190.0


def flow(make: Make, links: Sequence[Link]) -> Placed:
    """Return boxes in layers; those of a layer stand above each other, around one middle line.

    An arrow back to an earlier box runs round the others. With more layers than are legible on a
    page the drawing is made wider, and its text thereby smaller.
    """
    layer = layers(links, len(make(_WIDEST)))
    count = max(layer) + 1
    edge = 2.0 + LANE
    gap = max(GAP + 8, label_gap([x for x in links if layer[x.target] == layer[x.source] + 1]))
    room = (WIDE - 2 * edge - (count - 1) * gap) / count
    width = min(_WIDEST, max(_NARROWEST, room))
    page = max(WIDE, 2 * edge + count * width + (count - 1) * gap)
    if count > 1:
        gap = (page - 2 * edge - count * width) / (count - 1)
    boxes = make(width)

    def lay(extra: float, forced: bool) -> Placed | None:
        between = RING + 8 + extra
        stacks = [[n for n in range(len(boxes)) if layer[n] == k] for k in range(count)]
        heights = [sum(boxes[n].rect.height for n in s) + between * (len(s) - 1) for s in stacks]
        placed: dict[int, PlacedBox] = {}
        for k, stack in enumerate(stacks):
            y = (max(heights) - heights[k]) / 2
            for n in stack:
                placed[n] = boxes[n].at(edge + k * (width + gap), y)
                y += boxes[n].rect.height + between
        return finish(page, [placed[n] for n in sorted(placed)], links, forced=forced)

    return grown_or_forced(lay)


def layers(links: Sequence[Link], size: int) -> list[int]:
    """Return the layer of every box: one after the last of those that lead to it.

    An arrow to a box that stands earlier in the figure leads back, and puts nothing later.
    """
    found = [0] * size
    for _ in range(size):
        for link in links:
            if link.source < link.target:
                found[link.target] = max(found[link.target], found[link.source] + 1)
    return found
