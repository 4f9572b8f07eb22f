"""The commands. Heavy imports happen inside: a build with nothing to do loads no renderer."""

import argparse
import os
import re
from concurrent.futures import Executor
from pathlib import Path

from dreiebok.building.folders import Folders, find_folders
from dreiebok.building.leftovers import clear_up
from dreiebok.building.options import Options, Selection
from dreiebok.building.paths import real
from dreiebok.building.program import PACKAGED_BASE
from dreiebok.building.publishing import check_output, check_rights
from dreiebok.building.reading import Project, read_project
from dreiebok.building.state import problems_told, remember, state_key
from dreiebok.building.writing import only_one
from dreiebok.building.zipping import check_package, package_path, write_package
from dreiebok.cli.console import Console
from dreiebok.problems import ExitCode, WrongUse, has_errors

_WRITING = {("accept", ""), ("release", ""), ("translate", "add"), ("translate", "update")}
"""Commands that write among the sources; what a package carries is not theirs to change."""


def _build(arguments: argparse.Namespace, console: Console) -> int:
    if arguments.organisations:
        from dreiebok.cli.organisations import build_organisations

        return build_organisations(arguments, console, options_of)
    options = _options(arguments, console)
    check_output(options.output, options.work, options.source)
    check_package(options.package, options.output)
    with only_one(options.work, console.say):
        clear_up(options)
        console.watch(options.output)
        project = read_project(options.source, options.organisation, options.base)
        key = state_key(project, options)
        if (told := problems_told(options, key)) is not None:
            console.problems(told, project.root)
            console.say(f"{options.output}/ is up to date: nothing has changed")
            code: int = ExitCode.OK
        else:
            code = _build_now(project, options, console, arguments.cluster)
        if code == ExitCode.OK and options.package:
            write_package(options.package, options.output)
            console.say(f"{options.package}: the site as one file")
        return code


def _build_now(project: Project, options: Options, console: Console, cluster: str | None) -> int:
    from dreiebok.building import workers

    check_rights(options.output)
    with _crew(options, cluster) as pool:
        # Imported while the workers do the same: they load the model and the templates' engine.
        from dreiebok.building import locking
        from dreiebok.building.build import build

        with workers.letting_go(pool):
            outcome = build(project, options, console.progress, pool)
    console.problems(outcome.problems, project.root)
    if outcome.failed:
        console.error("nothing was written")
        return ExitCode.PROBLEMS
    project = locking.add_to_lock(project)
    remember(options, state_key(project, options), outcome.problems)
    if console.verbose:
        for locale, counts in outcome.terms.items():
            for term, count in sorted(counts.items()):
                console.say(f"terms: {locale}: {term} replaced in {count} places")
    console.say(
        f"{options.output}/: {outcome.pages} pages and {outcome.prints} PDFs "
        f"({outcome.rendered} rendered anew)"
    )
    return ExitCode.OK


def _crew(options: Options, cluster: str | None) -> Executor:
    """Return the workers of the cluster whose address is given; without one, some of our own."""
    if cluster:
        from dreiebok.building import distant

        return distant.connect(cluster)
    from dreiebok.building import workers

    jobs = options.jobs or workers.default_jobs()
    return workers.start(jobs, prints=options.selection.prints)


def _serve(arguments: argparse.Namespace, console: Console) -> int:
    from dreiebok.building.serving import serve

    return serve(_options(arguments, console), arguments.host, arguments.port, console)


def _check(arguments: argparse.Namespace, console: Console) -> int:
    from dreiebok.building.plan import check_project

    project = _project(arguments, console)
    problems = check_project(project, Selection(languages=tuple(arguments.language)))
    console.problems(problems, project.root)
    if has_errors(problems):
        return ExitCode.PROBLEMS
    console.say("no errors")
    return ExitCode.OK


def _collect(arguments: argparse.Namespace, console: Console) -> int:
    from dreiebok.answers.tables import Delimiter
    from dreiebok.building.gathering import Wanted, gather

    wanted = Wanted(
        tuple(arguments.files),
        arguments.output,
        arguments.scores,
        arguments.report,
        arguments.with_text,
        arguments.with_names,
        arguments.minimum,
        Delimiter(arguments.delimiter),
    )
    found = gather(_project(arguments, console), wanted, console.progress)
    console.problems(found.problems, None)
    for path in found.written:
        console.say(f"{path}: from {found.read} form{'s' * (found.read != 1)}")
    if not found.written:
        console.error("no form could be read; nothing was written")
    left_out = has_errors(found.problems)
    return ExitCode.PROBLEMS if left_out or not found.written else ExitCode.OK


def _fill(arguments: argparse.Namespace, console: Console) -> int:
    from dreiebok.building.prefilling import prefill

    project = _project(arguments, console)
    console.given = arguments.data
    found = prefill(project, arguments.form, arguments.data, arguments.copies, arguments.output)
    console.problems(found.problems, project.root)
    if found.problems:
        console.error("nothing was written")
        return ExitCode.PROBLEMS
    for path in found.written:
        console.say(str(path))
    return ExitCode.OK


