"""Print documents: what an edition prints, well formed before the press and conforming after it."""

import io
import json
import re
import subprocess
import sys
from collections import Counter
from itertools import pairwise
from pathlib import Path
from typing import Any

import page as validation
import pikepdf
import pypdfium2
import pytest
from lxml import html as lxml_html
from pypdfium2 import raw

from dreiebok.editions.edition import Edition
from dreiebok.inline import to_plain
from dreiebok.model.base import Text
from dreiebok.model.chapters import Chapter
from dreiebok.model.colours import mix
from dreiebok.model.walking import nodes_with_ids
from dreiebok.press.documents import print_documents
from dreiebok.press.values import Piece, PressedPdf, PrintDocument, Printing
from dreiebok.press.weasyprint_ import press
from dreiebok.problems import Code
from dreiebok.templating import Templates
from tests.pressing import OPEN_PROFILE
from tests.projects import book_edition
from tests.tagtext import tag_text

FALSE_ALARM = "STREAM-LENGTH-001"
"""page-validation sees a wrong length where a compressed stream happens to end in a CR."""

FIELDS = {
    "fe-tekst": 'Hva heter "stedet" & hva < er det?',
    "fe-dato": "Når var det? Skriv datoen som ÅÅÅÅ-MM-DD.",
    "fe-lang": "Fortell. Stikkord holder.",
    **{f"fe-linjer-{n}": f"Nevn tre ting. {n}" for n in (1, 2, 3)},
    "fe-kryss": "Jeg har lest reglene.",
    "fe-valg": "Hvor ofte?",
    "fe-liste": "Velg område.",
    "fe-skala": "Hvor fornøyd er du?",
    "fe-en-fe-r1": "Hvem gjør hva? Møter",
    "fe-en-fe-r2": "Hvem gjør hva? Logg",
    "fe-flere-fe-r3-fe-k3": "Kryss av. Møter: Jeg",
    "fe-flere-fe-r3-fe-k4": "Kryss av. Møter: Andre",
    "fe-ord-fe-r4-fe-k5": "Skriv. Møter, Jeg",
    "fe-ord-fe-r4-fe-k6": "Skriv. Møter, Andre",
    **{
        f"fe-rader-{n}-{key}": f"Planen vår. {word}, rad {n}"
        for n in (1, 2)
        for key, word in (("fe-k7", "Hva"), ("fe-k8", "Når"))
    },
    "fe-tegn": "Tegn situasjonen. Tegn på papiret, eller beskriv med ord her.",
}
"""Fields of the form with every kind, with their tooltips, which name the question too."""

Documents = dict[str, PrintDocument]
Pressed = dict[str, PressedPdf]


def trees(documents: Documents) -> list[tuple[str, Any]]:
    return [(d.path, lxml_html.document_fromstring(d.html)) for d in documents.values() if d.html]


def test_a_programme_has_its_documents_in_a_fixed_order(documents: Documents) -> None:
    decks = ["", "-4up", "-eco", "-eco-4up", "-trim", "-a5"]
    made = [path for path in documents if path.startswith("print/mestringsgruppe/")]
    assert [path.removeprefix("print/mestringsgruppe/").removesuffix(".pdf") for path in made] == [
        *(f"dreiebok-overview{length}" for length in ("", "-120min", "-90min")),
        *(f"dreiebok-poster{length}" for length in ("", "-120min", "-90min")),
        *(f"dreiebok-cards{variant}" for variant in decks),
        *(f"dreiebok-cards-90min{variant}" for variant in decks),
        "dreiebok-booklet",
        "dreiebok-booklet-imposed",
        "dreiebok-kit",
        "dreiebok-kit-90min",
        "ground-rules",
        *(f"topics-cards{variant}" for variant in decks),
        "loggskjema",
        "handbook",
    ]


def test_the_sheet_of_four_is_made_of_the_cards(documents: Documents) -> None:
    sheet = documents["print/mestringsgruppe/dreiebok-cards-4up.pdf"]
    assert (sheet.html, sheet.pieces) == (
        "",
        (Piece("print/mestringsgruppe/dreiebok-cards.pdf", "4up"),),
    )


