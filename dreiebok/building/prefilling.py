"""Writes forms with values in them: one question is the same in every copy, the number is not."""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from dreiebok.building.assets import assets_folder
from dreiebok.building.loading import load_edition
from dreiebok.building.options import Selection
from dreiebok.building.paths import shown
from dreiebok.building.plan import printing_of
from dreiebok.building.reading import Project
from dreiebok.building.refusals import unreadable
from dreiebok.building.writing import write_file
from dreiebok.editions.edition import Edition
from dreiebok.model.base import Text
from dreiebok.model.prefills import Prefill
from dreiebok.press.documents import form_documents, form_names
from dreiebok.press.filling import CannotFill, fill_pdf
from dreiebok.press.weasyprint_ import press
from dreiebok.problems import (
    Code,
    Location,
    Problem,
    SourceError,
    WrongUse,
    sort_problems,
)
from dreiebok.sources.naming import did_you_mean
from dreiebok.sources.parsing import SourceFile, parse_settings

_SHORTER = "Write it shorter, or leave the field empty for a pen."


@dataclass(frozen=True, slots=True)
class Prefilled:
    """What came of it: with a problem nothing was written."""

    problems: tuple[Problem, ...]
    written: tuple[Path, ...] = ()


def prefill(
    project: Project, form: str, data: Path | None, copies: int | None, output: Path | None
) -> Prefilled:
    """Write a form, or the phase of a survey, with the values of a file, in so many copies.

    One copy goes to a file, several to a folder. Raises WrongUse for a form that does not exist, an
    output that cannot be, or a file that is there although nobody has said where to write;
    SourceError for a handbook or a file with errors.
    """
    with TemporaryDirectory() as work:
        assets = assets_folder(project, Path(work))
        return _prefill(project, form, data, copies, output, assets)


def _prefill(
    project: Project,
    form: str,
    data: Path | None,
    copies: int | None,
    output: Path | None,
    assets: Path,
) -> Prefilled:
    edition = load_edition(project)
    names = form_names(edition)
    if form not in names:
        raise WrongUse(
            f"there is no form “{form}”. {did_you_mean(form, names)}There are: {', '.join(names)}."
        )
    wanted = _read(data) if data else Prefill.model_validate({})
    count = copies or wanted.copies
    if output and count > 1 and output.suffix.lower() == ".pdf":
        raise WrongUse(f"{count} copies go to a folder; “{output}” is the name of one file")
    files: dict[str, bytes] = {}
    found: list[Problem] = []
    for number in range(1, count + 1):
        heading = _heading(edition, wanted, number, count)
        (document,) = form_documents(
            edition, project.templates, printing_of(edition, Selection()), form, heading
        )
        pressed = press(document, assets)
        if pressed.problems:
            return Prefilled(sort_problems(pressed.problems))
        filled, reasons = _fill(pressed.data, wanted, edition, assets, data)
        found.extend(reasons)
        stem = Path(document.path).stem
        files[f"{stem}-{number}.pdf" if count > 1 else f"{stem}.pdf"] = filled
        if found:
            # The other copies would only say the same again.
            return Prefilled(sort_problems(found))
    return Prefilled((), tuple(_write(files, output)))


def _read(data: Path) -> Prefill:
    """Return what the file with values says; raises SourceError for all that is wrong with it."""
    try:
        file = SourceFile(data.as_posix(), data.read_bytes())
    except OSError as error:
        raise SourceError(unreadable(error, shown(data.as_posix()))) from error
    parsed, problems = parse_settings(Prefill, file)
    if parsed is None:
        raise SourceError(*problems)
    return parsed


def _heading(edition: Edition, wanted: Prefill, number: int, count: int) -> tuple[str, ...]:
    """Return the words above the questions, such as group, facilitator, and which copy it is."""
    parts = (
        wanted.organisation or "",
        f"{edition.gettext('Gruppe')}: {wanted.group}" if wanted.group else "",
        f"{edition.gettext('Fasilitator')}: {wanted.facilitator}" if wanted.facilitator else "",
        wanted.place or "",
        wanted.date or "",
        edition.gettext("nr. {number} av {count}", number=number, count=count)
        if wanted.numbered
        else "",
    )
    return tuple(part for part in parts if part)


def _fill(
    pdf: bytes, wanted: Prefill, edition: Edition, assets: Path, data: Path | None
) -> tuple[bytes, tuple[Problem, ...]]:
    if not wanted.values or not pdf:
        return pdf, ()
    values = {str(name): _words(value) for name, value in wanted.values.items()}
    places = {
        str(name): value.at if isinstance(value, Text) else name.at
        for name, value in wanted.values.items()
    }
    try:
        filled = fill_pdf(pdf, values, assets, locale=edition.locale)
    except CannotFill as error:
        return b"", tuple(_refused(error, places, data))
    found = [
        Problem(
            Code.TEXT_OVERFLOWS, f"“{n}”: its field shows only the beginning", places[n], _SHORTER
        )
        for n in filled.overflowing
    ]
    found.extend(
        Problem(
            Code.MISSING_GLYPH,
            f"“{name}”: no font of the form has {' '.join(letters)}",
            places[name],
            "Leave these characters out, or write them with a pen.",
        )
        for name, letters in filled.missing.items()
    )
    return filled.data, tuple(found)


def _words(value: str | int | bool) -> str:
    if isinstance(value, bool):
        return "on" if value else ""
    return str(value)


def _refused(
    error: CannotFill, places: Mapping[str, Location], data: Path | None
) -> Iterator[Problem]:
    for reason in error.reasons:
        name = next((n for n in places if reason.startswith(f"“{n}”:")), "")
        code = Code.UNKNOWN_FIELD if name and "no such field" in reason else Code.WRONG_VALUE
        at = places.get(name, Location(data.as_posix() if data else ""))
        yield Problem(code, reason, at, "The names of fields are the ids of their questions.")


def _write(files: Mapping[str, bytes], output: Path | None) -> Iterator[Path]:
    is_file = output is not None and output.suffix.lower() == ".pdf"
    for name in files if output is None else ():
        # Somebody may have filled it in meanwhile.
        if os.path.lexists(name):
            raise WrongUse(
                f"“{name}” is already here, and somebody may have filled it in; nothing was "
                "written. Say where to write with -o: another folder or file, or this one."
            )
    for name, data in files.items():
        path = output if is_file and output else (output or Path()) / name
        write_file(path, data)
        yield path
