"""From a project's bytes to its handbook, with all that is wrong with the sources."""

from dataclasses import replace
from pathlib import PurePosixPath

from dreiebok.building.locking import check_lock
from dreiebok.building.overlaid import load_trees
from dreiebok.building.reading import BASE, Project
from dreiebok.editions.brand import NO_BRAND, Brand, make_brand
from dreiebok.editions.catalogs import Catalog, make_catalog, read_catalog
from dreiebok.editions.edition import Edition
from dreiebok.editions.locales import is_locale
from dreiebok.editions.making import make_edition, source_language
from dreiebok.model.handbook import Handbook
from dreiebok.model.organisations import Organisation
from dreiebok.problems import Problem, SourceError, has_errors, sort_problems
from dreiebok.sources.assembling import assemble, check_handbook
from dreiebok.sources.parsing import SourceFile, parse_records, parse_settings

CATALOGS = "content/locale"
"""Where the catalogs lie: a folder for each locale, in it a PO file for each domain."""


def load_handbook(project: Project) -> tuple[Handbook, tuple[Problem, ...]]:
    """Return the handbook as far as it could be parsed, and all problems of its sources."""
    loaded = load_trees(project)
    overlaid = loaded.overlaid
    records, problems = parse_records(overlaid.trees)
    handbook, doubles = assemble(records)
    handbook = replace(handbook, removed=overlaid.removed, own_files=project.own_files)
    found = [*project.problems, *loaded.problems, *problems, *doubles, *overlaid.problems]
    # References into a file that could not be parsed would only repeat what is already said.
    if not found:
        found.extend(check_handbook(handbook))
        found.extend(check_lock(project, overlaid.overridden))
    return handbook, sort_problems(found)


def load_organisation(project: Project) -> tuple[Organisation | None, tuple[Problem, ...]]:
    """Return the settings of the organisation whose edition it is, if any, and their problems."""
    for name, data in project.organisation.items():
        return parse_settings(Organisation, SourceFile(name, data))
    return None, ()


def load_brand(
    project: Project, organisation: Organisation | None, locales: tuple[str, ...]
) -> tuple[Brand, tuple[Problem, ...]]:
    """Return the brand of an organisation's edition in some locales, and its files' problems."""
    if organisation is None:
        return NO_BRAND, ()
    folder = next((str(PurePosixPath(name).parent) for name in project.organisation), ".")
    folder = "" if folder == "." else folder
    return make_brand(organisation, project.organisation_files, folder, locales)


def load_edition(project: Project) -> Edition:
    """Return the edition in the language of the sources, with what is the organisation's own.

    Raises SourceError with all that is wrong with sources, settings or brand.
    """
    handbook, problems = load_handbook(project)
    organisation, wrong = load_organisation(project)
    problems = (*problems, *wrong)
    if not has_errors(problems):
        brand, wrong = load_brand(project, organisation, (source_language(handbook),))
        if not has_errors(wrong):
            return make_edition(handbook, organisation=organisation, brand=brand)
        problems = (*problems, *wrong)
    raise SourceError(*sort_problems(problems))


def locales_of(project: Project) -> tuple[str, ...]:
    """Return the locales that have catalogs; a folder that is no locale’s is passed over."""
    folders = {PurePosixPath(name).parts[-2] for name in project.catalogs}
    return tuple(sorted(folder for folder in folders if is_locale(folder)))


def load_catalog(project: Project, locale: str, domain: str) -> Catalog:
    """Return a catalog as it was read; an empty one where there is no file.

    An organisation's catalog of the same domain comes before that of the base.

    Raises SourceError with the line of what is wrong in it.
    """
    name = f"{CATALOGS}/{locale}/{domain}.po"
    if project.base and name not in project.catalogs:
        name = f"{BASE}{name}"
    data = project.catalogs.get(name)
    if data is None:
        return make_catalog(locale, domain, ())
    return read_catalog(data, locale, domain, name)


def load_catalogs(project: Project, locale: str) -> tuple[dict[str, Catalog], tuple[Problem, ...]]:
    """Return the catalogs of a locale by domain, and the problems of those that are damaged."""
    read = {domain: try_catalog(project, locale, domain) for domain in domains_of(project, locale)}
    found = {domain: catalog for domain, (catalog, _) in read.items() if catalog}
    return found, tuple(problem for _, wrong in read.values() for problem in wrong)


def domains_of(project: Project, locale: str) -> tuple[str, ...]:
    """Return the domains for which a locale has catalogs, damaged or not."""
    paths = map(PurePosixPath, sorted(project.catalogs))
    return tuple(dict.fromkeys(path.stem for path in paths if path.parts[-2] == locale))


def try_catalog(
    project: Project, locale: str, domain: str
) -> tuple[Catalog | None, tuple[Problem, ...]]:
    """Return a catalog as `load_catalog` does; of one that is damaged, the problems."""
    try:
        return load_catalog(project, locale, domain), ()
    except SourceError as error:
        return None, error.problems
