"""Figures: nothing overlaps, nothing leaves the drawing, arrows touch their own boxes alone."""

import re
import xml.etree.ElementTree as ElementTree
from functools import cache
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
from dreiebok.figures.geometry import PAD, TIGHT, Placed, PlacedBox, Point, Rect
from dreiebok.figures.layouts import lay_out, links_of, loops_of
from dreiebok.figures.widths import WIDTHS, text_width
from dreiebok.model.figures import Figure

WORDS = "Du møter en utfordring på jobben som du vil snakke med de andre om"
SPACE = "{http://www.w3.org/2000/svg}"
LANES = "001120210"
"""Which lane each box of a lanes figure stands in."""
SIZES = {"wide": 600, "narrow": 340}


def figure(shape: str, texts: list[str], arrows: list[tuple[int, int]] | None = None,
           label: str = "", centre: str = "") -> Figure:  # fmt: skip
    lanes = [{"id": f"l{n}", "title": title} for n, title in enumerate(("Deg", "Gruppa", "Leder"))]
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
                | ({"lane": f"l{LANES[n % 9]}"} if shape == "lanes" else {})
                for n, text in enumerate(texts)
            ],
            "arrows": [
                {"from": f"b{a}", "to": f"b{b}"} | ({"text": label} if label else {})
                for a, b in arrows or []
            ],
        }
        | ({"centre": centre} if centre else {})
    )


def chain(size: int, *more: tuple[int, int]) -> list[tuple[int, int]]:
    return [*pairwise(range(size)), *more]


GROWING = [WORDS[: 12 + 6 * n].strip() for n in range(8)]
LOOPS = [(0, 1), (1, 2), (2, 0), (0, 3), (3, 4), (4, 5), (5, 0)]
THREE = [(0, 1), (1, 0), (0, 2), (2, 3), (3, 0), (0, 4), (4, 5), (5, 0)]
LONG = ["Taushetspliktbestemmelsesgjennomgang", "a" * 120, "漢字" * 30, "ЩОДЕННИЙ ЖУРНАЛ"]
FIGURES = {
    "cycle of seven": figure("cycle", GROWING[:7], centre="Mestring i arbeidet"),
    "cycle of eight, 90 letters": figure("cycle", [WORDS + WORDS[:24]] * 8, centre="Læring"),
    "cycle of two": figure("cycle", GROWING[:2]),
    "cycle of 24": figure("cycle", GROWING * 3),
    "cycle with a shortcut": figure(
        "cycle", GROWING[:5], chain(5, (4, 0), (1, 3)), label="ved behov", centre="Læring"
    ),
    "cycle of long words": figure("cycle", LONG, centre="Taushetspliktbestemmelsesgjennomgang"),
    "cycle of eight words too long to stand side by side": figure("cycle", ["W" * 60] * 8),
    "process": figure("process", GROWING[:5]),
    "process of eleven": figure("process", [*GROWING, *GROWING[:3]]),
    "process with words and a way back": figure(
        "process", GROWING[:5], chain(5, (4, 1), (0, 3)), label="når gruppa vil"
    ),
    "process of long words": figure("process", LONG),
    "lanes": figure("lanes", [WORDS[:24]] * 4),
    "lanes with words and a branch": figure(
        "lanes", GROWING[:6], chain(6, (2, 5), (5, 1)), label="svar"
    ),
    "lanes of twelve": figure("lanes", [WORDS[:30]] * 12),
    "loops": figure("loops", [WORDS[:20]] * 6, LOOPS),
    "loops with words": figure("loops", GROWING[:6], LOOPS, label="etterpå"),
    "three loops": figure("loops", GROWING[:6], THREE),
}
every_figure = pytest.mark.parametrize("found", FIGURES.values(), ids=FIGURES)
both_layouts = pytest.mark.parametrize("layout", SIZES)


