"""The rhythm: a row for each thing, with a mark wherever it comes along an axis of time."""

from collections.abc import Sequence
from dataclasses import replace
from math import floor

from dreiebok.figures.axes import Entry, Scale, number
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
    Row,
    Words,
)
from dreiebok.figures.widths import wrap

SIGN = 9.0
"""Radius of the sign before a row."""
_NAMES = 220.0
"""How wide the words of a row may be on a page."""
_LEAST_GAP = 13.0
"""Marks nearer to each other than this, from middle to middle, would melt: a strip is drawn."""


def rhythm(entries: Sequence[Entry], axis: Scale, *, narrow: bool) -> Placed:
    """Return a row for each entry: its words, and a mark at each place where it comes.

    On a phone the words stand above their marks. What comes too often for marks is a strip.
    """
    page = NARROW if narrow else WIDE
    room = page - 8 if narrow else _NAMES
    words = [_words(entry, room) for entry in entries]
    widest = max(each.rect.right for pair in words for each in pair)
    first, last = 12.0 if narrow else widest + PAD + 12, page - 16
    rows, y = [], 4.0
    guides: list[tuple[float, float]] = []
    for entry, (text, note) in zip(entries, words, strict=True):
        height = text.rect.height + note.rect.height
        at = y + height + 12 if narrow else y + max(height, 22) / 2
        here = (replace(text, y=y), replace(note, y=y + text.rect.height))
        rows.append(Row(entry.id, here, _marks(entry, axis, first, last, at), entry.sign))
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
    numbers = [
        Words((number(value),), NOTE, axis.place(value, first, last), y + 2) for value in ticks
    ]
    unit = Words((axis.unit,), NOTE, 4.0, y + 2, from_start=True)
    if narrow:
        unit = replace(unit, y=y + 2 + NOTE * LEADING)
    height = max(unit.rect.y, y) + NOTE * LEADING + 8
    return Placed(page, height, lines=tuple(lines), rows=tuple(rows), ticks=(*numbers, unit))


def _words(entry: Entry, room: float) -> tuple[Words, Words]:
    """Return the words of a row, which leave room for a sign before them."""
    start = 4.0 + (2 * SIGN + 6 if entry.sign else 0.0)
    room -= start
    return (
        Words(wrap(entry.text, TEXT, room), TEXT, start, from_start=True),
        Words(wrap(entry.note, NOTE, room), NOTE, start, from_start=True),
    )


def _marks(
    entry: Entry, axis: Scale, first: float, last: float, y: float
) -> tuple[Mark, ...]:  # fmt: skip
    """Return the marks of an entry between two places, at a height."""
    at = axis.place(entry.at, first, last)
    if entry.every is None:
        return (Mark(at, y, at),)
    step = (last - first) * entry.every / (axis.end - axis.start)
    if entry.every <= 1 or step < _LEAST_GAP:
        return (Mark(at, y, last),)
    count = floor((axis.end - entry.at) / entry.every + 1e-6)
    return tuple(Mark(at + n * step, y, at + n * step) for n in range(count + 1))
