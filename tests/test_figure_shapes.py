"""Flows, models, timelines and rhythms: nothing overlaps, and marks stand where the data says."""

import re
from itertools import combinations, pairwise
from math import ceil
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from dreiebok.building.loading import load_handbook
from dreiebok.building.reading import read_project
from dreiebok.figures import draw
from dreiebok.figures.axes import DOT, number
from dreiebok.figures.flows import layers
from dreiebok.figures.geometry import NOTE, PAD, TEXT, TIGHT, WIDE, Link, Placed, Rect, Row
from dreiebok.figures.layouts import lay_out
from dreiebok.figures.models import crosses
from dreiebok.model.figures import Figure
from tests.cases import FOLDER, Case, CaseFile, read_cases

WORDS = "Dere møter ledere og tillitsvalgte før gruppene begynner"
SIZES = {"wide": 600, "narrow": 340}


def figure(shape: str, boxes: list[dict[str, object]], **more: object) -> Figure:
    return Figure.model_validate(
        {
            "kind": "figure",
            "id": "f",
            "title": "En figur",
            "shape": shape,
            "alt": "Bokser.",
            "boxes": [{"id": f"b{n}", "text": WORDS[: 9 + 4 * n]} | b for n, b in enumerate(boxes)],
            **more,
        }
    )


WEEKS = {"unit": "uke", "start": -8, "end": 12}
YEAR = {"unit": "uke", "start": 0, "end": 52}
PLACES = [-8, -6, -4, -1, 0, 2, 4, 4, 12]
FIGURES = {
    "model of six": figure("model", [{}] * 6, centre="Planlegging"),
    "model of twelve": figure("model", [{}] * 12),
    "flow": figure(
        "flow",
        [{"note": "hver dag"}] * 7,
        arrows=[
            {"from": f"b{a}", "to": f"b{b}"}
            for a, b in [(0, 2), (1, 2), (2, 3), (3, 4), (3, 5), (3, 6), (4, 2)]
        ],
    ),
    "timeline": figure("timeline", [{"at": at} for at in PLACES], axis=WEEKS),
    "rhythm": figure(
        "rhythm",
        [
            {"at": 0, "every": 0.2, "note": "hver dag"},
            {"at": 3, "every": 6},
            {"at": 10},
            {"at": 5, "every": 26, "sign": "caution"},
        ],
        axis=YEAR,
    ),
}


@pytest.mark.parametrize("case", read_cases("figures.md"), ids=lambda case: case.title)
def test_layouts_look_as_sketched(
    case: Case, accept: bool, case_files: dict[str, CaseFile]
) -> None:
    ((layout, text),) = case.files.items()
    data = {"kind": "figure", "id": "f", "title": "t", "alt": "a"} | yaml.safe_load(text)
    placed = lay_out(Figure.model_validate(data), narrow=layout == "narrow")
    _check_room(placed)
    found = sketch(placed)
    if accept and found != case.expected:
        file = case_files.setdefault("figures.md", CaseFile(FOLDER / "figures.md"))
        file.accepted[case.title] = found
        return
    assert found == case.expected


