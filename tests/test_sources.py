"""Sources: what is wrong is found at its place, all at once, and what is right becomes records."""

from pathlib import Path

import pytest

from dreiebok.building.loading import load_handbook
from dreiebok.building.reading import Project, read_project
from dreiebok.model.base import Text
from dreiebok.model.chapters import Chapter
from dreiebok.problems import Code, SourceError, format_problem
from dreiebok.sources import yaml_
from dreiebok.sources.parsing import SourceFile
from dreiebok.sources.schemas import source_schemas
from dreiebok.sources.yaml_ import MAX_BYTES, MAX_DEPTH, dump_yaml, parse_yaml, to_python
from tests.cases import FOLDER, Case, CaseFile, read_cases
from tests.projects import BOOKS, parse_files

CASES = read_cases("problems.md")


def problems_of(files: dict[str, str]) -> str:
    """Return every problem of these sources as the terminal shows them."""
    sources = {name: text.replace("→", "\t").encode() for name, text in files.items()}
    project = Project(Path(), sources, {}, {}, b"", ())
    lines = {name: data.decode().splitlines() for name, data in sources.items()}
    _, problems = load_handbook(project)
    return "\n".join(
        format_problem(problem, lambda file, line: dict(enumerate(lines[file], 1)).get(line))
        for problem in problems
    )


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.title)
def test_problem_is_told_at_its_place(
    case: Case, accept: bool, case_files: dict[str, CaseFile]
) -> None:
    found = problems_of(case.files)
    if accept and found != case.expected:
        file = case_files.setdefault("problems.md", CaseFile(FOLDER / "problems.md"))
        file.accepted[case.title] = found
        return
    assert found == case.expected


def test_texts_remember_line_and_column() -> None:
    tree = parse_yaml(b"kind: chapter\nid: a\ntitle: Hei\n", "a.yml")
    title = to_python(tree)["title"]
    assert isinstance(title, Text)
    assert str(title.at) == "a.yml:3:8"


def test_norwegian_words_are_not_truth_values_or_dates() -> None:
    tree = parse_yaml(b"[no, nb, yes, on, off, 2026-11-21, 1:30, ~, true, 0x1f, 08]", "a.yml")
    values = to_python(tree)
    assert values == ["no", "nb", "yes", "on", "off", "2026-11-21", "1:30", None, True, "0x1f", 8]


def test_an_alias_bomb_is_a_problem_and_quick() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [
        f"a{level}: &a{level} [{', '.join([f'*a{level - 1}'] * 10)}]" for level in range(1, 10)
    ]
    with pytest.raises(SourceError) as caught:
        parse_yaml("\n".join(lines).encode(), "bomb.yml")
    problem = caught.value.problems[0]
    assert problem.code is Code.YAML_LIMIT
    assert problem.location.line == 5


def test_deep_nesting_and_large_files_are_problems() -> None:
    for data in (b"[" * (MAX_DEPTH + 1) + b"]" * (MAX_DEPTH + 1), b"a" * (MAX_BYTES + 1)):
        with pytest.raises(SourceError) as caught:
            parse_yaml(data, "a.yml")
        assert [problem.code for problem in caught.value.problems] == [Code.YAML_LIMIT]


def test_bytes_that_are_not_utf8_are_shown_with_line_and_column() -> None:
    with pytest.raises(SourceError) as caught:
        parse_yaml("kind: chapter\ntitle: bl\u00e5".encode("latin-1"), "a.yml")
    problem = caught.value.problems[0]
    assert (problem.code, str(problem.location)) == (Code.NOT_UTF8, "a.yml:2:10")


def test_yaml_tags_build_no_objects() -> None:
    records, problems = parse_files(
        [SourceFile("a.yml", b"kind: chapter\nid: a\ntitle: !!python/object/apply:os.system [ls]")]
    )
    assert records == ()
    assert [problem.code for problem in problems] == [Code.WRONG_TYPE]


@pytest.mark.parametrize("text", ["1e3", "1e999", ".5", "+7", "0x1F", "~", "True", "nei", "1_0"])
def test_a_text_that_looks_like_a_number_stays_a_text(text: str) -> None:
    values = {"a": text, "": "", text: [text, 1.5, 10**17, None, True]}
    assert to_python(parse_yaml(dump_yaml(values).encode(), "x")) == values


def test_a_yaml_without_libyaml_reads_the_same(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A new Python has no wheel of PyYAML yet; built here, it may be without its part in C."""
    committed = [*(root / "content").rglob("*.yml"), *(root / "forms").rglob("*.yml")]
    files = {str(path): path.read_bytes() for path in (*committed, *BOOKS.rglob("*.yml"))}
    files["signs"] = b"""
        - {a: What happened?, b: "?", c: '?', d: x?y, e: Who? I?}
        - [one?, two? three, four?]
        - What? And why?
        - ? key?
          : value?
        """
    read = {name: parse_yaml(data, name) for name, data in files.items()}
    assert len(read) > 100
    monkeypatch.setattr(yaml_, "_Loader", yaml_.PurePythonLoader)
    for name, data in files.items():
        assert parse_yaml(data, name) == read[name], name


def test_no_number_is_endless() -> None:
    assert to_python(parse_yaml(b"a: 1e999", "x")) == {"a": "1e999"}


def test_a_good_file_becomes_a_frozen_record() -> None:
    source = b"kind: chapter\nid: a\ntitle: Hei\nblocks:\n  - text: To *ord*.\n  - list: [en, to]\n"
    records, problems = parse_files([SourceFile("a.yml", source)])
    assert problems == ()
    (chapter,) = records
    assert isinstance(chapter, Chapter)
    assert [block.key for block in chapter.blocks] == ["text", "list"]
    with pytest.raises(Exception, match="frozen"):
        chapter.title = Text("x")


def test_committed_schemas_are_those_of_the_model(root: Path) -> None:
    for name, data in source_schemas().items():
        assert (root / "schemas" / name).read_bytes() == data, f"run `make schemas` ({name})"


def test_every_source_names_its_schema_in_the_first_line(root: Path) -> None:
    project = read_project(root)
    for name, data in project.sources.items():
        first = data.decode().splitlines()[0]
        assert first.startswith("# yaml-language-server: $schema="), name
        schema = (root / name).parent / first.partition("=")[2]
        assert schema.resolve().is_file(), f"{name}: {first}"
        kind = f"kind: {schema.stem}\n"
        assert kind in data.decode(), f"{name} names the schema of another kind"


def test_the_handbook_has_no_problems(root: Path) -> None:
    _, problems = load_handbook(read_project(root))
    assert problems == ()
