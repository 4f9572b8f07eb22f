"""An organisation's logo, made safe: a drawing of known elements, or pixels drawn anew.

What comes out holds no script, no reference to another file, no metadata. What could do harm is a
problem at its line, so that nobody wonders where a part of the logo went; what draws nothing, such
as an editor's notes, is left out in silence. Opens no file. Alone imports Pillow; lxml is also for
`website/links.py`, which reads pages of ours with it.
"""

import hashlib
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import tinycss2
from lxml import etree
from PIL import Image, UnidentifiedImageError

from dreiebok.problems import Code, Location, Problem, SourceError

MAX_BYTES = 1_000_000
"""A larger file is no logo; it would lie in every page's way and in every PDF."""
MAX_PIXELS = 40_000_000
MAX_SIDE = 1200
"""Pixels of the longer side that are kept: 100 mm at 300 dots an inch."""
MAX_ELEMENTS = 5_000
MAX_DEPTH = 40
_SVG = "http://www.w3.org/2000/svg"
_XLINK = "{http://www.w3.org/1999/xlink}href"
_DRAWS = """svg g defs title desc path rect circle ellipse line polyline polygon linearGradient
radialGradient stop clipPath mask symbol use style"""
_NOTES = frozenset({"metadata"})
_ATTRIBUTES = """id class d x y x1 y1 x2 y2 cx cy r rx ry fx fy width height points viewBox
preserveAspectRatio transform gradientTransform gradientUnits spreadMethod offset clipPathUnits
maskUnits maskContentUnits pathLength version style"""
_STYLES = """fill fill-opacity fill-rule stroke stroke-width stroke-opacity stroke-linecap
stroke-linejoin stroke-miterlimit stroke-dasharray stroke-dashoffset opacity color stop-color
stop-opacity clip-path clip-rule mask display visibility transform enable-background paint-order
vector-effect shape-rendering color-interpolation overflow"""
_KNOWN = {
    name: frozenset(words.split())
    for name, words in (("draws", _DRAWS), ("attributes", _ATTRIBUTES), ("styles", _STYLES))
}
_OWN = re.compile(r"#[^\s\"'()<>]+")
_FETCHES = frozenset({"url", "src", "image", "image-set", "expression", "element"})
_VENDOR = re.compile("^-[a-z]+-")


@dataclass(frozen=True, slots=True)
class Picture:
    """A safe picture: the name under which it is served, its bytes, its width over its height.

    The name holds a fingerprint of the bytes: whatever names the picture changes when it does.
    """

    name: str
    data: bytes
    ratio: float


def clean_picture(data: bytes, file: str, role: str) -> Picture:
    """Return a logo made safe; `role` begins the name under which it is served.

    Raises SourceError (bad-image) with the place in the file of all that is wrong.
    """
    if len(data) > MAX_BYTES:
        raise SourceError(
            _problem(
                f"the picture is larger than {MAX_BYTES // 1000} kB",
                Location(file),
                "Save it smaller: a logo as SVG seldom has more than 50 kB.",
            )
        )
    ending = file.rpartition(".")[2].lower()
    clean, ratio = _clean_svg(data, file) if ending == "svg" else _clean_pixels(data, file)
    digest = hashlib.sha256(clean).hexdigest()[:12]
    return Picture(f"{role}-{digest}.{'svg' if ending == 'svg' else 'png'}", clean, ratio)


def _clean_pixels(data: bytes, file: str) -> tuple[bytes, float]:
    """Return the pixels as a new PNG of a bounded size: nothing else of the file is kept."""
    try:
        with Image.open(io.BytesIO(data), formats=("PNG", "JPEG")) as opened:
            width, height = opened.size
            if width * height > MAX_PIXELS:
                raise SourceError(
                    _problem(
                        f"the picture has {width} × {height} pixels",
                        Location(file),
                        f"Save it with at most {MAX_SIDE} pixels in width and height.",
                    )
                )
            picture = opened.convert("RGBA")
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        raise SourceError(
            _problem(
                "the file is not the picture that its name says",
                Location(file),
                "Save it anew as PNG, JPEG or SVG.",
            )
        ) from None
    picture.thumbnail((MAX_SIDE, MAX_SIDE))
    saved = io.BytesIO()
    picture.save(saved, "PNG", optimize=True)
    return saved.getvalue(), width / height


