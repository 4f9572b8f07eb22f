"""Files and folders that come about beside their place and then take it in one step.

While one is being made it has a hidden name and is held by a lock (flock), which the system lets go
of when the process ends, however it ends. So whoever comes later can tell what a killed process has
left over from what another one is still writing, and removes only the former.
"""

import os
import shutil
import stat
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from dreiebok.problems import WrongUse, refusal

_NEW = ".new-"
"""Stands in the hidden name of what is being made."""


def write_atomically(
    path: Path, data: bytes | Callable[[BinaryIO], object], mode: int = 0o600
) -> None:
    """Write a file so that a reader, now or after a crash, finds the old one or the whole new one.

    Instead of its bytes there may be what writes them, so that they need not be in memory at once.
    The temporary file is gone afterwards; one that a killed process left over is removed by
    `clear_left_overs`.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, new = _begin_file(path)
    try:
        with naming(path), os.fdopen(handle, "wb") as file:
            data(file) if callable(data) else file.write(data)
            file.flush()
            new.chmod(mode)
            new.replace(path)
    except BaseException:
        new.unlink(missing_ok=True)
        raise


@contextmanager
def naming(path: Path) -> Iterator[None]:
    """Let an error of the system name a file: for one that has no room it names none itself."""
    try:
        yield
    except OSError as error:
        error.filename = error.filename or str(path)
        raise


def write_file(path: Path, data: bytes, *, private: bool = True) -> None:
    """Put a file in its place in one step; a private one, maybe confidential, is its owner's.

    Another one that is there already goes on being whose it was: of its owner, or of a group.
    Raises WrongUse where there can be none.
    """
    make_folder(path.parent)
    if path.is_dir():
        raise WrongUse(f"“{path}” is a folder; name a file")
    clear_left_overs(path)
    known = stat.S_IMODE(path.stat().st_mode) if path.is_file() else 0o644
    write_atomically(path, data, 0o600 if private else known)


@contextmanager
def new_folder(place: Path) -> Iterator[Path]:
    """Give an empty folder beside a place; what then has its name is removed, whatever happens."""
    make_folder(place.parent)
    clear_left_overs(place)
    handle, folder = _begin_folder(place)
    try:
        yield folder
    finally:
        if handle is not None:
            os.close(handle)
        remove(folder)


def clear_left_overs(place: Path) -> None:
    """Remove what killed processes left beside a place, but nothing that is still being made."""
    _clear(place.parent, _prefix(place))


def clear_folder(folder: Path) -> None:
    """Remove what killed processes left of any file in a folder."""
    _clear(folder, "")


def make_folder(folder: Path) -> None:
    """Make a folder where there is none; raise WrongUse where none can be made.

    What the disk refuses, room or the right to write, is raised as it is.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        if refusal(error):
            raise
        raise WrongUse(f"cannot make the folder “{folder}”: {error.strerror}") from error


def remove(path: Path) -> None:
    """Remove a file or a folder, if it is there; folders that are read-only too."""
    if not path.is_dir() or path.is_symlink():
        path.unlink(missing_ok=True)
        return
    shutil.rmtree(path, ignore_errors=True)
    if path.exists():
        # Names can be taken out of a folder only by who may write there.
        for inside, _, _ in os.walk(path):
            with suppress(OSError):
                Path(inside).chmod(0o700)
        shutil.rmtree(path, ignore_errors=True)


@contextmanager
def only_one(folder: Path, tell: Callable[[str], None]) -> Iterator[None]:
    """Hold a work folder for this process; a second build tells that it waits for the first."""
    make_folder(folder)
    path = folder / ".lock"
    while True:
        with path.open("w") as file:
            if not lock(file.fileno()):
                tell(f"waiting for another build in {folder}/")
                lock(file.fileno(), wait=True)
            # Somebody may have deleted the folder while another build held it.
            if path.exists() and _is_open_as(path, file.fileno()):
                yield
                return
        make_folder(folder)


@contextmanager
def held(path: Path) -> Iterator[bool]:
    """Hold a folder or file that is there; gives whether nobody else does."""
    if sys.platform == "win32":
        yield True
        return
    handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
    try:
        yield lock(handle)
    finally:
        os.close(handle)


def lock(handle: int, *, wait: bool = False) -> bool:
    """Take the lock of an open file or folder; tell whether it was free.

    It is let go of when the file is closed. Windows and some network disks have none: there it
    counts as held by nobody.
    """
    if sys.platform == "win32":
        return True
    import fcntl

    try:
        fcntl.flock(handle, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return True
    return True


def _prefix(place: Path) -> str:
    # A name may have 255 bytes, and signs of some scripts take four.
    return f".{place.name[:40]}{_NEW}"


def _begin_file(place: Path) -> tuple[int, Path]:
    """Return an open, locked file beside a place. It is its owner's alone: so makes it mkstemp."""
    while True:
        handle, name = tempfile.mkstemp(prefix=_prefix(place), dir=place.parent)
        # Between the two steps somebody may have taken it for a left-over.
        if lock(handle) and _is_open_as(Path(name), handle):
            return handle, Path(name)
        os.close(handle)


def _begin_folder(place: Path) -> tuple[int | None, Path]:
    while True:
        folder = Path(tempfile.mkdtemp(prefix=_prefix(place), dir=place.parent))
        if sys.platform == "win32":
            return None, folder
        with suppress(FileNotFoundError):
            handle = os.open(folder, os.O_RDONLY)
            if lock(handle) and _is_open_as(folder, handle):
                return handle, folder
            os.close(handle)


def _is_open_as(path: Path, handle: int) -> bool:
    try:
        return os.path.samestat(path.stat(), os.fstat(handle))
    except FileNotFoundError:
        return False


def _clear(folder: Path, prefix: str) -> None:
    for path in folder.iterdir() if folder.is_dir() else ():
        if path.name.startswith(prefix or ".") and _NEW in path.name:
            with suppress(OSError), held(path) as is_ours:
                if is_ours:
                    remove(path)
