"""A handbook in another language: every text replaced by its translation, where there is one.

What has none, or only one for an older text, stays in the source language and knows it, so that
pages and prints can say so to browsers and screen readers.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from dreiebok.editions.catalogs import Catalog, Entry
from dreiebok.editions.locales import per_cent
from dreiebok.editions.messages import (
    COMMON,
    INTERFACE,
    ORGANISATION,
    domain_of,
    map_settings,
    map_texts,
)
from dreiebok.editions.packing import pack_values
from dreiebok.editions.plurals import Plurals
from dreiebok.inline import to_plain
from dreiebok.model.base import Node, Text
from dreiebok.model.handbook import Handbook
from dreiebok.model.organisations import Organisation
from dreiebok.problems import Location
from dreiebok.sources.assembling import with_records

Catalogs = Mapping[str, Catalog]
"""The catalogs of one locale by domain."""


@dataclass(frozen=True, slots=True)
class Grown:
    """A translation that is longer than its source, which is what overflows in one language only.

    `context` is its msgctxt, `at` its place in the catalog, `source` that of the text it is made
    of. `letters` is by how many it is longer, `words` are its words alone, without marks.
    """

    context: str
    at: Location
    source: Location
    letters: int
    words: str


@dataclass(frozen=True, slots=True)
class Translation:
    """How far a translation has come, and the words of the interface in it.

    `older` are texts that have changed since they were translated. A `draft` has not been read by
    a native speaker. `grown` are the translations longer than their source, by the record's id,
    packed: they are for problems alone. `counted` are the forms of words that go with a number, by
    the first.
    """

    interface: Mapping[str, str]
    total: int = 0
    translated: int = 0
    older: int = 0
    draft: bool = False
    grown: Mapping[str, bytes] = field(default_factory=dict)
    counted: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    plurals: Plurals | None = None

    @property
    def per_cent(self) -> int:
        """What share of the texts is translated; never rounded up to all."""
        return per_cent(self.translated, self.total)


SOURCE = Translation({})
"""The source language itself: nothing is translated, and nothing is missing."""


def translate_handbook(
    handbook: Handbook, catalogs: Catalogs, source: str
) -> tuple[Handbook, Translation]:
    """Return the handbook with the translations of the catalogs, and how far they have come.

    `source` is the language of the texts, which those without a translation keep.
    """
    counts = {"total": 0, "translated": 0, "older": 0}
    records = []
    grown: dict[str, bytes] = {}
    for record in handbook.records:
        catalog = catalogs.get(domain_of(record, handbook))
        longer: list[Grown] = []

        def change(
            context: str,
            text: Text,
            node: Node,
            key: str,
            base: Catalog | None = catalog,
            longer: list[Grown] = longer,
        ) -> Text:
            catalog = catalogs.get(ORGANISATION) if handbook.is_own(text) else base
            if not any(letter.isalpha() for letter in text):
                return text
            entry = catalog.find(context, str(text)) if catalog else None
            counts["total"] += 1
            if entry is None or not entry.is_done:
                counts["older"] += bool(entry and entry.fuzzy)
                return Text(str(text), text.at, source)
            counts["translated"] += 1
            assert catalog is not None
            at = _place(catalog, entry, text)
            if (letters := len(entry.translation) - len(text)) > 0:
                words = to_plain(entry.translation)
                longer.append(Grown(context, at, text.at, letters, words))
            return Text(entry.translation, at)

        records.append(map_texts(record, change))
        grown[str(record.id)] = pack_values(tuple(longer))
    common = catalogs.get(COMMON)
    both = [catalogs[name] for name in (COMMON, ORGANISATION) if name in catalogs]
    entries = [e for catalog in both for e in catalog.entries if e.context == INTERFACE]
    words = {e.text: e.translation for e in entries if e.is_done}
    translated = with_records(handbook, records)
    return translated, Translation(
        words,
        counts["total"] + len(entries),
        counts["translated"] + len(words),
        counts["older"] + sum(entry.fuzzy for entry in entries),
        draft=not all(catalog.reviewed for catalog in catalogs.values()),
        grown=grown,
        counted={e.text: e.forms for e in entries if e.is_done and e.forms},
        plurals=common.plurals if common else None,
    )


def translate_settings(organisation: Organisation, catalogs: Catalogs, source: str) -> Organisation:
    """Return an organisation's settings with the translations of its own catalog."""
    catalog = catalogs.get(ORGANISATION)

    def change(context: str, text: Text, node: Node, key: str) -> Text:
        entry = catalog.find(context, str(text)) if catalog else None
        if catalog is None or entry is None or not entry.is_done:
            return Text(str(text), text.at, source)
        return Text(entry.translation, _place(catalog, entry, text))

    return map_settings(organisation, change)


def _place(catalog: Catalog, entry: Entry, text: Text) -> Location:
    """Return where a translation stands, which is where a translator mends it."""
    return Location(catalog.name, entry.line) if catalog.name and entry.line else text.at
