"""organisation.lock on the disk: looked at always, added to by a build, renewed by `accept`."""

from collections.abc import Iterable
from dataclasses import replace
from difflib import get_close_matches

from dreiebok.building.overlaid import load_trees
from dreiebok.building.reading import SETTINGS, Project
from dreiebok.building.writing import write_file
from dreiebok.problems import Problem, SourceError, WrongUse, has_errors
from dreiebok.sources.locks import (
    Lock,
    accept,
    add_new,
    check_outdated,
    outdated,
    read_lock,
    write_lock,
)
from dreiebok.sources.overlaying import Overridden


def check_lock(project: Project, overridden: Iterable[Overridden]) -> tuple[Problem, ...]:
    """Return what is wrong with the lock, and a warning for each override that is outdated."""
    try:
        return tuple(check_outdated(_lock(project), overridden))
    except SourceError as error:
        return error.problems


def add_to_lock(project: Project) -> Project:
    """Write down the base under new overrides; return the project with the lock as it is now."""
    overridden = load_trees(project).overlaid.overridden
    old = _lock(project)
    new = add_new(old, overridden)
    return project if new == old else _written(project, new)


def accept_base(project: Project, names: tuple[str, ...]) -> tuple[str, ...]:
    """Take today's base for what overrides were made for, and return their ids.

    Without names, of all that are outdated. Raises WrongUse for an id that nothing overrides, and
    where nothing could; SourceError for an overlay with errors.
    """
    loaded = load_trees(project)
    problems = (*project.problems, *loaded.problems, *loaded.overlaid.problems)
    if has_errors(problems):
        raise SourceError(*problems)
    known = {one.id: one for one in loaded.overlaid.overridden}
    if not (known or project.base or project.organisation):
        raise WrongUse(
            "nothing here overrides a base: run “accept” in an organisation's folder, "
            f"with {SETTINGS}"
        )
    for name in names:
        if name not in known:
            near = get_close_matches(name, known, n=1)
            hint = f" Did you mean “{near[0]}”?" if near else ""
            raise WrongUse(f"nothing overrides “{name}”.{hint}")
    lock = _lock(project)
    wanted = names or tuple(one.id for one in outdated(lock, known.values()))
    new = accept(lock, known.values(), wanted)
    if new != lock:
        _written(project, new)
    return wanted


def _lock(project: Project) -> Lock:
    return read_lock(project.lock or b"", project.lock_name)


def _written(project: Project, lock: Lock) -> Project:
    data = write_lock(lock)
    if data != project.lock:
        write_file(project.lock_path, data, private=False)
    return replace(project, lock=data)
