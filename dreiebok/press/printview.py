"""The view of print templates: a programme's parts, lengths, paper, codes and figures."""

from functools import cached_property
from urllib.parse import quote

import segno
from markupsafe import Markup

from dreiebok.editions.edition import Edition
from dreiebok.editions.stamps import stamps, stamps_of
from dreiebok.editions.view import EditionView
from dreiebok.figures import Palette, draw
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
    TextareaField,
)
from dreiebok.model.handbook import Glossary, Programme, Source, Sources
from dreiebok.model.organisations import Paper
from dreiebok.model.prefixes import slug
from dreiebok.model.scripts import Script
from dreiebok.model.walking import nodes_with_ids, references
from dreiebok.press.values import Printing

INK = "#000"
"""Print text is pure black: one ink, and sharp."""


class PrintView(EditionView):
    """What a print template may ask about the rest of the edition: one programme's view."""

    def __init__(self, edition: Edition, programme: Programme, printing: Printing) -> None:
        """Look at one programme, to be printed in a certain way."""
        super().__init__(edition, printing.start)
        self.programme, self.printing = programme, printing

    # Reckoned when a template asks: a build without prints never does.
    @cached_property
    def _stamps(self) -> dict[str, str]:
        return stamps_of(self.edition, self.programme)

    @cached_property
    def _shown(self) -> frozenset[str]:
        return self._elements_of_the_handbook()

    def slug(self, record: Record | Phase) -> str:
        """Return the id of what a document is about, without the programme's prefix."""
        return slug(record, self.programme)

    def lengths(self, script: Script) -> list[int]:
        """Return how long the meeting may last, in minutes, longest first."""
        return [column.length for column in self.plans(script)]

    def unless_longest(self, script: Script, length: int | None) -> int | None:
        """Return the length, or None for the longest: that is what documents are for unsaid."""
        return None if length == max(self.lengths(script), default=None) else length

    def forms_used(self, script: Script) -> list[Form]:
        """Return the forms that the steps of a script use, in their order, each once."""
        names = dict.fromkeys(step.form.form for step in script.steps if step.form)
        return [form for form in map(self.record, names) if isinstance(form, Form)]

    def card_layout(self) -> tuple[str, str]:
        """Return the layout of cards on the printer's paper, and what it is called."""
        if self.printing.paper is Paper.LETTER:
            return "2up-letter", self.edition.gettext("to på et Letter-ark")
        return "4up", self.edition.gettext("fire på et A4-ark")

    def slip_layout(self) -> str:
        """Return the layout of A6 slips on the printer's paper: one side, to be cut."""
        return "slips-letter" if self.printing.paper is Paper.LETTER else "slips"

    def booklet_layout(self) -> str:
        """Return the layout of booklets: the printer's paper, and the side that is bound."""
        layout = "booklet" if self.edition.direction == "ltr" else "booklet-right"
        return f"{layout}-letter" if self.printing.paper is Paper.LETTER else layout

    def size_mm(self, sheet: str) -> tuple[float, float]:
        """Return width and height of the paper for a sheet: a3, a4, a5, a6, a4-landscape."""
        return self.printing.paper.size_mm(sheet)

    def sheet_name(self, sheet: str) -> str:
        """Return what people call the paper that stands for a sheet: A3, or Tabloid."""
        letter = {"a3": "Tabloid", "a4": "Letter", "a5": self.edition.gettext("halv Letter")}
        is_letter = self.printing.paper is Paper.LETTER and sheet in letter
        return letter[sheet] if is_letter else sheet.upper()

    def stamp(self, element: str) -> str:
        """Return the short code of the text of what is printed; it changes with the text."""
        own = self._stamps
        return own[element] if element in own else stamps(self.edition)[element]

    def qr(self, element: str) -> Markup:
        """Return a QR code (ISO/IEC 18004) as SVG, or nothing where the guide has no address.

        It leads to the element in the hosted guide. What comes after # stays in the reader's
        browser: element, version and code, by which the page tells whether the print is outdated.
        """
        if element not in self.printing.pages:
            return Markup()
        mark = f"{element}~{quote(self.edition.version, safe='')}~{self.stamp(element)}"
        code = segno.make_qr(f"{self.printing.pages[element]}#{mark}", error="l")
        drawing = code.svg_inline(border=4, omitsize=True, svgclass="qr", lineclass=None)
        return Markup(drawing)  # noqa: S704 - a path of numbers, no text

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

    def line_mm(self, form: Form, pages: int) -> float:
        """Return the height in mm that a writing line may have at most on so many pages, 5 to 8.

        8 mm is what a hand likes; a form that must keep to its pages gets what room there is: the
        press lowers the lines until the form fits, and this estimate spares it most of the way.
        """
        fields = [field for part in form.parts for field in part.fields]
        lines = sum(map(_lines, fields))
        other = 30.0 + sum(6.0 + (4.2 if field.help else 0) + _table_mm(field) for field in fields)
        room = (pages * self.sheet_height(form) - other) / max(1, lines)
        return round(min(8.0, max(5.0, room)), 1)

    def form_pages(self, form: Form, languages: int = 1) -> int:
        """Return how many pages a form may fill: on Letter, which is shorter, one more.

        Questions in two languages need half as much room again: one page becomes a whole sheet,
        front and back. What hangs on a wall stays on one side.
        """
        more = languages > 1 and not form.sheet.is_a3
        pages = -(-form.pages * 3 // 2) if more else form.pages
        return pages + (pages > 1 and self.printing.paper is Paper.LETTER)

    def smallest_line_mm(self, languages: int = 1) -> float:
        """Return the least height in mm of a writing line; on Letter one page must stay one.

        A canvas in two languages must too: its lines are drawn for notes on slips.
        """
        least = 4.5 if self.printing.paper is Paper.LETTER else 4.8
        return least if languages == 1 else least - 0.6

    def sheet_height(self, form: Form) -> float:
        """Return the height in mm that a page of a form has for its content: see form.css."""
        margins = 17.0 if form.sheet in {Sheet.A5, Sheet.A6} else 23.0
        return self.size_mm(form.sheet.value)[1] - margins

    def draw(self, figure: Figure) -> Markup:
        """Return a figure for print: no custom properties, which the renderer's SVG lacks."""
        accent = self.edition.accent_of(self.programme)
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