def test_whatever_is_put_together_is_made_of_documents(documents: Documents) -> None:
    for document in documents.values():
        assert bool(document.pieces) != bool(document.html), document.path
        assert {piece.path for piece in document.pieces} <= set(documents), document.path


def test_a_kit_holds_what_a_meeting_needs(documents: Documents) -> None:
    folder = "print/mestringsgruppe"
    assert documents[f"{folder}/dreiebok-kit-90min.pdf"].pieces == (
        Piece(f"{folder}/dreiebok-overview-90min.pdf"),
        Piece(f"{folder}/dreiebok-cards-90min.pdf", "4up"),
        Piece(f"{folder}/loggskjema.pdf", copies=6),
        Piece(f"{folder}/ground-rules.pdf"),
    )


def test_a_kit_holds_a_form_for_each_who_takes_part(edition: Edition, templates: Templates) -> None:
    made, _ = print_documents(edition, templates, Printing(participants=9))
    kits = {d.path.removeprefix("print/"): d for d in made if d.kind == "kit"}
    theme = kits["refleksjonsprogram/tema-1-kit.pdf"]
    copies = {p.path.rpartition("/")[2]: (p.copies, p.layout) for p in theme.pieces}
    # Slips are cut of sheets of four; what is drawn on A3 does not come out of an office printer.
    assert copies["skjema-innsjekk.pdf"] == (9, "slips")
    assert copies["skjema-kontrakt.pdf"] == (9, "")
    assert "skjema-brukerreise.pdf" not in copies
    # A talk has two who take part, however large the groups are.
    talk = kits["lederguide/g-feedback-kit.pdf"]
    assert {p.copies for p in talk.pieces if "lytteskjema" in p.path} == {2}


def test_the_same_edition_gives_the_same_documents(edition: Edition, templates: Templates) -> None:
    assert print_documents(edition, templates) == print_documents(edition, templates)


def test_the_handbook_shows_every_element_of_its_programme_once(
    edition: Edition, documents: Documents
) -> None:
    for programme in edition.programmes:
        _, tree = trees({"": documents[f"print/{programme.id}/handbook.pdf"]})[0]
        shown = Counter(tree.xpath("//@id"))
        wanted = {
            str(name)
            for record in edition.handbook.records
            if edition.programme_of(record) == programme
            for name, _ in nodes_with_ids(record)
        }
        assert wanted - set(shown) == set(), programme.id
        assert [name for name, count in shown.items() if count > 1] == [], programme.id


def test_the_cards_carry_the_elements_of_the_script(edition: Edition, documents: Documents) -> None:
    cards = {d.record: d for d in documents.values() if d.path.endswith("-cards.pdf")}
    for programme in edition.programmes:
        for script in edition.scripts_of(programme):
            _, tree = trees({"": cards[str(script.id)]})[0]
            # Notes are for those who read the script at home; a card has no room for them.
            notes = {str(box.id) for box in script.boxes if box.kind == "note"}
            wanted = {str(name) for name, _ in nodes_with_ids(script)} - notes
            assert wanted - set(tree.xpath("//@id")) == set(), script.id


def test_the_topic_cards_carry_rules_pitfalls_and_questions(
    edition: Edition, documents: Documents
) -> None:
    for programme in edition.programmes:
        _, tree = trees({"": documents[f"print/{programme.id}/topics-cards.pdf"]})[0]
        wanted = [
            node.id
            for page in edition.pages_of(programme)
            for node in (*getattr(page, "rules", ()), *getattr(page, "pitfalls", ()))
        ]
        assert wanted
        assert set(map(str, wanted)) - set(tree.xpath("//@id")) == set()
        questions = [p for p in edition.pages_of(programme) if getattr(p, "cards", False)]
        for chapter in questions:
            assert isinstance(chapter, Chapter)
            lists = [getattr(b, "items", ()) for s in chapter.sections for b in s.blocks]
            texts = [point.text for points in lists for point in points]
            words = tree.xpath("string(//body)")
            assert [text for text in texts if to_plain(text) not in words] == []


