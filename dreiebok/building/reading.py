"""Reads a project's files into values. Nothing else in the house opens a source file."""

import hashlib
import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from dreiebok import __version__
from dreiebok.problems import Code, Location, Problem, SourceError

SOURCE_FOLDERS = ("content", "forms")
SETTINGS = "organisation.yml"
BRAND_FILES = (".svg", ".png", ".jpg", ".jpeg", ".ttf", ".otf", ".woff2")
"""Endings of the files beside the settings that these may name: logos and fonts."""
BRAND_FOLDERS = ("", "fonts")
MAX_BRAND_BYTES = 4_000_000
"""No more is read of one of them; a byte more shows that it is too large."""
PACKAGE = Path(__file__).resolve().parent.parent
PACKAGED_BASE = PACKAGE / "base"
"""Content, forms and templates as the wheel carries them."""
RENDERERS = (
    "weasyprint", "pydyf", "tinycss2", "tinyhtml5", "cssselect2", "fonttools", "pyphen",
    "pillow", "pikepdf", "mkdocs", "mkdocs-material", "markdown", "pymdown-extensions",
    "markdown-it-py", "jinja2", "pydantic", "segno", "coloraide", "holidays", "icalendar", "lxml",
    "tzdata",
)  # fmt: skip
"""Packages whose version can change a byte of what is built."""


@dataclass(frozen=True, slots=True)
class Project:
    """Everything that was read: sources, templates, assets, and the base configuration.

    `organisation` holds at most one file: the settings of the organisation whose edition it is.
    `organisation_files` are logos and fonts that it may name, by their path from there.
    """

    root: Path
    sources: Mapping[str, bytes]
    templates: Mapping[str, str]
    assets: Mapping[str, bytes]
    base_config: bytes
    problems: tuple[Problem, ...]
    organisation: Mapping[str, bytes] = field(default_factory=dict)
    organisation_files: Mapping[str, bytes] = field(default_factory=dict)
    catalogs: Mapping[str, bytes] = field(default_factory=dict)

    @property
    def digest(self) -> str:
        """A fingerprint of all that was read and of the program that reads it."""
        found = hashlib.sha256(program_digest().encode())
        texts = {name: text.encode() for name, text in self.templates.items()}
        config = {"mkdocs.yml": self.base_config, **self.organisation, **self.catalogs}
        for group in (self.sources, texts, self.assets, config, self.organisation_files):
            for name, data in sorted(group.items()):
                found.update(f"{name}\0{len(data)}\0".encode())
                found.update(data)
        return found.hexdigest()


def find_root(start: Path) -> Path:
    """Return the folder with content: the given one, or what the package carries.

    Raises SourceError (missing-folder) when there is neither.
    """
    if (start / "content").is_dir():
        return start
    if not (start / "build.py").exists() and (PACKAGED_BASE / "content").is_dir():
        return PACKAGED_BASE
    raise SourceError(_missing_folder(start / "content", start))


def read_project(root: Path, organisation: Path | None = None) -> Project:
    """Return all files of a project, with a problem for each that could not be read.

    `organisation` is the file with an organisation's settings; without it, the project's own
    organisation.yml is taken if there is one.
    """
    problems: list[Problem] = []
    sources: dict[str, bytes] = {}
    catalogs: dict[str, bytes] = {}
    for folder in SOURCE_FOLDERS:
        if not (root / folder).is_dir():
            problems.append(_missing_folder(root / folder, root))
        for path in _files(root / folder):
            if path.suffix in {".yml", ".yaml"}:
                _read(path, root, sources, problems)
            elif path.suffix == ".po" and path.parent.parent == root / "content" / "locale":
                _read(path, root, catalogs, problems)
    files: dict[str, bytes] = {}
    if not (root / "templates").is_dir():
        problems.append(_missing_folder(root / "templates", root))
    for path in _files(root / "templates"):
        _read(path, root / "templates", files, problems, "templates/")
    templates: dict[str, str] = {}
    assets: dict[str, bytes] = {}
    for name, data in files.items():
        if name.endswith((".md", ".html")) and not name.startswith("fonts/"):
            try:
                templates[name] = data.decode("utf-8")
            except UnicodeDecodeError as error:
                line = data[: error.start].count(b"\n") + 1
                problems.append(
                    Problem(
                        Code.NOT_UTF8,
                        f"the byte 0x{data[error.start]:02x} is not UTF-8",
                        Location(f"templates/{name}", line),
                        "Save the file with the encoding UTF-8.",
                    )
                )
        else:
            assets[name] = data
    config: dict[str, bytes] = {}
    _read(root / "mkdocs.yml", root, config, problems)
    settings: dict[str, bytes] = {}
    brand: dict[str, bytes] = {}
    if organisation or (root / SETTINGS).exists():
        _read_settings(organisation or root / SETTINGS, root, settings, problems)
        _read_brand_files((organisation or root / SETTINGS).parent, brand)
    return Project(
        root,
        sources,
        templates,
        assets,
        config.get("mkdocs.yml", b"{}"),
        tuple(problems),
        settings,
        brand,
        catalogs,
    )


