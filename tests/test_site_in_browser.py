"""The finished site in a real Chromium: search, links, phones, the disk, no word to strangers."""

import re
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from html.parser import HTMLParser
from pathlib import Path, PurePosixPath
from urllib.parse import unquote

import pytest
from playwright.sync_api import Browser, Page, expect

from dreiebok.editions.edition import Edition
from tests.browsers import running_browser
from tests.serving import guarded, served

SCRIPT_PAGE = "nb/mestringsgruppe/dreiebok.html"


@pytest.fixture(scope="module")
def address(site: Path) -> Iterator[str]:
    """The site on a web server of this machine, under a path of its own, with its own headers."""
    with served(site.parent, guarded(site)) as address:
        yield f"{address}/{site.name}"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A browser for all tests of this file."""
    with running_browser() as started:
        yield started


class Witness:
    """Opens pages and writes down what they should not do."""

    def __init__(self, browser: Browser, origin: str, width: int = 1280, scheme: str = "light"):
        self.context = browser.new_context(
            viewport={"width": width, "height": 900},
            color_scheme="dark" if scheme == "dark" else "light",
        )
        self.page: Page = self.context.new_page()
        self.strangers: list[str] = []
        self.complaints: list[str] = []
        allowed = (origin, "data:", "blob:")
        self.page.on(
            "request",
            lambda r: None if r.url.startswith(allowed) else self.strangers.append(r.url),
        )
        self.page.on(
            "console",
            lambda m: self.complaints.append(m.text) if m.type in {"error", "warning"} else None,
        )
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))


def html_pages(site: Path) -> list[str]:
    return sorted(
        path.relative_to(site).as_posix()
        for path in site.rglob("*.html")
        if path.name != "404.html" and path.parent != site  # that one leads on at once
    )


@pytest.mark.parametrize("where", ["server", "disk"])
def test_search_finds_the_magnifying_glass(
    where: str, browser: Browser, address: str, site: Path
) -> None:
    origin = address if where == "server" else site.as_uri()
    witness = Witness(browser, origin)
    page = witness.page
    page.goto(f"{origin}/index.html")
    page.wait_for_url("**/nb/index.html")
    page.keyboard.press("Control+k")
    page.locator(".md-search__input").press_sequentially("forstørrelsesglasset")
    hit = page.locator(
        f'.md-search-result__link[href*="{SCRIPT_PAGE.removeprefix("nb/")}?h=forst"]'
    )
    hit.first.click()
    page.wait_for_url(f"**/{SCRIPT_PAGE}*#mg-steg-4-forstorrelsesglasset")
    assert page.locator("#mg-steg-4-forstorrelsesglasset").is_visible()
    assert witness.strangers == []
    assert witness.complaints == []


def test_search_says_which_programme_a_hit_belongs_to(browser: Browser, address: str) -> None:
    page = Witness(browser, address).page
    page.goto(f"{address}/nb/index.html")
    page.keyboard.press("Control+k")
    page.locator(".md-search__input").press_sequentially("fallgruver")
    hits = page.locator(".md-search-result__item", has=page.locator(".md-tag"))
    hits.first.wait_for()
    of = {}
    for hit in hits.all():
        link = hit.locator(".md-search-result__link").first.get_attribute("href") or ""
        of[link.split("/nb/")[1].split("/")[0]] = hit.locator(".md-tag").first.inner_text()
    assert of["mestringsgruppe"] == "Mestringsgruppe"
    assert of["lederguide"] == "Lederguide for mestring"


def test_script_forms_and_start_are_two_clicks_from_home(
    browser: Browser, address: str, edition: Edition
) -> None:
    page = Witness(browser, address).page
    for programme in edition.programmes:
        forms = edition.forms_of(programme)
        start = next(m.pages[0] for m in programme.menu if m.title == "Starte")
        for wanted in (edition.scripts_of(programme)[0].id, forms[0].id, start):
            page.goto(f"{address}/nb/index.html")
            page.locator(f'.db-card a[href^="{programme.id}/"]').first.click()
            page.locator(f'.db-door a[href$="#{wanted}"]').click()
            expect(page.locator(f"#{wanted}").first).to_be_visible()


SWEEPS = (("server", "light", "default"), ("disk", "dark", "slate"))
"""From where pages are fetched, the system's colours, and those that pages then have."""
WIDTHS = (390, 1280)


