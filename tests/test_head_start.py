"""Prints that are pressed while others are planned: the same edition, and no work for nothing."""

import gc
import weakref
from collections.abc import Callable
from concurrent.futures import Executor, Future
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from dreiebok.building import rendering, workers
from dreiebok.building.build import build
from dreiebok.building.cache import Cache
from dreiebok.building.head_start import HeadStart
from dreiebok.building.options import Options, Selection
from dreiebok.building.plan import PrintJob, make_plan
from dreiebok.building.reading import Project, read_project
from dreiebok.building.rendering import load_pressed
from dreiebok.press.values import PressedPdf, PrintDocument
from dreiebok.problems import Code
from tests.projects import copy_book, tree

PRINTS = Selection(website=False)


class Watched(Executor):
    """Hands tasks to real workers, or leaves them lying, and remembers what it was given."""

    def __init__(self, inner: Executor | None = None) -> None:
        self.inner = inner
        self.given: list[PrintDocument] = []
        self.lying: list[Future[Any]] = []

    def submit(self, task: Callable[..., Any], /, *args: Any, **named: Any) -> Future[Any]:
        if task is workers.press_document:
            self.given.append(args[0])
        if self.inner:
            return self.inner.submit(task, *args, **named)
        self.lying.append(Future())
        return self.lying[-1]


@pytest.fixture
def book(tmp_path: Path) -> Path:
    return copy_book("minimal", tmp_path)


@pytest.fixture
def project(book: Path) -> Project:
    return read_project(book)


@pytest.fixture
def options(book: Path, tmp_path: Path) -> Options:
    return Options(book, tmp_path / "site", tmp_path / "work", PRINTS, jobs=2)


def planned(project: Project, pool: Executor, options: Options) -> tuple[HeadStart, list[PrintJob]]:
    """Plan a project with a head start; return it with the jobs that it was told of."""
    early = HeadStart(project, options, pool)
    told: list[PrintJob] = []

    def begin(job: PrintJob) -> None:
        told.append(job)
        early.begin(job)

    make_plan(project, options.selection, begin=begin)
    return early, told


def test_it_is_told_of_every_print_that_is_made_of_html_as_it_will_be_planned(
    project: Project, options: Options
) -> None:
    _, told = planned(project, Watched(), options)
    jobs = [job for job in make_plan(project, PRINTS)[0].prints if not job.document.pieces]
    assert told == jobs
    assert len(jobs) > 5


def test_no_more_are_begun_than_workers_can_take(project: Project, options: Options) -> None:
    pool = Watched()
    early, told = planned(project, pool, options)
    assert pool.given == [job.document for job in told[:3]]
    assert list(early.begun.values()) == pool.lying
    # As soon as there is room, the longest comes of those that were passed over.
    pool.lying[0].set_result(None)
    early.begin(told[0])
    longest = max(told[3:], key=lambda job: len(job.document.packed))
    assert pool.given == [job.document for job in (*told[:3], longest)]
    early.begin(told[0])
    assert len(pool.given) == 4


def test_what_was_begun_is_held_by_nobody_else_in_the_end(
    project: Project, options: Options
) -> None:
    """A PDF may have megabytes, and a build has hundreds."""
    pool = Watched()
    early, _ = planned(project, pool, options)
    begun = early.end()
    held = [weakref.ref(task) for task in begun.values()]
    assert len(held) == 3
    pool.lying.clear()
    begun.clear()
    gc.collect()
    assert [task() for task in held] == [None] * 3


def test_what_the_cache_holds_is_not_begun(project: Project, options: Options) -> None:
    _, told = planned(project, Watched(), options)
    Cache(options.cache).store(told[0].key, b"%PDF", {})
    pool = Watched()
    planned(project, pool, options)
    assert pool.given == [job.document for job in told[1:4]]


def test_workers_get_all_that_they_can_do_before_what_is_kept_is_read(
    project: Project, options: Options, pool: Executor, monkeypatch: pytest.MonkeyPatch
) -> None:
    build(project, options, lambda *_: None, pool)
    _, told = planned(project, Watched(), options)
    shortest = min(told, key=lambda job: len(job.document.packed))
    for path in options.cache.glob(f"{shortest.key}.*"):
        path.unlink()
    watched = Watched(pool)
    given: list[list[PrintDocument]] = []

    def load(cache: Cache, key: str) -> PressedPdf | None:
        given.append([*watched.given])
        return load_pressed(cache, key)

    monkeypatch.setattr(rendering, "load_pressed", load)
    # With --strict there is no head start.
    assert build(project, replace(options, strict=True), lambda *_: None, watched).rendered == 1
    assert len(given) > 5
    assert all(documents == [shortest.document] for documents in given)


def test_nothing_is_begun_for_a_website_alone(project: Project, options: Options) -> None:
    pool = Watched()
    planned(project, pool, replace(options, selection=Selection(prints=False)))
    assert pool.given == []


def test_every_print_is_pressed_once_and_the_edition_is_the_same(
    project: Project, options: Options, tmp_path: Path, pool: Executor
) -> None:
    watched = Watched(pool)
    outcome = build(project, options, lambda *_: None, watched)
    assert (outcome.problems, outcome.failed) == ((), False)
    assert len({document.path for document in watched.given}) == len(watched.given)
    # With --strict there is no head start.
    plain = replace(options, output=tmp_path / "plain", work=tmp_path / "anew", strict=True)
    other = build(project, plain, lambda *_: None, pool)
    assert other.rendered == outcome.rendered
    assert tree(plain.output) == tree(options.output)
    # And of what is cached nothing is begun.
    again = Watched(pool)
    assert build(project, options, lambda *_: None, again).rendered == 0
    assert again.given == []


def with_a_faulty_template(book: Path) -> Project:
    template = book / "templates" / "print" / "booklet.html"
    assert template.is_file()
    template.write_text("{{ none_such.title }}", encoding="utf-8")
    return read_project(book)


def test_with_strict_nothing_is_begun_before_all_is_planned(book: Path, options: Options) -> None:
    watched, strict = Watched(), replace(options, strict=True)
    assert build(with_a_faulty_template(book), strict, lambda *_: None, watched).failed
    assert watched.given == []


def test_after_a_faulty_template_nothing_is_begun(book: Path, options: Options) -> None:
    watched, many = Watched(), replace(options, jobs=100)
    outcome = build(with_a_faulty_template(book), many, lambda *_: None, watched)
    assert {problem.code for problem in outcome.problems} == {Code.TEMPLATE_ERROR}
    assert not options.output.exists()
    paths = [document.path for document in watched.given]
    assert any("cards" in path for path in paths)
    assert not any("form" in path or "handbook" in path for path in paths)
