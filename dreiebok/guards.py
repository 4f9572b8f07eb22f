"""Bounds for what Jinja itself brings: filters and tests that a template can use on any value.

Each pays for what it is given and for what it makes. A few can make much more of what they are
given, or go over it again and again; what these may do is looked at here, by name.
"""

import re
from collections.abc import Callable, Iterator
from functools import wraps
from inspect import Signature, signature, unwrap
from typing import Any

from jinja2 import Environment
from jinja2.filters import make_attrgetter
from jinja2.runtime import LoopContext
from markupsafe import escape

from dreiebok.budget import CALL, MAX_TEXT, TURN, Budget, TooMuch, listed, size_of
from dreiebok.model.base import Text

MAX_NUMBER = 10_000
"""The largest range, and the largest number that may say how wide or how long a text gets."""
MAX_INLINE = 20_000
"""The longest text of its own that a template may have read as inline Markdown."""
_INLINE = 10
"""What a letter costs that is read as inline Markdown."""
_WIDE = re.compile(r"\d{5,}|\*")
"""A width in a format with per cent signs that is large, or that is taken from a value."""
NUMBER = re.compile(r"\d+")
_LINE_ENDS = "\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029"
_READ = frozenset({"format", "indent", "join", "replace", "striptags", "tojson", "wordwrap"})
"""Filters that can do far more than what they are given is long."""
# fmt: off
_OF_ITEMS = frozenset({
    "abs", "attr", "batch", "count", "d", "default", "first", "float", "int", "items", "join",
    "last", "length", "list", "map", "reject", "rejectattr", "reverse", "round", "select",
    "selectattr", "slice", "sum",
})
"""Filters that neither write nor compare what a list holds, or pay for it themselves."""
_COMPARING = frozenset({"dictsort", "groupby", "max", "min", "sort", "unique"})
"""Filters that compare what a list holds."""
_OF_KINDS = frozenset({
    "boolean", "callable", "defined", "escaped", "even", "false", "filter", "float", "integer",
    "iterable", "mapping", "none", "number", "odd", "sameas", "sequence", "string", "test", "true",
    "undefined",
})
"""Tests that look at the kind of a value alone."""
_WRITING_TESTS = frozenset({"lower", "upper"})
# fmt: on
_GONE_FILTERS = ("random", "pprint", "xmlattr", "urlize", "filesizeformat")
"""Filters that no page of ours needs: what they make depends on chance or is not escaped by us."""


def guard_all(environment: Environment, budget: Budget) -> None:
    """Guard every filter and test there is now; those of the house are added later, and trusted."""
    for name in _GONE_FILTERS:
        del environment.filters[name]
    for name, function in tuple(environment.filters.items()):
        environment.filters[name] = _guarded(environment, budget, name, function)
    tests: dict[str, Any] = environment.tests
    for name in set(tests) - _OF_KINDS:
        written = name in _WRITING_TESTS
        pay = budget.spend_for_texts if written else budget.spend_for_looking
        tests[name] = _paid_before(budget, pay, tests[name])


def guard_inline(environment: Environment, budget: Budget, *names: str) -> None:
    """Guard filters of the house that read inline Markdown: a text, or several in a row."""

    def pay(value: object) -> None:
        budget.spend_for_texts(value)
        # A Text of the sources is as long as it is; the rest a template has made itself.
        if not isinstance(value, Text):
            length = size_of((value,), MAX_INLINE, written=True)
            if length > MAX_INLINE:
                raise TooMuch("it makes a text that is too long to be read as Markdown")
            budget.spend(length * _INLINE)

    for name in names:
        environment.filters[name] = _paid_before(budget, pay, environment.filters[name])


def _paid_before(
    budget: Budget, pay: Callable[..., None], function: Callable[..., Any]
) -> Callable[..., Any]:
    """Return a filter or test of which all that is given is paid for."""
    handed = _handed(function)

    @wraps(function)
    def paid(*args: Any, **kwargs: Any) -> Any:
        given = _known(args[handed:])
        budget.spend(CALL)
        pay(*given, *kwargs.values())
        return function(*args[:handed], *given, **kwargs)

    return paid


def _handed(function: Callable[..., Any]) -> int:
    """Count what Jinja hands a filter first: the context or the environment, if it wants them."""
    return int(hasattr(function, "jinja_pass_arg"))


def _known(values: tuple[Any, ...]) -> tuple[Any, ...]:
    """Return values with lists for what gives its items one by one: else nobody knows which."""
    return tuple(listed(one) if isinstance(one, Iterator) else one for one in values)


