"""The law of the house: a room imports only what stands above it, and special doors stay shut."""

import ast
from pathlib import Path

ORDER = (
    "keeping", "problems", "needs", "machine", "model", "inline", "sources", "editions", "figures",
    "budget", "prices", "guards", "sandbox", "templating", "website", "press", "answers",
    "building", "cli",
)  # fmt: skip
"""The rooms from the first to the last; docs/architecture.md tells why."""
ALONE = {
    "yaml": {"sources/yaml_.py"},
    "weasyprint": {
        "press/weasyprint_.py",
        "press/features_.py",
        "press/fonts_.py",
        "press/tagging_.py",
        "press/svgtext_.py",
        "press/stylesheets_.py",
    },
    "mkdocs": {"website/drivers/mkdocs_.py"},
    "distributed": {"building/distant.py"},
    "babel": {"editions/catalogs.py", "editions/locales.py", "editions/powriting.py"},
    "markdown_it": {"inline.py"},
    "watchfiles": {"building/previewing.py"},
    "coloraide": {"model/colours.py"},
    "icalendar": {"editions/series.py"},
    "holidays": {"model/series.py", "editions/series.py"},
    "lxml": {"editions/logos.py", "website/links.py"},
    "PIL": {"editions/logos.py"},
}
"""A foreign library and the only files that may import it."""


def imports(path: Path) -> set[str]:
    """Return every module that a file imports, inside functions too."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative imports hide the direction"
            found.add(node.module or "")
            found.update(f"{node.module}.{alias.name}" for alias in node.names)
    return found


def room(module: str) -> str:
    """Return the room of a module of the house: dreiebok.model.base -> model."""
    return [*module.split("."), ""][1]


def files(root: Path) -> list[Path]:
    return sorted((root / "dreiebok").rglob("*.py"))


def test_every_room_has_its_place_in_the_order(root: Path) -> None:
    rooms = {
        path.relative_to(root / "dreiebok").parts[0].removesuffix(".py") for path in files(root)
    }
    assert rooms - {"__init__", "__main__"} == set(ORDER)


def test_rooms_import_only_what_stands_above_them(root: Path) -> None:
    wrong = []
    for path in files(root):
        here = path.relative_to(root / "dreiebok").parts[0].removesuffix(".py")
        if here.startswith("__"):
            continue
        for module in imports(path):
            there = room(module) if module.startswith("dreiebok.") else ""
            if there in ORDER and ORDER.index(there) > ORDER.index(here):
                wrong.append(f"{path.relative_to(root)} imports {module}")
    assert wrong == []


def test_no_two_files_import_each_other(root: Path) -> None:
    names = {
        ".".join(path.relative_to(root).with_suffix("").parts).removesuffix(".__init__"): path
        for path in files(root)
    }
    graph = {name: imports(path) & set(names) - {name} for name, path in names.items()}
    done: set[str] = set()

    def visit(name: str, trail: tuple[str, ...]) -> None:
        assert name not in trail, " -> ".join((*trail, name))
        if name not in done:
            for target in sorted(graph[name]):
                visit(target, (*trail, name))
            done.add(name)

    for name in sorted(graph):
        visit(name, ())


def test_foreign_libraries_have_one_door_each(root: Path) -> None:
    wrong = []
    for path in files(root):
        name = path.relative_to(root / "dreiebok").as_posix()
        for module in imports(path):
            library = module.partition(".")[0]
            if library in ALONE and name not in ALONE[library]:
                wrong.append(f"{name} imports {library}")
    assert wrong == []


def test_only_building_and_cli_import_late(root: Path) -> None:
    """Imports stand at the top; only the build stage loads a renderer when it needs one."""
    wrong = []
    for path in files(root):
        name = path.relative_to(root / "dreiebok").as_posix()
        tree = ast.parse(path.read_text(encoding="utf-8"))
        late = [
            node
            for function in ast.walk(tree)
            if isinstance(function, ast.FunctionDef)
            for node in ast.walk(function)
            if isinstance(node, ast.Import | ast.ImportFrom)
        ]
        if late and not name.startswith(("building/", "cli/")):
            wrong.append(name)
    assert wrong == []


def test_files_are_rooms_not_halls(root: Path) -> None:
    for path in files(root):
        lines = len(path.read_text(encoding="utf-8").splitlines())
        assert lines <= 400, f"{path.relative_to(root)} has {lines} lines: two nouns?"
