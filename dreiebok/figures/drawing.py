"""A laid-out figure as SVG text: boxes, rings with numbers, arrows. One element a line."""

from dataclasses import dataclass
from html import escape
from math import atan2, cos, sin
from typing import Literal

from dreiebok.figures.geometry import (
    LABEL,
    LEADING,
    NOTE,
    PAD,
    RING,
    TEXT,
    PlacedBox,
    Route,
    label_width,
)
from dreiebok.figures.layouts import Band, Placed, lay_out
from dreiebok.figures.widths import wrap
from dreiebok.inline import to_plain
from dreiebok.model.figures import Figure

Layout = Literal["wide", "narrow"]
HEAD = 9.0
_FAMILY = "Noto Sans, sans-serif"


@dataclass(frozen=True, slots=True)
class Palette:
    """Colours as SVG writes them."""

    ink: str = "var(--db-ink, #1B2B34)"
    quiet: str = "var(--db-quiet, #4A5A63)"
    accent: str = "var(--db-accent, #0F6B6B)"
    paper: str = "var(--db-paper, #FFFDF8)"


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
    description apart where a figure stands twice on a page; `anchors` gives the boxes their ids,
    which may occur only once. In a right-to-left direction everything but the text is mirrored.
    """
    placed = lay_out(figure, narrow=layout == "narrow")
    mirrored = direction == "rtl"
    height = placed.height
    title, description = f"{prefix}{figure.id}-title", f"{prefix}{figure.id}-desc"
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_n(placed.width)} {_n(height)}"'
        f' role="img" aria-labelledby="{title} {description}" class="db-svg">',
        f'<title id="{title}">{escape(to_plain(figure.title))}</title>',
        f'<desc id="{description}">{escape(to_plain(figure.alt))}</desc>',
    ]
    lines.extend(
        line for band in placed.bands for line in _band(band, placed, palette, anchors, mirrored)
    )
    lines.extend(
        line for route in placed.routes for line in _arrow(route, placed, palette, mirrored)
    )
    for box in placed.boxes:
        lines.extend(_box(box, placed, palette, anchors, mirrored))
    if placed.centre and figure.centre:
        lines.extend(_centre(to_plain(figure.centre), placed, palette, mirrored))
    lines.append("</svg>")
    return "\n".join(lines)


def _box(
    box: PlacedBox, placed: Placed, palette: Palette, anchors: bool, mirrored: bool
) -> list[str]:
    x = placed.width - box.x - box.width if mirrored else box.x
    name = f' id="{escape(box.id)}"' if anchors else ""
    ring_x = x + box.width if mirrored else x
    lines = [
        f"<g{name}>",
        f'<rect x="{_n(x)}" y="{_n(box.y)}" width="{_n(box.width)}" height="{_n(box.height)}"'
        f' rx="10" fill="{palette.paper}" stroke="{palette.accent}" stroke-width="2"/>',
        f'<circle cx="{_n(ring_x)}" cy="{_n(box.y)}" r="{_n(RING)}" fill="{palette.accent}"/>',
        _text(str(box.number), ring_x, box.y + 5.5, 15, palette.paper, "middle", bold=True),
    ]
    start = x + box.width / 2
    y = box.y + PAD + TEXT
    for line in box.lines:
        lines.append(_text(line, start, y, TEXT, palette.ink, "middle", bold=True))
        y += TEXT * LEADING
    y += (NOTE - TEXT) + 2
    for line in box.notes:
        lines.append(_text(line, start, y, NOTE, palette.quiet, "middle"))
        y += NOTE * LEADING
    lines.append("</g>")
    return lines


def _arrow(route: Route, placed: Placed, palette: Palette, mirrored: bool) -> list[str]:
    points = [(placed.width - x if mirrored else x, y) for x, y in route.points]
    (x1, y1), (x2, y2) = points[-2], points[-1]
    angle = atan2(y2 - y1, x2 - x1)
    # The line ends inside the head, so that its blunt end does not show at the tip.
    points[-1] = (x2 - cos(angle) * HEAD * 0.7, y2 - sin(angle) * HEAD * 0.7)
    path = "M" + " L".join(f"{_n(x)} {_n(y)}" for x, y in points)
    head = " ".join(
        f"{_n(x2 - cos(angle + turn) * length)},{_n(y2 - sin(angle + turn) * length)}"
        for turn, length in ((0.0, 0.0), (0.42, HEAD * 1.4), (-0.42, HEAD * 1.4))
    )
    lines = [
        f'<path d="{path}" fill="none" stroke="{palette.quiet}" stroke-width="2"'
        ' stroke-linejoin="round"/>',
        f'<polygon points="{head}" fill="{palette.quiet}"/>',
    ]
    if route.label:
        x, y = route.middle
        x = placed.width - x if mirrored else x
        width = label_width(route.label)
        lines.append(
            f'<rect x="{_n(x - width / 2)}" y="{_n(y - LABEL / 2)}" width="{_n(width)}"'
            f' height="{_n(LABEL)}" fill="{palette.paper}"/>'
        )
        lines.append(_text(route.label, x, y + 4.5, NOTE, palette.quiet, "middle"))
    return lines


def _band(band: Band, placed: Placed, palette: Palette, anchors: bool, mirrored: bool) -> list[str]:
    name = f' id="{escape(band.id)}"' if anchors else ""
    x = placed.width - PAD if mirrored else PAD
    lines = [
        f"<g{name}>",
        f'<rect x="1" y="{_n(band.y)}" width="{_n(placed.width - 2)}" height="{_n(band.height)}"'
        f' fill="none" stroke="{palette.quiet}" stroke-width="1"/>',
    ]
    y = band.y + PAD + TEXT
    for line in wrap(band.title, TEXT, 100):
        lines.append(_text(line, x, y, TEXT, palette.accent, "end" if mirrored else "start", True))
        y += TEXT * LEADING
    return [*lines, "</g>"]


def _centre(words: str, placed: Placed, palette: Palette, mirrored: bool) -> list[str]:
    assert placed.centre
    x, y = placed.centre
    found = wrap(words, TEXT + 4, 210)
    y -= (len(found) - 1) * (TEXT + 4) * LEADING / 2
    x = placed.width - x if mirrored else x
    return [
        _text(line, x, y + n * (TEXT + 4) * LEADING, TEXT + 4, palette.accent, "middle", True)
        for n, line in enumerate(found)
    ]


def _text(
    words: str, x: float, y: float, size: float, colour: str, anchor: str, bold: bool = False
) -> str:
    weight = ' font-weight="700"' if bold else ""
    return (
        f'<text x="{_n(x)}" y="{_n(y)}" font-family="{_FAMILY}" font-size="{_n(size)}"{weight}'
        f' text-anchor="{anchor}" fill="{colour}">{escape(words, quote=False)}</text>'
    )


def _n(number: float) -> str:
    """Write a number with at most one decimal, the same on every machine."""
    written = f"{number:.1f}".removesuffix(".0")
    return "0" if written == "-0" else written
