"""Documents in two languages, for groups that share none: cards, forms and surveys.

The edition is that of the first language; the one beside it, of the same handbook, gives the
second. On a card each has a side of the paper, in a form the second stands below or behind the
first.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from dreiebok.editions.edition import Edition
from dreiebok.editions.locales import name_in
from dreiebok.editions.pairing import pair_records, pair_words
from dreiebok.model.base import Record
from dreiebok.model.forms import Form, Survey
from dreiebok.model.handbook import Programme
from dreiebok.model.scripts import Script
from dreiebok.press.documents import Ready, collect
from dreiebok.press.making import Maker
from dreiebok.press.values import Piece, PrintDocument, Printing
from dreiebok.problems import Location, Problem
from dreiebok.templating import Output, Templates, macros_of, make_environment, no_links

FACES = "print/card-faces.html"


def bilingual_documents(
    edition: Edition,
    beside: Edition,
    templates: Templates,
    printing: Printing | None = None,
    printing_beside: Printing | None = None,
    *,
    listed: bool = False,
    ready: Ready | None = None,
) -> tuple[tuple[PrintDocument, ...], tuple[Problem, ...]]:
    """Return the documents in an edition's language and that of the edition beside it.

    Both editions have the same programmes. `printing_beside` says which of its elements have an
    address in the hosted guide. Problems are those of the templates. Where documents are only
    `listed`, they have no HTML.
    """
    printing = printing or Printing()
    there = printing_beside or replace(printing, pages={})
    makers = (
        _BilingualMaker(
            edition,
            programme,
            templates,
            printing,
            Maker(beside, other, templates, there, listed=listed),
        )
        for programme, other in zip(edition.programmes, beside.programmes, strict=True)
    )
    return collect(makers, ready)


class _BilingualMaker(Maker):
    """Makes the documents of one programme in two languages; `back` is the maker of the second."""

    def __init__(
        self,
        edition: Edition,
        programme: Programme,
        templates: Templates,
        printing: Printing,
        back: Maker,
    ) -> None:
        super().__init__(edition, programme, templates, printing, listed=back.listed)
        self.back = back
        self.locale = back.edition.locale
        names = [name_in(locale, edition.locale) for locale in (edition.locale, self.locale)]
        self.languages = self.gettext(" og ").join(names)
        # A side of a card speaks one language; all else says the words of the interface in both.
        self.one_language = self.environment
        self.environment = make_environment(
            templates, Output.HTML, pair_words(edition, back.edition)
        )

    def places(self) -> dict[str, Location]:
        """Return where each element stands; in the second language it is named with its locale."""
        found = super().places()
        return found | {f"{name}@{self.locale}": at for name, at in found.items()}

    def all(self) -> Iterator[Iterator[PrintDocument]]:
        """Yield one iterator a document, so that a faulty template stops only its own."""
        for script in self.edition.scripts_of(self.programme):
            lengths: list[int | None] = [*self.view.lengths(script)]
            for length in lengths or [None]:
                yield self.cards(script, length)
        for form in self.edition.forms_of(self.programme):
            yield self.form(form)

    def cards(self, script: Script, length: int | None) -> Iterator[PrintDocument]:
        """Yield the deck of a script, one page a card, and on sheets for an office printer."""
        name = self.name(script, "cards", self.view.unless_longest(script, length))
        several = len(self.view.lengths(script)) > 1
        more = f", {length} min, {self.languages}" if several else f", {self.languages}"
        words = self.gettext("{cards} i A6", cards=self.gettext("kort"))
        deck = self.document(
            name, "cards", script, "print/cards-beside.html", words + more, usual=False,
            faces=None if self.listed else self.faces(script, length),
        )  # fmt: skip
        yield deck
        layout, on_sheets = self.view.card_layout()
        words = self.gettext("{cards}, {sheets}", cards=self.gettext("kort"), sheets=on_sheets)
        pieces = (Piece(deck.path, layout),)
        usual = length == max(self.view.lengths(script), default=None)
        sheets = self.assembled(name, "cards", script, words + more, pieces, usual=usual)
        path = deck.path.replace(".pdf", f"-{layout[:3]}.pdf")
        yield replace(sheets, path=path, beside=self.locale)

    def faces(self, script: Script, length: int | None) -> tuple[object, object]:
        """Return the faces of a script's cards in the first language and in the second."""
        front, back = (
            macros_of(
                environment,
                FACES,
                no_links,
                **maker.values(record) | values,
                length=length,
                variant="",
            )
            for maker, record, environment, values in (
                (self, script, self.one_language, {"beside": self.back.edition}),
                (
                    self.back,
                    self.counterpart(script),
                    self.back.environment,
                    {"beside": self.edition, "is_beside": True},
                ),
            )
        )
        return front, back

    def form(self, form: Form | Survey, heading: tuple[str, ...] = ()) -> Iterator[PrintDocument]:
        """Yield a form, or the phases of a survey, with every prompt in both languages."""
        return super().form(pair_records(form, self.counterpart(form), self.locale), heading)

    def document(
        self, name: str, kind: str, record: Record, template: str, what: str, **more: Any
    ) -> PrintDocument:
        """Return a document in both languages; its name ends in both locales."""
        both = f"{name}-{self.edition.locale}-{self.locale}"
        # The phase of a survey stands last: by it a filled form is known.
        if not isinstance(record, Script):
            what = f"{self.languages}, {what}" if what else self.languages
        found = super().document(
            both, kind, record, template, what, beside=self.back.edition, **more
        )
        return replace(found, beside=self.locale)

    def counterpart(self, record: Record) -> Any:
        """Return the same record in the second language."""
        return self.back.edition.record(str(record.id))
