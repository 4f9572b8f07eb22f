"""Takes elements out of trees of YAML, and with them what refers to them, where that can be done.

A reference in a list goes, so does one that a record can do without, and so does a block that only
shows what is removed, or asks in a removed phase alone. A link in a text stays as it is: where it
leads nowhere, readers are shown its words. What cannot do without the element is a problem at the
line that removes it.
"""

from collections.abc import Mapping, Sequence

from dreiebok.model.chapters import BLOCK_KEYS
from dreiebok.problems import Code, Location, Problem
from dreiebok.sources.elements import (
    Place,
    ids_in,
    index,
    ref_keys,
    references_in,
    target_of,
    value_of,
    walk_tree,
)
from dreiebok.sources.yaml_ import YamlNode


def take_out(trees: list[YamlNode], place: Place) -> None:
    """Take an element out of the list or key that holds it; a record, out of the trees."""
    holder = place.holder
    if holder is None:
        trees[:] = [tree for tree in trees if tree is not place.node]
    elif holder.kind == "sequence":
        holder.items[:] = [item for item in holder.items if item is not place.node]
    else:
        key = next(key for key, value in holder.entries.items() if value is place.node)
        if key in BLOCK_KEYS and place.above is not None and place.above.kind == "sequence":
            # A block is nothing without the box that it is.
            place.above.items[:] = [item for item in place.above.items if item is not holder]
        else:
            del holder.entries[key]


def drop_references(trees: list[YamlNode], gone: Mapping[str, Location]) -> list[Problem]:
    """Drop every reference to what is gone that can be dropped; return problems for the others.

    `gone` says of each id where it was removed. What goes along with a reference, such as the
    fields of a block that asked in a removed phase alone, is gone too, and what refers to it goes.
    """
    gone, along = {}, dict(gone)
    while along:
        gone |= along
        dropped: dict[str, Location] = {}
        for tree in trees:
            for place in list(walk_tree(tree)):
                dropped |= _drop_in(place, gone)
        new = dropped.keys() - gone.keys()
        there = index(trees) if new else {}
        along = {name: dropped[name] for name in sorted(new) if name not in there}
    problems = []
    for tree in trees:
        for name, at in references_in(tree, gone):
            if target_of(at.scalar) == name:  # And no link in a text.
                problems.append(still_needed(name, gone[name], at.at))
    return problems


def drop_unshown(trees: list[YamlNode], base: Sequence[YamlNode]) -> None:
    """Take out the figures and tables of the base that no page shows any more."""
    embedded = {name: p for name, p in index(trees).items() if _is_shown_elsewhere(p)}
    once = {name for tree in base for name, _ in references_in(tree, embedded)}
    shown = {name for tree in trees for name, _ in references_in(tree, embedded)}
    for name in once - shown:
        take_out(trees, embedded[name])


def check_lost(trees: list[YamlNode], lost: Mapping[str, Location]) -> list[Problem]:
    """Return a problem for each element that an override has written over and something needs."""
    there = index(trees)
    missing = {name: at for name, at in lost.items() if name not in there}
    return [
        still_needed(name, missing[name], at.at)
        for tree in trees
        for name, at in references_in(tree, missing)
    ]


def still_needed(name: str, override: Location, needed: Location) -> Problem:
    """Return the problem of an element that is gone, but not from everybody's mind."""
    return Problem(
        Code.STILL_NEEDED,
        f"“{name}” is gone with this, but {needed.file} refers to it in line {needed.line}",
        override,
        f"See {needed}. Keep the element, or replace or remove what refers to it too.",
    )


def _is_shown_elsewhere(place: Place) -> bool:
    kind = value_of(place.node, "kind") if place.holder is None else None
    return kind is not None and kind.scalar in {"figure", "table"}


def _drop_in(place: Place, gone: Mapping[str, Location]) -> dict[str, Location]:
    """Drop the references that one node holds itself; return the ids that go along.

    Like `gone`, it says of each where it was removed.
    """
    keys = ref_keys()
    node, holder = place.node, place.holder
    along: dict[str, Location] = {}

    def drop_node(target: str) -> None:
        assert holder is not None, "what is dropped whole stands in a list"
        holder.items[:] = [item for item in holder.items if item is not node]
        along.update(dict.fromkeys(ids_in(node), gone[target]))

    for key, value in tuple(node.entries.items()):
        target = target_of(value.scalar)
        if key in keys.one and value.kind == "scalar" and target in gone:
            if _is_block(place, key):
                drop_node(target)
            elif key == "door" and holder is not None and holder.kind == "sequence":
                # What a programme has behind a door goes with the door.
                drop_node(target)
            elif key in keys.optional:
                del node.entries[key]
        elif key in keys.many and value.kind == "sequence" and value.items:
            kept = [item for item in value.items if target_of(item.scalar) not in gone]
            if len(kept) == len(value.items):
                continue
            if kept:
                value.items[:] = kept
            elif holder is not None and holder.kind == "sequence" and key in {"pages", "phases"}:
                # A group of a menu that leads nowhere any more, or what was asked in these phases
                # alone: without any, it would be asked in all.
                drop_node(target_of(value.items[0].scalar))
            else:
                del node.entries[key]
    return along


def _is_block(place: Place, key: str) -> bool:
    """Tell whether a node is a block that shows an element under this key."""
    holder, above = place.holder, place.above
    if holder is None or above is None or holder.kind != "sequence":
        return False
    return key in BLOCK_KEYS and value_of(above, "blocks") is holder and _first(place.node) == key


def _first(node: YamlNode) -> str | None:
    """Return the key that says what a block is; `text` is last, as in the model."""
    found = [key for key in (*BLOCK_KEYS[1:], BLOCK_KEYS[0]) if key in node.entries]
    return found[0] if found else None
