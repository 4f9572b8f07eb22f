"""Shared fixtures, and `--accept`, which rewrites expected output, to be read as a diff."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cases import CaseFile
from tests.projects import build

ROOT = Path(__file__).resolve().parent.parent


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add --accept."""
    parser.addoption("--accept", action="store_true", help="rewrite expected output")


@pytest.fixture(scope="session")
def root() -> Path:
    """The project's folder."""
    return ROOT


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The real handbook's site, built once; tests must leave it as it is."""
    folder = tmp_path_factory.mktemp("real")
    assert build(ROOT, "--work", str(folder / "build"), output=folder / "site") == 0
    return folder / "site"


@pytest.fixture(scope="session")
def accept(request: pytest.FixtureRequest) -> bool:
    """Whether expected output is to be rewritten."""
    return bool(request.config.getoption("--accept"))


@pytest.fixture(scope="session")
def case_files(accept: bool) -> Iterator[dict[str, CaseFile]]:
    """Case files by path; with --accept what changed is written at the end."""
    files: dict[str, CaseFile] = {}
    yield files
    if accept:
        for file in files.values():
            file.write()