def test_every_card_has_a_front_and_a_back(pressed: Pressed) -> None:
    decks = [p for p in pressed if re.search(r"-cards(-eco|-trim)?\.pdf$", p)]
    assert len(decks) > 30
    assert {path: pressed[path].pages % 2 for path in decks} == dict.fromkeys(decks, 0)


def test_cards_for_the_print_shop_have_bleed_and_room_for_marks(pressed: Pressed) -> None:
    decks = [pdf for path, pdf in pressed.items() if path.endswith("-cards-trim.pdf")]
    assert decks
    for deck in decks:
        assert (deck.trim_mm, deck.bleed_mm) == ((105.0, 148.0), 3.0)
        with pikepdf.open(io.BytesIO(deck.data)) as pdf:
            for page in pdf.pages:
                trim, bleed, media = (
                    [float(n) / 72 * 25.4 for n in page.obj[f"/{name}Box"]]
                    for name in ("Trim", "Bleed", "Media")
                )
                assert [round(b - t, 1) for t, b in zip(trim, bleed, strict=True)] == [-3, -3, 3, 3]
                assert all(m < b for m, b in zip(media[:2], bleed[:2], strict=True))
                assert all(m > b for m, b in zip(media[2:], bleed[2:], strict=True))


def test_ink_is_saved_where_it_is_promised(pressed: Pressed) -> None:
    def coloured(path: str, page: int) -> float:
        """Return the share of a page's pixels that have a colour."""
        document = pypdfium2.PdfDocument(pressed[path].data)
        image = document[page].render(scale=1).to_pil().convert("HSV")
        saturation = image.getchannel("S").tobytes()
        return float(sum(value > 5 for value in saturation) / len(saturation))

    base = "print/mestringsgruppe/dreiebok-cards"
    for page in (0, 3, 9):
        assert 3 * coloured(f"{base}-eco.pdf", page) < coloured(f"{base}.pdf", page)


def test_the_foot_of_a_card_breaks_only_where_it_is_full(
    pressed: Pressed, edition: Edition
) -> None:
    """A space before the code, which has a room of its own, once broke it after the first word."""
    read = 0
    for programme in edition.programmes:
        foot = f"{programme.title} · {edition.mark}"
        for path in pressed:
            if path.startswith(f"print/{programme.id}/") and path.endswith("-cards.pdf"):
                for page in pypdfium2.PdfDocument(pressed[path].data):
                    lines = page.get_textpage().get_text_range().splitlines()
                    assert any(line.startswith(foot) for line in lines), (path, lines)
                    read += 1
    assert read > 200


def test_large_print_is_large(pressed: Pressed) -> None:
    for path, made in pressed.items():
        if not path.endswith("-a5.pdf"):
            continue
        document = pypdfium2.PdfDocument(made.data)
        for number in range(len(document)):
            page = document[number]
            text = page.get_textpage()
            foot = 15 / 25.4 * 72
            for n in range(text.count_chars()):
                bottom, size = text.get_charbox(n)[1], raw.FPDFText_GetFontSize(text.raw, n)
                seen = text.get_text_range(n, 1).strip()
                assert size >= 15.99 or bottom < foot or size <= 1 or not seen, (path, number, n)


def test_links_lead_somewhere_inside_or_to_the_web(documents: Documents) -> None:
    for path, tree in trees(documents):
        ids = set(tree.xpath("//@id"))
        for address in tree.xpath("//a/@href"):
            inside = address.startswith("#") and address[1:] in ids
            assert inside or re.match(r"https?://|mailto:", address), f"{path}: {address}"


def test_headings_begin_with_one_title_and_skip_no_level(documents: Documents) -> None:
    for path, tree in trees(documents):
        levels = [int(heading.tag[1]) for heading in tree.iter("h1", "h2", "h3", "h4", "h5")]
        assert levels[0] == 1, path
        assert levels.count(1) == 1, path
        assert all(b - a <= 1 for a, b in pairwise(levels)), path


