"""What a form's PDF asks, field by field: the names that `templates/print/fields.html` gives.

The names are element ids, the same in every language; what an answer may be comes from the record.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from dreiebok.inline import to_plain
from dreiebok.model.forms import (
    AnyField,
    CheckboxField,
    DateField,
    Form,
    LinesField,
    MatrixCell,
    MatrixField,
    Option,
    RadioField,
    RowsField,
    ScaleField,
    SelectField,
    Survey,
)
from dreiebok.model.handbook import Handbook


class Kind(StrEnum):
    """What an answer is. Text is what a person writes freely, and may tell who it was."""

    TEXT = "text"
    DATE = "date"
    TICK = "tick"
    CHOICE = "choice"
    NUMBER = "number"


@dataclass(frozen=True, slots=True)
class Question:
    """One AcroForm field: a choice has options, each an id and its words; a number has points."""

    name: str
    kind: Kind
    options: tuple[tuple[str, str], ...] = ()
    points: int = 0
    scored: int = 0
    """How many of the points count; those after are a “don't know”."""


@dataclass(frozen=True, slots=True)
class Questionnaire:
    """What one PDF asks: a form, or a survey in one of its phases ("" where it has none)."""

    record: Form | Survey
    phase: str
    title: str
    phase_title: str
    questions: tuple[Question, ...]

    @property
    def names(self) -> frozenset[str]:
        """The names of its fields."""
        return frozenset(question.name for question in self.questions)


def questionnaires(handbook: Handbook) -> tuple[Questionnaire, ...]:
    """Return what every form PDF of a handbook asks, by id and then by phase."""
    found: list[Questionnaire] = []
    records = (r for r in handbook.records if isinstance(r, Form | Survey))
    for record in sorted(records, key=lambda record: str(record.id)):
        title = to_plain(record.title)
        if isinstance(record, Survey) and record.phases:
            for phase in record.phases:
                asked = tuple(_survey(record.in_phase(str(phase.id))))
                when = to_plain(phase.title)
                found.append(Questionnaire(record, str(phase.id), title, when, asked))
        else:
            found.append(Questionnaire(record, "", title, "", questions_of(record)))
    return tuple(found)


def questions_of(record: Form | Survey) -> tuple[Question, ...]:
    """Return all that a form or a survey asks, in any phase, in the author's order."""
    if isinstance(record, Survey):
        return tuple(_survey(record))
    return tuple(q for part in record.parts for field in part.fields for q in _asked(field))


def _survey(survey: Survey) -> Iterator[Question]:
    for field in survey.background:
        yield from _asked(field)
    for block in survey.blocks:
        if block.items:
            assert block.scale is not None, "the check of references has asked for it"
            scale = survey.scales[block.scale]
            for item in block.items:
                points, scored = len(scale.points), scale.top
                yield Question(str(item.id), Kind.NUMBER, points=points, scored=scored)
        for field in block.fields:
            yield from _asked(field)
    for field in survey.closing:
        yield from _asked(field)


def _asked(field: AnyField) -> Iterator[Question]:
    name = str(field.id)
    match field:
        case LinesField():
            yield from (Question(f"{name}-{n}", Kind.TEXT) for n in range(1, field.count + 1))
        case RowsField():
            for n in range(1, field.count + 1):
                yield from (Question(f"{name}-{n}-{c.id}", Kind.TEXT) for c in field.columns)
        case MatrixField(cell=MatrixCell.RADIO):
            for row in field.rows:
                yield Question(f"{name}-{row.id}", Kind.CHOICE, _options(field.columns))
        case MatrixField():
            kind = Kind.TICK if field.cell is MatrixCell.CHECKBOX else Kind.TEXT
            for row in field.rows:
                yield from (Question(f"{name}-{row.id}-{c.id}", kind) for c in field.columns)
        case RadioField() | SelectField():
            yield Question(name, Kind.CHOICE, _options(field.options))
        case ScaleField():
            yield Question(name, Kind.NUMBER, points=field.points, scored=field.points)
        case CheckboxField():
            yield Question(name, Kind.TICK)
        case DateField():
            yield Question(name, Kind.DATE)
        case _:
            yield Question(name, Kind.TEXT)


def _options(options: tuple[Option, ...]) -> tuple[tuple[str, str], ...]:
    return tuple((str(option.id), to_plain(option.text)) for option in options)
