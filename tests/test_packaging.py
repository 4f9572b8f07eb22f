"""What installs the project: the wheel is whole, and the pinned versions are plain."""

import re
import tomllib
import zipfile
from pathlib import Path

import pytest
from hatchling.builders.wheel import WheelBuilder

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def pinned() -> list[str]:
    """Return the lines of constraints.txt that are not comments."""
    text = (ROOT / "constraints.txt").read_text(encoding="utf-8")
    return [line for line in text.splitlines() if not line.startswith("#")]


def plain(name: str) -> str:
    """Write a package's name in its one normal form."""
    return re.sub(r"[-_.]+", "-", name).lower()


def test_the_wheel_carries_the_base_edition(tmp_path: Path) -> None:
    (wheel,) = WheelBuilder(str(ROOT)).build(directory=str(tmp_path), versions=["standard"])
    names = set(zipfile.ZipFile(wheel).namelist())
    carried = {
        f"dreiebok/base/{path.relative_to(ROOT).as_posix()}"
        for folder in ("content", "forms", "templates", "schemas")
        for path in (ROOT / folder).rglob("*")
        if path.is_file()
    }
    assert carried <= names
    assert {"dreiebok/base/mkdocs.yml", "dreiebok/cli/running.py", "dreiebok/__main__.py"} <= names


def test_pinned_versions_are_names_and_versions_only() -> None:
    assert [
        line for line in pinned() if not re.fullmatch(r"[A-Za-z0-9._-]+==[0-9][\w.]*", line)
    ] == []


@pytest.mark.parametrize("extra", ["", *PROJECT["optional-dependencies"]])
def test_every_dependency_is_pinned(extra: str) -> None:
    wanted = PROJECT["optional-dependencies"][extra] if extra else PROJECT["dependencies"]
    names = {plain(re.split(r"[<>=!~\[; ]", line)[0]) for line in wanted}
    assert names <= {plain(line.partition("==")[0]) for line in pinned()}


def test_ci_runs_what_a_person_runs() -> None:
    lines = (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()
    assert lines[-1] == "make test"