def _guarded(
    environment: Environment, budget: Budget, name: str, function: Callable[..., Any]
) -> Callable[..., Any]:
    """Return a filter with bounds on what goes in and what comes out."""
    handed = _handed(function)
    takes = _signature(function) if name in _READ else None
    pay: Callable[..., None] = budget.spend_for_texts
    if name in _OF_ITEMS:
        pay = budget.spend_for_lengths
    elif name in _COMPARING:
        pay = budget.spend_for_looking

    @wraps(function)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        own, given = args[:handed], args[handed:]
        rest = (*given[1:], *kwargs.values())
        if any(isinstance(one, int) and abs(one) > MAX_NUMBER for one in rest):
            raise TooMuch(f"{name}: the number is too large")
        if name == "sum" and any(isinstance(one, list | tuple) for one in rest):
            raise TooMuch("sum adds numbers only")
        if name not in _OF_ITEMS:
            given = _known(given)
        budget.spend(CALL)
        pay(*given, *rest)
        if name not in _OF_ITEMS and isinstance(given[0], str):
            texts = [len(one) for one in rest if isinstance(one, str)]
            budget.spend_for_pairs(len(given[0]), max(texts, default=0))
        if takes:
            bound = takes.bind(*given, **kwargs)
            _read(environment, budget, name, bound.arguments)
            given, kwargs = bound.args, bound.kwargs
        made = function(*own, *given, **kwargs)
        if isinstance(made, Iterator) and not isinstance(made, LoopContext):
            return _paid(budget, made)
        budget.spend_for_made(made)
        return made

    return guarded


def _paid(budget: Budget, items: Iterator[Any]) -> Iterator[Any]:
    """Give the items of a filter that makes them one by one, and pay for each."""
    for item in items:
        budget.spend(TURN)
        if isinstance(item, list):  # A row of `batch` or `slice`.
            budget.spend_for_made(item)
        yield item


def _read(environment: Environment, budget: Budget, name: str, given: dict[str, Any]) -> None:
    """Look at what a filter is given, in whatever order a template names it."""
    if name == "join":
        get = make_attrgetter(environment, given.pop("attribute", None))
        parts, sign = listed(map(get, given["value"])), given.get("d", "")
        given["value"] = parts
        budget.spend_for_texts(sign, *parts)
        check_joining(str(sign), len(parts))
    elif name == "replace":
        check_replacing(*(str(given[one]) for one in ("s", "old", "new")))
    elif name == "indent" and isinstance(given["s"], str):
        width = given.get("width", 4)
        sign = width if isinstance(width, str) else " " * width
        check_joining(sign, sum(map(given["s"].count, _LINE_ENDS)) + 2)
    elif name == "format":
        values = given.get("args") or given.get("kwargs", ())
        check_formatting(budget, str(given["value"]), values)
    elif name == "wordwrap":
        text = str(given["s"])
        check_joining(str(given.get("wrapstring") or ""), len(text) + 1)
        # Of a word that is too long the rest is copied for each line.
        width = given.get("width", 79)
        lines = len(text) // width if isinstance(width, int) and width > 0 else 0
        budget.spend_for_pairs(len(text), lines)
    elif name == "striptags":
        pay_for_stripping(budget, str(given["value"]))
    elif name == "tojson" and given.get("indent"):
        raise TooMuch("tojson: lists within lists get too wide with an indent")


def pay_for_stripping(budget: Budget, text: str) -> None:
    """Pay for taking tags out of a text, which MarkupSafe before 3.0.4 copies for each of them."""
    budget.spend_for_pairs(len(text), text.count("<"))


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


def check_formatting(budget: Budget, text: str, values: object) -> None:
    """Pay for values before they fill the places of a text with per cent signs."""
    # One by name can fill all the places.
    budget.spend_for_texts(values, times=1 if isinstance(values, tuple) else text.count("%") + 1)
    if _WIDE.search(text):
        raise TooMuch("it formats a value with a width that is too large")
    check_joining(" ", sum(int(number[0]) for number in NUMBER.finditer(text)))


def _signature(function: Callable[..., Any]) -> Signature:
    """Return what a filter takes, without what Jinja hands it first."""
    found = signature(function)
    if not hasattr(unwrap(function), "jinja_pass_arg"):
        return found
    return found.replace(parameters=tuple(found.parameters.values())[1:])