def test_language_and_title_are_told(documents: Documents) -> None:
    for path, tree in trees(documents):
        assert tree.get("lang") == "nb", path
        assert tree.findtext(".//title") == documents[path].title, path


def test_tables_of_text_have_captions_and_scopes(documents: Documents) -> None:
    for path, tree in trees(documents):
        for table in tree.iter("table"):
            scopes = table.xpath(".//th/@scope")
            assert len(scopes) == len(table.xpath(".//th")), path
            assert set(scopes) <= {"row", "col"}, path
            assert "route" in table.get("class", "") or table.xpath("./caption"), path


def test_figures_have_words(documents: Documents) -> None:
    drawings = 0
    for path, tree in trees(documents):
        for svg in tree.xpath("//figure//svg"):
            assert svg.xpath("string(./title)").strip(), path
            assert svg.xpath("string(./desc)").strip(), path
            drawings += 1
    assert drawings


def test_every_kind_of_field_is_named_and_explained(pressed: Pressed) -> None:
    fields = {fact.name: fact.tooltip for fact in pressed["print/felt/skjema.pdf"].fields}
    assert fields == FIELDS
    required = {f.name for f in pressed["print/felt/skjema.pdf"].fields if f.required}
    assert required == {"fe-lang", "fe-kryss"}


def test_what_is_told_of_fields_stands_in_the_files(pressed: Pressed) -> None:
    for path, made in pressed.items():
        with pikepdf.open(io.BytesIO(made.data)) as pdf:
            form = pdf.Root.get("/AcroForm", pikepdf.Dictionary(Fields=pikepdf.Array()))
            tooltips = [(str(field.T), str(field.TU)) for field in form.Fields]
            assert sorted(tooltips) == sorted((f.name, f.tooltip) for f in made.fields), path
            assert "/NeedAppearances" not in form, path
            for field in form.Fields:
                widgets = field.get("/Kids", [field])
                for widget in widgets:
                    normal = widget.AP.N
                    assert isinstance(normal, pikepdf.Stream) or len(normal) == 2, path
                    assert isinstance(normal, pikepdf.Stream) or "/Off" in normal, path
                    assert widget.TU
                if "/DA" in field:
                    assert str(field.DA).split()[2] in form.DR.Font, path


def test_fonts_are_the_project_s_own_and_all_inside(pressed: Pressed) -> None:
    for path, made in pressed.items():
        with pikepdf.open(io.BytesIO(made.data)) as pdf:
            fonts = [
                one
                for one in pdf.objects
                if isinstance(one, pikepdf.Dictionary) and one.get("/Type") == "/FontDescriptor"
            ]
            assert fonts, path
            for font in fonts:
                assert "/FontFile2" in font or "/FontFile3" in font, path
                name = str(font.FontName).partition("+")[2]
                assert name.startswith(("Noto-S", "Dreiebok-")), f"{path}: {name}"


def test_no_address_leads_into_a_machine_or_runs_a_program(pressed: Pressed) -> None:
    for path, made in pressed.items():
        with pikepdf.open(io.BytesIO(made.data)) as pdf:
            for one in pdf.objects:
                if isinstance(one, pikepdf.Dictionary):
                    assert str(one.get("/URI", "https://")).startswith(
                        ("https://", "http://", "mailto:")
                    ), path
                    assert one.get("/S") not in {"/JavaScript", "/Launch", "/SubmitForm"}, path


def test_a_survey_asks_one_answer_an_item(pressed: Pressed) -> None:
    names = [fact.name for fact in pressed["print/felt/maling.pdf"].fields]
    assert names == ["fe-tid", "fe-m1", "fe-m2"]


def test_an_empty_form_looks_unanswered(documents: Documents) -> None:
    _, tree = trees({"": documents["print/felt/skjema.pdf"]})[0]
    assert [select[0].get("value") for select in tree.iter("select")] == [""]
    assert tree.xpath("//*[@checked or @selected]") == []


def test_a_form_asks_each_question_once(documents: Documents) -> None:
    _, tree = trees({"": documents["print/felt/skjema.pdf"]})[0]
    words = tree.xpath("string(//body)")
    assert [
        p for p in ("Hvem gjør hva?", "Planen vår.", "Velg område.") if words.count(p) != 1
    ] == []


