"""What a browser asks a site for to show a page, and how many bytes go over the wire."""

import gzip
from pathlib import Path
from urllib.parse import unquote, urlsplit

from playwright.sync_api import Page

PACKED = {".woff2", ".png", ".jpg", ".pdf", ".zip"}
"""Files that a server sends as they are: they are compressed already."""


def transferred(page: Page, site: Path, top: str, path: str) -> dict[str, int]:
    """Open a page and return the bytes of every file that it asks for, compressed with gzip.

    `top` is where the site is served. Nothing may be cached, so the page's context is a new one.
    """
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{top}/{path}", wait_until="networkidle")
    found = {}
    for address in dict.fromkeys(asked):
        if address.startswith(top):
            name = unquote(urlsplit(address).path.removeprefix(urlsplit(top).path)).lstrip("/")
            data = (site / name).read_bytes()
            packed = Path(name).suffix in PACKED
            found[name] = len(data) if packed else len(gzip.compress(data, 6))
    return found
