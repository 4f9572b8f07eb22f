"""What installs the project: the wheel is whole and works alone; the pinned versions are plain."""

import json
import os
import re
import subprocess
import sys
import sysconfig
import tomllib
import venv
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


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of today."""
    folder = tmp_path_factory.mktemp("wheel")
    (made,) = WheelBuilder(str(ROOT)).build(directory=str(folder), versions=["standard"])
    return Path(made)


@pytest.fixture
def installed(wheel: Path, tmp_path: Path) -> Path:
    """An environment with the wheel and the packages it needs, and nothing of this folder."""
    home = tmp_path / "environment"
    venv.create(home, symlinks=True)
    (packages,) = home.glob("lib/python3*/site-packages")
    pip = (sys.executable, "-m", "pip", "install", "--quiet", "--no-index", "--no-deps")
    command = (*pip, "--disable-pip-version-check", "--prefix", str(home), str(wheel))
    subprocess.run(command, check=True)
    # Found after the environment's own, and without what a .pth file there adds: no clone.
    (packages / "needs.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    return home


def test_the_wheel_carries_the_base_edition(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    carried = {
        f"dreiebok/base/{path.relative_to(ROOT).as_posix()}"
        for folder in ("content", "forms", "templates", "schemas")
        for path in (ROOT / folder).rglob("*")
        if path.is_file()
    }
    assert carried <= names
    assert {"dreiebok/base/mkdocs.yml", "dreiebok/cli/running.py", "dreiebok/__main__.py"} <= names
    starter = (ROOT / "dreiebok/starter").rglob("*")
    assert {path.relative_to(ROOT).as_posix() for path in starter if path.is_file()} <= names
    assert "dreiebok/base/constraints.txt" in names


def test_the_wheel_alone_makes_a_folder_and_its_site(installed: Path, tmp_path: Path) -> None:
    python = installed / "bin/python"
    environment = {name: word for name, word in os.environ.items() if name != "PYTHONPATH"}

    def run(*command: str, folder: Path = tmp_path) -> str:
        done = subprocess.run(
            (str(python), *command), cwd=folder, env=environment, capture_output=True, text=True
        )
        assert (done.returncode, done.stderr) == (0, "")
        return done.stdout

    where = run("-c", "import dreiebok; print(dreiebok.__file__)").strip()
    assert Path(where).is_relative_to(installed)
    run("-m", "dreiebok", "new", "organisation", "x", "--name", "Fjellheim kommune")
    own = tmp_path / "x"
    run("-m", "dreiebok", "build", "--only", "website", "--language", "nb", folder=own)
    manifest = json.loads((own / "site/manifest.json").read_bytes())
    assert manifest["edition"]["organisation"] == "Fjellheim kommune"
    (page,) = (
        found["path"]
        for found in manifest["artefacts"]
        if found["kind"] == "page" and "mg-episode-hos-oss" in found["elements"]
    )
    html = (own / "site" / page).read_text(encoding="utf-8")
    assert "Døra på slutten av vakta" in html
    assert "Sammen om jobben – Fjellheim kommune" in html


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
