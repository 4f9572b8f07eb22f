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


class Arrow(Node):
    """An arrow from box to box."""

    source: BoxRef = Field(alias="from")
    target: BoxRef = Field(alias="to")
    text: Text | None = None


class Figure(Record):
    """A figure: a cycle, loops, lanes or a process.

    cycle: boxes clockwise, the last leads to the first. process: boxes in a row (a column on a
    phone). lanes: a process whose boxes stand in lanes. loops: two or more cycles that share
    their first box. Without arrows each box leads to the next.
    """

    kind: Literal["figure"]
    shape: Literal["cycle", "process", "lanes", "loops"]
    alt: Text = Field(description="The text alternative: what the figure tells, in sentences.")
    caption: Text | None = None
    centre: Text | None = Field(None, description="Words in the middle of a cycle.")
    lanes: tuple[Lane, ...] = ()
    boxes: tuple[FigureBox, ...] = Field(min_length=2, max_length=24)
    arrows: tuple[Arrow, ...] = ()
