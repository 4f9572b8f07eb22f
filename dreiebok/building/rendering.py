"""Renders what the cache does not hold, in worker processes, and keeps what it made."""

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import BrokenExecutor, Executor, Future
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from dreiebok.building import workers
from dreiebok.building.archives import Folder, unpack, write_packed
from dreiebok.building.arrivals import Arrivals
from dreiebok.building.cache import Cache
from dreiebok.building.collecting import NewSite
from dreiebok.building.leftovers import RENDERED
from dreiebok.building.options import Options
from dreiebok.building.paths import real
from dreiebok.building.plan import Plan, PrintJob, SiteJob
from dreiebok.building.publishing import write_tree
from dreiebok.building.renewing import Renewal, find_renewal, frame_key, note_site
from dreiebok.building.writing import remove
from dreiebok.keeping import fingerprint
from dreiebok.press.values import FieldFacts, PressedPdf
from dreiebok.problems import Code, Location, Problem, has_errors
from dreiebok.website.drivers.driving import Built
from dreiebok.website.links import check_site

Report = Callable[[int, int, str], None]
"""Is told how many artefacts are done, of how many, and the name of the last one."""
Files = Mapping[str, bytes]
SENT_BYTES = 4_000_000
"""How much of finished prints may wait for workers that put others together of it."""


@dataclass(frozen=True, slots=True)
class Rendered:
    """What came of rendering, beside what is in the new site.

    `count` artefacts were rendered, and of sites `pages`.
    """

    problems: tuple[Problem, ...]
    count: int
    pages: int = 0


def render_all(
    new: NewSite,
    options: Options,
    assets: Path,
    pool: Executor,
    report: Report,
    begun: dict[str, Future[PressedPdf]],
) -> Rendered:
    """Render what the cache does not hold of a plan, and put everything into the new site.

    The longest come first, so that no core waits at the end. `begun` are prints that workers are at
    already, by key (`head_start.py`); it is empty afterwards, so that nothing written stays in
    memory. Raises MissingOnMachine when the system stops a worker or lacks what a renderer needs.
    """
    try:
        crew = _Crew(new, options, assets, pool, report)
        with crew.ended.with_interrupts():
            return crew.work(begun)
    except BrokenExecutor as error:
        raise workers.stopped() from error
    finally:
        remove(options.work / RENDERED)


