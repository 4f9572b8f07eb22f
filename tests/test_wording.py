"""An organisation's terms in a whole edition: which texts follow, which stay, and what is told."""

from pathlib import Path

import pytest

from dreiebok.building.loading import load_organisation
from dreiebok.building.options import Selection
from dreiebok.building.plan import make_plan
from dreiebok.building.reading import Project, read_project
from dreiebok.editions.catalogs import Entry, make_catalog
from dreiebok.editions.edition import Edition
from dreiebok.editions.making import make_edition
from dreiebok.editions.wording import check_terms
from dreiebok.model.chapters import Chapter, QuoteBlock
from dreiebok.model.handbook import Handbook
from dreiebok.model.organisations import Organisation
from dreiebok.model.walking import prose
from dreiebok.problems import Code, Problem, Severity
from dreiebok.sources.assembling import assemble, check_handbook
from dreiebok.sources.parsing import SourceFile, parse_settings
from tests.projects import BOOKS, build, copy_book, parse_files

TERMS = (
    """\
kind: terms
id: bok-termer
title: Ord som kan byttes
keep: [pr-kilde-ord]
terms:
  gruppe:
    nb: [gruppe, gruppa, grupper, gruppene]
    nn: [gruppe, gruppa, grupper, gruppene]
    en: {forms: [group, groups]}
    pl: {forms: [grupa, grupy]}
  leder:
    nb: {forms: [leder, lederen, ledere, lederne], unsure: [leder]}
""".replace("nb: [", "nb: {forms: [")
    .replace("nn: [", "nn: {forms: [")
    .replace("ene]\n", "ene]}\n")
)
CHAPTER = """\
kind: chapter
id: pr-gruppene
title: Gruppene
lead: Ei gruppe på [gruppa](#pr-gruppene), og gruppas bok «Gruppe i arbeid».
blocks:
  - {quote: Gruppa er alt., source: kilde-gruppe}
  - {id: pr-kilde-ord, text: I kilden heter det gruppe.}
  - text: Velg gruppe. Den passer.
  - text: Gruppene leder seg selv, og Kari leder barna.
"""
SOURCES = """\
kind: sources
id: felles-bokliste
title: Bøker om grupper
sources:
  - {id: kilde-gruppe, authors: Gruppe Gruppesen, title: Gruppe i arbeid}
"""


def handbook() -> Handbook:
    files = [
        SourceFile(path.relative_to(BOOKS / "minimal").as_posix(), path.read_bytes())
        for path in sorted((BOOKS / "minimal").rglob("*.yml"))
    ]
    own = {"terms": TERMS, "gruppene": CHAPTER, "bokliste": SOURCES}
    files += [SourceFile(f"content/{name}.yml", text.encode()) for name, text in own.items()]
    records, wrong = parse_files(
        SourceFile(f.name, f.data.replace(b"pr-kapittel]", b"pr-kapittel, pr-gruppene]"))
        for f in files
    )
    made, doubles = assemble(records)
    assert [*wrong, *doubles, *check_handbook(made)] == []
    return made


def organisation(terms: str) -> Organisation:
    text = f"name: Fjellheim\nterms:\n{terms}"
    found, problems = parse_settings(Organisation, SourceFile("organisation.yml", text.encode()))
    assert found is not None
    assert problems == ()
    return found


TEAM = "  gruppe: {nb: [team, teamet, team, teamene], pl: [klub, kluby]}\n"


def edition(terms: str = TEAM, locale: str = "nb") -> Edition:
    made = handbook()
    assert list(check_terms(made, organisation(terms))) == []
    return make_edition(made, locale, (), organisation(terms))


def chapter(made: Edition) -> Chapter:
    found = made.record("pr-gruppene")
    assert isinstance(found, Chapter)
    return found


def test_every_text_follows_and_ids_quotations_titles_and_what_sources_say_stay() -> None:
    texts = [str(text) for text in prose(chapter(edition()))]
    assert texts == [
        "Teamene",
        "Et team på [teamet](#pr-gruppene), og teamets bok «Gruppe i arbeid».",
        "Gruppa er alt.",
        "I kilden heter det gruppe.",
        "Velg team. Den passer.",
        "Teamene leder seg selv, og Kari leder barna.",
    ]
    quote = chapter(edition()).blocks[0]
    assert isinstance(quote, QuoteBlock)
    source = edition().source("kilde-gruppe")
    assert (source.title, source.authors) == ("Gruppe i arbeid", "Gruppe Gruppesen")
    assert str(edition().record("felles-bokliste").title) == "Bøker om team"


def test_places_are_kept_and_what_cannot_be_told_is_a_warning_there() -> None:
    made = edition()
    lead = chapter(made).lead
    assert lead
    assert (lead.at.file, lead.at.line) == ("content/gruppene.yml", 4)
    found = [p for p in made.wording.problems if p.location.file == "content/gruppene.yml"]
    assert [(p.code, p.severity, p.location.line) for p in found] == [
        (Code.TERM_NOT_INFLECTED, Severity.WARNING, 8)
    ]
    assert "“gruppe … Den”" in found[0].message
    verbs = edition("  leder: [sjef, sjefen, sjefer, sjefene]\n").wording.problems
    assert ["Kari leder barna." in p.message for p in verbs] == [True]


def test_it_counts_what_it_replaced() -> None:
    count = sum("eam" in text for r in edition().handbook.records for text in prose(r))
    assert edition().wording.counts["gruppe"] >= count > 5


def test_an_edition_without_terms_of_its_own_is_as_it_was() -> None:
    plain = make_edition(handbook())
    assert str(next(prose(chapter(plain)))) == "Gruppene"
    assert plain.wording.problems == ()


