"""Imposition: every back lies behind its own front, every page once; drawings show where."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dreiebok.press.imposition import (
    A5_ON_A4,
    FOUR_UP,
    TWO_UP_LETTER,
    Grid,
    Placement,
    Sheet,
    Side,
    card_sheets,
    saddle_sheets,
    slip_sheets,
)


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


def test_cuts_run_along_the_cards_and_the_marks_stand_where_they_cross() -> None:
    (four,), (two,) = card_sheets(8, FOUR_UP), card_sheets(4, TWO_UP_LETTER)
    for side in (four.front, four.back):
        assert side.cuts_x_mm == (0, 105, 210)
        assert side.cuts_y_mm == (0.5, 148.5, 296.5)
        assert side.register_mm == ((105, 148.5),)
    for side in (two.front, two.back):
        assert side.cuts_x_mm == pytest.approx((2.95, 107.95, 212.95))
        assert side.cuts_y_mm == pytest.approx((65.7, 213.7))
        # One row has no cut within: the mark stands at the upper end of the one between columns.
        (mark,) = side.register_mm
        assert mark == pytest.approx((107.95, 213.7))
    (nine,) = card_sheets(18, Grid(210, 297, 70, 99, 3, 3))
    assert nine.front.register_mm == ((70, 99), (70, 198), (140, 99), (140, 198))


def test_slips_lie_in_reading_order_on_one_side() -> None:
    sheets = slip_sheets(6, FOUR_UP)
    assert [[p.page for p in sheet.front.placements] for sheet in sheets] == [[1, 2, 3, 4], [5, 6]]
    full, rest = sheets
    assert [(p.x_mm, p.y_mm) for p in full.front.placements] == [
        (0, 148.5),
        (105, 148.5),
        (0, 0.5),
        (105, 0.5),
    ]
    assert [(p.x_mm, p.y_mm) for p in rest.front.placements] == [(0, 148.5), (105, 148.5)]
    for sheet in sheets:
        assert (sheet.front.cuts_x_mm, sheet.front.cuts_y_mm) == (
            (0, 105, 210),
            (0.5, 148.5, 296.5),
        )
        # There is no back that a mark could be held against.
        assert (sheet.front.register_mm, sheet.back) == ((), Side(()))
    assert slip_sheets(0, FOUR_UP) == ()
    assert [len(sheet.front.placements) for sheet in slip_sheets(5, TWO_UP_LETTER)] == [2, 2, 1]


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


def booklet(page_count: int, *, bound_right: bool = False) -> str:
    """Draw a booklet, a sheet a line: front | back, left and right page; -- is a blank page."""

    def pages(side: Side) -> str:
        halves = [placement.x_mm < 74 for placement in side.placements]
        numbers = dict(zip(halves, (f"{p.page:2}" for p in side.placements), strict=True))
        return f"{numbers.get(True, '--')} {numbers.get(False, '--')}"

    sheets = saddle_sheets(page_count, A5_ON_A4, bound_right=bound_right)
    return "\n".join(f"{pages(sheet.front)} | {pages(sheet.back)}" for sheet in sheets)


@pytest.mark.parametrize(
    ("page_count", "expected"),
    [
        (0, ""),
        (1, "--  1 | -- --"),
        (4, " 4  1 |  2  3"),
        (
            12,
            """
12  1 |  2 11
10  3 |  4  9
 8  5 |  6  7""",
        ),
        (
            10,
            """
--  1 |  2 --
10  3 |  4  9
 8  5 |  6  7""",
        ),
    ],
)
def test_a_booklet_in_order_from_the_outermost_sheet(page_count: int, expected: str) -> None:
    assert booklet(page_count) == expected.removeprefix("\n")


def test_what_is_read_from_right_to_left_is_bound_on_the_right() -> None:
    assert booklet(7, bound_right=True) == " 1 -- |  7  2\n 3  6 |  5  4"


def test_two_a5_pages_meet_at_the_fold() -> None:
    (sheet,) = saddle_sheets(4, A5_ON_A4)
    assert sheet.front.placements == (Placement(4, 0.5, 0), Placement(1, 148.5, 0))
    assert (sheet.front.folds_x_mm, sheet.back.folds_x_mm) == ((), (148.5,))


def folded(sheets: tuple[Sheet, ...], *, bound_right: bool) -> list[int]:
    """Fold and staple the sheets, and leaf through: the page on each half sheet, 0 for blank."""

    def half(side: Side, *, right: bool) -> int:
        found = [p.page for p in side.placements if (p.x_mm > 74) == right]
        return found[0] if found else 0

    # Forwards on the half where reading begins, then back from the middle on the other.
    begin = [
        half(side, right=(side is sheet.front) != bound_right)
        for sheet in sheets
        for side in (sheet.front, sheet.back)
    ]
    end = [
        half(side, right=(side is sheet.back) != bound_right)
        for sheet in reversed(sheets)
        for side in (sheet.back, sheet.front)
    ]
    return begin + end


@given(st.integers(1, 200), st.booleans())
def test_a_folded_booklet_reads_from_first_to_last(count: int, bound_right: bool) -> None:
    sheets = saddle_sheets(count, A5_ON_A4, bound_right=bound_right)
    blanks = -count % 4
    assert folded(sheets, bound_right=bound_right) == [*range(1, count + 1), *[0] * blanks]
    if not blanks:
        assert {p.page for p in sheets[0].front.placements} == {1, count}


@given(st.integers(1, 50).map(lambda n: 4 * n), st.booleans())
def test_every_leaf_has_its_second_page_behind_its_first(count: int, bound_right: bool) -> None:
    for sheet in saddle_sheets(count, A5_ON_A4, bound_right=bound_right):
        backs = {p.page: p for p in sheet.back.placements}
        for front in sheet.front.placements:
            odd = front.page % 2
            back = backs[front.page + 1 if odd else front.page - 1]
            # Seen through the paper, turned over its short edge, left and right change places.
            mirrored = A5_ON_A4.paper_width_mm - front.x_mm - A5_ON_A4.page_width_mm
            assert back.x_mm == pytest.approx(mirrored)
            assert back.y_mm == front.y_mm
