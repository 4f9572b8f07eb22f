"""The search in a real Chromium: inflected words, compounds, synonyms, and no dead ends."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page, expect

from dreiebok.model.engines import Engine
from dreiebok.website.drivers.driving import drive_pages
from dreiebok.website.engines import SiteSettings, flat_config
from dreiebok.website.navigation import NavItem
from dreiebok.website.searching import SCRIPT, words_script
from tests.serving import served
from tests.test_browser_forms import AXE
from tests.test_site_in_browser import Witness, browser

__all__ = ["browser"]
NB = {
    "index.md": "# Start\n\nKollegaer møtes i grupper, hver uke. En lærer går forbi.\n",
    "leder.md": "---\ntags: [Lederguide]\n---\n# Rådene\n\n## Hva en leder gjør\n\nHun lytter.\n",
    "ledelse.md": "# Om ledelse\n\nDen er for alle. Vi spør virksomhetslederne.\n",
    "bok.md": "# Mer å bruke\n\nVi har en dreie\u00adbok og et loggskjema.\n",
    "klage.md": "# Kos med misnøye\n\nDet er lett.\n",
    "skjema.md": "# Et skjema\n\nDet er kort.\n",
    "bare.md": "# Tabellen\n\nEt spørreskjema fylles ut.\n",
}
PAGES = {
    "nb": NB,
    "nn": {"index.md": "# Start\n\nEin leiar skriv ei bok.\n"},
    "en": {"index.md": "# Start\n\nColleagues are meeting a child, every week.\n"},
    "pl": {"index.md": "# Start\n\nUczestnicy tworzą «żółwie»: mówią.\n"},
    "uk": {"index.md": "# Start\n\nУчасники об'єднані, їхня (їжа) зустрічається.\n"},
    "ar": {"index.md": "# Start\n\nيجتمع المشاركون، ثم يكتبون.\n"},
    "zh": {"index.md": "# Start\n\n参与者见面。 他们写作。\n"},
}
HELP = {
    "meant": "Mente du:",
    "begin": "Begynn her:",
    "instead": "Prøv et annet ord, eller begynn her:",
    "starts": [{"path": "bok.html", "words": "Ordliste"}],
}
ALIKE = [("kos med misnøye", "klaging", "å syte"), ("loggskjema", "dagbok")]
FOUND = [
    ("nb", "gruppe", "grupper"),
    ("nb", "lederen", "leder"),
    ("nb", "lærerne", "lærer"),
    ("nb", "gikk", "går"),
    ("nb", "dreiebøkene", "dreiebok"),
    ("nb", "bøker", "dreiebok"),
    ("nb", "skjema", "loggskjema"),
    ("nb", "klaging", "Kos"),
    ("nb", "dagboka", "loggskjema"),
    ("nn", "leiarane", "leiar"),
    ("nn", "bøkene", "bok"),
    ("en", "meet", "meeting"),
    ("en", "colleague's", "Colleagues"),
    ("en", "children", "child"),
    ("pl", "żółw", "żółwie"),
    ("pl", "uczestników", "Uczestnicy"),
    ("uk", "їж", "їжа"),
    ("uk", "учасників", "Учасники"),
    ("ar", "المشارك", "المشاركون"),
    ("ar", "مشارك", "المشاركون"),
    ("zh", "参与者", "参与者见面。"),
    ("zh", "见面", "参与者见面。"),
]
"""Where somebody searches, for what, and a word that must be marked in what is found."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, root: Path) -> Path:
    """A small site for each language, with the real templates and scripts."""
    folder = tmp_path_factory.mktemp("search")
    base = (root / "mkdocs.yml").read_bytes()
    for locale, pages in PAGES.items():
        tree = folder / "trees" / locale
        shutil.copytree(root / "templates/site/assets", tree / "docs/assets")
        shutil.copytree(root / "templates/site/overrides", tree / "overrides")
        if locale == "nb":
            faces = shutil.ignore_patterns("*.md", "*.ttf")
            shutil.copytree(root / "templates/fonts", tree / "docs/assets/fonts", ignore=faces)
        direction = "rtl" if locale == "ar" else "ltr"
        nav: tuple[NavItem, ...] = tuple({name: name} for name in pages)
        help_ = HELP if locale == "nb" else {}
        settings = SiteSettings("Prøve", "", locale, direction, "", nav, search=help_)
        (tree / "mkdocs.yml").write_text(flat_config(base, "mkdocs.yml", settings), "utf-8")
        alike = ALIKE if locale == "nb" else ()
        (tree / "docs" / SCRIPT).write_text(words_script(locale, alike=alike), "utf-8")
        (tree / "docs/assets/stylesheets/programmes.css").write_text("")
        for name, text in pages.items():
            (tree / "docs" / name).write_text(text, "utf-8")
        built = drive_pages(Engine.MKDOCS, tree, folder / "site" / locale, 0)
        assert built.problems == ()
    return folder / "site"


@pytest.fixture(scope="module")
def address(folder: Path) -> Iterator[str]:
    """The sites on a web server of this machine."""
    with served(folder) as address:
        yield address


def opened(page: Page, address: str) -> None:
    """Open a page and its search, and wait until the index has been read."""
    page.goto(address)
    page.keyboard.press("Control+k")
    # The template's words stand on a line of their own; those of the script do not.
    meta = "document.querySelector('.md-search-result__meta')"
    page.wait_for_function(f"!{meta}.textContent.startsWith('\\n')", timeout=20_000)


def ask(page: Page, words: str) -> Locator:
    """Search for words and return the hits."""
    page.locator(".md-search__input").fill(words)
    return page.locator(".md-search-result__article")


