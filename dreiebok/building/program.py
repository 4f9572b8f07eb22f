"""What this program is: its code, and every version that can change a byte of what it makes."""

import ctypes
import hashlib
from collections.abc import Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path

from dreiebok import __version__
from dreiebok.needs import LIBRARIES
from dreiebok.website.drivers.installed import version_of

PACKAGE = Path(__file__).resolve().parent.parent
PACKAGED_BASE = PACKAGE / "base"
"""Content, forms and templates as the wheel carries them."""
RENDERERS = (
    "weasyprint", "pydyf", "tinycss2", "tinyhtml5", "cssselect2", "fonttools", "pyphen",
    "pillow", "pikepdf", "mkdocs", "mkdocs-material", "markdown", "pymdown-extensions",
    "markdown-it-py", "jinja2", "pydantic", "segno", "coloraide", "holidays", "icalendar", "lxml",
    "tzdata", "babel", "pygments",
)  # fmt: skip
"""Packages whose version can change a byte of what is built."""
_SETTERS = {"Pango": "pango_version_string", "HarfBuzz": "hb_version_string"}
"""The system's libraries that set text and embed fonts, and the function that tells a version."""


@cache
def program_digest() -> str:
    """Return a fingerprint of this program's code, as it was begun, and of renderers' versions."""
    found = hashlib.sha256(__version__.encode())
    for path in sorted(PACKAGE.rglob("*.py")):
        if PACKAGED_BASE not in path.parents:
            found.update(path.read_bytes())
    for name in RENDERERS:
        found.update(f"{name}={version_of(name) or '?'}".encode())
    for need in LIBRARIES:
        if need.title in _SETTERS:
            version = version_of_library(need.names, _SETTERS[need.title])
            found.update(f"{need.title}={version}".encode())
    return found.hexdigest()


def version_of_library(names: Sequence[str], function: str) -> str:
    """Return what a function of the system's library says, or “?” where there is none.

    `names` are what the library is called on one system or another.
    """
    for name in names:
        with suppress(OSError, AttributeError):
            tell = getattr(ctypes.CDLL(name), function)
            tell.restype = ctypes.c_char_p
            return str(tell().decode())
    return "?"
