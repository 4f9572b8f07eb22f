"""The headers that a site asks its host for: written once, and enough for all that a page does."""

import re
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest
from playwright.sync_api import Browser, Page, expect

from dreiebok.website.headers import content_security_policy, header_files, inline_scripts
from tests import test_site_in_browser as site_tests
from tests.projects import BOOKS, ROOT, build, copy_book
from tests.serving import guarded, headers_of, served
from tests.test_site_in_browser import Witness

browser = site_tests.browser
REPORTS = """
window.refused = [];
addEventListener("securitypolicyviolation",
  (event) => refused.push(`${event.violatedDirective} ${event.blockedURI}`));
"""
"""Writes down what the policy refuses, whether or not the browser tells it anywhere else."""


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site of a tiny book with meeting mode, in two languages, one from right to left."""
    folder = copy_book("minimal", tmp_path_factory.mktemp("headers"))
    script = (BOOKS / "meeting" / "manus.yml").read_bytes()
    (folder / "content" / "manus.yml").write_bytes(script)
    catalogs = folder / "content" / "locale" / "ar"
    catalogs.mkdir(parents=True)
    (catalogs / "common.po").write_bytes((ROOT / "content/locale/ar/common.po").read_bytes())
    assert build(folder, "--only", "website", "--language", "nb", "--language", "ar") == 0
    return folder / "site"


@pytest.fixture(scope="module")
def address(book: Path) -> Iterator[str]:
    """The site at the top of a host that sends the headers it asks for."""
    with served(book, guarded(book)) as address:
        yield address


@pytest.fixture
def witness(browser: Browser, address: str) -> Iterator[Witness]:
    opened = Witness(browser, address)
    opened.page.add_init_script(REPORTS)
    yield opened
    assert (opened.strangers, opened.complaints) == ([], [])
    opened.context.close()


def refused(page: Page) -> list[str]:
    found: list[str] = page.evaluate("refused")
    return found


def test_our_pages_need_no_script_and_no_style_but_files(book: Path) -> None:
    policy = headers_of(book)["Content-Security-Policy"]
    # The page for wrong addresses cannot know where its files are, so its script stands in it.
    assert len(inline_scripts((book / "404.html").read_bytes())) == 1
    assert policy.count("'sha256-") == 1
    assert "unsafe" not in policy
    assert policy.startswith("default-src 'none'; script-src 'self' 'sha256-")
    assert "; style-src 'self'; " in policy


def test_a_script_of_a_template_is_allowed_by_its_hash_and_no_other_runs(
    browser: Browser, tmp_path: Path
) -> None:
    # Line ends of Windows, letters beyond ASCII and data beside it.
    own = "document.title =\r\n 'Ærlig'"
    page = f"""<!doctype html><meta charset="utf-8"><title>x</title><SCRIPT>{own}</SCRIPT>
      <script type="application/json">{{"a": 1}}</script><script src="a.js"></script>"""
    assert inline_scripts(page.encode()) == {own.encode()}
    files = header_files(inline_scripts(page.encode()))
    assert files["_headers"].count(b"'sha256-") == 1
    for path, data in files.items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_bytes(data)
    foreign = (
        "<script>document.title = 'foreign'</script>"
        "<p onclick='document.title = 7' style='color: red'>click me"
    )
    (tmp_path / "own.html").write_bytes((page + foreign).encode())
    (tmp_path / "a.js").touch()
    with served(tmp_path, guarded(tmp_path)) as address:
        opened = browser.new_page()
        opened.add_init_script(REPORTS)
        opened.goto(f"{address}/own.html")
        expect(opened).to_have_title("Ærlig")
        # Chromium judges a handler when its event comes; older ones did when they read it.
        opened.get_by_text("click me").click()
        # A refusal is told in a task of its own, which may come after the answer to the click.
        opened.wait_for_function("refused.length >= 3")
        said = sorted(found.split()[0] for found in refused(opened))
        assert said == ["script-src-attr", "script-src-elem", "style-src-attr"]
        expect(opened).to_have_title("Ærlig")
        opened.close()


def test_every_web_server_is_told_the_same(book: Path) -> None:
    wanted = headers_of(book)
    assert set(wanted) == {
        "Content-Security-Policy", "Permissions-Policy",
        "Referrer-Policy", "X-Content-Type-Options",
    }  # fmt: skip
    nginx = (book / "hosting/nginx.conf").read_text(encoding="utf-8")
    assert dict(re.findall(r'^add_header (\S+) "(.*)" always;$', nginx, re.M)) == wanted
    apache = (book / "hosting/htaccess").read_text(encoding="utf-8")
    assert dict(re.findall(r'^Header always set (\S+) "(.*)"$', apache, re.M)) == wanted
    iis = ElementTree.parse(book / "hosting/web.config").iter("add")
    assert {one.get("name"): one.get("value") for one in iis} == wanted


KINDS = (
    "index.html", "nb/index.html", "nb/prove/index.html", "nb/prove/manus.html",
    "nb/prove/regler.html", "nb/prove/fallgruver.html", "nb/prove/kapittel.html",
    "nb/prove/skjema.html", "nb/prove/manus.meeting.html", "nb/downloads.html", "nb/glossary.html",
    "nb/sources.html", "ar/index.html", "ar/prove/manus.meeting.html",
)  # fmt: skip


def test_no_kind_of_page_asks_for_more_than_it_may(witness: Witness, address: str) -> None:
    for name in KINDS:
        witness.page.goto(f"{address}/{name}", wait_until="load")
        assert refused(witness.page) == [], name
        # A handler in an attribute is refused only when its event comes.
        handlers = (
            "[...document.all].flatMap((e) => e.getAttributeNames()).filter((a) => /^on/.test(a))"
        )
        assert witness.page.evaluate(handlers) == [], name


def test_the_page_for_what_is_not_there_asks_for_no_more_either(
    browser: Browser, book: Path
) -> None:
    with served(book / "nb", guarded(book)) as address:
        opened = Witness(browser, address)
        opened.page.add_init_script(REPORTS)
        opened.page.goto(f"{address}/404.html", wait_until="networkidle")
        expect(opened.page.locator("h1")).to_be_visible()
        assert (opened.strangers, refused(opened.page)) == ([], [])
        opened.context.close()


def test_search_answers_and_marks_what_was_asked_for(witness: Witness, address: str) -> None:
    page = witness.page
    page.goto(f"{address}/nb/prove/manus.html")
    page.keyboard.press("Control+k")
    page.locator(".md-search__input").press_sequentially("avsnitt")
    # Not those of the letters before the last: Enter would open one of them.
    page.locator(".md-search-result__link[href*='h=avsn']").first.wait_for()
    page.keyboard.press("Enter")
    page.wait_for_url("**/kapittel.html?h=avsn*")
    expect(page.locator("article mark").first).to_have_text(re.compile("avsn", re.IGNORECASE))
    assert refused(page) == []


def test_colours_are_kept_when_they_were_chosen_and_nothing_else_is(
    witness: Witness, address: str
) -> None:
    page, body = witness.page, witness.page.locator("body")
    kept = (
        "Object.entries({...localStorage, ...sessionStorage}).map(([k, v]) => [k, JSON.parse(v)])"
    )
    page.goto(f"{address}/nb/index.html")
    page.goto(f"{address}/nb/om.html")
    expect(body).to_have_attribute("data-md-color-scheme", "default")
    assert page.evaluate(kept) == []
    page.locator("label[for=__palette_1]:visible").click()
    expect(body).to_have_attribute("data-md-color-scheme", "slate")
    media = "(prefers-color-scheme: dark)"
    colour = {"media": media, "scheme": "slate", "primary": "custom", "accent": "custom"}
    assert page.evaluate(kept) == [["/nb/.__palette", {"index": 1, "color": colour}]]
    for name in ("nb/index.html", "nb/prove/manus.meeting.html"):
        page.goto(f"{address}/{name}")
        expect(body).to_have_attribute("data-md-color-scheme", "slate")
    assert witness.context.cookies() == []


def test_an_open_page_follows_the_machines_colours_until_some_are_chosen(
    witness: Witness, address: str
) -> None:
    page, body = witness.page, witness.page.locator("body")
    page.goto(f"{address}/nb/index.html")
    for machine, shown in (("dark", "slate"), ("light", "default"), ("dark", "slate")):
        page.emulate_media(color_scheme=machine)  # type: ignore[arg-type]
        expect(body).to_have_attribute("data-md-color-scheme", shown)
        # The button leads to the other one.
        other = {"slate": "__palette_0", "default": "__palette_1"}[shown]
        expect(page.locator(f"label[for={other}]")).to_be_visible()
    assert page.evaluate("localStorage.length") == 0
    page.locator("label[for=__palette_0]:visible").click()
    expect(body).to_have_attribute("data-md-color-scheme", "default")
    page.emulate_media(color_scheme="light")
    page.emulate_media(color_scheme="dark")
    page.wait_for_timeout(300)
    expect(body).to_have_attribute("data-md-color-scheme", "default")
    assert witness.complaints == []


def test_the_colours_stand_before_the_page_is_drawn(browser: Browser, address: str) -> None:
    context = browser.new_context(color_scheme="dark")
    page = context.new_page()
    # Material's own script, which would set them at last, does not come.
    page.route("**/bundle.*.js", lambda route: route.abort())
    page.goto(f"{address}/nb/index.html")
    expect(page.locator("body")).to_have_attribute("data-md-color-scheme", "slate")
    context.close()


@pytest.mark.parametrize("kept", ["{", "null", "7", '{"index": 9}', '{"color": {"x y": 1}}'])
def test_what_somebody_else_kept_does_no_harm(kept: str, witness: Witness, address: str) -> None:
    page = witness.page
    page.add_init_script(f"localStorage.setItem('/nb/.__palette', {kept!r})")
    page.goto(f"{address}/nb/index.html")
    expect(page.locator("body")).to_have_attribute(
        "data-md-color-scheme", re.compile("^(default|slate)$")
    )
    witness.complaints.clear()


def test_a_browser_without_storage_shows_the_page(browser: Browser, address: str) -> None:
    witness = Witness(browser, address)
    witness.page.add_init_script(
        "Object.defineProperty(window, 'localStorage', {get() { throw new Error('off'); }})"
    )
    witness.page.goto(f"{address}/nb/index.html")
    witness.page.locator("label[for=__palette_1]:visible").click()
    expect(witness.page.locator("body")).to_have_attribute("data-md-color-scheme", "slate")
    assert witness.complaints == []
    witness.context.close()


def test_the_language_can_be_changed(witness: Witness, address: str) -> None:
    page = witness.page
    page.goto(f"{address}/nb/index.html")
    page.locator(".md-select button, .md-select .md-header__button").first.hover()
    page.locator(".md-select__link[hreflang=ar]").click()
    page.wait_for_url("**/ar/**")
    expect(page.locator("html")).to_have_attribute("lang", "ar")
    assert refused(page) == []


def test_meeting_mode_runs_and_works_without_a_network(witness: Witness, address: str) -> None:
    page = witness.page
    page.goto(f"{address}/nb/prove/manus.meeting.html")
    page.wait_for_function("navigator.serviceWorker?.ready.then(() => true)")
    page.locator("[type=submit]").click()
    expect(page.locator("h2:visible").first).to_have_text("Siden sist")
    page.keyboard.press("ArrowRight")
    expect(page.locator("h2:visible").first).to_contain_text("Fortelling")
    assert refused(page) == []


def test_a_form_that_is_sent_goes_nowhere(browser: Browser, address: str) -> None:
    """Also where our scripts do not run and the browser would send it."""
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}/nb/index.html")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.evaluate("document.forms.search.submit()")
    page.wait_for_timeout(200)
    assert [url for url in asked if "?" in url] == []
    context.close()


def test_nobody_shows_the_site_inside_their_own(
    browser: Browser, address: str, tmp_path: Path
) -> None:
    (tmp_path / "index.html").write_text(f'<iframe src="{address}/nb/index.html"></iframe>')
    with served(tmp_path) as elsewhere:
        page = browser.new_page()
        page.goto(f"{elsewhere}/index.html", wait_until="load")
        assert "db-" not in page.frames[1].content()
        page.close()


ASKED = re.compile(
    r"""<(?:img|script|iframe|source|video|audio|embed|object|track|input|use|image)\b[^>]*?"""
    r"""\s(?:src|srcset|data|poster|href|xlink:href)\s*=\s*["']?\s*(?:\w+:)?//"""
    r"""|<(?:form|button)\b[^>]*?\s(?:form)?action\s*=\s*["']?\s*(?:\w+:)?//"""
    r"""|url\(\s*["']?\s*(?:\w+:)?//|@import""",
    re.IGNORECASE,
)
LINKED = re.compile(r"<link\b[^>]*>", re.IGNORECASE)
FETCHED = re.compile(
    r"""(?:fetch|importScripts|import|open|Worker|EventSource|WebSocket)\(["'`]\w+:?//"""
)


