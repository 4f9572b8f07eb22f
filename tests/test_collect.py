"""The command that collects: real forms in, the published figures out, and no name of anybody."""

import csv
import errno
import io
import json
import os
import re
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from dreiebok.answers.report import render_report
from dreiebok.answers.scoring import SurveyResult, score_survey
from dreiebok.building.reading import read_project
from dreiebok.building.writing import write_file
from dreiebok.cli import main
from dreiebok.editions.edition import Edition
from dreiebok.model.forms import Survey
from dreiebok.press.values import PrintDocument
from dreiebok.press.weasyprint_ import press
from dreiebok.problems import ExitCode, SourceError, WrongUse
from tests.browsers import running_browser
from tests.filled import AFTER, BEFORE, SURVEYS, field_names, fill, guidance_groups
from tests.pressing import OPEN_PROFILE, TEMPLATES
from tests.projects import ROOT, start, tree

pytestmark = OPEN_PROFILE

HARD, ENERGY, CLEARER = "vg-q20-for-vanskelig", "vg-q14-energi", "vg-q35-klarere-mote"
BOTH = ("vg-skjema-for", "vg-skjema-etter")


@pytest.fixture(scope="module")
def empty(documents: dict[str, PrintDocument]) -> tuple[bytes, bytes]:
    """The survey of the veiledningsgruppe, before and after, as it is downloaded."""
    before, after = (press(documents[SURVEYS.format(n)], TEMPLATES) for n in (BEFORE, AFTER))
    assert (before.problems, after.problems) == ((), ())
    return before.data, after.data


