"""Bad intent: nothing runs, nothing outside is read or written, nobody is called, nothing grows.

What attacks texts stands in test_hostile.py, templates in test_templating.py and those around pages
in test_engine_sandbox.py, logos in test_brand.py, filled forms in test_answers.py. docs/security.md
has the list of who may do what, with the tests.
"""

import io
import json
import os
import re
import struct
import subprocess
import sys
import time
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import brotli
import pikepdf
import pytest
from PIL import Image, PngImagePlugin

from dreiebok.answers.reading import MOST_FIELDS, read_form
from dreiebok.building.archives import pack, unpack
from dreiebok.building.loading import load_handbook, load_organisation
from dreiebok.building.options import Options, Selection
from dreiebok.building.plan import make_plan
from dreiebok.building.publishing import check_output, write_tree
from dreiebok.building.reading import read_line, read_project
from dreiebok.building.serving import serve
from dreiebok.building.workers import build_pages
from dreiebok.cli import main
from dreiebok.cli.console import Console
from dreiebok.editions.faces import check_face
from dreiebok.editions.logos import clean_picture
from dreiebok.editions.making import make_edition
from dreiebok.editions.series import calendar
from dreiebok.editions.unpacking import is_bounded, names_too_many
from dreiebok.model.engines import Engine
from dreiebok.press import bounds
from dreiebok.problems import Code, Severity, SourceError, WrongUse
from dreiebok.sources.yaml_ import dump_yaml
from tests.pressing import OPEN_PROFILE, TEMPLATES, press_body
from tests.projects import ROOT, build, copy_book

SECRET = "hemmelig-4711"
METADATA = "http://169.254.169.254/latest/meta-data/"


