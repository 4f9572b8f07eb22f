"""The feed of an edition's changes, by Atom (RFC 4287): an entry for each edition, newest first.

Names of feed and entries stay the same for ever, wherever the guide moves: they are UUIDs of what
they name (RFC 9562, version 5). Without a known address links are relative, as Atom allows.
"""

import re
from collections.abc import Iterator
from html import escape
from uuid import NAMESPACE_URL, uuid5
from xml.etree import ElementTree

from dreiebok.editions.bcp47 import language_tag
from dreiebok.editions.edition import Edition
from dreiebok.editions.releases import Change, News
from dreiebok.inline import to_html, to_plain
from dreiebok.templating import no_links
from dreiebok.website.navigation import NEWS
from dreiebok.website.paths import html_path

FEED = "feed.xml"
_NO_XML = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 has no place for (production 2, Char), and carriage returns."""


def feed(edition: Edition, news: tuple[News, ...]) -> bytes:
    """Return the feed of one language; nobody reads one without entries."""
    page = html_path(NEWS)
    home = edition.organisation.home if edition.organisation else ""
    top = f"{home}{edition.locale}/" if home else ""
    root = ElementTree.Element(
        "feed",
        {"xmlns": "http://www.w3.org/2005/Atom", "xml:lang": language_tag(edition.locale)},
    )
    title = f"{edition.site_name}: {edition.gettext('Nytt i denne utgaven')}"
    _add(root, "title", title)
    _add(root, "id", _name(edition))
    _add(root, "updated", _moment(news[0]))
    ElementTree.SubElement(root, "link", {"href": f"{top}{page}"})
    if top:
        kind = {"rel": "self", "type": "application/atom+xml", "href": f"{top}{FEED}"}
        ElementTree.SubElement(root, "link", kind)
    _add(ElementTree.SubElement(root, "author"), "name", to_plain(edition.publisher))
    for one in news:
        entry = ElementTree.SubElement(root, "entry")
        _add(entry, "title", f"{edition.gettext('Utgave')} {one.version}")
        _add(entry, "id", _name(edition, one.version))
        _add(entry, "updated", _moment(one))
        ElementTree.SubElement(entry, "link", {"href": f"{top}{page}#{one.anchor}"})
        _add(entry, "content", "".join(_html(edition, one))).set("type", "html")
    ElementTree.indent(root, "")
    found: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return found + b"\n"


def _html(edition: Edition, news: News) -> Iterator[str]:
    for words in news.words:
        yield f"<p>{to_html(words, no_links)}</p>"
    for title, changes in (
        (edition.gettext("Nytt"), news.added),
        (edition.gettext("Endret"), news.changed),
        (edition.gettext("Tatt bort"), news.removed),
    ):
        if changes:
            yield f"<h3>{escape(title)}</h3><ul>{''.join(map(_item, changes))}</ul>"


def _item(change: Change) -> str:
    behind = f" – {to_plain(change.programme.title)}" if change.programme else ""
    return f"<li>{escape(to_plain(change.title) + behind)}</li>"


def _name(edition: Edition, version: str = "") -> str:
    owner = edition.organisation.name if edition.organisation else edition.book.publisher
    parts = ("dreiebok", str(owner), str(edition.book.id), edition.locale, version)
    return uuid5(NAMESPACE_URL, "\n".join(parts)).urn


def _moment(news: News) -> str:
    """Return the day of an edition as RFC 3339 asks: no clock is read, so it begins at midnight."""
    return f"{news.date.isoformat()}T00:00:00Z"


def _add(parent: ElementTree.Element, tag: str, words: str) -> ElementTree.Element:
    element = ElementTree.SubElement(parent, tag)
    element.text = _NO_XML.sub("", words)
    return element
