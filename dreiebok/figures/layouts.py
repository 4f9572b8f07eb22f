"""From a figure as data to one laid out: which shape goes where, for a page or for a phone."""

from functools import partial
from itertools import accumulate

from pydantic import TypeAdapter

from dreiebok.figures.axes import Entry, Scale
from dreiebok.figures.flows import column_of_layers, flow
from dreiebok.figures.geometry import MOST_WIDTH, Link, Placed, PlacedBox, make_box
from dreiebok.figures.lanes import Lanes, in_lanes, stacked
from dreiebok.figures.models import gathered, model
from dreiebok.figures.rhythms import rhythm
from dreiebok.figures.rings import cycle, eight
from dreiebok.figures.rows import column, hanging, process
from dreiebok.figures.timelines import timeline
from dreiebok.inline import to_plain
from dreiebok.keeping import kept
from dreiebok.model.figures import Figure

NUMBERED = frozenset({"cycle", "process", "lanes", "loops"})
"""Shapes whose boxes come one after another."""


@kept(TypeAdapter(Placed), lambda figure, *, narrow: (figure.model_dump_json(), str(narrow)))
def lay_out(figure: Figure, *, narrow: bool) -> Placed:
    """Return a figure laid out for a page or for a phone."""
    links = links_of(figure)
    centre = to_plain(figure.centre) if figure.centre else ""
    numbers = _numbers(figure)

    def make(width: float, most: float = 0.0) -> tuple[PlacedBox, ...]:
        return tuple(
            make_box(
                box.id,
                n,
                to_plain(box.text),
                to_plain(box.note or ""),
                width,
                sign=bool(box.sign),
                most=most,
            )
            for n, box in zip(numbers, figure.boxes, strict=True)
        )

    if figure.axis:
        entries = tuple(
            Entry(
                box.id,
                to_plain(box.text),
                to_plain(box.note or ""),
                box.at or 0.0,
                box.every,
                bool(box.sign),
            )
            for box in figure.boxes
        )
        axis = Scale(to_plain(figure.axis.unit), figure.axis.start, figure.axis.end)
        return (timeline if figure.shape == "timeline" else rhythm)(entries, axis, narrow=narrow)
    if figure.shape == "model":
        if narrow:
            return gathered(make, centre)
        return model((partial(make, most=MOST_WIDTH), make), centre)
    if figure.shape == "flow":
        return column_of_layers(make, links, centre) if narrow else flow(make, links)

    if figure.shape == "lanes" and figure.lanes:
        lanes = _lanes_of(figure)
        return stacked(make, links, lanes) if narrow else in_lanes(make, links, lanes)
    if narrow:
        return column(make, links, centre)
    if figure.shape == "process" or figure.shape == "lanes":
        return process(make, links)
    chains = loops_of(links) if figure.shape == "loops" else ()
    if len(chains) > 1 and sum(map(len, chains)) == len(figure.boxes) - 1:
        side_by_side = eight(make, chains, links) if len(chains) == 2 else None
        return side_by_side or hanging(make, chains, links)
    return cycle(make, links, centre) or process(make, links)


def _numbers(figure: Figure) -> list[int]:
    """Return the boxes' numbers, 0 for those without: a risk is not a step, and isn't counted."""
    steps = accumulate(int(box.sign is None) for box in figure.boxes)
    return [
        n if figure.shape in NUMBERED and box.sign is None else 0
        for n, box in zip(steps, figure.boxes, strict=True)
    ]


def links_of(figure: Figure) -> tuple[Link, ...]:
    """Return the arrows by the places of their boxes, also those left unwritten."""
    order = {box.id: n for n, box in enumerate(figure.boxes)}
    if figure.arrows:
        found = (
            Link(order[a.source], order[a.target], to_plain(a.text) if a.text else "")
            for a in figure.arrows
        )
        return tuple(link for link in found if link.source != link.target)
    last = len(figure.boxes) - 1
    around = (Link(last, 0),) if figure.shape in {"cycle", "loops"} else ()
    return (*(Link(n, n + 1) for n in range(last)), *around)


def loops_of(links: tuple[Link, ...]) -> tuple[tuple[int, ...], ...]:
    """Follow the arrows from the shared first box until they come back to it.

    Each loop is the places of its boxes without the shared one. A box belongs to one loop only.
    """
    following: dict[int, list[int]] = {}
    for link in links:
        following.setdefault(link.source, []).append(link.target)
    chains: list[tuple[int, ...]] = []
    seen = {0}
    for start in following.get(0, []):
        chain: list[int] = []
        here = start
        while here not in seen:
            seen.add(here)
            chain.append(here)
            here = following.get(here, [0])[0]
        if chain:
            chains.append(tuple(chain))
    return tuple(chains)


def _lanes_of(figure: Figure) -> Lanes:
    places = {str(lane.id): n for n, lane in enumerate(figure.lanes)}
    return Lanes(
        tuple((str(lane.id), to_plain(lane.title)) for lane in figure.lanes),
        tuple(places.get(str(box.lane), 0) for box in figure.boxes),
    )
