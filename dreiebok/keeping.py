"""Values of pure functions that are kept between builds: those that take long to reckon.

A function says with `kept` that it is one. It stays what it is, from value to value: what it gave
once it gives again, through the shelf that stands open, or else as long as the process lives.
Values are kept as JSON, which holds data and nothing that runs.
"""

import hashlib
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import ParamSpec, Protocol, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


class Shelf(Protocol):
    """Where values outlive a process, by name."""

    def need(self, name: str) -> None:
        """Note that a value is asked for."""

    def load(self, name: str) -> bytes | None:
        """Return a value, or None where there is none."""

    def store(self, name: str, data: bytes) -> None:
        """Keep a value."""


class Writer(Protocol[T]):
    """What writes values of a kind as JSON and reads them: pydantic's TypeAdapter is one."""

    def dump_json(self, instance: T, /) -> bytes:
        """Return a value as JSON."""

    def validate_json(self, data: bytes, /) -> T:
        """Return the value of JSON; raises ValueError where it is none of this kind."""


class Memory:
    """A shelf that lasts as long as the process, for a bounded number of values."""

    def __init__(self, most: int) -> None:
        """Keep the newest of the values, `most` of them."""
        self._values: dict[str, bytes] = {}
        self._most = most

    def need(self, name: str) -> None:
        """Note nothing: nobody asks what was needed."""

    def load(self, name: str) -> bytes | None:
        """Return a value, or None where it is not kept or no longer."""
        return self._values.get(name)

    def store(self, name: str, data: bytes) -> None:
        """Keep a value, and the oldest no longer if there are too many."""
        self._values[name] = data
        while len(self._values) > self._most:
            self._values.pop(next(iter(self._values)), None)


_OPEN: ContextVar[Shelf] = ContextVar("shelf", default=Memory(1024))  # noqa: B039 - meant to last


@contextmanager
def shelf_open(shelf: Shelf) -> Iterator[None]:
    """Let functions that are `kept` find their values on a shelf, and put new ones there."""
    before = _OPEN.set(shelf)
    try:
        yield
    finally:
        _OPEN.reset(before)


def fingerprint(*parts: str | bytes) -> str:
    """Return one name for many parts; the lengths keep neighbours apart."""
    found = hashlib.sha256()
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        found.update(len(data).to_bytes(8, "big"))
        found.update(data)
    return found.hexdigest()


def kept(
    writer: Writer[T], rests_on: Callable[P, Iterable[str | bytes]]
) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """Keep what a function returns.

    `rests_on` takes the same arguments and returns all that the value depends on. A caller always
    gets what was read from JSON, so that a value is the same whether it was kept or not. What the
    function raises is not kept.
    """

    def read(data: bytes) -> T:
        return writer.validate_json(zlib.decompress(data))

    def decorate(reckon: Callable[P, T]) -> Callable[P, T]:
        @wraps(reckon)
        def run(*args: P.args, **named: P.kwargs) -> T:
            whose = f"{reckon.__module__}.{reckon.__qualname__}"
            name = fingerprint(whose, *rests_on(*args, **named))
            shelf = _OPEN.get()
            shelf.need(name)
            found = shelf.load(name)
            if found is not None:
                try:
                    value = read(found)
                except (ValueError, zlib.error):
                    found = None  # It is not what it should be.
            if found is None:
                found = zlib.compress(writer.dump_json(reckon(*args, **named)), level=1)
                value = read(found)
                shelf.store(name, found)
            return value

        return run

    return decorate
