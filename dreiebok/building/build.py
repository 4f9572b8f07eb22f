"""One build, from a project that was read to a published site."""

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass, field
from functools import partial

from dreiebok.building.assets import assets_folder
from dreiebok.building.collecting import collect
from dreiebok.building.head_start import HeadStart
from dreiebok.building.loading import locales_of
from dreiebok.building.options import Options
from dreiebok.building.plan import Plan, PrintJob, make_plan
from dreiebok.building.publishing import publish, staging, write_new
from dreiebok.building.reading import Project
from dreiebok.building.rendering import Rendered, Report, render_all
from dreiebok.building.reviewing import unfinished
from dreiebok.problems import Problem, Severity, SourceError, sort_problems
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
        return any(problem.severity is Severity.ERROR for problem in self.problems)


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
    assets = assets_folder(project, options.work)
    try:
        with render_all(draft.plan, options, assets, pool, report, early.begun) as rendered:
            return put_in_place(draft, rendered, options)
    except SourceError as error:
        return Outcome(sort_problems((*project.problems, *error.problems)))


def make_draft(
    project: Project, options: Options, begin: Callable[[PrintJob], None] | None = None
) -> Draft | Outcome:
    """Return what is to be rendered, or the outcome where an error forbids it.

    `begin` is told of prints while others are still planned. Raises EngineMissing where the engine
    that was chosen is not installed.
    """
    try:
        plan, problems = make_plan(project, options.selection, begin=begin)
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


def put_in_place(draft: Draft, rendered: Rendered, options: Options) -> Outcome:
    """Publish what was rendered, unless a problem of rendering forbids it."""
    plan, problems = draft.plan, sort_problems((*draft.problems, *rendered.problems))
    if stops(problems, options.strict):
        return Outcome(_as_errors(problems, options.strict))
    with staging(options.output) as new:
        artefacts = collect(plan, rendered, draft.project, partial(write_new, new))
        publish(new, options.output)
    pages = sum(artefact.kind in {"page", "meeting"} for artefact in artefacts)
    terms = {edition.locale: edition.wording.counts for edition in plan.editions}
    return Outcome(problems, pages, len(artefacts) - pages, rendered.count, terms)


def stops(problems: Iterable[Problem], strict: bool) -> bool:
    """Tell whether one of the problems keeps a build from being published."""
    return any(strict or problem.severity is Severity.ERROR for problem in problems)


def _as_errors(problems: tuple[Problem, ...], strict: bool) -> tuple[Problem, ...]:
    if not strict:
        return problems
    return tuple(Problem(p.code, p.message, p.location, p.hint, Severity.ERROR) for p in problems)
