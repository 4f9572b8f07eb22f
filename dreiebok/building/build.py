"""One build, from a project that was read to a published site."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Executor, Future
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from dreiebok.building.assets import assets_folder
from dreiebok.building.cache import Cache, Values
from dreiebok.building.collecting import NewSite
from dreiebok.building.head_start import HeadStart
from dreiebok.building.loading import locales_of
from dreiebok.building.options import Options
from dreiebok.building.plan import Plan, PrintJob, make_plan
from dreiebok.building.program import program_digest
from dreiebok.building.publishing import publish, staging
from dreiebok.building.reading import Project
from dreiebok.building.rendering import Rendered, Report, render_all
from dreiebok.building.reviewing import unfinished
from dreiebok.building.zipping import check_packable
from dreiebok.keeping import shelf_open
from dreiebok.press.values import PressedPdf
from dreiebok.problems import Problem, Severity, SourceError, has_errors, sort_problems
from dreiebok.website.drivers.installed import require


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a build. With an error among the problems nothing was written.

    `terms` tells how often each term was replaced by the organisation's word, by locale.
    """

    problems: tuple[Problem, ...] = ()
    pages: int = 0
    prints: int = 0
    rendered: int = 0
    terms: Mapping[str, Mapping[str, int]] = field(default_factory=dict)

    @property
    def failed(self) -> bool:
        """Tell whether an error stood in the way of publishing."""
        return has_errors(self.problems)


@dataclass(frozen=True, slots=True)
class Draft:
    """What was read, the plan that it makes, and the problems, none of which forbids it."""

    project: Project
    plan: Plan
    problems: tuple[Problem, ...]


def build(project: Project, options: Options, report: Report, pool: Executor) -> Outcome:
    """Build a project that was read into the options' output folder.

    All problems are returned together. Unless one of them is an error (with --strict: a warning
    too) the output folder is replaced as a whole; otherwise it stays as it was.
    """
    early = HeadStart(project, options, pool)
    # With --strict a warning would make it useless.
    draft = make_draft(project, options, None if options.strict else early.begin)
    if isinstance(draft, Outcome):
        return draft
    return make_site(draft, options, pool, report, early.end())


def make_draft(
    project: Project, options: Options, begin: Callable[[PrintJob], None] | None = None
) -> Draft | Outcome:
    """Return what is to be rendered, or the outcome where an error forbids it.

    `begin` is told of prints while others are still planned. Raises EngineMissing where the engine
    that was chosen is not installed.
    """
    values = Values(Cache(options.cache), program_digest())
    try:
        with shelf_open(values):
            plan, problems = make_plan(project, options.selection, begin=begin)
        plan = replace(plan, kept=frozenset(values.keys))
        if options.strict:
            locales = {edition.locale for edition in plan.editions} & set(locales_of(project))
            problems = sort_problems((*problems, *unfinished(project, tuple(sorted(locales)))))
    except SourceError as error:
        return Outcome(sort_problems((*project.problems, *error.problems)))
    if stops(problems, options.strict):
        return Outcome(_as_errors(problems, options.strict))
    for engine in {site.engine for site in plan.sites}:
        require(engine)
    return Draft(project, plan, problems)


def make_site(
    draft: Draft,
    options: Options,
    pool: Executor,
    report: Report,
    begun: dict[str, Future[PressedPdf]],
) -> Outcome:
    """Render what the cache does not hold of a draft, and publish it.

    `begun` are prints that workers are at already, by key; it is empty afterwards.
    """
    # Nothing else fetches them; a preview would write them for every saved style sheet.
    assets = assets_folder(draft.project, options.work) if draft.plan.prints else options.work
    try:
        with new_site(draft, options) as site:
            rendered = render_all(site, options, assets, pool, report, begun)
            return put_in_place(draft, site, rendered, options)
    except SourceError as error:
        return Outcome(sort_problems((*draft.problems, *error.problems)))


@contextmanager
def new_site(draft: Draft, options: Options) -> Iterator[NewSite]:
    """Give a site to be filled; it is gone afterwards unless it was published."""
    with staging(options.output) as folder:
        yield NewSite(folder, draft.plan, draft.project)


def put_in_place(draft: Draft, site: NewSite, rendered: Rendered, options: Options) -> Outcome:
    """Publish a site that has all its prints and pages, unless a problem forbids it."""
    problems = sort_problems((*draft.problems, *rendered.problems))
    if stops(problems, options.strict):
        return Outcome(_as_errors(problems, options.strict))
    artefacts = site.finish()
    if options.package and (unsafe := check_packable(site.folder)):
        return Outcome(sort_problems((*problems, *unsafe)))
    publish(site.folder, options.output)
    pages = sum(artefact.kind in {"page", "meeting"} for artefact in artefacts)
    terms = {edition.locale: edition.wording.counts for edition in draft.plan.editions}
    return Outcome(problems, pages, len(artefacts) - pages, rendered.count, terms)


def stops(problems: Iterable[Problem], strict: bool) -> bool:
    """Tell whether one of the problems keeps a build from being published."""
    return bool(tuple(problems)) if strict else has_errors(problems)


def _as_errors(problems: tuple[Problem, ...], strict: bool) -> tuple[Problem, ...]:
    if not strict:
        return problems
    return tuple(Problem(p.code, p.message, p.location, p.hint, Severity.ERROR) for p in problems)
