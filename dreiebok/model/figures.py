"""Figures as data: boxes and arrows. `dreiebok.figures` draws them as SVG."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from dreiebok.model.base import Id, Node, Record, Ref, Text


class BoxRef(Ref):
    """The id of a box of a figure."""

    __slots__ = ()
    kinds = ("figurebox",)
    description = "Id of a box of this figure."


class LaneRef(Ref):
    """The id of a lane of a figure."""

    __slots__ = ()
    kinds = ("lane",)
    description = "Id of a lane of this figure."


class Lane(Node):
    """A lane of a lanes figure: who or where."""

    id: Id
    title: Text


class FigureBox(Node):
    """A box of a figure."""

    id: Id
    text: Text = Field(description="A few words; the box grows with them.")
    note: Text | None = Field(None, description="Small words under the text: where it happens.")
    lane: LaneRef | None = Field(None, description="Id of the lane the box stands in.")
    sign: Literal["caution"] | None = Field(None, description="Marks a risk.")
    at: float | None = Field(None, description="Its place on the axis, in the axis's unit.")
    every: float | None = Field(None, gt=0, description="Rhythm: it comes again after so many.")


class Axis(Node):
    """The line of time under a timeline or a rhythm."""

    unit: Text = Field(description="What is counted: uke.")
    start: float
    end: float


class Arrow(Node):
    """An arrow from box to box."""

    source: BoxRef = Field(alias="from")
    target: BoxRef = Field(alias="to")
    text: Text | None = None


class Figure(Record):
    """A figure: boxes and what joins them.

    cycle: boxes clockwise, the last leads to the first. process: boxes in a row (a column on a
    phone). lanes: a process whose boxes stand in lanes. loops: two or more cycles that share
    their first box. Without arrows each box leads to the next. flow: boxes in layers, after their
    arrows. model: boxes round a centre, each joined with all others. timeline: boxes at their
    places on an axis. rhythm: a row for each box, with marks where it comes on the axis.
    """

    kind: Literal["figure"]
    shape: Literal["cycle", "process", "lanes", "loops", "flow", "model", "timeline", "rhythm"]
    alt: Text = Field(description="The text alternative: what the figure tells, in sentences.")
    caption: Text | None = None
    centre: Text | None = Field(None, description="Words in the middle of a cycle or a model.")
    axis: Axis | None = Field(None, description="Of a timeline or a rhythm.")
    lanes: tuple[Lane, ...] = ()
    boxes: tuple[FigureBox, ...] = Field(min_length=2, max_length=24)
    arrows: tuple[Arrow, ...] = ()
