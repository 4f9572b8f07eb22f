"""Overlays: trees of a base, an organisation's overrides, and the trees or problems that come."""

import difflib
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dreiebok.building.overlaid import load_trees
from dreiebok.building.reading import Project
from dreiebok.model.base import Text
from dreiebok.problems import Code, format_problem, sort_problems
from dreiebok.sources.elements import id_of, index, ref_keys, references_in
from dreiebok.sources.overlaying import Overlaid, apply_overlay
from dreiebok.sources.parsing import parse_record
from dreiebok.sources.yaml_ import YamlNode, dump_yaml, parse_yaml, to_python
from tests.cases import FOLDER, Case, CaseFile, read_cases
from tests.projects import BOOKS

BASE = {
    f"base/{path.relative_to(BOOKS / 'overlay-base').as_posix()}": path.read_bytes()
    for path in sorted((BOOKS / "overlay-base").rglob("*.yml"))
}
TREES = tuple(parse_yaml(data, name) for name, data in BASE.items())
CASES = read_cases("overlay.md")
RULES = ("pr-regel-1", "pr-regel-2")


def written(trees: Sequence[YamlNode]) -> str:
    return "---\n".join(
        dump_yaml(to_python(t)) for t in sorted(trees, key=lambda t: id_of(t) or "")
    )


def outcome(files: dict[str, str]) -> str:
    """Return the problems of an overlay, or else the lines that it changes in the trees."""
    sources = {**BASE, **{name: text.encode() for name, text in files.items()}}
    project = Project(FOLDER, sources, {}, {}, b"", (), base=FOLDER)
    loaded = load_trees(project)
    found = [*loaded.problems, *loaded.overlaid.problems]
    for tree in loaded.overlaid.trees:
        # The base lacks keys that the tests have no use for; what is of interest is our own.
        wrong = parse_record(tree)[1]
        found.extend(p for p in wrong if not p.location.file.startswith("base/"))
    lines = {name: data.decode().splitlines() for name, data in sources.items()}
    if found:
        return "\n".join(
            format_problem(p, lambda file, line: dict(enumerate(lines[file], 1)).get(line))
            for p in sort_problems(found)
        )
    before, after = written(TREES).splitlines(), written(loaded.overlaid.trees).splitlines()
    changes = difflib.unified_diff(before, after, n=1, lineterm="")
    return "\n".join(line for line in changes if not line.startswith(("---", "+++", "@@")))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.title)
def test_an_overlay_changes_this_and_nothing_else(
    case: Case, accept: bool, case_files: dict[str, CaseFile]
) -> None:
    found = outcome(case.files)
    if accept and found != case.expected:
        file = case_files.setdefault("overlay.md", CaseFile(FOLDER / "overlay.md"))
        file.accepted[case.title] = found
        return
    assert found == case.expected


def overlaid(text: str, base: Sequence[YamlNode] = TREES) -> Overlaid:
    return apply_overlay(base, (), [parse_yaml(text.encode(), "organisation.yml")])


def test_an_empty_overlay_changes_nothing() -> None:
    assert overlaid("name: A").trees == TREES
    assert written(overlaid("remove: []\nreplace: {}").trees) == written(TREES)


@given(st.permutations(RULES), st.integers(0, 2))
def test_an_order_is_a_permutation_with_the_named_first(names: list[str], count: int) -> None:
    made = overlaid(f"order: {{pr-regler: {{rules: [{', '.join(names[:count])}]}}}}")
    rules: Any = to_python(index(made.trees)["pr-regler"].node)["rules"]
    found = [str(rule["id"]) for rule in rules]
    assert made.problems == ()
    assert sorted(found) == sorted(RULES)
    assert found[:count] == names[:count]


@given(st.sampled_from(RULES))
def test_what_is_removed_and_added_again_is_there_again(name: str) -> None:
    before: Any = to_python(index(TREES)[name].node)
    gone = overlaid(f"remove: [{name}]")
    assert name not in index(gone.trees)
    again = overlaid(
        f"extend: {{pr-regler: {{rules: [{{id: {name}, title: {before['title']}, "
        f"text: '{before['text']}'}}]}}}}",
        gone.trees,
    )
    assert to_python(index(again.trees)[name].node) == before


@given(st.text(max_size=40), st.sampled_from(["replace", "extend", "order"]))
def test_whatever_is_overridden_the_base_stays_as_it_was(text: str, operation: str) -> None:
    before = written(TREES)
    value = YamlNode("scalar", TREES[0].at, Text(text, TREES[0].at))
    if operation == "order":
        value = YamlNode("sequence", TREES[0].at, items=[value])
    change = YamlNode("mapping", value.at, entries={Text("rules", value.at): value})
    element = YamlNode("mapping", value.at, entries={Text("pr-regler", value.at): change})
    overlay = YamlNode("mapping", value.at, entries={Text(operation): element})
    apply_overlay(TREES, (), [overlay])
    assert written(TREES) == before


