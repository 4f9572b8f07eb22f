"""Finished artefacts on disk while a build goes on, so that memory need not hold them all at once.

What was rendered of one language is some 30 MB. It waits in the work folder, which is locked, until
the site is put together, and is removed then.
"""

import pickle
from collections.abc import Iterator, MutableMapping
from itertools import count
from pathlib import Path
from typing import TypeVar

from dreiebok.building.writing import make_folder, remove

RENDERED = "rendered"
"""The folder in the work folder; a killed build leaves it for the next one to remove."""
T = TypeVar("T")


class Spool(MutableMapping[str, T]):
    """Values by name, each in a file of its own and read again whenever it is asked for.

    What the disk refuses is raised as OSError.
    """

    def __init__(self, folder: Path) -> None:
        """Use a folder, of which nothing else is kept."""
        remove(folder)
        self._folder = folder
        self._names: dict[str, int] = {}
        self._numbers = count()

    def __setitem__(self, name: str, value: T) -> None:
        """Write a value."""
        make_folder(self._folder)
        number = self._names.setdefault(name, next(self._numbers))
        self._file(number).write_bytes(pickle.dumps(value, pickle.HIGHEST_PROTOCOL))

    def __getitem__(self, name: str) -> T:
        """Read a value; raises KeyError."""
        # Written by this process, into a folder that is locked against others.
        value: T = pickle.loads(self._file(self._names[name]).read_bytes())  # noqa: S301
        return value

    def __delitem__(self, name: str) -> None:
        """Forget a value."""
        remove(self._file(self._names.pop(name)))

    def __iter__(self) -> Iterator[str]:
        """Go through the names in the order in which they came."""
        return iter(self._names)

    def __len__(self) -> int:
        """Count the values."""
        return len(self._names)

    def __contains__(self, name: object) -> bool:
        """Tell whether there is a value, without reading it."""
        return name in self._names

    def _file(self, number: int) -> Path:
        return self._folder / str(number)
