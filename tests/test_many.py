"""Many organisations at once: one cache, one pool, and nobody stopped by another's mistake."""

import shutil
import sys
from collections.abc import Callable, Mapping
from concurrent.futures import Executor, Future
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import Any

import pytest

from dreiebok.building import many, stages, workers
from dreiebok.building.cache import Cache
from dreiebok.building.folders import find_organisations
from dreiebok.building.leftovers import DRAFT
from dreiebok.building.options import Options, Selection
from dreiebok.building.rendering import load_pressed
from dreiebok.cli import main
from dreiebok.press.values import PressedPdf, PrintDocument
from dreiebok.problems import ExitCode, MissingOnMachine, WrongUse
from tests.projects import copy_book, tree

NAMES = ("vest", "øst", "nord")
SAID = {"vest": "Kysten", "øst": "Kysten", "nord": "Nord"}
"""What they call themselves: the covers of prints say it."""


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny base edition; tests must leave it as it is."""
    return copy_book("minimal", tmp_path_factory.mktemp("many") / "base")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three organisations, two of one name, one with an override, and a folder that is none."""
    made = tmp_path / "alle"
    for name in NAMES:
        (made / name).mkdir(parents=True)
        (made / name / "organisation.yml").write_text(f"name: {SAID[name]}\n", encoding="utf-8")
    with (made / "nord/organisation.yml").open("a", encoding="utf-8") as file:
        file.write("replace: {pr-steg-1: {purpose: Vi hilser på hverandre.}}\n")
    (made / "notater").mkdir()
    return made


def build_all(folder: Path, base: Path, *options: str) -> int:
    return main(["build", "--organisations", str(folder), "--base", str(base), *options])


class Here(Executor):
    """Runs every task at once, in this process; what it renders is quick and no PDF."""

    def __init__(self) -> None:
        self.rendered: list[str] = []
        self.refuse: Callable[[PrintDocument], None] = lambda document: None

    def submit(self, task: Any, /, *args: Any, **named: Any) -> Future[Any]:
        future: Future[Any] = Future()
        if task in {workers.press_document, workers.assemble_document}:
            task = self.render
        try:
            future.set_result(task(*args, **named))
        except Exception as error:
            future.set_exception(error)
        return future

    def render(self, document: PrintDocument, source: str | Mapping[str, bytes]) -> PressedPdf:
        """Return the words of a document, or those of its pieces one after another."""
        self.refuse(document)
        self.rendered.append(document.path)
        own = b"".join(source.values()) if isinstance(source, Mapping) else document.html.encode()
        return PressedPdf(own, 1, (210.0, 297.0), 0.0, (), ())


def options_of(folder: Path, base: Path) -> dict[str, Options]:
    """Return how to build the prints alone: the engine has no part in these tests."""
    work = folder / "build"
    selection = Selection(website=False)
    return {
        name: Options(
            one.root,
            one.root / "site",
            work / "editions" / name,
            selection,
            base=one.base,
            shared=work / "cache",
        )
        for name, one in find_organisations(folder, Path(), base, (work,)).found.items()
    }


def run(builds: Mapping[str, Options], pool: Executor) -> tuple[stages.Result, ...]:
    return many.build_many(builds, pool, pool, 2, lambda *_: None, lambda _: None)


@pytest.fixture
def here() -> Here:
    return Here()


def test_editions_that_say_the_same_have_the_same_prints_and_a_mistake_stops_only_its_own(
    folder: Path, base: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "nord/organisation.yml").write_text("name: Nord\ncolur: rød\n", encoding="utf-8")
    assert build_all(folder, base) == 1
    told = capsys.readouterr()
    assert "notater: passed over" in told.out
    assert "nord/organisation.yml:2:1: error" in told.err
    assert "     2 | colur: rød" in told.err
    assert "1 of 3 organisations failed (see above): nord" in told.err
    assert not (folder / "nord/site").exists()
    sites = {name: tree(folder / name / "site") for name in ("vest", "øst")}
    prints = [
        {path: data for path, data in site.items() if path.endswith(".pdf")}
        for site in sites.values()
    ]
    assert prints[0]
    assert prints[0] == prints[1]
    # Nothing to do for one that is well; a new site from the cache alone.
    shutil.rmtree(folder / "øst/site")
    shutil.rmtree(folder / "nord")
    assert build_all(folder, base) == 0
    told = capsys.readouterr()
    assert f"vest: {folder}/vest/site/ is up to date" in told.out
    assert "PDFs (0 rendered anew)" in told.out
    assert "2 organisations: all well" in told.out
    assert tree(folder / "øst/site") == sites["øst"]


