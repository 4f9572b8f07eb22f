"""Problems as people read them: place, line and mark; their order; what a machine refuses."""

import errno

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dreiebok.problems import (
    Code,
    Location,
    Problem,
    Severity,
    SourceError,
    format_problem,
    misnamed,
    refusal,
    sort_problems,
    visible,
)

LINES = {
    1: "title: Loggskjema\n",
    2: "\tid: mg-logg\r\n",
    3: "   \n",
    5: "note: X  X\n",
    6: "id:  \n",
}


def shown(column: int, width: int, line: int = 1, hint: str = "", severity: str = "error") -> str:
    place = Location("a.yml", line, column, width)
    problem = Problem(Code.BAD_ID, "this is no id", place, hint, Severity(severity))
    return format_problem(problem, lambda file, at: LINES.get(at) if file == "a.yml" else None)


def test_the_line_is_shown_with_a_mark_below_what_is_meant() -> None:
    assert shown(8, 10) == (
        "a.yml:1:8: error: this is no id [bad-id]\n"
        "     1 | title: Loggskjema\n"
        "       |        ^^^^^^^^^^"
    )


def test_a_mark_at_the_first_letter_has_nothing_before_it() -> None:
    assert shown(1, 5).splitlines()[2] == "       | ^^^^^"


def test_a_mark_ends_with_its_line_and_is_seen_where_nothing_stands() -> None:
    assert shown(8, 99).splitlines()[2] == "       |        ^^^^^^^^^^"
    assert shown(17, 2).splitlines()[2] == "       |                 ^"
    assert shown(18, 1).splitlines()[2] == "       |                  ^"
    assert shown(30, 4).splitlines()[2].endswith(" ^")
    assert shown(8, 0).splitlines()[2] == "       |        ^"


def test_a_tab_is_one_space_and_an_end_of_line_is_no_part_of_it() -> None:
    assert shown(2, 2, line=2).splitlines()[1:] == ["     2 |  id: mg-logg", "       |  ^^"]


def test_a_line_is_shown_to_its_very_end() -> None:
    assert shown(10, 1, line=5).splitlines()[1:] == ["     5 | note: X  X", "       |          ^"]
    assert shown(4, 2, line=6).splitlines()[1:] == ["     6 | id:  ", "       |    ^^"]


@pytest.mark.parametrize("line", [3, 4], ids=["blank", "unknown"])
def test_a_line_that_says_nothing_is_left_out(line: int) -> None:
    assert shown(1, 1, line=line) == f"a.yml:{line}:1: error: this is no id [bad-id]"


def test_what_to_do_stands_below_each_line_of_it_moved_in() -> None:
    assert shown(1, 5, hint="Do this.\nOr that.", severity="warning").splitlines() == [
        "a.yml:1:1: warning: this is no id [bad-id]",
        "     1 | title: Loggskjema",
        "       | ^^^^^",
        "    Do this.",
        "    Or that.",
    ]


def test_what_could_steer_a_terminal_or_forge_a_line_is_written_out() -> None:
    place = Location("a\n::error::.yml", 1, 9, 2)
    assert str(place) == "a\\n::error::.yml:1:9"
    hint = "Did you mean “a\x1b]0;x\a”?\r\nOr this\x85::set-env::?"
    problem = Problem(Code.BAD_ID, "“x\n3 folders: all well\x1b[8m\u202e\udcff”", place, hint)
    assert format_problem(problem, lambda *_: "id: \x1b[31må\tb\u2028\n").split("\n") == [
        "a\\n::error::.yml:1:9: error: “x\\n3 folders: all well\\x1b[8m\\u202e\\udcff” [bad-id]",
        "     1 | id: \\x1b[31må b\\u2028",
        "       |            ^^",
        "    Did you mean “a\\x1b]0;x\\x07”?\\r",
        "    Or this\\x85::set-env::?",
    ]


@given(st.text(st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp", "Cf"))))
def test_letters_of_all_scripts_stay_as_they_are(words: str) -> None:
    assert visible(words) == words


def test_the_marks_cover_what_is_written_out() -> None:
    place = Location("a.yml", 1, 2, 2)
    problem = Problem(Code.BAD_ID, "x", place)
    told = format_problem(problem, lambda *_: "a\x1bb\x07").splitlines()
    assert told[1:] == ["     1 | a\\x1bb\\x07", "       |  ^^^^^"]


def test_a_name_that_no_file_can_have_is_told_shortened() -> None:
    error = OSError(errno.ENAMETOOLONG, "File name too long", "x" * 4600)
    told = misnamed(error)
    assert told.startswith("“xxx")
    assert told.endswith("x…” cannot be opened or made: File name too long")
    assert len(told) < 500
    assert misnamed(OSError(errno.ENOTDIR, "Not a directory", "x")) == ""
    assert misnamed(ValueError("x")) == ""


def test_problems_come_in_reading_order_and_each_once() -> None:
    def at(file: str, line: int, column: int, code: Code, words: str) -> Problem:
        return Problem(code, words, Location(file, line, column))

    ordered = (
        at("a.yml", 2, 1, Code.BAD_ID, "a"),
        at("a.yml", 10, 1, Code.BAD_ID, "a"),
        at("a.yml", 10, 3, Code.BAD_ID, "a"),
        at("a.yml", 10, 3, Code.BAD_ID, "b"),
        at("a.yml", 10, 3, Code.BAD_IMAGE, "a"),
        at("b.yml", 1, 1, Code.BAD_ID, "a"),
    )
    assert sort_problems([*reversed(ordered), *ordered]) == ordered


def test_an_exception_says_what_its_problems_say() -> None:
    one, other = (Problem(Code.BAD_ID, words, Location("a.yml")) for words in ("first", "second"))
    error = SourceError(one, other)
    assert (str(error), error.problems) == ("first; second", (one, other))


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (OSError(errno.ENOSPC, "No space left", "site"), "No space left: site"),
        (OSError(errno.EROFS, "Read-only"), "Read-only"),
        (PermissionError(errno.EACCES, "Denied", "site"), "Denied: site"),
        (MemoryError(), "no memory left; --jobs 1 needs the least"),
        (RuntimeError("can't start new thread"), "no further thread; --jobs 1 needs the fewest"),
        (FileNotFoundError(errno.ENOENT, "No such file", "site"), ""),
        (RuntimeError("another"), ""),
        (ValueError("can't start new thread"), ""),
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_a_machine_refuses_is_told_in_a_line_and_our_own_mistakes_are_not(
    error: BaseException, words: str
) -> None:
    assert refusal(error) == words
