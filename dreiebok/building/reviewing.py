"""Everything that is wrong with the catalogs of a project, and what keeps them from being whole."""

from pathlib import PurePosixPath

from dreiebok.building.choosing import ALL
from dreiebok.building.loading import (
    CATALOGS,
    load_catalogs,
    load_handbook,
    load_organisation,
    locales_of,
)
from dreiebok.building.reading import BASE, Project
from dreiebok.building.translating import all_messages
from dreiebok.editions.locales import is_locale
from dreiebok.editions.making import source_language
from dreiebok.editions.messages import domain_of
from dreiebok.editions.progress import progress
from dreiebok.editions.proofing import compare, proofread
from dreiebok.model.handbook import Glossary
from dreiebok.problems import Code, Location, Problem, Severity, WrongUse, sort_problems


def review(project: Project, locales: tuple[str, ...] = ()) -> tuple[Problem, ...]:
    """Return the slips in the catalogs of locales (none: of all it concerns), each at its line.

    A catalog that cannot be read, or is not there at all, is told beside the others.
    """
    for locale in locales:
        if locale not in locales_of(project):
            raise WrongUse(f"there are no catalogs of “{locale}”; dreiebok translate add {locale}")
    messages = all_messages(project)
    handbook, _ = load_handbook(project)
    found: list[Problem] = []
    for locale in locales or _concerned(project):
        catalogs, wrong = load_catalogs(project, locale)
        found.extend(wrong)
        damaged = {problem.location.file for problem in wrong}
        for domain, wanted in messages.items():
            name = f"{CATALOGS}/{locale}/{domain}.po"
            if domain not in catalogs and name not in damaged:
                found.append(_no_catalog(name))
            if catalog := catalogs.get(domain):
                glossaries = [
                    record
                    for record in handbook.records
                    if isinstance(record, Glossary) and domain_of(record, handbook) == domain
                ]
                found.extend(compare(catalog, wanted))
                found.extend(proofread(catalog, wanted, glossaries, source_language(handbook)))
        for domain in sorted(set(catalogs) - set(messages)):
            # The base's catalogs are no organisation's to take out.
            if not catalogs[domain].name.startswith(BASE):
                found.append(_no_domain(catalogs[domain].name, tuple(messages)))
    if not locales:
        own = (name for name in project.catalogs if not name.startswith(BASE))
        found.extend(_no_locale(name) for name in own if not is_locale(_folder(name)))
    return sort_problems(found)


def _concerned(project: Project) -> tuple[str, ...]:
    """Return the locales of a project; of an organisation's those that it builds or has begun."""
    known = locales_of(project)
    organisation, _ = load_organisation(project)
    if not (project.base and organisation and organisation.languages):
        return known
    if ALL in organisation.languages:
        return known
    begun = {_folder(name) for name in project.catalogs if not name.startswith(BASE)}
    return tuple(name for name in known if name in organisation.languages or name in begun)


def unfinished(project: Project, locales: tuple[str, ...]) -> tuple[Problem, ...]:
    """Return what keeps translations from being whole, for a build that is to be strict."""
    messages = all_messages(project)
    found = list(review(project, locales)) if locales else []
    for locale in locales:
        catalogs, _ = load_catalogs(project, locale)
        for domain, catalog in sorted(catalogs.items()):
            one = progress(catalog, messages.get(domain, ()))
            if one.missing or one.fuzzy:
                what = (
                    f"{one.missing} of {one.total} texts have no translation, "
                    f"and {one.fuzzy} have one of an older text"
                )
                hint = (
                    "Translate them, or build without --strict: they stand in the source language."
                )
                at = Location(catalog.name)
                found.append(Problem(Code.MISSING_TRANSLATION, what, at, hint, Severity.WARNING))
    return sort_problems(found)


def _no_catalog(name: str) -> Problem:
    what, hint = "there is no such catalog, so all its texts are missing", "Run `translate update`."
    return Problem(Code.MISSING_MESSAGE, what, Location(name), hint, Severity.WARNING)


def _no_locale(name: str) -> Problem:
    what = f"“{_folder(name)}” is no language’s code, so the catalog is not used"
    hint = "Call the folder as `translate add` does: sv, pt_BR, zh_Hant."
    return Problem(Code.BAD_CATALOG, what, Location(name), hint, Severity.WARNING)


def _folder(name: str) -> str:
    return PurePosixPath(name).parts[-2]


def _no_domain(name: str, domains: tuple[str, ...]) -> Problem:
    what = "no programme has this catalog, so nothing in it is used"
    hint = f"Take it out. The catalogs are: {', '.join(f'{domain}.po' for domain in domains)}."
    return Problem(Code.OUTDATED_MESSAGE, what, Location(name), hint, Severity.WARNING)
