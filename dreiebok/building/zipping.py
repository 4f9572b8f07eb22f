"""The site as one ZIP file, to open from a USB stick: unpack it, and open START.html.

The file is the same for the same site: names are sorted, and the time is the edition's date.
Every name can be unpacked on Windows (Microsoft, “Naming Files, Paths, and Namespaces”).
"""

import json
import re
import zipfile
from collections.abc import Iterable, Iterator
from html import escape
from io import BytesIO
from pathlib import Path, PurePosixPath
from typing import Any

from dreiebok.building.archives import Folder, read_files
from dreiebok.building.paths import is_inside
from dreiebok.building.publishing import MARK
from dreiebok.building.writing import write_file
from dreiebok.problems import Code, Location, Problem, SourceError, WrongUse

MAX_NAME = 199
"""Windows takes paths of 260 signs; the rest is for the folder that it is unpacked to."""
INSIDE = "site/"
START = "START.html"
READ_ME = "LES MEG.txt"
_RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\..*)?", re.IGNORECASE)
_FORBIDDEN = re.compile(r'[<>:"|?*\\\x00-\x1f]')
_PACKED = frozenset({".pdf", ".woff2", ".png", ".jpg", ".jpeg", ".gz", ".webp"})
"""What is compressed already."""
_START_PAGE = """<!doctype html>
<html lang="nb">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="refresh" content="0; url=site/index.html">
<title>{title}</title>
</head>
<body>
<p><a href="site/index.html">{title}</a></p>
</body>
</html>
"""
_READ_ME = """{title}
{line}

{edition}

Slik åpner du den
-----------------
1. Pakk ut hele ZIP-fila til en mappe eller en minnepinne. (Windows: høyreklikk, «Pakk ut alle».)
2. Åpne START.html i nettleseren.

Alt ligger i mappa «site»: sider, søk, skjemaer og PDF-er til å skrive ut. Du trenger ikke nett,
og ingenting av det du skriver, blir lagret eller sendt.

How to open it
--------------
1. Unpack the whole ZIP file to a folder or a USB stick.
2. Open START.html in your browser.

Everything is in the folder “site”. No network is needed; nothing you write is stored or sent.
"""


def package_path(wanted: Path, output: Path) -> Path:
    """Return where the ZIP file goes: the wanted place, or beside the site if none is named."""
    return wanted if wanted != Path() else output.with_name(f"{output.name}.zip")


def check_package(path: Path | None, output: Path) -> None:
    """Raise WrongUse for a place that the next build would replace, or that is a folder."""
    if path is None:
        return
    if is_inside(path, output):
        raise WrongUse(
            f"“{path}” lies in the site's folder “{output}”, which is replaced as a whole"
        )
    if path.is_dir():
        raise WrongUse(f"“{path}” is a folder; name a ZIP file")


def check_packable(site: Path) -> tuple[Problem, ...]:
    """Return a problem for each file of a finished site that Windows could not unpack."""
    return tuple(check_names(f"{INSIDE}{name}" for name in Folder(site)))


def write_package(path: Path | None, output: Path) -> None:
    """Write a finished site as one file, if there is to be one.

    Raises SourceError (unsafe-name) for a page or PDF that Windows could not unpack.
    """
    if path is not None:
        write_file(path, make_package(read_files(output)), private=False)


def make_package(site: dict[str, bytes]) -> bytes:
    """Return the ZIP file of a finished site's files by path, the manifest among them."""
    files = {f"{INSIDE}{name}": data for name, data in site.items()}
    if problems := tuple(check_names(files)):
        raise SourceError(*problems)
    manifest = json.loads(site[MARK])
    files |= {START: _start(manifest), READ_ME: _read_me(manifest)}
    year, month, day = map(int, manifest["edition"]["date"].split("-"))
    # The first year that a ZIP file knows.
    when = (max(year, 1980), month, day, 0, 0, 0)
    blob = BytesIO()
    with zipfile.ZipFile(blob, "w") as archive:
        for name, data in sorted(files.items()):
            entry = zipfile.ZipInfo(name, when)
            entry.create_system = 3  # as on Unix, wherever it is made
            entry.external_attr = 0o100644 << 16
            packed = PurePosixPath(name).suffix in _PACKED
            entry.compress_type = zipfile.ZIP_STORED if packed else zipfile.ZIP_DEFLATED
            archive.writestr(entry, data)
    return blob.getvalue()


def check_names(names: Iterable[str]) -> Iterator[Problem]:
    """Yield a problem for each name that Windows could not unpack."""
    seen: dict[str, str] = {}
    for name in sorted(names):
        why = ""
        if len(name) > MAX_NAME:
            why = f"it has {len(name)} signs, and Windows has room for {MAX_NAME}"
        elif (same := seen.setdefault(name.casefold(), name)) != name:
            why = f"Windows cannot tell it from “{same}”"
        for part in name.split("/"):
            if _RESERVED.fullmatch(part) or part.endswith((".", " ")) or _FORBIDDEN.search(part):
                why = f"Windows takes no file called “{part}”"
        if why:
            yield Problem(
                Code.UNSAFE_NAME,
                f"the file cannot be unpacked everywhere: {why}",
                Location(name),
                "Its name comes from the id of what it shows: give that another id.",
            )


def _title(manifest: dict[str, Any]) -> str:
    edition = manifest["edition"]
    who = edition.get("organisation")
    return f"{edition['title']} – {who}" if who else str(edition["title"])


def _start(manifest: dict[str, Any]) -> bytes:
    """Return the page that leads to the site, with a link where nothing leads by itself."""
    return _START_PAGE.format(title=escape(_title(manifest))).encode()


def _read_me(manifest: dict[str, Any]) -> bytes:
    """Return what to do, in words for a person who has got a USB stick."""
    title, edition = _title(manifest), manifest["edition"]
    said = f"Utgave {edition['base_version']}, {edition['date']}"
    text = _READ_ME.format(title=title, line="=" * len(title), edition=said)
    # Notepad on older machines knows the ends of lines and the encoding by these.
    return b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode()
