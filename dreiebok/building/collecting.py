"""Puts the finished site together file by file: PDFs, pages, language page and manifest."""

from collections.abc import Mapping
from dataclasses import asdict
from functools import cached_property
from pathlib import Path

from dreiebok import __version__
from dreiebok.building.downloads import describe_pdf, fill_downloads, has_downloads
from dreiebok.building.manifest import (
    Artefact,
    EditionFacts,
    FormField,
    Manifest,
    elements_in,
    sha256,
)
from dreiebok.building.plan import Plan, PrintJob, SiteJob
from dreiebok.building.publishing import MARK, write_new
from dreiebok.building.reading import Project
from dreiebok.editions.edition import Edition
from dreiebok.press.formdata import font_data, form_data
from dreiebok.press.values import PressedPdf
from dreiebok.problems import has_errors
from dreiebok.website.filling import FALLBACK_FONT, FILLABLE, form_script
from dreiebok.website.headers import header_files, inline_scripts
from dreiebok.website.meetings import Meeting
from dreiebok.website.not_found import NOT_FOUND
from dreiebok.website.pages import Page

ENGINES_OWN = frozenset({NOT_FOUND, "sitemap.xml", "sitemap.xml.gz"})
"""What the engine writes for a site of one language at the top of a host; ours are for all."""
FALLBACK_FACE = "fonts/NotoSans-Regular.ttf"
"""The widest of the project's faces: Latin and Cyrillic."""


class NewSite:
    """The site as it comes about in a folder that nobody sees yet: prints and pages as they come.

    So what is finished is written while other prints are still pressed, and is not in memory. Only
    pages that tell how long and large prints are wait for the last of these.
    """

    def __init__(self, folder: Path, plan: Plan, project: Project) -> None:
        """Fill an empty folder with what a plan makes of a project."""
        self.folder, self.plan, self._project = folder, plan, project
        self.prints: set[str] = set()
        """The addresses of the prints that are there."""
        self._editions = {edition.locale: edition for edition in plan.editions}
        self._jobs = {job.document.address: job for job in plan.prints}
        self._told: dict[str, dict[str, str]] = {locale: {} for locale in self._editions}
        """What pages tell of each print, by locale and path."""
        self._telling: list[tuple[SiteJob, str]] = []
        """The pages that tell something of prints, by their path in their language's site."""
        self._artefacts: list[Artefact] = []
        self._scripts: set[bytes] = set()
        self._elements: dict[str, tuple[str, ...]] = {}
        """The elements that prints show, by their addresses."""

    def add_print(self, job: PrintJob, pdf: PressedPdf) -> None:
        """Write a finished print, and what a page needs to fill in its form."""
        document, edition = job.document, self._editions[job.document.locale]
        self._put(document.address, pdf.data)
        self.prints.add(document.address)
        if has_errors(pdf.problems):
            return  # Nothing will be published, and there may be nothing to read in it.
        self._told[document.locale][document.path] = describe_pdf(pdf.pages, len(pdf.data), edition)
        # A sheet shows what the documents show whose pages lie on it.
        names = document.needs or {document.address}
        shown = (self._elements_of(name) for name in names if name in self._jobs)
        elements = tuple(sorted(frozenset().union(*shown)))
        self._artefacts.append(_print_artefact(job, pdf, elements))
        # The page fills in the form of its own language.
        if document.kind in FILLABLE and self.plan.sites and pdf.form:
            script = form_script(document.path)
            self._put(f"{document.locale}/{script}", form_data(document.path, pdf.data, pdf.form))

    def _elements_of(self, address: str) -> tuple[str, ...]:
        """Return the elements that a print shows of itself; others may be put together of it."""
        if address not in self._elements:
            document = self._jobs[address].document
            known = self._editions[document.locale].handbook.elements
            self._elements[address] = elements_in(document.html.encode(), known)
        return self._elements[address]

    def data_of(self, address: str) -> bytes:
        """Return a file that is there."""
        return (self.folder / address).read_bytes()

    def add_site(self, site: SiteJob, files: Mapping[str, bytes]) -> None:
        """Write the files of a language's site as the engine made them."""
        for name in files:
            if name not in ENGINES_OWN:
                self._add_file(site, name, files[name])
        if self.plan.prints:
            self._put(f"{site.locale}/{FALLBACK_FONT}", self._fallback_font)

    def _add_file(self, site: SiteJob, name: str, data: bytes) -> None:
        # In a function of its own, lest two files of megabytes are in memory at once.
        self._put(f"{site.locale}/{name}", data)
        if name.endswith(".html") and has_downloads(data):
            self._telling.append((site, name))
        else:
            self._note_page(site, name, data)

    def finish(self) -> tuple[Artefact, ...]:
        """Write what waits for all prints and sites, and return what the manifest lists."""
        plan = self.plan
        for site, name in self._telling:
            path = f"{site.locale}/{name}"
            data = fill_downloads(self.data_of(path), self._told[site.locale])
            self._put(path, data)
            self._note_page(site, name, data)
        if plan.sites:
            for path, data in plan.top.items():
                self._put(path, data)
            for path, data in header_files(self._scripts).items():
                self._put(path, data)
        manifest = _manifest(plan.editions, tuple(self._artefacts))
        self._put(MARK, manifest.to_json())
        return manifest.artefacts

    def _note_page(self, site: SiteJob, name: str, data: bytes) -> None:
        """Note a page for the manifest, if the file is one of the site's."""
        if (page := self._pages[site.locale].get(name)) is not None:
            edition = self._editions[site.locale]
            self._artefacts.append(_page_artefact(f"{site.locale}/{name}", *page, data, edition))

    @cached_property
    def _pages(self) -> dict[str, dict[str, tuple[str, Page | Meeting]]]:
        """What stands in the manifest of each language's site, by its path there, with its kind."""
        return {
            site.locale: {
                **{page.html_path: ("page", page) for page in site.pages},
                **{meeting.path: ("meeting", meeting) for meeting in site.meetings},
            }
            for site in self.plan.sites
        }

    @cached_property
    def _fallback_font(self) -> bytes:
        return font_data(self._project.assets[FALLBACK_FACE])

    def _put(self, path: str, data: bytes) -> None:
        write_new(self.folder, path, data)
        if path.endswith(".html"):
            self._scripts |= inline_scripts(data)


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


def _print_artefact(job: PrintJob, pdf: PressedPdf, elements: tuple[str, ...]) -> Artefact:
    document = job.document
    return Artefact.model_validate(
        {
            "path": document.address,
            "kind": document.kind,
            "locale": document.locale,
            "beside": document.beside or None,
            "programme": document.programme,
            "id": document.record,
            "title": document.title,
            "sha256": sha256(pdf.data),
            "bytes": len(pdf.data),
            "elements": elements,
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
