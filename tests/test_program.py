"""What decides whether a kept document may be used: the program, with the system's libraries."""

import pytest
from weasyprint.text.ffi import pango

from dreiebok.building import program
from dreiebok.needs import LIBRARIES

PANGO = next(need.names for need in LIBRARIES if need.title == "Pango")


def test_the_version_of_a_library_is_that_which_sets_the_text() -> None:
    told = program.version_of_library(PANGO, "pango_version_string")
    major, minor, micro = map(int, told.split("."))
    assert major * 10000 + minor * 100 + micro == pango.pango_version()


@pytest.mark.parametrize("names", [("libnothing.so.7",), PANGO])
def test_a_library_that_is_not_there_has_no_version(
    names: tuple[str, ...],
) -> None:
    assert program.version_of_library(names, "no_such_function") == "?"


@pytest.mark.parametrize("newer", ["pango_version_string", "hb_version_string"])
def test_a_system_with_another_library_makes_everything_anew(
    newer: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = program.version_of_library
    before = program.program_digest.__wrapped__()
    assert before == program.program_digest()
    monkeypatch.setattr(
        program,
        "version_of_library",
        lambda names, function: "99.1" if function == newer else told(names, function),
    )
    assert program.program_digest.__wrapped__() != before
