"""How wide words are in Noto Sans, so that boxes can grow with their text and lines be broken."""

_THOUSANDTHS = {
    250: " ijl’'", 300: "!,.:;J`()", 350: "-[]If“”t", 400: "/\\{}\"?r", 475: "cszvy_«»–",
    550: "FLkx*ESTa|åä$+0123456789<=>XYZ^e~éèê", 620: "PVoøóòôöCKRbdghnpquü#ABÅÄ",
    750: "&DGUÜHNOQwØÖ½…", 900: "%æÆ@MmW—",
}  # fmt: skip
"""Advance widths in thousandths of the type size, rounded up, for the letters they hold for."""
_WIDTHS = {letter: width for width, letters in _THOUSANDTHS.items() for letter in letters}
_OTHER = 700
"""A letter that the table does not know is taken to be wide: a box too large is no harm."""
_BOLD = 1.07


def text_width(words: str, size: float, *, bold: bool = False) -> float:
    """Return the width of words at a type size, never less than it will be."""
    total = sum(_WIDTHS.get(letter, _OTHER) for letter in words)
    return total * size / 1000 * (_BOLD if bold else 1)


def wrap(words: str, size: float, room: float, *, bold: bool = False) -> tuple[str, ...]:
    """Return a text in lines for a room; a word wider than it is broken with a hyphen."""
    lines: list[str] = []
    line = ""
    for word in words.split():
        longer = f"{line} {word}".strip()
        if text_width(longer, size, bold=bold) <= room:
            line = longer
            continue
        if line:
            lines.append(line)
        while text_width(word, size, bold=bold) > room and len(word) > 2:
            cut = max(
                (n for n in range(1, len(word))
                 if text_width(f"{word[:n]}-", size, bold=bold) <= room),
                default=1,
            )  # fmt: skip
            lines.append(f"{word[:cut]}-")
            word = word[cut:]
        line = word
    if line:
        lines.append(line)
    return tuple(lines)
