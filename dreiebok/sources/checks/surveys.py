"""unknown-reference, wrong-value and missing-key: a survey that is at odds with itself.

Fails: `scale: enig` or `phases: [etter]` where the survey has no such scale or phase · `code:` with
what is none of its fields for a short answer · a scale that counts more points than it has · a
block that asks nothing, or has items without a scale.
Passes: a survey whose blocks name its own scales and phases.
"""

from collections.abc import Iterator

from dreiebok.model.forms import Survey, TextField
from dreiebok.model.handbook import Handbook
from dreiebok.model.walking import walk
from dreiebok.problems import Code, Problem
from dreiebok.sources.checks.references import unknown_reference


def check(handbook: Handbook) -> Iterator[Problem]:
    """Yield a problem for whatever a survey names and does not have, and for what asks nothing."""
    for record in handbook.records:
        if isinstance(record, Survey):
            yield from _check_survey(record)


def _check_survey(survey: Survey) -> Iterator[Problem]:
    phases = [str(phase.id) for phase in survey.phases]
    codes = [str(n.id) for n in walk(survey) if isinstance(n, TextField)]
    if survey.code is not None and survey.code not in codes:
        yield unknown_reference(
            survey.code, "field for a short answer of this survey", survey.code, codes
        )
    for name, scale in survey.scales.items():
        if scale.scored is not None and scale.scored > len(scale.points):
            yield Problem(
                Code.WRONG_VALUE,
                f"the scale “{name}” counts {scale.scored} points, but has {len(scale.points)}",
                name.at,
                "Let `scored` be the number of points that count, or leave it out.",
            )
    for block in survey.blocks:
        if block.scale is not None and block.scale not in survey.scales:
            yield unknown_reference(block.scale, "scale", block.scale, survey.scales)
        elif block.scale is None and block.items:
            yield Problem(
                Code.MISSING_KEY,
                f"the block “{block.id}” has items, but no `scale` to answer them on",
                block.id.at,
                "Add `scale:` with the name of one of the survey's scales.",
            )
        if not block.items and not block.fields:
            yield Problem(
                Code.MISSING_KEY,
                f"the block “{block.id}” asks nothing",
                block.id.at,
                "Add `items:` or `fields:`.",
            )
        for phase in (*block.phases, *(p for item in block.items for p in item.phases)):
            if phase not in phases:
                yield unknown_reference(phase, "phase", phase, phases)
