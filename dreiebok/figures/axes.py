"""Figures along time: a timeline of boxes at their marks, and a rhythm of rows with marks."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import ceil, floor

from dreiebok.figures.geometry import (
    LEADING,
    NARROW,
    NOTE,
    PAD,
    TEXT,
    WIDE,
    Line,
    Mark,
    Placed,
    PlacedBox,
    Rect,
    Row,
    Words,
    make_box,
)
from dreiebok.figures.widths import text_width, wrap

DOT = 5.0
"""Radius of a mark."""
_STEPS = (1, 2, 4, 5, 10, 13, 20, 26, 50, 100)
_TICK_ROOM = 34.0
_SHELF = 18.0
_NAMES = 236.0
"""How wide the words of a row may be on a page."""
_LEAST_GAP = 13.0
"""Marks nearer to each other than this, from middle to middle, would melt: a strip is drawn."""


@dataclass(frozen=True, slots=True)
class Scale:
    """The axis: its unit, and the numbers at its ends."""

    unit: str
    start: float
    end: float

    def place(self, number: float, first: float, last: float) -> float:
        """Return where a number stands between two places."""
        return first + (last - first) * (number - self.start) / (self.end - self.start)

    def ticks(self, length: float) -> list[float]:
        """Return round numbers with room for their words on an axis of a length."""
        span = self.end - self.start
        step = next((s for s in _STEPS if span / s * _TICK_ROOM <= length), _STEPS[-1])
        first, last = ceil(self.start / step), floor(self.end / step)
        return [float(n * step) for n in range(first, last + 1)]


@dataclass(frozen=True, slots=True)
class Entry:
    """What stands on the axis."""

    id: str
    text: str
    note: str
    at: float
    every: float | None = None


def number(value: float) -> str:
    """Write a number of the axis, with a real minus sign."""
    written = f"{abs(value):g}".replace(".", ",")
    return f"−{written}" if value < 0 else written


def timeline(entries: Sequence[Entry], axis: Scale, *, narrow: bool) -> Placed:
    """Return a line of time with a box at each entry: across a page, downwards on a phone."""
    ordered = sorted(entries, key=lambda entry: entry.at)
    return _downwards(ordered, axis) if narrow else _across(ordered, axis)


def _across(entries: Sequence[Entry], axis: Scale) -> Placed:
    """Boxes stand above and below the axis by turns, on as many shelves as keep them apart."""
    width = 148.0
    first, last = width / 2 + 4, WIDE - width / 2 - 4
    shelves: list[list[list[PlacedBox]]] = [[], []]
    placed: list[tuple[PlacedBox, int, int, float]] = []
    for n, entry in enumerate(entries):
        x = axis.place(entry.at, first, last)
        box = make_box(entry.id, 0, entry.text, entry.note, width).at(x - width / 2, 0)
        tries = [(level, side) for level in range(len(entries)) for side in (n % 2, 1 - n % 2)]
        for level, side in tries:
            rows = shelves[side]
            if level == len(rows):
                rows.append([])
            leaders = [other for inner in rows[level + 1 :] for other in inner]
            if not any(box.rect.meets(other.rect, 10) for other in rows[level]) and not any(
                abs(other.centre[0] - x) < width / 2 + 8 for other in leaders
            ):
                rows[level].append(box)
                placed.append((box, side, level, x))
                break
    heights = [[max(b.rect.height for b in row) if row else 0 for row in rows] for rows in shelves]
    above = sum(h + _SHELF for h in heights[0])
    middle = above + 14
    # Numbers stand under the axis, so that the boxes below begin under them.
    under = middle + NOTE * LEADING + 14
    boxes, lines = [], [Line(((4.0, middle), (WIDE - 4, middle)))]
    for box, side, level, x in placed:
        deep = sum(h + _SHELF for h in heights[side][: level + 1])
        y = middle - 14 - deep + (heights[side][level] - box.rect.height) if side == 0 else (
            under + deep - heights[side][level]
        )  # fmt: skip
        here = box.at(box.rect.x, y)
        edge = here.rect.y + here.rect.height if side == 0 else here.rect.y
        start = middle if side == 0 else under - 10
        lines.append(Line(((x, start), (x, edge)), strong=False))
        boxes.append(here)
    lowest = max([under, *(b.rect.y + b.rect.height for b in boxes)])
    marks = [Mark(axis.place(e.at, first, last), middle, 0) for e in entries]
    ticks = [
        Words((number(value),), NOTE, axis.place(value, first, last), middle + 8)
        for value in sorted({entry.at for entry in entries})
    ]
    unit = Words((axis.unit,), NOTE, 4.0, middle + 8, from_start=True)
    if any(unit.rect.meets(tick.rect, 4) for tick in ticks):
        unit = replace(unit, y=middle - 8 - NOTE * LEADING)
        if any(unit.rect.meets(box.rect, 2) for box in boxes):
            unit = replace(unit, y=lowest + 6)
            lowest += NOTE * LEADING + 6
    return Placed(
        WIDE,
        lowest + 4,
        tuple(boxes),
        lines=tuple(lines),
        rows=(Row("", (), tuple(marks)),),
        ticks=(*_apart(ticks), unit),
    )


def _apart(ticks: Sequence[Words]) -> list[Words]:
    """Leave out numbers that would stand on the one before."""
    kept: list[Words] = []
    for tick in ticks:
        if not kept or not tick.rect.meets(kept[-1].rect, 3):
            kept.append(tick)
    return kept


def _downwards(entries: Sequence[Entry], axis: Scale) -> Placed:
    widest = max(text_width(number(e.at), TEXT) for e in entries)
    unit = Words((axis.unit,), NOTE, 4.0, 2.0, from_start=True)
    line = max(widest, unit.rect.width) + 16
    start = line + 18
    y = unit.rect.height + 10
    boxes, lines, marks, ticks = [], [], [], [unit]
    for n, entry in enumerate(entries):
        box = make_box(entry.id, 0, entry.text, entry.note, NARROW - start - 2).at(start, y)
        middle = box.centre[1]
        boxes.append(box)
        lines.append(Line(((line, middle), (start, middle)), strong=False))
        marks.append(Mark(line, middle, 0))
        if n == 0 or entries[n - 1].at != entry.at:
            words = Words((number(entry.at),), TEXT, 4.0, middle - TEXT * LEADING / 2, True)
            ticks.append(words)
        y += box.rect.height + 14
    lines.append(Line(((line, unit.rect.height + 6), (line, y - 10))))
    return Placed(
        NARROW, y - 8, tuple(boxes), lines=tuple(lines), rows=(Row("", (), tuple(marks)),),
        ticks=tuple(ticks),
    )  # fmt: skip


def rhythm(entries: Sequence[Entry], axis: Scale, *, narrow: bool) -> Placed:
    """Return a row for each entry: its words, and a mark at each place where it comes.

    On a phone the words stand above their marks. What comes too often for marks is a strip.
    """
    page = NARROW if narrow else WIDE
    first = 12.0 if narrow else _NAMES + PAD + 12
    last = page - 16
    room = page - 8 if narrow else _NAMES
    rows, y = [], 4.0
    guides: list[tuple[float, float]] = []
    for entry in entries:
        text = Words(wrap(entry.text, TEXT, room), TEXT, 4.0, y, from_start=True)
        note = Words(wrap(entry.note, NOTE, room), NOTE, 4.0, y + text.rect.height, True)
        height = text.rect.height + note.rect.height
        at = y + height + 12 if narrow else y + max(height, 22) / 2
        rows.append(Row(entry.id, (text, note), tuple(_marks(entry, axis, first, last, at))))
        bottom = at + 16 if narrow else y + max(height, 22) + 14
        guides.append((at - 11, at + 11) if narrow else (y - 4, bottom - 4))
        y = bottom + (6 if narrow else 0)
    ticks = axis.ticks(last - first)
    lines: list[Line] = []
    for value in ticks:
        x = axis.place(value, first, last)
        if narrow:
            lines.extend(Line(((x, low), (x, high)), strong=False) for low, high in guides)
        else:
            lines.append(Line(((x, guides[0][0]), (x, y)), strong=False))
    words = [
        Words((number(value),), NOTE, axis.place(value, first, last), y + 2) for value in ticks
    ]
    unit = Words((axis.unit,), NOTE, 4.0, y + 2, from_start=True)
    if narrow:
        unit = replace(unit, y=y + 2 + NOTE * LEADING)
    height = max(unit.rect.y, y) + NOTE * LEADING + 8
    return Placed(page, height, lines=tuple(lines), rows=tuple(rows), ticks=(*words, unit))


def _marks(entry: Entry, axis: Scale, first: float, last: float, y: float) -> list[Mark]:
    """Return the marks of an entry between two places, at a height."""
    at = axis.place(entry.at, first, last)
    if entry.every is None:
        return [Mark(at, y, at)]
    step = (last - first) * entry.every / (axis.end - axis.start)
    if entry.every <= 1 or step < _LEAST_GAP:
        return [Mark(at, y, last)]
    count = floor((axis.end - entry.at) / entry.every + 1e-6)
    return [Mark(at + n * step, y, at + n * step) for n in range(count + 1)]


def row_rect(row: Row) -> Rect:
    """Return the room that a row's words take."""
    rects = [words.rect for words in row.words if words.lines]
    x, y = min(r.x for r in rects), min(r.y for r in rects)
    return Rect(
        x,
        y,
        max(r.x + r.width for r in rects) - x,
        max(r.y + r.height for r in rects) - y,
    )
