"""Pages of plain Markdown, one for each record that has a page, through the Jinja templates."""

import json
from collections.abc import Callable
from dataclasses import dataclass

from markupsafe import Markup

from dreiebok.editions.edition import Edition
from dreiebok.editions.locales import native_name
from dreiebok.editions.progress import in_all
from dreiebok.editions.releases import News
from dreiebok.editions.view import EditionView
from dreiebok.figures import draw
from dreiebok.inline import to_plain
from dreiebok.model.base import Record
from dreiebok.model.figures import Figure
from dreiebok.model.forms import Form, Survey
from dreiebok.model.handbook import Door, Programme
from dreiebok.model.scripts import Script
from dreiebok.problems import Problem, SourceError
from dreiebok.templating import Output, Templates, make_environment, render
from dreiebok.website.doors import Doorway, also, doorways, main_form, main_script, open_doors
from dreiebok.website.filling import FILLABLE, form_script
from dreiebok.website.framing import framed
from dreiebok.website.meetings import meeting_path
from dreiebok.website.navigation import (
    DOWNLOADS,
    GLOSSARY,
    HOME,
    NEWS,
    REFERENCE,
    SERIES,
    SOURCES,
    STATUS,
    PageSpec,
    SiteMap,
    make_site_map,
)
from dreiebok.website.paths import html_path, relative


@dataclass(frozen=True, slots=True)
class Download:
    """A PDF that pages lead to: where it lies, what it is, and about what.

    What is not `usual`, being a variant for few, stands behind the others.
    """

    path: str
    kind: str
    title: str
    programme: str
    record: str
    usual: bool = True


@dataclass(frozen=True, slots=True)
class Page:
    """A finished Markdown page; the path is relative to the language's tree."""

    path: str
    title: str
    markdown: str
    record: str | None
    programme: str | None

    @property
    def html_path(self) -> str:
        """The path of the finished page in its language's site."""
        return html_path(self.path)


def fixed_titles(gettext: Callable[[str], str]) -> dict[str, str]:
    """Return the titles of the pages that no record names, in the edition's language."""
    return {
        HOME: gettext("Hjem"),
        DOWNLOADS: gettext("Skriv ut"),
        SERIES: gettext("Møteplan"),
        GLOSSARY: gettext("Ordliste"),
        SOURCES: gettext("Kilder"),
        STATUS: gettext("Oversettelser"),
        NEWS: gettext("Nytt i denne utgaven"),
        REFERENCE: gettext("Oppslag"),
    }


def make_pages(
    edition: Edition,
    templates: Templates,
    downloads: tuple[Download, ...],
    news: tuple[News, ...] = (),
    only: frozenset[str] | None = None,
) -> tuple[tuple[Page, ...], tuple[Problem, ...]]:
    """Return the pages of an edition's site and the problems of its templates.

    `news` is what each edition has brought, the newest first. `only` are the paths of the pages
    that are wanted, as they are called in the finished site; without it, all are.
    """
    environment = make_environment(
        templates,
        Output.MARKDOWN,
        edition.gettext,
        edition.ngettext,
        edition.locale,
        name_of=native_name,
        in_all=in_all,
    )
    titles = fixed_titles(edition.gettext)
    site = make_site_map(edition, titles)
    pages: list[Page] = []
    problems: list[Problem] = []
    for spec in site.pages:
        if only is not None and spec.html_path not in only:
            continue
        view = View(edition, site, spec, downloads)
        try:
            markdown = render(
                environment,
                spec.template,
                lambda element, page=spec.path: site.link(page, element),  # type: ignore[misc]
                edition=edition,
                book=edition.book,
                page=spec,
                record=spec.record,
                programme=spec.programme,
                door=spec.door,
                view=view,
                titles=titles,
                news=news,
            )
        except SourceError as error:
            problems.extend(error.problems)
            continue
        pages.append(
            Page(
                spec.path,
                spec.title,
                _tidy(_labelled(markdown, spec.programme)),
                str(about.id) if (about := spec.record or spec.door) else None,
                str(spec.programme.id) if spec.programme else None,
            )
        )
    return tuple(pages), tuple(problems)


