"""Texts from people we do not know: whatever they write is shown as letters, and runs nowhere.

Every text of a tiny book carries what breaks careless programs: once in its YAML, and once in its
catalogs. A clean build of the same book says which elements and attributes its pages have.
"""

import io
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pikepdf
import pytest
import yaml
from playwright.sync_api import Browser, Dialog, Page, expect

from dreiebok.building.loading import load_handbook
from dreiebok.building.reading import read_project
from dreiebok.building.translating import all_messages
from dreiebok.cli import main
from dreiebok.editions.catalogs import Entry, make_catalog
from dreiebok.editions.making import make_edition
from dreiebok.editions.messages import INTERFACE, Message
from dreiebok.editions.powriting import write_catalog
from dreiebok.press.documents import print_documents
from dreiebok.press.weasyprint_ import press
from dreiebok.problems import ExitCode
from dreiebok.sources.yaml_ import dump_yaml, parse_yaml, to_python
from tests import test_site_in_browser as site_tests
from tests.pressing import OPEN_PROFILE, TEMPLATES
from tests.projects import BOOKS, build, copy_book
from tests.serving import served
from tests.test_site_in_browser import Witness

browser = site_tests.browser
RUN = "window.pwned=1"
HOSTILE = (
    f"<script>{RUN}</script>", f"</script><script>{RUN}</script>", f"<!--><svg onload={RUN}>",
    f'"><img src=x onerror={RUN}>', f"' onmouseover='{RUN}", f'" autofocus onfocus="{RUN}',
    f"</textarea></title></style></option><iframe srcdoc='<script>top.{RUN}</script>'></iframe>",
    f'<a href="javascript:{RUN}">x</a>', f"<javascript:{RUN}>", f"![x](x\" onerror=\"{RUN})",
    f"&lt;script&gt;{RUN}&lt;/script&gt;", f"&#60;img src=x onerror={RUN}&#62;", "]]>", "-->",
    "{{ 50-1 }} {% raw %} {# x", f'{{: onclick="{RUN}" #pwned .pwned }}', "\\u003cscript\\u003e",
    f"\\[y](javascript:{RUN})", f'\\*y\\*{{: onclick="{RUN}" }}', f"!\\[y](x){{: onerror={RUN} }}",
    f"[x]: javascript:{RUN}", "[TOC]", "--8<-- \"mkdocs.yml\"", ":material-x:",
    "$(id) \\`", "@import", "\u2028# x", "\x85- x",
)  # fmt: skip
"""What HTML, Markdown and its extensions, Jinja, JSON and style sheets could take for their own."""
PAYLOAD = " ".join(HOSTILE)
NAME = f'A" onload="{RUN}" x=\' {{{{ 7*7 }}}} {{: onclick=x }} &lt;b&gt; [x](y) */'
"""For the names that may not have < and >."""
SETTINGS = {
    "name": NAME,
    "short": "A\" onload='x {{ 7 }} &lt",
    "contact": {"text": PAYLOAD, "email": "a@b.example", "address": NAME},
    "footer": PAYLOAD,
    "privacy": PAYLOAD,
    "publisher": NAME,
    "licence": NAME,
    "accessibility": "https://a.example/?a=%22onload=x&b='x",
    "series": {
        "programme": "prove", "start": date(2027, 3, 4), "time": "14:00", "minutes": 90,
        "interval": 1, "number": 2, "place": NAME,
    },
}  # fmt: skip
CLEAN = {
    "name": "A", "short": "A", "contact": {"text": "A", "email": "a@b.example", "address": "A"},
    "footer": "A", "privacy": "A", "publisher": "A", "licence": "A",
    "accessibility": "https://a.example/",
    "series": SETTINGS["series"] | {"place": "A"},  # type: ignore[operator]
}  # fmt: skip
FILE = '"><svg onload=window.pwned=1>.yml'
"""A file may be called so, but not with a slash."""
SHAPE = """() => [...document.querySelectorAll("*")]
  .filter((e) => !e.parentElement?.closest("svg"))
  .map((e) => [e.tagName,
    ...e.getAttributeNames().filter((name) => !["title", "style",
      ...(e.matches(".md-typeset__scrollwrap") ? ["aria-label", "role", "tabindex"] : []),
    ].includes(name)).sort()])
  .map((names) => names.join(" "))"""
"""Element and attribute names of a page as the browser has read it. A label of a figure has as many
lines as it needs; Material gives a title to what is too long, and a style to its side bars, and
keyboard.js a name to a table that must be scrolled."""
HARM = """() => [
  window.pwned ?? [],
  [...document.querySelectorAll("script:not([src]):not([type='application/json'])")],
  [...document.querySelectorAll("iframe, object, embed, base, .pwned, #pwned, [src='x']")],
  [...document.querySelectorAll("*")].filter(
    (e) => e.getAttributeNames().some((name) => /^on/.test(name))),
  [...document.querySelectorAll("[href], [src], [action], [formaction], [*|href]")].filter(
    (e) => /^\\s*(javascript|data|vbscript):/i.test(
      e.getAttribute("href") || e.getAttribute("src"))),
].flat().map((e) => e.outerHTML?.slice(0, 200) ?? "it ran")"""
"""What of a text has become more than letters."""


