"""Catalogs: gettext's PO files read, written and merged. With locales.py alone imports Babel.

A catalog holds the messages of one domain in one locale. Its header says in a comment whether a
native speaker has read it; everything else in it is what every gettext tool knows (GNU gettext
manual, “The Format of PO Files”).
"""

import io
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from datetime import date as Date
from difflib import SequenceMatcher

from babel.messages import pofile
from babel.messages.catalog import Catalog as BabelCatalog
from babel.messages.catalog import Message as BabelMessage
from babel.messages.pofile import PoFileError, PoFileParser

from dreiebok.editions.messages import Message, contexts
from dreiebok.editions.posyntax import bad_catalog, decode_po
from dreiebok.problems import Location, SourceError

DRAFT = "Status: draft, not read by a native speaker"
REVIEWED = "Status: reviewed by a native speaker"
_WIDTH = 100
_NEAR = 0.55
"""How alike an old and a new text must be for the old translation to be of help."""
_TARGET = re.compile(r"(?<=\]\()#[^)\s]+(?=\))")
"""The target of a link within the handbook: [words](#id)."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A message with its translation; `previous` is the msgid that the translation was made for."""

    context: str
    text: str
    translation: str = ""
    fuzzy: bool = False
    previous: str = ""
    comment: tuple[str, ...] = ()
    line: int = 0


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
) -> Catalog:
    """Return a catalog whose entries can be looked up; `name` is that of its file."""
    kept = tuple(entries)
    by_name = {(entry.context, entry.text): entry for entry in kept}
    return Catalog(locale, domain, kept, tuple(obsolete), reviewed, translator, name, by_name)


def read_catalog(data: bytes, locale: str, domain: str, name: str) -> Catalog:
    """Return what a PO file holds; raises SourceError with each line of what is wrong in it."""
    text = decode_po(data, name)
    found = _Strict(locale=locale, domain=domain)
    parser = PoFileParser(found, abort_invalid=True)
    try:
        parser.parse(io.StringIO(text))
    except PoFileError as error:
        raise SourceError(bad_catalog(str(error), Location(name, error.lineno + 1))) from error
    except ValueError as error:
        what = f"its header is not as it should be ({error})"
        raise SourceError(bad_catalog(what, Location(name, parser.offset + 1))) from error
    wrong = [bad_catalog(what, Location(name, line), hint) for line, what, hint in found.wrong]
    if wrong:
        raise SourceError(*wrong)
    header = str(found.header_comment)
    return make_catalog(
        locale,
        domain,
        (_entry(message) for message in found if message.id),
        (_entry(message) for message in found.obsolete.values()),
        # A header that was copied from another language says nothing about this one.
        reviewed=REVIEWED in header and f": {locale}, " in header,
        translator=str(found.last_translator or ""),
        name=name,
    )


class _Strict(BabelCatalog):
    """A catalog that tells what Babel passes over: messages that stand twice, another language."""

    def __init__(self, locale: str, domain: str) -> None:
        super().__init__(locale=locale, domain=domain, charset="utf-8")
        self.wanted = locale
        self.wrong: list[tuple[int, str, str]] = []

    def __setitem__(self, name: str | tuple[str, ...] | list[str], message: BabelMessage) -> None:
        known = self._messages.get(self._key_for(name, message.context))
        if known is not None:
            what = f"the message of line {known.lineno} stands here again"
            self.wrong.append((message.lineno or 1, what, "Keep one of the two translations."))
        super().__setitem__(name, message)
        if name == "" and _language(self.locale_identifier) not in {"", _language(self.wanted)}:
            what = f"its header says “Language: {self.locale_identifier}”"
            hint = f"It lies in the folder of {self.wanted}: move it, or correct the header."
            self.wrong.append((message.lineno or 1, what, hint))


def _language(locale: str | None) -> str:
    """Return the language of a locale; of the codes for bokmål, one."""
    language = (locale or "").lower().replace("-", "_").partition("_")[0]
    return {"no": "nb"}.get(language, language)


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
    for message in messages:
        entry = catalog.find(message.context, message.text)
        po.add(
            message.text,
            entry.translation if entry else "",
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
    made for; where only links lead elsewhere, they are mended and it is not. What nothing needs
    becomes obsolete, and is used again if its text comes back.
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
            entry = _retargeted(old, message) or _renamed(
                old, message, fuzzy=True, previous=old.previous or old.text
            )
        entries.append(entry or Entry(message.context, message.text))
    obsolete = (e for e in free if e.translation and (e.context, e.text) not in used)
    return make_catalog(
        catalog.locale,
        catalog.domain,
        entries,
        obsolete,
        reviewed=catalog.reviewed,
        translator=catalog.translator,
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


def _retargeted(entry: Entry, message: Message) -> Entry | None:
    """Return the entry with the links of a message that differs in their targets alone.

    So an id that was renamed leaves no work for translators.
    """
    if entry.fuzzy or _TARGET.sub("", entry.text) != _TARGET.sub("", message.text):
        return None
    moves = set(zip(_TARGET.findall(entry.text), _TARGET.findall(message.text), strict=True))
    new = dict(moves)
    if len(new) < len(moves):
        return None  # One target became two; which is which, a translator knows.
    translation = _TARGET.sub(lambda found: new.get(found[0], found[0]), entry.translation)
    return Entry(message.context, message.text, translation, comment=entry.comment)


def _renamed(entry: Entry, message: Message, *, fuzzy: bool, previous: str) -> Entry:
    return Entry(message.context, message.text, entry.translation, fuzzy, previous, entry.comment)


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
        entry.text, entry.translation, context=entry.context, user_comments=entry.comment
    )
