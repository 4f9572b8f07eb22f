"""Makes each print document of a programme as whole HTML, through the Jinja templates."""

from collections.abc import Iterator
from dataclasses import replace
from functools import cached_property
from typing import Any

from markupsafe import Markup

from dreiebok.editions.edition import Edition
from dreiebok.editions.packing import pack_values
from dreiebok.inline import to_plain
from dreiebok.model.base import Record
from dreiebok.model.colours import tints
from dreiebok.model.forms import Form, Phase, Sheet, Survey
from dreiebok.model.handbook import Programme
from dreiebok.model.scripts import Script
from dreiebok.model.walking import nodes_with_ids
from dreiebok.press.printview import PrintView
from dreiebok.press.values import (
    WITH_BLEED,
    Piece,
    PrintDocument,
    Printing,
    pack,
)
from dreiebok.problems import Location
from dreiebok.templating import Output, Templates, make_environment, no_links, render

BRAND = "brand"
"""Where documents find an organisation's logo and fonts, beside their style sheets."""


class Maker:
    """Makes the documents of one programme."""

    def __init__(
        self,
        edition: Edition,
        programme: Programme,
        templates: Templates,
        printing: Printing,
        *,
        listed: bool = False,
    ) -> None:
        """Make the documents of a programme of this edition, or only a list of them."""
        self.listed = listed
        self.edition, self.programme, self.printing = edition, programme, printing
        self.gettext = edition.gettext
        self.view = PrintView(edition, programme, printing)
        self.environment = make_environment(
            templates, Output.HTML, edition.gettext, edition.ngettext, edition.locale
        )

    @cached_property
    def locations(self) -> bytes:
        """Where each element of the programme stands in the sources, packed."""
        return b"" if self.listed else pack_values(self.places())

    def places(self) -> dict[str, Location]:
        """Return where each element of the programme stands in the sources."""
        every, edition = self.edition.handbook.records, self.edition
        records = [r for r in every if edition.programme_of(r) == self.programme]
        records += [r for r in every if edition.shows(r)]
        return {str(name): name.at for r in records for name, _ in nodes_with_ids(r)}

    def all(self) -> Iterator[Iterator[PrintDocument]]:
        """Yield one iterator a document, so that a faulty template stops only its own."""
        for script in self.edition.scripts_of(self.programme):
            yield self.script(script)
            lengths: list[int | None] = [*self.view.lengths(script)]
            for length in lengths or [None]:
                yield self.cards(script, length)
            yield self.booklet(script)
            for length in lengths or [None]:
                yield self.kit(script, length)
        yield self.ground_rules()
        yield self.topics()
        yield self.series()
        for form in self.edition.forms_of(self.programme):
            yield self.form(form)
        yield self.handbook()

    def script(self, script: Script) -> Iterator[PrintDocument]:
        """Yield overview and poster: with every length of the meeting, and for each alone."""
        lengths = self.view.lengths(script)
        for variant, kind, words in (
            ("overview", "script", self.gettext("oversikt på én side")),
            (
                "poster",
                "poster",
                self.gettext("plakat i {sheet}", sheet=self.view.sheet_name("a3")),
            ),
        ):
            for length in (None, *lengths) if len(lengths) > 1 else (None,):
                yield self.document(
                    self.name(script, variant, length),
                    kind,
                    script,
                    "print/overview.html",
                    self.lasting(words, length),
                    usual=variant == "overview" and length is None,
                    variant=variant,
                    length=length,
                )

    def cards(self, script: Script, length: int | None) -> Iterator[PrintDocument]:
        """Yield the deck of a script for one length of the meeting."""
        name = self.name(script, "cards", self.view.unless_longest(script, length))
        several = len(self.view.lengths(script)) > 1
        more = length if several else None
        usual = length == max(self.view.lengths(script), default=None)
        yield from self.deck(name, script, "print/cards.html", more, usual=usual, length=length)

    def kit(self, script: Script, length: int | None) -> Iterator[PrintDocument]:
        """Yield all that a meeting needs, ready to print in one go.

        Overview, cards on sheets, the forms of the script for each who takes part, ground rules.
        What stands on A3 is left out: a printer has one size of paper in it.
        """
        shorter = self.view.unless_longest(script, length)
        several = len(self.view.lengths(script)) > 1
        count = script.participants or self.printing.participants
        overview = self.name(script, "overview", length if several else None)
        pieces = [
            Piece(self.path(overview)),
            Piece(self.path(self.name(script, "cards", shorter)), self.view.card_layout()[0]),
        ]
        for form in self.view.forms_used(script):
            if form.sheet is Sheet.A6:
                pieces.append(
                    Piece(self.path(self.view.slug(form)), self.view.slip_layout(), count)
                )
            elif not form.sheet.is_a3:
                pieces.append(Piece(self.path(self.view.slug(form)), copies=count))
        if self.view.rules():
            pieces.append(Piece(self.path("ground-rules")))
        words = self.edition.ngettext(
            "møtepakke for {n} deltaker", "møtepakke for {n} deltakere", count
        )
        yield self.assembled(
            self.name(script, "kit", shorter),
            "kit",
            script,
            self.lasting(words, length if several else None),
            tuple(pieces),
            usual=shorter is None,
        )

    def booklet(self, script: Script) -> Iterator[PrintDocument]:
        """Yield the script as a booklet to read, and on sheets to print and fold."""
        name, template = self.name(script, "booklet"), "print/booklet.html"
        words = self.gettext("hefte i {sheet}", sheet=self.view.sheet_name("a5"))
        booklet = self.document(name, "booklet", script, template, words, usual=False)
        yield booklet
        words = self.gettext("hefte til utskrift, brett på midten")
        pieces = (Piece(booklet.path, self.view.booklet_layout()),)
        yield self.assembled(f"{name}-imposed", "booklet", script, words, pieces)

    def ground_rules(self) -> Iterator[PrintDocument]:
        """Yield the programme's rules for the wall or the table, if it has any."""
        if self.view.rules():
            template = "print/ground-rules.html"
            yield self.document(
                "ground-rules", "poster", self.programme, template, self.gettext("regler")
            )

    def topics(self) -> Iterator[PrintDocument]:
        """Yield a deck of the programme's rules, pitfalls and questions, if it has any."""
        if self.view.rules() or self.view.pitfalls() or self.view.question_chapters():
            yield from self.deck("topics-cards", self.programme, "print/topics.html", None)

    def deck(
        self,
        name: str,
        record: Record,
        template: str,
        more: int | None,
        *,
        usual: bool = True,
        **values: Any,
    ) -> Iterator[PrintDocument]:
        """Yield a deck of A6 cards in every variant, and on sheets for an office printer."""
        is_script = isinstance(record, Script)
        deck = self.gettext("kort") if is_script else self.gettext("rådkort")
        layout, sheets = self.view.card_layout()
        for variant, words, on_sheets in (
            (
                "",
                self.gettext("{cards} i A6", cards=deck),
                self.gettext("{cards}, {sheets}", cards=deck, sheets=sheets),
            ),
            (
                "eco",
                self.gettext("{cards} som sparer blekk, i A6", cards=deck),
                self.gettext("{cards} som sparer blekk, {sheets}", cards=deck, sheets=sheets),
            ),
            ("trim", self.gettext("{cards} i A6 til trykkeriet", cards=deck), ""),
            ("a5", self.gettext("{cards} med stor skrift, i A5", cards=deck), ""),
        ):
            path = f"{name}-{variant}" if variant else name
            what = self.lasting(words, more)
            if variant == "trim":
                # The first deck is laid out as the print shop wants it, and cropped.
                pieces = (Piece(self.path(name), WITH_BLEED),)
                yield self.assembled(path, "cards", record, what, pieces, usual=False)
                continue
            look = variant or "trim"
            cards = self.document(
                path, "cards", record, template, what, usual=False, variant=look, **values
            )
            yield replace(cards, cropped=look == "trim")
            if on_sheets:
                what = self.lasting(on_sheets, more)
                pieces = (Piece(cards.path, layout),)
                is_usual = usual and not variant
                yield self.assembled(
                    f"{path}-{layout[:3]}", "cards", record, what, pieces, usual=is_usual
                )

    def series(self) -> Iterator[PrintDocument]:
        """Yield the plan of the organisation's meetings, if they are of this programme."""
        series = self.view.series()
        if series and series.programme == self.programme:
            template, what = "print/series.html", self.gettext("møteplan")
            yield self.document("series", "poster", self.programme, template, what, series=series)

    def form(self, form: Form | Survey, heading: tuple[str, ...] = ()) -> Iterator[PrintDocument]:
        """Yield a form, or a survey in each of its phases, with words above its questions."""
        if isinstance(form, Survey):
            for phase in form.phases or (None,):
                yield self.survey(form, phase, heading)
        else:
            kind = "canvas" if form.sheet.is_a3 else "form"
            name, template = self.view.slug(form), "print/form.html"
            yield self.document(name, kind, form, template, "", heading=heading)

    def survey(
        self, survey: Survey, phase: Phase | None, heading: tuple[str, ...] = ()
    ) -> PrintDocument:
        """Return the survey as it is answered in a phase; the document is about the phase."""
        template, asked = "print/survey.html", survey.in_phase(str(phase.id) if phase else None)
        name, when = self.view.slug(phase or survey), to_plain(phase.title) if phase else ""
        document = self.document(
            name, "survey", asked, template, when, phase=phase, heading=heading
        )
        return replace(document, record=str(phase.id)) if phase else document

    def handbook(self) -> Iterator[PrintDocument]:
        """Yield the programme's handbook."""
        template, what = "print/handbook.html", self.gettext("hele håndboka")
        yield self.document("handbook", "handbook", self.programme, template, what)

    def document(
        self,
        name: str,
        kind: str,
        record: Record,
        template: str,
        what: str,
        *,
        usual: bool = True,
        **more: Any,
    ) -> PrintDocument:
        """Return a document that a template makes; `what` says what it is, after its title."""
        title = to_plain(record.title) + (f": {what}" if what else "")
        resolve = self.view.resolve if kind == "handbook" else no_links
        html = ""
        if not self.listed:
            values = {**self.values(record), "title": title, **more}
            html = render(self.environment, template, resolve, **values)
        return PrintDocument(
            path=self.path(name),
            kind=kind,
            title=title,
            locale=self.edition.locale,
            programme=str(self.programme.id),
            record=str(record.id),
            packed=pack(html),
            usual=usual,
            locations=self.locations,
            look=self.printing.look,
            files={f"{BRAND}/{name}": data for name, data in self.edition.brand.files.items()},
            grown=() if self.listed or kind == "handbook" else self.grown(record),
        )

    def values(self, record: Record) -> dict[str, Any]:
        """Return what every template is given; docs/templates.md lists it."""
        accent = self.edition.accent_of(self.programme)
        palette = self.edition.brand.palette
        paper = tints(accent)
        return {
            "edition": self.edition,
            "book": self.edition.book,
            "programme": self.programme,
            "record": record,
            "view": self.view,
            "brand": self.edition.brand,
            "accent": Markup(accent),  # noqa: S704 - the model checks its form
            "second": Markup(palette.accent if palette else accent),  # noqa: S704 - as that
            "tint": Markup(paper.tint),  # noqa: S704 - made of it
            "soft": Markup(paper.soft),  # noqa: S704 - made of it
            "beside": None,
            "is_beside": False,
        }

    def grown(self, record: Record) -> tuple[bytes, ...]:
        """Return the translations longer than their source that a document of a record may show."""
        shown: tuple[Record, ...] = (record, *self.view.rules())
        if isinstance(record, Programme):
            shown = (*shown, *self.view.pitfalls(), *self.view.question_chapters())
        found = self.edition.translation.grown
        return tuple(packed for one in shown if (packed := found.get(str(one.id))))

    def assembled(
        self,
        name: str,
        kind: str,
        record: Record,
        what: str,
        pieces: tuple[Piece, ...],
        *,
        usual: bool = True,
    ) -> PrintDocument:
        """Return a document that is put together of the pages of others."""
        return PrintDocument(
            path=self.path(name),
            kind=kind,
            title=f"{to_plain(record.title)}: {what}",
            locale=self.edition.locale,
            programme=str(self.programme.id),
            record=str(record.id),
            packed=b"",
            pieces=pieces,
            usual=usual,
        )

    def name(self, script: Script, what: str, length: int | None = None) -> str:
        """Return the name of a script's document: dreiebok-cards, dreiebok-cards-90min."""
        return f"{self.view.slug(script)}-{what}" + (f"-{length}min" if length else "")

    def lasting(self, what: str, length: int | None) -> str:
        """Return what a document is, and for which length of the meeting if it is for one."""
        if not length:
            return what
        return self.gettext("{what}, {length}", what=what, length=self.view.minutes(length))

    def path(self, name: str) -> str:
        """Return where a document lies in the language's site."""
        return f"print/{self.programme.id}/{name}.pdf"
