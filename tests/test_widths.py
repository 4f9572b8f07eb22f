"""Lines of text in figures: even, no wider than their room, broken where words may break."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dreiebok.figures.widths import SOFT_HYPHEN, text_width, wrap


def test_lines_are_even() -> None:
    lines = wrap("Gruppa drøfter hvordan slikt best kan håndteres neste gang", 16, 250)
    assert len(lines) == 3
    widths = [text_width(line, 16) for line in lines]
    assert min(widths) > 0.6 * max(widths)


@settings(max_examples=60, deadline=None)
@given(st.text("ab æ-/Щ漢字\u00ad", max_size=60), st.integers(40, 300))
def test_no_line_is_wider_than_its_room_and_no_letter_is_lost(words: str, room: int) -> None:
    lines = wrap(words, 16, room)
    assert all(text_width(line, 16) <= room for line in lines)
    kept = re.sub(r"[\s\u00ad-]", "", words)
    assert re.sub(r"[\s-]", "", "".join(lines)) == kept


@pytest.mark.parametrize(
    ("words", "lines"),
    [
        (f"Taushets{SOFT_HYPHEN}plikt", ("Taushets-", "plikt")),
        (f"om{SOFT_HYPHEN}råde", ("område",)),
        ("漢字漢字漢字漢字", ("漢字漢字", "漢字漢字")),
        ("før-/ettermøte", ("før-/", "ettermøte")),
    ],
)
def test_words_break_where_they_may(words: str, lines: tuple[str, ...]) -> None:
    assert wrap(words, 16, 95) == lines


def test_a_word_that_is_too_long_is_broken_with_a_hyphen() -> None:
    lines = wrap("Menneskerettighetsorganisasjonene", 16, 90)
    assert len(lines) > 1
    assert all(line.endswith("-") for line in lines[:-1])
    assert "".join(line.rstrip("-") for line in lines) == "Menneskerettighetsorganisasjonene"


def test_no_letter_of_a_broken_word_is_left_alone() -> None:
    for room in range(50, 90):
        assert len(wrap("utfordring", 16, room)[-1]) >= 3


@pytest.mark.parametrize(
    ("word", "room", "lines"),
    [
        ("Introduksjonsmøte", 134, ("Introduksjons-", "møte")),
        ("Mestringsforventning", 150, ("Mestringsforvent-", "ning")),
        ("Рефлексия", 72, ("Рефлек-", "сия")),
    ],
)
def test_a_broken_word_begins_anew_with_a_syllable(
    word: str, room: int, lines: tuple[str, ...]
) -> None:
    assert wrap(word, 16, room) == lines
