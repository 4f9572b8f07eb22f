"""Links where a person names a folder or a file, and names that are no text."""

import os
from pathlib import Path

import pytest

from dreiebok import cli
from dreiebok.building.paths import is_inside, real, real_folder, shown
from dreiebok.problems import ExitCode, WrongUse
from tests.projects import copy_book


@pytest.fixture
def links(tmp_path: Path) -> Path:
    """Lay links in a folder: to a folder, to nothing, and in a circle, of one and of two."""
    (tmp_path / "folder").mkdir()
    for name, target in {
        "link": "folder",
        "nowhere": "gone",
        "self": "self",
        "ring": "back",
        "back": "ring",
    }.items():
        (tmp_path / name).symlink_to(target)
    return tmp_path


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copy_book("minimal", tmp_path_factory.mktemp("book"))


@pytest.mark.parametrize(
    ("name", "leads"),
    [
        ("link", "folder"),
        ("link/../folder/x", "folder/x"),
        ("nowhere/x", "gone/x"),
        ("self", "self"),
        ("self/x", "self/x"),
    ],
)
def test_a_path_leads_as_far_as_its_links(name: str, leads: str, links: Path) -> None:
    assert real(links / name) == links / leads
    assert is_inside(links / name, links)
    assert not is_inside(links, links / name)


@pytest.mark.parametrize("name", ["self", "ring", "ring/x", "x" * 300, f"folder/{'x' * 300}"])
def test_where_no_folder_can_be_is_wrong_use(name: str, links: Path) -> None:
    with pytest.raises(WrongUse, match="cannot make the folder"):
        real_folder(links / name)


@pytest.mark.parametrize("name", ["link", "link/new/and/newer", "nowhere", "new"])
def test_elsewhere_one_may_be_made(name: str, links: Path) -> None:
    assert not real_folder(links / name).is_symlink()


@pytest.mark.parametrize("name", ["self", "ring", "ring/x", "self/x/y"])
@pytest.mark.parametrize(
    "command",
    [
        ("build", "--only", "website", "--output"),
        ("build", "--only", "website", "--work"),
        ("build", "--only", "website", "--organisations"),
        ("export",),
        ("new", "organisation"),
        ("collect", "--output", "table.csv"),
    ],
    ids=" ".join,
)
def test_a_circle_is_told_on_the_command_line(
    command: tuple[str, ...],
    name: str,
    book: Path,
    links: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    before = sorted(links.rglob("*"))
    source = () if command[0] in {"new", "collect"} else ("--source", str(book))
    code = cli.main([*command, str(links / name), *source])
    said = capsys.readouterr().err
    assert code == (ExitCode.PROBLEMS if command[0] == "collect" else ExitCode.USAGE), said
    assert links.name in said
    assert sorted(links.rglob("*")) == before


@pytest.mark.parametrize("name", ["link", "nowhere"])
def test_a_link_is_not_replaced_with_the_site(
    name: str, book: Path, links: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["build", "--only", "website", "--source", str(book)]
    work = ["--work", str(links / "work")]
    assert cli.main([*command, *work, "--output", str(links / name)]) == ExitCode.USAGE
    assert "is a link" in capsys.readouterr().err
    assert (links / name).is_symlink()
    assert list((links / "folder").iterdir()) == []
    # Below a link there is only an ordinary folder.
    assert cli.main([*command, *work, "--output", str(links / "link" / "site")]) == ExitCode.OK
    assert (links / "folder/site/manifest.json").is_file()


@pytest.fixture
def latin(tmp_path: Path) -> Path:
    """Make a folder whose name is Latin-1, as on disks of old; macOS has none."""
    folder = Path(os.fsdecode(os.fsencode(tmp_path) + b"/m\xf8te"))
    try:
        folder.mkdir()
    except OSError:
        pytest.skip("names are UTF-8 on this disk")
    return folder


def test_a_name_that_is_not_utf8_can_be_told() -> None:
    assert shown(os.fsdecode(b"m\xf8te")) == "m\N{REPLACEMENT CHARACTER}te"
    assert shown("møte") == "møte"


def test_a_handbook_in_such_a_folder_is_built_with_another_work_folder(
    latin: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(copy_book("minimal", latin))
    command = ["build", "--only", "website"]
    assert cli.main(command) == ExitCode.USAGE
    assert "is not UTF-8" in capsys.readouterr().err
    command += ["--work", str(tmp_path / "work"), "--zip"]
    assert cli.main(command) == ExitCode.OK
    assert cli.main(command) == ExitCode.OK
    assert "up to date" in capsys.readouterr().out
    assert (latin / "site/manifest.json").is_file()


@pytest.mark.parametrize("name", ["content/{}.yml", "content/{}/a.yml", "templates/print/{}.png"])
def test_such_a_file_among_the_sources_is_a_problem(
    name: str, latin: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    book = copy_book("minimal", tmp_path / "book")
    file = book / name.format(latin.name)
    file.parent.mkdir(exist_ok=True)
    file.touch()
    assert cli.main(["check", "--source", str(book)]) == ExitCode.PROBLEMS
    place = name.format(shown(latin.name))
    assert f"{place}:1:1: error: the file's name is not UTF-8 [not-utf8]" in capsys.readouterr().err


def test_such_a_file_is_told_where_a_person_names_it(
    latin: Path, book: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = latin / f"{latin.name}.yml"
    settings.write_bytes(b"name: \xff\n")
    command = ["--source", str(book), "--organisation", str(settings)]
    assert cli.main(["check", *command]) == ExitCode.PROBLEMS
    assert f"{shown(settings.name)}:1:7: error" in capsys.readouterr().err
