"""Imposition: every back lies behind its own front; drawings show where."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dreiebok.press.imposition import FOUR_UP, Grid, Sheet, Side, card_sheets


def drawing(sheets: tuple[Sheet, ...]) -> str:
    """Draw sheets: a side's rows from the top, front and back side by side."""

    def rows(side: Side) -> list[str]:
        heights = sorted({p.y_mm for p in side.placements}, reverse=True)
        return [
            " ".join(
                str(p.page)
                for p in sorted(side.placements, key=lambda p: p.x_mm)
                if p.y_mm == height
            )
            for height in heights
        ]

    return "\n\n".join(
        "\n".join(
            f"{front} | {back}"
            for front, back in zip(rows(sheet.front), rows(sheet.back), strict=True)
        )
        for sheet in sheets
    )


def test_eight_pages_make_one_sheet() -> None:
    assert drawing(card_sheets(8, FOUR_UP)) == "1 3 | 4 2\n5 7 | 8 6"


def test_a_half_full_sheet_keeps_its_corner() -> None:
    assert drawing(card_sheets(10, FOUR_UP)) == "1 3 | 4 2\n5 7 | 8 6\n\n9 | 10"


def test_a6_fills_a4_but_for_a_millimetre() -> None:
    (sheet,) = card_sheets(8, FOUR_UP)
    assert [(p.x_mm, p.y_mm) for p in sheet.front.placements] == [
        (0, 148.5),
        (105, 148.5),
        (0, 0.5),
        (105, 0.5),
    ]


@given(
    st.integers(1, 60),
    st.integers(1, 4),
    st.integers(1, 4),
    st.floats(200, 400),
    st.floats(200, 400),
)
def test_every_back_lies_behind_its_front(
    count: int, columns: int, rows: int, width: float, height: float
) -> None:
    grid = Grid(width, height, width / columns / 1.1, height / rows / 1.1, columns, rows)
    pages = []
    for sheet in card_sheets(count, grid):
        backs = {p.page: p for p in sheet.back.placements}
        for front in sheet.front.placements:
            pages.append(front.page)
            # Seen through the paper, turned over its long edge, left and right change places.
            mirrored = grid.paper_width_mm - front.x_mm - grid.card_width_mm
            if front.page + 1 in backs:
                back = backs[front.page + 1]
                pages.append(back.page)
                assert back.x_mm == pytest.approx(mirrored)
                assert back.y_mm == front.y_mm
        for placement in (*sheet.front.placements, *sheet.back.placements):
            assert placement.x_mm >= -1e-9
            assert placement.x_mm + grid.card_width_mm <= grid.paper_width_mm + 1e-9
            assert placement.y_mm + grid.card_height_mm <= grid.paper_height_mm + 1e-9
        # Cut from end to end, the sheet falls into cards, whichever side lies up.
        for side in (sheet.front, sheet.back):
            for placement in side.placements:
                assert placement.x_mm in side.cuts_x_mm
                assert placement.y_mm in side.cuts_y_mm
        mirrored_cuts = sorted(grid.paper_width_mm - x for x in sheet.front.cuts_x_mm)
        assert mirrored_cuts == pytest.approx(sheet.back.cuts_x_mm)
        assert sheet.front.cuts_y_mm == sheet.back.cuts_y_mm
    assert sorted(pages) == list(range(1, count + 1))
