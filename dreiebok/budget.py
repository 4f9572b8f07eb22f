"""What a template may spend while it is rendered: time, turns of loops and the letters it makes.

One rule holds for whatever a template does: it pays for all that is looked at before that is done,
and for what came of it. Nothing that becomes a text is longer than MAX_TEXT, and no way of writing
(escapes for HTML, JSON, addresses or Python) makes more than twelve letters of one: so what is made
before it is paid for cannot fill the memory either.
"""

import time
from collections.abc import Iterable, Mapping, MappingView
from itertools import islice
from typing import Any, cast

from jinja2.exceptions import SecurityError
from jinja2.runtime import Undefined
from jinja2.utils import Namespace

MAX_SPENT = 20_000_000
"""Characters that one rendering may make, all its intermediate texts counted. The longest
document of the base takes an eighth of it."""
MAX_SECONDS = 20.0
"""Time of the processor, not of the clock: a busy machine is no reason to fail."""
MAX_TEXT = 2_000_000
MAX_DIGITS = 300
TURN = 50
"""What a turn of a loop costs, apart from the text in it."""
CALL = 40
"""What it costs to call a function, a method, a filter or a test, apart from what it does."""
_MUCH = 1_000
"""Who spends as much at once is asked for the time each time."""
_ITEM = 8
"""What a new list costs for each item: a reference, and often a small value that is new too."""
_RECORD = 20
"""What it costs to look at a value of ours, which no template has made."""
_FAST = 200
"""So many letters are compared or copied in the time that one of the budget stands for."""
_LISTS = (list, tuple, set, frozenset, dict)
_LONG = (str, *_LISTS, range, Mapping)
_HOLDERS = (*_LISTS, range, Mapping, MappingView)
"""What writes all that it holds when it is made a text, and looks at it when it is compared."""


class TooMuch(SecurityError):
    """A template wanted more time or room than a page can need."""


class Budget:
    """What one rendering may still spend. Whatever is asked of it raises TooMuch beyond that."""

    __slots__ = ("_calls", "_ends", "_left")

    def __init__(self) -> None:
        """Begin with all of it."""
        self.renew()

    def renew(self) -> None:
        """Begin with all of it again: another rendering."""
        self._left, self._calls = MAX_SPENT, 0
        self._ends = time.thread_time() + MAX_SECONDS

    def spend(self, amount: int) -> None:
        """Take from the budget; raises TooMuch when nothing is left of it, or no time."""
        self._left -= amount
        self._calls += 1
        # The time is looked at now and then: asking the system takes longer than all the rest.
        look = amount > _MUCH or self._calls % 64 == 0
        if self._left < 0 or (look and time.thread_time() > self._ends):
            raise TooMuch("it runs for longer, or writes more, than a page can need")

    def spend_for_texts(self, *values: object, times: int = 1) -> None:
        """Take what values are long when they are made a text, with all that they hold.

        Raises TooMuch too if they make so long a text that no page can need it.
        """
        first = values[0] if values else ""
        plain = len(values) == 1 and isinstance(first, str)
        count = times * (
            len(cast(str, first)) if plain else size_of(values, MAX_TEXT, written=True)
        )
        if count > MAX_TEXT:
            raise TooMuch("it makes a text that is too long")
        self.spend(count + 1)

    def spend_for_looking(self, *values: object) -> None:
        """Take what it costs to compare or hash values, with all that they hold.

        Raises TooMuch too if they hold more than any page does.
        """
        count = size_of(values, MAX_TEXT, written=False)
        if count > MAX_TEXT:
            raise TooMuch("it compares what is too long")
        self.spend(count + 1)

    def spend_for_lengths(self, *values: object) -> None:
        """Take what values are long by themselves, whatever they hold."""
        self.spend(sum(len(one) for one in values if isinstance(one, _LONG)) + 1)

    def spend_for_call(self, values: int) -> None:
        """Take what it costs to hand over so many values."""
        self.spend(values * _ITEM + 1)

    def spend_for_pairs(self, one: int, other: int) -> None:
        """Take what it costs to hold so many letters against so many others, each to each."""
        self.spend(one * other // _FAST)

    def spend_for_made(self, value: object) -> None:
        """Take what a value costs that was just made; raises TooMuch too if it is too long."""
        length = 0
        if isinstance(value, str):
            length = cost = len(value)
        elif isinstance(value, _LISTS):
            length = len(value)
            cost = length * _ITEM
        elif isinstance(value, int):
            check_number(value)
            return
        else:
            return
        self.spend(cost)
        if length > MAX_TEXT:
            raise TooMuch("it makes a text or list that is too long")


def size_of(values: Iterable[object], most: int, *, written: bool) -> int:
    """Count the letters of values, one at least for each item; stop above `most`.

    What is `written` is counted as the text that it makes, also where it is none of a template's.
    """
    count = 0
    waiting: list[Any] = list(values)
    # No recursion: a template can nest lists deeper than Python's stack.
    while waiting and count <= most:
        one = waiting.pop()
        if isinstance(one, Namespace):
            one = one._Namespace__attrs  # It writes them.
            count += _RECORD  # It may hold itself.
        # The kinds of which there are most come first: to ask for a Mapping takes long.
        if isinstance(one, str):
            count += len(one)
        elif isinstance(one, int):
            count += one.bit_length() // 3
        elif one is None or isinstance(one, float | Undefined):
            continue
        elif isinstance(one, _HOLDERS):
            count += len(one)
            if count <= most:  # Else a list that is too long would be copied first.
                waiting += cast(Iterable[Any], one)
                if not isinstance(one, list | tuple) and isinstance(one, Mapping):
                    waiting += one.values()
        else:
            count += len(str(one)) if written else _RECORD
    return count


def listed(items: Iterable[object]) -> list[object]:
    """Return items as a list; raises TooMuch if there are too many."""
    found = list(islice(items, MAX_TEXT + 1))
    if len(found) > MAX_TEXT:
        raise TooMuch("it makes a text or list that is too long")
    return found


def check_number(value: int) -> None:
    """Raise TooMuch if a number has too many digits: to divide by it takes long."""
    if value.bit_length() > MAX_DIGITS * 4:
        raise TooMuch("the number is too large")
