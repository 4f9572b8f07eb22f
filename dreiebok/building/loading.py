"""From a project's bytes to its handbook, with all that is wrong with the sources."""

from dreiebok.building.reading import Project
from dreiebok.model.handbook import Handbook
from dreiebok.model.organisations import Organisation
from dreiebok.problems import Problem, sort_problems
from dreiebok.sources.assembling import assemble, check_handbook
from dreiebok.sources.parsing import SourceFile, parse_files, parse_organisation


def load_handbook(project: Project) -> tuple[Handbook, tuple[Problem, ...]]:
    """Return the handbook as far as it could be parsed, and all problems of its sources."""
    records, problems = parse_files(
        SourceFile(name, data) for name, data in sorted(project.sources.items())
    )
    handbook, doubles = assemble(records)
    found = [*project.problems, *problems, *doubles]
    # References into a file that could not be parsed would only repeat what is already said.
    if not found:
        found.extend(check_handbook(handbook))
    return handbook, sort_problems(found)


def load_organisation(project: Project) -> tuple[Organisation | None, tuple[Problem, ...]]:
    """Return the settings of the organisation whose edition it is, if any, and their problems."""
    for name, data in project.organisation.items():
        return parse_organisation(SourceFile(name, data))
    return None, ()
