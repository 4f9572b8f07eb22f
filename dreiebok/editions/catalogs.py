"""Catalogs: gettext's PO files read and written; `merging.py` brings them up to new texts.

With locales.py alone imports Babel.

A catalog holds the messages of one domain in one locale. Its header says in a comment whether a
native speaker has read it; everything else in it is what every gettext tool knows (GNU gettext
manual, “The Format of PO Files”).
"""

import io
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from datetime import date as Date

from babel.messages import pofile
from babel.messages.catalog import Catalog as BabelCatalog
from babel.messages.catalog import Message as BabelMessage
from babel.messages.pofile import PoFileError, PoFileParser
from pydantic import TypeAdapter

from dreiebok.editions.locales import plurals_of
from dreiebok.editions.messages import Message
from dreiebok.editions.plurals import Plurals
from dreiebok.editions.posyntax import bad_catalog, decode_po
from dreiebok.keeping import kept
from dreiebok.problems import Location, SourceError

DRAFT = "Status: draft, not read by a native speaker"
REVIEWED = "Status: reviewed by a native speaker"
_WIDTH = 100
_MANY_BLANKS = re.compile(r"[^\S\n]{50,}(?:\n|\Z)")
"""Of so many at the end of a line Babel, which wraps at _WIDTH, would add a newline."""
_DOUBTED = "\ue000"
"""Stands, with a number, where the lines of `_made_for` go."""
_OBSOLETE_PREVIOUS = re.compile(r"^#~\|", re.MULTILINE)
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"')
_MSGID = re.compile(rf"(?:^| )msgid ((?:{_QUOTED.pattern} ?)+)")
ONE_FORM = Plurals(1, "0")


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
    _by_name: dict[tuple[str, str], Entry] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Note under what name each entry is looked up."""
        by_name = {(entry.context, entry.text): entry for entry in self.entries}
        object.__setattr__(self, "_by_name", by_name)

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
    """Return a catalog; `name` is that of its file.

    `plurals` are those that the file names, else the locale's.
    """
    plurals = plurals or plurals_of(locale)
    return Catalog(
        locale, domain, tuple(entries), tuple(obsolete), reviewed, translator, name, plurals
    )


@kept(TypeAdapter(Catalog), lambda data, locale, domain, name: (data, locale, domain, name))
def read_catalog(data: bytes, locale: str, domain: str, name: str) -> Catalog:
    """Return what a PO file holds; raises SourceError with each line of what is wrong in it.

    Parsing takes twelve times as long as reading what is kept of it.
    """
    return parse_catalog(data, locale, domain, name)


def parse_catalog(data: bytes, locale: str, domain: str, name: str) -> Catalog:
    """Return what a PO file holds, parsed now; raises SourceError as `read_catalog` does."""
    # So other programs write what an obsolete entry was made for, which Babel takes for a word.
    text = _OBSOLETE_PREVIOUS.sub("#|", decode_po(data, name))
    found = _Strict(locale=locale, domain=domain)
    parser = PoFileParser(found, abort_invalid=True)
    try:
        parser.parse(io.StringIO(text))
        plurals = Plurals(int(found.num_plurals), str(found.plural_expr))
        plurals.form(1)  # An expression that is none is told here.
        if plurals.count < 1:
            raise ValueError("nplurals=0")
    except PoFileError as error:
        raise SourceError(bad_catalog(str(error), Location(name, error.lineno + 1))) from error
    except (ValueError, AttributeError, LookupError, TypeError) as error:
        # Babel takes a header at its word: a date that is none ends in one of these.
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
        plurals=plurals,
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


class _Complete(BabelCatalog):
    """A catalog whose header always says which plural forms it has.

    Babel leaves that out for a language that CLDR does not know, such as Kven.
    """

    @property
    def mime_headers(self) -> list[tuple[str, str]]:
        headers: list[tuple[str, str]] = super().mime_headers
        if self.locale is None:
            place = [name for name, _ in headers].index("MIME-Version")
            headers.insert(place, ("Plural-Forms", self.plural_forms))
        return headers

    @mime_headers.setter
    def mime_headers(self, headers: Iterable[tuple[str, str]]) -> None:
        self._set_mime_headers(headers)


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
    po = _Complete(
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
    doubts: dict[str, str] = {}

    def mark(entry: Entry, line: str, lines: str) -> str:
        """Return what stands, in a line of Babel's, for what a translation was made for."""
        name = f"{_DOUBTED}{len(doubts)}"
        doubts[line.format(name)] = lines + _made_for(entry)
        return name

    for message in messages:
        entry = catalog.find(message.context, message.text)
        po.add(
            (message.text, message.plural) if message.plural else message.text,
            _strings(entry, message, catalog.plurals.count),
            locations=[(place.file, place.line) for place in message.places],
            flags={"fuzzy"} if entry and entry.fuzzy else (),
            auto_comments=[message.note] if message.note else (),
            user_comments=entry.comment if entry else (),
            previous_id=mark(entry, '#| msgid "{}"\n', "")
            if entry and entry.fuzzy and entry.previous
            else "",
            context=message.context,
        )
    for entry in catalog.obsolete:
        # Babel leaves out that it is fuzzy: if the text came back, its translation would count.
        more = (mark(entry, "# {}\n", "#, fuzzy\n"),) if entry.fuzzy else ()
        po.obsolete[po._key_for(entry.text, entry.context)] = _obsolete(entry, more)
    texts = (text for one in (*po, *po.obsolete.values()) for text in (one.id, one.string))
    width = 0 if any(map(_ends_in_blanks, texts)) else _WIDTH
    written = io.BytesIO()
    pofile.write_po(written, po, width=width, include_previous=True)
    text = written.getvalue().decode()
    for line, lines in doubts.items():
        text = text.replace(line, lines)
    return text.encode()


def _made_for(entry: Entry) -> str:
    """Return the lines with the words that a translation was made for, if they are known.

    Babel wraps them like a comment, within the quotation marks.
    """
    if not entry.previous:
        return ""
    width = 0 if _ends_in_blanks(entry.previous) else _WIDTH
    words = f"msgid {pofile.normalize(entry.previous, width=width)}"
    return "".join(f"#| {line}\n" for line in words.splitlines())


def _ends_in_blanks(text: str | Iterable[str]) -> bool:
    """Tell whether a line of a text, or of its plural forms, ends in many blanks."""
    return any(map(_MANY_BLANKS.search, [text] if isinstance(text, str) else text))


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
    # Catalogs that an earlier Dreiebok wrote have long ones wrapped at blanks, within the marks.
    found = _MSGID.search(" ".join(lines))
    return "".join(map(pofile.unescape, _QUOTED.findall(found[1]))) if found else ""


def _one(value: object) -> str:
    """Return a text; of plural forms, the first."""
    if isinstance(value, list | tuple):
        return str(value[0]) if value else ""
    return str(value or "")


def _obsolete(entry: Entry, more: tuple[str, ...]) -> BabelMessage:
    return BabelMessage(
        (entry.text, entry.plural) if entry.plural else entry.text,
        entry.forms or entry.translation,
        context=entry.context,
        user_comments=(*entry.comment, *more),
    )
