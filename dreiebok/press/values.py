"""What passes through the press: a PrintDocument goes in, a PressedPdf comes out.

Both are plain values that cross to worker processes and back.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from dreiebok.problems import Location, Problem


@dataclass(frozen=True, slots=True)
class PrintDocument:
    """A document to be pressed: whole HTML with language, title and links to its style sheets.

    `path` is relative to the language's site: print/mestringsgruppe/loggskjema.pdf. `kind` is that
    of the manifest. `imposition` names a layout (such as 4up) when the PDF is made from that of
    the document `imposed_from`, a path; then `html` is empty.
    """

    path: str
    kind: str
    title: str
    locale: str
    programme: str
    record: str
    html: str
    imposed_from: str = ""
    imposition: str = ""
    element_locations: Mapping[str, Location] = field(default_factory=dict)


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

    Without data there is only the problem that kept the document from being laid out.
    """

    data: bytes
    pages: int
    trim_mm: tuple[float, float]
    bleed_mm: float
    conformance: tuple[str, ...]
    fields: tuple[FieldFacts, ...]
    problems: tuple[Problem, ...] = ()
