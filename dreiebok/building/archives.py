"""A folder of files as one value, in little room, and as one blob for the cache."""

import io
import zipfile
import zlib
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import BinaryIO


class _Files(Mapping[str, bytes]):
    """Files by path, each of which is read when it is asked for."""

    _names: Mapping[str, object]

    def __iter__(self) -> Iterator[str]:
        """Go through the paths in their order."""
        return iter(self._names)

    def __len__(self) -> int:
        """Count the files."""
        return len(self._names)

    def __contains__(self, name: object) -> bool:
        """Tell whether there is a file, without reading it."""
        return name in self._names


class Squeezed(_Files):
    """Files by path, some of which are kept compressed until they are asked for."""

    def __init__(self, files: Mapping[str, bytes], some: Collection[str]) -> None:
        """Take files, and the paths of those to compress."""
        self._names = self._files = {
            name: zlib.compress(data, level=1) if name in some else data
            for name, data in files.items()
        }
        self._some = frozenset(some)

    def __getitem__(self, name: str) -> bytes:
        """Return a file; raises KeyError."""
        data = self._files[name]
        return zlib.decompress(data) if name in self._some else data


class Folder(_Files):
    """The files of a folder by path, sorted as they are now; each is read when it is asked for."""

    def __init__(self, folder: Path) -> None:
        """Look at a folder."""
        self._folder = folder
        paths = sorted(path for path in folder.rglob("*") if path.is_file())
        self._names = dict.fromkeys(path.relative_to(folder).as_posix() for path in paths)

    def __getitem__(self, name: str) -> bytes:
        """Read a file; raises KeyError."""
        if name not in self._names:
            raise KeyError(name)
        return (self._folder / name).read_bytes()


def read_files(folder: Path) -> dict[str, bytes]:
    """Return every file below a folder by its path, sorted."""
    return dict(Folder(folder))


def pack(files: Mapping[str, bytes]) -> bytes:
    """Return the files as one ZIP with no time in it; a site takes a quarter of its room."""
    blob = io.BytesIO()
    write_packed(files, blob)
    return blob.getvalue()


def write_packed(files: Mapping[str, bytes], to: BinaryIO) -> None:
    """Write what `pack` returns; one file at a time: a folder's are read as they are asked for."""
    with zipfile.ZipFile(to, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name in sorted(files):
            about = zipfile.ZipInfo(name)
            about.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(about, files[name], compresslevel=1)


def unpack(data: bytes) -> dict[str, bytes]:
    """Return the files of such a ZIP."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}
