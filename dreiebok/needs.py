"""What the machine must have before Python packages help, and what brings it on each system.

A bare `python3` reads this, from the standard library alone (`machine.py`).
"""

import sys
from dataclasses import dataclass
from enum import StrEnum

PYTHON = f"python{sys.version_info.major}.{sys.version_info.minor}"


class Kind(StrEnum):
    """How a need is looked for."""

    DICTIONARY = "dictionary"
    LIBRARY = "library"
    MODULE = "module"
    PROGRAM = "program"


@dataclass(frozen=True, slots=True)
class Need:
    """One thing that the machine must have: any one of `names` will do.

    The packages that bring it are named as each package manager calls them; on Ubuntu as on Debian
    if not said. A program may also be named by an environment variable, and counts as there if it
    ends well with `tried`. A `note` says what else is worth knowing to who lacks it.
    """

    title: str
    kind: Kind
    names: tuple[str, ...]
    debian: str
    fedora: str
    homebrew: str
    is_cask: bool = False
    ubuntu: str = ""
    variable: str = ""
    tried: tuple[str, ...] = ()
    note: str = ""


# The names are those that WeasyPrint 70 loads itself. GObject comes with Pango on every system.
# HarfBuzz's subsetter is optional there, but without it fonts are embedded by a slower way that
# gives other bytes, and that WeasyPrint warns of.
LIBRARIES = (
    Need(
        title="Pango",
        kind=Kind.LIBRARY,
        names=("libpango-1.0.so.0", "libpango-1.0.0.dylib", "libpango-1.0.dylib"),
        debian="libpango-1.0-0",
        fedora="pango",
        homebrew="pango",
    ),
    Need(
        title="PangoFT2",
        kind=Kind.LIBRARY,
        names=("libpangoft2-1.0.so.0", "libpangoft2-1.0.0.dylib", "libpangoft2-1.0.dylib"),
        debian="libpangoft2-1.0-0",
        fedora="pango",
        homebrew="pango",
    ),
    Need(
        title="GObject",
        kind=Kind.LIBRARY,
        names=("libgobject-2.0.so.0", "libgobject-2.0.0.dylib", "libgobject-2.0.dylib"),
        debian="libpango-1.0-0",
        fedora="glib2",
        homebrew="glib",
    ),
    Need(
        title="HarfBuzz",
        kind=Kind.LIBRARY,
        names=("libharfbuzz.so.0", "libharfbuzz.0.dylib"),
        debian="libharfbuzz0b",
        fedora="harfbuzz",
        homebrew="harfbuzz",
    ),
    Need(
        title="HarfBuzz-Subset",
        kind=Kind.LIBRARY,
        names=("libharfbuzz-subset.so.0", "libharfbuzz-subset.0.dylib"),
        debian="libharfbuzz-subset0",
        fedora="harfbuzz",
        homebrew="harfbuzz",
    ),
    Need(
        title="Fontconfig",
        kind=Kind.LIBRARY,
        names=("libfontconfig.so.1", "libfontconfig.1.dylib"),
        debian="libfontconfig1",
        fedora="fontconfig",
        homebrew="fontconfig",
    ),
)
# Debian and Ubuntu cut `ensurepip` out of Python; without it `python3 -m venv` fails half-way.
PYTHON_PARTS = (
    Need(
        title="Python's venv",
        kind=Kind.MODULE,
        names=("ensurepip",),
        debian=f"{PYTHON}-venv",
        fedora="python3",
        homebrew="python3",
    ),
)
CHROMIUM = Need(
    title="Chromium or Google Chrome",
    kind=Kind.PROGRAM,
    names=(
        "chromium",
        "chromium-browser",
        "google-chrome",
        "google-chrome-stable",
        "/Applications/Chromium.app/Contents/MacOS/Chromium",
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    ),
    debian="chromium",
    ubuntu="chromium-browser",
    fedora="chromium",
    homebrew="google-chrome",
    is_cask=True,
    variable="CHROMIUM",
    tried=("--version",),
    note="Ubuntu's Chromium is a snap, which containers cannot run: install Google Chrome there.",
)
# The same engine without windows. Debian alone has it as a package.
HEADLESS = Need(
    title="Chromium without windows",
    kind=Kind.PROGRAM,
    names=("chromium-headless-shell",),
    debian="chromium-headless-shell",
    fedora="",
    homebrew="",
)
PDFTOPPM = Need(
    title="pdftoppm",
    kind=Kind.PROGRAM,
    names=("pdftoppm",),
    debian="poppler-utils",
    fedora="poppler-utils",
    homebrew="poppler",
)
# The driver of Playwright is a Node.js that is linked to it on Linux.
ATOMIC = Need(
    title="libatomic",
    kind=Kind.LIBRARY,
    names=("libatomic.so.1",),
    debian="libatomic1",
    fedora="libatomic",
    homebrew="gcc",
)
# Brings pdf.js and fonts of foreign scripts for the tests: tests/package.json.
NPM = Need(
    title="npm",
    kind=Kind.PROGRAM,
    names=("npm",),
    debian="npm",
    fedora="nodejs-npm",
    homebrew="node",
)
MSGFMT = Need(
    title="msgfmt",
    kind=Kind.PROGRAM,
    names=("msgfmt",),
    debian="gettext",
    fedora="gettext",
    homebrew="gettext",
)
HUNSPELL = Need(
    title="Hunspell",
    kind=Kind.PROGRAM,
    names=("hunspell",),
    debian="hunspell",
    fedora="hunspell",
    homebrew="hunspell",
)
NORWEGIAN = Need(
    title="Hunspell's dictionary of bokmål",
    kind=Kind.DICTIONARY,
    names=("nb_NO.dic",),
    debian="hunspell-no",
    fedora="hunspell-nb",
    # Homebrew has none: LibreOffice's dictionaries do, in a folder that DICPATH names.
    homebrew="hunspell",
    variable="DICPATH",
)
DICTIONARIES = (
    "/usr/share/hunspell",
    "/usr/share/myspell",
    "/usr/share/myspell/dicts",
    "/opt/homebrew/share/hunspell",
    "~/Library/Spelling",
)
"""Where Hunspell looks, beside the folders that DICPATH names."""
_OF_TESTS = (CHROMIUM, PDFTOPPM, NPM, MSGFMT, HUNSPELL, NORWEGIAN)
_OF_LINUX = (ATOMIC,) if sys.platform == "linux" else ()
NEEDS: dict[str, tuple[Need, ...]] = {
    "site": (*PYTHON_PARTS, *LIBRARIES),
    "test": (*PYTHON_PARTS, *LIBRARIES, *_OF_TESTS, *_OF_LINUX),
}
"""What each purpose needs: `site` to build, `test` to run every test as well."""

WISHES: dict[str, tuple[Need, ...]] = {"site": (), "test": (HEADLESS,)}
"""What each purpose does without, only slower."""
