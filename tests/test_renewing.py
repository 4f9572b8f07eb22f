"""A site of which some pages are rendered anew is, to the byte, the site that is built whole."""

import random
import re
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from dreiebok.building.cache import Cache
from dreiebok.building.collecting import NewSite
from dreiebok.building.options import Options, Selection
from dreiebok.building.plan import Plan, SiteJob, make_plan
from dreiebok.building.reading import read_project
from dreiebok.building.rendering import Rendered, render_all
from dreiebok.keeping import fingerprint
from dreiebok.website.drivers.sandboxed import OWN_TEMPLATES
from dreiebok.website.frames import frame_parts, header, is_separable
from tests.projects import BOOKS, copy_book

Tree = dict[str, bytes]
WEBSITE = Selection(languages=("nb",), prints=False)
PEEK = "{% if page.next_page %}{{ page.next_page.content | length }}{% endif %}"


@pytest.fixture(scope="module")
def one_thread() -> Iterator[Executor]:
    with ThreadPoolExecutor(1) as pool:
        yield pool


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> Plan:
    book = copy_book("minimal", tmp_path_factory.mktemp("renewing"))
    made, problems = make_plan(read_project(book), WEBSITE)
    assert problems == ()
    return made


def with_tree(plan: Plan, tree: Tree) -> Plan:
    """Return the plan with another tree, and the fingerprints that it has."""
    parts = [part for name, data in sorted(tree.items()) for part in (name, data)]
    frame = fingerprint(*frame_parts(tree)) if is_separable(tree["mkdocs.yml"], "") else ""
    site = replace(plan.sites[0], tree=tree, key=fingerprint(*parts), frame=frame)
    return replace(plan, sites=(site,))


class Watched(NewSite):
    """Remembers the site that it was given."""

    given: Mapping[str, bytes]

    def add_site(self, site: SiteJob, files: Mapping[str, bytes]) -> None:
        self.given = dict(files)
        super().add_site(site, files)


def rendered(plan: Plan, work: Path, pool: Executor) -> tuple[Rendered, Mapping[str, bytes]]:
    """Render the site of a plan; return what came of it, and its files as the engine made them."""
    new = Watched(work / "new", plan, read_project(BOOKS / "minimal"))
    found = render_all(new, Options(work, work, work), work, pool, lambda *_: None, {})
    return found, new.given


def pages_rendered(plan: Plan, work: Path, pool: Executor) -> int:
    return rendered(plan, work, pool)[0].pages


def page_of(tree: Tree, dice: random.Random) -> str:
    return dice.choice([name for name in sorted(tree) if name.endswith(".md")])


def a_sentence(tree: Tree, dice: random.Random) -> None:
    tree[page_of(tree, dice)] += f"\n\nSetning {dice.random()} om <b>alt</b>.\n".encode()


def a_heading(tree: Tree, dice: random.Random) -> None:
    tree[page_of(tree, dice)] += f"\n\n## Del {dice.random()} {{: #del-{len(tree)} }}\n".encode()


def a_link(tree: Tree, dice: random.Random) -> None:
    tree["docs/om.md"] += f"\n\n[Steg](prove/manus.md#pr-steg-2) {dice.random()}\n".encode()


def a_broken_link(tree: Tree, dice: random.Random) -> None:
    anchor = dice.choice(["#borte", ".md#borte", "/../ord.md"])
    tree[page_of(tree, dice)] += f"\n\n[Borte](om{anchor})\n".encode()


def a_lost_anchor(tree: Tree, dice: random.Random) -> None:
    manus = "docs/prove/manus.md"
    tree[manus] = tree[manus].replace(b"#pr-steg-2", b"#pr-steg-to")


def no_more_words(tree: Tree, dice: random.Random) -> None:
    tree[page_of(tree, dice)] = b"# Bare en tittel\n"


def front_matter(tree: Tree, dice: random.Random) -> None:
    words = dice.choice(["hide: [toc]", "search: {exclude: true}", "title: Nytt navn"])
    tree["docs/om.md"] = f"---\n{words}\n---\n# Om\n\nTekst.\n".encode()


def a_file(tree: Tree, dice: random.Random) -> None:
    tree["docs/assets/organisation.css"] += f"/* {dice.random()} */".encode()


