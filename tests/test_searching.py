"""The table of the search: forms, synonyms, and what an organisation calls something."""

import json
from pathlib import Path
from typing import Any

import pytest

from dreiebok.building.options import Selection
from dreiebok.building.plan import make_plan
from dreiebok.building.reading import read_project
from dreiebok.editions.edition import Edition
from dreiebok.website.irregular import NOUNS, OTHERS
from dreiebok.website.navigation import fixed_titles, make_site_map
from dreiebok.website.searching import search_help, search_words, words_script
from tests.projects import copy_book, translated

TERMS = """\
kind: terms
id: felles-termer
title: Ord
terms:
  gruppe:
    nb: {forms: [gruppe, gruppa/gruppen, grupper, gruppene], gender: f}
    en: {forms: [group, groups]}
"""


def table(script: str) -> dict[str, Any]:
    """Return what the script holds."""
    start = "self.dreiebokWords = "
    assert script.startswith(start)
    assert script.endswith(";\n")
    found: dict[str, Any] = json.loads(script.removeprefix(start).removesuffix(";\n"))
    return found


def group(groups: list[list[str]], word: str) -> list[str]:
    return next(found for found in groups if found[0] == word)


def test_forms_and_synonyms_of_the_glossary_are_in_the_table(edition: Edition) -> None:
    found = table(search_words(edition))
    assert {"dreieboka", "dreiebøker"} < set(group(found["nouns"], "dreiebok"))
    # A term of several programmes gathers what each of them says.
    assert {"kos med misnøye", "klaging", "sutring", "kmm"} <= set(
        group(found["alike"], "kos med misnøye")
    )
    # What stands in brackets behind a term is no part of it.
    assert "loggbok" in group(found["alike"], "loggskjema")
    assert not [word for groups in (found["nouns"], found["alike"]) for g in groups for word in g
                if word != word.lower() or "(" in word or not word]  # fmt: skip


def test_a_translation_is_found_by_the_words_of_the_source(root: Path) -> None:
    found = table(search_words(translated(root, "en")))
    assert "mestringsgruppe" in group(found["alike"], "mastery group")
    # Forms of Norwegian words are of no use in English.
    assert not any("dreieboka" in forms for forms in found["nouns"])


def test_an_organisations_word_and_that_of_the_base_find_each_other(tmp_path: Path) -> None:
    root = copy_book("minimal", tmp_path)
    (root / "content/termer.yml").write_text(TERMS, "utf-8")
    (root / "organisation.yml").write_text(
        "name: Fjell\nterms:\n  gruppe: [lag, laget, lag, laga]\n", "utf-8"
    )
    plan, problems = make_plan(read_project(root), Selection(("nb",), prints=False))
    assert [p for p in problems if p.severity.value == "error"] == []
    tree = plan.sites[0].tree
    found = table(tree["docs/assets/javascripts/search-words.js"].decode())
    assert ["gruppe", "lag"] in found["alike"]
    assert group(found["nouns"], "lag") == ["lag", "laget", "laga"]
    assert "gruppa" in group(found["nouns"], "gruppe")


def test_an_organisation_adds_synonyms_of_its_own(tmp_path: Path) -> None:
    root = copy_book("minimal", tmp_path)
    (root / "organisation.yml").write_text(
        "name: Fjell\nextend: {pr-ord-zoom: {synonyms: [forstørring, Nær-bilde]}}\n", "utf-8"
    )
    plan, problems = make_plan(read_project(root), Selection(("nb",), prints=False))
    assert [p for p in problems if p.severity.value == "error"] == []
    found = table(search_words(plan.editions[0]))
    assert group(found["alike"], "zoom") == ["zoom", "forstørring", "nær bilde"]


def test_words_cannot_leave_the_table() -> None:
    found = table(words_script("nb", alike=[("bok", '"}; alert(`1`); //\\')]))
    assert found["alike"] == [["bok", "} alert `1` \\"]]


@pytest.mark.parametrize(
    ("locale", "stemmer"), [("nb", "no"), ("nn", "no"), ("en_GB", "en"), ("pl", ""), ("ar", "ar")]
)
def test_the_stemmer_is_that_of_the_language(locale: str, stemmer: str) -> None:
    assert table(words_script(locale))["stemmer"] == stemmer


@pytest.mark.parametrize("words", [*NOUNS.values(), *OTHERS.values()])
def test_irregular_words_are_listed_once_and_in_small_letters(words: str) -> None:
    lines = words.splitlines()
    assert len({line.split()[0] for line in lines}) == len(lines)
    assert all(len(line.split()) > 1 and line == line.lower() for line in lines)


def test_help_leads_to_pages_that_exist(edition: Edition) -> None:
    titles = fixed_titles(edition.gettext)
    site = make_site_map(edition, titles)
    starts = search_help(edition, site, titles)["starts"]
    assert {start["path"] for start in starts} <= {page.html_path for page in site.pages}
    assert [s["words"] for s in starts][:1] == ["Mestringsgruppe"]
    assert [s["words"] for s in starts][-2:] == ["Ordliste", "Skriv ut"]
