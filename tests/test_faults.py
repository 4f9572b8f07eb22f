"""Real faults while a build runs: the site is old or new and whole, and the next build is right.

docs/faults.md lists them all; `python -m tests.campaign_faults` goes on for hundreds of kills.
"""

import os
import queue
import random
import re
import resource
import shutil
import signal
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from subprocess import Popen, TimeoutExpired
from subprocess import run as run_process

import psutil
import pytest

from dreiebok.building import publishing, workers
from dreiebok.building.options import Options
from dreiebok.building.previewing import Preview
from dreiebok.problems import ExitCode, MissingOnMachine, Problem
from tests.hardship import (
    begin,
    end,
    left_behind,
    run,
    sentence_of,
    small_disk,
    without_rights,
    workers_of,
    write_sentence,
)
from tests.projects import ROOT, copy_book, tree

KILLS = 20
"""In a row; `python -m tests.campaign_faults` does as many as it is told, of builds with prints."""
PAGES = ("--only", "website")
"""For faults that ask for no prints: a build takes a third of the time."""


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A built copy of the tiny book that tests must leave as it is."""
    project = copy_book("minimal", tmp_path_factory.mktemp("faults") / "book")
    assert run(project).code == 0
    return project


@pytest.fixture(scope="module")
def good(book: Path) -> dict[str, bytes]:
    """Its site."""
    return tree(book / "site")


@pytest.fixture(scope="module")
def pages(book: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the book of which the pages are built, to be left as it is too."""
    project = tmp_path_factory.mktemp("faults") / "book"
    shutil.copytree(book, project)
    assert run(project, *PAGES).code == 0
    return project


@pytest.fixture(scope="module")
def good_pages(pages: Path) -> dict[str, bytes]:
    """Their site."""
    return tree(pages / "site")


def spoilable(book: Path, folder: Path) -> Iterator[Path]:
    """Give a built copy that a test may spoil; its cache is warm."""
    project = folder / "book"
    shutil.copytree(book, project)
    yield project
    for path in (project, *(path for path in project.rglob("*") if path.is_dir())):
        path.chmod(0o755)


@pytest.fixture
def own_book(book: Path, tmp_path: Path) -> Iterator[Path]:
    """A built copy that a test may spoil."""
    yield from spoilable(book, tmp_path)


@pytest.fixture
def own_pages(pages: Path, tmp_path: Path) -> Iterator[Path]:
    """The same, of the pages alone."""
    yield from spoilable(pages, tmp_path)


def until_rendering(process: "Popen[str]") -> None:
    """Wait until a verbose build has rendered something: its workers are in the midst of it."""
    assert process.stdout
    assert process.stdout.readline()


def until_pressing(process: "Popen[str]", folder: Path) -> None:
    """Wait until a build whose temporary files lie in a folder reads fonts for its first print.

    Its first line can come late: prints begin while others are still planned.
    """
    while not list(folder.glob("weasyprint-*/*")):
        assert process.poll() is None
        time.sleep(0.01)


def test_kills_in_a_row_leave_a_whole_site_and_the_next_build_is_right(
    own_pages: Path, good_pages: Mapping[str, bytes], tmp_path: Path
) -> None:
    seed = random.randrange(10**6)
    print(f"seed {seed}")
    chance = random.Random(seed)
    write_sentence(own_pages, "først")
    began = time.monotonic()
    assert run(own_pages, *PAGES).code == 0
    lasts = time.monotonic() - began
    allowed = {sentence_of(own_pages / "site", good_pages)}
    for number in range(KILLS):
        write_sentence(own_pages, f"for gang {number}")
        process = begin(own_pages, *PAGES, "--quiet")
        try:
            process.wait(chance.uniform(0, lasts))
        except TimeoutExpired:
            # With its workers, as a machine that is turned off; or alone, as for want of memory.
            (os.killpg if number % 2 else os.kill)(process.pid, signal.SIGKILL)
        ended = end(process)
        assert "Traceback" not in ended.errors
        shown = sentence_of(own_pages / "site", good_pages)
        if ended.code == 0:
            assert shown.endswith(f" {number}.")
        # A build that was killed at its very end has published, and none has published another's.
        assert shown in allowed or shown.endswith(f" {number}.")
        allowed = {shown}
    write_sentence(own_pages, "til slutt")
    assert run(own_pages, *PAGES, "--quiet").errors == ""
    assert left_behind(own_pages) == []
    fresh = tmp_path / "fresh"
    for name in ("content", "forms", "templates"):
        shutil.copytree(own_pages / name, fresh / name)
    shutil.copy(own_pages / "mkdocs.yml", fresh)
    assert run(fresh, *PAGES, "--quiet").code == 0
    assert tree(own_pages / "site") == tree(fresh / "site")


