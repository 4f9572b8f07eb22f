"""Completes AcroForm fields and document metadata before the PDF is written. Works on pydyf values.

Runs as WeasyPrint's finisher: the field objects are still at hand together with the HTML elements
they came from. Standards: ISO 32000-1, 12.7; PDF/A-2 (ISO 19005-2) 6.4; PDF/UA-1 (ISO 14289-1)
7.18. The HTML convention: `name` is the field's id, `title` its tooltip, `data-kind` its kind,
`data-group-title` the question of a radio group.
"""

from collections.abc import Iterator
from typing import Any

import pydyf

from dreiebok.press.fields import FONT, READ_ONLY, REQUIRED
from dreiebok.press.values import FieldFacts

TYPES = frozenset({"text", "radio", "checkbox", "date", "email", "number", "tel", "time", "url"})
"""Types of an input that a form in a PDF can have; it sends nothing and takes no files."""
BORDER_PT = 0.7
"""A little more than the thickness of a field's box in print/form.css."""


def is_field(element: Any) -> bool:
    """Tell whether an HTML element becomes a field."""
    if element.tag == "input":
        return (element.get("type") or "text").lower() in TYPES
    return element.tag in {"textarea", "select"}


def widgets_of(document: Any) -> Iterator[tuple[Any, Any]]:
    """Yield the box of every field of a laid-out document with its widget annotation."""
    for page in document.pages:
        for inputs in page.forms.values():
            for box, _ in inputs:
                if box.widget_annotation and is_field(box.element):
                    yield box, box.widget_annotation


def finish(document: Any, pdf: Any) -> tuple[FieldFacts, ...]:
    """Mend all fields, links and the metadata stream; return the fields' facts in page order."""
    for entry in pdf.objects:
        if isinstance(entry, pydyf.Stream) and entry.extra.get("Type") == "/Metadata":
            # PDF/A-2, 6.6.2.1: the metadata stream is not filtered.
            entry.compress = False
        elif isinstance(entry, dict) and entry.get("Subtype") == "/Link":
            entry["F"] = 4
    if "AcroForm" not in pdf.catalog:
        return ()
    facts: dict[str, FieldFacts] = {}
    groups: dict[str, Any] = {}
    inner: set[bytes] = set()
    for box, widget in list(widgets_of(document)):
        _normalise(widget)
        if box.element.get("type") == "radio":
            inner.add(bytes(widget.reference))
            inner.update(_join_group(box.element, widget, pdf, groups))
            fact = _finish_radio(box.element, widget, pdf)
        else:
            fact = _finish_field(box, widget, pdf)
        facts.setdefault(fact.name, fact)
    form = pdf.catalog["AcroForm"]
    # WeasyPrint lists a radio group's options beside the group; readers would count them twice.
    form["Fields"] = pydyf.Array(ref for ref in form["Fields"] if bytes(ref) not in inner)
    # Every widget has an appearance now, and PDF/A-2, 6.4.1 forbids the flag.
    form.pop("NeedAppearances", None)
    return tuple(facts.values())


def _finish_field(box: Any, widget: Any, pdf: Any) -> FieldFacts:
    element = box.element
    name = element.get("name") or ""
    tooltip = _tooltip(element, widget) or name
    widget["TU"] = pydyf.String(tooltip)
    flags = int(widget.get("Ff", 0))
    flags |= REQUIRED if "required" in element.attrib else 0
    flags |= READ_ONLY if "readonly" in element.attrib else 0
    if flags:
        widget["Ff"] = flags
    if element.get("type") == "checkbox":
        _add_off_state(widget, pdf)
    else:
        font = FONT.search(_bytes(widget["DA"]))
        assert font, "WeasyPrint wrote a field without a font"
        # Only text operators are allowed here (12.7.3.3); WeasyPrint adds a graphics state.
        widget["DA"] = pydyf.String(b"0 g /%s %s Tf" % (font[1], font[2]))
        if box.style["direction"] == "rtl":
            widget["Q"] = 2
        # A value is drawn on white, so that the lines for a pen do not run through typed words.
        widget["MK"] = pydyf.Dictionary({"BG": pydyf.Array([1, 1, 1])})
        # The white must not cover the box that the style sheet draws around the field.
        left, bottom, right, top = widget["Rect"]
        inside = (left + BORDER_PT, bottom + BORDER_PT, right - BORDER_PT, top - BORDER_PT)
        widget["Rect"] = pydyf.Array(inside)
        widget["AP"] = pydyf.Dictionary({"N": _empty_appearance(widget, pdf, text=True)})
    return FieldFacts(name, tooltip, _kind(element), "required" in element.attrib)


def _join_group(element: Any, widget: Any, pdf: Any, groups: dict[str, Any]) -> Iterator[bytes]:
    """Make one group of a question whose options stand on two pages; yield what it replaces.

    WeasyPrint begins a new group on every page; fields of one name would be one question twice.
    """
    parent = widget["Parent"]
    group = pdf.objects[int(bytes(parent).split()[0])]
    first = groups.setdefault(element.get("name") or "", group)
    if first is group:
        return
    states = widget["AP"]["N"]
    (old,) = states
    new = len(first["Kids"])
    states[new] = states.pop(old)
    if widget["AS"] != "/Off":
        widget["AS"] = first["V"] = f"/{new}"
    first["Opt"].append(group["Opt"][old])
    first["Kids"].append(widget.reference)
    widget["Parent"] = first.reference
    yield bytes(parent)


def _finish_radio(element: Any, widget: Any, pdf: Any) -> FieldFacts:
    name = element.get("name") or ""
    question = element.get("data-group-title") or name
    group = pdf.objects[int(bytes(widget["Parent"]).split()[0])]
    group["TU"] = pydyf.String(question)
    if "required" in element.attrib:
        group["Ff"] = int(group["Ff"]) | REQUIRED
    # A kid with a name of its own would be a field of its own, and the group's value be lost.
    for key in ("T", "FT", "Ff"):
        widget.pop(key, None)
    widget["TU"] = pydyf.String(_tooltip(element, widget) or question)
    _add_off_state(widget, pdf)
    return FieldFacts(name, question, _kind(element), "required" in element.attrib)


def _tooltip(element: Any, widget: Any) -> str:
    """Return the title, or else the label, which WeasyPrint found; it falls back to the name."""
    return str(element.get("title") or widget["TU"].string or "").strip()


def _kind(element: Any) -> str:
    return str(element.get("data-kind") or element.get("type") or element.tag)


def _normalise(widget: Any) -> None:
    x1, y1, x2, y2 = widget["Rect"]
    widget["Rect"] = pydyf.Array([min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2)])


def _add_off_state(widget: Any, pdf: Any) -> None:
    widget["AP"]["N"]["Off"] = _empty_appearance(widget, pdf, text=False)


def _empty_appearance(widget: Any, pdf: Any, *, text: bool) -> bytes:
    x1, y1, x2, y2 = widget["Rect"]
    content = [b"/Tx BMC EMC"] if text else [b""]
    stream = pydyf.Stream(
        content,
        {
            "Type": "/XObject",
            "Subtype": "/Form",
            "BBox": pydyf.Array([0, 0, x2 - x1, y2 - y1]),
            "Resources": pydyf.Dictionary(),
        },
    )
    pdf.add_object(stream)
    return bytes(stream.reference)


def _bytes(value: Any) -> bytes:
    string = value.string
    return string if isinstance(string, bytes) else string.encode("latin-1")
