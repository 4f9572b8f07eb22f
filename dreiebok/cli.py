"""The command line: options, exit codes, and what the terminal shows. Decides nothing else.

Heavy imports happen inside the commands: a build with nothing to do must not load a renderer.
"""

import argparse
import errno
import os
import re
import sys
import time
import traceback
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from dreiebok import __version__
from dreiebok.building.options import Options, Selection
from dreiebok.building.publishing import check_output, only_one
from dreiebok.building.reading import Project, find_root, read_line, read_project
from dreiebok.building.state import is_current, remember, state_key
from dreiebok.model.clock import parse_clock
from dreiebok.problems import (
    ExitCode,
    MissingOnMachine,
    Problem,
    Severity,
    SourceError,
    WrongUse,
    format_problem,
)

EXIT_CODES = """exit codes:
  0  fine
  1  problems in the sources; all are listed, nothing was written
  2  wrong use of a command or option
  3  something that this machine lacks; the message names it
  70 our own fault; please report it"""
_MACHINE_SAYS_NO = {
    errno.EACCES, errno.EDQUOT, errno.EMFILE, errno.ENOMEM, errno.ENOSPC, errno.EPERM, errno.EROFS,
}  # fmt: skip
"""What a disk or a system refuses, whatever the program does."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    parser = make_parser()
    first = arguments[0] if arguments else "-"
    if first.startswith("-") and first not in {"-h", "--help", "--version"}:
        arguments.insert(0, "build")
    options = parser.parse_args(arguments)
    console = Console(options.quiet, options.verbose)
    try:
        return int(_COMMANDS[options.command](options, console))
    except SourceError as error:
        console.problems(error.problems, options.source)
        return ExitCode.PROBLEMS
    except WrongUse as error:
        console.error(str(error))
        return ExitCode.USAGE
    except MissingOnMachine as error:
        console.error(str(error))
        return ExitCode.MISSING
    except KeyboardInterrupt:
        console.error("stopped; the site is as it was")
        return 130
    except OSError as error:
        if error.errno not in _MACHINE_SAYS_NO:
            return _our_fault(console)
        about = f": {error.filename}" if error.filename else ""
        console.error(f"this machine says no: {error.strerror}{about}; the site is as it was")
        return ExitCode.MISSING
    except Exception:
        return _our_fault(console)


def _our_fault(console: "Console") -> int:
    traceback.print_exc()
    console.error(
        f"this is our own fault, not yours (dreiebok {__version__}). "
        "Please report the lines above; the site is as it was."
    )
    return ExitCode.INTERNAL


def make_parser() -> argparse.ArgumentParser:
    """Return the parser with every command and option."""
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument(
        "--source", type=Path, default=Path(), metavar="DIR", help="project folder (default: here)"
    )
    common.add_argument("--quiet", action="store_true", help="say only what is wrong")
    common.add_argument("--verbose", action="store_true", help="name every artefact")
    select = argparse.ArgumentParser(add_help=False)
    select.add_argument(
        "--language", action="append", default=[], metavar="LANG", help="only this language"
    )
    select.add_argument(
        "--programme", action="append", default=[], metavar="ID", help="only this programme"
    )
    organisation = argparse.ArgumentParser(add_help=False)
    organisation.add_argument(
        "--organisation",
        type=Path,
        default=None,
        metavar="FILE",
        help="settings of the organisation whose edition it is (default: organisation.yml)",
    )
    printing = argparse.ArgumentParser(add_help=False)
    printing.add_argument(
        "--start", type=_clock, metavar="HH:MM", help="print the time of day of every step"
    )
    printing.add_argument(
        "--participants", type=_group, metavar="N", help="how many forms a meeting kit holds"
    )
    printing.add_argument(
        "--paper", choices=("a4", "letter"), help="the paper in the printer (default: a4)"
    )
    making = argparse.ArgumentParser(add_help=False)
    making.add_argument(
        "--jobs", type=_positive, default=0, metavar="N", help="worker processes (default: cores)"
    )
    making.add_argument(
        "--work", type=Path, default=None, metavar="DIR", help="cache folder (default: build/)"
    )

    parser = argparse.ArgumentParser(
        prog="dreiebok",
        description="Publish a facilitated-group method: one build renders a searchable website "
        "and print-ready, fillable, accessible PDFs.",
        epilog=EXIT_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"dreiebok {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    build = commands.add_parser(
        "build",
        parents=[common, select, organisation, printing, making],
        help="build everything to site/ (the default)",
    )
    build.add_argument("--only", choices=("website", "print"), help="only one of the two")
    build.add_argument(
        "--output", type=Path, default=None, metavar="DIR", help="where to (default: site/)"
    )
    build.add_argument("--strict", action="store_true", help="warnings stop the build too")
    serve = commands.add_parser(
        "serve",
        parents=[common, select, organisation, printing, making],
        help="live preview in the browser",
    )
    serve.add_argument("--port", type=_port, default=8000, help="port (default: 8000)")
    serve.add_argument("--host", default="127.0.0.1", help="address (default: 127.0.0.1)")
    commands.add_parser(
        "check", parents=[common, organisation], help="list all problems, write nothing"
    )
    commands.add_parser(
        "schemas", parents=[common], help="write the JSON Schemas of the sources to schemas/"
    )
    _add_collect(commands, common)
    return parser


def _add_collect(commands: Any, common: argparse.ArgumentParser) -> None:
    """Add the command that reads filled forms."""
    collect = commands.add_parser(
        "collect", parents=[common], help="read filled forms into a table, scores and a report"
    )
    collect.add_argument(
        "files", nargs="+", type=Path, metavar="FILES", help="filled PDFs, or folders of them"
    )
    for flags, help_ in (
        (("-o", "--output"), "write a row a form to FILE, .csv or .json"),
        (("--scores",), "write the results of surveys to FILE, .csv"),
        (("--report",), "write the results of surveys as a page to FILE, .html"),
    ):
        collect.add_argument(*flags, type=Path, metavar="FILE", help=help_)
    collect.add_argument("--with-text", action="store_true", help="take free text along")
    collect.add_argument("--with-names", action="store_true", help="take file names along")
    collect.add_argument(
        "--minimum",
        type=_positive,
        default=5,
        metavar="N",
        help="fewest answers shown (default: 5)",
    )
    collect.add_argument(
        "--delimiter",
        choices=("semicolon", "comma", "tab"),
        default="semicolon",
        help="between cells; with semicolon numbers have a decimal comma (default: semicolon)",
    )


class Console:
    """What the terminal shows. Problems go to the error stream, all else to the output."""

    def __init__(self, quiet: bool, verbose: bool) -> None:
        """Choose how much to say."""
        self.quiet, self.verbose = quiet, verbose
        self._live = sys.stderr.isatty() and not quiet
        self._started = time.monotonic()

    def say(self, words: str) -> None:
        """Say something that can be left out."""
        if not self.quiet:
            print(words, flush=True)

    def error(self, words: str) -> None:
        """Say what went wrong."""
        print(f"dreiebok: {words}", file=sys.stderr, flush=True)

    def progress(self, done: int, total: int, name: str) -> None:
        """Show how far a build has come: a moving line on a terminal once a second has passed."""
        if self.verbose:
            self.say(f"{done}/{total} {name}")
        elif self._live and time.monotonic() - self._started > 1:
            end = "\n" if done == total else ""
            print(f"\r\033[K{done}/{total} {name}", end=end, file=sys.stderr, flush=True)

    def problems(self, problems: Iterable[Problem], root: Path | None) -> None:
        """Show every problem, and how many there are; without a root, none of their lines."""
        found = tuple(problems)
        for problem in found:
            shown = format_problem(
                problem, lambda file, line: read_line(root, file, line) if root else None
            )
            print(shown, file=sys.stderr)
        errors = sum(problem.severity is Severity.ERROR for problem in found)
        if found:
            counts = f"{errors} error{'s' * (errors != 1)}"
            if warnings := len(found) - errors:
                counts += f", {warnings} warning{'s' * (warnings != 1)}"
            print(counts, file=sys.stderr, flush=True)


def _build(arguments: argparse.Namespace, console: Console) -> int:
    options = _options(arguments)
    check_output(options.output, options.work)
    with only_one(options.work):
        project = read_project(find_root(options.source), options.organisation)
        key = state_key(project, options)
        if is_current(options, key):
            console.say(f"{options.output}/ is up to date: nothing has changed")
            return ExitCode.OK
        return _build_now(project, options, key, console)


def _build_now(project: Project, options: Options, key: str, console: Console) -> int:
    from dreiebok.building import workers

    with workers.start(options.jobs or workers.default_jobs()) as pool:
        # Imported while the workers do the same: it loads the model and the templates' engine.
        from dreiebok.building.build import build

        outcome = build(project, options, console.progress, pool)
    console.problems(outcome.problems, project.root)
    if outcome.failed:
        console.error("nothing was written")
        return ExitCode.PROBLEMS
    remember(options, key)
    console.say(
        f"{options.output}/: {outcome.pages} pages and {outcome.prints} PDFs "
        f"({outcome.rendered} rendered anew)"
    )
    return ExitCode.OK


def _serve(arguments: argparse.Namespace, console: Console) -> int:
    from dreiebok.building.serving import serve

    return serve(_options(arguments), arguments.host, arguments.port, console)


def _check(arguments: argparse.Namespace, console: Console) -> int:
    from dreiebok.building.plan import check_project

    root = find_root(arguments.source)
    problems = check_project(read_project(root, arguments.organisation))
    console.problems(problems, root)
    if any(problem.severity is Severity.ERROR for problem in problems):
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
    found = gather(read_project(find_root(arguments.source)), wanted, console.progress)
    console.problems(found.problems, None)
    for path in found.written:
        console.say(f"{path}: from {found.read} form{'s' * (found.read != 1)}")
    if not found.written:
        console.error("no form could be read; nothing was written")
    left_out = any(problem.severity is Severity.ERROR for problem in found.problems)
    return ExitCode.PROBLEMS if left_out or not found.written else ExitCode.OK


def _schemas(arguments: argparse.Namespace, console: Console) -> int:
    from dreiebok.building.publishing import write_tree
    from dreiebok.building.schemas import schema_files

    files = schema_files()
    write_tree(arguments.source / "schemas", files)
    console.say(f"schemas/: {len(files)} files")
    return ExitCode.OK


def _options(arguments: argparse.Namespace) -> Options:
    here = Path()
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    # The time stamp of a gzip file has 32 bits: they last until the year 2106.
    if epoch is not None and not (re.fullmatch("[0-9]{1,10}", epoch) and int(epoch) < 2**32):
        raise WrongUse(f"SOURCE_DATE_EPOCH is “{epoch}”; it must be seconds since 1970")
    only = getattr(arguments, "only", None)
    return Options(
        source=arguments.source,
        output=getattr(arguments, "output", None) or here / "site",
        work=arguments.work or here / "build",
        selection=Selection(
            tuple(arguments.language),
            tuple(arguments.programme),
            only != "print",
            only != "website",
            arguments.start,
            arguments.participants,
            arguments.paper,
        ),
        jobs=arguments.jobs,
        strict=getattr(arguments, "strict", False),
        epoch=int(epoch) if epoch else None,
        organisation=arguments.organisation,
    )


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("must be 1 or more")
    return number


def _clock(text: str) -> int:
    try:
        return parse_clock(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _group(text: str) -> int:
    number = _positive(text)
    if not 2 <= number <= 40:
        raise argparse.ArgumentTypeError("must be 2 to 40")
    return number


def _port(text: str) -> int:
    number = _positive(text)
    if number > 65535:
        raise argparse.ArgumentTypeError("must be 65535 or less")
    return number


_COMMANDS = {
    "build": _build,
    "serve": _serve,
    "check": _check,
    "collect": _collect,
    "schemas": _schemas,
}
