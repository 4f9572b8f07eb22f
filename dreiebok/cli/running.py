"""Runs one command: its exit code, whatever happens on the way."""

import sys
import traceback
from collections.abc import Sequence

from dreiebok import __version__
from dreiebok.cli.commands import COMMANDS
from dreiebok.cli.console import Console
from dreiebok.cli.options import make_parser
from dreiebok.problems import ExitCode, MissingOnMachine, SourceError, WrongUse, refusal


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
        return int(COMMANDS[options.command](options, console))
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
        console.error(f"stopped{console.standing()}")
        return 130
    except Exception as error:
        if words := refusal(error):
            console.error(f"this machine says no: {words}{console.standing()}")
            return ExitCode.MISSING
        return _our_fault(console)


def _our_fault(console: Console) -> int:
    traceback.print_exc()
    console.error(
        f"this is our own fault, not yours (dreiebok {__version__}). "
        f"Please report the lines above{console.standing()}."
    )
    return ExitCode.INTERNAL
