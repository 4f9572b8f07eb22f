"""The plan: every artefact of a build with the fingerprint of all that can change its bytes.

Pure: a Project goes in, a Plan or Problems come out. Nothing is rendered here and nothing written.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache, partial

from dreiebok.building.archives import Squeezed
from dreiebok.building.assets import look_of, styles_of
from dreiebok.building.choosing import check_choice, check_selection, chosen, engine_of
from dreiebok.building.garbage import clearing, unwatched
from dreiebok.building.loading import (
    load_brand,
    load_handbook,
    load_organisation,
    locales_of,
)
from dreiebok.building.options import Selection
from dreiebok.building.program import program_digest
from dreiebok.building.reading import Project
from dreiebok.building.top import top_files
from dreiebok.building.translating import load_translations
from dreiebok.building.trees import notice_of, site_tree
from dreiebok.editions.edition import Edition, programmes_of
from dreiebok.editions.locales import let_go
from dreiebok.editions.making import make_edition, source_language
from dreiebok.editions.pseudo import PSEUDO
from dreiebok.editions.releases import news_of
from dreiebok.editions.series import check_series
from dreiebok.editions.wording import check_terms
from dreiebok.keeping import fingerprint
from dreiebok.model.base import Text
from dreiebok.model.engines import Engine
from dreiebok.model.handbook import Handbook
from dreiebok.model.organisations import Organisation, Paper
from dreiebok.press.bilingual import bilingual_documents
from dreiebok.press.documents import Ready, print_documents
from dreiebok.press.values import PrintDocument, Printing
from dreiebok.problems import Problem, SourceError, has_errors, sort_problems
from dreiebok.website.drivers.installed import engine_versions
from dreiebok.website.feeds import FEED, feed
from dreiebok.website.frames import frame_parts, is_separable
from dreiebok.website.links import check_markdown
from dreiebok.website.meetings import WORKER, Meeting, make_meetings, meeting_files
from dreiebok.website.navigation import check_paths, fixed_titles, make_site_map
from dreiebok.website.pages import Page, make_pages
from dreiebok.website.pageview import Download
from dreiebok.website.paths import DOCS, html_path


@dataclass(frozen=True, slots=True)
class PrintJob:
    """A PDF to be made, or taken from the cache under its fingerprint."""

    document: PrintDocument
    key: str


@dataclass(frozen=True, slots=True)
class SiteJob:
    """One language's site: the whole Markdown tree, by path, and its fingerprint.

    What `pages` and `meetings` say stands in the tree alone: a build holds all its languages.
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
    """All that a build will do for one selection.

    The `editions` still say their own words, but their records are those of the sources: pages and
    prints are made, and a build holds all its languages. `top` are the files above the languages,
    by path in the whole site. `kept` are the keys of what the cache keeps of it (`keeping.py`).
    """

    editions: tuple[Edition, ...]
    prints: tuple[PrintJob, ...]
    sites: tuple[SiteJob, ...]
    top: Mapping[str, bytes] = field(default_factory=dict)
    kept: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class _Basis:
    """What all languages of a plan rest on.

    The `selection` has what the sources choose, too. `edition` makes the edition in a language that
    is built, `beside` that which stands beside others in a print, and keeps it. `program`,
    `styles` and `look` are fingerprints of our own code, of what print documents may fetch, and of
    that and the templates.
    """

    project: Project
    selection: Selection
    handbook: Handbook
    edition: Callable[[str], Edition]
    beside: Callable[[str], Edition]
    engine: Engine
    program: str
    styles: str
    look: str


@unwatched()
def make_plan(
    project: Project,
    selection: Selection,
    glance: Glance | None = None,
    begin: Callable[[PrintJob], None] | None = None,
) -> tuple[Plan, tuple[Problem, ...]]:
    """Return the plan for a project, and every problem; with errors in the sources it is empty.

    With a glance, it holds the sites of before with the pages looked at as they would be now.
    `begin` is told of every print that is not put together of others as soon as it is known, as
    long as there is no error.

    Raises WrongUse for a language or programme that does not exist, SourceError for a handbook
    without its own record.
    """
    basis, problems = _make_basis(project, selection)
    if basis is None:
        return Plan((), (), ()), problems
    parts: list[Plan] = []

    def ready(document: PrintDocument) -> None:
        sound = not has_errors(problems)
        if begin and sound and basis.selection.prints and not document.pieces:
            begin(PrintJob(document, _print_key(document, basis)))

    with clearing() as clear:
        for locale in basis.selection.languages:
            part, wrong = _language(basis, locale, ready, glance)
            parts.append(part)
            problems = (*problems, *wrong)
            if not glance and locale != basis.selection.languages[-1]:
                let_go()
            clear()
    plan = Plan(
        tuple(edition for part in parts for edition in part.editions),
        tuple(job for part in parts for job in part.prints),
        tuple(site for part in parts for site in part.sites),
    )
    try:
        plan = replace(plan, top=_top(plan, project))
    except SourceError as error:
        problems = (*problems, *error.problems)
    return plan, sort_problems(problems)


