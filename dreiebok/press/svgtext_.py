"""Words in drawings as runs: WeasyPrint draws SVG text letter by letter, and Arabic letters join.

WeasyPrint's function `svg.text.text` goes through `node.text` one letter at a time, since each may
have a place of its own (SVG 2, 11.4). A drawing of ours has none: its right-to-left words are given
as one run, which Pango shapes whole.
"""

from collections.abc import Iterator
from typing import Any

from weasyprint.svg import Node

_PLACED = ("dx", "dy", "rotate", "textLength", "letter-spacing")
"""Attributes that place letters one by one."""
_letters = Node.text.fget


class Run(str):
    """Words that come as one when they are gone through."""

    __slots__ = ()

    def __iter__(self) -> Iterator[str]:
        """Yield the words whole."""
        if self:
            yield str(self)


def words_of(node: Any) -> str | None:
    """Return an SVG node's words: a run where they are written from right to left."""
    found: str | None = _letters(node)
    if not found or node.get("direction") != "rtl" or any(node.get(key) for key in _PLACED):
        return found
    return Run(found)


def join_letters() -> None:
    """Let WeasyPrint draw right-to-left words in drawings with their letters joined."""
    Node.text = property(words_of)
