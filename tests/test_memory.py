"""What a build keeps in memory: one language's records, and in little room what is made of them."""

import gc
import pickle
import weakref
from pathlib import Path
from typing import Any

import pytest
from babel import localedata
from jinja2.runtime import Macro

from dreiebok.building import plan as planning
from dreiebok.building.archives import Squeezed
from dreiebok.building.options import Selection
from dreiebok.building.plan import make_plan
from dreiebok.building.reading import read_project
from dreiebok.cli import main
from dreiebok.editions.catalogs import parse_catalog, read_catalog
from dreiebok.editions.edition import Edition
from dreiebok.editions.locales import let_go, name_in
from dreiebok.editions.making import make_edition
from dreiebok.model.base import Record
from dreiebok.model.handbook import Handbook
from dreiebok.model.walking import walk
from dreiebok.press.values import PrintDocument, pack
from dreiebok.problems import SourceError, WrongUse
from tests.projects import ROOT, book_edition, copy_book


def test_squeezed_files_are_as_they_were_in_less_room() -> None:
    files = {"b.md": b"Vi begynner her. " * 500, "a.woff2": b"x" * 500}
    squeezed = Squeezed(files, {"b.md"})
    assert dict(squeezed) == files
    assert len(pickle.dumps(squeezed)) < 1500
    assert ("b.md" in squeezed, "c" in squeezed, len(squeezed)) == (True, False, 2)
    with pytest.raises(KeyError):
        squeezed["c"]


@pytest.mark.parametrize("html", ["", "<p>Før æøå ⟦</p>" * 400])
def test_a_document_gives_back_its_html(html: str) -> None:
    document = PrintDocument("a.pdf", "form", "x", "nb", "p", "r", pack(html))
    assert document.html == html
    assert len(pickle.dumps(document)) < 800


def test_a_plan_keeps_what_cldr_says_of_one_language_at_a_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: dict[str, set[str]] = {}

    def making(*given: Any, **more: Any) -> Any:
        result = planned(*given, **more)
        read[given[1]] = set(localedata._cache)
        return result

    book = copy_book("minimal", tmp_path)
    for locale in ("en", "nn", "pl"):
        assert main(["translate", "add", locale, "--source", str(book), "--quiet"]) == 0
    planned = planning._language
    monkeypatch.setattr(planning, "_language", making)
    let_go()  # What came before may have read other languages.
    make_plan(read_project(book), Selection(("nb", "en", "nn", "pl"), prints=False))
    assert read == {
        "nb": {"root", "no", "nb"},
        "en": {"root", "en"},
        "nn": {"root", "no", "nn"},
        "pl": {"root", "pl"},
    }


def test_the_name_of_a_language_leaves_nothing_behind() -> None:
    known = set(localedata._cache)
    assert name_in("uk", "fr") == "ukrainien"
    assert set(localedata._cache) == known


def test_a_plan_does_not_keep_the_records_of_every_language(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: dict[str, weakref.ref[Record]] = {}

    def noting(handbook: Handbook, locale: str | None = None, *rest: Any, **more: Any) -> Edition:
        edition = make_edition(handbook, locale, *rest, **more)
        if locale:
            made[locale] = weakref.ref(edition.record("pr-manus"))
        return edition

    book = copy_book("minimal", tmp_path)
    for locale in ("en", "nn", "pl"):
        assert main(["translate", "add", locale, "--source", str(book), "--quiet"]) == 0
    monkeypatch.setattr(planning, "make_edition", noting)
    plan, _ = make_plan(read_project(book), Selection(("en", "nn", "pl", "nb")))
    gc.collect()
    assert [edition.locale for edition in plan.editions] == ["en", "nn", "pl", "nb"]
    assert {locale: record() is None for locale, record in made.items()} == {
        "en": True, "nn": True, "pl": True, "nb": False,
    }  # fmt: skip
    # What they are called is still there, and so is every element by its id.
    assert {edition.name for edition in plan.editions} == {"En liten bok"}
    assert all(edition.record("pr-manus") for edition in plan.editions)


def test_a_plan_clears_away_what_templates_leave_behind(tmp_path: Path) -> None:
    project = read_project(copy_book("minimal", tmp_path))
    gc.collect()
    gc.disable()  # It could come by chance.
    try:
        before = macros()
        make_plan(project, Selection())
        assert macros() == before
    finally:
        gc.enable()
    assert gc.get_freeze_count() == 0


def test_python_looks_for_garbage_again_when_a_plan_is_made_or_has_failed(tmp_path: Path) -> None:
    project = read_project(copy_book("minimal", tmp_path))
    make_plan(project, Selection())
    assert (gc.isenabled(), gc.get_freeze_count()) == (True, 0)
    with pytest.raises(WrongUse):
        make_plan(project, Selection(("xx",)))
    assert (gc.isenabled(), gc.get_freeze_count()) == (True, 0)


def macros() -> int:
    """Count the macros of Jinja that there are: they hold each other in circles."""
    return sum(isinstance(found, Macro) for found in gc.get_objects())


def test_a_catalog_that_was_parsed_before_is_the_same() -> None:
    (name,) = ("content/locale/pl/mestringsgruppe.po",)
    data = (ROOT / name).read_bytes()
    first, again = (read_catalog(data, "pl", "mestringsgruppe", name) for _ in range(2))
    assert first == again == parse_catalog(data, "pl", "mestringsgruppe", name)
    assert first is not again
    for _ in range(2):
        with pytest.raises(SourceError):
            read_catalog(data + b"\nmsgid", "pl", "mestringsgruppe", name)


def test_what_a_record_holds_is_remembered_no_longer_than_the_record() -> None:
    record = book_edition("minimal").record("pr-manus")
    copy = record.model_copy(deep=True)
    assert [*walk(copy)] == [*walk(copy)] == [*walk(record)]
    assert next(walk(copy)) is copy
    gone = weakref.ref(copy)
    del copy
    gc.collect()
    assert gone() is None