def sweep(origin: str, scheme: str, palette: str, pages: list[str]) -> list[str]:
    """Open pages in a browser of this thread's own; return what is not as it should be.

    Each comes in the width that the one before has left, and takes the other one then.
    """
    found = []
    with running_browser(light=True) as browser:
        witness = Witness(browser, origin, WIDTHS[0], scheme)
        page, widths = witness.page, list(WIDTHS)
        for name in pages:
            page.goto(f"{origin}/{name}", wait_until="load")
            shown = page.locator("body").get_attribute("data-md-color-scheme")
            if shown != palette:
                found.append(f"{name} has the colours {shown}")
            for width in widths:
                if width != widths[0]:
                    page.set_viewport_size({"width": width, "height": 900})
                wide = page.evaluate("document.documentElement.scrollWidth")
                if wide > width:
                    found.append(f"{name} is {wide} px wide")
            widths.reverse()
        return [*found, *witness.strangers, *witness.complaints]


@pytest.fixture(scope="module")
def sweeps(address: str, site: Path) -> Iterator[dict[str, Future[list[str]]]]:
    """All sweeps, at the same time: one browser keeps one core busy."""
    pages = html_pages(site)
    assert len(pages) > 150
    with ThreadPoolExecutor(len(SWEEPS)) as threads:
        yield {
            where: threads.submit(
                sweep,
                address if where == "server" else site.as_uri(),
                scheme,
                palette,
                pages,
            )
            for where, scheme, palette in SWEEPS
        }


@pytest.mark.parametrize("where", [where for where, *_ in SWEEPS])
def test_every_page_is_quiet_and_fits(where: str, sweeps: dict[str, Future[list[str]]]) -> None:
    assert sweeps[where].result() == []


def test_fonts_are_the_sites_own(browser: Browser, address: str) -> None:
    witness = Witness(browser, address)
    witness.page.goto(f"{address}/{SCRIPT_PAGE}")
    for family in ("Noto Sans", "Noto Serif"):
        witness.page.wait_for_function(
            "name => [...document.fonts].some("
            "f => f.family.replaceAll('\"', '') === name && f.status === 'loaded')",
            arg=family,
        )


def test_a_phone_gets_the_narrow_figure(browser: Browser, address: str) -> None:
    for width, shown in ((390, ".db-narrow"), (1280, ".db-wide")):
        witness = Witness(browser, address, width)
        witness.page.goto(f"{address}/nb/mestringsgruppe/index.html")
        assert witness.page.locator(f"{shown} svg").is_visible()
        visible = [s for s in witness.page.locator(".db-figure svg").all() if s.is_visible()]
        assert len(visible) == 1


def test_a_print_is_told_whether_it_is_outdated(browser: Browser, address: str) -> None:
    witness = Witness(browser, address)
    page, step = witness.page, "mg-steg-4-forstorrelsesglasset"
    page.goto(f"{address}/nb/downloads.html")
    expect(page.get_by_label("Er utskriften din gammel?")).to_be_visible()
    code = page.evaluate(f"dreiebokPrints.texts['{step}'][0]")
    note = page.locator(".db-print-note")
    for printed, answer in ((code, "er den samme i dag"), ("0000", "er endret siden")):
        page.goto("about:blank")
        page.goto(f"{address}/{SCRIPT_PAGE}#{step}~2025.3~{printed}")
        expect(note).to_contain_text(answer)
        expect(note).to_contain_text("2025.3")
        # The step is shown, and the address is one to keep.
        expect(page.locator(f"#{step}")).to_be_in_viewport()
        assert page.url.endswith(f"#{step}")
    assert (witness.strangers, witness.complaints) == ([], [])


def test_a_mark_that_no_print_carries_changes_nothing(browser: Browser, address: str) -> None:
    witness = Witness(browser, address)
    for mark in ("nei~2026.1~AAAA", "mg-steg-1-status~<b>x</b>~AAAA", "%E0%A4%A", "a~b"):
        witness.page.goto("about:blank")
        witness.page.goto(f"{address}/{SCRIPT_PAGE}#{mark}")
        witness.page.wait_for_load_state("networkidle")
        assert witness.page.locator(".db-print-note b").count() == 0
    for mark in ("RING 815 49 300 NÅ", "$'", "$%60"):
        witness.page.goto("about:blank")
        witness.page.goto(f"{address}/{SCRIPT_PAGE}#mg-steg-1-status~{mark}~AAAA")
        expect(witness.page.locator(".db-print-note")).to_contain_text("utskriften din (…)")
    assert (witness.strangers, witness.complaints) == ([], [])


