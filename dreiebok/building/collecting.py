"""Puts the finished site together as files by path: pages, PDFs, language page and manifest."""

from collections.abc import Callable
from dataclasses import asdict
from urllib.parse import urlsplit

from dreiebok import __version__
from dreiebok.building.downloads import describe_pdf, fill_downloads
from dreiebok.building.manifest import (
    Artefact,
    EditionFacts,
    FormField,
    Manifest,
    elements_in,
    sha256,
)
from dreiebok.building.plan import Plan, PrintJob
from dreiebok.building.reading import Project
from dreiebok.building.rendering import Rendered
from dreiebok.editions.edition import Edition
from dreiebok.editions.locales import native_name
from dreiebok.press.formdata import font_data, form_data
from dreiebok.press.values import PressedPdf
from dreiebok.templating import Output, make_environment, no_links, render
from dreiebok.website.filling import FALLBACK_FONT, FILLABLE, form_script
from dreiebok.website.headers import header_files, inline_scripts
from dreiebok.website.languages import NOT_FOUND, door, site_map_files
from dreiebok.website.meetings import Meeting
from dreiebok.website.pages import Page

ENGINES_OWN = frozenset({NOT_FOUND, "sitemap.xml", "sitemap.xml.gz"})
"""What the engine writes for a site of one language at the top of a host; ours are for all."""
FALLBACK_FACE = "fonts/NotoSans-Regular.ttf"
"""The widest of the project's faces: Latin and Cyrillic."""


Put = Callable[[str, bytes], None]
"""Takes a finished file: its path in the site, and what it holds."""


def collect(plan: Plan, rendered: Rendered, project: Project, put: Put) -> tuple[Artefact, ...]:
    """Hand over every file of the finished site, one at a time, and return what the manifest lists.

    The manifest is the last of them.
    """
    artefacts: list[Artefact] = []
    scripts: set[bytes] = set()
    for edition in plan.editions:
        jobs = [job for job in plan.prints if job.document.locale == edition.locale]
        facts: dict[str, str] = {}
        # Pages tell how long and large each print is, so prints come first.
        for job in jobs:
            path = f"{edition.locale}/{job.document.path}"
            pdf = rendered.prints[job.document.address]
            facts[job.document.path] = describe_pdf(pdf.pages, len(pdf.data), edition)
            put(path, pdf.data)
            artefacts.append(_print_artefact(path, job, pdf, edition, plan))
            # The page fills in the form of its own language.
            fillable = job.document.kind in FILLABLE and not job.document.beside
            if fillable and plan.sites and pdf.fields:
                script = form_script(job.document.path)
                put(f"{edition.locale}/{script}", form_data(job.document.path, pdf.data))
        site = next((site for site in plan.sites if site.locale == edition.locale), None)
        if site is None:
            continue
        pages: dict[str, tuple[str, Page | Meeting]] = {
            **{page.html_path: ("page", page) for page in site.pages},
            **{meeting.path: ("meeting", meeting) for meeting in site.meetings},
        }
        for name, data in rendered.sites.get(edition.locale, {}).items():
            if name in ENGINES_OWN:
                continue
            path = f"{edition.locale}/{name}"
            whole = fill_downloads(data, facts) if name.endswith(".html") else data
            put(path, whole)
            if name.endswith(".html"):
                scripts |= inline_scripts(whole)
            if name in pages:
                artefacts.append(_page_artefact(path, *pages[name], whole, edition))
        if plan.prints:
            put(f"{edition.locale}/{FALLBACK_FONT}", font_data(project.assets[FALLBACK_FACE]))
    if plan.sites:
        for path, data in _top_files(plan, project).items():
            put(path, data)
            if path.endswith(".html"):
                scripts |= inline_scripts(data)
        for path, data in header_files(scripts).items():
            put(path, data)
    manifest = _manifest(plan.editions, tuple(artefacts))
    put("manifest.json", manifest.to_json())
    return manifest.artefacts


def _page_artefact(
    path: str, kind: str, page: Page | Meeting, data: bytes, edition: Edition
) -> Artefact:
    return Artefact.model_validate(
        {
            "path": path,
            "kind": kind,
            "locale": edition.locale,
            "programme": page.programme,
            "id": page.record,
            "title": page.title,
            "sha256": sha256(data),
            "bytes": len(data),
            "elements": elements_in(data, edition.handbook.elements),
        }
    )


def _print_artefact(
    path: str, job: PrintJob, pdf: PressedPdf, edition: Edition, plan: Plan
) -> Artefact:
    document = job.document
    # A sheet shows what the documents show whose pages lie on it.
    names = document.needs or {document.address}
    shown = "".join(p.document.html for p in plan.prints if p.document.address in names)
    return Artefact.model_validate(
        {
            "path": path,
            "kind": document.kind,
            "locale": document.locale,
            "beside": document.beside or None,
            "programme": document.programme,
            "id": document.record,
            "title": document.title,
            "sha256": sha256(pdf.data),
            "bytes": len(pdf.data),
            "elements": elements_in(shown.encode(), edition.handbook.elements),
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
            organisation=str(first.organisation.name) if first.organisation else None,
            base_version=first.version,
            date=first.date.isoformat(),
            languages=tuple(edition.locale for edition in editions),
        ),
        artefacts=tuple(sorted(artefacts, key=lambda artefact: artefact.path)),
    )


def _top_files(plan: Plan, project: Project) -> dict[str, bytes]:
    """Return what all languages share: the page that chooses one, the one for a wrong address."""
    editions = plan.editions
    settings = editions[0].organisation
    address = settings.home if settings else ""
    environment = make_environment(project.templates, Output.HTML, native_name=native_name)

    def not_found(first: Edition, top: str) -> bytes:
        doors = [door(first), *(door(other) for other in editions if other is not first)]
        values = {"doors": doors, "top": top, "guide": first.site_name}
        return render(environment, "site/not-found.html", no_links, **values).encode()

    values = {"editions": editions, "address": address}
    top = urlsplit(address).path
    files = {
        "index.html": render(environment, "site/languages.html", no_links, **values).encode(),
        NOT_FOUND: not_found(editions[0], top),
    }
    for edition in editions:
        # Some hosts take the nearest of these pages, so each language has one that begins with it.
        files[f"{edition.locale}/{NOT_FOUND}"] = not_found(edition, top or "../")
    paths = {site.locale: [page.html_path for page in site.pages] for site in plan.sites}
    return files | site_map_files(address, paths, editions[0].date)