def a_new_page(tree: Tree, dice: random.Random) -> None:
    tree[f"docs/ny-{len(tree)}.md"] = b"# Ny side\n\nMed tekst.\n"


def a_lost_page(tree: Tree, dice: random.Random) -> None:
    tree.pop("docs/sources.md", None)


def another_menu(tree: Tree, dice: random.Random) -> None:
    config = yaml.safe_load(tree["mkdocs.yml"])
    dice.shuffle(config["nav"])
    tree["mkdocs.yml"] = yaml.safe_dump(config, sort_keys=False).encode()


def another_name(tree: Tree, dice: random.Random) -> None:
    config = yaml.safe_load(tree["mkdocs.yml"]) | {"site_author": f"Nr. {dice.random()}"}
    tree["mkdocs.yml"] = yaml.safe_dump(config, sort_keys=False).encode()


def another_template(tree: Tree, dice: random.Random) -> None:
    tree["overrides/partials/copyright.html"] += f"<p>{dice.random()}</p>".encode()


def a_template_that_peeks(tree: Tree, dice: random.Random) -> None:
    tree["overrides/partials/copyright.html"] += PEEK.encode()


OFTEN = (a_sentence, a_heading, a_link, a_file)
SELDOM = (
    a_lost_anchor, a_broken_link, no_more_words,
    front_matter, a_new_page, a_lost_page, another_menu, another_name, another_template,
    a_template_that_peeks,
)  # fmt: skip


@pytest.mark.parametrize("seed", range(2))
def test_any_edits_give_what_a_whole_build_gives(
    seed: int, plan: Plan, tmp_path: Path, one_thread: Executor
) -> None:
    dice = random.Random(seed)
    tree = dict(plan.sites[0].tree)
    rendered(with_tree(plan, tree), tmp_path / "long", one_thread)
    fewer = 0
    for number in range(6):
        before = dict(tree)
        edit: Callable[[Tree, random.Random], None] = dice.choice(
            SELDOM if number % 3 == 2 else OFTEN
        )
        edit(tree, dice)
        edited = with_tree(plan, tree)
        long, site = rendered(edited, tmp_path / "long", one_thread)
        fresh, whole = rendered(edited, tmp_path / f"fresh-{number}", one_thread)
        assert set(map(str, long.problems)) == set(map(str, fresh.problems)), edit
        assert site.keys() == whole.keys(), edit
        for name, data in whole.items():
            assert site[name] == data, (edit, name)
        fewer += long.pages < fresh.pages
        if (fresh.problems and dice.random() < 0.8) or edit is a_template_that_peeks:
            tree = before  # Somebody puts it right.
    assert fewer


def test_an_edit_of_one_page_renders_one_page(
    plan: Plan, tmp_path: Path, one_thread: Executor
) -> None:
    tree = dict(plan.sites[0].tree)
    count = len(plan.sites[0].pages)
    assert pages_rendered(with_tree(plan, tree), tmp_path, one_thread) == count
    tree["docs/om.md"] += b"\n\nEn setning til.\n"
    assert pages_rendered(with_tree(plan, tree), tmp_path, one_thread) == 1
    a_file(tree, random.Random(0))
    assert pages_rendered(with_tree(plan, tree), tmp_path, one_thread) == 0
    another_name(tree, random.Random(0))
    assert pages_rendered(with_tree(plan, tree), tmp_path, one_thread) == count


def test_where_a_page_shows_another_all_are_rendered(
    plan: Plan, tmp_path: Path, one_thread: Executor
) -> None:
    tree = dict(plan.sites[0].tree)
    # Only the first page looks: no page that is rendered later would tell.
    name = "overrides/partials/copyright.html"
    tree[name] += f"{{% if page.url == 'index.html' %}}{PEEK}{{% endif %}}".encode()
    count = len(plan.sites[0].pages)
    for _ in range(2):
        tree["docs/om.md"] += b"\n\nEn setning til.\n"
        assert pages_rendered(with_tree(plan, tree), tmp_path, one_thread) == count