def check(found: Figure, layout: str) -> Placed:
    """Hold a figure to everything that is promised of its drawing; return it laid out."""
    placed = lay_out(found, narrow=layout == "narrow")
    page = Rect(0, 0, placed.width, placed.height)
    assert placed.width >= SIZES[layout]
    assert [box.number for box in placed.boxes] == list(range(1, len(found.boxes) + 1))
    for first, second in combinations(placed.boxes, 2):
        assert not first.meets(second, 8), f"{first.id} meets {second.id}"
    words = [route.label.rect for route in placed.routes if route.label]
    words += [placed.centre.rect] if placed.centre else []
    for rect in [*(b.rect for b in placed.boxes), *(b.ring for b in placed.boxes), *words]:
        assert inside(rect, page)
    for box in placed.boxes:
        assert box.text.rect.width <= box.rect.width - 2 * TIGHT + 0.01
        assert box.note.rect.width <= box.rect.width - 2 * PAD + 0.01
        text_height = box.text.rect.height + box.note.rect.height
        assert text_height <= box.rect.height - 2 * PAD + 0.01
        assert not any(box.rect.meets(rect) or box.ring.meets(rect) for rect in words)
    assert not any(a.meets(b) for a, b in combinations(words, 2))
    for link, route in zip(links_of(found), placed.routes, strict=True):
        assert (route.label is not None) == bool(link.text)
        line = list(route.trace())
        for point in line:
            assert page.holds(point)
            assert not any(box.covers(point, 1) for box in placed.boxes), f"{link} crosses a box"
            assert not any(rect.holds(point) for rect in words), f"{link} crosses words"
        assert touches(placed.boxes[link.source], line[0])
        assert touches(placed.boxes[link.target], line[-1])
    return placed


def inside(rect: Rect, page: Rect) -> bool:
    return page.holds((rect.x, rect.y)) and page.holds((rect.x + rect.width, rect.y + rect.height))


def touches(box: PlacedBox, point: Point) -> bool:
    """Tell whether an arrow's end stands at the edge of a box or its ring, and not on it."""
    return box.covers(point, 12) and not box.covers(point, 1)


@both_layouts
@every_figure
def test_everything_stands_clear_and_inside(found: Figure, layout: str) -> None:
    check(found, layout)


texts = st.lists(
    st.text("abc æøåWmЩ漢-", min_size=1, max_size=90).filter(str.strip), min_size=2, max_size=8
)


@settings(max_examples=25, deadline=None)
@given(texts, st.sampled_from(["", "Mestring i arbeidet"]))
def test_any_texts_make_a_sound_cycle(found: list[str], centre: str) -> None:
    for layout in SIZES:
        check(figure("cycle", found, centre=centre), layout)


@settings(max_examples=25, deadline=None)
@given(
    st.sampled_from(["process", "lanes"]),
    texts,
    st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7)), max_size=1, unique=True),
    st.sampled_from(["", "så", "når gruppa vil"]),
)
def test_any_arrows_find_a_way(
    shape: str, found: list[str], more: list[tuple[int, int]], label: str
) -> None:
    steps = chain(len(found))
    size = len(found)
    extra = [(a, b) for a, b in more if a < size and b < size and a != b and (a, b) not in steps]
    if shape == "lanes" and extra:
        label = ""  # Words on every arrow and one back may leave some standing on a line.
    for layout in SIZES:
        check(figure(shape, found, [*steps, *extra], label), layout)


@both_layouts
@pytest.mark.parametrize("name", sorted(FIGURES.keys() - {"lanes of twelve"}))
def test_arrows_do_not_cross(name: str, layout: str) -> None:
    found = FIGURES[name]
    placed = lay_out(found, narrow=layout == "narrow")
    for (one, first), (other, second) in combinations(
        zip(links_of(found), placed.routes, strict=True), 2
    ):
        if one.source == other.source or one.target == other.target:
            continue  # They may share a line.
        assert not any(
            crosses(a, b) for a in pairwise(first.points) for b in pairwise(second.points)
        ), f"{one} crosses {other}"


def crosses(first: tuple[Point, Point], second: tuple[Point, Point]) -> bool:
    def side(a: Point, b: Point, c: Point) -> float:
        return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])

    return (
        side(*first, second[0]) * side(*first, second[1]) <= 0
        and side(*second, first[0]) * side(*second, first[1]) < 0
    )


def test_a_cycle_reads_clockwise_from_the_top_with_arrows_alike() -> None:
    placed = check(FIGURES["cycle of seven"], "wide")
    assert placed.centre
    middle = placed.centre.x, placed.centre.y + placed.centre.rect.height / 2
    angles = [atan2(box.centre[1] - middle[1], box.centre[0] - middle[0]) for box in placed.boxes]
    assert angles[0] == pytest.approx(-pi / 2)
    assert all(0 < (b - a) % (2 * pi) < pi for a, b in pairwise(angles))
    lengths = [len(list(route.trace())) for route in placed.routes]
    assert max(lengths) < 3 * min(lengths)


