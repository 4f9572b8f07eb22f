"""Walks a record: every part of it, every text, in the order in which an author wrote the keys."""

from collections.abc import Iterator, Mapping

from dreiebok.model.base import Id, Node, Record, Ref, Text


def walk(value: object) -> Iterator[Node | Text]:
    """Yield the value itself, then all nodes and texts inside it, outermost first."""
    if isinstance(value, Text):
        yield value
    elif isinstance(value, Node):
        yield value
        for name in type(value).model_fields:
            yield from walk(getattr(value, name))
    elif isinstance(value, tuple):
        for item in value:
            yield from walk(item)
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from walk(key)
            yield from walk(item)


def nodes_with_ids(record: Record) -> Iterator[tuple[Id, Node]]:
    """Yield every element of a record, the record itself first."""
    for node in walk(record):
        found = getattr(node, "id", None)
        if isinstance(node, Node) and isinstance(found, Id):
            yield found, node


def prose(record: Record) -> Iterator[Text]:
    """Yield the texts that readers read: no ids and no references."""
    for text in walk(record):
        if isinstance(text, Text) and not isinstance(text, Id):
            yield text


def references(record: Record) -> Iterator[Ref]:
    """Yield every reference in a record."""
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
