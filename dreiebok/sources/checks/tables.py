"""wrong-value: a row with too few or too many cells.

Fails: three columns and a row of two cells.
Passes: as many cells as columns.
"""

from collections.abc import Iterator

from dreiebok.model.chapters import Table
from dreiebok.model.handbook import Handbook
from dreiebok.problems import Code, Problem


def check(handbook: Handbook) -> Iterator[Problem]:
    """Yield a problem for each row that does not fit."""
    for record in handbook.records:
        if isinstance(record, Table):
            for row in record.rows:
                if len(row.cells) != len(record.columns):
                    yield Problem(
                        Code.WRONG_VALUE,
                        f"the number of cells is {len(row.cells)}, that of columns "
                        f"{len(record.columns)}",
                        row.cells[0].at,
                        "Write one cell for each column; an empty cell is “–”.",
                    )
