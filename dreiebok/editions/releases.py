"""What is new from one edition to the next: elements added, changed and removed.

A released edition is kept as a record with the code of every element's text. Codes are those of the
source language, before terms are replaced: what is translated anew is not news.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date as Date

from dreiebok.editions.edition import Edition
from dreiebok.editions.stamps import parts_of, stamp
from dreiebok.inline import to_plain
from dreiebok.model.base import Record, Text
from dreiebok.model.forms import Survey
from dreiebok.model.handbook import Handbook, Programme
from dreiebok.model.prefixes import has_prefix, owner_of
from dreiebok.model.releases import Release
from dreiebok.model.scripts import Script
from dreiebok.model.walking import prose

Elements = Mapping[str, str]
"""Code, a space, and title of every element, by id."""


@dataclass(frozen=True, slots=True)
class Change:
    """One element that is new, changed or gone, and the programme that it belongs to."""

    id: str
    title: Text
    programme: Programme | None


@dataclass(frozen=True, slots=True)
class News:
    """What an edition brings; `is_first` where nothing is known of one before it."""

    version: str
    date: Date
    words: tuple[Text, ...]
    is_first: bool
    added: tuple[Change, ...] = ()
    changed: tuple[Change, ...] = ()
    removed: tuple[Change, ...] = ()

    @property
    def anchor(self) -> str:
        """The id of its heading."""
        return f"utgave-{slug(self.version)}"


def slug(version: str) -> str:
    """Return a version as part of an id: 2026.1 -> 2026-1."""
    return "-".join("".join(c if c.isalnum() else " " for c in version.lower()).split())


def elements_of(edition: Edition) -> dict[str, str]:
    """Return code and title of all that readers may look for: programmes, pages, steps, phases.

    A page whose parts have codes of their own has that of the rest of it.
    """
    found: dict[str, str] = {}
    for record in (*_pages(edition), *edition.common_pages()):
        whole: Record = record
        if isinstance(record, Script):
            whole = record.model_copy(update={"steps": ()})
        elif isinstance(record, Survey):
            whole = record.model_copy(update={"phases": ()})
        found[str(record.id)] = f"{stamp(whole)} {to_plain(record.title)}"
        for part in parts_of(record):
            found[str(part.id)] = f"{stamp(part)} {to_plain(part.title)}"
    return found


def releases_of(handbook: Handbook) -> tuple[Release, ...]:
    """Return the released editions, oldest first.

    Those of an organisation, if it keeps any, stand in the place of the base's: they hold its own
    elements too.
    """
    found = [record for record in handbook.records if isinstance(record, Release)]
    own = [record for record in found if handbook.is_own(record.id)]
    return tuple(sorted(own or found, key=lambda record: (record.date, record.version)))


def news_of(edition: Edition, source: Edition) -> tuple[News, ...]:
    """Return what each edition has brought, the newest first; nothing where none was released.

    `source` is the same edition in the source language, without terms of an organisation's own.
    """
    releases = releases_of(edition.handbook)
    if not releases:
        return ()
    own = any(edition.handbook.is_own(record.id) for record in releases)
    states: list[tuple[str, Date, tuple[Text, ...], Elements]] = [
        (str(r.version), r.date, r.news, {str(k): str(v) for k, v in r.elements.items()})
        for r in releases
        if r.version != edition.version
    ]
    words = next((r.news for r in releases if r.version == edition.version), ())
    states.append((edition.version, edition.date, words, elements_of(source)))
    silent = frozenset() if own else _own_elements(source)
    silent |= _of_others(edition)
    found: list[News] = []
    before: Elements | None = None
    for version, day, said, now in states:
        if before is None:
            found.append(News(version, day, said, True))
        else:
            added, changed, removed = _compare(before, now)
            found.append(
                News(
                    version,
                    day,
                    said,
                    False,
                    _changes(edition, source, _whole(added, edition), now, silent),
                    _changes(edition, source, changed, now, silent),
                    _changes(edition, source, removed, before, silent | edition.handbook.removed),
                )
            )
        before = now
    return tuple(reversed(found))


def _compare(before: Elements, now: Elements) -> tuple[list[str], list[str], list[str]]:
    """Return the ids that are new, changed and gone."""
    added = [name for name in now if name not in before]
    changed = [n for n in now if n in before and now[n].split(" ")[0] != before[n].split(" ")[0]]
    return added, changed, [name for name in before if name not in now]


def _whole(added: list[str], edition: Edition) -> list[str]:
    """Leave out the parts of programmes and scripts that are new themselves."""
    new = set(added)
    inside: set[str] = set()
    for programme in edition.programmes:
        for record in edition.pages_of(programme):
            if str(programme.id) in new:
                inside.add(str(record.id))
            if new & {str(programme.id), str(record.id)}:
                inside.update(str(part.id) for part in parts_of(record))
    return [name for name in added if name not in inside]


def _changes(
    edition: Edition,
    source: Edition,
    names: list[str],
    elements: Elements,
    silent: frozenset[str],
) -> tuple[Change, ...]:
    return tuple(
        Change(
            name, _title(edition, source, name, elements[name]), owner_of(name, edition.programmes)
        )
        for name in names
        if name not in silent
    )


def _title(edition: Edition, source: Edition, name: str, coded: str) -> Text:
    """Return the title in the edition's language; of what is gone, that of the source."""
    element = edition.handbook.elements.get(name)
    title = getattr(element.node, "title", None) if element else None
    language = source.locale if source.locale != edition.locale else ""
    return title if isinstance(title, Text) else Text(coded.partition(" ")[2], lang=language)


def _pages(edition: Edition) -> Iterator[Record]:
    for programme in edition.programmes:
        yield programme
        yield from edition.pages_of(programme)


def _own_elements(source: Edition) -> frozenset[str]:
    """Return the elements with a text of the organisation's own: the base has no news of them."""
    handbook = source.handbook
    return frozenset(
        name
        for name in elements_of(source)
        if any(handbook.is_own(text) for text in prose_of(handbook, name))
    )


def prose_of(handbook: Handbook, name: str) -> Iterator[Text]:
    """Yield the texts of an element."""
    node = handbook.elements[name].node
    yield from prose(node)  # type: ignore[arg-type]


def _of_others(edition: Edition) -> frozenset[str]:
    """Return the elements of programmes that are not shown."""
    hidden = [
        record
        for record in edition.handbook.records
        if isinstance(record, Programme) and record not in edition.programmes
    ]
    names = {str(record.id) for record in hidden}
    for release in releases_of(edition.handbook):
        for name in release.elements:
            if any(has_prefix(name, record.prefix) for record in hidden):
                names.add(str(name))
    return frozenset(names)
