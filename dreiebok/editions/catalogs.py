"""Catalogs, read from gettext's PO files; `merging.py` brings them up to new texts.

With locales.py and powriting.py alone imports Babel.

A catalog holds the messages of one domain in one locale. Its header says in a comment whether a
native speaker has read it; everything else in it is what every gettext tool knows (GNU gettext
manual, “The Format of PO Files”).
"""

import io
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import count

from babel.messages import pofile
from babel.messages.catalog import Catalog as BabelCatalog
from babel.messages.catalog import Message as BabelMessage
from babel.messages.pofile import PoFileError, PoFileParser
from pydantic import TypeAdapter

from dreiebok.editions.locales import plurals_of
from dreiebok.editions.plurals import Plurals
from dreiebok.editions.posyntax import bad_catalog, decode_po
from dreiebok.keeping import kept
from dreiebok.problems import Location, SourceError

DRAFT = "Status: draft, not read by a native speaker"
REVIEWED = "Status: reviewed by a native speaker"
OURS = (
    *("Project-Id-Version", "POT-Creation-Date", "PO-Revision-Date", "Last-Translator", "Language"),
    *("Plural-Forms", "MIME-Version", "Content-Type", "Content-Transfer-Encoding", "Generated-By"),
)
"""The lines of a header that are written anew each time."""
_UNSAID = ("", "–", "EMAIL@ADDRESS", "FULL NAME <EMAIL@ADDRESS>", "LANGUAGE <LL@li.org>")
"""What stands in a header where nobody has said anything."""
_PREVIOUS = re.compile(r"^#~?\|", re.MULTILINE)
_COMMENT = re.compile(r"^#(?: |$)", re.MULTILINE)
_MARK, _NUMBER = "\ue000", "\ue001"
"""Stand before the parser instead of `#|`, and around a number at each line of a comment."""
_NUMBERED = re.compile(rf"{_NUMBER}\d+{_NUMBER}")
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
    """The translations of one domain in one locale; `obsolete` are those that no text has now.

    `remarks` are the lines of comment above the header, and `headers` the lines in it, that
    translators and their programs have put there.
    """

    locale: str
    domain: str
    entries: tuple[Entry, ...]
    obsolete: tuple[Entry, ...] = ()
    reviewed: bool = False
    translator: str = ""
    name: str = ""
    plurals: Plurals = ONE_FORM
    remarks: tuple[str, ...] = ()
    headers: tuple[tuple[str, str], ...] = ()
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
    remarks: tuple[str, ...] = (),
    headers: tuple[tuple[str, str], ...] = (),
) -> Catalog:
    """Return a catalog; `name` is that of its file.

    `plurals` are those that the file names, else the locale's.
    """
    plurals = plurals or plurals_of(locale)
    about = (reviewed, translator, name, plurals, remarks, headers)
    return Catalog(locale, domain, tuple(entries), tuple(obsolete), *about)


@kept(TypeAdapter(Catalog), lambda data, locale, domain, name: (data, locale, domain, name))
def read_catalog(data: bytes, locale: str, domain: str, name: str) -> Catalog:
    """Return what a PO file holds; raises SourceError with each line of what is wrong in it.

    Parsing takes twelve times as long as reading what is kept of it.
    """
    return parse_catalog(data, locale, domain, name)


def parse_catalog(data: bytes, locale: str, domain: str, name: str) -> Catalog:
    """Return what a PO file holds, parsed now; raises SourceError as `read_catalog` does."""
    text = _marked(decode_po(data, name))
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
    remarks = tuple(map(_unmarked, found.header_lines))
    header = "\n".join(remarks)
    return make_catalog(
        locale,
        domain,
        (_entry(message) for message in found if message.id),
        (_entry(message) for message in found.obsolete.values()),
        # A header that was copied from another language says nothing about this one.
        reviewed=REVIEWED in header and f": {locale}, " in header,
        translator=_said(str(found.last_translator or "")),
        name=name,
        plurals=plurals,
        remarks=tuple(line for line in remarks if not _is_ours(line, domain)),
        headers=tuple(
            (title, value)
            for title, value in found.headers
            if _said(value) and title.lower() not in map(str.lower, OURS)
        ),
    )


def _marked(text: str) -> str:
    """Return a PO file in which no comment is lost to Babel.

    It drops a line of comment that stands twice, takes the blanks from its beginning, and cannot
    tell `#| …`, what a translation was made for, from `# | …`, a comment.
    """
    numbers = count()
    marked = _PREVIOUS.sub(f"#{_MARK}", text)
    return _COMMENT.sub(lambda _: f"#{_NUMBER}{next(numbers)}{_NUMBER}", marked)


def _unmarked(line: str) -> str:
    return _NUMBERED.sub("", line, count=1)


def _said(value: str) -> str:
    return "" if value in _UNSAID else value


def _is_ours(remark: str, domain: str) -> bool:
    """Tell whether a line above a header is one that `write_catalog` puts there."""
    is_title = re.fullmatch(rf".*: [\w@.-]+, {re.escape(domain)}", remark)
    return remark in {DRAFT, REVIEWED} or bool(is_title)


class _Strict(BabelCatalog):
    """A catalog that tells what Babel passes over: messages that stand twice, another language."""

    def __init__(self, locale: str, domain: str) -> None:
        super().__init__(locale=locale, domain=domain, charset="utf-8")
        self.wanted = locale
        self.header_lines: list[str] = []
        self.headers: list[tuple[str, str]] = []
        self.wrong: list[tuple[int, str, str]] = []

    def __setitem__(self, name: str | tuple[str, ...] | list[str], message: BabelMessage) -> None:
        known = self._messages.get(self._key_for(name, message.context))
        if known is not None:
            what = f"the message of line {known.lineno} stands here again"
            self.wrong.append((message.lineno or 1, what, "Keep one of the two translations."))
        super().__setitem__(name, message)
        if name == "":
            self.header_lines = message.user_comments
            lines = (line.partition(":") for line in str(message.string).splitlines())
            self.headers = [(title.strip(), value.strip()) for title, sign, value in lines if sign]
        if name == "" and _language(self.locale_identifier) not in {"", _language(self.wanted)}:
            what = f"its header says “Language: {self.locale_identifier}”"
            hint = f"It lies in the folder of {self.wanted}: move it, or correct the header."
            self.wrong.append((message.lineno or 1, what, hint))


def _language(locale: str | None) -> str:
    """Return the language of a locale; of the codes for bokmål, one."""
    language = (locale or "").lower().replace("-", "_").partition("_")[0]
    return {"no": "nb"}.get(language, language)


def _entry(found: BabelMessage) -> Entry:
    # Babel takes what a translation was made for, too, for a comment of the translator.
    old = [line[1:].strip() for line in found.user_comments if line.startswith(_MARK)]
    return Entry(
        context=str(found.context or ""),
        text=_one(found.id),
        translation=_one(found.string),
        fuzzy=bool(found.fuzzy),
        previous=_previous(old),
        comment=tuple(_unmarked(ln) for ln in found.user_comments if not ln.startswith(_MARK)),
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
