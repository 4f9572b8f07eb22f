"""Jinja's sandbox with bounds: templates come from people we may not know.

Jinja's own sandbox keeps a template from Python's insides. It does not keep it from running for
ever or filling the memory, and it knows nothing of what our own values can do. Here every turn of a
loop, every call of a macro and every text that is made is paid for from a budget that one rendering
has; and of a record of the model only its own keys and methods can be reached. It works in any
thread of any process, since nothing is interrupted: the template stops itself.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from functools import update_wrapper, wraps
from inspect import Signature, signature, unwrap
from types import CodeType, GeneratorType
from typing import Any

from jinja2 import nodes
from jinja2.bccache import Bucket, BytecodeCache
from jinja2.filters import make_attrgetter
from jinja2.runtime import markup_join
from jinja2.sandbox import (
    ImmutableSandboxedEnvironment,
    SandboxedEscapeFormatter,
    SandboxedFormatter,
)
from jinja2.utils import pass_context
from markupsafe import Markup
from pydantic import BaseModel

from dreiebok.budget import MAX_TEXT, Budget, TooMuch, check_joining, check_replacing, listed

MAX_NUMBER = 10_000
"""The largest range, and the largest number that may say how wide or how long a text gets."""
MAX_DIGITS = 300
MAX_COMPILED = 1_000
_TURN = 50
"""What a turn of a loop costs, apart from the text in it."""
_WIDE = re.compile(r"\d{5,}|\*")
"""A width in a format with per cent signs that is large, or that is taken from a value."""
_NUMBER = re.compile(r"\d+")
_MODEL = "dreiebok."
_SIZING = frozenset({"ljust", "rjust", "center", "zfill"})
_REFUSED = frozenset({"encode", "to_bytes", "translate", "expandtabs"})
"""Methods of texts and numbers that no page needs, and that make much of little."""
_LINE_ENDS = "\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029"
_READ = frozenset({"format", "indent", "join", "replace", "tojson", "wordwrap"})
"""Filters whose result can be far larger than what they are given."""
# fmt: off
_OF_ITEMS = frozenset({
    "abs", "attr", "batch", "count", "d", "default", "first", "float", "int", "items", "join",
    "last", "length", "list", "map", "reject", "rejectattr", "reverse", "round", "select",
    "selectattr", "slice", "sum",
})
# fmt: on
"""Filters that make no text of what a list holds, or pay for it themselves."""
_KNOWN: dict[tuple[type, str], bool] = {}
_SAFE: dict[tuple[type, str], bool] = {}
"""What has been found out of classes: the question is asked a hundred thousand times a build."""
MAX_KNOWN = 20_000
"""As many answers are kept; a template can ask for names that it makes up."""
_GONE_FILTERS = ("random", "pprint", "xmlattr", "urlize", "filesizeformat")
"""Filters that no page of ours needs: what they make depends on chance or is not escaped by us."""


class CompiledTemplates(BytecodeCache):
    """Keeps what templates were compiled to: every language and programme uses the same ones.

    What a template is compiled to depends on its source and on Jinja's options, which are the same
    for all environments here; what differs between these is looked up as the template runs.
    """

    def __init__(self) -> None:
        """Begin with nothing."""
        self._codes: dict[tuple[str, str], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Give what is known of a template of this name and source."""
        bucket.code = self._codes.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what a template was compiled to."""
        if len(self._codes) > MAX_COMPILED:
            self._codes.clear()  # A long preview, in which templates are edited.
        if bucket.code is not None:
            self._codes[bucket.key, bucket.checksum] = bucket.code


class _Sandbox(ImmutableSandboxedEnvironment):
    """Jinja's sandbox, which asks once what a template may have of a class.

    Its answer depends on the class of an object and the name of the attribute, and on nothing else.
    """

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        """Tell whether a template may have an attribute, which is there."""
        name = (type(obj), attr)
        safe = _SAFE.get(name)
        if safe is None:
            if len(_SAFE) > MAX_KNOWN:
                _SAFE.clear()
            safe = _SAFE[name] = bool(super().is_safe_attribute(obj, attr, value))
        return safe


class TrustedEnvironment(_Sandbox):
    """Jinja's sandbox as it is, for templates that come with the program: bounds cost time."""

    compiled = CompiledTemplates()

    def __init__(self, **options: Any) -> None:
        """Begin with Jinja's options."""
        super().__init__(bytecode_cache=self.compiled, **options)


