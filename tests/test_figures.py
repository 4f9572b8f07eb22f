"""Figures: nothing overlaps, nothing leaves the drawing, and words fit their boxes."""

import re
import xml.etree.ElementTree as ElementTree
from itertools import combinations, pairwise
from math import atan2, pi
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont
from hypothesis import given, settings
from hypothesis import strategies as st

from dreiebok.building.loading import load_handbook
from dreiebok.building.reading import read_project
from dreiebok.figures import draw
from dreiebok.figures.geometry import PAD
from dreiebok.figures.layouts import Placed, lay_out
from dreiebok.figures.widths import text_width, wrap
from dreiebok.model.figures import Figure

WORDS = "Du møter en utfordring på jobben som du vil snakke med de andre om"


def figure(shape: str, texts: list[str], arrows: list[tuple[int, int]] | None = None) -> Figure:
    lanes = [{"id": "l1", "title": "Deg"}, {"id": "l2", "title": "Gruppa"}]
    return Figure.model_validate(
        {
            "kind": "figure",
            "id": "f",
            "title": "En figur",
            "shape": shape,
            "alt": "Bokser og piler.",
            "lanes": lanes if shape == "lanes" else [],
            "boxes": [
                {"id": f"b{n}", "text": text, "note": "på jobb"}
                | ({"lane": f"l{n % 2 + 1}"} if shape == "lanes" else {})
                for n, text in enumerate(texts)
            ],
            "arrows": [{"from": f"b{a}", "to": f"b{b}"} for a, b in arrows or []],
        }
    )


LOOPS = [(0, 1), (1, 2), (2, 0), (0, 3), (3, 4), (4, 0)]
SHAPES = [
    figure("cycle", [WORDS[: 12 + 6 * n].strip() for n in range(7)]),
    figure("process", [WORDS[: 12 + 6 * n].strip() for n in range(5)]),
    figure("lanes", [WORDS[:24]] * 4),
    figure("loops", [WORDS[:20]] * 5, LOOPS),
]


def check(placed: Placed) -> None:
    for first, second in combinations(placed.boxes, 2):
        assert not first.meets(second, 4), f"{first.id} meets {second.id}"
    for box in placed.boxes:
        assert box.x >= 0
        assert box.y >= 0
        assert box.x + box.width <= placed.width
        assert box.y + box.height <= placed.height
        for line in box.lines:
            assert text_width(line, 16) <= box.width - 2 * PAD
    for route in placed.routes:
        for x, y in route.points:
            assert 0 <= x <= placed.width
            assert 0 <= y <= placed.height


@pytest.mark.parametrize("narrow", [False, True], ids=["wide", "narrow"])
@pytest.mark.parametrize("found", SHAPES, ids=lambda found: found.shape)
def test_boxes_stand_clear_inside_the_drawing(found: Figure, narrow: bool) -> None:
    check(lay_out(found, narrow=narrow))


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.text("abc æøåWm", min_size=1, max_size=70).filter(str.strip), min_size=3, max_size=8
    )
)
def test_any_texts_make_a_sound_cycle(texts: list[str]) -> None:
    check(lay_out(figure("cycle", texts), narrow=False))


def test_a_cycle_reads_clockwise_and_its_arrows_touch_no_other_box() -> None:
    placed = lay_out(SHAPES[0], narrow=False)
    assert placed.centre
    angles = [
        atan2(box.centre[1] - placed.centre[1], box.centre[0] - placed.centre[0])
        for box in placed.boxes
    ]
    assert all(0 < (b - a) % (2 * pi) < pi for a, b in pairwise(angles))
    for route in placed.routes:
        for box in placed.boxes:
            assert not any(box.holds(x, y) for x, y in route.points)


def test_arrows_end_at_their_boxes() -> None:
    placed = lay_out(SHAPES[0], narrow=False)
    for number, route in enumerate(placed.routes):
        first = placed.boxes[number]
        second = placed.boxes[(number + 1) % len(placed.boxes)]
        assert first.holds(*route.points[0], 9)
        assert second.holds(*route.points[-1], 9)


@pytest.mark.parametrize("found", SHAPES, ids=lambda found: found.shape)
def test_drawings_are_sound_xml_with_a_text_alternative(found: Figure) -> None:
    svg = ElementTree.fromstring(draw(found, prefix="p-"))
    space = "{http://www.w3.org/2000/svg}"
    assert svg.findtext(f"{space}title") == "En figur"
    assert svg.findtext(f"{space}desc") == "Bokser og piler."
    ids = [element.get("id") for element in svg.iter() if element.get("id")]
    assert len(ids) == len(set(ids))
    assert {box.id for box in found.boxes} <= set(ids)


def test_two_drawings_on_a_page_share_no_id() -> None:
    wide = draw(SHAPES[0], prefix="wide-")
    narrow = draw(SHAPES[0], layout="narrow", prefix="narrow-", anchors=False)
    ids = [set(re.findall(r' id="([^"]+)"', svg)) for svg in (wide, narrow)]
    assert ids[0].isdisjoint(ids[1])


def test_right_to_left_is_mirrored() -> None:
    def centres(svg: str) -> list[float]:
        boxes = re.findall(r'<rect x="([\d.]+)" y="[\d.]+" width="([\d.]+)"', svg)
        return [float(x) + float(width) / 2 for x, width in boxes]

    ltr, rtl = centres(draw(SHAPES[0])), centres(draw(SHAPES[0], direction="rtl"))
    assert [680 - x for x in ltr] == pytest.approx(rtl, abs=0.2)


def test_texts_are_escaped() -> None:
    svg = draw(figure("process", ["<script>alert(1)</script>", "a & b"]))
    assert "<script" not in svg
    ElementTree.fromstring(svg)


def test_the_same_figure_is_drawn_the_same() -> None:
    assert draw(SHAPES[0]) == draw(SHAPES[0])


@pytest.mark.parametrize("face", ["Regular", "Bold"])
def test_words_are_never_wider_than_reckoned(face: str, root: Path) -> None:
    font = TTFont(root / f"templates/fonts/NotoSans-{face}.ttf")
    widths, letters = font["hmtx"], font.getBestCmap()
    handbook, _ = load_handbook(read_project(root))
    figures = [record for record in handbook.records if isinstance(record, Figure)]
    texts = [text for f in figures for box in f.boxes for text in (box.text, box.note) if text]
    alphabet = "abcdefghijklmnopqrstuvwxyzæøåABCDEFGHIJKLMNOPQRSTUVWXYZÆØÅ0123456789 .,:;?!–-«»()"
    for words in (*texts, WORDS, *alphabet):
        true = sum(widths[letters[ord(letter)]][0] for letter in words) / 1000 * 16
        assert text_width(words, 16) >= true - 0.01, words


def test_a_word_that_is_too_long_is_broken_with_a_hyphen() -> None:
    lines = wrap("Menneskerettighetsorganisasjonene", 16, 90)
    assert len(lines) > 1
    assert all(line.endswith("-") for line in lines[:-1])
    assert "".join(line.rstrip("-") for line in lines) == "Menneskerettighetsorganisasjonene"
