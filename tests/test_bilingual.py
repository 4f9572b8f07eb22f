"""Prints in two languages: every text in both, each marked; fields and answers as in one."""

import io
import json
import pickle
import re
from collections import Counter
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from lxml import html as lxml_html

from dreiebok.answers.matching import match
from dreiebok.answers.questions import questionnaires
from dreiebok.answers.reading import read_form
from dreiebok.cli import main
from dreiebok.editions.catalogs import Entry, make_catalog
from dreiebok.editions.edition import Edition
from dreiebok.editions.locales import direction_of, name_in
from dreiebok.editions.making import make_edition
from dreiebok.editions.messages import COMMON, INTERFACE, messages_of
from dreiebok.editions.pairing import pair_records
from dreiebok.model.base import Both, Text
from dreiebok.model.scripts import Script
from dreiebok.model.walking import walk
from dreiebok.press.bilingual import bilingual_documents
from dreiebok.press.documents import print_documents
from dreiebok.press.sheets import assemble_pdf
from dreiebok.press.values import PressedPdf, PrintDocument
from dreiebok.press.weasyprint_ import press
from dreiebok.templating import Output, Templates, make_environment, no_links, render
from tests.filled import fill
from tests.pressing import OPEN_PROFILE, TEMPLATES, failures, open_pdf
from tests.projects import book_edition, build, copy_book
from tests.tagtext import tag_text

pytestmark = OPEN_PROFILE

INTERFACE_IN_ARABIC = {"DEL": "الجزء", "Spør": "اسأل", "Slik bruker du kortene": "البطاقات"}
CARDS = "print/prove/manus-cards-nb-ar.pdf"
FORM = "print/felt/skjema-nb-ar.pdf"
Documents = dict[str, PrintDocument]


def in_arabic(book: str) -> tuple[Edition, Edition]:
    """Return a tiny book and the same with every text in (made-up) Arabic, numbered."""
    edition = book_edition(book)
    catalogs = {
        domain: make_catalog(
            "ar",
            domain,
            [
                *(
                    Entry(message.context, message.text, f"كلام عن الموضوع {n}")
                    for n, message in enumerate(messages, 1)
                ),
                *(
                    Entry(INTERFACE, words, said)
                    for words, said in INTERFACE_IN_ARABIC.items()
                    if domain == COMMON
                ),
            ],
        )
        for domain, messages in {COMMON: (), **messages_of(edition.handbook)}.items()
    }
    return edition, make_edition(edition.handbook, "ar", catalogs=catalogs)


def made(first: Edition, second: Edition, templates: Templates) -> Documents:
    documents, problems = bilingual_documents(first, second, templates)
    assert problems == ()
    return {document.path: document for document in documents}


@pytest.fixture(scope="module")
def cards(templates: Templates) -> Documents:
    """The tiny book with a script, in bokmål and Arabic."""
    return made(*in_arabic("minimal"), templates)


@pytest.fixture(scope="module")
def forms(templates: Templates) -> Documents:
    """The tiny book with every kind of field, in bokmål and Arabic."""
    return made(*in_arabic("every-kind"), templates)


@pytest.fixture(scope="module")
def plain(templates: Templates) -> PressedPdf:
    """The same form in bokmål alone."""
    documents, _ = print_documents(book_edition("every-kind"), templates)
    found = next(document for document in documents if document.path == "print/felt/skjema.pdf")
    return press(found, TEMPLATES)


@pytest.fixture(scope="module")
def form(forms: Documents) -> PressedPdf:
    """The form with every kind of field, pressed."""
    return press(forms[FORM], TEMPLATES)


def test_every_text_knows_its_counterpart() -> None:
    first, second = in_arabic("every-kind")
    record, other = first.record("fe-skjema"), second.record("fe-skjema")
    paired = pair_records(record, other, "ar")
    assert isinstance(paired.title, Both)
    assert (paired.title, paired.title.at) == (record.title, record.title.at)
    assert (paired.title.beside, paired.title.beside.lang) == (str(other.title), "ar")
    texts = [t for t in walk(paired) if isinstance(t, Text) and type(t) in {Text, Both}]
    # What stands in both languages alike, an element's kind or a number, has no counterpart.
    assert len([t for t in texts if isinstance(t, Both)]) > 30
    assert [str(t) for t in texts if not isinstance(t, Both) and t[0].isalpha()] == []
    again = pickle.loads(pickle.dumps(paired.title))
    assert (again, again.beside, again.beside.lang) == (paired.title, other.title, "ar")


