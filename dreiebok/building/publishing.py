"""Writes the finished site and puts it in place of the old one in a single step.

A reader, a web server or a killed build sees the old site or the whole new one, never a mixture:
the new site is written beside the old one and the two names are then exchanged by the kernel.
"""

import ctypes
import json
import os
import shutil
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path, PurePosixPath

from dreiebok.building.paths import is_inside, real, shown
from dreiebok.building.reading import READ_FOLDERS
from dreiebok.building.writing import held, make_folder, naming, new_folder, remove
from dreiebok.problems import MissingOnMachine, WrongUse

MARK = "manifest.json"
"""A folder without one of ours was not made by a build and is never replaced."""
_OLD = ".old-"
"""Stands in the hidden name of an old site while a new one takes its place in two steps."""
_AT_FDCWD = -100
_RENAME_EXCHANGE = 2
_RENAME_SWAP = 2


def write_tree(folder: Path, files: Mapping[str, bytes]) -> None:
    """Make a folder hold exactly these files; what has not changed keeps its time stamp.

    Raises WrongUse where the folder is a link, which would empty what it leads to.
    """
    check_no_link(folder)
    for name in files:
        _check_name(folder, name)
    make_folder(folder)
    for path in sorted(folder.rglob("*"), reverse=True):
        name = path.relative_to(folder).as_posix()
        if path.is_dir() and not path.is_symlink():
            if not any(path.iterdir()):
                path.rmdir()
        elif path.is_symlink() or name not in files:
            # Through a link, a file that lies elsewhere would be written over.
            path.unlink()
    for name, data in files.items():
        path = folder / name
        if path.is_file() and path.read_bytes() == data:
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        with naming(path):
            path.write_bytes(data)


def write_new(folder: Path, name: str, data: bytes) -> None:
    """Write one more file into a new folder."""
    _check_name(folder, name)
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    with naming(path):
        path.write_bytes(data)


def _check_name(folder: Path, name: str) -> None:
    # A cache that came along with somebody's folder could name anything.
    if PurePosixPath(name).is_absolute() or ".." in PurePosixPath(name).parts:
        raise WrongUse(f"“{name}” leads out of “{folder}”. Remove the work folder's cache.")


def check_output(output: Path, work: Path, source: Path) -> None:
    """Raise WrongUse when the output folder holds something that no build has made.

    That goes for the work folder too, whose cache would be replaced with the site; and neither may
    lie among the sources of a project.
    """
    check_apart(source, output, work)
    if is_inside(work, output):
        raise WrongUse(
            f"the work folder “{work}” lies in the output folder “{output}”, which is replaced as "
            "a whole. Choose another folder with --work or --output."
        )
    check_work(work)
    if output.is_symlink():
        raise WrongUse(
            f"the output folder “{output}” is a link, and a build would put a folder in its place. "
            "Name the folder that it leads to with --output, or remove the link."
        )
    if output.is_dir() and any(output.iterdir()) and not _made_by_a_build(output):
        raise WrongUse(
            f"the folder “{output}” holds files that no build has made; it would be replaced. "
            "Choose another folder with --output, or empty it."
        )
    if output.exists() and not output.is_dir():
        raise WrongUse(f"“{output}” is a file; choose a folder with --output.")


def check_apart(source: Path, *places: Path) -> None:
    """Raise WrongUse where a build would write among the sources: the next would read it there."""
    for place in places:
        inside = [source / name for name in READ_FOLDERS]
        among = next((f for f in inside if is_inside(place, f)), None)
        if real(place) == real(source):
            among = source
        if among:
            raise WrongUse(
                f"“{place}” lies among the sources in “{among}”, where nothing may be made that "
                "comes and goes. Choose another folder."
            )


