"""What people fill in: forms of parts of fields, and surveys, which are forms that measure."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field as Key

from dreiebok.model.base import Basis, Id, Node, Record, Ref, StepRef, Text, Verbatim


class FieldBase(Node):
    """What every field has. The id is also the name of the AcroForm field, in every language."""

    id: Id
    prompt: Text = Key(description="The question, as a sentence. Also the tooltip in the PDF.")
    help: Text | None = Key(None, description="A line under the question.")
    required: bool = False
    basis: Basis | None = None


class Option(Node):
    """One answer of a field with given answers."""

    id: Id
    text: Text


class TextField(FieldBase):
    """A short answer on one line."""

    kind: Literal["text"]
    max_length: int | None = Key(None, ge=1, le=500, description="Most characters.")


class TextareaField(FieldBase):
    """A longer answer; `lines` is the writing room on paper."""

    kind: Literal["textarea"]
    lines: int = Key(ge=2, le=40)


class LinesField(FieldBase):
    """Numbered lines, each a field of its own: `id-1`, `id-2` …"""

    kind: Literal["lines"]
    count: int = Key(ge=1, le=30)
    lines: int = Key(1, ge=1, le=10, description="Writing lines for each.")


class CheckboxField(FieldBase):
    """A statement to tick."""

    kind: Literal["checkbox"]


class RadioField(FieldBase):
    """One answer of a few, all shown."""

    kind: Literal["radio"]
    options: tuple[Option, ...] = Key(min_length=2)


class SelectField(FieldBase):
    """One answer of many, chosen from a list; on paper a line."""

    kind: Literal["select"]
    options: tuple[Option, ...] = Key(min_length=2)


class DateField(FieldBase):
    """A date, written year-month-day."""

    kind: Literal["date"]


class ScaleField(FieldBase):
    """A number between two named ends."""

    kind: Literal["scale"]
    points: int = Key(ge=2, le=11)
    low: Text
    high: Text


class MatrixCell(StrEnum):
    """What a cell of a matrix holds: one choice a row, a tick, or words."""

    RADIO = "radio"
    CHECKBOX = "checkbox"
    TEXT = "text"


class MatrixField(FieldBase):
    """Rows against columns. Cells are named `id-row-column`."""

    kind: Literal["matrix"]
    cell: MatrixCell = MatrixCell.RADIO
    rows: tuple[Option, ...] = Key(min_length=1)
    columns: tuple[Option, ...] = Key(min_length=2)
    lines: int = Key(3, ge=1, le=20, description="Writing lines in a cell of words.")


class RowsField(FieldBase):
    """A table of empty rows to fill in. Cells are named `id-number-column`."""

    kind: Literal["rows"]
    columns: tuple[Option, ...] = Key(min_length=1)
    count: int = Key(ge=1, le=40)


class DrawingField(FieldBase):
    """Room to draw on paper; in the PDF reader a field for words in its place."""

    kind: Literal["drawing"]
    height_mm: int = Key(ge=20, le=370)


AnyField = Annotated[
    TextField
    | TextareaField
    | LinesField
    | CheckboxField
    | RadioField
    | SelectField
    | DateField
    | ScaleField
    | MatrixField
    | RowsField
    | DrawingField,
    Key(discriminator="kind"),
]


class Sheet(StrEnum):
    """The paper of a form (ISO 216)."""

    A4 = "a4"
    A4_LANDSCAPE = "a4-landscape"
    A3 = "a3"
    A3_LANDSCAPE = "a3-landscape"
    A5 = "a5"
    A6 = "a6"

    @property
    def is_a3(self) -> bool:
        """Tell whether it is a sheet for the wall, which takes a larger printer."""
        return self in {Sheet.A3, Sheet.A3_LANDSCAPE}


class Part(Node):
    """A numbered part of a form, with the steps of the script in which it is used."""

    title: Text
    lead: Text | None = None
    new_page: bool = Key(False, description="Begins a page of its own.")
    used_in: tuple[StepRef, ...] = ()
    fields: tuple[AnyField, ...] = Key(min_length=1)


class Form(Record):
    """A form: a page, a fillable PDF, and a sheet that prints well empty."""

    kind: Literal["form"]
    note: Text = Key(description="Confidentiality in one line, at the top.")
    lead: Text | None = None
    sheet: Sheet = Key(Sheet.A4, description="Its paper.")
    pages: int = Key(1, ge=1, le=8, description="How many pages the form may fill.")
    parts: tuple[Part, ...] = Key(min_length=1)


class Scale(Node):
    """Answers with an order, shared by the items of a survey."""

    type: Literal["agreement", "frequency", "amount"]
    points: tuple[Text, ...] = Key(min_length=2, max_length=11)
    scored: int | None = Key(
        None,
        ge=2,
        le=11,
        description="How many points count, from the first; a last “don't know” does not.",
    )

    @property
    def top(self) -> int:
        """The highest point that counts."""
        return min(self.scored or len(self.points), len(self.points))


class Summary(StrEnum):
    """What is reckoned for a block: a mean of its items, of each alone, or who answered what."""

    MEAN = "mean"
    ITEMS = "items"
    COUNTS = "counts"


class PhaseRef(Ref):
    """The id of a phase of a survey."""

    __slots__ = ()
    kinds = ("phase",)
    description = "Id of a phase of this survey."


class FieldRef(Ref):
    """The id of a field for a short answer."""

    __slots__ = ()
    kinds = ("textfield",)
    description = "Id of a field of the kind text."


class Phase(Node):
    """A time at which the survey is answered, such as before and after; a PDF of its own."""

    id: Id
    title: Text


class SurveyItem(Node):
    """A statement that is answered on the block's scale."""

    id: Id
    text: Text
    reversed: bool = Key(False, description="Agreement counts the other way.")
    phases: tuple[PhaseRef, ...] = Key((), description="Only asked in these; none: in all.")