def strangers_in(path: Path) -> list[str]:
    """Return what a file asks another host for; plain links, which a reader may follow, none."""
    text = path.read_text(encoding="utf-8")
    found = [match.group()[:120] for match in ASKED.finditer(text)]
    for link in LINKED.findall(text) if path.suffix == ".html" else ():
        # A canonical address and those of other languages are told, not asked for.
        if re.search(r'href="(?:\w+:)?//', link) and not re.search(r"canonical|alternate", link):
            found.append(link)
    if path.suffix == ".js":
        found += FETCHED.findall(text)
    return found


def test_no_file_asks_another_host(site: Path) -> None:
    files = [path for path in site.rglob("*") if path.suffix in {".html", ".css", ".js", ".svg"}]
    assert len(files) > 200
    assert {path.name: strangers_in(path) for path in files if strangers_in(path)} == {}


@pytest.mark.parametrize(
    "asked",
    [
        '<img alt="" src="//x.example/a.png">', "<img src=https://x.example/a.png>",
        '<link rel="preconnect" href="https://x.example">', '<script src="http://x.example/a.js">',
        '<p style="background: url( //x.example)">', '<style>@import "a.css"</style>',
        '<form action="https://x.example">', '<img srcset="https://x.example/a 2x">',
    ],
)  # fmt: skip
def test_a_stranger_is_seen(asked: str, tmp_path: Path) -> None:
    path = tmp_path / "a.html"
    path.write_text(f'<a href="https://x.example">fine</a>{asked}', encoding="utf-8")
    assert len(strangers_in(path)) == 1


def test_no_page_holds_a_script_a_style_or_a_handler(site: Path) -> None:
    for path in site.rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        assert len(inline_scripts(text.encode())) == (path.name == "404.html"), path
        assert not re.search(r"<style|<[^<>]*\s(?:style|on[a-z]+)\s*=|javascript:", text), path
    scripts = set[bytes]().union(*(inline_scripts(p.read_bytes()) for p in site.rglob("*.html")))
    assert content_security_policy(scripts) == headers_of(site)["Content-Security-Policy"]
