"""What a locale looks like to its readers. Facts come from CLDR through Babel."""

from babel import Locale
from babel.numbers import format_decimal


def native_name(locale: str) -> str:
    """Return a locale's name in its own language: nb -> norsk bokmål."""
    found = Locale.parse(locale, sep="_")
    return str(found.get_display_name(found) or locale)


def format_number(value: float, digits: int, locale: str, *, signed: bool = False) -> str:
    """Return a number with so many decimals as a locale writes it: 2.5 -> 2,5 in nb."""
    plus = "+" if signed else ""
    zeros = "0" * digits
    pattern = f"{plus}#,##0.{zeros};-#,##0.{zeros}" if digits else f"{plus}#,##0;-#,##0"
    return format_decimal(value, format=pattern, locale=Locale.parse(locale, sep="_"))