def _clean_svg(data: bytes, file: str) -> tuple[bytes, float]:
    """Return a new drawing with the known elements of the old one."""
    root = _parse(data, file)
    problems: list[Problem] = []
    if root.tag != f"{{{_SVG}}}svg":
        raise SourceError(
            _problem("the file is no SVG", Location(file), "Save it anew as SVG or PNG.")
        )
    if sum(1 for _ in root.iter()) > MAX_ELEMENTS:
        raise SourceError(
            _problem(
                f"the drawing has more than {MAX_ELEMENTS} elements",
                Location(file),
                "Export a simpler one; a logo has few shapes.",
            )
        )
    _bound_uses(root, file)
    clean = _copied(root, file, problems, 0)
    if problems:
        raise SourceError(*problems)
    assert clean is not None
    ratio = _ratio(root, file)
    # A drawing without a size of its own would be as wide as its place; both renderers need one.
    view = clean.get("viewBox") or f"0 0 {clean.get('width')} {clean.get('height')}"
    clean.set("viewBox", re.sub(r"(px|pt|mm|cm|in|%)", "", view))
    clean.set("width", f"{100 * ratio:.2f}")
    clean.set("height", "100")
    etree.cleanup_namespaces(clean)
    return etree.tostring(clean), ratio


def _parse(data: bytes, file: str) -> Any:
    # No entity is resolved and nothing fetched; the parser itself bounds depth and text.
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, remove_pis=True,
        remove_comments=True, huge_tree=False,
    )  # fmt: skip
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        line, column = getattr(error, "position", (1, 1))
        words = str(getattr(error, "msg", error)).partition(", line")[0]
        at = Location(file, max(1, line or 1), max(1, column or 1))
        raise SourceError(
            _problem(f"the drawing is not XML: {words}", at, "Save it anew as SVG or PNG.")
        ) from None
    declared = root.getroottree().docinfo.internalDTD
    if declared is not None and any(True for _ in declared.iterentities()):
        raise SourceError(
            _problem(
                "the drawing declares entities, which can grow without end",
                Location(file),
                "Export it anew as “plain SVG”.",
            )
        )
    return root


def _copied(element: Any, file: str, problems: list[Problem], depth: int) -> Any:
    """Return a copy with what is allowed, or None; tell what is not."""
    at = Location(file, element.sourceline or 1)
    space, name = _split(element.tag)
    if depth > MAX_DEPTH:
        problems.append(_problem("the drawing is nested too deeply", at, "Export a simpler one."))
        return None
    if space != _SVG or name in _NOTES:
        return None
    if name not in _KNOWN["draws"]:
        problems.append(
            _problem(
                f"the drawing has <{name}>, which a logo may not have",
                at,
                "Export it as “plain SVG” with words as outlines and without linked pictures.",
            )
        )
        return None
    copy = etree.Element(f"{{{_SVG}}}{name}", nsmap={None: _SVG})
    for key, value in element.attrib.items():
        if (kept := _attribute(key, value, at, problems)) is not None:
            copy.set(*kept)
    if name == "style":
        copy.text = _style_sheet(element.text or "", at, problems)
        return copy
    if name in {"title", "desc"}:
        copy.text = "".join(element.itertext())
        return copy
    for child in element:
        if isinstance(child.tag, str):
            inner = _copied(child, file, problems, depth + 1)
            if inner is not None:
                copy.append(inner)
    return copy


def _attribute(
    key: str, value: str, at: Location, problems: list[Problem]
) -> tuple[str, str] | None:
    """Return an attribute that draws, or None; what reaches out of the drawing is a problem."""
    space, name = _split(key)
    if key == _XLINK or (not space and name == "href"):
        if _OWN.fullmatch(value.strip()):
            return "href", value.strip()
        problems.append(
            _problem(
                "the drawing refers to something outside itself",
                at,
                "Put everything into the drawing; a picture in it becomes shapes.",
            )
        )
        return None
    if space:
        return None
    if name.lower().startswith("on"):
        problems.append(
            _problem(f"the drawing has a script: “{name}”", at, "Take the attribute out.")
        )
        return None
    if name == "style":
        return name, _declarations(tinycss2.parse_blocks_contents(value), at, problems)
    if name not in _KNOWN["attributes"] | _KNOWN["styles"]:
        return None
    return (name, value) if _stays(value, at, problems) else None


def _style_sheet(css: str, at: Location, problems: list[Problem]) -> str:
    """Return the rules of a style sheet; one that imports or names other files is a problem."""
    rules = []
    for rule in tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True):
        if rule.type != "qualified-rule":
            word = getattr(rule, "at_keyword", rule.type)
            problems.append(
                _problem(
                    f"the drawing's style sheet has “@{word}”, which a logo may not have",
                    at,
                    "Export it with presentation attributes in place of a style sheet.",
                )
            )
            continue
        _check_depth(rule.prelude, at)
        selector = tinycss2.serialize(rule.prelude).strip()
        inside = _declarations(tinycss2.parse_blocks_contents(rule.content), at, problems)
        if re.fullmatch(r"[\w\s.,#*>-]+", selector):
            rules.append(f"{selector}{{{inside}}}")
    return "".join(rules)


