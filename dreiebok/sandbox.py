"""Jinja's sandbox with bounds: templates come from people we may not know.

Jinja's own sandbox keeps a template from Python's insides. It does not keep it from running for
ever or filling the memory, and it knows nothing of what our own values can do. Here every turn of a
loop, every call of a macro and every text that is made is paid for from a budget that one rendering
has; and of a record of the model only its own keys and methods can be reached. It works in any
thread of any process, since nothing is interrupted: the template stops itself.
"""

from collections.abc import Callable
from functools import update_wrapper
from types import BuiltinMethodType, CodeType, MethodType
from typing import Any

from jinja2 import nodes
from jinja2.bccache import Bucket, BytecodeCache
from jinja2.runtime import Macro, markup_join
from jinja2.sandbox import (
    ImmutableSandboxedEnvironment,
    SandboxedEscapeFormatter,
    SandboxedFormatter,
)
from jinja2.utils import Namespace, pass_context
from markupsafe import Markup, escape
from pydantic import BaseModel

from dreiebok.budget import CALL, MAX_DIGITS, MAX_TEXT, Budget, TooMuch, listed
from dreiebok.guards import (
    MAX_NUMBER,
    NUMBER,
    check_formatting,
    check_joining,
    check_replacing,
    guard_all,
    pay_for_stripping,
)
from dreiebok.prices import JOINED, LOOKED_AT, NAMED, PAY, SLICED, set_prices

MAX_COMPILED = 1_000
_FINDING = 500
"""What it costs to look for a template."""
_LOOK = 5
"""What it costs to look for an item, apart from the text that it may be."""
_MODEL = "dreiebok."
_SIZING = frozenset({"ljust", "rjust", "center", "zfill"})
_REFUSED = frozenset({"encode", "expandtabs", "maketrans", "to_bytes", "translate"})
"""Methods of texts and numbers that no page needs, and that make much of little."""
_KNOWN: dict[tuple[type, str], bool] = {}
_SAFE: dict[tuple[type, str], bool] = {}
"""What has been found out of classes: the question is asked a hundred thousand times a build."""
MAX_KNOWN = 20_000
"""As many answers are kept; a template can ask for names that it makes up."""


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

    def getattr(self, obj: Any, attribute: str) -> Any:
        """Return an attribute, or an item of this name."""
        # What is known to be safe, and is no method such as `format`, needs no second look.
        if _SAFE.get((type(obj), attribute)):
            value = getattr(obj, attribute, None)
            if value is not None and not isinstance(value, MethodType | BuiltinMethodType):
                return value
        return super().getattr(obj, attribute)


