"""Reads a project's files into values. Nothing else in the house opens a source file."""

import hashlib
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from stat import S_ISREG

from dreiebok.building.paths import is_inside, real, shown
from dreiebok.building.program import PACKAGED_BASE, program_digest
from dreiebok.building.refusals import (
    missing_folder,
    not_utf8,
    strange_name,
    too_large,
    unreadable,
    unreadable_folder,
)
from dreiebok.model.engines import Engine
from dreiebok.problems import Problem, SourceError
from dreiebok.website.drivers.installed import engine_versions

SOURCE_FOLDERS = ("content", "forms")
SETTINGS = "organisation.yml"
LOCK = "organisation.lock"
BASE = "base/"
"""Stands before the names of files of the base edition, where an organisation's lie over them."""
MAX_FILE_BYTES = 20_000_000
"""The largest file that an organisation may bring: a font with the signs of East Asia."""
ASSET_FOLDERS = ("fonts", "images")
"""Folders of an organisation whose files its settings, style sheets and templates may name."""
READ_FOLDERS = (*SOURCE_FOLDERS, "templates", *ASSET_FOLDERS)
"""All folders of a project that are read."""
BRAND_FILES = (".svg", ".png", ".jpg", ".jpeg", ".ttf", ".otf", ".woff2")
"""Endings of logos and fonts, which may lie right beside the settings as well."""
PAGES = (".md", ".markdown", ".mdown", ".mkdn", ".mkd")
"""Endings of what the website's engine takes for a page."""
STYLE_SHEETS = {"style.css": "site/assets/organisation.css", "print.css": "organisation.css"}
"""An organisation's style sheets, and where they come to lie among the assets."""


class TrustedTemplates(dict[str, str]):
    """Templates of a base alone: as trusted as the program, so they run without bounds."""

    trusted = True


class Template(str):
    """The source of a template, which remembers its file."""

    __slots__ = ("file",)
    file: str

    def __new__(cls, source: str, file: str) -> "Template":
        """Make a template of a file, named as in messages."""
        made = super().__new__(cls, source)
        made.file = file
        return made

    def __getnewargs__(self) -> tuple[str, str]:  # type: ignore[override]
        """Cross to another process whole."""
        return str(self), self.file


