"""How wide words are in Noto Sans, so that boxes can grow with their text and lines be broken."""

_THOUSANDTHS = {
    225: "’‘",
    275: " '",
    300: "!,.:;·",
    325: "-ijlí",
    350: "()J[]",
    375: "`",
    400: "If{}",
    425: "/\\",
    450: "_t“”",
    475: '"r',
    500: "?sz–",
    525: "cç§",
    550: "F",
    575: "$*+0123456789<=>ELS^vy|~É",
    600: "TZexéèêë",
    625: "Yakoøåóòôöäá«»",
    650: "#CPVbdgpq",
    675: "BKRXhnuüúñ",
    700: "AÅÄ",
    750: "&DG",
    775: "HUÜ",
    800: "OQØÖ",
    825: "N",
    875: "w…½",
    900: "@",
    925: "%æ",
    950: "M",
    975: "WÆ",
    1000: "m—",
}
"""Letters by the advance width of their wider face, regular or bold, in thousandths of the size."""
_WIDTHS = {letter: width for width, letters in _THOUSANDTHS.items() for letter in letters}
_OTHER = 700
"""A letter that the table does not know is taken to be wide: a box too large is no harm."""

REST = 3
"""Fewer letters of a broken word never stand on a line by themselves."""


def text_width(words: str, size: float) -> float:
    """Return the width of words at a type size, never less than it will be."""
    total = sum(_WIDTHS.get(letter, _OTHER) for letter in words)
    return total * size / 1000


def wrap(words: str, size: float, room: float) -> tuple[str, ...]:
    """Return a text in lines for a room; a word wider than it is broken with a hyphen."""
    lines: list[str] = []
    line = ""
    for word in words.split():
        longer = f"{line} {word}".strip()
        if text_width(longer, size) <= room:
            line = longer
            continue
        if line:
            lines.append(line)
        while text_width(word, size) > room and len(word) > 2:
            cut = max(
                (n for n in range(1, len(word) - (REST - 1 if len(word) > 2 * REST else 0))
                 if text_width(f"{word[:n]}-", size) <= room),
                default=1,
            )  # fmt: skip
            lines.append(f"{word[:cut]}-")
            word = word[cut:]
        line = word
    if line:
        lines.append(line)
    return tuple(lines)
