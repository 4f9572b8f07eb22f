"""Walks a record: every part of it, every text, in the order in which an author wrote the keys."""

from collections.abc import Iterator, Mapping
from functools import cache
from weakref import ref

from dreiebok.model.base import Id, Node, Record, Ref, Text

_WALKED: dict[int, tuple["ref[Record]", tuple[Node | Text, ...]]] = {}
"""What records hold, by their ids, for as long as they are there."""


def walk(value: object) -> Iterator[Node | Text]:
    """Yield the value itself, then all nodes and texts inside it, outermost first."""
    if not isinstance(value, Record):
        yield from _walk(value)
        return
    # A record is frozen, and asked for fifty times in a build. By its id: hashing one reads all of
    # it. What is remembered goes with the record, before another can get its id.
    name = id(value)
    known = _WALKED.get(name)
    if known is None:
        gone = ref(value, lambda _: _WALKED.pop(name, None))
        # Without the record itself, which it would keep.
        known = _WALKED[name] = (gone, tuple(_walk(value))[1:])
    yield value
    yield from known[1]


def _walk(value: object) -> Iterator[Node | Text]:
    # A stack, not recursion: a handbook is walked through for each programme and language.
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, Text):
            yield one
        elif isinstance(one, Node):
            yield one
            waiting.extend(getattr(one, name) for name in _keys_backwards(type(one)))
        elif isinstance(one, tuple):
            waiting.extend(reversed(one))
        elif one is None or isinstance(one, str | int | float):
            continue
        elif isinstance(one, Mapping):
            for key, item in reversed(tuple(one.items())):
                waiting += (item, key)


@cache
def _keys_backwards(model: type[Node]) -> tuple[str, ...]:
    return tuple(reversed(model.model_fields))


def nodes_with_ids(record: Record) -> Iterator[tuple[Id, Node]]:
    """Yield every element of a record, the record itself first."""
    for node in walk(record):
        found = getattr(node, "id", None)
        if isinstance(node, Node) and isinstance(found, Id):
            yield found, node


def prose(record: Record) -> Iterator[Text]:
    """Yield every text that is no id: what readers read, and a step's `FormPart` with it.

    That one is a reference of its own kind; it holds no link and no words of a language.
    """
    for text in walk(record):
        if isinstance(text, Text) and not isinstance(text, Id):
            yield text


def references(record: Record) -> Iterator[Ref]:
    """Yield every `Ref` in a record; a `FormPart`, which may name a part of a form, is none."""
    for text in walk(record):
        if isinstance(text, Ref):
            yield text


def kind_of(node: Node) -> str:
    """Name the kind of an element: a record's `kind`, otherwise the word for such a part."""
    return (
        str(node.kind)
        if isinstance(node, Record) and hasattr(node, "kind")
        else (type(node).__name__.lower())
    )
