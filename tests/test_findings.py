"""What the press refuses or warns of: each is a problem with a line, none a traceback."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from dreiebok.press.sheets import assemble_pdf
from dreiebok.press.values import Piece, PressedPdf, PrintDocument, pack
from dreiebok.press.weasyprint_ import press
from dreiebok.problems import Code, Location
from tests.pressing import OPEN_PROFILE, TEMPLATES, press_body
from tests.projects import ROOT

pytestmark = OPEN_PROFILE

AT = Location("content/x.yml", 9, 5)


def told(pressed: PressedPdf) -> list[tuple[Code, str]]:
    return [(p.code, p.message.removeprefix("print/p/x.pdf: ")) for p in pressed.problems]


@pytest.mark.parametrize(
    "address",
    ["javascript:alert(1)", "file:///etc/passwd", "side.html", "../x", "https://edition.invalid/x"],
)
def test_links_that_lead_nowhere_good_are_problems(address: str) -> None:
    pressed = press_body(f'<h1>x</h1><p id="avsnitt"><a href="{address}">her</a></p>', avsnitt=AT)
    assert told(pressed) == [(Code.UNSAFE_LINK, f"a link leads to “{address}”")]
    assert pressed.problems[0].location == AT


@pytest.mark.parametrize("address", ["https://nav.no/", "mailto:a@b.no", "#x"])
def test_links_to_the_web_to_people_and_inside_are_fine(address: str) -> None:
    assert press_body(f'<h1 id="x">x</h1><p><a href="{address}">her</a></p>').problems == ()


@pytest.mark.parametrize(
    ("field", "message"),
    [
        ('<button name="a">Send</button>', "a form in a PDF cannot have a button (“a”)"),
        ('<input type="submit" name="a">', "a form in a PDF cannot have a submit (“a”)"),
        ('<input type="hidden" name="a">', "a form in a PDF cannot have a hidden (“a”)"),
        ('<input type="file" name="a">', "a form in a PDF cannot have a file (“a”)"),
        ('<input name="a" title="A" value="x">', "the value preset in “a” would not be shown"),
        ('<textarea name="a" title="A">x</textarea>', "the value preset in “a” would not be shown"),
        (
            '<select name="a" title="A"><option value="x" selected>x</option></select>',
            "the value preset in “a” would not be shown",
        ),
        (
            '<div aria-hidden="true"><input name="a" title="A"></div>',
            "a link or field is hidden from screen readers",
        ),
        ('<input name="a">', "“a” has no tooltip but its name"),
        (
            '<input name="a" title="A" style="appearance: none">',
            "“a” did not become a form field",
        ),
    ],
)
def test_fields_that_would_not_work_are_problems(field: str, message: str) -> None:
    body = f'<h1>x</h1><form action="https://example.org/">{field}</form>'
    pressed = press_body(body, a=AT)
    assert told(pressed) == [(Code.RENDER_WARNING, message)]
    assert pressed.problems[0].location == AT


def test_blank_lines_in_a_textarea_and_an_empty_choice_preset_nothing() -> None:
    pressed = press_body(
        '<h1>x</h1><form><textarea name="a" title="A">\n  </textarea>'
        '<select name="b" title="B"><option value="" selected></option></select>'
        '<input type="checkbox" name="c" title="C" checked></form>'
    )
    assert pressed.problems == ()


RADIO = '<input type="radio" name="a" title="{0}" value="{0}" data-group-title="{1}">'


@pytest.mark.parametrize(
    "fields",
    [
        '<input name="a" title="x"><input name="a" title="y">',
        '<input name="a" title="x">' + RADIO.format("Ja", "Hva?"),
        RADIO.format("Ja", "Hva?") + '<input name="a" title="x">',
        RADIO.format("Ja", "Hva?") + RADIO.format("Ja", "Noe annet?"),
        '<input name="a.b" title="x">',
        '<input title="x">',
    ],
)
def test_names_that_readers_would_mix_up_are_problems(fields: str) -> None:
    codes = [code for code, _ in told(press_body(f"<h1>x</h1><form>{fields}</form>"))]
    assert Code.DUPLICATE_ID in codes


def test_the_options_of_one_question_share_their_name() -> None:
    fields = RADIO.format("Ja", "Hva?") + RADIO.format("Nei", "Hva?")
    assert press_body(f"<h1>x</h1><form>{fields}</form>").problems == ()


def test_no_file_travels_inside_a_pdf() -> None:
    body = '<h1>x</h1><p><a rel="attachment" href="https://example.org/a.txt">a</a></p>'
    assert (Code.RENDER_WARNING, "a file would be attached, which PDF/A forbids") in told(
        press_body(body)
    )


def test_a_scale_that_is_none_is_a_problem() -> None:
    assert told(press_body('<h1>x</h1><div data-fit="a" data-fit-min="liten">x</div>')) == [
        (Code.RENDER_WARNING, "“liten” is no smallest scale")
    ]


def test_a_style_about_images_is_no_bad_image() -> None:
    ((code, message),) = told(press_body("<h1>x</h1>", "h1 { background-image: foo() }"))
    assert code is Code.RENDER_WARNING
    assert message.startswith("Ignored `background-image: foo()")


def test_a_missing_letter_is_told_once_also_inside_a_drawing() -> None:
    body = (
        '<h1>x</h1><svg xmlns="http://www.w3.org/2000/svg" width="99" height="20">'
        '<title>t</title><text y="12" font-family="Noto Sans">你</text></svg>'
    )
    assert told(press_body(body)) == [(Code.MISSING_GLYPH, "no font has “你” (U+4F60)")]


def test_a_document_without_a_language_is_a_problem() -> None:
    html = "<!doctype html><html><head><title>x</title></head><body></body></html>"
    document = PrintDocument("print/p/x.pdf", "form", "x", "nb", "p", "r", pack(html))
    assert any('"lang"' in message for _, message in told(press(document, TEMPLATES)))


ALONE = """
import sys
from pathlib import Path
from tests.pressing import TEMPLATES
from dreiebok.press.values import PrintDocument, pack
from dreiebok.press.weasyprint_ import press

