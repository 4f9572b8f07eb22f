"""The whole: programmes, glossary, sources, and the Handbook that holds every record."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date as Date
from typing import Annotated, Literal

from pydantic import Field

from dreiebok.model.base import (
    Basis,
    DoorRef,
    FigureRef,
    FormRef,
    Id,
    Node,
    PageRef,
    Record,
    ScriptRef,
    SourceRef,
    Text,
    Verbatim,
)
from dreiebok.model.chapters import Chapter, Pitfalls, Rules, Table
from dreiebok.model.figures import Figure
from dreiebok.model.forms import Form, Survey
from dreiebok.model.releases import Release
from dreiebok.model.scripts import Script
from dreiebok.model.terms import Terms


class Fact(Node):
    """A line of the box “in short” on a programme's first page."""

    title: Text
    text: Text
    basis: Basis | None = None


class Menu(Node):
    """A group of pages in a programme's navigation."""

    title: Text
    pages: tuple[PageRef, ...] = Field(min_length=1)


class Door(Node):
    """A way into the handbook for those who come with the same errand; it has a page of its own."""

    id: Id
    title: Text = Field(description="Who comes this way, in the reader's own words.")
    text: Text = Field(description="What the reader finds there, in one sentence.")
    also: tuple[PageRef, ...] = Field(
        (), description="Pages that everybody needs who comes this way, whatever the programme."
    )


class Behind(Node):
    """What a programme has for those who come through one of the handbook's doors."""

    door: DoorRef
    title: Text | None = Field(None, description="The door's words, where it is another here.")
    pages: tuple[PageRef, ...] = Field(
        min_length=1, description="The pages they need, the most needed first."
    )


class Programme(Record):
    """One facilitated-group method. Records belong to it by the prefix of their ids."""

    kind: Literal["programme"]
    prefix: Id
    order: int = Field(ge=1, description="Its place among the programmes.")
    accent: Annotated[str, Field(pattern="^#[0-9A-Fa-f]{6}$")]
    lead: Text = Field(description="What it is, in two sentences.")
    invitation: Text | None = Field(
        None, description="Words of the button to its scripts; without them, to run a meeting."
    )
    situations: tuple[Text, ...] = Field(
        (), description="When to choose it: what readers can say of themselves."
    )
    facts: tuple[Fact, ...] = Field(
        (), description="For whom, how many, how long; those three come first."
    )
    script: ScriptRef | None = Field(
        None, description="The script of its meetings, where it has several scripts."
    )
    form: FormRef | None = Field(
        None, description="The form that comes with each meeting, where it has several forms."
    )
    figure: FigureRef | None = None
    source: SourceRef | None = None
    doors: tuple[Behind, ...] = Field((), description="What lies behind the handbook's doors.")
    menu: tuple[Menu, ...] = Field(min_length=1)


class Term(Node):
    """A word of the trade, explained."""

    id: Id
    term: Text
    forms: tuple[Verbatim, ...] = Field((), description="Its inflected forms.")
    synonyms: tuple[Text, ...] = Field(
        (), description="Other words for it that readers search for; nothing shows them."
    )
    text: Text


class Glossary(Record):
    """The words of a programme, or those that all share."""

    kind: Literal["glossary"]
    terms: tuple[Term, ...] = Field(min_length=1)


class Source(Node):
    """A publication that the handbook rests on."""

    id: Id
    authors: Verbatim
    year: int | None = Field(None, ge=1800, le=2100)
    title: Verbatim | None = Field(
        None, description="Left out where it is not known; never guessed."
    )
    publisher: Verbatim | None = None
    note: Text | None = Field(None, description="What it is used for, or what is uncertain.")


class Sources(Record):
    """A list of publications."""

    kind: Literal["sources"]
    lead: Text | None = None
    uses: tuple[SourceRef, ...] = Field(
        (), description="Ids of publications of other lists that this programme uses too."
    )
    sources: tuple[Source, ...] = ()


class Book(Record):
    """The handbook itself: what stands on its cover, and which edition this is."""

    kind: Literal["handbook"]
    subtitle: Text | None = None
    lead: Text
    language: Literal["nb"] = Field(description="The source language.")
    languages: tuple[Verbatim, ...] = Field(
        (), description="Languages that are built too: those with catalogs, such as nn."
    )
    version: Verbatim = Field(description="Version of the base edition, such as 2026.1.")
    date: Annotated[Date, Field(description="Date of the base edition: year-month-day.")]
    publisher: Verbatim
    licence: Verbatim
    doors: tuple[Door, ...] = Field((), description="Ways in, by what readers have come to do.")
    figure: FigureRef | None = Field(None, description="The figure on the first page.")
    compare: PageRef | None = Field(None, description="The page that helps to choose a programme.")
    pages: tuple[PageRef, ...] = Field((), description="Common chapters, in order.")


KINDS: dict[str, type[Record]] = {
    "handbook": Book,
    "programme": Programme,
    "chapter": Chapter,
    "script": Script,
    "rules": Rules,
    "pitfalls": Pitfalls,
    "form": Form,
    "survey": Survey,
    "figure": Figure,
    "table": Table,
    "glossary": Glossary,
    "sources": Sources,
    "terms": Terms,
    "release": Release,
}
"""Every kind of record, by the word that stands behind `kind:` in its file."""
PAGE_KINDS = frozenset(PageRef.kinds)
"""Kinds that have a page of their own; the others are shown on somebody else's page."""


@dataclass(frozen=True, slots=True)
class Element:
    """Anything with an id, at any depth of a record."""

    id: Id
    kind: str
    node: Node
    record: Record


@dataclass(frozen=True, slots=True)
class Handbook:
    """Every record, in one order, and every element by its id.

    `removed` are the ids that an organisation has taken out; links to them are shown as words.
    `own_files` are the names of the files that are the organisation's and not the base's.
    """

    records: tuple[Record, ...]
    elements: dict[str, Element]
    removed: frozenset[str] = frozenset()
    own_files: frozenset[str] = frozenset()

    def is_own(self, text: Text) -> bool:
        """Tell whether a text is the organisation's own."""
        return text.at.file in self.own_files