def test_ctrl_c_says_that_the_old_site_stands(own_book: Path, good: Mapping[str, bytes]) -> None:
    write_sentence(own_book, "annet")
    process = begin(own_book, "--verbose")
    until_rendering(process)
    # A terminal sends it to every process in front.
    os.killpg(process.pid, signal.SIGINT)
    ended = end(process)
    assert (ended.code, ended.errors) == (130, "dreiebok: stopped; the site is as it was\n")
    assert tree(own_book / "site") == good
    assert left_behind(own_book) == []


@pytest.mark.parametrize(
    ("raised", "told"),
    [
        ("FileNotFoundError()", False), ("BrokenPipeError()", False), ("EOFError()", False),
        ("MemoryError()", False), ("ValueError()", True), ("ModuleNotFoundError()", True),
    ],
)  # fmt: skip
def test_a_worker_that_cannot_begin_leaves_it_to_the_build_to_tell(raised: str, told: bool) -> None:
    code = f"import dreiebok.building.beginning\nraise {raised}"
    ended = run_process(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (ended.returncode, "Traceback" in ended.stderr) == (1, told)


@pytest.mark.skipif(not hasattr(signal, "pthread_sigmask"), reason="Windows has no such mask")
def test_a_worker_that_waits_for_work_does_not_hear_ctrl_c() -> None:
    with workers.start(1, prints=False) as pool:
        worker = pool.submit(os.getpid).result()
        os.kill(worker, signal.SIGINT)
        assert pool.submit(os.getpid).result() == worker


def test_a_full_disk_is_said_to_be_full_and_room_is_all_that_it_needs(
    own_book: Path, good: Mapping[str, bytes], tmp_path: Path
) -> None:
    write_sentence(own_book, "annet")
    with small_disk() as disk:
        print(f"the disk is small by {disk.means}")

        def refuse(site: Path, *options: str, named: str = "(: .+)?", **surroundings: str) -> None:
            ended = run(own_book, *options, limit=disk.limit, **surroundings)
            assert ended.code == ExitCode.MISSING, ended
            assert re.fullmatch(
                f"dreiebok: this machine says no: {disk.complaint}{named}; the site is as it was\n",
                # Pango complains of a font that found no room, in lines of its own.
                re.sub(r"\n\(process:.+\n", "", ended.errors),
            )
            assert tree(site) == good
            assert left_behind(disk.folder) == []

        disk.resize(1 << 16)
        refuse(own_book / "site", TMPDIR=str(disk.folder))
        work = ("--work", str(disk.folder / "build"))
        refuse(own_book / "site", *work, named=f": {disk.folder}/build/.+")
        disk.resize(1 << 30)
        site = Path(shutil.copytree(own_book / "site", disk.folder / "site"))
        # Room for the old site and half of the new one.
        disk.resize(disk.used() * 3 // 2 if disk.is_mounted else 1 << 16)
        refuse(site, "--output", str(site), named=f": {disk.folder}/.+")
        disk.resize(1 << 30)
        ended = run(own_book, *work, "--output", str(site), limit=disk.limit)
        assert (ended.code, ended.errors) == (0, "")
        assert sentence_of(site, good) == "Vi gjør noe annet."


def test_a_folder_that_is_read_only_is_named(
    own_pages: Path, good_pages: Mapping[str, bytes]
) -> None:
    write_sentence(own_pages, "annet")
    for place in ("site", ".", "build", "build/cache"):
        (own_pages / place).chmod(0o555)
        ended = run(own_pages, *PAGES, limit=without_rights)
        assert ended.code == ExitCode.MISSING
        named = str(own_pages) if place == "." else place
        assert re.fullmatch(f"dreiebok: .*{named}.*; the site is as it was\n", ended.errors), ended
        assert tree(own_pages / "site") == good_pages
        (own_pages / place).chmod(0o755)
        assert left_behind(own_pages) == []
    # In an old site, they do not stay behind with it.
    for path in (own_pages / "site").rglob("*"):
        path.chmod(0o555 if path.is_dir() else 0o444)
    assert run(own_pages, *PAGES, limit=without_rights).code == 0
    assert sentence_of(own_pages / "site", good_pages) == "Vi gjør noe annet."
    assert left_behind(own_pages) == []


def test_a_failure_after_publishing_says_that_the_new_site_stands(own_book: Path) -> None:
    alone = own_book.parent / "alone"
    alone.mkdir()
    (alone / "organisation.yml").write_text(
        "name: Alene\nreplace: {pr-steg-1: {purpose: Vi hilser.}}\n", encoding="utf-8"
    )
    alone.chmod(0o555)
    folders = ("--work", str(own_book / "w"), "--output", str(own_book / "ut"), "--only", "website")
    ended = run(alone, "--base", str(own_book), *folders, limit=without_rights)
    alone.chmod(0o755)
    assert ended.code == ExitCode.MISSING
    assert "organisation.lock" in ended.errors
    assert ended.errors.endswith("; the new site stands\n")
    assert (own_book / "ut" / "manifest.json").exists()


def test_a_source_saved_during_a_build_is_in_the_next_one_and_spoils_no_cache(
    own_book: Path, good: Mapping[str, bytes]
) -> None:
    shutil.rmtree(own_book / "build")
    style = own_book / "templates" / "print" / "cards.css"
    old = style.read_text(encoding="utf-8")
    script = (own_book / "content" / "manus.yml").read_text(encoding="utf-8")
    process = begin(own_book, "--verbose", "--jobs", "1")
    until_rendering(process)
    write_sentence(own_book, "annet")
    style.write_text(f"{old}\nbody {{ letter-spacing: 0.1pt; }}\n", encoding="utf-8")
    assert end(process).code == 0
    assert tree(own_book / "site") == good
    assert run(own_book).code == 0
    assert sentence_of(own_book / "site", good) == "Vi gjør noe annet."
    style.write_text(old, encoding="utf-8")
    (own_book / "content" / "manus.yml").write_text(script, encoding="utf-8")
    assert run(own_book).code == 0
    assert tree(own_book / "site") == good


def kill(worker: psutil.Process) -> None:
    worker.kill()


def starve(worker: psutil.Process) -> None:
    """Leave a worker no more memory than it has."""
    has = worker.memory_info().vms
    resource.prlimit(worker.pid, resource.RLIMIT_AS, (has + (1 << 20), has + (1 << 20)))


@pytest.mark.parametrize("harm", [kill, starve] if sys.platform.startswith("linux") else [kill])
def test_a_worker_that_is_killed_or_starved_is_told_in_a_line(
    harm: Callable[[psutil.Process], None],
    own_book: Path,
    good: Mapping[str, bytes],
    tmp_path: Path,
) -> None:
    fonts = tmp_path / "t"
    fonts.mkdir()
    write_sentence(own_book, "annet")
    shutil.rmtree(own_book / "build")
    process = begin(own_book, "--quiet", "--jobs", "2", TMPDIR=str(fonts))
    # A worker that has pressed some prints may have all the memory that the others take.
    until_pressing(process, fonts)
    for worker in workers_of(process.pid):
        harm(worker)
    ended = end(process)
    assert ended.code == ExitCode.MISSING, ended
    assert "memory" in ended.errors
    assert "--jobs 1" in ended.errors
    assert ended.errors.count("dreiebok: ") == 1
    assert "Traceback" not in ended.errors
    assert tree(own_book / "site") == good
    assert run(own_book).code == 0
    assert sentence_of(own_book / "site", good) == "Vi gjør noe annet."


def test_workers_of_a_killed_build_leave_no_fonts(own_book: Path, tmp_path: Path) -> None:
    fonts = tmp_path / "t"
    fonts.mkdir()
    write_sentence(own_book, "annet")
    shutil.rmtree(own_book / "build")
    process = begin(own_book, "--quiet", TMPDIR=str(fonts))
    until_pressing(process, fonts)
    workers = workers_of(process.pid)
    process.kill()
    end(process)
    psutil.wait_procs(workers, timeout=60)
    assert list(fonts.glob("weasyprint-*")) == []


def test_builds_at_once_wait_for_a_work_folder_and_may_share_an_output(
    own_book: Path, good: Mapping[str, bytes]
) -> None:
    write_sentence(own_book, "annet")
    first = begin(own_book, "--verbose")
    until_rendering(first)
    other = begin(own_book, "--work", "other", "--quiet")
    second = begin(own_book)
    assert second.stdout
    assert second.stdout.readline() == "waiting for another build in build/\n"
    ended = [end(process) for process in (first, second, other)]
    assert [(one.code, one.errors) for one in ended] == [(0, "")] * 3
    assert sentence_of(own_book / "site", good) == "Vi gjør noe annet."
    assert left_behind(own_book) == []


def test_a_staged_site_is_left_alone_while_somebody_writes_it_and_cleared_away_after(
    tmp_path: Path,
) -> None:
    site = tmp_path / "site"
    with publishing.staging(site) as first:
        (first / "manifest.json").write_text("1")
        with publishing.staging(site) as second:
            assert first.exists()
            (second / "manifest.json").write_text("2")
            publishing.publish(second, site)
        publishing.publish(first, site)
    assert (site / "manifest.json").read_text() == "1"
    (tmp_path / ".site.new-123").mkdir()
    with publishing.staging(site):
        assert len(left_behind(tmp_path)) == 1
    assert left_behind(tmp_path) == []


def test_without_an_exchange_of_names_the_old_site_is_brought_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Network disks and file systems of other worlds have no such call; there is none here to use.
    monkeypatch.setattr(publishing, "_exchange", lambda first, second: False)
    site = tmp_path / "site"
    for words in ("old", "new"):
        with publishing.staging(site) as new:
            (new / "manifest.json").write_text(words)
            publishing.publish(new, site)
        assert (site / "manifest.json").read_text() == words
        assert left_behind(tmp_path) == []
    # Killed between the two steps.
    site.rename(tmp_path / ".site.old-123")
    publishing.bring_back(site)
    assert (site / "manifest.json").read_text() == "new"
    with pytest.raises(OSError, match="No such file"):
        publishing.publish(tmp_path / "there is none", site)
    assert (site / "manifest.json").read_text() == "new"


def test_the_times_of_files_mean_nothing(own_book: Path, good: Mapping[str, bytes]) -> None:
    write_sentence(own_book, "annet")
    when = time.time()
    for number, path in enumerate(sorted(own_book.rglob("*"))):
        when = time.time() + (-30, 30)[number % 2] * 365 * 86400
        os.utime(path, (when, when))
    assert run(own_book).code == 0
    assert sentence_of(own_book / "site", good) == "Vi gjør noe annet."
    os.utime(own_book / "site" / "nb" / "index.html", (when, when))
    (own_book / "site" / "nb" / "index.html").write_bytes(b"somebody's own")
    assert run(own_book).code == 0
    assert sentence_of(own_book / "site", good) == "Vi gjør noe annet."


def test_whatever_has_become_of_the_cache_the_site_is_right(
    own_book: Path, good: Mapping[str, bytes]
) -> None:
    def flip(data: bytes) -> bytes:
        # An entry may be empty: nothing was complained of.
        spoilt = bytearray(data or b"0")
        # A digit of a number stays one, so that the entry still reads well.
        at = data.rindex(b'"pages": ') + 9 if b'"pages": ' in data else len(data) // 2
        spoilt[at] ^= 1
        return bytes(spoilt)

    harms: tuple[Callable[[bytes], bytes], ...] = (
        flip,
        lambda data: data[: len(data) // 2],
        lambda data: b"",
        lambda data: b'{"sha256": 1, "format": "of another version"}',
        lambda data: b"\xff" * len(data),
        lambda data: b"[" * 100_000,
    )
    files = sorted(path for path in (own_book / "build").rglob("*") if path.is_file())
    entries = [path for path in files if "cache" in path.parts or path.name == "state.json"]
    assert len(entries) > 40
    for number, path in enumerate(entries):
        path.write_bytes(harms[number % len(harms)](path.read_bytes()))
    (own_book / "build" / "cache" / ".new-left").write_bytes(b"half")
    shutil.rmtree(own_book / "site")
    ended = run(own_book)
    assert (ended.code, ended.errors) == (0, "")
    assert tree(own_book / "site") == good
    assert left_behind(own_book) == []


def test_a_reader_who_has_gone_does_not_stop_a_build(
    own_book: Path, good: Mapping[str, bytes]
) -> None:
    write_sentence(own_book, "annet")
    process = begin(own_book, "--verbose")
    until_rendering(process)
    assert process.stdout
    process.stdout.close()
    assert process.stderr
    with process.stderr:
        errors = process.stderr.read()
    assert (process.wait(300), errors) == (0, "")
    assert sentence_of(own_book / "site", good) == "Vi gjør noe annet."


class Silent:
    """A terminal that shows nothing."""

    def say(self, words: str) -> None:
        pass

    def error(self, words: str) -> None:
        pass

    def lines(self, words: str) -> None:
        pass

    def problems(self, problems: tuple[Problem, ...], root: Path) -> None:
        assert problems == ()


@pytest.fixture
def preview(own_book: Path) -> Iterator[Preview]:
    options = Options(own_book, own_book / "site", own_book / "build", jobs=1)
    made = Preview(options, Silent())
    yield made
    made.pool.shutdown()


def test_a_preview_shares_only_the_cache_with_a_build(
    own_book: Path, good: Mapping[str, bytes], preview: Preview
) -> None:
    before = tree(own_book / "build" / "markdown")
    write_sentence(own_book, "annet")
    preview.rebuild()
    assert b"annet" in (own_book / "build/preview/nb/prove/manus.html").read_bytes()
    assert tree(own_book / "build" / "markdown") == before
    assert tree(own_book / "site") == good
    assert not (own_book / "build/serve/cache").exists()


@pytest.mark.parametrize("looked_at", [False, True])
def test_a_preview_goes_on_after_its_worker_was_killed(
    looked_at: bool, own_book: Path, preview: Preview
) -> None:
    page = "nb/prove/manus.html"
    if looked_at:
        # An open page comes first, before the rest of the site.
        preview.rebuild()
        preview.listeners[queue.SimpleQueue()] = page
    psutil.Process(preview.pool.submit(os.getpid).result()).kill()
    write_sentence(own_book, "annet")
    with pytest.raises(MissingOnMachine, match="stopped a worker"):
        preview.rebuild()
    preview.rebuild()
    assert b"annet" in (own_book / "build/preview" / page).read_bytes()