@pytest.mark.parametrize("disk", [False, True], ids=["server", "disk"])
def test_a_code_typed_by_hand_is_looked_up(
    browser: Browser, address: str, site: Path, disk: bool
) -> None:
    witness = Witness(browser, address)
    page, step = witness.page, "mg-steg-4-forstorrelsesglasset"
    page.goto(f"{site.as_uri() if disk else address}/nb/downloads.html")
    page.wait_for_function("window.dreiebokPrints")
    code = page.evaluate(f"dreiebokPrints.texts['{step}'][0]")
    field, answer = page.get_by_label("Er utskriften din gammel?"), page.locator("output")
    field.fill(f"mg-4 · {code.lower()}")
    page.get_by_role("button", name="Sjekk koden").click()
    expect(answer).to_contain_text("Utskriften stemmer med teksten i")
    expect(answer.get_by_role("link")).to_have_attribute(
        "href", f"mestringsgruppe/dreiebok.html#{step}"
    )
    field.fill("uuuu")
    field.press("Enter")
    expect(answer).to_contain_text("Ingen tekst i")


def test_a_download_says_what_it_is_and_is_there(
    browser: Browser, address: str, site: Path
) -> None:
    witness = Witness(browser, address)
    witness.page.goto(f"{address}/nb/downloads.html")
    links = witness.page.locator(".db-download").all()
    assert len(links) == len(list((site / "nb/print").rglob("*.pdf")))
    for link in links:
        expect(link).to_have_text(re.compile(r"PDF · \d+ sider? · [\d,]+\s[kM]B"))
        answer = witness.context.request.get(f"{address}/nb/{link.get_attribute('href')}")
        assert answer.body().startswith(b"%PDF")


class Outline(HTMLParser):
    """Collects what the file checks look at."""

    def __init__(self) -> None:
        super().__init__()
        self.language = ""
        self.headings: list[int] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.sources: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if tag == "html":
            self.language = found.get("lang") or ""
        if re.fullmatch(r"h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if found.get("id"):
            self.ids.append(str(found["id"]))
        if tag == "a" and found.get("href"):
            self.links.append(str(found["href"]))
        if tag in {"script", "img", "link", "iframe", "source"}:
            self.sources.append(str(found.get("src") or found.get("href") or ""))


@pytest.fixture(scope="module")
def outlines(site: Path) -> dict[str, Outline]:
    found = {}
    for path in sorted(site.rglob("*.html")):
        outline = Outline()
        outline.feed(path.read_text(encoding="utf-8"))
        found[path.relative_to(site).as_posix()] = outline
    return found


def test_every_link_and_anchor_in_the_site_exists(outlines: dict[str, Outline], site: Path) -> None:
    count = 0
    for name, outline in outlines.items():
        if name.endswith("404.html"):
            continue  # Its links are absolute: nobody knows where it will be shown.
        for link in outline.links:
            if re.match(r"https?:|mailto:", link):
                continue
            path, _, anchor = unquote(link).partition("#")
            target = name
            if path:
                parts: list[str] = []
                for part in (*PurePosixPath(name).parent.parts, *PurePosixPath(path).parts):
                    if part == "..":
                        parts.pop()
                    elif part != ".":
                        parts.append(part)
                target = "/".join(parts)
            assert (site / target).is_file(), f"{name}: {link}"
            if anchor and not anchor.startswith("__"):
                assert anchor in outlines[target].ids, f"{name}: {link}"
            count += 1
    assert count > 500


def test_pages_have_a_language_one_title_and_no_skipped_heading(
    outlines: dict[str, Outline],
) -> None:
    for name, outline in outlines.items():
        assert outline.language == "nb", name
        assert outline.headings.count(1) == 1, name
        for first, second in zip(outline.headings, outline.headings[1:], strict=False):
            assert second <= first + 1, f"{name}: {outline.headings}"


def test_ids_are_unique_on_every_page(outlines: dict[str, Outline]) -> None:
    for name, outline in outlines.items():
        doubled = {i for i in outline.ids if outline.ids.count(i) > 1}
        assert doubled == set(), name


def test_no_file_names_another_host(outlines: dict[str, Outline]) -> None:
    for name, outline in outlines.items():
        assert not [s for s in outline.sources if re.match(r"(https?:)?//", s)], name
