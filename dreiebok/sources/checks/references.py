"""unknown-reference: an id stands where something else is meant to be, and nothing has that id.

Fails: `figure: mg-figur-forlpo` · `form: mg-loggskjema#9` in a form of three parts ·
`scale: enig` where the survey has no such scale · a citation that names no source.
Passes: every id of an element of the right kind.
"""

from collections.abc import Iterable, Iterator

from dreiebok.inline import links
from dreiebok.model.base import Ref, Text
from dreiebok.model.forms import FieldRef, Form, PhaseRef, Survey, TextField
from dreiebok.model.handbook import Handbook
from dreiebok.model.scripts import FormPart
from dreiebok.model.walking import prose, references, walk
from dreiebok.problems import Code, Problem
from dreiebok.sources.naming import no_such


def check(handbook: Handbook) -> Iterator[Problem]:
    """Yield a problem for each reference, form part, scale, phase and link that leads nowhere."""
    for record in handbook.records:
        for ref in references(record):
            if not isinstance(ref, PhaseRef | FieldRef):  # These must be of the survey's own.
                yield from _check_ref(ref, handbook)
        for text in walk(record):
            if isinstance(text, FormPart):
                yield from _check_form_part(text, handbook)
        for text in prose(record):
            for address in links(text):
                target = address[1:]
                known = target in handbook.elements or target in handbook.removed
                if address.startswith("#") and not known:
                    yield _unknown(text, "element", address[1:], handbook.elements)
        if isinstance(record, Survey):
            yield from _check_survey(record)


def _check_ref(ref: Ref, handbook: Handbook) -> Iterator[Problem]:
    element = handbook.elements.get(ref)
    if element is None or (ref.kinds and element.kind not in ref.kinds):
        fitting = [
            name
            for name, known in handbook.elements.items()
            if not ref.kinds or known.kind in ref.kinds
        ]
        what = " or ".join(ref.kinds) or "element"
        problem = _unknown(ref, what, ref, fitting)
        if element is not None:
            hint = f"“{ref}” is a {element.kind} ({element.id.at}). {problem.hint}"
            problem = Problem(problem.code, problem.message, problem.location, hint)
        yield problem


def _check_form_part(part: FormPart, handbook: Handbook) -> Iterator[Problem]:
    element = handbook.elements.get(part.form)
    forms = [name for name, known in handbook.elements.items() if known.kind in {"form", "survey"}]
    if element is None or element.kind not in {"form", "survey"}:
        yield _unknown(part, "form", part.form, forms)
    elif part.part and isinstance(element.node, Form) and part.part > len(element.node.parts):
        yield Problem(
            Code.UNKNOWN_REFERENCE,
            f"the form “{part.form}” has no part {part.part}",
            part.at,
            f"Its parts count from 1 to {len(element.node.parts)} ({element.id.at}).",
        )


def _check_survey(survey: Survey) -> Iterator[Problem]:
    phases = [str(phase.id) for phase in survey.phases]
    codes = [str(n.id) for n in walk(survey) if isinstance(n, TextField)]
    if survey.code is not None and survey.code not in codes:
        yield _unknown(survey.code, "field for a short answer of this survey", survey.code, codes)
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
            yield _unknown(block.scale, "scale", block.scale, survey.scales)
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
                yield _unknown(phase, "phase", phase, phases)


def _unknown(text: Text, what: str, name: str, known: Iterable[str]) -> Problem:
    names = tuple(known)
    none = f"There is no {what} at all yet."
    otherwise = "Write an id that exists, or add the element." if names else none
    return no_such(Code.UNKNOWN_REFERENCE, what, name, text.at, names, otherwise)
