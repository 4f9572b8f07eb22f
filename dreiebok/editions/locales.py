"""What a locale looks like to its readers. Facts come from CLDR through Babel."""

import unicodedata
from datetime import date as Date

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_skeleton
from babel.numbers import format_decimal, get_minus_sign_symbol, get_plus_sign_symbol

ALPHABETS = {
    "nb": "abcdefghijklmnopqrstuvwxyzæøå",
    "nn": "abcdefghijklmnopqrstuvwxyzæøå",
    "sv": "abcdefghijklmnopqrstuvwxyzåäö",
    "pl": "aąbcćdeęfghijklłmnńoópqrsśtuvwxyzźż",
    "uk": "абвгґдеєжзиіїйклмнопрстуфхцчшщьюя",
}
"""The order of letters where it is not that of the letters without their marks (CLDR)."""
_SAME = {"nb": {"ä": "æ", "ö": "ø"}, "nn": {"ä": "æ", "ö": "ø"}}


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
    found = Locale.parse(locale, sep="_")
    pattern = f"#,##0.{'0' * digits}" if digits else "#,##0"
    # Babel writes a hyphen, whatever minus the locale has.
    minus = get_minus_sign_symbol(found) if value < 0 else ""
    plus = get_plus_sign_symbol(found) if signed and value > 0 else ""
    return minus + plus + format_decimal(abs(value), format=pattern, locale=found)


def format_day(day: Date, locale: str) -> str:
    """Return a day in words, with its weekday, as a locale writes it: torsdag 14. januar 2027."""
    return format_date(day, "full", Locale.parse(locale, sep="_"))


def format_days(days: tuple[Date, ...], locale: str) -> str:
    """Return days in a list, without weekday and year: 12. januar, 13. januar."""
    found = Locale.parse(locale, sep="_")
    return ", ".join(format_skeleton("MMMMd", day, locale=found) for day in days)
