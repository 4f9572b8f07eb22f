"""A series of meetings: what `series:` in organisation.yml says of it."""

from __future__ import annotations

from datetime import date as Date
from enum import StrEnum
from typing import Annotated, ClassVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import holidays
from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from dreiebok.model.base import Id, Node, Text, Verbatim
from dreiebok.model.brand import OneLine
from dreiebok.model.clock import parse_clock

NO_HOLIDAYS = "none"
MOST = 30
"""Meetings of one series: what one printed page holds."""
_FIRST, _LAST = Date(1970, 1, 1), Date(2200, 1, 1)


class Weekday(StrEnum):
    """A day of the week; its place among them is that of Python's weekday()."""

    MONDAY = "monday"
    TUESDAY = "tuesday"
    WEDNESDAY = "wednesday"
    THURSDAY = "thursday"
    FRIDAY = "friday"
    SATURDAY = "saturday"
    SUNDAY = "sunday"

    @property
    def number(self) -> int:
        """0 for Monday … 6 for Sunday."""
        return list(Weekday).index(self)


class Person(OneLine):
    """A person as others in the group call them: a first name or initials."""

    __slots__ = ()
    longest: ClassVar[int] = 40


def time_of_day(words: Text) -> Text:
    """Accept a time of day such as 14:00."""
    try:
        parse_clock(words)
    except ValueError as error:
        raise PydanticCustomError("time_of_day", "{what}", {"what": str(error)}) from None
    return words


def _zone(name: Verbatim) -> Verbatim:
    try:
        ZoneInfo(name)
    # A folder's name, or one that leads out of the database, is an error of another sort.
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise PydanticCustomError(
            "zone", "“{name}” is no time zone such as Europe/Oslo", {"name": str(name)}
        ) from None
    return name


def _country(code: Verbatim) -> Verbatim:
    if code != NO_HOLIDAYS and code not in holidays.list_supported_countries():
        raise PydanticCustomError(
            "country",
            "“{code}” is no country whose holidays are known, such as NO; or write none",
            {"code": str(code)},
        )
    return code


def _within_reach(day: Date) -> Date:
    # Calendars and their zones know these years, and no meeting is before or after all time.
    if not _FIRST <= day <= _LAST:
        raise PydanticCustomError(
            "date_out_of_reach",
            "expected a date from {first} to {last}, found {day}",
            {"first": _FIRST.isoformat(), "last": _LAST.isoformat(), "day": day.isoformat()},
        )
    return day


class Series(Node):
    """Meetings of one group at a fixed time."""

    programme: Id = Field(description="Id of the programme, such as mestringsgruppe.")
    start: Annotated[Date, AfterValidator(_within_reach)] = Field(
        description="The first meeting is on this day or the weekday after it."
    )
    weekday: Weekday | None = Field(None, description="Without it, that of the start.")
    time: Annotated[Text, AfterValidator(time_of_day)] = Field(
        description="When meetings begin, in quotes: '14:00'."
    )
    minutes: int = Field(ge=15, le=480, description="How long a meeting lasts.")
    interval: int = Field(2, ge=1, le=12, description="Weeks from one meeting to the next.")
    number: int = Field(ge=1, le=MOST, description="How many meetings there are.")
    holidays: Annotated[Verbatim, AfterValidator(_country)] = Field(
        Verbatim("NO"), description="Country whose public holidays are skipped, or none."
    )
    skip: tuple[Date, ...] = Field((), max_length=60, description="Other days that are skipped.")
    zone: Annotated[Verbatim, AfterValidator(_zone)] = Verbatim("Europe/Oslo")
    place: OneLine | None = None
    facilitators: tuple[Person, ...] = Field((), max_length=20, description="Who leads, in turn.")
    presenters: tuple[Person, ...] = Field(
        (), max_length=40, description="Who brings an episode, in turn."
    )
    reminders: tuple[Annotated[int, Field(ge=1, le=14)], ...] = Field(
        (2, 1), max_length=4, description="Days before a meeting on which to remind of it."
    )
