"""An organisation's overlay on the base edition: trees of YAML in, trees of YAML out.

It works before records are parsed, on trees that know their places: what is wrong with a value of
one's own is told at its own line, as if it had stood in the base. Own records come first (one with
the id of a base record takes its place whole), then what is removed, replaced, added and put in
another order.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from dreiebok.model.base import Text
from dreiebok.model.handbook import PAGE_KINDS
from dreiebok.problems import Code, Location, Problem
from dreiebok.sources.elements import (
    Place,
    copy_tree,
    id_of,
    ids_in,
    index,
    value_of,
)
from dreiebok.sources.joining import join_menus
from dreiebok.sources.listing import extend, reorder
from dreiebok.sources.naming import not_in_base
from dreiebok.sources.removing import check_lost, drop_references, drop_unshown, take_out
from dreiebok.sources.yaml_ import YamlNode, to_python

OPERATIONS = ("replace", "extend", "remove", "order")


@dataclass(frozen=True, slots=True)
class Overridden:
    """What an override stands in for: an element of the base, whole or some of its keys.

    `base` holds the base's values by key, `None` for a key that the base does not have.
    """

    id: str
    at: Location
    base: Mapping[str, Any]
    whole: bool


@dataclass(frozen=True, slots=True)
class Overlaid:
    """The trees of the edition, what is wrong with the overlay, and what it did."""

    trees: tuple[YamlNode, ...]
    problems: tuple[Problem, ...] = ()
    overridden: tuple[Overridden, ...] = ()
    removed: frozenset[str] = frozenset()


@dataclass(slots=True)
class _Work:
    """The edition in the making."""

    trees: list[YamlNode]
    base: dict[str, Place]
    places: dict[str, Place] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    overridden: dict[str, Overridden] = field(default_factory=dict)
    removed: dict[str, Location] = field(default_factory=dict)
    lost: dict[str, Location] = field(default_factory=dict)


def apply_overlay(
    base: Sequence[YamlNode],
    own: Sequence[YamlNode] = (),
    overlays: Sequence[YamlNode] = (),
    forms: Sequence[Text] | None = None,
) -> Overlaid:
    """Return the base's trees with an organisation's own records and overrides.

    `overlays` are the mappings that hold `replace`, `extend`, `remove` and `order`; their shape
    has been checked. `forms` are the ids of the base's forms and surveys that stay, None for all.
    The trees that come in are left as they are.
    """
    if not own and forms is None and not any(_parts(overlays, name) for name in OPERATIONS):
        return Overlaid(tuple(base))
    work = _Work([copy_tree(tree) for tree in base], index(base))
    work.problems.extend(_told_twice(own, overlays))
    _add_own(work, [copy_tree(tree) for tree in own])
    work.places = index(work.trees)
    there = set(work.places)
    _choose_forms(work, forms)
    _remove(work, overlays)
    work.places = index(work.trees)
    for name, key, value in _changes(overlays, "replace"):
        _replace(work, name, key, value)
    work.places = index(work.trees)
    for operation, change in (("extend", extend), ("order", reorder)):
        for name, key, value in _changes(overlays, operation):
            if (place := _find(work, name)) is not None:
                work.problems.extend(change(place.node, key, copy_tree(value)))
    names = {id_of(tree) for tree in own}
    join_menus(work.trees, [t for t in work.trees if id_of(t) in names], PAGE_KINDS)
    there.update(index(work.trees))
    work.problems.extend(drop_references(work.trees, work.removed))
    drop_unshown(work.trees, base)
    # What went along with the removed, such as the rows of a table that nothing shows any more.
    along = there - set(index(work.trees)) - work.lost.keys()
    work.problems.extend(check_lost(work.trees, work.lost))
    return Overlaid(
        tuple(work.trees),
        tuple(dict.fromkeys(work.problems)),
        tuple(work.overridden[name] for name in sorted(work.overridden)),
        frozenset(work.removed) | along,
    )


def _add_own(work: _Work, own: list[YamlNode]) -> None:
    """Add records of one's own; one with a base record's id takes its place."""
    for tree in own:
        name = id_of(tree)
        place = work.base.get(name) if name else None
        if name and place is not None and place.holder is None:
            at = _place_of_id(tree)
            work.trees[:] = [known for known in work.trees if id_of(known) != name]
            _remember(work, name, at, to_python(place.node), whole=True)
            work.lost.update(dict.fromkeys(ids_in(place.node) - ids_in(tree), at))
    work.trees.extend(own)


def _choose_forms(work: _Work, forms: Sequence[Text] | None) -> None:
    """Leave out the base's forms and surveys that are not chosen."""
    if forms is None:
        return
    known = {name for name, place in work.base.items() if _is_form(place)}
    work.problems.extend(not_in_base("form or survey", f, known) for f in forms if f not in known)
    at = forms[0].at if forms else Location("")
    for name in sorted(known - set(forms)):
        if name in work.places and name not in work.overridden:
            _take(work, name, at)