class View(EditionView):
    """What a page template may ask about the rest of the edition, as seen from its page."""

    def __init__(
        self, edition: Edition, site: SiteMap, page: PageSpec, downloads: tuple[Download, ...]
    ) -> None:
        """Look from one page."""
        super().__init__(edition)
        self._site, self._page, self._downloads = site, page, downloads

    def link(self, element: str) -> Markup:
        """Return the Markdown address of an element, as seen from this page."""
        return Markup(self._site.link(self._page.path, element) or "")  # noqa: S704 - ids only

    def page(self, element: str) -> Markup:
        """Return the finished page of an element, as seen from this page; for HTML links."""
        return self.to(html_path(self._site.where[element]))

    def to(self, path: str) -> Markup:
        """Return the address of another page or file, as seen from this page."""
        return Markup(relative(self._page.path, path))  # noqa: S704 - our own paths

    def meeting(self, script: Script, programme: Programme) -> Markup:
        """Return the address of a script's page of meeting mode, as seen from this page."""
        return self.to(meeting_path(script, programme))

    def menu_of(self, programme: Programme, page: str) -> int:
        """Return the number of the menu group, from 1, that leads to a page of the programme."""
        return next(n for n, menu in enumerate(programme.menu, 1) if page in menu.pages)

    def doors(self) -> tuple[Door, ...]:
        """Return the handbook's doors that lead somewhere in this edition."""
        return open_doors(self.edition)

    def doorways(self, programme: Programme) -> tuple[Doorway, ...]:
        """Return what a programme has behind each door."""
        return doorways(self.edition, programme)

    def also(self, door: Door) -> tuple[Record, ...]:
        """Return the pages behind a door that belong to no programme more than to another."""
        return also(self.edition, door)

    def main_script(self, programme: Programme) -> Script | None:
        """Return the script that buttons lead straight to; None where there is a choice."""
        return main_script(self.edition, programme)

    def main_form(self, programme: Programme) -> Form | Survey | None:
        """Return the form that buttons lead straight to; None where there is a choice."""
        return main_form(self.edition, programme)

    def choice_of(self, programme: Programme, page: str) -> str:
        """Return the anchor, on the programme's page, of the first list that leads to a page."""
        ways = (w.anchor for w in self.doorways(programme) if any(r.id == page for r in w.pages))
        return next(ways, f"{programme.id}-{self.menu_of(programme, page)}")

    def usual(self, record: str, kind: str) -> Download | None:
        """Return the PDF of a kind that most people print of a record; None if there is none."""
        found = (d for d in self.downloads(record=record) if d.kind == kind and d.usual)
        return next(found, None)

    def anchors(self, record: Record) -> bool:
        """Tell whether a figure or table carries its ids on this page: they may occur once."""
        return self._site.where.get(str(record.id)) == self._page.path

    def downloads(self, record: str | None = None, programme: str | None = None) -> list[Download]:
        """Return the PDFs about a record, or of a programme."""
        return [
            found
            for found in self._downloads
            if (record is None or found.record == record)
            and (programme is None or found.programme == programme)
        ]

    def form_pdf(self, name: str) -> Download | None:
        """Return the PDF to fill in of a form, a survey or a phase of one; None if not made."""
        found = (d for d in self.downloads(record=name) if d.kind in FILLABLE)
        return next(found, None)

    def form_script(self, form: Download) -> str:
        """Return the path of the script with which the browser fills in a form's PDF."""
        return form_script(form.path)

    def form_downloads(self, programme: Programme) -> list[Download]:
        """Return the PDFs of a programme's forms and surveys, in menu order."""
        return [d for d in self.downloads(programme=str(programme.id)) if d.kind in FILLABLE]

    def draw(self, figure: Figure) -> Markup:
        """Return a figure as SVG: a wide drawing for pages, a narrow one for phones."""
        direction = self.edition.direction
        wide = draw(figure, direction=direction, prefix="wide-", anchors=self.anchors(figure))
        narrow = draw(figure, layout="narrow", direction=direction, prefix="narrow-", anchors=False)
        drawings = (("wide", wide), ("narrow", narrow))
        divs = [f'<div class="db-{name}">\n{svg}\n</div>' for name, svg in drawings]
        return Markup("\n".join(divs))  # noqa: S704 - figures escape their texts

    def own(self, programme: Programme) -> list[tuple[str, str]]:
        """Return id and words of the makers' own elements that a page shows."""
        return [found for found in super().own(programme) if found[0] in self._site.where]


def _labelled(markdown: str, programme: Programme | None) -> str:
    """Return the page with its programme in its head: its colour, and a tag for the search."""
    if programme is None:
        return markdown
    title = json.dumps(framed(to_plain(programme.title)), ensure_ascii=False)
    head = f"tags:\n  - {title}\nprogramme: {json.dumps(str(programme.id))}\n"
    body = markdown.lstrip()
    fence = "---\n"
    if body.startswith(fence):
        return fence + head + body.removeprefix(fence)
    return f"{fence}{head}{fence}\n{body}"


def _tidy(markdown: str) -> str:
    """Return the page with no runs of empty lines and one newline at its end."""
    lines: list[str] = []
    # Not splitlines(): a text may hold other ends of lines (U+2028), and what follows one would
    # begin a line of Markdown, as a heading does.
    for line in markdown.split("\n"):
        if line.strip() or (lines and lines[-1]):
            lines.append(line.rstrip())
    return "\n".join(lines).strip() + "\n"
