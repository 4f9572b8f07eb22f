"""What strangers write and we read, each as a function of bytes that fails where a promise breaks.

A function returns where the input is right or is refused with a problem at a place. Anything else,
an AssertionError among it, is a finding.
"""

import html.parser
import io
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date as Date
from functools import cache
from pathlib import Path
from typing import Any

import pikepdf

from dreiebok.answers.reading import LONGEST, MOST_FIELDS, read_form
from dreiebok.building.loading import load_brand, load_handbook, load_organisation
from dreiebok.building.reading import BASE, Project, read_project
from dreiebok.editions.catalogs import parse_catalog
from dreiebok.editions.logos import clean_picture
from dreiebok.editions.making import make_edition
from dreiebok.editions.messages import Message
from dreiebok.editions.powriting import write_catalog
from dreiebok.inline import links, shape, to_html, to_markdown, to_plain
from dreiebok.problems import (
    Location,
    Problem,
    Severity,
    SourceError,
    format_problem,
    sort_problems,
)
from dreiebok.sources.yaml_ import dump_yaml, parse_yaml, to_python
from tests.fuzz import templates
from tests.projects import BOOKS, ROOT

NAME, DRAWING = "fuzzed", "fuzzed.svg"


@dataclass(frozen=True, slots=True)
class Target:
    """Something that is read: sound inputs to begin from, words of its language, and the reading.

    `share` is its part of all cases: what is quick to read is read more often.
    """

    seeds: Callable[[], list[bytes]]
    read: Callable[[bytes], None]
    words: tuple[bytes, ...]
    share: float


def refused(problems: Iterable[Problem], files: Iterable[str]) -> None:
    """Hold problems to what they promise: a place, a sentence, and words for a person."""
    known = frozenset(files)
    for problem in sort_problems(problems):
        at = problem.location
        assert at.file in known, problem
        assert at.line >= 0, problem
        assert at.column >= 0, problem
        assert problem.message.strip(), problem
        format_problem(problem, lambda file, line: "a line")


# --- YAML -----------------------------------------------------------------------------------------


def sources() -> list[bytes]:
    """Return all sources of the small books, and some of the real handbook."""
    small = sorted(path for path in BOOKS.rglob("*.yml") if path.stat().st_size < 6000)
    return [path.read_bytes() for path in small]


def read_yaml(data: bytes) -> None:
    """Parse, write and parse again: the same values."""
    try:
        values = to_python(parse_yaml(data, NAME))
    except SourceError as error:
        refused(error.problems, [NAME])
        return
    again = to_python(parse_yaml(dump_yaml(values).encode(), NAME))
    assert again == values


@cache
def book() -> Project:
    """Return a small book with a record of every kind."""
    # What surrounds its pages is another project's, and has no part in this.
    return replace(read_project(BOOKS / "every-kind"), problems=())


@cache
def book_sources() -> tuple[tuple[str, bytes], ...]:
    """Return the files of that book, by size: of a small one more is changed."""
    return tuple(sorted(book().sources.items(), key=lambda item: len(item[1])))


def read_source(data: bytes) -> None:
    """Take a file for the one of a book that it comes nearest to; make the edition."""
    first = data.split(b"\n", 1)[0]
    names = [name for name, known in book_sources() if known.split(b"\n", 1)[0] == first]
    name = names[0] if names else book_sources()[0][0]
    project = replace(book(), sources={**book().sources, name: data})
    make(project)


def make(project: Project) -> None:
    """Load a project, and make its edition where nothing is wrong."""
    files = {*project.sources, *project.organisation, project.lock_name, ""}
    handbook, problems = load_handbook(project)
    refused(problems, files)
    organisation, wrong = load_organisation(project)
    refused(wrong, files)
    brand, wrong = load_brand(project, organisation, ("nb",))
    refused(wrong, files)
    if not any(problem.severity is Severity.ERROR for problem in (*problems, *wrong)):
        try:
            make_edition(handbook, organisation=organisation, brand=brand)
        except SourceError as error:
            refused(error.problems, files)


# --- Overlays -------------------------------------------------------------------------------------


