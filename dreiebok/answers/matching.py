"""The fields of a PDF to a sheet of answers: which form it is, in which phase, and what was said.

A form is known by the names of its fields, which are element ids in every language and edition. A
form of another edition may lack fields or have others: these are named, and the rest is used.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from dreiebok.answers.questions import Kind, Question, Questionnaire
from dreiebok.answers.reading import PdfField, PdfForm
from dreiebok.problems import Code, Location, Problem, Severity

Answer = str | int | bool
"""Words, the id of an option or an ISO date; a point of a scale from 1; whether a box is ticked."""
DATES = ("%Y-%m-%d", "%d.%m.%Y", "%d.%m.%y", "%d/%m/%Y")
"""How people write a date; the first is what the form asks for."""
NAMED = 6
"""How many fields a message names before it only counts the rest."""
_ANOTHER = "It may come from another edition of the form. The other answers are used."


@dataclass(frozen=True, slots=True)
class Sheet:
    """What one file answers: the ids of form and phase, and answers by field id; open ones miss."""

    file: str
    form: str
    phase: str
    answers: Mapping[str, Answer]


def match(
    form: PdfForm, known: Sequence[Questionnaire], file: str
) -> tuple[Sheet | None, tuple[Problem, ...]]:
    """Return a file's sheet, or none, and all that was wrong with it."""
    asked, problem = _find(form, known, file)
    if asked is None:
        return None, (problem,) if problem else ()
    answers: dict[str, Answer] = {}
    unknown: list[str] = []
    fields = {field.name: field for field in form.fields}
    for question in asked.questions:
        if field := fields.get(question.name):
            answer = parse_answer(field, question)
            if answer is not None:
                answers[question.name] = answer
            elif field.value:
                unknown.append(question.name)
    problems = tuple(_differences(fields, asked, unknown, file))
    if not any(answer is not False for answer in answers.values()):
        hint = "Is it a form that nobody has filled in, or was the filled one not saved?"
        empty = Problem(Code.EMPTY_FORM, "nothing is filled in", Location(file), hint)
        return None, (*problems, empty)
    return Sheet(file, str(asked.record.id), asked.phase, answers), problems


def parse_answer(field: PdfField, question: Question) -> Answer | None:
    """Return what a field answers to a question; None for nothing, or nothing it can mean."""
    match question.kind:
        case Kind.TEXT:
            return field.value or None
        case Kind.DATE:
            return _parse_date(field.value)
        case Kind.TICK:
            return field.value not in {"", "Off"} if field.type == "Btn" else None
        case Kind.NUMBER:
            return _parse_point(field, question)
        case Kind.CHOICE:
            return _parse_choice(field, question)


def _chosen(field: PdfField) -> tuple[int, str] | None:
    """Return the place of the chosen option among those of the file, and its words if it says."""
    options = [option for option in field.options if option or field.type == "Btn"]
    value = field.value
    if field.type == "Btn" and value.isascii() and value.isdigit() and len(value) < 4:
        # The state of a radio button is the place of its words among the group's (12.7.4.2.4).
        place = int(value)
        if not options:
            return place, ""
        return (place, options[place]) if place < len(options) else None
    return (options.index(value), value) if value in options else None


def _parse_point(field: PdfField, question: Question) -> int | None:
    chosen = _chosen(field)
    if chosen is None or (field.options and len(field.options) != question.points):
        return None
    place, words = chosen
    point = int(words) if words.isascii() and words.isdigit() and len(words) < 4 else place + 1
    return point if 1 <= point <= question.points else None


def _parse_choice(field: PdfField, question: Question) -> str | None:
    chosen = _chosen(field)
    if chosen is None:
        return None
    place, words = chosen
    for name, option in question.options:
        if words == option:
            return name
    # Words of another language: the place tells, if there are as many options as we know.
    count = sum(bool(option) for option in field.options) or len(question.options)
    return question.options[place][0] if place < len(question.options) == count else None


