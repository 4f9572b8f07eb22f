"""Times of day, as settings and the command line write them. Imports nothing heavy."""

import re


def parse_clock(words: str) -> int:
    """Return a time of day, such as 14:00 or 9.30, in minutes from midnight.

    Raises ValueError, in words for the user, for what is none.
    """
    found = re.fullmatch(r"([01]?[0-9]|2[0-3])[:.]([0-5][0-9])", words)
    if not found:
        raise ValueError(f"“{words}” is not a time of day such as 14:00")
    return int(found[1]) * 60 + int(found[2])