@pytest.mark.parametrize("together", [True, False])
def test_a_warning_is_told_until_it_is_heeded(
    together: bool, folder: Path, base: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    own = shutil.copytree(folder / "nord", tmp_path / "own/nord")
    base = copy_book("minimal", tmp_path / "base")
    whose = ("--organisations", own.parent) if together else ("--organisation", own)
    command = ["build", *map(str, whose), "--base", str(base), "--only", "website"]
    assert main(command) == 0
    script = base / "content/manus.yml"
    words = script.read_text("utf-8")
    script.write_text(words.replace("purpose: ", "purpose: Nå, "), encoding="utf-8")
    told = []
    for _ in range(2):
        capsys.readouterr()
        assert main(command) == 0
        told.append(capsys.readouterr())
    assert "[override-outdated]" in told[0].err
    assert told[1].err == told[0].err
    assert "up to date" in told[1].out


def test_a_document_of_several_editions_is_rendered_once(
    folder: Path, base: Path, here: Here
) -> None:
    builds = options_of(folder, base)
    results = run(builds, here)
    assert [(one.name, one.failed) for one in results] == [(n, False) for n in sorted(NAMES)]
    twice = {path for path in here.rendered if here.rendered.count(path) > 1}
    assert twice
    assert all(here.rendered.count(path) == 2 for path in twice), "nord has its own"
    assert sum(one.outcome.rendered for one in results) == len(here.rendered)
    here.rendered.clear()
    for options in builds.values():
        shutil.rmtree(options.output)
    run(builds, here)
    assert here.rendered == []


def test_the_shared_cache_is_swept_of_what_no_organisation_needs(
    folder: Path, base: Path, here: Here, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Small enough to look at: the tiny base without its site is not “everything”.
    monkeypatch.setattr(Selection, "everything", True)
    builds = options_of(folder, base)
    run(builds, here)
    cache = folder / "build" / "cache"
    before = {path.name for path in cache.glob("*.bin")}
    shutil.rmtree(folder / "nord")
    Cache(cache).store("old", b"", {})
    run(options_of(folder, base), here)
    after = {path.name for path in cache.glob("*.bin")}
    assert "old.bin" not in after
    assert after < before, "what nord alone needed is gone, though nothing was built"


def test_a_task_that_fails_by_our_own_fault_fails_its_edition_alone(
    folder: Path, base: Path, here: Here
) -> None:
    def refuse(document: PrintDocument) -> None:
        if "hilser på hverandre" in document.html:
            raise RuntimeError("a mistake of ours")

    here.refuse = refuse
    results = {one.name: one for one in run(options_of(folder, base), here)}
    assert "a mistake of ours" in results["nord"].fault
    assert not (folder / "nord/site").exists()
    assert not results["vest"].failed
    assert not results["øst"].failed


def test_an_edition_that_failed_waits_for_nothing_that_another_will_be_told_of(
    folder: Path, base: Path, here: Here
) -> None:
    told: list[stages.Result] = []
    crew = many._Crew(here, here, lambda *_: None, told.append)
    options = options_of(folder, base)
    first = many._Edition("nord", options["nord"], "", {"sheets"}, [])
    second = many._Edition("vest", options["vest"], "", {"cards", "sheets", "script"}, [])
    # The first one's sheets are being put together; the second has not begun on its own.
    crew.waiting = {"sheets": [first], "cards": [second]}
    crew._failed([second], "script", RuntimeError("a mistake of ours"))
    assert told == []
    crew.waiting.pop("cards")
    crew._one_less(second, "cards", "")
    assert [(one.name, "a mistake of ours" in one.fault) for one in told] == [("vest", True)]
    assert first.left == {"sheets"}


def test_what_the_cache_has_lost_is_not_published_empty(
    folder: Path, base: Path, here: Here, monkeypatch: pytest.MonkeyPatch
) -> None:
    builds = options_of(folder, base)
    assert not any(result.failed for result in run(builds, here))
    before = tree(folder / "nord/site")
    with (folder / "nord/organisation.yml").open("a", encoding="utf-8") as file:
        file.write("footer: Hilsen Nord.\n")
    seen: list[str] = []

    def lose_it_in_the_end(cache: Cache, key: str) -> PressedPdf | None:
        seen.append(key)
        return None if seen.count(key) == 2 else load_pressed(cache, key)

    monkeypatch.setattr(stages, "load_pressed", lose_it_in_the_end)
    told = {result.name: result.trouble for result in run(builds, here)}
    assert "has lost what was rendered; build again" in told["nord"]
    assert tree(folder / "nord/site") == before
    assert not (builds["nord"].work / DRAFT).exists()


def test_who_stops_the_workers_stops_nobody_else(folder: Path, base: Path, here: Here) -> None:
    def refuse(document: PrintDocument) -> None:
        if "hilser på hverandre" in document.html:
            raise BrokenProcessPool

    here.refuse = refuse
    told: list[stages.Result] = []
    builds = options_of(folder, base)
    found = many.build_here(builds, 2, lambda *_: None, told.append, lambda _: here)
    assert [(one.name, one.failed, one.refused) for one in found] == [
        ("nord", True, True),
        ("vest", False, False),
        ("øst", False, False),
    ]
    assert "stopped a worker" in found[0].trouble
    assert len(told) == 3
    assert (folder / "vest/site/manifest.json").exists()
    assert not (folder / "nord/site").exists()


def test_a_machine_that_lacks_something_stops_all(folder: Path, base: Path, here: Here) -> None:
    def refuse(document: PrintDocument) -> None:
        raise MissingOnMachine("no Pango")

    here.refuse = refuse
    with pytest.raises(MissingOnMachine, match="no Pango"):
        run(options_of(folder, base), here)


def test_wrong_use_of_one_organisation_is_told_of_that_one(
    folder: Path, base: Path, here: Here
) -> None:
    (folder / "vest/site").mkdir()
    (folder / "vest/site/mine.txt").write_text("mine")
    results = {one.name: one for one in run(options_of(folder, base), here)}
    assert "holds files that no build has made" in results["vest"].trouble
    assert (folder / "nord/site/manifest.json").exists()


def test_a_name_too_long_for_its_package_is_told_of_that_organisation(
    folder: Path, base: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    long = "v" * 252
    (folder / "vest").rename(folder / long)
    where = ("--output", str(tmp_path / "ut"), "--only", "website", "--zip")
    assert build_all(folder, base, *where) == ExitCode.PROBLEMS
    assert f"{long}.zip” cannot be opened or made: " in capsys.readouterr().err
    assert (tmp_path / "ut/nord/manifest.json").exists()


def test_each_goes_to_a_folder_of_its_name_in_the_output(
    folder: Path, base: Path, tmp_path: Path
) -> None:
    out = tmp_path / "ut"
    assert (
        build_all(folder, base, "--output", str(out), "--only", "website", "--quiet", "--zip") == 0
    )
    assert sorted(path.name for path in out.iterdir()) == sorted(
        [*NAMES, *(f"{name}.zip" for name in NAMES)]
    )
    assert not (folder / "vest/site").exists()


def test_folders_that_cannot_be_built_together_are_wrong_use(
    folder: Path, base: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "vestre").symlink_to(folder / "vest")
    assert build_all(folder, base) == 2
    assert "“vest” and “vestre” would have the same output" in capsys.readouterr().err
    (folder / "vestre").unlink()
    if sys.platform.startswith("linux"):
        shutil.copytree(folder / "vest", folder / "Vest")
        with pytest.raises(WrongUse, match="“Vest” and “vest”"):
            find_organisations(folder, Path(), base)
    assert build_all(tmp_path / "none", base) == 2
    assert build_all(folder / "notater", base) == 2
    assert "no folder in" in capsys.readouterr().err
    assert build_all(folder, base, "--organisation", str(folder / "vest")) == 2
    assert build_all(folder, base, "--zip", str(tmp_path / "x.zip")) == 2


def test_a_base_of_its_own_can_be_one_of_many(folder: Path, base: Path) -> None:
    shutil.copytree(base, folder / "selv")
    shutil.copy(folder / "vest/organisation.yml", folder / "selv")
    found = find_organisations(folder, Path(), base).found
    assert found["selv"].base is None
    assert found["vest"].base == base
