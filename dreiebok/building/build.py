"""One build, from a folder of sources to a published site."""

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Executor, Future, as_completed
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from dreiebok import __version__
from dreiebok.building import workers
from dreiebok.building.archives import pack, read_files, unpack
from dreiebok.building.cache import Cache, remove
from dreiebok.building.downloads import describe_pdf, fill_downloads
from dreiebok.building.manifest import Artefact, EditionFacts, FormField, Manifest
from dreiebok.building.manifest import elements_in, sha256
from dreiebok.building.options import Options
from dreiebok.building.plan import Plan, PrintJob, SiteJob, make_plan
from dreiebok.building.publishing import publish, staging, write_tree
from dreiebok.building.reading import Project
from dreiebok.editions.edition import Edition
from dreiebok.editions.locales import native_name
from dreiebok.press.values import FieldFacts, PressedPdf
from dreiebok.problems import Code, Location, Problem, Severity, SourceError, sort_problems
from dreiebok.templating import Output, make_environment, no_links, render

Report = Callable[[int, int, str], None]
"""Is told how many artefacts are done, of how many, and the name of the last one."""
Files = Mapping[str, bytes]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a build. With an error among the problems nothing was written."""

    problems: tuple[Problem, ...] = ()
    pages: int = 0
    prints: int = 0
    rendered: int = 0

    @property
    def failed(self) -> bool:
        """Tell whether an error stood in the way of publishing."""
        return any(problem.severity is Severity.ERROR for problem in self.problems)


@dataclass(frozen=True, slots=True)
class _Rendered:
    """Everything that was rendered or taken from the cache."""

    prints: dict[str, PressedPdf]
    sites: dict[str, Files]
    problems: tuple[Problem, ...]
    count: int


def build(
    project: Project, options: Options, report: Report, pool: Executor | None = None
) -> Outcome:
    """Build a project that was read into the options' output folder.

    All problems are returned together. Unless one of them is an error (with --strict: a warning
    too) the output folder is replaced as a whole; otherwise it stays as it was. A pool that is
    given is used and left running; without one, workers are started for this build.
    """
    own_pool = pool or workers.start(options.jobs or workers.default_jobs())
    try:
        plan, problems = make_plan(project, options.selection)
        if _stops(problems, options.strict):
            return Outcome(_as_errors(problems, options.strict))
        rendered = _render(plan, options, project.root / "templates", own_pool, report)
        problems = sort_problems((*problems, *rendered.problems))
        if _stops(problems, options.strict):
            return Outcome(_as_errors(problems, options.strict))
    except SourceError as error:
        return Outcome(sort_problems((*project.problems, *error.problems)))
    finally:
        if pool is None:
            own_pool.shutdown(wait=False, cancel_futures=True)
    files, artefacts = _collect(plan, rendered, project)
    with staging(options.output) as new:
        write_tree(new, files)
        publish(new, options.output)
    pages = sum(artefact.kind == "page" for artefact in artefacts)
    return Outcome(problems, pages, len(artefacts) - pages, rendered.count)


def _stops(problems: Iterable[Problem], strict: bool) -> bool:
    return any(strict or problem.severity is Severity.ERROR for problem in problems)


def _as_errors(problems: tuple[Problem, ...], strict: bool) -> tuple[Problem, ...]:
    if not strict:
        return problems
    return tuple(
        Problem(p.code, p.message, p.location, p.hint, Severity.ERROR) for p in problems
    )


def _render(
    plan: Plan, options: Options, assets: Path, pool: Executor, report: Report
) -> _Rendered:
    """Render what the cache does not hold; longest first, so that no core waits at the end."""
    cache = Cache(options.work / "cache")
    prints: dict[str, PressedPdf] = {}
    sites: dict[str, Files] = {}
    problems: list[Problem] = []
    running: dict[Future[Any], PrintJob | SiteJob] = {}
    waiting: dict[str, list[PrintJob]] = {}
    total = len(plan.prints) + len(plan.sites)

    for site in plan.sites:
        if (entry := cache.load(site.key)) is not None:
            sites[site.locale] = unpack(entry[0])
            continue
        tree, made = _folders(options, site)
        write_tree(tree, site.tree)
        epoch = options.epoch if options.epoch is not None else _epoch(plan, site.locale)
        running[pool.submit(workers.build_site, str(tree), str(made), epoch)] = site
    for job in sorted(plan.prints, key=lambda job: -len(job.document.html)):
        if (entry := cache.load(job.key)) is not None:
            prints[job.document.path] = _from_cache(*entry)
        elif job.document.imposed_from:
            waiting.setdefault(job.document.imposed_from, []).append(job)
        else:
            running[pool.submit(workers.press_document, job.document, str(assets))] = job
    for base in [base for base in waiting if base in prints]:
        for job in waiting.pop(base):
            task = pool.submit(workers.impose_document, job.document, prints[base].data)
            running[task] = job

    count = 0
    while running:
        done = next(as_completed(running))
        job = running.pop(done)
        count += 1
        if isinstance(job, SiteJob):
            made = _folders(options, job)[1]
            sites[job.locale] = read_files(made)
            remove(made)
            found = (*done.result(), *_missing_pages(job, sites[job.locale]))
            problems.extend(found)
            if not found:
                cache.store(job.key, pack(sites[job.locale]), {})
            name = f"{job.locale}/"
        else:
            pressed: PressedPdf = done.result()
            name = job.document.path
            prints[name] = pressed
            problems.extend(pressed.problems)
            if not pressed.problems:
                cache.store(job.key, pressed.data, _to_cache(pressed))
            for next_job in waiting.pop(name, ()):
                task = pool.submit(workers.impose_document, next_job.document, pressed.data)
                running[task] = next_job
        report(total - len(running) - sum(map(len, waiting.values())), total, name)
    if options.selection.website and options.selection.prints:
        cache.keep_only({job.key for job in (*plan.prints, *plan.sites)})
    return _Rendered(prints, sites, tuple(problems), count)


def _missing_pages(site: SiteJob, made: Files) -> tuple[Problem, ...]:
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


def _folders(options: Options, site: SiteJob) -> tuple[Path, Path]:
    """Return where a language's Markdown tree lies, and where the engine writes."""
    # Absolute, since the engine takes a relative path from its configuration file.
    work = options.work.resolve()
    return work / "markdown" / site.locale, work / "engine" / site.locale


