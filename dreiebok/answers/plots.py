"""A block's results drawn: a dot an item and phase on its scale, or bars of who answered what.

SVG with presentation attributes, in two shapes: wide for pages and print, narrow for phones. The
drawings say nothing that the table beside them does not say, so screen readers pass over them.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html import escape

from dreiebok.answers.scoring import BlockResult, Measure, Result
from dreiebok.figures.widths import text_width, wrap
from dreiebok.model.colours import contrast, mix

INK, QUIET, LINE, PAPER = "#1B2B34", "#4A5A63", "#B9B3A4", "#FFFFFF"
TEXT, LEADING = 14.0, 18.0
_LEGEND = 22.0
_BAR = 22.0

Number = Callable[[float], str]
"""Writes a mean as the locale does."""


@dataclass(frozen=True, slots=True)
class Frame:
    """The columns of a drawing, in its units: words, the strip of the scale, and figures."""

    width: float
    words: float
    left: float
    right: float
    is_narrow: bool


WIDE = Frame(760, 300, 330, 650, False)
NARROW = Frame(340, 330, 12, 236, True)


@dataclass(frozen=True, slots=True)
class Style:
    """What a drawing takes from the edition: colour, direction, words (few answers, a score)."""

    accent: str
    direction: str
    hidden: str
    score: str
    number: Number


def plot_means(
    block: BlockResult, phases: tuple[tuple[str, str], ...], frame: Frame, style: Style
) -> str:
    """Return the means of a block's items, and of its score, as dots on the scale."""
    pen = _Pen(frame, style)
    shown = [n for n in range(len(phases)) if any(item.measures[n] for item in block.items)]
    pen.legend([(phases[n][1], _mark_of(n, shown)) for n in shown if phases[n][1]])
    pen.ends(block)
    for result in (*block.items, *((block.score,) if block.score else ())):
        is_score = result is block.score
        middle = pen.row(style.score if is_score else result.words, is_bold=is_score)
        pen.scale(middle, block.scored)
        pen.dots(middle, result, shown, block.scored)
    return pen.svg()


def plot_counts(
    block: BlockResult, phases: tuple[tuple[str, str], ...], frame: Frame, style: Style
) -> str:
    """Return how many gave each answer to a block's items as bars in parts."""
    pen = _Pen(frame, style)
    pen.legend([(words, f"part-{n}") for n, words in enumerate(block.points)], block)
    for item in block.items:
        for n, measure in enumerate(item.measures):
            if measure is not None:
                several = sum(m is not None for m in item.measures) > 1
                words = f"{item.words} ({phases[n][1]})" if several else item.words
                pen.bar(pen.row(words), measure, block)
    return pen.svg()


def tint(accent: str, n: int, scored: int) -> tuple[str, str]:
    """Return the colour of the n-th answer from 0, and that of figures on it.

    More of something is darker; an answer that does not count is white. No shade lies between the
    lighter ones and the accent itself: neither ink nor white would be legible on it.
    """
    if n >= scored:
        return PAPER, INK
    share = 1.0 if n == scored - 1 else 0.1 + 0.4 * n / max(1, scored - 2)
    colour = mix(accent, share)
    return colour, max((INK, PAPER), key=lambda ink: contrast(ink, colour))


def _mark_of(n: int, shown: list[int]) -> str:
    if n == shown[-1]:
        return "last"
    return "first" if n == shown[0] else "middle"


