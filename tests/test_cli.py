"""The command line: exit codes are kept, and no mistake of a user's is answered by a traceback."""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, Executor, Future
from pathlib import Path
from typing import Any

import pytest

from dreiebok import __version__, cli
from dreiebok.building import folders, reading, workers
from dreiebok.cli import commands
from dreiebok.cli.commands import COMMANDS
from dreiebok.cli.console import Console
from dreiebok.problems import ExitCode
from tests.projects import ROOT, build, copy_book, start, tree


@pytest.fixture
def book(tmp_path: Path) -> Path:
    return copy_book("minimal", tmp_path)


def bomb() -> str:
    """Ten levels of ten aliases each."""
    lines = ["kind: chapter", "id: x", "title: x", "a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    for level in range(1, 10):
        lines.append(f"a{level}: &a{level} [{', '.join([f'*a{level - 1}'] * 10)}]")
    return "\n".join(lines)


def spoil_image(book: Path) -> None:
    (book / "templates/print/logo.png").write_bytes(b"this is no image")
    form = book / "templates/print/form.html"
    old = form.read_text()
    text = old.replace("<h1", '<img src="logo.png" alt="Logo"><h1', 1)
    assert text != old
    form.write_text(text)


def spoil_template(book: Path) -> None:
    page = book / "templates/site/chapter.md"
    page.write_text(page.read_text() + "\n{{ finnes_ikke }}\n")


def unreadable(book: Path) -> None:
    (book / "content/lenke.yml").symlink_to(book / "borte.yml")


def in_a_circle(book: Path) -> None:
    """Lay a link that leads to itself among the sources."""
    (book / "content/lenke.yml").symlink_to("lenke.yml")


def leading_out(book: Path) -> None:
    (book / "content/ut.yml").symlink_to("/etc/hostname")


def spoil_source(text: str | bytes) -> Callable[[Path], object]:
    data = text.encode() if isinstance(text, str) else text
    return lambda book: (book / "content/om.yml").write_bytes(data)


SPOILS: dict[str, tuple[str, str, Callable[[Path], object]]] = {
    "a bracket is missing": ("content/om.yml:2:1", "yaml-syntax", spoil_source("kind: [x\n")),
    "a tab": ("content/om.yml:2:1", "yaml-syntax", spoil_source("kind: chapter\n\tid: x\n")),
    "aliases that grow without bound": ("content/om.yml:", "yaml-limit", spoil_source(bomb())),
    "another encoding": ("content/om.yml:2:5", "not-utf8", spoil_source(b"kind: x\nid: \xff\n")),
    "no forms": ("forms:1:1", "missing-folder", lambda book: shutil.rmtree(book / "forms")),
    "no content": ("content:1:1", "missing-folder", lambda book: shutil.rmtree(book / "content")),
    "a broken link": ("content/lenke.yml:1:1", "unreadable", unreadable),
    "a link in a circle": ("content/lenke.yml:1:1", "unreadable", in_a_circle),
    "a link that leads out": ("content/ut.yml:1:1", "unreadable", leading_out),
    "no base configuration": (
        "mkdocs.yml:1:1",
        "unreadable",
        lambda book: (book / "mkdocs.yml").unlink(),
    ),
    "a name that no template knows": (
        "templates/site/chapter.md:",
        "template-error",
        spoil_template,
    ),
    "a broken template of what a kit holds": (
        "templates/print/form.html:1:1",
        "template-error",
        lambda book: (book / "templates/print/form.html").write_text("{% if %}"),
    ),
    "a template in another encoding": (
        "templates/site/chapter.md:2",
        "not-utf8",
        lambda book: (book / "templates/site/chapter.md").write_bytes(b"# x\n\xe6\n"),
    ),
    "an image that is none": ("forms/skjema.yml:3:5", "bad-image", spoil_image),
}


@pytest.mark.parametrize("name", list(SPOILS))
def test_bad_input_is_a_problem_at_its_place_and_nothing_is_written(
    name: str, book: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # Without content a folder of an installed package would build the base edition.
    (book / "build.py").touch()
    place, code, spoil = SPOILS[name]
    spoil(book)
    assert build(book) == ExitCode.PROBLEMS
    errors = capsys.readouterr().err
    assert re.search(rf"^{re.escape(place)}.*: error: .* \[{code}\]$", errors, re.MULTILINE), errors
    assert "Traceback" not in errors
    assert not (book / "site").exists()


def test_check_lists_problems_and_writes_nothing(
    book: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["check", "--source", str(book)]) == 0
    assert "no errors" in capsys.readouterr().out
    spoil_template(book)
    assert cli.main(["check", "--source", str(book)]) == ExitCode.PROBLEMS
    assert "templates/site/chapter.md" in capsys.readouterr().err
    assert not (book / "site").exists()
    assert not (book / "build").exists()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--language", "xx"), "no language “xx”"),
        (("--programme", "prøve"), "Did you mean “prove”?"),
    ],
)
def test_what_does_not_exist_is_wrong_use(
    book: Path, options: tuple[str, ...], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert build(book, *options) == ExitCode.USAGE
    assert said in capsys.readouterr().err


@pytest.mark.parametrize("name", ["thesis.txt", "manifest.json"])
def test_an_output_folder_with_other_files_is_refused(
    name: str, book: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    output = tmp_path / "mine"
    output.mkdir()
    (output / name).write_text('{"name": "years of work"}')
    assert build(book, output=output) == ExitCode.USAGE
    assert "no build has made" in capsys.readouterr().err
    assert (output / name).read_text() == '{"name": "years of work"}'


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--output", "mkdocs.yml"), "is a file"),
        (("--output", "mkdocs.yml/site"), "cannot make the folder"),
        (("--work", "mkdocs.yml"), "cannot make the folder"),
        (("--work", "site/build"), "lies in the output folder"),
        (("--work", "content"), "lies among the sources in “content”"),
        (("--work", "."), "lies among the sources in “.”"),
        (("--output", "templates/site/new"), "lies among the sources in “templates”"),
    ],
)
def test_folders_that_cannot_be_are_wrong_use(
    options: tuple[str, ...],
    said: str,
    book: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(book)
    assert cli.main(["build", "--only", "website", *options]) == ExitCode.USAGE
    assert said in capsys.readouterr().err


def test_a_full_disk_is_not_our_fault(
    book: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*_: object) -> None:
        raise OSError(28, os.strerror(28), "site/nb")

    monkeypatch.setattr(Path, "write_bytes", fail)
    assert build(book, "--only", "website") == ExitCode.MISSING
    errors = capsys.readouterr().err
    assert "site/nb" in errors
    assert "Traceback" not in errors


def test_a_worker_that_the_system_stops_is_not_our_fault(
    book: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    class Broken(Executor):
        def submit(self, *_: Any, **__: Any) -> Future[Any]:
            future: Future[Any] = Future()
            future.set_exception(BrokenExecutor())
            return future

    monkeypatch.setattr(workers, "start", lambda jobs, prints: Broken())
    assert build(book) == ExitCode.MISSING
    assert "--jobs 1" in capsys.readouterr().err


def test_a_library_that_this_machine_lacks_is_named(book: Path, tmp_path: Path) -> None:
    lacking = tmp_path / "lacking"
    lacking.mkdir()
    (lacking / "sitecustomize.py").write_text(
        "import cffi\n"
        "dlopen = cffi.FFI.dlopen\n"
        "def lack(self, name, flags=0):\n"
        "    if name and 'pango' in name:\n"
        "        raise OSError(f'cannot load {name}')\n"
        "    return dlopen(self, name, flags)\n"
        "cffi.FFI.dlopen = lack\n"
    )
    found = subprocess.run(
        [sys.executable, "-m", "dreiebok", "build", "--only", "print"],
        cwd=book,
        env={**os.environ, "PYTHONPATH": f"{lacking}{os.pathsep}{ROOT}"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert found.returncode == ExitCode.MISSING, found.stderr
    assert "libpango" in found.stderr
    assert "Traceback" not in found.stderr
    assert not (book / "site").exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ("build --fast", "--fast"),
        ("buidl", "choose from"),
        ("--jobs 0", "1 or more"),
        ("serve --port 70000", "65535"),
        ("build --start 25:00", "not a time of day"),
        ("build --start noon", "not a time of day"),
    ],
)
def test_what_the_command_line_does_not_know_is_wrong_use(
    arguments: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as caught:
        cli.main(arguments.split())
    assert caught.value.code == ExitCode.USAGE
    assert said in capsys.readouterr().err


@pytest.mark.parametrize("epoch", ["yesterday", "-1", "²", str(2**32)])
def test_a_source_date_that_is_none_is_wrong_use(
    epoch: str, book: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", epoch)
    assert build(book) == ExitCode.USAGE


def test_our_own_fault_is_said_to_be_ours(
    book: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*_: object) -> int:
        raise ZeroDivisionError

    monkeypatch.setitem(COMMANDS, "build", fail)
    assert build(book) == ExitCode.INTERNAL
    assert "our own fault" in capsys.readouterr().err


def test_version_and_help_say_what_they_should(capsys: pytest.CaptureFixture[str]) -> None:
    for option, said in (("--version", __version__), ("--help", "exit codes:")):
        with pytest.raises(SystemExit) as caught:
            cli.main([option])
        assert caught.value.code == 0
        assert said in capsys.readouterr().out


def test_quiet_says_nothing_and_verbose_names_every_artefact(
    book: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert build(book, "--verbose", "--only", "print") == 0
    assert "print/prove/skjema.pdf" in capsys.readouterr().out
    assert build(book, "--quiet", "--only", "print") == 0
    captured = capsys.readouterr()
    assert (captured.out, captured.err) == ("", "")


def test_on_a_terminal_a_moving_line_gives_way_to_what_is_said(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    terminal, ours = os.openpty()
    monkeypatch.setenv("COLUMNS", "40")
    with os.fdopen(ours, "w", encoding="utf-8") as stream:
        monkeypatch.setattr(sys, "stdout", stream)
        monkeypatch.setattr(sys, "stderr", stream)
        console = Console(quiet=False, verbose=False)
        monkeypatch.setattr(console, "_started", time.monotonic() - 2)
        console.progress(1, 3, "nb/print/prove/manus-overview-and-much-more.pdf")
        console.progress(2, 3, "nb/kort.pdf")
        console.say("fjellheim: all well")
        console.progress(2, 3, "nb/kort.pdf")
        console.error("the system stopped a worker")
        console.progress(3, 3, "nb/")
        console.say("done")
    shown = os.read(terminal, 10_000).decode()
    os.close(terminal)
    moving, *lines = shown.split("\r\n")
    assert moving.split("\r\033[K") == [
        "", "1/3 nb/print/prove/manus-overview-and-m", "2/3 nb/kort.pdf", "fjellheim: all well",
    ]  # fmt: skip
    assert lines == [
        "\r\033[K2/3 nb/kort.pdf\r\033[Kdreiebok: the system stopped a worker",
        "\r\033[K3/3 nb/", "done", "",
    ]  # fmt: skip


def test_schemas_are_written(tmp_path: Path) -> None:
    own = tmp_path / "schemas" / "own" / "mine.xsd"
    own.parent.mkdir(parents=True)
    own.write_text("mine", encoding="utf-8")
    assert cli.main(["schemas", "--source", str(tmp_path), "--quiet"]) == 0
    assert (tmp_path / "schemas" / "script.json").is_file()
    assert own.read_text(encoding="utf-8") == "mine"


def test_schemas_are_not_written_through_a_link(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "home").mkdir()
    (tmp_path / "org").mkdir()
    (tmp_path / "org" / "schemas").symlink_to(tmp_path / "home")
    assert cli.main(["schemas", "--source", str(tmp_path / "org")]) == 2
    assert "is a link" in capsys.readouterr().err
    assert not list((tmp_path / "home").iterdir())


def test_the_module_runs_without_a_command_as_build(book: Path) -> None:
    process = start(book, "--only", "website")
    output, errors = process.communicate(timeout=120)
    assert (process.returncode, errors) == (0, "")
    assert "site/: 13 pages and 0 PDFs" in output


@pytest.mark.skipif(sys.platform == "win32", reason="there os.kill ends a process")
def test_ctrl_c_of_which_a_library_makes_something_else_still_stops(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """As pydantic does while a model is made: it tells of a SchemaError."""

    def interrupted(*_: object) -> int:
        try:
            os.kill(os.getpid(), signal.SIGINT)
        except KeyboardInterrupt as error:
            raise ValueError("no such schema") from error
        return 0

    monkeypatch.setitem(COMMANDS, "check", interrupted)
    assert cli.main(["check"]) == 130
    assert capsys.readouterr().err == "dreiebok: stopped\n"
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


@pytest.mark.skipif(sys.platform == "win32", reason="there os.kill ends a process")
def test_ctrl_c_while_the_program_is_loaded_ends_in_a_line() -> None:
    """As it comes in the middle of an import."""
    script = (
        "import importlib.abc, os, signal, sys\n"
        "class Interrupts(importlib.abc.MetaPathFinder):\n"
        "    def find_spec(self, name, path, target=None):\n"
        "        if name == 'dreiebok.building.reading':\n"
        "            os.kill(os.getpid(), signal.SIGINT)\n"
        "sys.meta_path.insert(0, Interrupts())\n"
        "from dreiebok.cli import main\n"
        "sys.exit(main(['check']))\n"
    )
    command = [sys.executable, "-c", script]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stderr) == (130, "dreiebok: stopped\n")


def test_what_a_source_says_cannot_steer_a_terminal_or_a_log(
    book: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (book / "content/x.yml").write_text(
        'kind: chapter\nid: "a\\e[31mb\\u202Ec"\n"no\\e]0;PWN\\a\\n::set-env::x": \u202e\n',
        encoding="utf-8",
    )
    (book / "content/y.yml").write_text("kind: chap\x1b[8mter\n", encoding="utf-8")
    page = book / "templates/site/chapter.md"
    page.write_text("{{ x }} \x1b]0;x\x07 \u2066\n", encoding="utf-8")
    assert cli.main(["check", "--source", str(book)]) == ExitCode.PROBLEMS
    told = capsys.readouterr().err
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]", told)
    assert "\\x1b[31m" in told
    assert "::set-env" not in [line.strip()[:9] for line in told.split("\n")]


def test_wrong_use_is_told_in_one_line(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["check", "--source", str(book / "a\n::error::\x1b[8m")]) == ExitCode.USAGE
    assert capsys.readouterr().err.count("\n") == 1


@pytest.mark.parametrize("command", sorted(COMMANDS.keys() - {"new", "build", "serve", "accept"}))
def test_a_project_folder_that_is_none_is_wrong_use(
    command: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    more = {"collect": ["x.pdf", "-o", "x.csv"], "export": ["x"], "fill": ["x"]}
    arguments = [command, *more.get(command, ["status"] * (command == "translate"))]
    for source in ("typo", "x" * 300):
        assert cli.main([*arguments, "--source", source]) == ExitCode.USAGE
        assert f"“{source}” is no folder" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "command", ["accept", "release", "translate update", "translate add sv", "translate update nn"]
)
def test_what_a_package_carries_is_not_written_to(
    command: str, book: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    elsewhere = book / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    for module in (reading, folders, commands):
        monkeypatch.setattr(module, "PACKAGED_BASE", book)
    before = tree(book)
    assert cli.main(["check"]) == 0
    capsys.readouterr()
    assert cli.main(command.split()) == ExitCode.USAGE
    assert cli.main([*command.split(), "--source", str(book)]) == ExitCode.USAGE
    assert "run it in a folder with content/" in capsys.readouterr().err
    assert tree(book) == before
    assert list(elsewhere.iterdir()) == []


@pytest.mark.skipif(sys.platform == "win32", reason="has no such shell")
@pytest.mark.parametrize("closed", ["2>&-", ">&-", "<&- >&- 2>&-"])
def test_closed_streams_are_no_reason_to_stop(closed: str, book: Path) -> None:
    """The shell closes them, so that Python has None for a stream."""

    def run(arguments: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            ["sh", "-c", f'exec "{sys.executable}" -m dreiebok {arguments} {closed}'],
            cwd=book, env={**os.environ, "PYTHONPATH": str(ROOT)},
            capture_output=True, text=True, check=False,
        )  # fmt: skip

    written = run("translate extract -o pot")
    assert (written.returncode, written.stderr) == (0, "")
    assert (book / "pot/prove.pot").is_file()
    spoil_template(book)
    assert run("check").returncode == ExitCode.PROBLEMS


@pytest.mark.parametrize("encoding", ["ascii", "latin-1"])
def test_what_an_encoding_lacks_is_written_out(encoding: str, book: Path) -> None:
    folder = os.fsdecode(b"m\xf8te\xe2\x80\x93")
    process = start(book, "translate", "extract", "-o", folder, PYTHONIOENCODING=encoding)
    output, errors = process.communicate(timeout=60)
    assert (process.returncode, errors) == (0, "")
    assert output.splitlines()[0] == "m\\udcf8te\\u2013/common.pot"


def test_a_pipe_that_is_closed_ends_a_command_in_silence(book: Path) -> None:
    for arguments in (["translate", "status"], ["--help"]):
        reader, writer = os.pipe()
        os.close(reader)
        ended = subprocess.run(
            [sys.executable, "-m", "dreiebok", *arguments],
            cwd=book, env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdout=writer, stderr=subprocess.PIPE, text=True, check=False,
        )  # fmt: skip
        os.close(writer)
        assert (ended.returncode, ended.stderr) == (0, "")


@pytest.mark.parametrize(
    "arguments",
    [
        "check --organisation {}",
        "check --base {}",
        "collect {}.pdf -o a.csv",
    ],
)
def test_a_name_that_is_too_long_is_told(
    arguments: str, book: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(book)
    code = cli.main(arguments.format("x" * 300).split())
    assert code in {ExitCode.PROBLEMS, ExitCode.USAGE}
    assert "Traceback" not in capsys.readouterr().err


def test_a_current_folder_that_is_gone_is_told(
    book: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    gone = book / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    assert cli.main(["check", "--source", str(book)]) == ExitCode.USAGE
    assert "no longer there" in capsys.readouterr().err
