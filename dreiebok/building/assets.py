"""The folder that print documents may fetch from: style sheets, fonts, images."""

from pathlib import Path

from dreiebok.building.paths import real
from dreiebok.building.publishing import write_tree
from dreiebok.building.reading import Project
from dreiebok.keeping import fingerprint

ASSETS = "assets"
"""Where they lie in the work folder; what earlier builds read is removed by `clear_up`."""
FETCHED = ("print/", "fonts/", "images/", "organisation.css")
"""What assets of print documents are called."""


def assets_folder(project: Project, work: Path) -> Path:
    """Return a folder with the project's assets, as they were read.

    The renderer may look into this folder, and nowhere else: not into the sources, which somebody
    may save while it works. Its name tells what it holds, so other assets never get into it.
    """
    fetched = {n: data for n, data in sorted(project.assets.items()) if n.startswith(FETCHED)}
    name = fingerprint(*(part for one in fetched.items() for part in one))[:16]
    folder = real(work) / ASSETS / name
    write_tree(folder, fetched)
    return folder
