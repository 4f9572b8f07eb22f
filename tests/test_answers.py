"""Filled forms are read, whoever saved them; what cannot be read is named and hurts nobody."""

import csv
import io
import warnings
import zlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pikepdf
import pymupdf
import pypdf
import pytest
from pikepdf import settings
from pypdf.generic import NameObject

from dreiebok.answers import reading
from dreiebok.answers.matching import Answer, Sheet, match
from dreiebok.answers.questions import Kind, Question, Questionnaire, questionnaires
from dreiebok.answers.reading import PdfField, PdfForm, read_form
from dreiebok.answers.tables import Cell, Delimiter, cells, harmless, make_table, to_csv
from dreiebok.editions.edition import Edition
from dreiebok.press.values import PrintDocument
from dreiebok.press.weasyprint_ import press
from dreiebok.problems import Code, Problem, Severity, SourceError
from tests.filled import BEFORE, SURVEYS, field_names, fill
from tests.pressing import OPEN_PROFILE, TEMPLATES
from tests.projects import book_edition
from tests.test_typing import fill as fill_by_hand

pytestmark = OPEN_PROFILE

FILLED: dict[str, str | int | bool] = {
    "fe-tekst": "Ærøskøbing – Żółć",
    "fe-dato": "24.12.2026",
    "fe-lang": "Første linje\nandre linje",
    "fe-linjer-2": "to",
    "fe-kryss": True,
    "fe-valg": 2,
    "fe-liste": 1,
    "fe-skala": 4,
    "fe-en-fe-r2": 1,
    "fe-flere-fe-r3-fe-k4": True,
    "fe-ord-fe-r4-fe-k5": "ord",
    "fe-rader-2-fe-k8": "i morgen",
    "fe-tegn": "en strek",
}
"""An answer of each kind; a number is the place of an option from 1."""
READ: dict[str, Answer] = {
    **{name: answer for name, answer in FILLED.items() if isinstance(answer, str)},
    "fe-dato": "2026-12-24",
    "fe-kryss": True,
    "fe-valg": "fe-b",
    "fe-liste": "fe-c",
    "fe-skala": 4,
    "fe-en-fe-r2": "fe-k1",
    "fe-flere-fe-r3-fe-k3": False,
    "fe-flere-fe-r3-fe-k4": True,
}


@pytest.fixture(scope="module")
def form(documents: dict[str, PrintDocument]) -> bytes:
    """The form with every kind of field, empty."""
    return press(documents["print/felt/skjema.pdf"], TEMPLATES).data


@pytest.fixture(scope="module")
def known() -> tuple[Questionnaire, ...]:
    return questionnaires(book_edition("every-kind").handbook)


def with_pypdf(data: bytes, answers: Mapping[str, str | int | bool]) -> bytes:
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(data))
    values = {}
    for name, answer in answers.items():
        if isinstance(answer, bool):
            values[name] = "/on"
        elif isinstance(answer, int):
            values[name] = "Drift" if name == "fe-liste" else f"/{answer - 1}"
        else:
            values[name] = answer
    for leaf in writer.pages:
        writer.update_page_form_field_values(leaf, values, auto_regenerate=False)
    # It looks for the options of a group among the fields of the page, and finds none.
    root: Any = writer.root_object
    for field in root["/AcroForm"]["/Fields"]:
        one = field.get_object()
        if one.get("/T") in values and "/Opt" in one and one["/FT"] == "/Btn":
            one[NameObject("/V")] = NameObject(values[one["/T"]])
    written = io.BytesIO()
    writer.write(written)
    return written.getvalue()


def with_mupdf(data: bytes, answers: Mapping[str, str | int | bool]) -> bytes:
    mupdf: Any = pymupdf  # Its types are only half there.
    with mupdf.open(stream=data) as pdf:
        for leaf in pdf:
            place: dict[str, int] = {}
            for widget in leaf.widgets():
                name = widget.field_name
                place[name] = place.get(name, 0) + 1
                answer = answers.get(name)
                if widget.field_type == mupdf.PDF_WIDGET_TYPE_RADIOBUTTON:
                    if answer != place[name]:
                        continue
                    widget.field_value = True
                elif answer is None or widget.field_type == mupdf.PDF_WIDGET_TYPE_COMBOBOX:
                    continue
                else:
                    widget.field_value = answer
                widget.update()
        return bytes(pdf.tobytes())


