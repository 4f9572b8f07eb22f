"""What can be wrong, where, and how it is told: the one vocabulary and the one formatter.

A Problem is a value: it is found by one room, collected by another and printed by a third.
Nothing here reads a file, prints or exits; source lines come in through an argument.
"""

import errno
import os
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import IntEnum, StrEnum


@dataclass(frozen=True, slots=True, order=True)
class Location:
    """A place in a source file. Line and column count from 1; width is in characters."""

    file: str
    line: int = 1
    column: int = 1
    width: int = 1

    def __str__(self) -> str:
        """Write the place as editors understand it: file:line:column."""
        # It stands in hints too, and a file's name may hold a line feed.
        return f"{visible(self.file)}:{self.line}:{self.column}"


class Severity(StrEnum):
    """How bad a problem is: an error stops the build, a warning stops it only with --strict."""

    ERROR = "error"
    WARNING = "warning"


class Code(StrEnum):
    """Every problem's stable name. `docs/problems.md` explains each, a test shows each."""

    YAML_SYNTAX = "yaml-syntax"
    YAML_LIMIT = "yaml-limit"
    DUPLICATE_KEY = "duplicate-key"
    NOT_UTF8 = "not-utf8"
    UNREADABLE = "unreadable"
    MISSING_FOLDER = "missing-folder"
    UNKNOWN_KEY = "unknown-key"
    UNKNOWN_KIND = "unknown-kind"
    MISSING_KEY = "missing-key"
    WRONG_TYPE = "wrong-type"
    WRONG_VALUE = "wrong-value"
    BAD_ID = "bad-id"
    UNKNOWN_REFERENCE = "unknown-reference"
    DUPLICATE_ID = "duplicate-id"
    LISTED_TWICE = "listed-twice"
    NOT_IN_MENU = "not-in-menu"
    NOT_SHOWN = "not-shown"
    EMPTY_DOOR = "empty-door"
    MISSING_MINUTES = "missing-minutes"
    MINUTES_DO_NOT_ADD_UP = "minutes-do-not-add-up"
    UNKNOWN_TERM = "unknown-term"
    INCOMPLETE_TERM = "incomplete-term"
    TERM_NOT_GIVEN = "term-not-given"
    TERM_NOT_INFLECTED = "term-not-inflected"
    UNSAFE_LINK = "unsafe-link"
    BROKEN_LINK = "broken-link"
    BAD_IMAGE = "bad-image"
    BAD_FONT = "bad-font"
    LOW_CONTRAST = "low-contrast"
    MISSING_FILE = "missing-file"
    TEMPLATE_ERROR = "template-error"
    TEXT_OVERFLOWS = "text-overflows"
    MISSING_GLYPH = "missing-glyph"
    RENDER_WARNING = "render-warning"
    ENGINE_WARNING = "engine-warning"
    NOT_A_PDF = "not-a-pdf"
    ENCRYPTED_PDF = "encrypted-pdf"
    PDF_LIMIT = "pdf-limit"
    NO_FORM = "no-form"
    FLATTENED_FORM = "flattened-form"
    UNKNOWN_FORM = "unknown-form"
    MIXED_FORMS = "mixed-forms"
    UNKNOWN_PHASE = "unknown-phase"
    EMPTY_FORM = "empty-form"
    UNKNOWN_FIELD = "unknown-field"
    MISSING_FIELD = "missing-field"
    UNKNOWN_ANSWER = "unknown-answer"
    SAME_FILE = "same-file"
    BAD_CATALOG = "bad-catalog"
    BAD_TRANSLATION = "bad-translation"
    OUTDATED_MESSAGE = "outdated-message"
    MISSING_MESSAGE = "missing-message"
    MISSING_TRANSLATION = "missing-translation"
    OVERRIDE_UNKNOWN = "override-unknown"
    OVERRIDE_TWICE = "override-twice"
    OVERRIDE_OUTDATED = "override-outdated"
    STILL_NEEDED = "still-needed"
    FILE_LIMIT = "file-limit"
    BAD_LOCK = "bad-lock"
    UNSAFE_NAME = "unsafe-name"