class SurveyBlock(Node):
    """Items about one thing, on one scale; then other questions."""

    id: Id
    title: Text
    lead: Text | None = None
    phases: tuple[PhaseRef, ...] = Key((), description="Only asked in these; none: in all.")
    scale: Verbatim | None = Key(None, description="Name of one of the survey's scales.")
    summary: Summary = Key(Summary.MEAN, description="What is reckoned: see docs/answers.md.")
    items: tuple[SurveyItem, ...] = ()
    fields: tuple[AnyField, ...] = Key((), description="Questions after the items.")


class Survey(Record):
    """A form with measures: scales, reversed items, and phases such as before and after.

    Background questions are asked in the first phase, the closing ones in the last.
    """

    kind: Literal["survey"]
    note: Text = Key(description="Confidentiality in one line, at the top.")
    lead: Text | None = None
    inspired_by: Text | None = Key(None, description="The scale that inspired it; not validated.")
    phases: tuple[Phase, ...] = Key((), description="When it is answered; each is a PDF.")
    minimum: int | None = Key(
        None, ge=2, le=100, description="Fewest answers with which a result is shown."
    )
    code: FieldRef | None = Key(
        None, description="The field whose answer joins the sheets of one person."
    )
    background: tuple[AnyField, ...] = ()
    scales: Mapping[Text, Scale] = {}
    blocks: tuple[SurveyBlock, ...] = ()
    closing: tuple[AnyField, ...] = ()

    def in_phase(self, phase: str | None) -> Survey:
        """Return the survey with what is asked in a phase alone; None asks everything."""
        if phase is None:
            return self
        blocks = []
        for block in self.blocks:
            items = tuple(item for item in block.items if _asked(item.phases, phase))
            if _asked(block.phases, phase) and (items or block.fields):
                blocks.append(block.model_copy(update={"items": items}))
        is_first, is_last = phase == self.phases[0].id, phase == self.phases[-1].id
        return self.model_copy(
            update={
                "background": self.background if is_first else (),
                "blocks": tuple(blocks),
                "closing": self.closing if is_last else (),
            }
        )


def _asked(phases: tuple[PhaseRef, ...], phase: str) -> bool:
    return not phases or phase in phases
