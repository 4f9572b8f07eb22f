"""Doors: what lies behind them in an edition, and what organisations make of them."""

import pytest

from dreiebok.building.overlaid import load_trees
from dreiebok.building.reading import Project
from dreiebok.editions.edition import Edition
from dreiebok.editions.making import make_edition
from dreiebok.model.handbook import Book, Programme
from dreiebok.sources.elements import id_of
from dreiebok.sources.yaml_ import to_python
from dreiebok.templating import Templates
from dreiebok.website.doors import also, doorways, main_form, main_script, open_doors
from dreiebok.website.pages import make_pages
from tests.projects import BOOKS, ROOT, book_edition

BOOK = BOOKS / "minimal"
OWN_SCRIPT = """
kind: script
id: pr-eget
title: Eget
steps:
  - {id: pr-eget-1, title: Start, purpose: Vi ser., who: Alle, turns: [{who: alle, does: [Se.]}]}
"""


def only(edition: Edition, *programmes: str) -> Edition:
    return make_edition(edition.handbook, only=programmes)


def overlaid(**files: str) -> dict[str, object]:
    """Return the records of the tiny book, by id, under an organisation's own files."""
    base = {
        f"base/{path.relative_to(BOOK).as_posix()}": path.read_bytes()
        for part in ("content", "forms")
        for path in sorted((BOOK / part).rglob("*.yml"))
    }
    own = {f"content/{name}.yml": text.encode() for name, text in files.items()}
    loaded = load_trees(Project(ROOT, {**base, **own}, {}, {}, b"", (), base=ROOT))
    assert [*loaded.problems, *loaded.overlaid.problems] == []
    return {str(id_of(tree)): to_python(tree) for tree in loaded.overlaid.trees}


def behind(record: object) -> list[object]:
    assert isinstance(record, dict)
    return list(record.get("doors", ()))


def test_a_programme_may_call_a_door_something_else() -> None:
    edition = book_edition("minimal")
    (way,) = doorways(edition, edition.programmes[0])
    assert (way.anchor, way.title, way.door.title) == ("prove-for-alle", "Jeg prøver", "Jeg er med")
    assert [record.id for record in way.pages] == ["pr-manus", "pr-skjema", "pr-kapittel"]


def test_every_programme_has_something_behind_every_door(edition: Edition) -> None:
    doors = [door.id for door in edition.book.doors]
    assert len(doors) == 3
    for programme in edition.programmes:
        assert [way.door.id for way in doorways(edition, programme)] == doors, programme.id
        assert programme.situations, programme.id


def test_the_facilitators_door_leads_to_every_script(edition: Edition) -> None:
    for programme in edition.programmes:
        found = {record.id for record in doorways(edition, programme)[0].pages}
        assert {script.id for script in edition.scripts_of(programme)} <= found, programme.id


def test_what_an_edition_leaves_out_lies_behind_no_door(edition: Edition) -> None:
    one = only(edition, "mestringsgruppe")
    leaders = one.book.doors[2]
    assert "lg-start" in leaders.also
    assert "lg-start" not in [record.id for record in also(one, leaders)]
    assert "lg-start" in [record.id for record in also(edition, leaders)]


def test_a_door_with_nothing_behind_it_is_closed() -> None:
    edition = book_edition("minimal", **{", also: [om]": ""})
    assert len(open_doors(edition)) == 1
    bare = edition.programmes[0].model_copy(update={"doors": ()})
    records = [bare if isinstance(r, Programme) else r for r in edition.handbook.records]
    closed = make_edition(type(edition.handbook)(tuple(records), edition.handbook.elements))
    assert open_doors(closed) == ()


@pytest.mark.parametrize(
    ("programme", "script", "form"),
    [
        ("mestringsgruppe", "mg-dreiebok", "mg-loggskjema"),  # its only ones
        ("refleksjonsgruppe", "rg-dreiebok", "rg-logg"),  # those that it names
        ("lederguide", None, None),  # a choice
    ],
)
def test_buttons_lead_straight_where_there_is_no_choice(
    edition: Edition, programme: str, script: str | None, form: str | None
) -> None:
    (found,) = only(edition, programme).programmes
    there = (main_script(edition, found), main_form(edition, found))
    assert tuple(record.id if record else None for record in there) == (script, form)


def test_a_home_of_one_programme_offers_no_choice(edition: Edition, templates: Templates) -> None:
    words = "Hva passer for dere?"
    for chosen, several in ((only(edition, "mestringsgruppe"), False), (edition, True)):
        pages, problems = make_pages(chosen, templates, ())
        assert problems == ()
        home = next(page.markdown for page in pages if page.path == "index.md")
        assert (words in home) is several
        assert ("hvilket-program.md" in home) is several


def test_a_programme_without_doors_can_still_be_found(templates: Templates) -> None:
    edition = book_edition("minimal")
    bare = edition.programmes[0].model_copy(update={"doors": ()})
    records = [bare if isinstance(r, Programme) else r for r in edition.handbook.records]
    found = make_edition(type(edition.handbook)(tuple(records), edition.handbook.elements))
    pages, _ = make_pages(found, templates, ())
    (door,) = (page.markdown for page in pages if page.path == "for-alle.md")
    assert "[Prøvegruppe](prove/index.md#prove)" in door


def test_the_page_of_a_door_is_known_by_its_id(templates: Templates) -> None:
    pages, _ = make_pages(book_edition("minimal"), templates, ())
    assert [page.record for page in pages if page.path == "for-alle.md"] == ["for-alle"]


def test_a_removed_door_takes_along_what_lies_behind_it() -> None:
    found = overlaid(o="kind: overlay\nremove: [for-alle]\n")
    assert behind(found["bok"]) == []
    assert behind(found["prove"]) == []


def test_a_removed_page_is_gone_from_behind_the_door() -> None:
    found = overlaid(o="kind: overlay\nremove: [pr-kapittel, om]\n")
    (prove,) = behind(found["prove"])
    assert prove == {"door": "for-alle", "title": "Jeg prøver", "pages": ["pr-manus", "pr-skjema"]}
    # The door stays open for the programme, though nothing is left that is for everybody.
    (door,) = behind(found["bok"])
    assert isinstance(door, dict) and "also" not in door


def test_a_script_of_ones_own_joins_the_door_with_scripts() -> None:
    (door,) = behind(overlaid(eget=OWN_SCRIPT)["prove"])
    assert isinstance(door, dict)
    assert door["pages"] == ["pr-manus", "pr-skjema", "pr-kapittel", "pr-eget"]


def test_an_organisation_renames_a_door() -> None:
    words = "kind: overlay\nreplace: {for-alle: {title: Jeg prøver noe}}\n"
    (door,) = behind(overlaid(o=words)["bok"])
    assert isinstance(door, dict) and door["title"] == "Jeg prøver noe"


def test_the_book_names_its_figure_and_comparison(edition: Edition) -> None:
    book = next(r for r in edition.handbook.records if isinstance(r, Book))
    assert (book.figure, book.compare) == ("felles-runde", "hvilket-program")
