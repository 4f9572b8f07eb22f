"""What a form is in its sentence: singular or plural, the noun or a verb that looks like it.

By closed lists of the words around; where they do not tell, the answer is None, not a guess.
"""

import re

from dreiebok.editions.agreement import (
    ADJECTIVES,
    ARTICLES,
    DEMONSTRATIVES,
    SAME_IN_ALL,
    WORD_AFTER,
    word_before,
    word_set,
)

_NUMBERS = word_set(
    "to tre fire fem seks sju åtte ni ti flere fleire mange alle noen nokre disse desse få begge "
    "mine dine sine våre de dei andre nye gode store små"
)


def is_plural_here(text: str, start: int) -> bool:
    """Tell whether a form that is singular and plural alike is plural, by the word before it."""
    found = word_before(text, start)
    return bool(re.search(r"\d\s+[*_\[«]{0,3}$", text[:start])) or bool(
        found and found[1].lower() in _NUMBERS
    )


_NOUN_AFTER = word_set(
    "av i på til for med om hos fra frå mellom mot uten utan ved etter før under over blant "
    "per er var vært vore være vere bli blir ble blitt vart blei"
)
_VERB_AFTER = word_set(
    "jeg eg du han hun ho vi dere de dei hvem kven å vil kan skal må hvordan korleis slik"
)
_ALONE = word_set("ingen hver noen den det én kvar nokon éin")
"""Words that stand before a noun and alone: «hvis ingen bruker svaret»."""
_VERB_BEFORE = word_set(
    "jeg eg du han hun ho vi dere dei seg en ei et den det denne dette sin si sitt sine ordet ord "
    "møtet møtene hverandre oppgaven"
)


def is_noun_here(text: str, start: int, end: int, locale: str) -> bool | None:
    """Tell whether a form that may be a verb is the noun, by the words around; None: unknown."""
    found = word_before(text, start)
    after = WORD_AFTER.match(text, end)
    verb = after is not None and after[1].lower() in _VERB_BEFORE
    if not found:
        # A heading or a field that is the word alone, or with what is joined to it.
        joined = not after or after[1].lower() in _NOUN_AFTER | {"og", "eller"}
        if joined and not re.search(r"\w", text[:start]):
            return True
        return False if verb else None
    word = found[1].lower()
    before = word_before(text, found.start(1))
    if word in _VERB_AFTER:
        # «Er du leder?» asks what you are.
        return bool(before and before[1].lower() in {"er", "var", "blir", "blei", "vart"})
    if word in _ALONE and after and (verb or re.fullmatch(r".{2,}(?:en|et|a|ene)", after[1])):
        return False
    tables = (ARTICLES[locale], DEMONSTRATIVES[locale], ADJECTIVES[locale])
    known = word in _NOUN_AFTER or any(word in table for table in tables)
    if known:
        return True
    if word in {"og", "eller"} and not re.search(r"\w", text[end:]):
        return True
    if before and before[1].lower() in ARTICLES[locale] and SAME_IN_ALL.fullmatch(word):
        return True
    # A superlative, a genitive, an adjective: nærmeste, kontorets, frivillig.
    if not verb and re.fullmatch(r".{2,}(?:(?<!tjen)este|s|ig|sk)", word):
        return True
    # What is definite before it is who does it: gruppa leder seg selv.
    if verb or re.fullmatch(r".{3,}(?:en|a)", word):
        return False
    if word == "som" and before and before[1].lower() in {"den", "de", "dem", "hvem"}:
        return False
    if word == "som" and before and before[1].lower() == "deg" and after:
        return False
    return None
