"""The notices that travel in every finished site, for what others have made in it."""

from collections.abc import Mapping
from textwrap import fill
from typing import Any

HEAD = """\
What others have made in this site, and their licences. Fonts and the iframe-worker have theirs
beside them. The text of the site has a licence of its own, which every page names at its foot.
"""
RULE = "-" * 100


def make_notices(facts: Mapping[str, Any], texts: Mapping[str, str]) -> str:
    """Return the notices as plain text: every part of a site, then each licence once.

    `texts` are licences by their SPDX name. Raises KeyError where one of a part is not among them.
    """
    parts = [part for one in facts["copied"] if one["into"] == "sites" for part in one["parts"]]
    lines = [
        fill(f"{name} ({note}): {licence}. Copyright (c) {who}.", 100, subsequent_indent="    ")
        for name, licence, who, note in parts
    ]
    named = dict.fromkeys(licence for _, licence, *_ in parts)
    blocks = [
        HEAD,
        *lines,
        *(f"\n{RULE}\n{name}\n{RULE}\n\n{texts[name].strip()}\n" for name in named),
    ]
    return "\n".join(blocks)