def with_pdfium(data: bytes, answers: Mapping[str, str | int | bool]) -> bytes:
    typed = {}
    for name, answer in answers.items():
        place = answer - 1 if isinstance(answer, int) and not isinstance(answer, bool) else 0
        if name == "fe-liste":
            continue
        typed[name, place] = answer if isinstance(answer, str) else ""
    return fill_by_hand(data, typed)


@pytest.mark.parametrize("writer", [fill, with_pypdf, with_mupdf, with_pdfium])
def test_answers_of_every_kind_are_read_whoever_saved_them(
    writer: Callable[[bytes, Mapping[str, str | int | bool]], bytes],
    form: bytes,
    known: tuple[Questionnaire, ...],
) -> None:
    sheet, problems = match(read_form(writer(form, FILLED), "a.pdf"), known, "a.pdf")
    assert problems == ()
    assert sheet
    expected = dict(READ)
    # In PDFium a list opens a window, which no click reaches; PyMuPDF takes no empty option.
    if writer in {with_pdfium, with_mupdf}:
        del expected["fe-liste"]
    assert (sheet.form, sheet.phase, sheet.answers) == ("fe-skjema", "", expected)


def test_every_form_asks_in_its_pdf_what_its_record_says(
    edition: Edition, documents: dict[str, PrintDocument]
) -> None:
    asked = {one.phase or str(one.record.id): one.names for one in questionnaires(edition.handbook)}
    forms = [
        document
        for document in documents.values()
        if document.kind in {"form", "canvas", "survey"} and document.programme != "felt"
    ]
    assert {document.record for document in forms} == set(asked)
    # The four kinds of programmes' forms; pressing all takes half a minute.
    for document in [one for one in forms if one.programme in {"veiledningsgruppe", "lederguide"}]:
        names = frozenset(field_names(press(document, TEMPLATES).data))
        assert names == asked[document.record], document.path


def test_a_survey_is_known_in_its_phase(
    edition: Edition, documents: dict[str, PrintDocument]
) -> None:
    data = press(documents[SURVEYS.format(BEFORE)], TEMPLATES).data
    filled = fill(data, {"vg-q20-for-vanskelig": 2, "vg-bg-stat": 1})
    sheet, problems = match(read_form(filled, "a"), questionnaires(edition.handbook), "a")
    assert problems == ()
    assert sheet == Sheet(
        "a",
        "vg-skjema",
        "vg-skjema-for",
        {"vg-q20-for-vanskelig": 2, "vg-bg-stat": "vg-bg-stat-ja"},
    )


def changed(data: bytes, change: Callable[[pikepdf.Pdf], object]) -> bytes:
    with pikepdf.open(io.BytesIO(data)) as pdf:
        change(pdf)
        written = io.BytesIO()
        with warnings.catch_warnings():
            # It warns of what is done here on purpose: widgets that no field leads to.
            warnings.simplefilter("ignore", pikepdf.PageCopyWarning)
            pdf.save(written)
        return written.getvalue()


def told(data: bytes, known: tuple[Questionnaire, ...]) -> list[Problem]:
    try:
        return list(match(read_form(data, "a.pdf"), known, "a.pdf")[1])
    except SourceError as error:
        return list(error.problems)


def encrypted(data: bytes) -> bytes:
    with pikepdf.open(io.BytesIO(data)) as pdf:
        written = io.BytesIO()
        pdf.save(written, encryption=pikepdf.Encryption(user="x", owner="y"))
        return written.getvalue()


def test_a_form_that_only_its_owner_may_change_is_read(
    form: bytes, known: tuple[Questionnaire, ...]
) -> None:
    written = io.BytesIO()
    with pikepdf.open(io.BytesIO(fill(form, FILLED))) as pdf:
        pdf.save(written, encryption=pikepdf.Encryption(user="", owner="y"))
    assert told(written.getvalue(), known) == []


def flattened(pdf: pikepdf.Pdf) -> None:
    pdf.generate_appearance_streams()
    pdf.flatten_annotations("all")
    assert "/AcroForm" not in pdf.Root


def renamed(pdf: pikepdf.Pdf) -> None:
    for number, field in enumerate(pdf.Root.AcroForm.Fields):
        field.T = pikepdf.String(f"felt{number}\x1b[31m\n")


def joined(pdf: pikepdf.Pdf) -> None:
    pdf.Root.AcroForm.Fields.append(
        pdf.make_indirect(pikepdf.Dictionary(FT=pikepdf.Name.Tx, T="fe-tid", V="x"))
    )


def untitled(pdf: pikepdf.Pdf) -> None:
    flattened(pdf)
    del pdf.docinfo["/Title"]