def _parse_date(value: str) -> str | None:
    for form in DATES:
        try:
            found: date = datetime.strptime(value, form).date()
        except ValueError:
            continue
        return found.isoformat()
    return None


def _find(
    form: PdfForm, known: Sequence[Questionnaire], file: str
) -> tuple[Questionnaire | None, Problem | None]:
    """Return what the file answers, or why it cannot be told."""
    at, names = Location(file), frozenset(field.name for field in form.fields)
    if not names:
        return None, _no_fields(form, known, at)
    shared = [(len(names & asked.names), asked) for asked in known if names & asked.names]
    if sum(any(name in asked.names for _, asked in shared) for name in names) * 2 < len(names):
        message = f"its fields are not those of a form of this handbook: {_some(sorted(names))}"
        hint = "Is it another form? If it is from another handbook, name that with --source."
        return None, Problem(Code.UNKNOWN_FORM, message, at, hint)
    records = dict.fromkeys(str(asked.record.id) for _, asked in shared)
    if len(records) > 1 or any(name in asked.names for _, asked in shared for name in form.doubled):
        what = " and ".join(f"“{name}”" for name in records)
        message = f"the file holds more than one filled form: {what}"
        return None, Problem(Code.MIXED_FORMS, message, at, "Save each form as a file of its own.")
    # The best has most fields in common and fewest that only one of the two has.
    nearness = [len(names & asked.names) / len(names | asked.names) for _, asked in shared]
    best = [
        asked for (_, asked), near in zip(shared, nearness, strict=True) if near == max(nearness)
    ]
    if len(best) > 1:
        # Phases that ask the same differ only in the title of the document.
        best = [asked for asked in best if form.title.endswith(asked.phase_title)]
    if len(best) != 1:
        message = f"one cannot tell in which phase of “{shared[0][1].record.id}” it was answered"
        hint = "Two phases ask the same. Let them differ in a field, or collect them one by one."
        return None, Problem(Code.UNKNOWN_PHASE, message, at, hint)
    return best[0], None


def _no_fields(form: PdfForm, known: Iterable[Questionnaire], at: Location) -> Problem:
    if form.title and any(form.title.startswith(asked.title) for asked in known):
        message = f"“{form.title}” has lost its form fields; the answers are only drawn on the page"
        hint = (
            "It was flattened, or printed to a new PDF. Ask for the file saved with “Save”, or "
            "copy the answers into an empty form."
        )
        return Problem(Code.FLATTENED_FORM, message, at, hint)
    hint = "Is it a form that was scanned or printed to a new PDF? Copy it into an empty form."
    return Problem(Code.NO_FORM, "the PDF has no form fields", at, hint)


def _differences(
    fields: Mapping[str, PdfField], asked: Questionnaire, unknown: Sequence[str], file: str
) -> Iterator[Problem]:
    at, form = Location(file), asked.record.id
    if extra := sorted(set(fields) - asked.names):
        message = f"“{form}” has no field {_some(extra)}"
        yield Problem(Code.UNKNOWN_FIELD, message, at, _ANOTHER, Severity.WARNING)
    if missing := [q.name for q in asked.questions if q.name not in fields]:
        message = f"of “{form}” the file lacks {_some(missing)}"
        yield Problem(Code.MISSING_FIELD, message, at, _ANOTHER, Severity.WARNING)
    if unknown:
        message = f"the answer is none that the form knows, and is left out: {_some(unknown)}"
        yield Problem(Code.UNKNOWN_ANSWER, message, at, _ANOTHER, Severity.WARNING)


def _some(names: Sequence[str]) -> str:
    """Name a few fields; a name can be anything that a stranger has put into a file."""
    shown = ", ".join(f"“{' '.join(name.split())[:60]}”" for name in names[:NAMED])
    more = len(names) - NAMED
    return f"{shown} and {more} more" if more > 0 else shown