@cache
def overlaid() -> Project:
    """Return the project of an organisation over a small base."""
    found = read_project(BOOKS / "overlay-base")
    base = {f"{BASE}{name}": data for name, data in found.sources.items()}
    return replace(found, sources=base, base=BOOKS / "overlay-base", problems=())


def overlays() -> list[bytes]:
    """Return the settings of the examples, and overlays that the tests know."""
    own = [path.read_bytes() for path in sorted(ROOT.glob("organisations/*/organisation.yml"))]
    own += [path.read_bytes() for path in sorted(BOOKS.rglob("organisation.yml"))]
    case = ""
    for line in (ROOT / "tests/cases/overlay.md").read_text(encoding="utf-8").splitlines():
        if line.startswith("```"):
            own += [case.encode()] if "name:" in case else []
            case = ""
        else:
            case += f"{line}\n"
    return own


def read_overlay(data: bytes) -> None:
    """Lay an organisation's settings over a base, which must stay as it was."""
    project = overlaid()
    before = dict(project.sources)
    make(replace(project, organisation={"organisation.yml": data}))
    assert dict(project.sources) == before


# --- Catalogs -------------------------------------------------------------------------------------


def catalogs() -> list[bytes]:
    """Return the beginnings of real catalogs, with plurals and contexts in them."""
    found = []
    for path in sorted(ROOT.glob("content/locale/*/*.po")):
        blocks = path.read_bytes().split(b"\n\n")
        for begin in range(1, len(blocks), max(1, len(blocks) // 4)):
            found.append(b"\n\n".join((blocks[0], *blocks[begin : begin + 4])) + b"\n")
    return found


def read_po(data: bytes) -> None:
    """Read a catalog, write it and read it again: the same translations."""
    told = re.search(rb'"Language: (nn|en|pl|uk|ar)\\n"', data)
    locale = told[1].decode() if told else "nn"
    try:
        found = parse_catalog(data, locale, "texts", NAME)
    except SourceError as error:
        refused(error.problems, [NAME])
        return
    for number in (0, 1, 2, 5, 21, 10**6):
        assert found.plurals.form(number) >= 0
    messages = [
        Message(entry.context, entry.text, "", (Location(NAME, 1),), plural=entry.plural)
        for entry in found.entries
    ]
    day = Date(2026, 11, 21)
    written = write_catalog(found, messages, "T", day)
    again = parse_catalog(written, locale, "texts", NAME)
    assert [(e.context, e.text, e.comment) for e in again.entries] == [
        (e.context, e.text, e.comment) for e in found.entries
    ]
    assert (again.remarks, dict(again.headers)) == (found.remarks, dict(found.headers))
    assert write_catalog(again, messages, "T", day) == written


# --- Inline Markdown ------------------------------------------------------------------------------

MARKS = frozenset({"em", "strong", "code", "a", "br"})


class Reader(html.parser.HTMLParser):
    """Takes HTML for what a browser would."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in MARKS, tag
        assert [name for name, _ in attrs] == (["href"] if tag == "a" else [])
        for _, address in attrs:
            assert address
            scheme = address.lower()
            assert scheme.startswith(("http://", "https://", "mailto:", "page.html#")), address
        if tag != "br":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    def handle_comment(self, data: str) -> None:
        raise AssertionError(data)

    def handle_decl(self, decl: str) -> None:
        raise AssertionError(decl)

    def handle_pi(self, data: str) -> None:
        raise AssertionError(data)

    def unknown_decl(self, data: str) -> None:
        raise AssertionError(data)


def texts() -> list[bytes]:
    """Return marks in every position that a text of ours has them in."""
    return [
        text.encode()
        for text in (
            "Vi sier *ett ord*, og **to**, og `kode <b>`.", "se [steg 5](#mg-steg-5) nå",
            "[nav](https://nav.no/a?b=c&d=\"e\") og [x](javascript:alert(1))",
            "\\*ikke\\* snake_case 2*3*4 <b>&amp;</b>", "linje\\\ny linje  \nog en",
            "«æøå» – … \u00ad",
            "1. x\n# y\n> z\n!!! note\n{: .x }\n| a |", "<script>alert(1)</script>",
            "![b](https://x/y)",
            "***a** b* c**", "[[a](#mg-x)](#mg-y)", "<https://x.no> &lt; &#60; &colon;",
        )
    ]  # fmt: skip


def read_text(data: bytes) -> None:
    """Write a text as HTML, Markdown and words: nothing but marks, and the same words in each."""
    text = data.decode("utf-8", "replace")
    resolve = {"mg-steg-5": "page.html#mg-steg-5", "mg-x": "page.html#mg-x"}.get
    made = to_html(text, resolve)
    reader = Reader()
    reader.feed(made)
    reader.close()
    assert reader.open == []
    to_markdown(text, resolve)
    plain = to_plain(text)
    shown = "".join(reader.words).replace("\r", "\n")
    # A break is a tag in one and a space in the other.
    assert "".join(shown.split()) == "".join(plain.replace("\r", "\n").split()), (made, plain)
    assert len(links(text)) <= text.count("(") + text.count("<")
    shape(text)


# --- Filled PDFs ----------------------------------------------------------------------------------


def pdfs() -> list[bytes]:
    """Return small forms whose objects stand in plain sight, so that a changed byte is read."""
    found = []
    for kids in (False, True):
        pdf = pikepdf.new()
        pdf.add_blank_page(page_size=(200, 200))
        fields: list[Any] = []
        for number, kind in enumerate(("/Tx", "/Btn", "/Ch", "/Tx")):
            one = pikepdf.Dictionary(
                Type=pikepdf.Name.Annot,
                Subtype=pikepdf.Name.Widget,
                FT=pikepdf.Name(kind),
                T=pikepdf.String(f"mg-felt-{number}"),
                TU=pikepdf.String("Hva skjedde?"),
                V=pikepdf.Name.Ja if kind == "/Btn" else pikepdf.String("Noe æøå"),
                Rect=[0, 0, 10, 10],
            )
            if kind == "/Ch":
                one.Opt = pikepdf.Array([pikepdf.String("a"), pikepdf.Array(["b", "c"])])
            made = pdf.make_indirect(one)
            if kids:
                made.Kids = pikepdf.Array([pdf.make_indirect(pikepdf.Dictionary(Parent=made))])
            fields.append(made)
        pdf.Root.AcroForm = pikepdf.Dictionary(Fields=fields, DA=pikepdf.String("/F 9 Tf"))
        pdf.pages[0].Annots = pikepdf.Array(fields)
        pdf.docinfo["/Title"] = "Loggskjema"
        written = io.BytesIO()
        mode = pikepdf.ObjectStreamMode.disable
        pdf.save(written, object_stream_mode=mode, compress_streams=False, qdf=kids)
        found.append(written.getvalue())
    return found


def read_pdf(data: bytes) -> None:
    """Read a filled form: bounded, and words that steer nothing."""
    try:
        form = read_form(data, NAME)
    except SourceError as error:
        refused(error.problems, [NAME])
        return
    assert len(form.fields) <= MOST_FIELDS
    for words in (form.title, *(w for f in form.fields for w in (f.name, f.value, *f.options))):
        assert len(words) <= LONGEST * 40
        assert not any(ord(letter) < 32 and letter not in "\t\n" for letter in words), words
        words.encode()


# --- Logos ----------------------------------------------------------------------------------------


def logos() -> list[bytes]:
    """Return the logos of the examples, and one with everything that is known in it."""
    found = [path.read_bytes() for path in sorted(ROOT.glob("organisations/*/*.svg"))]
    return [
        *(data for data in found if len(data) < 6000),
        b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><style>.a{fill:#123}</style>'
        b'<defs><g id="g"><path class="a" d="M0 0L9 9"/></g></defs><use href="#g" x="1"/></svg>',
    ]


def read_logo(data: bytes) -> None:
    """Clean a drawing twice: the second time nothing is left to clean, and nothing can run."""
    try:
        made = clean_picture(data, DRAWING, "logo")
    except SourceError as error:
        refused(error.problems, [DRAWING])
        return
    low = made.data.lower()
    assert not any(word in low for word in (b"<script", b"javascript:", b"<foreign", b"<!"))
    assert clean_picture(made.data, DRAWING, "logo").data == made.data


TARGETS = {
    "yaml": Target(
        sources, read_yaml,
        (b"&a ", b"*a", b"<<: ", b"? ", b"- ", b": ", b"!!python/object ", b"|2-\n", b">+\n",
         b"%YAML 1.2\n", b"---\n", b"...\n", b"0x1F", b".inf", b".nan", b"1e999", b"\xef\xbb\xbf",
         b"\x85", b"\xe2\x80\xa8", b"\\u0000", b"\"", b"'", b"{", b"}", b"[", b"]", b"\t", b"#",
         b"~", b"2026-11-21", b"1:30", b"\\x41"),
        0.29,
    ),
    "source": Target(
        sources, read_source,
        (b"id: ", b"kind: ", b"steps: ", b"minutes: ", b"-1", b"99999999999", b"fields: ",
         b"type: ", b"- ", b"  ", b"null", b"{}", b"[]", b"*a", b"&a ", b"#mg-x", b"pages: ",
         b"blocks: ", b"text: ", b"\xe2\x80\x8b"),
        0.03,
    ),
    "overlay": Target(
        overlays, read_overlay,
        (b"replace: ", b"extend: ", b"remove: ", b"order: ", b"terms: ", b"brand: ", b"colour: ",
         b"series: ", b"name: ", b"../../etc/passwd", b"/dev/zero", b"<script>", b"pr-regler",
         b"pr-steg-1", b"{{ 7*7 }}", b"#FFF", b"null", b"[]", b"{}", b"1e9", b"Europe/Oslo",
         b"2026-02-30", b"24:61", b"languages: "),
        0.03,
    ),
    "po": Target(
        catalogs, read_po,
        (b"msgid ", b"msgstr ", b"msgctxt ", b"msgid_plural ", b"msgstr[0] ", b"msgstr[9] ",
         b"#, fuzzy\n", b"#| ", b"#~ ", b"#: ", b"\\n", b"\\", b"\"", b"\n\n", b"nplurals=",
         b"plural=", b"n%0", b"n/0", b"((((", b"charset=utf-16", b"nplurals=99999999999;",
         b"plural=n**n**n;", b"\xff", b"PO-Revision-Date: "),
        0.24,
    ),
    "text": Target(
        texts, read_text,
        (b"*", b"**", b"_", b"`", b"``", b"[", b"]", b"(", b")", b"](", b"<", b">", b"&", b"&#",
         b"\\", b"  \n", b"\\\n", b"!", b"#mg-x", b"javascript:", b"data:text/html,", b"https://",
         b"mailto:", b"\"", b"'", b"\x00", b"\xc2\xa0", b"\xe2\x80\xae", b"{: onclick=x }",
         b"<!--", b"-->", b"<![CDATA[", b"\r", b"\x0c", b"&colon;"),
        0.29,
    ),
    "pdf": Target(
        pdfs, read_pdf,
        (b"/Kids", b"/Parent", b"/T", b"/V", b"/FT", b"/Opt", b"/AS", b"/Fields", b"/Annots",
         b" 0 R", b"<<", b">>", b"[", b"]", b"(", b")", b"stream\n", b"endstream", b"obj",
         b"endobj", b"/JS", b"/Launch", b"/ObjStm", b"xref", b"trailer", b"startxref", b"%%EOF",
         b"/Encrypt", b"/FlateDecode", b"null", b"-1", b"4294967296", b"1 0 R", b"9 0 R"),
        0.07,
    ),
    "logo": Target(
        logos, read_logo,
        (b"<script>", b"<use href=\"#g\"/>", b"xlink:href=", b"url(#g)", b"url(http://x)",
         b"<!DOCTYPE x [<!ENTITY a \"b\">]>", b"&a;", b"<foreignObject>", b"onload=\"x\"",
         b"style=\"", b"<style>", b"@import", b"</g>", b"<g>", b"viewBox=\"", b"1e999", b"NaN",
         b"-1", b"%", b"<?xml", b"<!--", b"xmlns:a=\"b\"", b"id=\"g\"", b"\x00"),
        0.03,
    ),
    "template": Target(
        templates.seeds, templates.read, tuple(bytes([n]) for n in range(256)), 0.02
    ),
}  # fmt: skip
"""Everything that is fuzzed, by name; the shares make one."""

FOUND = Path(__file__).parent / "found"
"""Inputs that once broke a promise: a folder for each target."""
