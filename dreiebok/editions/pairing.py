"""Two languages in one record: every text gets its counterpart in the other language beside it.

A translation keeps the shape of a record (`translating.py`), so the texts of both come in the
same order; they are joined one by one.
"""

from collections.abc import Callable
from typing import TypeVar

from dreiebok.editions.edition import Edition
from dreiebok.editions.messages import map_texts
from dreiebok.model.base import Both, Node, Record, Text

Paired = TypeVar("Paired", bound=Record)


def pair_records(record: Paired, other: Record, locale: str) -> Paired:
    """Return a record whose texts know their counterparts in the same record in another locale.

    Texts with the same words in both, such as names and what is not translated yet, are left as
    they are, so that nothing is shown twice.
    """
    texts: list[Text] = []

    def collect(context: str, text: Text, node: Node, key: str) -> Text:
        texts.append(text)
        return text

    map_texts(other, collect)
    following = iter(texts)

    def join(context: str, text: Text, node: Node, key: str) -> Text:
        return pair_texts(text, next(following), locale)

    return map_texts(record, join)


def pair_texts(text: Text, other: Text, locale: str) -> Text:
    """Return a text that knows its counterpart, or the text alone where both say the same."""
    if str(text) == str(other):
        return text
    return Both.of(text, Text(str(other), other.at, other.lang or locale))


def pair_words(edition: Edition, other: Edition) -> Callable[[str], Text]:
    """Return what turns words of the interface into those of both editions."""

    def gettext(words: str) -> Text:
        return pair_texts(Text(edition.gettext(words)), Text(other.gettext(words)), other.locale)

    return gettext