class ExitCode(IntEnum):
    """What the process returns to the shell; a documented promise (README, docs/commands.md)."""

    OK = 0
    PROBLEMS = 1
    USAGE = 2
    MISSING = 3
    INTERNAL = 70


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: a place, a sentence, a stable code and what to do about it."""

    code: Code
    message: str
    location: Location
    hint: str = ""
    severity: Severity = Severity.ERROR


class SourceError(Exception):
    """Carries the problems that make a whole stage impossible up to the build stage."""

    def __init__(self, *problems: Problem) -> None:
        """Keep the problems; the text of the exception is their messages."""
        super().__init__("; ".join(problem.message for problem in problems))
        self.problems = problems


class MissingOnMachine(Exception):
    """Something that this machine lacks; says how to install it (exit code 3)."""


class WrongUse(Exception):
    """A command or option that makes no sense as given (exit code 2)."""


_REFUSED = {
    errno.EACCES, errno.EAGAIN, errno.EBUSY, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EMFILE,
    errno.ENFILE, errno.ENOMEM, errno.ENOSPC, errno.EPERM, errno.EROFS, errno.ESTALE, errno.EXDEV,
}  # fmt: skip
"""What a disk or a system refuses, whatever the program does."""


def refusal(error: BaseException) -> str:
    """Return in one line what the machine refuses; nothing where the error is none of its."""
    if isinstance(error, MemoryError):
        return "no memory left; --jobs 1 needs the least"
    if isinstance(error, OSError) and error.errno in _REFUSED:
        about = f": {error.filename}" if error.filename else ""
        return f"{error.strerror}{about}"
    if isinstance(error, RuntimeError) and str(error) == "can't start new thread":
        return "no further thread; --jobs 1 needs the fewest"
    return ""


_MOST_SHOWN = 400
"""Characters of a name that the system refuses: its limits are 255 bytes a name, 4096 a path."""


def misnamed(error: BaseException) -> str:
    """Return in one line why no file can be called so; nothing where the error is another."""
    if isinstance(error, OSError) and error.errno in {errno.ENAMETOOLONG, errno.ELOOP}:
        name = os.fspath(error.filename or "")
        shown = name if len(name) <= _MOST_SHOWN else f"{name[: _MOST_SHOWN // 2]}…"
        return f"“{shown}” cannot be opened or made: {error.strerror}"
    return ""


STEERING = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
"""All of Unicode's class Cc but tab and line feed, and what ends lines or turns their direction."""
_UNSEEN = re.compile(rf"{STEERING.pattern}|[\n\ud800-\udfff]")


def visible(words: str) -> str:
    r"""Return a stranger's words for one line: what could steer a terminal is written as \x1b.

    Line feeds and halves of signs are written so too; tabs and the letters of all scripts stay.
    """
    return _UNSEEN.sub(lambda sign: sign[0].encode("unicode_escape").decode(), words)


LineReader = Callable[[str, int], str | None]
"""Returns line N (from 1) of a file, or None when it cannot be shown."""


def has_errors(problems: Iterable[Problem]) -> bool:
    """Tell whether one of the problems is an error, not a warning."""
    return any(problem.severity is Severity.ERROR for problem in problems)


def sort_problems(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Return the problems in reading order, each once."""
    unique = dict.fromkeys(problems)
    return tuple(sorted(unique, key=lambda p: (p.location, p.code, p.message)))


def format_problem(problem: Problem, read_line: LineReader) -> str:
    """Write one problem for a person: place, sentence, code, the line itself, what to do."""
    at = problem.location
    lines = [visible(f"{at}: {problem.severity}: {problem.message} [{problem.code}]")]
    source = read_line(at.file, at.line)
    if source is not None and source.strip():
        number = f"{at.line:>6}"
        # A tab is shown as one space so that the marks below stay under what they mark.
        text = source.rstrip("\r\n").replace("\t", " ")
        start = at.column - 1
        # What is written otherwise takes more room: the marks move with it.
        before = start + len(visible(text[:start])) - len(text[:start])
        width = max(1, len(visible(text[start : start + max(1, at.width)])))
        lines.append(f"{number} | {visible(text)}")
        lines.append(f"{'':>6} | {'':>{before}}{'^' * width}")
    lines.extend(f"    {visible(line)}" for line in problem.hint.split("\n") if problem.hint)
    return "\n".join(lines)
