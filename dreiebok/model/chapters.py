"""Running text: chapters of sections of blocks, and what blocks show: tables, rules, pitfalls."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Discriminator, Field, Tag

from dreiebok.model.base import (
    Basis,
    FigureRef,
    FormRef,
    Id,
    Node,
    Point,
    Record,
    SetRef,
    SourceRef,
    TableRef,
    Text,
)


class BoxKind(StrEnum):
    """The voice of a box: a warning (“Pass på!”), a tip, a plain note, or a check to go through."""

    CAUTION = "caution"
    TIP = "tip"
    NOTE = "note"
    CHECK = "check"


class Box(Node):
    """A highlighted box with a sign, a heading, text, and points."""

    kind: BoxKind = BoxKind.CAUTION
    id: Id | None = None
    title: Text | None = Field(None, description="Without a title the kind gives it.")
    text: Text | None = None
    points: tuple[Point, ...] = ()
    basis: Basis | None = None


class Block(Node):
    """A block of a section. Its first key says what it is: text, list, steps, box, table …"""

    key: ClassVar[str]
    id: Id | None = None
    basis: Basis | None = None


class TextBlock(Block):
    """One paragraph."""

    key: ClassVar[str] = "text"
    text: Text


class ListBlock(Block):
    """Points in no order."""

    key: ClassVar[str] = "list"
    items: tuple[Point, ...] = Field(alias="list", min_length=1)


class StepsBlock(Block):
    """Points in order, numbered from 1."""

    key: ClassVar[str] = "steps"
    items: tuple[Point, ...] = Field(alias="steps", min_length=1)


class BoxBlock(Block):
    """A highlighted box."""

    key: ClassVar[str] = "box"
    box: Box


class TableBlock(Block):
    """Shows a table record here."""

    key: ClassVar[str] = "table"
    table: TableRef


class FigureBlock(Block):
    """Shows a figure record here."""

    key: ClassVar[str] = "figure"
    figure: FigureRef


class QuoteBlock(Block):
    """A quotation with its source."""

    key: ClassVar[str] = "quote"
    quote: Text
    source: SourceRef | None = None


class ExampleBlock(Block):
    """An episode of our own invention, told in a few paragraphs."""

    key: ClassVar[str] = "example"
    example: Text = Field(description="The heading of the episode.")
    paragraphs: tuple[Text, ...] = Field(min_length=1)


class FormBlock(Block):
    """Leads to a form: its title, page and PDF."""

    key: ClassVar[str] = "form"
    form: FormRef


class SetBlock(Block):
    """Shows a set of rules or pitfalls here."""

    key: ClassVar[str] = "show"
    show: SetRef


BLOCK_KEYS = ("text", "list", "steps", "box", "table", "figure", "quote", "example", "form", "show")


def _block_key(value: Any) -> str | None:
    """Tell a block by the one key that names it, in a source or in a parsed block."""
    if isinstance(value, dict):
        # `text` comes last: nothing else has it, but an author may add it to another block.
        return next(
            (key for key in BLOCK_KEYS[1:] if key in value), "text" if "text" in value else None
        )
    return value.key if isinstance(value, Block) else None


AnyBlock = Annotated[
    Annotated[TextBlock, Tag("text")]
    | Annotated[ListBlock, Tag("list")]
    | Annotated[StepsBlock, Tag("steps")]
    | Annotated[BoxBlock, Tag("box")]
    | Annotated[TableBlock, Tag("table")]
    | Annotated[FigureBlock, Tag("figure")]
    | Annotated[QuoteBlock, Tag("quote")]
    | Annotated[ExampleBlock, Tag("example")]
    | Annotated[FormBlock, Tag("form")]
    | Annotated[SetBlock, Tag("show")],
    Discriminator(
        _block_key,
        custom_error_type="no_block_key",
        custom_error_message="a block needs one of these keys: " + ", ".join(BLOCK_KEYS),
    ),
]


class Section(Node):
    """A heading with blocks under it, and smaller sections under those."""

    id: Id
    title: Text
    basis: Basis | None = None
    blocks: tuple[AnyBlock, ...] = ()
    sections: tuple[Section, ...] = ()


class Chapter(Record):
    """A page of running text."""

    kind: Literal["chapter"]
    lead: Text | None = Field(None, description="One or two sentences under the title.")
    cards: bool = Field(False, description="Its lists are printed as question cards, too.")
    blocks: tuple[AnyBlock, ...] = ()
    sections: tuple[Section, ...] = ()


class Rule(Node):
    """One rule of thumb: the rule, and what it means in practice."""

    id: Id
    title: Text
    text: Text = Field(description="What the rule means in practice.")
    basis: Basis | None = None


class Rules(Record):
    """A numbered set of rules of thumb; a page and cards."""

    kind: Literal["rules"]
    lead: Text | None = None
    rules: tuple[Rule, ...] = Field(min_length=1)
    boxes: tuple[Box, ...] = ()


class Pitfall(Node):
    """One pitfall: what happens, how to see it coming, what to do."""

    id: Id
    title: Text
    text: Text = Field(description="What happens.")
    signs: tuple[Point, ...] = Field((), description="How you notice it.")
    remedy: Text = Field(description="What the facilitator does.")
    basis: Basis | None = None


class Pitfalls(Record):
    """A set of pitfalls; a page and cards."""

    kind: Literal["pitfalls"]
    lead: Text | None = None
    pitfalls: tuple[Pitfall, ...] = Field(min_length=1)


class Column(Node):
    """A column of a table. The first column names the rows."""

    title: Text
    width: int | None = Field(None, ge=1, le=100, description="Share of the width in per cent.")


class Row(Node):
    """A row of a table: as many cells as there are columns."""

    id: Id | None = None
    cells: tuple[Text, ...] = Field(min_length=1)
    basis: Basis | None = None


class Table(Record):
    """A table with a caption and a summary for those who cannot see it."""

    kind: Literal["table"]
    alt: Text = Field(description="What the table shows, in a sentence or two.")
    columns: tuple[Column, ...] = Field(min_length=2)
    rows: tuple[Row, ...] = Field(min_length=1)
