"""`dreiebok fill`: forms with values and a heading, in copies; what does not fit is a problem."""

import io
from pathlib import Path

import page
import pikepdf
import pypdfium2
import pytest

from dreiebok.cli import main
from dreiebok.problems import ExitCode
from tests.pressing import FALSE_ALARM, OPEN_PROFILE
from tests.projects import ROOT, copy_book

pytestmark = OPEN_PROFILE

LOG = "mg-loggskjema"
DATA = """
organisation: Fjellheim kommune
group: Nattskiftet
facilitator: Kari
place: Møterom 2
date: 3. desember 2026
"""


def fill(tmp_path: Path, form: str, data: str, *more: str) -> int:
    file = tmp_path / "values.yml"
    file.write_text(data, encoding="utf-8")
    return main(["fill", form, "--data", str(file), "--quiet", *more])


def words(path: Path) -> str:
    pdf = pypdfium2.PdfDocument(path)
    text: str = pdf[0].get_textpage().get_text_bounded()
    pdf.close()
    return " ".join(text.split())


def values(path: Path) -> dict[str, str]:
    with pikepdf.open(io.BytesIO(path.read_bytes())) as pdf:
        return {str(f.T): str(f.V) for f in pdf.Root.AcroForm.Fields if f.get("/V", "") != ""}


def test_every_copy_has_its_number_and_the_same_values(tmp_path: Path) -> None:
    data = f"{DATA}numbered: true\ncopies: 3\nvalues: {{mg-logg-1a-nar-hvor: Natt til onsdag}}\n"
    assert fill(tmp_path, LOG, data, "-o", str(tmp_path / "out")) == 0
    made = sorted((tmp_path / "out").iterdir())
    assert [path.name for path in made] == [f"loggskjema-{n}.pdf" for n in (1, 2, 3)]
    for number, path in enumerate(made, 1):
        assert (
            "Fjellheim kommune · Gruppe: Nattskiftet · Fasilitator: Kari · Møterom 2 · "
            f"3. desember 2026 · nr. {number} av 3"
        ) in words(path)
        assert values(path) == {"mg-logg-1a-nar-hvor": "Natt til onsdag"}


def test_what_is_filled_in_beforehand_conforms_as_the_empty_form_does(tmp_path: Path) -> None:
    out = tmp_path / "log.pdf"
    data = f"{DATA}values: {{mg-logg-1a-nar-hvor: Bergen – «på» flyplassen}}\n"
    assert fill(tmp_path, LOG, data, "-o", str(out)) == 0
    for profile in ("ua1", "2a"):
        failures = page.validate_pdf(str(out), profile=profile).failures
        assert [f.rule_id for f in failures if not f.rule_id.endswith(FALSE_ALARM)] == []


