"""What a locale looks like to its readers. Facts come from CLDR through Babel."""

import re
import unicodedata

from babel import Locale, UnknownLocaleError
from babel.numbers import format_decimal, get_minus_sign_symbol, get_plus_sign_symbol

ALPHABETS = {
    "nb": "abcdefghijklmnopqrstuvwxyzæøå",
    "nn": "abcdefghijklmnopqrstuvwxyzæøå",
    "sv": "abcdefghijklmnopqrstuvwxyzåäö",
    "pl": "aąbcćdeęfghijklłmnńoópqrsśtuvwxyzźż",
    "uk": "абвгґдеєжзиіїйклмнопрстуфхцчшщьюя",
}
"""The order of letters where it is not that of the letters without their marks (CLDR)."""
RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ur"})
"""Languages that are written from right to left."""


def direction_of(locale: str) -> str:
    """Return the way a locale is written: ltr or rtl."""
    return "rtl" if locale.partition("_")[0] in RIGHT_TO_LEFT else "ltr"


def name_in(locale: str, shown: str) -> str:
    """Return a locale's name in another language: pl in nb -> polsk."""
    try:
        return str(Locale.parse(locale, sep="_").get_display_name(shown) or locale)
    except (UnknownLocaleError, ValueError):
        return locale


WRITTEN_LIKE = "nb"
"""How numbers are written in a locale that CLDR does not know, such as the pseudo-locale."""
_LOCALE = re.compile(r"[a-z]{2,3}(_[A-Z][a-z]{3})?(_(?:[A-Z]{2}|[0-9]{3}))?")
_SAME = {"nb": {"ä": "æ", "ö": "ø"}, "nn": {"ä": "æ", "ö": "ø"}}


def is_locale(name: str) -> bool:
    """Tell whether a name is written as that of a locale: sv, pt_BR, zh_Hant_TW."""
    return _LOCALE.fullmatch(name) is not None


def native_name(locale: str) -> str:
    """Return a locale's name in its own language: nb -> norsk bokmål."""
    try:
        found = Locale.parse(locale, sep="_")
    except (UnknownLocaleError, ValueError):
        return locale
    return str(found.get_display_name(found) or locale)


def sort_key(word: str, locale: str) -> tuple[tuple[int, str], ...]:
    """Return what sorts words as the dictionaries of a locale do: ø after z in nb, ą after a in pl.

    A letter that the alphabet lacks stands where it would without its marks.
    """
    language = locale.partition("_")[0]
    places = {letter: number for number, letter in enumerate(ALPHABETS.get(language, ""))}
    same = _SAME.get(language, {})
    key = []
    for letter in unicodedata.normalize("NFC", word.casefold()):
        found = same.get(letter, letter)
        if found not in places:
            found = unicodedata.normalize("NFD", found)[0]
        # Words first, then letter by letter; signs and spaces come before letters.
        key.append((places.get(found, ord(found) + 1000 if found.isalpha() else -1), found))
    return tuple(key)


def format_number(value: float, digits: int, locale: str, *, signed: bool = False) -> str:
    """Return a number with so many decimals as a locale writes it: 2.5 -> 2,5 in nb.

    `signed` gives a number above nothing its plus.
    """
    try:
        found = Locale.parse(locale, sep="_")
    except (UnknownLocaleError, ValueError):
        found = Locale.parse(WRITTEN_LIKE)
    pattern = f"#,##0.{'0' * digits}" if digits else "#,##0"
    # Babel writes a hyphen, whatever minus the locale has.
    minus = get_minus_sign_symbol(found) if value < 0 else ""
    plus = get_plus_sign_symbol(found) if signed and value > 0 else ""
    return minus + plus + format_decimal(abs(value), format=pattern, locale=found)
