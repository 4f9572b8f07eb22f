"""Figures: nothing overlaps, nothing leaves the drawing, arrows tell the truth, words fit."""

import re
import xml.etree.ElementTree as ElementTree
from functools import cache
from itertools import combinations, pairwise
from math import atan2, ceil, hypot, pi
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont
from hypothesis import given, settings
from hypothesis import strategies as st

from dreiebok.building.loading import load_handbook
from dreiebok.building.reading import read_project
from dreiebok.figures import draw
from dreiebok.figures.geometry import NOTE, PAD, RING, TEXT
from dreiebok.figures.layouts import Placed, lay_out, links
from dreiebok.figures.routing import beside_column
from dreiebok.figures.widths import text_width, wrap
from dreiebok.model.figures import Figure

SVG = "{http://www.w3.org/2000/svg}"
FONTS = Path(__file__).resolve().parent.parent / "templates" / "fonts"
WORDS = "Du møter en utfordring på jobben som du vil snakke med de andre om"
Links = list[tuple[int, int]]


def figure(shape: str, texts: list[str], arrows: Links | None = None, label: str = "") -> Figure:
    """Return a figure; boxes of a lanes figure stand in two lanes by turns."""
    lanes = [{"id": "l1", "title": "Deg"}, {"id": "l2", "title": "Gruppa på arbeidsplassen"}]
    return Figure.model_validate(
        {
            "kind": "figure",
            "id": "f",
            "title": "En figur",
            "shape": shape,
            "alt": "Bokser og piler.",
            "centre": "Midt på",
            "lanes": lanes if shape == "lanes" else [],
            "boxes": [
                {"id": f"b{n}", "text": text, "note": "på jobb"}
                | ({"lane": f"l{n % 2 + 1}"} if shape == "lanes" else {})
                for n, text in enumerate(texts)
            ],
            "arrows": [
                {"from": f"b{a}", "to": f"b{b}"} | ({"text": label} if label else {})
                for a, b in arrows or []
            ],
        }
    )


def chain(count: int, *more: tuple[int, int]) -> Links:
    """Return arrows from each of so many boxes to the next, and more."""
    return [*pairwise(range(count)), *more]


GROWING = [WORDS[: 12 + 6 * n].strip() for n in range(8)]
LOOPS = [(0, 1), (1, 2), (2, 0), (0, 3), (3, 4), (4, 0)]
FIGURES = {
    "cycle": figure("cycle", GROWING[:7]),
    "cycle of two": figure("cycle", GROWING[:2]),
    "cycle of twenty": figure("cycle", GROWING[:5] * 4),
    "cycle with a short cut": figure("cycle", GROWING[:6], chain(6, (5, 0), (2, 0))),
    "cycle with words on arrows": figure("cycle", GROWING[:5], chain(5, (4, 0)), "så"),
    "process": figure("process", GROWING[:5]),
    "process with a way back": figure("process", GROWING[:5], chain(5, (2, 0))),
    "process with leaps": figure("process", GROWING, chain(8, (7, 0), (0, 6), (4, 1))),
    "process with words on arrows": figure("process", GROWING[:5], chain(5, (2, 0)), "hvis ja"),
    "lanes": figure("lanes", [WORDS[:24]] * 4),
    "many lanes boxes": figure("lanes", [WORDS[:24]] * 9),
    "lanes with words on arrows": figure("lanes", [WORDS[:24]] * 4, chain(4), "og så videre"),
    "loops": figure("loops", [WORDS[:20]] * 5, LOOPS),
    "loops with words on arrows": figure("loops", [WORDS[:20]] * 5, LOOPS, "hvis ja"),
    "long loops": figure(
        "loops", [WORDS[:30]] * 7, [*chain(4, (3, 0)), (0, 4), (4, 5), (5, 6), (6, 0)]
    ),
}
every_figure = pytest.mark.parametrize("found", FIGURES.values(), ids=list(FIGURES))
both_widths = pytest.mark.parametrize("narrow", [False, True], ids=["wide", "narrow"])