@pytest.fixture(scope="module")
def filled(empty: tuple[bytes, bytes], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with 16 sheets from before and 15 from after."""
    folder = tmp_path_factory.mktemp("kari-nordmann")
    guidance_groups(*empty, folder)
    return folder


@pytest.fixture(scope="module")
def collected(filled: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Everything that the real command writes of them."""
    out = tmp_path_factory.mktemp("ut")
    options = ("-o", "svar.csv", "--scores", "tall.csv", "--report", "rapport.html", "--quiet")
    for more in (options, ("-o", "svar.json")):
        run = start(out, "collect", str(filled), "--source", str(ROOT), *more)
        said, errors = run.communicate(timeout=120)
        assert (run.returncode, errors) == (0, "")
    assert said == "svar.json: from 31 forms\n"
    return out


def read_csv(path: Path) -> list[dict[str, str]]:
    text = io.StringIO(path.read_text(encoding="utf-8-sig"), newline="")
    return list(csv.DictReader(text, delimiter=";"))


def test_the_published_figures_are_found_in_the_scores(collected: Path) -> None:
    rows = {(row["item"], row["phase"]): row for row in read_csv(collected / "tall.csv")}
    before, after = (rows[HARD, phase] for phase in BOTH)
    assert (before["n"], before["mean"], after["n"], after["mean"]) == ("16", "2,31", "15", "1,73")
    assert after["change"] == "-0,58"
    assert rows[ENERGY, BOTH[1]]["change"] == "0,52"
    assert [rows[CLEARER, BOTH[1]][f"count_{n}"] for n in range(1, 5)] == ["0", "1", "14", "0"]


def test_the_published_figures_are_found_in_the_json(collected: Path) -> None:
    found = json.loads((collected / "svar.json").read_bytes())
    assert (found["schema"], len(found["rows"])) == (1, 31)
    (survey,) = found["surveys"]
    assert survey["sheets"] == dict(zip(BOTH, (16, 15), strict=True))
    items = {item["id"]: item for block in survey["blocks"] for item in block["items"]}
    means = [round(items[HARD]["phases"][phase]["mean"], 1) for phase in BOTH]
    assert (means, round(items[HARD]["change"], 1)) == ([2.3, 1.7], -0.6)
    assert round(items[ENERGY]["change"], 1) == 0.5
    # Fifteen of sixteen can be joined; their change would tell what the one answered.
    assert "pairs" not in items[HARD]


def test_the_answers_themselves_add_up_to_the_published_figures(collected: Path) -> None:
    rows = read_csv(collected / "svar.csv")
    hard = {phase: [int(r[HARD]) for r in rows if r["phase"] == phase] for phase in BOTH}
    assert [len(hard[phase]) for phase in BOTH] == [16, 15]
    assert [round(sum(hard[phase]) / len(hard[phase]), 1) for phase in BOTH] == [2.3, 1.7]
    assert {row["vg-bg-ansiennitet"] for row in rows} == {
        "",
        "vg-bg-ansiennitet-under-1",
        "vg-bg-ansiennitet-1-3",
        "vg-bg-ansiennitet-over-3",
    }
    # “Vet ikke” is no number, so that a spreadsheet's mean leaves it out.
    assert sum(row["vg-q38-snakker-annerledes"] == "x4" for row in rows) == 4


def test_no_free_text_no_code_and_no_name_of_a_file_gets_out(collected: Path) -> None:
    for name, file in tree(collected).items():
        data = re.sub(rb"base64,[^)]*", b"", file)
        for told in (b"kode0", b"Kode 0", b"HYPERLINK", b"kari", b"a01", b"Bra."):
            assert told not in data, (name, told)


class Page(HTMLParser):
    """Reads the tables of a page, and writes down what it asks for."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self.tags: list[str] = []
        self.headings: list[int] = []
        self.addresses: list[str] = []
        self.in_cell = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.addresses += [v or "" for k, v in attrs if k in {"src", "href"} or k.startswith("on")]
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if tag == "tr":
            self.rows.append([])
        self.in_cell = tag in {"td", "th"} or (self.in_cell and tag == "span")
        if tag in {"td", "th"}:
            self.rows[-1].append("")

    def handle_data(self, data: str) -> None:
        if self.in_cell:
            self.rows[-1][-1] += data.strip()

    def handle_endtag(self, tag: str) -> None:
        self.in_cell = self.in_cell and tag not in {"td", "th"}


@pytest.fixture(scope="module")
def report(collected: Path) -> Page:
    return Page((collected / "rapport.html").read_text(encoding="utf-8"))


def test_the_published_figures_are_found_in_the_report(report: Page) -> None:
    rows = {row[0]: row[1:] for row in report.rows if row}
    hard = rows["Noe av det jeg skal gjøre, er vanskeligere enn jeg kan klare."]
    assert hard == ["2,3", "0,5", "16", "1,7", "0,5", "15", "−0,6"]
    assert rows["Arbeidet gir meg overskudd."][-1] == "+0,5"
    clearer = "Samtalene har gjort det klarere for meg hvordan visse utfordringer bør møtes."
    assert rows[clearer] == ["0", "1", "14", "0", "15"]
    assert "I motgang tenker jeg at dette får jeg aldri til.snudd" in rows


def test_the_report_needs_nothing_and_runs_nothing(report: Page, collected: Path) -> None:
    assert report.addresses == []
    assert not {"script", "link", "iframe", "img", "object", "form"} & set(report.tags)
    assert report.headings[0] == 1
    assert all(b - a <= 1 for a, b in zip(report.headings, report.headings[1:], strict=False))
    text = (collected / "rapport.html").read_text(encoding="utf-8")
    assert text.startswith('<!doctype html>\n<html lang="nb" dir="ltr">')
    assert len(text) < 250_000
    assert not re.search(r"url\((?!\"data:)|@import|https?://(?!www\.w3\.org/2000/svg)", text)


@pytest.mark.parametrize("width", [1280, 380])
def test_the_report_is_whole_in_a_browser(width: int, collected: Path) -> None:
    asked: list[str] = []
    with running_browser() as browser:
        page = browser.new_page(viewport={"width": width, "height": 900})
        page.on("request", lambda request: asked.append(request.url.partition(",")[0]))
        page.on("console", lambda message: asked.append(message.text))
        page.goto((collected / "rapport.html").as_uri())
        assert page.evaluate("document.documentElement.scrollWidth") == width
        fonts = page.evaluate("document.fonts.ready.then(f => [...f].map(x => x.status))")
        assert fonts == ["loaded"] * 3
        outside = page.evaluate(
            """[...document.querySelectorAll('svg')].filter(s => s.clientWidth).flatMap(s => {
                const r = s.viewBox.baseVal;
                return [...s.querySelectorAll('text')].filter(t => {
                    const b = t.getBBox();
                    return b.x < -1 || b.x + b.width > r.width + 1 || b.y + b.height > r.height;
                }).map(t => t.textContent);
            })"""
        )
        assert outside == []
        browser.close()
    assert [url for url in asked if not url.startswith(("file:", "data:font/"))] == []


def test_the_same_forms_give_the_same_bytes_in_any_order(
    filled: Path, collected: Path, tmp_path: Path
) -> None:
    files = sorted(filled.iterdir(), reverse=True)
    said = collect(*files, "-o", tmp_path / "svar.csv", "--report", tmp_path / "rapport.html")
    assert said == 0
    for name in ("svar.csv", "rapport.html"):
        assert (tmp_path / name).read_bytes() == (collected / name).read_bytes()


def collect(*arguments: str | Path) -> int:
    return main(["collect", "--source", str(ROOT), *map(str, arguments)])


def test_files_that_cannot_be_read_are_named_and_the_others_are_used(
    filled: Path, empty: tuple[bytes, bytes], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "inn"
    folder.mkdir()
    (folder / "a.pdf").write_bytes((filled / "a00.pdf").read_bytes())
    (folder / "kopi.pdf").write_bytes((filled / "a00.pdf").read_bytes())
    (folder / "tom.pdf").write_bytes(empty[0])
    (folder / "notat\x1b[31m.PDF").write_text("Hei")
    (folder / "._a.pdf").write_text("en skygge")
    (folder / "annet.txt").write_text("Hei")
    os.mkfifo(folder / "rør.pdf")
    out = tmp_path / "ut" / "svar.csv"
    assert collect(folder, folder / "rør.pdf", "finnes-ikke.pdf", "-o", out) == ExitCode.PROBLEMS
    said = capsys.readouterr()
    lines = [line for line in said.err.splitlines() if line.endswith("]")]
    assert [re.sub(r".*/(?=[^/]+:1:1)", "", line).split(": ")[0] for line in lines] == [
        "kopi.pdf:1:1", "notat�[31m.PDF:1:1", "rør.pdf:1:1", "tom.pdf:1:1", "finnes-ikke.pdf:1:1",
    ]  # fmt: skip
    assert [line.rpartition("[")[2][:-1] for line in lines] == [
        "same-file", "not-a-pdf", "unreadable", "empty-form", "unreadable",
    ]  # fmt: skip
    assert said.err.splitlines()[-1] == "4 errors, 1 warning"
    assert said.out == f"{out}: from 2 forms\n"
    assert len(read_csv(out)) == 2
    assert (out.stat().st_mode & 0o777) == 0o600
    assert [path.name for path in out.parent.iterdir()] == ["svar.csv"]


def test_a_report_asks_in_the_words_and_colours_of_the_organisation(
    filled: Path, tmp_path: Path
) -> None:
    settings, report = tmp_path / "organisation.yml", tmp_path / "rapport.html"
    settings.write_text(
        'name: Solbakken\ncolours: {primary: "#2E6B3E", programmes: brand}\n'
        "terms: {fasilitator: [samtaleleder, samtalelederen, samtaleledere, samtalelederne]}\n"
    )
    whose = ("--organisation", str(settings), "--report", report, "--quiet")
    assert collect(filled, *whose) == 0
    page = report.read_text(encoding="utf-8").lower()
    assert "samtaleleder" in page
    assert "fasilitator" not in page
    assert "#2e6b3e" in page


def test_without_one_answer_nothing_is_written(
    empty: tuple[bytes, bytes], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.pdf").write_bytes(empty[0])
    out = tmp_path / "svar.csv"
    assert collect(tmp_path / "a.pdf", "-o", out) == ExitCode.PROBLEMS
    assert "nothing was written" in capsys.readouterr().err
    assert not out.exists()
    nothing = tmp_path / "tom"
    nothing.mkdir()
    assert collect(nothing, "-o", out) == ExitCode.PROBLEMS
    assert "the folder has no PDF [unreadable]" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ((), "say where to write"),
        (("-o", "svar.xlsx"), "must end in .csv or .json"),
        (("--report", "rapport.pdf"), "must end in .html"),
        (("-o", "x.csv", "--scores", "./x.csv"), "the same file"),
        (("-o", "IN.csv"), "is to be read"),
        (("-o", "mappe.csv"), "is a folder"),
        (("-o", "IN.csv/svar.csv"), "cannot make the folder"),
    ],
)
def test_outputs_that_cannot_be_are_wrong_use(
    options: tuple[str, ...],
    said: str,
    filled: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("IN.csv").write_bytes((filled / "a00.pdf").read_bytes())
    Path("mappe.csv").mkdir()
    before = tree(tmp_path)
    assert collect("IN.csv", *options) == ExitCode.USAGE
    assert said in capsys.readouterr().err
    assert tree(tmp_path) == before


def test_a_report_of_forms_that_measure_nothing_is_wrong_use(
    documents: dict[str, PrintDocument], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log = press(documents["print/mestringsgruppe/loggskjema.pdf"], TEMPLATES).data
    (tmp_path / "a.pdf").write_bytes(fill(log, {"mg-logg-2-fornoyd": "-3"}))
    options = (tmp_path / "a.pdf", "-o", tmp_path / "a.csv")
    assert collect(*options, "--report", tmp_path / "a.html") == ExitCode.USAGE
    assert "none of these files is one" in capsys.readouterr().err
    assert collect(*options, "--with-text", "--with-names", "--delimiter", "comma") == 0
    row = next(csv.DictReader(io.StringIO((tmp_path / "a.csv").read_text("utf-8-sig"))))
    assert (row["form"], row["mg-logg-2-fornoyd"]) == ("mg-loggskjema", "'-3")
    assert row["file"].endswith("a.pdf")


def test_a_handbook_with_errors_reads_no_forms(
    filled: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("content", "forms", "templates"):
        (tmp_path / name).mkdir()
    (tmp_path / "mkdocs.yml").touch()
    (tmp_path / "content/a.yml").write_text("tittel: x\n")
    arguments = ["collect", "--source", str(tmp_path), str(filled), "-o", str(tmp_path / "a.csv")]
    assert main(arguments) == ExitCode.PROBLEMS
    assert "content/a.yml:1:1" in capsys.readouterr().err
    assert not (tmp_path / "a.csv").exists()


def test_a_report_of_no_survey_tells_which_could_not_be_read(
    documents: dict[str, PrintDocument], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "inn"
    folder.mkdir()
    log = press(documents["print/mestringsgruppe/loggskjema.pdf"], TEMPLATES).data
    name = next(name for name in field_names(log) if name)
    (folder / "logg.pdf").write_bytes(fill(log, {name: "Hei"}))
    (folder / "skadet.pdf").write_bytes(b"%PDF-1.7")
    report = tmp_path / "rapport.html"
    assert collect(folder, "--report", report) == ExitCode.PROBLEMS
    assert "skadet.pdf:1:1" in capsys.readouterr().err
    assert not report.exists()


def test_what_cannot_be_read_is_told_and_the_rest_is_collected(
    filled: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (tmp_path / "inn").mkdir()
    (tmp_path / "inn/a.pdf").write_bytes(min(filled.iterdir()).read_bytes())
    closed = tmp_path / "lukket"
    closed.mkdir()

    def refusing(real: Callable[..., Any]) -> Callable[..., Any]:
        def refuse(path: Any = ".") -> Any:
            if path == str(closed) or path == closed:
                raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
            return real(path)

        return refuse

    # The one or the other is what Path.iterdir asks, depending on the version of Python.
    monkeypatch.setattr(os, "listdir", refusing(os.listdir))
    monkeypatch.setattr(os, "scandir", refusing(os.scandir))
    long = tmp_path / ("x" * 300 + ".pdf")
    assert collect(closed, long, tmp_path / "inn", "-o", tmp_path / "a.csv") == ExitCode.PROBLEMS
    told = capsys.readouterr().err
    assert f"{closed}:1:1: error: the folder cannot be read: Permission denied" in told
    assert f"{long}:1:1: error: the file cannot be read: File name too long" in told
    monkeypatch.undo()
    assert len(read_csv(tmp_path / "a.csv")) == 1


def test_a_file_is_old_or_whole_and_its_owners_alone(tmp_path: Path) -> None:
    file = tmp_path / "a" / "b.csv"
    write_file(file, b"1")
    write_file(file, b"2")
    assert (file.read_bytes(), file.stat().st_mode & 0o777) == (b"2", 0o600)
    with pytest.raises(WrongUse):
        write_file(tmp_path / "a", b"3")
    assert tree(tmp_path) == {"a/b.csv": b"2"}


@pytest.fixture
def few(edition: Edition) -> Iterator[SurveyResult]:
    survey = edition.record("vg-skjema")
    assert isinstance(survey, Survey)
    yield score_survey(survey, [], 5)


def test_a_report_without_answers_and_fonts_is_a_page_all_the_same(
    few: SurveyResult, edition: Edition
) -> None:
    project = read_project(ROOT)
    html = render_report([few], edition, project.templates, {}, 2).decode()
    assert "Filer som ikke kunne leses, og ikke er med: 2." in html
    assert "@font-face" not in html
    assert '<td class="begin">–</td>' in html


def test_a_template_cannot_ask_for_a_number_without_end(
    few: SurveyResult, edition: Edition
) -> None:
    templates = {"answers/report.html": "{{ number(1, 10 ** 9) }}"}
    with pytest.raises(SourceError, match="too large"):
        render_report([few], edition, templates, {}, 0)


def test_a_mistake_in_the_template_is_told_with_its_line(
    few: SurveyResult, edition: Edition
) -> None:
    templates = {"answers/report.html": "<p>\n{{ ukjent }}\n"}
    with pytest.raises(SourceError) as error:
        render_report([few], edition, templates, {}, 0)
    (problem,) = error.value.problems
    assert str(problem.location) == "templates/answers/report.html:2:1"
