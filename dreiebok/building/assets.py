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


def fetched(project: Project) -> dict[str, bytes]:
    """Return what the project's print documents may fetch, by its path in their folder."""
    return {n: data for n, data in sorted(project.assets.items()) if n.startswith(FETCHED)}


def styles_of(project: Project) -> str:
    """Return a fingerprint of what print documents may fetch."""
    return fingerprint(*(part for one in fetched(project).items() for part in one))


def look_of(project: Project) -> str:
    """Return a fingerprint of all that may name a font: templates, and what documents fetch."""
    templates = (part for one in sorted(project.templates.items()) for part in map(str, one))
    return fingerprint(styles_of(project), *templates)


def assets_folder(project: Project, work: Path) -> Path:
    """Return a folder with the project's assets, as they were read.

    The renderer may look into this folder, and nowhere else: not into the sources, which somebody
    may save while it works. Its name tells what it holds, so other assets never get into it.
    """
    folder = real(work) / ASSETS / styles_of(project)[:16]
    write_tree(folder, fetched(project))
    return folder
