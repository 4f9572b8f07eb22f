"""Every print document of an Edition as whole HTML. Pure; no disk."""

from collections.abc import Callable, Iterable

from dreiebok.editions.edition import Edition
from dreiebok.model.forms import Survey
from dreiebok.press.making import Maker
from dreiebok.press.values import PrintDocument, Printing
from dreiebok.problems import Problem, SourceError
from dreiebok.templating import Templates

Ready = Callable[[PrintDocument], None]
"""Is told of each document as soon as it is made, up to the first problem of a template."""


def print_documents(
    edition: Edition,
    templates: Templates,
    printing: Printing | None = None,
    *,
    listed: bool = False,
    ready: Ready | None = None,
) -> tuple[tuple[PrintDocument, ...], tuple[Problem, ...]]:
    """Return an edition's print documents in order, and the problems of their templates.

    Only `listed`, for pages that lead to them, they have no HTML and no places.
    """
    makers = (
        Maker(edition, programme, templates, printing or Printing(), listed=listed)
        for programme in edition.programmes
    )
    return collect(makers, ready)


def collect(
    makers: Iterable[Maker], ready: Ready | None = None
) -> tuple[tuple[PrintDocument, ...], tuple[Problem, ...]]:
    """Return all that the makers make, in order, and the problems of what they cannot."""
    documents: list[PrintDocument] = []
    problems: list[Problem] = []
    for maker in makers:
        for make in maker.all():
            try:
                for document in make:
                    documents.append(document)
                    if ready and not problems:
                        ready(document)
            except SourceError as error:
                problems.extend(error.problems)
    return tuple(documents), tuple(problems)


def form_names(edition: Edition) -> tuple[str, ...]:
    """Return the ids of what is printed as a form: forms, surveys, and the phases of surveys."""
    forms = [form for p in edition.programmes for form in edition.forms_of(p)]
    phased = [phase for form in forms if isinstance(form, Survey) for phase in form.phases]
    whole = [form for form in forms if not (isinstance(form, Survey) and form.phases)]
    return tuple(str(found.id) for found in (*whole, *phased))


def form_documents(
    edition: Edition,
    templates: Templates,
    printing: Printing,
    name: str,
    heading: tuple[str, ...] = (),
) -> tuple[PrintDocument, ...]:
    """Return the document of one form or phase of a survey, with words above its questions.

    Raises SourceError for a faulty template.
    """
    found: list[PrintDocument] = []
    for programme in edition.programmes:
        maker = Maker(edition, programme, templates, printing)
        for form in edition.forms_of(programme):
            phases = form.phases if isinstance(form, Survey) else ()
            if name in {str(form.id), *(str(phase.id) for phase in phases)}:
                made = maker.form(form, heading)
                found.extend(document for document in made if document.record == name)
    return tuple(found)
