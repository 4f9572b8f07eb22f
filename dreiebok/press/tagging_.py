"""Completes WeasyPrint's tag tree by wrapping two of its functions and one method.

What is mended is what no option reaches (WeasyPrint 70): running heads and `aria-hidden` content
become artifacts, elements in another language say so, header cells tell their scope, lists their
numbering, figures their whole text alternative, and some HTML elements a better structure type
(ISO 32000-1, 14.8.4). A canary test fails when a newer WeasyPrint has moved these places.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from typing import Any

import pydyf
from weasyprint.formatting_structure import boxes
from weasyprint.pdf import tags
from weasyprint.pdf.stream import Stream

from dreiebok.press.fitting import unwrap

ROLES = {
    "label": "P", "legend": "P", "header": "Div", "footer": "Div", "nav": "Sect", "aside": "Sect",
    "figure": "Div", "fieldset": "Sect", "form": "Sect",
}  # fmt: skip
"""Structure types for HTML elements that WeasyPrint leaves as NonStruct."""
NUMBERINGS = {
    "disc": "Disc", "circle": "Circle", "square": "Square", "decimal": "Decimal",
    "lower-alpha": "LowerAlpha", "lower-latin": "LowerAlpha", "lower-roman": "LowerRoman",
    "upper-alpha": "UpperAlpha", "upper-latin": "UpperAlpha", "upper-roman": "UpperRoman",
}  # fmt: skip
"""ListNumbering by list-style-type (14.8.5.5); a list with other marks, or none, says None."""
SVG = "{http://www.w3.org/2000/svg}"

_hidden: ContextVar[frozenset[int]] = ContextVar("hidden", default=frozenset())
_original_tree = tags._build_box_tree
_original_tag = tags._get_pdf_tag
_original_marked = Stream.marked


@contextmanager
def complete_tags(document: Any) -> Iterator[None]:
    """Write a laid-out document inside this to get the completed tag tree."""
    hidden: set[int] = set()
    for page in document.pages:
        _find_hidden(page._page_box, False, hidden)
    hidden_before = _hidden.set(frozenset(hidden))
    tags._build_box_tree = _build_box_tree
    tags._get_pdf_tag = _get_pdf_tag
    Stream.marked = _marked
    try:
        yield
    finally:
        tags._build_box_tree = _original_tree
        tags._get_pdf_tag = _original_tag
        Stream.marked = _original_marked
        _hidden.reset(hidden_before)


def _find_hidden(box: Any, inside: bool, hidden: set[int]) -> None:
    """Collect every box below a margin box or an element with aria-hidden."""
    box = unwrap(box)
    element = box.element
    inside = (
        inside
        or isinstance(box, boxes.MarginBox)
        or (element is not None and element.get("aria-hidden") == "true")
    )
    if inside:
        hidden.add(id(box))
    for child in getattr(box, "children", ()):
        _find_hidden(child, inside, hidden)


def _marked(stream: Any, box: Any, tag: str) -> AbstractContextManager[None]:
    if id(box) in _hidden.get():
        artifact: AbstractContextManager[None] = stream.artifact()
        return artifact
    marked: AbstractContextManager[None] = _original_marked(stream, box, tag)
    return marked


def _get_pdf_tag(tag: str | None) -> str:
    return ROLES.get(tag or "") or str(_original_tag(tag))


def _build_box_tree(box: Any, parent: Any, *rest: Any) -> Iterator[Any]:
    inner = unwrap(box)
    if id(inner) in _hidden.get():
        return
    last: Any = None
    for element in _original_tree(box, parent, *rest):
        if last is not None:
            yield last
        last = element
    if last is None:
        return
    # The last element that comes out is the box's own, unless the box has none.
    transparent = isinstance(inner, boxes.PageBox) or inner.element_tag in ("html", "body")
    if not transparent and inner.element is not None:
        _complete(last, inner)
    yield last


def _complete(element: Any, box: Any) -> None:
    html = box.element
    kind = element["S"]
    if language := html.get("lang"):
        element["Lang"] = pydyf.String(language)
    if kind == "/TH":
        scope = "/Row" if (html.get("scope") or "").startswith("row") else "/Column"
        element.setdefault("A", pydyf.Dictionary({"O": "/Table"}))["Scope"] = scope
    elif kind == "/L":
        numbering = NUMBERINGS.get(str(box.style["list_style_type"]), "None")
        element["A"] = pydyf.Dictionary({"O": "/List", "ListNumbering": f"/{numbering}"})
    elif kind == "/Figure" and html.tag == f"{SVG}svg":
        words = [html.findtext(f"{SVG}{name}") or "" for name in ("title", "desc")]
        alternative = ". ".join(word.strip().rstrip(".") for word in words if word.strip())
        if alternative:
            element["Alt"] = pydyf.String(alternative)
