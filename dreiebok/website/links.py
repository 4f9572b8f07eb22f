"""Links within a site: does every one lead to a page or file that is there, and to its anchor?

Two readers, of Markdown and of finished pages, and one judge. What leads out of a language's site
(to other hosts, to mail, to another language) is not looked at here. Nothing opens a file.
"""

import posixpath
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from html import unescape
from urllib.parse import unquote, urlsplit

from lxml import etree
from markdown.extensions.toc import slugify_unicode

from dreiebok.editions.edition import Edition
from dreiebok.inline import links
from dreiebok.model.walking import prose
from dreiebok.problems import Code, Location, Problem
from dreiebok.templating import FOLDER
from dreiebok.website.filling import FALLBACK_FONT, form_script
from dreiebok.website.meetings import Meeting
from dreiebok.website.pages import Page
from dreiebok.website.paths import html_path

_FENCE = re.compile(r"^(```|~~~).*?^\1", re.MULTILINE | re.DOTALL)
_META = re.compile(r"\A---\n.*?^---$", re.MULTILINE | re.DOTALL)
_CODE = re.compile(r"(?<!\\)(`+)(?!`).*?(?<!`)\1(?!`)", re.DOTALL)
_ESCAPED = re.compile(r"\\[!-/:-@\[-`{-~]")
_DRAWING = re.compile(r"<svg.*?</svg>", re.DOTALL)
_TAG = re.compile(r"<[A-Za-z][^<>]*>")
_INLINE = re.compile(r"\]\(<?([^)<>\s]+)>?[^)]*\)")
_ATTRIBUTE = re.compile(r"""\s(href|src)=(?:"([^"]*)"|'([^']*)')""")
_ID = re.compile(r"""\sid=(?:"([^"]*)"|'([^']*)')|\{:?[^}\n]*?#([^\s}]+)[^}\n]*\}""")
_HEADING = re.compile(r"^#{1,6}\s+(.*?)\s*(?:\{[^}\n]*\})?\s*#*$", re.MULTILINE)
_MARKS = re.compile(r"<[^>]*>|[*_`\\]|\[|\]\([^)]*\)")


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a page has for links: where they may lead to in it, and where its own lead, in order."""

    anchors: frozenset[str]
    links: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Broken:
    """A link that leads nowhere: the page that it stands on, its address, and what is missing."""

    page: str
    address: str
    missing: str


def read_markdown(text: str) -> Sheet:
    r"""Return anchors and links of a page of Markdown; what stands in code or above it is neither.

    >>> read_markdown("# Hei du {: #a }\n[b](c.md#d) `[e](f)`").links
    ('c.md#d',)
    """
    text = _ESCAPED.sub("", _CODE.sub("", _FENCE.sub("", _META.sub("", text))))
    # What looks like an attribute is one only inside a tag: elsewhere it is an author's words.
    tags = "".join(_TAG.findall(text))
    anchors = {unescape("".join(found)) for found in _ID.findall(text)}
    # A heading without an id of its own gets one of its words.
    anchors |= {slugify_unicode(_MARKS.sub("", words), "-") for words in _HEADING.findall(text)}
    links = [unescape(address) for address in _INLINE.findall(_DRAWING.sub("", text))]
    links += [unescape(one or other) for _, one, other in _ATTRIBUTE.findall(tags)]
    return Sheet(frozenset(anchors), tuple(links))


def read_html(page: bytes) -> Sheet:
    """Return anchors and links of a finished page."""
    root = etree.HTML(page, etree.HTMLParser(encoding="utf-8"))
    if root is None:
        return Sheet(frozenset(), ())
    anchors = frozenset(str(name) for name in root.xpath("//@id | //a/@name"))
    return Sheet(anchors, tuple(str(address) for address in root.xpath("//@href | //@src")))


def broken_links(sheets: Mapping[str, Sheet], files: Collection[str]) -> Iterator[Broken]:
    """Yield every link that leads to no file of a site, or to no anchor of a page.

    `sheets` are its pages by path, `files` the paths of all its files; both are relative to its
    top. Addresses are read as RFC 3986 says; what leads above the top is another site's business.
    """
    for page, sheet in sorted(sheets.items()):
        here = posixpath.dirname(page) or "."
        for address in dict.fromkeys(sheet.links):
            target, anchor = _aim(here, address)
            target = target or page
            if target.startswith("../"):
                continue
            if target not in files and target not in sheets:
                yield Broken(page, address, target)
            elif target in sheets and anchor not in {"", "top"} | sheets[target].anchors:
                yield Broken(page, address, f"{target}#{anchor}")


# The menu has the same addresses on every page of a folder.
@lru_cache(2**14)
def _aim(here: str, address: str) -> tuple[str, str]:
    """Return the file and the anchor that an address leads to from a folder, as in a site.

    The file is empty where it leads to the page itself, and begins with `../` where it leads out.
    """
    parts = urlsplit(address)
    if parts.scheme or parts.netloc or parts.path.startswith("/"):
        return "../", ""
    anchor = unquote(parts.fragment)
    if not parts.path:
        return "", anchor
    return posixpath.normpath(posixpath.join(here, unquote(parts.path))), anchor


def check_markdown(
    edition: Edition,
    pages: tuple[Page, ...],
    meetings: tuple[Meeting, ...],
    files: Iterable[str],
    prints: Iterable[str],
) -> tuple[Problem, ...]:
    """Return a problem for each broken link of a language's pages before the engine reads them.

    `files` are those that the engine copies, `prints` the PDFs that stand beside its pages.
    """
    sheets = {meeting.path: read_html(meeting.html.encode()) for meeting in meetings}
    for page in pages:
        sheet = read_markdown(page.markdown)
        addresses = tuple(map(_finished, sheet.links))
        sheets[page.html_path] = Sheet(sheet.anchors, addresses)
    return link_problems(edition, pages, meetings, sheets, {*files, *beside(prints)})


def _finished(address: str) -> str:
    """Return an address as the engine makes it of one that leads to a page of Markdown."""
    path, mark, anchor = address.partition("#")
    return f"{html_path(path)}{mark}{anchor}"


def check_site(
    edition: Edition,
    pages: tuple[Page, ...],
    meetings: tuple[Meeting, ...],
    files: Mapping[str, bytes],
    prints: Iterable[str],
    sound: Mapping[str, bytes] | None = None,
) -> tuple[Problem, ...]:
    """Return a problem for each broken link of a language's finished pages.

    `sound` is an earlier site with files of the same names, in which no link is broken.
    """
    shown = {page.html_path for page in pages} | {meeting.path for meeting in meetings}
    there = sorted(path for path in shown if path in files)
    anew = [path for path in there if sound and sound.get(path) != files[path]]
    if sound and all(_keeps_anchors(sound.get(path), files[path]) for path in anew):
        # Links of the other pages are as right as they were.
        sheets = {path: read_html(files[path]) for path in anew}
        for target in {
            _aim(posixpath.dirname(path) or ".", address)[0]
            for path in anew
            for address in sheets[path].links
            if "#" in address
        }:
            if target in shown and target in files and target not in sheets:
                # It is led to, and its own links are known.
                sheets[target] = Sheet(read_html(files[target]).anchors, ())
    else:
        sheets = {path: read_html(files[path]) for path in there}
    return link_problems(edition, pages, meetings, sheets, {*files, *beside(prints)})


def _keeps_anchors(before: bytes | None, now: bytes) -> bool:
    """Tell whether every link that led to a place on a page still does."""
    return before is not None and read_html(before).anchors <= read_html(now).anchors


def beside(prints: Iterable[str]) -> Iterator[str]:
    """Yield the paths of PDFs and of what the browser fills them in with: no engine makes them."""
    yield FALLBACK_FONT
    for path in prints:
        yield path
        yield form_script(path)


def link_problems(
    edition: Edition,
    pages: tuple[Page, ...],
    meetings: tuple[Meeting, ...],
    sheets: Mapping[str, Sheet],
    files: Collection[str],
) -> tuple[Problem, ...]:
    """Return a problem for each broken link, at the text that holds it.

    Where no text does, a template has made it: then the place is that of the page's record, and of
    a page without one its template.
    """
    records = {page.html_path: page.record for page in pages}
    records |= {meeting.path: meeting.record for meeting in meetings}
    templates = {page.html_path: f"{FOLDER}site/{page.path}" for page in pages}
    found = []
    for broken in broken_links(sheets, files):
        name = records.get(broken.page)
        at = Location(templates.get(broken.page, ""))
        if name is not None:
            record = edition.record(name)
            anchor = f"#{urlsplit(broken.address).fragment}"
            texts = (text.at for text in prose(record) if anchor in links(text))
            at = next(texts, record.id.at)
        found.append(
            Problem(
                Code.BROKEN_LINK,
                f"the link “{broken.address}” on the page {broken.page} leads nowhere: "
                f"there is no {broken.missing}",
                at,
                "Correct it in the text, or in the page's template (docs/templates.md).",
            )
        )
    return tuple(found)