def own_folder(folder: Path) -> tuple[Path, Path]:
    """Return an organisation's folder with the least in it, and a secret outside of it."""
    own = folder / "own"
    own.mkdir(parents=True)
    secret = folder / "secret.yml"
    secret.write_text(f"{SECRET}: {SECRET}\n", encoding="utf-8")
    (own / "organisation.yml").write_text("name: A\n", encoding="utf-8")
    return own, secret


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny base edition; tests must leave it as it is."""
    return copy_book("minimal", tmp_path_factory.mktemp("red") / "base")


@pytest.mark.parametrize(
    "name",
    ["organisation.yml", "content/a.yml", "forms/a.yml", "content/locale/nn/common.po",
     "templates/site/chapter.md", "templates/print/base.css", "logo.svg", "fonts/a.ttf",
     "images/a.png", "style.css", "print.css", "content", "forms", "templates", "fonts",
     "images"],
)  # fmt: skip
def test_a_link_out_of_an_organisations_folder_shows_nothing(
    name: str, base: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    own, secret = own_folder(tmp_path)
    path = own / name
    path.unlink(missing_ok=True)
    path.parent.mkdir(parents=True, exist_ok=True)
    target = secret if path.suffix else tmp_path
    path.symlink_to(target)
    project = read_project(own, base=base)
    assert [(p.code, p.location.file) for p in project.problems] == [(Code.UNREADABLE, name)]
    assert SECRET not in repr(project)
    assert main(["check", "--source", str(own), "--base", str(base)]) == 1
    told = capsys.readouterr()
    assert SECRET not in told.out + told.err
    assert read_line(own, name, 1) is None


def test_a_lock_that_is_a_link_is_not_read_and_not_written_through(
    base: Path, tmp_path: Path
) -> None:
    own, secret = own_folder(tmp_path)
    (own / "organisation.lock").symlink_to(secret)
    assert read_project(own, base=base).lock is None


def test_a_pipe_is_told_and_not_waited_for(base: Path, tmp_path: Path) -> None:
    own, _ = own_folder(tmp_path)
    (own / "content").mkdir()
    for name in ("content/a.yml", "print.css"):
        os.mkfifo(own / name)
    found = read_project(own, base=base).problems
    assert [(p.code, p.location.file) for p in found] == [
        (Code.UNREADABLE, "content/a.yml"),
        (Code.UNREADABLE, "print.css"),
    ]


@pytest.mark.parametrize(
    "place",
    ["", ".lock", "markdown", "markdown/nb", "rendered/sites", "assets", "assets/x", "cache/users"],
)
def test_a_work_folder_that_came_along_leads_nowhere(place: str, tmp_path: Path) -> None:
    own, secret = own_folder(tmp_path)
    (own / "build" / place).parent.mkdir(parents=True, exist_ok=True)
    (own / "build" / place).symlink_to(secret if place == ".lock" else tmp_path)
    command = ["build", "--source", str(own), "--base", str(tmp_path / "nowhere")]
    with pytest.raises(WrongUse, match="is a link"):
        check_output(own / "site", own / "build", own)
    assert main(command) == 2
    assert secret.read_text(encoding="utf-8").startswith(SECRET)


@pytest.mark.parametrize("place", ["", ".lock", "cache", "editions"])
def test_so_does_one_of_many_organisations(
    place: str, base: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    own, secret = own_folder(tmp_path / "alle")
    (own.parent / "build" / place).parent.mkdir(parents=True, exist_ok=True)
    (own.parent / "build" / place).symlink_to(secret if place == ".lock" else tmp_path)
    command = ["build", "--organisations", str(own.parent), "--base", str(base)]
    assert main(command) == 2
    assert "is a link" in capsys.readouterr().err
    assert secret.read_text(encoding="utf-8").startswith(SECRET)


@pytest.mark.parametrize(
    "place", ["serve", "serve/markdown/nb", "serve/rendered/sites/nb", "serve/assets/x"]
)
def test_so_does_that_of_a_preview(place: str, tmp_path: Path) -> None:
    own, secret = own_folder(tmp_path)
    (own / "build" / place).parent.mkdir(parents=True, exist_ok=True)
    (own / "build" / place).symlink_to(tmp_path)
    options = Options(own, own / "site", own / "build")
    with pytest.raises(WrongUse, match="is a link"):
        serve(options, "127.0.0.1", 0, Console(quiet=True, verbose=False))
    assert secret.read_text(encoding="utf-8").startswith(SECRET)


def test_no_tree_is_written_through_links_or_out_of_its_folder(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "a.md").write_text(SECRET, encoding="utf-8")
    inside = tmp_path / "work"
    inside.mkdir()
    (inside / "docs").symlink_to(outside)
    (inside / "b.md").symlink_to(outside / "a.md")
    write_tree(inside, {"docs/a.md": b"x", "b.md": b"y"})
    assert (outside / "a.md").read_text(encoding="utf-8") == SECRET
    assert (inside / "docs/a.md").read_bytes() == b"x"
    for name in ("../x", "/tmp/x", "a/../../x"):
        with pytest.raises(WrongUse, match="leads out"):
            write_tree(inside, unpack(pack({name: b"x"})))
    (tmp_path / "link").symlink_to(outside)
    with pytest.raises(WrongUse, match="is a link"):
        write_tree(tmp_path / "link", {})
    assert (outside / "a.md").read_text(encoding="utf-8") == SECRET


@OPEN_PROFILE
def test_no_face_of_one_organisation_slips_into_prints_of_another() -> None:
    """A style sheet may call any file by the name of a font that others name."""
    own = '@font-face { font-family: "Hus"; src: url(../fonts/NotoSerif-SemiBold.ttf) }'

    def made(look: str, style: str = "") -> bytes:
        body = '<p style="font-family: Hus">La andre snakke ut.</p>'
        return press_body(body, style, look=look).data

    before = made("of the first")
    assert made("of the second", own) != before
    assert made("of the third") == before
    # In documents of the same look, fonts are shared.
    assert made("of the second") != before


def test_what_lies_beside_pictures_makes_no_page(base: Path, tmp_path: Path) -> None:
    own, _ = own_folder(tmp_path)
    (own / "images").mkdir()
    for name in ("x.md", "X.MARKDOWN", "y.svg"):
        (own / "images" / name).write_text("<script>1</script>", encoding="utf-8")
    plan, _ = make_plan(read_project(own, base=base), Selection(prints=False))
    inside = [name for name in plan.sites[0].tree if name.startswith("docs/assets/images/")]
    assert inside == ["docs/assets/images/y.svg"]


@pytest.mark.skipif(sys.platform == "win32", reason="no bound on time there")
def test_a_website_that_takes_too_long_is_broken_off(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bounds, "MAX_SECONDS", 0.5)
    tree = {"mkdocs.yml": b"site_name: A\ntheme: mkdocs\n", "docs/index.md": b"[" * 100_000}
    write_tree(tmp_path / "tree", tree)
    place = str(tmp_path / "tree"), str(tmp_path / "site")
    built = build_pages(Engine.MKDOCS, *place, 0)
    assert [(p.code, p.severity) for p in built.problems] == [(Code.ENGINE_WARNING, Severity.ERROR)]
    assert "too much time" in built.problems[0].message


def test_editions_share_fonts_where_nothing_of_their_own_can_name_one(
    base: Path, tmp_path: Path
) -> None:
    def look(name: str, file: str = "organisation.yml", text: str = "name: Ny\n") -> str:
        own, _ = own_folder(tmp_path / name)
        (own / file).parent.mkdir(parents=True, exist_ok=True)
        (own / file).write_text(text, encoding="utf-8")
        plan, _ = make_plan(read_project(own, base=base), Selection(website=False))
        looks = {job.document.look for job in plan.prints if not job.document.pieces}
        assert len(looks) == 1
        return looks.pop()

    same = look("a")
    assert look("b") == same
    assert look("c", "print.css", "p { color: red }") != same
    assert look("d", "images/x.ttf", "font") != same
    assert look("e", "templates/print/note.html", "<style></style>") != same


@pytest.mark.parametrize(
    "settings",
    ["logo: ../../etc/passwd", "logo: /etc/passwd.svg", "logo: a/../../b.svg",
     "logo: 'a\\..\\b.svg'",
     "font: {titles: ../a.ttf}", "languages: [../nb]", "languages: ['nb/../../x']",
     "programmes: ['../prove']", "template: /etc/passwd", 'home: "https://a.example/\\nX: y"',
     'name: "A\\r\\nSet-Cookie: x"', 'name: "A\\u2028B\\x85C"', 'short: "A\\nB"'],
)  # fmt: skip
def test_no_setting_climbs_out_or_begins_a_line(settings: str, base: Path, tmp_path: Path) -> None:
    own, _ = own_folder(tmp_path)
    named = "" if settings.startswith("name:") else "name: A\n"
    (own / "organisation.yml").write_text(f"{named}{settings}\n", encoding="utf-8")
    command = ["check", "--source", str(own), "--base", str(base)]
    assert main(command) in {1, 2}


@pytest.mark.parametrize("name", ["../x", "/x", "a/b", "a\\b", "..", "a\nb", "a\n", "<b>", "a.b"])
def test_no_id_is_a_path(name: str, base: Path, tmp_path: Path) -> None:
    root = copy_book("minimal", tmp_path)
    page = root / "content/om.yml"
    text = page.read_text(encoding="utf-8")
    quoted = '"' + name.replace("\\", "\\\\").replace("\n", "\\n") + '"'
    page.write_text(re.sub(r"(?m)^id: .*$", lambda _: f"id: {quoted}", text), encoding="utf-8")
    assert Code.BAD_ID in {p.code for p in load_handbook(read_project(root))[1]}


def test_no_language_of_a_handbook_is_a_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = copy_book("minimal", tmp_path / "book")
    monkeypatch.chdir(root)  # That is where build/ and site/ are.
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "a.md").write_text(SECRET, encoding="utf-8")
    handbook = root / "content/handbook.yml"
    text = handbook.read_text(encoding="utf-8")
    # From the folder of Markdown trees, and from that of the sites that engines make.
    for name in ("../../../outside", "../../../../outside", str(outside), "xx"):
        handbook.write_text(f"{text}languages: ['{name}']\n", encoding="utf-8")
        for command in ("build", "check", "export"):
            folder = [str(tmp_path / "export")] if command == "export" else []
            assert main([command, "--quiet", *folder]) == 1
    assert {path.name for path in tmp_path.iterdir()} == {"book", "outside"}
    assert [path.name for path in outside.iterdir()] == ["a.md"]


def woff2(unpacked: bytes, claimed: int) -> bytes:
    """Return a WOFF2 file of one table; what it says of its size need not be true."""
    packed: bytes = brotli.compress(unpacked, quality=1)
    size = b"".join(bytes([0x80 | (claimed >> s) & 0x7F]) for s in (28, 21, 14, 7))
    directory = b"\x00" + size + bytes([claimed & 0x7F])
    return (
        (struct.pack(">4s4sLHHLL", b"wOF2", b"\0\1\0\0", 0, 1, 0, claimed, len(packed))).ljust(
            48, b"\0"
        )
        + directory
        + packed
    )


def woff(unpacked: bytes) -> bytes:
    """Return a WOFF file of one table."""
    packed = zlib.compress(unpacked, 9)
    head = struct.pack(">4s4sLHH", b"wOFF", b"\0\1\0\0", 0, 1, 0).ljust(44, b"\0")
    return head + struct.pack(">4s4L", b"cmap", 64, len(packed), len(unpacked), 0) + packed


@pytest.mark.parametrize("make", [lambda d: woff2(d, 12), lambda d: woff2(d, len(d)), woff])
def test_a_font_that_unpacks_without_end_is_refused_before_it_does(
    make: Callable[[bytes], bytes],
) -> None:
    bomb = make(b"\0" * 50_000_000)
    assert len(bomb) < 200_000
    assert not is_bounded(bomb)
    with pytest.raises(SourceError, match="more than one has"):
        check_face(bomb, "a.ttf", "regular", ("nb",))


def test_fonts_that_come_along_are_within_the_bounds() -> None:
    fonts = [path for path in (TEMPLATES / "fonts").iterdir() if path.suffix in {".ttf", ".woff2"}]
    assert len(fonts) > 10
    assert all(is_bounded(path.read_bytes()) for path in fonts)
    assert not is_bounded((TEMPLATES / "fonts/NotoSans-Bold.woff2").read_bytes()[:-9])


def test_a_table_that_names_letters_without_end_is_seen() -> None:
    def table(form: bytes) -> bytes:
        return struct.pack(">HHHHL", 0, 1, 3, 10, 12) + form

    group = struct.pack(">LLL", 0, 0xFFFFFFFF, 1)
    assert names_too_many(table(struct.pack(">HHLLL", 12, 0, 28, 0, 1) + group))
    assert names_too_many(table(struct.pack(">HHLLLL", 10, 0, 20, 0, 0, 0xFFFFFFFF)))
    count = 40
    ends = struct.pack(">H", 0xFFFF) * count + b"\0\0" + struct.pack(">H", 0) * count
    assert names_too_many(table(struct.pack(">HHHHHHH", 4, 0, 0, 2 * count, 0, 0, 0) + ends))
    assert names_too_many(b"\0\0")
    few = struct.pack(">HHLLL", 12, 0, 28, 0, 1) + struct.pack(">LLL", 32, 126, 1)
    assert not names_too_many(table(few))


@pytest.mark.parametrize("last", [0, 1], ids=["of no letter", "of one letter"])
def test_ranges_without_end_are_not_counted_to_the_end(last: int) -> None:
    tables, count = 300, 300_000
    starts = b"".join(struct.pack(">HHL", 3, 10, 4 + 8 * tables + 48 * n) for n in range(tables))
    # Each table begins among the ranges of those before it, to which it is four more.
    heads = struct.pack(">12L", 12 << 16, 1, last, count, 1, last, 0, 1, last, 0, 1, last) * tables
    cmap = struct.pack(">HH", 0, tables) + starts + heads
    cmap += struct.pack(">3L", 0, 1, last) * (count + 9)
    before = time.thread_time()
    assert names_too_many(cmap)
    assert time.thread_time() - before < 5


def test_pixels_that_unpack_without_end_are_refused() -> None:
    saved = io.BytesIO()
    Image.new("1", (9, 9)).save(saved, "PNG")
    # The size that a PNG says it has stands in its first chunk, with a checksum behind.
    head = b"IHDR" + struct.pack(">LL", 60_000, 60_000) + saved.getvalue()[24:29]
    large = saved.getvalue()[:12] + head + struct.pack(">L", zlib.crc32(head))
    large += saved.getvalue()[33:]
    notes = io.BytesIO()
    about = PngImagePlugin.PngInfo()
    about.add_text("a", "x" * 80_000_000, zip=True)
    Image.new("1", (9, 9)).save(notes, "PNG", pnginfo=about)
    assert len(large) + len(notes.getvalue()) < 1_000_000
    with pytest.raises(SourceError):
        clean_picture(large, "logo.png", "logo")
    assert len(clean_picture(notes.getvalue(), "logo.png", "logo").data) < 1000


UNFOLDING = "".join(
    f'<g id="g{n}"><use href="#g{n - 1}"/><use href="#g{n - 1}"/></g>' for n in range(1, 40)
)
ENDLESS = {
    "copies": ("", '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9" width="9" height="9">'
               f'<g id="g0"><path d="M0 0h9v9z"/></g>{UNFOLDING}</svg>'),
    "variables": ("".join(f"p{{--a{n}:var(--a{n - 1}) var(--a{n - 1})}}" for n in range(1, 40))
                  + "p{--a0:x;font-family:var(--a39)}", "<p>x</p>"),
    "columns": ("div{display:grid;grid-template-columns:repeat(99999999,1fr)}", "<div>x</div>"),
    "cells": ("", '<table><tr><td colspan="999999999" rowspan="999999999">x</td></tr></table>'),
    "depth": ("", "<div>" * 5000 + "x"),
}  # fmt: skip


@OPEN_PROFILE
@pytest.mark.parametrize("what", list(ENDLESS))
def test_what_a_page_can_ask_for_without_end_is_broken_off(
    what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bounds, "MAX_SECONDS", 1.0)
    monkeypatch.setattr(bounds, "MAX_BYTES", 600_000_000)
    style, body = ENDLESS[what]
    before = time.thread_time()
    found = press_body(f"<h1>x</h1>{body}", style)
    assert time.thread_time() - before < 20
    assert re.search("too much time or memory|Failed to render SVG", str(found.problems))


def stuffed(change: Callable[[pikepdf.Pdf], None]) -> bytes:
    """Return a PDF with an empty form, changed."""
    pdf = pikepdf.new()
    pdf.add_blank_page()
    pdf.Root.AcroForm = pikepdf.Dictionary(Fields=pikepdf.Array())
    change(pdf)
    saved = io.BytesIO()
    pdf.save(saved, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return saved.getvalue()


def field(name: str, **more: Any) -> pikepdf.Dictionary:
    return pikepdf.Dictionary(T=name, FT=pikepdf.Name.Tx, **more)


def shared(text: str, many: int) -> Callable[[pikepdf.Pdf], None]:
    """Return what makes many fields whose value is one text."""

    def change(pdf: pikepdf.Pdf) -> None:
        value = pdf.make_indirect(pikepdf.String(text))
        pdf.Root.AcroForm.Fields = pikepdf.Array([field(f"a{n}", V=value) for n in range(many)])

    return change


def options(pdf: pikepdf.Pdf) -> None:
    word = pdf.make_indirect(pikepdf.String(" " * 1_000_000))
    many = pdf.make_indirect(pikepdf.Array([word] * MOST_FIELDS))
    fields = [field(f"a{n}", Opt=many) for n in range(MOST_FIELDS)]
    pdf.Root.AcroForm.Fields = pikepdf.Array(fields)


def million(pdf: pikepdf.Pdf) -> None:
    one = pdf.make_indirect(field("a"))
    pdf.Root.AcroForm.Fields = pikepdf.Array([one] * 1_000_000)


def widgets(pdf: pikepdf.Pdf) -> None:
    ring = pdf.make_indirect(pikepdf.Dictionary())
    ring.Parent = ring
    widget = pikepdf.Dictionary(Subtype=pikepdf.Name.Widget, Parent=ring)
    annots = pdf.make_indirect(pikepdf.Array([pdf.make_indirect(widget)] * MOST_FIELDS))
    for _ in range(199):
        pdf.add_blank_page()
    for page in pdf.pages:
        page.obj.Annots = annots


@pytest.mark.filterwarnings("ignore::pikepdf.exceptions.PageCopyWarning")
@pytest.mark.parametrize(
    ("change", "told"),
    [(shared("x" * 200_000, MOST_FIELDS), "more than"), (shared(" " * 9_000_000, MOST_FIELDS), ""),
     (options, "more than"), (million, "damaged"), (widgets, "")],
    ids=["one text in all fields", "one long blank", "options", "a million fields", "widgets"],
)  # fmt: skip
def test_a_filled_form_takes_no_more_than_a_form_can(
    change: Callable[[pikepdf.Pdf], None], told: str
) -> None:
    data = stuffed(change)
    before = time.thread_time()
    said = ""
    try:
        read_form(data, "a.pdf")
    except SourceError as error:
        said = str(error)
    assert time.thread_time() - before < 5
    assert told in said


WATCH = """\
import os, sys

