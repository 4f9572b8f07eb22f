"""Forms filled in on their page: typed in Chromium, saved, opened by other programs."""

import io
import re
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from shutil import copytree
from typing import Any

import page as validation
import pikepdf
import pymupdf
import pypdfium2
import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image, ImageChops
from playwright.sync_api import Browser, Dialog, Locator, Page, expect

from dreiebok.answers.reading import read_form
from tests import test_site_in_browser as site_tests
from tests.pressing import FALSE_ALARM
from tests.projects import build, copy_book
from tests.readers import Box, boxes
from tests.serving import guarded, served
from tests.test_site_in_browser import Witness

browser = site_tests.browser
WORDS = "Blåbær på Ærfugløya – «ja» 1/2"
FOREIGN = "Zażółć gęślą jaźń. Привіт, Їжак!"
LATER = "\nOg en til"
CONTROLS = """form => [...new Map([...form.elements].filter((e) => e.name).map((e) => [e.name,
  [e.name, e.dataset.kind || e.type, e.options ? e.options[e.options.length - 1].text : e.value,
   Number(e.dataset.most || 0)]])).values()]"""
"""Of each field, its last control: name, kind, value of its last option, most letters."""
AXE = {"preload": False}
"""Axe would fetch the style sheets once more, which a page from the disk may not."""


