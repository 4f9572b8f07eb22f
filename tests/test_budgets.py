"""What pages cost: bytes over the wire, jumps of the layout. And what is left without scripts."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Route, expect

from tests.browsers import running_browser
from tests.serving import SlowHandler, served
from tests.test_site_in_browser import SCRIPT_PAGE
from tests.transfers import transferred

HOME, PROGRAMME = "nb/index.html", "nb/mestringsgruppe/index.html"
HOME_BYTES = 160_000
"""The budget of the home page, with all that it makes the browser fetch (300 kB were asked for)."""
PAGES = (HOME, PROGRAMME, SCRIPT_PAGE)
SLOW = (*PAGES, "nb/for-ledere.html", "nb/hvilket-program.html")
WIDTHS = (390, 1280)
SHIFT = 0.01
"""A tenth of what Web Vitals call good (0.1): nothing that an eye can see."""
WATCH = """window.shifts = [];
new PerformanceObserver((list) => {
  for (const one of list.getEntries()) if (!one.hadRecentInput) window.shifts.push(one.value);
}).observe({ type: "layout-shift", buffered: true });"""


LATE = 0.4
"""Seconds after which letters come: long after the page is seen."""


def fetched_late(route: Route) -> None:
    """Let a browser wait for what it has asked for."""
    time.sleep(LATE)
    route.continue_()


@pytest.fixture(scope="module")
def address(site: Path) -> Iterator[str]:
    with served(site) as address:
        yield address


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with running_browser() as started:
        yield started


def test_the_home_page_is_light(browser: Browser, address: str, site: Path) -> None:
    page = browser.new_context().new_page()
    found = transferred(page, site, address, HOME)
    assert "nb/assets/fonts/NotoSans-Regular-Latin.woff2" in found
    assert not [name for name in found if "Arabic" in name or name.endswith("Regular.woff2")]
    assert not [name for name in found if "search_index" in name]
    assert sum(found.values()) < HOME_BYTES, sorted(found.items(), key=lambda one: -one[1])
    page.context.close()


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("letters", [Route.continue_, fetched_late], ids=["", "letters-late"])
def test_nothing_jumps_while_a_page_is_loading(
    path: str, width: int, letters: Callable[[Route], None], browser: Browser, address: str
) -> None:
    context = browser.new_context(viewport={"width": width, "height": 900})
    context.add_init_script(WATCH)
    page = context.new_page()
    page.route("**/*.woff2", letters)
    page.goto(f"{address}/{path}", wait_until="networkidle")
    page.evaluate("document.fonts.ready")
    page.wait_for_timeout(200)
    shifts = page.evaluate("window.shifts")
    assert sum(shifts) < SHIFT, shifts
    context.close()


@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_jumps_while_pages_come_in_pieces(width: int, browser: Browser, site: Path) -> None:
    context = browser.new_context(viewport={"width": width, "height": 900})
    context.add_init_script(WATCH)
    with served(site, SlowHandler) as address:
        pages = {path: context.new_page() for path in SLOW}
        for path, page in pages.items():
            page.goto(f"{address}/{path}", wait_until="commit")
        for path, page in pages.items():
            page.wait_for_load_state("load")
            page.wait_for_timeout(200)
            shifts = page.evaluate("window.shifts")
            assert sum(shifts) < SHIFT, (path, shifts)
    context.close()


@pytest.mark.parametrize("width", WIDTHS)
def test_without_scripts_a_reader_finds_and_reads_everything(
    width: int, browser: Browser, address: str, site: Path
) -> None:
    viewport = {"width": width, "height": 900}
    context = browser.new_context(java_script_enabled=False, viewport=viewport)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(f"{address}/{HOME}")
    if width < 1220:
        # The drawer, a programme in it, and there a group of its pages.
        drawer = page.locator('label.md-header__button[for="__drawer"]')
        drawer.click()
        # The front page stands in a group, whose list lies over the others: its title leads back.
        page.locator('.md-nav__title[for="__nav_1"]').click()
        page.locator('.md-nav a[href="mestringsgruppe/index.html"]').click()
        page.wait_for_url("**/nb/mestringsgruppe/index.html")
        drawer.click()
        page.locator("#__nav_2_3_label").click()
        page.locator('[aria-labelledby="__nav_2_3_label"] a').first.click()
        page.wait_for_url(lambda url: not url.endswith("/index.html"))
    else:
        page.locator('.md-tabs a[href="mestringsgruppe/index.html"]').click()
    page.wait_for_url("**/nb/mestringsgruppe/*.html")
    page.goto(f"{address}/{SCRIPT_PAGE}")
    expect(page.locator("article table").first).to_be_visible()
    expect(page.locator("#mg-steg-4-forstorrelsesglasset")).to_be_visible()
    # What needs scripts is not offered.
    expect(page.locator(".db-meeting-door")).to_be_hidden()
    page.goto(f"{address}/nb/downloads.html")
    expect(page.locator(".db-print-check")).to_be_hidden()
    assert page.locator("a.db-download").count() > 10
    page.goto(f"{address}/nb/mestringsgruppe/loggskjema.html")
    form = page.locator("a.db-download").first
    expect(form).to_be_visible()
    href = form.get_attribute("href") or ""
    assert (site / "nb/mestringsgruppe" / href).resolve().read_bytes().startswith(b"%PDF")
    context.close()