def _declarations(found: Any, at: Location, problems: list[Problem]) -> str:
    kept = []
    for declaration in found:
        if declaration.type != "declaration":
            continue
        _check_depth(declaration.value, at)
        # What ends in the midst of a text sets nothing, and would take what follows into it.
        if any(token.type == "error" for token in _within(declaration.value)):
            continue
        value = tinycss2.serialize(declaration.value).strip()
        if _stays(value, at, problems) and declaration.lower_name in _KNOWN["styles"]:
            kept.append(f"{declaration.lower_name}:{value}")
    return ";".join(kept)


def _stays(value: str, at: Location, problems: list[Problem]) -> bool:
    """Tell whether a value names nothing outside the drawing; escapes are undone before."""
    tokens = tinycss2.parse_component_value_list(value)
    _check_depth(tokens, at)
    for address in _addresses(tokens):
        if not _OWN.fullmatch(address.strip()):
            problems.append(
                _problem(
                    "the drawing refers to something outside itself",
                    at,
                    "Put everything into the drawing; a picture in it becomes shapes.",
                )
            )
            return False
    return "<" not in value


def _addresses(tokens: Any) -> Iterator[str]:
    for token in _within(tokens):
        if token.type == "url":
            yield token.value
        elif token.type == "function" and _VENDOR.sub("", token.lower_name) in _FETCHES:
            words = [part.value for part in _within(token.arguments) if part.type == "string"]
            yield from words or [""]


def _within(tokens: Any) -> Iterator[Any]:
    """Yield every token, and those inside of functions and brackets."""
    for token in tokens:
        yield token
        yield from _within(_inside(token))


def _check_depth(tokens: Any, at: Location) -> None:
    """Refuse a value that is nested deeper than a drawing: what reads it calls itself."""
    inner = tokens
    for _ in range(MAX_DEPTH):
        inner = [part for token in inner for part in _inside(token)]
    if inner:
        raise SourceError(_problem("the drawing is nested too deeply", at, "Export a simpler one."))


def _inside(token: Any) -> Any:
    return getattr(token, "arguments", None) or getattr(token, "content", None) or ()


def _bound_uses(root: Any, file: str) -> None:
    """Refuse drawings whose `use` elements multiply each other, or go in a circle."""
    named = {element.get("id"): element for element in root.iter() if element.get("id")}
    sizes: dict[Any, int] = {}

    def size(element: Any, above: frozenset[Any]) -> int:
        if element in above:
            raise _TooMany
        if element in sizes:
            return sizes[element]
        if len(above) > 2 * MAX_DEPTH:
            raise _TooMany
        inner = frozenset((*above, element))
        total = 1 + sum(size(child, inner) for child in element if isinstance(child.tag, str))
        target = named.get((element.get(_XLINK) or element.get("href") or "").strip()[1:])
        if target is not None and _split(element.tag)[1] == "use":
            total += size(target, inner)
        if total > MAX_ELEMENTS:
            raise _TooMany
        sizes[element] = total
        return total

    try:
        size(root, frozenset())
    except _TooMany:
        raise SourceError(
            _problem(
                "the drawing is nested too deeply, or its copies (<use>) multiply",
                Location(file),
                "Export it anew with copies made into shapes.",
            )
        ) from None


class _TooMany(Exception):
    """The drawing would unfold to more than a logo has."""


def _ratio(root: Any, file: str) -> float:
    """Return width over height, from the view box or else the size."""
    numbers = [float(n) for n in re.findall(r"-?\d+(?:\.\d+)?", root.get("viewBox") or "")[:4]]
    if len(numbers) < 4:
        sizes = [re.match(r"\d+(?:\.\d+)?", root.get(key) or "") for key in ("width", "height")]
        numbers = [0.0, 0.0, *(float(size[0]) if size else 0.0 for size in sizes)]
    if numbers[2] <= 0 or numbers[3] <= 0 or not 1 / 20 <= numbers[2] / numbers[3] <= 20:
        raise SourceError(
            _problem(
                "the drawing does not say how large it is",
                Location(file),
                "Give <svg> a viewBox such as “0 0 300 100”.",
            )
        )
    return numbers[2] / numbers[3]


def _split(tag: str) -> tuple[str, str]:
    """Return the namespace and the local name of a tag or attribute."""
    space, brace, name = tag.rpartition("}")
    return (space[1:], name) if brace else ("", tag)


def _problem(message: str, at: Location, hint: str) -> Problem:
    return Problem(Code.BAD_IMAGE, message, at, hint)
