"""Nodes to records: pydantic checks the shape, its errors become Problems at their place."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import ValidationError

from dreiebok.model.base import Node, Record, UnknownKey, describe
from dreiebok.model.handbook import KINDS
from dreiebok.problems import Code, Location, Problem, SourceError
from dreiebok.sources.naming import did_you_mean
from dreiebok.sources.yaml_ import YamlNode, parse_yaml, to_python

Parsed = TypeVar("Parsed", bound=Node)
MAX_KEPT = 512
"""Of so many files it is remembered what they hold."""
_TREES: dict[str, tuple[bytes, YamlNode]] = {}
"""What files held last, by their names."""
_RECORDS: dict[int, tuple[YamlNode, tuple[Record | None, tuple[Problem, ...]]]] = {}


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file as it was read: its name relative to the project, with slashes, and its bytes."""

    name: str
    data: bytes


def parse_trees(files: Iterable[SourceFile]) -> tuple[tuple[YamlNode, ...], tuple[Problem, ...]]:
    """Return the trees of all files that are YAML, and every problem of the others."""
    trees: list[YamlNode] = []
    problems: list[Problem] = []
    for file in files:
        try:
            trees.append(_tree(file))
        except SourceError as error:
            problems.extend(error.problems)
    return tuple(trees), tuple(problems)


def _tree(file: SourceFile) -> YamlNode:
    """Return a file's tree, which is remembered until the file holds something else.

    A preview reads all files after each change of one, and an organisation those of its base.
    """
    known = _TREES.get(file.name)
    if known and known[0] == file.data:
        return known[1]
    tree = parse_yaml(file.data, file.name)
    if known:
        # Else a preview would remember every version of a file that somebody works on.
        _RECORDS.pop(id(known[1]), None)
    elif len(_TREES) >= MAX_KEPT:
        _TREES.clear()
    _TREES[file.name] = (file.data, tree)
    return tree


def parse_records(trees: Iterable[YamlNode]) -> tuple[tuple[Record, ...], tuple[Problem, ...]]:
    """Return the records of all trees that describe one, and every problem of the others."""
    records: list[Record] = []
    problems: list[Problem] = []
    for tree in trees:
        # Nobody changes a tree (an overlay copies it), and who keeps it keeps its id.
        known = _RECORDS.get(id(tree))
        if known is None:
            if len(_RECORDS) >= MAX_KEPT:
                _RECORDS.clear()
            known = _RECORDS[id(tree)] = (tree, parse_record(tree))
        record, found = known[1]
        problems.extend(found)
        if record is not None:
            records.append(record)
    return tuple(records), tuple(problems)


def parse_record(node: YamlNode) -> tuple[Record | None, tuple[Problem, ...]]:
    """Return the record that a file's tree describes, or None, and the problems found."""
    if node.kind != "mapping":
        return None, (
            Problem(
                Code.WRONG_TYPE,
                "a file must be keys and values",
                node.at,
                "Begin with `kind:`, such as `kind: chapter`.",
            ),
        )
    model, problem = _model_of(node)
    if model is None:
        return None, (problem,) if problem else ()
    return parse_tree(model, node)


def parse_settings(
    model: type[Parsed], file: SourceFile
) -> tuple[Parsed | None, tuple[Problem, ...]]:
    """Return what a file without a kind describes, such as organisation.yml, or None; problems."""
    try:
        return parse_tree(model, parse_yaml(file.data, file.name))
    except SourceError as error:
        return None, error.problems


def parse_tree(model: type[Parsed], node: YamlNode) -> tuple[Parsed | None, tuple[Problem, ...]]:
    """Return what a tree describes, or None, and the problems found."""
    unknown: list[UnknownKey] = []
    record: Parsed | None = None
    problems: list[Problem] = []
    try:
        record = model.model_validate(to_python(node), context=unknown)
    except ValidationError as error:
        errors = error.errors(include_url=False)
        places = {
            tuple(found["loc"][:depth]) for found in errors for depth in range(len(found["loc"]))
        }
        # A list that is too short only because its points were rejected is not worth telling.
        problems = [
            _from_pydantic(found, node)
            for found in errors
            if not (found["type"] == "too_short" and tuple(found["loc"]) in places)
        ]
    problems.extend(_from_unknown_key(found) for found in unknown)
    return (None if problems else record), tuple(problems)


def _model_of(node: YamlNode) -> tuple[type[Record] | None, Problem | None]:
    entry = next((value for key, value in node.entries.items() if key == "kind"), None)
    kinds = ", ".join(sorted(KINDS))
    if entry is None:
        return None, Problem(
            Code.MISSING_KEY,
            "the key “kind” is missing",
            node.at,
            f"Add `kind:` with one of: {kinds}.",
        )
    if entry.scalar in KINDS:
        return KINDS[entry.scalar], None
    near = did_you_mean(str(entry.scalar), KINDS)
    return None, Problem(
        Code.UNKNOWN_KIND,
        f"there is no kind “{entry.scalar}”",
        entry.at,
        f"{near}The kinds are: {kinds}.",
    )


