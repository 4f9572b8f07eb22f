"""Changes to lists in trees of YAML: more items, in a place of choice, and another order."""

from collections.abc import Iterable

from dreiebok.model.base import Text, describe
from dreiebok.model.prefixes import has_prefix
from dreiebok.problems import Code, Location, Problem
from dreiebok.sources.elements import id_of, name_of, value_of
from dreiebok.sources.naming import not_in_base
from dreiebok.sources.yaml_ import YamlNode, to_python

_PLACES = ("before", "after")
_USED = frozenset({"script", "form"})
"""Kinds that people look for behind a door; the rest they may read about in the menu."""


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


def list_pages(trees: Iterable[YamlNode], own: Iterable[YamlNode], kinds: frozenset[str]) -> None:
    """Let menus lead to the pages of one's own that no list names: the convenience of an overlay.

    A page joins the last group of its programme's menu that has a page of its kind, or else the
    last group; a chapter that belongs to no programme joins the handbook's common pages. What
    people use in a meeting joins the first door behind which there is such a thing, too.
    """
    found = list(trees)
    lists = [*(group for tree in found for group in _groups(tree)), *_common(found)]
    listed = {str(item.scalar) for pages in lists for item in pages.items}
    kind_of = {id_of(tree): _scalar(tree, "kind") for tree in found}
    for tree in own:
        name, kind = id_of(tree), _scalar(tree, "kind")
        if name is None or kind not in kinds or name in listed:
            continue
        owner = next((t for t in found if _owns(t, name)), None)
        if owner is None:
            target = next(iter(_common(found)), None) if kind == "chapter" else None
        else:
            groups = _groups(owner)
            same = [g for g in groups if any(kind_of.get(name_of(i)) == kind for i in g.items)]
            target = next(reversed(same or groups), None)
        targets = [] if target is None else [target]
        if owner is not None and kind in _USED:
            behind = _lists(owner, "doors")
            known = any(name_of(item) == name for pages in behind for item in pages.items)
            same = [p for p in behind if any(kind_of.get(name_of(i)) == kind for i in p.items)]
            targets += [] if known else same[:1]
        at = next(value.at for key, value in tree.entries.items() if key == "id")
        for pages in targets:
            pages.items.append(YamlNode("scalar", at, Text(name, at)))


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


def _scalar(tree: YamlNode, key: str) -> str:
    found = value_of(tree, key)
    return str(found.scalar) if found is not None else ""


def _owns(tree: YamlNode, name: str) -> bool:
    return _scalar(tree, "kind") == "programme" and has_prefix(name, _scalar(tree, "prefix"))


def _groups(tree: YamlNode) -> list[YamlNode]:
    """Return the lists of pages of a programme's menu."""
    return _lists(tree, "menu")


def _lists(tree: YamlNode, key: str) -> list[YamlNode]:
    """Return the lists of pages in the parts that a programme has under a key."""
    parts = value_of(tree, key)
    if parts is None or _scalar(tree, "kind") != "programme":
        return []
    found = (value_of(part, "pages") for part in parts.items)
    return [pages for pages in found if pages is not None and pages.kind == "sequence"]


def _common(trees: list[YamlNode]) -> list[YamlNode]:
    """Return the handbook's list of common pages."""
    for tree in trees:
        if _scalar(tree, "kind") == "handbook":
            if value_of(tree, "pages") is None:
                tree.entries[Text("pages", Location("", 0, 0))] = YamlNode("sequence", tree.at)
            pages = value_of(tree, "pages")
            assert pages is not None
            return [pages] if pages.kind == "sequence" else []
    return []
