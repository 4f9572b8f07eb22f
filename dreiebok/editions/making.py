"""Makes an Edition of a handbook: chooses, translates, and puts in an organisation's own terms."""

from collections.abc import Mapping

from dreiebok.editions.brand import NO_BRAND, Brand
from dreiebok.editions.edition import Edition, programmes_of
from dreiebok.editions.progress import Progress
from dreiebok.editions.pseudo import PSEUDO, PseudoWords, pseudo_handbook
from dreiebok.editions.translating import (
    SOURCE,
    Catalogs,
    Translation,
    translate_handbook,
    translate_settings,
)
from dreiebok.editions.wording import UNCHANGED, word_handbook
from dreiebok.inline import links
from dreiebok.model.base import SourceRef
from dreiebok.model.handbook import Book, Handbook, Programme
from dreiebok.model.organisations import Organisation
from dreiebok.model.prefixes import owner_of
from dreiebok.model.walking import prose, references
from dreiebok.problems import Code, Location, Problem, SourceError


def make_edition(
    handbook: Handbook,
    locale: str | None = None,
    only: tuple[str, ...] = (),
    organisation: Organisation | None = None,
    catalogs: Catalogs | None = None,
    progress: tuple[Progress, ...] = (),
    brand: Brand = NO_BRAND,
) -> Edition:
    """Return the edition of a handbook in a locale, with all programmes or only those named.

    `catalogs` are those of the locale, by domain; without them texts are as they were written.

    Raises SourceError when the handbook has no `kind: handbook` record or no programme.
    """
    books = [record for record in handbook.records if isinstance(record, Book)]
    programmes = programmes_of(handbook)
    if len(books) != 1:
        at = books[1].id.at if books else Location("content/handbook.yml")
        found = "two records are" if books else "no record is"
        raise SourceError(
            Problem(
                Code.MISSING_KEY,
                f"{found} of the kind “handbook”",
                at,
                "Keep exactly one, in content/handbook.yml, with `kind: handbook`.",
            )
        )
    book = books[0]
    if not programmes:
        raise SourceError(
            Problem(
                Code.MISSING_KEY,
                "the handbook has no programme",
                book.id.at,
                "Add a file with `kind: programme` under content/programmes/.",
            )
        )
    translation = SOURCE
    if locale == PSEUDO:
        handbook, translation = pseudo_handbook(handbook), Translation(PseudoWords())
    elif catalogs is not None:
        handbook, translation = translate_handbook(handbook, catalogs, book.language)
        if organisation:
            organisation = translate_settings(organisation, catalogs, book.language)
    wording = UNCHANGED
    if organisation and organisation.terms:
        handbook, wording = word_handbook(
            handbook, organisation, locale or book.language, book.language
        )
    if translation is not SOURCE or wording is not UNCHANGED:
        book = next(record for record in handbook.records if isinstance(record, Book))
        programmes = programmes_of(handbook)
    # They stand as they are named: an organisation puts first what it uses most.
    by_id = {str(programme.id): programme for programme in programmes}
    named = tuple(by_id[name] for name in dict.fromkeys(only) if name in by_id)
    chosen = named if only else programmes
    return Edition(
        handbook=handbook,
        book=book,
        programmes=chosen,
        locale=locale or book.language,
        version=str(book.version),
        date=book.date,
        organisation=organisation,
        translation=translation,
        brand=brand,
        used_by=_users(handbook, chosen),
        wording=wording,
        progress=progress,
    )


def source_language(handbook: Handbook) -> str:
    """Return the language that the sources are written in."""
    books = (record for record in handbook.records if isinstance(record, Book))
    return next((str(book.language) for book in books), "nb")


def languages_of(handbook: Handbook) -> tuple[str, ...]:
    """Return the languages that the handbook is built in, the source language first."""
    books = (record for record in handbook.records if isinstance(record, Book))
    more = next((book.languages for book in books), ())
    source = source_language(handbook)
    return (source, *(str(name) for name in more if name != source))


def programme_ids(handbook: Handbook) -> tuple[str, ...]:
    """Return the ids of all programmes, in their order."""
    return tuple(str(p.id) for p in programmes_of(handbook))


def _users(handbook: Handbook, programmes: tuple[Programme, ...]) -> Mapping[str, frozenset[str]]:
    """Return the programmes that rest on something, by its id.

    A programme does if its own list of publications holds it or names it among `uses`, or if one
    of its texts links to it.
    """
    used: dict[str, set[str]] = {}
    for record in handbook.records:
        programme = owner_of(record.id, programmes)
        if programme is None:
            continue
        names = {str(ref) for ref in references(record) if isinstance(ref, SourceRef)}
        names |= {str(s.id) for s in getattr(record, "sources", ())}
        names |= {link[1:] for text in prose(record) for link in links(text) if link[0] == "#"}
        for name in names:
            used.setdefault(name, set()).add(str(programme.id))
    return {name: frozenset(found) for name, found in used.items()}
