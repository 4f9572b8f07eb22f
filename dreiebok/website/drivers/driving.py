"""Hands a tree to the engine that was chosen.

A tree holds plain Markdown under `docs/`, templates under `overrides/` and one flat `mkdocs.yml`.
Each engine has a file of its own, with a function that takes tree, output folder and time; MkDocs
can also build some pages alone. A new engine is such a file and a name in `model/engines.py`.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from dreiebok.model.engines import Engine
from dreiebok.problems import Problem
from dreiebok.website.drivers.installed import require

UNUSED = ("assets/javascripts/lunr/wordcut.js", "assets/javascripts/lunr/tinyseg.js")
"""Scripts of Material for Thai and Japanese, which our search never loads (`STOP_WORDS` in
`engines.py`): 700 kB in every language's site, and wordcut would put the LGPL on it."""
SOURCE_MAPS = "assets/**/*.map"
"""For who looks for faults in the theme's scripts: 1.3 MB in every language's site."""


@dataclass(frozen=True, slots=True)
class Built:
    """What an engine made of a tree.

    `problems` are what it complained of. `whole` tells whether all pages were built, `separable`
    whether each shows only its own words: then some can be built without the others.
    """

    problems: tuple[Problem, ...]
    whole: bool = True
    separable: bool = False


Driver = Callable[[Path, Path, int], tuple[Problem, ...]]
"""Builds a tree into an output folder and returns what the engine complained of. The third is the
time that gets into the site (seconds since 1970), where the engine writes one at all."""
PageDriver = Callable[[Path, Path, int, Collection[str] | None], Built]
"""The same for an engine that can build some pages alone."""


def drive_pages(
    engine: Engine, tree: Path, output: Path, epoch: int, pages: Collection[str] | None = None
) -> Built:
    """Build some pages of a tree, by their paths below `docs/`; all, where the engine can no less.

    None means all of them. What no page of ours needs is left out. Raises EngineMissing where the
    engine is not installed.
    """
    require(engine)
    # Loaded when it is needed: only the engine that is used costs time and memory.
    module = import_module(f"dreiebok.website.drivers.{engine}_")
    if engine is Engine.MKDOCS:
        run_pages: PageDriver = module.run_pages
        built = run_pages(tree, output, epoch, pages)
    else:
        run: Driver = module.run
        built = Built(run(tree, output, epoch))
    _clean(output)
    return built


def _clean(output: Path) -> None:
    for name in UNUSED:
        (output / name).unlink(missing_ok=True)
    for path in tuple(output.glob(SOURCE_MAPS)):
        path.unlink()