def test_without_values_there_are_empty_copies(tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert main(["fill", "vg-skjema-for", "--copies", "2", "-o", str(out), "--quiet"]) == 0
    assert len(list(out.iterdir())) == 2
    assert all(set(values(path).values()) <= {"/Off"} for path in out.iterdir())


def test_a_form_that_somebody_may_have_filled_in_is_not_written_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(copy_book("minimal", tmp_path))
    path = tmp_path / "skjema.pdf"
    command = ["fill", "pr-skjema", "--quiet"]
    assert main(command) == 0
    path.write_bytes(b"filled in")
    assert main(command) == ExitCode.USAGE
    assert "“skjema.pdf” is already here" in capsys.readouterr().err
    assert path.read_bytes() == b"filled in"
    assert main([*command, "-o", "skjema.pdf"]) == 0
    assert path.read_bytes() != b"filled in"


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ("values: {mg-logg-finnes-ikke: Hei}\n", ":1:31: error: “mg-logg-finnes-ikke”"),
        (f"values: {{mg-logg-2-fornoyd: {'ord ' * 600}}}\n", "[text-overflows]"),
        ("values: {mg-logg-2-fornoyd: 会议}\n", "[missing-glyph]"),
        ("copies: 100\n", "[wrong-value]"),
        ("gruppe: Nattskiftet\n", "[unknown-key]"),
        ("group: [\n", "[yaml-syntax]"),
        (f"group: {'Nattskiftet og dagskiftet ' * 200}\n", "[text-overflows]"),
    ],
)
def test_what_cannot_be_written_is_told_at_its_line_and_nothing_is(
    data: str, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "log.pdf"
    assert fill(tmp_path, LOG, data, "-o", str(out)) == 1
    errors = capsys.readouterr().err
    assert said in errors
    assert "values.yml" in errors or "loggskjema.yml" in errors
    assert not out.exists()


def test_a_mistake_is_shown_with_its_own_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    book = copy_book("minimal", tmp_path / "book")
    (book / "values.yml").write_text("line 1 of another\nline 2 of another\n")
    monkeypatch.chdir(tmp_path)
    for mistake in ("gruppe: Nattskiftet", "values: {pr-felt: 1}"):
        (tmp_path / "values.yml").write_text(f"copies: 1\n{mistake}\n")
        command = ["fill", "pr-skjema", "--data", "values.yml", "--source", "book"]
        assert main(command) == ExitCode.PROBLEMS
        errors = capsys.readouterr().err
        assert errors.startswith("values.yml:2:")
        assert mistake in errors
        assert "another" not in errors


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["fill", "mg-logskjema"], "Did you mean “mg-loggskjema”?"),
        (["fill", LOG, "--copies", "2", "-o", "x.pdf"], "2 copies go to a folder"),
    ],
)
def test_wrong_use_is_said(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 2
    assert said in capsys.readouterr().err


def test_a_file_of_values_that_is_not_there_is_a_problem(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["fill", LOG, "--data", str(tmp_path / "no.yml")]) == 1
    assert "[unreadable]" in capsys.readouterr().err


def test_choices_and_numbers_and_ticks_are_values_too(tmp_path: Path) -> None:
    book = copy_book("every-kind", tmp_path)
    out = tmp_path / "form.pdf"
    # A number needs no quotes, true is a tick, a choice has the words of its option.
    data = (
        "values:\n  fe-kryss: true\n  fe-skala: 3\n  fe-dato: 2026-12-03\n"
        "  fe-valg: Ofte & gjerne\n  fe-liste: Salg\n  fe-flere-fe-r3-fe-k4: true\n"
    )
    assert fill(tmp_path, "fe-skjema", data, "--source", str(book), "-o", str(out)) == 0
    found = {name: value for name, value in values(out).items() if value != "/Off"}
    ticks = {found.pop("fe-kryss"), found.pop("fe-flere-fe-r3-fe-k4")}
    assert all(tick.startswith("/") for tick in ticks)
    # The third and the second option of their groups.
    assert found == {
        "fe-skala": "/2", "fe-dato": "2026-12-03", "fe-valg": "/1", "fe-liste": "Salg",
    }  # fmt: skip


def test_a_choice_that_is_none_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    book = copy_book("every-kind", tmp_path)
    data = f"values:\n  fe-valg: Kanskje\n  fe-tekst: {'x' * 41}\n"
    assert fill(tmp_path, "fe-skjema", data, "--source", str(book), "-o", str(tmp_path)) == 1
    errors = capsys.readouterr().err
    assert "values.yml:2:12" in errors
    assert "41 characters, and 40 is the most" in errors


def test_a_font_that_cannot_be_read_is_told_and_nothing_is_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    book = copy_book("minimal", tmp_path)
    for font in (book / "templates" / "fonts").glob("*.ttf"):
        font.write_bytes(b"no font")
    out = tmp_path / "ut.pdf"
    assert main(["fill", "pr-skjema", "--source", str(book), "--output", str(out)]) == 1
    told = capsys.readouterr().err
    assert "error" in told
    assert "Traceback" not in told
    assert not out.exists()


def test_a_form_has_the_brand_of_the_organisation_as_a_built_one_has(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(copy_book("minimal", tmp_path))
    (tmp_path / "logo.svg").write_bytes((ROOT / "organisations/solbakken/logo.svg").read_bytes())
    (tmp_path / "organisation.yml").write_text(
        'name: Solbakken\nlogo: logo.svg\ncolours: {primary: "#2E6B3E", accent: "#F2A900"}\n'
    )
    assert main(["build", "--only", "print", "--quiet"]) == 0
    assert main(["fill", "pr-skjema", "--quiet"]) == 0
    (built,) = tmp_path.rglob("site/**/skjema.pdf")
    assert (tmp_path / "skjema.pdf").read_bytes() == built.read_bytes()
