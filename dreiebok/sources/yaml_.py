"""YAML text to a tree of nodes that know their place. The only file that imports PyYAML.

The tree is built from parser events with a loop of our own, so that nothing in a hostile file can
run code, exhaust memory or overflow the stack: size, depth and the number of nodes are bounded
before anything is built. Scalars follow the YAML 1.2 core schema, not YAML 1.1: `no`, `nn` and
`2026-11-21` stay texts, as authors of a Norwegian handbook expect.
"""

import math
import re
from dataclasses import dataclass, field
from typing import Any, Literal

import yaml

from dreiebok.model.base import Text
from dreiebok.problems import Code, Location, Problem, SourceError

MAX_BYTES = 1_000_000
"""A larger file is no handbook page."""
MAX_DEPTH = 30
MAX_NODES = 50_000
"""Counted after aliases are followed, so that ten levels of ten aliases are caught."""

_INT = re.compile(r"[-+]?[0-9]{1,18}")
_FLOAT = re.compile(r"[-+]?([0-9]+\.[0-9]*|\.?[0-9]+)([eE][-+]?[0-9]+)?")
_TRUTH = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_NULL = frozenset({"", "null", "Null", "NULL", "~"})


class PurePythonLoader(yaml.SafeLoader):
    """Reads what libyaml reads, for a PyYAML that was built without it; it takes far longer.

    PyYAML's own scanner ends an unquoted text within brackets at a question mark, which YAML lets
    stand there (YAML 1.2, 7.3.3): {prompt: What happened?}
    """

    _in_plain_text = False

    def scan_plain(self) -> yaml.ScalarToken:
        """Read an unquoted text."""
        self._in_plain_text = True
        try:
            return super().scan_plain()
        finally:
            self._in_plain_text = False

    def peek(self, index: int = 0) -> str:
        """Look at a character that is to come; in an unquoted text "?" is like any letter."""
        character: str = super().peek(index)
        return "x" if character == "?" and self._in_plain_text else character


_Loader: Any = getattr(yaml, "CSafeLoader", PurePythonLoader)


@dataclass(slots=True)
class YamlNode:
    """A scalar, sequence or mapping, with its place. Keys of a mapping are Texts."""

    kind: Literal["scalar", "sequence", "mapping"]
    at: Location
    scalar: Any = None
    items: list["YamlNode"] = field(default_factory=list)
    entries: dict[Text, "YamlNode"] = field(default_factory=dict)


def parse_yaml(data: bytes, file: str) -> YamlNode:
    """Return the tree of one file's single document.

    Raises SourceError with not-utf8, yaml-syntax, yaml-limit or duplicate-key problems.
    """
    if len(data) > MAX_BYTES:
        raise SourceError(_limit(Location(file), f"the file has {len(data)} bytes"))
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start]
        line = before.count(b"\n") + 1
        column = len(before[before.rfind(b"\n") + 1 :].decode("utf-8", "replace")) + 1
        raise SourceError(
            Problem(
                Code.NOT_UTF8,
                f"the byte 0x{data[error.start]:02x} is not UTF-8",
                Location(file, line, column),
                "Save the file with the encoding UTF-8.",
            )
        ) from error
    try:
        return _Builder(file).build(text)
    except yaml.YAMLError as error:
        raise SourceError(_syntax_problem(error, file, text)) from error


def to_python(node: YamlNode) -> Any:
    """Return plain Python values; every string is a Text that knows its place."""
    if node.kind == "mapping":
        return {key: to_python(value) for key, value in node.entries.items()}
    if node.kind == "sequence":
        return [to_python(item) for item in node.items]
    return node.scalar


def dump_yaml(value: Any) -> str:
    """Return YAML for a person to read, with the keys in their order."""
    return str(
        yaml.dump(_plain(value), None, _Dumper, allow_unicode=True, sort_keys=False, width=100)
    )


class _Dumper(yaml.SafeDumper):
    """Puts a text in quotes also where only YAML 1.2 would read something else (`1e3`)."""


def _represent_text(dumper: yaml.SafeDumper, value: str) -> yaml.ScalarNode:
    style = None if isinstance(_meaning(value), str) else "'"
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=style)


_Dumper.add_representer(str, _represent_text)


