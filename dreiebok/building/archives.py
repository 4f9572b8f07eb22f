"""A folder of files as one value, in little room, and as one blob for the cache."""

import io
import zipfile
import zlib
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path


class Squeezed(Mapping[str, bytes]):
    """Files by path, some of which are kept compressed until they are asked for."""

    def __init__(self, files: Mapping[str, bytes], some: Collection[str]) -> None:
        """Take files, and the paths of those to compress."""
        self._files = {
            name: zlib.compress(data, level=1) if name in some else data
            for name, data in files.items()
        }
        self._some = frozenset(some)

    def __getitem__(self, name: str) -> bytes:
        """Return a file; raises KeyError."""
        data = self._files[name]
        return zlib.decompress(data) if name in self._some else data

    def __iter__(self) -> Iterator[str]:
        """Go through the paths in the order in which they came."""
        return iter(self._files)

    def __len__(self) -> int:
        """Count the files."""
        return len(self._files)

    def __contains__(self, name: object) -> bool:
        """Tell whether there is a file, without reading it."""
        return name in self._files


def read_files(folder: Path) -> dict[str, bytes]:
    """Return every file below a folder by its path, sorted."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def pack(files: Mapping[str, bytes]) -> bytes:
    """Return the files as one uncompressed ZIP with no time in it."""
    blob = io.BytesIO()
    with zipfile.ZipFile(blob, "w", zipfile.ZIP_STORED) as archive:
        for name, data in sorted(files.items()):
            archive.writestr(zipfile.ZipInfo(name), data)
    return blob.getvalue()


def unpack(data: bytes) -> dict[str, bytes]:
    """Return the files of such a ZIP."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}
