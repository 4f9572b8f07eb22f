"""Filled PDFs to fields: names, values and options as they stand in the file, whoever saved it.

A file comes from someone we may not know, so everything is bounded: what streams may unpack to, how
many fields there are and how deep they hang. ISO 32000-1, 12.7 says how fields are built.
"""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pikepdf
from pikepdf import settings

from dreiebok.problems import STEERING, Code, Location, Problem, SourceError

MOST_BYTES = 20_000_000
"""A form is 30 to 300 KB; a scanned one, which has no fields, may have ten MB."""
MOST_FIELDS = 2_000
MOST_PAGES = 200
MOST_STREAMS = 50
"""Answers that stand in a stream of their own; no program that was tried writes even one."""
DEEPEST = 32
LONGEST = 100_000
"""Characters of an answer; what is longer is cut, and has never been seen."""
MOST_LETTERS = 5_000_000
"""Of all names, answers and options together: one text of a file can be named by all fields."""
_OPTION = 20
"""What an option counts beside its letters: an empty one takes time too."""
_LIMITS: dict[str, Any] = {
    "flate_max_memory": 2_000_000,
    "run_length_max_memory": 2_000_000,
    "png_max_memory": 2_000_000,
    "parser_max_container_size": 100_000,
    "doc_max_warnings": 200,
}
"""What pikepdf may unpack or go through; a bomb ends as a damaged file."""
_SAVE_AGAIN = "Ask for the PDF once more, saved with “Save” in a PDF reader."


@dataclass(frozen=True, slots=True)
class PdfField:
    """A field as it stands: its type (Tx, Btn, Ch), the value or state, and its options' words."""

    name: str
    type: str
    value: str
    options: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PdfForm:
    """A PDF that could be opened: its title and its fields; `doubled` are names used twice."""

    title: str
    fields: tuple[PdfField, ...]
    doubled: tuple[str, ...] = ()


def read_form(data: bytes, file: str) -> PdfForm:
    """Return the fields of a PDF; `file` is its name in messages.

    Raises SourceError: not-a-pdf, encrypted-pdf or pdf-limit.
    """
    if len(data) > MOST_BYTES:
        raise SourceError(too_large(file, len(data)))
    if b"%PDF-" not in data[:1024]:
        what = "the file is empty" if not data else "this is not a PDF"
        raise SourceError(Problem(Code.NOT_A_PDF, what, Location(file), _SAVE_AGAIN))
    try:
        with _limited(), pikepdf.open(io.BytesIO(data)) as pdf:
            about: Any = pdf.trailer.get("/Info")
            title = _words(about.get("/Title")) if _is_dictionary(about) else ""
            return _gathered(title, _fields(pdf, file))
    except pikepdf.PasswordError as error:
        message = "the file is encrypted with a password"
        hint = "Ask for the PDF without a password."
        raise SourceError(Problem(Code.ENCRYPTED_PDF, message, Location(file), hint)) from error
    except (pikepdf.PdfError, RuntimeError, ValueError, TypeError, AttributeError) as error:
        # pikepdf tells of an object that is something else than the standard says by all of these.
        message = "the PDF is damaged and cannot be read"
        raise SourceError(Problem(Code.NOT_A_PDF, message, Location(file), _SAVE_AGAIN)) from error


def too_large(file: str, size: int) -> Problem:
    """Return the problem of a file that is larger than a form can be."""
    message = f"the file has {size / 1e6:.0f} MB; a form has at most {MOST_BYTES / 1e6:.0f}"
    return Problem(Code.PDF_LIMIT, message, Location(file), "Is it a filled form? Take it out.")


@contextmanager
def _limited() -> Iterator[None]:
    """Hold pikepdf to our limits, which are those of the process, for a while."""
    before: dict[str, Any] = settings.set_qpdf_limits(**_LIMITS)
    try:
        yield
    finally:
        settings.set_qpdf_limits(**before)


def _gathered(title: str, fields: Iterator[PdfField]) -> PdfForm:
    found: dict[str, PdfField] = {}
    doubled: dict[str, None] = {}
    for field in fields:
        known = found.setdefault(field.name, field)
        if known is not field and known.value != field.value:
            doubled[field.name] = None
    return PdfForm(title, tuple(found.values()), tuple(doubled))


@dataclass(frozen=True, slots=True)
class _Branch:
    """A node of the tree of fields with what it inherits (12.7.3.1)."""

    node: Any
    name: str
    type: str = ""
    value: Any = None
    options: Any = None
    depth: int = 0


