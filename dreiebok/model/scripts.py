"""The meeting script (dreiebok): steps, who speaks, what to ask, and how long it takes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from dreiebok.model.base import Basis, Id, Node, Point, Record, StepRef, Text
from dreiebok.model.chapters import Box


class FormPart(Text):
    """A form, or one of its parts: `mg-loggskjema` or `mg-loggskjema#2` (parts count from 1)."""

    __slots__ = ()
    pattern = r"^[a-z0-9]+(-[a-z0-9]+)*(#[1-9][0-9]?)?$"
    description = "Id of a form, or of one of its parts: mg-loggskjema#2."

    @property
    def form(self) -> str:
        """The form's id."""
        return self.partition("#")[0]

    @property
    def part(self) -> int | None:
        """The part's number, from 1, or None for the whole form."""
        number = self.partition("#")[2]
        return int(number) if number else None


class Turn(Node):
    """Who acts now, and what they do, point by point."""

    who: Text = Field(description="Who speaks or acts: fortelleren, gruppa, alle …")
    does: tuple[Point, ...] = Field(min_length=1)


class Questions(Node):
    """Questions that can be read aloud, with a line that leads into them."""

    lead: Text | None = None
    ask: tuple[Point, ...] = Field(min_length=1)


def _as_questions(value: object) -> object:
    return {"ask": value} if isinstance(value, list) else value


class Step(Node):
    """One step of the script; one card."""

    id: Id
    title: Text
    purpose: Text = Field(description="Why the group does this, in one line.")
    who: Text = Field(description="Who speaks in this step; a chip on the card.")
    when: Text | None = Field(None, description="A condition: the step is skipped otherwise.")
    form: FormPart | None = Field(None, description="The form or form part that is used.")
    turns: tuple[Turn, ...] = Field(min_length=1)
    questions: Annotated[
        Questions | None,
        BeforeValidator(_as_questions, json_schema_input_type=Questions | list[str | dict]),
    ] = None
    boxes: tuple[Box, ...] = ()
    done: tuple[Point, ...] = Field((), description="What the assistant checks at the end.")
    each_episode: bool = Field(
        False, description="true: gone through once more for each further episode of a meeting."
    )
    basis: Basis | None = None


class Plan(Node):
    """Minutes per step for one meeting length; they must add up to it."""

    basis: Basis
    note: Text | None = None
    minutes: Mapping[StepRef, Annotated[int, Field(ge=1, le=480)]]


class Script(Record):
    """A meeting from welcome to good-bye."""

    kind: Literal["script"]
    lead: Text | None = None
    participants: int | None = Field(
        None, ge=2, le=40, description="How many take part, if the method decides it: 2 in a talk."
    )
    plans: Mapping[int, Plan] = Field({}, description="Meeting length in minutes: its plan.")
    steps: tuple[Step, ...] = Field(min_length=1)
    boxes: tuple[Box, ...] = Field((), description="Advice that holds for every step.")
