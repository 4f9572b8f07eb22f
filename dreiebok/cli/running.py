"""Runs one command: its exit code, whatever happens on the way."""

import os
import signal
import sys
import threading
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from dreiebok import __version__
from dreiebok.cli.commands import COMMANDS
from dreiebok.cli.console import Console, open_streams
from dreiebok.cli.options import make_parser
from dreiebok.problems import (
    ExitCode,
    MissingOnMachine,
    SourceError,
    WrongUse,
    misnamed,
    refusal,
)


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    open_streams()
    arguments = list(sys.argv[1:] if argv is None else argv)
    parser = make_parser()
    first = arguments[0] if arguments else "-"
    if first.startswith("-") and first not in {"-h", "--help", "--version"}:
        arguments.insert(0, "build")
    try:
        options = parser.parse_args(arguments)
    except SystemExit:
        # It has shown the help, maybe to a pipe that is closed.
        Console(quiet=False, verbose=False).flush()
        raise
    console = Console(options.quiet, options.verbose)
    with _noting_interrupts() as heard:
        try:
            _check_places(options.source)
            return int(COMMANDS[options.command](options, console))
        except SourceError as error:
            console.problems(error.problems, console.root or options.source)
            return ExitCode.PROBLEMS
        except WrongUse as error:
            console.error(str(error))
            return ExitCode.USAGE
        except MissingOnMachine as error:
            console.lines(f"dreiebok: {error}")
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
            if words := misnamed(error):
                console.error(f"{words}{console.standing()}")
                return ExitCode.USAGE
            return _our_fault(console)


def _check_places(source: Path) -> None:
    """Raise WrongUse for a project's folder that is none, and for a current folder that is gone."""
    try:
        Path.cwd()
    except FileNotFoundError:
        raise WrongUse("the current folder is no longer there; run it in another one") from None
    if not os.path.isdir(source):  # noqa: PTH112 - a name that is too long is none either
        raise WrongUse(f"--source: “{source}” is no folder, or may not be looked into")


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
    console.lines(traceback.format_exc())
    console.error(
        f"this is our own fault, not yours (dreiebok {__version__}). "
        f"Please report the lines above{console.standing()}."
    )
    return ExitCode.INTERNAL