class BoundedEnvironment(_Sandbox):
    """The sandbox, with bounds."""

    intercepted_binops = frozenset({"*", "**", "+", "-", "%"})
    compiled = CompiledTemplates()

    def __init__(self, **options: Any) -> None:
        """Begin with Jinja's options, a new budget and guarded filters and tests.

        All that is printed is paid for where it is finished; `finalize` takes the context first.
        """
        self.budget = budget = Budget()
        finish = options.pop("finalize", None)

        @pass_context
        def finalize(context: Any, value: Any) -> Any:
            if isinstance(value, Markup):
                budget.spend(len(value))
                return finish(context, value) if finish else value
            budget.spend_for_texts(value)
            made = finish(context, value) if finish else value
            # Jinja escapes what is not markup yet, when it prints this.
            budget.spend(len(escape(made)))
            return made

        # Not optimized: what is reckoned before a template runs would stand in it without a price.
        super().__init__(
            bytecode_cache=self.compiled, finalize=finalize, optimized=False, **options
        )
        del self.globals["lipsum"]
        self.globals["range"] = _range
        guard_all(self, budget)
        # These are what `prices` writes into templates.
        self.filters.update(
            {
                PAY: self._pay,
                JOINED: self._joined,
                SLICED: self._sliced,
                LOOKED_AT: self._looked_at,
                NAMED: self._named,
            }
        )

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        template = super()._parse(source, name, filename)
        self.budget.spend(set_prices(template))
        template.set_environment(self)
        return template

    def _pay(self, amount: int) -> None:
        # `map` calls a filter whose name is a text, and so can a template: nothing is given back.
        if type(amount) is not int or amount < 0:
            raise TooMuch("a price is a number")
        self.budget.spend(amount)

    join_parts = staticmethod(markup_join)
    """What `~` makes of its values."""

    def _joined(self, *parts: object) -> object:
        self.budget.spend_for_texts(*parts)
        made = self.join_parts(parts)
        self.budget.spend_for_made(made)
        return made

    def _sliced(self, value: object) -> object:
        self.budget.spend_for_made(value)
        return value

    def _looked_at(self, value: object) -> object:
        self.budget.spend_for_looking(value)
        return value

    def _named(self, value: object) -> object:
        self.budget.spend_for_texts(value)
        if isinstance(value, list | tuple):
            self.budget.spend(len(value) * _FINDING)  # Each name is looked for.
        return value

    def getitem(self, obj: Any, argument: Any) -> Any:
        """Return an item, or an attribute of this name."""
        if not isinstance(argument, str | int):
            self.budget.spend_for_looking(argument)
        made = super().getitem(obj, argument)
        self.budget.spend(_LOOK + (len(made) if isinstance(made, str) else 0))
        return made

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        """Reckon with what may make something large, or hash all that it is given."""
        sizes = [len(v) for v in (left, right) if isinstance(v, str | bytes | list | tuple)]
        if operator == "*" and sizes:
            times = right if isinstance(right, int) else left
            if isinstance(times, int) and sizes[0] * times > MAX_TEXT:
                raise TooMuch("it makes a text or list that is too long")
        if operator == "%" and isinstance(left, str):
            check_formatting(self.budget, left, right)
        if operator in {"**", "*"} and not sizes:
            _check_power(operator, left, right)
        if operator == "-":
            self.budget.spend_for_looking(left, right)
        self.budget.spend_for_lengths(left, right)
        made = super().call_binop(context, operator, left, right)
        self.budget.spend_for_made(made)
        return made

    def call(self, context: Any, obj: Any, /, *args: Any, **kwargs: Any) -> Any:
        """Call a function or method, with bounds on those of texts."""
        owner, name = getattr(obj, "__self__", None), getattr(obj, "__name__", "")
        given = (*args, *kwargs.values())
        self.budget.spend(CALL)
        if isinstance(obj, Macro):
            self.budget.spend_for_call(len(given))
        elif isinstance(owner, str | type) or obj is str:
            self.budget.spend_for_texts(owner if isinstance(owner, str) else "", *given)
        else:
            self.budget.spend_for_looking(owner, *given)
        if isinstance(owner, str):
            args = self._looked_through(owner, name, args)
        made = super().call(context, obj, *args, **kwargs)
        if isinstance(made, Namespace):
            self.budget.spend_for_looking(made)
        self.budget.spend_for_made(made)
        return made

    def _looked_through(self, text: str, name: str, args: tuple[Any, ...]) -> tuple[Any, ...]:
        """Look at what a method of a text is given; return what it shall be given."""
        longest = max((len(one) for one in args if isinstance(one, str)), default=0)
        self.budget.spend_for_pairs(len(text), longest)
        if name in _SIZING and any(isinstance(a, int) and a > MAX_NUMBER for a in args):
            raise TooMuch("it makes a text that is too wide")
        if name == "replace" and len(args) >= 2:
            check_replacing(text, str(args[0]), str(args[1]))
        if name == "striptags":
            pay_for_stripping(self.budget, text)
        if name == "join" and args:
            parts = listed(args[0])
            self.budget.spend_for_texts(*parts)
            check_joining(text, len(parts))
            return (parts, *args[1:])
        return args

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


class _Formatter(SandboxedFormatter):
    """Pays for what goes into a format, and what each place becomes, before all is joined."""

    _env: BoundedEnvironment

    def convert_field(self, value: Any, conversion: Any) -> Any:
        self._env.budget.spend_for_texts(value)
        return super().convert_field(value, conversion)

    def format_field(self, value: Any, format_spec: str) -> Any:
        # Here a width that is taken from another value is known.
        if any(int(number[0]) > MAX_NUMBER for number in NUMBER.finditer(format_spec)):
            raise TooMuch("it formats a value with a width that is too large")
        made = super().format_field(value, format_spec)
        self._env.budget.spend(len(made))
        return made


class _EscapeFormatter(_Formatter, SandboxedEscapeFormatter):
    """For markup, which escapes what is filled in."""


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