def check_boxes(placed: Placed) -> None:
    for first, second in combinations(placed.boxes, 2):
        assert not first.meets(second, RING), f"{first.id} meets {second.id}"
    for box in placed.boxes:
        # The ring with the number hangs over the corner.
        assert box.x >= RING
        assert box.y >= RING
        assert box.x + box.width <= placed.width
        assert box.y + box.height <= placed.height
        for line in box.lines:
            assert text_width(line, TEXT) <= box.width - 2 * PAD
        for line in box.notes:
            assert text_width(line, NOTE) <= box.width - 2 * PAD


@both_widths
@every_figure
def test_boxes_stand_clear_inside_the_drawing(found: Figure, narrow: bool) -> None:
    placed = lay_out(found, narrow=narrow)
    check_boxes(placed)
    assert [box.id for box in placed.boxes] == [box.id for box in found.boxes]
    assert [box.number for box in placed.boxes] == list(range(1, len(found.boxes) + 1))


@both_widths
@every_figure
def test_every_arrow_leads_from_its_box_to_its_box_and_through_none(
    found: Figure, narrow: bool
) -> None:
    placed = lay_out(found, narrow=narrow)
    drawn = []
    for route in placed.routes:
        ends = [
            [n for n, box in enumerate(placed.boxes) if box.holds(*point, 9)]
            for point in (route.points[0], route.points[-1])
        ]
        assert [len(boxes) for boxes in ends] == [1, 1]
        drawn.append((ends[0][0], ends[1][0]))
        for (x1, y1), (x2, y2) in pairwise(route.points):
            steps = ceil(hypot(x2 - x1, y2 - y1)) + 1
            for n in range(steps + 1):
                x, y = x1 + (x2 - x1) * n / steps, y1 + (y2 - y1) * n / steps
                assert not any(box.holds(x, y) for box in placed.boxes)
                assert 0 <= x <= placed.width
                assert 0 <= y <= placed.height
    assert sorted(drawn) == sorted((a, b) for a, b, _ in links(found))


@every_figure
def test_words_of_arrows_are_seen_once(found: Figure) -> None:
    label = found.arrows[0].text if found.arrows else None
    if not label:
        return
    for narrow in (False, True):
        placed = lay_out(found, narrow=narrow)
        on_arrows = [route.label for route in placed.routes if route.label]
        in_boxes = [line for box in placed.boxes for line in box.notes if line.startswith(label)]
        assert (len(on_arrows), len(in_boxes)) in {(len(found.arrows), 0), (0, len(found.arrows))}
        numbers = {line.rpartition(": ")[2] for line in in_boxes}
        assert not in_boxes or numbers == {str(b + 1) for _, b, _ in links(found)}
        for route in placed.routes:
            assert route.is_clear(placed.boxes, placed.width)


def test_words_that_find_room_stand_on_their_arrows() -> None:
    placed = lay_out(FIGURES["cycle with words on arrows"], narrow=False)
    assert [route.label for route in placed.routes] == ["så"] * 5


def test_on_a_phone_every_box_names_its_lane() -> None:
    placed = lay_out(FIGURES["lanes"], narrow=True)
    assert [box.notes[0] for box in placed.boxes] == ["Deg", "Gruppa på arbeidsplassen"] * 2


def test_boxes_of_a_lane_stand_in_its_band() -> None:
    found = FIGURES["many lanes boxes"]
    placed = lay_out(found, narrow=False)
    bands = {band.id: band for band in placed.bands}
    for box, record in zip(placed.boxes, found.boxes, strict=True):
        band = bands[str(record.lane)]
        assert band.y < box.y
        assert box.y + box.height < band.y + band.height
    assert all(a.x < b.x for a, b in pairwise(placed.boxes))


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(["cycle", "process", "lanes"]),
    st.lists(
        st.text("abc æøåWm", min_size=1, max_size=70).filter(str.strip), min_size=2, max_size=12
    ),
)
def test_any_texts_make_a_sound_figure(shape: str, texts: list[str]) -> None:
    for narrow in (False, True):
        check_boxes(lay_out(figure(shape, texts), narrow=narrow))


@pytest.mark.parametrize("name", ["cycle", "cycle with words on arrows"])
def test_a_cycle_reads_clockwise_from_the_top(name: str) -> None:
    placed = lay_out(FIGURES[name], narrow=False)
    assert placed.centre
    angles = [
        atan2(box.centre[1] - placed.centre[1], box.centre[0] - placed.centre[0])
        for box in placed.boxes
    ]
    assert angles[0] == pytest.approx(-pi / 2)
    assert all(0 < (b - a) % (2 * pi) < pi for a, b in pairwise([*angles, angles[0]]))


