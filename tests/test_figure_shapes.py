"""Flows, models, timelines and rhythms: nothing overlaps, and marks stand where the data says."""

from itertools import combinations, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dreiebok.figures import draw
from dreiebok.figures.axes import DOT, number, row_rect
from dreiebok.figures.flows import layers
from dreiebok.figures.geometry import Link, Placed
from dreiebok.figures.layouts import lay_out
from dreiebok.model.figures import Figure

WORDS = "Dere møter ledere og tillitsvalgte før gruppene begynner"
SIZES = {"wide": 680, "narrow": 340}


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
        for part in (box.text.rect, box.note.rect):
            assert part.width <= box.rect.width


def test_every_two_boxes_of_a_model_are_joined() -> None:
    placed = lay_out(FIGURES["model of six"], narrow=False)
    centres = [box.centre for box in placed.boxes]
    assert {line.points for line in placed.lines} == set(combinations(centres, 2))


def test_a_flow_puts_a_box_after_those_that_lead_to_it() -> None:
    links = [Link(0, 2), Link(1, 2), Link(2, 3), Link(3, 1)]
    assert layers(links, 4) == [0, 0, 1, 2]


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