def test_on_a_phone_a_cycle_is_a_column_with_an_arrow_back_to_the_top() -> None:
    placed = check(FIGURES["cycle of seven"], "narrow")
    assert len({box.rect.x for box in placed.boxes}) == 1
    assert all(a.rect.y < b.rect.y for a, b in pairwise(placed.boxes))
    back = placed.routes[-1].points
    assert max(x for x, _ in back) > placed.boxes[0].rect.x + placed.boxes[0].rect.width
    assert placed.centre, "the words in the middle stand on top"
    assert placed.centre.y < placed.boxes[0].rect.y


def test_a_page_of_a4_holds_eight_boxes_of_90_letters() -> None:
    placed = check(FIGURES["cycle of eight, 90 letters"], "wide")
    assert all(box.text.size == 16 for box in placed.boxes)
    assert placed.height / placed.width < 253 / 132, "132 mm wide, as handbook.css has it"


@pytest.mark.parametrize("name", ["lanes", "lanes with words and a branch"])
def test_boxes_of_a_lane_stand_in_its_band_after_those_before_them(name: str) -> None:
    found = FIGURES[name]
    placed = check(found, "wide")
    upright = placed.bands[0].rect.y == placed.bands[1].rect.y
    bands = {band.id: band.rect for band in placed.bands}
    assert list(bands) == ["l0", "l1", "l2"]
    for box, data in zip(placed.boxes, found.boxes, strict=True):
        assert inside(box.rect, bands[str(data.lane)])
    for link in links_of(found):
        if link.source < link.target:
            before, after = placed.boxes[link.source].rect, placed.boxes[link.target].rect
            assert (before.y, before.x) < (after.y, after.x) if upright else before.x <= after.x


def test_on_a_phone_bands_follow_the_boxes() -> None:
    placed = check(FIGURES["lanes with words and a branch"], "narrow")
    assert all(a.rect.y < b.rect.y for a, b in pairwise(placed.boxes))
    assert [band.id for band in placed.bands] == ["l0", "l1", "l2", ""]
    for box in placed.boxes:
        assert any(inside(box.rect, band.rect) for band in placed.bands)


def test_loops_lie_on_either_side_of_their_shared_box() -> None:
    found = FIGURES["loops"]
    assert loops_of(links_of(found)) == ((1, 2), (3, 4, 5))
    placed = check(found, "wide")
    shared = placed.boxes[0].centre[0]
    assert all(box.centre[0] > shared for box in placed.boxes[1:3])
    assert all(box.centre[0] < shared for box in placed.boxes[3:])


def test_rows_of_a_process_are_read_from_the_start() -> None:
    placed = check(FIGURES["process of eleven"], "wide")
    assert all(
        (a.rect.y, a.rect.x) < (b.rect.y, b.rect.x) for a, b in pairwise(placed.boxes)
    )  # fmt: skip


@both_layouts
@every_figure
def test_drawings_are_sound_xml_with_a_text_alternative(found: Figure, layout: str) -> None:
    svg = ElementTree.fromstring(
        draw(found, layout="wide" if layout == "wide" else "narrow", prefix="p-")
    )
    assert svg.findtext(f"{SPACE}title") == "En figur"
    assert svg.findtext(f"{SPACE}desc") == "Bokser og piler."
    ids = [element.get("id") for element in svg.iter() if element.get("id")]
    assert svg.get("aria-labelledby") == "p-f-title p-f-desc"
    assert {"p-f-title", "p-f-desc"} < set(ids)
    assert len(ids) == len(set(ids))
    assert {box.id for box in found.boxes} | {box.lane for box in found.boxes} <= {*ids, None}


@pytest.mark.parametrize("direction", ["ltr", "rtl"])
@both_layouts
@every_figure
def test_words_as_drawn_lie_in_their_boxes(
    found: Figure, layout: str, direction: str, root: Path
) -> None:
    svg = ElementTree.fromstring(
        draw(found, layout="wide" if layout == "wide" else "narrow", direction=direction)
    )
    width, height = map(float, svg.attrib["viewBox"].split()[2:])
    for group in (svg, *svg.iter(f"{SPACE}g")):
        rect = group.find(f"{SPACE}rect")
        left, right, bottom = 0.0, width, height
        if rect is not None:
            left = float(rect.attrib["x"])
            right = left + float(rect.attrib["width"])
            bottom = float(rect.attrib["y"]) + float(rect.attrib["height"])
        for text in group.findall(f"{SPACE}text"):
            if (text.text or "").isdigit():
                continue  # The number stands in its ring, over the corner.
            x, y, size = (float(text.attrib[key]) for key in ("x", "y", "font-size"))
            face = "Bold" if text.get("font-weight") else "Regular"
            long = true_width(text.text or "", size, root / f"templates/fonts/NotoSans-{face}.ttf")
            if text.attrib["text-anchor"] == "middle":
                x -= long / 2
            elif direction == "rtl":
                x -= long
            assert left <= x
            assert x + long <= right
            assert y + size * 0.3 <= bottom


