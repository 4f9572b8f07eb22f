"""Many organisations at once: whose turn it is, and what each of them still waits for.

Nothing is planned, rendered or published in this process: it hands tasks to workers and keeps
keys. A document that several editions need is rendered once.
"""

import traceback
from collections import deque
from collections.abc import Callable, Mapping
from concurrent.futures import BrokenExecutor, Executor, Future
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from dreiebok.building import stages, workers
from dreiebok.building.arrivals import Arrivals
from dreiebok.building.cache import Cache
from dreiebok.building.options import Options
from dreiebok.building.rendering import Report, load_pressed, store_pressed
from dreiebok.building.stages import Made, Missing, MissingPrint, MissingSite, Result
from dreiebok.press.values import PressedPdf
from dreiebok.problems import MissingOnMachine, Problem, WrongUse, refusal
from dreiebok.website.drivers.driving import Built

Tell = Callable[[Result], None]
"""Is told of each organisation as soon as its site stands, or cannot be made."""


def build_many(
    organisations: Mapping[str, Options],
    near: Executor,
    far: Executor,
    at_once: int,
    report: Report,
    tell: Tell,
) -> tuple[Result, ...]:
    """Build the editions of organisations by name; all share the cache that their options name.

    `near` are workers on this machine, which plan and publish; `far` render, and may be the same.
    `at_once` bounds how many editions are under way: their missing documents are in memory.
    Raises MissingOnMachine when the system stops a worker or lacks what a renderer needs.
    """
    crew = _Crew(near, far, report, tell)
    try:
        with crew.ended.with_interrupts():
            crew.work(deque(organisations.items()), at_once)
    except BrokenExecutor as error:
        raise workers.stopped() from error
    except BaseException:
        near.shutdown(wait=False, cancel_futures=True)
        raise
    if organisations and all(one.selection.everything for one in organisations.values()):
        Cache(next(iter(organisations.values())).cache).sweep()
    return tuple(sorted(crew.results, key=lambda result: result.name))


def build_here(
    organisations: Mapping[str, Options],
    jobs: int,
    report: Report,
    tell: Tell,
    start: Callable[[int], AbstractContextManager[Executor]] = workers.start,
) -> tuple[Result, ...]:
    """Build them with workers of this machine (`start`), as `build_many` does.

    Where the system stops a worker, all that the others are at is lost. One organisation may be
    why: its style sheet can ask for more than there is. So those that are left are built one after
    another, each with workers of its own, and only who stops these has no site.
    """
    results: list[Result] = []

    def ended(result: Result) -> None:
        results.append(result)
        tell(result)

    try:
        with start(jobs) as pool:
            build_many(organisations, pool, pool, jobs + 1, report, ended)
    except workers.WorkerStopped:
        done = {result.name for result in results}
        for name in (name for name in organisations if name not in done):
            try:
                with start(jobs) as pool:
                    build_many({name: organisations[name]}, pool, pool, 1, report, ended)
            except workers.WorkerStopped as error:
                ended(Result(name, trouble=str(error), refused=True))
    return tuple(sorted(results, key=lambda result: result.name))


@dataclass(slots=True)
class _Edition:
    """One edition under way; `left` are the keys that it waits for."""

    name: str
    options: Options
    assets: str
    left: set[str]
    together: list[MissingPrint]
    problems: list[Problem] = field(default_factory=list)
    faulty: dict[str, PressedPdf] = field(default_factory=dict)
    unsound: set[str] = field(default_factory=set)
    count: int = 0
    fault: str = ""


