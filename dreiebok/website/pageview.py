"""What a page template may ask about the rest of the edition, as seen from its page.

It answers with records, with addresses as they are from here, and with drawings. `printview.py` of
the press is the same for prints.
"""

from dataclasses import dataclass

from markupsafe import Markup

from dreiebok.editions.edition import Edition
from dreiebok.editions.view import EditionView
from dreiebok.figures import draw
from dreiebok.model.base import Record
from dreiebok.model.figures import Figure
from dreiebok.model.forms import Form, Survey
from dreiebok.model.handbook import Door, Programme
from dreiebok.model.scripts import Script
from dreiebok.website.doors import Doorway, also, doorways, main_form, main_script, open_doors
from dreiebok.website.filling import FILLABLE, form_script
from dreiebok.website.meetings import meeting_path
from dreiebok.website.navigation import PageSpec, SiteMap
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


class PageView(EditionView):
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
