"""Which of several forms goes with a number: gettext's plural forms (manual, “Plural forms”)."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from gettext import c2py


@dataclass(frozen=True, slots=True)
class Plurals:
    """How many forms a language has, and which goes with a number: an expression of C.

    >>> polish = "(n==1 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2)"
    >>> [Plurals(3, polish).form(number) for number in (1, 3, 5, 22)]
    [0, 1, 2, 1]
    """

    count: int
    expression: str

    def form(self, number: int) -> int:
        """Return which form goes with a number, from 0; ValueError: the expression is none.

        A number for which it has no value, or one out of bounds, has the nearest form.
        """
        try:
            found = _rule(self.expression)(abs(number))
        except ZeroDivisionError:
            found = 0
        return max(0, min(found, self.count - 1))


@cache
def _rule(expression: str) -> Callable[[int], int]:
    try:
        return c2py(expression)
    except SyntaxError as error:  # It writes Python that is none for “n % !0”.
        raise ValueError(f"invalid plural form expression: {expression}") from error
