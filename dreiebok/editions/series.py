"""A series of meetings on the calendar: its days, and the file that calendars read.

Pure: the settings and the edition's date go in. `holidays` and the zone's database know the rest.
The only file that imports icalendar. `holidays` is also for `model/series.py`: what it knows is a
country.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from datetime import date as Date
from zoneinfo import ZoneInfo

import holidays
from icalendar import Alarm, Calendar, Event

from dreiebok.editions.edition import Edition
from dreiebok.inline import to_plain
from dreiebok.model.clock import parse_clock
from dreiebok.model.handbook import Handbook, Programme
from dreiebok.model.organisations import Organisation
from dreiebok.model.series import NO_HOLIDAYS, Series
from dreiebok.problems import Code, Problem
from dreiebok.sources.naming import no_such

CALENDAR = "series.ics"
_LANGUAGES = {"nb": "no", "nn": "no", "en": "en_US"}
"""What `holidays` calls the languages of editions."""
_FAR = 520
"""Days that are tried before giving up: the skipped ones cannot be that many."""


@dataclass(frozen=True, slots=True)
class Meeting:
    """One meeting: its number from 1, when it is in the series' zone, whose turn it is."""

    number: int
    start: datetime
    end: datetime
    facilitator: str
    presenter: str
    reminders: tuple[Date, ...]


@dataclass(frozen=True, slots=True)
class Skipped:
    """A day that would have been a meeting's; `why` is empty for one of the organisation's own."""

    day: Date
    why: str


def check_series(organisation: Organisation, handbook: Handbook) -> Iterator[Problem]:
    """Yield a problem if the series is of a programme that the handbook does not have."""
    series = organisation.series
    known = [str(r.id) for r in handbook.records if isinstance(r, Programme)]
    if series and known and series.programme not in known:
        name = series.programme
        yield no_such(Code.UNKNOWN_REFERENCE, "programme", name, name.at, known)


def series_of(edition: Edition) -> Series | None:
    """Return the series of meetings, if its programme is in the edition."""
    series = edition.organisation.series if edition.organisation else None
    return series if series and any(p.id == series.programme for p in edition.programmes) else None


def plan_series(
    series: Series, locale: str = ""
) -> tuple[tuple[Meeting, ...], tuple[Skipped, ...]]:
    """Return the meetings, and the days that were skipped among them.

    A skipped meeting is not lost: the rhythm goes on, and the series ends later. `locale` is the
    language in which holidays are named; they have no name in one that is not known.
    """
    zone = ZoneInfo(series.zone)
    clock = parse_clock(series.time)
    free = _holidays(series, locale)
    meetings: list[Meeting] = []
    skipped: list[Skipped] = []
    day = _first_day(series)
    for _ in range(_FAR):
        if len(meetings) == series.number:
            break
        if day in free or day in series.skip:
            skipped.append(Skipped(day, "" if day in series.skip else str(free.get(day))))
        else:
            # Through UTC and back: a time that the clock jumps over becomes the one after it.
            local = datetime.combine(day, time(clock // 60, clock % 60), zone).astimezone(UTC)
            turn = len(meetings)
            meetings.append(
                Meeting(
                    turn + 1,
                    local.astimezone(zone),
                    (local + timedelta(minutes=series.minutes)).astimezone(zone),
                    _whose(series.facilitators, turn),
                    _whose(series.presenters, turn),
                    tuple(day - timedelta(days=n) for n in sorted(series.reminders, reverse=True)),
                )
            )
        day += timedelta(weeks=series.interval)
    return tuple(meetings), tuple(skipped)


def calendar(edition: Edition, series: Series) -> bytes:
    """Return the meetings as an iCalendar file (RFC 5545), the same bytes for the same sources.

    A meeting keeps its UID as long as organisation, programme and start of the series are the
    same; so a calendar that reads the file again moves the meeting instead of adding another.
    """
    assert edition.organisation is not None
    title = to_plain(edition.record(series.programme).title)
    stamp = datetime.combine(edition.date, time(), UTC)
    seed = f"{edition.organisation.name}\0{series.programme}\0{series.start.isoformat()}"
    key = hashlib.sha256(seed.encode()).hexdigest()[:16]
    found = Calendar()
    found.add("prodid", "-//Dreiebok//dreiebok//NO")
    found.add("version", "2.0")
    found.add("method", "PUBLISH")
    found.add("x-wr-calname", f"{title} – {edition.organisation.name}")
    meetings, _ = plan_series(series)
    for meeting in meetings:
        event = Event()
        event.add("uid", f"{key}-{meeting.number}@dreiebok.invalid")
        event.add("dtstamp", stamp)
        event.add("dtstart", meeting.start)
        event.add("dtend", meeting.end)
        event.add("summary", f"{title} {meeting.number}/{len(meetings)}")
        if series.place:
            event.add("location", str(series.place))
        if words := _description(edition, meeting):
            event.add("description", words)
        for days in sorted(series.reminders, reverse=True):
            alarm = Alarm()
            alarm.add("action", "DISPLAY")
            alarm.add("description", f"{title} {meeting.number}/{len(meetings)}")
            alarm.add("trigger", -timedelta(days=days))
            event.add_component(alarm)
        found.add_component(event)
    first, last = meetings[0].start.date(), meetings[-1].end.date()
    found.add_missing_timezones(first - timedelta(days=366), last + timedelta(days=366))
    return bytes(found.to_ical())


def _description(edition: Edition, meeting: Meeting) -> str:
    lines = []
    if meeting.facilitator:
        lines.append(f"{edition.gettext('Fasilitator')}: {meeting.facilitator}")
    if meeting.presenter:
        lines.append(f"{edition.gettext('Legger fram')}: {meeting.presenter}")
    return "\n".join(lines)


def _first_day(series: Series) -> Date:
    """Return the start, or the first day after it that is the weekday asked for."""
    if series.weekday is None:
        return series.start
    return series.start + timedelta(days=(series.weekday.number - series.start.weekday()) % 7)


def _holidays(series: Series, locale: str) -> dict[Date, str]:
    """Return the public holidays of all years that the series can reach, by day."""
    if series.holidays == NO_HOLIDAYS:
        return {}
    weeks = series.interval * (series.number + len(series.skip) + 20)
    years = range(series.start.year, (series.start + timedelta(weeks=weeks)).year + 1)
    language = _LANGUAGES.get(locale)
    found = holidays.country_holidays(series.holidays, years=years, language=language)
    return {day: name if language else "" for day, name in found.items()}


def _whose(people: tuple[str, ...], turn: int) -> str:
    return str(people[turn % len(people)]) if people else ""
