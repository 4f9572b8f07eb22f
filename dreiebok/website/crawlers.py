"""What search engines are told of a site: the sitemap of all its pages, and robots.txt.

Pages, paths and anchors are the same in every language, so a page's counterpart has its path. What
a reader is led by is another map: `SiteMap` in `navigation.py`.
"""

from collections.abc import Mapping, Sequence
from datetime import date as Date
from urllib.parse import urlsplit
from xml.etree import ElementTree

from dreiebok.editions.bcp47 import language_tag

SITEMAP = "sitemap.xml"
ROBOTS = "robots.txt"


def crawler_files(address: str, pages: Mapping[str, Sequence[str]], day: Date) -> dict[str, bytes]:
    """Return the files that tell search engines of every page, by path from the top of the site.

    `address` is where the site is hosted, ending in a slash; without one there are none, since
    they hold whole addresses only (sitemaps.org). `pages` are the paths of each locale's pages;
    `day` is the date of the edition. robots.txt counts only at the top of a host (RFC 9309, 2.3).
    """
    if not address:
        return {}
    files = {SITEMAP: _sitemap(address, pages, day)}
    if urlsplit(address).path == "/":
        files[ROBOTS] = f"User-agent: *\nAllow: /\nSitemap: {address}{SITEMAP}\n".encode()
    return files


def _sitemap(address: str, pages: Mapping[str, Sequence[str]], day: Date) -> bytes:
    """Return the sitemap, in which each page names its counterparts and itself."""
    where: dict[str, list[str]] = {}
    for locale, paths in pages.items():
        for path in paths:
            where.setdefault(path, []).append(locale)
    root = ElementTree.Element(
        "urlset",
        {
            "xmlns": "http://www.sitemaps.org/schemas/sitemap/0.9",
            "xmlns:xhtml": "http://www.w3.org/1999/xhtml",
        },
    )
    for locale, paths in pages.items():
        for path in paths:
            entry = ElementTree.SubElement(root, "url")
            ElementTree.SubElement(entry, "loc").text = f"{address}{locale}/{path}"
            ElementTree.SubElement(entry, "lastmod").text = day.isoformat()
            if len(pages) == 1:
                continue
            others = [(language_tag(name), name) for name in where[path]]
            for tag, name in (*others, ("x-default", where[path][0])):
                attributes = {
                    "rel": "alternate",
                    "hreflang": tag,
                    "href": f"{address}{name}/{path}",
                }
                ElementTree.SubElement(entry, "xhtml:link", attributes)
    ElementTree.indent(root, "")
    found: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return found + b"\n"
