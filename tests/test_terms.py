"""An organisation's own words for terms: one text, every form, and what stays as it was."""

import re
import textwrap
from functools import cache
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from dreiebok.editions.agreement import Edit
from dreiebok.editions.lexicon import Lexicon, make_lexicon
from dreiebok.editions.terms import Missed, Replaced, _apply, replace_terms
from dreiebok.editions.wording import base_terms
from dreiebok.inline import links, shape
from dreiebok.model.base import Verbatim
from dreiebok.model.organisations import Organisation
from dreiebok.model.terms import BaseForms, Forms
from dreiebok.sources.assembling import assemble
from dreiebok.sources.parsing import SourceFile, parse_settings
from tests.cases import FOLDER, Case, CaseFile, read_cases
from tests.projects import parse_files

BASE = Path("content/common/terms.yml")


@cache
def base() -> dict[str, dict[str, BaseForms]]:
    data = (Path(__file__).resolve().parent.parent / BASE).read_bytes()
    records, problems = parse_files([SourceFile(str(BASE), data)])
    assert problems == ()
    return {term: dict(found) for term, found in base_terms(assemble(records)[0]).items()}


def lexicon_of(terms: str, locale: str) -> Lexicon:
    settings = f"name: Fjellheim\nterms:\n{textwrap.indent(terms, '  ')}"
    found, problems = parse_settings(
        Organisation, SourceFile("organisation.yml", settings.encode())
    )
    assert found and problems == ()
    lexicon = make_lexicon(
        locale,
        {term: forms[locale] for term, forms in base().items()},
        {str(t): forms[k] for t, forms in found.terms.items() for k in forms if k == locale},
    )
    assert lexicon
    return lexicon


@pytest.mark.parametrize("case", read_cases("terms.md"), ids=lambda case: case.title)
def test_texts_follow(case: Case, accept: bool, case_files: dict[str, CaseFile]) -> None:
    terms = case.files.pop("terms")
    ((locale, texts),) = case.files.items()
    case.files["terms"] = terms
    lexicon = lexicon_of(terms, locale)
    lines = []
    for text in texts.splitlines():
        done = replace_terms(lexicon, text)
        lines += [done.text, *(f"! {missed.word}: {missed.why}" for missed in done.missed)]
    found = "\n".join(lines)
    if accept and found != case.expected:
        file = case_files.setdefault("terms.md", CaseFile(FOLDER / "terms.md"))
        file.accepted[case.title] = found
        return
    assert found == case.expected


OLD = ("gruppe", "gruppa", "grupper", "gruppene")
NEW = ("klubb", "klubben", "klubber", "klubbene")


def forms(*words: str) -> Forms:
    return Forms.model_validate({"forms": [Verbatim(word) for word in words]})


def base_forms(*words: str) -> BaseForms:
    return BaseForms.model_validate({"forms": [Verbatim(word) for word in words]})


def renaming(old: tuple[str, ...], new: tuple[str, ...]) -> Lexicon:
    lexicon = make_lexicon("nb", {"term": base_forms(*old)}, {"term": forms(*new)})
    assert lexicon
    return lexicon


LEXICON = renaming(OLD, NEW)
CASES = (str, str.upper, str.capitalize)
WORDS = st.sampled_from(
    [
        *(case(word) for word in OLD for case in CASES),
        "gruppas", "Gruppemøte", "grup\u00adpa", "en", "ei", "og", "vår", "Ny", "\n", "«", "»",
        ",", ".", "*", "**", "`", "[", "](#gruppe)", "](https://x.no/gruppa)", "{gruppe}",
        "https://x.no/gruppe", "\\", "(", ")", "<b>", "&amp;", "İ", "ſ", "é",
    ]
)  # fmt: skip
TEXTS = st.lists(WORDS, max_size=12).flatmap(
    lambda words: st.sampled_from([" ".join(words), "".join(words)])
)
ANY = st.one_of(TEXTS, st.text(max_size=60))


@given(ANY)
def test_marks_addresses_and_code_are_kept(text: str) -> None:
    done = replace_terms(LEXICON, text).text
    assert shape(done) == shape(text)
    assert list(links(done)) == list(links(text))


@given(ANY)
def test_what_is_done_is_not_done_again(text: str) -> None:
    once = replace_terms(LEXICON, text)
    # A text given back as it was, since its marks would change, is no example.
    assume(not any("marks" in missed.why for missed in once.missed))
    again = replace_terms(LEXICON, once.text)
    assert again.text == once.text
    assert again.counts == {}