def test_loops_share_their_first_box_in_the_middle() -> None:
    first, *others = lay_out(FIGURES["loops"], narrow=False).boxes
    assert first.centre[0] == pytest.approx(340)
    assert [box.x > first.x for box in others] == [True, True, False, False]


def test_lines_beside_a_column_share_a_channel_only_where_they_never_meet() -> None:
    assert beside_column(((5, 0, ""), (1, 0, ""), (2, 4, ""), (4, 3, ""))) == (2, 0, 1, 0)


# What is drawn: SVG, seen with the widths of the real faces.


@cache
def face(weight: str) -> tuple[dict[int, str], dict[str, int]]:
    """Return a face's glyph names by letter, and their advance widths in thousandths."""
    with TTFont(FONTS / f"NotoSans-{weight}.ttf") as font:
        scale = 1000 / font["head"].unitsPerEm
        widths = {name: width * scale for name, (width, _) in font["hmtx"].metrics.items()}
        return dict(font.getBestCmap()), widths


def true_width(words: str, size: float, weight: str) -> float:
    names, widths = face(weight)
    return sum(widths[names[ord(letter)]] for letter in words) * size / 1000


def numbers(element: ElementTree.Element, *keys: str) -> list[float]:
    return [float(element.get(key, "nan")) for key in keys]


def reach(element: ElementTree.Element) -> tuple[float, float, float, float]:
    """Return how far a drawn element reaches: left, top, right, bottom."""
    kind = element.tag.removeprefix(SVG)
    if kind == "rect":
        x, y, width, height = numbers(element, "x", "y", "width", "height")
        return x, y, x + width, y + height
    if kind == "circle":
        x, y, radius = numbers(element, "cx", "cy", "r")
        return x - radius, y - radius, x + radius, y + radius
    if kind == "text":
        x, y, size = numbers(element, "x", "y", "font-size")
        weight = "Bold" if element.get("font-weight") else "Regular"
        width = true_width(element.text or "", size, weight)
        left = {"start": 0.0, "middle": 0.5, "end": 1.0}[element.get("text-anchor", "start")]
        return x - width * left, y - size, x + width * (1 - left), y + size * 0.3
    found = [
        float(n) for n in re.findall(r"-?[\d.]+", element.get("d") or element.get("points") or "")
    ]
    return min(found[::2]), min(found[1::2]), max(found[::2]), max(found[1::2])


@pytest.mark.parametrize("direction", ["ltr", "rtl"])
@both_widths
@every_figure
def test_everything_drawn_lies_inside_and_words_lie_in_their_boxes(
    found: Figure, narrow: bool, direction: str
) -> None:
    svg = ElementTree.fromstring(
        draw(found, layout="narrow" if narrow else "wide", direction=direction)
    )
    _, _, width, height = map(float, svg.get("viewBox", "").split())
    shapes = [
        e for e in svg.iter() if e.tag not in {f"{SVG}{n}" for n in ("svg", "title", "desc", "g")}
    ]
    for element in shapes:
        left, top, right, bottom = reach(element)
        assert left >= 0, ElementTree.tostring(element)
        assert top >= 0, ElementTree.tostring(element)
        assert right <= width, ElementTree.tostring(element)
        assert bottom <= height, ElementTree.tostring(element)
    for group in svg.iter(f"{SVG}g"):
        box, *others = group
        if group.find(f"{SVG}circle") is None:
            continue  # A band, whose title stands beside its boxes.
        left, top, right, bottom = reach(box)
        for words in others[2:]:
            inner = reach(words)
            assert left + PAD - 0.1 <= inner[0]
            assert inner[2] <= right - PAD + 0.1
            assert top < inner[1]
            assert inner[3] < bottom


@every_figure
def test_drawings_are_sound_xml_with_a_text_alternative(found: Figure) -> None:
    svg = ElementTree.fromstring(draw(found, prefix="p-"))
    assert svg.findtext(f"{SVG}title") == "En figur"
    assert svg.findtext(f"{SVG}desc") == "Bokser og piler."
    ids = [element.get("id") for element in svg.iter() if element.get("id")]
    assert len(ids) == len(set(ids))
    assert {box.id for box in found.boxes} | {lane.id for lane in found.lanes} <= set(ids)


