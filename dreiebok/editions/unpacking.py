"""What a font would unpack to, before anything unpacks it: four megabytes can become gigabytes.

WOFF (W3C, 1.0) packs each table, WOFF2 (W3C, 2.0) all in one. And a table of letters (`cmap`,
OpenType 1.9.1) can name ranges that overlap without end. Opens no file. Alone imports brotli.
"""

import struct
import zlib
from collections.abc import Iterator

import brotli

MAX_UNPACKED = 40_000_000
"""Bytes. The largest fonts there are, of all signs of East Asia, have half of it."""
MAX_LETTERS = 2_000_000
"""Letters and ranges of a table, doubles counted; Unicode has room for half as many letters."""
_WOFF, _WOFF2, _COLLECTION = b"wOFF", b"wOF2", b"ttcf"


def is_bounded(font: bytes) -> bool:
    """Tell whether a font unpacks to a size that one can have; of damaged ones, say no."""
    try:
        if font[:4] == _WOFF:
            return _unpacked(font) <= MAX_UNPACKED
        return font[:4] != _WOFF2 or _unpacked2(font)
    except (struct.error, zlib.error, brotli.error, IndexError):
        return False


def names_too_many(cmap: bytes) -> bool:
    """Tell whether a font's table of letters names more of them than there are."""
    total = 0
    try:
        for letters in _named(cmap):
            # A range takes time too, and overlapping tables of four megabytes can have billions.
            total += 1 + letters
            if total > MAX_LETTERS:
                return True
    except struct.error:
        return True
    return False


def _unpacked(font: bytes) -> int:
    """Return the size of all tables of a WOFF file, counted up to the most."""
    (count,) = struct.unpack_from(">H", font, 12)
    total = 0
    for number in range(count):
        _, start, packed, plain, _ = struct.unpack_from(">4s4L", font, 44 + 20 * number)
        if packed < plain:
            inflate = zlib.decompressobj()
            plain = len(inflate.decompress(font[start : start + packed], MAX_UNPACKED + 1))
        total += plain
        if total > MAX_UNPACKED:
            break
    return total


def _unpacked2(font: bytes) -> bool:
    """Tell whether the one stream of a WOFF2 file unpacks to a size that one can have."""
    flavour, _, count = struct.unpack_from(">4sLH", font, 4)
    (packed,) = struct.unpack_from(">L", font, 20)
    if flavour == _COLLECTION:
        return False
    at = 48
    for _ in range(count):
        flags = font[at]
        tag = flags & 0x3F
        at += 5 if tag == 0x3F else 1
        at = _behind_number(font, at)
        # Two tables, glyf (10) and loca (11), are changed unless their version is 3; others if it
        # is not 0 (5.1).
        if (flags >> 6 != 3) if tag in {10, 11} else flags >> 6:
            at = _behind_number(font, at)
    stream = brotli.Decompressor()
    made = stream.process(font[at : at + packed], output_buffer_limit=MAX_UNPACKED + 1)
    return len(made) <= MAX_UNPACKED and bool(stream.is_finished())


def _behind_number(font: bytes, at: int) -> int:
    """Return where a UIntBase128 ends: each byte but the last has its highest bit set."""
    while font[at] & 0x80:
        at += 1
    return at + 1


def _named(cmap: bytes) -> Iterator[int]:
    """Yield how many letters each range of each table of letters names."""
    (tables,) = struct.unpack_from(">H", cmap, 2)
    starts = {struct.unpack_from(">L", cmap, 8 + 8 * n)[0] for n in range(tables)}
    for start in starts:
        (form,) = struct.unpack_from(">H", cmap, start)
        if form == 4:
            (double,) = struct.unpack_from(">H", cmap, start + 6)
            for n in range(0, double, 2):
                (last,) = struct.unpack_from(">H", cmap, start + 14 + n)
                (first,) = struct.unpack_from(">H", cmap, start + 16 + double + n)
                yield max(0, last - first + 1)
        elif form == 10:
            yield struct.unpack_from(">L", cmap, start + 16)[0]
        elif form in {12, 13}:
            (groups,) = struct.unpack_from(">L", cmap, start + 12)
            for n in range(groups):
                first, last = struct.unpack_from(">LL", cmap, start + 16 + 12 * n)
                yield max(0, last - first + 1)
