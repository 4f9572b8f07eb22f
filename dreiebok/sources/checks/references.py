"""unknown-reference: an id stands where something else is meant to be, and nothing has that id.

Fails: `figure: mg-figur-forlpo` · `form: mg-loggskjema#9` in a form of three parts ·
a citation that names no source.
Passes: every id of an element of the right kind. What a survey calls its own, `surveys.py` looks
up in it.
"""

from collections.abc import Iterable, Iterator

from dreiebok.inline import links
from dreiebok.model.base import Ref, Text
from dreiebok.model.forms import FieldRef, Form, PhaseRef
from dreiebok.model.handbook import Handbook
from dreiebok.model.scripts import FormPart
from dreiebok.model.walking import prose, references, walk
from dreiebok.problems import Code, Problem
from dreiebok.sources.naming import no_such


def check(handbook: Handbook) -> Iterator[Problem]:
    """Yield a problem for each reference, form part and link that leads nowhere."""
    for record in handbook.records:
        for ref in references(record):
            if not isinstance(ref, PhaseRef | FieldRef):  # Of the survey's own: see surveys.py.
                yield from _check_ref(ref, handbook)
        for text in walk(record):
            if isinstance(text, FormPart):
                yield from _check_form_part(text, handbook)
        for text in prose(record):
            for address in links(text):
                target = address[1:]
                known = target in handbook.elements or target in handbook.removed
                if address.startswith("#") and not known:
                    yield unknown_reference(text, "element", address[1:], handbook.elements)


def _check_ref(ref: Ref, handbook: Handbook) -> Iterator[Problem]:
    element = handbook.elements.get(ref)
    if element is None or (ref.kinds and element.kind not in ref.kinds):
        fitting = [
            name
            for name, known in handbook.elements.items()
            if not ref.kinds or known.kind in ref.kinds
        ]
        what = " or ".join(ref.kinds) or "element"
        problem = unknown_reference(ref, what, ref, fitting)
        if element is not None:
            hint = f"“{ref}” is a {element.kind} ({element.id.at}). {problem.hint}"
            problem = Problem(problem.code, problem.message, problem.location, hint)
        yield problem


def _check_form_part(part: FormPart, handbook: Handbook) -> Iterator[Problem]:
    element, kinds = handbook.elements.get(part.form), {"form", "survey"}
    if element is None or element.kind not in kinds:
        forms = (name for name, known in handbook.elements.items() if known.kind in kinds)
        yield unknown_reference(part, "form", part.form, forms)
    elif part.part and isinstance(element.node, Form) and part.part > len(element.node.parts):
        yield Problem(
            Code.UNKNOWN_REFERENCE,
            f"the form “{part.form}” has no part {part.part}",
            part.at,
            f"Its parts count from 1 to {len(element.node.parts)} ({element.id.at}).",
        )


def unknown_reference(text: Text, what: str, name: str, known: Iterable[str]) -> Problem:
    """Return the problem of a text that refers by a name to what is not there."""
    names = tuple(known)
    none = f"There is no {what} at all yet."
    otherwise = "Write an id that exists, or add the element." if names else none
    return no_such(Code.UNKNOWN_REFERENCE, what, name, text.at, names, otherwise)
