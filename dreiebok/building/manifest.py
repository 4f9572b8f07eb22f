"""`site/manifest.json`: a promise to other programs about what a build has left.

Its JSON Schema is `schemas/manifest.json`, generated from the classes below; `docs/manifest.md`
explains it. A change that breaks readers raises the number in `schema`.
"""

import hashlib
import re
from collections.abc import Iterable
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

_IDS = re.compile(rb"""\sid=(?:"([^"]+)"|([^\s>"']+))""")


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class FormField(_Part):
    """One AcroForm field of a PDF."""

    name: str
    tooltip: str
    kind: str
    required: bool


class Artefact(_Part):
    """One page or PDF."""

    path: str = Field(description="Relative to the manifest, with slashes.")
    kind: Literal[
        "page", "meeting", "script", "cards", "poster", "booklet", "handbook", "form", "kit",
        "canvas", "survey",
    ]  # fmt: skip
    locale: str
    beside: str | None = Field(
        default=None, description="PDF in two languages: the locale of the second."
    )
    programme: str | None = None
    id: str | None = Field(default=None, description="Id of the record that it is about.")
    title: str
    sha256: str
    bytes: int
    elements: tuple[str, ...] = Field(description="Ids of the elements found in it.")
    pages: int | None = Field(default=None, description="PDF: number of pages.")
    trim_mm: tuple[float, float] | None = Field(default=None, description="PDF: width and height.")
    bleed_mm: float | None = None
    conformance: tuple[str, ...] | None = Field(default=None, description="PDF: such as PDF/UA-1.")
    fields: tuple[FormField, ...] | None = None


class EditionFacts(_Part):
    """Which edition was built."""

    title: str
    organisation: str | None = None
    base_version: str
    date: str
    languages: tuple[str, ...]


class Manifest(_Part):
    """The whole manifest."""

    schema_version: Literal[1] = Field(default=1, alias="schema")
    generator: str
    edition: EditionFacts
    artefacts: tuple[Artefact, ...]

    def to_json(self) -> bytes:
        """Return the file's bytes, the same for the same build."""
        # Not model_dump_json, which holds it all as text besides.
        writer = TypeAdapter(type(self))
        return writer.dump_json(self, indent=1, by_alias=True, exclude_none=True) + b"\n"


def ids_in(html: bytes) -> frozenset[str]:
    """Return every id that stands in a page's HTML."""
    return frozenset((a or b).decode() for a, b in _IDS.findall(html))


def elements_in(html: bytes, known: Iterable[str]) -> tuple[str, ...]:
    """Return the known element ids that are anchors of a page, sorted."""
    return tuple(sorted(ids_in(html).intersection(known)))


def sha256(data: bytes) -> str:
    """Return the digest as the manifest gives it."""
    return hashlib.sha256(data).hexdigest()