def endless(pdf: pikepdf.Pdf) -> None:
    one = pdf.make_indirect(pikepdf.Dictionary(T="a", Parent=pikepdf.Dictionary()))
    other = pdf.make_indirect(pikepdf.Dictionary(T="b", Kids=[one], Parent=one))
    one.Kids, one.Parent = pikepdf.Array([other]), other
    pdf.Root.AcroForm.Fields = pikepdf.Array([one])
    for leaf in pdf.pages:
        del leaf.Annots
    pdf.pages[0].Annots = pikepdf.Array(
        [pikepdf.Dictionary(Subtype=pikepdf.Name.Widget, Parent=one)]
    )


def deep(pdf: pikepdf.Pdf) -> None:
    inner = pdf.make_indirect(pikepdf.Dictionary(T="a"))
    for _ in range(100):
        inner = pdf.make_indirect(pikepdf.Dictionary(T="a", Kids=[inner]))
    pdf.Root.AcroForm.Fields = pikepdf.Array([inner])


def crowded(pdf: pikepdf.Pdf) -> None:
    pdf.Root.AcroForm.Fields = pikepdf.Array(
        [pdf.make_indirect(pikepdf.Dictionary(T=f"a{n}")) for n in range(6000)]
    )


WRONG: dict[str, tuple[Code, Callable[[bytes], bytes]]] = {
    "no bytes": (Code.NOT_A_PDF, lambda data: b""),
    "a picture": (Code.NOT_A_PDF, lambda data: b"\x89PNG" + data[:900][4:].replace(b"%PDF", b"")),
    "only the beginning": (Code.NOT_A_PDF, lambda data: data[:40]),
    "a password": (Code.ENCRYPTED_PDF, encrypted),
    "twenty megabytes": (Code.PDF_LIMIT, lambda data: data + b" " * 20_000_000),
    "too many fields": (Code.PDF_LIMIT, lambda data: changed(data, crowded)),
    "fields in fields": (Code.PDF_LIMIT, lambda data: changed(data, deep)),
    "no fields": (Code.NO_FORM, lambda data: changed(data, untitled)),
    "flattened": (Code.FLATTENED_FORM, lambda data: changed(data, flattened)),
    "another's form": (Code.UNKNOWN_FORM, lambda data: changed(data, renamed)),
    "fields that are their own parents": (Code.FLATTENED_FORM, lambda data: changed(data, endless)),
    "two forms in one": (Code.MIXED_FORMS, lambda data: changed(data, joined)),
    "nothing filled in": (Code.EMPTY_FORM, lambda data: data),
}


@pytest.mark.parametrize("name", list(WRONG))
def test_a_file_that_cannot_be_used_is_named_with_what_to_do(
    name: str, form: bytes, known: tuple[Questionnaire, ...]
) -> None:
    code, spoil = WRONG[name]
    (problem,) = told(spoil(form), known)
    assert (problem.code, problem.severity) == (code, Severity.ERROR)
    assert problem.location.file == "a.pdf"
    assert problem.hint
    assert "\x1b" not in problem.message
    assert "\n" not in problem.message


def test_a_stream_that_unpacks_without_bound_ends_as_damaged(
    form: bytes, known: tuple[Questionnaire, ...]
) -> None:
    def bomb(pdf: pikepdf.Pdf) -> None:
        stream = pdf.make_stream(zlib.compress(b" " * 300_000_000, 9))
        stream.Filter = pikepdf.Name.FlateDecode
        pdf.Root.AcroForm.Fields[0].V = stream

    before = settings.get_qpdf_limits()
    assert [problem.code for problem in told(changed(form, bomb), known)] == [Code.NOT_A_PDF]
    assert settings.get_qpdf_limits() == before


def test_a_long_answer_may_stand_in_a_stream(form: bytes, known: tuple[Questionnaire, ...]) -> None:
    def stream(pdf: pikepdf.Pdf) -> None:
        fields = {str(field.T): field for field in pdf.Root.AcroForm.Fields}
        fields["fe-lang"].V = pdf.make_stream("\ufeffLangt og langsomt".encode("utf-16-be"))

    sheet, problems = match(read_form(changed(form, stream), "a"), known, "a")
    assert problems == ()
    assert sheet
    assert sheet.answers["fe-lang"] == "Langt og langsomt"


def test_bytes_that_went_astray_never_end_in_a_traceback(
    form: bytes, known: tuple[Questionnaire, ...]
) -> None:
    filled = changed(fill(form, FILLED), lambda pdf: None)
    for step in range(1, 120):
        place = step * 7919 % len(filled)
        told(filled[:place] + bytes([step]) * 9 + filled[place + 9 :], known)


