"""What a build chooses: the options, the organisation's settings, the handbook's languages."""

from collections import Counter
from pathlib import Path

import pytest

from dreiebok.building.options import Selection
from dreiebok.building.plan import check_project, make_plan
from dreiebok.building.reading import read_project
from dreiebok.cli import main
from tests.projects import copy_book


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """A tiny book with catalogs of English."""
    found = copy_book("minimal", tmp_path / "book")
    assert main(["translate", "add", "en", "--source", str(found), "--quiet"]) == 0
    return found


def choose(book: Path, languages: str) -> None:
    """Write the languages into the handbook."""
    with (book / "content/handbook.yml").open("a", encoding="utf-8") as file:
        file.write(f"languages: {languages}\n")


def test_a_language_without_catalogs_is_told_at_its_place(book: Path) -> None:
    choose(book, "[en, eng, nn]")
    first, second = check_project(read_project(book), Selection())
    assert (first.code, first.message) == (
        "unknown-reference", "no language with catalogs is called “eng”",
    )  # fmt: skip
    assert first.hint == "Did you mean “en”? There are: en, nb, qps."
    assert first.location.file == "content/handbook.yml"
    assert second.location.column == first.location.column + len("eng, ")


@pytest.mark.parametrize(
    ("languages", "options"),
    [
        ("[en, en, nb]", Selection()),
        ("[]", Selection(("nb", "en", "nb"))),
        ("[]", Selection(("all", "en"), beside=("en", "en"))),
    ],
)
def test_what_is_named_twice_is_built_once(book: Path, languages: str, options: Selection) -> None:
    choose(book, languages)
    plan, problems = make_plan(read_project(book), options)
    assert not problems
    assert [site.locale for site in plan.sites] == ["nb", "en"]
    assert max(Counter(job.document.address for job in plan.prints).values()) == 1
