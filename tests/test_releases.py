"""What is new from one edition to the next: the list, its page, the feed, and the command."""

import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path
from xml.etree import ElementTree

import feedparser
import pytest

from dreiebok.building.loading import load_handbook
from dreiebok.building.options import Selection
from dreiebok.building.plan import Plan, check_project, make_plan
from dreiebok.building.reading import read_project
from dreiebok.building.releasing import release
from dreiebok.cli import main
from dreiebok.editions.making import make_edition
from dreiebok.editions.releases import News, elements_of, news_of
from dreiebok.model.base import Text
from dreiebok.model.organisations import Organisation
from dreiebok.problems import Code
from dreiebok.website import feeds
from dreiebok.website.feeds import feed
from tests.projects import copy_book, markdown_of, tree


def change(project: Path, file: str, old: str, new: str) -> None:
    path = project / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def rename_a_step(book: Path) -> None:
    for file in ("content/manus", "content/kapittel", "forms/skjema"):
        change(book, f"{file}.yml", "pr-steg-2", "pr-steg-nytt")


def plan_of(project: Path) -> Plan:
    plan, problems = make_plan(read_project(project), Selection(prints=False))
    assert problems == ()
    return plan


def news(project: Path) -> tuple[News, ...]:
    handbook, problems = load_handbook(read_project(project))
    assert problems == ()
    edition = make_edition(handbook)
    return news_of(edition, edition)


def listed(one: News) -> dict[str, list[str]]:
    """Return the ids of an edition's news by what became of them."""
    kinds = {"added": one.added, "changed": one.changed, "removed": one.removed}
    return {kind: [change.id for change in found] for kind, found in kinds.items() if found}


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """A tiny book whose first edition was released, and whose second is being written."""
    project = copy_book("minimal", tmp_path / "book")
    assert release(read_project(project)) == project / "content/releases/1-0.yml"
    change(project, "content/handbook.yml", 'version: "1.0"', 'version: "2.0"')
    change(project, "content/handbook.yml", "date: 2026-01-02", "date: 2026-06-01")
    return project


def test_the_first_edition_brings_all_and_the_next_nothing(book: Path) -> None:
    second, first = news(book)
    assert (first.version, first.is_first, listed(first)) == ("1.0", True, {})
    assert (second.version, second.is_first, listed(second)) == ("2.0", False, {})
    assert second.date == date(2026, 6, 1)


def test_a_changed_step_is_told_and_its_script_is_not(book: Path) -> None:
    change(book, "content/manus.yml", "Vi gjør noe.", "Vi gjør noe annet.")
    assert listed(news(book)[0]) == {"changed": ["pr-steg-2"]}


def test_minutes_are_the_script_s(book: Path) -> None:
    change(book, "content/manus.yml", "pr-steg-1: 10, pr-steg-2: 20", "pr-steg-1: 5, pr-steg-2: 25")
    assert listed(news(book)[0]) == {"changed": ["pr-manus"]}


def test_what_is_new_or_gone_is_told_with_its_title(book: Path) -> None:
    rename_a_step(book)
    change(book, "content/manus.yml", "title: Arbeid", "title: Arbeid *sammen*")
    (second, _) = news(book)
    # What names the step has changed too: the script's plan, a link, a form.
    assert listed(second)["added"] == ["pr-steg-nytt"]
    assert listed(second)["removed"] == ["pr-steg-2"]
    assert set(listed(second)["changed"]) == {"pr-manus", "pr-kapittel", "pr-skjema"}
    assert second.removed[0].title == "Arbeid"
    assert second.removed[0].programme is not None


def test_what_is_translated_is_no_news_but_speaks_its_language(book: Path) -> None:
    rename_a_step(book)
    handbook, _ = load_handbook(read_project(book))
    source, other = make_edition(handbook), make_edition(handbook, "qps")
    (second, _) = news_of(other, source)
    assert listed(second) == listed(news_of(source, source)[0])
    assert second.added[0].title != "Arbeid"
    # Nobody can translate what is gone: it keeps its language, and says so.
    assert (second.removed[0].title, second.removed[0].title.lang) == ("Arbeid", "nb")


