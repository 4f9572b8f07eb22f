"""The choice of an engine: where it stands, what it decides, and what an engine complains of."""

import re
from pathlib import Path

import material
import pytest
from jinja2 import FileSystemLoader

from dreiebok.building import stages
from dreiebok.building.options import Options, Selection
from dreiebok.building.plan import Plan, check_project, make_plan
from dreiebok.building.reading import read_project
from dreiebok.cli import main
from dreiebok.model.engines import Engine
from dreiebok.problems import Severity
from dreiebok.website.drivers import installed
from dreiebok.website.drivers.driving import drive_pages
from dreiebok.website.drivers.mkdocs_ import _VisibleFiles
from tests.projects import build, copy_book

CONFIG = """\
site_name: x
docs_dir: docs
theme: {name: material, font: false, variant: classic, custom_dir: overrides}
validation: {links: {not_found: warn, anchors: warn}}
plugins: [search]
"""
FLAGS = ("--only", "website", "--quiet")


@pytest.fixture
def book(tmp_path: Path) -> Path:
    return copy_book("minimal", tmp_path / "bok")


def plan_of(book: Path, **selection: str) -> Plan:
    plan, problems = make_plan(read_project(book), Selection(languages=("nb",), **selection))  # type: ignore[arg-type]
    assert problems == ()
    return plan


def prepend(path: Path, line: str) -> None:
    path.write_text(line + path.read_text(encoding="utf-8"), encoding="utf-8")


def test_an_option_goes_before_the_settings_and_these_before_the_base(book: Path) -> None:
    assert plan_of(book).sites[0].engine is Engine.MKDOCS
    prepend(book / "mkdocs.yml", "engine: zensical\n")
    assert plan_of(book).sites[0].engine is Engine.ZENSICAL
    assert "engine:" not in plan_of(book).sites[0].tree["mkdocs.yml"].decode()
    (book / "organisation.yml").write_text("name: A\nengine: properdocs\n", encoding="utf-8")
    assert plan_of(book).sites[0].engine is Engine.PROPERDOCS
    assert plan_of(book, engine="mkdocs").sites[0].engine is Engine.MKDOCS


