"""What the press finds wrong with a document: each finding becomes a Problem at the author's line.

Works on HTML elements and on what the renderer has laid out, seen as plain objects; opens nothing.
The line is that of the nearest enclosing element that the sources know by its id.
"""

import logging
from collections.abc import Iterator
from typing import Any

from dreiebok.editions.translating import Grown
from dreiebok.press.acroform import is_field
from dreiebok.press.fitting import Misfit, parse_smallest
from dreiebok.press.values import FieldFacts, PrintDocument
from dreiebok.problems import Code, Location, Problem

LINKS = ("http://", "https://", "mailto:", "#")
"""How the address of a link may begin; a relative one leads nowhere from a PDF."""
TYPED = frozenset({"input", "textarea", "select"})
_IMAGE_FAILED = ("Failed to load image", "Failed to render SVG", "Failed to load inline SVG")
_NO_GLYPH = ".notdef glyph"
_LOOK = "Look at the template and the style sheet of this document."


def place(document: PrintDocument) -> Location:
    """Return where a problem of the whole document is told: its record."""
    return document.place_of(document.record) or Location(document.path)


def _nearest(names: tuple[str, ...], document: PrintDocument) -> Location:
    """Return the place of the last of some elements, one inside the other, that has one."""
    # Asked for problems alone: what is needed to answer is packed.
    found = (document.place_of(name) for name in reversed(names))
    return next(filter(None, found), place(document))


def check_html(root: Any, document: PrintDocument, origin: str) -> Iterator[Problem]:
    """Yield what HTML may not hold if the PDF is to be safe, fillable and conforming.

    `origin` is the made-up address of the assets, which no link may lead to.
    """
    names: dict[str, str | None] = {}

    def walk(element: Any, inside: tuple[str, ...], is_hidden: bool) -> Iterator[Problem]:
        if not isinstance(element.tag, str):
            return
        inside = (*inside, *filter(None, (element.get("name"), element.get("id"))))
        is_hidden = is_hidden or element.get("aria-hidden") == "true"
        for message, hint, code in _faults(element, origin, is_hidden):
            at = _nearest(inside, document)
            yield Problem(code, f"{document.path}: {message}", at, hint)
        if is_field(element) and not _is_good_name(element, names):
            yield Problem(
                Code.DUPLICATE_ID,
                f"{document.path}: “{element.get('name') or ''}” cannot be the name of a form "
                "field, or is used twice",
                _nearest(inside, document),
                "Give every field an id of its own, without periods.",
            )
        for child in element:
            yield from walk(child, inside, is_hidden)

    yield from walk(root, (), False)


def _faults(element: Any, origin: str, is_hidden: bool) -> Iterator[tuple[str, str, Code]]:
    tag, name = element.tag, element.get("name") or ""
    address = element.get("href") if tag in {"a", "area"} else None
    if address is not None and (not address.startswith(LINKS) or address.startswith(origin)):
        hint = "Link to #id, https://, http:// or mailto:."
        yield f"a link leads to “{address}”", hint, Code.UNSAFE_LINK
    if "attachment" in (element.get("rel") or "").lower().split():
        yield "a file would be attached, which PDF/A forbids", _LOOK, Code.RENDER_WARNING
    if is_hidden and (address is not None or tag in TYPED):
        hint = "Take it out of the element with aria-hidden."
        yield "a link or field is hidden from screen readers", hint, Code.RENDER_WARNING
    if tag == "button" or (tag in TYPED and not is_field(element)):
        kind = element.get("type") or tag
        hint = "Use a text, date, checkbox, radio, select or textarea."
        yield f"a form in a PDF cannot have a {kind} (“{name}”)", hint, Code.RENDER_WARNING
    elif tag in TYPED and _is_preset(element):
        hint = "Leave the field empty, or write the words beside it."
        yield f"the value preset in “{name}” would not be shown", hint, Code.RENDER_WARNING
    limit = element.get("data-fit-min")
    if limit is not None and parse_smallest(limit) is None:
        hint = "Give a share of the type size, such as 0.9."
        yield f"“{limit}” is no smallest scale", hint, Code.RENDER_WARNING


def _is_preset(element: Any) -> bool:
    """Tell whether a field begins with typed text or a chosen option, which has no appearance."""
    if element.tag == "textarea":
        return bool("".join(element.itertext()).strip())
    if element.tag == "select":
        return any("selected" in o.attrib and o.get("value") for o in element.iter("option"))
    return element.get("type") not in {"radio", "checkbox"} and bool(element.get("value"))


def _is_good_name(element: Any, names: dict[str, str | None]) -> bool:
    """Tell whether a field may have its name: whole, no period (12.7.3.2), once or in one group."""
    name = element.get("name") or ""
    # Options of one question share a name; None stands for a field that cannot share its own.
    group = element.get("data-group-title", "") if element.get("type") == "radio" else None
    is_first = name not in names
    shares = group is not None and names.get(name) == group
    names.setdefault(name, group)
    return bool(name) and "." not in name and (is_first or shares)


