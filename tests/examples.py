"""The example organisations over the real base, read once for all tests that look at them."""

from collections.abc import Mapping
from pathlib import Path

from dreiebok.building.loading import load_handbook
from dreiebok.building.reading import Project, read_project
from dreiebok.model.handbook import Handbook

EXAMPLES = ("solbakken", "nordlys-sikkerhet", "nav-fjord")
ExampleProjects = Mapping[str, tuple[Project, Handbook]]


def load_examples(root: Path) -> ExampleProjects:
    """Read each; a problem in one, a warning too, fails here."""
    assert sorted(EXAMPLES) == sorted(
        p.name for p in (root / "organisations").iterdir() if p.is_dir()
    )
    found = {}
    for name in EXAMPLES:
        project = read_project(root / "organisations" / name, base=root)
        handbook, problems = load_handbook(project)
        assert problems == (), name
        found[name] = (project, handbook)
    return found
