"""What a locale looks like to its readers. Facts come from CLDR through Babel."""

from babel import Locale
from babel.numbers import format_decimal, get_minus_sign_symbol, get_plus_sign_symbol


def native_name(locale: str) -> str:
    """Return a locale's name in its own language: nb -> norsk bokmål."""
    found = Locale.parse(locale, sep="_")
    return str(found.get_display_name(found) or locale)


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
