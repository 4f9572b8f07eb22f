"""A line of time with a card at each entry: across a page, downwards on a phone."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from dreiebok.figures.axes import Entry, Scale, number
from dreiebok.figures.geometry import (
    LEADING,
    MOST_WIDTH,
    NARROW,
    NOTE,
    PAD,
    RING,
    TEXT,
    WIDE,
    Line,
    Mark,
    Placed,
    PlacedBox,
    Row,
    Words,
    make_box,
)
from dreiebok.figures.widths import text_width

_CARD, _LEAST_CARD = 140.0, 72.0
"""How wide a card is made, and the least that is left of it around few words."""
_ABOVE, _BELOW = 16.0, NOTE * LEADING + 16.0
"""How far from the axis cards begin; the numbers stand below it."""
_APART, _DOWN = 10.0, 14.0
"""How far apart cards stand, sideways and outwards."""
_LEAD = 16.0
"""How far from its card's corner a leader may end."""
_BEAM = 48
"""How many ways of placing the first cards are remembered while the next is placed."""
_OFF, _SAME_SIDE, _BEHIND = 0.2, 12.0, 2000.0
"""What it costs: a unit aside, a card on the side of the one before, a leader behind a card."""


@dataclass(frozen=True, slots=True)
class _Card:
    """A card on one side of the axis; `depth` is how far from the axis's edge it begins."""

    box: PlacedBox
    at: float
    place: float
    start: float
    depth: float
    below: bool

    @property
    def edge(self) -> float:
        """Where it begins with its sign."""
        return self.start - (RING if self.box.sign else 0)

    @property
    def end(self) -> float:
        """Where it ends."""
        return self.start + self.box.rect.width

    @property
    def bottom(self) -> float:
        """How far from the axis's edge it ends."""
        return self.depth + self.box.rect.height


@dataclass(frozen=True, slots=True)
class _Way:
    """The cards placed so far, and what that costs."""

    cards: tuple[_Card, ...] = ()
    cost: float = 0.0

    def whole(self) -> float:
        """Return the cost with the height of the drawing."""
        return self.cost + 2 * sum(_deepest(self.cards, below=below) for below in (False, True))


def timeline(entries: Sequence[Entry], axis: Scale, *, narrow: bool) -> Placed:
    """Return a line of time with a card at each entry."""
    ordered = sorted(entries, key=lambda entry: entry.at)
    return _downwards(ordered, axis) if narrow else _across(ordered, axis)


def _across(entries: Sequence[Entry], axis: Scale) -> Placed:
    """Return cards above and below the axis, as near to it as leaders and other cards allow."""
    unit = Words((axis.unit,), NOTE, 4.0, from_start=True)
    widest = max(text_width(number(entry.at), NOTE) for entry in entries)
    beside = unit.rect.width <= WIDE / 5
    first = max(40.0, (4 + unit.rect.width + 10 if beside else 0) + widest / 2)
    last = WIDE - 24.0
    cards = _place(entries, axis, first, last)
    middle = _deepest(cards, below=False) + _ABOVE + 2
    boxes, lines = [], [Line(((4.0, middle), (WIDE - 4, middle)))]
    for card in cards:
        y = middle + _BELOW + card.depth if card.below else middle - _ABOVE - card.bottom
        boxes.append(card.box.at(card.start, y))
        edge = (middle + _BELOW - 6, y) if card.below else (middle, y + card.box.rect.height)
        lines.append(Line(tuple((card.place, y) for y in edge), strong=False))
    lines += [
        Line(((x, middle - 3), (x, middle + 3)))
        for x in (axis.place(value, first, last) for value in axis.ticks(last - first))
    ]
    numbers = _apart(
        [
            Words((number(value),), NOTE, axis.place(value, first, last), middle + 8)
            for value in sorted({entry.at for entry in entries})
        ]
    )
    lowest = middle + _BELOW + _deepest(cards, below=True) + 4
    unit = replace(unit, y=middle + 8 if beside else lowest)
    marks = tuple(Mark(card.place, middle, card.place) for card in cards)
    return Placed(
        WIDE,
        max(lowest, unit.y + NOTE * LEADING + 4),
        tuple(boxes),
        lines=tuple(lines),
        rows=(Row("", (), marks),),
        ticks=(*numbers, unit),
    )


