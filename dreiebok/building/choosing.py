"""What an organisation has chosen to build. A build's options come before it."""

from collections.abc import Sequence
from dataclasses import replace

from dreiebok.building.options import Selection
from dreiebok.editions.making import languages_of, programme_ids
from dreiebok.editions.pseudo import PSEUDO
from dreiebok.model.engines import Engine
from dreiebok.model.handbook import Book, Handbook
from dreiebok.model.organisations import Organisation
from dreiebok.problems import Code, Problem, WrongUse
from dreiebok.sources.naming import did_you_mean, no_such, not_in_base
from dreiebok.website.engines import base_engine

ALL = "all"
"""Stands for every language that has catalogs, and the source."""


def chosen(
    selection: Selection,
    handbook: Handbook,
    organisation: Organisation | None,
    locales: Sequence[str],
) -> Selection:
    """Return the selection with what the sources choose where the options do not, each name once.

    `locales` are those with catalogs and the source, which ALL stands for.
    """
    programmes, languages = selection.programmes, selection.languages
    if organisation:
        languages = languages or tuple(map(str, organisation.languages))
        programmes = programmes or tuple(map(str, organisation.programmes))
    languages = languages or languages_of(handbook)
    if ALL in languages:
        languages = (*locales, *(name for name in languages if name == PSEUDO))
    return replace(
        selection,
        languages=tuple(dict.fromkeys(languages)),
        beside=tuple(dict.fromkeys(selection.beside)),
        programmes=programmes,
    )


def engine_of(selection: Selection, organisation: Organisation | None, base: bytes) -> Engine:
    """Return what builds the pages: as asked for, as an organisation chose, or as the base says.

    Raises SourceError for an unknown engine in the base configuration.
    """
    if selection.engine:
        return Engine(selection.engine)
    if organisation and organisation.engine:
        return organisation.engine
    return base_engine(base, "mkdocs.yml")


def check_choice(
    handbook: Handbook, organisation: Organisation | None, locales: Sequence[str]
) -> tuple[Problem, ...]:
    """Return a problem for each language or programme in the sources' choice that there is not.

    A language's name becomes that of a folder, so none may pass that has no catalogs.
    """
    found = [
        no_such(Code.UNKNOWN_REFERENCE, "language with catalogs", name, name.at, locales)
        for book in handbook.records
        if isinstance(book, Book)
        for name in book.languages
        if name not in locales
    ]
    for what, names, known in (
        ("programme", organisation.programmes if organisation else (), programme_ids(handbook)),
        ("language", organisation.languages if organisation else (), locales),
    ):
        found.extend(not_in_base(what, name, known) for name in names if name not in known)
    return tuple(found)


def check_selection(handbook: Handbook, selection: Selection, locales: tuple[str, ...]) -> None:
    """Raise WrongUse for a language or programme that is asked for and is not there."""
    for what, asked, known in (
        ("language", selection.languages, (*locales, ALL)),
        ("language", selection.beside, locales),
        ("programme", selection.programmes, programme_ids(handbook)),
    ):
        for name in asked:
            if name not in known:
                raise WrongUse(
                    f"there is no {what} “{name}”. {did_you_mean(name, known)}"
                    f"There are: {', '.join(known)}."
                )
