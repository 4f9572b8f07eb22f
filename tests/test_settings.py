"""An organisation's settings, from organisation.yml to paper: clock, kit, paper, QR code."""

import json
import re
from concurrent.futures import Executor
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
import zxingcpp

from dreiebok.building import workers
from dreiebok.building.loading import load_organisation
from dreiebok.building.options import Selection
from dreiebok.building.plan import Plan, make_plan
from dreiebok.building.reading import Project, read_project
from dreiebok.cli import main
from dreiebok.editions.stamps import stamp
from dreiebok.model.codes import LENGTH
from dreiebok.model.organisations import Organisation, Paper
from dreiebok.press.values import PrintDocument
from dreiebok.press.weasyprint_ import press
from dreiebok.problems import Problem
from dreiebok.sources.parsing import SourceFile, parse_settings
from tests.pressing import OPEN_PROFILE, TEMPLATES
from tests.projects import copy_book

ADDRESS = "https://guide.fjellheim.example/veileder"
SETTINGS = f'name: Fjellheim kommune\naddress: {ADDRESS}\nstart: "14:00"\nparticipants: 8\n'


def project_with(settings: str, tmp_path: Path) -> Project:
    root = copy_book("minimal", tmp_path)
    (root / "organisation.yml").write_text(settings, encoding="utf-8")
    return read_project(root)


def plan_of(project: Project, **wishes: Any) -> Plan:
    plan, problems = make_plan(project, Selection(**wishes))
    assert problems == ()
    return plan


def document(plan: Plan, ending: str) -> PrintDocument:
    return next(job.document for job in plan.prints if job.document.path.endswith(ending))


def problems_of(settings: str) -> tuple[Problem, ...]:
    return parse_settings(Organisation, SourceFile("organisation.yml", settings.encode()))[1]


def test_an_edition_without_settings_prints_as_ever(tmp_path: Path) -> None:
    project = read_project(copy_book("minimal", tmp_path))
    assert load_organisation(project) == (None, ())
    plan = plan_of(project)
    assert '<svg class="qr"' not in document(plan, "-cards.pdf").html
    assert "0:00" in document(plan, "-overview.pdf").html


def test_the_projects_own_settings_are_found_and_options_come_before_them(tmp_path: Path) -> None:
    project = project_with(SETTINGS, tmp_path)
    assert "14.00" in document(plan_of(project), "-overview.pdf").html
    assert "09.30" in document(plan_of(project, start=9 * 60 + 30), "-overview.pdf").html
    assert "for 8 deltakere" in document(plan_of(project), "-kit.pdf").title
    assert "for 3 deltakere" in document(plan_of(project, participants=3), "-kit.pdf").title


def test_the_manifest_names_the_organisation(tmp_path: Path) -> None:
    root = copy_book("minimal", tmp_path)
    settings = tmp_path / "fjellheim.yml"
    settings.write_text(SETTINGS, encoding="utf-8")
    out, work = tmp_path / "site", tmp_path / "work"
    command = ["--source", str(root), "--output", str(out), "--work", str(work), "--only", "print"]
    assert main([*command, "--organisation", str(settings), "--quiet"]) == 0
    manifest = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["edition"]["organisation"] == "Fjellheim kommune"


@pytest.mark.parametrize(
    ("settings", "found"),
    [
        ("start: 14:00\n", "the key “name” is missing"),
        ("name: A\nstart: halv tre\n", "“halv tre” is not a time of day such as 14:00"),
        ("name: A\nadress: https://a.example\n", "the key “adress” is not known here"),
        ("name: A\naddress: guide.example\n", "is not an address such as https://guide.example/"),
        ("name: A\naddress: 'https://a.example/#x'\n", "is not an address"),
        ("name: A\npaper: a5\n", "“a5” is not one of the values allowed here"),
        ("name: A\nparticipants: 1\n", "greater than or equal to 2"),
        ("- name\n", "expected keys and values"),
        ("name: [\n", "organisation.yml"),
    ],
)
def test_mistakes_in_the_settings_are_told_at_their_line(settings: str, found: str) -> None:
    (problem,) = problems_of(settings)
    assert found in f"{problem.message} {problem.location}"
    assert problem.location.file == "organisation.yml"
    assert problem.location.line >= 1


