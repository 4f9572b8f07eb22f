"""Short codes of texts: to tell, at a glance, whether two are the same."""

import hashlib

_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no letter that a hand or an eye takes for another."""
LENGTH = 4
"""A million codes: two texts of one card have the same code once in a million."""


def code_of(text: str) -> str:
    """Return the code of a text; another text gives another code."""
    number = int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")
    digits = []
    for _ in range(LENGTH):
        number, digit = divmod(number, len(_LETTERS))
        digits.append(_LETTERS[digit])
    return "".join(digits)
