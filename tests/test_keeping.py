"""Values that are kept between builds: the same, and reckoned anew where they are not sound."""

import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pydantic import TypeAdapter

from dreiebok.building.build import Draft, make_draft
from dreiebok.building.cache import Cache, Values
from dreiebok.building.options import Options, Selection
from dreiebok.building.reading import read_project
from dreiebok.building.rendering import keys_of
from dreiebok.cli import main
from dreiebok.editions import catalogs
from dreiebok.editions.catalogs import parse_catalog, read_catalog
from dreiebok.figures import layouts
from dreiebok.figures.layouts import lay_out
from dreiebok.keeping import Memory, kept, shelf_open
from dreiebok.model.figures import Figure
from tests.projects import ROOT, copy_book, translated

Doubled = tuple[str, float]


def doubling(reckoned: list[str]) -> Callable[[str], Doubled]:
    """Return a function whose values are kept, and that notes for what it was asked."""

    @kept(TypeAdapter(Doubled), lambda words: (words,))
    def double(words: str) -> Doubled:
        if not words:
            raise ValueError("no words")
        reckoned.append(words)
        return words * 2, len(words) / 3

    return double


@pytest.fixture(autouse=True)
def nothing_known() -> Iterator[None]:
    """Let each test begin as a new process does."""
    with shelf_open(Memory(1000)):
        yield


def test_a_value_is_reckoned_once_for_all_processes_of_a_program(tmp_path: Path) -> None:
    reckoned: list[str] = []
    double, cache = doubling(reckoned), Cache(tmp_path)
    for program in ("1", "1", "2"):
        values = Values(cache, program)
        with shelf_open(values):
            assert [double("å") for _ in range(3)] == [("åå", 1 / 3)] * 3
        assert all(cache.holds(key) for key in values.keys)
        assert len(values.keys) == 1
    assert reckoned == ["å", "å"]
    for _ in range(2):
        double("å")
    assert reckoned == ["å"] * 3, "no shelf is open any more, but the process goes on"


def test_a_process_keeps_no_more_than_so_many(tmp_path: Path) -> None:
    reckoned: list[str] = []
    double = doubling(reckoned)
    with shelf_open(Memory(2)):
        for words in ("a", "b", "a", "c", "b", "c", "a"):
            double(words)
    assert reckoned == ["a", "b", "c", "a"]


def test_what_fails_is_not_kept(tmp_path: Path) -> None:
    double = doubling([])
    with shelf_open(Values(Cache(tmp_path), "1")):
        for _ in range(2):
            with pytest.raises(ValueError, match="no words"):
                double("")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "found",
    [b"", b"?", zlib.compress(b'["b"'), zlib.compress(b'["b", "c"]'), zlib.compress(b"[]")],
)
def test_a_value_that_is_none_is_reckoned_anew(tmp_path: Path, found: bytes) -> None:
    reckoned: list[str] = []
    double, cache = doubling(reckoned), Cache(tmp_path)
    values = Values(cache, "1")
    with shelf_open(values):
        double("b")
        (key,) = values.keys
        cache.store(key, found, {})
        for _ in range(2):
            assert double("b") == ("bb", 1 / 3)
    assert reckoned == ["b", "b"]


@pytest.mark.parametrize("locale", ["nb", "ar", "uk"])
def test_every_layout_is_the_same_when_it_was_kept(locale: str) -> None:
    edition = translated(ROOT, locale)
    figures = [record for record in edition.handbook.records if isinstance(record, Figure)]
    assert len(figures) > 10
    for figure in figures:
        for narrow in (False, True):
            # As they are written: 3 and 3.0 are drawn differently.
            found = repr(lay_out(figure, narrow=narrow))
            assert found == repr(lay_out.__wrapped__(figure, narrow=narrow))  # type: ignore[attr-defined]


def test_every_catalog_is_the_same_when_it_was_kept() -> None:
    for path in sorted(ROOT.glob("content/locale/*/*.po")):
        given = path.read_bytes(), path.parent.name, path.stem, path.name
        found = read_catalog(*given)
        assert found == parse_catalog(*given)
        assert all(found.find(entry.context, entry.text) == entry for entry in found.entries)


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """A tiny book with a figure and a catalog."""
    found = copy_book("minimal", tmp_path / "book")
    assert main(["translate", "add", "en", "--source", str(found), "--quiet"]) == 0
    return found


def draft(book: Path) -> Draft:
    """Plan the book."""
    selection = Selection(languages=("nb", "en"))
    found = make_draft(read_project(book), options(book, selection))
    assert isinstance(found, Draft)
    return found


def options(book: Path, selection: Selection) -> Options:
    return Options(source=book, output=book / "site", work=book / "build", selection=selection)


def test_a_build_finds_layouts_and_catalogs_of_the_one_before(
    book: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = draft(book)

    def refuse(*_: object) -> None:
        raise AssertionError("it was kept")

    monkeypatch.setattr(layouts, "links_of", refuse)
    monkeypatch.setattr(catalogs, "parse_catalog", refuse)
    again = draft(book)
    assert again.plan.kept == first.plan.kept
    assert [job.key for job in again.plan.prints] == [job.key for job in first.plan.prints]
    assert [site.key for site in again.plan.sites] == [site.key for site in first.plan.sites]
    figure = book / "content" / "runde.yml"
    text = figure.read_text(encoding="utf-8")
    figure.write_text(text.replace("boxes:", "centre: Noe nytt\nboxes:"), encoding="utf-8")
    monkeypatch.undo()
    changed = draft(book)
    assert len(changed.plan.kept - first.plan.kept) == 2, "on a page and on a phone"
    assert changed.plan.sites[0].key != first.plan.sites[0].key


def test_a_build_sweeps_values_that_nobody_needs(book: Path) -> None:
    before = draft(book).plan
    cache = Cache(book / "build" / "cache")
    catalog = book / "content" / "locale" / "en" / "common.po"
    catalog.write_bytes(catalog.read_bytes() + b"\n# En merknad\n")
    after = draft(book).plan
    (old,), (new,) = before.kept - after.kept, after.kept - before.kept
    cache.note(book, keys_of(after, options(book, Selection())))
    cache.sweep()
    assert [cache.holds(key) for key in (old, new)] == [False, True]
    assert all(cache.holds(key) for key in after.kept)
