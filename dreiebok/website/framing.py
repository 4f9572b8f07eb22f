"""Words that an engine's theme puts around pages: names of sites, menus, switches and tags.

Themes print some of them as HTML and escape others, each in its own way, so they must mean the
same both ways. What could begin a tag, end an attribute or name a character becomes its likeness.
"""

import re
from typing import Any

_LIKE = str.maketrans({"<": "‹", ">": "›", '"': "”"})
_ENTITY = re.compile(r"&(?=#?\w+;|(?:lt|gt|quot|amp)\b)", re.IGNORECASE)


def framed(words: str) -> str:
    """Return words that are the same as HTML and as text.

    >>> framed('Når < 3, "her" & der')
    'Når ‹ 3, ”her” & der'
    """
    # An invisible joiner parts the sign from what would make a character's name of it.
    return _ENTITY.sub("&\u2060", words.translate(_LIKE))


def framed_menu(entry: Any) -> Any:
    """Return an engine's menu, lists of titles and paths, with every title framed."""
    if isinstance(entry, dict):
        return {framed(title): framed_menu(target) for title, target in entry.items()}
    if isinstance(entry, list | tuple):
        return [framed_menu(item) for item in entry]
    return entry
