"""One organisation's build as two tasks for a worker: reading and planning, and publishing.

Between the two its missing documents are rendered by any workers, and what is large (the project,
the plan) waits on the disk: the process that keeps many builds apart holds keys alone. An edition
of which the cache holds everything is published by the first task, and one of which nothing has
changed is only looked at.
"""

import pickle
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from dreiebok.building.archives import Folder, unpack, write_packed
from dreiebok.building.assets import assets_folder
from dreiebok.building.build import Draft, Outcome, make_draft, new_site, put_in_place
from dreiebok.building.cache import Cache
from dreiebok.building.leftovers import DRAFT, RENDERED, clear_up
from dreiebok.building.locking import add_to_lock
from dreiebok.building.options import Options
from dreiebok.building.plan import PrintJob, SiteJob
from dreiebok.building.publishing import check_output, check_rights, write_tree
from dreiebok.building.reading import BASE, read_project
from dreiebok.building.rendering import (
    Files,
    Rendered,
    epoch_of,
    faults_of,
    keys_of,
    load_pressed,
    site_folders,
    site_keys,
)
from dreiebok.building.state import problems_told, remember, state_key
from dreiebok.building.workers import interruptible
from dreiebok.building.writing import remove, write_atomically
from dreiebok.building.zipping import check_package, write_package
from dreiebok.model.engines import Engine
from dreiebok.press.values import PressedPdf
from dreiebok.problems import (
    MissingOnMachine,
    Problem,
    SourceError,
    WrongUse,
    misnamed,
    refusal,
    sort_problems,
)
from dreiebok.website.drivers.installed import EngineMissing


@dataclass(frozen=True, slots=True)
class Result:
    """What came of one organisation's build.

    `current` is one of which nothing has changed; `trouble` says why there is no site although the
    sources have no problem (`refused`: the machine says no), and `fault` holds the traceback of a
    mistake of ours.
    """

    name: str
    outcome: Outcome = field(default_factory=Outcome)
    current: bool = False
    trouble: str = ""
    fault: str = ""
    refused: bool = False

    @property
    def failed(self) -> bool:
        """Tell whether the old site stays."""
        return bool(self.outcome.failed or self.trouble or self.fault)


@dataclass(frozen=True, slots=True)
class MissingPrint:
    """A PDF that the cache does not hold; `bases` are the keys of its pieces by path."""

    job: PrintJob
    bases: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class MissingSite:
    """A language's site that the cache does not hold: its tree, where it goes, its time and key."""

    engine: Engine
    locale: str
    tree: str
    made: str
    epoch: int
    key: str


@dataclass(frozen=True, slots=True)
class Missing:
    """What the cache does not hold of an organisation's edition, and the folder of its assets."""

    prints: tuple[MissingPrint, ...]
    sites: tuple[MissingSite, ...]
    assets: str


@dataclass(frozen=True, slots=True)
class Made:
    """What came of rendering what was missing.

    `faulty` are the PDFs that a problem keeps out of the cache, by key; `unsound` are the languages
    of whose site the engine said something; `count` artefacts were rendered.
    """

    problems: tuple[Problem, ...] = ()
    faulty: Mapping[str, PressedPdf] = field(default_factory=dict)
    unsound: frozenset[str] = frozenset()
    count: int = 0


@interruptible
def begin(name: str, options: Options) -> Result | Missing:
    """Read and plan an edition; publish it if the cache holds all of it (runs in a worker)."""
    return _guarded(name, options, lambda: _begin(name, options))


@interruptible
def finish(name: str, options: Options, made: Made) -> Result:
    """Publish an edition of which everything has been rendered (runs in a worker)."""
    result = _guarded(name, options, lambda: _finish(name, options, made))
    assert isinstance(result, Result)
    return result


def relocated(problem: Problem, name: str, options: Options) -> Problem:
    """Return a problem with its file named from the folder of all organisations."""
    file = problem.location.file
    if (options.base and file.startswith(BASE)) or Path(file).is_absolute():
        return problem
    return replace(problem, location=replace(problem.location, file=f"{name}/{file}"))


def _guarded(name: str, options: Options, work: Callable[[], Result | Missing]) -> Result | Missing:
    """Run a task so that whatever goes wrong with it is this organisation's alone."""
    try:
        found = work()
    except EngineMissing as error:
        # Of many editions, only those that ask for this engine cannot be made.
        return Result(name, trouble=str(error))
    except MissingOnMachine:
        raise
    except SourceError as error:
        found = Result(name, Outcome(sort_problems(error.problems)))
    except WrongUse as error:
        return Result(name, trouble=str(error))
    except Exception as error:
        if words := refusal(error):
            return Result(name, trouble=f"this machine says no: {words}", refused=True)
        if words := misnamed(error):
            return Result(name, trouble=words)
        return Result(name, fault=traceback.format_exc())
    if isinstance(found, Missing):
        return found
    told = tuple(relocated(problem, name, options) for problem in found.outcome.problems)
    return replace(found, outcome=replace(found.outcome, problems=told))


