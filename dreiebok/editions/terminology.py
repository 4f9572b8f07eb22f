"""Terms that the glossary fixes: one word for one thing, through a whole catalog.

The glossary's own entries say how a term is translated. A word of the source may also be an
everyday word that no glossary fixes (in bokmål “leder” is a leader, and leads), so only a term that
nearly all translations follow is taken for fixed, and those that do not are told.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from dreiebok.editions.catalogs import Catalog, Entry
from dreiebok.editions.messages import Message
from dreiebok.inline import to_plain
from dreiebok.model.handbook import Glossary

OUT_OF = 10
"""No more than one translation in so many may be without a term that counts as fixed."""
_WORD = re.compile(r"[^\W\d_]+(?:[’'][^\W\d_]+)?")
_QUOTED = re.compile(r"«[^»]*»|“[^”]*”|„[^”“]*[”“]|‘[^’]*’(?!\w)|\([^)]*\)")
_MARKED = re.compile(r"(?<!\*)\*[^*]+\*(?!\*)")


@dataclass(frozen=True, slots=True)
class Rule:
    """A term in one form of it that the source has, and the term's translation."""

    term: str
    form: re.Pattern[str]
    translation: str


@dataclass(frozen=True, slots=True)
class Astray:
    """A translation that calls a thing otherwise than the others do."""

    entry: Entry
    rule: Rule


def make_rules(glossaries: Sequence[Glossary], catalog: Catalog) -> tuple[Rule, ...]:
    """Return the terms whose translation a catalog knows."""
    rules = []
    for glossary in glossaries:
        for term in glossary.terms:
            name = "/".join(dict.fromkeys((str(glossary.id), str(term.id), "term")))
            entry = catalog.find(name, str(term.term))
            if entry is None or not entry.translation or entry.fuzzy:
                continue
            # Form by form: “lederen” is always the leader, while “leder” may be what she does.
            for form in dict.fromkeys((str(term.term), *map(str, term.forms))):
                found = re.compile(rf"(?<![\w.]){re.escape(form)}(?!\.?\w)", re.IGNORECASE)
                rules.append(Rule(str(term.term), found, entry.translation))
    return tuple(rules)


def check_wording(
    rules: Sequence[Rule], catalog: Catalog, messages: Sequence[Message]
) -> Iterator[Astray]:
    """Yield each translation in which a term is missing that nearly all the others have."""
    pairs = []
    for message in messages:
        entry = catalog.find(message.context, message.text)
        if entry and entry.translation and not entry.fuzzy:
            pairs.append((_own_words(message.text), entry))
    for rule in rules:
        meant = [entry for source, entry in pairs if rule.form.search(source)]
        astray = [entry for entry in meant if not _follows(entry.translation, rule.translation)]
        if len(astray) * OUT_OF <= len(meant):
            yield from (Astray(entry, rule) for entry in astray)


def _own_words(text: str) -> str:
    """Return a text without titles and quotations, which may keep the words of others."""
    return _QUOTED.sub(" ", to_plain(_MARKED.sub(" ", text)))


def _follows(translation: str, term: str) -> bool:
    """Tell whether a translation has a word of the term in some form, or in a compound."""
    found = [word.casefold() for word in _WORD.findall(to_plain(translation))]
    wanted = [word.casefold() for word in _WORD.findall(_QUOTED.sub(" ", to_plain(term)))]
    longest = max(map(len, wanted), default=0)
    # “The” and “of” say nothing; a short term such as “mål” has only short words.
    heads = [_stem(word) for word in wanted if len(word) > 3 or len(word) == longest]
    return any(head in word for head in heads for word in found)


def _stem(word: str) -> str:
    """Return the part of a word that endings leave alone: six tenths of it, and three letters."""
    return word if len(word) <= 3 else word[: max(3, -(-len(word) * 6 // 10))]
