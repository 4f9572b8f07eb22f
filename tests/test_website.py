"""The website: pages of plain Markdown, one map of where everything is, one flat configuration."""

import re
from dataclasses import replace
from pathlib import Path, PurePosixPath

import pytest
from markdown import markdown as to_html

from dreiebok.building.options import Selection
from dreiebok.building.plan import Plan, make_plan
from dreiebok.building.reading import read_project
from dreiebok.editions.edition import Edition
from dreiebok.editions.locales import native_name
from dreiebok.model.forms import Survey
from dreiebok.problems import Code, SourceError
from dreiebok.sources.yaml_ import parse_yaml, to_python
from dreiebok.templating import Output, make_environment, no_links, render
from dreiebok.website.engines import SiteSettings, flat_config, search_options
from dreiebok.website.pages import make_pages
from tests.projects import BOOKS, ROOT, book_edition, copy_book, markdown_of

EXPECTED = BOOKS / "minimal" / "expected"


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> Plan:
    project = read_project(copy_book("minimal", tmp_path_factory.mktemp("book")))
    found, problems = make_plan(project, Selection())
    assert problems == ()
    return found


@pytest.fixture(scope="module")
def pages(plan: Plan) -> dict[str, str]:
    return markdown_of(plan.sites[0])


def test_pages_are_as_expected(pages: dict[str, str], accept: bool) -> None:
    if accept:
        for path, markdown in pages.items():
            (EXPECTED / path).parent.mkdir(parents=True, exist_ok=True)
            (EXPECTED / path).write_text(markdown, encoding="utf-8")
    expected = {
        path.relative_to(EXPECTED).as_posix(): path.read_text(encoding="utf-8")
        for path in EXPECTED.rglob("*.md")
    }
    assert pages == expected


def test_links_between_pages_lead_to_pages_and_anchors(pages: dict[str, str]) -> None:
    anchors = {
        path: set(re.findall(r'(?:#|id=")([a-z0-9-]+)', markdown))
        for path, markdown in pages.items()
    }
    count = 0
    for path, markdown in pages.items():
        for target, anchor in re.findall(r"\]\(([^)#]*\.md)?#([^)]+)\)", markdown):
            page = (target and (PurePosixPath(path).parent / target).as_posix()) or path
            page = re.sub(r"[^/]+/\.\./", "", page)
            assert anchor in anchors[page], f"{path}: {target}#{anchor}"
            count += 1
    assert count > 15


@pytest.mark.parametrize(
    ("old", "new", "page", "place"),
    [
        ("om", "glossary", "glossary.html", "content/om.yml:3:5"),
        ("om", "index", "index.html", "content/om.yml:3:5"),
        ("om", "'404'", "404.html", "content/om.yml:3:5"),
        ("for-alle", "index", "index.html", "content/handbook.yml:12:10"),
        ("for-alle", "downloads", "downloads.html", "content/handbook.yml:12:10"),
        ("pr-kapittel", "pr-index", "prove/index.html", "content/kapittel.yml:3:5"),
        ("pr-kapittel", "manus", "prove/manus.html", "content/kapittel.yml:3:5"),
    ],
)
def test_no_page_takes_the_place_of_another(
    old: str, new: str, page: str, place: str, tmp_path: Path
) -> None:
    book = copy_book("minimal", tmp_path)
    for path in book.glob("content/*.yml"):
        text = path.read_text(encoding="utf-8")
        path.write_text(re.sub(rf"(?<=[ [#]){old}(?=[],)\n])", new, text), encoding="utf-8")
    (problem,) = make_plan(read_project(book), Selection(prints=False))[1]
    assert problem.code is Code.DUPLICATE_ID
    assert problem.message == f"its page would lie at {page}, where another lies"
    assert str(problem.location) == place


def test_a_text_cannot_break_out_of_its_page(pages: dict[str, str]) -> None:
    assert "Alle **kan** lese &lt;dette&gt; &amp; &#123;det andre&#125;." in pages["om.md"]


@pytest.mark.parametrize("end", ["\\L", "\\P", "\\N", "\\v", "\\f", "\\x1c", "\\x1d", "\\x1e"])
def test_no_text_begins_a_line_of_its_own(end: str) -> None:
    edition = book_edition("minimal", **{"text: Mer tekst.": f'text: "Hei{end}# Overskrift"'})
    pages, _ = make_pages(edition, read_project(ROOT).templates, ())
    (line,) = [line for page in pages for line in page.markdown.split("\n") if "# Over" in line]
    assert line.startswith("Hei")


def test_norwegian_letters_come_last_in_the_glossary(pages: dict[str, str]) -> None:
    terms = re.findall(r"^## (\S+)", pages["glossary.md"], re.MULTILINE)
    assert terms == ["zoom", "ærlig", "åre"]


def test_figures_carry_their_ids_once(pages: dict[str, str]) -> None:
    page = pages["prove/index.md"]
    for box in ("pr-runde", "pr-boks-1", "pr-boks-3"):
        assert page.count(f'id="{box}"') == 1


