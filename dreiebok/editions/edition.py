"""The Edition: everything that a reader is shown is derived from one of these by pure functions."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date as Date

from dreiebok.editions.brand import NO_BRAND, Brand
from dreiebok.editions.locales import direction_of, format_number, format_share, sort_key
from dreiebok.editions.messages import COMMON
from dreiebok.editions.progress import Progress, by_locale
from dreiebok.editions.translating import (
    SOURCE,
    Translation,
)
from dreiebok.editions.wording import UNCHANGED, Wording
from dreiebok.model.base import Basis, Node, Record
from dreiebok.model.forms import Form, Survey
from dreiebok.model.handbook import (
    Book,
    Element,
    Glossary,
    Handbook,
    Programme,
    Source,
    Sources,
    Term,
)
from dreiebok.model.organisations import Organisation
from dreiebok.model.prefixes import has_prefix, owner_of
from dreiebok.model.scripts import Script
from dreiebok.model.walking import walk


@dataclass(frozen=True, slots=True)
class Edition:
    """A handbook in one locale. Version and date are the sources' own, never the clock's.

    `used_by` names the programmes that rest on a publication, by its id.
    `progress` is how far the translations into all languages have come, where readers are told.
    """

    handbook: Handbook
    book: Book
    programmes: tuple[Programme, ...]
    locale: str
    version: str
    date: Date
    organisation: Organisation | None = None
    translation: Translation = SOURCE
    brand: Brand = NO_BRAND
    used_by: Mapping[str, frozenset[str]] = field(default_factory=dict, repr=False)
    wording: Wording = UNCHANGED
    progress: tuple[Progress, ...] = ()

    def gettext(self, words: str, **values: object) -> str:
        """Return words of the interface in the edition's language, or as they are.

        A value stands in the place of its name in braces. Not str.format: what a catalog holds
        must not reach into a program's objects.
        """
        translated = self.translation.interface.get(words)
        return _filled(self.wording.interface(translated or words, translated is not None), values)

    def ngettext(self, one: str, many: str, number: int, **values: object) -> str:
        """Return words that go with a number, in the form that the edition's language asks for.

        `{n}` is the number as the locale writes it; other values as with gettext.
        """
        values["n"] = format_number(number, 0, self.locale)
        forms, plurals = self.translation.counted.get(one), self.translation.plurals
        if forms and plurals:
            found = forms[min(plurals.form(number), len(forms) - 1)]
            return _filled(self.wording.interface(found, True), values)
        return self.gettext(one if number == 1 else many, **values)

    @property
    def mark(self) -> str:
        """Short name and version, and that it is a draft; for where room is short: a card."""
        draft = f" · {self.gettext('utkast')}" if self.translation.draft else ""
        return f"{self.short} {self.version}{draft}"

    @property
    def imprint(self) -> str:
        """Name and version, and what a reader must know of the translation; for footers."""
        facts = [f"{self.name} {self.version}"]
        if self.translation.draft:
            facts.append(self.gettext("utkast til oversettelse"))
        if self.translation.translated < self.translation.total:
            share = format_share(self.translation.per_cent, self.locale)
            facts.append(self.gettext("{andel} er oversatt", andel=share))
        if self.translation.older:
            facts.append(
                self.ngettext(
                    "{n} tekst er eldre enn kilden",
                    "{n} tekster er eldre enn kilden",
                    self.translation.older,
                )
            )
        return self.between.join(facts)

    @property
    def between(self) -> str:
        """What stands between facts in a line; among Latin words, too, it keeps its direction."""
        mark = "\N{RIGHT-TO-LEFT MARK}" if self.direction == "rtl" else ""
        return f"{mark} · {mark}"

    @property
    def direction(self) -> str:
        """ltr or rtl: the way the locale is written."""
        return direction_of(self.locale)

    @property
    def name(self) -> str:
        """The edition's name on covers, footers and cards."""
        return str(self.book.title)

    def progress_by_locale(self) -> dict[str, tuple[Progress, ...]]:
        """Return how far the catalogs of each language have come: those of what is shown here."""
        shown = {str(programme.id) for programme in self.programmes} | {COMMON}
        return by_locale(part for part in self.progress if part.domain in shown)

    @property
    def short(self) -> str:
        """What the edition is called where room is short: as its organisation, if that says it."""
        settings = self.organisation
        return str(settings.short) if settings and settings.short else self.name

    @property
    def site_name(self) -> str:
        """The name of the site: the handbook's and, after a dash, its organisation's."""
        settings = self.organisation
        return f"{self.name} – {settings.short or settings.name}" if settings else self.name

    @property
    def publisher(self) -> str:
        """Who publishes the edition: what its organisation says, else the handbook."""
        settings = self.organisation
        return str((settings and settings.publisher) or self.book.publisher)

    @property
    def licence(self) -> str:
        """The licence of the edition: what its organisation says, else the handbook."""
        settings = self.organisation
        return str((settings and settings.licence) or self.book.licence)

    @property
    def credit(self) -> str:
        """Name the handbook that an edition of somebody else's rests on (CC BY 4.0, 3.a.1)."""
        if (self.publisher, self.licence) == (self.book.publisher, self.book.licence):
            return ""
        return self.gettext(
            "Bygger på «{title}» {version}, {publisher}, {licence}.",
            title=self.name,
            version=self.version,
            publisher=self.book.publisher,
            licence=self.book.licence,
        )

    def accent_of(self, programme: Programme) -> str:
        """Return the colour of a programme on light ground: its organisation's, or its own."""
        palette = self.brand.palette
        return palette.primary if palette and palette.programmes else str(programme.accent)

    def element(self, name: str) -> Element:
        """Return the element with this id; a KeyError means that the checks were not run."""
        return self.handbook.elements[name]

    def record(self, name: str) -> Record:
        """Return the record with this id."""
        return self.element(name).record

    def programme_of(self, record: Record) -> Programme | None:
        """Return the programme whose prefix the record's id has, or None for a common record."""
        if isinstance(record, Programme):
            return record
        return owner_of(record.id, self.programmes)

    def pages_of(self, programme: Programme) -> tuple[Record, ...]:
        """Return the records with a page, in the order of the programme's menu."""
        return tuple(self.record(page) for menu in programme.menu for page in menu.pages)

    def scripts_of(self, programme: Programme) -> tuple[Script, ...]:
        """Return the programme's scripts in menu order."""
        return tuple(r for r in self.pages_of(programme) if isinstance(r, Script))

    def forms_of(self, programme: Programme) -> tuple[Form | Survey, ...]:
        """Return the programme's forms and surveys in menu order."""
        return tuple(r for r in self.pages_of(programme) if isinstance(r, Form | Survey))

    def common_pages(self) -> tuple[Record, ...]:
        """Return the chapters that belong to no programme, in the handbook's order."""
        return tuple(self.record(page) for page in self.book.pages)

    def terms(self) -> tuple[tuple[tuple[Term, Programme | None], ...], ...]:
        """Return the words explained, in the alphabet of the locale.

        Each is a group: what every programme that explains the same word says of it.
        """
        found = [
            (term, self.programme_of(record))
            for record in self.glossaries()
            for term in record.terms
        ]
        groups: dict[str, list[tuple[Term, Programme | None]]] = {}
        for term, programme in sorted(found, key=lambda pair: pair[1].order if pair[1] else 0):
            groups.setdefault(term.term.lower(), []).append((term, programme))
        ordered = sorted(groups.values(), key=lambda group: sort_key(group[0][0].term, self.locale))
        return tuple(map(tuple, ordered))

    def glossaries(self) -> tuple[Glossary, ...]:
        """Return the glossaries shown, in the order of their programmes."""
        return tuple(r for r in self.handbook.records if isinstance(r, Glossary) and self.shows(r))

    def publications(self) -> tuple[tuple[Source, tuple[Programme, ...]], ...]:
        """Return every publication by author and year, with the programmes that rest on it."""
        found = [
            (
                source,
                tuple(p for p in self.programmes if p.id in self.used_by.get(str(source.id), ())),
            )
            for record in self.source_lists()
            for source in record.sources
        ]
        return tuple(
            sorted(
                found, key=lambda pair: (sort_key(pair[0].authors, self.locale), pair[0].year or 0)
            )
        )

    def source_lists(self) -> tuple[Sources, ...]:
        """Return the lists of publications shown, in programme order; common ones come last."""
        found = [r for r in self.handbook.records if isinstance(r, Sources) and self.shows(r)]
        order = {programme.id: n for n, programme in enumerate(self.programmes)}

        def place(record: Sources) -> int:
            programme = self.programme_of(record)
            return order[programme.id] if programme else len(order)

        return tuple(sorted(found, key=place))

    def source(self, name: str) -> Source:
        """Return the publication with this id."""
        node = self.element(name).node
        assert isinstance(node, Source)
        return node

    def shows(self, record: Record) -> bool:
        """Tell whether the record is common or belongs to a programme of this edition."""
        if self.programme_of(record) is not None:
            return True
        return not any(has_prefix(record.id, p.prefix) for p in programmes_of(self.handbook))

    def own_elements(self, programme: Programme) -> Iterator[Element]:
        """Yield the elements of a programme that say `basis: own`, in the handbook's order."""
        for record in self.handbook.records:
            if self.programme_of(record) != programme:
                continue
            for node in walk(record):
                if getattr(node, "basis", None) is Basis.OWN and isinstance(node, Node):
                    name = getattr(node, "id", None)
                    if name:
                        yield self.element(name)


def _filled(words: str, values: Mapping[str, object]) -> str:
    for name, value in values.items():
        words = words.replace(f"{{{name}}}", str(value))
    return words


def programmes_of(handbook: Handbook) -> tuple[Programme, ...]:
    """Return all programmes of a handbook, in their order."""
    found = (record for record in handbook.records if isinstance(record, Programme))
    return tuple(sorted(found, key=lambda p: (p.order, p.id)))
