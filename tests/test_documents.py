"""Print documents: what an edition prints, well formed before the press and conforming after it."""

import gc
import re
import warnings
from collections import Counter
from itertools import pairwise
from pathlib import Path
from typing import Any

import page as validation
import pytest
from lxml import html as lxml_html

from dreiebok.building.loading import load_handbook
from dreiebok.building.reading import read_project
from dreiebok.editions.edition import Edition, make_edition
from dreiebok.inline import to_plain
from dreiebok.model.base import Text
from dreiebok.model.walking import nodes_with_ids
from dreiebok.press.documents import mix, print_documents
from dreiebok.press.sheets import impose_pdf
from dreiebok.press.values import PressedPdf, PrintDocument
from dreiebok.press.weasyprint_ import press
from dreiebok.problems import Code
from dreiebok.sources.assembling import assemble, check_handbook
from dreiebok.sources.parsing import SourceFile, parse_files
from dreiebok.templating import Templates

FALSE_ALARM = "STREAM-LENGTH-001"
"""page-validation sees a wrong length where a compressed stream happens to end in a CR."""

BOOK = """\
kind: handbook
id: prove
title: Prøvebok
lead: En bok til prøver.
language: nb
version: "1"
date: 2026-01-02
publisher: Prøve
licence: CC BY 4.0
pages: [fe-om]
"""
CHAPTER = """\
kind: chapter
id: fe-om
title: Om boka
"""
PROGRAMME = """\
kind: programme
id: felt
title: Felt
prefix: fe
order: 1
accent: "#24508F"
lead: Alle slags felt.
menu:
  - {title: Skjema, pages: [fe-skjema, fe-maling]}
"""
FORM = """\
kind: form
id: fe-skjema
title: Alle slags felt
note: Fortrolig. Skriv ikke navn.
pages: 2
parts:
  - title: Korte svar
    fields:
      - {id: fe-tekst, prompt: Hva heter "stedet" & hva < er det?, kind: text, max_length: 40}
      - {id: fe-dato, prompt: Når var det?, kind: date}
      - id: fe-lang
        prompt: Fortell.
        help: Stikkord holder.
        kind: textarea
        lines: 3
        required: true
      - {id: fe-linjer, prompt: Nevn tre ting., kind: lines, count: 3}
      - {id: fe-kryss, prompt: Jeg har lest reglene., kind: checkbox, required: true}
      - id: fe-valg
        prompt: Hvor ofte?
        kind: radio
        options: [{id: fe-a, text: Aldri}, {id: fe-b, text: Ofte & gjerne}]
      - id: fe-liste
        prompt: Velg område.
        kind: select
        options: [{id: fe-c, text: Drift}, {id: fe-d, text: Salg}]
      - {id: fe-skala, prompt: Hvor fornøyd er du?, kind: scale, points: 5, low: Lite, high: Svært}
  - title: Større felt
    fields:
      - id: fe-en
        prompt: Hvem gjør hva?
        kind: matrix
        rows: [{id: fe-r1, text: Møter}, {id: fe-r2, text: Logg}]
        columns: [{id: fe-k1, text: Jeg}, {id: fe-k2, text: Andre}]
      - id: fe-flere
        prompt: Kryss av.
        kind: matrix
        cell: checkbox
        rows: [{id: fe-r3, text: Møter}]
        columns: [{id: fe-k3, text: Jeg}, {id: fe-k4, text: Andre}]
      - id: fe-ord
        prompt: Skriv.
        kind: matrix
        cell: text
        rows: [{id: fe-r4, text: Møter}]
        columns: [{id: fe-k5, text: Jeg}, {id: fe-k6, text: Andre}]
      - id: fe-rader
        prompt: Planen vår.
        kind: rows
        count: 2
        columns: [{id: fe-k7, text: Hva}, {id: fe-k8, text: Når}]
      - {id: fe-tegn, prompt: Tegn situasjonen., kind: drawing, height_mm: 40}
"""
SURVEY = """\
kind: survey
id: fe-maling
title: En måling
note: Fortrolig. Svarene er dine.
scales:
  enig: {type: agreement, points: [Uenig, Verken eller, Enig]}
blocks:
  - id: fe-tro
    title: Tro på egen mestring
    scale: enig
    items:
      - {id: fe-m1, text: Jeg finner en løsning.}
      - {id: fe-m2, text: Jeg gir fort opp., reversed: true}
background:
  - {id: fe-tid, prompt: Hvor lenge har du jobbet her?, kind: text}
"""
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
"""Every field of FORM with the tooltip that a screen reader says: it names the question too."""

