"""What the terminal shows: progress, results and problems."""

import io
import os
import shutil
import sys
import time
from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import TextIO

from dreiebok.building.reading import read_line
from dreiebok.problems import Problem, Severity, format_problem, visible

_WIPE = "\r\033[K"
"""Takes away what stands in the line (ECMA-48: carriage return, erase in line)."""


def open_streams() -> None:
    r"""Make the output and the error stream take whatever is said.

    A stream that was closed before we began leads nowhere, and its number to no file of ours. What
    a stream's encoding lacks is written as \xe5.
    """
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            # The lowest number that is free is the one that is given; workers get it too.
            os.set_inheritable(os.open(os.devnull, os.O_RDWR), True)
    nowhere = Path(os.devnull)
    if sys.stdout is None:
        sys.stdout = nowhere.open("w", encoding="utf-8")
    if sys.stderr is None:
        sys.stderr = nowhere.open("w", encoding="utf-8")
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


class Console:
    """What the terminal shows. Problems go to the error stream, all else to the output.

    Words from files and names are shown so that they cannot steer a terminal or look like lines of
    ours.
    """

    def __init__(self, quiet: bool, verbose: bool) -> None:
        """Choose how much to say."""
        self.quiet, self.verbose = quiet, verbose
        self.base: Path | None = None
        """The base edition whose files are called base/…, where an organisation's lie over it."""
        self.root: Path | None = None
        """The project's folder, once it is known: names of files are from there."""
        self.given: Path | None = None
        """A file that was named for a command, from the current folder."""
        self._site: Path | None = None
        self._stood: tuple[int, int] | None = None
        self._live = sys.stderr.isatty() and not quiet
        self._moving = False
        """Whether a moving line stands on the terminal, which the next message wipes away."""
        self._started = time.monotonic()

    def watch(self, site: Path) -> None:
        """Remember which site stands in a place, so that it can be told whether it still does."""
        self._site, self._stood = site, _identity(site)

    def standing(self) -> str:
        """Return the end of a sentence that tells which site stands now, where one is watched."""
        if self._site is None:
            return ""
        is_old = _identity(self._site) == self._stood
        return "; the site is as it was" if is_old else "; the new site stands"

    def say(self, words: str) -> None:
        """Say something that can be left out."""
        if not self.quiet:
            self.show(words)

    def show(self, words: str) -> None:
        """Show a line that was asked for."""
        self._show(visible(words), sys.stdout)

    def error(self, words: str) -> None:
        """Say what went wrong, in one line."""
        self._show(f"dreiebok: {visible(words)}", sys.stderr)

    def lines(self, words: str) -> None:
        """Say what went wrong in several lines, such as how to install what is missing."""
        self._show("\n".join(map(visible, words.split("\n"))), sys.stderr)

    def flush(self) -> None:
        """Send off what others have printed."""
        _show("", sys.stdout, "")

    def progress(self, done: int, total: int, name: str) -> None:
        """Show how far a build has come: a moving line on a terminal once a second has passed."""
        if self.verbose:
            self.say(f"{done}/{total} {name}")
        elif self._live and time.monotonic() - self._started > 1:
            self._moving = done < total
            # What runs into a second line could not be wiped away.
            words = f"{done}/{total} {visible(name)}"[: shutil.get_terminal_size().columns - 1]
            _show(f"{_WIPE}{words}", sys.stderr, "" if self._moving else "\n")

    def problems(self, problems: Iterable[Problem], root: Path | None) -> None:
        """Show every problem, and how many there are; without a root, none of their lines."""
        found = tuple(problems)
        for problem in found:
            self._show(format_problem(problem, partial(self._line, root)), sys.stderr)
        errors = sum(problem.severity is Severity.ERROR for problem in found)
        if found:
            counts = f"{errors} error{'s' * (errors != 1)}"
            if warnings := len(found) - errors:
                counts += f", {warnings} warning{'s' * (warnings != 1)}"
            self._show(counts, sys.stderr)

    def _show(self, words: str, stream: TextIO) -> None:
        if self._moving:
            self._moving = False
            _show(_WIPE, sys.stderr, "")
        _show(words, stream)

    def _line(self, root: Path | None, file: str, line: int) -> str | None:
        if self.given and file == self.given.as_posix():
            root = Path()
        return read_line(root, file, line, self.base) if root else None


def _show(words: str, stream: TextIO, end: str = "\n") -> None:
    """Print; a stream that nobody reads any longer, or that is full, is no reason to stop."""
    try:
        print(words, end=end, file=stream, flush=True)
    except OSError:
        # What is left in the buffer would be told again, as an exception, when Python ends.
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)


def _identity(folder: Path) -> tuple[int, int] | None:
    """Return by what the disk knows a folder: another one in its place has another number."""
    try:
        facts = folder.stat()
    except OSError:
        return None
    return facts.st_dev, facts.st_ino
