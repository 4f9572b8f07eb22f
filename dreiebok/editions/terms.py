"""Terms in other words: one text with every form of a term replaced by the form of another word.

One pass over the text, longest form first, so that two terms can change places. Marks of Markdown,
addresses, code and placeholders are never touched. What cannot be inflected is handed back.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from dreiebok.editions.agreement import Edit, agree
from dreiebok.editions.articles import indefinite_article
from dreiebok.editions.lexicon import Entry, Lexicon, expression, find_entry, key_of
from dreiebok.editions.readings import is_noun_here, is_plural_here
from dreiebok.inline import shape
from dreiebok.model.terms import Forms

NORWEGIAN = frozenset({"nb", "nn"})
_UNTOUCHED = re.compile(
    r"(`+).*?\1(?!`)"  # code
    r"|\]\((?:<[^<>\n]*>|(?:\\.|[^\s()\\]|\((?:\\.|[^\s()\\])*\))*)(?:\s+\"[^\"]*\")?\)"  # a target
    r"|https?://\S+|\bwww\.\S+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+"
    r"|\{[A-Za-z_]+\}",
    re.DOTALL,
)
_INFLECTIONS = re.compile(r"(?:e|a|n|r|t|en|et|er|ar|ne|na|ene|ane|ers|ens|ets|nes|enes|anes)s?")
"""Endings of Norwegian nouns; what else follows a stem is the next part of a compound."""


@dataclass(frozen=True, slots=True)
class Missed:
    """A word that names a term and could not be inflected, and why."""

    word: str
    term: str
    why: str


@dataclass(frozen=True, slots=True)
class Replaced:
    """A text in other words, how often each term was met, and what could not be inflected."""

    text: str
    counts: Mapping[str, int] = field(default_factory=dict)
    missed: tuple[Missed, ...] = ()


def replace_terms(lexicon: Lexicon, text: str) -> Replaced:
    """Return a text (inline Markdown) in the organisation's words."""
    if not lexicon.hint.search(text):
        return Replaced(text)
    spared = [found.span() for found in _UNTOUCHED.finditer(text)]
    if lexicon.untouched:
        spared += [found.span() for found in lexicon.untouched.finditer(text)]
    edits: dict[int, Edit] = {}
    counts: dict[str, int] = {}
    missed: list[Missed] = []
    for found in lexicon.pattern.finditer(text):
        if any(start < found.end() and found.start() < end for start, end in spared):
            continue
        one = _replace_one(lexicon, text, found)
        missed += one.missed
        for edit in one.edits:
            edits[edit.start] = edit
        if one.edits:
            counts[one.term] = counts.get(one.term, 0) + 1
    new = _apply(text, edits.values())
    if new != text and shape(new) != shape(text):
        term = next(iter(counts), "")
        return Replaced(text, {}, (Missed(text, term, "its Markdown marks would change"),))
    return Replaced(new, counts, tuple(missed))


@dataclass(frozen=True, slots=True)
class _One:
    term: str = ""
    edits: tuple[Edit, ...] = ()
    missed: tuple[Missed, ...] = ()


def _replace_one(lexicon: Lexicon, text: str, found: re.Match[str]) -> _One:
    """Decide on one place: a form as it stands, a genitive, or the first part of a compound."""
    form, tail = found["form"], found["tail"]
    entry = find_entry(lexicon, form)
    norwegian = lexicon.locale in NORWEGIAN
    genitive = norwegian and tail.lower() == "s" and bool(entry and entry.places)
    hyphen = norwegian and not tail and re.match(r"[-‐](?=[^\W\d_]|\s|$)", text[found.end() :])
    if tail and not genitive:
        if norwegian:
            return _compound(lexicon, found)
        return _missed(entry, lexicon, found[0], "this form is not in the list")
    if entry is None or entry.term not in lexicon.own:
        return _One()
    if hyphen:
        own = _first_part(lexicon.own[entry.term], form, entry.form)
        if own is None:
            return _missed(entry, lexicon, found[0] + "-", "the new word makes no compounds")
        return _One(entry.term, (Edit(found.start(), found.end(), own),))
    if not entry.places:
        return _missed(entry, lexicon, found[0], "this form is not in the list")
    if key_of(form) in lexicon.unsure:
        noun = is_noun_here(text, found.start(), found.end(), lexicon.locale)
        if not noun:
            why = "it may be another word here, such as a verb"
            place = _around(text, found)
            return _One() if noun is False else _missed(entry, lexicon, place, why)
    slot, choice = _place(entry, text, found.start(), norwegian)
    choices = lexicon.own[entry.term].choices(slot)
    last = choices[min(choice, len(choices) - 1)]
    new = _like(form, entry.form, last)
    end = found.end()
    if genitive:
        ending = "’" if new[-1:].lower() in {"s", "x", "z"} else "s"
        new += ending.upper() if form.isupper() else ending
    elif not norwegian:
        end, new = _possessive(text, end, new)
    edits = [Edit(found.start(), end, new)]
    return _with_agreement(lexicon, text, found, entry.term, slot, last, edits)