@pytest.mark.parametrize("value", [5, "/Navn", pikepdf.Array([]), pikepdf.Dictionary(), True])
@pytest.mark.parametrize("key", ["/T", "/FT", "/V", "/Opt", "/Kids", "/Parent", "/Ff", "/AS"])
def test_a_field_with_a_value_of_the_wrong_sort_spoils_at_most_itself(
    key: str, value: object, form: bytes, known: tuple[Questionnaire, ...]
) -> None:
    def spoil(pdf: pikepdf.Pdf) -> None:
        for field in list(pdf.Root.AcroForm.Fields)[:2]:
            field[key] = pikepdf.Name(value) if isinstance(value, str) else value

    found = read_form(changed(fill(form, FILLED), spoil), "a.pdf")
    sheet, _ = match(found, known, "a.pdf")
    assert sheet
    assert sheet.answers["fe-skala"] == 4


def test_a_form_of_another_edition_gives_what_it_has(
    form: bytes, known: tuple[Questionnaire, ...]
) -> None:
    def older(pdf: pikepdf.Pdf) -> None:
        fields = {str(field.T): field for field in pdf.Root.AcroForm.Fields}
        fields["fe-tekst"].T = pikepdf.String("fe-gammelt")
        fields["fe-valg"].Opt = pikepdf.Array(["Aldri", "Sjelden", "Alltid"])
        fields["fe-skala"].Opt = pikepdf.Array(["1", "2", "3", "4"])

    sheet, problems = match(read_form(changed(fill(form, FILLED), older), "a"), known, "a")
    assert sheet
    assert not {"fe-tekst", "fe-valg", "fe-skala"} & set(sheet.answers)
    assert sheet.answers["fe-lang"] == READ["fe-lang"]
    assert [(p.code, p.severity) for p in problems] == [
        (Code.UNKNOWN_FIELD, Severity.WARNING),
        (Code.MISSING_FIELD, Severity.WARNING),
        (Code.UNKNOWN_ANSWER, Severity.WARNING),
    ]
    assert [p.message.split(": ")[-1] for p in problems] == [
        "“fe-skjema” has no field “fe-gammelt”",
        "of “fe-skjema” the file lacks “fe-tekst”",
        "“fe-valg”, “fe-skala”",
    ]


def test_words_of_another_language_are_known_by_their_place(
    form: bytes, known: tuple[Questionnaire, ...]
) -> None:
    def polish(pdf: pikepdf.Pdf) -> None:
        fields = {str(field.T): field for field in pdf.Root.AcroForm.Fields}
        fields["fe-valg"].Opt = pikepdf.Array(["Nigdy", "Często"])
        fields["fe-liste"].Opt = pikepdf.Array(["", "Obsługa", "Sprzedaż"])
        fields["fe-liste"].V = pikepdf.String("Sprzedaż")

    sheet, problems = match(read_form(changed(fill(form, FILLED), polish), "a"), known, "a")
    assert problems == ()
    assert sheet
    assert (sheet.answers["fe-valg"], sheet.answers["fe-liste"]) == ("fe-b", "fe-d")


@pytest.mark.parametrize(
    ("title", "phase"), [("Måling: Før", "f-for"), ("Måling: Etter", "f-etter"), ("Målinga", "")]
)
def test_phases_that_ask_the_same_are_told_apart_by_the_title(title: str, phase: str) -> None:
    survey = questionnaires(book_edition("every-kind").handbook)[0].record
    question = (Question("f-1", Kind.NUMBER, points=3, scored=3),)
    known = tuple(
        Questionnaire(survey, name, "Måling", words, question)
        for name, words in (("f-for", "Før"), ("f-etter", "Etter"))
    )
    form = PdfForm(title, (PdfField("f-1", "Btn", "1", ("1", "2", "3")),))
    sheet, problems = match(form, known, "a")
    assert (sheet.phase if sheet else "") == phase
    assert [p.code for p in problems] == ([] if phase else [Code.UNKNOWN_PHASE])


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("2026-01-31", "2026-01-31"),
        ("31.1.2026", "2026-01-31"),
        ("31/01/2026", "2026-01-31"),
        ("31.1.26", "2026-01-31"),
        ("31. januar, Kari", None),
        ("2026-02-30", None),
    ],
)
def test_a_date_is_a_date_and_no_other_text(
    written: str, read: str | None, form: bytes, known: tuple[Questionnaire, ...]
) -> None:
    sheet, problems = match(read_form(fill(form, FILLED | {"fe-dato": written}), "a"), known, "a")
    assert sheet
    assert sheet.answers.get("fe-dato") == read
    assert [p.code for p in problems] == ([] if read else [Code.UNKNOWN_ANSWER])


