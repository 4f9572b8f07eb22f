"""Catalogs: gettext's PO files read, written and merged. With locales.py alone imports Babel.

A catalog holds the messages of one domain in one locale. Its header says in a comment whether a
native speaker has read it; everything else in it is what every gettext tool knows (GNU gettext
manual, “The Format of PO Files”).
"""

import io
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from datetime import date as Date
from difflib import SequenceMatcher

from babel.messages import pofile
from babel.messages.catalog import Catalog as BabelCatalog
from babel.messages.catalog import Message as BabelMessage
from babel.messages.pofile import PoFileError

from dreiebok.editions.locales import plurals_of
from dreiebok.editions.messages import Message, contexts
from dreiebok.editions.plurals import Plurals
from dreiebok.problems import Code, Location, Problem, SourceError

DRAFT = "Status: draft, not read by a native speaker"
REVIEWED = "Status: reviewed by a native speaker"
_WIDTH = 100
ONE_FORM = Plurals(1, "0")
_NEAR = 0.55
"""How alike an old and a new text must be for the old translation to be of help."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A message with its translation; `previous` is the msgid that the translation was made for.

    One that goes with a number has a `plural` (gettext's msgid_plural) and all `forms` of its
    translation (msgstr[0], msgstr[1] …), the first of which is its `translation`.
    """

    context: str
    text: str
    translation: str = ""
    fuzzy: bool = False
    previous: str = ""
    comment: tuple[str, ...] = ()
    line: int = 0
    plural: str = ""
    forms: tuple[str, ...] = ()

    @property
    def is_done(self) -> bool:
        """Tell whether readers get the translation: it is whole, and made for these words."""
        return bool(self.translation) and all(self.forms) and not self.fuzzy


@dataclass(frozen=True, slots=True)
class Catalog:
    """The translations of one domain in one locale; `obsolete` are those that no text has now."""

    locale: str
    domain: str
    entries: tuple[Entry, ...]
    obsolete: tuple[Entry, ...] = ()
    reviewed: bool = False
    translator: str = ""
    name: str = ""
    plurals: Plurals = ONE_FORM
    _by_name: Mapping[tuple[str, str], Entry] = field(default_factory=dict, repr=False)

    def find(self, context: str, text: str) -> Entry | None:
        """Return the entry of a message, translated or not."""
        return self._by_name.get((context, text))


def make_catalog(
    locale: str,
    domain: str,
    entries: Iterable[Entry],
    obsolete: Iterable[Entry] = (),
    *,
    reviewed: bool = False,
    translator: str = "",
    name: str = "",
    plurals: Plurals | None = None,
) -> Catalog:
    """Return a catalog whose entries can be looked up; `name` is that of its file.

    `plurals` are those that the file names, else the locale's.
    """
    kept = tuple(entries)
    by_name = {(entry.context, entry.text): entry for entry in kept}
    plurals = plurals or plurals_of(locale)
    return Catalog(
        locale, domain, kept, tuple(obsolete), reviewed, translator, name, plurals, by_name
    )


def read_catalog(data: bytes, locale: str, domain: str, name: str) -> Catalog:
    """Return what a PO file holds; raises SourceError with the line of what is wrong in it."""
    if (line := _unclosed(data)) is not None:
        raise SourceError(_bad("a quotation mark is missing", Location(name, line)))
    try:
        found = pofile.read_po(
            io.BytesIO(data), locale=locale, domain=domain, abort_invalid=True, charset="utf-8"
        )
        plurals = Plurals(int(found.num_plurals), str(found.plural_expr))
        plurals.form(1)  # An expression that is none is told here.
    except PoFileError as error:
        raise SourceError(_bad(str(error), Location(name, int(error.lineno or 0) + 1))) from error
    except (UnicodeDecodeError, ValueError) as error:
        raise SourceError(_bad(str(error), Location(name))) from error
    header = str(found.header_comment)
    return make_catalog(
        locale,
        domain,
        (_entry(message) for message in found if message.id),
        (_entry(message) for message in found.obsolete.values()),
        reviewed=REVIEWED in header,
        translator=str(found.last_translator or ""),
        name=name,
        plurals=plurals,
    )


def write_catalog(catalog: Catalog, messages: Iterable[Message], title: str, day: Date) -> bytes:
    """Return the PO file of a catalog: messages in their order, then what is obsolete.

    Notes and places come from the messages. The dates are those of the edition, so that the same
    texts give the same bytes.
    """
    moment = datetime(day.year, day.month, day.day, tzinfo=UTC)
    status = REVIEWED if catalog.reviewed else DRAFT
    comment = f"# {title}: {catalog.locale}, {catalog.domain}\n# {status}"
    po = BabelCatalog(
        locale=catalog.locale,
        domain=catalog.domain,
        project=title,
        header_comment=comment,
        creation_date=moment,
        revision_date=moment,
        last_translator=catalog.translator or "–",
        language_team="–",
        fuzzy=False,
    )
    # A program may number the forms in another order; they go with the header that they came with.
    plurals = f"nplurals={catalog.plurals.count}; plural={catalog.plurals.expression};"
    po.mime_headers = [("Plural-Forms", plurals)]
    for message in messages:
        entry = catalog.find(message.context, message.text)
        po.add(
            (message.text, message.plural) if message.plural else message.text,
            _strings(entry, message, catalog.plurals.count),
            locations=[(place.file, place.line) for place in message.places],
            flags={"fuzzy"} if entry and entry.fuzzy else (),
            auto_comments=[message.note] if message.note else (),
            user_comments=entry.comment if entry else (),
            previous_id=entry.previous if entry and entry.fuzzy else "",
            context=message.context,
        )
    for entry in catalog.obsolete:
        po.obsolete[po._key_for(entry.text, entry.context)] = _obsolete(entry)
    written = io.BytesIO()
    pofile.write_po(written, po, width=_WIDTH, include_previous=True)
    return written.getvalue()