def _begin(name: str, options: Options) -> Result | Missing:
    check_output(options.output, options.work, options.source)
    check_package(options.package, options.output)
    clear_up(options)
    project = read_project(options.source, options.organisation, options.base)
    if (told := problems_told(options, state_key(project, options))) is not None:
        write_package(options.package, options.output)
        return Result(name, Outcome(told), current=True)
    check_rights(options.output)
    draft = make_draft(project, options)
    if isinstance(draft, Outcome):
        return Result(name, draft)
    cache = Cache(options.cache)
    if options.selection.everything:
        # Before anything is rendered: from now on nobody sweeps away what this edition needs.
        cache.note(options.source, keys_of(draft.plan, options))
    missing = _missing(draft, options, cache)
    if missing is None:
        return _put_together(name, draft, options, Made())
    write_atomically(options.work / DRAFT, pickle.dumps(draft, pickle.HIGHEST_PROTOCOL))
    return missing


def _finish(name: str, options: Options, made: Made) -> Result:
    path = options.work / DRAFT
    # Written by `begin` in the same build, into a folder that is locked against others.
    draft: Draft = pickle.loads(path.read_bytes())  # noqa: S301
    remove(path)
    return _put_together(name, draft, options, made)


def _put_together(name: str, draft: Draft, options: Options, made: Made) -> Result:
    """Publish what the cache and the engines' folders hold."""
    plan, cache, found = draft.plan, Cache(options.cache), list(made.problems)
    try:
        with new_site(draft, options) as new:
            for site in plan.sites:
                files, wrong = _site_files(draft, site, options, made)
                new.add_site(site, files)
                found.extend(wrong)
            for job in plan.prints:
                kept = made.faulty.get(job.key) or load_pressed(cache, job.key)
                if kept is None:
                    raise _lost(cache)
                new.add_print(job, kept)
            outcome = put_in_place(draft, new, Rendered(tuple(found), made.count), options)
    finally:
        remove(options.work / RENDERED)
    if not outcome.failed:
        project = add_to_lock(draft.project)
        remember(options, state_key(project, options), outcome.problems)
        write_package(options.package, options.output)
    return Result(name, outcome)


def _site_files(
    draft: Draft, site: SiteJob, options: Options, made: Made
) -> tuple[Files, tuple[Problem, ...]]:
    """Return a language's site, which the cache then holds, and what is wrong with it."""
    cache, key = Cache(options.cache), site_keys(draft.plan, options)[site.locale]
    folder = site_folders(options, site)[1]
    if not folder.is_dir():
        entry = cache.load(key)
        if entry is None:
            raise _lost(cache)
        return unpack(entry[0]), ()
    files = Folder(folder)
    wrong = faults_of(draft.plan, site, files)
    if not wrong and site.locale not in made.unsound:
        cache.store(key, partial(write_packed, files), {})
    return files, wrong


def _lost(cache: Cache) -> WrongUse:
    """Return what to say where the cache no longer gives what this build has put there."""
    return WrongUse(f"the cache “{cache.folder}” has lost what was rendered; build again")


def _missing(draft: Draft, options: Options, cache: Cache) -> Missing | None:
    """Return what the cache does not hold of a plan, if anything."""
    plan = draft.plan
    keys = {job.document.address: job.key for job in plan.prints}
    lacking: list[MissingPrint] = []
    for job in plan.prints:
        # Read whole: a damaged one is missing.
        if load_pressed(cache, job.key) is None:
            inside = f"{job.document.locale}/"
            bases = {n.removeprefix(inside): keys[n] for n in job.document.needs}
            lacking.append(MissingPrint(job, bases))
    unmade: list[MissingSite] = []
    for site in plan.sites:
        key = site_keys(plan, options)[site.locale]
        tree, made = site_folders(options, site)
        remove(made)
        if cache.load(key) is None:
            write_tree(tree, site.tree)
            epoch = epoch_of(plan, site.locale, options)
            unmade.append(MissingSite(site.engine, site.locale, str(tree), str(made), epoch, key))
    if not lacking and not unmade:
        return None
    assets = str(assets_folder(draft.project, options.work)) if lacking else ""
    return Missing(tuple(lacking), tuple(unmade), assets)
