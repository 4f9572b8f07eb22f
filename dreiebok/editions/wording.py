"""The wording of an edition: a whole handbook, and the interface, in the organisation's terms."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from dreiebok.editions.lexicon import Lexicon, make_lexicon
from dreiebok.editions.messages import map_texts
from dreiebok.editions.terms import Missed, replace_terms
from dreiebok.model.base import NOWHERE, Node, Text
from dreiebok.model.chapters import QuoteBlock
from dreiebok.model.handbook import Handbook, Sources
from dreiebok.model.organisations import Organisation
from dreiebok.model.terms import FORMS, BaseForms, Terms, lacking
from dreiebok.problems import Code, Location, Problem, Severity
from dreiebok.sources.assembling import with_records
from dreiebok.sources.naming import did_you_mean


@dataclass(frozen=True, slots=True)
class Wording:
    """What became of the terms: how often each was replaced, and what could not be."""

    lexicon: Lexicon | None = None
    source: Lexicon | None = None
    counts: Mapping[str, int] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()

    def interface(self, words: str, translated: bool) -> str:
        """Return words of the interface in the organisation's terms.

        Those that are not translated are in the language of the sources.
        """
        lexicon = self.lexicon if translated else self.source
        return replace_terms(lexicon, words).text if lexicon else words


UNCHANGED = Wording()
"""The wording of the base."""


def check_terms(handbook: Handbook, organisation: Organisation | None) -> Iterator[Problem]:
    """Yield what is wrong with an organisation's terms: unknown ones, and missing forms."""
    base = base_terms(handbook)
    for term, languages in organisation.terms.items() if organisation else ():
        if term not in base:
            known = f"The terms are: {', '.join(base)}." if base else "The base has no terms."
            yield Problem(
                Code.UNKNOWN_TERM,
                f"there is no term “{term}”",
                term.at,
                f"{did_you_mean(term, base)}{known}",
            )
            continue
        for locale, forms in languages.items():
            like = base[term].get(str(locale))
            problem = incomplete(term, str(locale), forms.forms[0].at, lacking(locale, forms, like))
            if problem:
                yield problem
            elif locale in {"nb", "nn"} and forms.kind() is None:
                yield Problem(
                    Code.INCOMPLETE_TERM,
                    f"the gender of “{forms.choices(0)[0]}” cannot be told from its forms",
                    forms.forms[0].at,
                    "Write the term as `{forms: […], gender: f}`, with m, f or n.",
                )


def incomplete(term: str, locale: str, at: Location, what: str) -> Problem | None:
    """Return the problem of a term with too few or too many forms, if anything is wrong."""
    if not what:
        return None
    names = ", ".join(FORMS.get(locale, ()))
    hint = f"Give them in this order: {names}." if names else "Give as many as the base has."
    return Problem(Code.INCOMPLETE_TERM, f"the term “{term}”: {what}", at, hint)


def base_terms(handbook: Handbook) -> dict[str, Mapping[str, BaseForms]]:
    """Return the forms of every term of the base, by name and language."""
    return {
        str(term): {str(locale): forms for locale, forms in languages.items()}
        for record in handbook.records
        if isinstance(record, Terms)
        for term, languages in record.terms.items()
    }


def word_handbook(
    handbook: Handbook, organisation: Organisation, locale: str, source: str
) -> tuple[Handbook, Wording]:
    """Return the handbook in an organisation's terms, and what became of them.

    A text that has no translation is in the language of the sources, and so are its terms there.
    """
    base = base_terms(handbook)
    titles = sorted(
        str(publication.title)
        for record in handbook.records
        if isinstance(record, Sources)
        for publication in record.sources
        # A single word is a word like others; nobody could tell when it is the title.
        if publication.title and " " in publication.title
    )
    lexicons = {}
    for name in {locale, source}:
        language = name.partition("_")[0]
        lexicons[name] = make_lexicon(
            name,
            {term: found[language] for term, found in base.items() if language in found},
            {str(t): f[k] for t, f in organisation.terms.items() for k in f if k == language},
            titles,
        )
    kept = {str(ref) for r in handbook.records if isinstance(r, Terms) for ref in r.keep}
    counts: Counter[str] = Counter()
    problems: list[Problem] = []

    def change(context: str, text: Text, node: Node, key: str) -> Text:
        lexicon = lexicons.get(text.lang or locale)
        quoted = isinstance(node, QuoteBlock) and key == "quote"
        if lexicon is None or quoted or kept.intersection(context.split("/")):
            return text
        done = replace_terms(lexicon, str(text))
        counts.update(done.counts)
        problems.extend(_not_inflected(found, lexicon, text.at) for found in done.missed)
        return text if done.text == str(text) else Text(done.text, text.at, text.lang)

    records = [map_texts(record, change) for record in handbook.records]
    worded = with_records(handbook, records)
    problems.extend(_not_given(organisation, base, locale))
    return worded, Wording(lexicons[locale], lexicons[source], dict(counts), tuple(problems))


def _not_inflected(missed: Missed, lexicon: Lexicon, at: Location) -> Problem:
    own = lexicon.own[missed.term].choices(0)[0] if missed.term in lexicon.own else missed.term
    return Problem(
        Code.TERM_NOT_INFLECTED,
        f"“{missed.word}” could not be put right for “{own}”: {missed.why}",
        at,
        "Replace this text in your own edition, or leave it.",
        Severity.WARNING,
    )


def _not_given(
    organisation: Organisation, base: Mapping[str, Mapping[str, BaseForms]], locale: str
) -> Iterator[Problem]:
    """Yield what stays as it is in a language: one problem for all terms with the same reason."""
    language = locale.partition("_")[0]
    without = [term for term, own in organisation.terms.items() if language not in own]
    unknown = [term for term in organisation.terms if language not in base.get(str(term), {})]
    for terms, why, hint in (
        (unknown, "the base has no forms", f"Replace the texts, or build without {language}."),
        ([term for term in without if term not in unknown], "no forms are given",
         f"Write `{language}: […]` under each term, or build without the language."),
    ):  # fmt: skip
        if terms:
            names = ", ".join(f"“{term}”" for term in terms)
            stays = (
                "the term {} stays as it is" if len(terms) == 1 else "the terms {} stay as they are"
            )
            yield Problem(
                Code.TERM_NOT_GIVEN,
                f"{stays.format(names)} in {language}: {why}",
                getattr(terms[0], "at", NOWHERE),
                hint,
                Severity.WARNING,
            )
