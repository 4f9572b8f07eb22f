"""The preview: what is saved is seen, what is broken is told, and nothing outside is served."""

import errno
import gc
import queue
import re
import shutil
import socket
import subprocess
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from http import HTTPStatus
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from weakref import ref

import pytest
from watchfiles import Change

from dreiebok.building import build as building
from dreiebok.building import previewing, workers
from dreiebok.building.build import Outcome
from dreiebok.building.glancing import glance
from dreiebok.building.options import Options, Selection
from dreiebok.building.plan import make_plan
from dreiebok.building.reading import read_project
from dreiebok.building.rendering import Rendered, render_all
from dreiebok.cli import main
from dreiebok.cli.console import Console
from dreiebok.press.values import no_pdf
from dreiebok.problems import Code, Location, MissingOnMachine, Problem, Severity, SourceError
from dreiebok.sources import parsing
from tests.projects import BOOKS, ROOT, copy_book, start

LOGO = ROOT / "organisations/solbakken/logo.svg"
DEADLINE = 60.0
"""Seconds after which a test gives up; nothing is asserted about how long a thing takes."""


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copy_book("minimal", tmp_path_factory.mktemp("serve"))


@pytest.fixture(scope="module")
def port(book: Path) -> Iterator[int]:
    with serving_at(book) as number:
        yield number


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@contextmanager
def serving_at(book: Path, *options: str) -> Iterator[int]:
    """Start a preview of a book, give its port, and stop it."""
    number = free_port()
    process = start(book, "serve", "--port", str(number), *options)
    assert process.stdout
    for line in process.stdout:
        if "preview at" in line:
            break
    else:
        assert process.stderr
        raise AssertionError(process.stderr.read())
    try:
        yield number
    finally:
        process.terminate()
        try:
            process.communicate(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()


def fetch(port: int, path: str) -> bytes:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=60) as answer:
        return bytes(answer.read())


def until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + DEADLINE
    while not condition():
        assert time.monotonic() < end, "it never happened"
        time.sleep(0.1)


def test_pages_are_served_with_the_preview_script(port: int) -> None:
    page = fetch(port, "/nb/prove/manus.html")
    assert b"Manus" in page
    assert b"/-/preview.js" in page
    assert b"EventSource" in fetch(port, "/-/preview.js")


def test_a_saved_source_is_seen_without_a_restart(port: int, book: Path) -> None:
    source = book / "content" / "manus.yml"
    source.write_text(source.read_text().replace("Vi gjør noe.", "Vi prøver noe nytt."))
    until(lambda: "Vi prøver noe nytt.".encode() in fetch(port, "/nb/prove/manus.html"))


def test_a_base_configuration_saved_by_renaming_is_seen(port: int, book: Path) -> None:
    # Many editors write a new file and give it the old one's name.
    config = book / "mkdocs.yml"
    for words in (b"Mye lys", b"Lite lys"):
        new = re.sub(rb"name: (Lys bakgrunn|Mye lys)", b"name: " + words, config.read_bytes())
        (book / "new").write_bytes(new)
        (book / "new").replace(config)
        until(lambda words=words: words in fetch(port, "/nb/om.html"))  # type: ignore[misc]


def test_a_broken_source_keeps_the_page_and_tells_the_browser(port: int, book: Path) -> None:
    before = fetch(port, "/nb/prove/regler.html")
    source = book / "content" / "regler.yml"
    good = source.read_text()
    connection = HTTPConnection("127.0.0.1", port, timeout=DEADLINE)
    connection.request("GET", "/-/events")
    events = connection.getresponse()
    source.write_text(good.replace("title: Regler", "tittel: Regler"))
    told = b""
    while b"event: problems" not in told:
        told = events.readline()
    assert b"unknown-key" in events.readline()
    assert fetch(port, "/nb/prove/regler.html") == before
    source.write_text(good.replace("title: Regler", "title: Nye regler"))
    until(lambda: b"Nye regler" in fetch(port, "/nb/prove/regler.html"))
    connection.close()


def test_a_pdf_is_made_when_it_is_asked_for(port: int) -> None:
    assert fetch(port, "/nb/print/prove/skjema.pdf").startswith(b"%PDF-1.7")
    assert fetch(port, "/nb/print/prove/manus-cards-4up.pdf").startswith(b"%PDF-")