@pytest.fixture(scope="module")
def every(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site of the book with every kind of field."""
    project = copy_book("every-kind", tmp_path_factory.mktemp("every"))
    assert build(project) == 0
    return project / "site"


@pytest.fixture(scope="module")
def address(every: Path) -> Iterator[str]:
    """That site on a strict server of this machine."""
    with served(every, guarded(every)) as address:
        yield address


@dataclass
class Sheet:
    """A form on its page, opened."""

    page: Page
    witness: Witness
    form: Locator

    def fill(self, words: str = WORDS) -> dict[str, str]:
        """Answer everything as a person would; return what the PDF should hold, by field."""
        wanted: dict[str, str] = {}
        for number, (name, kind, value, most) in enumerate(self.form.evaluate(CONTROLS)):
            control = self.form.locator(f"[name='{name}']").last
            if kind in {"radio", "checkbox"}:
                # Of a question the last option: the first would also be right by accident.
                control.check()
            elif kind == "select-one":
                control.select_option(value)
            elif kind == "date":
                control.fill("9.3.2026")
                value = "2026-03-09"
            else:
                value = f"{number} {words}{LATER if kind == 'textarea' else ''}"[
                    : most or 99
                ].strip()
                control.fill(value)
            wanted[name] = value
        return wanted

    def press(self, words: str) -> None:
        self.form.get_by_role("button", name=words, exact=True).click()

    def save(self, button: str = "Lagre som PDF") -> bytes:
        with self.page.expect_download() as found:
            self.press(button)
        assert re.fullmatch(r"[a-z0-9-]+-utfylt\.pdf", found.value.suggested_filename)
        return found.value.path().read_bytes()

    @property
    def note(self) -> Locator:
        return self.form.locator(".db-fill-note")


def open_form(
    browser: Browser, origin: str, path: str, number: int = 0, width: int = 1280
) -> Sheet:
    witness = Witness(browser, origin, width)
    witness.page.goto(f"{origin}/nb/{path}.html")
    witness.page.locator("[data-do=open]").nth(number).click()
    return Sheet(witness.page, witness, witness.page.locator(".db-fill form").nth(number))


@pytest.fixture
def sheet(browser: Browser, every: Path) -> Iterator[Sheet]:
    """The form with every kind of field, from the disk."""
    opened = open_form(browser, every.as_uri(), "felt/skjema")
    yield opened
    assert (opened.witness.strangers, opened.witness.complaints) == ([], [])
    opened.witness.context.close()


@dataclass(frozen=True)
class Where:
    """A form of one of the two sites, and the PDF that it writes into."""

    book: str
    path: str
    pdf: str
    number: int = 0


FORMS = [
    Where("real", "mestringsgruppe/loggskjema", "mestringsgruppe/loggskjema"),
    Where("every", "felt/skjema", "felt/skjema"),
    Where("every", "felt/maling", "felt/maling"),
    Where("real", "veiledningsgruppe/skjema", "veiledningsgruppe/skjema-for", 0),
    Where("real", "veiledningsgruppe/skjema", "veiledningsgruppe/skjema-etter", 1),
]


@pytest.mark.parametrize("where", FORMS, ids=lambda where: where.pdf)
def test_what_is_typed_is_in_the_saved_pdf(
    where: Where, browser: Browser, site: Path, every: Path
) -> None:
    folder = site if where.book == "real" else every
    opened = open_form(browser, folder.as_uri(), where.path, where.number)
    wanted = opened.fill(FOREIGN if where.path == "felt/skjema" else WORDS)
    data = opened.save()
    empty = (folder / f"nb/print/{where.pdf}.pdf").read_bytes()
    assert data.startswith(empty), "the saved file is the press's, with an update behind it"
    assert {field.name: field.value for field in read_form(data, "x.pdf").fields} == wanted
    assert broken_rules(data) == []
    told(opened)
    opened.witness.context.close()


def told(opened: Sheet) -> None:
    """Nothing left the page, and nothing stays in the browser."""
    assert (opened.witness.strangers, opened.witness.complaints) == ([], [])
    assert opened.witness.context.cookies() == []
    kept = opened.page.evaluate(
        "async () => [JSON.stringify({...localStorage}) + JSON.stringify({...sessionStorage}),"
        " (await indexedDB.databases()).length]"
    )
    assert kept[1] == 0
    # Material keeps the choice of light or dark; of answers there is no trace.
    assert not re.search("Ærfugl|Привіт|Og en til|mg-logg|fe-", kept[0])


def broken_rules(data: bytes) -> list[str]:
    return [
        failure.rule_id
        for profile in ("ua1", "2a")
        for failure in validation.validate_pdf_bytes(data, profile=profile).failures
        if not failure.rule_id.endswith(FALSE_ALARM)
    ]


def pdfium(data: bytes) -> list[Image.Image]:
    pdf = pypdfium2.PdfDocument(data)
    pdf.init_forms()
    return [leaf.render(scale=2, may_draw_forms=True).to_pil().convert("L") for leaf in pdf]


def mupdf(data: bytes) -> list[Image.Image]:
    program: Any = pymupdf  # Its types are only half there.
    with program.open(stream=data) as pdf:
        pictures = [leaf.get_pixmap(dpi=144) for leaf in pdf]
    return [Image.frombytes("RGB", (p.width, p.height), p.samples).convert("L") for p in pictures]


def poppler(data: bytes) -> list[Image.Image]:
    pages = len(pypdfium2.PdfDocument(data))
    return [
        Image.open(
            io.BytesIO(
                subprocess.run(
                    ["pdftoppm", "-r", "144", "-gray", "-f", str(n), "-l", str(n), "-"],
                    input=data, capture_output=True, check=True,
                ).stdout
            )
        )
        for n in range(1, pages + 1)
    ]  # fmt: skip


def changed(before: Image.Image, after: Image.Image, box: Box) -> int:
    """Count the pixels of a field, in points from below, that have changed."""
    left, bottom, right, top = (2 * value for value in box)
    area = (round(left), before.height - round(top), round(right), before.height - round(bottom))
    found = ImageChops.difference(before.crop(area), after.crop(area))
    return sum(found.point(lambda value: 255 if value > 60 else 0).histogram()[255:])


@pytest.mark.parametrize("draw", [pdfium, mupdf, poppler], ids=lambda draw: draw.__name__)
def test_every_answer_is_seen_in_its_field(
    draw: Callable[[bytes], list[Image.Image]], sheet: Sheet, every: Path
) -> None:
    sheet.fill(FOREIGN)
    before = draw((every / "nb/print/felt/skjema.pdf").read_bytes())
    data = sheet.save()
    after = draw(data)
    chosen = {f.name: int(f.value) for f in read_form(data, "x.pdf").fields if f.value.isdecimal()}
    places = boxes(data)
    assert len(places) > 25
    for (name, option), (number, box) in places.items():
        ink = changed(before[number], after[number], box)
        # A ticked box has ink; of a question's circles the chosen one alone.
        if chosen.get(name, option) == option:
            assert ink > 20, name
        else:
            assert ink == 0, name


def test_letters_beyond_the_field_face_bring_a_face_along(sheet: Sheet) -> None:
    sheet.fill("Gəl, nǐ hǎo")
    with pikepdf.open(io.BytesIO(sheet.save())) as pdf:
        field = next(f for f in pdf.Root.AcroForm.Fields if f.T == "fe-lang")
        fonts = field.AP.N.Resources.Font
        assert "Gəl, nǐ hǎo" in str(field.V)
        assert str(fonts["/DBFill"].BaseFont) == "/DBFILL+NotoSans-Regular"


def test_letters_that_no_face_has_are_told_of_before_saving(sheet: Sheet) -> None:
    sheet.fill()
    sheet.form.locator("[name=fe-lang]").fill("Ro 🙂 og 你好")
    sheet.press("Lagre som PDF")
    expect(sheet.note).to_contain_text("vises i PDF-en: 🙂 你 好. Skriv ut fra")
    expect(sheet.note).to_be_focused()
    expect(sheet.note.get_by_role("button", name="Fortell.")).to_be_visible()
    data = sheet.save("Lagre likevel")
    assert {f.name: f.value for f in read_form(data, "x").fields}["fe-lang"] == "Ro 🙂 og 你好"
    assert broken_rules(data) == []


def test_an_answer_longer_than_its_field_is_whole_and_told_of(sheet: Sheet) -> None:
    sheet.fill()
    long = "Jeg ventet til kollegaen min var ferdig. " * 30 + "Så sa jeg det som det var."
    sheet.form.locator("[name=fe-lang]").fill(long)
    sheet.form.locator("[name=fe-linjer-2]").fill(long)
    sheet.press("Lagre som PDF")
    expect(sheet.note).to_contain_text("Svaret er lengre enn plassen på arket")
    expect(sheet.note.get_by_role("listitem")).to_have_text(["Fortell.", "Nevn tre ting."])
    values = {f.name: f.value for f in read_form(sheet.save("Lagre likevel"), "x").fields}
    assert (values["fe-lang"], values["fe-linjer-2"]) == (long, long)


def test_a_long_line_becomes_smaller_before_it_is_cut(sheet: Sheet) -> None:
    sheet.fill()
    sheet.form.locator("[name=fe-linjer-1]").fill("Vi snakket om vaktene, og ble enige. " * 3)
    with pikepdf.open(io.BytesIO(sheet.save())) as pdf:
        field = next(f for f in pdf.Root.AcroForm.Fields if f.T == "fe-linjer-1")
        sizes = {float(n) for n in re.findall(rb"([\d.]+) Tf", field.AP.N.read_bytes())}
    (size,) = sizes
    assert 7 <= size < 10.5


@pytest.mark.parametrize(
    ("name", "wrong", "words"),
    [
        ("fe-lang", "", "Dette må fylles ut."),
        ("fe-dato", "2026-02-30", "Skriv datoen slik"),
        ("fe-tekst", "x" * 41, "Svaret er for langt. Antall tegn: 41. Plass til: 40."),
    ],
)
def test_what_is_wrong_is_said_at_its_field(
    name: str, wrong: str, words: str, sheet: Sheet
) -> None:
    sheet.fill()
    control = sheet.form.locator(f"[name={name}]")
    control.fill(wrong)
    sheet.press("Lagre som PDF")
    expect(control).to_have_attribute("aria-invalid", "true")
    expect(control).to_have_accessible_description(re.compile(re.escape(words)))
    sheet.note.get_by_role("listitem").get_by_role("button").click()
    expect(control).to_be_focused()
    control.fill("2026-02-28")
    expect(control).not_to_have_attribute("aria-invalid", "true")
    assert sheet.save().startswith(b"%PDF")


def test_a_tick_that_must_be_set_is_asked_for(sheet: Sheet) -> None:
    sheet.fill()
    tick = sheet.form.get_by_role("checkbox", name="Jeg har lest reglene.")
    tick.uncheck()
    sheet.press("Lagre som PDF")
    expect(tick).to_have_accessible_description("Dette må fylles ut.")


def test_clear_all_asks_first_and_then_leaves_nothing(sheet: Sheet) -> None:
    sheet.fill()
    sheet.press("Tøm alt")
    expect(sheet.form.get_by_role("button", name="Nei, behold")).to_be_focused()
    sheet.press("Nei, behold")
    assert "fe-valg" in answered(sheet)
    sheet.press("Tøm alt")
    sheet.press("Ja, tøm alt")
    assert answered(sheet) == {}


def answered(sheet: Sheet) -> dict[str, str]:
    script = "f => Object.fromEntries([...new FormData(f)].filter(([, v]) => v))"
    found: dict[str, str] = sheet.form.evaluate(script)
    return found


def test_a_choice_can_be_taken_back(sheet: Sheet) -> None:
    radio = sheet.form.get_by_role("radio", name="Aldri")
    radio.click()
    expect(radio).to_be_checked()
    radio.click()
    expect(radio).not_to_be_checked()
    radio.focus()
    sheet.page.keyboard.press("Space")
    expect(radio).to_be_checked()
    sheet.page.keyboard.press("Delete")
    expect(radio).not_to_be_checked()


def test_the_keyboard_alone_fills_and_saves(browser: Browser, every: Path) -> None:
    witness = Witness(browser, every.as_uri())
    page = witness.page
    page.goto(f"{every.as_uri()}/nb/felt/maling.html")
    page.locator("[data-do=open]").focus()
    page.keyboard.press("Enter")
    page.keyboard.type("Ett år")  # The first field has the focus.
    for _ in range(2):
        page.keyboard.press("Tab")
        page.keyboard.press("Space")
        page.keyboard.press("ArrowRight")
    page.keyboard.press("Tab")
    with page.expect_download() as found:
        page.keyboard.press("Enter")
    values = {f.name: f.value for f in read_form(found.value.path().read_bytes(), "x").fields}
    assert values == {"fe-tid": "Ett år", "fe-m1": "1", "fe-m2": "1"}


def test_leaving_warns_while_answers_are_unsaved(browser: Browser, every: Path) -> None:
    opened = open_form(browser, every.as_uri(), "felt/maling")
    asked: list[str] = []

    def leave(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    opened.page.on("dialog", leave)
    opened.page.reload()
    assert asked == []
    opened.page.locator("[data-do=open]").click()
    opened.page.keyboard.type("Ett år")
    opened.page.reload()
    assert asked == ["beforeunload"]
    # The browser itself keeps nothing either.
    opened.page.locator("[data-do=open]").click()
    assert answered(opened) == {}
    opened.page.keyboard.type("Ett år")
    opened.save()
    opened.page.reload()
    assert asked == ["beforeunload"]


def test_the_print_shows_whole_answers_and_no_buttons(browser: Browser, every: Path) -> None:
    opened = open_form(browser, every.as_uri(), "felt/skjema", width=390)
    opened.fill()
    opened.form.locator("[name=fe-lang]").fill("\n".join(f"Linje {n}" for n in range(90)))
    printed = pypdfium2.PdfDocument(opened.page.pdf(format="A4"))
    words = "\n".join(leaf.get_textpage().get_text_range() for leaf in printed)
    for wanted in ("Fortrolig. Skriv ikke navn.", "Hvor ofte?", "Linje 0", "Linje 89", "Ærfugl"):
        assert wanted in words, wanted
    for unwanted in ("Lagre som PDF", "Tøm alt", "Fyll ut her", "Brukes i"):
        assert unwanted not in words, unwanted


def test_a_strict_server_is_enough(browser: Browser, address: str) -> None:
    opened = open_form(browser, address, "felt/skjema")
    wanted = opened.fill(FOREIGN)
    data = opened.save()
    assert {field.name: field.value for field in read_form(data, "x.pdf").fields} == wanted
    assert (opened.witness.strangers, opened.witness.complaints) == ([], [])


def test_without_scripts_the_page_is_to_read(browser: Browser, every: Path) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{every.as_uri()}/nb/felt/skjema.html")
    assert page.locator(".db-fill").is_hidden()
    assert page.locator("#fe-lang").is_visible()
    assert page.locator(".db-download").first.is_visible()
    context.close()


def test_the_form_takes_the_place_of_the_questions(sheet: Sheet) -> None:
    assert sheet.page.locator("#fe-lang").is_hidden()
    sheet.press("Lukk skjemaet")
    assert sheet.page.locator("#fe-lang").is_visible()
    expect(sheet.page.get_by_role("button", name="Fyll ut her")).to_be_focused()


def test_a_missing_pdf_is_told_of(browser: Browser, every: Path, tmp_path: Path) -> None:
    site = copytree(every, tmp_path / "site")
    (site / "nb/assets/forms/felt/maling.js").unlink()
    opened = open_form(browser, site.as_uri(), "felt/maling")
    opened.press("Lagre som PDF")
    expect(opened.note).to_contain_text("Det gikk ikke å lage PDF-en her")


def test_search_does_not_find_the_same_question_twice(every: Path) -> None:
    index = (every / "nb/search/search_index.json").read_text(encoding="utf-8")
    assert index.count("Nevn tre ting.") == 1
    assert "Lagre som PDF" not in index


def form_pages(site: Path) -> list[str]:
    found = sorted((site / "nb").glob("*/*.html"))
    return [p.as_uri() for p in found if 'class="db-fill"' in p.read_text(encoding="utf-8")]


@pytest.mark.parametrize(
    ("width", "scheme", "turn"),
    [(1280, "light", 0), (390, "dark", 1), (390, "light", 2), (320, "dark", 3)],
)
def test_no_form_keeps_anyone_out(
    width: int, scheme: str, turn: int, browser: Browser, site: Path, every: Path
) -> None:
    # Whole pages of the small book in all four; of the handbook, whose menus are the same on every
    # page, what stands on each form's page, in turn.
    pages: list[tuple[str, str | None]] = [(uri, None) for uri in form_pages(every)]
    pages += [(uri, ".md-content") for uri in form_pages(site)[turn::4]]
    assert len(pages) > 8
    witness = Witness(browser, "file:", width, scheme)
    page, axe = witness.page, Axe()
    for uri, part in pages:
        page.goto(uri)
        page.locator("[data-do=open]").last.click()
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= width, f"{uri} is {wide} px wide"
        violations = axe.run(page, part, AXE).response["violations"]
        told = [(v["id"], node["html"][:120]) for v in violations for node in v["nodes"]]
        assert told == [], uri
    assert witness.complaints == []
    witness.context.close()


def test_targets_are_large_enough(browser: Browser, every: Path) -> None:
    opened = open_form(browser, every.as_uri(), "felt/skjema", width=390)
    small = opened.form.evaluate(
        """form => [...form.querySelectorAll("input, textarea, select, button")].map((e) => {
          const box = (e.closest("label") || e).getBoundingClientRect();
          return [e.name || e.textContent, box.width, box.height];
        }).filter(([, width, height]) => width && Math.min(width, height) < 24)"""
    )
    assert small == []
