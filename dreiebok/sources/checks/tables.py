"""wrong-value: a row with too few or too many cells, an arrow that leads out of its figure.

Fails: three columns and a row of two cells · an arrow to another figure's box.
Passes: as many cells as columns.
"""

from collections.abc import Iterator

from dreiebok.model.chapters import Table
from dreiebok.model.figures import Figure
from dreiebok.model.handbook import Handbook
from dreiebok.problems import Code, Problem


def check(handbook: Handbook) -> Iterator[Problem]:
    """Yield a problem for each row that does not fit and each arrow that leads astray."""
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
        if isinstance(record, Figure):
            inside = {box.id for box in record.boxes} | {lane.id for lane in record.lanes}
            lanes = [box.lane for box in record.boxes if box.lane]
            ends = [end for arrow in record.arrows for end in (arrow.source, arrow.target)]
            for ref in (*lanes, *ends):
                if ref not in inside:
                    yield Problem(
                        Code.WRONG_VALUE,
                        f"“{ref}” is not in the figure “{record.id}”",
                        ref.at,
                        "Boxes, arrows and lanes of a figure belong together in its file.",
                    )