@pytest.mark.parametrize(
    ("name", "status"),
    [("localhost", 200), ("127.0.0.1:80", 200), ("[::1]:8000", 200), ("guide.example", 403),
     ("localhost.guide.example:8000", 403), ("127.0.0.1.guide.example", 403)],
)  # fmt: skip
def test_a_name_that_was_made_to_lead_here_gets_nothing(port: int, name: str, status: int) -> None:
    for path in ("/nb/om.html", "/-/preview.js", *["/-/events"] * (status == 403)):
        connection = HTTPConnection("127.0.0.1", port, timeout=DEADLINE)
        connection.request("GET", path, headers={"Host": name})
        assert connection.getresponse().status == status, path
        connection.close()


SCRIPT = {"Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "script"}


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "cross-site", **SCRIPT}, 403),
        ({"Sec-Fetch-Site": "same-site", **SCRIPT}, 403),
        ({"Sec-Fetch-Site": "same-origin", **SCRIPT}, 200),
        ({"Sec-Fetch-Site": "none", "Sec-Fetch-Mode": "navigate"}, 200),
        ({"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate",
          "Sec-Fetch-Dest": "document"}, 200),
        ({"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate",
          "Sec-Fetch-Dest": "iframe"}, 403),
        ({"Origin": "http://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "http://localhost"}, 200),
        ({}, 200),
    ],
)  # fmt: skip
def test_a_page_of_another_site_reads_nothing(
    port: int, headers: dict[str, str], status: int
) -> None:
    connection = HTTPConnection("127.0.0.1", port, timeout=DEADLINE)
    path = "/nb/search/search_index.js"
    connection.request("GET", path, headers={"Host": "localhost", **headers})
    answer = connection.getresponse()
    assert answer.status == status
    assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    connection.close()


@pytest.mark.parametrize(
    ("request_line", "status"),
    [
        (b"GET /%00 HTTP/1.1", b"404"),
        (b"GET /nb/print/%00.pdf HTTP/1.1", b"404"),
        (b"GET /" + b"x" * 5000 + b" HTTP/1.1", b"404"),
        (b"GET http://[bad HTTP/1.1", b"400"),
        (b"GET http://evil.example/nb/om.html HTTP/1.1", b"403"),
        (b"GET /nb/om.html HTTP/1.1\r\nHost: evil.example", b"403"),
        (b"HEAD /nb/om.html HTTP/1.1", b"200"),
    ],
)
def test_strange_requests_are_answered(port: int, request_line: bytes, status: bytes) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=DEADLINE) as plug:
        plug.sendall(request_line + b"\r\nHost: localhost\r\n\r\n")
        got = plug.makefile("rb").read()
    assert got.split(b" ")[1] == status
    assert (got.partition(b"\r\n\r\n")[2] == b"") == request_line.startswith(b"HEAD")


@pytest.mark.parametrize(
    "path", ["/borte.html", "/../content/om.yml", "/%2e%2e/mkdocs.yml", "/nb/print/x/y.pdf"]
)
def test_nothing_outside_the_site_is_served(port: int, path: str) -> None:
    connection = HTTPConnection("127.0.0.1", port, timeout=DEADLINE)
    connection.request("GET", path)
    assert connection.getresponse().status == 404
    connection.close()


def test_the_watch_outlives_an_edit_that_takes_away_what_an_option_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workers, "start", ThreadPoolExecutor)
    monkeypatch.setattr(previewing, "watch", lambda *_, **__: iter([{"one edit"}]))
    options = Options(copy_book("minimal", tmp_path), tmp_path / "site", tmp_path / "build")
    gone = replace(options, selection=Selection(programmes=("borte",)))
    preview = previewing.Preview(gone, Console(quiet=True, verbose=False))
    preview.watch_configuration(threading.Event())
    preview.pool.shutdown()
    assert "no programme “borte”" in preview.problems


def test_a_taken_port_is_wrong_use(port: int, book: Path) -> None:
    process = start(book, "serve", "--port", str(port))
    _, errors = process.communicate(timeout=DEADLINE)
    assert process.returncode == 2
    assert "cannot listen" in errors
    assert "Traceback" not in errors