def translated(message: Message, change: Callable[[str], str]) -> Entry:
    texts = [message.text, message.plural] if message.plural else [message.text]
    words = tuple(change(text) for text in texts)
    forms = words if message.plural else ()
    return Entry(message.context, message.text, words[0], plural=message.plural, forms=forms)


def soil(value: Any, texts: set[str]) -> Any:
    """Return YAML's values with the payload behind every text that readers see."""
    if isinstance(value, dict):
        return {key: soil(inner, texts) for key, inner in value.items()}
    if isinstance(value, list):
        return [soil(inner, texts) for inner in value]
    return f"{value} {PAYLOAD}" if isinstance(value, str) and value in texts else value


def make_book(folder: Path, hostile: bool) -> Path:
    """Write a book in two languages, hostile in its files and, in the second, in its catalogs."""
    root = copy_book("minimal", folder)
    # The real form of the other book has every kind of field.
    form = (BOOKS / "every-kind/forms/skjema.yml").read_text(encoding="utf-8")
    form = form.replace("id: fe-", "id: pr-f-").replace("max_length: 40", "max_length: 500")
    (root / "forms/alle.yml").write_text(form, encoding="utf-8")
    menu = root / "content/programme.yml"
    text = menu.read_text(encoding="utf-8")
    menu.write_text(text.replace("pr-skjema]", "pr-skjema, pr-f-skjema]"), encoding="utf-8")
    (root / "content/manus.yml").write_bytes((BOOKS / "meeting/manus.yml").read_bytes())
    messages = all_messages(read_project(root))
    shown = {m.text for name, all_ in messages.items() if name != INTERFACE for m in all_}
    if hostile:
        for path in [*root.glob("content/*.yml"), *root.glob("forms/*.yml")]:
            values = soil(to_python(parse_yaml(path.read_bytes(), path.name)), shown)
            path.write_text(dump_yaml(values), encoding="utf-8")
        (root / "content/ord.yml").rename(root / "content" / FILE)
    for domain, found in all_messages(read_project(root)).items():
        path = root / f"content/locale/nn/{domain}.po"
        path.parent.mkdir(parents=True, exist_ok=True)
        end = f" {PAYLOAD}" if hostile else " A"
        entries = [translated(message, lambda text, end=end: text + end) for message in found]  # type: ignore[misc]
        path.write_bytes(write_catalog(make_catalog("nn", domain, entries), found, "x", date.min))
    settings = yaml.safe_dump(SETTINGS if hostile else CLEAN, allow_unicode=True)
    (root / "organisation.yml").write_text(settings, encoding="utf-8")
    return root


@dataclass(frozen=True)
class Books:
    """The same book twice: its sites, and the folder of the hostile one's sources."""

    hostile: Path
    clean: Path
    source: Path


@pytest.fixture(scope="module")
def books(tmp_path_factory: pytest.TempPathFactory) -> Books:
    made = [make_book(tmp_path_factory.mktemp("hostile"), hostile) for hostile in (True, False)]
    for root in made:
        assert build(root, "--only", "website", "--language", "nb", "--language", "nn") == 0
    return Books(made[0] / "site", made[1] / "site", made[0])


@pytest.fixture(scope="module")
def addresses(books: Books) -> Iterator[tuple[str, str]]:
    """Both sites on servers without the policy: escaping alone must hold."""
    with served(books.hostile) as hostile, served(books.clean) as clean:
        yield hostile, clean


@pytest.fixture
def page(browser: Browser, addresses: tuple[str, str]) -> Iterator[Page]:
    witness = Witness(browser, "http://127.0.0.1:")
    dialogs: list[str] = []

    def dismiss(dialog: Dialog) -> None:
        dialogs.append(dialog.message)
        dialog.dismiss()

    witness.page.on("dialog", dismiss)
    yield witness.page
    assert (dialogs, witness.strangers, witness.complaints) == ([], [], [])
    witness.context.close()


def harm(page: Page) -> list[str]:
    found: list[str] = page.evaluate(HARM)
    return found


def pages_of(site: Path) -> list[str]:
    found = sorted(p.relative_to(site).as_posix() for p in site.rglob("*.html"))
    return [name for name in found if name.count("/")]  # The first page leads on.


def test_a_hostile_text_changes_letters_and_no_element(
    page: Page, books: Books, addresses: tuple[str, str]
) -> None:
    names = pages_of(books.clean)
    assert pages_of(books.hostile) == names
    assert len(names) > 25
    shapes: dict[str, list[list[str]]] = {}
    for address in addresses:
        for name in names:
            if name.endswith("404.html"):
                continue  # Its files are not found below a folder; it shows no text of its own.
            page.goto(f"{address}/{name}", wait_until="load")
            assert harm(page) == [], name
            shapes.setdefault(name, []).append(page.evaluate(SHAPE))
    for name, (hostile, clean) in shapes.items():
        assert hostile == clean, name


