"""Slips in one translation: what makes a page look broken or careless, whoever judges the words.

Each check has a name, which its problem says and with which a translator silences it, and yields
what it has found and what to do. The checks of pofilter (Translate Toolkit) were the model.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from dreiebok.inline import links, to_plain

MORE = 1.3
"""Where room is short, a translation may be so much longer than its source all the same."""
SAME_WORDS = 4
"""From so many words on, a text that was left as it stood is hardly a translation."""
ALIKE = ({"nb", "nn", "no"},)
"""Languages in which a whole sentence can be the same."""
QUOTES = {
    "ar": "«»“”‹›", "da": "»«„“”’", "de": "„“‚‘»«›‹", "en": "‘’“”", "es": "«»“”‘’", "fi": "”’»",
    "fr": "«»“”‹›", "nb": "«»‘’", "nn": "«»‘’", "pl": "„”«»", "sv": "”’»", "uk": "«»„“",
}  # fmt: skip
"""The quotation marks that a language uses, within others too (CLDR, and its style guides)."""
_ANY_QUOTE = re.compile(r"[«»‹›„“”‚‘\"]")
PLACEHOLDER = re.compile(r"\{[a-z_]*\}|%\([a-z_]+\)s")
"""A word that the program replaces."""
_MARK = re.compile(r"\*\*|\*|`")
_HTML = re.compile(r"</?[A-Za-z][^<>]*>|<!--|&(?:[A-Za-z]+|#\d+);")
_TWICE = re.compile(r"\b([^\W\d_]+)[ \u00a0]+\1\b", re.IGNORECASE)
_SIGNS = {
    ".": ".", "。": ".", "۔": ".", "?": "?", "？": "?", "؟": "?", "!": "!", "！": "!",
    ":": ":", "：": ":", "…": "…",
}  # fmt: skip
"""What ends a sentence, whatever the script."""
_CLOSING = "\"'”“’»«›)]*_` \u00a0\u200e\u200f"
_NUMBER = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Pair:
    """A text and its translation; `limit` is how many characters there is room for."""

    source: str
    target: str
    locale: str
    source_locale: str
    limit: int | None = None


Slips = Iterator[tuple[str, str]]
"""What was found, and what to do."""


def placeholders(pair: Pair) -> Slips:
    """Words in braces are replaced by the program: {count}."""
    wanted, found = (sorted(PLACEHOLDER.findall(text)) for text in (pair.source, pair.target))
    if wanted != found:
        yield "placeholders differ", f"Keep {' '.join(wanted) or 'none'} as in the source."


def targets(pair: Pair) -> Slips:
    """A link leads to the same place in every language."""
    if sorted(links(pair.source)) != sorted(links(pair.target)):
        yield "links differ", "Keep the part in brackets after the words: ](#id)."


def marks(pair: Pair) -> Slips:
    """A language may put the stress elsewhere, but marks come in pairs."""
    source, target = pair.source, pair.target
    if any(target.count(mark) % 2 != source.count(mark) % 2 for mark in set(_MARK.findall(target))):
        yield "a mark is not closed", "Marks such as *…* and **…** come in pairs."


def html(pair: Pair) -> Slips:
    """A text is no HTML: `<` is a character, and readers would see the tag."""
    new = set(_HTML.findall(pair.target)) - set(_HTML.findall(pair.source))
    if new:
        yield f"“{min(new)}” looks like HTML", "Readers would see it as it stands; take it out."


def spaces(pair: Pair) -> Slips:
    """Spaces stand at the ends where the source has them, and alone."""
    source, target = pair.source, pair.target
    ends = [(text[:1].isspace(), text[-1:].isspace()) for text in (source, target)]
    if ends[0] != ends[1]:
        yield "space at the beginning or end differs", "Keep it as in the source."
    if "  " in target and "  " not in source:
        yield "two spaces in a row", "Take one out."


def lines(pair: Pair) -> Slips:
    """A text of one line is one line."""
    if "\n" in pair.target and "\n" not in pair.source:
        yield "a line break that the source lacks", "Write it on one line."


def length(pair: Pair) -> Slips:
    """Cards, menus and boxes have only so much room."""
    if pair.limit and len(pair.target) > max(pair.limit, len(pair.source) * MORE):
        what = f"{len(pair.target)} characters, and there is room for {pair.limit}"
        yield what, "Write it shorter."


def ending(pair: Pair) -> Slips:
    """A sentence ends as its source: with a stop, a question mark, a colon, or nothing."""
    # A word or two may be an abbreviation here and none there: kl.
    if len(pair.source.split()) < 3:
        return
    wanted, found = _end(pair.source), _end(pair.target)
    if wanted != found:
        what = f"it ends with {_named(found)}, the source with {_named(wanted)}"
        yield what, "End it as the source does."


def numbers(pair: Pair) -> Slips:
    """Numbers are facts; a language may change their place and their digits only."""
    wanted, found = (Counter(_numbers(text)) for text in (pair.source, pair.target))
    if wanted != found:
        lost, new = (" ".join((a - b).elements()) for a, b in ((wanted, found), (found, wanted)))
        told = "; ".join(
            part for part in (lost and f"not here: {lost}", new and f"only here: {new}") if part
        )
        yield f"numbers differ ({told})", "Keep the numbers of the source."


def doubled(pair: Pair) -> Slips:
    """The same word twice in a row is nearly always a slip of the hand."""
    found = _TWICE.search(to_plain(pair.target))
    if found and not _TWICE.search(to_plain(pair.source)):
        yield f"“{found[0]}” twice in a row", "Take one out."


def untranslated(pair: Pair) -> Slips:
    """A whole sentence that stands as it stood."""
    languages = {pair.locale.partition("_")[0], pair.source_locale.partition("_")[0]}
    if any(languages <= alike for alike in ALIKE) or pair.source != pair.target:
        return
    words = [word for word in pair.source.split() if any(letter.isalpha() for letter in word)]
    if len(words) >= SAME_WORDS:
        yield "it is the same as the source", "Translate it, or leave it empty."


def quotes(pair: Pair) -> Slips:
    """Each language has its own quotation marks."""
    allowed = QUOTES.get(pair.locale.partition("_")[0])
    if allowed is None:
        return
    wrong = [sign for sign in _ANY_QUOTE.findall(pair.target) if sign not in allowed]
    # A straight mark of the source, such as one that stands for inches, may stay.
    if wrong and not (set(wrong) == {'"'} and '"' in pair.source):
        yield f"quotation marks {' '.join(sorted(set(wrong)))}", f"Use {' '.join(allowed)}."


CHECKS: dict[str, Callable[[Pair], Slips]] = {
    "placeholders": placeholders, "links": targets, "marks": marks, "html": html,
    "spaces": spaces, "lines": lines, "length": length, "ending": ending, "numbers": numbers,
    "doubled": doubled, "untranslated": untranslated, "quotes": quotes,
}  # fmt: skip
"""Every check of one translation by its name."""


def _end(text: str) -> str:
    """Return the sign that ends a sentence, "" for none."""
    bare = to_plain(text).replace("...", "…").rstrip(_CLOSING)
    return _SIGNS.get(bare[-1:], "")


def _named(sign: str) -> str:
    return f"“{sign}”" if sign else "no sign"


def _numbers(text: str) -> Iterator[str]:
    """Yield the numbers of a text in Western digits; those of links' targets are no words."""
    for found in _NUMBER.findall(PLACEHOLDER.sub("", to_plain(text))):
        yield "".join(str(unicodedata.decimal(sign)) for sign in found)
