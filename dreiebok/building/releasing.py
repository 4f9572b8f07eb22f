"""Writes down an edition when it is released, so that the next one can tell what is new in it."""

import re
from pathlib import Path

from dreiebok.building.loading import load_handbook
from dreiebok.building.reading import Project
from dreiebok.building.writing import write_file
from dreiebok.editions.edition import Edition
from dreiebok.editions.making import make_edition
from dreiebok.editions.releases import elements_of, releases_of, slug
from dreiebok.problems import SourceError, has_errors
from dreiebok.sources.yaml_ import dump_yaml

FOLDER = "content/releases"
_ELEMENTS = re.compile(r"^elements:.*\Z", re.MULTILINE | re.DOTALL)


def release(project: Project) -> Path:
    """Write what the edition of today holds into its own file; return the path.

    A file that is there keeps all that stands before its elements, such as the authors' words.
    Raises SourceError for a handbook with errors.
    """
    handbook, problems = load_handbook(project)
    if has_errors(problems):
        raise SourceError(*problems)
    edition = make_edition(handbook)
    known = {str(r.version): r for r in releases_of(handbook)}.get(edition.version)
    if known and (project.base is None or handbook.is_own(known.id)):
        path = project.root / known.id.at.file
        head = _ELEMENTS.sub("", path.read_text(encoding="utf-8"))
    else:
        path = project.root / FOLDER / f"{slug(edition.version)}.yml"
        head = _head(edition, own=project.base is not None)
    text = f"{head.rstrip()}\n{dump_yaml({'elements': elements_of(edition)})}"
    write_file(path, text.encode(), private=False)
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
