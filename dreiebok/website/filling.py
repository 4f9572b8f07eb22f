"""Where the browser finds what it needs to write answers into a form's PDF."""

from pathlib import PurePosixPath

FALLBACK_FONT = "assets/forms/font.js"
"""The face for letters that the form's own field face lacks, such as Cyrillic."""
FILLABLE = frozenset({"form", "canvas", "survey"})
"""Kinds of print documents that have fields for a person to fill in."""


def form_script(pdf: str) -> str:
    """Return the path of the script that holds a form's PDF; both relative to the site.

    >>> form_script("print/mestringsgruppe/loggskjema.pdf")
    'assets/forms/mestringsgruppe/loggskjema.js'
    """
    path = PurePosixPath(pdf)
    return str(PurePosixPath("assets/forms", *path.parts[1:]).with_suffix(".js"))