def test_a_page_that_begins_to_look_at_another_makes_all_be_rendered(
    plan: Plan, tmp_path: Path, one_thread: Executor
) -> None:
    tree = dict(plan.sites[0].tree)
    name = "overrides/partials/copyright.html"
    tree[name] += f"{{% if 'Nysgjerrig' in page.content %}}{PEEK}{{% endif %}}".encode()
    rendered(with_tree(plan, tree), tmp_path / "long", one_thread)
    tree["docs/for-alle.md"] += b"\n\nNysgjerrig.\n"
    edited = with_tree(plan, tree)
    long, site = rendered(edited, tmp_path / "long", one_thread)
    assert long.pages == len(plan.sites[0].pages)
    assert site == rendered(edited, tmp_path / "fresh", one_thread)[1]


def test_what_is_wrong_is_told_as_a_whole_build_tells_it(
    plan: Plan, tmp_path: Path, one_thread: Executor
) -> None:
    tree = dict(plan.sites[0].tree)
    rendered(with_tree(plan, tree), tmp_path / "long", one_thread)
    tree["docs/om.md"] += b"\n\n[Borte](prove/manus.md#borte)\n"
    edited = with_tree(plan, tree)
    long, _ = rendered(edited, tmp_path / "long", one_thread)
    fresh, _ = rendered(edited, tmp_path / "fresh", one_thread)
    assert {problem.code for problem in long.problems} == {"engine-warning", "broken-link"}
    assert long.problems == fresh.problems


def test_where_the_engine_gives_up_on_a_page_it_is_told_as_a_whole_build_tells_it(
    plan: Plan, tmp_path: Path, one_thread: Executor
) -> None:
    tree = dict(plan.sites[0].tree)
    name = "overrides/partials/copyright.html"
    tree[name] += b"{% if 'Vrang' in page.content %}{{ page.content / 2 }}{% endif %}"
    # An organisation's own template, which runs in the sandbox.
    tree[OWN_TEMPLATES] = f"{name}\n".encode()
    assert rendered(with_tree(plan, tree), tmp_path / "long", one_thread)[0].problems == ()
    tree["docs/om.md"] += b"\n\nVrang.\n"
    edited = with_tree(plan, tree)
    long, _ = rendered(edited, tmp_path / "long", one_thread)
    fresh, _ = rendered(edited, tmp_path / "fresh", one_thread)
    told = [p.message.replace(str(tmp_path / "long"), "") for p in long.problems]
    assert any("copyright.html" in message for message in told)
    # Each names the template where the engine read it.
    assert told == [p.message.replace(str(tmp_path / "fresh"), "") for p in fresh.problems]


def test_a_damaged_cache_costs_a_whole_build(
    plan: Plan, tmp_path: Path, one_thread: Executor
) -> None:
    tree = dict(plan.sites[0].tree)
    rendered(with_tree(plan, tree), tmp_path, one_thread)
    cache = Cache(Options(tmp_path, tmp_path, tmp_path).cache)
    for path in cache.folder.glob("*.bin"):
        path.write_bytes(path.read_bytes()[:-1] + b"?")
    tree["docs/om.md"] += b"\n\nEn setning til.\n"
    assert pages_rendered(with_tree(plan, tree), tmp_path, one_thread) == len(plan.sites[0].pages)


@pytest.mark.parametrize(
    "line",
    [
        "plugins: [search, offline, tags]",
        "plugins: {search: {}, macros: {}}",
        "hooks: [a.py]",
        "extra_templates: [a.html]",
        "markdown_extensions: [{pymdownx.snippets: {base_path: a}}]",
        "theme: {name: readthedocs}",
    ],
)
def test_with_parts_that_may_read_anything_all_pages_are_rendered(line: str, root: Path) -> None:
    base = (root / "mkdocs.yml").read_text(encoding="utf-8")
    assert is_separable(base.encode(), "")
    key = line.partition(":")[0]
    without = re.sub(rf"^{key}:.*\n(?:[ #].*\n)*", "", base, flags=re.MULTILINE)
    assert not is_separable(f"{without}{line}\n".encode(), "")


def test_the_header_of_a_page_is_all_that_may_be_front_matter() -> None:
    assert header("# Hei\n\nDu.\n") == "# Hei\n\n"
    assert header("---\na: b\n...\n# Hei\n") == "---\na: b\n...\n"
    assert header("tittel: Hei") == "tittel: Hei"