class _Crew:
    """The state of a build: what workers are at, and what they have made."""

    def __init__(
        self, new: NewSite, options: Options, assets: Path, pool: Executor, report: Report
    ) -> None:
        self.new, self.plan, self.options, self.assets = new, new.plan, options, assets
        self.pool, self.report = pool, report
        self.cache = Cache(options.cache)
        self.ended = Arrivals()
        self.keys = site_keys(self.plan, options)
        self.running: dict[Future[Any], PrintJob | SiteJob] = {}
        self.waiting: list[PrintJob] = []
        """Prints that are put together of others."""
        self.sent: dict[Future[Any], int] = {}
        """How many bytes of their pieces wait with those that workers are at."""
        self.renewals: dict[str, Renewal] = {}
        """Sites of which only some pages are made anew, by locale."""
        self.problems: list[Problem] = []
        self.count = self.pages = 0

    def work(self, begun: dict[str, Future[PressedPdf]]) -> Rendered:
        """Do everything."""
        total = len(self.plan.prints) + len(self.plan.sites)
        prints = sorted(self.plan.prints, key=lambda job: -len(job.document.packed))
        # Reading what is kept takes a second, in which no worker should wait.
        kept_sites, kept_prints = self._begin_sites(), self._begin_prints(prints, begun)
        for site in kept_sites:
            self._take_site(site)
        for print_ in kept_prints:
            self._take_print(print_)
        self._assemble()
        while self.running:
            task = self.ended.next()
            job = self.running.pop(task)
            self.sent.pop(task, None)
            if isinstance(job, SiteJob):
                self._built(job, task.result())
            else:
                self._pressed(job, task.result())
            self._assemble()
            name = f"{job.locale}/" if isinstance(job, SiteJob) else job.document.address
            self.report(total - len(self.running) - len(self.waiting), total, name)
        if self.options.selection.everything:
            self.cache.note(self.options.source, keys_of(self.plan, self.options))
            self.cache.sweep()
        return Rendered(tuple(self.problems), self.count, self.pages)

    def _then(self, task: Future[Any], job: PrintJob | SiteJob) -> None:
        """Wait for what comes of a job."""
        self.running[task] = job
        self.ended.expect(task)

    def _begin_sites(self) -> list[SiteJob]:
        """Start on all sites but those that the cache holds, which are returned."""
        kept = []
        for site in self.plan.sites:
            if self.cache.holds(self.keys[site.locale]):
                kept.append(site)
            else:
                self._begin_site(site)
        return kept

    def _take_site(self, site: SiteJob) -> None:
        """Put a site of the cache into the new one; one that is damaged is made anew."""
        if (entry := self.cache.load(self.keys[site.locale])) is not None:
            self.new.add_site(site, unpack(entry[0]))
        else:
            self._begin_site(site)

    def _begin_site(self, site: SiteJob) -> None:
        if renewal := find_renewal(self.cache, site, self._epoch(site)):
            self.renewals[site.locale] = renewal
        write_tree(site_folders(self.options, site)[0], site.tree)
        self._build(site)

    def _build(self, site: SiteJob) -> None:
        """Start the engine on the pages of a site that are to be renewed, or else on all."""
        tree, made = site_folders(self.options, site)
        # What an engine does not write anew would stay, and engines pass over hidden files.
        remove(made)
        some = self.renewals[site.locale].pages if site.locale in self.renewals else None
        given = site.engine, str(tree), str(made), self._epoch(site), some
        self._then(self.pool.submit(workers.build_pages, *given), site)

    def _begin_prints(
        self, jobs: Iterable[PrintJob], begun: dict[str, Future[PressedPdf]]
    ) -> list[PrintJob]:
        """Start on all prints but those that the cache holds, which are returned."""
        kept = []
        for job in jobs:
            if (task := begun.pop(job.key, None)) is not None:
                self._then(task, job)
            elif self.cache.holds(job.key):
                kept.append(job)
            else:
                self._begin_print(job)
        return kept

    def _take_print(self, job: PrintJob) -> None:
        """Put a print of the cache into the new site; one that is damaged is made anew."""
        if (pressed := load_pressed(self.cache, job.key)) is not None:
            self.new.add_print(job, pressed)
        else:
            self._begin_print(job)

    def _begin_print(self, job: PrintJob) -> None:
        if job.document.pieces:
            self.waiting.append(job)
        else:
            given = job.document, str(self.assets)
            self._then(self.pool.submit(workers.press_document, *given), job)

    def _assemble(self) -> None:
        """Start on documents whose pieces are all there; their bytes wait with them, so on few."""
        for job in tuple(self.waiting):
            document = job.document
            if sum(self.sent.values()) >= SENT_BYTES:
                return
            if document.needs <= self.new.prints:
                self.waiting.remove(job)
                names = sorted(document.needs)
                inside = f"{document.locale}/"
                bases = {name.removeprefix(inside): self.new.data_of(name) for name in names}
                task = self.pool.submit(workers.assemble_document, document, bases)
                self.sent[task] = sum(map(len, bases.values()))
                self._then(task, job)

    def _built(self, site: SiteJob, built: Built) -> None:
        made = site_folders(self.options, site)[1]
        renewal = self.renewals.pop(site.locale, None)
        base: dict[str, bytes] | None = None
        files: Files | None = Folder(made)
        if renewal and not built.whole:
            base = renewal.load(self.cache)
            files = renewal.join(base, site, dict(Folder(made)))
            self.pages += len(renewal.pages)
        else:
            self.pages += len(site.pages)
        found = built.problems
        if not (has_errors(found) and missing_pages(site, files or {})):
            # Else it gave up: pages that are not there, and links to them, have no other reason.
            found = (*found, *faults_of(self.plan, site, files or {}, base))
        if not built.whole and found:
            # What is wrong is told as a build of all pages would tell it.
            self._build(site)
            return
        assert files is not None
        self.count += 1
        self.problems.extend(found)
        self.new.add_site(site, files)
        if found:
            return
        key = self.keys[site.locale]
        self.cache.store(key, partial(write_packed, files), {})
        if built.separable and site.frame:
            note_site(self.cache, site, self._epoch(site), key)
            # Else a preview would keep the whole site once for every change.
            if renewal:
                self.cache.drop(renewal.key)

    def _pressed(self, job: PrintJob, pressed: PressedPdf) -> None:
        self.count += 1
        self.new.add_print(job, pressed)
        self.problems.extend(pressed.problems)
        if pressed.data and not pressed.problems:
            store_pressed(self.cache, job.key, pressed)

    def _epoch(self, site: SiteJob) -> int:
        return epoch_of(self.plan, site.locale, self.options)