def test_a_second_preview_in_a_folder_is_wrong_use(port: int, book: Path) -> None:
    process = start(book, "serve", "--port", str(free_port()))
    said, errors = process.communicate(timeout=DEADLINE)
    assert process.returncode == 2
    assert (said, errors.count("\n")) == ("", 1)
    assert "another preview works in “build/serve”; stop it, or name another folder" in errors
    assert status_of(port, "/nb/index.html") == HTTPStatus.OK


def test_folders_that_come_later_are_watched_too(tmp_path: Path) -> None:
    book, page = copy_book("minimal", tmp_path / "book"), "/nb/prove/manus.html"
    content, other = book / "content", tmp_path / "other"
    (book / "organisation.yml").write_text("name: Fjellheim\nlogo: images/logo.svg\n")
    with serving_at(book) as port:
        # Nothing is there to be shown without the logo.
        (book / "images").mkdir()
        (book / "images" / "logo.svg").write_bytes(LOGO.read_bytes())
        until(lambda: status_of(port, page) == HTTPStatus.OK)
        # As Git does: the folder goes, and another one of this name comes; on most disks one that
        # is made at once has its number.
        for number, takes_its_place in enumerate((copy_there, move_there)):
            shutil.copytree(content, other)
            shutil.rmtree(content)
            takes_its_place(other, content)
            for words in (f"Vi tar plass {number}.", f"Vi er her {number}."):
                script = content / "manus.yml"
                script.write_text(re.sub("purpose: .*", f"purpose: {words}", script.read_text()))
                until(lambda words=words: words in fetch(port, page).decode())  # type: ignore[misc]