@dataclass(frozen=True, slots=True)
class Project:
    """Everything that was read: sources, templates, assets, and the base configuration.

    `organisation` holds at most one file: the settings of the organisation whose edition it is.
    `organisation_files` are pictures and fonts beside it, by their path from there.
    `base` is the folder of the base edition where `root` is that of an organisation, which lies
    over it; the names of the base's files then begin with `base/`. `lock` is what organisation.lock
    holds, and stands beside the settings. `own_overrides` are the templates around pages that the
    organisation brings, by their path in a tree: the engine runs them in a sandbox.
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
    base: Path | None = None
    lock: bytes | None = None
    own_overrides: frozenset[str] = frozenset()

    @property
    def own_files(self) -> frozenset[str]:
        """The sources of the organisation, where they lie over a base."""
        names = (*self.sources, *self.organisation) if self.base else ()
        return frozenset(name for name in names if not name.startswith(BASE))

    @property
    def lock_name(self) -> str:
        """The name of organisation.lock in messages: it lies beside the settings."""
        return PurePosixPath(next(iter(self.organisation), SETTINGS)).with_name(LOCK).as_posix()

    @property
    def lock_path(self) -> Path:
        """Where organisation.lock lies."""
        return self.root / self.lock_name

    @property
    def digest(self) -> str:
        """A fingerprint of all that was read and of the program that reads it."""
        found = hashlib.sha256(program_digest().encode())
        # Which of them is used is known when the settings have been parsed.
        found.update("".join(map(engine_versions, Engine)).encode())
        texts = {name: text.encode() for name, text in self.templates.items()}
        config = {"mkdocs.yml": self.base_config, **self.organisation, **self.catalogs}
        if self.lock is not None:
            config[self.lock_name] = self.lock
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
    raise SourceError(missing_folder("content"))


def read_project(root: Path, organisation: Path | None = None, base: Path | None = None) -> Project:
    """Return all files of a project, with a problem for each that could not be read.

    `organisation` is the file with an organisation's settings; without it, the project's own
    organisation.yml is taken if there is one. With a `base`, `root` is an organisation's folder,
    whose files lie over those of the base.
    """
    found = _Reader(base or root, BASE if base else "")
    found.read_all()
    own = _Reader(root, "", MAX_FILE_BYTES)
    if base:
        own.read_own()
        found.lay_under(own)
    templates = found.templates if base and own.templates else TrustedTemplates(found.templates)
    settings: dict[str, bytes] = {}
    path = organisation or root / SETTINGS
    home = own if real(path.parent) == real(root) else _reader_beside(path, root)
    if organisation or path.exists():
        if organisation:
            _read_settings(path, root, settings, found.problems)
        else:
            alone = _Reader(root, "", MAX_FILE_BYTES)
            alone.read_settings(path, settings)
            found.problems.extend(alone.problems)
        if not (base and home is own):
            home.read_beside()
            found.problems.extend(home.problems)
    project = Project(
        root,
        found.sources,
        templates,
        found.assets,
        found.config,
        tuple(found.problems),
        settings,
        home.beside if settings else {},
        found.catalogs,
        base,
        own_overrides=frozenset(
            name.removeprefix("site/")
            for name in (*own.templates, *own.assets)
            if name.startswith("site/overrides/")
        ),
    )
    try:
        # A link that leads nowhere would be replaced, and it is somebody's.
        if os.path.lexists(project.lock_path):
            inside = None if organisation else root
            return replace(project, lock=_bytes_of(project.lock_path, inside))
    except OSError as error:
        # Without it every override would count as new, and the next lock would forget the old base.
        wrong = unreadable(error, project.lock_name)
        return replace(project, problems=(*project.problems, wrong))
    return project


class _Reader:
    """Reads one folder; `prefix` stands before the names of its files."""

    def __init__(self, root: Path, prefix: str, limit: int | None = None) -> None:
        """Begin with nothing; a file larger than `limit` bytes is a problem."""
        self.root, self.prefix, self.limit = root, prefix, limit
        self.problems: list[Problem] = []
        self.sources: dict[str, bytes] = {}
        self.catalogs: dict[str, bytes] = {}
        self.templates: dict[str, str] = {}
        self.assets: dict[str, bytes] = {}
        self.beside: dict[str, bytes] = {}
        self.config = b"{}"

    def read_all(self) -> None:
        """Read a whole project: every folder that it must have, and the base configuration."""
        for folder in (*SOURCE_FOLDERS, "templates"):
            if not (self.root / folder).is_dir():
                self.problems.append(missing_folder(folder))
        self._read_folders()
        config: dict[str, bytes] = {}
        self._read(self.root / "mkdocs.yml", config)
        self.config = next(iter(config.values()), self.config)

    def read_own(self) -> None:
        """Read what an organisation's folder holds, none of which it must hold."""
        self._read_folders()
        self.read_beside()
        folders = tuple(f"{folder}/" for folder in ASSET_FOLDERS)
        self.assets.update({n: d for n, d in self.beside.items() if n.startswith(folders)})
        for name, asset in STYLE_SHEETS.items():
            style: dict[str, bytes] = {}
            if (self.root / name).exists():
                self._read(self.root / name, style)
            if name in style:
                self.assets[asset] = style[name]

    def read_beside(self) -> None:
        """Read the pictures and fonts that an organisation's settings in this folder may name."""
        here = sorted(self.root.iterdir()) if self.root.is_dir() else []
        logos = (path for path in here if path.suffix.lower() in BRAND_FILES and path.is_file())
        inside = (path for folder in ASSET_FOLDERS for path in _files(self.root / folder))
        read: dict[str, bytes] = {}
        for path in (*logos, *inside):
            # Of notes beside pictures the engine would make a page that no menu shows.
            if path.suffix.lower() not in PAGES:
                self._read(path, read)
        self.beside.update({name.removeprefix(self.prefix): data for name, data in read.items()})

    def read_settings(self, path: Path, into: dict[str, bytes]) -> None:
        """Read the settings that lie in this folder: nobody has named the file."""
        self._read(path, into)

    def lay_under(self, own: "_Reader") -> None:
        """Take over what another has read: a template or asset of the same name goes before."""
        self.problems.extend(own.problems)
        self.sources.update(own.sources)
        self.catalogs.update(own.catalogs)
        self.templates.update(own.templates)
        self.assets.update(own.assets)

    def _read_folders(self) -> None:
        for folder in SOURCE_FOLDERS:
            for path in _files(self.root / folder):
                if path.suffix in {".yml", ".yaml"} or path == self.root / folder:
                    self._read(path, self.sources)
                elif path.suffix == ".po" and path.parent.parent == self.root / "content/locale":
                    self._read(path, self.catalogs)
                elif path.is_dir():
                    self._read(path, {})
        files: dict[str, bytes] = {}
        for path in _files(self.root / "templates"):
            self._read(path, files)
        for place, data in files.items():
            name = place.removeprefix(f"{self.prefix}templates/")
            if not name.endswith((".md", ".html")) or name.startswith("fonts/"):
                self.assets[name] = data
                continue
            try:
                self.templates[name] = Template(data.decode("utf-8"), place)
            except UnicodeDecodeError as error:
                self.problems.append(not_utf8(error, place))

    def _read(self, path: Path, into: dict[str, bytes]) -> None:
        name = f"{self.prefix}{path.relative_to(self.root).as_posix()}"
        if name != shown(name):
            self.problems.append(strange_name(shown(name)))
            return
        try:
            if self.limit is not None and (size := path.stat().st_size) > self.limit:
                self.problems.append(too_large(name, size, MAX_FILE_BYTES))
                return
            into[name] = _bytes_of(path, self.root)
        except OSError as error:
            told = unreadable_folder if path.is_dir() else unreadable
            self.problems.append(told(error, name))