def watch(event, args):
    if event in {"open", "socket.connect", "socket.getaddrinfo", "os.system", "subprocess.Popen"}:
        os.write(TOLD, f"{event} {args[0]!r} {args[1:2]!r}\\n".encode())

TOLD = os.open(sys.argv[1], os.O_WRONLY | os.O_APPEND | os.O_CREAT)
from tests.test_red_team import fetch_everything, press_body
press_body("<h1>Libraries are looked for, and loaded, once.</h1>")
sys.addaudithook(watch)
fetch_everything(sys.argv[2], sys.argv[3])
"""


def fetch_everything(outside: str, folder: str) -> None:
    """Press a page that wants to fetch in every way there is (runs in a process of its own)."""
    addresses = (f"file://{outside}", outside, f"../../../..{outside}", METADATA,
                 "http://127.0.0.1:9/x", "ftp://127.0.0.1/x", "//169.254.169.254/x")  # fmt: skip
    drawing = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:x="http://www.w3.org/1999/xlink"'
    for address in addresses:
        inner = f'<image href="{address}"/><image x:href="{address}"/><use x:href="{address}#a"/>'
        entity = f'<!DOCTYPE svg [<!ENTITY a SYSTEM "{address}">]>'
        svg = f"{entity}{drawing}>{inner}<text>&a;</text></svg>".replace("#", "%23")
        style = (
            f'@import "{address}"; @import url({address}); @font-face {{font-family: a;'
            f'src: url({address}), local("{address}")}} @page {{background: url({address})}}'
            f"p {{font-family: a; background: url({address}); list-style: url({address});"
            f"border-image: url({address}); mask: url({address}); cursor: url({address})}}"
            f"p::before {{content: url({address}) target-text('{address}')}}"
        )
        body = (
            f'<h1>x</h1><p>x</p><img src="{address}" alt="x"><object data="{address}">x</object>'
            f'<embed src="{address}"><link rel="stylesheet" href="{address}">'
            f'<link rel="attachment" href="{address}"><a rel="attachment" href="{address}">a</a>'
            f'<iframe src="{address}"></iframe><video poster="{address}"></video>'
            f'<input type="image" src="{address}">'
            f'{drawing}>{inner}<style>@import "{address}";</style></svg>'
            f"<img alt='x' src='data:image/svg+xml,{svg}'>"
        )
        assert press_body(body, style).data
        press_body(f'<base href="{address}"><img src="x" alt="x">', "")
    with pytest.raises(SourceError):
        clean_picture(
            f'<!DOCTYPE svg [<!ENTITY a SYSTEM "file://{outside}">]>{drawing}>&a;</svg>'.encode(),
            "logo.svg", "logo",
        )  # fmt: skip
    pdf = Path(folder, "answer.pdf")
    read_form(pdf.read_bytes(), "answer.pdf")


def acting(pdf: pikepdf.Pdf) -> None:
    """Make a PDF want to run, launch, send and carry things along."""
    run = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=f"app.launchURL('{METADATA}')")
    launch = pikepdf.Dictionary(S=pikepdf.Name.Launch, F="/bin/sh")
    send = pikepdf.Dictionary(S=pikepdf.Name.SubmitForm, F=METADATA)
    pdf.Root.OpenAction = launch
    pdf.Root.AA = pikepdf.Dictionary(WC=run, WS=send)
    pdf.Root.Names = pikepdf.Dictionary(
        JavaScript=pikepdf.Dictionary(Names=pikepdf.Array(["a", run]))
    )
    pdf.attachments["x.sh"] = b"touch /tmp/x"
    pdf.Root.AcroForm.Fields = pikepdf.Array(
        [field("a", V="x", A=launch, AA=pikepdf.Dictionary(K=run))]
    )
    pdf.Root.AcroForm.XFA = pikepdf.String("<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]>")


def test_nothing_is_fetched_opened_or_started_whatever_is_asked_for(tmp_path: Path) -> None:
    outside = tmp_path / "hemmelig.png"
    outside.write_text(SECRET, encoding="utf-8")
    (tmp_path / "answer.pdf").write_bytes(stuffed(acting))
    script, told = tmp_path / "watch.py", tmp_path / "told.txt"
    script.write_text(WATCH, encoding="utf-8")
    command = [sys.executable, "-W", "ignore", str(script), str(told), str(outside), str(tmp_path)]
    # Without a network where the system lets us; the hook of Python sees each wish in any case.
    cut = ["unshare", "-rn"]
    try:
        alone = subprocess.run([*cut, "true"], capture_output=True, check=False).returncode == 0
    except OSError:
        alone = False
    done = subprocess.run(
        [*(cut if alone else []), *command], cwd=ROOT, capture_output=True, text=True, check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    events = told.read_text(encoding="utf-8").splitlines()
    assert any("fonts.css" in line for line in events), "the hook sees what is opened"
    assert [line for line in events if "hemmelig" in line or not line.startswith("open ")] == []
    assert not [line for line in events if "/etc/passwd" in line]


NAMES = ("A\\r\\nBEGIN:VALARM\\r\\nX:y", "A\\nATTACH:file:///etc/passwd", "A;X=1:b,c\\\\n")


@pytest.mark.parametrize("place", NAMES)
def test_no_place_begins_a_line_in_a_calendar(place: str, tmp_path: Path) -> None:
    root = copy_book("minimal", tmp_path)
    text = (
        "name: 'A;B:C,D'\nseries: {programme: prove, start: 2027-03-04, time: '14:00', "
        f'minutes: 90, interval: 1, number: 2, place: "{place}"}}\n'
    )
    (root / "organisation.yml").write_text(text, encoding="utf-8")
    project = read_project(root)
    organisation, problems = load_organisation(project)
    if organisation is None:
        assert {p.code for p in problems} == {Code.WRONG_VALUE}
        return
    edition = make_edition(load_handbook(project)[0], organisation=organisation)
    series = organisation.series
    assert series
    lines = calendar(edition, series).decode().replace("\r\n ", "").split("\r\n")
    assert {line for line in lines if line.startswith(("ATTACH", "X:y", "X=1"))} == set()
    assert not any("\r" in line or "\n" in line for line in lines)


def test_hostile_names_stay_words_in_every_file_for_programs(tmp_path: Path) -> None:
    """Feed, site map, manifest, headers, page for what is not there, and the search index."""
    root = copy_book("minimal", tmp_path)
    evil = "A' & \" onload=x {{ 7*7 }}"
    settings = {
        "name": evil,
        "address": "https://a.example/b/",
        "footer": f"<script>{evil}",
    }
    (root / "organisation.yml").write_text(dump_yaml(settings), encoding="utf-8")
    book = root / "content/handbook.yml"
    text = book.read_text(encoding="utf-8")
    title = json.dumps(f"<script>x</script> ]]> --> {evil}")
    book.write_text(re.sub(r"(?m)^title: .*$", lambda _: f"title: {title}", text), encoding="utf-8")
    assert build(root, "--only", "website", "--language", "nb", "--quiet") == 0
    site = root / "site"
    assert list(site.rglob("sitemap.xml"))
    for path in site.rglob("*.xml"):
        found = ElementTree.fromstring(path.read_bytes())
        assert {element.tag.rpartition("}")[2].lower() for element in found.iter()}.isdisjoint(
            {"script", "svg", "html"}
        )
    assert json.loads((site / "manifest.json").read_bytes())["edition"]["organisation"]
    for path in site.rglob("search_index.json"):
        assert "<script>" not in json.dumps(
            [d["title"] for d in json.loads(path.read_bytes())["docs"]]
        )
    headers = [line for line in (site / "_headers").read_text("utf-8").splitlines() if line]
    assert all(re.match(r"/\*|  [A-Z][\w-]+: ", line) for line in headers)
    for path in site.rglob("404.html"):
        page = path.read_text(encoding="utf-8")
        assert "<script>x" not in page
        assert "49" not in re.sub(r"<[^>]*>", "", page)