class _Pen:
    """Draws from top to bottom and knows how far it has come."""

    def __init__(self, frame: Frame, style: Style) -> None:
        self.frame, self.style, self.y = frame, style, 6.0
        self.parts: list[str] = []

    def svg(self) -> str:
        height = f"{self.y + 6:g}"
        head = (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {self.frame.width:g} {height}" '
            f'aria-hidden="true" direction="{self.style.direction}" '
            f'font-family="Noto Sans, sans-serif" font-size="{TEXT:g}" fill="{INK}">'
        )
        return "\n".join((head, *self.parts, "</svg>"))

    def x(self, x: float) -> str:
        """Return a place across; writing from right to left mirrors the drawing."""
        return f"{round(x if self.style.direction == 'ltr' else self.frame.width - x, 1):g}"

    def text(self, x: float, y: float, words: str, more: str = "") -> None:
        self.parts.append(f'<text x="{self.x(x)}" y="{y:g}"{more}>{escape(words)}</text>')

    def legend(self, entries: list[tuple[str, str]], block: BlockResult | None = None) -> None:
        """Draw marks with their words, on as many lines as they need."""
        x, begin = 10.0, 10.0
        for words, mark in entries:
            wide = 16 + text_width(words, TEXT) + 22
            if x > begin and x + wide > self.frame.width:
                x, self.y = begin, self.y + _LEGEND
            if block is not None:
                colour, _ = tint(self.style.accent, int(mark[5:]), block.scored)
                corner = x - 7 if self.style.direction == "ltr" else x + 7
                self.parts.append(
                    f'<rect x="{self.x(corner)}" y="{self.y + 1:g}" width="14" height="14" '
                    f'fill="{colour}" stroke="{INK}"/>'
                )
            else:
                self.mark(x, self.y + 8, mark)
            self.text(x + 14, self.y + 13, words)
            x += wide
        self.y += _LEGEND + 6 if entries else 0

    def ends(self, block: BlockResult) -> None:
        """Draw the words of both ends of the scale, and the numbers of its points."""
        frame = self.frame
        room = (frame.right - frame.left) / 2 - 6
        ends = [wrap(block.points[n], TEXT, room) for n in (0, block.scored - 1)]
        lines = max(map(len, ends))
        for words, x, anchor in (
            (ends[0], frame.left - 6, "start"),
            (ends[1], frame.right + 6, "end"),
        ):
            for n, line in enumerate(words):
                y = self.y + 13 + LEADING * (lines - len(words) + n)
                self.text(x, y, line, f' text-anchor="{anchor}"')
        self.y += LEADING * lines + 14
        for point in range(1, block.scored + 1):
            more = f' text-anchor="middle" fill="{QUIET}"'
            self.text(self.at(point, block.scored), self.y, str(point), more)
        self.y += 6

    def row(self, words: str, *, is_bold: bool = False) -> float:
        """Draw a row's words and return the height of its middle."""
        weight = ' font-weight="700"' if is_bold else ""
        lines = wrap(words, TEXT, self.frame.words)
        top, height = self.y + 8, LEADING * len(lines)
        if self.frame.is_narrow:
            middle = top + height + 14
            self.y = middle + 16
        else:
            room = max(_BAR, height)
            middle = top + room / 2
            top, self.y = middle - height / 2, top + room + 8
            self.parts.append(
                f'<line x1="0" x2="{self.frame.width:g}" y1="{self.y:g}" y2="{self.y:g}" '
                'stroke="#E4DED0"/>'
            )
        for n, line in enumerate(lines):
            # A J reaches out of its place at the left.
            self.text(2, top + 14 + LEADING * n, line, weight)
        return middle

    def at(self, value: float, scored: int) -> float:
        """Return where a value from 1 to the highest point lies."""
        frame = self.frame
        return frame.left + (frame.right - frame.left) * (value - 1) / (scored - 1)

    def scale(self, y: float, scored: int) -> None:
        left, right = self.x(self.frame.left), self.x(self.frame.right)
        line = f'y1="{y:g}" y2="{y:g}" stroke="{LINE}"'
        self.parts.append(f'<line x1="{left}" x2="{right}" {line}/>')
        for point in range(1, scored + 1):
            x = self.x(self.at(point, scored))
            self.parts.append(
                f'<line x1="{x}" x2="{x}" y1="{y - 5:g}" y2="{y + 5:g}" stroke="{LINE}"/>'
            )

    def dots(self, y: float, result: Result, shown: list[int], scored: int) -> None:
        """Draw a result's means, joined, with their numbers at the end of the row."""
        measures = [(n, result.measures[n]) for n in shown]
        means = [(n, m.mean) for n, m in measures if m is not None and m.mean is not None]
        if any(m is not None and m.hidden for _, m in measures):
            self.text(self.frame.right + 14, y + 5, self.style.hidden, f' fill="{QUIET}"')
        else:
            for n, mean in means:
                last = n == shown[-1]
                x = self.frame.width - (0 if last else 52)
                weight = f' font-weight="700" fill="{self.style.accent}"' if last else ""
                self.text(x, y + 5, self.style.number(mean), f' text-anchor="end"{weight}')
        if len(means) > 1:
            ends = [self.x(self.at(mean, scored)) for _, mean in (means[0], means[-1])]
            self.parts.append(
                f'<line x1="{ends[0]}" x2="{ends[1]}" y1="{y:g}" y2="{y:g}" '
                f'stroke="{self.style.accent}" stroke-width="3"/>'
            )
        for n, mean in means:
            self.mark(self.at(mean, scored), y, _mark_of(n, shown))

    def mark(self, x: float, y: float, kind: str) -> None:
        """Draw a dot: the first is a ring, so wide that the last shows inside it."""
        look = {
            "first": f'r="7.5" fill="{PAPER}" stroke="{INK}" stroke-width="2"',
            "middle": f'r="4" fill="{QUIET}"',
            "last": f'r="5" fill="{self.style.accent}"',
        }[kind]
        self.parts.append(f'<circle cx="{self.x(x)}" cy="{y:g}" {look}/>')

    def bar(self, y: float, measure: Measure, block: BlockResult) -> None:
        frame = self.frame
        total = sum(measure.counts)
        if measure.hidden or not total:
            words = self.style.hidden if measure.hidden else "0"
            self.text(frame.left, y + 5, words, f' fill="{QUIET}"')
            return
        for n, start, count in _parts(measure.counts):
            share = (frame.right - frame.left) / total
            left, wide = frame.left + start * share, count * share
            colour, ink = tint(self.style.accent, n, block.scored)
            corner = left if self.style.direction == "ltr" else left + wide
            self.parts.append(
                f'<rect x="{self.x(corner)}" y="{y - _BAR / 2:g}" width="{wide:.1f}" '
                f'height="{_BAR:g}" fill="{colour}" stroke="{INK}"/>'
            )
            more = f' text-anchor="middle" fill="{ink}"'
            self.text(left + wide / 2, y + 5, str(count), more)
        self.text(frame.width, y + 5, f"n = {total}", ' text-anchor="end"')


def _parts(counts: tuple[int, ...]) -> Iterator[tuple[int, int, int]]:
    """Yield each answer that was given: its number, how many stand before it, how many gave it."""
    before = 0
    for n, count in enumerate(counts):
        if count:
            yield n, before, count
        before += count
