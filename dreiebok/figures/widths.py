"""How wide words are in Noto Sans, so that boxes can grow with their text and lines be broken."""

import re
from unicodedata import category, east_asian_width

_THOUSANDTHS = {
    225: "¸‘’‛",
    275: " '\xa0",
    300: "!,.:;¡·‚",
    325: "-ijlìíîïĩīĭįıĵĺļľłіїј‐‑′",
    350: "()J[]ĴЈ",
    375: "`´ŀ‹›",
    400: "If{}ª²³¹ºÌÍÎÏĨĪĬĮİſІЇ•",
    425: "/\\",
    450: "_t°ţťŧț“”",
    475: '"rŕŗř',
    500: "?sz¯¿śŝşšźżžșгѓѕ–",
    525: "c§çćĉċčсэєґ„†‡″",
    550: "F",
    575: "$*+0123456789<=>ELS^vy|~¢£¤¥¦¬±ÈÉÊË×÷ýÿĒĔĖĘĚĹĻĽĿŁŚŜŞŠŷȘЀЁЃЅГЕзтуў‒€",
    600: "TZexèéêëēĕėęěŢŤŦŹŻŽȚТехяѐёҐ",
    625: "Yako¨«»ÝàáâãäåðòóôõöøāăąĳķĸōŏőŶŸабкоьќ",
    650: "#CPVbdgpqÇÞþĆĈĊČďđĝğġģБЗРСЬвлр",
    675: "BKRXhnuµ¶ñùúûüĥħĶńņňŋŔŖŘũūŭůűųЌЎВКУХЭЯднпчђћџ",
    700: "AÀÁÂÃÄÅĀĂĄЄАц",
    725: "ßĲийъѝ",
    750: "&DGÐĎĐĜĞĠĢЏЛПЧЪ",
    775: "HUÙÚÛÜĤĦŉŨŪŬŮŰŲДНẞ™",
    800: "OQÒÓÔÕÖØŌŎŐОЦ",
    825: "NÑŃŅŇŊЂЋЍИЙф",
    850: "©®¼¾мы",
    875: "w½ŵФж…",
    900: "@юљњ",
    925: "%æЫ",
    950: "MЖМ",
    975: "WÆŒŴш",
    1000: "mœЉщ—―",
    1025: "Њ",
    1050: "№",
    1075: "Ю",
    1100: "Ш",
    1125: "Щ",
    1300: "‰",
}
"""Letters by the advance width of their wider face, regular or bold, in thousandths of the size.

Made once from the fonts with fontTools, rounded up to the next 25; a test holds it to the fonts.
"""
WIDTHS = {letter: width for width, letters in _THOUSANDTHS.items() for letter in letters}
_OTHER = 750
"""A letter that the table does not know is taken to be wide: a box too large is no harm.

It is more than the mean of Arabic letters standing alone, and joined ones are narrower.
"""
_FULL = 1000
"""Chinese, Japanese and Korean characters and emoji fill a square."""
SOFT_HYPHEN = "\N{SOFT HYPHEN}"
_VOWELS = frozenset("aeiouyæøåäöüáàâéèêëíîïóòôúùûýаеєиіїоуюяёыэ")
_WIDE = "\u1100-\u11ff\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uff60"
_PIECE = re.compile(rf"[{_WIDE}]|[^{_WIDE}/\-–\u00ad\u200b]*[/\-–\u00ad\u200b]?")


def text_width(words: str, size: float) -> float:
    """Return the width of words at a type size, never less than it will be in Noto Sans."""
    return sum(_letter_width(letter) for letter in words) * size / 1000


def wrap(words: str, size: float, room: float) -> tuple[str, ...]:
    """Return a text in lines for a room, as even in length as the same number of lines allows.

    Lines break at spaces, after a hyphen or a slash, at soft hyphens and between characters of a
    script without spaces. What is still too wide is broken anywhere, as the last way out.
    """
    pieces = _pieces(words, size, room)
    lines = _fill(pieces, size, room)
    longest = max((text_width(_shown(piece), size) for piece, _ in pieces), default=0.0)
    narrower = max(longest, text_width(" ".join(lines), size) / max(1, len(lines)))
    while narrower < room:
        even = _fill(pieces, size, narrower)
        if len(even) == len(lines):
            return even
        narrower += size / 4
    return lines


def longest_word(words: str, size: float) -> float:
    """Return the width of the longest part of a text that has no place to break."""
    return max((text_width(_shown(part), size) for part, _ in _split(words)), default=0.0)


def fits_unbroken(words: str, size: float, room: float) -> bool:
    """Tell whether no word of a text has to be broken where it has no place to break."""
    return longest_word(words, size) <= room


def _letter_width(letter: str) -> int:
    if letter in WIDTHS:
        return WIDTHS[letter]
    if category(letter) in {"Mn", "Me", "Cf"}:
        return 0
    return _FULL if east_asian_width(letter) in {"W", "F"} else _OTHER


def _split(words: str) -> list[tuple[str, bool]]:
    """Return the pieces of a text, each with whether a space stands before it."""
    return [
        (part, first)
        for word in words.split()
        for part, first in _marked_first(_PIECE.findall(word.rstrip(SOFT_HYPHEN)))
    ]


def _marked_first(parts: list[str]) -> list[tuple[str, bool]]:
    kept = [part for part in parts if part]
    return [(part, n == 0) for n, part in enumerate(kept)]


def _pieces(words: str, size: float, room: float) -> list[tuple[str, bool]]:
    """Return the pieces of a text, those wider than the room cut to it."""
    found = []
    for piece, spaced in _split(words):
        rest = piece
        while text_width(_shown(rest), size) > room and len(rest) > 2:
            cut = max(
                (n for n in range(1, len(rest)) if text_width(rest[:n] + "-", size) <= room),
                default=1,
            )
            # Three letters or more go to the next line: one alone looks like a slip.
            cut = _before_a_syllable(rest, max(1, min(cut, len(rest) - 3)))
            # A hyphen suits Latin, Greek and Cyrillic words; others are only cut.
            hyphen = SOFT_HYPHEN if all(a.isalpha() and a in WIDTHS for a in rest[:cut]) else ""
            found.append((rest[:cut] + hyphen, spaced))
            rest, spaced = rest[cut:], False
        found.append((rest, spaced))
    return found


def _before_a_syllable(word: str, cut: int) -> int:
    """Return a cut up to three letters earlier, if there a consonant begins and a vowel follows."""
    for n in range(cut, max(2, cut - 4), -1):
        if word[n].lower() not in _VOWELS and word[n + 1].lower() in _VOWELS:
            return n
    return cut


def _fill(pieces: list[tuple[str, bool]], size: float, room: float) -> tuple[str, ...]:
    lines: list[str] = []
    line = ""
    for piece, spaced in pieces:
        longer = f"{line} {piece}" if spaced and line else line + piece
        if line and text_width(_shown(longer), size) > room:
            lines.append(_shown(line))
            line = piece
        else:
            line = longer
    if line:
        lines.append(_shown(line))
    return tuple(lines)


def _shown(line: str) -> str:
    """Return a line with a soft hyphen at its end made visible and the others gone."""
    end = "-" if line.endswith(SOFT_HYPHEN) else ""
    return line.replace(SOFT_HYPHEN, "").replace("\u200b", "") + end