def test_letters_are_all_there(books: Books) -> None:
    """Nothing is taken out either: a reader sees what was written."""
    html = (books.hostile / "nb/prove/regler.html").read_text(encoding="utf-8")
    assert "&lt;script&gt;window.pwned=1&lt;/script&gt;" in html
    assert "49" not in re.sub(r"<[^>]*>", "", html), "a template has reckoned"


def test_search_shows_hostile_words_as_words(page: Page, addresses: tuple[str, str]) -> None:
    page.goto(f"{addresses[0]}/nn/index.html")
    page.keyboard.press("Control+k")
    page.locator(".md-search__input").press_sequentially("pwned")
    # Not those of the letters before the last: Enter would open one of them.
    page.locator(".md-search-result__link[href*='h=pwned']").first.wait_for()
    assert harm(page) == []
    page.keyboard.press("Enter")
    page.wait_for_url("**h=pwned*")
    assert harm(page) == []


@pytest.mark.parametrize("locale", ["nb", "nn"])
def test_meeting_mode_shows_hostile_steps_as_words(
    locale: str, page: Page, addresses: tuple[str, str]
) -> None:
    page.goto(f"{addresses[0]}/{locale}/prove/manus.meeting.html")
    page.locator(".m-more summary").click()
    page.locator("[name=initials]").fill("<img/src=x/onerror=window.pwned=1> A")
    page.locator("[type=submit]").click()
    for _ in range(12):
        assert harm(page) == []
        if not page.locator("[data-do=next]").is_visible():
            break
        page.locator("[data-do=next]").click()
    expect(page.locator(".m-end")).to_be_visible()


@pytest.mark.parametrize("locale", ["nb", "nn"])
def test_a_form_names_hostile_questions_as_words(
    locale: str, page: Page, addresses: tuple[str, str]
) -> None:
    page.goto(f"{addresses[0]}/{locale}/downloads.html#{RUN}~<img src=x onerror={RUN}>~AAAA")
    assert harm(page) == []
    page.get_by_role("searchbox").or_(page.locator("[data-db-print-check] input")).first.fill(
        HOSTILE[3]
    )
    page.locator("[data-db-print-check] button").click()
    assert harm(page) == []


@pytest.mark.parametrize(
    "text",
    ["[x](javascript:window.pwned=1)", "[x](JaVaScRiPt:x)", "[x](data:text/html,x)",
     "[x](vbscript:x)", "[x](&#106;avascript:x)", "[x](//x.example)", "[x](<java\tscript:x>)"],
)  # fmt: skip
def test_a_link_that_would_run_stops_the_build(
    text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = copy_book("minimal", tmp_path)
    page = root / "content/om.yml"
    source = page.read_text(encoding="utf-8")
    page.write_text(f"{source}  - text: {json.dumps(text)}\n", encoding="utf-8")
    assert main(["check", "--source", str(root)]) == ExitCode.PROBLEMS
    told = capsys.readouterr()
    assert re.search(r"content/om\.yml:7:\d+: error: .*\[[a-z-]+\]", told.out + told.err)


def test_a_translated_link_that_would_run_is_no_link(tmp_path: Path) -> None:
    """A catalog's slip must not stop a build, so here the words alone are shown."""
    root = copy_book("minimal", tmp_path)
    messages = all_messages(read_project(root))
    for domain, found in messages.items():
        path = root / f"content/locale/nn/{domain}.po"
        path.parent.mkdir(parents=True, exist_ok=True)
        entries = [translated(m, lambda t: f"{t} [x](javascript:{RUN}) [y](data:a)") for m in found]
        path.write_bytes(write_catalog(make_catalog("nn", domain, entries), found, "x", date.min))
    assert build(root, "--only", "website", "--language", "nn") == 0
    for path in (root / "site").rglob("*.html"):
        assert not re.search(r"""(href|src)=["']?(javascript|data):""", path.read_text("utf-8")), (
            path
        )


FORBIDDEN = {"/JS", "/JavaScript", "/AA", "/OpenAction", "/Launch", "/SubmitForm", "/ImportData",
             "/EmbeddedFiles", "/RichMedia"}  # fmt: skip


def keys_in(data: bytes) -> set[str]:
    """Return every key and name of a PDF's objects."""
    found: set[str] = set()
    with pikepdf.open(io.BytesIO(data)) as pdf:
        for thing in pdf.objects:
            if isinstance(thing, pikepdf.Dictionary | pikepdf.Stream):
                found |= set(thing.keys())
                found |= {str(v) for v in thing.values() if isinstance(v, pikepdf.Name)}
    return found


@OPEN_PROFILE
def test_a_pdf_of_hostile_words_runs_nothing(books: Books) -> None:
    project = read_project(books.source)
    handbook, problems = load_handbook(project)
    assert problems == ()
    documents, wrong = print_documents(make_edition(handbook), project.templates)
    assert wrong == ()
    # A handbook of such words takes long; forms are what readers write in, and have the fields.
    forms = [d for d in documents if d.kind == "form" and not d.pieces][:1]
    assert forms
    for document in forms:
        data = press(document, TEMPLATES).data
        if not data:
            continue  # So long a word does not fit, which is told.
        assert keys_in(data) & FORBIDDEN == set(), document.path
