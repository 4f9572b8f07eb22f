"""Finished pages are valid HTML, with whole links, and pictures that have a size and words."""

import json
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path

from lxml import etree

from dreiebok.website.links import broken_links, read_html
from tests.readers import NODE_MODULES

RULES = {"root": True, "extends": ["html-validate:standard"]}
"""The rules of the HTML standard itself, without those of taste."""
ENDS = (b'<div class="md-sidebar md-sidebar--secondary"', b'<div class="md-content"')
"""What follows the menu at the side of a page."""
THEIRS = {
    # Material 9.8, base.html, outside of all blocks: the switches of drawer and search. HTML gives
    # check boxes no autocomplete; browsers pass over it.
    ("valid-autocomplete", "#__drawer"),
    ("valid-autocomplete", "#__search"),
}
"""What is the theme's own fault and cannot be overridden without copying the whole page."""


def validate(pages: Iterable[Path], folder: Path) -> list[str]:
    """Return what html-validate says of pages, but for what is known of the theme."""
    config = folder / "htmlvalidate.json"
    config.write_text(json.dumps(RULES), encoding="utf-8")
    program = NODE_MODULES / "html-validate/bin/html-validate.mjs"
    assert program.is_file(), "make test installs html-validate"
    node = shutil.which("node")
    assert node, "npm comes with it"
    report = folder / "report.json"
    done = subprocess.run(
        [
            node,
            str(program),
            "--config",
            str(config),
            "--formatter",
            f"json={report}",
            *map(str, pages),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert report.is_file(), done.stderr
    return [
        f"{result['filePath']}:{found['line']}:{found['column']}: {found['message']}"
        f" [{found['ruleId']}] {found['selector']}"
        for result in json.loads(report.read_bytes())
        for found in result["messages"]
        if (found["ruleId"], found["selector"]) not in THEIRS
    ]


def without_menu(page: bytes) -> bytes:
    """Return a page without the menu at its side, which is by far the most of it."""
    before, mark, rest = page.partition(b'<div class="md-sidebar md-sidebar--primary"')
    if not mark:
        return page
    ends = [at for at in map(rest.find, ENDS) if at >= 0]
    return before + rest[min(ends) :]


def pictures(page: bytes) -> list[str]:
    """Return what is wrong with the pictures of a page: no size, or no words for who sees none."""
    root = etree.HTML(page, etree.HTMLParser(encoding="utf-8"))
    found = [
        f"<img src={image.get('src')}> has no {name}"
        for image in root.iter("img")
        for name in ("alt", "width", "height")
        if image.get(name) is None
    ]
    for drawing in root.iterfind(".//article//svg"):
        named = drawing.get("aria-label") or drawing.get("aria-labelledby")
        hidden = drawing.get("aria-hidden") == "true"
        above = any(one.get("aria-hidden") == "true" for one in drawing.iterancestors())
        titled = drawing.find("{*}title") is not None
        if not (named or hidden or above or titled):
            found.append(f"a drawing has no words: {drawing.get('class')} {dict(drawing.attrib)}")
        if not hidden and drawing.get("viewbox") is None and drawing.get("viewBox") is None:
            found.append("a drawing has no size")
    return found


def broken_in(site: Path) -> list[str]:
    """Return the links of a whole site that lead nowhere, from language to language too."""
    files = {path.relative_to(site).as_posix() for path in site.rglob("*") if path.is_file()}
    pages = sorted(name for name in files if name.endswith(".html"))
    sheets = {name: read_html((site / name).read_bytes()) for name in pages}
    return [f"{one.page}: {one.address}" for one in broken_links(sheets, files)]


def test_every_page_is_valid_html(site: Path, tmp_path: Path) -> None:
    pages = sorted(site.rglob("*.html"))
    assert len(pages) > 150
    # The menu is made alike on all pages: with each programme open it is looked at once.
    copies = []
    for page in pages:
        copy = tmp_path / page.relative_to(site)
        copy.parent.mkdir(parents=True, exist_ok=True)
        data = page.read_bytes()
        copy.write_bytes(data if page.name == "index.html" else without_menu(data))
        copies.append(copy)
    assert validate(copies, tmp_path) == []


def test_the_validator_finds_what_is_wrong(tmp_path: Path) -> None:
    page = tmp_path / "wrong.html"
    page.write_text(
        '<!doctype html><html lang="nb"><head><title>x</title></head>'
        '<body><p id="a">x<p id="a"><div>y</p></div></body></html>',
        encoding="utf-8",
    )
    assert any("[no-dup-id]" in found for found in validate([page], tmp_path))


def test_every_link_of_the_site_leads_somewhere(site: Path) -> None:
    assert broken_in(site) == []


def test_pictures_have_a_size_and_words(site: Path) -> None:
    pages = sorted(site.rglob("*.html"))
    assert {found for page in pages for found in pictures(page.read_bytes())} == set()
