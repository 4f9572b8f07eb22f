"""What a locale looks like to its readers. Facts come from CLDR through Babel.

Digits are 0 to 9 in every locale. Page numbers, codes of cards, fields that are filled in and the
clock are the same in all languages of a group, and an Arabic reader in Norway meets these digits
everywhere; two kinds on one sheet would only be in the way.
"""

import re
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date as Date
from datetime import time
from functools import lru_cache

from babel import Locale, UnknownLocaleError, localedata
from babel.dates import format_date, format_skeleton
from babel.lists import format_list
from babel.messages.plurals import get_plural
from babel.numbers import (
    format_decimal,
    format_percent,
    get_minus_sign_symbol,
    get_plus_sign_symbol,
)
from babel.units import format_unit

from dreiebok.editions.plurals import Plurals

ALPHABETS = {
    "nb": "abcdefghijklmnopqrstuvwxyzæøå",
    "nn": "abcdefghijklmnopqrstuvwxyzæøå",
    "da": "abcdefghijklmnopqrstuvwxyzæøå",
    "sv": "abcdefghijklmnopqrstuvwxyzåäö",
    "pl": "aąbcćdeęfghijklłmnńoópqrsśtuvwxyzźż",
    "uk": "абвгґдеєжзиіїйклмнопрстуфхцчшщьюя",
}
"""The order of letters where it is not that of the letters without their marks (CLDR).

Tests compare them with ICU. Our own, since no library would do: pyuca has no order but that of
Unicode, in which å is an a, icu4py no collator, and PyICU no wheels.
"""
_LOCALE = re.compile(r"[a-z]{2,3}(_[A-Z][a-z]{3})?(_(?:[A-Z]{2}|[0-9]{3}))?")
_SAME = {name: {"ä": "æ", "ö": "ø"} for name in ("nb", "nn", "da")}


def is_locale(name: str) -> bool:
    """Tell whether a name is written as that of a locale: sv, pt_BR, zh_Hant_TW."""
    return _LOCALE.fullmatch(name) is not None


def let_go() -> None:
    """Let go of what was read of CLDR, a megabyte a locale; it is read anew where it is needed.

    Babel has no way to say so.
    """
    with localedata._cache_lock:
        localedata._cache.clear()


@contextmanager
def _in_passing() -> Iterator[None]:
    """Let go of what is read of CLDR meanwhile: it is about a language that is not being made."""
    known = dict(localedata._cache)
    try:
        yield
    finally:
        with localedata._cache_lock:
            localedata._cache.clear()
            localedata._cache.update(known)


@lru_cache(256)
def name_in(locale: str, shown: str) -> str:
    """Return a locale's name in another language: pl in nb -> polsk."""
    try:
        with _in_passing():
            return str(Locale.parse(locale, sep="_").get_display_name(shown) or locale)
    except (UnknownLocaleError, ValueError):
        return locale


def native_name(locale: str) -> str:
    """Return a locale's name in its own language: nb -> norsk bokmål."""
    return name_in(locale, locale)


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
    # Words that differ in marks or capitals alone: plain letters first, small ones first.
    key.append((-2, word if language == "da" else word.swapcase()))
    return tuple(key)


@lru_cache(256)
def plurals_of(locale: str) -> Plurals:
    """Return the plural forms of a locale, as gettext has them."""
    found = get_plural(_locale(locale))
    return Plurals(found.num_plurals, found.plural_expr)


@lru_cache(256)
def direction_of(locale: str) -> str:
    """Return ltr or rtl: the way the locale is written."""
    return str(_locale(locale).text_direction)


def list_separators(count: int, locale: str) -> tuple[str, ...]:
    r"""Return what stands before each of so many things in a list, nothing before the first.

    >>> list_separators(3, "nb")
    ('', ', ', ' og\xa0')
    """
    marks = [chr(0xE000 + number) for number in range(count)]
    # American English has a comma before “and”; our English is British.
    written = format_list(marks, locale=_locale("en_GB" if locale == "en" else locale))
    ends = [written.index(mark) for mark in marks]
    between = (written[before + 1 : end] for before, end in zip((-1, *ends), ends, strict=False))
    # A word such as “og” goes with what follows; Polish leaves no “i” at the end of a line.
    return tuple(
        f"{part[:-1]}\N{NO-BREAK SPACE}" if part.endswith(" ") and part.strip().isalpha() else part
        for part in between
    )


@lru_cache(1024)  # A handbook says the same few lengths thousands of times.
def format_minutes(minutes: int, locale: str) -> str:
    """Return a length of time, short: 90 min, in Ukrainian 90 хв."""
    return format_unit(minutes, "duration-minute", "short", locale=_locale(locale))


def format_bytes(size: int, locale: str) -> str:
    """Return the size of a file in kB or MB, with 1000 bytes to the kB: 1,2 MB in nb."""
    kilobytes = max(1, round(size / 1000))
    found = _locale(locale)
    if kilobytes < 1000:
        return format_unit(kilobytes, "digital-kilobyte", "short", locale=found)
    megabytes = kilobytes / 1000
    return format_unit(megabytes, "digital-megabyte", "short", "#,##0.0", locale=found)


def format_clock(minutes: int, locale: str) -> str:
    """Return a time of day, by minutes from midnight, of 24 hours: 14.05 in nb, 14:05 in en."""
    written = format_skeleton("Hm", time(*divmod(minutes % (24 * 60), 60)), locale=_locale(locale))
    # Språkrådet writes a period where CLDR has a colon.
    return written.replace(":", ".") if locale.partition("_")[0] in {"nb", "nn"} else written


def per_cent(part: int, whole: int) -> int:
    """Return a share in per cent, never rounded up to all; all of nothing is 100."""
    return 100 * part // whole if whole else 100


def format_share(per_cent: int, locale: str) -> str:
    """Return a share with the locale's sign: 97 % in nb, 97% in en."""
    return format_percent(per_cent / 100, locale=_locale(locale))


def _locale(name: str) -> Locale:
    """Return a locale as CLDR knows it; one that it does not know, such as qps, is as English."""
    try:
        return Locale.parse(name, sep="_")
    except (UnknownLocaleError, ValueError):
        return Locale("en", "GB")


def format_number(value: float, digits: int, locale: str, *, signed: bool = False) -> str:
    """Return a number with so many decimals as a locale writes it: 2.5 -> 2,5 in nb.

    `signed` gives a number above nothing its plus.
    """
    found = _locale(locale)
    pattern = f"#,##0.{'0' * digits}" if digits else "#,##0"
    # Babel writes a hyphen, whatever minus the locale has.
    minus = get_minus_sign_symbol(found) if value < 0 else ""
    plus = get_plus_sign_symbol(found) if signed and value > 0 else ""
    return minus + plus + format_decimal(abs(value), format=pattern, locale=found)


def format_day(day: Date, locale: str) -> str:
    """Return a day in words, with its weekday, as a locale writes it: torsdag 14. januar 2027."""
    return format_date(day, "full", _locale(locale))


def format_date_in_words(day: Date, locale: str) -> str:
    """Return a date as a locale writes it in a text: 14. januar 2027."""
    return format_date(day, "long", _locale(locale))


def format_days(days: tuple[Date, ...], locale: str) -> str:
    """Return days in a list, without weekday and year: 12. januar, 13. januar."""
    found = _locale(locale)
    return ", ".join(format_skeleton("MMMMd", day, locale=found) for day in days)
