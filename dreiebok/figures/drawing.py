"""A laid-out figure as SVG text: boxes, rings with numbers, arrows. One element a line.

Only presentation attributes, so that print draws the same as a browser. Arrow heads are polygons:
a marker would need an id. Text of a right-to-left script says so, for brackets and full stops.
"""

from dataclasses import dataclass
from html import escape
from math import atan2, cos, hypot, sin
from typing import Literal
from unicodedata import bidirectional

from dreiebok.figures.axes import DOT
from dreiebok.figures.geometry import (
    ABOVE_TITLE,
    LEADING,
    RING,
    TEXT,
    Band,
    Line,
    PlacedBox,
    Point,
    Rect,
    Route,
    Row,
    Words,
)
from dreiebok.figures.layouts import lay_out
from dreiebok.figures.rhythms import SIGN
from dreiebok.inline import to_plain
from dreiebok.model.figures import Figure

Layout = Literal["wide", "narrow"]
HEAD = 11.0
"""Length of an arrow's head."""
_CORNER = 8.0
"""Radius of an arrow's corner."""
_BASELINE = 0.98
"""Where the baseline of a line of text lies, in type sizes below its upper edge."""
_FAMILY = "Noto Sans, sans-serif"


@dataclass(frozen=True, slots=True)
class Palette:
    """Colours as SVG writes them."""

    ink: str = "var(--db-ink, #1B2B34)"
    quiet: str = "var(--db-quiet, #4A5A63)"
    accent: str = "var(--db-accent, #0F6B6B)"
    paper: str = "var(--db-paper, #FFFDF8)"
    caution: str = "var(--db-caution, #8A5A00)"


def draw(
    figure: Figure,
    *,
    layout: Layout = "wide",
    direction: str = "ltr",
    prefix: str = "",
    anchors: bool = True,
    palette: Palette = Palette(),
) -> str:
    """Return a figure as one SVG element.

    `layout` is wide for a page, narrow for a phone. `prefix` keeps the ids of title and
    description apart where a figure stands twice on a page; `anchors` gives boxes and lanes their
    ids, which may occur only once. In a right-to-left direction everything is mirrored.
    """
    placed = lay_out(figure, narrow=layout == "narrow")
    pen = _Pen(placed.width, direction == "rtl", palette, anchors)
    title, description = f"{prefix}{figure.id}-title", f"{prefix}{figure.id}-desc"
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_n(placed.width)}'
        f' {_n(placed.height)}" role="img" aria-labelledby="{title} {description}" class="db-svg">',
        f'<title id="{title}">{escape(to_plain(figure.title))}</title>',
        f'<desc id="{description}">{escape(to_plain(figure.alt))}</desc>',
    ]
    for band in placed.bands:
        lines.extend(pen.band(band))
    for line in placed.lines:
        lines.append(pen.line(line))
    for row in placed.rows:
        lines.extend(pen.row(row))
    for tick in placed.ticks:
        lines.extend(pen.words(tick, palette.quiet))
    for route in placed.routes:
        lines.extend(pen.arrow(route))
    for box in placed.boxes:
        lines.extend(pen.box(box))
    if placed.centre:
        if placed.lines:
            lines.append(pen.backing(placed.centre))
        lines.extend(pen.words(placed.centre, palette.accent, bold=True))
    lines.append("</svg>")
    return "\n".join(lines)