def _plain(value: Any) -> Any:
    """Turn Texts into plain strings, which is all that a safe dumper knows."""
    if isinstance(value, str):
        return str(value)
    if isinstance(value, dict):
        return {_plain(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value


class _Builder:
    """Builds the tree from events; the state is the stack of open collections."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.anchors: dict[str, tuple[YamlNode, int]] = {}
        self.count = 0
        self.problems: list[Problem] = []

    def build(self, text: str) -> YamlNode:
        stack: list[YamlNode] = []
        keys: list[Text | None] = []
        anchors: list[tuple[str | None, int]] = []
        root: YamlNode | None = None
        for event in yaml.parse(text, Loader=_Loader):
            node: YamlNode | None = None
            if isinstance(event, yaml.DocumentStartEvent):
                if root is not None:
                    raise SourceError(
                        Problem(
                            Code.YAML_SYNTAX,
                            "a second document starts here",
                            self._at(event),
                            "Put it in a file of its own: one file describes one thing.",
                        )
                    )
            elif isinstance(event, yaml.ScalarEvent):
                node = YamlNode("scalar", self._at(event))
                node.scalar = _scalar(event, node.at)
                self._grow(1, node.at)
                if event.anchor:
                    self.anchors[event.anchor] = (node, 1)
            elif isinstance(event, yaml.AliasEvent):
                node, size = self._follow(event)
                self._grow(size, self._at(event))
            elif isinstance(event, yaml.CollectionStartEvent):
                kind = "mapping" if isinstance(event, yaml.MappingStartEvent) else "sequence"
                opened = YamlNode(kind, self._at(event))  # type: ignore[arg-type]
                self._grow(1, opened.at)
                stack.append(opened)
                keys.append(None)
                anchors.append((event.anchor, self.count))
                if len(stack) > MAX_DEPTH:
                    raise SourceError(_limit(opened.at, f"more than {MAX_DEPTH} levels"))
            elif isinstance(event, yaml.CollectionEndEvent):
                node = stack.pop()
                keys.pop()
                name, before = anchors.pop()
                if name:
                    self.anchors[name] = (node, self.count - before + 1)
            if node is None:
                continue
            if not stack:
                root = node
            elif stack[-1].kind == "sequence":
                stack[-1].items.append(node)
            elif (key := keys[-1]) is None:
                keys[-1] = self._key(node, stack[-1])
            else:
                stack[-1].entries[key] = node
                keys[-1] = None
        if self.problems:
            raise SourceError(*self.problems)
        if root is None:
            raise SourceError(
                Problem(
                    Code.YAML_SYNTAX,
                    "the file is empty",
                    Location(self.file),
                    "Write at least `kind:`, `id:` and `title:`, or delete the file.",
                )
            )
        return root

    def _at(self, event: Any) -> Location:
        start, end = event.start_mark, event.end_mark
        width = end.column - start.column if end.line == start.line else 1
        return Location(self.file, start.line + 1, start.column + 1, max(1, width))

    def _grow(self, size: int, at: Location) -> None:
        self.count += size
        if self.count > MAX_NODES:
            raise SourceError(_limit(at, f"more than {MAX_NODES} values, aliases followed"))

    def _follow(self, event: Any) -> tuple[YamlNode, int]:
        if event.anchor not in self.anchors:
            raise SourceError(
                Problem(
                    Code.YAML_SYNTAX,
                    f"no value is marked &{event.anchor}",
                    self._at(event),
                    "An alias needs an anchor above it. To begin a text with *, put it in quotes.",
                )
            )
        return self.anchors[event.anchor]

    def _key(self, node: YamlNode, mapping: YamlNode) -> Text:
        if node.kind != "scalar" or node.scalar is None:
            raise SourceError(
                Problem(
                    Code.YAML_SYNTAX,
                    "a key must be a word",
                    node.at,
                    "A text that begins with {, [ or ? needs quotes.",
                )
            )
        key = node.scalar if isinstance(node.scalar, Text) else Text(str(node.scalar), node.at)
        if key in mapping.entries:
            first = next(known for known in mapping.entries if known == key)
            self.problems.append(
                Problem(
                    Code.DUPLICATE_KEY,
                    f"the key “{key}” is written twice",
                    node.at,
                    f"It stands in line {first.at.line} too. Keep one of the two.",
                )
            )
        return key


def _scalar(event: Any, at: Location) -> Any:
    value: str = event.value
    if not event.implicit[0]:
        return Text(value, at)
    meaning = _meaning(value)
    return Text(value, at) if isinstance(meaning, str) else meaning


def _meaning(plain: str) -> bool | int | float | str | None:
    """Return what words without quotes mean (YAML 1.2, 10.3); a text where nothing else."""
    if plain in _NULL:
        return None
    if plain in _TRUTH:
        return _TRUTH[plain]
    if _INT.fullmatch(plain):
        return int(plain)
    # No number that we could count with is too large for a computer.
    if _FLOAT.fullmatch(plain) and math.isfinite(float(plain)):
        return float(plain)
    return plain


def _limit(at: Location, found: str) -> Problem:
    return Problem(
        Code.YAML_LIMIT,
        f"the file is too large to be a handbook page: {found}",
        at,
        f"The limits are {MAX_BYTES} bytes, {MAX_DEPTH} levels and {MAX_NODES} values a file. "
        "Divide it into several files.",
    )


def _syntax_problem(error: yaml.YAMLError, file: str, text: str) -> Problem:
    mark = getattr(error, "problem_mark", None)
    if "end of stream" in str(getattr(error, "problem", "")):
        # A quote or bracket that is never closed: the place where it begins is of more use.
        mark = getattr(error, "context_mark", None) or mark
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    if mark is None and hasattr(error, "position"):
        before = text[: error.position]
        line, column = before.count("\n") + 1, error.position - before.rfind("\n")
    said = str(getattr(error, "problem", None) or getattr(error, "reason", None) or error)
    context = getattr(error, "context", None)
    message = f"this is not YAML: {said}" + (f" ({context})" if context else "")
    lines = text.splitlines()
    here = lines[line - 1] if 0 < line <= len(lines) else ""
    hint = "Look here and at the line above: indentation, a missing quote, a colon in a text."
    if "\t" in here:
        hint = "Replace the tab by spaces: YAML does not allow tabs in indentation."
    elif re.search(r":\s.*:\s", here):
        hint = 'A text with a colon in it needs quotes: key: "text: more text".'
    return Problem(Code.YAML_SYNTAX, message, Location(file, line, column), hint)
