"""Forms filled in by a program: what may be filled in, what is told, and how the words stand."""

import io
import time

import page
import pikepdf
import pypdf
import pytest

from dreiebok.press.cells import SHARES, SMALLEST, Cell, find_direction
from dreiebok.press.filling import CannotFill, FilledPdf, fill_pdf
from tests.pressing import FALSE_ALARM, OPEN_PROFILE, TEMPLATES, press_body
from tests.readers import FACES, values

pytestmark = OPEN_PROFILE

BODY = """<h1>Skjema</h1><form>
<input name="kort" title="Kort" style="width: 60mm">
<input name="ti" title="Ti tegn" maxlength="10">
<textarea name="lang" title="Langt" style="width: 80mm; height: 20mm"></textarea>
<input type="checkbox" name="kryss" title="Enig">
<input type="radio" name="valg" title="Ja" value="Ja" data-group-title="Vil du?">
<input type="radio" name="valg" title="Nei" value="Nei" data-group-title="Vil du?">
<select name="liste" title="Velg"><option value=""></option><option value="d">Drift</option>
<option value="s">Salg</option></select>
</form>"""
STYLE = "input, textarea, select { appearance: auto; display: block; font-size: 10.5pt }"


@pytest.fixture(scope="module")
def form() -> bytes:
    pressed = press_body(BODY, STYLE)
    assert pressed.problems == ()
    return pressed.data


def fill(form: bytes, **answers: str) -> FilledPdf:
    return fill_pdf(form, answers, TEMPLATES, FACES)


def shown(data: bytes, name: str) -> str:
    """Return the words of a field's appearance, as they are drawn."""
    with pikepdf.open(io.BytesIO(data)) as pdf, pikepdf.new() as page_only:
        (field,) = [field for field in pdf.Root.AcroForm.Fields if name == field.T]
        drawn = page_only.copy_foreign(field.AP.N)
        leaf = page_only.add_blank_page()
        leaf.Resources = drawn.get("/Resources", pikepdf.Dictionary())
        leaf.Contents = page_only.make_stream(drawn.read_bytes())
        output = io.BytesIO()
        page_only.save(output)
    return pypdf.PdfReader(output).pages[0].extract_text()


def sizes(data: bytes, name: str) -> set[float]:
    """Return the type sizes in pt of a field's appearance."""
    found = set()
    with pikepdf.open(io.BytesIO(data)) as pdf:
        (field,) = [field for field in pdf.Root.AcroForm.Fields if name == field.T]
        scale = 1.0
        for one in pikepdf.parse_content_stream(field.AP.N):
            if str(one.operator) == "cm":
                scale *= abs(float(one.operands[0]))
            elif str(one.operator) == "Tf":
                found.add(round(float(one.operands[1]) * scale, 1))
    return found


def failures(data: bytes) -> list[str]:
    return [
        failure.rule_id
        for profile in ("ua1", "2a")
        for failure in page.validate_pdf_bytes(data, profile=profile).failures
        if not failure.rule_id.endswith(FALSE_ALARM)
    ]


def test_all_that_is_wrong_is_told_at_once(form: bytes) -> None:
    with pytest.raises(CannotFill) as caught:
        fill(
            form, navn="x", ti="mer enn ti tegn", valg="Kanskje", liste="Salg", kryss="Ja",
            kort="to\nlinjer", lang="\x07",
        )  # fmt: skip
    assert caught.value.reasons == (
        "“navn”: the form has no such field",
        "“ti”: 15 characters, and 10 is the most",
        "“valg”: “Kanskje” is none of “Ja”, “Nei”",
        "“liste”: “Salg” is none of “d”, “s”",
        "“kryss”: “Ja” is none of “on”",
        "“kort”: has one line, and the text has a line break",
        "“lang”: the text has a character that cannot be shown, U+0007",
    )
    assert isinstance(caught.value, ValueError)


def test_what_is_no_pdf_is_told() -> None:
    with pytest.raises(CannotFill, match="no PDF"):
        fill(b"%PDF-1.7 no more", kort="x")


def test_an_option_is_shown_by_its_label_and_kept_by_its_value(form: bytes) -> None:
    filled = fill(form, liste="s")
    assert values(filled.data) == {"liste": "s"}
    assert shown(filled.data, "liste") == "Salg"


def test_an_empty_value_clears_a_field(form: bytes) -> None:
    full = fill(form, kort="Her", lang="Der", kryss="on", valg="Nei", liste="d").data
    assert values(full) == {
        "kort": "Her", "lang": "Der", "kryss": "/on", "valg": "Nei", "liste": "d"
    }  # fmt: skip
    cleared = fill(full, kort="", kryss="", valg="", liste="").data
    assert values(cleared) == {"lang": "Der"}
    assert (shown(cleared, "kort"), shown(cleared, "lang")) == ("", "Der")
    with pikepdf.open(io.BytesIO(cleared)) as pdf:
        fields = {str(field.T): field for field in pdf.Root.AcroForm.Fields}
        assert fields["kryss"].AS == "/Off"
        assert {str(kid.AS) for kid in fields["valg"].Kids} == {"/Off"}


def test_fields_that_are_not_named_stay_as_they_are(form: bytes) -> None:
    first = fill(form, lang="Den første").data
    assert values(fill(first, kort="Den andre").data) == {"lang": "Den første", "kort": "Den andre"}


