"""An organisation's templates around pages: the engine runs them, and they reach nothing."""

import re
import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml
from jinja2 import FunctionLoader, TemplateError
from mkdocs.config import load_config
from mkdocs.structure.files import File
from mkdocs.structure.pages import Page

from dreiebok.building.options import Selection
from dreiebok.building.plan import make_plan
from dreiebok.building.publishing import write_tree
from dreiebok.building.reading import read_project
from dreiebok.model.engines import Engine
from dreiebok.problems import Code, Problem, Severity
from dreiebok.website.drivers import driving
from dreiebok.website.drivers.sandboxed import OWN_TEMPLATES, sandboxed
from tests.projects import BOOKS, copy_book

OURS = '{% extends "base.html" %}'


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The tree of an organisation with a template of its own around pages."""
    folder = tmp_path_factory.mktemp("frames")
    base, own = copy_book("minimal", folder / "base"), folder / "own"
    shutil.copytree(BOOKS / "with-overlay", own)
    frames = own / "templates/site/overrides"
    frames.mkdir(parents=True)
    (frames / "main.html").write_text(OURS, encoding="utf-8")
    (frames / "sitemap.xml").write_text("<urlset/>", encoding="utf-8")
    plan, problems = make_plan(read_project(own, base=base), Selection(prints=False))
    assert problems == ()
    return dict(plan.sites[0].tree)


def small(tree: dict[str, bytes]) -> dict[str, bytes]:
    """Return the tree with one page, since every page is run through the template."""
    kept = {n: d for n, d in tree.items() if not n.startswith("docs/") or n == "docs/index.md"}
    config = yaml.safe_load(kept["mkdocs.yml"])
    # Links lead to pages that are left out.
    config |= {"nav": ["index.md"], "validation": {}, "plugins": ["search"]}
    return kept | {"mkdocs.yml": yaml.safe_dump(config).encode()}


@pytest.fixture
def made(tmp_path: Path, tree: dict[str, bytes]) -> Path:
    write_tree(tmp_path / "tree", small(tree))
    return tmp_path / "tree"


def run(tree: Path, template: str, engine: str = "mkdocs") -> tuple[Problem, ...]:
    (tree / "overrides/main.html").write_text(template, encoding="utf-8")
    found = driving.drive_pages(Engine(engine), tree, tree.parent / "ut", 0).problems
    return tuple(problem for problem in found if problem.severity is Severity.ERROR)


def test_the_tree_names_what_does_not_come_from_the_base(tree: dict[str, bytes]) -> None:
    assert tree[OWN_TEMPLATES] == b"overrides/main.html\noverrides/sitemap.xml\n"


def test_an_organisations_frame_is_made_as_the_engine_makes_it(made: Path) -> None:
    assert run(made, f"{OURS}{{% block footer %}}{{{{ super() }}}}hos oss{{% endblock %}}") == ()
    sandboxed = (made.parent / "ut/index.html").read_bytes()
    assert b"hos oss" in sandboxed
    (made / OWN_TEMPLATES).unlink()
    assert run(made, (made / "overrides/main.html").read_text(encoding="utf-8")) == ()
    assert (made.parent / "ut/index.html").read_bytes() == sandboxed


ATTACKS = (
    "{{ cycler.__init__.__globals__.os.system('touch X') }}",
    "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "{{ config.load_file('/etc/passwd') }}",
    "{{ config.load_dict({'site_name': 'x'}) }}",
    "{{ page.file.generated(config, 'x.html', abs_src_path='/etc/passwd').copy_file() }}",
    "{{ page.file.copy_file() }}",
    "{{ config.plugins.run_event('serve') }}",
    "{{ config.plugins['search'].on_post_build(config=config) }}",
    "{{ config.theme.get_env() }}",
    "{{ '{0.__class__.__init__.__globals__}'.format(config) }}",
    "{{ [config] | map(attribute='load_file') | first }}{{ (config|attr('load_file'))('/x') }}",
    "{% for a in range(9999) %}{% for b in range(9999) %}{% endfor %}{% endfor %}",
    "{{ 'a' * 10 ** 9 }}",
    "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
    '{% include "main.html" %}',
    '{% include "../../../../etc/passwd" %}',
)


@pytest.fixture(scope="module")
def engine(tree: dict[str, bytes], tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The configuration and a page, as the engine hands them to templates."""
    folder = tmp_path_factory.mktemp("engine")
    write_tree(folder, small(tree))
    config = load_config(str(folder / "mkdocs.yml"))
    file = File("index.md", str(folder / "docs"), str(folder / "ut"), use_directory_urls=False)
    return {"config": config, "page": Page("A", file, config)}


@pytest.mark.parametrize("attack", ATTACKS)
def test_a_frame_reaches_neither_python_nor_the_disk_nor_all_the_time(
    attack: str, engine: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    environment = sandboxed(engine["config"].theme.get_env())
    names = {"main.html": attack}
    environment.loader = FunctionLoader(names.get)
    with pytest.raises((TemplateError, RecursionError)):
        environment.get_template("main.html").render(**engine)
    assert list(tmp_path.iterdir()) == []


def test_a_mistake_in_a_frame_is_told_with_its_line(made: Path) -> None:
    (problem,) = run(made, "\n{{ 1 // 0 }}")
    assert problem.code is Code.ENGINE_WARNING
    # The words between depend on the version of Python.
    assert re.search(r"overrides/main\.html:2: .*division.* by zero", problem.message)


def test_an_engine_without_a_sandbox_runs_no_template_of_an_organisation(made: Path) -> None:
    attack = f"{{{{ cycler.__init__.__globals__.os.system('touch {made.parent}/X') }}}}"
    told = run(made, attack, "properdocs")
    assert {(p.code, p.location.file) for p in told} == {
        (Code.TEMPLATE_ERROR, "templates/site/overrides/main.html"),
        (Code.TEMPLATE_ERROR, "templates/site/overrides/sitemap.xml"),
    }
    assert not (made.parent / "X").exists()
    # Without the mark the attack does what it is written for: the test would see it.
    (made / OWN_TEMPLATES).unlink()
    run(made, attack)
    assert (made.parent / "X").exists()
