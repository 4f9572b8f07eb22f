"""The new site: filled as prints are finished, in any order, and gone unless it is published."""

from pathlib import Path

import pytest

from dreiebok.building.collecting import NewSite
from dreiebok.building.leftovers import RENDERED
from dreiebok.building.manifest import sha256
from dreiebok.building.options import Selection
from dreiebok.building.plan import Plan, make_plan
from dreiebok.building.reading import Project, read_project
from dreiebok.cli import main
from dreiebok.press.values import PressedPdf
from tests.projects import build, copy_book, tree


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    return read_project(copy_book("minimal", tmp_path_factory.mktemp("collecting")))


@pytest.fixture(scope="module")
def plan(project: Project) -> Plan:
    return make_plan(project, Selection())[0]


def pdf_of(address: str) -> PressedPdf:
    return PressedPdf(f"%PDF {address}".encode(), 2, (105.0, 148.0), 3.0, ("PDF/A-2a",), ())


def test_prints_and_pages_may_come_in_any_order(
    tmp_path: Path, plan: Plan, project: Project
) -> None:
    path = "print/prove/skjema.pdf"
    page = f'<span class="db-download-facts" data-db-pdf="{path}">PDF</span>'.encode()
    files = {"prove/index.html": page, "om.html": b"Om", "sitemap.xml": b"the engine's own"}
    made = []
    for name, jobs, first in (("a", plan.prints, True), ("b", plan.prints[::-1], False)):
        new = NewSite(tmp_path / name, plan, project)
        if first:
            new.add_site(plan.sites[0], files)
        for job in jobs:
            assert job.document.address not in new.prints
            new.add_print(job, pdf_of(job.document.address))
            assert new.data_of(job.document.address) == pdf_of(job.document.address).data
        if not first:
            new.add_site(plan.sites[0], files)
        listed = {one.path: one for one in new.finish()}
        made.append(tree(tmp_path / name))
        # The manifest tells of the page as it is in the end.
        told = made[-1]["nb/prove/index.html"]
        assert b"2 sider" in told
        assert listed["nb/prove/index.html"].sha256 == sha256(told)
    assert made[0] == made[1]
    assert {"manifest.json", "index.html", "nb/om.html", f"nb/{path}"} <= made[0].keys()
    # Ours are for all languages.
    assert b"the engine's own" not in made[0].values()


def test_a_sheet_shows_what_its_pieces_show(tmp_path: Path, plan: Plan, project: Project) -> None:
    new = NewSite(tmp_path, plan, project)
    for job in plan.prints:
        new.add_print(job, pdf_of(job.document.address))
    shown = {one.path: set(one.elements) for one in new.finish()}
    for job in plan.prints:
        if job.document.needs:
            pieces = set().union(*(shown[address] for address in job.document.needs))
            assert shown[job.document.address] == pieces != set()


def test_a_build_leaves_nothing_in_its_folders_nor_what_a_killed_one_left(tmp_path: Path) -> None:
    project = copy_book("minimal", tmp_path)
    left = project / "build" / RENDERED / "sites" / "nb" / "index.html"
    left.parent.mkdir(parents=True)
    left.write_bytes(b"half a pa")
    assert build(project, "--quiet", "--only", "website") == 0
    assert not (project / "build" / RENDERED).exists()
    assert not [path for path in project.iterdir() if path.name.startswith(".")]


@pytest.mark.parametrize("name", ["not-found", "languages"])
def test_a_faulty_template_above_the_languages_is_told_by_check_too(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    book = copy_book("minimal", tmp_path)
    (book / f"templates/site/{name}.html").write_text("<p>{{ nobody.knows }}</p>\n", "utf-8")
    told = f"templates/site/{name}.html:1:1: error"
    assert main(["check", "--source", str(book)]) == 1
    assert told in capsys.readouterr().err
    assert build(book, "--quiet", "--only", "website") == 1
    assert told in capsys.readouterr().err
    assert not (book / "site").exists()
