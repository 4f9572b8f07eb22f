"""Cells: a value as it stands in its field, written as HTML. Strings only; nothing is drawn here.

A cell has the size of its field's box. Type is as large as the field asks for, and smaller for a
text that is too long, down to SMALLEST of it; what does not fit then shows its beginning.
"""

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from html import escape
from pathlib import Path

SMALLEST = 0.67
"""The smallest share of the type size: 7 pt where the field has 10.5 pt."""
SHARES = (0.93, 0.86, 0.8, 0.73, SMALLEST)
"""What is tried for several lines, one after the other."""
NARROWEST = 0.1
"""No letter of a text is narrower than this on average, in type sizes."""
LEADING = 1.35
"""From line to line, in type sizes."""
SIDE_PT = 3.0
TOP_PT = 2.0
"""White between the box and the words: at both sides, and above and below several lines."""
FACE_PATH = "face/"
"""Where a face is served, by its number."""


@dataclass(frozen=True, slots=True)
class Face:
    """A font for letters that the project's own fonts lack; `family` is a name of its own."""

    family: str
    path: Path


@dataclass(frozen=True, slots=True)
class Cell:
    """A value and the box that it must stand in. Sizes are in pt."""

    name: str
    text: str
    width_pt: float
    height_pt: float
    size_pt: float
    is_multiline: bool
    direction: str

    def line_count(self, share: float) -> int:
        """Return how many lines there is room for; the first is shown even if it is too high."""
        if not self.is_multiline:
            return 1
        return max(int((self.height_pt - 2 * TOP_PT) / (self.size_pt * share * LEADING)), 1)

    @property
    def line_width_pt(self) -> float:
        """How long a line may be."""
        return max(self.width_pt - 2 * SIDE_PT, 1.0)

    @property
    def beginning(self) -> str:
        """Return as much of the text as could be seen; to lay out the rest would take minutes."""
        lines = self.line_count(SMALLEST) + 1
        letters = int(self.line_width_pt / (self.size_pt * SMALLEST * NARROWEST)) + 1
        return "\n".join(self.text.split("\n", lines)[:lines])[: lines * letters]


def find_direction(text: str, otherwise: str = "ltr") -> str:
    """Return ltr or rtl after the first strong character (Unicode Standard Annex 9, P2 and P3)."""
    for letter in text:
        kind = unicodedata.bidirectional(letter)
        if kind in {"L", "R", "AL"}:
            return "ltr" if kind == "L" else "rtl"
    return otherwise


def render_ruler(cells: Iterable[tuple[Cell, float]], locale: str, faces: tuple[Face, ...]) -> str:
    """Return the HTML in which cells are measured: one below the other, as long as they are."""
    body = "".join(
        f'<div class="cell" dir="{cell.direction}" style="font-size:{cell.size_pt * share:.3f}pt;'
        + (f'width:{cell.line_width_pt:.3f}pt">' if cell.is_multiline else 'white-space:pre">')
        + f"{_words(cell)}</div>"
        for cell, share in cells
    )
    return _page(body, "@page { size: 2000pt 14000pt; margin: 0 }", locale, faces)


def render_cells(
    cells: tuple[Cell, ...], shares: Mapping[str, float], locale: str, faces: tuple[Face, ...]
) -> str:
    """Return the HTML of the cells, one on a page of its own size; `shares` is of type, by name."""
    sizes: dict[str, str] = {}
    body = []
    for cell in cells:
        size = f"{cell.width_pt:.3f}pt {cell.height_pt:.3f}pt"
        page = sizes.setdefault(size, f"p{len(sizes)}")
        share = shares[cell.name]
        style = [f"page:{page}", f"font-size:{cell.size_pt * share:.3f}pt"]
        if cell.is_multiline:
            # No padding below: WeasyPrint would count it twice, and show a line too few.
            style += [f"padding:{TOP_PT}pt {SIDE_PT}pt 0", f"max-lines:{cell.line_count(share)}"]
            style.append("block-ellipsis:auto;continue:discard")
        else:
            # One line stands in the middle of its box, where it may be cut at the end alone.
            style += [f"line-height:{cell.height_pt:.3f}pt", f"margin:0 {SIDE_PT}pt"]
            # No text-overflow: the dots would stand for all that is hidden, and a map to so many
            # letters (ToUnicode) is more than Poppler reads.
            style.append("white-space:pre;overflow:hidden")
        body.append(
            f'<div class="cell" dir="{cell.direction}" style="{";".join(style)}">'
            f"{_words(cell)}</div>"
        )
    # White, so that the lines for a pen do not run through the words.
    rules = "@page { margin: 0; background: #fff } .cell + .cell { break-before: page } "
    rules += " ".join(f"@page {page} {{ size: {size} }}" for size, page in sizes.items())
    return _page("".join(body), rules, locale, faces)


def _words(cell: Cell) -> str:
    # A line break at the very end would not count as a line.
    text = cell.beginning
    return escape(text) + ("&#8203;" if text.endswith("\n") else "")


def _page(body: str, rules: str, locale: str, faces: tuple[Face, ...]) -> str:
    families = ", ".join(
        f'"{family}"'
        for family in (
            "Noto Sans",
            "Dreiebok Arrows",
            "Dreiebok Symbols",
            *(f.family for f in faces),
        )
    )
    sources = "".join(
        f'@font-face {{ font-family: "{face.family}"; src: url("../{FACE_PATH}{number}") }} '
        for number, face in enumerate(faces)
    )
    return (
        f'<!doctype html><html lang="{escape(locale)}"><head><title>–</title>'
        f'<link rel="stylesheet" href="fonts.css"><style>{sources}{rules} body {{ margin: 0; '
        f"font-family: {families}; line-height: {LEADING} }} "
        ".cell { white-space: pre-wrap; overflow-wrap: anywhere }</style></head>"
        f"<body>{body}</body></html>"
    )