PLAIN = st.lists(
    st.sampled_from([*OLD, *map(str.capitalize, OLD), "og", "Si", "ser", ",", "–", "\n"]),
    max_size=12,
).map(" ".join)  # fmt: skip


@given(PLAIN)
def test_no_form_is_left_and_nothing_else_is_touched(text: str) -> None:
    done = replace_terms(LEXICON, text).text
    assert "grupp" not in done.lower()
    back = dict(zip(NEW, OLD, strict=True))
    restored = re.sub(
        r"[Kk]lubb\w*",
        lambda word: back[word[0]] if word[0] in back else back[word[0].lower()].capitalize(),
        done,
    )
    assert restored == text


@given(st.sampled_from(OLD), st.sampled_from(CASES))
def test_capitals_are_kept(word: str, case: object) -> None:
    assert callable(case)
    new = dict(zip(OLD, NEW, strict=True))[word]
    assert replace_terms(LEXICON, case(word)).text == case(new)


@given(st.lists(st.sampled_from([*OLD, *NEW, "og", "–"]), max_size=10).map(" ".join))
def test_two_terms_that_change_places_are_back_after_two_rounds(text: str) -> None:
    swap = make_lexicon(
        "nb",
        {"a": base_forms(*OLD), "b": base_forms(*NEW)},
        {"a": forms(*NEW), "b": forms(*OLD)},
    )
    assert swap
    once = replace_terms(swap, text).text
    assert replace_terms(swap, once).text == text
    assert (once != text) == bool(re.search("grupp|klubb", text))


def test_titles_of_sources_stay_as_they_are() -> None:
    lexicon = make_lexicon(
        "nb", {"term": base_forms(*OLD)}, {"term": forms(*NEW)}, ["Den gode gruppe (2. utgave)"]
    )
    assert lexicon
    text = "Les «Den gode gruppe (2. utgave)» om gruppa, ei gruppe og `gruppe`."
    done = replace_terms(lexicon, text)
    assert done.text == "Les «Den gode gruppe (2. utgave)» om klubben, en klubb og `gruppe`."
    assert done.counts == {"term": 2}


def test_a_word_that_would_change_the_marks_is_left_and_told() -> None:
    # Behind a hyphen, but not behind a letter, the line begins an emphasis.
    abbreviation = renaming(OLD, ("HR", "HR-en", "HR-er", "HR-ene"))
    text = "gruppe og gruppe_s_"
    why = "its Markdown marks would change"
    assert replace_terms(LEXICON, text).text == "klubb og klubb_s_"
    assert replace_terms(abbreviation, text) == Replaced(text, {}, (Missed(text, "term", why),))


def test_each_place_counts_for_its_term() -> None:
    done = replace_terms(LEXICON, "gruppe, gruppe- og gruppemøte, gruppas")
    assert done == Replaced("klubb, klubb- og klubbmøte, klubbens", {"term": 4})


def test_a_doubt_about_the_words_around_names_the_term() -> None:
    lexicon = lexicon_of("mestringsgruppe: {nn: [lag, laget, lag, laga]}", "nn")
    missed = replace_terms(lexicon, "Meistringsgruppa er lagd slik.").missed
    why = "the new word has another gender (n for f)"
    assert missed == (Missed("Meistringsgruppa … lagd", "mestringsgruppe", why),)


def test_what_an_own_word_ends_in_is_kept_before_another_letter() -> None:
    robe = renaming(OLD, ("robe", "roben", "rober", "robene"))
    assert replace_terms(robe, "En gruppebok.").text == "En robebok."
    mixed = renaming(OLD, ("NavHR", "NavHR-en", "NavHR-er", "NavHR-ene"))
    assert replace_terms(mixed, "Et gruppemøte").text == "Et NavHR-møte"
    assert replace_terms(mixed, "gruppe- og ledermøter").text == "NavHR- og ledermøter"
    other = renaming(OLD, ("PCa", "PCa-en", "PCa-er", "PCa-ene"))
    assert replace_terms(other, "Et gruppemøte").text == "Et PCamøte"


def test_one_capital_makes_one() -> None:
    several = renaming(OLD, ("klubb for alle", "klubben for alle", "klubber", "klubbene"))
    assert replace_terms(several, "Gruppa møtes.").text == "Klubben for alle møtes."


def test_only_english_has_the_article_an() -> None:
    vowel = renaming(OLD, ("avdeling", "avdelinga", "avdelinger", "avdelingene"))
    assert replace_terms(vowel, "Del a gruppe").text == "Del a avdeling"


