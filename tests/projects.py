"""Projects on disk for tests: a copy of the real one, or a tiny book with the real templates."""

import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

from dreiebok.building.loading import load_handbook
from dreiebok.building.plan import SiteJob
from dreiebok.building.reading import read_project
from dreiebok.building.translating import load_translations
from dreiebok.cli import main
from dreiebok.editions.edition import Edition
from dreiebok.editions.making import make_edition
from dreiebok.editions.pseudo import PSEUDO
from dreiebok.model.base import Record
from dreiebok.problems import Problem
from dreiebok.sources.assembling import assemble, check_handbook
from dreiebok.sources.parsing import SourceFile, parse_records, parse_trees

ROOT = Path(__file__).resolve().parent.parent
BOOKS = Path(__file__).resolve().parent / "books"


def copy_project(folder: Path) -> Path:
    """Copy the real handbook with templates and configuration; return the folder."""
    for name in ("content", "forms", "templates"):
        shutil.copytree(ROOT / name, folder / name)
    shutil.copy(ROOT / "mkdocs.yml", folder)
    return folder


def copy_book(name: str, folder: Path) -> Path:
    """Copy a tiny book with the project's own templates and configuration; return the folder."""
    for part in ("content", "forms"):
        shutil.copytree(BOOKS / name / part, folder / part)
    shutil.copytree(ROOT / "templates", folder / "templates")
    shutil.copy(ROOT / "mkdocs.yml", folder)
    return folder


def parse_files(files: Iterable[SourceFile]) -> tuple[tuple[Record, ...], tuple[Problem, ...]]:
    """Return the records of all files that could be parsed, and every problem of the others."""
    trees, problems = parse_trees(files)
    records, found = parse_records(trees)
    return records, (*problems, *found)


def book_edition(name: str, **changes: str) -> Edition:
    """Return the edition of a sound tiny book; `changes` replace words in its files."""
    files = []
    for path in sorted((BOOKS / name).rglob("*.yml")):
        text = path.read_text(encoding="utf-8")
        for old, new in changes.items():
            text = text.replace(old, new)
        files.append(SourceFile(path.relative_to(BOOKS / name).as_posix(), text.encode()))
    records, wrong = parse_files(files)
    handbook, doubles = assemble(records)
    assert [*wrong, *doubles, *check_handbook(handbook)] == []
    return make_edition(handbook)


def translated(root: Path, locale: str) -> Edition:
    """Return the edition of a sound project in a locale, the pseudo-locale too."""
    project = read_project(root)
    handbook, wrong = load_handbook(project)
    real = () if locale == PSEUDO else (locale,)
    catalogs_of, progress, damaged = load_translations(project, handbook, real)
    assert [*wrong, *damaged] == []
    catalogs = catalogs_of(locale) if real else None
    return make_edition(handbook, locale, catalogs=catalogs, progress=progress)


def markdown_of(site: SiteJob) -> dict[str, str]:
    """Return the pages of a language's site by path."""
    return {page.path: site.tree[f"docs/{page.path}"].decode() for page in site.pages}


def build(project: Path, *options: str, output: Path | None = None) -> int:
    """Build a project in this process and return the exit code."""
    return main(
        [
            "build",
            "--source",
            str(project),
            "--output",
            str(output or project / "site"),
            "--work",
            str(project / "build"),
            *options,
        ]
    )


def start(project: Path, *options: str, **environment: str) -> "subprocess.Popen[str]":
    """Start a command in a project's folder as a process of its own."""
    import os

    return subprocess.Popen(
        [sys.executable, "-m", "dreiebok", *options],
        cwd=project,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
    )


def tree(folder: Path) -> dict[str, bytes]:
    """Return every file below a folder by its path."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
