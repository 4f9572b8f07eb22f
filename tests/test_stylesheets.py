"""Style sheets that are parsed once: a document looks as if they were read for it alone."""

import shutil
from inspect import signature
from pathlib import Path
from typing import Any

import pytest
from _pytest.monkeypatch import MonkeyPatch

from dreiebok.press import stylesheets_
from dreiebok.press.values import PressedPdf, PrintDocument, pack
from dreiebok.press.weasyprint_ import press
from dreiebok.problems import Code
from tests.pressing import OPEN_PROFILE, TEMPLATES

pytestmark = OPEN_PROFILE
RED = "p { color: #f00 } @page { size: 70mm 70mm }"
BLUE = "p { color: #00f } @page { size: 90mm 90mm }"


@pytest.fixture(scope="module")
def assets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the project's fonts."""
    folder = tmp_path_factory.mktemp("assets")
    shutil.copytree(TEMPLATES / "fonts", folder / "fonts")
    return folder


@pytest.fixture
def folder(assets: Path) -> Path:
    """The same folder with no style sheet but that of the fonts."""
    shutil.rmtree(assets / "print", ignore_errors=True)
    (assets / "print").mkdir()
    shutil.copy(TEMPLATES / "print" / "fonts.css", assets / "print")
    return assets


@pytest.fixture(autouse=True)
def parsed(monkeypatch: MonkeyPatch) -> list[str]:
    """Begin with none kept, and tell of each that is parsed."""
    found: list[str] = []

    def counted(**given: Any) -> Any:
        found.append(Path(given.get("url") or given.get("base_url") or "").name)
        return original(**given)

    original = stylesheets_.CSS
    monkeypatch.setattr(stylesheets_, "CSS", counted)
    monkeypatch.setattr(stylesheets_, "_kept", {})
    return found


def made(folder: Path, *heads: str, **sheets: str) -> PressedPdf:
    for name, text in sheets.items():
        (folder / "print" / f"{name}.css").write_text(text, encoding="utf-8")
    links = (f'<link rel="stylesheet" href="{name}.css">' for name in ("fonts", *sheets))
    html = (
        '<!doctype html><html lang="nb"><head><title>Prøve</title>'
        f"{''.join((*links, *heads))}</head>"
        "<body style='font-family: \"Noto Sans\"'><p>Møte</p></body></html>"
    )
    path = "print/p/x.pdf"
    return press(PrintDocument(path, "form", "Prøve", "nb", "p", "r", pack(html)), folder)


def test_a_sheet_is_parsed_once(folder: Path, parsed: list[str]) -> None:
    first = made(folder, a=RED)
    assert parsed.count("a.css") == 1
    assert made(folder, a=RED) == first
    assert parsed.count("a.css") == 1


def test_other_bytes_at_the_same_address_are_another_sheet(folder: Path) -> None:
    red = made(folder, a=RED)
    assert made(folder, a=BLUE).trim_mm == (90.0, 90.0)
    assert made(folder, a=RED) == red


def test_what_a_document_may_not_have_is_refused_though_it_is_kept(folder: Path) -> None:
    made(folder, a=RED)
    (folder / "print" / "a.css").unlink()
    found = made(folder, '<link rel="stylesheet" href="a.css">')
    assert {problem.code for problem in found.problems} == {Code.RENDER_WARNING}


@pytest.mark.parametrize("first", ["a", "b"])
@pytest.mark.parametrize("reaches_out", ["", "@counter-style x { system: cyclic; symbols: a }"])
def test_the_last_rule_wins_also_for_pages(folder: Path, first: str, reaches_out: str) -> None:
    """Whether one of the sheets is kept and the other one is parsed each time."""
    last = {"a": "b", "b": "a"}[first]
    for _ in range(2):
        sheets = {first: RED, last: BLUE + reaches_out}
        assert made(folder, **sheets).trim_mm == (90.0, 90.0)
        style = "<style>@page { size: 50mm 50mm }</style>"
        assert made(folder, style, **sheets).trim_mm == (50.0, 50.0)


@pytest.mark.parametrize(
    "rule",
    [
        '@import "b.css";',
        "@layer x { p { color: #0f0 } }",
        '@FONT-FACE { font-family: "x"; src: url("../fonts/none.ttf") }',
        '@f\\6fnt-face { font-family: "x"; src: url("../fonts/none.ttf") }',
    ],
)
def test_what_reaches_beyond_a_sheet_is_parsed_each_time(
    rule: str, folder: Path, parsed: list[str]
) -> None:
    (folder / "print" / "b.css").write_text(RED, encoding="utf-8")
    first = made(folder, a=rule + BLUE)
    assert parsed.count("a.css") == 1
    assert made(folder, a=rule + BLUE) == first
    assert parsed.count("a.css") == 2


def test_what_is_wrong_with_a_sheet_is_told_of_every_document(folder: Path) -> None:
    faulty = RED + "p { colour: red }"
    first = made(folder, a=faulty)
    assert [problem.code for problem in first.problems] == [Code.RENDER_WARNING]
    assert made(folder, a=faulty) == first


def test_only_so_many_are_kept(folder: Path, monkeypatch: MonkeyPatch) -> None:
    monkeypatch.setattr(stylesheets_, "MOST", 2)
    for number in range(5):
        assert made(folder, a=f"@page {{ size: {60 + number}mm 80mm }}").trim_mm[0] == 60 + number
        assert len(stylesheets_._kept) <= 2


def test_the_place_that_is_patched_is_still_there() -> None:
    """A newer WeasyPrint that has moved it would parse every time, or worse."""
    from weasyprint import CSS, css

    assert css.CSS is stylesheets_.sheet
    assert "CSS" in css.find_stylesheets.__code__.co_names
    assert {"url_fetcher", "media_type", "font_config", "page_rules", "layers", "matcher"} <= {
        *signature(CSS).parameters
    }