def test_a_programme_that_is_not_shown_has_no_news(book: Path) -> None:
    change(book, "content/manus.yml", "Vi gjør noe.", "Vi gjør noe annet.")
    handbook, _ = load_handbook(read_project(book))
    edition = replace(make_edition(handbook), programmes=())
    assert listed(news_of(edition, edition)[0]) == {}


def test_a_released_edition_keeps_the_authors_words(book: Path) -> None:
    path = release(read_project(book))
    change(
        path.parents[2], "content/releases/2-0.yml", "elements:", "news: [Mye er nytt.]\nelements:"
    )
    change(book, "content/manus.yml", "Vi gjør noe.", "Vi gjør noe annet.")
    before = path.read_text(encoding="utf-8")
    assert main(["release", "--source", str(book)]) == 0
    after = path.read_text(encoding="utf-8")
    assert after.split("elements:")[0] == before.split("elements:")[0]
    assert after != before
    assert [str(words) for words in news(book)[0].words] == ["Mye er nytt."]


@pytest.mark.parametrize("key", ["elements", '"elements"'])
def test_what_stands_after_the_list_stays(book: Path, key: str) -> None:
    path = release(read_project(book))
    change(book, "content/releases/2-0.yml", "elements:", f"{key}:")
    with path.open("a", encoding="utf-8") as file:
        file.write("\n# Våre egne ord:\nnews:\n  - Mye er nytt.\n")
    change(book, "content/manus.yml", "Vi gjør noe.", "Vi gjør noe annet.")
    before = path.read_text(encoding="utf-8")
    assert main(["release", "--source", str(book)]) == 0
    after = path.read_text(encoding="utf-8")
    assert after.count("elements") == 1
    assert after.endswith("# Våre egne ord:\nnews:\n  - Mye er nytt.\n")
    assert after != before
    assert [str(words) for words in news(book)[0].words] == ["Mye er nytt."]


@pytest.mark.parametrize("version", ["1-0", "…"])
def test_an_edition_takes_no_other_ones_file(
    book: Path, version: str, capsys: pytest.CaptureFixture[str]
) -> None:
    before = tree(book / "content/releases")
    change(book, "content/handbook.yml", 'version: "2.0"', f'version: "{version}"')
    assert main(["release", "--source", str(book)]) == 2
    assert version in capsys.readouterr().err
    assert tree(book / "content/releases") == before