def test_what_has_no_translation_goes_by_the_language_of_the_sources() -> None:
    both = organisation("  gruppe: {nb: [team, teamet, team, teamene], en: [team, teams]}\n")
    known = {
        "prove": make_catalog("en", "prove", [Entry("pr-gruppene/title", "Gruppene", "Groups")])
    }
    made = make_edition(handbook(), "en", (), both, known)
    texts = [(str(text), text.lang) for text in prose(chapter(made))]
    assert texts[0] == ("Teams", "")
    assert texts[1][0].startswith("Et team")
    assert texts[1][1] == "nb"


def test_the_interface_follows_too() -> None:
    assert edition().gettext("Gruppa velger. {count} grupper.", count=2) == "Teamet velger. 2 team."


@pytest.mark.parametrize(
    ("terms", "locale", "message"),
    [
        (TEAM, "nn", "the term “gruppe” stays as it is in nn: no forms are given"),
        ("  leder: {en: [boss, bosses], nb: [sjef, sjefen, sjefer, sjefene]}\n", "en",
         "the term “leder” stays as it is in en: the base has no forms"),
        (TEAM + "  leder: [sjef, sjefen, sjefer, sjefene]\n", "nn",
         "the term “leder” stays as it is in nn: the base has no forms"),
        ("  leder: [sjef, sjefen, sjefer, sjefene]\n" + TEAM, "ar",
         "the terms “leder”, “gruppe” stay as they are in ar: the base has no forms"),
    ],
)  # fmt: skip
def test_a_language_without_forms_is_told(terms: str, locale: str, message: str) -> None:
    found = [p for p in edition(terms, locale).wording.problems if p.code is Code.TERM_NOT_GIVEN]
    assert message in [p.message for p in found]
    assert {(p.severity, p.location.file) for p in found} == {
        (Severity.WARNING, "organisation.yml")
    }
    assert min(p.location.line for p in found) == 3


def problems_of(terms: str) -> list[Problem]:
    text = f"name: Fjellheim\nterms:\n{terms}"
    found, problems = parse_settings(Organisation, SourceFile("organisation.yml", text.encode()))
    return [*problems, *(check_terms(handbook(), found) if found else ())]


@pytest.mark.parametrize(
    ("terms", "code", "place", "says"),
    [
        ("  grupe: [a, b, c, d]\n", "unknown-term", "3:3", "Did you mean “gruppe”?"),
        ("  gruppe: [team, teamet]\n", "incomplete-term", "3:12", "indefinite singular"),
        ("  gruppe:\n    en: [team, teams, teamses]\n", "incomplete-term", "4:10", "2 forms"),
        ("  gruppe: {pl: [klub]}\n", "incomplete-term", "3:17", "as many as the base"),
        ("  gruppe: [folk, folki, folk, folki]\n", "incomplete-term", "3:12", "gender"),
        ("  gruppe: ['**a**', b, c, d]\n", "wrong-value", "3:12", "is not a word"),
        ("  gruppe: ['a](x)', b, c, d]\n", "wrong-value", "3:12", "is not a word"),
        ("  gruppe: ['a/<b>', b, c, d]\n", "wrong-value", "3:12", "is not a word"),
        ("  gruppe: {forms: [a, b, c, d], gender: x}\n", "wrong-value", "3:41", "Allowed"),
        ("  gruppe: {forms: [a, b, c, d], kjonn: m}\n", "unknown-key", "3:33", "gender"),
        ("  gruppe: team\n", "wrong-type", "3:11", "keys and values"),
        ("  gruppe: []\n", "wrong-value", "3:11", "at least 1"),
        ("  gruppe: {nb: {en: [a]}}\n", "unknown-key", "3:17", "forms"),
        ("  gruppe: [1, b, c, d]\n", "wrong-type", "3:12", "the number 1"),
    ],
)  # fmt: skip
def test_a_term_that_cannot_be_is_told_at_its_line(
    terms: str, code: str, place: str, says: str
) -> None:
    found = problems_of(terms)
    told = [(str(p.code), f"{p.location.line}:{p.location.column}") for p in found]
    assert (code, place) in told
    assert any(says in f"{p.message} {p.hint}" for p in found)


def project(folder: Path, terms: str) -> Project:
    root = copy_book("minimal", folder)
    (root / "content/terms.yml").write_text(
        TERMS.replace("keep: [pr-kilde-ord]\n", ""), encoding="utf-8"
    )
    (root / "organisation.yml").write_text(f"name: Fjellheim\nterms:\n{terms}", encoding="utf-8")
    return read_project(root)


def test_an_error_stops_the_plan_and_a_warning_does_not(tmp_path: Path) -> None:
    plan, problems = make_plan(project(tmp_path, "  grupe: [a, b, c, d]\n"), Selection())
    assert (plan.editions, [p.code for p in problems]) == ((), [Code.UNKNOWN_TERM])
    found = project(tmp_path / "second", TEAM)
    plan, problems = make_plan(found, Selection(website=False))
    assert {p.severity for p in problems} <= {Severity.WARNING}
    assert load_organisation(found)[1] == ()
    assert "Teamet" in "".join(job.document.html for job in plan.prints)


def test_a_build_tells_how_often(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = project(tmp_path, TEAM).root
    assert build(root, "--verbose", "--only", "print", "--jobs", "1") == 0
    told = [line for line in capsys.readouterr().out.splitlines() if line.startswith("terms:")]
    assert len(told) == 1
    assert told[0].startswith("terms: nb: gruppe replaced in ")