@every_figure
def test_two_drawings_on_a_page_share_no_id(found: Figure) -> None:
    wide = draw(found, prefix="wide-")
    narrow = draw(found, layout="narrow", prefix="narrow-", anchors=False)
    ids = [set(re.findall(r' id="([^"]+)"', svg)) for svg in (wide, narrow)]
    assert ids[0].isdisjoint(ids[1])


@both_widths
@every_figure
def test_right_to_left_is_mirrored(found: Figure, narrow: bool) -> None:
    def centres(direction: str) -> tuple[float, list[float]]:
        svg = draw(found, layout="narrow" if narrow else "wide", direction=direction)
        tree = ElementTree.fromstring(svg)
        shapes = [e for e in tree.iter() if e.tag in {f"{SVG}rect", f"{SVG}circle"}]
        width = float(tree.get("viewBox", "").split()[2])
        return width, [(reach(e)[0] + reach(e)[2]) / 2 for e in shapes]

    (width, ltr), (_, rtl) = centres("ltr"), centres("rtl")
    assert [width - x for x in ltr] == pytest.approx(rtl, abs=0.2)


def test_texts_are_escaped() -> None:
    hostile = "</text><script>alert(1)</script> \"'&amp; <g onload=x>"
    made = figure("process", [hostile, "a & b"], [(0, 1)], hostile)
    made = made.model_copy(update={"title": made.boxes[0].text, "alt": made.boxes[0].text})
    for layout in ("wide", "narrow"):
        svg = draw(made, layout=layout)
        tree = ElementTree.fromstring(svg)
        assert {e.tag.removeprefix(SVG) for e in tree.iter()} <= {
            "svg", "title", "desc", "g", "rect", "circle", "path", "polygon", "text",
        }  # fmt: skip
        assert not any(name.startswith("on") for e in tree.iter() for name in e.attrib)


@every_figure
def test_the_same_figure_is_drawn_the_same(found: Figure) -> None:
    assert draw(found) == draw(found)


# The table of widths.


@pytest.mark.parametrize("weight", ["Regular", "Bold"])
def test_words_are_never_wider_than_reckoned(weight: str, root: Path) -> None:
    handbook, _ = load_handbook(read_project(root))
    figures = [record for record in handbook.records if isinstance(record, Figure)]
    assert figures
    texts = [text for f in figures for box in f.boxes for text in (box.text, box.note) if text]
    texts += [f.centre for f in figures if f.centre]
    alphabet = "abcdefghijklmnopqrstuvwxyzæøåABCDEFGHIJKLMNOPQRSTUVWXYZÆØÅ0123456789 .,:;?!–-«»()"
    for words in (*texts, WORDS, *alphabet):
        assert text_width(words, 16) >= true_width(words, 16, weight) - 0.01, words


def test_a_letter_that_the_table_lacks_is_taken_to_be_wide() -> None:
    assert text_width("ж", 10) == pytest.approx(7)


def test_lines_break_between_words() -> None:
    assert wrap("Du møter en utfordring", 16, 110) == ("Du møter en", "utfordring")


@given(st.text("abc -æøåWm", max_size=60), st.floats(40, 200))
def test_no_letter_is_lost_and_no_line_is_too_long(words: str, room: float) -> None:
    lines = wrap(words, 16, room)
    assert re.sub("[ -]", "", "".join(lines)) == re.sub("[ -]", "", words)
    assert all(text_width(line, 16) <= room for line in lines)


def test_a_word_that_is_too_long_is_broken_with_a_hyphen() -> None:
    lines = wrap("Menneskerettighetsorganisasjonene", 16, 90)
    assert len(lines) > 1
    assert all(line.endswith("-") for line in lines[:-1])
    assert "".join(line.rstrip("-") for line in lines) == "Menneskerettighetsorganisasjonene"


def test_no_letter_of_a_broken_word_is_left_alone() -> None:
    word = "utfordring"
    for room in range(50, 90):
        assert len(wrap(word, 16, room)[-1]) >= 3
