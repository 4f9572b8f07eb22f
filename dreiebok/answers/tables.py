"""Sheets of answers as a table: CSV for a spreadsheet, JSON for a program.

What comes from a file is harmless in a spreadsheet: before what would be taken for a formula stands
an apostrophe, also inside a text where one that splits at other signs would begin a cell (OWASP,
CSV injection). Rows have no name of a person or a file unless asked for,
and stand in the order of their answers, so that the order of the files tells nothing either.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from dreiebok.answers.matching import Answer, Sheet
from dreiebok.answers.questions import Kind, Question, questions_of
from dreiebok.model.forms import Form, Survey

Cell = Answer | float | None
_GAP = r'[\s"\u00ad\u034f\u061c\u180e\u200b-\u200f\u2060-\u206f\ufeff]*'
"""What some spreadsheet passes over where a cell begins: white space, quotes, unseen characters."""
_FORMULA = re.compile(
    rf"""\A(?=\t|{_GAP}[=+\-@\uff1d\uff0b\uff0d\uff20])
    |(?<=[,;\t])(?={_GAP}(?:[=@\uff1d\uff20]|[+\-\uff0b\uff0d]{_GAP}[\w(=@+\-]))""",
    re.VERBOSE,
)
"""Before a formula of one spreadsheet or another, wide forms of the signs too.

A file with semicolons may be split at commas, and the reverse; so an answer can end a cell and
begin the next. There, a dash alone and the smiley ;-) are none.
"""


class Delimiter(StrEnum):
    """What stands between the cells of a CSV file."""

    SEMICOLON = "semicolon"
    COMMA = "comma"
    TAB = "tab"

    @property
    def sign(self) -> str:
        """The character itself."""
        return {"semicolon": ";", "comma": ",", "tab": "\t"}[self.value]

    @property
    def decimal(self) -> str:
        """The decimal sign: where cells end with a semicolon, spreadsheets expect a comma."""
        return "," if self is Delimiter.SEMICOLON else "."


@dataclass(frozen=True, slots=True)
class Column:
    """A column of answers: the form that asks, and the question, whose name is the column's id."""

    form: str
    question: Question


@dataclass(frozen=True, slots=True)
class Table:
    """A row a sheet, a column a field id. With names, `file` says where a row comes from."""

    columns: tuple[Column, ...]
    rows: tuple[Sheet, ...]
    with_names: bool = False


def make_table(
    sheets: Iterable[Sheet],
    records: Sequence[Form | Survey],
    *,
    with_text: bool = False,
    with_names: bool = False,
) -> Table:
    """Return the table of all sheets; free text is left out unless it is asked for."""
    found = tuple(sheets)
    forms = {sheet.form for sheet in found}
    columns = tuple(
        Column(str(record.id), question)
        for record in records
        if record.id in forms
        for question in questions_of(record)
        if with_text or question.kind is not Kind.TEXT
    )
    names = [column.question.name for column in columns]

    def place(sheet: Sheet) -> tuple[str, ...]:
        answers = (str(sheet.answers.get(name, "")).zfill(2) for name in names)
        return (sheet.file if with_names else "", sheet.form, sheet.phase, *answers)

    return Table(columns, tuple(sorted(found, key=place)), with_names)


def cells(table: Table) -> Iterator[list[Cell]]:
    """Yield the head and then every row."""
    names = [column.question.name for column in table.columns]
    yield ["row", *(["file"] if table.with_names else []), "form", "phase", *names]
    for number, sheet in enumerate(table.rows, 1):
        about: list[Cell] = [sheet.file] if table.with_names else []
        answers = (shown(sheet.answers.get(c.question.name), c.question) for c in table.columns)
        yield [number, *about, sheet.form, sheet.phase, *answers]


def shown(answer: Answer | None, question: Question) -> Answer | None:
    """Return an answer as the table has it; a point that does not count is no number: `x5`."""
    if question.kind is Kind.NUMBER and isinstance(answer, int) and answer > question.scored:
        return f"x{answer}"
    return answer


def to_csv(rows: Iterable[Sequence[Cell]], delimiter: Delimiter) -> bytes:
    """Return rows as CSV (RFC 4180) in UTF-8; the mark at the start tells Excel so."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter.sign, lineterminator="\r\n")
    for row in rows:
        writer.writerow([_cell(cell, delimiter) for cell in row])
    return text.getvalue().encode("utf-8-sig")


def harmless(words: str) -> str:
    """Return a text that no spreadsheet takes for a formula."""
    return _FORMULA.sub("'", words)


def _cell(cell: Cell, delimiter: Delimiter) -> str:
    match cell:
        case None:
            return ""
        case bool():
            return str(int(cell))
        case float():
            return str(cell).replace(".", delimiter.decimal)
        case int():
            return str(cell)
    return harmless(cell)