def test_a_folder_made_again_at_once_is_watched_anew_whatever_its_number(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    book, preview = preview_of(tmp_path, monkeypatch)
    stop, watches, rebuilt = threading.Event(), [0], []
    inside, gone = book / "content" / "manus.yml", book / "content"

    def watch(*_: Path, **__: object) -> Iterator[set[tuple[Change, str]]]:
        watches[0] += 1
        if watches[0] == 1:
            yield set()
            yield {(Change.deleted, str(inside))}
            yield {(Change.deleted, str(inside)), (Change.deleted, str(gone))}
            raise AssertionError("this one sees nothing any more")
        yield set()
        stop.set()

    monkeypatch.setattr(previewing, "watch", watch)
    monkeypatch.setattr(preview, "rebuild", lambda: rebuilt.append(watches[0]))
    preview.watch_sources(stop)
    preview.pool.shutdown()
    # Once for the file, and once as soon as the new folder is watched.
    assert rebuilt == [1, 2]


def copy_there(other: Path, place: Path) -> None:
    shutil.copytree(other, place)
    shutil.rmtree(other)


def move_there(other: Path, place: Path) -> None:
    other.rename(place)


def test_the_configuration_of_a_base_is_watched_too(tmp_path: Path) -> None:
    base, own = copy_book("minimal", tmp_path / "base"), tmp_path / "own"
    shutil.copytree(BOOKS / "with-overlay", own)
    with serving_at(own, "--base", str(base)) as port:
        config = base / "mkdocs.yml"
        config.write_text(config.read_text().replace("name: Lys bakgrunn", "name: Mye lys"))
        until(lambda: b"Mye lys" in fetch(port, "/nb/om.html"))


def status_of(port: int, path: str) -> int:
    connection = HTTPConnection("127.0.0.1", port, timeout=DEADLINE)
    connection.request("GET", path)
    status = connection.getresponse().status
    connection.close()
    return status


def test_a_page_that_is_missing_says_so(port: int) -> None:
    with pytest.raises(urllib.error.HTTPError, match="404") as caught:
        fetch(port, "/nb/borte.html")
    caught.value.close()


def test_a_pdf_whose_template_is_broken_says_why(port: int, book: Path) -> None:
    template = book / "templates" / "print" / "form.html"
    sound = template.read_text(encoding="utf-8")
    template.write_text(f"{sound}{{% if %}}", encoding="utf-8")
    try:
        with pytest.raises(urllib.error.HTTPError, match="500") as caught:
            fetch(port, "/nb/print/prove/skjema.pdf")
        with caught.value as answer:
            words = answer.read()
        assert b"templates/print/form.html:" in words
        assert b"[template-error]" in words
    finally:
        template.write_text(sound, encoding="utf-8")
    assert fetch(port, "/nb/print/prove/skjema.pdf").startswith(b"%PDF-1.7")


@pytest.fixture(scope="module")
def translated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A book with a catalog, in which one text is translated."""
    folder = copy_book("minimal", tmp_path_factory.mktemp("translated"))
    assert main(["translate", "add", "en", "--source", str(folder), "--quiet"]) == 0
    translate(folder, "The script")
    return folder


def translate(folder: Path, words: str) -> None:
    """Translate the title of the book's script as a PO editor does: the whole file is new."""
    po = folder / "content" / "locale" / "en" / "prove.po"
    found = re.compile(r'(msgctxt "pr-manus/title"\nmsgid "Manus"\nmsgstr) ".*"')
    text, count = found.subn(rf'\1 "{words}"', po.read_text(encoding="utf-8"))
    assert count == 1
    (folder / "new.po").write_text(text, encoding="utf-8")
    (folder / "new.po").replace(po)


def test_a_saved_catalog_is_seen_and_a_broken_one_is_told(translated: Path) -> None:
    with serving_at(translated, "--language", "en") as port:
        page = "/en/prove/manus.html"
        assert b"The script" in fetch(port, page)
        translate(translated, "The running order")
        until(lambda: b"The running order" in fetch(port, page))
        connection = HTTPConnection("127.0.0.1", port, timeout=DEADLINE)
        connection.request("GET", "/-/events")
        events = connection.getresponse()
        translate(translated, 'The \\"broken"')  # The quotation mark is not closed any more.
        told = b""
        while b"event: problems" not in told:
            told = events.readline()
        assert b"content/locale/en/prove.po:" in (words := events.readline())
        assert b"bad-catalog" in words
        assert b"The running order" in fetch(port, page)
        connection.close()
        translate(translated, "Mended")
        until(lambda: b"Mended" in fetch(port, page))
        # The source language is the same preview's too: its texts show where none is translated.
        source = translated / "content" / "manus.yml"
        text = source.read_text(encoding="utf-8")
        source.write_text(text.replace("Vi gjør noe.", "Vi prøver noe nytt."), encoding="utf-8")
        until(lambda: "Vi prøver noe nytt.".encode() in fetch(port, page))


def test_an_edited_catalog_makes_anew_only_the_site_of_its_language(translated: Path) -> None:
    both = Selection(languages=("nb", "en"), prints=False)

    def keys() -> dict[str, str]:
        plan, problems = make_plan(read_project(translated), both)
        assert not any(problem.severity is Severity.ERROR for problem in problems)
        return {job.locale: job.key for job in plan.sites}

    before = keys()
    translate(translated, "Another word")
    after = keys()
    assert before["nb"] == after["nb"]
    assert before["en"] != after["en"]


class Left:
    """What holds what holds it."""

    def __init__(self, holder: object) -> None:
        self.holder = holder


def preview_of(
    folder: Path, monkeypatch: pytest.MonkeyPatch, book: Path | None = None
) -> tuple[Path, previewing.Preview]:
    """Return a tiny book and a preview of it, whose workers are threads."""
    monkeypatch.setattr(workers, "start", ThreadPoolExecutor)
    book = book or copy_book("minimal", folder)
    options = Options(book, folder / "site", folder / "build", Selection(("nb",)))
    return book, previewing.Preview(options, Console(quiet=True, verbose=False))


def test_a_preview_keeps_nothing_of_what_was_there_before_the_last_edit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parsing, "_TREES", {})
    monkeypatch.setattr(parsing, "_RECORDS", {})
    book, preview = preview_of(tmp_path, monkeypatch)
    script, kept = book / "content/manus.yml", []
    for number in range(6):
        words = script.read_text("utf-8")
        script.write_text(re.sub("purpose: .*", f"purpose: Nummer {number}.", words), "utf-8")
        preview.rebuild()
        sizes = [path.stat().st_size for path in preview.options.cache.glob("*.bin")]
        sites = sum(size > 100_000 for size in sizes)
        kept.append((sites, len(parsing._TREES), len(parsing._RECORDS)))
    preview.pool.shutdown()
    # One whole site, and of each file what it holds now.
    assert kept[0][0] == 1
    assert kept[1:] == kept[:1] * 5


