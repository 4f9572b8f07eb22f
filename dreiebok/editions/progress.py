"""How far the translations have come: numbers of texts, for the terminal and for readers."""

from collections.abc import Iterable
from dataclasses import dataclass

from dreiebok.editions.catalogs import Catalog
from dreiebok.editions.locales import per_cent
from dreiebok.editions.messages import Message


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a catalog has come: numbers of texts.

    `fuzzy` are those that have changed since they were translated. It is `reviewed` when a native
    speaker has read it.
    """

    locale: str
    domain: str
    total: int
    translated: int
    fuzzy: int
    reviewed: bool

    @property
    def missing(self) -> int:
        """What has no translation at all."""
        return self.total - self.translated - self.fuzzy

    @property
    def per_cent(self) -> int:
        """What share of the texts is translated; never rounded up to all."""
        return per_cent(self.translated, self.total)


def progress(catalog: Catalog, messages: tuple[Message, ...]) -> Progress:
    """Return how much of the messages of today a catalog has."""
    entries = [catalog.find(message.context, message.text) for message in messages]
    done = sum(1 for entry in entries if entry and entry.is_done)
    fuzzy = sum(1 for entry in entries if entry and entry.translation and entry.fuzzy)
    return Progress(catalog.locale, catalog.domain, len(messages), done, fuzzy, catalog.reviewed)


def in_all(found: Iterable[Progress]) -> Progress:
    """Return the sum of a locale's catalogs; reviewed when each of them is."""
    parts = tuple(found)
    return Progress(
        parts[0].locale,
        "",
        sum(part.total for part in parts),
        sum(part.translated for part in parts),
        sum(part.fuzzy for part in parts),
        all(part.reviewed for part in parts),
    )


def by_locale(found: Iterable[Progress]) -> dict[str, tuple[Progress, ...]]:
    """Return the catalogs of each locale, in their order."""
    groups: dict[str, tuple[Progress, ...]] = {}
    for part in found:
        groups[part.locale] = (*groups.get(part.locale, ()), part)
    return groups