def test_settings_that_are_not_there_are_a_problem_and_not_a_traceback(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = copy_book("minimal", tmp_path)
    missing = str(tmp_path / "no.yml")
    assert main(["check", "--source", str(root), "--organisation", missing]) == 1
    assert "no.yml" in capsys.readouterr().err


def test_a_mistake_in_the_settings_stops_the_build(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = copy_book("minimal", tmp_path)
    (root / "organisation.yml").write_text("name: A\npaper: b4\n", encoding="utf-8")
    command = [
        "--source",
        str(root),
        "--output",
        str(tmp_path / "s"),
        "--work",
        str(tmp_path / "w"),
    ]
    assert main([*command, "--quiet"]) == 1
    assert "organisation.yml:2:8" in capsys.readouterr().err
    assert not (tmp_path / "s").exists()


def codes_in(pdf: bytes, number: int) -> list[str]:
    """Return what a phone reads off a printed page: drawn at 300 dots an inch."""
    opened = pypdfium2.PdfDocument(pdf)
    picture = opened[number].render(scale=300 / 72).to_pil()
    opened.close()
    return [found.text for found in zxingcpp.read_barcodes(picture)]


@OPEN_PROFILE
def test_the_code_on_a_card_leads_to_its_step_and_says_what_was_printed(tmp_path: Path) -> None:
    plan = plan_of(project_with(SETTINGS, tmp_path))
    cards = document(plan, "-cards.pdf")
    pressed = press(cards, TEMPLATES)
    assert pressed.problems == ()
    script = plan.editions[0].scripts_of(plan.editions[0].programmes[0])[0]
    for number, step in enumerate(script.steps, 1):
        # Front and back of the cover come first; the code stands on the back of each card.
        (address,) = codes_in(pressed.data, 2 * number + 1)
        page, _, mark = address.partition("#")
        assert page == f"{ADDRESS}/nb/prove/manus.html"
        assert mark == f"{step.id}~{plan.editions[0].version}~{stamp(step)}"


def test_a_code_changes_with_the_text_and_with_nothing_else(tmp_path: Path) -> None:
    root = copy_book("minimal", tmp_path)

    def codes() -> dict[str, str]:
        (site,) = plan_of(read_project(root)).sites
        script = site.tree["docs/assets/javascripts/print-codes.js"].decode()
        found = json.loads(script.removeprefix("window.dreiebokPrints = ").rstrip(";\n"))
        return {name: text[0] for name, text in found["texts"].items()}

    before = codes()
    assert all(re.fullmatch(f"[0-9A-Z]{{{LENGTH}}}", code) for code in before.values())
    path = root / "content/manus.yml"
    path.write_text("# A remark.\n" + path.read_text(encoding="utf-8"), encoding="utf-8")
    assert codes() == before
    script = path.read_text(encoding="utf-8")
    step = re.search(r"- id: (\S+)\n    title: (.+)\n", script)
    assert step
    path.write_text(script.replace(step[2], f"{step[2]} nå", 1), encoding="utf-8")
    changed = {name for name, code in codes().items() if code != before[name]}
    # The step, its script, and the handbook that holds both.
    assert step[1] in changed
    assert len(changed) == 3


@OPEN_PROFILE
def test_everything_but_cards_fits_on_letter_too(root: Path, pool: Executor) -> None:
    plan = plan_of(read_project(root), paper="letter", website=False, languages=("nb",))
    sizes = {"a5": (139.7, 215.9), "a4": (215.9, 279.4), "a3": (279.4, 431.8)}
    assert {name: Paper.LETTER.size_mm(name) for name in sizes} == sizes
    others = {"cards", "handbook", "booklet"}
    made = [d for d in (job.document for job in plan.prints) if d.kind not in others]
    made = [document for document in made if not document.pieces]
    finished = pool.map(workers.press_document, made, [str(TEMPLATES)] * len(made))
    for document, pressed in zip(made, finished, strict=True):
        assert pressed.problems == (), document.path
        slip = pressed.trim_mm == (105, 148)
        turned = tuple(sorted(pressed.trim_mm))
        assert slip or turned in sizes.values(), document.path
