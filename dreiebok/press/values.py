"""What passes through the press: a PrintDocument goes in, a PressedPdf comes out.

Both are plain values that cross to worker processes and back.
"""

import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from dreiebok.editions.packing import unpack_values
from dreiebok.editions.translating import Grown
from dreiebok.model.organisations import Paper
from dreiebok.problems import Location, Problem

BLEED_PT = 8.504
"""3 mm, which print shops ask for; what CSS calls bleed has room for the crop marks too."""
CONFORMANCE = ("PDF/A-2a", "PDF/UA-1")
"""What every PDF that is made of HTML conforms to."""
WITH_BLEED = "bleed"
"""The layout of a piece that is to be seen with what was cropped."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A finished PDF, by path, whose pages go into another one: as they are, or on sheets.

    `layout` names how pages are laid on sheets, such as 4up, or that they are shown with their
    bleed; without it a page stays a page.
    """

    path: str
    layout: str = ""
    copies: int = 1


@dataclass(frozen=True, slots=True)
class Printing:
    """How an edition is to be printed.

    `start` is when meetings begin, in minutes from midnight; without it clocks run from 0:00.
    `participants` is the number of forms in a meeting kit where a script names none. `pages` says
    where the hosted guide shows an element; what is not in it gets no QR code. `look` is that of
    its documents.
    """

    start: int | None = None
    participants: int = 6
    paper: Paper = Paper.A4
    pages: Mapping[str, str] = field(default_factory=dict)
    look: str = ""


@dataclass(frozen=True, slots=True)
class PrintDocument:
    """A document to be pressed: whole HTML with language, title and links to its style sheets.

    `path` is relative to the language's site: print/mestringsgruppe/loggskjema.pdf. `kind` is that
    of the manifest. A document that is put together of the pages of others has `pieces` instead of
    HTML. Of one that is `cropped`, bleed and crop marks lie out of sight, outside the paper
    (`bleeding.py` shows them). `usual` is what most people print; variants for few are not.
    `beside` is the locale of the second language of a document in two. `files` are an
    organisation's logo and fonts by their path from the style sheets; their names in the HTML
    change with them. A build holds all of its documents at once and sends them to workers, so the
    HTML is `packed` until it is asked for, and so is what only problems are told with: `locations`
    of its elements, and translations that have `grown`, by record. `look` is a fingerprint of
    all templates, style sheets and fonts: what is of another look shares no fonts with it.
    """

    path: str
    kind: str
    title: str
    locale: str
    programme: str
    record: str
    packed: bytes
    pieces: tuple[Piece, ...] = ()
    cropped: bool = False
    usual: bool = True
    beside: str = ""
    files: Mapping[str, bytes] = field(default_factory=dict)
    locations: bytes = b""
    grown: tuple[bytes, ...] = ()
    look: str = ""

    @property
    def html(self) -> str:
        """The whole HTML; none where it is put together of others, or only listed."""
        return zlib.decompress(self.packed).decode() if self.packed else ""

    def place_of(self, element: str) -> Location | None:
        """Return where an element stands in the sources, if it is one of theirs."""
        places: Mapping[str, Location] = unpack_values(self.locations) or {}
        return places.get(element)

    @property
    def longer(self) -> tuple[Grown, ...]:
        """The translations that may stand in it and are longer than their source.

        One of them is why it overflows.
        """
        return tuple(one for record in self.grown for one in unpack_values(record))

    @property
    def address(self) -> str:
        """The path in the whole site: nb/print/mestringsgruppe/loggskjema.pdf."""
        return f"{self.locale}/{self.path}"

    @property
    def needs(self) -> frozenset[str]:
        """The addresses of the PDFs whose pages it is put together of."""
        return frozenset(f"{self.locale}/{piece.path}" for piece in self.pieces)


def pack(html: str) -> bytes:
    """Return HTML in the room that a PrintDocument gives it: an eighth, at no cost to speak of."""
    return zlib.compress(html.encode(), level=1) if html else b""


@dataclass(frozen=True, slots=True)
class FieldFacts:
    """One AcroForm field as it stands in the PDF."""

    name: str
    tooltip: str
    kind: str
    required: bool


@dataclass(frozen=True, slots=True)
class PressedPdf:
    """A finished PDF with what the manifest tells of it. Sizes are in mm.

    Without data there are only the problems that kept the document from being laid out; none where
    those are told of another, of whose pages it is made. `form` is the map of its fields for a
    browser (`formmap.py`), where one may fill them in.
    """

    data: bytes
    pages: int
    trim_mm: tuple[float, float]
    bleed_mm: float
    conformance: tuple[str, ...]
    fields: tuple[FieldFacts, ...]
    problems: tuple[Problem, ...] = ()
    form: Mapping[str, Any] = field(default_factory=dict)


def no_pdf(problems: tuple[Problem, ...] = ()) -> PressedPdf:
    """Return what there is of a document that cannot be laid out: its problems, no pages."""
    return PressedPdf(b"", 0, (0.0, 0.0), 0.0, (), (), problems)
