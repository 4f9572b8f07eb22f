"""Fills in what only finished PDFs can tell: pages and size behind each download on the site.

The engine and the press work at the same time, so the pages carry a mark for each download and
the facts are written into the finished HTML.
"""

import re
from collections.abc import Mapping

from dreiebok.editions.edition import Edition
from dreiebok.editions.locales import format_bytes

_MARK = re.compile(rb'(<span class="db-download-facts" data-db-pdf="([^"]+)">)PDF(</span>)')


def has_downloads(html: bytes) -> bool:
    """Tell whether a page has downloads whose facts are to be filled in."""
    return _MARK.search(html) is not None


def fill_downloads(html: bytes, facts: Mapping[str, str]) -> bytes:
    """Return the page with each download's facts; a PDF that was not built says just “PDF”."""

    def fill(found: re.Match[bytes]) -> bytes:
        words = facts.get(found[2].decode(), "PDF")
        return found[1] + words.encode() + found[3]

    return _MARK.sub(fill, html)


def describe_pdf(pages: int, size: int, edition: Edition) -> str:
    """Return the facts in words: format, pages, size in kB or MB."""
    count = edition.ngettext("{n} side", "{n} sider", pages)
    return f"PDF · {count} · {format_bytes(size, edition.locale)}"
