"""The English articles a and an, by the sound that the word after them begins with."""

import re

from dreiebok.editions.agreement import Edit, word_before

_LETTERS = re.compile(r"[^\W\d_]+")
_SILENT_H = ("hour", "honest", "honour", "heir")
_LIKE_YOU = re.compile(r"(?:uni(?!n|m)|us[eaiu]|eu|ut[ei]|one\b|once|ubiq)")


def indefinite_article(text: str, start: int, new: str, capitals: bool = False) -> list[Edit]:
    """Return the edit that makes an English a or an before `start` fit the new word.

    `capitals`: the words are in capitals, so that “A” does not tell whether it begins a sentence.
    """
    found = word_before(text, start)
    if not found or found[1].lower() not in {"a", "an"} or not found[1][0].isascii():
        return []
    article = "an" if _begins_with_vowel(new) else "a"
    if found[1].isupper() and (capitals or len(found[1]) > 1):
        article = article.upper()
    elif found[1][0].isupper():
        article = article.capitalize()
    return [Edit(found.start(1), found.end(1), article)] if article != found[1] else []


def _begins_with_vowel(words: str) -> bool:
    """Tell by the sound of the first word; capitals alone are read letter by letter (an HR …)."""
    first = next(iter(_LETTERS.findall(words)), "")
    if len(first) > 1 and first.isupper():
        return first[0] in "AEFHILMNORSX"
    lower = first.lower()
    if lower.startswith(_SILENT_H):
        return True
    return lower[:1] in set("aeiou") and not _LIKE_YOU.match(lower)