def _top(plan: Plan, project: Project) -> Mapping[str, bytes]:
    paths = {site.locale: [page.html_path for page in site.pages] for site in plan.sites}
    return top_files(plan.editions, paths, project.templates) if paths else {}


def _language(
    basis: _Basis, locale: str, ready: Ready, glance: Glance | None
) -> tuple[Plan, tuple[Problem, ...]]:
    """Return the plan of one language, whose records are nobody's afterwards."""
    edition = basis.edition(locale)
    if has_errors(edition.wording.problems):
        ready = _nobody
    documents, problems = _documents(basis, edition, ready)
    problems = (*edition.wording.problems, *problems)
    prints = _print_jobs(documents, basis) if basis.selection.prints else ()
    downloads = tuple(
        Download(d.path, d.kind, d.title, d.programme, d.record, d.usual) for d in documents
    )
    sites: tuple[SiteJob, ...] = ()
    if glance or basis.selection.website:
        make = partial(_glanced, glance=glance) if glance else _site_job
        site, wrong = make(basis, edition, downloads)
        sites, problems = (site,), (*problems, *wrong)
    return Plan((_with_texts_of(basis.handbook, edition),), tuple(prints), sites), problems


def _nobody(document: PrintDocument) -> None:
    """Is told of a print that need not be begun: nothing will come of the plan."""


def _with_texts_of(handbook: Handbook, edition: Edition) -> Edition:
    """Return an edition that is called what it is, with the records of a handbook."""
    programmes = {programme.id: programme for programme in programmes_of(handbook)}
    return replace(
        edition,
        handbook=handbook,
        programmes=tuple(programmes[programme.id] for programme in edition.programmes),
        used_by={},
        translation=replace(edition.translation, grown={}),
    )


def _make_basis(
    project: Project, selection: Selection
) -> tuple[_Basis | None, tuple[Problem, ...]]:
    """Read the sources and choose what to build; nothing where the sources have errors."""
    handbook, problems = load_handbook(project)
    organisation, wrong = load_organisation(project)
    if organisation:
        wrong = (*wrong, *check_series(organisation, handbook))
    problems = sort_problems((*problems, *wrong, *check_terms(handbook, organisation)))
    if has_errors(problems):
        return None, problems
    source = source_language(handbook)
    real = (source, *(name for name in locales_of(project) if name != source))
    locales = (*real, PSEUDO)
    check_selection(handbook, selection, locales)
    wrong = check_choice(handbook, organisation, locales)
    if wrong:
        return None, sort_problems((*problems, *wrong))
    selection = chosen(selection, handbook, organisation, real)
    every = tuple(dict.fromkeys((*selection.languages, *selection.beside)))
    edition, wrong = _editions(project, selection, handbook, organisation, every)
    basis = _Basis(
        project,
        selection,
        handbook,
        edition,
        cache(edition),
        engine_of(selection, organisation, project.base_config),
        program_digest(),
        styles_of(project),
        look_of(project),
    )
    return basis, (*problems, *wrong)


def _editions(
    project: Project,
    selection: Selection,
    handbook: Handbook,
    organisation: Organisation | None,
    locales: tuple[str, ...],
) -> tuple[Callable[[str], Edition], tuple[Problem, ...]]:
    """Return what makes the edition in each of some languages."""
    source = source_language(handbook)
    translated = tuple(name for name in locales if name not in {source, PSEUDO})
    # The page that tells how far they have come tells it of all.
    known = locales_of(project) if translated and selection.website else translated
    catalogs_of, progress, problems = load_translations(project, handbook, known)
    brand, wrong = load_brand(project, organisation, locales)

    def edition(locale: str) -> Edition:
        return make_edition(
            handbook,
            locale,
            selection.programmes,
            organisation,
            catalogs_of(locale) if locale in translated else None,
            progress,
            brand,
        )

    return edition, (*problems, *wrong)


