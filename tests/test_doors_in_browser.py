"""Home, doors and first pages in Chromium: what a phone shows first, and where things lead."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from dreiebok.editions.edition import Edition
from dreiebok.website.doors import doorways, main_script
from tests.browsers import running_browser
from tests.projects import ROOT, build, copy_book
from tests.serving import served
from tests.test_site_in_browser import Witness

PHONE = (390, 844)
DESK = (1280, 800)
ZOOMED = (320, 256)
"""1280 by 1024 at 400 %: WCAG 2.2, 1.4.10."""


@pytest.fixture(scope="module")
def address(site: Path) -> Iterator[str]:
    with served(site.parent) as address:
        yield f"{address}/{site.name}"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with running_browser() as started:
        yield started


@pytest.fixture(scope="module")
def arabic(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A tiny book from right to left, with Arabic words where the catalog has some."""
    folder = copy_book("minimal", tmp_path_factory.mktemp("doors"))
    catalogs = folder / "content" / "locale" / "ar"
    catalogs.mkdir(parents=True)
    (catalogs / "common.po").write_bytes((ROOT / "content/locale/ar/common.po").read_bytes())
    assert build(folder, "--only", "website", "--language", "ar") == 0
    with served(folder) as address:
        yield f"{address}/site/ar"


def shown(browser: Browser, size: tuple[int, int], address: str) -> Page:
    """Open a page in a window of this size, scrolled nowhere."""
    page = Witness(browser, address, size[0]).page
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.goto(address)
    page.evaluate("document.fonts.ready")
    return page


def bottom(page: Page, selector: str) -> float:
    box = page.locator(selector).bounding_box()
    assert box, selector
    return box["y"] + box["height"]


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_the_first_screen_of_home_tells_what_it_is_and_has_three_doors(
    size: tuple[int, int], browser: Browser, address: str
) -> None:
    page = shown(browser, size, f"{address}/nb/index.html")
    for door in page.locator(".db-way").all():
        expect(door).to_be_in_viewport(ratio=1)
    assert page.locator(".db-way").count() == 3
    for selector in ("h1", ".db-lead", "#hva-passer", ".db-card-title >> nth=0"):
        assert bottom(page, selector) <= size[1], selector


def test_the_first_screen_of_a_programme_holds_what_people_decide_by(
    browser: Browser, address: str, edition: Edition
) -> None:
    page = shown(browser, PHONE, f"{address}/nb/index.html")
    for programme in edition.programmes:
        page.goto(f"{address}/nb/{programme.id}/index.html")
        assert page.locator(".db-first .md-button").count() == 3, programme.id
        # For whom, how many (or what it is), how long.
        assert bottom(page, ".db-facts > div >> nth=2") <= PHONE[1], programme.id


def test_a_door_leads_to_what_every_programme_has_behind_it(
    browser: Browser, address: str, edition: Edition
) -> None:
    page = shown(browser, PHONE, f"{address}/nb/index.html")
    for number, door in enumerate(edition.book.doors):
        page.goto(f"{address}/nb/index.html")
        page.locator(".db-way").nth(number).click()
        expect(page.locator("h1")).to_contain_text(str(door.title))
        for programme in edition.programmes:
            way = doorways(edition, programme)[number]
            for record in way.pages:
                assert page.locator(f'.db-card a[href$="#{record.id}"]').count() == 1, record.id
        # No dead end: the other doors are here, too.
        assert page.locator(".db-way").count() == 2


def test_buttons_do_what_they_say(browser: Browser, address: str, edition: Edition) -> None:
    page = shown(browser, PHONE, f"{address}/nb/index.html")
    for programme in edition.programmes:
        script = main_script(edition, programme)
        page.goto(f"{address}/nb/{programme.id}/index.html")
        run, print_, fill = page.locator(".db-first .md-button").all()
        if script:
            answer = page.request.get(f"{address}/nb/{programme.id}/{print_.get_attribute('href')}")
            assert answer.body().startswith(b"%PDF")
            expect(print_).to_have_text(re.compile(r"møtepakken PDF · \d+ sider · "))
            fill.click()
            expect(page.locator(".db-fill").first).to_be_visible()
            page.go_back()
        run.click()
        if script:
            page.wait_for_url("**/*.meeting.html")
            expect(page.get_by_role("heading", level=1)).to_be_visible()
        else:
            expect(page.locator(".db-door:has(h2:target)")).to_be_in_viewport()


def test_home_doors_and_programmes_need_no_sideways_scroll(
    browser: Browser, address: str, arabic: str, edition: Edition
) -> None:
    names = ["index.html", *(f"{door.id}.html" for door in edition.book.doors)]
    names += [f"{programme.id}/index.html" for programme in edition.programmes]
    pages = [f"{address}/nb/{name}" for name in names]
    pages += [f"{arabic}/{name}" for name in ("index.html", "for-alle.html", "prove/index.html")]
    page = shown(browser, ZOOMED, pages[0])
    for name in pages:
        page.goto(name)
        assert page.evaluate("document.documentElement.scrollWidth") == ZOOMED[0], name


def test_a_door_opens_towards_the_end_of_its_line(browser: Browser, arabic: str) -> None:
    page = shown(browser, PHONE, f"{arabic}/index.html")
    assert page.evaluate("document.documentElement.dir || document.body.dir") == "rtl"
    edges = page.locator(".db-way").evaluate(
        "e => { const s = getComputedStyle(e); return [s.borderRightWidth, s.borderLeftWidth] }"
    )
    assert float(edges[0][:-2]) > float(edges[1][:-2])


def test_nothing_moves_while_home_loads(browser: Browser, address: str) -> None:
    page = shown(browser, PHONE, f"{address}/nb/index.html")
    moved = page.evaluate(
        """() => new Promise(done => new PerformanceObserver(list =>
             done(list.getEntries().reduce((sum, e) => sum + e.value, 0))
           ).observe({type: "layout-shift", buffered: true}) || setTimeout(() => done(0), 500))"""
    )
    assert moved < 0.1
