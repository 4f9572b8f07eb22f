"""Inline Markdown: emphasis, strong, code and links, with no raw HTML. `<` is a character.

One parser (markdown-it-py, CommonMark) serves both the website and the print, so that a text means
the same on a page and on a card. Texts come from people we may not know: what leaves here as HTML
is escaped, and what leaves as Markdown cannot turn into a heading, an attribute or a tag.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, lru_cache
from html import escape
from typing import NamedTuple

from markdown_it import MarkdownIt

Resolve = Callable[[str], str | None]
"""Returns the address for an element id, or None when the link's words alone are to be shown."""

SAFE_ADDRESS = re.compile(r"^(https?://|mailto:)[^\s\"'<>`]+$", re.IGNORECASE)
_STARTS_A_BLOCK = re.compile(r"([#>+\-=~:!]|\d+[.)])")
_ESCAPES = str.maketrans({
    "&": "&amp;", "<": "&lt;", ">": "&gt;", "|": "&#124;", "{": "&#123;", "}": "&#125;",
    **{letter: f"\\{letter}" for letter in "\\`*_[]"},
})  # fmt: skip
_SIGNS = str.maketrans({sign: f"&#{ord(sign)};" for sign in "\\`*_[]{}|"})
_REMEMBERED = 2**12
"""How many parsed texts are kept: a text stands on its page, on cards of every size, in booklet
and handbook."""
_WORDS_ALONE = re.compile(r"[^*_\[\]`\\\n\r\0]+")
"""What no rule of the parser looks at: most texts."""


class _Part(NamedTuple):
    """What is asked for of a token; many are kept, and the parser's own are five times as large."""

    type: str
    content: str
    address: str = ""


@cache
def _parser() -> MarkdownIt:
    # "zero" knows nothing; what is enabled here is all that an author may use.
    parser = MarkdownIt("zero", {"html": False})
    parser.enable(["emphasis", "link", "backticks", "escape", "newline"])
    # Every address is taken as a link here, so that check can name an unsafe one at its place.
    parser.validateLink = lambda url: True  # type: ignore[method-assign]
    return parser


def _parts(text: str) -> tuple[_Part, ...]:
    if _WORDS_ALONE.fullmatch(text):
        return (_Part("text", str(text)),)
    return _parsed(text)


@lru_cache(_REMEMBERED)
def _parsed(text: str) -> tuple[_Part, ...]:
    tokens = _parser().parseInline(text)[0].children or ()
    return tuple(_Part(t.type, t.content, str(t.attrs.get("href", ""))) for t in tokens)


def links(text: str) -> tuple[str, ...]:
    """Return the address of every link in a text, as written."""
    if "[" not in text:  # Most texts, and all of a handbook are asked for each change.
        return ()
    return tuple(part.address for part in _parts(text) if part.type == "link_open")


def shape(text: str) -> tuple[str, ...]:
    """Return what a text is besides its words: marks, addresses and code, in their order."""
    return tuple(
        part.content if part.type == "code_inline" else part.address or part.type
        for part in _parts(text)
        if part.type not in {"text", "softbreak"}
    )


def to_plain(text: str) -> str:
    """Return the words alone, for titles, tooltips, bookmarks and search."""
    found = (
        " " if part.type in {"softbreak", "hardbreak"} else part.content for part in _parts(text)
    )
    return "".join(found)


def to_html(text: str, resolve: Resolve) -> str:
    """Return HTML for an element's content; everything that is not markup is escaped."""
    return _write(text, resolve, _HTML)


def to_markdown(text: str, resolve: Resolve) -> str:
    """Return Markdown that any Python-Markdown engine reads as this text and nothing more."""
    # Spaces at the start would make code of a paragraph.
    found = _write(text, resolve, _MARKDOWN).strip()
    # The first mark of a line could begin a heading, a list or an admonition.
    if _STARTS_A_BLOCK.match(found):
        number = re.match(r"\d+", found)
        place = number.end() if number else 0
        found = f"{found[:place]}&#{ord(found[place])};{found[place + 1 :]}"
    return found


def escape_markdown(words: str) -> str:
    """Return words that mean themselves inside a paragraph, heading or table cell."""
    # Not the method of the words: those of a Markup would come back as one.
    return str.translate(words, _ESCAPES)


def shield_html(html: str) -> str:
    """Return HTML of ours that a Markdown engine leaves as it is, between tags and in attributes.

    Engines look for links, emphasis and attributes inside raw HTML too.
    """
    return html.translate(_SIGNS)


@dataclass(frozen=True, slots=True)
class _Dialect:
    """How one output writes what the parser has found."""

    marks: dict[str, str]
    words: Callable[[str], str]
    open_link: Callable[[str], str]
    close_link: Callable[[str], str]


_HTML = _Dialect(
    {
        "em_open": "<em>", "em_close": "</em>",
        "strong_open": "<strong>", "strong_close": "</strong>",
        "softbreak": " ", "hardbreak": "<br>",
    },
    lambda words: escape(words, quote=False),
    lambda address: f'<a href="{escape(address)}">',
    lambda address: "</a>",
)  # fmt: skip
_MARKDOWN = _Dialect(
    {
        "em_open": "*", "em_close": "*", "strong_open": "**", "strong_close": "**",
        "softbreak": " ", "hardbreak": "<br>",
    },
    escape_markdown,
    lambda address: "[",
    # A bracket in an address would end the link.
    lambda address: f"]({address.replace('(', '%28').replace(')', '%29')})",
)  # fmt: skip


def _write(text: str, resolve: Resolve, dialect: _Dialect) -> str:
    out: list[str] = []
    addresses: list[str | None] = []
    for part in _parts(text):
        if part.type == "link_open":
            address = _address(part.address, resolve)
            addresses.append(address)
            out.append(dialect.open_link(address) if address else "")
        elif part.type == "link_close":
            address = addresses.pop()
            out.append(dialect.close_link(address) if address else "")
        elif part.type == "code_inline":
            out.append(f"<code>{dialect.words(part.content)}</code>")
        else:
            out.append(dialect.marks.get(part.type) or dialect.words(part.content))
    return "".join(out)


def _address(written: str, resolve: Resolve) -> str | None:
    if written.startswith("#"):
        return resolve(written[1:])
    return written if SAFE_ADDRESS.match(written) else None
