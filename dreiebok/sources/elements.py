"""The elements in trees of YAML: whatever has an id, at any depth, and what refers to it.

The trees are not records yet, so what a reference is comes from the model's classes: the keys
under which some record keeps a Ref.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, get_args, get_origin

from dreiebok.inline import links
from dreiebok.model.base import Id, Node, Ref, Text
from dreiebok.model.handbook import KINDS
from dreiebok.model.scripts import FormPart
from dreiebok.sources.yaml_ import YamlNode


@dataclass(frozen=True, slots=True)
class Place:
    """An element, what holds it (None: it is a record), and what holds the holder."""

    node: YamlNode
    holder: YamlNode | None = None
    above: YamlNode | None = None


@dataclass(frozen=True, slots=True)
class RefKeys:
    """Keys under which records refer to elements: one, a list, or as keys of a mapping."""

    one: frozenset[str]
    many: frozenset[str]
    keys: frozenset[str]
    optional: frozenset[str]


@dataclass(slots=True)
class _Found:
    one: set[str] = field(default_factory=set)
    many: set[str] = field(default_factory=set)
    keys: set[str] = field(default_factory=set)
    optional: set[str] = field(default_factory=set)


def copy_tree(node: YamlNode) -> YamlNode:
    """Return a tree of its own; what aliases shared is no longer shared."""
    return YamlNode(
        node.kind,
        node.at,
        node.scalar,
        [copy_tree(item) for item in node.items],
        {key: copy_tree(value) for key, value in node.entries.items()},
    )


def id_of(node: YamlNode) -> str | None:
    """Return the id of an element; None for what has none."""
    found = node.entries.get(Id("id")) if node.kind == "mapping" else None
    return str(found.scalar) if found is not None and isinstance(found.scalar, Text) else None


def name_of(node: YamlNode) -> str | None:
    """Return what an item of a list is called: its id, or the reference that it is."""
    return str(node.scalar) if isinstance(node.scalar, Text) else id_of(node)


def value_of(node: YamlNode, key: str) -> YamlNode | None:
    """Return what stands under a key."""
    return node.entries.get(Text(key))


def walk_tree(
    node: YamlNode, holder: YamlNode | None = None, above: YamlNode | None = None
) -> Iterator[Place]:
    """Yield every node of a tree with what holds it, outermost first."""
    yield Place(node, holder, above)
    for item in node.items:
        yield from walk_tree(item, node, holder)
    for value in node.entries.values():
        yield from walk_tree(value, node, holder)


def index(trees: Iterable[YamlNode]) -> dict[str, Place]:
    """Return every element by its id; of two with the same, the first."""
    found: dict[str, Place] = {}
    for tree in trees:
        for place in walk_tree(tree):
            name = id_of(place.node)
            if name is not None:
                found.setdefault(name, place)
    return found


def ids_in(node: YamlNode) -> set[str]:
    """Return the ids of all elements in a tree."""
    return {name for place in walk_tree(node) if (name := id_of(place.node)) is not None}


def references_in(tree: YamlNode, names: Mapping[str, object]) -> Iterator[tuple[str, YamlNode]]:
    """Yield each of these names that something in a tree refers to or links to, and where."""
    keys = ref_keys()
    for place in walk_tree(tree):
        for key, value in place.node.entries.items():
            targets: Iterable[tuple[object, YamlNode]] = ()
            if key in keys.one and value.kind == "scalar":
                targets = [(value.scalar, value)]
            elif key in keys.many and value.kind == "sequence":
                targets = [(item.scalar, item) for item in value.items]
            elif key in keys.keys and value.kind == "mapping":
                targets = [(name, YamlNode("scalar", name.at, name)) for name in value.entries]
            for name, at in targets:
                found = target_of(name)
                if found in names:
                    yield found, at
        # Most texts have no link, and need no parser to tell.
        if isinstance(place.node.scalar, Text) and "](" in place.node.scalar:
            for address in links(place.node.scalar):
                if address.startswith("#") and address[1:] in names:
                    yield address[1:], place.node


def target_of(value: object) -> str:
    """Return the id that a reference means: of a form's part (`form#2`) that of the form."""
    return str(value).partition("#")[0] if isinstance(value, Text) else ""


@cache
def ref_keys() -> RefKeys:
    """Return the keys of the model's references."""
    found = _Found()
    for model in _models():
        for name, info in model.model_fields.items():
            key = info.alias or name
            shape = _shape(info.annotation)
            if shape:
                getattr(found, shape).add(key)
                if not info.is_required():
                    found.optional.add(key)
    return RefKeys(*(frozenset(getattr(found, n)) for n in ("one", "many", "keys", "optional")))


def _shape(annotation: Any) -> str:
    """Return how a field holds references: one, many or keys; empty for a field without."""
    if isinstance(annotation, type) and issubclass(annotation, Ref | FormPart):
        return "one"
    arguments = get_args(annotation)
    if not arguments:
        return ""
    origin = get_origin(annotation)
    inner = [_shape(argument) for argument in arguments]
    if origin is tuple:
        return "many" if inner[0] == "one" else ""
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return "keys" if inner[0] == "one" else ""
    return next((shape for shape in inner if shape), "")


def _models() -> list[type[Node]]:
    """Return every class that a record can have inside."""
    found: dict[type[Node], None] = {}

    def visit(annotation: Any) -> None:
        if isinstance(annotation, type) and issubclass(annotation, Node):
            if annotation in found:
                return
            found[annotation] = None
            for info in annotation.model_fields.values():
                visit(info.annotation)
        for argument in get_args(annotation):
            visit(argument)

    for record in KINDS.values():
        visit(record)
    return list(found)