Documents = dict[str, PrintDocument]
Pressed = dict[str, PressedPdf]


def little_edition(form: str) -> Edition:
    """Return the edition of a handbook with this form and SURVEY."""
    texts = (BOOK, CHAPTER, PROGRAMME, form, SURVEY)
    files = [SourceFile(f"{number}.yml", text.encode()) for number, text in enumerate(texts)]
    records, wrong = parse_files(files)
    handbook, doubles = assemble(records)
    assert [*wrong, *doubles, *check_handbook(handbook)] == []
    return make_edition(handbook)


@pytest.fixture(scope="module")
def templates(root: Path) -> Templates:
    return read_project(root).templates


@pytest.fixture(scope="module")
def edition(root: Path) -> Edition:
    """The project's own handbook."""
    return make_edition(load_handbook(read_project(root))[0])


@pytest.fixture(scope="module")
def documents(edition: Edition, templates: Templates) -> Documents:
    """All documents by the names of their files: those of the project, and FORM and SURVEY."""
    found: Documents = {}
    for one in (edition, little_edition(FORM)):
        made, problems = print_documents(one, templates)
        assert problems == ()
        found.update({document.path: document for document in made})
    return found


@pytest.fixture(scope="module")
def pressed(documents: Documents, root: Path) -> Pressed:
    """Every document through the press, once."""
    found: Pressed = {}
    with warnings.catch_warnings():
        # WeasyPrint leaves its colour profile for the collector to close.
        warnings.filterwarnings("ignore", r"unclosed file .*sRGB2014\.icc", ResourceWarning)
        for path, document in documents.items():
            if base := document.imposed_from:
                found[path] = impose_pdf(document, found[base].data)
            else:
                found[path] = press(document, root / "templates")
        gc.collect()
    return found


def trees(documents: Documents) -> list[tuple[str, Any]]:
    return [(d.path, lxml_html.document_fromstring(d.html)) for d in documents.values() if d.html]


def test_a_programme_has_its_documents_in_a_fixed_order(documents: Documents) -> None:
    assert [path for path in documents if path.startswith("print/mestringsgruppe/")] == [
        "print/mestringsgruppe/dreiebok-overview.pdf",
        "print/mestringsgruppe/dreiebok-cards.pdf",
        "print/mestringsgruppe/dreiebok-cards-4up.pdf",
        "print/mestringsgruppe/loggskjema.pdf",
        "print/mestringsgruppe/handbook.pdf",
    ]


def test_the_sheet_of_four_is_made_of_the_cards(documents: Documents) -> None:
    sheet = documents["print/mestringsgruppe/dreiebok-cards-4up.pdf"]
    assert (sheet.html, sheet.imposition) == ("", "4up")
    assert sheet.imposed_from in documents


def test_the_same_edition_gives_the_same_documents(edition: Edition, templates: Templates) -> None:
    assert print_documents(edition, templates) == print_documents(edition, templates)


def test_the_handbook_shows_every_element_of_its_programme_once(
    edition: Edition, documents: Documents
) -> None:
    (programme,) = edition.programmes
    _, tree = trees({"": documents["print/mestringsgruppe/handbook.pdf"]})[0]
    shown = Counter(tree.xpath("//@id"))
    wanted = {
        str(name)
        for record in edition.handbook.records
        if edition.programme_of(record) == programme
        for name, _ in nodes_with_ids(record)
    }
    assert wanted - set(shown) == set()
    assert [name for name, count in shown.items() if count > 1] == []


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


def test_a_broken_template_stops_only_its_own_document(
    edition: Edition, templates: Templates
) -> None:
    broken = {**templates, "print/overview.html": "{{ nothing.here }}"}
    made, problems = print_documents(edition, broken)
    assert [problem.code for problem in problems] == [Code.TEMPLATE_ERROR]
    assert problems[0].location.file == "templates/print/overview.html"
    whole, _ = print_documents(edition, templates)
    assert [d.path for d in made] == [d.path for d in whole if "overview" not in d.path]


def test_hostile_titles_stay_text(templates: Templates) -> None:
    hostile = FORM.replace("title: Alle slags felt", "title: \"<b onclick='x'>&amp; {{ 7*7 }}\"")
    made, problems = print_documents(little_edition(hostile), templates)
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
