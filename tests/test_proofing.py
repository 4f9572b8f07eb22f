"""Proofreading: what is wrong with a catalog is told at its line, and what is right is left."""

import re

import pytest

from dreiebok.editions.catalogs import Catalog, Entry, make_catalog, read_catalog
from dreiebok.editions.messages import Message
from dreiebok.editions.posyntax import MAX_BYTES
from dreiebok.editions.proofing import compare, proofread
from dreiebok.editions.slips import CHECKS
from dreiebok.model.base import Id, Text, Verbatim
from dreiebok.model.handbook import Glossary, Term
from dreiebok.problems import Code, Location, Problem, SourceError, format_problem, sort_problems
from tests.cases import FOLDER, Case, CaseFile, read_cases

CASES = read_cases("catalogs.md")
AT = (Location("content/a.yml", 3),)


def as_bytes(text: str) -> bytes:
    """Return a case's file with the bytes that a Markdown file cannot show."""
    parts = re.split(r"⟦([0-9A-F]{2})⟧", text.replace("␍\n", "\r\n"))
    return b"".join(
        bytes.fromhex(part) if number % 2 else part.encode() for number, part in enumerate(parts)
    )


def problems_of(name: str, data: bytes) -> tuple[Problem, ...]:
    """Return what is told of a catalog whose messages are those of the handbook."""
    try:
        catalog = read_catalog(data, name.split("/")[2], "prove", name)
    except SourceError as error:
        return sort_problems(error.problems)
    messages = tuple(Message(entry.context, entry.text, "", AT) for entry in catalog.entries)
    return sort_problems([*compare(catalog, messages), *proofread(catalog, messages)])


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.title)
def test_what_is_wrong_with_a_catalog_is_told_at_its_line(
    case: Case, accept: bool, case_files: dict[str, CaseFile]
) -> None:
    ((name, text),) = case.files.items()
    data = as_bytes(text)
    lines = data.decode(errors="replace").replace("\r\n", "\n").replace("\0", "␀").split("\n")
    found = "\n".join(
        format_problem(problem, lambda _, line: lines[line - 1])
        for problem in problems_of(name, data)
    )
    if accept and found != case.expected:
        file = case_files.setdefault("catalogs.md", CaseFile(FOLDER / "catalogs.md"))
        file.accepted[case.title] = found
        return
    assert found == case.expected


def test_a_file_too_large_for_a_catalog_is_not_read() -> None:
    with pytest.raises(SourceError) as caught:
        read_catalog(b"#" * (MAX_BYTES + 1), "en", "prove", "prove.po")
    assert "larger than 5 MB" in str(caught.value)


def test_every_check_is_shown_by_a_case_or_a_test() -> None:
    shown = " ".join(case.expected for case in CASES)
    # The room for a text is known from the handbook: tests/test_catalogs.py.
    assert {name for name in CHECKS if f"({name})" not in shown} == {"length"}


def test_a_header_copied_from_another_language_is_no_review() -> None:
    header = (
        '# En bok: {}, prove\n# Status: reviewed by a native speaker\nmsgid ""\nmsgstr ""\n'
        '"Language: sv\\n"\n"Content-Type: text/plain; charset=UTF-8\\n"\n'
    )
    found = [
        read_catalog(header.format(of).encode(), "sv", "prove", "p.po").reviewed
        for of in ("sv", "en")
    ]
    assert found == [True, False]


def test_an_edited_msgid_and_a_missing_message_are_named() -> None:
    entries = (Entry("a/title", "Hey", "Hi", line=7), Entry("b/title", "Takk", "Thanks", line=9))
    catalog = make_catalog("en", "prove", entries, name="content/locale/en/prove.po")
    messages = (Message("a/title", "Hei", "", AT), Message("b/title", "Takk", "", AT))
    found = sort_problems(compare(catalog, messages))
    assert [(p.code, p.location.line) for p in found] == [
        (Code.MISSING_MESSAGE, 1), (Code.OUTDATED_MESSAGE, 7),
    ]  # fmt: skip
    assert "“Hei” (a/title)" in found[0].message
    assert "“Hey” (a/title)" in found[1].message
    assert all("translate update" in problem.hint for problem in found)


def glossary() -> Glossary:
    at = Location("content/ord.yml", 1)
    term = Term(
        id=Id("pr-ord-leder", at),
        term=Text("leder", at),
        forms=(Verbatim("lederen", at), Verbatim("lederne", at)),
        synonyms=(),
        text=Text("Den som leder.", at),
    )
    return Glossary(
        id=Id("pr-ord", at), kind="glossary", title=Text("Ord", at), basis=None, terms=(term,)
    )


def book_of(*pairs: tuple[str, str], comment: tuple[str, ...] = ()) -> Catalog:
    """Return a catalog with the term, nine sentences that follow it, and those given."""
    term = Entry("pr-ord/pr-ord-leder/term", "leder", "manager")
    followed = [
        Entry(f"a/{n}", f"Spør lederen {'om ' * n}igjen.", "Ask the managers.") for n in range(9)
    ]
    more = [Entry(f"b/{n}", *pair, comment=comment) for n, pair in enumerate(pairs)]
    return make_catalog("en", "prove", (term, *followed, *more), name="prove.po")


def wording(catalog: Catalog) -> list[str]:
    messages = tuple(Message(entry.context, entry.text, "", AT) for entry in catalog.entries)
    return [
        problem.message
        for problem in proofread(catalog, messages, (glossary(),))
        if "(terms)" in problem.message
    ]


def test_a_word_other_than_the_glossarys_is_told() -> None:
    (told,) = wording(book_of(("Takk lederen.", "Thank the boss.")))
    assert told == "the others call “leder” “manager” (terms): “Thank the boss.”"


@pytest.mark.parametrize(
    "pairs",
    [
        [("Takk lederen.", "Thank the manager’s team.")],  # an inflection
        [("Takk «lederen».", "Thank ‘the boss’.")],  # somebody else's word
        [("Hun leder møtet.", "She leads the meeting.")],  # an everyday word
        [("Takk lederen.", "Thank the boss."), ("Si det til lederen.", "Tell the boss.")],
    ],
    ids=["inflected", "quoted", "another form", "not fixed after all"],
)
def test_what_the_glossary_does_not_fix_is_left(pairs: list[tuple[str, str]]) -> None:
    assert wording(book_of(*pairs)) == []


def test_a_comment_silences_the_check_it_names() -> None:
    pair = ("Takk lederen.", "Thank the boss.")
    assert wording(book_of(pair, comment=("As the law says.", "OK: terms"))) == []
    assert len(wording(book_of(pair, comment=("ok: numbers",)))) == 1


def test_a_whole_sentence_may_be_the_same_in_the_sister_language() -> None:
    entry = Entry("a", "Du kan skrive alt her", "Du kan skrive alt her")
    messages = (Message("a", entry.text, "", AT),)
    found = {
        locale: len(list(proofread(make_catalog(locale, "p", (entry,)), messages)))
        for locale in ("nn", "en")
    }
    assert found == {"nn": 0, "en": 1}