html = '<html lang="nb"><head><title>x</title>%s</head><body>x</body></html>' % sys.argv[1]
document = PrintDocument("print/p/x.pdf", "form", "x", "nb", "p", "r", pack(html))
pressed = press(document, TEMPLATES)
print(pressed.pages, *(problem.message for problem in pressed.problems), sep="; ")
"""
"""Presses in a process of its own, where no other document has brought fonts before."""
NO_FONT = "print/p/x.pdf: no font at all could be read, so nothing was laid out"


@pytest.mark.parametrize(
    ("head", "message"),
    [
        ("", f"0; {NO_FONT}"),
        (
            '<style>@font-face { font-family: "A"; src: url("base.css") }</style>',
            f"0; print/p/x.pdf: Font-face 'A' cannot be loaded; {NO_FONT}",
        ),
        # A family that nobody has falls back to one that is there, as CSS will have it.
        ('<link rel="stylesheet" href="fonts.css"><style>* { font-family: Nowhere }</style>', "1"),
    ],
)
def test_without_any_font_the_process_lives_and_takes_none_of_the_machine(
    head: str, message: str
) -> None:
    command = [sys.executable, "-W", "ignore", "-c", ALONE, head]
    run = subprocess.run(command, cwd=TEMPLATES.parent, capture_output=True, text=True)
    assert (run.returncode, run.stdout.strip()) == (0, message), run.stderr


WORKERS = """
from tests.pressing import press_body
from concurrent.futures import ProcessPoolExecutor
import multiprocessing

if __name__ == "__main__":
    pool = ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("fork"))
    assert pool.submit(press_body, "<p>x</p>").result().pages == 1
    pool.shutdown()
    assert press_body("<p>x</p>").pages == 1
"""


def test_a_process_takes_its_fonts_along_when_it_ends(tmp_path: Path) -> None:
    command = [sys.executable, "-W", "ignore", "-c", WORKERS]
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    subprocess.run(command, cwd=TEMPLATES.parent, env=environment, check=True)
    assert list(tmp_path.glob("weasyprint-*")) == []


def test_what_was_not_served_is_named() -> None:
    assert (
        Code.RENDER_WARNING,
        "“https://edition.invalid/print/nothing.png” was asked for, "
        "which is not in the edition's folders",
    ) in told(press_body('<h1>x</h1><p><img src="nothing.png" alt="x"></p>'))


def test_cards_that_were_not_laid_out_make_no_sheets() -> None:
    pieces = (Piece("x", "4up"),)
    document = PrintDocument("print/p/y.pdf", "cards", "x", "nb", "p", "r", b"", pieces)
    sheets = assemble_pdf(document, {"x": b""})
    assert (sheets.data, sheets.pages, sheets.problems) == (b"", 0, ())


STARVED = """
import resource
from pathlib import Path
from dreiebok.press.bounds import Starved, bounded

try:
    with bounded():
        size = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (size + 50_000_000,) * 2)
        bytearray(500_000_000)
except Starved:
    print("starved")
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="no bound on room elsewhere")
def test_a_worker_that_somebody_starves_does_not_blame_the_document() -> None:
    command = [sys.executable, "-c", STARVED]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (ended.stdout, ended.stderr) == ("starved\n", "")
