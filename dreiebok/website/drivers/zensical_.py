"""Builds a tree with Zensical, by the makers of Material, which brings a theme of the same build.

Its settings are global and its messages go to the terminal: it runs as a program of its own.
"""

import shutil
from pathlib import Path

from dreiebok.problems import Problem, has_errors
from dreiebok.website.drivers.command import run_module
from dreiebok.website.drivers.complaints import from_crash, from_report


def run(tree: Path, output: Path, epoch: int) -> tuple[Problem, ...]:
    """Build a tree into an output folder and return what the engine warned of.

    It writes no time into the site, so `epoch` has nothing to do here.
    """
    # It writes only below the folder of its configuration, as `site_dir` there says.
    made = tree / "site"
    shutil.rmtree(made, ignore_errors=True)
    code, said = run_module(
        "zensical", ("build", "--config-file", str(tree / "mkdocs.yml")), tree, {}
    )
    # What it keeps for the next time is about files that are written anew for every build.
    shutil.rmtree(tree / ".cache", ignore_errors=True)
    found = from_report(said)
    if code and not has_errors(found):
        found = (*found, from_crash(said, code))
    output.parent.mkdir(parents=True, exist_ok=True)
    shutil.rmtree(output, ignore_errors=True)
    if made.is_dir():
        shutil.move(made, output)
    return found
