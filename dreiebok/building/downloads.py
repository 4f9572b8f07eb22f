"""Fills in what only finished PDFs can tell: pages and size behind each download on the site.

The engine and the press work at the same time, so the pages carry a mark for each download and
the facts are written into the finished HTML.
"""

import re
from collections.abc import Callable, Mapping

from dreiebok.editions.locales import format_number

_MARK = re.compile(rb'(<span class="db-download-facts" data-db-pdf="([^"]+)">)PDF(</span>)')


def fill_downloads(html: bytes, facts: Mapping[str, str]) -> bytes:
    """Return the page with each download's facts; a PDF that was not built says just “PDF”."""

    def fill(found: re.Match[bytes]) -> bytes:
        words = facts.get(found[2].decode(), "PDF")
        return found[1] + words.encode() + found[3]

    return _MARK.sub(fill, html)


def describe_pdf(
    pages: int, size: int, gettext: Callable[[str], str] = str, locale: str = "nb"
) -> str:
    """Return the facts in words: format, pages, size in kB or MB (1000 bytes to the kB)."""
    kilobytes = max(1, round(size / 1000))
    large = f"{format_number(kilobytes / 1000, 1, locale)} MB"
    amount = large if kilobytes >= 1000 else f"{kilobytes} kB"
    count = gettext("1 side") if pages == 1 else gettext("{n} sider").replace("{n}", str(pages))
    return f"PDF, {count}, {amount}"
