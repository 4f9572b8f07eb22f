"""A catalog brought up to the texts of today: nothing that a translator wrote is lost."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from difflib import SequenceMatcher
from operator import is_

from dreiebok.editions.catalogs import Catalog, Entry
from dreiebok.editions.messages import Message, contexts

_NEAR = 0.55
"""How alike an old and a new text must be for the old translation to be of help."""
_TARGET = re.compile(r"(?<=\]\()#[^)\s]+(?=\))")
"""The target of a link within the handbook: [words](#id)."""


def merge(catalog: Catalog, messages: Iterable[Message]) -> Catalog:
    """Return the catalog with the messages of today, and what they can use of what it knows.

    The same context and words: the translation stays. The same words, once elsewhere: it moves
    along. The same context with words that are alike: it is kept, fuzzy, with the words that it was
    made for, until these come back; where only links lead elsewhere, they are mended and it is not.
    What nothing needs becomes obsolete, and is used again if its text comes back.
    """
    wanted = tuple(messages)
    names = set(contexts(wanted))
    known = [*catalog.entries, *catalog.obsolete]
    free = [entry for entry in known if (entry.context, entry.text) not in names]
    by_name = {(entry.context, entry.text): entry for entry in reversed(known)}
    by_text = {entry.text: entry for entry in reversed(free) if entry.translation}
    used: set[tuple[str, str]] = set()
    entries = []
    for message in wanted:
        name = (message.context, message.text)
        entry = by_name.get(name)
        if entry is None and (moved := by_text.get(message.text)):
            used.add((moved.context, moved.text))
            entry = _renamed(moved, message, fuzzy=moved.fuzzy, previous=moved.previous)
        if entry is None and (old := _nearest(message, free, used)):
            used.add((old.context, old.text))
            entry = _retargeted(old, message) or _adapted(old, message)
        entry = entry or Entry(message.context, message.text)
        entries.append(_counted(entry, message, catalog.plurals.count))
    written = [e for e in free if e.translation or any(e.forms) or e.comment]
    obsolete = [e for e in written if (e.context, e.text) not in used]
    if _same(entries, catalog.entries) and _same(obsolete, catalog.obsolete):
        return catalog
    return replace(catalog, entries=tuple(entries), obsolete=tuple(obsolete))


def _same(entries: Sequence[Entry], others: Sequence[Entry]) -> bool:
    return len(entries) == len(others) and all(map(is_, entries, others))


def _nearest(message: Message, free: list[Entry], used: set[tuple[str, str]]) -> Entry | None:
    """Return the translated entry of the same context whose words are the most alike."""
    best, most = None, _NEAR
    for entry in free:
        if entry.context != message.context or not entry.translation:
            continue
        if (entry.context, entry.text) in used:
            continue
        alike = SequenceMatcher(None, entry.text, message.text, autojunk=False).ratio()
        if alike >= most:
            best, most = entry, alike
    return best


def _retargeted(entry: Entry, message: Message) -> Entry | None:
    """Return the entry with the links of a message that differs in their targets alone.

    So an id that was renamed leaves no work for translators.
    """
    if entry.fuzzy or _TARGET.sub("", entry.text) != _TARGET.sub("", message.text):
        return None
    moves = set(zip(_TARGET.findall(entry.text), _TARGET.findall(message.text), strict=True))
    new = dict(moves)
    if len(new) < len(moves):
        return None  # One target became two; which is which, a translator knows.
    translation = _TARGET.sub(lambda found: new.get(found[0], found[0]), entry.translation)
    return replace(
        entry, context=message.context, text=message.text, translation=translation, line=0
    )


def _adapted(entry: Entry, message: Message) -> Entry:
    """Return the entry, fuzzy, unless its translation was made for the very words of the message.

    What a translator had marked as doubtful was made for no words for certain, and stays fuzzy.
    """
    if entry.fuzzy and entry.previous == message.text:
        return _renamed(entry, message, fuzzy=False, previous="")
    previous = entry.previous if entry.fuzzy else entry.text
    return _renamed(entry, message, fuzzy=True, previous=previous)


def _renamed(entry: Entry, message: Message, *, fuzzy: bool, previous: str) -> Entry:
    return replace(
        entry, context=message.context, text=message.text, fuzzy=fuzzy, previous=previous, line=0
    )


def _counted(entry: Entry, message: Message, count: int) -> Entry:
    """Return an entry with as many forms as its message needs.

    If one went with a number before and the other does not, or their plurals differ, the
    translation is only a help to the translator: fuzzy.
    """
    if entry.plural == message.plural:
        return entry
    forms = (entry.forms or (entry.translation,) * count) if message.plural else ()
    fuzzy = bool(entry.translation)
    return replace(entry, plural=message.plural, forms=forms, fuzzy=fuzzy)
