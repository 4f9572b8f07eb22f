"""Languages whose locale names a region, and one that neither the theme nor CLDR knows: Kven."""

import re
from collections.abc import Iterator
from pathlib import Path

import pikepdf
import pytest
from playwright.sync_api import Browser, expect

from dreiebok.cli import main
from dreiebok.model.base import Text
from dreiebok.templating import in_language
from tests import test_site_in_browser as site_tests
from tests.projects import build, copy_book
from tests.serving import served
from tests.test_site_in_browser import Witness, html_pages

browser = site_tests.browser
LOCALES = ("nb", "pt_BR", "fkv")
TAGS = {"nb", "pt-BR", "fkv"}
TOLD = re.compile(r'(?:xml:lang|hreflang|\blang)="([^"]*)"')


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site of a tiny book with its prints; cards and forms in bokmål and Portuguese too."""
    folder = copy_book("minimal", tmp_path_factory.mktemp("regional") / "book")
    settings = "name: Hos oss\naddress: https://guide.example/\n"
    (folder / "organisation.yml").write_text(settings, encoding="utf-8")
    for locale in LOCALES[1:]:
        assert main(["translate", "add", locale, "--source", str(folder), "--quiet"]) == 0
    languages = [part for locale in LOCALES for part in ("--language", locale)]
    assert build(folder, *languages, "--with", "pt_BR", "--jobs", "1") == 0
    return folder / "site"


@pytest.fixture
def witness(browser: Browser, site: Path) -> Iterator[Witness]:
    with served(site) as address:
        opened = Witness(browser, address)
        opened.page.goto(f"{address}/nb/index.html")
        yield opened
        assert (opened.strangers, opened.complaints) == ([], [])
        opened.context.close()


def test_a_page_says_its_language_as_browsers_know_it(site: Path) -> None:
    for locale, tag in zip(LOCALES, ("nb", "pt-BR", "fkv"), strict=True):
        pages = [name for name in html_pages(site) if name.startswith(f"{locale}/")]
        assert len(pages) > 10
        for name in pages:
            html = (site / name).read_text(encoding="utf-8")
            assert f'<html lang="{tag}"' in html, name


def test_whatever_names_a_language_names_it_so(site: Path) -> None:
    for path in site.rglob("*"):
        if path.suffix in {".html", ".xml"}:
            told = set(TOLD.findall(path.read_text(encoding="utf-8")))
            assert told <= {*TAGS, "x-default"}, path.relative_to(site)
    assert 'hreflang="pt-BR"' in (site / "sitemap.xml").read_text(encoding="utf-8")


def test_prints_say_their_language_as_readers_of_pdfs_know_it(site: Path) -> None:
    found: dict[str, set[str]] = {locale: set() for locale in LOCALES}
    for path in site.rglob("*.pdf"):
        with pikepdf.open(path) as pdf:
            found[path.relative_to(site).parts[0]].add(str(pdf.Root.Lang))
            inside = {str(one.Lang) for one in pdf.objects if _says_language(one)}
            assert inside <= TAGS, path.relative_to(site)
    assert found == {"nb": {"nb"}, "pt_BR": {"pt-BR"}, "fkv": {"fkv"}}


def _says_language(found: pikepdf.Object) -> bool:
    return isinstance(found, pikepdf.Dictionary) and "/Lang" in found


def test_a_reader_changes_to_such_a_language_and_meets_in_it(witness: Witness) -> None:
    page = witness.page
    page.locator(".md-select button").focus()
    page.locator('.md-select__link[hreflang="pt-BR"]').click()
    page.wait_for_url("**/pt_BR/index.html")
    for name in ("status.html", "downloads.html", "prove/skjema.html", "prove/manus.meeting.html"):
        page.goto(f"{page.url.partition('/pt_BR/')[0]}/pt_BR/{name}", wait_until="load")
    page.locator("[type=submit]").click()
    expect(page.locator(".m-step:not([hidden])")).to_be_visible()


def test_a_text_without_translation_says_so_too() -> None:
    assert in_language(Text("Oi", lang="pt_BR"), "Oi") == '<span lang="pt-BR" dir="ltr">Oi</span>'