def read_line(root: Path, file: str, line: int) -> str | None:
    """Return one line of a project's file for a message, or None."""
    try:
        with (root / file).open(encoding="utf-8", errors="replace") as lines:
            return next((text for number, text in enumerate(lines, 1) if number == line), None)
    except OSError:
        return None


def program_digest() -> str:
    """Return a fingerprint of this program's code and of the renderers' versions."""
    found = hashlib.sha256(__version__.encode())
    for path in sorted(PACKAGE.rglob("*.py")):
        if PACKAGED_BASE not in path.parents:
            found.update(path.read_bytes())
    for name in RENDERERS:
        try:
            found.update(f"{name}={version(name)}".encode())
        except PackageNotFoundError:
            found.update(f"{name}=?".encode())
    return found.hexdigest()


def _files(folder: Path) -> Iterator[Path]:
    for path, folders, names in os.walk(folder):
        folders.sort()
        for name in sorted(names):
            if not name.startswith(".") and not name.endswith("~"):
                yield Path(path, name)


def _read(
    path: Path, base: Path, into: dict[str, bytes], problems: list[Problem], prefix: str = ""
) -> None:
    name = path.relative_to(base).as_posix()
    try:
        # A link that leads out of the project could show readers any file of this machine.
        if not path.resolve().is_relative_to(base.resolve()):
            raise PermissionError("the link leads out of the project")
        into[name] = path.read_bytes()
    except OSError as error:
        problems.append(unreadable(error, f"{prefix}{name}"))


def _read_settings(path: Path, root: Path, into: dict[str, bytes], problems: list[Problem]) -> None:
    """Read a file that a person named: it may lie anywhere, and is called what it was called."""
    inside = path.resolve().is_relative_to(root.resolve())
    name = path.resolve().relative_to(root.resolve()) if inside else path
    try:
        into[name.as_posix()] = path.read_bytes()
    except OSError as error:
        problems.append(unreadable(error, name.as_posix()))


def _read_brand_files(folder: Path, into: dict[str, bytes]) -> None:
    """Read the logos and fonts beside the settings, without following links that lead away.

    What cannot be read is left out: only if the settings name it is that a problem.
    """
    for inside in BRAND_FOLDERS:
        place = folder / inside
        for path in sorted(place.iterdir()) if place.is_dir() else ():
            if path.suffix.lower() not in BRAND_FILES or not path.is_file():
                continue
            if path.resolve().is_relative_to(folder.resolve()):
                with suppress(OSError), path.open("rb") as opened:
                    name = path.relative_to(folder).as_posix()
                    into[name] = opened.read(MAX_BRAND_BYTES + 1)


def unreadable(error: OSError, name: str) -> Problem:
    """Return the problem of a file that cannot be read, in words for its owner."""
    return Problem(
        Code.UNREADABLE,
        f"the file cannot be read: {error.strerror or error}",
        Location(name),
        "Check that the file exists and that you may read it.",
    )


def _missing_folder(path: Path, root: Path) -> Problem:
    name = path.name
    return Problem(
        Code.MISSING_FOLDER,
        f"there is no folder “{name}”",
        Location(name),
        f"Run the command in the project's folder, or make “{name}” there.",
    )
