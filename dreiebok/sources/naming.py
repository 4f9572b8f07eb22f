"""Names that nobody has: the problem that one is, and which name was probably meant."""

from collections.abc import Iterable
from difflib import get_close_matches

from dreiebok.model.base import Text
from dreiebok.problems import Code, Location, Problem

MANY = 12
"""A hint lists no more names than these: nobody reads through more."""


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return “Did you mean …? ” with the nearest known word, or nothing."""
    near = get_close_matches(word, tuple(known), n=1, cutoff=0.6)
    return f"Did you mean “{near[0]}”? " if near else ""


def no_such(
    code: Code, what: str, name: str, at: Location, known: Iterable[str], otherwise: str = ""
) -> Problem:
    """Return the problem of a name that none of what it could mean has.

    `what` says what it should have been the name of, `known` are the names of those there are,
    `otherwise` is the hint where they are none or many and none of them is near.
    """
    names = sorted(set(known))
    few = f"There are: {', '.join(names)}." if 0 < len(names) <= MANY else ""
    hint = f"{did_you_mean(name, names)}{few}".strip() or otherwise
    return Problem(code, f"no {what} is called “{name}”", at, hint)


def not_in_base(what: str, name: Text, known: Iterable[str]) -> Problem:
    """Return the problem of an organisation that names what the base edition does not have."""
    otherwise = "Look up the id in the base edition: it stands in the address of the element."
    return no_such(Code.OVERRIDE_UNKNOWN, what, name, name.at, known, otherwise)
