"""Finds text that does not fit: overflow of a box, or a box that broke over pages. Never clipped.

An element with `data-fit` holds a height that its content must not exceed, or with
`data-fit-pages` may go over so many pages; its value is an element id, so that a problem can name
the line of the source. `--k` (1 and below) scales its type; `shrinking.py` lowers it step by step
down to `data-fit-min` (on the element or one around it), and only then is it a problem. Works on
WeasyPrint's laid-out boxes, seen as plain objects.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from dreiebok.press.units import PX_PER_MM

TOLERANCE_PX = 0.5
"""What is too large by less than this is no misfit."""
STEP = 0.96
"""Each try makes the type at least this much smaller."""
SMALLEST = 0.86
"""The smallest scale where an element does not name its own."""


@dataclass(frozen=True, slots=True)
class Misfit:
    """An element whose content is too large; `over_mm` is by how much, 0 where it broke.

    `share` is how much of the content's height there is room for, `pages` over how many pages it
    may go.
    """

    element: str
    over_mm: float
    broken: bool
    share: float = 1.0
    pages: int = 1

    @property
    def next_scale(self) -> float:
        """What to multiply the type with for the next try: smaller type also breaks fewer lines."""
        return float(min(STEP, self.share**0.7))


def find_misfits(document: Any, root: Any) -> tuple[Misfit, ...]:
    """Return every element with data-fit whose content does not fit, or is lost, in page order."""
    found: dict[str, Misfit] = {}
    # Two elements may have the same name, the front and the back of a card say: that breaks none.
    pieces: Counter[Any] = Counter()
    for page in document.pages:
        for box in _fit_boxes(page._page_box):
            name = box.element.get("data-fit")
            pieces[box.element] += 1
            if box.element.get("data-fit-pages"):
                continue
            over = max(_excesses(box), default=0.0)
            if over > TOLERANCE_PX:
                share = box.height / (box.height + over)
                misfit = Misfit(name, round(over / PX_PER_MM, 1), False, share)
                found[name] = max(found.get(name, misfit), misfit, key=lambda m: m.over_mm)
    for element, count in pieces.items():
        most = int(element.get("data-fit-pages") or 1)
        if count > most:
            name = element.get("data-fit")
            found.setdefault(name, Misfit(name, 0.0, True, pages=most))
    lost = set(find_lost(document, root))
    for element in root.iter() if lost else ():
        name = element.get("data-fit")
        if name and any(label(inner) in lost for inner in element.iter()):
            found.setdefault(name, Misfit(name, 0.0, True))
    return tuple(found.values())


def smallest_scales(root: Any) -> dict[str, float]:
    """Return the smallest scale of the type by the name in data-fit."""
    found: dict[str, float] = {}

    def walk(element: Any, inherited: float) -> None:
        if isinstance(element.tag, str):
            own = parse_smallest(element.get("data-fit-min") or "")
            inherited = inherited if own is None else own
            if name := element.get("data-fit"):
                found[name] = inherited
        for child in element:
            walk(child, inherited)

    walk(root, SMALLEST)
    return found


def parse_smallest(words: str) -> float | None:
    """Return a scale above 0 and up to 1, or None if the words are none."""
    try:
        scale = float(words)
    except ValueError:
        return None
    return scale if 0 < scale <= 1 else None


def find_lost(document: Any, root: Any) -> tuple[str, ...]:
    """Return the ids and field names in the HTML that no page shows.

    WeasyPrint drops what is left of a box with a fixed height at the end of a page.
    """
    shown: set[int] = set()
    for page in document.pages:
        _collect(page._page_box, shown)
    lost = []
    for element in root.iter():
        name = label(element)
        if name and id(element) not in shown:
            lost.append(name)
    return tuple(dict.fromkeys(lost))


def label(element: Any) -> str | None:
    """Return the id or field name of an element that must be shown somewhere."""
    if not isinstance(element.tag, str) or element.tag.startswith("{"):
        return None  # Inside a drawing there are no boxes.
    return element.get("id") or (element.get("name") if element.get("data-kind") else None)


def _collect(box: Any, shown: set[int]) -> None:
    box = unwrap(box)
    if box.element is not None:
        shown.add(id(box.element))
    for child in getattr(box, "children", ()):
        _collect(child, shown)


def unwrap(box: Any) -> Any:
    """Return the absolutely placed box that a placeholder in the flow stands for, or the box."""
    return getattr(box, "_box", box)


def _fit_boxes(box: Any) -> Iterator[Any]:
    box = unwrap(box)
    if box.element is not None and box.element.get("data-fit"):
        yield box
        return
    for child in getattr(box, "children", ()):
        yield from _fit_boxes(child)


def _excesses(box: Any) -> Iterator[float]:
    """Yield how far, in px, what is inside goes below a box, or past the end of its lines."""
    left = box.content_box_x()
    right = left + box.width
    bottom = box.content_box_y() + box.height
    leftwards = box.style["direction"] == "rtl"
    for inner in _inside(box):
        begin = inner.position_x + (inner.margin_left or 0)
        end = inner.position_x + inner.margin_width() - (inner.margin_right or 0)
        low = inner.position_y + inner.margin_height() - (inner.margin_bottom or 0)
        yield max(left - begin if leftwards else end - right, low - bottom)


def _inside(box: Any) -> Iterator[Any]:
    """Yield everything inside a box that has a size."""
    for child in getattr(box, "children", ()):
        child = unwrap(child)
        if isinstance(child.width, float | int) and isinstance(child.height, float | int):
            yield child
        yield from _inside(child)
