"""missing-minutes and minutes-do-not-add-up: a time plan that no clock could follow.

Fails: a step without minutes in a plan · minutes that do not add up to the meeting's length ·
minutes for a step of another script.
Passes: `120: {basis: own, minutes: {…}}` whose minutes make 120.
"""

from collections.abc import Iterator

from dreiebok.model.handbook import Handbook
from dreiebok.model.scripts import Script
from dreiebok.problems import Code, Problem


def check(handbook: Handbook) -> Iterator[Problem]:
    """Yield a problem for each plan and each step that does not work out."""
    for record in handbook.records:
        if isinstance(record, Script):
            yield from _check_script(record, handbook)


def _check_script(script: Script, handbook: Handbook) -> Iterator[Problem]:
    steps = {step.id: step for step in script.steps}
    for length, plan in script.plans.items():
        for step in script.steps:
            if step.id not in plan.minutes:
                yield Problem(
                    Code.MISSING_MINUTES,
                    f"the plan for {length} minutes has none for the step “{step.id}”",
                    step.id.at,
                    f"Add `{step.id}:` and its minutes to the plan.",
                )
        # A name that no step of any script has is told by the check of references.
        strangers = [name for name in plan.minutes if name not in steps]
        for name in (name for name in strangers if name in handbook.elements):
            yield Problem(
                Code.UNKNOWN_REFERENCE,
                f"the script “{script.id}” has no step “{name}”",
                name.at,
                f"Its steps are: {', '.join(steps)}.",
            )
        total = sum(plan.minutes.values())
        if total != length:
            first = next(iter(plan.minutes), script.id)
            differs = f"{abs(total - length)} too {'many' if total > length else 'few'}"
            yield Problem(
                Code.MINUTES_DO_NOT_ADD_UP,
                f"the minutes of the plan for {length} minutes make {total}, {differs}",
                first.at,
                "Change the minutes of a step, or the length of the plan.",
            )