def _documents(
    basis: _Basis, edition: Edition, ready: Ready
) -> tuple[tuple[PrintDocument, ...], tuple[Problem, ...]]:
    """Return all prints of an edition, also those beside another language, and their problems."""
    selection, templates = basis.selection, basis.project.templates
    printing = replace(printing_of(edition, selection), look=basis.look)
    listed = not selection.prints
    documents, problems = print_documents(edition, templates, printing, listed=listed, ready=ready)
    for name in selection.beside:
        if name == edition.locale:
            continue
        other = basis.beside(name)
        # A code on the second side leads to a page only if that language's site is made.
        there = printing_of(other, selection)
        there = there if name in selection.languages else replace(there, pages={})
        more, wrong = bilingual_documents(
            edition, other, templates, printing, there, listed=listed, ready=ready
        )
        documents, problems = (*documents, *more), (*problems, *wrong)
    return documents, problems


def _glanced(
    basis: _Basis, edition: Edition, downloads: tuple[Download, ...], glance: Glance
) -> tuple[SiteJob, tuple[Problem, ...]]:
    """Return the site of before with the pages looked at as they would be now."""
    only = glance.shown[edition.locale]
    pages, problems = make_pages(edition, basis.project.templates, downloads, only=only)
    anew = {f"{DOCS}{page.path}": page.markdown.encode() for page in pages}
    before = glance.sites[edition.locale]
    return replace(before, tree={**before.tree, **anew}), problems


def _site_job(
    basis: _Basis, edition: Edition, downloads: tuple[Download, ...]
) -> tuple[SiteJob, tuple[Problem, ...]]:
    """Return the site of an edition, and the problems of its templates and links."""
    project, engine = basis.project, basis.engine
    news = news_of(edition, make_edition(basis.handbook, only=basis.selection.programmes))
    pages, missing = make_pages(edition, project.templates, downloads, news)
    site = make_site_map(edition, fixed_titles(edition.gettext))
    languages = basis.selection.languages
    meetings, wrong = make_meetings(edition, project.templates, site, notice_of(edition), languages)
    problems = (*missing, *wrong, *check_paths(site))
    tree = site_tree(edition, pages, project, languages)
    if news:
        tree[f"{DOCS}{FEED}"] = feed(edition, news)
    tree |= meeting_files(meetings, tree, project.assets.get(f"site/{WORKER}", b""))
    leads = tuple(download.path for download in downloads)
    if not problems:
        # A page that its template could not make is told once, not at every link to it.
        copied = (name.removeprefix(DOCS) for name in tree)
        problems = (*problems, *check_markdown(edition, pages, meetings, copied, leads))
    versions = engine_versions(engine)
    parts = [part for name, data in sorted(tree.items()) for part in (name, data)]
    key = fingerprint("site", basis.program, versions, *parts)
    frame = ""
    if engine is Engine.MKDOCS and is_separable(project.base_config, "mkdocs.yml"):
        frame = fingerprint("frame", basis.program, versions, *leads, *frame_parts(tree))
    made = {f"{DOCS}{path}" for path in (*(p.path for p in pages), *(m.path for m in meetings))}
    return SiteJob(
        edition.locale,
        Squeezed(tree, made),
        tuple(replace(page, markdown="") for page in pages),
        key,
        engine,
        tuple(replace(meeting, html="") for meeting in meetings),
        leads,
        frame,
    ), problems


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
        pages = {n: base + html_path(path) for n, path in where.items()}
    return Printing(
        start=settings.clock() if selection.start is None else selection.start,
        participants=selection.participants or settings.participants,
        paper=Paper(selection.paper or settings.paper),
        pages=pages,
    )


def _print_key(document: PrintDocument, basis: _Basis) -> str:
    """Return the fingerprint of a document that is made of HTML."""
    return fingerprint("pdf", basis.program, basis.styles, document.path, document.html)


def _print_jobs(documents: tuple[PrintDocument, ...], basis: _Basis) -> list[PrintJob]:
    keys = {document.path: _print_key(document, basis) for document in documents}
    for document in documents:
        if not {piece.path for piece in document.pieces} <= keys.keys():
            # A template of one of its pieces is broken, which is told already.
            del keys[document.path]
        elif document.pieces:
            used = [part for p in document.pieces for part in (keys[p.path], repr(p))]
            keys[document.path] = fingerprint("assembled", basis.program, document.title, *used)
    return [PrintJob(one, keys[one.path]) for one in documents if one.path in keys]
