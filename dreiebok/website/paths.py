"""Paths: where a file of a language's tree lies, and where it lies in the finished site.

A tree is what an engine reads. Of each page of Markdown below `docs/` it makes one of HTML and
copies all else: the path there is the path in the site, but for the end of a page's name.
"""

import posixpath

DOCS = "docs/"
"""The folder of a tree whose files become the site; the engines' `docs_dir`."""


def is_page(path: str) -> bool:
    """Tell whether a file of a tree is a page of Markdown."""
    return path.endswith(".md")


def html_path(path: str) -> str:
    """Return where a file below `docs/` lies in the site.

    >>> html_path("mestringsgruppe/dreiebok.md"), html_path("assets/logo.svg")
    ('mestringsgruppe/dreiebok.html', 'assets/logo.svg')
    """
    return path.removesuffix(".md") + ".html" if is_page(path) else path


def relative(page: str, target: str) -> str:
    """Return a target's path as seen from a page; both are relative to the site's root."""
    return posixpath.relpath(target, posixpath.dirname(page) or ".")
