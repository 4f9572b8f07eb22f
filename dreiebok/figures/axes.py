"""The axis of figures along time: its scale, its numbers, and what stands on it."""

from dataclasses import dataclass
from math import ceil, floor

DOT = 5.0
"""Radius of a mark."""
_STEPS = (1, 2, 4, 5, 10, 13, 20, 26, 50, 100)
"""How far apart numbers may be, in the unit of the axis; 13 and 26 weeks are parts of a year."""
_TICK_ROOM = 34.0
"""The least room from one number to the next, from middle to middle."""


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
    sign: bool = False


def number(value: float) -> str:
    """Write a number of the axis, with a real minus sign."""
    written = f"{abs(value):g}".replace(".", ",")
    return f"−{written}" if value < 0 else written
