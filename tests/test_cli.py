"""The command line: exit codes are kept, and no mistake of a user's is answered by a traceback."""

import shutil
from pathlib import Path

import pytest

from dreiebok import __version__, cli
from dreiebok.problems import ExitCode
from tests.projects import build, copy_book, start


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
    text = form.read_text().replace("<header>", '<header><img src="logo.png" alt="Logo">')
    form.write_text(text)


def spoil_template(book: Path) -> None:
    page = book / "templates/site/chapter.md"
    page.write_text(page.read_text() + "\n{{ finnes_ikke }}\n")


def unreadable(book: Path) -> None:
    (book / "content/lenke.yml").symlink_to(book / "borte.yml")


def leading_out(book: Path) -> None:
    (book.parent / "utenfor.yml").write_text("kind: chapter\nid: ute\ntitle: Ute\n")
    (book / "content/ut.yml").symlink_to("/etc/hostname")


SPOILS = {
    "yaml-syntax": lambda book: (book / "content/om.yml").write_text("kind: [chapter\n"),
    "yaml-syntax ": lambda book: (book / "content/om.yml").write_text("kind: chapter\n\tid: x\n"),
    "yaml-limit": lambda book: (book / "content/om.yml").write_text(bomb()),
    "not-utf8": lambda book: (book / "content/om.yml").write_bytes(b"kind: chapter\nid: \xff\n"),
    "missing-folder": lambda book: shutil.rmtree(book / "forms"),
    "missing-folder ": lambda book: shutil.rmtree(book / "content"),
    "unreadable": unreadable,
    "unreadable ": leading_out,
    "template-error": spoil_template,
    "bad-image": spoil_image,
}


@pytest.mark.parametrize("code", list(SPOILS))
def test_bad_input_is_a_problem_at_its_place_and_nothing_is_written(
    code: str, book: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # Without content a folder of an installed package would build the base edition.
    (book / "build.py").touch()
    SPOILS[code](book)
    assert build(book) == ExitCode.PROBLEMS
    errors = capsys.readouterr().err
    assert f"[{code.strip()}]" in errors
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


def test_an_output_folder_with_other_files_is_refused(
    book: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    output = tmp_path / "mine"
    output.mkdir()
    (output / "thesis.txt").write_text("years of work")
    assert build(book, output=output) == ExitCode.USAGE
    assert "no build has made" in capsys.readouterr().err
    assert (output / "thesis.txt").read_text() == "years of work"


def test_an_option_that_does_not_exist_is_wrong_use() -> None:
    with pytest.raises(SystemExit) as caught:
        cli.main(["build", "--fast"])
    assert caught.value.code == ExitCode.USAGE


def test_a_source_date_that_is_none_is_wrong_use(
    book: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "yesterday")
    assert build(book) == ExitCode.USAGE


def test_our_own_fault_is_said_to_be_ours(
    book: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*_: object) -> int:
        raise ZeroDivisionError

    monkeypatch.setitem(cli._COMMANDS, "build", fail)
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


def test_schemas_are_written(tmp_path: Path) -> None:
    assert cli.main(["schemas", "--source", str(tmp_path), "--quiet"]) == 0
    assert (tmp_path / "schemas" / "script.json").is_file()


def test_the_module_runs_without_a_command_as_build(book: Path) -> None:
    process = start(book, "--only", "website")
    output, errors = process.communicate(timeout=120)
    assert (process.returncode, errors) == (0, "")
    assert "site/: 11 pages and 0 PDFs" in output