def test_the_log_form_names_its_fields_by_their_ids(edition: Edition, pressed: Pressed) -> None:
    record: Any = edition.record("mg-loggskjema")
    wanted = [(f.id, f.prompt, f.help) for part in record.parts for f in part.fields]
    facts = pressed["print/mestringsgruppe/loggskjema.pdf"].fields
    assert [fact.name for fact in facts] == [str(name) for name, _, _ in wanted]
    for fact, (_, prompt, help_) in zip(facts, wanted, strict=True):
        assert fact.tooltip == " ".join(to_plain(text) for text in (prompt, help_) if text)


def test_pages_are_as_many_as_promised(edition: Edition, pressed: Pressed) -> None:
    folder = "print/mestringsgruppe"
    steps = len(edition.scripts_of(edition.programmes[0])[0].steps)
    assert pressed[f"{folder}/dreiebok-overview.pdf"].pages == 1
    assert pressed[f"{folder}/loggskjema.pdf"].pages == 1
    assert len(pressed[f"{folder}/loggskjema.pdf"].fields) == 8
    assert pressed[f"{folder}/dreiebok-cards-4up.pdf"].pages == 2 * -(-(steps + 1) // 4)
    for path, made in pressed.items():
        with pikepdf.open(io.BytesIO(made.data)) as pdf:
            assert len(pdf.pages) == made.pages, path
    assert pressed[f"{folder}/dreiebok-cards.pdf"].pages == 2 * (steps + 1)
    assert pressed[f"{folder}/dreiebok-cards.pdf"].trim_mm == (105.0, 148.0)


def test_nothing_is_clipped_missing_or_warned_of(pressed: Pressed) -> None:
    assert [problem for pdf in pressed.values() for problem in pdf.problems] == []


@pytest.mark.parametrize("profile", ["ua1", "2a"])
def test_what_claims_to_conform_does(pressed: Pressed, profile: str, tmp_path: Path) -> None:
    for path, pdf in pressed.items():
        if not pdf.conformance:
            continue  # Imposed sheets are for print only, and say nothing.
        file = tmp_path / "document.pdf"
        file.write_bytes(pdf.data)
        failures = validation.validate_pdf(str(file), profile=profile).failures
        assert [f.rule_id for f in failures if not f.rule_id.endswith(FALSE_ALARM)] == [], path


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("mestringsgruppe/loggskjema", "loggskjema"),
        ("refleksjonsgruppe/logg", "situasjonslogg"),
        ("lederguide/puls", "puls"),
    ],
)
def test_a_reader_of_forms_hears_this(
    pressed: Pressed, root: Path, accept: bool, path: str, name: str
) -> None:
    said = tag_text(pressed[f"print/{path}.pdf"].data)
    expected = root / f"tests/expected/{name}-tags.txt"
    if accept:
        expected.write_text(said, encoding="utf-8")
    assert said == expected.read_text(encoding="utf-8")