def _from_unknown_key(found: UnknownKey) -> Problem:
    known = ", ".join(found.known)
    return Problem(
        Code.UNKNOWN_KEY,
        f"the key “{found.key}” is not known here",
        getattr(found.key, "at", Location("")),
        f"{did_you_mean(found.key, found.known)}The keys here are: {known}.",
    )


def _from_pydantic(error: Any, root: YamlNode) -> Problem:
    """Tell one pydantic error in the author's words, at the place of the value."""
    node, last = _walk(root, error["loc"])
    kind, context = error["type"], error.get("ctx", {})
    if kind == "missing":
        return Problem(
            Code.MISSING_KEY,
            f"the key “{error['loc'][-1]}” is missing",
            node.at,
            f"Add `{error['loc'][-1]}:` here.",
        )
    if kind == "id_pattern":
        return Problem(
            Code.BAD_ID,
            f"{error['msg']}",
            node.at,
            "An id has small letters a–z, digits and single hyphens: mg-steg-5-bra.",
        )
    if kind in {"no_block_key", "union_tag_not_found"}:
        return Problem(Code.MISSING_KEY, error["msg"], node.at, "See docs/authors.md, “Blocks”.")
    if kind in {"union_tag_invalid", "literal_error", "enum"}:
        expected = str(context.get("expected_tags") or context.get("expected", ""))
        found = str(context.get("tag", node.scalar))
        if kind == "union_tag_invalid":
            node = node.entries.get(_key(node, "kind"), node)
        words = [word.strip(" '") for word in expected.replace(" or ", ",").split(",")]
        return Problem(
            Code.WRONG_VALUE,
            f"“{found}” is not one of the values allowed here",
            node.at,
            f"{did_you_mean(found, words)}Allowed: {', '.join(words)}.",
        )
    if kind == "low_contrast":
        return Problem(
            Code.LOW_CONTRAST,
            f"the colour {error['msg']}",
            node.at,
            f"The nearest that can be read is {context['nearest']}. A paler colour can be the "
            "`accent` of `colours:`, which carries no words.",
        )
    code = Code.WRONG_TYPE if kind.endswith("_type") or kind == "text_empty" else Code.WRONG_VALUE
    name = f"“{last}”: " if isinstance(last, str) else ""
    message = error["msg"][:1].lower() + error["msg"][1:]
    if kind in _WORDS:
        message = _WORDS[kind].format(what=describe(to_python(node)), **context)
    return Problem(code, f"{name}{message}", node.at, _hint(kind))


_WORDS = {
    "tuple_type": "expected a list, found {what}",
    "too_short": "expected a list of at least {min_length}, found {actual_length}",
    "too_long": "expected a list of at most {max_length}, found more",
    "model_type": "expected keys and values, found {what}",
    "model_attributes_type": "expected keys and values, found {what}",
    "mapping_type": "expected keys and values, found {what}",
    "dict_type": "expected keys and values, found {what}",
    "int_type": "expected a whole number, found {what}",
    "int_parsing": "expected a whole number, found {what}",
    "int_from_float": "expected a whole number, found {what}",
    "bool_type": "expected true or false, found {what}",
    "bool_parsing": "expected true or false, found {what}",
    "date_type": "expected a date, found {what}",
    "date_from_datetime_parsing": "expected a date such as 2026-11-21, found {what}",
    "string_pattern_mismatch": "{what} does not have the form {pattern}",
}


def _hint(kind: str) -> str:
    if kind == "text_type":
        return "Write a text. A text that is a number, or holds a colon, needs quotes."
    if kind in {"tuple_type", "list_type"}:
        return "Write a list: each point on a line of its own, after a hyphen."
    if kind in {"model_type", "model_attributes_type", "dict_type", "mapping_type"}:
        return "Write keys and values, each on a line of its own."
    return "See the JSON Schema of this kind in schemas/, or docs/authors.md."


def _key(node: YamlNode, word: str) -> Any:
    return next((key for key in node.entries if key == word), word)


def _walk(root: YamlNode, path: tuple[int | str, ...]) -> tuple[YamlNode, int | str | None]:
    """Follow a pydantic location; parts that are no keys are names of union members."""
    node = root
    last: int | str | None = None
    for part in path:
        if isinstance(part, int) and node.kind == "sequence" and part < len(node.items):
            node, last = node.items[part], part
        elif node.kind == "mapping" and str(part) in node.entries:
            node, last = node.entries[_key(node, str(part))], part
        elif part == "[key]" and last is not None:
            continue
    return node, last
