"""What templates of every kind may ask about an edition beyond the record in hand."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date as Date
from datetime import datetime

from dreiebok.editions.edition import Edition
from dreiebok.editions.locales import (
    format_clock,
    format_date_in_words,
    format_day,
    format_days,
    format_minutes,
    format_number,
    format_share,
)
from dreiebok.editions.series import Meeting, Skipped, plan_series, series_of
from dreiebok.inline import to_plain
from dreiebok.model.base import Node, Record
from dreiebok.model.handbook import Programme
from dreiebok.model.scripts import Plan, Script
from dreiebok.model.series import Series


@dataclass(frozen=True, slots=True)
class PlanColumn:
    """A time plan as readers see it: its length in minutes, minutes and clock of each step."""

    length: int
    plan: Plan
    minutes: dict[str, int]
    starts: dict[str, str]


@dataclass(frozen=True, slots=True)
class SeriesPlan:
    """A series of meetings as readers see it: the settings, its meetings, the skipped days."""

    settings: Series
    programme: Programme
    meetings: tuple[Meeting, ...]
    skipped: tuple[Skipped, ...]


class EditionView:
    """Looks things up in one edition. Pages and prints each add what only they can know."""

    def __init__(self, edition: Edition, start: int | None = None) -> None:
        """Look at an edition; `start` is when meetings begin, in minutes from midnight."""
        self.edition = edition
        self.start = start

    def record(self, name: str) -> Record:
        """Return the record with this id."""
        return self.edition.record(name)

    def node(self, name: str) -> Node:
        """Return the element with this id."""
        return self.edition.element(name).node

    def cite(self, name: str) -> str:
        """Return a publication in words: authors, year and title, as far as they are known."""
        source = self.edition.source(name)
        year = f" ({source.year})" if source.year else ""
        title = f": {to_plain(source.title)}" if source.title else ""
        return f"{to_plain(source.authors)}{year}{title}"

    def number(self, step: str) -> int:
        """Return a step's number in its script, from 1."""
        script = self.edition.record(step)
        assert isinstance(script, Script), "the reference check lets only steps through"
        return [str(found.id) for found in script.steps].index(step) + 1

    def in_one_script(self, steps: Sequence[str]) -> bool:
        """Tell whether steps are of the same script, so that their numbers alone say which."""
        return len({self.edition.record(step).id for step in steps}) == 1

    def plans(self, script: Script, length: int | None = None) -> list[PlanColumn]:
        """Return the time plans, longest first, each with its clock; with `length` that one alone.

        The clock runs from 0:00, or from the time of day at which meetings begin.
        """
        columns = []
        for minutes_in_all, plan in sorted(script.plans.items(), reverse=True):
            if length not in {None, minutes_in_all}:
                continue
            minutes = {str(step): amount for step, amount in plan.minutes.items()}
            passed = 0
            starts = {}
            for step in script.steps:
                starts[str(step.id)] = self._clock(passed)
                passed += minutes[step.id]
            columns.append(PlanColumn(minutes_in_all, plan, minutes, starts))
        return columns

    def minutes(self, minutes: int) -> str:
        """Return a length of time as the locale writes it: 90 min."""
        return format_minutes(minutes, self.edition.locale)

    def amount(self, number: int) -> str:
        """Return a number as the locale writes it: 1 526 in nb."""
        return format_number(number, 0, self.edition.locale)

    def share(self, per_cent: int) -> str:
        """Return a share as the locale writes it: 97 % in nb."""
        return format_share(per_cent, self.edition.locale)

    def series(self) -> SeriesPlan | None:
        """Return the organisation's series of meetings, if it has one in this edition."""
        settings = series_of(self.edition)
        if settings is None:
            return None
        programme = self.edition.record(settings.programme)
        assert isinstance(programme, Programme), "check_series lets only programmes through"
        return SeriesPlan(settings, programme, *plan_series(settings, self.edition.locale))

    def day(self, day: Date) -> str:
        """Return a day in words: torsdag 14. januar 2027."""
        return format_day(day, self.edition.locale)

    def date(self, day: Date) -> str:
        """Return a date in words: 14. januar 2027."""
        return format_date_in_words(day, self.edition.locale)

    def days(self, days: tuple[Date, ...]) -> str:
        """Return days in words: 12. januar, 13. januar."""
        return format_days(days, self.edition.locale)

    def hour(self, moment: datetime) -> str:
        """Return a time of day: 14.00."""
        return format_clock(moment.hour * 60 + moment.minute, self.edition.locale)

    def own(self, programme: Programme) -> list[tuple[str, str]]:
        """Return id and words of the elements of a programme that are the makers' own."""
        found = []
        for element in self.edition.own_elements(programme):
            texts = (getattr(element.node, key, None) for key in ("title", "prompt", "text"))
            words = next((to_plain(text) for text in texts if text), "")
            if words:
                found.append((str(element.id), words))
        return found

    def _clock(self, passed: int) -> str:
        """Write a clock: hours and minutes since the beginning, or the time of day (“14.05”)."""
        if self.start is None:
            return f"{passed // 60}:{passed % 60:02d}"
        return format_clock(self.start + passed, self.edition.locale)