def test_a_word_right_after_an_address_or_code_is_one_to_replace() -> None:
    assert replace_terms(LEXICON, "`a`-gruppe, [a](#b)gruppa").text == "`a`-klubb, [a](#b)klubben"


def test_a_language_that_we_do_not_know_goes_by_its_list_and_tells_the_rest() -> None:
    polish = make_lexicon(
        "pl",
        {"term": base_forms("grupa", "grupy", "grupie")},
        {"term": forms("klub", "kluby", "klubie")},
    )
    assert polish
    done = replace_terms(polish, "Grupa, grupy w grupie. Grupami i grup.")
    assert done.text == "Klub, kluby w klubie. Grupami i grup."
    why = "this form is not in the list"
    assert done.missed == tuple(Missed(word, "term", why) for word in ("Grupami", "grup"))


def test_nothing_is_looked_for_where_nothing_is_given() -> None:
    assert make_lexicon("nb", {"term": base_forms(*OLD)}, {}) is None
    assert make_lexicon("nb", {"term": base_forms(*OLD)}, {"other": forms(*NEW)}) is None


def test_of_equally_good_forms_the_own_one_in_the_same_place_is_taken_or_the_last() -> None:
    several = renaming(
        ("gruppe", "gruppa/gruppen/gruppi", "grupper", "gruppene"),
        ("klubb", "klubben/klubba", "klubber", "klubbene"),
    )
    done = replace_terms(several, "gruppa, gruppen, gruppi, gruppe")
    assert done.text == "klubben, klubba, klubba, klubb"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (OLD, ("crew", "crewi", "crew", "crewi")),
        (("crew", "crewi", "crews", "crewsi"), ("lag", "laget", "lag", "laga")),
    ],
)
def test_without_a_gender_the_words_around_stay_and_are_not_in_doubt(
    old: tuple[str, ...], new: tuple[str, ...]
) -> None:
    done = replace_terms(renaming(old, new), f"en god {old[0]} er lagd, vår {old[1]} er god")
    assert done.text == f"en god {new[0]} er lagd, vår {new[1]} er god"
    assert done.missed == ()


def test_a_compound_may_begin_like_a_longer_form_that_begins_none() -> None:
    # «laga» is a form of «lag», and no compound begins with it.
    team = renaming(("lag", "laget", "lag", "laga"), ("team", "teamet", "team", "teama"))
    assert replace_terms(team, "lagarbeid").text == "teamarbeid"


def test_an_unknown_form_of_a_term_that_stays_is_not_told() -> None:
    lexicon = make_lexicon(
        "en",
        {
            "group": base_forms("group", "groups"),
            "leader": base_forms("group leader", "group leaders"),
        },
        {"group": forms("circle", "circles")},
    )
    assert lexicon
    assert replace_terms(lexicon, "A group leaderish thing.") == Replaced(
        "A group leaderish thing.", {}, ()
    )


def test_capitals_that_a_form_has_of_its_own_are_known_behind_soft_hyphens() -> None:
    own = renaming(("HR-gruppe", "HR-gruppa", "HR-grupper", "HR-gruppene"), NEW)
    assert replace_terms(own, "HR-gruppe, HR-grup\u00adpe").text == "klubb, klubb"


@pytest.mark.parametrize(
    ("old", "new", "text", "expected"),
    [
        ("ag", "klubb", "AG, Ag og ag", "KLUBB, Klubb og klubb"),
        ("å", "klubb", "Å og å", "Klubb og klubb"),
        ("gruppe", "HR", "gruppemøte", "HR-møte"),
        ("gruppe", "X", "gruppemøte", "Xmøte"),
        ("gruppe", "ss", "gruppesang, gruppemøte", "ssang, ssmøte"),
        ("gruppe", "s", "gruppesang", "ssang"),
    ],
)
def test_forms_of_one_or_two_letters(old: str, new: str, text: str, expected: str) -> None:
    lexicon = renaming(tuple(f"{old}{e}" for e in ("", "en", "er", "ene")), (new, "b", "c", "d"))
    assert replace_terms(lexicon, text).text == expected


def test_an_edit_that_overlaps_the_one_before_is_left_out_alone() -> None:
    edits = [Edit(0, 4, "A"), Edit(2, 6, "B"), Edit(4, 5, "C"), Edit(7, 8, "D")]
    assert _apply("01234567", edits) == "AC56D"
