"""Links where a person names a folder or a file, also those that lead in a circle or nowhere."""

from pathlib import Path

import pytest

from dreiebok import cli
from dreiebok.building.paths import is_inside, real, real_folder
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
