"""Hands a tree to the engine that was chosen.

A tree holds plain Markdown under `docs/`, templates under `overrides/` and one flat `mkdocs.yml`.
Each engine is a function with the same shape, in a file of its own; a new one is a file, a line
here and a name in `model/engines.py`.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from dreiebok.model.engines import Engine
from dreiebok.problems import Problem
from dreiebok.website.drivers.installed import require

Driver = Callable[[Path, Path, int], tuple[Problem, ...]]
"""Builds a tree into an output folder and returns what the engine complained of. The third is the
time that gets into the site (seconds since 1970), where the engine writes one at all."""


UNUSED = ("assets/javascripts/lunr/wordcut.js", "assets/javascripts/lunr/tinyseg.js")
"""Scripts of Material for Thai and Japanese, which our search never loads (`STOP_WORDS` in
`engines.py`): 700 kB in every language's site, and wordcut would put the LGPL on it."""


@dataclass(frozen=True, slots=True)
class Built:
    """What an engine made of a tree.

    `problems` are what it complained of. `whole` tells whether all pages were built, `separable`
    whether each shows only its own words: then some can be built without the others.
    """

    problems: tuple[Problem, ...]
    whole: bool = True
    separable: bool = False


def drive(engine: Engine, tree: Path, output: Path, epoch: int) -> tuple[Problem, ...]:
    """Build a tree into an output folder with an engine; return what it complained of.

    What no page of ours needs is left out. Raises EngineMissing where it is not installed.
    """
    require(engine)
    # Loaded when it is needed: only the engine that is used costs time and memory.
    run: Driver = import_module(f"dreiebok.website.drivers.{engine}_").run
    problems = run(tree, output, epoch)
    _clean(output)
    return problems


def drive_pages(
    engine: Engine, tree: Path, output: Path, epoch: int, pages: Collection[str] | None
) -> Built:
    """Build some pages of a tree, by their paths below `docs/`; all, where the engine can no less.

    None means all of them. Raises EngineMissing where the engine is not installed.
    """
    if engine is not Engine.MKDOCS:
        return Built(drive(engine, tree, output, epoch))
    require(engine)
    run: Callable[[Path, Path, int, Collection[str] | None], Built]
    run = import_module("dreiebok.website.drivers.mkdocs_").run_pages
    built = run(tree, output, epoch, pages)
    _clean(output)
    return built


def _clean(output: Path) -> None:
    for name in UNUSED:
        (output / name).unlink(missing_ok=True)
