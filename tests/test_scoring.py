"""A survey's scores follow the handbook's rules, and numbers of few people do not get out."""

from collections.abc import Iterable, Mapping, Sequence
from random import Random
from types import MappingProxyType

import pytest

from dreiebok.answers.exports import score_rows
from dreiebok.answers.matching import Answer, Sheet
from dreiebok.answers.plots import NARROW, WIDE, Style, plot_counts, plot_means, tint
from dreiebok.answers.questions import questionnaires
from dreiebok.answers.scoring import (
    HIDDEN,
    BlockResult,
    Pairs,
    SurveyResult,
    measure,
    rounded,
    score_survey,
)
from dreiebok.editions.edition import Edition
from dreiebok.editions.locales import format_number
from dreiebok.model.colours import contrast
from dreiebok.model.forms import Summary, Survey
from dreiebok.sources.parsing import SourceFile
from tests.projects import parse_files

SURVEY = """\
kind: survey
id: s
title: Måling
note: Anonymt.
code: s-kode
phases: [{id: s-for, title: Før}, {id: s-etter, title: Etter}]
scales:
  enig: {type: agreement, points: [Helt uenig, Uenig, Enig, Helt enig]}
  vet: {type: amount, scored: 3, points: [Lite, Noe, Mye, Vet ikke]}
blocks:
  - id: s-tro
    title: Tro
    scale: enig
    items:
      - {id: s-1, text: Ett.}
      - {id: s-2, text: To., reversed: true}
      - {id: s-3, text: Tre.}
      - {id: s-4, text: Fire., phases: [s-etter]}
  - id: s-hver
    title: Hver for seg
    scale: vet
    summary: items
    items: [{id: s-5, text: Fem.}]
  - id: s-tall
    title: Tall
    phases: [s-etter]
    scale: vet
    summary: counts
    items: [{id: s-6, text: Seks.}]
    fields: [{id: s-kode, kind: text, prompt: Koden din?}]
"""


def survey(changes: Mapping[str, str]) -> Survey:
    text = SURVEY
    for old, new in changes.items():
        text = text.replace(old, new)
    (record,), problems = parse_files([SourceFile("s.yml", text.encode())])
    assert problems == ()
    assert isinstance(record, Survey)
    return record


def sheets(phase: str, answers: Iterable[Mapping[str, Answer]]) -> list[Sheet]:
    return [Sheet(f"{phase}{n}", "s", phase, given) for n, given in enumerate(answers)]


def scored(
    before: Sequence[Mapping[str, Answer]],
    after: Sequence[Mapping[str, Answer]] = (),
    minimum: int = 1,
    changes: Mapping[str, str] = MappingProxyType({}),
) -> SurveyResult:
    found = [*sheets("s-for", before), *sheets("s-etter", after)]
    return score_survey(survey(changes), found, minimum)


def drawn(result: SurveyResult) -> dict[str, str]:
    """Write each item's and score's numbers as n:mean, a phase after the other; ? is hidden."""
    found = {}
    for block in result.blocks:
        for item in (*block.items, *([block.score] if block.score else [])):
            parts = []
            for one in item.measures:
                if one is None:
                    parts.append("-")
                elif one.hidden:
                    parts.append("?")
                elif one.counts:
                    parts.append("/".join(map(str, one.counts)))
                else:
                    parts.append(
                        f"{one.n}:{one.mean if one.mean is None else rounded(one.mean, 2)}"
                    )
            found[item.id] = " ".join(parts)
    return found


def test_points_are_means_and_reversed_items_are_turned_in_the_score_alone() -> None:
    result = scored([{"s-1": 4, "s-2": 1, "s-3": 4}, {"s-1": 2, "s-2": 2, "s-3": 4}])
    assert drawn(result) == {
        "s-1": "2:3.0 0:None",
        "s-2": "2:1.5 0:None",
        "s-3": "2:4.0 0:None",
        "s-4": "- 0:None",
        "s-tro": "2:3.5 0:None",
        "s-5": "0:None 0:None",
        "s-6": "- 0/0/0/0",
    }


