"""Menus and doors of an overlaid edition: the pages of one's own join them.

An author who adds a page need not replace a whole menu for it. What a list of the overlay names
already is left where it is named.
"""

from collections.abc import Iterable

from dreiebok.model.base import Text
from dreiebok.model.prefixes import has_prefix
from dreiebok.problems import Location
from dreiebok.sources.elements import id_of, name_of, value_of
from dreiebok.sources.yaml_ import YamlNode

_USED = frozenset({"script", "form"})
"""Kinds that people look for behind a door; the rest they may read about in the menu."""


def join_menus(trees: Iterable[YamlNode], own: Iterable[YamlNode], kinds: frozenset[str]) -> None:
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