def test_no_edition_is_written_through_a_link(book: Path, tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    shutil.rmtree(book / "content/releases")
    (book / "content/releases").symlink_to(tmp_path / "outside")
    assert main(["release", "--source", str(book)]) != 0
    assert not list((tmp_path / "outside").iterdir())


def test_a_handbook_with_problems_is_not_released(book: Path) -> None:
    change(book, "content/manus.yml", "form: pr-skjema#1", "form: pr-borte#1")
    assert main(["release", "--source", str(book)]) == 1
    assert not (book / "content/releases/2-0.yml").exists()


def test_a_list_that_was_edited_is_a_problem(book: Path) -> None:
    change(book, "content/releases/1-0.yml", "pr-steg-2: ", "pr-steg-2: x")
    (problem,) = check_project(read_project(book), Selection())
    assert problem.code is Code.WRONG_VALUE
    assert problem.location.file == "content/releases/1-0.yml"


def test_the_page_leads_to_what_is_new(book: Path) -> None:
    change(book, "content/manus.yml", "Vi gjør noe.", "Vi gjør noe annet.")
    site = plan_of(book).sites[0]
    page = markdown_of(site)["news.md"]
    assert "## Utgave 2.0 {: #utgave-2-0 }" in page
    assert "- [Arbeid](prove/manus.md#pr-steg-2)" in page
    assert "docs/feed.xml" in site.tree
    assert "news.md" in site.tree["mkdocs.yml"].decode()


def test_an_outdated_print_is_led_there(book: Path) -> None:
    (edition,) = plan_of(book).editions
    script = plan_of(book).sites[0].tree["docs/assets/javascripts/print-codes.js"].decode()
    assert "Se hva som er nytt" in script
    assert edition.gettext("Se hva som er nytt") in script


def test_without_a_release_there_is_no_page_and_no_feed(tmp_path: Path) -> None:
    site = plan_of(copy_book("minimal", tmp_path)).sites[0]
    assert "docs/news.md" not in site.tree
    assert "docs/feed.xml" not in site.tree


@pytest.mark.parametrize("address", ["", "https://guide.example/hos/"])
def test_readers_programs_understand_the_feed(book: Path, address: str) -> None:
    change(book, "content/manus.yml", "title: Arbeid", "title: Arbeid & <mer>")
    handbook, _ = load_handbook(read_project(book))
    settings = Organisation.model_validate(
        {"name": Text("Oss"), **({"address": Text(address)} if address else {})}
    )
    edition = make_edition(handbook, organisation=settings)
    found = news_of(edition, make_edition(handbook))
    data = feed(edition, found)
    assert feed(edition, found) == data
    parsed = feedparser.parse(data)
    assert not parsed.bozo
    assert parsed.version == "atom10"
    assert parsed.feed.updated == "2026-06-01T00:00:00Z"
    assert parsed.feed.author
    assert [entry.title for entry in parsed.entries] == ["Utgave 2.0", "Utgave 1.0"]
    top = f"{address}nb/" if address else ""
    assert parsed.entries[0].link == f"{top}news.html#utgave-2-0"
    assert {link.rel for link in parsed.feed.links} == (
        {"alternate", "self"} if top else {"alternate"}
    )
    names = [parsed.feed.id, *(entry.id for entry in parsed.entries)]
    assert len(set(names)) == 3
    assert all(name.startswith("urn:uuid:") for name in names)
    # As HTML it is escaped once, and as XML once more.
    assert "Arbeid &amp; &lt;mer&gt;" in parsed.entries[0].content[0].value


def test_no_sign_breaks_the_feed() -> None:
    parent = ElementTree.Element("feed")
    feeds._add(parent, "title", "Hei\ufffe\uffff\ud800\x07\r 😀\tå")
    found = ElementTree.fromstring(ElementTree.tostring(parent, encoding="utf-8"))
    assert found.findtext("title") == "Hei 😀\tå"


def test_codes_outlast_a_key_that_a_newer_program_knows(book: Path) -> None:
    handbook, _ = load_handbook(read_project(book))
    edition = make_edition(handbook)
    step = edition.scripts_of(edition.programmes[0])[0].steps[0]
    assert '"when"' not in step.model_dump_json(exclude_defaults=True)
    assert elements_of(edition)["pr-steg-1"].endswith(" Velkommen")


def test_an_organisation_s_own_texts_are_no_news_of_the_base(book: Path, tmp_path: Path) -> None:
    own = tmp_path / "own"
    own.mkdir()
    settings = "name: Oss\nreplace:\n  pr-steg-1: {purpose: Vi er her.}\n"
    (own / "organisation.yml").write_text(settings, encoding="utf-8")
    change(book, "content/manus.yml", "Vi gjør noe.", "Vi gjør noe annet.")
    project = read_project(own, base=book)
    handbook, problems = load_handbook(project)
    assert problems == ()
    edition = make_edition(handbook)
    assert listed(news_of(edition, edition)[0]) == {"changed": ["pr-steg-2"]}
    # Once it keeps a list of its own, that is the one that counts.
    assert release(project) == own / "content/releases/2-0.yml"
    handbook, problems = load_handbook(read_project(own, base=book))
    assert problems == ()
    edition = make_edition(handbook)
    (only,) = news_of(edition, edition)
    assert only.is_first
