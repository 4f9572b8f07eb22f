"""What a template may spend while it is rendered: time, turns of loops and the letters it makes.

The sandbox pays from a budget before a text is made, so a template that wants too much of the
memory is refused before it has any of it.
"""

import time
from collections.abc import Iterable, Mapping, MappingView
from itertools import islice
from typing import Any, cast

from jinja2.exceptions import SecurityError
from jinja2.runtime import Undefined
from jinja2.utils import Namespace
from markupsafe import escape

MAX_SPENT = 20_000_000
"""Characters that one rendering may make, all its intermediate texts counted. The longest
document of the base takes less than a tenth of it."""
MAX_SECONDS = 20.0
"""Time of the processor, not of the clock: a busy machine is no reason to fail."""
MAX_TEXT = 2_000_000
_HOLDERS = (list, tuple, set, frozenset, Mapping, MappingView)
"""What writes all that it holds when it is made a text."""
_SHORT = (int, float, type(None), Undefined)


class TooMuch(SecurityError):
    """A template wanted more time or room than a page can need."""


class Budget:
    """What one rendering may still spend."""

    __slots__ = ("_calls", "_ends", "_left")

    def __init__(self) -> None:
        """Begin with all of it."""
        self._left, self._calls = MAX_SPENT, 0
        self._ends = time.thread_time() + MAX_SECONDS

    def spend(self, amount: int) -> None:
        """Take from the budget; raises TooMuch when nothing is left of it, or no time."""
        self._left -= amount
        self._calls += 1
        # The time is looked at now and then: asking the system takes longer than all the rest.
        late = self._calls % 64 == 0 and time.thread_time() > self._ends
        if self._left < 0 or late:
            raise TooMuch("it runs for longer, or writes more, than a page can need")

    def spend_for(self, value: object) -> None:
        """Take what a value is long when it is made a text, with all that it holds."""
        self.spend((len(value) if isinstance(value, str) else _letters(value, self._left)) + 1)


def _letters(value: object, most: int) -> int:
    """Count the letters of a value as a text, one at least for each item; stop above `most`."""
    count = 0
    waiting: list[Any] = [value]
    # No recursion: a template can nest lists deeper than Python's stack.
    while waiting and count <= most:
        one = waiting.pop()
        if isinstance(one, Namespace):
            one = one._Namespace__attrs  # It writes them.
        if isinstance(one, str):
            count += len(one)
        elif isinstance(one, _HOLDERS):
            count += len(one)
            if count <= most:  # Else a list that is too long would be copied first.
                waiting += cast(Iterable[Any], one)
                waiting += one.values() if isinstance(one, Mapping) else ()
        elif not isinstance(one, _SHORT):
            count += len(str(one))
    return count


def listed(items: Iterable[object]) -> list[object]:
    """Return items as a list; raises TooMuch if there are too many."""
    found = list(islice(items, MAX_TEXT + 1))
    if len(found) > MAX_TEXT:
        raise TooMuch("it makes a text or list that is too long")
    return found


def check_joining(sign: str, count: int) -> None:
    """Raise TooMuch if so many signs make too long a text."""
    if len(sign) * count > MAX_TEXT:
        raise TooMuch("it makes a text that is too long")


def check_replacing(text: str, old: str, new: str) -> None:
    """Raise TooMuch if replacing makes too long a text, whichever of the three gets escaped."""
    texts, olds = {text, str(escape(text))}, {old, str(escape(old))}
    count = max(one.count(sign) if sign else len(one) + 1 for one in texts for sign in olds)
    if max(map(len, texts)) + count * len(escape(new)) > MAX_TEXT:
        raise TooMuch("it makes a text that is too long")
