"""Catalogs written as PO files, so that nothing a translator put there is lost."""

import io
import re
from collections.abc import Iterable
from datetime import UTC, datetime
from datetime import date as Date

from babel.messages import pofile
from babel.messages.catalog import Catalog as BabelCatalog
from babel.messages.catalog import Message as BabelMessage

from dreiebok.editions.catalogs import DRAFT, REVIEWED, Catalog, Entry
from dreiebok.editions.messages import Message

_WIDTH = 100
_MANY_BLANKS = re.compile(r"[^\S\n]{50,}(?:\n|\Z)")
"""Of so many at the end of a line Babel, which wraps at _WIDTH, would add a newline."""
_MARK = "\ue000"
"""Stands, with a number, where lines go that Babel would wrap, or take the blanks from."""
_MARKED = re.compile(rf'^(?:# {_MARK}(\d+)|#\| msgid "{_MARK}(\d+)")\n', re.MULTILINE)


_UNSAID = {"Report-Msgid-Bugs-To": "–", "Language-Team": "–"}
"""Instead of the addresses that Babel makes up."""


def write_catalog(catalog: Catalog, messages: Iterable[Message], title: str, day: Date) -> bytes:
    """Return the PO file of a catalog: messages in their order, then what is obsolete.

    Notes and places come from the messages. The dates are those of the edition, so that the same
    texts give the same bytes.
    """
    moment = datetime(day.year, day.month, day.day, tzinfo=UTC)
    status = REVIEWED if catalog.reviewed else DRAFT
    marked: list[str] = []

    def mark(lines: str) -> str:
        """Return what stands for some lines while Babel writes."""
        marked.append(lines)
        return f"{_MARK}{len(marked) - 1}"

    about = (f"{title}: {catalog.locale}, {catalog.domain}", status, *catalog.remarks)
    po = _Complete(
        locale=catalog.locale,
        domain=catalog.domain,
        project=title,
        version=str(day),
        header_comment=f"# {mark(_comment(about))}",
        creation_date=moment,
        revision_date=moment,
        last_translator=catalog.translator or "–",
        fuzzy=False,
    )
    po.more = catalog.headers
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
            user_comments=[mark(_comment(entry.comment))] if entry and entry.comment else (),
            previous_id=mark(_made_for(entry)) if entry and entry.fuzzy and entry.previous else "",
            context=message.context,
        )
    for entry in catalog.obsolete:
        # Babel leaves out that it is fuzzy: if the text came back, its translation would count.
        doubt = f"#, fuzzy\n{_made_for(entry)}" if entry.fuzzy else ""
        above = _comment(entry.comment) + doubt
        po.obsolete[po._key_for(entry.text, entry.context)] = BabelMessage(
            (entry.text, entry.plural) if entry.plural else entry.text,
            entry.forms or entry.translation,
            context=entry.context,
            user_comments=[mark(above)] if above else (),
        )
    texts = (text for one in (*po, *po.obsolete.values()) for text in (one.id, one.string))
    width = 0 if any(map(_ends_in_blanks, texts)) else _WIDTH
    written = io.BytesIO()
    pofile.write_po(written, po, width=width, include_previous=True)
    text = written.getvalue().decode()
    return _MARKED.sub(lambda found: marked[int(found[1] or found[2])], text).encode()


def _comment(lines: Iterable[str]) -> str:
    return "".join(f"# {line}".rstrip() + "\n" for line in lines)


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


class _Complete(BabelCatalog):
    """A catalog whose header has all that it should.

    Babel leaves the plural forms out for a language that CLDR does not know, such as Kven, and
    `more`, what translators and their programs have put there.
    """

    more: tuple[tuple[str, str], ...] = ()

    @property
    def mime_headers(self) -> list[tuple[str, str]]:
        headers: list[tuple[str, str]] = super().mime_headers
        if self.locale is None:
            place = [name for name, _ in headers].index("MIME-Version")
            headers.insert(place, ("Plural-Forms", self.plural_forms))
        own = dict(self.more)
        known = [(name, own.pop(name, _UNSAID.get(name, value))) for name, value in headers]
        # The last of Babel's ends its line, which the others do not.
        return [*known[:-1], *own.items(), known[-1]]

    @mime_headers.setter
    def mime_headers(self, headers: Iterable[tuple[str, str]]) -> None:
        self._set_mime_headers(headers)