class _Crew:
    """The state of a build of many."""

    def __init__(self, near: Executor, far: Executor, report: Report, tell: Tell) -> None:
        self.near, self.far, self.report, self.tell = near, far, report, tell
        self.results: list[Result] = []
        self.running: dict[Future[Any], Callable[[Future[Any]], None]] = {}
        """What is to be done when a task has ended."""
        self.ended = Arrivals()
        self.waiting: dict[str, list[_Edition]] = {}
        """Who waits for an artefact that is being rendered, by its key."""
        self.done = self.total = 0

    def work(self, queue: deque[tuple[str, Options]], at_once: int) -> None:
        """Do everything."""
        self.total = count = len(queue)
        while queue or self.running:
            while queue and count - len(queue) - len(self.results) < at_once:
                name, options = queue.popleft()
                started = self.near.submit(stages.begin, name, options)
                self._then(started, partial(self._begun, name, options))
            future = self.ended.next()
            self.running.pop(future)(future)

    def _then(self, task: Future[Any], what: Callable[[Future[Any]], None]) -> None:
        """Do something when a task has ended."""
        self.running[task] = what
        self.ended.expect(task)

    def _begun(self, name: str, options: Options, future: Future[Any]) -> None:
        found: Result | Missing = future.result()
        if isinstance(found, Result):
            self._ended(found)
            return
        keys = {one.job.key for one in found.prints} | {_own(name, site) for site in found.sites}
        together = [one for one in found.prints if one.bases]
        edition = _Edition(name, options, found.assets, keys, together)
        self.total += len(keys)
        for site in found.sites:
            # Each edition has folders of its own, so a site is built for one alone.
            self.waiting[_own(name, site)] = [edition]
            made = self.far.submit(
                workers.build_pages, site.engine, site.tree, site.made, site.epoch
            )
            self._then(made, partial(self._built, edition, site))
        # The longest first, so that no core waits at the end.
        for one in sorted(found.prints, key=lambda one: -len(one.job.document.html)):
            if not one.bases:
                self._press(edition, one)
        self._assemble(edition)

    def _press(self, edition: _Edition, one: MissingPrint) -> None:
        key = one.job.key
        if key in self.waiting:
            self.waiting[key].append(edition)
            return
        self.waiting[key] = [edition]
        task = self.far.submit(workers.press_document, one.job.document, edition.assets)
        self._then(task, partial(self._pressed, one))

    def _assemble(self, edition: _Edition) -> None:
        """Start on the documents whose pieces are all there."""
        for one in tuple(edition.together):
            if edition.left.isdisjoint(one.bases.values()):
                edition.together.remove(one)
                key = one.job.key
                if key in self.waiting:
                    self.waiting[key].append(edition)
                    continue
                self.waiting[key] = [edition]
                cache = Cache(edition.options.cache)
                bases = {
                    path: _data(edition.faulty.get(base) or load_pressed(cache, base))
                    for path, base in one.bases.items()
                }
                task = self.far.submit(workers.assemble_document, one.job.document, bases)
                self._then(task, partial(self._pressed, one))

    def _pressed(self, one: MissingPrint, future: Future[Any]) -> None:
        key = one.job.key
        editions = self.waiting.pop(key)
        try:
            pdf: PressedPdf = future.result()
        except Exception as error:
            self._failed(editions, key, error)
            return
        if pdf.data and not pdf.problems:
            store_pressed(Cache(editions[0].options.cache), key, pdf)
        for edition in editions:
            if pdf.problems or not pdf.data:
                edition.faulty[key] = pdf
                edition.problems.extend(pdf.problems)
            # Rendered once, for the first who asked.
            edition.count += edition is editions[0]
            self._one_less(edition, key, one.job.document.address)

    def _built(self, edition: _Edition, site: MissingSite, future: Future[Any]) -> None:
        key = _own(edition.name, site)
        del self.waiting[key]
        try:
            built: Built = future.result()
        except Exception as error:
            self._failed([edition], key, error)
            return
        edition.count += 1
        edition.problems.extend(built.problems)
        edition.unsound.update([site.locale] if built.problems else [])
        self._one_less(edition, key, f"{site.locale}/")

    def _failed(self, editions: list[_Edition], key: str, error: Exception) -> None:
        """Let editions fail for a task that did; what ends a pool or lacks a library ends all."""
        if isinstance(error, BrokenExecutor | MissingOnMachine | WrongUse) or refusal(error):
            raise error
        for edition in editions:
            edition.fault = "".join(traceback.format_exception(error))
            edition.together.clear()
            self._one_less(edition, key, "")

    def _one_less(self, edition: _Edition, key: str, what: str) -> None:
        edition.left.discard(key)
        self.done += 1
        self.report(self.done, self.total, f"{edition.name}: {what}")
        if edition.fault:
            # What is assembled of pieces that are not there is waited for no longer.
            edition.left = {key for key in edition.left if self._waits(edition, key)}
        self._assemble(edition)
        if edition.left:
            return
        if edition.fault:
            self._ended(Result(edition.name, fault=edition.fault))
            return
        made = Made(
            tuple(edition.problems), edition.faulty, frozenset(edition.unsound), edition.count
        )
        task = self.near.submit(stages.finish, edition.name, edition.options, made)
        self._then(task, lambda future: self._ended(future.result()))

    def _waits(self, edition: _Edition, key: str) -> bool:
        """Tell whether an edition will be told of an artefact; others may have one alike."""
        return any(one is edition for one in self.waiting.get(key, ()))

    def _ended(self, result: Result) -> None:
        self.results.append(result)
        self.done += 1
        self.report(self.done, self.total, f"{result.name}: ended")
        self.tell(result)


def _own(name: str, site: MissingSite) -> str:
    """Return under which key an edition waits for a site, which nobody shares."""
    return f"{name}/{site.key}"


def _data(pdf: PressedPdf | None) -> bytes:
    """Return the bytes of a PDF; without one, none, and what needs it cannot be put together."""
    return pdf.data if pdf else b""
