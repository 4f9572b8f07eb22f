"""The fonts of a process: those that style sheets bring."""

import time
from functools import cache
from multiprocessing.util import Finalize
from pathlib import Path
from typing import Any

from weasyprint.text.ffi import ffi, gobject, pango
from weasyprint.text.fonts import FontConfiguration

_THREADS = Path("/proc/self/task")
"""Where Linux tells of the threads of this process; elsewhere nobody waits for them."""
_LONGEST_LOOKUP = 5.0
"""Seconds; among the fonts of a document it takes a thousandth of one."""
_made: list["Fonts"] = []
"""All that were set up in this process; each has a folder of its own for its faces."""


class NoFont(Exception):
    """The style sheets of a document bring no font that can be read."""


class Fonts(FontConfiguration):  # type: ignore[misc]
    """Fonts of a process; raises NoFont before Pango, asked for none at all, ends the process.

    Pango looks fonts up in threads of its own and does not always wait for them, while a face that
    is added meanwhile changes what these read: that ends the process too. So it is asked for none
    before all faces of a document are there, and the next ones wait for its threads.
    """

    _is_changing = True  # Until it is set up.
    _has_font = False

    def __init__(self) -> None:
        """Begin without a font."""
        super().__init__()
        self._is_changing = False

    @property
    def font_map(self) -> Any:
        """Return what Pango looks fonts up in, once a style sheet has brought one."""
        if not self._is_changing:
            self._has_font = self._has_font or _has_any_font(self._font_map)
            if not self._has_font:
                raise NoFont
        return self._font_map

    @font_map.setter
    def font_map(self, font_map: Any) -> None:
        self._font_map = font_map

    def add_font_face(self, rule_descriptors: Any, url_fetcher: Any) -> None:
        """Add a face as a style sheet names it."""
        _await_lookups()
        self._is_changing = True
        try:
            super().add_font_face(rule_descriptors, url_fetcher)
        finally:
            self._is_changing = False


def _await_lookups() -> None:
    """Wait until no thread of Pango is looking a font up.

    Before 1.51.2 it has two threads a lookup; one is waited for by whoever asks, whichever is first
    done. Later ones stand in one line, and are done when they are asked for.
    """
    ends = time.monotonic() + _LONGEST_LOOKUP
    while time.monotonic() < ends and any(map(_looks_up, _THREADS.glob("*/comm"))):
        time.sleep(0.001)


def _looks_up(name: Path) -> bool:
    try:
        return name.read_bytes().startswith(b"[pango] FcFontS")
    except OSError:  # It has just ended.
        return False


def _has_any_font(font_map: Any) -> bool:
    """Ask Pango for any font; fontconfig always answers with the nearest, if it has one."""
    context = ffi.gc(pango.pango_font_map_create_context(font_map), gobject.g_object_unref)
    wish = ffi.gc(pango.pango_font_description_new(), pango.pango_font_description_free)
    font = pango.pango_font_map_load_font(font_map, context, wish)
    if font == ffi.NULL:
        return False
    gobject.g_object_unref(font)
    return True


@cache
def fonts_for(faces: tuple[object, ...] = ()) -> Fonts:
    """Return a process's font configuration for a set of fonts, by what names these.

    Each new one costs memory and time, so documents share it. Other fonts get one of their own: it
    remembers every font that was loaded, and none may slip into another organisation's documents.
    """
    configuration = Fonts()
    if not _made:
        # A worker ends without collecting its objects.
        Finalize(None, leave_no_fonts, exitpriority=1)
    _made.append(configuration)
    return configuration


def leave_no_fonts() -> None:
    """Remove the folders to which this process has written fonts: it is about to end."""
    for configuration in _made:
        # Another thread may be about to write the next.
        for _ in range(10):
            configuration.__del__()
            if not (configuration._folder and configuration._folder.exists()):
                break
