"""A new organisation's folder: the files of `dreiebok/starter/` with its name, put on the disk.

In the package a name that begins with a dot begins with `dot-`, so that a starter's .gitignore does
not speak of our own files. `@NAME@` and `@SOURCE@` stand for what differs.
"""

import errno
import json
import re
import unicodedata
from collections.abc import Mapping
from contextlib import suppress
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path, PurePosixPath

from dreiebok import __version__
from dreiebok.building.paths import real_folder
from dreiebok.building.program import PACKAGE
from dreiebok.building.publishing import staging, write_tree
from dreiebok.building.reading import SETTINGS
from dreiebok.building.schemas import schema_files
from dreiebok.inline import escape_markdown
from dreiebok.model.brand import OneLine
from dreiebok.problems import WrongUse
from dreiebok.sources.yaml_ import dump_yaml

STARTER = PACKAGE / "starter"
_MARK = re.compile("@(NAME|SOURCE)@")
_NO_LINKS = {
    errno.EXDEV, errno.EPERM, errno.EACCES, errno.EMLINK, errno.ENOSYS, errno.ENOTSUP,
    errno.EOPNOTSUPP,
}  # fmt: skip
"""What says that a file cannot have a second name: on another disk, or on one without links."""


def start_organisation(folder: Path, name: str | None = None) -> tuple[str, ...]:
    """Write a folder that builds at once; return the paths of its files in it.

    Without a name, the organisation is called like the folder. Raises WrongUse for a name that
    cannot stand on a cover, and for a folder that holds anything but a new `.git`.
    """
    try:
        folder = real_folder(folder)
        _check_folder(folder)
    except OSError as error:
        # It is somebody else's.
        raise WrongUse(f"cannot make the folder “{folder}”: {error}") from error
    clean = clean_name(_called_like(folder) if name is None else name)
    files = fill_in(clean, installed_from(), read_starter())
    files |= {f"schemas/{schema}": data for schema, data in schema_files().items()}
    with staging(folder) as new:
        write_tree(new, files)
        _put(new, folder)
    return tuple(files)


def read_starter() -> dict[str, str]:
    """Return the texts of the starter's files by their paths in a new folder."""
    found = {}
    for path in sorted(STARTER.rglob("*")):
        if path.is_file():
            parts = path.relative_to(STARTER).parts
            real = (re.sub("^dot-", ".", part) for part in parts)
            found[PurePosixPath(*real).as_posix()] = path.read_text(encoding="utf-8")
    return found


def fill_in(name: str, source: str, texts: Mapping[str, str]) -> dict[str, bytes]:
    """Return the starter's files with what differs in the place of the marks.

    `source` is what pip installs Dreiebok from. A name means itself in whatever it is written into.
    """
    files = {}
    for path, text in texts.items():
        words = {"NAME": name, "SOURCE": source}
        if path.endswith(".md"):
            words["NAME"] = escape_markdown(name)
        elif path.endswith(".yml"):
            words["NAME"] = dump_yaml({"name": name}).partition(": ")[2].rstrip("\n")
        # In one go: a name that reads like a mark stays a name.
        files[path] = _MARK.sub(lambda mark, words=words: words[mark[1]], text).encode()  # type: ignore[misc]
    return files


def clean_name(name: str) -> str:
    """Return a name without blanks around it, as `name` in organisation.yml may be.

    Raises WrongUse for one that could not stand in a title bar, a footer and a file's metadata.
    """
    clean = name.strip()
    # Cc, Cs, Co, Cn: controls, halves of signs, and what no font has; Zl and Zp end lines.
    odd = {"Cc", "Cs", "Co", "Cn", "Zl", "Zp"}
    if any(letter in "<>" or unicodedata.category(letter) in odd for letter in clean):
        raise WrongUse("the name must be one line without < and >: --name 'Fjellheim kommune'")
    if not clean or len(clean) > OneLine.longest:
        raise WrongUse(
            f"the name has {len(clean)} characters; it must have 1 to {OneLine.longest}: "
            "--name 'Fjellheim kommune'"
        )
    return clean


def installed_from() -> str:
    """Return what the new folder installs Dreiebok from: a Git address and commit, or a version.

    What pip was given stands in direct_url.json (PEP 610). A file or folder of this machine would
    be found nowhere else, so its version stands for it.
    """
    try:
        found: Distribution = distribution("dreiebok")
        record = json.loads(found.read_text("direct_url.json") or "{}")
        address = f"git+{record['url']}@{record['vcs_info']['commit_id']}"
    except (PackageNotFoundError, ValueError, KeyError, TypeError):
        return __version__
    # Only what means itself in make and in the shell.
    return address if re.fullmatch(r"git\+[\w:/.@~+-]+", address) else __version__


def _called_like(folder: Path) -> str:
    """Make a name of a folder's: fjellheim-kommune is Fjellheim kommune."""
    words = re.sub(r"[-_\s]+", " ", folder.name).strip()
    return words[:1].upper() + words[1:]


def _check_folder(folder: Path) -> None:
    """Raise WrongUse where a new folder would touch something that is there."""
    if folder.exists() and not folder.is_dir():
        raise WrongUse(f"“{folder}” is a file; name a new folder")
    if folder.is_dir() and any(path.name != ".git" for path in folder.iterdir()):
        raise _occupied(folder)


def _occupied(folder: Path) -> WrongUse:
    return WrongUse(f"the folder “{folder}” is not empty; nothing was written. Name a new one.")


def _put(new: Path, folder: Path) -> None:
    """Give the finished folder its name in one step, or fill an empty one that has it.

    Raises WrongUse where somebody has been faster; nothing of theirs is replaced.
    """
    try:
        if folder.exists():
            _fill(new, folder)
            return
        for path in (*new.rglob("*"), new):
            # Web servers run as another user, and temporary files are private by default.
            path.chmod(0o755 if path.is_dir() else 0o644)
        new.rename(folder)
    except OSError as error:
        if error.errno in {errno.EEXIST, errno.ENOTEMPTY, errno.ENOTDIR, errno.EISDIR}:
            raise _occupied(folder) from error
        raise


def _copy(path: Path, target: Path, placed: list[Path]) -> None:
    """Copy a file to where there is none, and note down that it is ours."""
    try:
        with target.open("xb") as file:
            placed.append(target)
            file.write(path.read_bytes())
    except OSError as error:
        # What a write is refused for has no name.
        error.filename = error.filename or str(target)
        raise


def _fill(new: Path, folder: Path) -> None:
    """Put the finished files into an empty folder, which may be the one that a shell stands in.

    The settings come last: without them it is no organisation's folder. What was put there is taken
    back if the machine says no on the way, or if there is something of that name.
    """
    placed: list[Path] = []
    paths = sorted(new.rglob("*"), key=lambda path: (path == new / SETTINGS, path))
    try:
        for path in paths:
            target = folder / path.relative_to(new)
            if path.is_dir():
                target.mkdir()
                placed.append(target)
                continue
            try:
                target.hardlink_to(path)
            except OSError as error:
                if error.errno not in _NO_LINKS:
                    raise
                _copy(path, target, placed)
            else:
                placed.append(target)
    except BaseException:
        for target in reversed(placed):
            # A folder that somebody has put something into stays.
            with suppress(OSError):
                if target.is_dir():
                    target.rmdir()
                else:
                    target.unlink()
        raise
