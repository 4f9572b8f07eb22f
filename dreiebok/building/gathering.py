"""Gathers filled forms from the disk into tables and a report; the forms stay as they are."""

import hashlib
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from dreiebok import __version__
from dreiebok.answers.exports import score_rows, to_json
from dreiebok.answers.matching import Sheet, match
from dreiebok.answers.questions import questionnaires
from dreiebok.answers.reading import MOST_BYTES, clean, read_form, too_large
from dreiebok.answers.report import render_report
from dreiebok.answers.scoring import SurveyResult, score_survey
from dreiebok.answers.tables import Delimiter, cells, make_table, to_csv
from dreiebok.building.loading import load_edition
from dreiebok.building.paths import real
from dreiebok.building.reading import Project
from dreiebok.building.refusals import unreadable, unreadable_folder
from dreiebok.building.writing import write_file
from dreiebok.model.forms import Form, Survey
from dreiebok.problems import (
    Code,
    Location,
    Problem,
    Severity,
    SourceError,
    WrongUse,
    has_errors,
    sort_problems,
)

Progress = Callable[[int, int, str], None]
"""Told how many files have been read, of how many, and which."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to gather, and where to write what: a table, scores, a report."""

    files: tuple[Path, ...]
    output: Path | None = None
    scores: Path | None = None
    report: Path | None = None
    with_text: bool = False
    with_names: bool = False
    minimum: int = 5
    delimiter: Delimiter = Delimiter.SEMICOLON


@dataclass(frozen=True, slots=True)
class Gathered:
    """What came of it: an error among the problems is a file that was left out."""

    problems: tuple[Problem, ...]
    read: int
    written: tuple[Path, ...]


def gather(project: Project, wanted: Wanted, progress: Progress) -> Gathered:
    """Read all files and write what is wanted; without one answer nothing is written.

    Raises WrongUse for outputs that cannot be, SourceError for a handbook with errors.
    """
    check_wanted(wanted)
    edition = load_edition(project)
    # In the words in which the forms ask.
    known = questionnaires(edition.handbook)
    sheets: list[Sheet] = []
    paths, problems = _find_files(wanted)
    digests: dict[str, str] = {}
    for number, path in enumerate(paths, 1):
        name = clean(path.as_posix())
        try:
            data = _read(path, name)
            sheet, found = match(read_form(data, name), known, name)
        except SourceError as error:
            sheet, found = None, error.problems
        problems.extend(found)
        if sheet is not None:
            sheets.append(sheet)
            first = digests.setdefault(hashlib.sha256(data).hexdigest(), name)
            if first != name:
                problems.append(_same(name, first))
        progress(number, len(paths), name)
    records: dict[str, Form | Survey] = {str(asked.record.id): asked.record for asked in known}
    results = tuple(_score(records, sheets, wanted.minimum))
    written: list[Path] = []
    if sheets:
        if wanted.report and not results and has_errors(problems):
            return Gathered(sort_problems(problems), len(sheets), ())
        if wanted.report and not results:
            raise WrongUse("a report shows surveys, and none of these files is one; use --output")
        files: dict[Path, bytes] = {}
        table = make_table(
            sheets,
            tuple(records.values()),
            with_text=wanted.with_text,
            with_names=wanted.with_names,
        )
        if wanted.output:
            is_json = wanted.output.suffix.lower() == ".json"
            files[wanted.output] = (
                to_json(table, results, f"dreiebok {__version__}")
                if is_json
                else to_csv(cells(table), wanted.delimiter)
            )
        if wanted.scores:
            files[wanted.scores] = to_csv(score_rows(results), wanted.delimiter)
        if wanted.report:
            left_out = len(paths) - len(sheets)
            files[wanted.report] = render_report(
                results, edition, project.templates, project.assets, left_out
            )
        for path, data in files.items():
            write_file(path, data)
            written.append(path)
    return Gathered(sort_problems(problems), len(sheets), tuple(written))


def check_wanted(wanted: Wanted) -> None:
    """Raise WrongUse when nothing is to be written, or something where it must not be."""
    outputs = {
        "--output": (wanted.output, (".csv", ".json")),
        "--scores": (wanted.scores, (".csv",)),
        "--report": (wanted.report, (".html",)),
    }
    given = {option: path for option, (path, _) in outputs.items() if path is not None}
    if not given:
        raise WrongUse("say where to write: --output FILE, --scores FILE or --report FILE")
    for option, (path, suffixes) in outputs.items():
        if path is not None and path.suffix.lower() not in suffixes:
            raise WrongUse(f"the file of {option} must end in {' or '.join(suffixes)}: “{path}”")
    if len({real(path) for path in given.values()}) < len(given):
        raise WrongUse("two options name the same file; give each a file of its own")
    inputs = {real(path) for path in wanted.files}
    for option, path in given.items():
        if real(path) in inputs:
            raise WrongUse(f"“{path}” is to be read; {option} must name another file")


def _find_files(wanted: Wanted) -> tuple[list[Path], list[Problem]]:
    """Return every file once, those of a folder sorted by name, and what is no file."""
    found: dict[Path, Path] = {}
    problems = []
    for path in wanted.files:
        name = clean(path.as_posix())
        inside: Sequence[Path] = (path,)
        if _is_folder(path):
            try:
                inside = sorted(
                    file
                    for file in path.iterdir()
                    # Some systems lay hidden companions beside files, such as ._answer.pdf.
                    if file.suffix.lower() == ".pdf"
                    and file.name[0] != "."
                    and not _is_folder(file)
                )
            except OSError as error:
                problems.append(unreadable_folder(error, name))
                continue
        if not inside:
            message, at = "the folder has no PDF", Location(name)
            problems.append(Problem(Code.UNREADABLE, message, at, "Name the folder of the forms."))
        for file in inside:
            found.setdefault(real(file), file)
    return list(found.values()), problems


def _is_folder(path: Path) -> bool:
    # What may not be looked at, or has too long a name, is told when it is read.
    return os.path.isdir(path)  # noqa: PTH112 - Path.is_dir raises for those


def _read(path: Path, name: str) -> bytes:
    """Return a file's bytes; a SourceError says why they cannot be had."""
    try:
        # A pipe or a device would never end.
        if path.exists() and not path.is_file():
            raise OSError("it is no ordinary file")
        size = path.stat().st_size
        if size > MOST_BYTES:
            raise SourceError(too_large(name, size))
        return path.read_bytes()
    except OSError as error:
        raise SourceError(unreadable(error, name)) from error


def _same(name: str, first: str) -> Problem:
    message = f"the file is the same, byte for byte, as “{first}”; both are counted"
    hint = "Is it a copy? Take one of the two out."
    return Problem(Code.SAME_FILE, message, Location(name), hint, Severity.WARNING)


def _score(
    records: dict[str, Form | Survey], sheets: list[Sheet], minimum: int
) -> Iterator[SurveyResult]:
    answered = {sheet.form for sheet in sheets}
    for name, record in records.items():
        if name in answered and isinstance(record, Survey):
            yield score_survey(record, sheets, minimum)