def test_what_has_no_translation_is_shown_once(templates: Templates) -> None:
    first = book_edition("every-kind")
    untranslated = make_edition(first.handbook, "ar", catalogs={})
    there = made(first, untranslated, templates)[FORM]
    assert 'class="also"' not in there.html
    back = made(untranslated, first, templates)["print/felt/skjema-ar-nb.pdf"]
    assert 'class="also"' not in back.html
    assert '<span lang="nb" dir="ltr">Fortell.</span>' in back.html


def test_a_text_prints_itself_in_both_languages() -> None:
    text = Both.of(Text("Når *var* det?"), Text("متى <b>؟", lang="ar"))
    template = "{{ text }}|{{ text | words }}|{{ [text, ' ', '1'] | said }}"
    environment = make_environment({"x.html": template}, Output.HTML)
    printed, words, said = render(environment, "x.html", no_links, text=text).split("|")
    assert printed == (
        'Når <em>var</em> det?<span class="or"> / </span>'
        '<span class="also" lang="ar" dir="rtl">متى &lt;b&gt;؟</span>'
    )
    assert (words, said) == ("Når var det?", "Når var det? 1 / متى &lt;b&gt;؟ 1")


def test_only_cards_and_forms_are_made_in_two_languages(cards: Documents, forms: Documents) -> None:
    assert {path: (d.kind, d.usual) for path, d in (cards | forms).items()} == {
        CARDS: ("cards", False),
        "print/prove/manus-cards-nb-ar-4up.pdf": ("cards", True),
        "print/prove/skjema-nb-ar.pdf": ("form", True),
        FORM: ("form", True),
        "print/felt/maling-nb-ar.pdf": ("survey", True),
    }
    assert {(d.locale, d.beside) for d in (cards | forms).values()} == {("nb", "ar")}
    assert cards[CARDS].title == "Manus: kort i A6, norsk bokmål og arabisk"
    assert forms[FORM].title == "Alle slags felt: norsk bokmål og arabisk"


def test_a_form_says_that_its_second_language_is_a_draft(forms: Documents) -> None:
    feet = [
        lxml_html.document_fromstring(d.html).xpath("//p[@class='foot']") for d in forms.values()
    ]
    assert all(foot[0].text_content().endswith(" · utkast") for foot in feet)


def test_both_sides_of_a_card_say_the_same(cards: Documents) -> None:
    tree = lxml_html.document_fromstring(cards[CARDS].html)
    sides = tree.xpath("//div[contains(@class, 'side')]")
    marks = [(side.get("class"), side.get("lang"), side.get("dir")) for side in sides]
    # Cover, guide, and for each of two steps what is done and what is asked or looked out for.
    assert marks == [("side", "nb", "ltr"), ("side rtl", "ar", "rtl")] * 6
    codes = [side.xpath("normalize-space(.//*[@class='code'])").split(" · ")[0] for side in sides]
    assert codes == [c for code in ("0", "0", "1", "1", "2", "2") for c in [f"PR-{code}"] * 2]
    for front, back in zip(sides[::2], sides[1::2], strict=True):
        tags = [[e.tag for e in side.iter() if e.tag not in {"em"}] for side in (front, back)]
        assert tags[0] == tags[1]
    assert "اسأل" in sides[7].text_content()
    assert "Spør" in sides[6].text_content()
    assert [name for name, n in Counter(tree.xpath("//@id")).items() if n > 1] == []
    plain = {"pr-manus", "pr-steg-1", "pr-to-min", "pr-steg-2", "pr-advarsel"}
    assert plain <= set(tree.xpath("//@id"))


