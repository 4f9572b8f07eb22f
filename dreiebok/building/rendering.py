"""Renders what the cache does not hold, in worker processes, and keeps what it made."""

from collections.abc import Callable, Mapping
from concurrent.futures import BrokenExecutor, Executor, Future
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any

from dreiebok.building import workers
from dreiebok.building.archives import pack, read_files, unpack
from dreiebok.building.arrivals import Arrivals
from dreiebok.building.cache import Cache, fingerprint
from dreiebok.building.options import Options
from dreiebok.building.plan import Plan, PrintJob, SiteJob
from dreiebok.building.publishing import write_tree
from dreiebok.building.renewing import Renewal, find_renewal, frame_key, note_site
from dreiebok.building.spool import RENDERED, Spool
from dreiebok.building.writing import remove
from dreiebok.press.values import FieldFacts, PressedPdf
from dreiebok.problems import Code, Location, Problem
from dreiebok.website.links import check_site

Report = Callable[[int, int, str], None]
"""Is told how many artefacts are done, of how many, and the name of the last one."""
Files = Mapping[str, bytes]


@dataclass(frozen=True, slots=True)
class Rendered:
    """Everything that was rendered or taken from the cache.

    Of a large build it lies on the disk, and is read when it is asked for.
    `count` artefacts were rendered, and of sites `pages`.
    """

    prints: Mapping[str, PressedPdf]
    sites: Mapping[str, Files]
    problems: tuple[Problem, ...]
    count: int
    pages: int = 0


def render_all(
    plan: Plan,
    options: Options,
    assets: Path,
    pool: Executor,
    report: Report,
    begun: Mapping[str, Future[PressedPdf]] = MappingProxyType({}),
) -> Rendered:
    """Render what the cache does not hold; longest first, so that no core waits at the end.

    `begun` are prints that workers are at already, by key (`head_start.py`). Raises
    MissingOnMachine when the system stops a worker or lacks what a renderer needs.
    """
    try:
        ended = Arrivals()
        with ended.with_interrupts():
            return _render_all(plan, options, assets, pool, report, begun, ended)
    except BrokenExecutor as error:
        raise workers.stopped() from error


def _render_all(
    plan: Plan,
    options: Options,
    assets: Path,
    pool: Executor,
    report: Report,
    begun: Mapping[str, Future[PressedPdf]],
    ended: Arrivals,
) -> Rendered:
    cache = Cache(options.cache)
    prints: Spool[PressedPdf] = Spool(options.work / RENDERED / "prints")
    sites: Spool[Files] = Spool(options.work / RENDERED / "sites")
    problems: list[Problem] = []
    early = dict(begun)
    running: dict[Future[Any], PrintJob | SiteJob] = {}
    waiting: list[PrintJob] = []
    total = len(plan.prints) + len(plan.sites)

    keys = site_keys(plan, options)
    renewals: dict[str, Renewal] = {}
    pages = 0

    def then(task: Future[Any], job: PrintJob | SiteJob) -> None:
        """Wait for what comes of a job."""
        running[task] = job
        ended.expect(task)

    def build(site: SiteJob) -> None:
        """Start the engine on the pages of a site that are to be renewed, or else on all."""
        tree, made = site_folders(options, site)
        # A killed build may have left a part of a site there, and engines pass over hidden files.
        remove(made)
        some = renewals[site.locale].pages if site.locale in renewals else None
        when = epoch_of(plan, site.locale, options)
        work = pool.submit(workers.build_pages, site.engine, str(tree), str(made), when, some)
        then(work, site)

    for site in plan.sites:
        if (entry := cache.load(keys[site.locale])) is not None:
            sites[site.locale] = unpack(entry[0])
            continue
        if renewal := find_renewal(cache, site, epoch_of(plan, site.locale, options)):
            renewals[site.locale] = renewal
        write_tree(site_folders(options, site)[0], site.tree)
        build(site)
    for job in sorted(plan.prints, key=lambda job: -len(job.document.html)):
        if job.key in early:
            then(early.pop(job.key), job)
        elif (kept := load_pressed(cache, job.key)) is not None:
            prints[job.document.address] = kept
        elif job.document.pieces:
            waiting.append(job)
        else:
            then(pool.submit(workers.press_document, job.document, str(assets)), job)

    def assemble_what_can_be() -> None:
        """Start on the documents whose pieces are all there."""
        for job in tuple(waiting):
            if job.document.needs <= prints.keys():
                waiting.remove(job)
                inside = f"{job.document.locale}/"
                bases = {n.removeprefix(inside): prints[n].data for n in sorted(job.document.needs)}
                then(pool.submit(workers.assemble_document, job.document, bases), job)

    assemble_what_can_be()
    count = 0
    while running:
        done = ended.next()
        finished = running.pop(done)
        count += 1
        if isinstance(finished, SiteJob):
            made = site_folders(options, finished)[1]
            built, files = done.result(), read_files(made)
            remove(made)
            name = f"{finished.locale}/"
            renewal = renewals.pop(finished.locale, None)
            pages += len(renewal.pages) if renewal and not built.whole else len(finished.pages)
            whole: Files | None = files if built.whole else None
            if renewal and not built.whole:
                whole = renewal.join(finished, files)
            sound = renewal.base if renewal and not built.whole else None
            found = (*built.problems, *faults_of(plan, finished, whole or {}, sound))
            if not built.whole and found:
                # What is wrong is told as a build of all pages would tell it.
                build(finished)
                count -= 1
                continue
            assert whole is not None
            sites[finished.locale] = whole
            problems.extend(found)
            if not found:
                cache.store(keys[finished.locale], pack(whole), {})
                if built.separable and finished.frame:
                    when = epoch_of(plan, finished.locale, options)
                    note_site(cache, finished, when, keys[finished.locale])
                    # Else a preview would keep the whole site once for every change.
                    if renewal and not options.shared:
                        cache.drop(renewal.key)
        else:
            pressed: PressedPdf = done.result()
            name = finished.document.address
            prints[name] = pressed
            problems.extend(pressed.problems)
            if pressed.data and not pressed.problems:
                store_pressed(cache, finished.key, pressed)
            assemble_what_can_be()
        report(total - len(running) - len(waiting), total, name)
    if options.selection.everything:
        cache.note(options.source, keys_of(plan, options))
        cache.sweep()
    return Rendered(prints, sites, tuple(problems), count, pages)


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
    """Return the fingerprints of all that a plan makes."""
    frames = {frame_key(s, epoch_of(plan, s.locale, options)) for s in plan.sites if s.frame}
    return {*(job.key for job in plan.prints), *site_keys(plan, options).values(), *frames}


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
    work = options.work.resolve()
    return work / "markdown" / site.locale, work / "engine" / site.locale


def epoch_of(plan: Plan, locale: str, options: Options) -> int:
    """Return the time that is asked for, or the edition's own date; no clock is read."""
    if options.epoch is not None:
        return options.epoch
    edition = next(edition for edition in plan.editions if edition.locale == locale)
    day = edition.date
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())
