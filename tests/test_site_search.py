"""The search of a site finds words by their beginnings, in every language and script."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from dreiebok.model.engines import Engine
from dreiebok.website.drivers.driving import drive
from dreiebok.website.engines import SiteSettings, flat_config
from tests.serving import served
from tests.test_site_in_browser import browser

__all__ = ["browser"]
BASE = b"""
theme: {name: material, font: false}
use_directory_urls: false
plugins: [search]
extra: {generator: false}
"""
SITES = {
    "nb": ("Kollegaer møtes i grupper, hver uke.", "gruppe", "i grupper"),
    "en": ("Colleagues are meeting, every week.", "meet", "are meeting"),
    "pl": ("Uczestnicy tworzą «żółwie»: mówią.", "żółw", "żółwie"),
    "uk": ("Учасники об'єднані, їхня (їжа) зустрічається.", "їж", "(їжа)"),
    "ar": ("يجتمع المشاركون، ثم يكتبون.", "المشارك", "المشاركون"),
}
"""A sentence, what somebody searches for, and the words that must be shown as found."""


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A site of one page for each language, on a web server of this machine."""
    folder = tmp_path_factory.mktemp("search")
    for locale, (sentence, _, _) in SITES.items():
        tree = folder / "trees" / locale
        (tree / "docs").mkdir(parents=True)
        settings = SiteSettings("Prøve", "", locale, "ltr", "", ({"Prøve": "index.md"},))
        (tree / "mkdocs.yml").write_text(flat_config(BASE, "mkdocs.yml", settings), "utf-8")
        (tree / "docs/index.md").write_text(f"# X\n\n{sentence}\n", "utf-8")
        assert drive(Engine.MKDOCS, tree, folder / "site" / locale, 0) == ()
    with served(folder / "site") as address:
        yield address


@pytest.mark.parametrize("locale", SITES)
def test_the_search_finds_a_word_in_another_form(
    browser: Browser, address: str, locale: str
) -> None:
    _, asked, found = SITES[locale]
    page = browser.new_page()
    page.goto(f"{address}/{locale}/index.html", wait_until="networkidle")
    page.keyboard.press("/")
    # The index is fetched now; what is typed before it is there is not looked for.
    page.wait_for_load_state("networkidle")
    page.locator(".md-search__input").press_sequentially(asked)
    page.keyboard.press("End")  # Letters that no English keyboard has come without a key's event.
    hit = page.locator(".md-search-result__article")
    expect(hit.first).to_contain_text(found, timeout=20_000)
    page.locator(".md-search__input").clear()
    page.locator(".md-search__input").press_sequentially("qqq")
    expect(hit).to_have_count(0)
    page.close()