def test_now_and_then_a_preview_clears_away_what_is_old(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(previewing, "CLEARED", 3)
    preview = preview_of(tmp_path, monkeypatch)[1]
    circle: set[Any] = set()
    circle.add(Left(circle))
    left = ref(next(iter(circle)))
    del circle
    gc.disable()  # Nothing is cleared away but by the preview itself.
    try:
        for _ in range(3):
            assert left()
            preview.rebuild()
    finally:
        gc.enable()
        preview.pool.shutdown()
    assert left() is None


def test_a_print_that_fails_takes_no_workers_from_a_build(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    preview = preview_of(tmp_path, monkeypatch)[1]
    pool, asked, refused = preview.pool, ThreadPoolExecutor(1), threading.Event()
    prints: list[Future[bytes | None]] = []

    def refuse(*_: object) -> None:
        refused.set()
        raise OSError(errno.ENOSPC, "No space left on device")

    def build_meanwhile(*given: Any) -> Outcome:
        prints.append(asked.submit(preview.pdf, "nb/print/prove/manus-overview.pdf"))
        assert refused.wait(DEADLINE)
        time.sleep(0.2)
        return building.make_site(*given)

    monkeypatch.setattr(workers, "press_document", refuse)
    monkeypatch.setattr(previewing, "make_site", build_meanwhile)
    preview.rebuild()
    assert preview.draft
    with pytest.raises(MissingOnMachine, match="No space left"):
        prints[0].result(DEADLINE)
    assert preview.pool is not pool
    preview.pool.shutdown()
    asked.shutdown()


def test_a_print_that_cannot_be_laid_out_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    preview = preview_of(tmp_path, monkeypatch)[1]
    why = Problem(Code.RENDER_WARNING, "it takes too long", Location("x.yml", 1), "Shorten it.")
    monkeypatch.setattr(workers, "press_document", lambda *_: no_pdf((why,)))
    for path in ("nb/print/prove/manus-overview.pdf", "nb/print/prove/manus-cards-4up.pdf"):
        with pytest.raises(SourceError) as caught:
            preview.pdf(path)
        assert caught.value.problems == (why,)
    preview.pool.shutdown()


def test_an_open_page_comes_first_also_where_the_site_came_from_the_cache(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    book, first = preview_of(tmp_path, monkeypatch)
    first.rebuild()
    first.pool.shutdown()
    shutil.rmtree(tmp_path / "build" / "serve")
    preview = preview_of(tmp_path, monkeypatch, book)[1]
    preview.rebuild()
    assert preview.draft
    source = book / "content" / "manus.yml"
    source.write_text(source.read_text().replace("Vi gjør noe.", "Vi prøver noe nytt."))
    page = "nb/prove/manus.html"
    seen = glance(read_project(book), preview.options, preview.draft.plan, {page}, preview.pool)
    assert b"Vi pr\xc3\xb8ver noe nytt." in seen[page]
    preview.pool.shutdown()


def test_an_open_page_is_shown_before_the_rest_of_the_site_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    book, preview = preview_of(tmp_path, monkeypatch)
    preview.rebuild()
    script, rules = (queue.SimpleQueue[tuple[str, str]]() for _ in range(2))
    preview.listeners = {script: "nb/prove/manus.html", rules: "nb/prove/regler.html"}
    page = preview.options.output / "nb" / "prove" / "manus.html"
    seen: list[bool] = []

    def render_the_rest(*given: Any) -> Rendered:
        # The page is there, its reader has been told, and nobody else.
        seen.append("Vi prøver noe nytt." in page.read_text(encoding="utf-8"))
        assert (script.get_nowait(), rules.empty()) == (("reload", ""), True)
        return render_all(*given)

    monkeypatch.setattr(building, "render_all", render_the_rest)
    source = book / "content" / "manus.yml"
    source.write_text(source.read_text().replace("Vi gjør noe.", "Vi prøver noe nytt."))
    preview.rebuild()
    # Whose page is the same in the whole site is not told twice.
    assert (seen, script.empty(), rules.get_nowait()) == ([True], True, ("reload", ""))
    monkeypatch.setattr(building, "render_all", render_all)
    # What all pages share has no part of a page come first.
    template = book / "templates" / "site" / "overrides" / "partials" / "copyright.html"
    template.write_text(template.read_text(encoding="utf-8") + "<p>Alle</p>", encoding="utf-8")
    preview.rebuild()
    assert b"<p>Alle</p>" in page.read_bytes()
    preview.pool.shutdown()
