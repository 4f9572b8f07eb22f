"""The folder that print documents may fetch from: style sheets, fonts, images."""

from pathlib import Path

from dreiebok.building.publishing import write_tree
from dreiebok.building.reading import Project

FETCHED = ("print/", "fonts/", "images/", "organisation.css")
"""What assets of print documents are called."""


def assets_folder(project: Project, work: Path) -> Path:
    """Return a folder with the project's assets.

    Where an organisation's files lie over a base, the two are put together in the work folder:
    the renderer may look into one folder, and nowhere else.
    """
    if project.base is None:
        return project.root / "templates"
    folder = work / "assets"
    fetched = {n: data for n, data in project.assets.items() if n.startswith(FETCHED)}
    write_tree(folder, fetched)
    return folder.resolve()