def table_of(answers: Mapping[str, Answer], **options: bool) -> list[dict[str, object]]:
    handbook = book_edition("every-kind").handbook
    records = [one.record for one in questionnaires(handbook)]
    sheets = [Sheet("b.pdf", "fe-skjema", "", answers), Sheet("a.pdf", "fe-skjema", "", {})]
    head, *rows = cells(make_table(sheets, records, **options))
    return [dict(zip(map(str, head), row, strict=True)) for row in rows]


def test_free_text_and_file_names_stay_out_unless_asked_for() -> None:
    _, row = table_of(READ)
    assert {name: row[name] for name in row if row[name] is not None} == {
        "row": 2,
        "form": "fe-skjema",
        "phase": "",
        **{name: READ[name] for name in READ if not isinstance(FILLED.get(name), str)},
        "fe-dato": "2026-12-24",
    }
    assert set(row) & {"fe-tekst", "fe-lang", "fe-linjer-2", "fe-tegn", "file"} == set()
    assert "fe-ord-fe-r4-fe-k5" not in row
    assert "fe-rader-2-fe-k8" not in row
    first, second = table_of(READ, with_text=True, with_names=True)
    assert (first["file"], second["file"]) == ("a.pdf", "b.pdf")
    assert {name: second[name] for name in READ} == READ


@pytest.mark.parametrize(
    ("words", "written"),
    [
        ("=1+1", "'=1+1"),
        ("+47 22", "'+47 22"),
        ("-3", "'-3"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t'=1"),
        ("\n =1", "'\n =1"),
        ("＝1", "'＝1"),
        ("\u200b=1", "'\u200b=1"),
        ('"=1', "'\"=1"),
        ("a=1", "a=1"),
        ("«hei»", "«hei»"),
        ("hei,=1+1", "hei,'=1+1"),
        ("hei; \ufeff@A", "hei;' \ufeff@A"),
        ('hei,"=1,x"', 'hei,\'"=1,x"'),
        ("hei\t-2+3", "hei\t'-2+3"),
        ("x;＋A1", "x;'＋A1"),
        ("ja ;-) og, – tja, - , a-b", "ja ;-) og, – tja, - , a-b"),
        ("- én\n- to", "'- én\n- to"),
    ],
)
def test_no_text_becomes_a_formula(words: str, written: str) -> None:
    assert harmless(words) == written


@pytest.mark.parametrize("delimiter", Delimiter)
@pytest.mark.parametrize("split", [",", ";", "\t"])
def test_no_cell_is_a_formula_where_a_file_is_split_at_another_sign(
    delimiter: Delimiter, split: str
) -> None:
    """Whatever the quotes come to mean where a table is split at a sign that is not its own."""
    answers = [f"{a}{mark}{b}=1+1{mark}x" for mark in ",;\t" for a in ("", "a", '"') for b in ' "']
    rows: list[list[Cell]] = [[number, words] for number, words in enumerate(answers)]
    lines = io.StringIO(to_csv(rows, delimiter).decode("utf-8-sig"), newline="")
    for row in csv.reader(lines, delimiter=split):
        assert not [cell for cell in row if cell.lstrip(' "').startswith("=")], row


def test_a_csv_file_opens_in_a_spreadsheet_of_its_country() -> None:
    rows: list[list[Cell]] = [["a", "b"], [1, -0.25], ["x;y", True], [None, 'si "hei"']]
    assert to_csv(rows, Delimiter.SEMICOLON).decode("utf-8-sig").splitlines() == [
        "a;b", "1;-0,25", '"x;y";1', ';"si ""hei"""',
    ]  # fmt: skip
    assert to_csv(rows, Delimiter.COMMA).startswith(b"\xef\xbb\xbfa,b\r\n1,-0.25\r\nx;y,1")
    assert b"1\t-0.25" in to_csv(rows, Delimiter.TAB)


def test_control_characters_of_a_stranger_are_seen_and_do_nothing() -> None:
    assert reading.clean("a\x1b[2Jb\rc\u202ed\x00\ud800") == "a�[2Jb\nc�d�?"


def test_reading_changes_no_byte(form: bytes, tmp_path: Path) -> None:
    file = tmp_path / "a.pdf"
    file.write_bytes(form)
    read_form(file.read_bytes(), "a.pdf")
    assert file.read_bytes() == form