def _with_agreement(
    lexicon: Lexicon,
    text: str,
    found: re.Match[str],
    term: str,
    slot: int,
    last: str,
    edits: list[Edit],
) -> _One:
    """Add the edits of the words around, and what is left in doubt."""
    if lexicon.locale == "en" and slot == 0:
        edits += indefinite_article(text, found.start(), last, found["form"].isupper())
    base, own = lexicon.base[term].kind(), lexicon.own[term].kind()
    if lexicon.locale not in NORWEGIAN or not base or not own or found["tail"]:
        return _One(term, tuple(edits))
    around, doubt = agree(text, found.start(), found.end(), slot, base, own, lexicon.locale, last)
    why = f"the new word has another gender ({own} for {base})"
    missed = tuple(Missed(f"{found[0]} … {word}", term, why) for word in doubt)
    return _One(term, (*edits, *around), missed)


def _around(text: str, found: re.Match[str]) -> str:
    """Return a word with its neighbours, so that one sees what it is without opening the file."""
    before = re.search(r"\S*\s*$", text[: found.start()])
    after = re.match(r"\s*\S*", text[found.end() :])
    return f"{before[0] if before else ''}{found[0]}{after[0] if after else ''}".strip()


def _compound(lexicon: Lexicon, found: re.Match[str]) -> _One:
    """Replace the first part of a Norwegian compound."""
    word = found[0]
    bare = word.replace("\u00ad", "")
    for key, entry in sorted(lexicon.entries.items(), key=lambda pair: -len(pair[0])):
        rest = bare[len(key) :]
        if not bare.lower().startswith(key) or not rest:
            continue
        if entry.term not in lexicon.own:
            return _One()
        if not entry.stem:
            continue
        if len(rest) < 3 or _INFLECTIONS.fullmatch(rest.lower()):
            break
        cut = re.match(expression(entry.form), word, re.IGNORECASE)
        end = cut.end() if cut else len(key)
        own = _first_part(lexicon.own[entry.term], word[:end], entry.form, rest)
        if own is None:
            return _missed(entry, lexicon, word, "the new word makes no compounds")
        start = found.start()
        return _One(entry.term, (Edit(start, start + end, own),))
    entry_of_form = find_entry(lexicon, found["form"])
    return _missed(entry_of_form, lexicon, word, "this form is not in the list")


def _first_part(own: Forms, old: str, base: str, rest: str = "") -> str | None:
    """Return a word as the first part of a compound whose second part is `rest`."""
    stem = next(iter(own.stems()), None)
    if stem is None:
        return None
    new = _like(old, base, stem)
    if rest and len(stem) > 1 and stem[-1].isupper() and stem[-2].isupper() and not old.isupper():
        return new + "-"  # Abbreviations are joined with a hyphen: NAV-møte.
    # Three consonants in a row become two: klubb + bok is klubbok.
    if rest and len(new) > 1 and new[-1].lower() == new[-2].lower() == rest[0].lower():
        return new[:-1]
    return new


def _possessive(text: str, end: int, new: str) -> tuple[int, str]:
    """Return where an English noun ends and its words, with the apostrophe that it needs."""
    found = re.match(r"[’'](?![^\W\d_])", text[end:])
    plural = text[end - 1 : end].lower() == "s" and not new.lower().endswith("s")
    # The plural's apostrophe, groups’; not the end of what a quotation mark opened before.
    if found and plural and not re.search(r"[‘'][^‘’']*$", text[:end]):
        return end + 1, f"{new}{found[0]}{'S' if new.isupper() else 's'}"
    return end, new


def _place(entry: Entry, text: str, start: int, norwegian: bool) -> tuple[int, int]:
    """Return slot and choice of a form; one that is singular and plural alike asks its text."""
    if len(entry.places) > 1 and norwegian and is_plural_here(text, start):
        return entry.places[-1]
    return entry.places[0]


def _missed(entry: Entry | None, lexicon: Lexicon, word: str, why: str) -> _One:
    if entry is None or entry.term not in lexicon.own:
        return _One()
    return _One(missed=(Missed(word, entry.term, why),))


def _like(old: str, base: str, own: str) -> str:
    """Return the own word with the capitals that the old word has beyond those of the base."""
    bare = old.replace("\u00ad", "")
    if bare == base:
        new = own
    elif bare.isupper() and sum(map(str.isalpha, bare)) > 1:
        new = own.upper()
    else:
        words = re.split(r"[\s-]+", bare)
        if len(words) > 1 and all(word[:1].isupper() for word in words):
            new = re.sub(r"(?<![^\s-])\w", lambda letter: letter[0].upper(), own)
        else:
            new = own[:1].upper() + own[1:] if bare[:1].isupper() else own
    # mastery-group meeting: what is joined by a hyphen stays so.
    return re.sub(r"\s+", "-", new) if " " in base and not re.search(r"\s", old) else new


def _apply(text: str, edits: Iterable[Edit]) -> str:
    return "".join(_pieces(text, edits))


def _pieces(text: str, edits: Iterable[Edit]) -> Iterator[str]:
    done = 0
    for edit in sorted(edits, key=lambda edit: edit.start):
        if edit.start < done:
            continue
        yield text[done : edit.start]
        yield edit.new
        done = edit.end
    yield text[done:]