def sketch(placed: Placed) -> str:
    """Return a layout in letters, 15 units wide and 24 high each."""
    cells = [[" "] * ceil(placed.width / 15) for _ in range(ceil(placed.height / 24))]

    def put(x: float, y: float, letter: str) -> None:
        cells[int(y // 24)][int(x // 15)] = letter

    for line in placed.lines:
        for (x1, y1), (x2, y2) in pairwise(line.points):
            for n in range(101):
                put(x1 + (x2 - x1) * n / 100, y1 + (y2 - y1) * n / 100, ".")
    for route in placed.routes:
        for x, y in route.trace():
            put(x, y, "+")
    for row in placed.rows:
        for mark in row.marks:
            for x in range(int(mark.x), int(mark.end) + 1):
                put(x, mark.y, "o")
    names = sorted([box.id for box in placed.boxes] + [row.id for row in placed.rows if row.id])
    shapes = [(box.id, box.rect) for box in placed.boxes]
    shapes += [(row.id, row_rect(row)) for row in placed.rows if row.id]
    for name, rect in shapes:
        for x in range(int(rect.x), int(rect.x + rect.width), 5):
            for y in range(int(rect.y), int(rect.y + rect.height), 5):
                put(x, y, "ABCDEFGHIJ"[names.index(name)])
    return "\n".join("".join(row).rstrip() for row in cells).strip("\n")


def row_rect(row: Row) -> Rect:
    """Return the room that a row's words take."""
    rects = [words.rect for words in row.words if words.lines]
    x, y = min(r.x for r in rects), min(r.y for r in rects)
    right, bottom = max(r.x + r.width for r in rects), max(r.y + r.height for r in rects)
    return Rect(x, y, right - x, bottom - y)


def test_words_in_the_handbook_are_as_large_as_promised(root: Path) -> None:
    css = (root / "templates/print/handbook.css").read_text(encoding="utf-8")
    margins = re.search(r"margin: \d+mm (\d+)mm \d+mm (\d+)mm", css)
    assert margins
    pt = (210 - int(margins[1]) - int(margins[2])) / 25.4 * 72 / WIDE
    assert TEXT * pt >= 9
    assert NOTE * pt >= 8


@pytest.mark.parametrize("layout", SIZES)
def test_the_handbooks_own_figures_have_room(layout: str, root: Path) -> None:
    handbook, _ = load_handbook(read_project(root))
    for record in handbook.records:
        if isinstance(record, Figure):
            placed = lay_out(record, narrow=layout == "narrow")
            assert placed.width == SIZES[layout], record.id
            _check_room(placed)
            for box in placed.boxes:
                smaller = f"A word of {box.id} is too long: give it a soft hyphen."
                assert box.text.size >= TEXT - 2, smaller
            names = [box.id for box in record.boxes] + [lane.id for lane in record.lanes]
            svg = draw(record, layout="wide" if layout == "wide" else "narrow")
            assert all(svg.count(f'id="{name}"') == 1 for name in names)


@pytest.mark.parametrize("layout", SIZES)
@pytest.mark.parametrize("name", FIGURES)
def test_everything_has_room(name: str, layout: str) -> None:
    placed = lay_out(FIGURES[name], narrow=layout == "narrow")
    assert placed.width == SIZES[layout]
    _check_room(placed)


@settings(max_examples=40, deadline=None)
@given(
    places=st.lists(st.integers(-8, 12), min_size=2, max_size=14),
    shape=st.sampled_from(["timeline", "rhythm"]),
    narrow=st.booleans(),
)
def test_any_places_on_an_axis_have_room(places: list[int], shape: str, narrow: bool) -> None:
    drawn = figure(shape, [{"at": at, "note": "hver uke"} for at in places], axis=WEEKS)
    _check_room(lay_out(drawn, narrow=narrow))


@settings(max_examples=25, deadline=None)
@given(size=st.integers(2, 14), narrow=st.booleans())
def test_a_model_of_any_size_has_room(size: int, narrow: bool) -> None:
    _check_room(lay_out(figure("model", [{}] * size), narrow=narrow))


def _check_room(placed: Placed) -> None:
    boxes = [box.rect for box in placed.boxes]
    rows = [row_rect(row) for row in placed.rows if row.words]
    words = [tick.rect for tick in placed.ticks]
    for one, other in combinations((*boxes, *rows, *words), 2):
        assert not one.meets(other), (one, other)
    marks = [mark for row in placed.rows for mark in row.marks]
    for rect in (*boxes, *rows, *words):
        assert rect.x >= 0 and rect.x + rect.width <= placed.width
        assert rect.y >= 0 and rect.y + rect.height <= placed.height
    for mark in marks:
        assert DOT <= mark.x <= placed.width - DOT
        assert not any(rect.holds((mark.x, mark.y), DOT) for rect in (*boxes, *rows))
    for box in placed.boxes:
        assert box.text.rect.width <= box.rect.width - 2 * TIGHT + 0.01
        assert box.note.rect.width <= box.rect.width - 2 * PAD + 0.01
        for route in placed.routes:
            assert not any(box.covers(point, 1) for point in route.trace())


def test_every_two_boxes_of_a_model_are_joined() -> None:
    placed = lay_out(FIGURES["model of six"], narrow=False)
    centres = [box.centre for box in placed.boxes]
    assert {line.points for line in placed.lines} == set(combinations(centres, 2))


@pytest.mark.parametrize("size", range(3, 9))
def test_lines_of_a_model_pass_beside_the_boxes_that_they_do_not_join(size: int) -> None:
    texts = ["Mål", "Myndiggjøring", "Å lykkes", "Mestringstro", "Forventninger", "Dialog"]
    boxes: list[dict[str, object]] = [
        {"text": text, "note": "til hver enkelt"} for text in (*texts, "Styrker", "Kompetanse")
    ]
    placed = lay_out(figure("model", boxes[:size], centre="Mestring"), narrow=False)
    for line in placed.lines:
        start, end = line.points
        others = [box for box in placed.boxes if box.centre not in line.points]
        assert not any(crosses(start, end, box.rect, 1) for box in others)


@pytest.mark.parametrize(
    ("end", "answer"), [((40.0, 10.0), True), ((40.0, 40.0), False), ((0.0, 40.0), False)]
)
def test_a_line_crosses_a_box_or_not(end: tuple[float, float], answer: bool) -> None:
    assert crosses((0.0, 10.0), end, Rect(10, 0, 20, 15), 1) is answer


def test_leaders_of_a_timeline_do_not_run_behind_other_cards() -> None:
    placed = lay_out(FIGURES["timeline"], narrow=False)
    leaders = [line.points for line in placed.lines if not line.strong]
    for start, end in leaders:
        # Cards of one place stand on one leader.
        elsewhere = [
            box
            for (place, _), box in zip(leaders, placed.boxes, strict=True)
            if place[0] != start[0]
        ]
        assert not any(crosses(start, end, box.rect, 0) for box in elsewhere)


def test_a_risk_is_not_counted_as_a_step() -> None:
    drawn = figure("process", [{}, {"sign": "caution"}, {}])
    assert [box.number for box in lay_out(drawn, narrow=False).boxes] == [1, 0, 2]


def test_a_long_word_makes_a_card_wider_rather_than_its_words_smaller() -> None:
    long = figure("timeline", [{"at": 0, "text": "Introduksjonsmøte"}, {"at": 4}], axis=WEEKS)
    card = lay_out(long, narrow=False).boxes[0]
    assert card.text.lines == ("Introduksjonsmøte",)
    assert card.text.size == TEXT


def test_a_minus_stands_before_its_number_in_a_mirrored_drawing() -> None:
    assert ">\N{LEFT-TO-RIGHT MARK}−8</text>" in draw(FIGURES["timeline"], direction="rtl")
    assert ">−8</text>" in draw(FIGURES["timeline"])


def test_a_flow_puts_a_box_after_those_that_lead_to_it() -> None:
    links = [Link(0, 2), Link(1, 2), Link(2, 3), Link(3, 1)]
    assert layers(links, 4) == [0, 0, 1, 2]
    assert layers(links, 5) == [0, 0, 1, 2, 2], "a box without arrows stands by the one before"


def test_arrows_of_a_flow_touch_their_own_boxes_alone() -> None:
    placed = lay_out(FIGURES["flow"], narrow=False)
    ends = [(0, 2), (1, 2), (2, 3), (3, 4), (3, 5), (3, 6), (4, 2)]
    for route, own in zip(placed.routes, ends, strict=True):
        others = [box for n, box in enumerate(placed.boxes) if n not in own]
        assert not any(box.covers(point) for box in others for point in route.trace())


def test_marks_come_as_often_as_the_data_says() -> None:
    placed = lay_out(FIGURES["rhythm"], narrow=False)
    daily, six, once, twice = (row.marks for row in placed.rows)
    assert len(daily) == 1 and daily[0].end > daily[0].x + 300, "a strip to the end"
    assert [len(marks) for marks in (six, once, twice)] == [9, 1, 2]
    steps = {round(b.x - a.x, 1) for a, b in pairwise(six)}
    assert len(steps) == 1
    weeks = (twice[1].x - twice[0].x) / (six[1].x - six[0].x) * 6
    assert round(weeks, 3) == 26


def test_a_timeline_is_told_in_order_on_a_phone() -> None:
    drawn = figure("timeline", [{"at": at} for at in (4, -8, 0)], axis=WEEKS)
    placed = lay_out(drawn, narrow=True)
    assert [box.id for box in placed.boxes] == ["b1", "b2", "b0"]
    assert [tick.lines for tick in placed.ticks] == [("uke",), ("−8",), ("0",), ("4",)]


def test_numbers_are_written_as_readers_write_them() -> None:
    assert [number(n) for n in (-8.0, 0.0, 2.5)] == ["−8", "0", "2,5"]


@pytest.mark.parametrize("layout", SIZES)
@pytest.mark.parametrize("name", FIGURES)
def test_every_box_is_an_anchor_once(name: str, layout: str) -> None:
    svg = draw(FIGURES[name], layout=layout)  # type: ignore[arg-type]
    for box in FIGURES[name].boxes:
        assert svg.count(f'id="{box.id}"') == 1


def test_a_mirrored_drawing_is_the_same_the_other_way_round() -> None:
    plain = draw(FIGURES["rhythm"])
    mirrored = draw(FIGURES["rhythm"], direction="rtl")
    assert plain != mirrored
    assert mirrored.count("<rect") == plain.count("<rect")
    assert 'direction="rtl"' in mirrored


def test_a_risk_is_marked_by_a_sign() -> None:
    drawn = figure("process", [{}, {"sign": "caution"}])
    svg = draw(drawn)
    assert ">!</text>" in svg
    assert svg.count("stroke-dasharray") == 1
