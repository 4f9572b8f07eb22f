"""Writes down an edition when it is released, so that the next one can tell what is new in it."""

import os
import re
from pathlib import Path

from dreiebok.building.loading import load_handbook
from dreiebok.building.paths import is_inside
from dreiebok.building.reading import Project
from dreiebok.building.writing import write_file
from dreiebok.editions.edition import Edition
from dreiebok.editions.making import make_edition
from dreiebok.editions.releases import elements_of, releases_of, slug
from dreiebok.problems import SourceError, WrongUse, has_errors
from dreiebok.sources.yaml_ import dump_yaml

FOLDER = "content/releases"
_ELEMENTS = re.compile(r"""^(["']?)elements\1[ \t]*:.*\n?(?:[ \t}\]].*\n?|\n)*""", re.MULTILINE)
"""The list in a file, up to the next key or comment at the beginning of a line."""


def release(project: Project) -> Path:
    """Write what the edition of today holds into its own file; return the path.

    A file that is there keeps all that stands around its elements, such as the authors' words.
    Raises SourceError for a handbook with errors, WrongUse where the file is another edition's.
    """
    handbook, problems = load_handbook(project)
    if has_errors(problems):
        raise SourceError(*problems)
    edition = make_edition(handbook)
    known = {str(r.version): r for r in releases_of(handbook)}.get(edition.version)
    if known and (project.base is None or handbook.is_own(known.id)):
        path = project.root / known.id.at.file
        before = path.read_text(encoding="utf-8")
    else:
        path = _new_file(project, edition)
        before = _head(edition, own=project.base is not None)
    listed = dump_yaml({"elements": elements_of(edition)})
    text, count = _ELEMENTS.subn(lambda _: listed, before, count=1)
    if not count:
        text = f"{before.rstrip()}\n{listed}"
    write_file(path, text.encode(), private=False)
    return path


def _new_file(project: Project, edition: Edition) -> Path:
    """Return where an edition is written down for the first time."""
    folder, name = project.root / FOLDER, slug(edition.version)
    path = folder / f"{name}.yml"
    if not name:
        raise WrongUse(
            f"the version “{edition.version}” has no letter and no digit to name a file with; "
            "write another one in content/handbook.yml"
        )
    if not is_inside(folder, project.root):
        raise WrongUse(f"“{folder}” is a link that leads out of the project; make it a folder")
    if os.path.lexists(path):
        raise WrongUse(
            f"“{path}” holds another edition than “{edition.version}”, and stays as it is; give "
            "the version another name in content/handbook.yml, or that file"
        )
    return path


def _head(edition: Edition, *, own: bool) -> str:
    """Return the lines above the elements of an edition that is written down for the first time."""
    # An organisation's edition lies over the base's: their ids must differ.
    name = f"{'egen-' if own else ''}utgave-{slug(edition.version)}"
    facts = {
        "kind": "release",
        "id": name,
        "title": f"Utgave {edition.version}",
        "version": edition.version,
        "date": edition.date,
    }
    return dump_yaml(facts)
