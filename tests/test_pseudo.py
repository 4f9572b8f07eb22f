"""The pseudo-locale: what stands without brackets on a page or print is in no catalog."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import markdown
import pytest
from lxml import html as lxml_html

from dreiebok.answers.report import render_report
from dreiebok.answers.scoring import score_survey
from dreiebok.building.downloads import describe_pdf
from dreiebok.building.options import Selection
from dreiebok.building.plan import Plan, make_plan
from dreiebok.building.reading import read_project
from dreiebok.cli import main
from dreiebok.editions.pseudo import PSEUDO, pseudo
from dreiebok.inline import links, to_plain
from dreiebok.model.base import Id, Verbatim
from dreiebok.model.forms import Survey
from dreiebok.model.handbook import Handbook
from dreiebok.model.walking import walk
from dreiebok.press.weasyprint_ import press
from dreiebok.sources.yaml_ import parse_yaml, to_python
from dreiebok.templating import Templates
from tests.pressing import OPEN_PROFILE
from tests.projects import copy_book, markdown_of, translated

SAME_EVERYWHERE = {
    "PDF": "the name of a format",
    "kB": "a unit", "MB": "a unit", "mins": "a unit",
    "A3": "paper", "A4": "paper", "A5": "paper", "A6": "paper",
}  # fmt: skip
"""Words of ours that no language translates, with the reason."""
SEEN = {"title", "aria-label", "alt", "placeholder", "label", "value", "data-toc-label"}
"""Attributes that readers see or hear. `value` is that of an option, which a PDF shows."""
TECHNICAL = {
    "data-db-pdf", "data-db-programme", "data-db-print-check", "data-script", "data-q", "data-of",
    "data-do", "data-kind", "data-most", "data-fit", "data-fit-min", "data-fit-pages",
    "data-search-exclude", "data-base", "data-worker", "data-minutes", "data-plan",
    "data-episodes", "data-each", "data-say", "data-md-color-scheme",
}  # fmt: skip
"""Attributes for programs; all other data-… are words that a script shows."""
CODE = re.compile(r"(?:\b[A-Z]{2}-[A-Z]{0,2}\w{1,3} )?· [0-9A-Z]{4}\b")
"""The code of a card or print, such as MG-4 · S14E."""


@pytest.fixture(scope="module", params=["minimal", "every-kind"])
def book(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copy_book(str(request.param), tmp_path_factory.mktemp("book"))


@pytest.fixture(scope="module")
def plan(book: Path) -> Plan:
    found, problems = make_plan(read_project(book), Selection(languages=(PSEUDO,)))
    assert problems == ()
    return found


def names(handbook: Handbook) -> set[str]:
    """Return what is the same in every language: ids, names, titles of publications."""
    texts = (text for record in handbook.records for text in walk(record))
    return {str(text) for text in texts if isinstance(text, Verbatim | Id)}


def bare(pieces: Iterator[str], known: set[str]) -> list[str]:
    """Return the words that stand in no brackets; a bracket may close in a later piece."""
    found, depth = [], 0
    for piece in pieces:
        outside = ""
        for letter in piece:
            depth += letter == "⟦"
            outside += letter if depth == 0 else " "
            depth -= letter == "⟧"
        outside = CODE.sub(" ", outside)
        for name in sorted(known, key=len, reverse=True):
            outside = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", " ", outside)
        if re.search(r"[^\W\d_]", outside):
            found.append(f"{outside.strip()} | {piece.strip()[:60]}")
    assert depth == 0, "a text was cut off"
    return found


def in_order(element: Any) -> Iterator[str]:
    """Yield the texts inside an element as they are read; a tail comes after what is inside."""
    if isinstance(element.tag, str) and element.tag not in {"style", "script"}:
        yield element.text or ""
        for child in element:
            yield from in_order(child)
            yield child.tail or ""


def attributes(root: Any) -> Iterator[str]:
    for element in root.iter():
        for key, value in element.attrib.items() if isinstance(element.tag, str) else ():
            if key in SEEN or (key.startswith("data-") and key not in TECHNICAL):
                yield value
            if key == "style":
                yield from re.findall(r"-word:'([^']*)'", value)


def untranslated(html: str, known: set[str]) -> list[str]:
    root = lxml_html.document_fromstring(html)
    found = bare(in_order(root), known)
    for value in attributes(root):
        found.extend(bare(iter([value]), known))
    return found


def test_every_text_of_every_page_is_in_a_catalog(plan: Plan) -> None:
    known = names(plan.editions[0].handbook) | SAME_EVERYWHERE.keys()
    for path, page in markdown_of(plan.sites[0]).items():
        text = re.sub(r"\A---\n(.*?\n)---\n", "", page, flags=re.DOTALL)
        html = markdown.markdown(text, extensions=["attr_list", "md_in_html", "tables"])
        assert untranslated(html, known | {"on"}) == [], path
    for meeting in plan.sites[0].meetings:
        html = plan.sites[0].tree[f"docs/{meeting.path}"].decode()
        assert untranslated(html, known | {"on"}) == [], meeting.path
    assert len(plan.sites[0].pages) >= 5


def test_every_text_of_every_print_is_in_a_catalog(plan: Plan) -> None:
    known = names(plan.editions[0].handbook) | SAME_EVERYWHERE.keys() | {"on"}
    made = [job.document for job in plan.prints if job.document.html]
    for document in made:
        assert untranslated(document.html, known) == [], document.path
        assert bare(iter([document.title]), known) == []
    assert len(made) >= 3


def test_menus_footer_and_what_scripts_say_are_in_a_catalog(plan: Plan) -> None:
    edition, tree = plan.editions[0], plan.sites[0].tree
    known = names(edition.handbook) | SAME_EVERYWHERE.keys()
    config = to_python(parse_yaml(tree["mkdocs.yml"], "mkdocs.yml"))
    assert isinstance(config, dict)

    def titles(entry: object) -> Iterator[str]:
        for item in entry if isinstance(entry, list) else ():
            for title, inner in item.items() if isinstance(item, dict) else ():
                yield str(title)
                yield from titles(inner)

    switches = [scheme["toggle"]["name"] for scheme in config["theme"]["palette"]]
    shown = [config["site_name"], config["site_description"], config["copyright"], *switches]
    assert bare(iter([*shown, *titles(config["nav"])]), known) == []
    codes = tree["docs/assets/javascripts/print-codes.js"].decode()
    words = re.search(r'"words": (\{.*?\})\}?;?\n', codes)
    assert words
    assert bare(iter(re.findall(r': "([^"]*)"', words[1])), known) == []
    assert bare(iter([describe_pdf(2, 3000, edition)]), known) == []


def test_the_report_of_surveys_is_in_a_catalog(book: Path, templates: Templates) -> None:
    edition = translated(book, PSEUDO)
    surveys = [record for record in edition.handbook.records if isinstance(record, Survey)]
    results = [score_survey(survey, [], 5) for survey in surveys]
    html = render_report(results, edition, templates, {}, 2).decode()
    assert untranslated(html, names(edition.handbook) | SAME_EVERYWHERE.keys()) == []


def test_scripts_hold_no_words_of_their_own(root: Path) -> None:
    """They show what stands in data-… attributes, or in print-codes.js."""
    scripts = sorted((root / "templates" / "site" / "assets" / "javascripts").glob("*.js"))
    assert len(scripts) >= 3
    for script in scripts:
        code = re.sub(
            r"/\*.*?\*/|//[^\n\"]*$", "", script.read_text(encoding="utf-8"), flags=re.S | re.M
        )
        shown = re.findall(r'(?:textContent|innerText|innerHTML|title|ariaLabel) = "([^"]+)"', code)
        sentences = re.findall(r'"([A-ZÆØÅ][a-zæøå]+ [^"]*)"', code)
        assert [*shown, *sentences] == [], script.name


def test_marks_targets_and_places_to_fill_in_are_kept() -> None:
    text = "Se [her](#pr-manus) og *der*, {count} %(n)s `kode` på https://example.org/a."
    found = pseudo(text)
    assert [*links(found)] == ["#pr-manus"]
    for kept in ("{count}", "%(n)s", "`kode`", "https://example.org/a."):
        assert kept in found
    assert found.count("*") == 2
    assert (found[0], found[-1]) == ("⟦", "⟧")


def test_a_text_grows_by_two_fifths() -> None:
    text = "Vi løfter fram det som lyktes, før vi leter etter noe som kan bli bedre."
    assert len(to_plain(pseudo(text))) - 2 == pytest.approx(1.4 * len(text), rel=0.12)


def test_the_pseudo_locale_is_there_only_when_asked_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = copy_book("minimal", tmp_path)
    plan, _ = make_plan(read_project(folder), Selection())
    assert PSEUDO not in {edition.locale for edition in plan.editions}
    assert main(["translate", "status", "--source", str(folder)]) == 0
    assert PSEUDO not in capsys.readouterr().out
    assert main(["check", "--language", PSEUDO, "--source", str(folder)]) == 0
    assert main(["check", "--language", "xx", "--source", str(folder)]) == 2
    assert PSEUDO not in capsys.readouterr().out


@OPEN_PROFILE
def test_every_sign_of_the_pseudo_locale_is_in_a_face(plan: Plan, root: Path) -> None:
    """A space after a bracket is set in the bracket's face, which must have one."""
    made = [job.document for job in plan.prints if job.document.html]
    wanted = [d for d in made if d.path.endswith(("/skjema.pdf", "-cards.pdf", "/maling.pdf"))]
    assert wanted
    for document in wanted:
        assert press(document, root / "templates").problems == ()


def test_all_languages_are_those_of_people(tmp_path: Path) -> None:
    book = copy_book("minimal", tmp_path)
    assert main(["translate", "add", "en", "--source", str(book), "--quiet"]) == 0

    def planned(*languages: str) -> list[str]:
        plan, _ = make_plan(read_project(book), Selection(languages, prints=False))
        return [edition.locale for edition in plan.editions]

    assert planned("all") == ["nb", "en"]
    assert planned("qps", "all") == ["nb", "en", "qps"]
