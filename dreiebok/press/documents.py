"""Every print document of an Edition as whole HTML, through the Jinja templates. Pure; no disk."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from markupsafe import Markup

from dreiebok.editions.edition import Edition
from dreiebok.editions.view import EditionView
from dreiebok.figures import Palette, draw
from dreiebok.inline import to_plain
from dreiebok.model.base import Record
from dreiebok.model.chapters import Chapter, Pitfalls, Rules
from dreiebok.model.figures import Figure
from dreiebok.model.forms import (
    AnyField,
    DrawingField,
    Form,
    LinesField,
    MatrixCell,
    MatrixField,
    Phase,
    RowsField,
    Sheet,
    Survey,
    TextareaField,
)
from dreiebok.model.handbook import Glossary, Programme, Source, Sources
from dreiebok.model.scripts import Script
from dreiebok.model.walking import nodes_with_ids, references
from dreiebok.press.values import PrintDocument
from dreiebok.problems import Problem, SourceError
from dreiebok.templating import Output, Templates, make_environment, no_links, render

INK = "#000"
"""Print text is pure black: one ink, and sharp."""


def print_documents(
    edition: Edition, templates: Templates, start: int | None = None
) -> tuple[tuple[PrintDocument, ...], tuple[Problem, ...]]:
    """Return an edition's print documents in a fixed order, and the problems of their templates.

    `start` is when meetings begin, in minutes from midnight; without it clocks run from 0:00.
    """
    documents: list[PrintDocument] = []
    problems: list[Problem] = []
    for programme in edition.programmes:
        maker = _Maker(edition, programme, templates, start)
        for make in maker.all():
            try:
                documents.extend(make)
            except SourceError as error:
                problems.extend(error.problems)
    return tuple(documents), tuple(problems)


class _Maker:
    """Makes the documents of one programme."""

    def __init__(
        self, edition: Edition, programme: Programme, templates: Templates, start: int | None
    ) -> None:
        self.edition, self.programme = edition, programme
        self.view = PrintView(edition, programme, start)
        self.environment = make_environment(templates, Output.HTML)
        records = [r for r in edition.handbook.records if edition.programme_of(r) == programme]
        shared = [r for r in edition.handbook.records if edition.shows(r)]
        self.locations = {
            str(name): name.at
            for record in (*records, *shared)
            for name, _ in nodes_with_ids(record)
        }

    def all(self) -> Iterator[Iterator[PrintDocument]]:
        """Yield one iterator a document, so that a faulty template stops only its own."""
        for script in self.edition.scripts_of(self.programme):
            yield self.script(script)
            yield self.cards(script)
            yield self.booklet(script)
        yield self.topics()
        for form in self.edition.forms_of(self.programme):
            yield self.form(form)
        yield self.handbook()

    def script(self, script: Script) -> Iterator[PrintDocument]:
        slug, template = self.view.slug(script), "print/overview.html"
        for variant, kind, words in (
            ("overview", "script", _("oversikt på én side")),
            ("poster", "poster", _("plakat i A3")),
        ):
            name = f"{slug}-{variant}"
            yield self.document(name, kind, script, template, words, variant=variant)

    def cards(self, script: Script) -> Iterator[PrintDocument]:
        name = f"{self.view.slug(script)}-cards"
        yield from self.deck(name, script, "print/cards.html")

    def booklet(self, script: Script) -> Iterator[PrintDocument]:
        """Yield the script as a booklet to read, and on sheets to print and fold."""
        name, template = f"{self.view.slug(script)}-booklet", "print/booklet.html"
        booklet = self.document(name, "booklet", script, template, _("hefte i A5"))
        yield booklet
        yield replace(
            booklet,
            path=booklet.path.replace(".pdf", "-imposed.pdf"),
            title=f"{to_plain(script.title)}: {_('hefte til utskrift, brett på midten')}",
            html="",
            imposed_from=booklet.path,
            imposition="booklet" if self.edition.direction == "ltr" else "booklet-right",
            element_locations={},
        )

    def topics(self) -> Iterator[PrintDocument]:
        """Yield a deck of the programme's rules, pitfalls and questions, if it has any."""
        if self.view.rules() or self.view.pitfalls() or self.view.question_chapters():
            yield from self.deck("topics-cards", self.programme, "print/topics.html")

    def deck(self, name: str, record: Record, template: str) -> Iterator[PrintDocument]:
        """Yield a deck of A6 cards in every variant, and on sheets of four."""
        is_script = isinstance(record, Script)
        for variant, words, sheets in (
            ("", _("kort i A6"), _("kort, fire på et A4-ark")),
            (
                "eco",
                _("kort som sparer blekk, i A6"),
                _("kort som sparer blekk, fire på et A4-ark"),
            ),
            ("trim", _("kort i A6 til trykkeriet"), ""),
            ("a5", _("kort med stor skrift, i A5"), ""),
        ):
            path = f"{name}-{variant}" if variant else name
            kind = "" if is_script else _("råd")
            cards = self.document(
                path, "cards", record, template, f"{kind}{words}", variant=variant
            )
            yield cards
            if sheets:
                yield replace(
                    cards,
                    path=cards.path.replace(".pdf", "-4up.pdf"),
                    title=f"{to_plain(record.title)}: {kind}{sheets}",
                    html="",
                    imposed_from=cards.path,
                    imposition="4up",
                    element_locations={},
                )

    def form(self, form: Form | Survey) -> Iterator[PrintDocument]:
        if isinstance(form, Survey):
            for phase in form.phases or (None,):
                yield self.survey(form, phase)
        else:
            kind = "canvas" if form.sheet in {Sheet.A3, Sheet.A3_LANDSCAPE} else "form"
            yield self.document(self.view.slug(form), kind, form, "print/form.html", "")

    def survey(self, survey: Survey, phase: Phase | None) -> PrintDocument:
        """Return the survey as it is answered in a phase; the document is about the phase."""
        template, asked = "print/survey.html", survey.in_phase(str(phase.id) if phase else None)
        name, when = self.view.slug(phase or survey), to_plain(phase.title) if phase else ""
        document = self.document(name, "survey", asked, template, when, phase=phase)
        return replace(document, record=str(phase.id)) if phase else document

    def handbook(self) -> Iterator[PrintDocument]:
        document = self.document(
            "handbook", "handbook", self.programme, "print/handbook.html", _("hele håndboka")
        )
        yield document

    def document(
        self, name: str, kind: str, record: Record, template: str, what: str, **more: Any
    ) -> PrintDocument:
        title = to_plain(record.title) + (f": {what}" if what else "")
        resolve = self.view.resolve if kind == "handbook" else no_links
        html = render(
            self.environment,
            template,
            resolve,
            edition=self.edition,
            book=self.edition.book,
            programme=self.programme,
            record=record,
            title=title,
            view=self.view,
            accent=Markup(self.programme.accent),  # noqa: S704 - the model checks its form
            tint=Markup(mix(self.programme.accent, 0.10)),  # noqa: S704 - made of it
            soft=Markup(mix(self.programme.accent, 0.45)),  # noqa: S704 - made of it
            **more,
        )
        return PrintDocument(
            path=f"print/{self.programme.id}/{name}.pdf",
            kind=kind,
            title=title,
            locale=self.edition.locale,
            programme=str(self.programme.id),
            record=str(record.id),
            html=html,
            element_locations=self.locations,
        )


