"""What a locale looks like to its readers. Facts come from CLDR through Babel."""

from babel import Locale


def native_name(locale: str) -> str:
    """Return a locale's name in its own language: nb -> norsk bokmål."""
    found = Locale.parse(locale, sep="_")
    return str(found.get_display_name(found) or locale)