SURVEY = """\
kind: survey
id: pr-maling
phases: [{id: pr-for}, {id: pr-etter}]
blocks:
  - {id: pr-alltid, items: [{id: pr-1}, {id: pr-2, phases: [pr-etter]}]}
  - {id: pr-slutt, phases: [pr-etter], items: [{id: pr-3}]}
  - {id: pr-begge, phases: [pr-for, pr-etter], items: [{id: pr-4}]}
"""


def test_what_was_asked_in_a_removed_phase_alone_goes_with_it() -> None:
    made = overlaid("remove: [pr-etter]", (parse_yaml(SURVEY.encode(), "base/s.yml"),))
    survey: Any = to_python(made.trees[0])
    assert [phase["id"] for phase in survey["phases"]] == ["pr-for"]
    assert survey["blocks"] == [
        {"id": "pr-alltid", "items": [{"id": "pr-1"}]},
        {"id": "pr-begge", "phases": ["pr-for"], "items": [{"id": "pr-4"}]},
    ]
    assert made.problems == ()
    assert made.removed == {"pr-etter", "pr-2", "pr-slutt", "pr-3"}


CODED = """\
kind: survey
id: pr-maling
phases: [{id: pr-for}, {id: pr-etter}]
code: pr-kode
blocks:
  - {id: pr-alltid, items: [{id: pr-1}]}
  - {id: pr-slutt, phases: [pr-etter], fields: [{id: pr-kode, kind: text}]}
"""


@pytest.mark.parametrize("removed", ["pr-etter", "pr-slutt", "pr-kode"])
def test_a_survey_does_without_a_code_that_went_along(removed: str) -> None:
    made = overlaid(f"remove: [{removed}]", (parse_yaml(CODED.encode(), "base/s.yml"),))
    assert "code" not in to_python(made.trees[0])
    assert "pr-kode" in made.removed
    assert made.problems == ()


SHOWN = """\
kind: chapter
id: pr-vis
blocks:
  - {id: pr-vis-tabell, table: pr-tabell}
  - {id: pr-vis-regler, show: pr-regler}
  - {id: pr-vis-boks, box: {id: pr-boks, text: Husk.}}
---
kind: table
id: pr-tabell
rows: [{id: pr-rad}]
---
kind: rules
id: pr-regler
rules: [{id: pr-regel}]
"""


@pytest.mark.parametrize(
    ("removed", "along"),
    [
        ("pr-vis-tabell", {"pr-tabell", "pr-rad"}),
        ("pr-tabell", {"pr-vis-tabell", "pr-rad"}),
        ("pr-regler", {"pr-vis-regler", "pr-regel"}),
        ("pr-boks", {"pr-vis-boks"}),
    ],
)
def test_all_that_goes_along_is_known_as_removed(removed: str, along: set[str]) -> None:
    base = [parse_yaml(text.encode(), "base/s.yml") for text in SHOWN.split("---\n")]
    made = overlaid(f"remove: [{removed}]", base)
    assert made.problems == ()
    assert made.removed == {removed, *along}
    assert made.removed.isdisjoint(index(made.trees))


def test_what_is_written_over_is_not_removed() -> None:
    made = overlaid("replace: {pr-b: {list: [Ny]}, pr-kapittel: {blocks: [{text: Vårt.}]}}")
    assert made.removed == frozenset()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("[x](#pr-b)", ["pr-b"]),
        ('[x](#pr-b "Se her") og [y](#pr-a)', ["pr-b", "pr-a"]),
        ("[x](<#pr-b>)", ["pr-b"]),
        ("`[x](#pr-b)`", []),
        (r"\[x](#pr-b)", []),
        ("[x](#pr-c) [y](pr-b) [z](https://a.example/#pr-b)", []),
    ],
)
def test_links_are_those_that_readers_get(text: str, found: list[str]) -> None:
    tree = parse_yaml(dump_yaml({"text": text}).encode(), "base/s.yml")
    assert [name for name, _ in references_in(tree, {"pr-a": 1, "pr-b": 1})] == found


def test_a_link_of_any_form_does_without_what_is_removed() -> None:
    text = "kind: chapter\nid: pr-c\nblocks: [{text: '[x](<#pr-b>)'}, {id: pr-b, text: y}]\n"
    made = overlaid("remove: [pr-b]", [parse_yaml(text.encode(), "base/s.yml")])
    assert made.problems == ()
    assert made.removed == {"pr-b"}


def test_the_keys_of_references_are_those_of_the_model() -> None:
    keys = ref_keys()
    assert {"form", "figure", "table", "show", "source"} <= keys.one
    assert {"pages", "used_in", "uses"} <= keys.many
    assert keys.keys == {"minutes"}


def test_forms_that_are_not_chosen_go_and_those_that_are_not_there_are_told() -> None:
    assert "pr-skjema" not in index(apply_overlay(TREES, forms=()).trees)
    assert "pr-skjema" in index(apply_overlay(TREES, forms=(Text("pr-skjema"),)).trees)
    (problem,) = apply_overlay(TREES, forms=(Text("pr-skjema"), Text("pr-skjem"))).problems
    assert problem.code is Code.OVERRIDE_UNKNOWN