def test_a_step_that_asks_nothing_has_one_card_with_its_check(templates: Templates) -> None:
    first, second = in_arabic("minimal")
    script = first.record("pr-manus")
    assert isinstance(script, Script)
    bare = script.model_copy(
        update={"steps": tuple(
            step.model_copy(update={"questions": None, "boxes": ()})
            for step in script.steps
        )}
    )  # fmt: skip
    elements = {**first.handbook.elements}
    elements["pr-manus"] = replace(elements["pr-manus"], record=bare, node=bare)
    short = replace(first, handbook=replace(first.handbook, elements=elements))
    tree = lxml_html.document_fromstring(made(short, second, templates)[CARDS].html)
    assert len(tree.xpath("//div[contains(@class, 'side')]")) == 2 * (2 + 2)
    done = tree.xpath("//div[@class='side'][last()]//div[@class='done']")
    assert "Alle er ferdige." in done[0].text_content()


def test_a_deck_in_two_directions_conforms_and_lies_right_on_its_sheets(cards: Documents) -> None:
    deck = press(cards[CARDS], TEMPLATES)
    assert (deck.problems, deck.pages, failures(deck)) == ((), 12, [])
    lines = tag_text(deck.data).splitlines()
    assert [line.split()[1] for line in lines if line.startswith("  Div Lang=")] == [
        "Lang=nb",
        "Lang=ar",
    ] * 6
    with pypdfium2.PdfDocument(deck.data) as pdf:
        left, right = (edges(pdf[n]) for n in (4, 5))
    # The title begins at the ring: on the left, and mirrored on the right.
    assert left == pytest.approx(6, abs=1.5)
    assert right == pytest.approx(105 - 6, abs=1.5)
    assert any("Arabic" in name for name in fonts(deck))
    sheet = cards["print/prove/manus-cards-nb-ar-4up.pdf"]
    put_together = assemble_pdf(sheet, {CARDS: deck.data})
    assert (put_together.pages, put_together.trim_mm) == (4, (210.0, 297.0))
    with pypdfium2.PdfDocument(put_together.data) as pdf:
        # Turned over its long edge, the Arabic back of the upper left cover is the upper right.
        front, back = (pdf[n].get_textpage() for n in (0, 1))
        assert "Manus" in front.get_text_bounded(0, 421, 297, 842)
        assert "الموضوع" in back.get_text_bounded(297, 421, 595, 842)


def edges(leaf: pypdfium2.PdfPage) -> float:
    """Return where the lines of a card's page begin, in mm from the left; the ring is skipped."""
    words = leaf.get_textpage()
    boxes = [words.get_rect(n) for n in range(words.count_rects())]
    middle = [box for box in boxes if 100 < box[1] < 330]
    mirrored = sum(box[0] for box in middle) / len(middle) > 70
    edge = max(box[2] for box in middle) if mirrored else min(box[0] for box in middle)
    return float(edge) * 25.4 / 72


def fonts(pressed: PressedPdf) -> set[str]:
    with open_pdf(pressed) as pdf:
        return {
            str(font.BaseFont)
            for leaf in pdf.pages
            for font in leaf.Resources.get("/Font", pikepdf.Dictionary()).values()
        }


def test_a_form_keeps_its_fields_and_names_them_in_both_languages(
    form: PressedPdf, plain: PressedPdf
) -> None:
    assert [(f.name, f.kind, f.required) for f in form.fields] == [
        (f.name, f.kind, f.required) for f in plain.fields
    ]
    for both, one in zip(form.fields, plain.fields, strict=True):
        first, stroke, second = both.tooltip.partition(" / ")
        assert (first, stroke) == (one.tooltip, " / ")
        assert second.startswith("كلام عن الموضوع")
    assert options(form) == options(plain)


def options(pressed: PressedPdf) -> dict[str, list[str]]:
    """Return the export values of the fields with given answers, which programs read."""
    with open_pdf(pressed) as pdf:
        return {
            str(field.T): [
                str(one[0] if isinstance(one, pikepdf.Array) else one) for one in field.Opt
            ]
            for field in pdf.Root.AcroForm.Fields
            if "/Opt" in field
        }