def read_line(root: Path, file: str, line: int, base: Path | None = None) -> str | None:
    """Return one line of a project's file for a message, or None.

    Files whose names begin with `base/` are looked for in the base edition.
    """
    folder, path = root, root / file
    if file.startswith(BASE) and not path.is_file():
        folder = base or PACKAGED_BASE
        path = folder / file.removeprefix(BASE)
    try:
        # What may not be read may not be shown either: a link may lead to anything.
        is_named_inside = path.is_relative_to(folder) and ".." not in path.parts
        if not path.is_file() or (is_named_inside and not is_inside(path, folder)):
            return None
        with path.open(encoding="utf-8", errors="replace") as lines:
            return next((text for number, text in enumerate(lines, 1) if number == line), None)
    except OSError:
        return None


def _bytes_of(path: Path, folder: Path | None) -> bytes:
    """Return the bytes of an ordinary file, which must lie in the folder; raises OSError."""
    # A link that leads out of the project could show readers any file of this machine.
    if folder is not None and not is_inside(path, folder):
        raise PermissionError("the link leads out of the project")
    if path.is_dir():
        # It says why it cannot be read, where it cannot.
        os.scandir(path).close()
    # A pipe or a device would never end.
    if not S_ISREG(path.stat().st_mode):
        raise OSError("it is no ordinary file")
    return path.read_bytes()


def _files(folder: Path) -> Iterator[Path]:
    """Yield the files below a folder, and whatever folder among them cannot be read."""
    if folder.is_symlink() and not is_inside(folder, folder.parent):
        # Told as one file that cannot be read: behind it there may be the whole disk.
        yield folder
        return
    failed: list[OSError] = []
    for path, folders, names in os.walk(folder, onerror=failed.append):
        folders.sort()
        for name in sorted(names):
            if not name.startswith(".") and not name.endswith("~"):
                yield Path(path, name)
    for error in failed:
        # A folder need not be there, and may have gone meanwhile.
        if not isinstance(error, FileNotFoundError | NotADirectoryError):
            yield Path(error.filename)


def _reader_beside(path: Path, root: Path) -> _Reader:
    """Return the reader of the folder of settings that a person named, called as they are."""
    folder = PurePosixPath(_name_of(path, root)).parent.as_posix()
    return _Reader(path.parent, f"{folder}/", MAX_FILE_BYTES)


def _read_settings(path: Path, root: Path, into: dict[str, bytes], problems: list[Problem]) -> None:
    """Read a file that a person named: it may lie anywhere, and is called what it was called."""
    name = _name_of(path, root)
    try:
        into[name] = _bytes_of(path, None)
    except OSError as error:
        problems.append(unreadable(error, name))


def _name_of(path: Path, root: Path) -> str:
    inside = real(path).relative_to(real(root)) if is_inside(path, root) else path
    return shown(inside.as_posix())
