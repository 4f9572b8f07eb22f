"""Builds a tree with ProperDocs, the continuation of MkDocs 1.x, and the theme Material.

It takes the place of every module of MkDocs, so that themes and plugins find it under that name:
it runs as a program of its own.
"""

from pathlib import Path

from dreiebok.problems import Code, Location, Problem, has_errors
from dreiebok.website.drivers.command import run_module
from dreiebok.website.drivers.complaints import from_crash, from_log
from dreiebok.website.drivers.sandboxed import own_templates


def run(tree: Path, output: Path, epoch: int) -> tuple[Problem, ...]:
    """Build a tree into an output folder and return what the engine warned of."""
    if own := own_templates(tree):
        # It runs them with the rights of whoever builds.
        return tuple(_unsafe(name) for name in own)
    code, said = run_module(
        "properdocs",
        ("build", "--config-file", str(tree / "mkdocs.yml"), "--site-dir", str(output)),
        tree,
        # The messages are wrapped at the width of the terminal.
        {"SOURCE_DATE_EPOCH": str(epoch), "NO_MKDOCS_2_WARNING": "1", "COLUMNS": "100000"},
    )
    found = from_log(said.splitlines())
    if code and not has_errors(found):
        return (*found, from_crash(said, code))
    return found


def _unsafe(name: str) -> Problem:
    return Problem(
        Code.TEMPLATE_ERROR,
        "the engine “properdocs” has no sandbox for an organisation's own template",
        Location(f"templates/site/{name}"),
        "Choose the engine mkdocs or zensical, or take the template out.",
    )
