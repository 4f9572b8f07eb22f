"""What is to be found in texts of one language, and whose word it is: every form of every term."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from dreiebok.model.terms import BaseForms, Forms, lacking

_IN_WORD = "\u00ad\u0300-\u036f"
"""What may stand inside a word and is no letter: the soft hyphen, combining marks."""
_JOINT = "(?:\u00ad|[-\u2010]\\n *)?"
"""Between two letters: a soft hyphen, or the hyphen of a line that was broken by hand."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A form of the base as it is written: its term, and each place it has in the list."""

    term: str
    form: str
    places: tuple[tuple[int, int], ...] = ()
    """Slot, and which of the equally good forms there."""
    stem: bool = False
    """Begins compounds."""


@dataclass(frozen=True, slots=True)
class Lexicon:
    """All that is to be found in texts of one language, and what is to be put there."""

    locale: str
    pattern: re.Pattern[str]
    entries: Mapping[str, Entry]
    base: Mapping[str, BaseForms]
    own: Mapping[str, Forms]
    hint: re.Pattern[str]
    """What every text has that has a term, quick to look for."""
    untouched: re.Pattern[str] | None = None
    unsure: frozenset[str] = frozenset()


def make_lexicon(
    locale: str,
    base: Mapping[str, BaseForms],
    own: Mapping[str, Forms],
    untouched: Iterable[str] = (),
) -> Lexicon | None:
    """Return what to look for in texts of a locale, or None where nothing is to be changed.

    Terms without a word of the organisation's own take part too: «lederguide» is not a compound
    of «leder». `untouched` are words that stay wherever they stand, such as titles of sources.
    """
    language = locale.partition("_")[0]
    usable = {
        term: forms
        for term, forms in own.items()
        if term in base and not lacking(language, forms, base[term])
    }
    if not usable:
        return None
    changed = {key for term in usable for key in _keys(base[term])}
    # Of the others, those matter that hold a form that changes.
    near = [
        term
        for term in base
        if term in usable or any(k in key for key in _keys(base[term]) for k in changed)
    ]
    entries: dict[str, Entry] = {}
    # Terms that change come first: where two share a form, theirs is the one that matters.
    for term in sorted(near, key=lambda name: name not in usable):
        for slot in range(len(base[term].forms)):
            for choice, form in enumerate(base[term].choices(slot)):
                known = entries.setdefault(key_of(form), Entry(term, form))
                if known.term == term:
                    places = (*known.places, (slot, choice))
                    entries[key_of(form)] = Entry(term, form, places, known.stem)
        for form in base[term].stems():
            known = entries.setdefault(key_of(form), Entry(term, form))
            if known.term == term:
                entries[key_of(form)] = Entry(term, known.form, known.places, stem=True)
    for term in usable:
        # What begins as all forms do and is none of them is told of.
        first, last = min(_keys(base[term])), max(_keys(base[term]))
        same = (n for n, pair in enumerate(zip(first, last, strict=False)) if pair[0] != pair[1])
        common = first[: next(same, len(first))]
        if len(common) >= 4 and not any(" " in key for key in _keys(base[term])):
            entries.setdefault(common, Entry(term, common))
    longest = sorted(entries, key=lambda key: (-len(key), key))
    forms_found = "|".join(expression(entries[key].form) for key in longest)
    return Lexicon(
        language,
        re.compile(
            rf"(?<![\w{_IN_WORD}])(?P<form>{forms_found})(?P<tail>[\w{_IN_WORD}]*)", re.IGNORECASE
        ),
        entries,
        base,
        usable,
        re.compile("|".join(sorted({expression(key[:3]) for key in changed})), re.IGNORECASE),
        _spared(untouched, (word for term in usable for word in base[term].never)),
        frozenset(key_of(word) for forms in base.values() for word in forms.unsure),
    )


def _spared(phrases: Iterable[str], words: Iterable[str]) -> re.Pattern[str] | None:
    """Return a pattern for what stays: phrases wherever they stand, and whole words."""
    found = [re.escape(phrase) for phrase in phrases]
    found += [rf"\b(?i:{expression(word)})\b" for word in words]
    return re.compile("|".join(sorted(found, key=len, reverse=True))) if found else None


def key_of(form: str) -> str:
    """Return a form as it is looked up: small letters, one kind of apostrophe and of space."""
    whole = re.sub("\u00ad|[-\u2010]\n *", "", form)
    return re.sub(r"\s+", " ", whole).replace("’", "'").lower()


def _keys(forms: Forms) -> set[str]:
    """Return every form of a term, and what begins its compounds, as they are looked up."""
    slots = range(len(forms.forms))
    return {key_of(form) for slot in slots for form in (*forms.choices(slot), *forms.stems())}


def expression(form: str) -> str:
    """Return a pattern for a form: soft hyphens inside, any space, either apostrophe."""
    words = []
    for word in form.replace("\u00ad", "").split():
        letters = [re.escape(letter) for letter in word]
        words.append(_JOINT.join(letters).replace("’", "[’']"))
    return r"(?:\s+|-)".join(words)


def find_entry(lexicon: Lexicon, form: str) -> Entry | None:
    """Return what a form is, as it was met; words may be joined by a hyphen there."""
    key = key_of(form)
    return lexicon.entries.get(key) or lexicon.entries.get(key.replace("-", " "))
