"""What an organisation has chosen to build. A build's options come before it."""

from collections.abc import Sequence
from dataclasses import replace

from dreiebok.building.options import Selection
from dreiebok.editions.making import programme_ids
from dreiebok.model.engines import Engine
from dreiebok.model.handbook import Handbook
from dreiebok.model.organisations import Organisation
from dreiebok.problems import Problem, WrongUse
from dreiebok.sources.naming import did_you_mean, not_in_base
from dreiebok.website.engines import base_engine

ALL = "all"
"""Stands for every language that has catalogs, and the source."""


def chosen(selection: Selection, organisation: Organisation | None) -> Selection:
    """Return the selection with the organisation's choice where the options make none."""
    if organisation is None:
        return selection
    return replace(
        selection,
        languages=selection.languages or tuple(map(str, organisation.languages)),
        programmes=selection.programmes or tuple(map(str, organisation.programmes)),
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
    organisation: Organisation | None, programmes: Sequence[str], locales: Sequence[str]
) -> tuple[Problem, ...]:
    """Return a problem for each programme or language in the settings that there is not."""
    if organisation is None:
        return ()
    return tuple(
        not_in_base(what, name, known)
        for what, names, known in (
            ("programme", organisation.programmes, programmes),
            ("language", organisation.languages, locales),
        )
        for name in names
        if name not in known
    )


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
