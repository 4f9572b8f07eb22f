"""An organisation's own fonts: readable, allowed to be embedded, and with the letters needed.

Opens no file. The only file of this room that imports fontTools.
"""

import hashlib
import io
from collections.abc import Iterable
from dataclasses import dataclass

from fontTools.ttLib import TTFont, TTLibError

from dreiebok.editions.locales import ALPHABETS
from dreiebok.editions.unpacking import is_bounded, names_too_many
from dreiebok.problems import Code, Location, Problem, SourceError

MAX_BYTES = 4_000_000
_RESTRICTED, _NO_SUBSETS, _BITMAPS = 0x0002, 0x0100, 0x0200
"""Bits of OS/2 fsType (OpenType 1.9.1): what a font's licence does not let a program do."""
_LATIN = "abcdefghijklmnopqrstuvwxyz"
_SIGNS = "0123456789.,:;!?()[]/%&+-–…«»“”’·"
_LATIN_SCRIPT = frozenset({"nb", "nn", "en", "sv", "da", "de", "pl", "fi", "is", "se"})
_MEDIA = {"ttf": "truetype", "otf": "opentype", "woff2": "woff2"}


@dataclass(frozen=True, slots=True)
class Face:
    """A font file that may be used: the name under which it is served, and its bytes."""

    name: str
    data: bytes

    @property
    def format(self) -> str:
        """What CSS calls the kind of file (CSS Fonts 4, 11.1)."""
        return _MEDIA[self.name.rpartition(".")[2]]


def check_face(data: bytes, file: str, role: str, locales: Iterable[str]) -> Face:
    """Return a font that texts of the locales can be set in; `role` begins its name.

    Letters of other scripts than Latin come from the fonts that come along, where it has none.
    Raises SourceError (bad-font).
    """
    if len(data) > MAX_BYTES:
        raise SourceError(
            _problem(
                f"the font is larger than {MAX_BYTES // 1_000_000} MB",
                file,
                "Readers would wait for it. Take a file with fewer scripts.",
            )
        )
    if not is_bounded(data):
        raise SourceError(
            _problem(
                "the file is no font that can be read, or unpacks to more than one has",
                file,
                "Get it anew from its maker.",
            )
        )
    try:
        with TTFont(io.BytesIO(data), lazy=True, fontNumber=0) as font:
            endless = names_too_many(font.reader["cmap"])
            letters = frozenset() if endless else frozenset(font.getBestCmap() or ())
            flags = int(font["OS/2"].fsType)
    except (TTLibError, OSError, ValueError, KeyError, AssertionError, TypeError, IndexError):
        letters, flags = frozenset(), 0
    except Exception as error:
        # Damaged tables raise whatever their decoders do (struct.error, brotli.error, …).
        if type(error).__module__.split(".")[0] not in {"struct", "zlib", "brotli", "_brotli"}:
            raise
        letters, flags = frozenset(), 0
    if not letters:
        raise SourceError(
            _problem("the file is no font that can be read", file, "Get it anew from its maker.")
        )
    if flags & (_RESTRICTED | _NO_SUBSETS | _BITMAPS):
        raise SourceError(
            _problem(
                "the font's licence does not let it be embedded in PDFs (OS/2 fsType "
                f"0x{flags:04x})",
                file,
                "Ask its maker for a licence to embed and subset, or take another font.",
            )
        )
    missing = [sign for sign in _needed(locales) if ord(sign) not in letters]
    if missing:
        raise SourceError(
            _problem(
                f"the font lacks {' '.join(missing[:12])}",
                file,
                "Take a file with all letters of the handbook's languages.",
            )
        )
    digest = hashlib.sha256(data).hexdigest()[:12]
    return Face(f"{role}-{digest}.{file.rpartition('.')[2].lower()}", data)


def _needed(locales: Iterable[str]) -> str:
    """Return the letters and signs that texts of the locales cannot do without."""
    found = dict.fromkeys(_LATIN + _LATIN.upper() + _SIGNS)
    for locale in locales:
        language = locale.partition("_")[0]
        if language in _LATIN_SCRIPT:
            alphabet = ALPHABETS.get(language, "")
            found.update(dict.fromkeys(alphabet + alphabet.upper()))
    return "".join(found)


def _problem(message: str, file: str, hint: str) -> Problem:
    return Problem(Code.BAD_FONT, message, Location(file), hint)