def test_a_score_needs_three_answers_in_four() -> None:
    three, two = {"s-1": 4, "s-3": 4, "s-4": 4}, {"s-1": 4, "s-3": 4}
    assert drawn(scored([], [three, two]))["s-tro"] == "0:None 1:4.0"
    # Before, only three items are asked; two of three are fewer than three in four.
    assert drawn(scored([two, {**two, "s-2": 4}]))["s-tro"] == "1:3.0 0:None"


def test_do_not_know_gives_no_point_and_is_counted_where_answers_are() -> None:
    after = [{"s-5": 4, "s-6": 4}, {"s-5": 3, "s-6": 3}, {"s-5": 2, "s-6": 4}]
    found = drawn(scored([], after))
    assert (found["s-5"], found["s-6"]) == ("0:None 2:2.5", "- 0/0/1/2")


def test_the_change_is_the_last_mean_less_the_first() -> None:
    result = scored([{"s-1": 2}, {"s-1": 3}], [{"s-1": 4}, {"s-1": 4}, {"s-1": 3}])
    items = {item.id: item for block in result.blocks for item in block.items}
    assert items["s-1"].change == pytest.approx(11 / 3 - 2.5)
    assert items["s-4"].change is None
    assert items["s-3"].change is None


def test_spread_is_the_standard_deviation_of_a_sample() -> None:
    found = measure([1.0, 2.0, 3.0, 4.0], 0, 1)
    assert found.spread == pytest.approx(1.2909944)
    assert measure([2.0], 0, 1).spread is None


def test_fewer_answers_than_the_minimum_are_hidden_and_none_at_all_are_not() -> None:
    full = {"s-1": 3, "s-2": 3, "s-3": 3}
    before = [{**full, "s-5": 2}] * 4 + [full]
    found = drawn(scored(before, minimum=5))
    assert found["s-5"] == "? 0:None"
    assert found["s-1"] == "5:3.0 0:None"
    assert scored(before[:4], minimum=5).sheets[0] == HIDDEN
    assert scored(before, minimum=5).sheets[0].n == 5


def test_a_score_does_not_give_its_hidden_item_away() -> None:
    before = [{"s-1": 3, "s-2": 3, "s-3": 3}] * 4 + [{"s-1": 3, "s-2": 3}] * 4
    found = drawn(scored(before, minimum=5))
    assert (found["s-3"], found["s-tro"]) == ("? 0:None", "? 0:None")
    # Where nobody answered, nobody can be given away.
    before = [{"s-1": 3, "s-2": 2, "s-3": 3}] * 5
    assert drawn(scored(before, minimum=5))["s-tro"] == "5:3.0 0:None"


def test_a_survey_keeps_the_minimum_that_it_has_promised() -> None:
    before = [{"s-5": 2}] * 6
    kept = {"code: s-kode": "code: s-kode\nminimum: 7"}
    assert drawn(scored(before, minimum=2))["s-5"] == "6:2.0 0:None"
    assert drawn(scored(before, minimum=2, changes=kept))["s-5"] == "? 0:None"
    assert scored(before, minimum=9, changes=kept).minimum == 9


def coded(codes: Iterable[str], point: int) -> list[dict[str, Answer]]:
    return [{"s-kode": code, "s-5": point} for code in codes]


def pairs_of(result: SurveyResult) -> Pairs | None:
    return result.blocks[1].items[0].pairs


def test_those_with_the_same_code_are_compared_with_themselves() -> None:
    result = scored(coded(["Ås 12", "b", "c"], 1), coded(["ås12", "B ", "c"], 3), minimum=3)
    assert pairs_of(result) == Pairs(3, 2.0)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("abcde", "abcdef"),  # One alone is left: the means of all would tell what it answered.
        ("abcdefgh", "abcde"),
        ("ab", "ab"),
        ("aabcd", "abcd"),  # Who has the same code as another is not joined.
    ],
)
def test_pairs_that_give_someone_away_are_hidden(before: str, after: str) -> None:
    assert pairs_of(scored(coded(before, 1), coded(after, 2), minimum=4)) is None


