"""One page in many languages: the switch, the addresses for search engines, the wrong address."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from xml.etree import ElementTree

import pytest
from playwright.sync_api import Browser, Page, expect

from dreiebok.website.crawlers import crawler_files
from tests.browsers import running_browser
from tests.projects import build, copy_book
from tests.serving import QuietHandler, served
from tests.test_site_in_browser import Witness

ADDRESS = "https://guide.example/hos/oss/"
XHTML = "{http://www.w3.org/1999/xhtml}link"
LOC = "{http://www.sitemaps.org/schemas/sitemap/0.9}loc"
SCRIPT = "prove/manus"


class NotFoundHandler(QuietHandler):
    """Shows the 404.html of the folder `hos/oss`, as hosts of static sites do."""

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        data = Path(self.directory, "hos/oss/404.html").read_bytes()
        self.send_response(code)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(data)


def book(folder: Path, *, address: bool) -> Path:
    """Build a tiny book in two languages for the path `hos/oss`; return its site."""
    project = copy_book("minimal", folder / "book")
    if address:
        settings = f"name: Hos oss\naddress: {ADDRESS}\n"
        (project / "organisation.yml").write_text(settings, encoding="utf-8")
    output = folder / "host" / "hos" / "oss"
    languages = ("--language", "nb", "--language", "qps")
    assert build(project, *languages, "--only", "website", "--jobs", "1", output=output) == 0
    return output


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return book(tmp_path_factory.mktemp("plain"), address=False)


@pytest.fixture(scope="module")
def addressed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return book(tmp_path_factory.mktemp("addressed"), address=True)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with running_browser() as started:
        yield started


@pytest.fixture(scope="module")
def host(plain: Path) -> Iterator[str]:
    with served(plain.parent.parent, NotFoundHandler) as address:
        yield f"{address}/hos/oss"


def switch(page: Page) -> None:
    """Change to the other language as a reader does."""
    page.locator(".md-select button").focus()
    page.locator('.md-select__link[hreflang="qps"]').click()


@pytest.mark.parametrize("where", ["server", "disk"])
def test_another_language_shows_the_same_place(
    where: str, browser: Browser, host: str, plain: Path
) -> None:
    top = host if where == "server" else plain.as_uri()
    page = browser.new_page()
    page.goto(f"{top}/nb/{SCRIPT}.html#pr-steg-2")
    switch(page)
    page.wait_for_url(f"{top}/qps/{SCRIPT}.html#pr-steg-2")
    expect(page.locator("#pr-steg-2")).to_be_in_viewport()
    page.goto(f"{top}/nb/downloads.html")
    switch(page)
    page.wait_for_url(f"{top}/qps/downloads.html")
    page.close()


def test_what_is_read_is_shown_without_an_anchor_in_the_address(
    browser: Browser, host: str
) -> None:
    page = browser.new_page(viewport={"width": 390, "height": 300})
    page.goto(f"{host}/nb/{SCRIPT}.html")
    page.locator("#pr-steg-2").evaluate("element => element.scrollIntoView()")
    switch(page)
    page.wait_for_url("**/qps/**#*")
    anchor = page.url.split("#")[1]
    expect(page.locator(f"#{anchor}")).to_be_in_viewport()
    page.close()


def test_the_switch_needs_no_script(browser: Browser, host: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{host}/nb/{SCRIPT}.html")
    switch(page)
    page.wait_for_url(f"{host}/qps/{SCRIPT}.html")
    context.close()


def test_a_meeting_goes_on_in_another_language(browser: Browser, host: str) -> None:
    page = browser.new_page()
    page.goto(f"{host}/nb/{SCRIPT}.meeting.html")
    page.locator("[type=submit]").click()
    page.keyboard.press("PageDown")
    title = page.locator(".m-step:not([hidden]) .m-ring span")
    expect(title).to_have_text("2")
    page.keyboard.press("Escape")
    page.locator('.m-languages a[hreflang="qps"]').click()
    page.wait_for_url(f"{host}/qps/{SCRIPT}.meeting.html")
    expect(title).to_have_text("2")
    page.close()


@pytest.mark.parametrize("depth", ["borte.html", "nb/borte.html", "qps/prove/a/b/borte.html"])
def test_a_wrong_address_leads_home_in_every_language(
    depth: str, browser: Browser, host: str
) -> None:
    page = browser.new_page()
    page.goto(f"{host}/{depth}")
    assert page.title().startswith("Siden finnes ikke")
    style = page.locator("link[rel=stylesheet]").evaluate("link => link.href")
    assert style == f"{host}/nb/assets/stylesheets/languages.css"
    links = page.locator("main a")
    assert links.evaluate_all("all => all.map((a) => a.href)") == [
        f"{host}/nb/index.html",
        f"{host}/qps/index.html",
    ]
    links.first.click()
    page.wait_for_url(f"{host}/nb/index.html")
    page.close()


def test_a_wrong_address_needs_no_script_where_the_guide_has_one(addressed: Path) -> None:
    for page in ("404.html", "nb/404.html", "qps/404.html"):
        html = (addressed / page).read_text(encoding="utf-8")
        assert 'href="/hos/oss/nb/index.html"' in html
        assert 'href="/hos/oss/qps/index.html"' in html
        assert 'name="robots" content="noindex"' in html


def test_a_page_names_itself_in_every_language(addressed: Path) -> None:
    html = (addressed / f"qps/{SCRIPT}.html").read_text(encoding="utf-8")
    for tag, folder in (("nb", "nb"), ("x-default", "nb"), ("qps", "qps")):
        href = f"{ADDRESS}{folder}/{SCRIPT}.html"
        assert f'<link rel="alternate " hreflang="{tag}" href="{href}">' in html
    assert f'<link rel="canonical" href="{ADDRESS}qps/{SCRIPT}.html">' in html


def test_a_page_asks_nobody_for_the_addresses_that_it_names(
    browser: Browser, addressed: Path
) -> None:
    # The theme's script would fetch a sitemap from each of them, from another host too.
    witness = Witness(browser, addressed.as_uri())
    witness.page.goto(f"{addressed.as_uri()}/nb/{SCRIPT}.html", wait_until="networkidle")
    assert (witness.strangers, witness.complaints) == ([], [])
    with served(addressed) as top:
        asked: list[str] = []
        witness.page.on("request", lambda request: asked.append(request.url))
        witness.page.goto(f"{top}/nb/{SCRIPT}.html", wait_until="networkidle")
    assert asked
    assert [address for address in asked if not address.startswith(f"{top}/nb/")] == []
    assert [address for address in asked if "sitemap" in address] == []


def test_without_an_address_there_are_none(plain: Path) -> None:
    html = (plain / f"nb/{SCRIPT}.html").read_text(encoding="utf-8")
    assert 'rel="canonical"' not in html
    assert 'rel="alternate " hreflang' not in html
    assert not (plain / "sitemap.xml").exists()
    assert not list(plain.glob("*/sitemap.xml*"))


def test_one_sitemap_names_every_page_in_every_language(addressed: Path) -> None:
    root = ElementTree.fromstring((addressed / "sitemap.xml").read_bytes())
    found = {str(entry.findtext(LOC)) for entry in root}
    pages = {
        f"{ADDRESS}{path.relative_to(addressed).as_posix()}"
        for path in addressed.glob("*/**/*.html")
        if path.name != "404.html" and not path.name.endswith(".meeting.html")
    }
    assert found == pages
    for entry in root:
        tags = {link.get("hreflang"): link.get("href") for link in entry.iter(XHTML)}
        assert tags.keys() == {"nb", "qps", "x-default"}
        assert set(tags.values()) <= pages
    # Robots look for it at the top of the host alone, and this guide lies further down.
    assert not (addressed / "robots.txt").exists()


def test_robots_are_led_to_the_sitemap_at_the_top_of_a_host() -> None:
    files = crawler_files("https://guide.example/", {"nb": ["index.html"]}, date(2026, 11, 21))
    assert files["robots.txt"].endswith(b"\nSitemap: https://guide.example/sitemap.xml\n")
    assert b"xhtml:link" not in files["sitemap.xml"]
    assert crawler_files("", {"nb": ["index.html"]}, date(2026, 11, 21)) == {}
