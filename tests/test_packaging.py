"""What installs the project: the wheel is whole and works alone; the pinned versions are plain."""

import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import tomllib
import venv
import zipfile
from pathlib import Path

import pytest
from hatchling.builders.sdist import SdistBuilder
from hatchling.builders.wheel import WheelBuilder

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]

IN_WHEEL = (
    r"dreiebok/((answers|building|cli|editions|figures|model|press|sources|website)/[a-z_/]*)?\w+\.py",
    r"dreiebok/press/fonts\.conf",
    r"dreiebok/starter/[\w./-]+",
    r"dreiebok/base/content/([\w-]+/)*[\w-]+\.(yml|po)",
    r"dreiebok/base/forms/([\w-]+/)*[\w-]+\.yml",
    r"dreiebok/base/schemas/[\w-]+(\.schema)?\.json",
    r"dreiebok/base/templates/([\w-]+/)*[\w-]+\.(html|css|js|md|svg|ttf|woff2|txt)",
    r"dreiebok/base/(mkdocs\.yml|constraints\.txt)",
    r"dreiebok-[\d.]+\.dist-info/(METADATA|RECORD|WHEEL|entry_points\.txt)",
    r"dreiebok-[\d.]+\.dist-info/(licenses/LICENSE(-CONTENT)?\.?(md)?|sboms/dreiebok\.cdx\.json)",
)
"""What the wheel may hold, and nothing else."""
IN_SOURCE = {
    ".ci", ".editorconfig", ".gitattributes", ".gitignore", ".pre-commit-config.yaml",
    "CHANGELOG.md", "CONTRIBUTING.md", "LICENSE", "LICENSE-CONTENT.md", "Makefile", "PKG-INFO",
    "README.md", "build.py", "constraints.txt", "content", "docs", "dreiebok", "dreiebok.cdx.json",
    "forms", "mkdocs.yml", "organisations", "pyproject.toml", "schemas", "templates",
    "tests", "weblate.json",
}  # fmt: skip
"""What lies at the top of the sdist: all that a clone has, so that its tests can be run."""
LITTER = (
    ".venv/lib/python3/site-packages/x.py", ".venv/npm/node_modules/x/index.js", "site/index.html",
    "build/cache/x", "dist/x.whl", "dreiebok/__pycache__/x.cpython-311.pyc", "content/.DS_Store",
    "content/handbook.yml~", "templates/.base.html.swp", "templates/print/__pycache__/x.pyc",
    "organisations/solbakken/site/index.html", "organisations/solbakken/build/x", ".coverage",
    ".pytest_cache/x", ".mypy_cache/x", ".ruff_cache/x", ".hypothesis/x", "dreiebok.egg-info/x",
)  # fmt: skip
"""What lies about in a folder that has been worked in."""


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


@pytest.fixture(scope="module")
def littered(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of what is packed, with what working leaves behind."""
    folder = tmp_path_factory.mktemp("worked-in") / "dreiebok"
    made_here = shutil.ignore_patterns("__pycache__", "site", "build")
    for name in sorted(IN_SOURCE - {"PKG-INFO"}):
        if (ROOT / name).is_dir():
            # Elsewhere `site` and `build` may be folders of sources.
            leave = made_here if name == "organisations" else shutil.ignore_patterns("__pycache__")
            shutil.copytree(ROOT / name, folder / name, ignore=leave)
        else:
            folder.mkdir(exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)
    for name in LITTER:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(b"x")
    return folder


def test_the_wheel_holds_nothing_but_code_base_and_papers(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert [name for name in names if not any(re.fullmatch(p, name) for p in IN_WHEEL)] == []
    # Every pattern is for something.
    assert [p for p in IN_WHEEL if not any(re.fullmatch(p, name) for name in names)] == []


def test_what_working_leaves_behind_stays_out_of_the_wheel(
    wheel: Path, littered: Path, tmp_path: Path
) -> None:
    (made,) = WheelBuilder(str(littered)).build(directory=str(tmp_path), versions=["standard"])
    assert zipfile.ZipFile(made).namelist() == zipfile.ZipFile(wheel).namelist()
    assert Path(made).read_bytes() == wheel.read_bytes()


def test_the_sdist_holds_what_a_clone_has_and_makes_the_same_wheel(
    wheel: Path, littered: Path, tmp_path: Path
) -> None:
    (made,) = SdistBuilder(str(littered)).build(directory=str(tmp_path), versions=["standard"])
    with tarfile.open(made) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert {name.partition("/")[0] for name in names} == IN_SOURCE
    assert names & set(LITTER) == set()
    assert {"tests/test_packaging.py", "organisations/solbakken/organisation.yml"} <= names
    subprocess.run(("tar", "-xzf", made, "-C", str(tmp_path)), check=True)
    (source,) = (path for path in tmp_path.iterdir() if path.is_dir())
    (again,) = WheelBuilder(str(source)).build(directory=str(tmp_path), versions=["standard"])
    assert Path(again).read_bytes() == wheel.read_bytes()


def test_the_wheel_carries_its_sbom(wheel: Path) -> None:
    (name,) = (n for n in zipfile.ZipFile(wheel).namelist() if "/sboms/" in n)
    assert zipfile.ZipFile(wheel).read(name) == (ROOT / "dreiebok.cdx.json").read_bytes()


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
