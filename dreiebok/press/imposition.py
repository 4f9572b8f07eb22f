"""Imposition: which page lies where on which sheet. Arithmetic only; nothing here opens a PDF.

Sizes are in mm; x and y are the lower left corner of a page's trim box, as PDF counts.
"""

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Placement:
    """One page (from 1) at its place on a side."""

    page: int
    x_mm: float
    y_mm: float


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a sheet: its pages, the lines along which they are cut or folded, and its marks.

    A register mark stands at the same place of the paper on both sides: held against the light,
    they show whether the printer laid the back behind the front.
    """

    placements: tuple[Placement, ...]
    cuts_x_mm: tuple[float, ...] = ()
    cuts_y_mm: tuple[float, ...] = ()
    folds_x_mm: tuple[float, ...] = ()
    register_mm: tuple[tuple[float, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet of paper with its two sides."""

    front: Side
    back: Side


@dataclass(frozen=True, slots=True)
class Grid:
    """Cards of one size in columns and rows, centred on the paper."""

    paper_width_mm: float
    paper_height_mm: float
    card_width_mm: float
    card_height_mm: float
    columns: int
    rows: int

    @property
    def left_mm(self) -> float:
        """The margin beside the first column."""
        return (self.paper_width_mm - self.columns * self.card_width_mm) / 2

    @property
    def bottom_mm(self) -> float:
        """The margin below the last row."""
        return (self.paper_height_mm - self.rows * self.card_height_mm) / 2


@dataclass(frozen=True, slots=True)
class Spread:
    """Two pages of one size side by side, which meet at the fold in the middle of the paper."""

    paper_width_mm: float
    paper_height_mm: float
    page_width_mm: float
    page_height_mm: float

    @property
    def fold_mm(self) -> float:
        """Where the paper is folded."""
        return self.paper_width_mm / 2

    @property
    def bottom_mm(self) -> float:
        """The margin below the pages."""
        return (self.paper_height_mm - self.page_height_mm) / 2


FOUR_UP = Grid(210, 297, 105, 148, 2, 2)
"""Four A6 cards on A4: they fill its width, and all but 1 mm of its height."""
TWO_UP_LETTER = Grid(215.9, 279.4, 105, 148, 2, 1)
"""Two A6 cards on Letter, which is too short for four."""
A5_ON_A4 = Spread(297, 210, 148, 210)
"""Two A5 pages on A4 on its side: they fill it but for half a millimetre at either end."""
HALF_ON_LETTER = Spread(279.4, 215.9, 139.7, 215.9)
"""Two pages of half a Letter each."""


def card_sheets(page_count: int, grid: Grid) -> tuple[Sheet, ...]:
    """Return the duplex sheets of a deck whose pages are front, back, front, back …

    The paper is turned over its long edge, so the columns of a back are those of its front in
    mirror order: then every back lies behind its own front.

    >>> [p.page for p in card_sheets(8, FOUR_UP)[0].front.placements]
    [1, 3, 5, 7]
    >>> [p.page for p in card_sheets(8, FOUR_UP)[0].back.placements]
    [4, 2, 8, 6]
    """
    cards = [(number, number + 1) for number in range(1, page_count + 1, 2)]
    per_sheet = grid.columns * grid.rows
    return tuple(
        Sheet(
            _side(cards[start : start + per_sheet], 0, grid, page_count),
            _side(cards[start : start + per_sheet], 1, grid, page_count),
        )
        for start in range(0, len(cards), per_sheet)
    )


def slip_sheets(page_count: int, grid: Grid) -> tuple[Sheet, ...]:
    """Return the sheets of pages that are printed on one side, in reading order, to be cut.

    >>> [p.page for p in slip_sheets(3, FOUR_UP)[0].front.placements]
    [1, 2, 3]
    """
    slips = [(number, number) for number in range(1, page_count + 1)]
    per_sheet = grid.columns * grid.rows
    fronts = (
        _side(slips[n : n + per_sheet], 0, grid, page_count)
        for n in range(0, len(slips), per_sheet)
    )
    return tuple(Sheet(replace(front, register_mm=()), Side(())) for front in fronts)


def saddle_sheets(
    page_count: int, spread: Spread, *, bound_right: bool = False
) -> tuple[Sheet, ...]:
    """Return the duplex sheets of a booklet, outermost first: laid in each other, folded, stapled.

    The paper is turned over its short edge, so that left and right change places and up stays up.
    Blank pages at the end make the count a multiple of four; nothing is placed for them. Nothing is
    trimmed, so pages need not be moved for creep. `bound_right` is for what is read from right to
    left.

    >>> [p.page for p in saddle_sheets(8, A5_ON_A4)[0].front.placements]
    [8, 1]
    >>> [p.page for p in saddle_sheets(8, A5_ON_A4)[0].back.placements]
    [2, 7]
    """
    padded = -(-page_count // 4) * 4
    sheets = []
    for index in range(padded // 4):
        first, last = 1 + 2 * index, padded - 2 * index
        front, back = (last, first), (first + 1, last - 1)
        if bound_right:
            front, back = (front[1], front[0]), (back[1], back[0])
        sheets.append(
            Sheet(
                Side(_facing(front, spread, page_count)),
                # The fold is marked on the inside, which is what you see as you fold.
                Side(_facing(back, spread, page_count), folds_x_mm=(spread.fold_mm,)),
            )
        )
    return tuple(sheets)


def _facing(pages: tuple[int, int], spread: Spread, page_count: int) -> tuple[Placement, ...]:
    """Return the pages left and right of the fold, but for blank ones."""
    left, right = spread.fold_mm - spread.page_width_mm, spread.fold_mm
    return tuple(
        Placement(page, x, spread.bottom_mm)
        for page, x in zip(pages, (left, right), strict=True)
        if page <= page_count
    )


def _side(cards: list[tuple[int, int]], face: int, grid: Grid, page_count: int) -> Side:
    """Return one side of a sheet; `cards` are pages, front and back, and `face` which is seen."""
    places: list[tuple[int, int, Placement]] = []
    for index, card in enumerate(cards):
        row, column = divmod(index, grid.columns)
        if face == 1:
            column = grid.columns - 1 - column
        if card[face] <= page_count:
            x = grid.left_mm + column * grid.card_width_mm
            # PDF counts from the bottom, readers from the top.
            y = grid.bottom_mm + (grid.rows - 1 - row) * grid.card_height_mm
            places.append((row, column, Placement(card[face], x, y)))
    cuts_x = tuple(grid.left_mm + n * grid.card_width_mm for n in range(grid.columns + 1))
    cuts_y = tuple(grid.bottom_mm + n * grid.card_height_mm for n in range(grid.rows + 1))
    return Side(
        tuple(place for _, _, place in sorted(places, key=lambda found: found[:2])),
        cuts_x,
        cuts_y,
        # Where cuts cross: on the corners of cards, away from their text.
        register_mm=tuple((x, y) for x in cuts_x[1:-1] for y in cuts_y[1:-1] or cuts_y[1:]),
    )