def load_pressed(cache: Cache, key: str) -> PressedPdf | None:
    """Return a finished PDF from the cache, or None where it is missing or damaged."""
    entry = cache.load(key)
    if entry is None:
        return None
    data, facts = entry
    width, height = facts["trim_mm"]
    return PressedPdf(
        data=data,
        pages=facts["pages"],
        trim_mm=(width, height),
        bleed_mm=facts["bleed_mm"],
        conformance=tuple(facts["conformance"]),
        fields=tuple(FieldFacts(**field) for field in facts["fields"]),
        form=facts["form"],
    )


def store_pressed(cache: Cache, key: str, pdf: PressedPdf) -> None:
    """Keep a finished PDF."""
    facts = asdict(pdf)
    del facts["data"], facts["problems"]
    cache.store(key, pdf.data, facts)


def site_keys(plan: Plan, options: Options) -> dict[str, str]:
    """Return the fingerprint of each language's site, by locale."""
    # The time stands in the site's archive of addresses, so it belongs to the fingerprint.
    return {
        site.locale: fingerprint("at", site.key, str(epoch_of(plan, site.locale, options)))
        for site in plan.sites
    }


def keys_of(plan: Plan, options: Options) -> set[str]:
    """Return the fingerprints of all that a plan makes, and of what was kept to make it."""
    frames = {frame_key(s, epoch_of(plan, s.locale, options)) for s in plan.sites if s.frame}
    return {
        *(job.key for job in plan.prints),
        *site_keys(plan, options).values(),
        *frames,
        *plan.kept,
    }


def faults_of(
    plan: Plan, site: SiteJob, made: Files, sound: Files | None = None
) -> tuple[Problem, ...]:
    """Return what is wrong with a site that the engine has made: no page, links that lead nowhere.

    One that has none of it goes into the cache, so this is looked at once. `sound` is an earlier
    site in the same frame.
    """
    edition = next(edition for edition in plan.editions if edition.locale == site.locale)
    broken = check_site(edition, site.pages, site.meetings, made, site.prints, sound)
    return (*missing_pages(site, made), *broken)


def missing_pages(site: SiteJob, made: Files) -> tuple[Problem, ...]:
    """Return a problem for each page that the engine has not made."""
    return tuple(
        Problem(
            Code.ENGINE_WARNING,
            f"the website's engine made no page of {page.path}",
            Location("mkdocs.yml"),
            "Look for an extension or plugin in mkdocs.yml that leaves pages out.",
        )
        for page in site.pages
        if page.html_path not in made
    )


def site_folders(options: Options, site: SiteJob) -> tuple[Path, Path]:
    """Return where a language's Markdown tree lies, and where the engine writes."""
    # Absolute, since the engine takes a relative path from its configuration file.
    work = real(options.work)
    return work / "markdown" / site.locale, work / RENDERED / "sites" / site.locale


def epoch_of(plan: Plan, locale: str, options: Options) -> int:
    """Return the time that is asked for, or the edition's own date; no clock is read."""
    if options.epoch is not None:
        return options.epoch
    edition = next(edition for edition in plan.editions if edition.locale == locale)
    day = edition.date
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())
