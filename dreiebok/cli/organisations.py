"""The build of many organisations: where each goes, and what the terminal shows of it."""

import argparse
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from dreiebok.building.folders import Folders, find_organisations
from dreiebok.building.options import Options
from dreiebok.building.publishing import check_work
from dreiebok.building.writing import only_one
from dreiebok.building.zipping import package_path
from dreiebok.cli.console import Console
from dreiebok.cli.options import BESIDE
from dreiebok.problems import ExitCode, WrongUse

OptionsOf = Callable[[argparse.Namespace, Folders], Options]
"""How to build what lies in folders, as the command line asks for it."""


def build_organisations(
    arguments: argparse.Namespace, console: Console, options_of: OptionsOf
) -> int:
    """Build every organisation's folder in a folder; return the exit code."""
    if arguments.organisation:
        raise WrongUse("--organisation and --organisations do not go together")
    if arguments.zip and arguments.zip != BESIDE:
        raise WrongUse("with --organisations, --zip takes no file: each ZIP lies beside its site")
    folder: Path = arguments.organisations
    work: Path = arguments.work or folder / "build"
    ours = (work, *([arguments.output] if arguments.output else []))
    listed = find_organisations(folder, arguments.source, arguments.base, ours)
    for name in listed.passed_over:
        console.say(f"{name}: passed over, it has no organisation.yml")
    builds = {
        name: _one_of_many(options_of(arguments, folders), name, arguments, work)
        for name, folders in listed.found.items()
    }
    console.base = next((one.base for one in listed.found.values() if one.base), None)
    check_work(work)
    with only_one(work, console.say):
        return _build(arguments, builds, console)


def _build(arguments: argparse.Namespace, builds: dict[str, Options], console: Console) -> int:
    from dreiebok.building import distant, workers
    from dreiebok.building.many import build_here, build_many
    from dreiebok.building.stages import Result

    def tell(result: Result) -> None:
        options, outcome = builds[result.name], result.outcome
        console.problems(outcome.problems, arguments.organisations)
        if result.current:
            console.say(f"{result.name}: {options.output}/ is up to date: nothing has changed")
        elif not result.failed:
            console.say(
                f"{result.name}: {options.output}/: {outcome.pages} pages and {outcome.prints} "
                f"PDFs ({outcome.rendered} rendered anew)"
            )
        if result.trouble:
            console.error(f"{result.name}: {result.trouble}")
        if result.fault:
            console.error(f"{result.name}: this is our own fault, not yours:")
            console.lines(result.fault)
        if options.package and not result.failed:
            console.say(f"{result.name}: {options.package}: the site as one file")

    jobs = arguments.jobs or workers.default_jobs()
    if arguments.cluster:
        with workers.start(jobs) as near, distant.connect(arguments.cluster) as far:
            results = build_many(builds, near, far, jobs + 1, console.progress, tell)
    else:
        results = build_here(builds, jobs, console.progress, tell)
    failed = [result for result in results if result.failed]
    if not failed:
        console.say(f"{len(results)} organisations: all well")
        return ExitCode.OK
    names = ", ".join(result.name for result in failed)
    console.error(f"{len(failed)} of {len(results)} organisations failed (see above): {names}")
    if any(result.fault for result in failed):
        return ExitCode.INTERNAL
    return ExitCode.MISSING if any(result.refused for result in failed) else ExitCode.PROBLEMS


def _one_of_many(options: Options, name: str, arguments: argparse.Namespace, work: Path) -> Options:
    """Return how to build one of many: all share a cache, each has a work folder of its own."""
    output = arguments.output / name if arguments.output else options.source / "site"
    return replace(
        options,
        output=output,
        work=work / "editions" / name,
        shared=work / "cache",
        package=arguments.zip and package_path(arguments.zip, output),
    )