def test_engine_and_version_decide_about_the_site_and_not_about_the_prints(
    book: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plans = {engine: plan_of(book, engine=engine.value) for engine in Engine}
    assert len({plan.sites[0].key for plan in plans.values()}) == len(Engine)
    assert all(plan.prints == plans[Engine.MKDOCS].prints for plan in plans.values())
    # The trees are for every engine, so that an export is.
    assert len({plan.sites[0].tree["mkdocs.yml"] for plan in plans.values()}) == 1
    project = read_project(book)
    before = project.digest
    monkeypatch.setattr(installed, "_version", lambda name: f"{name} next")
    after = plan_of(book, engine="zensical")
    assert after.sites[0].key != plans[Engine.ZENSICAL].sites[0].key
    assert after.prints == plans[Engine.ZENSICAL].prints
    assert project.digest != before


@pytest.mark.parametrize(
    ("file", "text", "told"),
    [
        ("mkdocs.yml", "engine: zensicle\n", "no engine is called “zensicle”"),
        ("mkdocs.yml", "engine: [mkdocs]\n", "no engine is called"),
        ("organisation.yml", "engine: hugo\nname: A\n", "“hugo” is not one of the values allowed"),
    ],
)
def test_an_unknown_engine_is_told_where_it_stands(
    file: str, text: str, told: str, book: Path
) -> None:
    (book / file).touch()
    prepend(book / file, text)
    (problem,) = check_project(read_project(book), Selection())
    assert str(problem.location) == f"{file}:1:9"
    assert told in problem.message
    assert problem.code == "wrong-value"
    assert "zensical" in problem.hint


def missing(name: str) -> str:
    return "?" if name == "zensical" else "1"


def test_an_engine_that_is_not_installed_is_named_with_the_way_to_it(
    book: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(installed, "_version", missing)
    assert build(book, *FLAGS, "--engine", "zensical") == 3
    said = capsys.readouterr().err
    assert "lacks zensical" in said
    assert "pip install 'dreiebok[zensical]'" in said
    assert not (book / "site").exists()
    # Looking for problems needs no engine, and prints need none either.
    prepend(book / "mkdocs.yml", "engine: zensical\n")
    assert check_project(read_project(book), Selection()) == ()
    assert plan_of(book, website=False).sites == ()  # type: ignore[arg-type]


def test_of_many_editions_only_those_fail_whose_engine_is_missing(
    book: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(installed, "_version", missing)
    (book / "organisation.yml").write_text("name: A\nengine: zensical\n", encoding="utf-8")
    found = stages.begin("a", Options(book, tmp_path / "ut", tmp_path / "arbeid"))
    assert isinstance(found, stages.Result)
    assert found.failed
    assert "lacks zensical" in found.trouble


def test_one_build_of_many_organisations_runs_every_engine(tmp_path: Path) -> None:
    base = copy_book("minimal", tmp_path / "base")
    for engine in Engine:
        folder = tmp_path / "alle" / engine.value
        folder.mkdir(parents=True)
        settings = f"name: {engine}\nengine: {engine}\n"
        (folder / "organisation.yml").write_text(settings, encoding="utf-8")
    many = ("build", "--organisations", str(tmp_path / "alle"), "--base", str(base))
    assert main([*many, "--jobs", "2", *FLAGS]) == 0
    for engine in Engine:
        site = tmp_path / "alle" / engine.value / "site"
        page = (site / "nb/index.html").read_text(encoding="utf-8")
        # The templates of the project leave the engines' own mark out; one way to know Zensical.
        assert 'name="generator"' not in page
        assert ("__skip" in page) == (engine is Engine.ZENSICAL), engine
        assert (site / "nb/404.html").is_file()
        assert not list(site.rglob(".cache"))


def lay_tree(folder: Path, text: str, logo: str = "") -> Path:
    for name, content in {
        "mkdocs.yml": CONFIG,
        "docs/index.md": f"# X\n\n{text}\n",
        "docs/other.md": "# Y\n",
        "overrides/partials/logo.html": logo or "<b>L</b>",
    }.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    return folder


PLUGINS_REFUSED = """\
mkdocs.yml:1:1: error: the website's engine says: Config value 'plugins': \
Invalid Plugins configuration. Expected a list or dict. [engine-warning]
     1 | plugins: hei
       | ^
    The pages are under build/markdown/; mkdocs.yml at the root is the base configuration.
1 error
dreiebok: nothing was written
"""


def test_where_the_engine_refuses_its_configuration_that_is_told_alone(
    book: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = (book / "mkdocs.yml").read_text(encoding="utf-8")
    config = config.replace("plugins:\n  - search\n  - offline\n", "")
    (book / "mkdocs.yml").write_text(f"plugins: hei\n{config}", encoding="utf-8")
    assert build(book, *FLAGS) == 1
    assert capsys.readouterr().err == PLUGINS_REFUSED


@pytest.mark.parametrize("engine", list(Engine))
def test_what_an_engine_warns_of_becomes_problems(engine: Engine, tmp_path: Path) -> None:
    broken = "[a](borte.md), [b](other.md#her) and [c](#der)"
    output = tmp_path / "ut" / "nb"
    found = drive_pages(engine, lay_tree(tmp_path / "tree", broken), output, 0).problems
    assert len(found) == 3
    assert {problem.severity for problem in found} == {Severity.WARNING}
    assert all("index.md" in problem.message for problem in found)
    assert all("\x1b" not in p.message and "\n" not in p.message for p in found)
    assert (tmp_path / "ut/nb/index.html").is_file()
    # A second tree into the same folder leaves nothing of the first.
    (tmp_path / "tree/docs/other.md").unlink()
    assert drive_pages(engine, lay_tree(tmp_path / "ny", "x"), output, 0).problems == ()
    assert "<b>L</b>" in (tmp_path / "ut/nb/index.html").read_text("utf-8")


@pytest.mark.parametrize("engine", list(Engine))
def test_a_template_that_cannot_be_read_is_an_error_and_no_traceback(
    engine: Engine, tmp_path: Path
) -> None:
    tree = lay_tree(tmp_path / "tree", "x", "{% if %}")
    found = drive_pages(engine, tree, tmp_path / "ut", 0).problems
    errors = [problem for problem in found if problem.severity is Severity.ERROR]
    assert errors
    assert any("logo.html" in problem.message for problem in errors), errors


def test_a_themes_files_are_those_that_the_engine_wants_of_it() -> None:
    """It lists hidden ones too, and leaves them out afterwards."""
    dirs = [str(Path(material.__file__).with_name("templates"))]
    every = FileSystemLoader(dirs).list_templates()
    seen = [name for name in every if not re.search(r"(^|/)\.", name)]
    assert len(every) > 10 * len(seen)
    assert _VisibleFiles(dirs).list_templates() == seen
