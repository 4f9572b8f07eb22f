"""The pseudo-locale `qps`: a translation that nobody has made, to see what cannot be translated.

Every text for readers and every word of the interface gets accents, about 40 % more letters and
⟦brackets⟧. What stands on a page without brackets did not come through a catalog; a bracket that
is missing was cut off; what overflows would do so in a language with long words. It needs no
catalog. ISO 639-2 keeps qaa to qtz for local use, and qps is what others call a pseudo-locale.
"""

import re
from collections.abc import Iterator, Mapping

from dreiebok.editions.messages import map_texts
from dreiebok.model.base import Node, Text
from dreiebok.model.handbook import Handbook
from dreiebok.sources.assembling import with_records

PSEUDO = "qps"
LONGER = 0.4
"""How many letters come to each one. English grows so much in German, Norwegian in Polish."""
OPEN, CLOSE = "⟦", "⟧"
_ACCENTED = str.maketrans(
    "ACDEGHIJKLNOPRSTUWYZacdeghijklnoprstuwyz",
    "ÀÇĐÈĜĤÌĴĶĻÑÒÞŔŠŢÙŴÝŽàçđèĝĥìĵķļñòþŕšţùŵýž",
)
"""Letters by others that look like them; all are in every face of text, fields too."""
_PIECES = re.compile(
    r"(?P<kept>\]\([^)\s]*\)"  # the target of a link
    r"|`[^`]*`"  # what is to be typed
    r"|\{[A-Za-z_]\w*\}|%\([a-z_]+\)s"  # a place to fill in
    r"|https?://\S+|[\w.]+@[\w.]+)"
    r"|[^\W\d_]+"  # a word
)
_VOWELS = frozenset("aeiouyæøåAEIOUYÆØÅ")


def pseudo(words: str) -> str:
    """Return words with accents, more letters and brackets; marks, targets and names are kept.

    Words get longer and not more of them: only so does it show where a long word has no room.
    """
    owed = 0.0

    def longer(found: re.Match[str]) -> str:
        nonlocal owed
        if found["kept"]:
            return found[0]
        out = []
        for place, letter in enumerate(found[0], 1):
            owed += LONGER
            more = int(owed) if letter in _VOWELS or place == len(found[0]) else 0
            out.append(letter + letter.lower() * more)
            owed -= more
        return "".join(out).translate(_ACCENTED)

    return f"{OPEN}{_PIECES.sub(longer, words)}{CLOSE}"


class PseudoWords(Mapping[str, str]):
    """The words of the interface: it has an answer for all, so it cannot list them."""

    def __getitem__(self, words: str) -> str:
        """Return words of the interface in the pseudo-locale."""
        return pseudo(words) if any(letter.isalpha() for letter in words) else words

    def __iter__(self) -> Iterator[str]:
        """Yield nothing."""
        return iter(())

    def __len__(self) -> int:
        """Return how many are listed."""
        return 0


def pseudo_handbook(handbook: Handbook) -> Handbook:
    """Return the handbook with every text for readers in the pseudo-locale; places are kept."""

    def change(context: str, text: Text, node: Node, key: str) -> Text:
        translatable = any(letter.isalpha() for letter in text)
        return Text(pseudo(text), text.at) if translatable else text

    return with_records(handbook, (map_texts(record, change) for record in handbook.records))
