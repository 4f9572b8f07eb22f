"""Where a path really leads: a folder that somebody has sent may hold any link."""

import os
from pathlib import Path

from dreiebok.problems import WrongUse


def real(path: Path) -> Path:
    """Return an absolute path with its links followed, as far as they lead.

    A link that leads in a circle stays what it is: `Path.resolve` raises for it or not, depending
    on the version of Python.
    """
    return Path(os.path.realpath(path))


def shown(name: str) -> str:
    """Return a name as it can be written anywhere; on a disk its bytes need not be UTF-8."""
    return os.fsencode(name).decode("utf-8", "replace")


def is_inside(path: Path, folder: Path) -> bool:
    """Tell whether a path lies in a folder, once all links are followed."""
    return real(path).is_relative_to(real(folder))


def real_folder(folder: Path) -> Path:
    """Return where a folder that a person names is, or is to be made.

    Raises WrongUse where there can be none: links in a circle, a name that is too long, another
    user's folder on the way.
    """
    found = real(folder)
    # What `exists` makes of these depends on the version of Python too.
    try:
        found.stat()
    except FileNotFoundError:
        return found
    except OSError as error:
        raise WrongUse(f"cannot make the folder “{folder}”: {error.strerror}") from error
    return found
