"""A folder of files as one value and as one blob for the cache."""

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path


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