def _fields(pdf: pikepdf.Pdf, file: str) -> Iterator[PdfField]:
    """Yield the terminal fields, those on a page that the list of fields has lost too."""
    acroform: Any = pdf.Root.get("/AcroForm")
    listed = _items(acroform.get("/Fields") if _is_dictionary(acroform) else None)
    branches = [_Branch(node, "") for node in (*listed, *_roots_of_widgets(pdf))]
    branches.reverse()
    seen: set[tuple[int, int]] = set()
    count = streams = letters = 0
    known = _Known()
    while branches:
        branch = branches.pop()
        node = branch.node
        if not _is_dictionary(node) or (node.is_indirect and node.objgen in seen):
            continue
        seen.add(node.objgen)
        count += 1
        if count > MOST_FIELDS or branch.depth > DEEPEST:
            raise SourceError(_too_much(file))
        title = node.get("/T")
        own = known.words(title) if isinstance(title, pikepdf.String) else ""
        value = node.get("/V", branch.value)
        if isinstance(value, pikepdf.Stream):
            # A long text may stand in a stream (12.7.4.3).
            streams += 1
            few = streams <= MOST_STREAMS
            value = pikepdf.String(value.read_bytes()[: 4 * LONGEST]) if few else None
        # Read where it stands: thousands of fields may inherit it.
        value = known.words(value)
        here = _Branch(
            node,
            f"{branch.name}.{own}" if branch.name and own else own or branch.name,
            _words(node.get("/FT")).lstrip("/") or branch.type,
            value,
            node.get("/Opt", branch.options),
            branch.depth + 1,
        )
        kids = [kid for kid in _items(node.get("/Kids")) if _is_dictionary(kid)]
        inner = [kid for kid in kids if "/T" in kid]
        if inner:
            parts = (here.name, here.type, here.value, here.options, here.depth)
            branches.extend(_Branch(kid, *parts) for kid in reversed(inner))
        elif here.name:
            seen.update(kid.objgen for kid in kids if kid.is_indirect)
            field = _field(here, kids, known, MOST_LETTERS - letters)
            letters += (
                len(field.name)
                + len(field.value)
                + sum(len(option) + _OPTION for option in field.options)
            )
            if letters > MOST_LETTERS:
                raise SourceError(_too_much(file))
            yield field


def _too_much(file: str) -> Problem:
    message = f"the form has more than {MOST_FIELDS} fields, or fields too deep or too long"
    hint = "Is it a form of this handbook? Take the file out."
    return Problem(Code.PDF_LIMIT, message, Location(file), hint)


def _field(branch: _Branch, widgets: list[Any], known: "_Known", most: int) -> PdfField:
    """Return a field; of its options, as many as have `most` letters together, and one more."""
    value = _words(branch.value).removeprefix("/") if branch.type == "Btn" else _words(branch.value)
    if branch.type == "Btn" and value in {"", "Off"}:
        # Some programs set only the appearance state of the widget (12.7.4.2.3).
        states = (_words(w.get("/AS")).removeprefix("/") for w in (branch.node, *widgets))
        value = next((state for state in states if state not in {"", "Off"}), "")
    options = []
    for option in _items(branch.options):
        # An option of a list can be a pair of export value and words (12.7.4.4).
        pair = _items(option)
        options.append(known.words(pair[0] if pair else option))
        most -= len(options[-1]) + _OPTION
        if most < 0:
            break
    return PdfField(branch.name, branch.type, value, tuple(options))


def _roots_of_widgets(pdf: pikepdf.Pdf) -> Iterator[Any]:
    """Yield the topmost field of every widget on a page, as many as there may be and some more."""
    count = 0
    known: set[tuple[int, int]] = set()
    for number, page in enumerate(pdf.pages):
        if number >= MOST_PAGES:
            return
        for widget in _items(page.obj.get("/Annots")):
            if not _is_dictionary(widget) or _words(widget.get("/Subtype")) != "/Widget":
                continue
            count += 1
            # Pages can share their widgets, and each can hang deep.
            if count > 2 * MOST_FIELDS:
                return
            if widget.is_indirect and widget.objgen in known:
                continue
            known.add(widget.objgen)
            node = widget
            for _ in range(DEEPEST):
                parent = node.get("/Parent")
                if not _is_dictionary(parent):
                    break
                node = parent
            yield node


class _Known(dict[tuple[int, int], str]):
    """The words of objects that have a number, each read once, however many fields name it."""

    def words(self, value: Any) -> str:
        """Return the words of a string, a name or nothing."""
        if not isinstance(value, pikepdf.Object) or not value.is_indirect:
            return _words(value)
        if value.objgen not in self:
            self[value.objgen] = _words(value)
        return self[value.objgen]


def _is_dictionary(value: Any) -> bool:
    return isinstance(value, pikepdf.Dictionary)


def _items(value: Any) -> list[Any]:
    """Return the items of an array, as many as there may be fields; of anything else none."""
    if not isinstance(value, pikepdf.Array):
        return []
    return [value[n] for n in range(min(len(value), MOST_FIELDS + 1))]


def _words(value: Any) -> str:
    """Return a string, or a name with its slash, as plain words."""
    if isinstance(value, pikepdf.Array):
        # The choices of a list that allows several: the first.
        value = value[0] if len(value) else None
    if not isinstance(value, pikepdf.String | pikepdf.Name | str):
        return ""
    return clean(str(value)[:LONGEST]).strip()


def clean(words: str) -> str:
    """Return a stranger's text without what could steer a terminal, a file or the reading order."""
    lines = words.replace("\r\n", "\n").replace("\r", "\n")
    return STEERING.sub("\N{REPLACEMENT CHARACTER}", lines).encode("utf-8", "replace").decode()