@every_figure
def test_two_drawings_on_a_page_share_no_id(found: Figure) -> None:
    wide = draw(found, prefix="wide-")
    narrow = draw(found, layout="narrow", prefix="narrow-", anchors=False)
    ids = [set(re.findall(r' id="([^"]*)"', svg)) for svg in (wide, narrow)]
    assert ids[0].isdisjoint(ids[1])
    assert ids[1] == {"narrow-f-title", "narrow-f-desc"}


@every_figure
def test_right_to_left_is_mirrored(found: Figure) -> None:
    def places(svg: str) -> tuple[float, list[tuple[float, str]]]:
        root = ElementTree.fromstring(svg)
        rects = [
            (float(rect.attrib["x"]) + float(rect.attrib["width"]) / 2, rect.attrib["y"])
            for rect in root.iter(f"{SPACE}rect")
        ]
        marks = [
            (float(mark.attrib["cx"]), mark.attrib["cy"]) for mark in root.iter(f"{SPACE}circle")
        ]
        tips = [
            tuple(mark.attrib["points"].split()[0].split(","))
            for mark in root.iter(f"{SPACE}polygon")
        ]
        return float(root.attrib["viewBox"].split()[2]), [
            *rects, *marks, *((float(x), y) for x, y in tips)
        ]  # fmt: skip

    width, ltr = places(draw(found))
    _, rtl = places(draw(found, direction="rtl"))
    assert [width - x for x, _ in ltr] == pytest.approx([x for x, _ in rtl], abs=0.2)
    assert [y for _, y in ltr] == [y for _, y in rtl]


def test_right_to_left_text_says_so_and_starts_at_the_right() -> None:
    found = FIGURES["lanes of twelve"]
    texts = ElementTree.fromstring(draw(found, direction="rtl")).iter(f"{SPACE}text")
    starts = []
    for text in texts:
        assert text.get("direction") == "rtl"
        if text.get("text-anchor") == "start":
            starts.append(float(text.attrib["x"]))
    assert starts == [590, 391.3, 192.7], "at the right edge of each upright lane"
    assert "direction" not in draw(FIGURES["lanes"])


@both_layouts
def test_texts_are_escaped(layout: str) -> None:
    hostile = '</text><script>alert(1)</script> & "x"'
    found = figure("lanes", [hostile] * 2, [(0, 1)], label=hostile, centre=hostile)
    found = found.model_copy(update={"title": hostile, "alt": hostile})
    svg = draw(found, layout="wide" if layout == "wide" else "narrow")
    assert "<script" not in svg
    assert ElementTree.fromstring(svg).findtext(f"{SPACE}desc") == hostile


def test_a_drawing_needs_nothing_from_elsewhere() -> None:
    svg = "".join(draw(found) for found in FIGURES.values())
    tags = {"svg", "title", "desc", "g", "rect", "circle", "path", "polygon", "text"}
    assert set(re.findall(r"<(\w+)", svg)) == tags
    assert "href" not in svg
    assert "url(" not in svg


@every_figure
def test_the_same_figure_is_drawn_the_same(found: Figure) -> None:
    assert draw(found) == draw(found.model_copy(deep=True))


@cache
def letters_of(font: Path) -> dict[str, float]:
    """Return the advance widths of a font's letters, in parts of the type size."""
    with TTFont(font) as face:
        advances, size = face["hmtx"], face["head"].unitsPerEm
        return {chr(code): advances[name][0] / size for code, name in face.getBestCmap().items()}


def true_width(words: str, size: float, font: Path) -> float:
    """Return the width of words in a font; letters that it lacks are in another font."""
    letters = letters_of(font)
    return sum(letters.get(letter, text_width(letter, 1)) for letter in words) * size


@pytest.mark.parametrize("face", ["Regular", "Bold"])
def test_words_are_never_wider_than_reckoned(face: str, root: Path) -> None:
    font = root / f"templates/fonts/NotoSans-{face}.ttf"
    assert letters_of(font).keys() >= WIDTHS.keys()
    handbook, _ = load_handbook(read_project(root))
    figures = [record for record in handbook.records if isinstance(record, Figure)]
    assert figures
    found = [text for f in figures for box in f.boxes for text in (box.text, box.note) if text]
    for words in (*found, *WORDS.split(), *WIDTHS):
        assert text_width(words, 16) >= true_width(words, 16, font) - 0.01, words
