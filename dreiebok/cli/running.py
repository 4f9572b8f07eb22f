"""Runs one command: its exit code, whatever happens on the way."""

import signal
import sys
import threading
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import FrameType

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
    with _noting_interrupts() as heard:
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
            return _stopped(console)
        except Exception as error:
            if heard:
                # A library has made another exception of it, such as pydantic while it is imported.
                return _stopped(console)
            if words := refusal(error):
                console.error(f"this machine says no: {words}{console.standing()}")
                return ExitCode.MISSING
            return _our_fault(console)


@contextmanager
def _noting_interrupts() -> Iterator[list[int]]:
    """Note that Ctrl-C came, which raises KeyboardInterrupt as ever."""
    heard: list[int] = []
    is_usual = signal.getsignal(signal.SIGINT) is signal.default_int_handler
    if threading.current_thread() is not threading.main_thread() or not is_usual:
        yield heard
        return

    def hear(number: int, frame: FrameType | None) -> None:
        heard.append(number)
        signal.default_int_handler(number, frame)

    signal.signal(signal.SIGINT, hear)
    try:
        yield heard
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def _stopped(console: Console) -> int:
    console.error(f"stopped{console.standing()}")
    return 130


def _our_fault(console: Console) -> int:
    traceback.print_exc()
    console.error(
        f"this is our own fault, not yours (dreiebok {__version__}). "
        f"Please report the lines above{console.standing()}."
    )
    return ExitCode.INTERNAL