def test_pairs_are_shown_where_enough_are_left_out() -> None:
    assert pairs_of(scored(coded("abcdwxyz", 1), coded("abcd", 2), minimum=4)) == Pairs(4, 1.0)
    assert (
        pairs_of(scored(coded("abcd", 1), coded("abcd", 2), changes={"code: s-kode\n": ""})) is None
    )


def test_the_order_of_the_files_changes_nothing() -> None:
    before = [{"s-1": n % 4 + 1, "s-2": n % 3 + 1, "s-3": (n * 7) % 4 + 1} for n in range(40)]
    mixed = list(before)
    Random(4).shuffle(mixed)
    assert list(score_rows([scored(before)])) == list(score_rows([scored(mixed)]))


def test_rows_of_scores_say_what_was_reckoned() -> None:
    head, *rows = score_rows([scored([{"s-5": 1}, {"s-5": 2}], [{"s-5": 3, "s-6": 4}, {"s-5": 3}])])
    (first, last) = [dict(zip(map(str, head), row, strict=True)) for row in rows if "s-5" in row]
    assert (first["phase"], first["n"], first["mean"], first["change"]) == ("s-for", 2, 1.5, None)
    assert (last["phase"], last["n"], last["mean"], last["change"]) == ("s-etter", 2, 3.0, 1.5)
    assert [row[-4:] for row in rows if "s-6" in row] == [[0, 0, 0, 1]]


@pytest.mark.parametrize(
    ("value", "digits", "shown"),
    [(2.25, 1, "2,3"), (-0.25, 1, "−0,3"), (-0.04, 1, "0,0"), (1234.5, 0, "1 235")],
)
def test_numbers_are_rounded_and_written_as_people_do(
    value: float, digits: int, shown: str
) -> None:
    assert format_number(rounded(value, digits), digits, "nb").replace("\xa0", " ") == shown


def test_a_change_upwards_has_a_plus() -> None:
    shown = [format_number(v, 1, "nb", signed=True) for v in (0.5, 0.0, -0.5)]
    assert shown == ["+0,5", "0,0", "−0,5"]


def style(direction: str = "ltr") -> Style:
    return Style("#24508F", direction, "for få svar", "Samlet skår", lambda v: f"{v:.1f}")


def block(result: SurveyResult, name: str) -> BlockResult:
    return next(block for block in result.blocks if block.id == name)


def test_dots_lie_where_the_means_are() -> None:
    result = scored([{"s-5": 1}, {"s-5": 1}], [{"s-5": 3}, {"s-5": 3}])
    svg = plot_means(block(result, "s-hver"), result.phases, WIDE, style())
    # The scale runs from 330 to 650: the first dot at its low end, the last at its high one.
    circles = [part for part in svg.splitlines() if part.startswith("<circle")]
    assert [circle.split('"')[1] for circle in circles[2:]] == ["330", "650"]
    for words in ("Før", "Etter", "Lite", "Mye", "Fem.", "1.0", "3.0"):
        assert f">{words}</text>" in svg
    assert "Vet ikke" not in svg
    mirrored = plot_means(block(result, "s-hver"), result.phases, WIDE, style("rtl"))
    circles = [part for part in mirrored.splitlines() if part.startswith("<circle")]
    assert [circle.split('"')[1] for circle in circles[2:]] == ["430", "110"]


def test_bars_are_as_long_as_their_counts() -> None:
    after = [{"s-6": 1}] + [{"s-6": 3}] * 2 + [{"s-6": 4}]
    result = scored([], after)
    svg = plot_counts(block(result, "s-tall"), result.phases, NARROW, style())
    bars = [part for part in svg.splitlines() if 'height="22"' in part]
    assert [bar.split('width="')[1].split('"')[0] for bar in bars] == ["56.0", "112.0", "56.0"]
    assert ">n = 4</text>" in svg
    assert [bar.split('fill="')[1][:7] for bar in bars] == [
        tint("#24508F", n, 3)[0] for n in (0, 2, 3)
    ]