def check_fields(
    root: Any, facts: tuple[FieldFacts, ...], lost: tuple[str, ...], document: PrintDocument
) -> Iterator[Problem]:
    """Yield the fields of the HTML that the PDF lacks, and those of the PDF without a tooltip."""
    made = {fact.name for fact in facts}
    names = dict.fromkeys(e.get("name") or "" for e in root.iter() if is_field(e))
    for name in names:
        if name and name not in made and name not in lost:
            yield Problem(
                Code.RENDER_WARNING,
                f"{document.path}: “{name}” did not become a form field",
                _nearest((name,), document),
                "The style sheet must give it “appearance: auto” and show it.",
            )
    for fact in facts:
        if fact.name and fact.tooltip == fact.name:
            yield Problem(
                Code.RENDER_WARNING,
                f"{document.path}: “{fact.name}” has no tooltip but its name",
                _nearest((fact.name,), document),
                "Give it a title; a group of radio buttons needs data-group-title.",
            )


def check_fit(
    root: Any, misfits: tuple[Misfit, ...], lost: tuple[str, ...], document: PrintDocument
) -> Iterator[Problem]:
    """Yield what does not fit at the smallest type, and what no page has room for.

    In a translation the line is that of the text in its catalog that has grown most.
    """
    for misfit in misfits:
        too_long = (
            "breaks over two pages"
            if misfit.pages == 1
            else f"needs more than {misfit.pages} pages"
        )
        how = too_long if misfit.broken else f"is {misfit.over_mm} mm too large"
        message = f"{document.path}: the text of “{misfit.element}” {how}, at the smallest type too"
        known = _nearest((misfit.element.partition("#")[0],), document)
        longest = _most_grown(root, misfit.element, document.longer)
        if longest is None:
            yield Problem(Code.TEXT_OVERFLOWS, message, known, "Shorten the text.")
            continue
        yield Problem(
            Code.TEXT_OVERFLOWS,
            f"{message}; of its translations “{longest.context}” has grown most, "
            f"by {longest.letters} characters",
            longest.at,
            f"Shorten it, or another text of the same element ({known}). "
            f"It translates {longest.source}.",
        )
    for name in lost:
        yield Problem(
            Code.TEXT_OVERFLOWS,
            f"{document.path}: there is no room left for “{name}”, which would not be shown",
            _nearest((name,), document),
            "Shorten the texts above it, or give the document more pages.",
        )


def _most_grown(root: Any, name: str, grown: tuple[Grown, ...]) -> Grown | None:
    """Return the translation in a box that is longer than its source by most, if there is one."""
    boxes = (element for element in root.iter() if element.get("data-fit") == name)
    shown = " ".join(" ".join("".join(box.itertext()).split()) for box in boxes)
    inside = (one for one in grown if " ".join(one.words.split()) in shown)
    return max(inside, key=lambda one: one.letters, default=None)


def check_glyphs(laid_out: Any, document: PrintDocument) -> Iterator[Problem]:
    """Yield the characters that no font has; known once the PDF is written."""
    for font in laid_out.fonts.values():
        if font.missing:
            shown = ", ".join(sorted(map(_character, font.missing)))
            yield Problem(
                Code.MISSING_GLYPH,
                f"{document.path}: no font has {shown}",
                place(document),
                "Use another character, or add a font that has it.",
            )


def _character(found: object) -> str:
    letter = chr(found) if isinstance(found, int) else str(found)
    return " ".join(f"“{one}” (U+{ord(one):04X})" for one in letter)


def no_font(document: PrintDocument) -> Problem:
    """Return the problem of a document whose style sheets bring no font that can be read."""
    return Problem(
        Code.RENDER_WARNING,
        f"{document.path}: no font at all could be read, so nothing was laid out",
        place(document),
        "Link to fonts.css, and see that its fonts are there.",
    )


def too_much(document: PrintDocument) -> Problem:
    """Return the problem of a document that takes more time, room or depth than one can need."""
    return Problem(
        Code.RENDER_WARNING,
        f"{document.path}: the document takes too much time or memory, so it was broken off",
        place(document),
        "Look for what grows without end in print.css, in a template or in a drawing of images/.",
    )


def check_log(records: list[logging.LogRecord], document: PrintDocument) -> Iterator[Problem]:
    """Yield what the renderer warned of, but for missing glyphs: `check_glyphs` tells them."""
    for message in dict.fromkeys(record.getMessage() for record in records):
        if message.startswith(_NO_GLYPH):
            continue
        is_image = message.startswith(_IMAGE_FAILED)
        yield Problem(
            Code.BAD_IMAGE if is_image else Code.RENDER_WARNING,
            f"{document.path}: {message}",
            place(document),
            "Give the image as SVG or PNG in the edition's folder." if is_image else _LOOK,
        )


def check_refused(addresses: list[str], document: PrintDocument) -> Iterator[Problem]:
    """Yield the addresses that were asked for and not served."""
    for address in dict.fromkeys(addresses):
        yield Problem(
            Code.RENDER_WARNING,
            f"{document.path}: “{address}” was asked for, which is not in the edition's folders",
            place(document),
            "Put the file into the edition's folder; nothing is fetched from elsewhere.",
        )