@pytest.mark.parametrize("first", ["nb", "ar"])
def test_a_form_in_two_directions_conforms_and_marks_each_text(
    first: str, form: PressedPdf, templates: Templates
) -> None:
    pressed, other = form, "ar"
    if first == "ar":
        other = "nb"
        norwegian, arabic = in_arabic("every-kind")
        documents = made(arabic, norwegian, templates)
        pressed = press(documents["print/felt/skjema-ar-nb.pdf"], TEMPLATES)
    assert (pressed.problems, failures(pressed)) == ((), [])
    with open_pdf(pressed) as pdf:
        assert pdf.Root.Lang == first
    lines = [line.strip() for line in tag_text(pressed.data).splitlines()]
    marked = [after for line, after in pairwise(lines) if line == f"Span Lang={other}"]
    assert len(marked) > 30
    in_norwegian = [words for words in marked if not re.search("[\u0600-\u06ff]", words)]
    assert in_norwegian == (marked if other == "nb" else [])
    assert f"Span Lang={first}" not in lines


def test_a_filled_form_in_two_languages_is_read_as_any_other(
    form: PressedPdf, plain: PressedPdf
) -> None:
    answers: dict[str, str | int | bool] = {
        "fe-tekst": "Kari",
        "fe-kryss": True,
        "fe-valg": 2,
        "fe-liste": 2,
        "fe-skala": 4,
    }
    known = questionnaires(book_edition("every-kind").handbook)
    read = [
        match(read_form(fill(one.data, answers), "x.pdf"), known, "x.pdf") for one in (form, plain)
    ]
    assert read[0] == read[1]
    sheet, problems = read[0]
    assert (problems, sheet is None) == ((), False)
    assert sheet is not None
    assert [sheet.answers[name] for name in ("fe-valg", "fe-liste", "fe-skala")] == [
        "fe-b",
        "fe-d",
        4,
    ]


def test_a_build_lists_what_it_made_in_two_languages(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    project = copy_book("minimal", tmp_path)
    assert main(["translate", "add", "pl", "--source", str(project), "--quiet"]) == 0
    catalog = next((project / "content/locale/pl").glob("prove.po"))
    text = catalog.read_text(encoding="utf-8")
    assert 'msgid "Velkommen"\nmsgstr ""' in text
    catalog.write_text(
        text.replace('msgid "Velkommen"\nmsgstr ""', 'msgid "Velkommen"\nmsgstr "Witamy"'),
        encoding="utf-8",
    )
    assert build(project, "--with", "pl", "--language", "nb", "--jobs", "1", "--quiet") == 0
    manifest = json.loads((project / "site/manifest.json").read_bytes())
    found = {a["path"]: a for a in manifest["artefacts"] if "beside" in a}
    assert set(found) == {
        "nb/print/prove/manus-cards-nb-pl.pdf",
        "nb/print/prove/manus-cards-nb-pl-4up.pdf",
        "nb/print/prove/skjema-nb-pl.pdf",
    }
    assert {(a["locale"], a["beside"]) for a in found.values()} == {("nb", "pl")}
    assert "pr-steg-1" in found["nb/print/prove/manus-cards-nb-pl-4up.pdf"]["elements"]
    assert {a["path"] for a in manifest["artefacts"]} > {"nb/print/prove/skjema.pdf"}
    page = (project / "site/nb/downloads.html").read_text(encoding="utf-8")
    assert "kort, fire på et A4-ark, norsk bokmål og polsk" in page
    # The page fills in the form of its own language.
    made_for = sorted(p.name for p in (project / "site/nb/assets/forms/prove").iterdir())
    assert made_for == ["skjema.js"]
    pdf = (project / "site/nb/print/prove/manus-cards-nb-pl.pdf").read_bytes()
    with pypdfium2.PdfDocument(io.BytesIO(pdf)) as document:
        assert "Witamy" in document[5].get_textpage().get_text_range()
    capsys.readouterr()
    assert build(project, "--with", "xx") == 2
    assert "there is no language “xx”" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("locale", "direction", "name"),
    [("pl", "ltr", "polsk"), ("ar", "rtl", "arabisk"), ("nb", "ltr", "norsk bokmål")],
)
def test_a_locale_knows_its_direction_and_its_name_in_another(
    locale: str, direction: str, name: str
) -> None:
    assert (direction_of(locale), name_in(locale, "nb")) == (direction, name)
