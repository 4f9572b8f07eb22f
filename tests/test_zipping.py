"""The site as one ZIP file: the same for the same site, and fit for every disk."""

import io
import json
import zipfile
from pathlib import Path

import pytest
from pikepdf import Pdf
from playwright.sync_api import Browser

from dreiebok.building.zipping import MAX_NAME, check_names, make_package, package_path
from dreiebok.problems import Code, ExitCode
from tests import test_site_in_browser as site_tests
from tests.projects import build, copy_book, tree
from tests.test_site_in_browser import Witness

browser = site_tests.browser

MANIFEST = {
    "edition": {
        "title": "Prøve & mer",
        "organisation": "Fjellheim <kommune>",
        "base_version": "1.0",
        "date": "2026-11-21",
    }
}


def site(**more: bytes) -> dict[str, bytes]:
    return {"manifest.json": json.dumps(MANIFEST).encode(), "index.html": b"<html>", **more}


def names(*given: str) -> list[str]:
    return [problem.message.partition(": ")[2] for problem in check_names(given)]


def test_the_zip_is_the_same_in_whatever_order_the_files_were_found() -> None:
    files = site(**{"nb/a.html": b"a" * 1000, "nb/b.pdf": b"b" * 1000})
    made = make_package(files)
    assert made == make_package(dict(reversed(files.items())))
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        assert archive.namelist() == [
            "LES MEG.txt", "START.html",
            "site/index.html", "site/manifest.json", "site/nb/a.html", "site/nb/b.pdf",
        ]  # fmt: skip
        assert {entry.date_time for entry in archive.infolist()} == {(2026, 11, 21, 0, 0, 0)}
        packed = {e.filename: e.compress_size for e in archive.infolist()}
        assert packed["site/nb/a.html"] < 100
        assert packed["site/nb/b.pdf"] == 1000, "a PDF is compressed already"
        start = archive.read("START.html").decode()
        assert "<title>Prøve &amp; mer – Fjellheim &lt;kommune&gt;</title>" in start
        assert '<a href="site/index.html">' in start
        told = archive.read("LES MEG.txt").decode("utf-8-sig")
        assert told.startswith("Prøve & mer – Fjellheim <kommune>\r\n")
        assert "Utgave 1.0, 2026-11-21" in told


def test_names_that_windows_cannot_unpack_are_problems() -> None:
    assert names("site/nb/aux.html") == ["Windows takes no file called “aux.html”"]
    assert names("site/COM1/a.html") == ["Windows takes no file called “COM1”"]
    assert names("site/a?b.html") == ["Windows takes no file called “a?b.html”"]
    assert names("site/slutt./a.html") == ["Windows takes no file called “slutt.”"]
    assert names("site/Om.html", "site/om.html") == ["Windows cannot tell it from “site/Om.html”"]
    assert names("x" * MAX_NAME) == []
    assert names("x" * (MAX_NAME + 1)) == ["it has 200 signs, and Windows has room for 199"]
    assert names("site/nb/auxiliary.html", "site/nb/common.html") == []


def test_every_name_of_the_real_site_can_be_unpacked_everywhere(site: Path) -> None:
    found = tree(site)
    assert list(check_names(f"site/{name}" for name in found)) == []


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny book, built whole and zipped; tests leave its site as it is."""
    folder = copy_book("minimal", tmp_path_factory.mktemp("zipped"))
    assert build(folder, "--quiet", "--zip") == 0
    return folder


def test_a_site_that_cannot_be_unpacked_everywhere_is_not_published_with_a_zip(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    book = copy_book("minimal", tmp_path)
    for path in book.rglob("*.yml"):
        path.write_text(path.read_text("utf-8").replace("pr-kapittel", "pr-aux"), "utf-8")
    whole = ("--quiet", "--only", "website")
    assert build(book, *whole, "--zip") == ExitCode.PROBLEMS
    errors = capsys.readouterr().err
    assert "Windows takes no file called “aux.html”" in errors
    assert errors.endswith("dreiebok: nothing was written\n")
    assert not (book / "site").exists()
    assert build(book, *whole) == 0
    # Of a site that stands nothing is lost, and no ZIP is made.
    assert build(book, *whole, "--zip") == ExitCode.PROBLEMS
    assert (book / "site" / "index.html").is_file()
    assert not (book / "site.zip").exists()


def test_the_zip_lies_beside_the_site_or_where_it_is_wanted(
    book: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = (book / "site.zip").read_bytes()
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        inside = {n.removeprefix("site/"): archive.read(n) for n in archive.namelist()}
    assert tree(book / "site").items() <= inside.items()
    wanted = tmp_path / "ut" / "guide.zip"
    assert build(book, "--quiet", "--zip", str(wanted)) == 0
    assert wanted.read_bytes() == made, "the site was up to date, the ZIP was still wanted"
    assert build(book, "--quiet", "--zip", str(book / "site" / "guide.zip")) == 2
    assert "is replaced as a whole" in capsys.readouterr().err
    assert build(book, "--quiet", "--zip", str(tmp_path / "ut")) == 2


def test_an_unpacked_zip_has_search_and_forms_from_the_disk(
    book: Path,
    tmp_path: Path,
    browser: Browser,
) -> None:
    folder = tmp_path / "Min minnepinne (E)" / "Guide på norsk"
    with zipfile.ZipFile(book / "site.zip") as archive:
        archive.extractall(folder)
    witness = Witness(browser, folder.as_uri())
    page = witness.page
    page.goto((folder / "START.html").as_uri())
    page.wait_for_url("**/site/nb/index.html")
    page.keyboard.press("Control+k")
    page.locator(".md-search__input").press_sequentially("fallgruver")
    page.locator(".md-search-result__link").first.click()
    page.wait_for_url("**/prove/**")
    page.goto((folder / "site/nb/prove/skjema.html").as_uri())
    page.locator("[data-do=open]").first.click()
    form = page.locator(".db-fill form").first
    form.locator("[name='pr-hva']").fill("Det gikk fint på øya")
    with page.expect_download() as found:
        form.get_by_role("button", name="Lagre som PDF", exact=True).click()
    with Pdf.open(found.value.path()) as pdf:
        values = [str(field.get("/V", "")) for field in pdf.Root.AcroForm.Fields]
    assert "Det gikk fint på øya" in values
    assert (witness.strangers, witness.complaints) == ([], [])
    witness.context.close()


def test_a_page_that_windows_cannot_unpack_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    book = copy_book("minimal", tmp_path)
    chapter = book / "content/kapittel.yml"
    text = chapter.read_text(encoding="utf-8")
    name = text.partition("\nid: ")[2].partition("\n")[0]
    for path in book.rglob("*.yml"):
        words = path.read_text(encoding="utf-8")
        path.write_text(words.replace(name, "aux"), encoding="utf-8")
    assert build(book, "--only", "website", "--quiet", "--zip") == 1
    told = capsys.readouterr().err
    assert Code.UNSAFE_NAME in told
    assert "aux.html" in told
    assert not (tmp_path / "site.zip").exists()


def test_without_a_name_the_zip_is_called_as_the_site() -> None:
    assert package_path(Path(), Path("ut/guide")) == Path("ut/guide.zip")
    assert package_path(Path("x.zip"), Path("ut/guide")) == Path("x.zip")