def _remove(work: _Work, overlays: Sequence[YamlNode]) -> None:
    for part in _parts(overlays, "remove"):
        for item in part.items:
            name = _text(item)
            if name in work.removed:
                continue  # With what it stood in, or chosen away, or told twice.
            if _find(work, name):
                if name in work.base:
                    base = to_python(work.base[name].node)
                    _remember(work, str(name), name.at, base, whole=True)
                _take(work, str(name), name.at)


def _take(work: _Work, name: str, at: Location) -> None:
    place = work.places[name]
    work.removed.update(dict.fromkeys(ids_in(place.node), at))
    take_out(work.trees, place)


def _replace(work: _Work, name: Text, key: Text, value: YamlNode) -> None:
    """Put another value under a key of an element."""
    place = _find(work, name)
    if place is None:
        return
    if key == "id":
        work.problems.append(
            Problem(
                Code.WRONG_VALUE,
                f"the id of “{name}” cannot be replaced",
                key.at,
                "An id never changes. Remove the element, and add one of your own.",
            )
        )
        return
    known = place.node.entries.get(key)
    if name in work.base:
        # Of the base as it was: the element may have been changed by an earlier override.
        before = work.base[name].node.entries.get(key)
        _remember(work, str(name), name.at, {str(key): before and to_python(before)}, whole=False)
    if known is not None:
        work.lost.update(dict.fromkeys(ids_in(known) - ids_in(value), key.at))
    new = copy_tree(value)
    # The key goes in as it is written here, so that a key that nobody knows is told at its line.
    place.node.entries.pop(key, None)
    place.node.entries[key] = new
    if known is not None and (known.kind != "scalar" or new.kind != "scalar"):
        work.places = index(work.trees)


def _find(work: _Work, name: Text) -> Place | None:
    """Return the element that an override names; a problem if there is none."""
    place = work.places.get(name)
    if place is None:
        first = work.removed.get(name)
        problem = _twice(name, first) if first else not_in_base("element", name, work.places)
        work.problems.append(problem)
    return place


def _remember(
    work: _Work, name: str, at: Location, base: Mapping[str, Any], *, whole: bool
) -> None:
    known = work.overridden.get(name)
    if known is not None and not whole:
        base, at = {**known.base, **base}, known.at
        whole = known.whole
    work.overridden[name] = Overridden(name, at, base, whole)


def _told_twice(own: Sequence[YamlNode], overlays: Sequence[YamlNode]) -> Iterable[Problem]:
    """Yield a problem for each element that two overrides have different plans for."""
    seen: dict[str, Location] = {}
    for tree in own:
        if (record := id_of(tree)) is not None:
            seen.setdefault(record, _place_of_id(tree))
    for part in _parts(overlays, "remove"):
        for item in part.items:
            name = _text(item)
            if name in seen:
                yield _twice(name, seen[name])
            seen.setdefault(name, item.at)
    keys: dict[tuple[str, str], Location] = {}
    for element, key, _ in _changes(overlays, "replace"):
        first = seen.get(element) or keys.get((element, key))
        if first is not None:
            yield _twice(element if element in seen else key, first)
        keys.setdefault((element, key), key.at)


def _twice(name: Text, first: Location) -> Problem:
    return Problem(
        Code.OVERRIDE_TWICE,
        f"“{name}” is overridden twice",
        name.at,
        f"See {first} too. Keep one of the two: nobody could tell which of them counts.",
    )


def _changes(overlays: Sequence[YamlNode], operation: str) -> Iterable[tuple[Text, Text, YamlNode]]:
    """Yield element, key and value of every change of one sort."""
    for part in _parts(overlays, operation):
        for name, changes in part.entries.items():
            for key, value in changes.entries.items():
                yield name, key, value


def _parts(overlays: Sequence[YamlNode], operation: str) -> list[YamlNode]:
    found = (value_of(overlay, operation) for overlay in overlays)
    return [part for part in found if part is not None]


def _text(node: YamlNode) -> Text:
    return node.scalar if isinstance(node.scalar, Text) else Text(str(node.scalar), node.at)


def _place_of_id(tree: YamlNode) -> Location:
    found = value_of(tree, "id")
    return found.at if found is not None else tree.at


def _is_form(place: Place) -> bool:
    kind = value_of(place.node, "kind") if place.holder is None else None
    return kind is not None and kind.scalar in {"form", "survey"}