class PrintView(EditionView):
    """What a print template may ask about the rest of the edition: one programme's view."""

    def __init__(self, edition: Edition, programme: Programme, start: int | None = None) -> None:
        """Look at one programme; `start` is when meetings begin, in minutes from midnight."""
        super().__init__(edition, start)
        self.programme = programme
        self._shown = self._elements_of_the_handbook()

    def slug(self, record: Record | Phase) -> str:
        """Return the id of what a document is about, without the programme's prefix."""
        return str(record.id).removeprefix(f"{self.programme.prefix}-")

    def rules(self) -> list[Rules]:
        """Return the programme's sets of rules of thumb."""
        return [r for r in self.edition.pages_of(self.programme) if isinstance(r, Rules)]

    def pitfalls(self) -> list[Pitfalls]:
        """Return the programme's sets of pitfalls."""
        return [r for r in self.edition.pages_of(self.programme) if isinstance(r, Pitfalls)]

    def question_chapters(self) -> list[Chapter]:
        """Return the chapters whose lists are printed as question cards."""
        pages = self.edition.pages_of(self.programme)
        return [page for page in pages if isinstance(page, Chapter) and page.cards]

    def glossaries(self) -> list[Glossary]:
        """Return the programme's glossaries."""
        found = self.edition.glossaries()
        return [r for r in found if self.edition.programme_of(r) == self.programme]

    def sources(self) -> list[Sources]:
        """Return the programme's lists of publications."""
        found = self.edition.source_lists()
        return [r for r in found if self.edition.programme_of(r) == self.programme]

    def publications(self, list_: Sources) -> list[Source]:
        """Return a list's publications and those that it uses of other lists, by author."""
        names = {str(source.id) for source in list_.sources} | set(map(str, list_.uses))
        return [source for source, _ in self.edition.publications() if source.id in names]

    def card_code(self, script: Script) -> str:
        """Return how the codes of a script's cards begin: MG-, or RG-B where it is the second."""
        scripts = self.edition.scripts_of(self.programme)
        letter = chr(ord("A") + scripts.index(script)) if len(scripts) > 1 else ""
        return f"{self.programme.prefix.upper()}-{letter}"

    def shown_in_a_chapter(self, figure: str) -> bool:
        """Tell whether a chapter of the programme shows a figure."""
        pages = self.edition.pages_of(self.programme)
        return any(ref == figure for page in pages for ref in references(page))

    def line_mm(self, form: Form) -> float:
        """Return the height in mm that a writing line may have at most, 5 to 8.

        8 mm is what a hand likes; a form that must keep to its pages gets what room there is: the
        press lowers the lines until the form fits, and this estimate spares it most of the way.
        """
        fields = [field for part in form.parts for field in part.fields]
        lines = sum(map(_lines, fields))
        other = 30.0 + sum(6.0 + (4.2 if field.help else 0) + _table_mm(field) for field in fields)
        room = (form.pages * self.sheet_height(form) - other) / max(1, lines)
        return round(min(8.0, max(5.0, room)), 1)

    def sheet_height(self, form: Form) -> float:
        """Return the height in mm that a page of a form has for its content: see form.css."""
        margins = 17.0 if form.sheet in {Sheet.A5, Sheet.A6} else 23.0
        return form.sheet.size_mm[1] - margins

    def draw(self, figure: Figure) -> Markup:
        """Return a figure for print: no custom properties, which the renderer's SVG lacks."""
        accent = self.programme.accent
        palette = Palette(ink=INK, quiet="#444", accent=accent, paper="#fff", caution="#8A5A00")
        svg = draw(figure, direction=self.edition.direction, palette=palette)
        return Markup(svg)  # noqa: S704 - figures escape their texts

    def resolve(self, element: str) -> str | None:
        """Return the address of an element within the handbook, if it shows it."""
        return f"#{element}" if element in self._shown else None

    def _elements_of_the_handbook(self) -> frozenset[str]:
        records: list[Record] = [self.programme, *self.edition.pages_of(self.programme)]
        records.extend(self.glossaries())
        for record in self.edition.handbook.records:
            own = self.edition.programme_of(record) == self.programme
            if own and getattr(record, "kind", "") in {"figure", "table"}:
                records.append(record)
        names = {str(name) for record in records for name, _ in nodes_with_ids(record)}
        for listed in self.sources():
            names |= {str(listed.id), *(str(s.id) for s in self.publications(listed))}
        return frozenset(names)


def _lines(field: AnyField) -> int:
    """Return how many writing lines a field takes of the height of its form."""
    if isinstance(field, MatrixField) and field.cell is MatrixCell.TEXT:
        return field.lines * len(field.rows)
    if isinstance(field, LinesField):
        return field.lines * field.count
    return field.lines if isinstance(field, TextareaField) else 0


def _table_mm(field: AnyField) -> float:
    """Return about how high a field is, in mm, apart from prompt and writing lines."""
    match field:
        case MatrixField():
            return 7.0 * (len(field.rows) + 1)
        case RowsField():
            return 9.5 * field.count + 7.0
        case LinesField():
            return 1.4 * field.count
        case DrawingField():
            return float(field.height_mm)
        case TextareaField():
            return 0.0
    return 8.0


def mix(colour: str, share: float) -> str:
    """Return a colour mixed with white; `share` is how much of it is left, 0 to 1."""
    parts = (int(colour[n : n + 2], 16) for n in (1, 3, 5))
    return "#" + "".join(f"{round(255 - (255 - part) * share):02X}" for part in parts)


def _(words: str) -> str:
    """Mark a text of the interface for the catalogs; the source language needs no change."""
    return words
