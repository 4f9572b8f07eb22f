"""Links within a site: what leads nowhere is told at the text or template that holds it."""

from pathlib import Path

import pytest

from dreiebok.building.options import Selection
from dreiebok.building.plan import check_project
from dreiebok.building.reading import read_project
from dreiebok.problems import Code, Problem, Severity
from dreiebok.website import links
from dreiebok.website.links import (
    Broken,
    Sheet,
    broken_links,
    check_site,
    read_html,
    read_markdown,
)
from dreiebok.website.pages import Page
from tests.projects import book_edition, copy_book


def broken(files: tuple[str, ...] = (), **pages: str) -> list[Broken]:
    """Return the broken links of pages of HTML, called by their names without the ending."""
    sheets = {f"a/{name}.html": read_html(html.encode()) for name, html in pages.items()}
    return list(broken_links(sheets, files))


@pytest.mark.parametrize(
    "address",
    ["two.html", "#here", "two.html#there", "two.html#%C3%B8", "../top.pdf#page=2", "two.html?h=a",
     "#", "https://nav.no/x", "mailto:a@b.no", "tel:12", "data:,", "/x", "//host/x", "../../en/x",
     "../a/two.html", ""],
)  # fmt: skip
def test_a_link_that_leads_somewhere_is_no_problem(address: str) -> None:
    one = f'<p id="here"><a href="{address}">x</a></p>'
    assert broken(("top.pdf",), one=one, two='<p id="there"><i id="ø">x</i></p>') == []


@pytest.mark.parametrize(
    ("address", "missing"),
    [
        ("tow.html", "a/tow.html"),
        ("#her", "a/one.html#her"),
        ("two.html#here", "a/two.html#here"),
        ("../top.pdf", "top.pdf"),
        ("../two.html", "two.html"),
    ],
)
def test_a_link_that_leads_nowhere_is_told(address: str, missing: str) -> None:
    found = broken(one=f'<p id="here"><a href="{address}">x</a></p>', two="<p>x</p>")
    assert found == [Broken("a/one.html", address, missing)]


def test_pictures_and_scripts_are_links_too() -> None:
    found = broken(one='<img src="logo.svg" alt=""><script src="x.js"></script>')
    assert [one.missing for one in found] == ["a/logo.svg", "a/x.js"]


def test_markdown_is_read_as_the_engine_reads_it() -> None:
    sheet = read_markdown(
        "# Hva *er* det? \n## To {: #to .db-step }\n<p id='tre'>[a](x.md#b) [c](<d.md> \"T\")</p>\n"
        '<a href="e.html?a=1&amp;b=2">f</a>\n`[g](h.md)`\n```\n[i](j.md)\n```\n'
    )
    assert sheet.links == ("x.md#b", "d.md", "e.html?a=1&b=2")
    assert sheet.anchors == {"hva-er-det", "to", "tre"}


def check(project: Path) -> tuple[Problem, ...]:
    return check_project(read_project(project), Selection())


def test_check_names_the_template_of_a_broken_link(tmp_path: Path) -> None:
    project = copy_book("minimal", tmp_path)
    assert check(project) == ()
    template = project / "templates/site/downloads.md"
    text = template.read_text(encoding="utf-8") + "\n[Hit](prove/manus.md#borte) [Dit](om.md)\n"
    template.write_text(text, encoding="utf-8")
    (problem,) = check(project)
    assert (problem.code, problem.severity) == (Code.BROKEN_LINK, Severity.ERROR)
    assert problem.location.file == "templates/site/downloads.md"
    assert "“prove/manus.html#borte” on the page downloads.html" in problem.message


def test_a_link_in_a_text_is_told_at_its_line() -> None:
    edition = book_edition("minimal", **{"Alle kommer til orde.": "Se [regler](#pr-regler)."})
    page = Page("prove/manus.md", "Manus", "", "pr-manus", "prove")
    made = {"prove/manus.html": b'<a href="regler.html#pr-regler">x</a>', "prove/regler.html": b""}
    other = Page("prove/regler.md", "Regler", "", "pr-regler", "prove")
    (problem,) = check_site(edition, (page, other), (), made, ())
    assert str(problem.location) == "content/manus.yml:10:14"
    made = {"prove/manus.html": b'<a href="x.html">x</a>'}
    (problem,) = check_site(edition, (page,), (), made, ())
    assert str(problem.location) == "content/manus.yml:3:5"


def test_pdfs_and_what_fills_them_in_are_there() -> None:
    edition = book_edition("minimal")
    page = Page("om.md", "Om", "", "om", None)
    made = {"om.html": b'<a href="print/prove/s.pdf">x</a><script src="assets/forms/prove/s.js">'}
    assert check_site(edition, (page,), (), made, ("print/prove/s.pdf",)) == ()
    assert len(check_site(edition, (page,), (), made, ())) == 2


def test_of_a_site_made_anew_in_part_only_new_pages_are_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    edition = book_edition("minimal")
    pages = tuple(Page(f"{name}.md", name, "", None, None) for name in ("a", "b", "c"))
    before = {
        "a.html": b'<a href="b.html#x">b</a>',
        "b.html": b'<p id="x"></p><a href="c.html#y">c</a>',
        "c.html": b'<p id="y"></p>',
        "d.css": b"",
    }
    read: list[bytes] = []

    def counted(page: bytes) -> Sheet:
        read.append(page)
        return read_html(page)

    monkeypatch.setattr(links, "read_html", counted)

    def addresses(**changes: bytes) -> list[str]:
        now = before | {f"{name}.html": data for name, data in changes.items()}
        read.clear()
        found = check_site(edition, pages, (), now, (), before)
        # Nobody asks for links on a page that is as it was, unless an anchor is gone.
        assert found or before["a.html"] not in read
        assert found == check_site(edition, pages, (), now, ())
        return [problem.message.split("”")[0].split("“")[1] for problem in found]

    new = b'<p id="x"></p><a href="c.html#y">c</a><a href="d.css">d</a>'
    assert addresses(b=new) == []
    assert addresses(b=new + b'<a href="c.html#z">z</a>') == ["c.html#z"]
    assert addresses(b=new + b'<a href="e.html">e</a><a href="#w">w</a>') == ["e.html", "#w"]
    # An anchor that is gone is missed on pages that are as they were.
    assert addresses(b=b"") == ["b.html#x"]
    assert addresses(c=b"") == ["c.html#y"]