def test_no_paragraph_or_heading_stands_in_another(pressed: Pressed) -> None:
    for path, pdf in pressed.items():
        if not pdf.conformance:
            continue
        above: list[str] = []
        for line in tag_text(pdf.data).splitlines():
            words = line.lstrip()
            kind = words.split()[0]
            above = [*above[: (len(line) - len(words)) // 2], kind]
            nested = [one for one in above if re.fullmatch(r"P|H\d|Caption", one)]
            assert len(nested) < 2, f"{path}: {above}"


def test_a_second_opinion_finds_no_error(pressed: Pressed, tmp_path: Path) -> None:
    """Outloud looks at meaning, which validators cannot: contrast, languages, running heads."""
    for path, pdf in pressed.items():
        if pdf.conformance:
            (tmp_path / path.replace("/", "_")).write_bytes(pdf.data)
    # TBL-010 and TBL-012 take the empty cells that people write in for missing ones.
    done = subprocess.run(
        [sys.executable, "-m", "outloud.cli", ".", "--skip", "TBL-010,TBL-012", "--json", "-"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    files = json.loads(done.stdout)["results"]
    assert len(files) == len(list(tmp_path.iterdir()))
    assert [
        (one["path"], finding["rule"], finding["message"])
        for one in files
        for finding in one["findings"]
        if finding["severity"] == "error" and not _is_running_head(one["path"], finding, pressed)
    ] == []


def _is_running_head(path: str, finding: dict[str, Any], pressed: Pressed) -> bool:
    """Tell whether a finding is about a head or foot, which must be artifacts (ISO 14289-1, 7.8).

    Outloud takes a head of many words for prose; only where it stands tells the two apart.
    """
    document = next(p for p in pressed if p.replace("/", "_") == path.removeprefix("./"))
    height = pressed[document].trim_mm[1] * 72 / 25.4
    return finding["rule"] == "TAG-002" and all(
        box["y0"] > height - 45 or box["y1"] < 35 for box in finding["boxes"]
    )


def test_a_broken_template_stops_only_its_own_document(
    edition: Edition, templates: Templates
) -> None:
    broken = {**templates, "print/overview.html": "{{ nothing.here }}"}
    made, problems = print_documents(edition, broken)
    scripts = [script for p in edition.programmes for script in edition.scripts_of(p)]
    assert [problem.code for problem in problems] == [Code.TEMPLATE_ERROR] * len(scripts)
    assert problems[0].location.file == "templates/print/overview.html"
    whole, _ = print_documents(edition, templates)
    assert [d.path for d in made] == [
        d.path for d in whole if not re.search("overview|poster", d.path)
    ]


@OPEN_PROFILE
def test_a_text_that_bursts_its_card_is_told_at_its_line(templates: Templates, root: Path) -> None:
    edition = book_edition("minimal", **{"Hils på alle.": "Hils på alle. " * 150})
    made, _ = print_documents(edition, templates)
    (cards,) = (document for document in made if document.path.endswith("/manus-cards.pdf"))
    burst, lost = press(cards, root / "templates").problems
    assert burst.code is lost.code is Code.TEXT_OVERFLOWS
    assert "“pr-steg-1” is" in burst.message
    assert "no room left for “pr-to-min”" in lost.message
    source = (root / "tests/books/minimal/content/manus.yml").read_text(encoding="utf-8")
    assert burst.location.file == lost.location.file == "content/manus.yml"
    assert source.splitlines()[burst.location.line - 1].strip() == "- id: pr-steg-1"
    assert "pr-to-min" in source.splitlines()[lost.location.line - 1]


def test_hostile_titles_stay_text(templates: Templates) -> None:
    hostile = "title: \"<b onclick='x'>&amp; {{ 7*7 }}\""
    edition = book_edition("every-kind", **{"title: Alle slags felt": hostile})
    made, problems = print_documents(edition, templates)
    assert problems == ()
    for document in made:
        tree = lxml_html.document_fromstring(document.html)
        assert tree.xpath("//*[@onclick]") == []
        if document.record == "fe-skjema":
            assert tree.findtext(".//h1") == Text("<b onclick='x'>&amp; {{ 7*7 }}")


def test_tints_are_mixed_with_white() -> None:
    assert mix("#000000", 1) == "#000000"
    assert mix("#000000", 0) == "#FFFFFF"
    assert mix("#0F6B6B", 0.1) == "#E7F0F0"


@pytest.mark.parametrize(
    ("start", "clocks"),
    [
        (None, ["0:00", "0:10"]),
        (14 * 60, ["14.00", "14.10"]),
        (23 * 60 + 55, ["23.55", "00.05"]),
    ],
)
def test_the_overview_shows_when_each_step_begins(
    templates: Templates, start: int | None, clocks: list[str]
) -> None:
    made, _ = print_documents(book_edition("minimal"), templates, Printing(start=start))
    overview = next(d for d in made if d.path.endswith("-overview.pdf"))
    _, tree = trees({"": overview})[0]
    assert tree.xpath("//td/small/text()")[:2] == clocks
