"""What the terminal shows: progress, results and problems."""

import sys
import time
from collections.abc import Iterable
from pathlib import Path

from dreiebok.building.reading import read_line
from dreiebok.problems import Problem, Severity, format_problem


class Console:
    """What the terminal shows. Problems go to the error stream, all else to the output."""

    def __init__(self, quiet: bool, verbose: bool) -> None:
        """Choose how much to say."""
        self.quiet, self.verbose = quiet, verbose
        self.base: Path | None = None
        """The base edition whose files are called base/…, where an organisation's lie over it."""
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
                problem,
                lambda file, line: read_line(root, file, line, self.base) if root else None,
            )
            print(shown, file=sys.stderr)
        errors = sum(problem.severity is Severity.ERROR for problem in found)
        if found:
            counts = f"{errors} error{'s' * (errors != 1)}"
            if warnings := len(found) - errors:
                counts += f", {warnings} warning{'s' * (warnings != 1)}"
            print(counts, file=sys.stderr, flush=True)
