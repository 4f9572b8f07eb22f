"""Changes to lists in trees of YAML: more items, in a place of choice, and another order."""

from dreiebok.model.base import Text, describe
from dreiebok.problems import Code, Problem
from dreiebok.sources.elements import name_of, value_of
from dreiebok.sources.naming import not_in_base
from dreiebok.sources.yaml_ import YamlNode, to_python

_PLACES = ("before", "after")


def extend(node: YamlNode, key: Text, value: YamlNode) -> list[Problem]:
    """Add to what a node has under a key; return what is wrong with the addition.

    A list gets more items, at its end or beside the item that is named; a mapping gets more keys,
    and those that it has are extended in turn. What is not there yet is added as it stands.
    """
    known = node.entries.get(key)
    if known is None and not _is_placed(value):
        node.entries[key] = value
        return []
    if known is None:
        known = node.entries[key] = YamlNode("sequence", value.at)
    if known.kind == "sequence" and value.kind == "sequence":
        known.items.extend(value.items)
        return []
    if known.kind == "sequence" and _is_placed(value):
        return _insert(known, value)
    if known.kind == "mapping" and value.kind == "mapping":
        return [found for k, inner in value.entries.items() for found in extend(known, k, inner)]
    what = "a list" if known.kind == "sequence" else "one value"
    return [
        Problem(
            Code.WRONG_VALUE,
            f"“{key}” is {what} in the base; {describe(to_python(value))} cannot extend it",
            value.at,
            "Give a list of items, or {after: ID, items: [...]}. "
            "To put another value in its place, use `replace`.",
        )
    ]


def reorder(node: YamlNode, key: Text, names: YamlNode) -> list[Problem]:
    """Put the named items of a list first, in that order; return a problem for each unknown."""
    known = node.entries.get(key)
    wanted = [item for item in names.items if isinstance(item.scalar, Text)]
    if known is None or known.kind != "sequence":
        has = [name for name, value in node.entries.items() if value.kind == "sequence"]
        return [not_in_base("list", key, has)]
    if not wanted:
        return []
    found = (_list_with(known, str(item.scalar)) for item in wanted)
    target = next((place[0] for place in found if place is not None), known)
    problems = []
    first: list[YamlNode] = []
    for item in wanted:
        match = next((n for n in target.items if name_of(n) == item.scalar), None)
        if match is None:
            problems.append(not_in_base("item of this list", item.scalar, _names(target)))
        elif not any(match is other for other in first):
            first.append(match)
    if not problems:
        rest = [item for item in target.items if not any(item is other for other in first)]
        target.items[:] = [*first, *rest]
    return problems


def _insert(target: YamlNode, value: YamlNode) -> list[Problem]:
    """Insert items before or after one of a list, or of a list in one of its items."""
    items = value_of(value, "items")
    sides = [(key, node) for key, node in value.entries.items() if key in _PLACES]
    wrong = [key for key in value.entries if key not in (*_PLACES, "items")]
    if items is None or items.kind != "sequence" or len(sides) != 1 or wrong:
        return [
            Problem(
                Code.WRONG_VALUE,
                "this says neither where nor what to add",
                value.at,
                "Write {after: ID, items: [...]} or {before: ID, items: [...]}.",
            )
        ]
    side, node = sides[0]
    name = node.scalar if isinstance(node.scalar, Text) else Text(str(node.scalar), node.at)
    place = _list_with(target, name)
    if place is None:
        return [not_in_base("item of this list", name, _names(target))]
    where, number = place
    number += side == "after"
    where.items[number:number] = items.items
    return []


def _is_placed(value: YamlNode) -> bool:
    return value.kind == "mapping" and any(key in value.entries for key in ("items", *_PLACES))


def _list_with(target: YamlNode, name: str) -> tuple[YamlNode, int] | None:
    """Return the list that holds an item, with its number: the list itself, or one inside it."""
    inner = [v for item in target.items for v in item.entries.values() if v.kind == "sequence"]
    for found in (target, *inner):
        for number, item in enumerate(found.items):
            if name_of(item) == name:
                return found, number
    return None


def _names(target: YamlNode) -> list[str]:
    inner = [v for item in target.items for v in item.entries.values() if v.kind == "sequence"]
    names = (name_of(item) for found in (target, *inner) for item in found.items)
    return [name for name in names if name]
