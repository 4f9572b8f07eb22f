"""A new organisation's folder: names, places, and what it brings for building and hosting.

That it builds at once from the wheel alone is in test_packaging.py.
"""

import errno
import json
import re
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.metadata import Distribution
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from dreiebok import __version__
from dreiebok.building import publishing, starting
from dreiebok.building.starting import (
    clean_name,
    fill_in,
    installed_from,
    read_starter,
    start_organisation,
)
from dreiebok.cli import main
from dreiebok.model.organisations import Organisation
from dreiebok.problems import ExitCode, WrongUse
from dreiebok.sources.yaml_ import parse_yaml, to_python
from tests.projects import tree

STARTER = read_starter()
SETTINGS = {"organisation.yml": STARTER["organisation.yml"]}


def new(folder: Path, *options: str) -> int:
    return main(["new", "organisation", str(folder), *options])


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new folder; tests must leave it as it is."""
    made = tmp_path_factory.mktemp("new") / "fjellheim-kommune"
    start_organisation(made)
    return made


def test_a_new_folder_is_called_like_its_organisation(folder: Path) -> None:
    settings = parse_yaml((folder / "organisation.yml").read_bytes(), "organisation.yml")
    assert to_python(settings)["name"] == "Fjellheim kommune"
    assert (
        (folder / "README.md").read_text("utf-8").startswith("# Håndboka til Fjellheim kommune\n")
    )


def test_every_source_names_the_schema_that_it_keeps(folder: Path) -> None:
    sources = [folder / "organisation.yml", *(folder / "content").rglob("*.yml")]
    assert len(sources) == 2
    for path in sources:
        line, _, _ = path.read_text(encoding="utf-8").partition("\n")
        schema = path.parent / line.removeprefix("# yaml-language-server: $schema=")
        values = to_python(parse_yaml(path.read_bytes(), path.name))
        Draft202012Validator(json.loads(schema.read_bytes())).validate(values)


def test_what_stands_in_comments_is_right_too() -> None:
    lines = re.findall(r"^# (([a-z]+): .*)$", SETTINGS["organisation.yml"], re.MULTILINE)
    assert {"address", "start", "terms", "replace"} <= {key for _, key in lines}
    for line, _ in lines:
        Organisation.model_validate({"name": "x", **yaml.safe_load(line)})


@given(st.text(st.characters(exclude_categories=()), min_size=1, max_size=100))
def test_any_name_is_refused_or_means_itself(name: str) -> None:
    try:
        clean = clean_name(name)
    except WrongUse:
        return
    data = fill_in(clean, "1", SETTINGS)["organisation.yml"]
    values = to_python(parse_yaml(data, "organisation.yml"))
    assert values["name"] == clean
    assert values.keys() == {"name", "logo", "colour", "languages", "programmes", "participants"}


@pytest.mark.parametrize(
    "name", ['x: "y" #/z\'', "{{ 1 }} @SOURCE@", "*b* _c_ $(HOME)", "null", "12", "ملف", "å" * 100]
)
def test_signs_of_yaml_make_and_templates_are_letters_of_a_name(name: str) -> None:
    assert clean_name(f" {name} ") == name
    files = fill_in(name, "1", STARTER)
    assert to_python(parse_yaml(files["organisation.yml"], "x"))["name"] == name
    assert b"PINNED := 1\n" in files["Makefile"]


@pytest.mark.parametrize(
    "name",
    ["", "  ", "a\nb", "<script>alert(1)</script>", "x" * 300, "\x1b[1m", "\udcff", "a\u2028b"],
)
def test_a_name_that_cannot_stand_on_a_cover_is_wrong_use(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert new(tmp_path / "x", "--name", name) == ExitCode.USAGE
    assert "--name 'Fjellheim kommune'" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def occupied(folder: Path) -> Path:
    (folder / "thesis.txt").write_text("years of work", encoding="utf-8")
    return folder


def in_a_circle(folder: Path) -> Path:
    (folder / "a").symlink_to(folder / "b")
    (folder / "b").symlink_to(folder / "a")
    return folder / "a"


@pytest.mark.parametrize(
    "place",
    [occupied, lambda f: occupied(f) / "thesis.txt", lambda f: f / ("x" * 300), in_a_circle],
    ids=["not-empty", "a-file", "too-long", "a-circle"],
)
def test_a_place_where_no_folder_can_be_is_wrong_use(
    place: Callable[[Path], Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = place(tmp_path)
    before = sorted(tmp_path.iterdir())
    assert new(target, "--name", "Fjellheim") == ExitCode.USAGE
    assert "older" in capsys.readouterr().err
    assert sorted(tmp_path.iterdir()) == before


def test_an_empty_repository_is_filled_where_it_is(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    before = tmp_path.stat().st_ino
    assert new(tmp_path, "--name", "Fjellheim", "--quiet") == 0
    assert tmp_path.stat().st_ino == before, "a shell that stands in it sees the files"
    assert {".git", ".gitignore", ".github", "organisation.yml"} <= {
        path.name for path in tmp_path.iterdir()
    }
    assert [
        p.name for p in tmp_path.parent.iterdir() if p.name.startswith(f".{tmp_path.name}")
    ] == []


@pytest.mark.parametrize("exists", [False, True])
def test_a_full_disk_leaves_nothing_half_written(
    exists: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "x"
    if exists:
        target.mkdir()
    name = "hardlink_to" if exists else "rename"
    real, calls = getattr(Path, name), []

    def fail(self: Path, where: Path) -> object:
        calls.append(where)
        if len(calls) == (5 if exists else 1):
            raise OSError(28, "No space left on device")
        return real(self, where)

    monkeypatch.setattr(Path, name, fail)
    assert new(target) == ExitCode.MISSING
    assert calls
    assert tree(tmp_path) == {}
    assert [path.name for path in tmp_path.iterdir()] == ["x"] * exists


@pytest.mark.parametrize("exists", [False, True])
def test_who_comes_second_is_told_and_takes_nothing_away(
    exists: bool,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    target = tmp_path / "x"
    if exists:
        target.mkdir()
    real = publishing.staging

    @contextmanager
    def slowly(folder: Path) -> Iterator[Path]:
        with real(folder) as staged:
            monkeypatch.setattr(starting, "staging", real)
            assert new(target, "--name", "First", "--quiet") == 0
            yield staged

    monkeypatch.setattr(starting, "staging", slowly)
    assert new(target, "--name", "Second") == ExitCode.USAGE
    assert "not empty" in capsys.readouterr().err
    expected = fill_in("First", installed_from(), STARTER)
    found = tree(target)
    assert {path: found[path] for path in expected} == expected
    assert [path.name for path in tmp_path.iterdir()] == ["x"]


def test_what_somebody_lays_into_the_folder_meanwhile_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "x"
    target.mkdir()
    real = Path.hardlink_to

    def meanwhile(self: Path, where: Path) -> None:
        for path in ("Makefile", "content/mine.yml"):
            (target / path).parent.mkdir(exist_ok=True)
            (target / path).write_bytes(b"mine")
        real(self, where)

    monkeypatch.setattr(Path, "hardlink_to", meanwhile)
    assert new(target) == ExitCode.USAGE
    assert tree(target) == {"Makefile": b"mine", "content/mine.yml": b"mine"}


@pytest.mark.parametrize("number", [errno.EXDEV, errno.EPERM])
def test_a_folder_on_a_disk_of_its_own_is_filled(
    number: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(self: Path, where: Path) -> None:
        raise OSError(number, "Invalid cross-device link")

    target = tmp_path / "x"
    target.mkdir()
    monkeypatch.setattr(Path, "hardlink_to", fail)
    monkeypatch.setattr(Path, "rename", fail)
    assert new(target, "--name", "Fjellheim") == 0
    expected = fill_in("Fjellheim", installed_from(), STARTER)
    found = tree(target)
    assert {path: found[path] for path in expected} == expected


def test_a_full_disk_of_its_own_is_named_and_left_empty(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def no_link(self: Path, where: Path) -> None:
        raise OSError(errno.EXDEV, "Invalid cross-device link")

    def full(self: Path) -> bytes:
        # As a write is refused: without a name.
        if self.name == "Makefile":
            raise OSError(errno.ENOSPC, "No space left on device")
        return real(self)

    target, real = tmp_path / "x", Path.read_bytes
    target.mkdir()
    monkeypatch.setattr(Path, "hardlink_to", no_link)
    monkeypatch.setattr(Path, "read_bytes", full)
    assert new(target, "--name", "Fjellheim") == ExitCode.MISSING
    assert f"No space left on device: {target / 'Makefile'}" in capsys.readouterr().err
    assert list(target.iterdir()) == []


class FromGit(Distribution):
    """A package as pip notes it down."""

    def __init__(self, url: str) -> None:
        self.url = url

    def read_text(self, filename: str) -> str:
        assert filename == "direct_url.json"
        return json.dumps({"url": self.url, "vcs_info": {"vcs": "git", "commit_id": "0a1b"}})

    def locate_file(self, path: object) -> Path:
        return Path(str(path))


@pytest.mark.parametrize(
    ("url", "source"),
    [
        ("https://git.example/our/dreiebok.git", "git+https://git.example/our/dreiebok.git@0a1b"),
        ("https://git.example/$(HOME)'", __version__),
    ],
)
def test_a_folder_installs_what_it_was_made_with(
    url: str, source: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(starting, "distribution", lambda name: FromGit(url))
    assert installed_from() == source


@pytest.mark.parametrize(
    ("given", "files", "asked"),
    [
        ([], [], f"dreiebok=={__version__}"),
        ([], ["dreiebok-1.0-py3-none-any.whl"], "dreiebok-1.0-py3-none-any.whl"),
        (["DREIEBOK=2.1"], ["dreiebok-1.0-py3-none-any.whl"], "dreiebok==2.1"),
        (["DREIEBOK=git+https://git.example/d@v1"], [], "git+https://git.example/d@v1"),
    ],
)
def test_make_installs_a_version_a_file_or_a_git_address(
    given: list[str], files: list[str], asked: str, tmp_path: Path
) -> None:
    text = fill_in("x", __version__, STARTER)["Makefile"]
    (tmp_path / "Makefile").write_bytes(text)
    for name in files:
        (tmp_path / name).touch()
    command = ["make", "--dry-run", "site", *given]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert f"--no-deps '{asked}'" in done.stdout
    assert ".venv/bin/dreiebok build" in done.stdout


def test_no_file_names_a_registry_or_keeps_a_mark() -> None:
    for path, data in fill_in("Fjellheim", "1", STARTER).items():
        assert not re.search(rb"pypi|index-url|find-links|@[A-Z]+@", data), path


def test_the_workflows_build_as_a_person_does_and_publish_what_is_built() -> None:
    github = yaml.safe_load(STARTER[".github/workflows/pages.yml"])
    build, deploy = (github["jobs"][name] for name in ("build", "deploy"))
    assert [step["run"] for step in build["steps"] if "run" in step] == ["make site"]
    upload = next(s for s in build["steps"] if s.get("uses", "").startswith("actions/upload-"))
    assert upload["with"] == {"path": "site"}
    uses = [step["uses"] for job in (build, deploy) for step in job["steps"] if "uses" in step]
    assert all(re.fullmatch(r"actions/[a-z-]+@v\d+", action) for action in uses), "GitHub's own"
    assert github["permissions"] == {"contents": "read"}
    assert deploy["permissions"] == {"pages": "write", "id-token": "write"}
    gitlab = yaml.safe_load(STARTER[".gitlab-ci.yml"])["pages"]
    assert gitlab["script"] == ['make site ARGS="--output public"']
    assert gitlab["artifacts"]["paths"] == ["public"]


def test_the_image_has_an_unprivileged_server_on_its_port() -> None:
    lines = [line.split() for line in STARTER["Dockerfile"].splitlines() if line[:1].isupper()]
    assert [line[1] for line in lines if line[0] == "FROM"][-1].startswith(
        "nginxinc/nginx-unprivileged:"
    )
    copied = [line[1] for line in lines if line[0] == "COPY" and line[1][0] not in ".-"]
    assert copied == ["hosting/nginx.conf"]
    assert set(copied) <= STARTER.keys()
    # The headers are those that the build has written, where the configuration includes them.
    (headers,) = [line for line in lines if line[0] == "COPY" and line[1] == "--from=build"][:1]
    assert headers[2] == "/edition/site/hosting/nginx.conf"
    assert f"include {headers[3]};" in STARTER["hosting/nginx.conf"]
    assert ["EXPOSE", "8080"] in lines
    assert "listen 8080;" in STARTER["hosting/nginx.conf"]
    left_out = STARTER[".dockerignore"].splitlines()
    assert {"site", "build", ".venv"} <= set(left_out)


@pytest.mark.parametrize("name", ["README.md", "HOSTING.md"])
def test_files_that_the_pages_name_are_there(name: str, folder: Path) -> None:
    text = (folder / name).read_text(encoding="utf-8")
    named = re.findall(r"`((?:[\w.-]+/)*[\w.-]+\.(?:yml|md|svg|conf))`", text)
    links = re.findall(r"\]\(([\w.]+)\)", text)
    inside = {"episode.yml": "content/episode.yml"}
    # What a build makes is not there yet; test_headers.py looks at it.
    written = [path for path in named if not path.startswith("site/")]
    assert written
    assert [
        path for path in (*written, *links) if not (folder / inside.get(path, path)).exists()
    ] == []
