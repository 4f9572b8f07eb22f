"""The frame of a site: all that its pages share.

In the same frame a page depends on its own words alone, so that the others need not be rendered
again. Nothing here opens a file.

The engine's driver watches whether that is true (`drivers/mkdocs_.py`): where a template shows what
another page says, every page is rendered.
"""

import json
import re
from collections.abc import Collection, Iterator, Mapping
from functools import lru_cache
from hashlib import sha256

from dreiebok.sources.yaml_ import parse_yaml, to_python
from dreiebok.website.paths import DOCS, is_page

_HEADER = re.compile(r"(---[ \t]*\n.*?\n(?:---|\.\.\.)[ \t]*\n)|.*?(?:\n[ \t]*\n|\Z)", re.DOTALL)
_PLUGINS = frozenset({"search", "offline"})
_EXTENSIONS = frozenset({
    "abbr", "admonition", "attr_list", "def_list", "extra", "fenced_code", "footnotes",
    "md_in_html", "nl2br", "sane_lists", "smarty", "tables", "toc",
})  # fmt: skip
"""What of Markdown reads a page and no other file."""
_INDEX = "search/search_index.json"
_SCRIPT = "search/search_index.js"


@lru_cache(4)
def is_separable(base: bytes, file: str) -> bool:
    """Tell whether a base configuration has only parts of which we know what they read.

    A plugin, a hook or an extension of Markdown could put one page's words on another.
    """
    config = to_python(parse_yaml(base, file))
    if not isinstance(config, dict) or not isinstance(config.get("theme"), dict):
        return False
    plugins = _names(config.get("plugins", ()))
    extensions = _names(config.get("markdown_extensions", ()))
    strange = config.get("hooks") or config.get("extra_templates") or config.get("strict")
    known = plugins <= _PLUGINS and extensions <= _EXTENSIONS
    return known and not strange and config["theme"].get("name") == "material"


def _names(entries: object) -> set[str]:
    """Return the names in a list that holds them alone, or with settings as keys."""
    found: set[str] = set()
    for entry in entries if isinstance(entries, list | tuple | dict) else ():
        found |= set(map(str, entry)) if isinstance(entry, dict) else {str(entry)}
    return found


def frame_parts(tree: Mapping[str, bytes]) -> Iterator[str | bytes]:
    """Yield what every page of a tree may depend on beside its own words.

    That is the configuration with the menu, the templates around the pages, which files there are
    (links lead to them), and the front matter of each page, which the menu may show.
    """
    for name, data in sorted(tree.items()):
        yield name
        if not name.startswith(DOCS):
            yield data
        elif is_page(name):
            yield header(data.decode())


def header(markdown: str) -> str:
    r"""Return a page's front matter; where it has none, its first paragraph, which could be one.

    >>> header("---\ntags:\n- a\n---\n# Hei\n\nDu.\n")
    '---\ntags:\n- a\n---\n'
    >>> header("title: Hei\n\nDu.\n")
    'title: Hei\n\n'
    """
    found = _HEADER.match(markdown)
    return found[0] if found else markdown


def digests(tree: Mapping[str, bytes]) -> dict[str, str]:
    """Return a fingerprint of each page's Markdown, by its path below `docs/`."""
    return {
        name.removeprefix(DOCS): sha256(data).hexdigest()
        for name, data in tree.items()
        if name.startswith(DOCS) and is_page(name)
    }


def joined(
    base: Mapping[str, bytes],
    made: Mapping[str, bytes],
    tree: Mapping[str, bytes],
    renewed: Collection[str],
) -> dict[str, bytes] | None:
    """Return a whole site from an earlier one in the same frame and the pages made anew.

    `renewed` are the paths of those pages in the site. Returns None where the earlier search index
    does not tell where their entries belong, or the engine gave up before it wrote one.
    """
    if _INDEX in base and _INDEX not in made:
        return None
    files = dict(base)
    for name, data in tree.items():
        # The engine copies all other files as they are, but for those that it leaves out.
        if name.startswith(DOCS) and (path := name.removeprefix(DOCS)) in base:
            files[path] = data
    files |= made
    if _INDEX in base:
        index = _joined_index(json.loads(base[_INDEX]), json.loads(made[_INDEX]), renewed)
        if index is None:
            return None
        # As the theme's plugin writes it.
        text = json.dumps(index, separators=(",", ":"))
        files[_INDEX] = text.encode()
        if _SCRIPT in base:
            files[_SCRIPT] = f"var __index = {text}".encode()
    return files


def _joined_index(
    base: dict[str, list[dict[str, str]]],
    made: dict[str, list[dict[str, str]]],
    renewed: Collection[str],
) -> dict[str, list[dict[str, str]]] | None:
    """Return a search index in which the entries of some pages are replaced, in their places."""
    new: dict[str, list[dict[str, str]]] = {}
    for entry in made["docs"]:
        new.setdefault(_page(entry), []).append(entry)
    entries: list[dict[str, str]] = []
    placed: set[str] = set()
    for entry in base["docs"]:
        page = _page(entry)
        if page not in renewed:
            entries.append(entry)
        elif page not in placed:
            placed.add(page)
            entries += new.get(page, [])
    return {**base, "docs": entries} if new.keys() <= placed else None


def _page(entry: Mapping[str, str]) -> str:
    return entry["location"].partition("#")[0]