def test_figures_on_every_bar_are_legible_and_no_two_bars_look_alike(edition: Edition) -> None:
    for programme in edition.programmes:
        for points in range(2, 12):
            shades = [tint(programme.accent, n, points) for n in range(points + 1)]
            assert min(contrast(*shade) for shade in shades) >= 4.5, (programme.id, points)
            assert len({colour for colour, _ in shades}) == points + 1
    assert tint("#24508F", 2, 3) == ("#24508F", "#FFFFFF")


@pytest.mark.parametrize("name", ["s-tro", "s-hver"])
def test_a_drawing_shows_no_dot_of_what_is_hidden(name: str) -> None:
    result = scored([{"s-1": 4, "s-2": 1, "s-3": 4, "s-5": 3}] * 4, minimum=5)
    svg = plot_means(block(result, name), result.phases, WIDE, style())
    legend = 2
    assert svg.count("<circle") == legend
    assert "for få svar" in svg


def test_hostile_words_of_a_survey_stay_words() -> None:
    result = scored([{"s-5": 3}], changes={"Fem.": "<script>&", "Lite": "<b>"})
    svg = plot_means(block(result, "s-hver"), result.phases, WIDE, style())
    assert "<script" not in svg
    assert "&lt;script&gt;&amp;" in svg


def test_real_surveys_say_how_they_are_reckoned(edition_surveys: dict[str, Survey]) -> None:
    guidance = {str(b.id): b.summary for b in edition_surveys["vg-skjema"].blocks if b.items}
    assert guidance == {
        "vg-blokk-b": Summary.MEAN,
        "vg-blokk-c": Summary.ITEMS,
        "vg-blokk-d": Summary.COUNTS,
        "vg-blokk-e": Summary.COUNTS,
    }
    tops = [(str(name), s.top) for name, s in edition_surveys["vg-skjema"].scales.items()]
    assert tops == [("riktig", 4), ("hyppighet", 6), ("fornøyd", 4), ("enig", 3)]
    assert edition_surveys["lg-puls"].minimum == 8
    assert edition_surveys["lg-puls"].blocks[0].summary is Summary.ITEMS


@pytest.fixture
def edition_surveys(edition: Edition) -> dict[str, Survey]:
    records = (one.record for one in questionnaires(edition.handbook))
    return {str(record.id): record for record in records if isinstance(record, Survey)}


def test_what_is_not_a_number_stays_as_it_was_written() -> None:
    result = scored([{"s-1": 1}])
    assert (result.id, result.title, result.has_code) == ("s", "Måling", True)
    assert result.phases == (("s-for", "Før"), ("s-etter", "Etter"))
    first, second, third = result.blocks
    assert (first.id, first.title, first.summary) == ("s-tro", "Tro", Summary.MEAN)
    assert first.points == ("Helt uenig", "Uenig", "Enig", "Helt enig")
    assert [item.words for item in first.items] == ["Ett.", "To.", "Tre.", "Fire."]
    assert [item.reversed for item in first.items] == [False, True, False, False]
    assert first.score
    assert (first.score.words, first.score.reversed) == ("Tro", False)
    assert second.score is third.score is None
    assert (second.scored, third.summary) == (3, Summary.COUNTS)


def test_a_survey_without_phases_and_code_has_one_group_and_no_pairs() -> None:
    changes = {
        "phases: [{id: s-for, title: Før}, {id: s-etter, title: Etter}]": "",
        "code: s-kode": "",
        ", phases: [s-etter]": "",
        "    phases: [s-etter]\n": "",
        "    fields: [{id: s-kode, kind: text, prompt: Koden din?}]\n": "",
    }
    result = score_survey(survey(changes), sheets("", [{"s-1": 2, "s-2": 2, "s-3": 2}] * 2), 1)
    assert (result.phases, result.has_code, result.minimum) == ((("", ""),), False, 1)
    assert drawn(result)["s-tro"] == "2:2.33"
    assert all(item.pairs is None for block in result.blocks for item in block.items)


WITHOUT_PHASES = {
    "phases: [{id: s-for, title: Før}, {id: s-etter, title: Etter}]": "",
    ", phases: [s-etter]": "",
    "    phases: [s-etter]\n": "",
}