def _translate(arguments: argparse.Namespace, console: Console) -> int:
    from dreiebok.building import reviewing, translating

    project = _project(arguments, console)
    match arguments.action:
        case "extract":
            written = translating.extract(project, arguments.output)
        case "update":
            written = translating.update(project, tuple(arguments.locales))
        case "add":
            written = translating.add(project, arguments.locale)
        case "check":
            problems = reviewing.review(project, tuple(arguments.locales))
            console.problems(problems, project.root)
            if not problems:
                console.say("no slips")
            return ExitCode.PROBLEMS if problems else ExitCode.OK
        case _:
            for line in translating.table(translating.status(project)):
                console.show(line)
            return ExitCode.OK
    for path in written:
        console.say(str(path))
    return ExitCode.OK


def _accept(arguments: argparse.Namespace, console: Console) -> int:
    from dreiebok.building.locking import accept_base

    for name in accept_base(_project(arguments, console), tuple(arguments.ids)):
        console.say(f"{name}: the base of today is accepted")
    return ExitCode.OK


def _release(arguments: argparse.Namespace, console: Console) -> int:
    from dreiebok.building.releasing import release

    path = release(_project(arguments, console))
    console.say(f"{path}: the edition of today; write under “news:” what is new in it")
    return ExitCode.OK


def _new(arguments: argparse.Namespace, console: Console) -> int:
    from dreiebok.building.starting import start_organisation

    written = start_organisation(arguments.folder, arguments.name)
    if console.verbose:
        for path in written:
            console.say(path)
    console.say(f"{arguments.folder}/: {len(written)} files; README.md tells what they are")
    console.say("Next, in that folder: dreiebok build (or make site), then open site/index.html")
    return ExitCode.OK


def _export(arguments: argparse.Namespace, console: Console) -> int:
    from dreiebok.building.exporting import export

    project = _project(arguments, console)
    wanted = Selection(tuple(arguments.language), tuple(arguments.programme), prints=False)
    found = export(project, wanted, arguments.folder)
    console.problems(found.problems, project.root)
    if not found.languages:
        console.error("nothing was written")
        return ExitCode.PROBLEMS
    console.say(
        f"{arguments.folder}/: {found.pages} pages in {', '.join(found.languages)}; "
        "README.md tells how to build them"
    )
    return ExitCode.OK


def _schemas(arguments: argparse.Namespace, console: Console) -> int:
    from dreiebok.building.schemas import schema_files
    from dreiebok.building.writing import write_file

    files, folder = schema_files(), arguments.source / "schemas"
    if folder.is_symlink():
        raise WrongUse(f"“{folder}” is a link; remove it, or name another folder with --source")
    for name, data in files.items():
        # Whatever else lies there is somebody's.
        write_file(folder / name, data, private=False)
    console.say(f"schemas/: {len(files)} files")
    return ExitCode.OK


def _options(arguments: argparse.Namespace, console: Console) -> Options:
    return options_of(arguments, _folders(arguments, console))


def options_of(arguments: argparse.Namespace, folders: Folders) -> Options:
    """Return how to build what lies in folders. Raises WrongUse for what the surroundings say."""
    # An organisation's edition is made in its own folder.
    here = folders.root if folders.base else Path()
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    # The time stamp of a gzip file has 32 bits: they last until the year 2106.
    if epoch is not None and not (re.fullmatch("[0-9]{1,10}", epoch) and int(epoch) < 2**32):
        raise WrongUse(f"SOURCE_DATE_EPOCH is “{epoch}”; it must be seconds since 1970")
    only = getattr(arguments, "only", None)
    output = getattr(arguments, "output", None) or here / "site"
    package = getattr(arguments, "zip", None)
    return Options(
        source=folders.root,
        output=output,
        work=arguments.work or here / "build",
        selection=Selection(
            tuple(arguments.language),
            tuple(arguments.programme),
            only != "print",
            only != "website",
            arguments.start,
            arguments.participants,
            arguments.paper,
            tuple(dict.fromkeys(arguments.beside)),
            arguments.engine,
        ),
        jobs=arguments.jobs,
        strict=getattr(arguments, "strict", False),
        epoch=int(epoch) if epoch else None,
        organisation=folders.settings,
        base=folders.base,
        package=package and package_path(package, output),
    )


def _folders(arguments: argparse.Namespace, console: Console) -> Folders:
    """Return the folders that the options mean, and let the console find the lines of files."""
    found = find_folders(
        arguments.source, getattr(arguments, "organisation", None), getattr(arguments, "base", None)
    )
    console.root, console.base = found.root, found.base
    command = (arguments.command, getattr(arguments, "action", ""))
    if command in _WRITING and real(found.root) == real(PACKAGED_BASE):
        raise WrongUse(
            f"“{' '.join(command).strip()}” writes to the handbook's own folder, and there is none "
            f"in “{arguments.source}”: run it in a folder with content/, or name one with --source"
        )
    return found


def _project(arguments: argparse.Namespace, console: Console) -> Project:
    found = _folders(arguments, console)
    return read_project(found.root, found.settings, found.base)


COMMANDS = {
    "accept": _accept,
    "build": _build,
    "serve": _serve,
    "check": _check,
    "collect": _collect,
    "export": _export,
    "fill": _fill,
    "new": _new,
    "release": _release,
    "schemas": _schemas,
    "translate": _translate,
}
"""What each command does, by its name."""
