"""Style sheets parsed once a process: WeasyPrint parses them anew for every layout of a document.

Reading the same few sheets again took a twentieth of a build. They are kept by their bytes, so what
comes out is what would come out without this (WeasyPrint 70, `css.find_stylesheets`; its own sheet
for all HTML is kept in the same way). A canary test fails when a newer one has moved that place.
"""

import copy
import logging
import re
from io import BytesIO
from typing import Any

from weasyprint import css as styling
from weasyprint.urls import fetch

CSS = styling.CSS
MOST = 64
"""Sheets that are kept: an edition has a dozen, and of another organisation one or two differ."""
_REACHES_OUT = re.compile(
    rb"@(?:import|font-face|layer|counter-style|color-profile|charset|[-\w]*\\)", re.I
)
"""What a sheet may hold that changes something beside itself: it is parsed each time."""
_kept: dict[tuple[str, bytes, str], Any] = {}


def sheet(**given: Any) -> Any:
    """Return a style sheet as `weasyprint.CSS` does, parsed before if it can be.

    Raises what it raises: URLFetchingError where there is no such sheet.
    """
    address, rules = given.get("url"), given.get("page_rules")
    if address is None or rules is None or given.get("matcher") is not None:
        return CSS(**given)
    # Fetched each time: another document may get other bytes, or be refused.
    with fetch(given["url_fetcher"], address) as response:
        data, kind = response.read(), response.content_type
    if kind != "text/css" or _REACHES_OUT.search(data):
        return CSS(**given)
    key = (address, data, given["media_type"])
    if key not in _kept:
        ear, logger = _Ear(), logging.getLogger("weasyprint")
        logger.addHandler(ear)
        try:
            parsed = CSS(
                file_obj=BytesIO(data), base_url=address, url_fetcher=given["url_fetcher"],
                media_type=given["media_type"], font_config=given["font_config"],
            )  # fmt: skip
        finally:
            logger.removeHandler(ear)
        if ear.heard:
            # What is wrong with it is told of every document.
            rules.extend(parsed.page_rules)
            return parsed
        if len(_kept) >= MOST:
            _kept.clear()
        _kept[key] = parsed
    rules.extend(_kept[key].page_rules)
    # All sheets of a document share one list of the rules of pages, and one of layers.
    found = copy.copy(_kept[key])
    found.page_rules, found.layers = rules, given["layers"]
    return found


class _Ear(logging.Handler):
    """Notices what is said from WARNING up, which others hear too."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.heard = False

    def emit(self, record: logging.LogRecord) -> None:
        self.heard = True


def keep_sheets() -> None:
    """Let WeasyPrint parse a style sheet once."""
    styling.CSS = sheet
