"""What engines say, as Problems: lines of a log or of a terminal."""

import re
from collections.abc import Iterable

from dreiebok.problems import Code, Location, Problem, Severity

_LOG_LINE = re.compile(r"([A-Z]+) *-  (.*)")
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
_FILE = re.compile(r'^ *File "(.+)", line (\d+)', re.MULTILINE)
_PLACE = re.compile(r"\[ (.+:\d+:\d+) \]")


def complaint(message: str, severity: Severity) -> Problem:
    """Return what an engine said as a problem."""
    return Problem(
        Code.ENGINE_WARNING,
        f"the website's engine says: {message}",
        Location("mkdocs.yml"),
        "The pages are under build/markdown/; mkdocs.yml at the root is the base configuration.",
        severity,
    )


def from_log(lines: Iterable[str]) -> tuple[Problem, ...]:
    """Return the warnings and errors of a log such as `WARNING -  words`; they may be many lines.

    Lines before the first entry belong to nothing and are left out.
    """
    entries: list[tuple[str, list[str]]] = []
    for line in lines:
        if found := _LOG_LINE.fullmatch(line):
            entries.append((found[1], [found[2]]))
        elif entries and line.strip():
            entries[-1][1].append(line.strip())
    severities = {
        "WARNING": Severity.WARNING,
        "ERROR": Severity.ERROR,
        "CRITICAL": Severity.ERROR,
    }
    return tuple(
        complaint(" ".join(words), severities[level])
        for level, words in entries
        if level in severities
    )


def from_crash(said: str, code: int) -> Problem:
    """Return what a program said last before it ended with an error, and of which file."""
    lines = said.strip().splitlines() or [f"it ended with code {code}"]
    # A template that cannot be read is the last file of the traceback.
    files = _FILE.findall(said)
    last = lines[-1].strip()
    where = f"{files[-1][0]}:{files[-1][1]}: " if files and files[-1][0][-3:] != ".py" else ""
    return complaint(f"{where}{last}", Severity.ERROR)


def from_report(text: str) -> tuple[Problem, ...]:
    """Return the warnings of a report that shows each with its place: `Warning: words`, `[ at ]`.

    The lines that show the place are drawn for a terminal; of them only the place is kept.
    """
    found: list[Problem] = []
    for part in re.split(r"^(?=(?:Warning|Error): )", _COLOUR.sub("", text), flags=re.MULTILINE):
        kind, _, words = part.partition(": ")
        if kind not in {"Warning", "Error"}:
            continue
        place = _PLACE.search(words)
        where = f" ({place[1]})" if place else ""
        severity = Severity.WARNING if kind == "Warning" else Severity.ERROR
        found.append(complaint(f"{words.splitlines()[0]}{where}", severity))
    return tuple(found)
