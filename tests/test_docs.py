"""The documentation describes all that there is, and its examples, links and pictures are true."""

import argparse
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest
from pydantic import BaseModel

from dreiebok.building import manifest
from dreiebok.cli.options import make_parser
from dreiebok.editions.view import EditionView
from dreiebok.model.base import Item, Node
from dreiebok.model.handbook import KINDS
from dreiebok.press.printview import PrintView
from dreiebok.problems import Code, ExitCode, format_problem, sort_problems
from dreiebok.sources.parsing import SourceFile
from dreiebok.website.pageview import PageView
from tests.projects import parse_files
from tests.test_layers import ORDER

ROOT = Path(__file__).resolve().parent.parent
PAGES = sorted(
    [*(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")),
     *(ROOT / "docs").glob("*.md")]
)  # fmt: skip
EXAMPLE = re.compile(r"^```yaml\n(.*?)^```$", re.MULTILINE | re.DOTALL)
CODE = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
HEADING = re.compile(r"^(#+) (.+)$", re.MULTILINE)


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def keys(model: type[BaseModel]) -> list[str]:
    return [field.alias or name for name, field in model.model_fields.items()]


def parts(model: type[Node]) -> dict[type[Node], None]:
    """Return a class of the model and every class that its values can have, at any depth."""
    found: dict[type[Node], None] = {}

    def visit(annotation: object) -> None:
        if annotation in found:
            return
        if isinstance(annotation, type) and issubclass(annotation, Node):
            found[annotation] = None
            for field in annotation.model_fields.values():
                visit(field.annotation)
        for inner in get_args(annotation):
            visit(inner)

    visit(model)
    return found


def owned() -> Iterator[tuple[str, type[Node]]]:
    """Yield every class with the first kind of record that uses it: there it is described."""
    seen: set[type[Node]] = {Item}
    yield "Points", Item
    for kind, record in KINDS.items():
        for model in parts(record):
            if model not in seen:
                seen.add(model)
                yield ("Boxes" if model.__name__ == "Box" else kind), model


def section(text: str, title: str) -> str:
    """Return what stands under a heading, deeper headings included."""
    headings = list(HEADING.finditer(CODE.sub(lambda code: " " * len(code[0]), text)))
    start = next(place for place in headings if place[2] == title)
    ends = (h.start() for h in headings if h.start() > start.start() and len(h[1]) <= len(start[1]))
    return text[start.end() : next(ends, len(text))]


def anchors(page: Path) -> set[str]:
    """Return the anchors of a page's headings as GitHub makes them."""
    text = CODE.sub("", page.read_text(encoding="utf-8"))
    return {re.sub(r"[^\w\- ]", "", h[2].lower()).replace(" ", "-") for h in HEADING.finditer(text)}


@pytest.mark.parametrize("code", list(Code))
def test_every_problem_code_is_explained(code: Code) -> None:
    row = re.search(rf"^\| `{code}` \|(.*)\|$", read("docs/problems.md"), re.MULTILINE)
    assert row, "what it means, an example, what to do"
    assert all(cell.strip() for cell in row[1].split(" | "))


def test_no_problem_code_is_explained_that_is_none() -> None:
    explained = re.findall(r"^\| `([a-z0-9-]+)` \|", read("docs/problems.md"), re.MULTILINE)
    assert explained == [code.value for code in Code]


@pytest.mark.parametrize("code", list(ExitCode))
def test_every_exit_code_is_explained(code: ExitCode) -> None:
    assert f"| {code.value} | `{code.name}` |" in read("docs/commands.md")


@pytest.mark.parametrize(
    ("title", "model"), list(owned()), ids=[f"{t}-{m.__name__}" for t, m in owned()]
)
def test_every_record_key_is_described_where_it_belongs(title: str, model: type[Node]) -> None:
    text = section(read("docs/authors.md"), title)
    text = CODE.sub("", text) + section(read("docs/authors.md"), "What holds everywhere")
    missing = [key for key in keys(model) if not re.search(rf"`{key}[`:]", text)]
    assert missing == []


def test_every_kind_has_a_section() -> None:
    inside = section(read("docs/authors.md"), "Kinds")
    assert {h[2] for h in HEADING.finditer(inside) if h[1] == "###"} == set(KINDS)


@pytest.mark.parametrize(
    "model",
    [manifest.Manifest, manifest.EditionFacts, manifest.Artefact, manifest.FormField],
    ids=lambda model: model.__name__,
)
def test_every_manifest_key_is_described(model: type[BaseModel]) -> None:
    text = CODE.sub("", read("docs/manifest.md"))
    assert [key for key in keys(model) if f"`{key}`" not in text] == []


def test_the_manifest_that_is_shown_is_one() -> None:
    shown = re.search(r"^```json\n(.*?)^```$", read("docs/manifest.md"), re.MULTILINE | re.DOTALL)
    assert shown
    manifest.Manifest.model_validate(json.loads(shown[1]))


def test_every_command_and_option_is_described() -> None:
    text = read("docs/commands.md")
    top = make_parser()
    commands = next(a for a in top._actions if isinstance(a, argparse._SubParsersAction))
    for name, parser in (("dreiebok", top), *commands.choices.items()):
        assert parser is top or f"| `{name}` |" in text
        for action in parser._actions:
            for option in action.option_strings:
                assert re.search(rf"`{option}[` ]", text), f"{name} {option}"


def test_every_word_of_make_that_people_use_is_described() -> None:
    words = re.findall(r"^([a-z-]+):.*## (?!only )", read("Makefile"), re.MULTILINE)
    text = read("CONTRIBUTING.md")
    assert [word for word in words if f"`make {word}`" not in text] == []


def test_every_room_is_described_in_its_order() -> None:
    rooms = re.findall(r"^\| `([a-z]+)(?:/|\.py)` \|", read("docs/architecture.md"), re.MULTILINE)
    assert tuple(rooms) == ORDER


@pytest.mark.parametrize("view", [EditionView, PageView, PrintView], ids=lambda view: view.__name__)
def test_every_function_that_templates_may_use_is_described(view: type) -> None:
    text = read("docs/templates.md")
    names = [name for name, what in vars(view).items() if callable(what) and name[0] != "_"]
    assert [name for name in names if f"`{name}(" not in text] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_to_files_and_headings(page: Path) -> None:
    # Links inside `code` are examples of what authors write.
    text = re.sub(r"`[^`\n]*`", "", CODE.sub("", page.read_text(encoding="utf-8")))
    for target, anchor in re.findall(r"\]\(([^)#\s]*)(?:#([^)]*))?\)", text):
        if target.startswith(("http:", "https:", "mailto:")):
            continue
        file = page.parent / target if target else page
        assert file.exists(), target
        assert not anchor or anchor in anchors(file), f"{target}#{anchor}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_yaml_examples_are_sources_without_problems(page: Path) -> None:
    for example in EXAMPLE.findall(page.read_text(encoding="utf-8")):
        if "kind:" in example:
            _, problems = parse_files([SourceFile(page.name, example.encode())])
            assert problems == (), problems


def test_the_mistake_in_the_readme_is_told_as_it_is_shown() -> None:
    text = read("README.md")
    wrong = EXAMPLE.findall(text)[0].replace("title: Få alle", "tittel: Få alle")
    shown = re.search(r"^```text\n(.*?)\n```$", text, re.MULTILINE | re.DOTALL)
    assert shown
    name = shown[1].partition(":")[0]
    assert (ROOT / name).is_file()
    _, problems = parse_files([SourceFile(name, wrong.encode())])
    lines = wrong.splitlines()
    told = (format_problem(p, lambda _, line: lines[line - 1]) for p in sort_problems(problems))
    assert "\n".join(told) == shown[1]


def test_the_followed_sentence_is_still_in_the_handbook() -> None:
    text = read("docs/architecture.md")
    sentence = re.search(r"^purpose: (.+)$", text, re.MULTILINE)
    assert sentence
    source = read("content/programmes/mestringsgruppe/dreiebok.yml")
    step = source[source.index("id: mg-steg-5-bra") :]
    assert sentence[1] in step[: step.index("turns:")]
    assert "form: mg-loggskjema#2" in step[: step.index("turns:")]
    for path in re.findall(r"`((?:[a-z]+/)+[a-z_]+\.(?:py|md|html|css))`", text):
        rooted = path if path.startswith(("templates/", "tests/", "build/")) else f"dreiebok/{path}"
        assert path.startswith("build/") or (ROOT / rooted).is_file(), path