def merge(catalog: Catalog, messages: Iterable[Message]) -> Catalog:
    """Return the catalog with the messages of today, and what they can use of what it knows.

    The same context and words: the translation stays. The same words, once elsewhere: it moves
    along. The same context with words that are alike: it is kept, fuzzy, with the words that it was
    made for. What nothing needs becomes obsolete, and is used again if its text comes back.
    """
    wanted = tuple(messages)
    names = set(contexts(wanted))
    known = [*catalog.entries, *catalog.obsolete]
    free = [entry for entry in known if (entry.context, entry.text) not in names]
    by_name = {(entry.context, entry.text): entry for entry in reversed(known)}
    by_text = {entry.text: entry for entry in reversed(free) if entry.translation}
    used: set[tuple[str, str]] = set()
    entries = []
    for message in wanted:
        name = (message.context, message.text)
        entry = by_name.get(name)
        if entry is None and (moved := by_text.get(message.text)):
            used.add((moved.context, moved.text))
            entry = _renamed(moved, message, fuzzy=moved.fuzzy, previous=moved.previous)
        if entry is None and (old := _nearest(message, free, used)):
            used.add((old.context, old.text))
            entry = _renamed(old, message, fuzzy=True, previous=old.previous or old.text)
        entry = entry or Entry(message.context, message.text)
        entries.append(_counted(entry, message, catalog.plurals.count))
    obsolete = (e for e in free if e.translation and (e.context, e.text) not in used)
    return make_catalog(
        catalog.locale,
        catalog.domain,
        entries,
        obsolete,
        reviewed=catalog.reviewed,
        translator=catalog.translator,
        name=catalog.name,
        plurals=catalog.plurals,
    )


def _nearest(message: Message, free: list[Entry], used: set[tuple[str, str]]) -> Entry | None:
    """Return the translated entry of the same context whose words are the most alike."""
    best, most = None, _NEAR
    for entry in free:
        if entry.context != message.context or not entry.translation:
            continue
        if (entry.context, entry.text) in used:
            continue
        alike = SequenceMatcher(None, entry.text, message.text, autojunk=False).ratio()
        if alike >= most:
            best, most = entry, alike
    return best


def _renamed(entry: Entry, message: Message, *, fuzzy: bool, previous: str) -> Entry:
    return replace(
        entry, context=message.context, text=message.text, fuzzy=fuzzy, previous=previous, line=0
    )


def _counted(entry: Entry, message: Message, count: int) -> Entry:
    """Return an entry with as many forms as its message needs.

    If one went with a number before and the other does not, or their plurals differ, the
    translation is only a help to the translator: fuzzy.
    """
    if entry.plural == message.plural:
        return entry
    forms = (entry.forms or (entry.translation,) * count) if message.plural else ()
    fuzzy = bool(entry.translation)
    return replace(entry, plural=message.plural, forms=forms, fuzzy=fuzzy)


def _strings(entry: Entry | None, message: Message, count: int) -> str | tuple[str, ...]:
    """Return what stands under msgstr, or under each msgstr[n]."""
    if not message.plural:
        return entry.translation if entry else ""
    forms = entry.forms if entry else ()
    return (*forms, *("",) * count)[:count]


def _entry(found: BabelMessage) -> Entry:
    # Babel takes the lines that begin with #| for comments of a translator.
    old = [line[1:].strip() for line in found.user_comments if line.startswith("|")]
    return Entry(
        context=str(found.context or ""),
        text=_one(found.id),
        translation=_one(found.string),
        fuzzy=bool(found.fuzzy),
        previous=_previous(old),
        comment=tuple(line for line in found.user_comments if not line.startswith("|")),
        line=int(found.lineno or 0),
        plural=str(found.id[1]) if found.pluralizable else "",
        forms=tuple(map(str, found.string or ())) if found.pluralizable else (),
    )


def _previous(lines: list[str]) -> str:
    """Return the words of `msgid` among the lines that tell what a translation was made for."""
    begin = next((n for n, line in enumerate(lines) if line.startswith("msgid ")), None)
    if begin is None:
        return ""
    quoted = [lines[begin].removeprefix("msgid "), *lines[begin + 1 :]]
    return "".join(pofile.unescape(line) for line in quoted if line.startswith('"'))


def _one(value: object) -> str:
    """Return a text; of plural forms, the first."""
    if isinstance(value, list | tuple):
        return str(value[0]) if value else ""
    return str(value or "")


def _obsolete(entry: Entry) -> BabelMessage:
    return BabelMessage(
        (entry.text, entry.plural) if entry.plural else entry.text,
        entry.forms or entry.translation,
        context=entry.context,
        user_comments=entry.comment,
    )


def _unclosed(data: bytes) -> int | None:
    """Return the first line with a string that does not end on it; Babel would read on."""
    for number, line in enumerate(data.splitlines(), 1):
        words = line.strip().removeprefix(b"#~").strip()
        if words.startswith((b'"', b"msg")) and not re.search(rb'"(?:[^"\\]|\\.)*"$', words):
            return number
    return None


def _bad(message: str, at: Location) -> Problem:
    return Problem(
        Code.BAD_CATALOG,
        f"the catalog cannot be read: {message}",
        at,
        "Open it in a PO editor such as Poedit, which finds and mends such mistakes.",
    )
