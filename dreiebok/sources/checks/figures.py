"""What a figure must tell for its shape to be drawn.

Fails: a timeline without `axis` · a box without `at` on one, or beyond its ends · `every` in a
shape other than rhythm · a box without its lane in a figure with lanes · an arrow from a box to
itself, or to another figure's box.
"""

from collections.abc import Iterator

from dreiebok.model.base import Text
from dreiebok.model.figures import Figure
from dreiebok.model.handbook import Handbook
from dreiebok.problems import Code, Problem

ALONG_TIME = frozenset({"timeline", "rhythm"})


def check(handbook: Handbook) -> Iterator[Problem]:
    """Yield a problem for each thing that is missing or makes no sense in a figure's shape."""
    for record in handbook.records:
        if isinstance(record, Figure):
            yield from _check_axis(record)
            yield from _check_lanes(record)
            yield from _check_inside(record, handbook)
            for arrow in record.arrows:
                if arrow.source == arrow.target:
                    hint = "Lead it to another box, or take it out."
                    yield _wrong("an arrow leads from a box to itself", arrow.target, hint)


def _check_axis(figure: Figure) -> Iterator[Problem]:
    shape, axis = figure.shape, figure.axis
    if (axis is None) == (shape in ALONG_TIME):
        if axis is None:
            yield Problem(
                Code.MISSING_KEY,
                f"a figure of the shape “{shape}” has no `axis`",
                figure.id.at,
                "Add `axis: {unit: uke, start: 0, end: 52}`.",
            )
        else:
            yield _wrong(
                f"a figure of the shape “{shape}” needs no axis", axis.unit, "Take `axis` out."
            )
        return
    if axis and axis.end <= axis.start:
        yield _wrong("the axis ends before it begins", axis.unit, "Let `end` be after `start`.")
    for box in figure.boxes:
        if box.every is not None and shape != "rhythm":
            yield _wrong(
                f"boxes of the shape “{shape}” have no `every`",
                box.id,
                "Use it in a rhythm, or take it out.",
            )
        if axis and box.at is None:
            yield Problem(
                Code.MISSING_KEY,
                f"the box “{box.id}” has no place on the axis",
                box.id.at,
                f"Add `at:` with a number of the unit “{axis.unit}”.",
            )
        elif axis and box.at is not None and not axis.start <= box.at <= axis.end:
            hint = f"The axis goes from {axis.start:g} to {axis.end:g}."
            yield _wrong(f"the box “{box.id}” stands beside the axis", box.id, hint)


def _check_lanes(figure: Figure) -> Iterator[Problem]:
    for box in figure.boxes:
        if figure.lanes and box.lane is None:
            yield Problem(
                Code.MISSING_KEY,
                f"the box “{box.id}” stands in no lane",
                box.id.at,
                f"Add `lane:` with one of: {', '.join(lane.id for lane in figure.lanes)}.",
            )


def _check_inside(figure: Figure, handbook: Handbook) -> Iterator[Problem]:
    inside = {box.id for box in figure.boxes} | {lane.id for lane in figure.lanes}
    lanes = [box.lane for box in figure.boxes if box.lane]
    ends = [end for arrow in figure.arrows for end in (arrow.source, arrow.target)]
    for ref in (*lanes, *ends):
        # What is nowhere, or something else, is told by the check of references.
        known = handbook.elements.get(ref)
        if ref not in inside and known is not None and known.kind in ref.kinds:
            hint = "Boxes, arrows and lanes of a figure belong together in its file."
            yield _wrong(f"“{ref}” is not in the figure “{figure.id}”", ref, hint)


def _wrong(message: str, text: Text, hint: str) -> Problem:
    return Problem(Code.WRONG_VALUE, message, text.at, hint)