def test_a_reader_is_not_asked_to_draw(form: bytes) -> None:
    with pikepdf.open(io.BytesIO(form)) as pdf:
        pdf.Root.AcroForm.NeedAppearances = True
        asking = io.BytesIO()
        pdf.save(asking)
    with pikepdf.open(io.BytesIO(fill(asking.getvalue(), kort="x").data)) as pdf:
        assert "/NeedAppearances" not in pdf.Root.AcroForm
        (field,) = [field for field in pdf.Root.AcroForm.Fields if field.T == "kort"]
        assert field.AP.N.read_bytes().startswith(b"/Tx BMC\nq\n")
        assert field.AP.N.read_bytes().endswith(b"\nQ\nEMC")


def test_the_same_values_give_the_same_bytes(form: bytes) -> None:
    assert fill(form, kort="æ", lang="你").data == fill(form, kort="æ", lang="你").data


def test_a_line_gets_smaller_type_and_at_last_shows_its_beginning(form: bytes) -> None:
    short, longer, long = (fill(form, kort="Vi løfter det. " * n) for n in (1, 3, 20))
    assert sizes(short.data, "kort") == {10.5}
    (size,) = sizes(longer.data, "kort")
    assert 10.5 * SMALLEST < size < 10.5
    (size,) = sizes(long.data, "kort")
    assert size == pytest.approx(10.5 * SMALLEST, abs=0.06)
    assert (short.overflowing, longer.overflowing, long.overflowing) == ((), (), ("kort",))
    assert values(long.data)["kort"] == "Vi løfter det. " * 20


def test_several_lines_get_smaller_type_and_at_last_end_in_dots(form: bytes) -> None:
    short, longer, long = (fill(form, lang="Vi løfter det. " * n) for n in (1, 18, 200))
    assert sizes(short.data, "lang") == {10.5}
    (size,) = sizes(longer.data, "lang")
    assert size in {round(10.5 * share, 1) for share in SHARES}
    assert shown(longer.data, "lang").split() == ("Vi løfter det. " * 18).split()
    assert (short.overflowing, longer.overflowing, long.overflowing) == ((), (), ("lang",))
    words = shown(long.data, "lang").split()
    assert words[:3] == ["Vi", "løfter", "det."]
    assert words[-1].endswith("…")
    assert len(words) < 200


@pytest.mark.parametrize("letters", ["x", "Ord ", "\n", "مرحبا "])
def test_a_flood_of_text_takes_no_time_and_is_kept(form: bytes, letters: str) -> None:
    flood = letters * 30_000
    begun = time.process_time()
    filled = fill(form, lang=flood, kort=flood.replace("\n", "x"))
    assert time.process_time() - begun < 5
    assert set(filled.overflowing) == {"lang", "kort"}
    assert values(filled.data)["lang"] == flood


def test_a_text_without_spaces_breaks_where_it_must(form: bytes) -> None:
    filled = fill(form, lang="x" * 100)
    assert filled.overflowing == ()
    assert "".join(shown(filled.data, "lang").split()) == "x" * 100


def test_lines_are_kept_and_told_in_one_way(form: bytes) -> None:
    filled = fill(form, lang="En\r\nto\u2028\vfire")
    assert values(filled.data)["lang"] == "En\nto\n\nfire"
    assert shown(filled.data, "lang").split() == ["En", "to", "fire"]


def test_marks_of_html_are_letters(form: bytes) -> None:
    text = '<b>&amp;</b> "x" </div>'
    assert shown(fill(form, kort=text).data, "kort") == text


def test_letters_that_no_font_has_are_told_with_their_field(form: bytes) -> None:
    filled = fill_pdf(form, {"kort": "你好 å", "lang": "Hei"}, TEMPLATES)
    assert filled.missing == {"kort": "你好"}
    assert shown(filled.data, "kort") == "☐☐ å"
    assert values(filled.data) == {"kort": "你好 å", "lang": "Hei"}
    assert failures(filled.data) == []
    assert fill(form, kort="你好 å").missing == {}


def test_a_font_for_values_does_not_slip_into_documents(form: bytes) -> None:
    fill(form, kort="你")
    (problem,) = press_body("<p>你</p>").problems
    assert "U+4F60" in problem.message


@pytest.mark.parametrize(
    ("text", "direction"),
    [("Hei", "ltr"), ("مرحبا", "rtl"), ("(3) مرحبا Hei", "rtl"), ("3. Привіт", "ltr"),
     ("你好", "ltr"), ("שלום", "rtl"), ("123", "ltr"), ("😀", "ltr")],
)  # fmt: skip
def test_the_first_strong_letter_gives_the_direction(text: str, direction: str) -> None:
    assert find_direction(text) == direction


def test_numbers_follow_the_form() -> None:
    assert find_direction("123", "rtl") == "rtl"


def test_at_least_one_line_is_shown() -> None:
    low = Cell("a", "x", 100, 5, 10.5, is_multiline=True, direction="ltr")
    high = Cell("a", "x", 100, 2 * 2 + 3 * 10.5 * 1.35 + 0.1, 10.5, True, "ltr")
    assert (low.line_count(1), high.line_count(1)) == (1, 3)
