"""The lock of an overlay: what the base said where an organisation says something else.

It is a file of YAML, by id: a short code of the base's text, and the text as it was, so that both
versions can be shown when the base has moved on:

    mg-steg-5-bra:
      code: 7K2M
      base:
        purpose: Vi løfter fram det som lyktes.

Nothing here opens or writes a file.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from dreiebok.model.codes import code_of
from dreiebok.problems import Code, Problem, Severity, SourceError
from dreiebok.sources.elements import value_of
from dreiebok.sources.overlaying import Overridden
from dreiebok.sources.yaml_ import YamlNode, dump_yaml, parse_yaml, to_python

HEADER = (
    "# What the base edition said where this organisation's overlay says something else.\n"
    "# Written by `dreiebok build` and `dreiebok accept`; keep it with your other files.\n"
)
_AROUND = 6
"""How many words that have not changed are shown on either side of those that have."""
_MOST = 3
"""How many keys are shown of an element of which more have changed."""


@dataclass(frozen=True, slots=True)
class Lock:
    """Values of the base by id and key, as they were when the overrides were made or accepted."""

    entries: Mapping[str, Mapping[str, Any]]


def read_lock(data: bytes, name: str) -> Lock:
    """Return what a lock holds; SourceError (bad-lock, yaml-syntax …) at the line of a mistake."""
    if not data.strip():
        return Lock({})
    entries: dict[str, Mapping[str, Any]] = {}
    if all(not line.strip() or line.startswith(b"#") for line in data.splitlines()):
        return Lock({})
    tree = parse_yaml(data, name)
    if tree.kind != "mapping":
        raise SourceError(_bad("it is no list of ids", tree))
    for key, node in tree.entries.items():
        code, base = value_of(node, "code"), value_of(node, "base")
        if code is None or base is None or base.kind != "mapping":
            raise SourceError(_bad(f"“{key}” needs `code:` and `base:`", node))
        values = to_python(base)
        if str(code.scalar) != _code(values):
            raise SourceError(_bad(f"the code of “{key}” is not that of its text", code))
        entries[str(key)] = values
    return Lock(entries)


def write_lock(lock: Lock) -> bytes:
    """Return the file of a lock, sorted by id."""
    whole = {
        name: {"code": _code(lock.entries[name]), "base": lock.entries[name]}
        for name in sorted(lock.entries)
    }
    return (HEADER + (dump_yaml(whole) if whole else "")).encode()


def add_new(lock: Lock, overridden: Iterable[Overridden]) -> Lock:
    """Return the lock with what it did not know; what it knows stays, outdated or not."""
    entries = dict(lock.entries)
    for one in overridden:
        known = entries.get(one.id, {})
        new = {key: value for key, value in one.base.items() if key not in known}
        if new and not (one.whole and known):
            entries[one.id] = {**known, **new}
    return Lock(entries)


def accept(lock: Lock, overridden: Iterable[Overridden], names: Iterable[str]) -> Lock:
    """Return the lock with today's base under these ids, and without what nothing overrides."""
    renewed = set(names)
    today = {one.id: one for one in overridden}
    entries = {name: base for name, base in lock.entries.items() if name in today}
    entries.update({name: today[name].base for name in renewed if name in today})
    return add_new(Lock(entries), today.values())


def outdated(lock: Lock, overridden: Iterable[Overridden]) -> Iterator[Overridden]:
    """Yield the overrides whose base is another than the lock remembers."""
    for one in overridden:
        known = lock.entries.get(one.id)
        if known is not None and list(_changes(known, one)):
            yield one


def check_outdated(lock: Lock, overridden: Iterable[Overridden]) -> Iterator[Problem]:
    """Yield a warning for each override whose base has changed, with both versions."""
    for one in outdated(lock, overridden):
        changes = list(_changes(lock.entries[one.id], one))
        lines = [line for key in changes[:_MOST] for line in _versions(key, lock, one)]
        if len(changes) > _MOST:
            lines.append(f"… and {len(changes) - _MOST} more keys.")
        lines.append(
            "See whether your own text still fits, and change it if not. "
            f"Then run: dreiebok accept {one.id}"
        )
        yield Problem(
            Code.OVERRIDE_OUTDATED,
            f"the base has changed “{one.id}” since you overrode it",
            one.at,
            "\n".join(lines),
            Severity.WARNING,
        )


def word_diff(old: str, new: str) -> tuple[str, str]:
    """Return two texts with the words that differ in ‹ ›, and long stretches of others left out."""
    before, after = old.split(), new.split()
    left: list[str] = []
    right: list[str] = []
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    codes = matcher.get_opcodes()
    for number, (kind, a, b, c, d) in enumerate(codes):
        if kind == "equal":
            same = _shortened(before[a:b], first=number == 0, last=number == len(codes) - 1)
            left.extend(same)
            right.extend(same)
            continue
        for words, into in ((before[a:b], left), (after[c:d], right)):
            if words:
                into.append(f"‹{' '.join(words)}›")
    return " ".join(left), " ".join(right)


def _shortened(words: list[str], *, first: bool, last: bool) -> list[str]:
    head = 0 if first else _AROUND
    tail = 0 if last else _AROUND
    if len(words) <= head + tail + 1:
        return words
    return [*words[:head], "…", *words[len(words) - tail :]]


def _versions(key: str, lock: Lock, one: Overridden) -> Iterator[str]:
    was, now = _words(lock.entries[one.id].get(key)), _words(one.base.get(key))
    before, after = word_diff(was, now)
    yield f"{key}, the base then: {before or '(nothing)'}"
    yield f"{key}, the base now:  {after or '(nothing)'}"


def _changes(known: Mapping[str, Any], one: Overridden) -> Iterator[str]:
    """Yield the keys under which the base is not what it was."""
    # A key that the lock does not know is new in the overlay, or, of a whole element, in the base.
    keys = {**known, **one.base} if one.whole else one.base
    for key in keys:
        if (key in known or one.whole) and _plain(known.get(key)) != _plain(one.base.get(key)):
            yield key


def _words(value: Any) -> str:
    """Return a value of the base in one line of words."""
    if value is None:
        return ""
    text = value if isinstance(value, str) else dump_yaml(value)
    return re.sub(r"\s+", " ", text).strip()


def _plain(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)


def _code(values: Mapping[str, Any]) -> str:
    return code_of(_plain(dict(values)))


def _bad(message: str, node: YamlNode) -> Problem:
    return Problem(
        Code.BAD_LOCK,
        f"the lock cannot be read: {message}",
        node.at,
        "It is not for editing. Take back your change; or delete the file, and the next build "
        "takes the base of today for what your overrides were made for.",
    )