@dataclass(frozen=True, slots=True)
class _Pen:
    """Writes the elements of one drawing, mirrored or not."""

    width: float
    mirrored: bool
    palette: Palette
    anchors: bool

    def box(self, box: PlacedBox) -> list[str]:
        rect, palette = box.rect, self.palette
        ring, middle = self.x(rect.x), box.centre[0]
        top = rect.y + (rect.height - box.text.rect.height - box.note.rect.height) / 2
        text = Words(box.text.lines, box.text.size, middle, top)
        note = Words(box.note.lines, box.note.size, middle, top + text.rect.height)
        edge = palette.caution if box.sign else palette.accent
        dashes = ' stroke-dasharray="6 4"' if box.sign else ""
        corner: list[str] = []
        if box.has_ring:
            inside = "!" if box.sign else str(box.number)
            corner = self.disc(inside, ring, rect.y, RING, edge)
        return [
            self.group(box.id),
            f'<rect x="{_n(self.left(rect))}" y="{_n(rect.y)}" width="{_n(rect.width)}"'
            f' height="{_n(rect.height)}" rx="10" fill="{palette.paper}"'
            f' stroke="{edge}" stroke-width="2"{dashes}/>',
            *corner,
            *self.words(text, palette.ink, bold=True),
            *self.words(note, palette.quiet),
            "</g>",
        ]

    def arrow(self, route: Route) -> list[str]:
        points = [(self.x(x), y) for x, y in route.points]
        tip, back = points[-1], _before_the_tip(points)
        angle = atan2(tip[1] - back[1], tip[0] - back[0])
        # The line ends inside the head, so that its blunt end does not show at the tip.
        points[-1] = (tip[0] - cos(angle) * HEAD * 0.6, tip[1] - sin(angle) * HEAD * 0.6)
        head = " ".join(
            f"{_n(tip[0] - cos(angle + turn) * length)},{_n(tip[1] - sin(angle + turn) * length)}"
            for turn, length in ((0.0, 0.0), (0.42, HEAD), (-0.42, HEAD))
        )
        lines = [
            f'<path d="{self.path(route, points)}" fill="none" stroke="{self.palette.quiet}"'
            ' stroke-width="2" stroke-linejoin="round"/>',
            f'<polygon points="{head}" fill="{self.palette.quiet}"/>',
        ]
        if route.label:
            lines.extend(self.words(route.label, self.palette.quiet))
        return lines

    def path(self, route: Route, points: list[Point]) -> str:
        """Return how a line runs, from its first point to its last."""
        start, end = points[0], points[-1]
        if route.curve and route.curve[0] == "A":
            _, radius_x, radius_y = route.curve
            sweep = int(_turns_right(points[0], points[len(points) // 2], points[-1]))
            way = f"A{_n(radius_x)} {_n(radius_y)} 0 0 {sweep} {_n(end[0])} {_n(end[1])}"
        elif route.curve:
            _, x, y = route.curve
            way = f"Q{_n(self.x(x))} {_n(y)} {_n(end[0])} {_n(end[1])}"
        else:
            way = _legs(points)
        return f"M{_n(start[0])} {_n(start[1])} {way}"

    def band(self, band: Band) -> list[str]:
        rect = band.rect
        y = rect.y + ABOVE_TITLE + TEXT * _BASELINE
        return [
            self.group(band.id),
            f'<rect x="{_n(self.left(rect))}" y="{_n(rect.y)}" width="{_n(rect.width)}"'
            f' height="{_n(rect.height)}" fill="none" stroke="{self.palette.quiet}"'
            ' stroke-width="1"/>',
            *(
                self.text(
                    line, self.x(band.x), y + n * TEXT * LEADING, TEXT,
                    self.palette.accent, "start", True,
                )
                for n, line in enumerate(band.title)
            ),
            "</g>",
        ]  # fmt: skip

    def line(self, line: Line) -> str:
        """Return a line without a head; a faint one is thin."""
        way = " ".join(f"{'L' if n else 'M'}{_n(self.x(x))} {_n(y)}"
                       for n, (x, y) in enumerate(line.points))  # fmt: skip
        width, faint = ("1.5", "") if line.strong else ("1", ' stroke-opacity="0.45"')
        return (
            f'<path d="{way}" fill="none" stroke="{self.palette.quiet}"'
            f' stroke-width="{width}"{faint}/>'
        )

    def row(self, row: Row) -> list[str]:
        """Return the words and marks of a row."""
        colour = self.palette.caution if row.sign else self.palette.accent
        lines = [self.group(row.id)]
        if row.sign:
            x, y = self.x(row.words[0].x - SIGN - 6), row.words[0].y + TEXT * LEADING / 2
            lines += self.disc("!", x, y, SIGN, colour)
        for n, words in enumerate(row.words):
            lines.extend(
                self.words(words, self.palette.quiet if n else self.palette.ink, bold=not n)
            )
        for mark in row.marks:
            start, end = sorted((self.x(mark.x), self.x(mark.end)))
            lines.append(
                f'<rect x="{_n(start - DOT)}" y="{_n(mark.y - DOT)}"'
                f' width="{_n(end - start + 2 * DOT)}" height="{_n(2 * DOT)}" rx="{_n(DOT)}"'
                f' fill="{colour}"/>'
            )
        return [*lines, "</g>"]

    def disc(self, inside: str, x: float, y: float, radius: float, colour: str) -> list[str]:
        """Return a filled disc with a number or a sign."""
        return [
            f'<circle cx="{_n(x)}" cy="{_n(y)}" r="{_n(radius)}" fill="{colour}"/>',
            self.text(
                inside, x, y + 0.36 * radius, min(15, radius * 1.4), self.palette.paper,
                "middle", True,
            ),
        ]  # fmt: skip

    def backing(self, words: Words) -> str:
        """Return paper under words that lines would run through."""
        rect = words.rect
        x = self.left(rect) - 10
        return (
            f'<rect x="{_n(x)}" y="{_n(rect.y - 4)}" width="{_n(rect.width + 20)}"'
            f' height="{_n(rect.height + 8)}" rx="8" fill="{self.palette.paper}"/>'
        )

    def words(self, words: Words, colour: str, *, bold: bool = False) -> list[str]:
        """Return lines of text around their axis, or beginning at it."""
        return [
            self.text(
                line, self.x(words.x), words.y + (_BASELINE + n * LEADING) * words.size,
                words.size, colour, "start" if words.from_start else "middle", bold,
            )
            for n, line in enumerate(words.lines)
        ]  # fmt: skip

    def text(
        self, line: str, x: float, y: float, size: float, colour: str, anchor: str, bold: bool
    ) -> str:
        weight = ' font-weight="700"' if bold else ""
        direction = ' direction="rtl"' if self.mirrored else ""
        kinds = {bidirectional(letter) for letter in line}
        if self.mirrored and "L" in kinds and not kinds & {"R", "AL"}:
            # Words that have no translation yet keep their own order: “Hva nå?”, not “?Hva nå”.
            line = f"\N{LEFT-TO-RIGHT MARK}{line}\N{LEFT-TO-RIGHT MARK}"
        elif self.mirrored and line.startswith("−"):
            line = f"\N{LEFT-TO-RIGHT MARK}{line}"  # Else the sign would stand after its number.
        return (
            f'<text x="{_n(x)}" y="{_n(y)}" font-family="{_FAMILY}" font-size="{_n(size)}"{weight}'
            f' text-anchor="{anchor}"{direction} fill="{colour}">{escape(line, quote=False)}</text>'
        )

    def group(self, name: str) -> str:
        return f'<g id="{escape(name)}">' if self.anchors and name else "<g>"

    def x(self, x: float) -> float:
        """Return where a place lies on the drawing."""
        return self.width - x if self.mirrored else x

    def left(self, rect: Rect) -> float:
        """Return where the left edge of a rectangle lies on the drawing."""
        return self.x(rect.right) if self.mirrored else rect.x


def _before_the_tip(points: list[Point]) -> Point:
    """Return the last point that is a head's length away from the tip, for the head's angle."""
    tip = points[-1]
    far = (p for p in reversed(points) if hypot(p[0] - tip[0], p[1] - tip[1]) >= HEAD * 0.8)
    return next(far, points[0])


def _turns_right(first: Point, middle: Point, last: Point) -> bool:
    along, across = (middle[0] - first[0], middle[1] - first[1]), (
        last[0] - first[0], last[1] - first[1],
    )  # fmt: skip
    return along[0] * across[1] - along[1] * across[0] > 0


def _legs(points: list[Point]) -> str:
    """Return straight legs from point to point, with round corners where there is room."""
    parts = []
    for (px, py), (x, y), (nx, ny) in zip(points, points[1:], points[2:], strict=False):
        before, after = hypot(x - px, y - py), hypot(nx - x, ny - y)
        round_by = min(_CORNER, before / 2, after / 2)
        if not round_by:
            continue
        start = (x - (x - px) / before * round_by, y - (y - py) / before * round_by)
        end = (x + (nx - x) / after * round_by, y + (ny - y) / after * round_by)
        parts.append(f"L{_n(start[0])} {_n(start[1])}")
        parts.append(f"Q{_n(x)} {_n(y)} {_n(end[0])} {_n(end[1])}")
    parts.append(f"L{_n(points[-1][0])} {_n(points[-1][1])}")
    return " ".join(parts)


def _n(number: float) -> str:
    """Write a number with at most one decimal, the same on every machine."""
    written = f"{number:.1f}".removesuffix(".0")
    return "0" if written == "-0" else written
