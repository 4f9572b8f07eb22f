"""The texts of a handbook as messages for translators, each under a name that never moves.

A message's context (gettext's msgctxt) is made of ids and keys, never of a place in a list:
`mg-dreiebok/mg-steg-5-bra/purpose`. Texts that share a context, such as the points of a list, are
told apart by their words (the msgid). So records may be moved and lists reordered.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from dreiebok.model.base import Id, Node, Record, Text
from dreiebok.model.handbook import Handbook, Programme
from dreiebok.model.organisations import Organisation
from dreiebok.model.prefixes import owner_of
from dreiebok.problems import Location

COMMON = "common"
"""The domain of what belongs to no programme, and of the interface."""
ORGANISATION = "organisation"
"""The domain of what an organisation says itself, over a base."""
INTERFACE = "interface"
"""The context of the texts of templates and program."""
Change = Callable[[str, Text, Node, str], Text]
"""Gets context, text, the part that has it and the key there; returns the text to put instead."""
_WHERE = {
    "programme": "Front page, programme page, cards.",
    "chapter": "Page and handbook.",
    "script": "Page, cards, overview, poster, booklet, handbook.",
    "rules": "Page, cards, ground rules, handbook.",
    "pitfalls": "Page, cards, booklet, handbook.",
    "form": "Form: page, PDF, paper; a prompt is also read aloud as the field's name.",
    "survey": "Survey: page, PDF, paper.",
    "figure": "Figure: page and handbook.",
    "table": "Table: page and handbook.",
    "glossary": "Glossary.",
    "sources": "List of sources.",
    "handbook": "Front page, covers, every footer.",
}
LIMITS = {
    ("Step", "title"): 44, ("Step", "who"): 40, ("Step", "purpose"): 140, ("Turn", "who"): 40,
    ("Script", "title"): 50, ("Form", "title"): 50, ("Survey", "title"): 50, ("Form", "note"): 110,
    ("Part", "title"): 30, ("Option", "text"): 60, ("FigureBox", "text"): 50,
    ("FigureBox", "note"): 50, ("Menu", "title"): 24, ("Programme", "title"): 30,
    ("Rule", "title"): 60, ("Pitfall", "title"): 60, ("Column", "title"): 40,
    ("Door", "title"): 44, ("Behind", "title"): 44,
}  # fmt: skip
"""How many characters a text may have where room is short: on a card, in a menu, in a box."""


@dataclass(frozen=True, slots=True)
class Message:
    """A text to be translated: its context, its words, a note for the translator, its places.

    Words that go with a number have a `plural`; `text` is then what is said of one.
    """

    context: str
    text: str
    note: str
    places: tuple[Location, ...]
    limit: int | None = None
    plural: str = ""


Mapped = TypeVar("Mapped", bound=Record)


def map_texts(record: Mapped, change: Change) -> Mapped:
    """Return the record with every text for readers changed; ids and names stay."""
    mapped: Mapped = _map(record, (str(record.id),), "", change)
    return mapped


def messages_of(handbook: Handbook) -> dict[str, tuple[Message, ...]]:
    """Return every message by domain, in the records' order.

    The domain is a programme's id, `common`, or `organisation` for what is not the base's.
    """
    found: dict[str, dict[tuple[str, str], Message]] = {}
    for record in handbook.records:
        domain = domain_of(record, handbook)
        found.setdefault(domain, {})

        def keep(
            context: str,
            text: Text,
            node: Node,
            key: str,
            record: Record = record,
            domain: str = domain,
        ) -> Text:
            if not any(letter.isalpha() for letter in text):
                return text  # A number is the same in every language.
            name = (context, str(text))
            own = handbook.is_own(text)
            messages = found.setdefault(ORGANISATION if own else domain, {})
            known = messages.get(name)
            places = (*(known.places if known else ()), text.at)
            limit = LIMITS.get((type(node).__name__, key))
            note = _note(record, node, key, limit)
            messages[name] = Message(context, str(text), note, places, limit)
            return text

        map_texts(record, keep)
    return {domain: tuple(messages.values()) for domain, messages in found.items()}


def map_settings(organisation: Organisation, change: Change) -> Organisation:
    """Return settings with every text for readers changed; what others build on stays."""

    def changed(owner: Node, path: str) -> dict[str, Text]:
        old: Text | None = getattr(owner, path.rpartition(".")[2])
        key = path.rpartition(".")[2]
        return {key: change(f"{ORGANISATION}/{path}", old, owner, key)} if old else {}

    updates: dict[str, object] = {**changed(organisation, "footer")}
    updates |= changed(organisation, "privacy")
    if contact := organisation.contact:
        updates["contact"] = contact.model_copy(update=changed(contact, "contact.text"))
    return organisation.model_copy(update=updates)


def messages_of_settings(organisation: Organisation) -> tuple[Message, ...]:
    """Return the messages of an organisation's settings: footer, privacy, whom to ask."""
    found: list[Message] = []

    def keep(context: str, text: Text, node: Node, key: str) -> Text:
        described = type(node).model_fields[key].description or ""
        found.append(Message(context, str(text), described, (text.at,)))
        return text

    map_settings(organisation, keep)
    return tuple(found)