def test_the_menu_has_every_page(plan: Plan, pages: dict[str, str]) -> None:
    config = to_python(parse_yaml(plan.sites[0].tree["mkdocs.yml"], "mkdocs.yml"))

    def targets(entry: object) -> list[str]:
        if isinstance(entry, str):
            return [entry]
        if isinstance(entry, dict):
            return [path for value in entry.values() for path in targets(value)]
        assert isinstance(entry, list)
        return [path for item in entry for path in targets(item)]

    found = targets(config["nav"])
    assert sorted(found) == sorted(pages)


def test_the_configuration_is_flat_and_uses_two_plugins(plan: Plan) -> None:
    text = plan.sites[0].tree["mkdocs.yml"].decode()
    config = to_python(parse_yaml(text.encode(), "mkdocs.yml"))
    assert "INHERIT" not in config
    assert "hooks" not in config
    assert [next(iter(p)) if isinstance(p, dict) else p for p in config["plugins"]] == [
        "search",
        "offline",
    ]
    assert config["theme"]["language"] == "nb"
    assert config["theme"]["font"] is False


def test_a_base_configuration_without_a_theme_is_a_problem() -> None:
    settings = SiteSettings("x", "y", "nb", "ltr", "z", ())
    with pytest.raises(SourceError) as caught:
        flat_config(b"site_name: x\n", "mkdocs.yml", settings)
    assert [problem.code for problem in caught.value.problems] == [Code.WRONG_TYPE]


@pytest.mark.parametrize(
    ("written", "others"),
    [
        ("", None),
        ("[]", None),
        ("[search, offline]", ["offline"]),
        ("[search: {}, tags: {tags_file: a.md}]", [{"tags": {"tags_file": "a.md"}}]),
        ("{search: {}, offline: , tags: {tags_file: a.md}}",
         ["offline", {"tags": {"tags_file": "a.md"}}]),
    ],
)  # fmt: skip
def test_plugins_keep_their_settings_however_they_are_written(
    written: str, others: list[object] | None
) -> None:
    base = f"theme: {{}}\nplugins: {written}\n".encode()
    flat = flat_config(base, "mkdocs.yml", SiteSettings("x", "", "nb", "ltr", "", ())).encode()
    plugins = to_python(parse_yaml(flat, "mkdocs.yml"))["plugins"]
    search = [{"search": search_options("nb")}]
    assert plugins == ([] if others is None else [*search, *others])


def test_what_the_base_says_of_the_search_goes_before_what_we_say() -> None:
    base = b"theme: {}\nplugins: {search: {lang: [de]}}\n"
    flat = flat_config(base, "mkdocs.yml", SiteSettings("x", "", "nb", "ltr", "", ())).encode()
    (plugin,) = to_python(parse_yaml(flat, "mkdocs.yml"))["plugins"]
    assert plugin == {"search": {**search_options("nb"), "lang": ["de"]}}


def test_the_tree_carries_fonts_and_styles(plan: Plan, root: Path) -> None:
    tree = plan.sites[0].tree
    assert "docs/assets/fonts/NotoSans-Regular.woff2" in tree
    assert "docs/assets/fonts/OFL.txt" in tree
    assert not [name for name in tree if name.endswith(".ttf")]
    style = tree["docs/assets/stylesheets/dreiebok.css"].decode()
    for font in re.findall(r'url\("\.\./([^"]+)"\)', style):
        assert f"docs/assets/{font}" in tree


def test_the_statements_of_a_survey_are_a_list() -> None:
    edition = book_edition("every-kind")
    survey = next(r for r in edition.handbook.records if isinstance(r, Survey))
    pages, _ = make_pages(edition, read_project(ROOT).templates, ())
    page = next(page for page in pages if page.record == str(survey.id))
    body = page.markdown.split("---\n", 2)[2]
    html = to_html(body, extensions=["attr_list", "md_in_html", "tables"])
    items = [item for block in survey.blocks for item in block.items]
    assert items
    for item in items:
        assert re.search(rf"<li>[^<]*{re.escape(item.text[:12])}", html), item.id


def test_the_front_page_names_each_language_in_itself_and_needs_no_script(
    root: Path, edition: Edition
) -> None:
    environment = make_environment(
        read_project(root).templates, Output.HTML, native_name=native_name
    )
    editions = [replace(edition, locale=locale) for locale in ("nb", "ar", "uk")]
    html = render(environment, "site/languages.html", no_links, editions=editions, address="")
    for locale, direction, name in (
        ("nb", "ltr", "norsk bokmål"),
        ("ar", "rtl", "العربية"),
        ("uk", "ltr", "українська"),
    ):
        link = f'lang="{locale}" hreflang="{locale}" dir="{direction}">{name}</a>'
        assert f'<a href="{locale}/index.html" {link}' in html
    assert "<script" not in html
    assert "refresh" not in html  # Whoever has a choice makes it.
