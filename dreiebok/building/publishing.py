"""Writes the finished site and puts it in place of the old one in a single step.

A reader, a web server or a killed build sees the old site or the whole new one, never a mixture:
the new site is written beside the old one and the two names are then exchanged by the kernel.
"""

import ctypes
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from dreiebok.building.cache import remove
from dreiebok.problems import WrongUse

MARK = "manifest.json"
"""A folder without one of ours was not made by a build and is never replaced."""
_AT_FDCWD = -100
_RENAME_EXCHANGE = 2
_RENAME_SWAP = 2


def write_tree(folder: Path, files: Mapping[str, bytes]) -> None:
    """Make a folder hold exactly these files; what has not changed keeps its time stamp."""
    for name in files:
        # A cache that came along with somebody's folder could name anything.
        if PurePosixPath(name).is_absolute() or ".." in PurePosixPath(name).parts:
            raise WrongUse(f"“{name}” leads out of “{folder}”. Remove the work folder's cache.")
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
        path.write_bytes(data)


def write_file(path: Path, data: bytes, *, private: bool = True) -> None:
    """Put a file in its place in one step; a private one, maybe confidential, is its owner's.

    A reader sees the old file or the whole new one. Raises WrongUse where there can be none.
    """
    make_folder(path.parent)
    if path.is_dir():
        raise WrongUse(f"“{path}” is a folder; name a file")
    # mkstemp gives the file to its owner alone.
    handle, name = tempfile.mkstemp(prefix=f".{path.name[:40]}.", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        if not private:
            Path(name).chmod(0o644)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def check_output(output: Path, work: Path) -> None:
    """Raise WrongUse when the output folder holds something that no build has made.

    That goes for the work folder too, whose cache would be replaced with the site.
    """
    if work.resolve().is_relative_to(output.resolve()):
        raise WrongUse(
            f"the work folder “{work}” lies in the output folder “{output}”, which is replaced as "
            "a whole. Choose another folder with --work or --output."
        )
    check_work(work)
    if output.is_dir() and any(output.iterdir()) and not _made_by_a_build(output):
        raise WrongUse(
            f"the folder “{output}” holds files that no build has made; it would be replaced. "
            "Choose another folder with --output, or empty it."
        )
    if output.exists() and not output.is_dir():
        raise WrongUse(f"“{output}” is a file; choose a folder with --output.")


def check_work(work: Path) -> None:
    """Raise WrongUse where the work folder, or what a build empties in it, is a link.

    A folder that somebody has sent may hold one: what it leads to would be emptied.
    """
    for path in (work, *work.glob("*"), *work.glob("markdown/*"), *work.glob("engine/*")):
        if path.is_symlink():
            raise WrongUse(
                f"“{path}” is a link, and a build empties its folders. Remove it, or name "
                "another folder with --work."
            )


@contextmanager
def staging(output: Path) -> Iterator[Path]:
    """Give an empty folder beside the output; it is gone afterwards, whatever happens."""
    make_folder(output.parent)
    for left_over in output.parent.glob(f".{output.name}.new-*"):
        remove(left_over)
    folder = output.parent / f".{output.name}.new-{os.getpid()}"
    make_folder(folder)
    try:
        yield folder
    finally:
        remove(folder)


def publish(new: Path, output: Path) -> None:
    """Put the staged folder in the output's place; the old site is removed afterwards."""
    for path in (*new.rglob("*"), new):
        # Web servers run as another user, and temporary files are private by default.
        path.chmod(0o755 if path.is_dir() else 0o644)
    if not output.exists():
        new.rename(output)
    elif not _exchange(new, output):
        # No exchange on this system: two steps, with a moment in which the name is missing.
        old = new.with_name(f"{new.name}-old")
        output.rename(old)
        new.rename(output)
        remove(old)


def copy_tree(source: Path, target: Path) -> None:
    """Copy a folder's files without their time stamps."""
    shutil.copytree(source, target, copy_function=shutil.copyfile, dirs_exist_ok=True)


@contextmanager
def only_one(folder: Path) -> Iterator[None]:
    """Hold the build folder for this process; a second build waits for the first."""
    make_folder(folder)
    if sys.platform == "win32":
        yield
        return
    import fcntl

    with (folder / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def make_folder(folder: Path) -> None:
    """Make a folder where there is none; raise WrongUse where none can be made."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise WrongUse(f"cannot make the folder “{folder}”: {error.strerror}") from error


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