def _epoch(plan: Plan, locale: str) -> int:
    """Return the edition's own date as seconds since 1970: no clock is read."""
    edition = next(edition for edition in plan.editions if edition.locale == locale)
    day = edition.date
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())


def _collect(
    plan: Plan, rendered: _Rendered, project: Project
) -> tuple[dict[str, bytes], tuple[Artefact, ...]]:
    """Return every file of the finished site by path, the manifest among them."""
    files: dict[str, bytes] = {}
    artefacts: list[Artefact] = []
    facts = {
        path: describe_pdf(pdf.pages, len(pdf.data)) for path, pdf in rendered.prints.items()
    }
    for edition in plan.editions:
        known = edition.handbook.elements
        site = next((site for site in plan.sites if site.locale == edition.locale), None)
        for path, data in rendered.sites.get(edition.locale, {}).items():
            page = fill_downloads(data, facts) if path.endswith(".html") else data
            files[f"{edition.locale}/{path}"] = page
        for page_facts in site.pages if site else ():
            path = f"{edition.locale}/{page_facts.html_path}"
            artefacts.append(
                Artefact(
                    path=path,
                    kind="page",
                    locale=edition.locale,
                    programme=page_facts.programme,
                    id=page_facts.record,
                    title=page_facts.title,
                    sha256=sha256(files[path]),
                    bytes=len(files[path]),
                    elements=elements_in(files[path], known),
                )
            )
        for job in plan.prints:
            if job.document.locale == edition.locale:
                path = f"{edition.locale}/{job.document.path}"
                pdf = rendered.prints[job.document.path]
                files[path] = pdf.data
                artefacts.append(_print_artefact(path, job, pdf, edition, plan))
    if plan.sites:
        files["index.html"] = _language_page(plan.editions, project)
    manifest = _manifest(plan.editions, tuple(artefacts))
    files["manifest.json"] = manifest.to_json()
    return files, manifest.artefacts


def _print_artefact(
    path: str, job: PrintJob, pdf: PressedPdf, edition: Edition, plan: Plan
) -> Artefact:
    document = job.document
    # An imposed sheet shows what the document it was made from shows.
    shown = next(
        (p.document for p in plan.prints if p.document.path == document.imposed_from), document
    )
    return Artefact.model_validate(
        {
            "path": path,
            "kind": document.kind,
            "locale": document.locale,
            "programme": document.programme,
            "id": document.record,
            "title": document.title,
            "sha256": sha256(pdf.data),
            "bytes": len(pdf.data),
            "elements": elements_in(shown.html.encode(), edition.handbook.elements),
            "pages": pdf.pages,
            "trim_mm": pdf.trim_mm,
            "bleed_mm": pdf.bleed_mm,
            "conformance": pdf.conformance,
            "fields": tuple(FormField(**asdict(field)) for field in pdf.fields),
        }
    )


def _manifest(editions: tuple[Edition, ...], artefacts: tuple[Artefact, ...]) -> Manifest:
    first = editions[0]
    return Manifest(
        schema=1,
        generator=f"dreiebok {__version__}",
        edition=EditionFacts(
            title=first.name,
            organisation=None,
            base_version=first.version,
            date=first.date.isoformat(),
            languages=tuple(edition.locale for edition in editions),
        ),
        artefacts=tuple(sorted(artefacts, key=lambda artefact: artefact.path)),
    )


def _language_page(editions: tuple[Edition, ...], project: Project) -> bytes:
    """Return the page that chooses the language, which works without JavaScript."""
    environment = make_environment(project.templates, Output.HTML, native_name=native_name)
    return render(environment, "site/languages.html", no_links, editions=editions).encode()


def _to_cache(pdf: PressedPdf) -> dict[str, Any]:
    facts = asdict(pdf)
    del facts["data"], facts["problems"]
    return facts


def _from_cache(data: bytes, facts: dict[str, Any]) -> PressedPdf:
    width, height = facts["trim_mm"]
    return PressedPdf(
        data=data,
        pages=facts["pages"],
        trim_mm=(width, height),
        bleed_mm=facts["bleed_mm"],
        conformance=tuple(facts["conformance"]),
        fields=tuple(FieldFacts(**field) for field in facts["fields"]),
    )