def test_with_one_group_nobody_is_compared_with_himself() -> None:
    result = score_survey(survey(WITHOUT_PHASES), sheets("", coded("abc", 2)), 1)
    assert pairs_of(result) is None


def test_the_first_phase_is_compared_with_the_last() -> None:
    changes = {"title: Etter}]": "title: Etter}, {id: s-siden, title: Siden}]"}
    found = [
        sheet
        for phase, point in (("s-for", 1), ("s-etter", 2), ("s-siden", 3))
        for sheet in sheets(phase, coded("abc", point))
    ]
    assert pairs_of(score_survey(survey(changes), found, 1)) == Pairs(3, 2.0)


def test_sheets_without_a_code_are_nobodys() -> None:
    assert pairs_of(scored([{"s-5": 1}], [{"s-5": 3}])) is None
    assert pairs_of(scored(coded("a", 1), coded("a", 3))) == Pairs(1, 2.0)


def test_only_items_that_a_phase_asks_count_as_unanswered() -> None:
    # Three of the four are asked afterwards alone: before, one answer is all.
    later = {f"text: {word}": f"phases: [s-etter], text: {word}" for word in ("Tre.", "To.")}
    result = scored([{"s-1": 4}], [{"s-1": 4, "s-2": 1}], changes=later)
    assert drawn(result)["s-tro"] == "1:4.0 0:None"


def test_how_many_gave_each_answer_says_how_many_there_were_and_of_no_change() -> None:
    changes = {"    phases: [s-etter]\n": ""}
    before: list[dict[str, Answer]] = [{"s-kode": code, "s-6": 1} for code in "abc"]
    after: list[dict[str, Answer]] = [{"s-kode": code, "s-6": 4} for code in "abc"]
    item = scored(before, after, changes=changes).blocks[2].items[0]
    assert [(m.n, m.counts) for m in item.measures if m] == [(3, (3, 0, 0, 0)), (3, (0, 0, 0, 3))]
    assert item.pairs is None


def test_two_answers_have_a_spread_and_one_has_none() -> None:
    assert measure([1, 3], 0, 1).spread == pytest.approx(2**0.5)
    assert measure([1], 0, 1).spread is None


def test_one_person_alone_is_never_shown() -> None:
    result = scored([{"s-1": 4, "s-2": 1, "s-3": 4}], minimum=3)
    assert result.sheets == (HIDDEN, measure([], 0, 3))
    assert drawn(result)["s-1"] == "? 0:None"


def test_a_score_is_hidden_with_any_of_its_items_and_so_is_its_change() -> None:
    def person(number: int, **more: Answer) -> dict[str, Answer]:
        return {"s-1": 4, "s-2": 1, "s-3": 3, "s-kode": f"x{number}", **more}

    before = [person(number) for number in range(5)]
    # Three of four items are enough for a score; the fourth was answered by one.
    after = [*(person(number) for number in range(4)), person(4, **{"s-4": 1})]
    result = scored(before, after, minimum=3)
    assert drawn(result)["s-4"] == "- ?"
    assert drawn(result)["s-tro"] == "5:3.67 ?"
    score = result.blocks[0].score
    assert score
    assert score.pairs is None
    # Where nobody answers the fourth, everything is shown.
    whole = scored(before, before, minimum=3)
    assert drawn(whole)["s-tro"] == "5:3.67 5:3.67"
    assert (shown := whole.blocks[0].score)
    assert shown.pairs == Pairs(5, 0.0)


def test_who_answered_once_has_no_change_and_counts_have_none() -> None:
    codes: list[dict[str, Answer]] = [{"s-kode": f"x{number}"} for number in range(4)]
    before: list[dict[str, Answer]] = [{**code, "s-1": 2} for code in codes[:3]] + [codes[3]]
    after: list[dict[str, Answer]] = [{**code, "s-1": 3, "s-6": 1} for code in codes]
    result = scored(before, after)
    first = result.blocks[0].items[0]
    assert first.pairs == Pairs(3, 1.0)
    assert result.blocks[2].items[0].pairs is None
