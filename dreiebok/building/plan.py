"""The plan: every artefact of a build with the fingerprint of all that can change its bytes.

Pure: a Project goes in, a Plan or Problems come out. Nothing is rendered here and nothing written.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from html import escape

from dreiebok.building.assets import FETCHED
from dreiebok.building.cache import fingerprint
from dreiebok.building.choosing import check_choice, chosen, engine_of
from dreiebok.building.loading import (
    load_brand,
    load_handbook,
    load_organisation,
    locales_of,
)
from dreiebok.building.options import Selection
from dreiebok.building.reading import Project, program_digest
from dreiebok.building.translating import load_translations
from dreiebok.editions.edition import Edition
from dreiebok.editions.locales import native_name
from dreiebok.editions.making import languages_of, make_edition, programme_ids, source_language
from dreiebok.editions.pseudo import PSEUDO
from dreiebok.editions.releases import news_of
from dreiebok.editions.series import CALENDAR, calendar, check_series, series_of
from dreiebok.editions.wording import check_terms
from dreiebok.inline import to_plain
from dreiebok.model.base import Text
from dreiebok.model.engines import Engine
from dreiebok.model.handbook import Handbook
from dreiebok.model.organisations import Organisation, Paper
from dreiebok.press.bilingual import bilingual_documents
from dreiebok.press.documents import print_documents
from dreiebok.press.values import PrintDocument, Printing
from dreiebok.problems import Problem, Severity, SourceError, WrongUse, sort_problems
from dreiebok.sources.parsing import did_you_mean
from dreiebok.website.accents import STYLE_SHEET, accent_styles
from dreiebok.website.branding import brand_files, brand_settings, brand_styles
from dreiebok.website.drivers.installed import engine_versions
from dreiebok.website.drivers.sandboxed import OWN_TEMPLATES
from dreiebok.website.engines import SiteSettings, flat_config
from dreiebok.website.feeds import FEED, feed
from dreiebok.website.frames import frame_parts, is_separable
from dreiebok.website.languages import lacking_pages
from dreiebok.website.links import check_markdown
from dreiebok.website.meetings import WORKER, Meeting, make_meetings, meeting_files
from dreiebok.website.navigation import NEWS, STATUS, make_nav, make_site_map
from dreiebok.website.pages import Download, Page, fixed_titles, make_pages
from dreiebok.website.prints import SCRIPT as PRINT_CODES
from dreiebok.website.prints import print_codes
from dreiebok.website.searching import SCRIPT as SEARCH_WORDS
from dreiebok.website.searching import search_help, search_words

ALL = "all"
"""Stands for every language that has catalogs, and the source."""


@dataclass(frozen=True, slots=True)
class PrintJob:
    """A PDF to be made, or taken from the cache under its fingerprint."""

    document: PrintDocument
    key: str


@dataclass(frozen=True, slots=True)
class SiteJob:
    """One language's site: the whole Markdown tree, by path, and its fingerprint.

    `prints` are the paths of the PDFs that its pages lead to, `frame` is the fingerprint of what
    its pages share (`website/frames.py`), empty where they cannot be rendered one by one.
    """

    locale: str
    tree: Mapping[str, bytes]
    pages: tuple[Page, ...]
    key: str
    engine: Engine
    meetings: tuple[Meeting, ...] = ()
    prints: tuple[str, ...] = ()
    frame: str = ""


@dataclass(frozen=True, slots=True)
class Glance:
    """Pages that somebody looks at, by language and path in its site, and the sites of before."""

    sites: Mapping[str, SiteJob]
    shown: Mapping[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class Plan:
    """All that a build will do for one selection."""

    editions: tuple[Edition, ...]
    prints: tuple[PrintJob, ...]
    sites: tuple[SiteJob, ...]


def make_plan(
    project: Project, selection: Selection, glance: Glance | None = None
) -> tuple[Plan, tuple[Problem, ...]]:
    """Return the plan for a project, and every problem; with errors the plan is empty.

    With a glance, it holds the sites of before with the pages looked at as they would be now.

    Raises WrongUse for a language or programme that does not exist, SourceError for a handbook
    without its own record.
    """
    handbook, problems = load_handbook(project)
    organisation, wrong = load_organisation(project)
    if organisation:
        wrong = (*wrong, *check_series(organisation, handbook))
    problems = sort_problems((*problems, *wrong, *check_terms(handbook, organisation)))
    if any(problem.severity is Severity.ERROR for problem in problems):
        return Plan((), (), ()), problems
    source = source_language(handbook)
    locales = (source, *(name for name in locales_of(project) if name != source), PSEUDO)
    _check_selection(handbook, selection, locales)
    wrong = check_choice(organisation, programme_ids(handbook), locales)
    if wrong:
        return Plan((), (), ()), sort_problems((*problems, *wrong))
    selection = chosen(selection, organisation)
    engine = engine_of(selection, organisation, project.base_config)
    program = program_digest()
    styles = _assets_digest(project)
    editions: list[Edition] = []
    prints: list[PrintJob] = []
    sites: list[SiteJob] = []
    found = list(problems)
    wanted = selection.languages or languages_of(handbook)
    if ALL in wanted:
        wanted = locales
    every = tuple(dict.fromkeys((*wanted, *selection.beside)))
    translated = tuple(name for name in every if name not in {source, PSEUDO})
    # The page that tells how far they have come tells it of all.
    known = locales_of(project) if translated and selection.website else translated
    translations, progress, wrong = load_translations(project, handbook, known)
    found.extend(wrong)
    brand, wrong = load_brand(project, organisation, every)
    found.extend(wrong)
    read = {
        locale: make_edition(
            handbook,
            locale,
            selection.programmes,
            organisation,
            translations.get(locale),
            progress,
            brand,
        )
        for locale in every
    }
    for locale in wanted:
        edition = read[locale]
        editions.append(edition)
        found.extend(edition.wording.problems)
        printing = printing_of(edition, selection)
        listed = not selection.prints
        documents, wrong = print_documents(edition, project.templates, printing, listed=listed)
        found.extend(wrong)
        for other in (read[name] for name in selection.beside if name != locale):
            # A code on the second side leads to a page only if that language's site is made.
            there = printing_of(other, selection)
            there = there if other.locale in wanted else replace(there, pages={})
            more, wrong = bilingual_documents(
                edition, other, project.templates, printing, there, listed=listed
            )
            documents += more
            found.extend(wrong)
        downloads = tuple(
            Download(d.path, d.kind, d.title, d.programme, d.record, d.usual) for d in documents
        )
        if selection.prints:
            prints.extend(_print_jobs(documents, program, styles))
        if glance:
            pages, wrong = make_pages(
                edition, project.templates, downloads, only=glance.shown[locale]
            )
            found.extend(wrong)
            anew = {f"docs/{page.path}": page.markdown.encode() for page in pages}
            before = glance.sites[locale]
            sites.append(replace(before, tree={**before.tree, **anew}))
            continue
        if selection.website:
            news = news_of(edition, make_edition(handbook, only=selection.programmes))
            pages, missing = make_pages(edition, project.templates, downloads, news)
            found.extend(missing)
            site = make_site_map(edition, fixed_titles(edition.gettext))
            others = tuple(read[name] for name in wanted)
            meetings, wrong = make_meetings(
                edition, project.templates, site, _notice(edition), others
            )
            found.extend(wrong)
            tree = site_tree(edition, pages, project, others)
            if news:
                tree[f"docs/{FEED}"] = feed(edition, news)
            tree |= meeting_files(meetings, tree, project.assets.get(f"site/{WORKER}", b""))
            parts = [part for name, data in sorted(tree.items()) for part in (name, data)]
            key = fingerprint("site", program, engine_versions(engine), *parts)
            leads = tuple(download.path for download in downloads)
            frame = ""
            if engine is Engine.MKDOCS and is_separable(project.base_config, "mkdocs.yml"):
                versions = engine_versions(engine)
                frame = fingerprint("frame", program, versions, *leads, *frame_parts(tree))
            copied = (name.removeprefix("docs/") for name in tree)
            # A page that its template could not make is told once, not at every link to it.
            if not (missing or wrong):
                found.extend(check_markdown(edition, pages, meetings, copied, leads))
            sites.append(SiteJob(locale, tree, pages, key, engine, meetings, leads, frame))
    return Plan(tuple(editions), tuple(prints), tuple(sites)), sort_problems(found)


def check_project(project: Project, selection: Selection) -> tuple[Problem, ...]:
    """Return every problem that can be found without rendering: sources and templates."""
    try:
        return make_plan(project, selection)[1]
    except SourceError as error:
        return sort_problems(
            (*load_handbook(project)[1], *load_organisation(project)[1], *error.problems)
        )


def printing_of(edition: Edition, selection: Selection) -> Printing:
    """Return how to print: a build's options come before the organisation's settings."""
    # Without settings, those that an organisation has which says no more than its name.
    settings = edition.organisation or Organisation.model_validate({"name": Text("-")})
    pages: dict[str, str] = {}
    if settings.home:
        base = f"{settings.home}{edition.locale}/"
        where = make_site_map(edition, fixed_titles(edition.gettext)).where
        pages = {n: base + path.removesuffix(".md") + ".html" for n, path in where.items()}
    return Printing(
        start=settings.clock() if selection.start is None else selection.start,
        participants=selection.participants or settings.participants,
        paper=Paper(selection.paper or settings.paper),
        pages=pages,
    )


def site_tree(
    edition: Edition, pages: tuple[Page, ...], project: Project, editions: tuple[Edition, ...] = ()
) -> dict[str, bytes]:
    """Return the whole Markdown tree of one language: pages, assets and the flat mkdocs.yml.

    `editions` are those of all languages that are built, which a reader can change between.
    """
    titles = fixed_titles(edition.gettext)
    site = make_site_map(edition, titles)
    settings = SiteSettings(
        name=edition.site_name,
        description=to_plain(edition.book.lead),
        locale=edition.locale,
        direction=edition.direction,
        footer=escape(" · ".join(_footer(edition))),
        brand=brand_settings(edition),
        nav=tuple(make_nav(edition, site, titles)),
        words={
            "Mørk bakgrunn": edition.gettext("Mørk bakgrunn"),
            "Lys bakgrunn": edition.gettext("Lys bakgrunn"),
        },
        notice=_notice(edition),
        notice_link=(STATUS.replace(".md", ".html"), titles[STATUS]) if edition.progress else None,
        others={e.locale: native_name(e.locale) for e in editions} if len(editions) > 1 else {},
        lacking=lacking_pages(edition, editions),
        address=edition.organisation.home if edition.organisation else "",
        search=search_help(edition, site, titles),
        feed=(FEED, titles[NEWS]) if NEWS in {page.path for page in pages} else None,
    )
    tree: dict[str, bytes] = {
        "mkdocs.yml": flat_config(project.base_config, "mkdocs.yml", settings).encode()
    }
    tree[f"docs/{STYLE_SHEET}"] = (brand_styles(edition) + accent_styles(edition)).encode()
    for name, data in brand_files(edition).items():
        tree[f"docs/{name}"] = data
    tree[f"docs/{PRINT_CODES}"] = print_codes(edition, site, edition.gettext).encode()
    tree[f"docs/{SEARCH_WORDS}"] = search_words(edition).encode()
    if series := series_of(edition):
        tree[f"docs/{CALENDAR}"] = calendar(edition, series)
    for page in pages:
        tree[f"docs/{page.path}"] = page.markdown.encode()
    for name, data in project.assets.items():
        if name.startswith("site/assets/"):
            tree[f"docs/{name.removeprefix('site/')}"] = data
        elif (name.startswith("fonts/") and name.endswith((".woff2", ".txt"))) or name.startswith(
            "images/"
        ):
            tree[f"docs/assets/{name}"] = data
        elif name.startswith("site/overrides/"):
            tree[name.removeprefix("site/")] = data
    for name, text in project.templates.items():
        if name.startswith("site/overrides/"):
            tree[name.removeprefix("site/")] = text.encode()
    if project.own_overrides:
        # What the engine must not run as it runs the base's.
        tree[OWN_TEMPLATES] = "".join(f"{n}\n" for n in sorted(project.own_overrides)).encode()
    return tree


def _footer(edition: Edition) -> Iterator[str]:
    """Yield what every page says of the edition: who publishes it, version, licence, credit."""
    yield to_plain(edition.publisher)
    yield edition.imprint
    yield to_plain(edition.licence)
    if edition.credit:
        yield edition.credit


def _notice(edition: Edition) -> str:
    """Return what stands above every page of a translation that is not finished, or nothing."""
    words = []
    if edition.translation.draft:
        words.append(
            edition.gettext(
                "Dette er et utkast: Ingen med språket som morsmål har lest oversettelsen."
            )
        )
    missing = edition.translation.total - edition.translation.translated
    if missing:
        words.append(
            edition.ngettext("{n} tekst står på bokmål.", "{n} tekster står på bokmål.", missing)
        )
    return " ".join(words)


def _print_jobs(documents: tuple[PrintDocument, ...], program: str, styles: str) -> list[PrintJob]:
    keys = {
        document.path: fingerprint("pdf", program, styles, document.path, document.html)
        for document in documents
    }
    for document in documents:
        if not {piece.path for piece in document.pieces} <= keys.keys():
            # A template of one of its pieces is broken, which is told already.
            del keys[document.path]
        elif document.pieces:
            used = [part for p in document.pieces for part in (keys[p.path], repr(p))]
            keys[document.path] = fingerprint("assembled", program, document.title, *used)
    return [PrintJob(one, keys[one.path]) for one in documents if one.path in keys]


def _assets_digest(project: Project) -> str:
    """Return a fingerprint of what print documents may fetch: style sheets, fonts, images."""
    parts = [
        part
        for name, data in sorted(project.assets.items())
        if name.startswith(FETCHED)
        for part in (name, data)
    ]
    return fingerprint(*parts)


def _check_selection(handbook: Handbook, selection: Selection, locales: tuple[str, ...]) -> None:
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
