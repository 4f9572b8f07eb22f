"""Lays a document out, and again in smaller type what does not fit, while it may shrink.

A deck of cards is laid out whole once. Of a card that is too full only its own pages are laid out
again, and take the place of the old ones: that needs a fifth of the time, and what comes out is the
same. Where a page could depend on others, since it has a number say, all are laid out again. Works
on WeasyPrint's laid-out boxes, seen as plain objects.
"""

import re
from collections.abc import Collection, Iterator
from typing import Any

from dreiebok.press.fitting import Misfit, find_misfits, smallest_scales, unwrap

_DEPENDENT = re.compile(
    r"counter|string-set|string\(|target-|footnote|leader\(|@page[^{]*:|:\s*(?:fixed|running\()",
    re.IGNORECASE,
)
"""What makes a page depend on those before it, or on how many there are (CSS GCPM 3)."""
_GEOMETRY = (
    "position_x", "position_y", "width", "margin_top", "margin_bottom", "padding_top",
    "padding_bottom", "border_top_width", "border_bottom_width",
)  # fmt: skip
"""What two pages have in common if one may take the place of the other."""


def lay_out_to_fit(
    html: Any, styles: Collection[str], **options: Any
) -> tuple[Any, tuple[Misfit, ...]]:
    """Return the laid-out pages of a document, and what still does not fit.

    `html` is a weasyprint.HTML, and `options` are for its `render`. `styles` are the style sheets
    that it asks for, which may be known only when it is laid out. `data-fit-min` says how small the
    type of an element may become (`fitting`).
    """
    root = html.etree_element
    scale: dict[str, float] = {}
    smallest = smallest_scales(root)
    fitted: dict[str, list[Any]] = {}
    for element in root.iter():
        if isinstance(element.tag, str) and (name := element.get("data-fit")):
            fitted.setdefault(name, []).append(element)
    laid_out = html.render(**options)
    while True:
        misfits = find_misfits(laid_out, root) if fitted else ()
        again = [m for m in misfits if scale.get(m.element, 1.0) > smallest[m.element]]
        if not again:
            return laid_out, misfits
        for misfit in again:
            tried = scale.get(misfit.element, 1.0) * misfit.next_scale
            scale[misfit.element] = max(tried, smallest[misfit.element])
            for element in fitted[misfit.element]:
                style = element.get("style", "").partition("/*k*/")[0]
                element.set("style", f"{style}/*k*/;--k:{scale[misfit.element]:.4f}")
        renewed = None
        # What is left of a box that broke lies on a page of others.
        if not any(m.broken for m in again) and not _is_dependent(root, styles):
            changed = {element for misfit in again for element in fitted[misfit.element]}
            renewed = _renew(html, laid_out, changed, options)
        laid_out = renewed or html.render(**options)


def _is_dependent(root: Any, styles: Collection[str]) -> bool:
    """Tell whether a page of a document may depend on others."""
    return any(_DEPENDENT.search(words) for words in (*styles, *_own_styles(root)))


def _renew(html: Any, laid_out: Any, changed: set[Any], options: dict[str, Any]) -> Any:
    """Return a document with the pages of some elements made anew, or None if they have no own."""
    body = html.etree_element.find("body")
    parts = [child for child in body if isinstance(child.tag, str)]
    shown = [part for part in parts if not changed.isdisjoint(part.iter())]
    hidden = [part for part in parts if part not in shown]
    before = _pages_of(laid_out, shown)
    if not hidden or before is None:
        return None
    styles = [(part, part.get("style")) for part in hidden]
    for part, style in styles:
        part.set("style", f"{style or ''};display:none!important")
    try:
        renewed = html.render(**options)
    finally:
        for part, style in styles:
            part.attrib.pop("style")
            if style is not None:
                part.set("style", style)
    after = _pages_of(renewed, shown)
    if after is None or any(
        len(before[part]) != len(after[part])
        # Room above the first page of all, say.
        or any(map(_differ, before[part], after[part]))
        for part in shown
    ):
        return None
    new = {
        id(old): page for part in shown for old, page in zip(before[part], after[part], strict=True)
    }
    return laid_out.copy([new.get(id(page), page) for page in laid_out.pages])


def _pages_of(document: Any, parts: list[Any]) -> dict[Any, list[Any]] | None:
    """Return the pages of each part of the body, or None if one shares a page or has none."""
    found: dict[Any, list[Any]] = {part: [] for part in parts}
    for page in document.pages:
        here = {unwrap(box).element for box in _frames(page)[-1].children}
        if not here.isdisjoint(parts):
            if len(here) > 1:
                return None
            found[here.pop()].append(page)
    return found if all(found.values()) else None


def _differ(one: Any, other: Any) -> bool:
    """Tell whether what two pages have around their content differs."""
    return any(
        getattr(box, key, None) != getattr(counterpart, key, None)
        for box, counterpart in zip(_frames(one), _frames(other), strict=True)
        for key in _GEOMETRY
    )


def _frames(page: Any) -> tuple[Any, Any, Any]:
    """Return the boxes of a page, of its root element and of its body."""
    leaf = page._page_box
    root = next(box for box in leaf.children if box.element_tag == "html")
    body = next((box for box in root.children if box.element_tag == "body"), root)
    return leaf, root, body


def _own_styles(root: Any) -> Iterator[str]:
    """Yield the style sheets and styles in a document itself."""
    for element in root.iter():
        if element.tag == "style":
            yield element.text or ""
        if isinstance(element.tag, str) and (style := element.get("style")):
            yield style
