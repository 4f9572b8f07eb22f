"""The documentation describes all that there is, and its examples and links are true."""

import argparse
import re
from pathlib import Path

import pytest
from pydantic import BaseModel

from dreiebok.building import manifest
from dreiebok.cli import make_parser
from dreiebok.model import base, chapters, figures, forms, handbook, scripts
from dreiebok.problems import Code, ExitCode
from dreiebok.sources.parsing import SourceFile, parse_files

ROOT = Path(__file__).resolve().parent.parent
PAGES = sorted([ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").glob("*.md")])


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def models(*modules: object) -> list[type[BaseModel]]:
    return [
        found
        for module in modules
        for found in vars(module).values()
        if isinstance(found, type)
        and issubclass(found, BaseModel)
        and found.__module__ == vars(module)["__name__"]
    ]


def keys(model: type[BaseModel]) -> list[str]:
    return [field.alias or name for name, field in model.model_fields.items()]


@pytest.mark.parametrize("code", list(Code))
def test_every_problem_code_is_explained(code: Code) -> None:
    assert re.search(rf"^\| `{code}` \|", read("docs/problems.md"), re.MULTILINE)


@pytest.mark.parametrize("code", list(ExitCode))
def test_every_exit_code_is_explained(code: ExitCode) -> None:
    assert f"| {code.value} | `{code.name}` |" in read("docs/commands.md")


@pytest.mark.parametrize(
    "model",
    models(base, chapters, scripts, forms, figures, handbook),
    ids=lambda model: model.__name__,
)
def test_every_record_key_is_described(model: type[BaseModel]) -> None:
    text = read("docs/authors.md")
    missing = [key for key in keys(model) if not re.search(rf"`{key}[`: ]|{{[^}}]*\b{key}\b", text)]
    assert missing == []


@pytest.mark.parametrize("model", models(manifest), ids=lambda model: model.__name__)
def test_every_manifest_key_is_described(model: type[BaseModel]) -> None:
    text = read("docs/manifest.md")
    assert [key for key in keys(model) if f"`{key}`" not in text] == []


def test_every_command_and_option_is_described() -> None:
    text = read("docs/commands.md")
    commands = next(
        action
        for action in make_parser()._actions
        if isinstance(action, argparse._SubParsersAction)
    )
    for name, parser in commands.choices.items():
        assert f"| `{name}` |" in text
        for action in parser._actions:
            for option in action.option_strings:
                assert option in {"-h"} or option in text, f"{name} {option}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_to_files(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
        if "…" not in target and not target.startswith(("http:", "https:", "mailto:")):
            assert (page.parent / target).exists(), target


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_yaml_examples_are_sources_without_problems(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    for example in re.findall(r"^```yaml\n(.*?)^```$", text, re.MULTILINE | re.DOTALL):
        if "kind:" in example:
            _, problems = parse_files([SourceFile(page.name, example.encode())])
            assert problems == (), problems


def test_the_followed_sentence_is_still_in_the_handbook() -> None:
    found = re.search(r"^purpose: (.+)$", read("docs/architecture.md"), re.MULTILINE)
    assert found
    assert found[1] in read("content/programmes/mestringsgruppe/dreiebok.yml")
