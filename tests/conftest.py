"""Shared fixtures, and `--accept`, which rewrites expected output, to be read as a diff."""

import os
import signal
from collections.abc import Iterator
from concurrent.futures import Executor
from pathlib import Path

import hypothesis
import pytest

from dreiebok.building import workers
from dreiebok.building.assets import look_of
from dreiebok.building.cache import Cache
from dreiebok.building.loading import load_handbook
from dreiebok.building.options import Selection
from dreiebok.building.plan import make_plan
from dreiebok.building.reading import read_project
from dreiebok.building.rendering import load_pressed
from dreiebok.editions.edition import Edition
from dreiebok.editions.making import make_edition
from dreiebok.press.documents import print_documents
from dreiebok.press.sheets import assemble_pdf
from dreiebok.press.values import PressedPdf, PrintDocument, Printing
from dreiebok.templating import Templates
from tests.cases import CaseFile
from tests.examples import ExampleProjects, load_examples
from tests.projects import book_edition, build

# No test asserts an absolute time; a busy machine is no fault of the code.
hypothesis.settings.register_profile("dreiebok", deadline=None)
hypothesis.settings.load_profile("dreiebok")
ROOT = Path(__file__).resolve().parent.parent


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add --accept."""
    parser.addoption("--accept", action="store_true", help="rewrite expected output")


def pytest_configure() -> None:
    """Hear Ctrl-C, and let all that tests start hear it.

    A shell has what it starts in the background ignore it, which is handed on.
    """
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def root() -> Path:
    """The project's folder."""
    return ROOT


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The real handbook's site, built once; tests must leave it as it is.

    Where several workers run tests, the first builds; the others wait for its lock and then see
    that nothing has changed.
    """
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "real"
    where = ("--work", str(folder / "build"))
    assert build(ROOT, *where, "--language", "nb", output=folder / "site") == 0
    return folder / "site"


@pytest.fixture(scope="session")
def templates(root: Path) -> Templates:
    """The project's own templates."""
    return read_project(root).templates


@pytest.fixture(scope="session")
def edition(root: Path) -> Edition:
    """The project's own handbook."""
    return make_edition(load_handbook(read_project(root))[0])


@pytest.fixture(scope="session")
def examples(root: Path) -> ExampleProjects:
    """The organisations in organisations/, each with its handbook."""
    return load_examples(root)


@pytest.fixture(scope="session")
def documents(root: Path, edition: Edition) -> dict[str, PrintDocument]:
    """Print documents by path: all of the project, and those of the book with every field."""
    found: dict[str, PrintDocument] = {}
    project = read_project(root)
    printing = Printing(look=look_of(project))
    for one in (edition, book_edition("every-kind")):
        made, problems = print_documents(one, project.templates, printing)
        assert problems == ()
        found.update({document.path: document for document in made})
    return found


@pytest.fixture(scope="session")
def pool() -> Iterator[Executor]:
    """Warm workers for all that is pressed or laid out."""
    with workers.start(workers.default_jobs()) as started:
        yield started


@pytest.fixture(scope="session")
def pressed(
    documents: dict[str, PrintDocument], root: Path, site: Path, pool: Executor
) -> dict[str, PressedPdf]:
    """Every document through the press: the project's own from the cache that the site left."""
    plan, _ = make_plan(read_project(root), Selection(("nb",)))
    cache = Cache(site.parent / "build" / "cache")
    kept = {job.document.path: load_pressed(cache, job.key) for job in plan.prints}
    assert all(job.document == documents[job.document.path] for job in plan.prints)
    found = {path: pdf for path, pdf in kept.items() if pdf is not None}
    assert found.keys() == kept.keys()
    made = [d for path, d in documents.items() if path not in found and not d.pieces]
    finished = pool.map(workers.press_document, made, [str(root / "templates")] * len(made))
    found |= {document.path: pdf for document, pdf in zip(made, finished, strict=True)}
    for path, document in documents.items():
        if path not in found:
            bases = {piece.path: found[piece.path].data for piece in document.pieces}
            found[path] = assemble_pdf(document, bases)
    return found


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