def check_rights(output: Path) -> None:
    """Raise MissingOnMachine where this user may not put a folder in the output's place.

    It is looked at before anything is rendered, which may take minutes.
    """
    above = next(folder for folder in real(output).parents if folder.exists())
    for folder in (above, *([output] if output.is_dir() else [])):
        if folder.is_dir() and not os.access(folder, os.W_OK | os.X_OK):
            raise MissingOnMachine(
                f"the folder “{folder}” may not be written to: it is read-only, or another user's. "
                "Allow it (chmod u+w), or choose another with --output; the site is as it was"
            )


def check_work(work: Path) -> None:
    """Raise WrongUse where the work folder, or what a build empties in it, is a link.

    A folder that somebody has sent may hold one: what it leads to would be emptied. A path that is
    no text is refused too, since the website's engine and its libraries cannot do with it.
    """
    if (name := str(real(work))) != shown(name):
        raise WrongUse(
            f"the path of the work folder “{shown(name)}” is not UTF-8, which the website's engine "
            "needs. Name another with --work."
        )
    inside = ("*", "assets/*", "cache/users", "markdown/*", "rendered/*", "rendered/sites/*")
    for path in (work, *(path for pattern in inside for path in work.glob(pattern))):
        check_no_link(path)


def check_no_link(folder: Path) -> None:
    """Raise WrongUse where a folder that is to be emptied is a link."""
    if folder.is_symlink():
        raise WrongUse(
            f"“{folder}” is a link, and a build empties its folders. Remove it, or name "
            "another folder with --work."
        )


@contextmanager
def staging(output: Path) -> Iterator[Path]:
    """Give an empty folder beside the output; it is gone afterwards, whatever happens."""
    bring_back(output)
    with new_folder(output) as folder:
        yield folder


def bring_back(output: Path) -> None:
    """Put an old site back in its place where a build was killed between the two steps."""
    for old in sorted(output.parent.iterdir()) if output.parent.is_dir() else ():
        if old.name.startswith(f".{output.name}{_OLD}"):
            with suppress(FileNotFoundError), held(old) as is_ours:
                if is_ours and output.exists():
                    remove(old)
                elif is_ours:
                    old.rename(output)


def publish(new: Path, output: Path) -> None:
    """Put the staged folder in the output's place; the old site is removed afterwards."""
    for path in (*new.rglob("*"), new):
        # Web servers run as another user, and temporary files are private by default.
        path.chmod(0o755 if path.is_dir() else 0o644)
    if not output.exists():
        new.rename(output)
    elif not _exchange(new, output):
        _exchange_in_two_steps(new, output)


def copy_tree(source: Path, target: Path) -> None:
    """Copy a folder's files without their time stamps."""
    shutil.copytree(source, target, copy_function=shutil.copyfile, dirs_exist_ok=True)


def _exchange_in_two_steps(new: Path, output: Path) -> None:
    """Do without the kernel's help: there is a moment in which the name is missing."""
    old = output.with_name(f".{output.name}{_OLD}{os.getpid()}")
    # Who comes now must not bring back what is only on its way out.
    with held(output):
        output.rename(old)
        try:
            new.rename(output)
        except BaseException:
            old.rename(output)
            raise
        remove(old)


def _made_by_a_build(output: Path) -> bool:
    # Other programs call files manifest.json too: browser extensions, web apps.
    try:
        manifest = json.loads((output / MARK).read_bytes())
    except (OSError, ValueError):
        return False
    return isinstance(manifest, dict) and str(manifest.get("generator")).startswith("dreiebok ")


def _exchange(first: Path, second: Path) -> bool:
    """Exchange two names in one step of the kernel (renameat2 or renamex_np), if it can."""
    names = os.fsencode(first), os.fsencode(second)
    try:
        library = ctypes.CDLL(None, use_errno=True)
        if sys.platform == "darwin":
            return bool(library.renamex_np(*names, _RENAME_SWAP) == 0)
        done = library.renameat2(_AT_FDCWD, names[0], _AT_FDCWD, names[1], _RENAME_EXCHANGE)
        return bool(done == 0)
    except (OSError, AttributeError):
        return False