def _place(entries: Sequence[Entry], axis: Scale, first: float, last: float) -> tuple[_Card, ...]:
    """Return the cards of entries, placed one by one; only the best ways are followed."""
    ways = [_Way()]
    for entry in entries:
        place = axis.place(entry.at, first, last)
        box = make_box(entry.id, 0, entry.text, entry.note, _CARD, sign=entry.sign, most=MOST_WIDTH)
        box = box.snug(_LEAST_CARD)
        found = [_with(way, card) for way in ways for card in _cards(way, box, entry.at, place)]
        ways = sorted(found, key=_Way.whole)[:_BEAM]
    return ways[0].cards


def _cards(way: _Way, box: PlacedBox, at: float, place: float) -> Iterator[_Card]:
    """Yield where a card may stand: around its place, beside the cards before, or aside."""
    width, sign = box.rect.width, RING if box.sign else 0.0
    low = max(place - width + _LEAD, sign + 2)
    high = min(place - _LEAD, WIDE - width - 2)
    for below in (False, True):
        side = [card for card in way.cards if card.below == below]
        starts = {min(max(place - width / 2, low), high), low, high}
        after = [edge + _APART + sign for card in side for edge in (card.end, card.place)]
        starts |= {start for start in after if low <= start <= high}
        for start in sorted(starts):
            edge, end = start - sign - _APART, start + width + _APART
            near = [card for card in side if card.edge < end and edge < card.end]
            depth = max((card.bottom + _DOWN for card in near), default=0.0) + sign
            yield _Card(box, at, place, start, depth, below)


def _with(way: _Way, card: _Card) -> _Way:
    """Return a way with one more card."""
    aside = abs(card.start + card.box.rect.width / 2 - card.place)
    cost = way.cost + _OFF * aside + 0.2 * card.depth
    cost += _SAME_SIDE * bool(way.cards and way.cards[-1].below == card.below)
    for other in way.cards:
        if other.below == card.below and other.at != card.at:
            inner, outer = sorted((card, other), key=lambda c: c.depth)
            cost += _BEHIND * (inner.start - 6 < outer.place < inner.end + 6)
    return _Way((*way.cards, card), cost)


def _deepest(cards: Sequence[_Card], *, below: bool) -> float:
    return max((card.bottom for card in cards if card.below == below), default=0.0)


def _apart(numbers: Sequence[Words]) -> list[Words]:
    """Leave out numbers that would stand on the one before."""
    kept: list[Words] = []
    for words in numbers:
        if not kept or not words.rect.meets(kept[-1].rect, 3):
            kept.append(words)
    return kept


def _downwards(entries: Sequence[Entry], axis: Scale) -> Placed:
    """Return a line downwards, with numbers on one side and a card beside each mark."""
    widest = max(text_width(number(e.at), TEXT) for e in entries)
    unit = Words((axis.unit,), NOTE, 4.0, 2.0, from_start=True)
    line = max(widest, min(unit.rect.width, NARROW / 3)) + 16
    start = line + 18
    y = unit.rect.height + 10
    boxes, lines, marks, ticks = [], [], [], [unit]
    for n, entry in enumerate(entries):
        box = make_box(
            entry.id, 0, entry.text, entry.note, NARROW - start - 2, sign=entry.sign
        )  # fmt: skip
        box = box.at(start, y)
        middle = box.centre[1]
        boxes.append(box)
        lines.append(Line(((line, middle), (start, middle)), strong=False))
        marks.append(Mark(line, middle, line))
        if n == 0 or entries[n - 1].at != entry.at:
            words = Words(
                (number(entry.at),), TEXT, 4.0, middle - TEXT * LEADING / 2, from_start=True
            )
            ticks.append(words)
        y += box.rect.height + PAD
    lines.append(Line(((line, unit.rect.height + 6), (line, y - PAD + 4))))
    return Placed(
        NARROW,
        y - PAD + 6,
        tuple(boxes),
        lines=tuple(lines),
        rows=(Row("", (), tuple(marks)),),
        ticks=tuple(ticks),
    )