class BoundedEnvironment(_Sandbox):
    """The sandbox, with bounds."""

    intercepted_binops = frozenset({"*", "**", "+", "%"})
    compiled = CompiledTemplates()

    def __init__(self, **options: Any) -> None:
        """Begin with Jinja's options, a new budget and guarded filters.

        All that is printed is paid for where it is finished; `finalize` takes the context first.
        """
        finish = options.pop("finalize", None)

        @pass_context
        def finalize(context: Any, value: Any) -> Any:
            self.budget.spend_for(value)
            return finish(context, value) if finish else value

        super().__init__(bytecode_cache=self.compiled, finalize=finalize, **options)
        self.budget = Budget()
        for name in _GONE_FILTERS:
            del self.filters[name]
        del self.globals["lipsum"]
        self.globals["range"] = _range
        self.guard_filters()

    def guard_filters(self) -> None:
        """Guard every filter there is now; those of the house are added later, and trusted."""
        for name, function in tuple(self.filters.items()):
            self.filters[name] = self._guarded(name, function)

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        template = super()._parse(source, name, filename)
        _set_prices(template)
        template.set_environment(self)
        return template

    def pay(self, amount: int) -> None:
        """Pay for a turn of a loop or a call of a macro (templates call this as they run)."""
        self.budget.spend(amount)

    def joined(self, *parts: object) -> object:
        """Join values to a text: what `~` means."""
        self.pay_for_texts(*parts)
        made = markup_join(parts)
        self._check(made)
        return made

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        """Reckon with `*`, `**`, `+` and `%`, whose result may be large."""
        sizes = [len(v) for v in (left, right) if isinstance(v, str | bytes | list | tuple)]
        if operator == "*" and sizes:
            times = right if isinstance(right, int) else left
            if isinstance(times, int) and sizes[0] * times > MAX_TEXT:
                raise TooMuch("it makes a text or list that is too long")
        if operator == "%" and isinstance(left, str):
            self._check_formatting(left, right)
        if operator in {"**", "*"} and not sizes:
            _check_power(operator, left, right)
        self._pay_for(left, right)
        made = super().call_binop(context, operator, left, right)
        self._check(made)
        return made

    def call(self, context: Any, obj: Any, /, *args: Any, **kwargs: Any) -> Any:
        """Call a function or method, with bounds on those of texts."""
        owner, name = getattr(obj, "__self__", None), getattr(obj, "__name__", "")
        if obj == self.pay:
            return self.pay(*args)
        if isinstance(owner, str):
            self._pay_for(owner, *args)
            if name in _SIZING and any(isinstance(a, int) and a > MAX_NUMBER for a in args):
                raise TooMuch("it makes a text that is too wide")
            if name == "replace" and len(args) >= 2:
                self.pay_for_texts(*args)
                check_replacing(owner, str(args[0]), str(args[1]))
            if name == "join" and args:
                parts = listed(args[0])
                self.pay_for_texts(*parts)
                args = (parts, *args[1:])
                check_joining(owner, len(parts))
        made = super().call(context, obj, *args, **kwargs)
        if isinstance(made, str):
            self.budget.spend(len(made))
        return made

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        """Let only a record's own keys and methods through: pydantic's can open files."""
        name = (type(obj), attr)
        known = _KNOWN.get(name)
        if known is None:
            if len(_KNOWN) > MAX_KNOWN:
                _KNOWN.clear()
            known = _KNOWN[name] = _is_ours(type(obj), attr)
        if not known:
            return False
        return super().is_safe_attribute(obj, attr, value)

    def _guarded(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """Return a filter with bounds on what goes in and what comes out."""
        # Filters that want the context or the environment are handed it first.
        handed = int(hasattr(function, "jinja_pass_arg"))
        takes = _signature(function) if name in _READ else None

        @wraps(function)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            own, given = args[:handed], args[handed:]
            rest = (*given[1:], *kwargs.values())
            if any(isinstance(one, int) and one > MAX_NUMBER for one in rest):
                raise TooMuch(f"{name}: the number is too large")
            if name == "sum" and any(isinstance(one, list | tuple) for one in rest):
                raise TooMuch("sum adds numbers only")
            (self._pay_for if name in _OF_ITEMS else self.pay_for_texts)(*given, *rest)
            if takes:
                bound = takes.bind(*given, **kwargs)
                self._read(name, bound.arguments)
                given, kwargs = bound.args, bound.kwargs
            made = function(*own, *given, **kwargs)
            if isinstance(made, GeneratorType):
                return self._paid(made)
            self._check(made)
            return made

        return guarded

    def _read(self, name: str, given: dict[str, Any]) -> None:
        """Look at what a filter is given, in whatever order a template names it."""
        if name == "join":
            get = make_attrgetter(self, given.pop("attribute", None))
            parts, sign = listed(map(get, given["value"])), given.get("d", "")
            given["value"] = parts
            self.pay_for_texts(sign, *parts)
            check_joining(str(sign), len(parts))
        elif name == "replace":
            check_replacing(*(str(given[one]) for one in ("s", "old", "new")))
        elif name == "indent" and isinstance(given["s"], str):
            width = given.get("width", 4)
            sign = width if isinstance(width, str) else " " * width
            check_joining(sign, sum(map(given["s"].count, _LINE_ENDS)) + 2)
        elif name == "format":
            self._check_formatting(
                str(given["value"]), given.get("args") or given.get("kwargs", ())
            )
        elif name == "wordwrap" and given.get("wrapstring"):
            check_joining(str(given["wrapstring"]), len(str(given["s"])) + 1)
        elif name == "tojson" and given.get("indent"):
            raise TooMuch("tojson: lists within lists get too wide with an indent")

    def _check_formatting(self, text: str, values: object) -> None:
        """Pay for values before they fill the places of a text with per cent signs."""
        self.budget.spend_for(values)
        if _WIDE.search(text):
            raise TooMuch("it formats a value with a width that is too large")
        check_joining(" ", sum(int(number[0]) for number in _NUMBER.finditer(text)))
        if not isinstance(values, tuple):  # One by name can fill all the places.
            for _ in range(text.count("%")):
                self.budget.spend_for(values)

    def wrap_str_format(self, value: Any) -> Callable[..., str] | None:
        """Return the method `format` of a text so that it pays for each place it fills."""
        if super().wrap_str_format(value) is None:
            return None
        text: str = value.__self__
        by_map = value.__name__ == "format_map"
        formatter = (
            _EscapeFormatter(self, escape=text.escape)
            if isinstance(text, Markup)
            else _Formatter(self)
        )

        def formatted(*args: Any, **kwargs: Any) -> str:
            if by_map:
                (kwargs,), args = args, ()
            return type(text)(formatter.vformat(text, args, kwargs))

        return update_wrapper(formatted, value)

    def _paid(self, items: Iterator[Any]) -> Iterator[Any]:
        for item in items:
            self.budget.spend(_TURN)
            yield item

    def pay_for_texts(self, *values: object) -> None:
        """Pay for values of which a text is about to be made, with all that they hold."""
        for value in values:
            self.budget.spend_for(value)

    def _pay_for(self, *values: object) -> None:
        self.budget.spend(
            sum(len(v) for v in values if isinstance(v, str | list | tuple | Mapping)) + 1
        )

    def _check(self, made: object) -> None:
        """Pay for what was made; raises TooMuch if it is too long by itself."""
        if isinstance(made, str | list | tuple):
            self.budget.spend(len(made))
            if len(made) > MAX_TEXT:
                raise TooMuch("it makes a text or list that is too long")


class _Formatter(SandboxedFormatter):
    """Pays for what goes into a format, and what each place becomes, before all is joined."""

    _env: BoundedEnvironment

    def convert_field(self, value: Any, conversion: Any) -> Any:
        self._env.pay_for_texts(value)
        return super().convert_field(value, conversion)

    def format_field(self, value: Any, format_spec: str) -> Any:
        # Here a width that is taken from another value is known.
        if any(int(number[0]) > MAX_NUMBER for number in _NUMBER.finditer(format_spec)):
            raise TooMuch("it formats a value with a width that is too large")
        made = super().format_field(value, format_spec)
        self._env.pay(len(made))
        return made


class _EscapeFormatter(_Formatter, SandboxedEscapeFormatter):
    """For markup, which escapes what is filled in."""


def _set_prices(node: nodes.Node) -> int:
    """Let loops, macros and `~` below a node pay; return how much text stands in it."""
    if isinstance(node, nodes.TemplateData):
        return len(node.data)
    length = 0
    for field, value in node.iter_fields():
        if isinstance(value, nodes.Node):
            length += _set_prices(value)
            if isinstance(value, nodes.Concat):
                setattr(node, field, _call("joined", value.nodes, value.lineno))
        elif isinstance(value, list):
            for number, item in enumerate(value):
                if isinstance(item, nodes.Node):
                    length += _set_prices(item)
                if isinstance(item, nodes.Concat):
                    value[number] = _call("joined", item.nodes, item.lineno)
    # Templates and blocks too: a loop somewhere else can bring in their text each turn.
    if isinstance(node, nodes.For | nodes.Macro | nodes.CallBlock | nodes.Block | nodes.Template):
        price: nodes.Expr = nodes.Const(_TURN + length, lineno=node.lineno)
        call = _call("pay", [price], node.lineno)
        node.body.insert(0, nodes.ExprStmt(call, lineno=node.lineno))
    return length


def _call(name: str, values: list[nodes.Expr], line: int) -> nodes.Call:
    """Return the call of a method of the environment."""
    function = nodes.EnvironmentAttribute(name, lineno=line)
    return nodes.Call(function, values, [], None, None, lineno=line)


def _is_ours(kind: type, attr: str) -> bool:
    """Tell whether values of a class may be asked for this by a template."""
    if issubclass(kind, type | bytes):
        return False
    if issubclass(kind, str | int) and attr in _REFUSED:
        return False
    if not issubclass(kind, BaseModel) or attr in kind.model_fields:
        return True
    maker = next((base for base in kind.__mro__ if attr in vars(base)), None)
    return maker is not None and maker.__module__.startswith(_MODEL)


def _signature(function: Callable[..., Any]) -> Signature:
    """Return what a filter takes, without what Jinja hands it first."""
    found = signature(function)
    if not hasattr(unwrap(function), "jinja_pass_arg"):
        return found
    return found.replace(parameters=tuple(found.parameters.values())[1:])


def _range(*args: int) -> range:
    made = range(*args)
    if len(made) > MAX_NUMBER:
        raise TooMuch(f"a range has at most {MAX_NUMBER} numbers")
    return made


def _check_power(operator: str, left: object, right: object) -> None:
    if not isinstance(left, int) or not isinstance(right, int):
        return
    bits = left.bit_length() * right if operator == "**" else left.bit_length() + right.bit_length()
    if bits > MAX_DIGITS * 4:
        raise TooMuch("the number is too large")