def domain_of(record: Record, handbook: Handbook) -> str:
    """Return the catalog that a record's texts are in: that of its programme, or `common`."""
    programmes = [r for r in handbook.records if isinstance(r, Programme)]
    owner = owner_of(record.id, programmes)
    return str(owner.id) if owner else COMMON


def _map(value: Any, ids: tuple[str, ...], path: str, change: Change) -> Any:
    """Rebuild a value; `ids` are those of the record and the nearest element, `path` the keys."""
    if isinstance(value, Node):
        name = getattr(value, "id", None)
        if isinstance(name, Id) and str(name) != ids[0]:
            ids, path = (ids[0], str(name)), ""
        updates = {}
        for key in type(value).model_fields:
            old = getattr(value, key)
            inner = f"{path}.{key}" if path else key
            new = (
                change("/".join((*ids, inner)), old, value, key)
                if type(old) is Text
                else _map_list(old, ids, inner, change, value, key)
            )
            if new is not old:
                updates[key] = new
        # As a copy, but for the names of the fields that are set: those are many, and the same.
        every = {**value.__dict__, **updates}
        return value.model_construct(value.model_fields_set, **every) if updates else value
    return value


def _map_list(
    value: Any, ids: tuple[str, ...], path: str, change: Change, owner: Node, key: str
) -> Any:
    """Rebuild what stands under a key: a part, a list of parts or texts, or parts by name."""
    if isinstance(value, Node):
        return _map(value, ids, path, change)
    if isinstance(value, tuple):
        items = tuple(
            change("/".join((*ids, path)), item, owner, key)
            if type(item) is Text
            else _map(item, ids, path, change)
            for item in value
        )
        changed = any(new is not old for new, old in zip(items, value, strict=True))
        return items if changed else value
    if isinstance(value, Mapping):
        parts = {k: _map(item, ids, f"{path}.{k}", change) for k, item in value.items()}
        return parts if any(parts[k] is not value[k] for k in value) else value
    return value


def _note(record: Record, node: Node, key: str, limit: int | None) -> str:
    """Return what a translator needs to know: what it is, where it shows, how long it may be."""
    what = (type(node).__doc__ or "").strip().partition("\n")[0]
    described = type(node).model_fields[key].description
    room = f" At most {limit} characters." if limit else ""
    about = f" {key}: {described}" if described else f" {key}."
    kind = str(getattr(record, "kind", ""))
    return f"{what}{about} {_WHERE.get(kind, '')}{room}".replace("..", ".").strip()


def contexts(messages: Iterable[Message]) -> Iterator[tuple[str, str]]:
    """Yield what names each message: context and words."""
    for message in messages:
        yield message.context, message.text