@pytest.fixture(scope="module")
def pages(browser: Browser, address: str) -> Iterator[dict[str, Page]]:
    """A page with an open search in each language."""
    found = {}
    for locale in PAGES:
        found[locale] = browser.new_page()
        opened(found[locale], f"{address}/{locale}/index.html")
    yield found
    for page in found.values():
        page.close()


@pytest.mark.parametrize(("locale", "asked", "found"), FOUND)
def test_the_search_finds_what_is_akin(
    pages: dict[str, Page], locale: str, asked: str, found: str
) -> None:
    hits = ask(pages[locale], asked)
    expect(hits.locator("mark", has_text=found).first).to_be_visible()


def test_the_exact_word_comes_before_its_kin_and_compounds(pages: dict[str, Page]) -> None:
    hits = ask(pages["nb"], "skjema")
    expect(hits.locator("mark", has_text="spørreskjema")).to_be_visible()
    assert hits.locator("h1, h2").first.inner_text() == "Et skjema"
    hits = ask(pages["nb"], "leder")
    expect(hits.locator("mark", has_text="virksomhetslederne")).to_be_visible()
    assert "Hva en leder gjør" in hits.nth(1).inner_text()


def test_common_words_do_not_drown_the_others(pages: dict[str, Page]) -> None:
    hits = ask(pages["nb"], "hva er en dreiebok")
    expect(hits).to_have_count(1)
    expect(hits).to_contain_text("dreiebok")
    expect(hits.locator(".md-search-result__terms")).to_have_count(0)


def test_marks_of_the_theme_still_mean_what_they_did(pages: dict[str, Page]) -> None:
    hits = ask(pages["nb"], '"dreiebok loggskjema"')
    expect(hits).to_have_count(1)
    expect(ask(pages["nb"], "+skjema -kort")).to_have_count(0)
    expect(ask(pages["nb"], "title:skjema")).to_have_count(1)


@pytest.mark.parametrize("where", ["server", "disk"])
def test_a_hit_names_its_programme_and_the_page_marks_what_was_found(
    where: str, browser: Browser, address: str, folder: Path
) -> None:
    origin = address if where == "server" else folder.as_uri()
    witness = Witness(browser, origin)
    page = witness.page
    opened(page, f"{origin}/nb/index.html")
    hit = ask(page, "lederen").first
    expect(hit.locator(".md-tag")).to_have_text("Lederguide")
    expect(page.locator(".md-search-result__terms")).to_have_count(0)
    page.keyboard.press("Enter")
    page.wait_for_url("**/leder.html?h=leder*")
    expect(page.locator("article mark", has_text="leder").first).to_be_visible()
    assert witness.strangers == []
    assert witness.complaints == []


@pytest.mark.parametrize("where", ["server", "disk"])
def test_where_nothing_is_found_the_nearest_word_is_a_button(
    where: str, browser: Browser, address: str, folder: Path
) -> None:
    origin = address if where == "server" else folder.as_uri()
    witness = Witness(browser, origin)
    page = witness.page
    opened(page, f"{origin}/nb/index.html")
    help_ = page.locator("[data-db-search-help]")
    expect(help_.get_by_text("Begynn her:", exact=True)).to_be_visible()
    expect(ask(page, "logskjemma")).to_have_count(0)
    expect(help_.get_by_role("status")).to_contain_text("Mente du: loggskjema")
    expect(page.locator(".md-search-result__meta[role=status]")).to_have_text("Ingen treff")
    page.keyboard.press("ArrowDown")
    expect(help_.get_by_role("button", name="loggskjema")).to_be_focused()
    page.keyboard.press("Space")
    expect(page.locator(".md-search__input")).to_have_value("loggskjema")
    expect(page.locator(".md-search__input")).to_be_focused()
    expect(page.locator(".md-search-result__article")).to_have_count(1)
    expect(help_).to_be_hidden()
    assert witness.strangers == []
    assert witness.complaints == []


def test_where_nothing_is_near_there_is_somewhere_to_begin(browser: Browser, address: str) -> None:
    page = Witness(browser, address).page
    opened(page, f"{address}/nb/index.html")
    expect(ask(page, "xyzzyqwerty")).to_have_count(0)
    help_ = page.locator("[data-db-search-help]")
    expect(help_.get_by_text("Prøv et annet ord")).to_be_visible()
    expect(help_.get_by_role("button")).to_have_count(0)
    page.keyboard.press("Tab")
    expect(help_.get_by_role("link", name="Ordliste")).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url("**/bok.html")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_open_search_is_accessible_in_every_state(
    scheme: str, browser: Browser, address: str
) -> None:
    page = Witness(browser, address, 390, scheme).page
    page.emulate_media(reduced_motion="reduce")
    opened(page, f"{address}/nb/index.html")
    # The search fades in; nothing can be told of colours before it has.
    page.wait_for_function(
        "getComputedStyle(document.querySelector('.md-search__output')).opacity === '1'"
    )
    for asked, count in (("", 0), ("logskjemma", 0), ("loggskjema", 1)):
        expect(ask(page, asked)).to_have_count(count)
        found = Axe().run(page, ".md-search", AXE).response["violations"]
        assert [(v["id"], n["html"][:120]) for v in found for n in v["nodes"]] == [], asked


def test_without_javascript_there_is_no_search_that_does_nothing(
    browser: Browser, address: str
) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}/nb/index.html")
    expect(page.locator(".md-search")).to_be_hidden()
    expect(page.locator("label[for=__search]").first).to_be_hidden()
    context.close()
