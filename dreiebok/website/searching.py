"""What the search knows of a language beyond letters: forms, other words for the same, starts.

The table is a script for the search's worker (`workers/dreiebok.js`), rather than JSON, because a
page opened from disk may fetch nothing else. Nothing here opens a file.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from dreiebok.editions.edition import Edition
from dreiebok.editions.wording import base_terms
from dreiebok.inline import to_plain
from dreiebok.model.handbook import Term
from dreiebok.model.terms import SOURCE_LANGUAGE, BaseForms, Forms
from dreiebok.website.engines import SEPARATOR, lunr_language
from dreiebok.website.irregular import ENDINGS, NOUNS, OTHERS
from dreiebok.website.navigation import DOWNLOADS, GLOSSARY, SiteMap
from dreiebok.website.paths import html_path

SCRIPT = "assets/javascripts/search-words.js"
_BETWEEN = re.compile(SEPARATOR)
_ASIDE = re.compile(r"\(([^)]*)\)")
Groups = Iterable[Iterable[str]]


def search_words(edition: Edition) -> str:
    """Return the script with the words of an edition that belong together."""
    return words_script(edition.locale, _forms(edition), _names(edition))


def words_script(locale: str, nouns: Groups = (), alike: Groups = ()) -> str:
    """Return the script for a locale: groups of forms of one word, and of words for one thing.

    `stemmer` names the language in lunr; it is empty where lunr has none. What is irregular, and
    endings that the stemmer leaves, come from `irregular.py`.
    """
    language = locale.partition("_")[0]
    irregular = [
        [line.split() for line in words.splitlines()]
        for words in (NOUNS.get(language, ""), OTHERS.get(language, ""))
    ]
    table = {
        "stemmer": lunr_language(locale),
        "endings": ENDINGS.get(language, {}),
        "nouns": _grouped((*irregular[0], *nouns)),
        "others": _grouped(irregular[1]),
        "alike": _grouped(alike),
    }
    return f"self.dreiebokWords = {json.dumps(table, ensure_ascii=False, sort_keys=True)};\n"


def search_help(edition: Edition, site: SiteMap, titles: Mapping[str, str]) -> dict[str, Any]:
    """Return what the search offers where nothing was typed or found: words, and pages by path."""
    starts = [
        (site.where[str(programme.id)], to_plain(programme.title))
        for programme in edition.programmes
    ]
    shown = {page.path for page in site.pages}
    starts += [(path, titles[path]) for path in (GLOSSARY, DOWNLOADS) if path in shown]
    return {
        "meant": edition.gettext("Mente du:"),
        "begin": edition.gettext("Begynn her:"),
        "instead": edition.gettext("Prøv et annet ord, eller begynn her:"),
        "starts": [{"path": html_path(path), "words": words} for path, words in starts],
    }


def _forms(edition: Edition) -> Iterator[tuple[str, ...]]:
    """Yield the forms of each word: those of the glossary, and of terms, the organisation's too."""
    language = edition.locale.partition("_")[0]
    if edition.locale == edition.book.language:
        for term in _terms(edition):
            # Forms of a term of several words are for translators; each word has its stem.
            yield tuple(w for w in (*_words(term.term), *map(str, term.forms)) if " " not in w)
    for base, own in _pairs(edition, language):
        for forms in (base, own):
            if forms:
                yield tuple(w for w in _all(forms) if " " not in w)


def _names(edition: Edition) -> Iterator[tuple[str, ...]]:
    """Yield words for the same thing: synonyms, and what base and organisation call a term.

    A translation is found by the word of the source language too: some readers know only that.
    """
    for term in _terms(edition):
        yield (*_words(term.term), *(to_plain(word) for word in term.synonyms))
    language = edition.locale.partition("_")[0]
    source = base_terms(edition.handbook)
    for name, languages in source.items():
        pairs = [(languages.get(language), _own(edition, name, language))]
        if language != SOURCE_LANGUAGE:
            pairs.append((languages.get(SOURCE_LANGUAGE), _own(edition, name, SOURCE_LANGUAGE)))
        yield tuple(w for pair in pairs for forms in pair if forms for w in forms.choices(0))


def _terms(edition: Edition) -> Iterator[Term]:
    for group in edition.terms():
        for term, _ in group:
            yield term


def _pairs(edition: Edition, language: str) -> Iterator[tuple[BaseForms | None, Forms | None]]:
    for name, languages in base_terms(edition.handbook).items():
        yield languages.get(language), _own(edition, name, language)


def _own(edition: Edition, name: str, language: str) -> Forms | None:
    """Return the organisation's forms of a term, if it has its own."""
    terms = edition.organisation.terms if edition.organisation else {}
    found = (own for term, own in terms.items() if term == name)
    return next((f for own in found for key, f in own.items() if key == language), None)


def _all(forms: Forms) -> Iterator[str]:
    for slot in range(len(forms.forms)):
        yield from forms.choices(slot)


def _words(text: str) -> list[str]:
    """Return a term as people type it, and a short form that stands behind it.

    >>> _words("motiverende intervju (MI)"), _words("loggskjema (del 1–3)")
    (['motiverende intervju', 'MI'], ['loggskjema'])
    """
    plain = to_plain(text)
    short = [word for word in _ASIDE.findall(plain) if word.isalpha()]
    return [_ASIDE.sub("", plain).strip(), *short]


def _grouped(groups: Groups) -> list[list[str]]:
    """Return groups in small letters, those with the same first word as one, none of one word.

    >>> _grouped([("Bok", "bøker"), ("bok", "boka"), ("penn",), ("bøker",)])
    [['bok', 'bøker', 'boka']]
    """
    found: dict[str, dict[str, None]] = {}
    for group in groups:
        typed = (word.lower().replace("\u00ad", "") for word in group)
        words = [word for name in typed if (word := " ".join(_BETWEEN.split(name)).strip())]
        if words:
            found.setdefault(words[0], {}).update(dict.fromkeys(words))
    return [list(words) for _, words in sorted(found.items()) if len(words) > 1]
