"""A series of meetings: its days across holidays and daylight saving, its page, sheet and file."""

from datetime import UTC, datetime
from datetime import date as Date
from pathlib import Path

import pytest
from ical.calendar_stream import IcsCalendarStream

from dreiebok.building.options import Selection
from dreiebok.building.plan import Plan, make_plan
from dreiebok.building.reading import read_project
from dreiebok.editions.series import plan_series
from dreiebok.model.organisations import Organisation
from dreiebok.model.series import MOST, Series
from dreiebok.press.weasyprint_ import press
from dreiebok.problems import Code
from dreiebok.sources.parsing import SourceFile, parse_settings
from tests.pressing import OPEN_PROFILE, TEMPLATES, failures
from tests.projects import copy_book

SERIES = """name: Fjellheim kommune
series:
  programme: prove
  start: 2027-03-04
  time: "14:00"
  minutes: 90
  interval: 1
  number: 6
  skip: [2027-03-18]
  place: Rådhuset, rom 2
  facilitators: [KA, BL]
  presenters: [IN, MO, SE]
"""


def series(**changes: str) -> Series:
    text = SERIES
    for key, value in changes.items():
        lines = [line for line in text.splitlines() if not line.startswith(f"  {key}:")]
        text = "\n".join([*lines, f"  {key}: {value}", ""])
    organisation, problems = parse_settings(
        Organisation, SourceFile("organisation.yml", text.encode())
    )
    assert problems == ()
    assert organisation and organisation.series
    return organisation.series


def planned(folder: Path, text: str = SERIES) -> Plan:
    root = copy_book("minimal", folder)
    (root / "organisation.yml").write_text(text, encoding="utf-8")
    plan, problems = make_plan(read_project(root), Selection())
    assert problems == ()
    return plan


def test_holidays_and_own_days_are_skipped_and_no_meeting_is_lost() -> None:
    meetings, skipped = plan_series(series(), "nb")
    days = [f"{meeting.start:%d.%m}" for meeting in meetings]
    assert days == ["04.03", "11.03", "01.04", "08.04", "15.04", "22.04"]
    assert [(f"{s.day:%d.%m}", s.why) for s in skipped] == [
        ("18.03", ""),
        ("25.03", "Skjærtorsdag"),
    ]
    days = [f"{meeting.start:%d.%m}" for meeting in plan_series(series(holidays="none"))[0]]
    assert "25.03" in days


def test_meetings_keep_the_wall_clock_across_daylight_saving() -> None:
    meetings, _ = plan_series(series())
    assert {f"{meeting.start:%H:%M}–{meeting.end:%H:%M}" for meeting in meetings} == {"14:00–15:30"}
    assert [m.start.astimezone(UTC).hour for m in meetings] == [13, 13, 12, 12, 12, 12]
    # The night when the clock jumps from two to three.
    night, _ = plan_series(series(start="2027-03-28", time='"02:30"', holidays="none", number="1"))
    assert f"{night[0].start:%H:%M %Z}" == "03:30 CEST"


def test_everybody_gets_a_turn_and_reminders_come_days_before() -> None:
    meetings, _ = plan_series(series())
    assert [m.presenter for m in meetings] == ["IN", "MO", "SE", "IN", "MO", "SE"]
    assert [m.facilitator for m in meetings] == ["KA", "BL"] * 3
    assert meetings[0].reminders == (Date(2027, 3, 2), Date(2027, 3, 3))


def test_the_first_meeting_is_on_the_weekday_asked_for() -> None:
    meetings, _ = plan_series(series(weekday="tuesday"))
    assert meetings[0].start.date() == Date(2027, 3, 9)


@pytest.mark.parametrize(
    ("line", "place", "found"),
    [
        ("start: 14.01.2027", "4:10", "date"),
        ("start: 9999-06-01", "4:10", "expected a date from 1970-01-01 to 2200-01-01, found 9999"),
        ("start: 0001-01-01", "4:10", "expected a date from 1970-01-01 to 2200-01-01, found 0001"),
        ("time: halv tre", "5:9", "is not a time of day"),
        ("number: 0", "8:11", "greater than or equal to 1"),
        ("number: 31", "8:11", "less than or equal to 30"),
        ("interval: to", "7:13", "expected a whole number"),
        ("skip: [i morgen]", "9:10", "date"),
        ("place: <b>her</b>", "10:10", "one line without < and >"),
        ("zone: Europe/Fjellheim", "13:9", "is no time zone"),
        ("zone: ../../etc/passwd", "13:9", "is no time zone"),
        ("holidays: XX", "13:13", "no country whose holidays are known"),
        ("weekday: torsdag", "13:12", "is not one of the values allowed here"),
        ("presenters: [<i>]", "12:16", "one line without < and >"),
    ],
)
def test_mistakes_are_told_at_their_line(line: str, place: str, found: str) -> None:
    key = line.partition(":")[0]
    lines = [f"  {line}" if old.startswith(f"  {key}:") else old for old in SERIES.splitlines()]
    if f"  {line}" not in lines:
        lines.append(f"  {line}")
    text = "\n".join(lines)
    _, (problem,) = parse_settings(Organisation, SourceFile("organisation.yml", text.encode()))
    assert str(problem.location) == f"organisation.yml:{place}"
    assert found in problem.message


@pytest.mark.parametrize("start", ["1970-01-01", "2200-01-01"])
@pytest.mark.parametrize("holidays", ["none", "NO"])
def test_the_first_and_the_last_start_can_be_planned(start: str, holidays: str) -> None:
    longest = series(start=start, holidays=holidays, number=str(MOST), interval="12")
    assert len(plan_series(longest)[0]) == MOST


def test_a_series_of_an_unknown_programme_is_a_problem(tmp_path: Path) -> None:
    root = copy_book("minimal", tmp_path)
    text = SERIES.replace("prove", "prøve").replace("prøve", "proven")
    (root / "organisation.yml").write_text(text, encoding="utf-8")
    plan, (problem,) = make_plan(read_project(root), Selection())
    assert plan.sites == ()
    assert problem.code == Code.UNKNOWN_REFERENCE
    assert str(problem.location) == "organisation.yml:3:14"
    assert "Did you mean “prove”?" in problem.hint


def test_another_library_reads_the_same_meetings_from_the_file(tmp_path: Path) -> None:
    plan = planned(tmp_path)
    data = plan.sites[0].tree["docs/series.ics"]
    assert b"BEGIN:VTIMEZONE\r\nTZID:Europe/Oslo" in data
    events = IcsCalendarStream.calendar_from_ics(data.decode()).events
    meetings, _ = plan_series(series())
    assert [(e.dtstart, e.dtend) for e in events] == [(m.start, m.end) for m in meetings]
    assert {e.location for e in events} == {"Rådhuset, rom 2"}
    assert events[1].description == "Fasilitator: BL\nLegger fram: MO"
    assert len({e.uid for e in events}) == 6
    date = plan.editions[0].date
    assert {e.dtstamp for e in events} == {datetime(date.year, date.month, date.day, tzinfo=UTC)}
    assert [[str(a.trigger) for a in e.alarm] for e in events] == [
        ["-2 days, 0:00:00", "-1 day, 0:00:00"]
    ] * 6


def test_a_moved_meeting_keeps_its_name_in_calendars(tmp_path: Path) -> None:
    def names(text: str) -> list[str | None]:
        folder = tmp_path / str(len(list(tmp_path.iterdir())))
        folder.mkdir()
        data = planned(folder, text).sites[0].tree["docs/series.ics"]
        return [e.uid for e in IcsCalendarStream.calendar_from_ics(data.decode()).events]

    before = names(SERIES)
    assert names(SERIES.replace("14:00", "15:00").replace("[2027-03-18]", "[]")) == before
    assert not set(names(SERIES.replace("2027-03-04", "2028-03-02"))) & set(before)


def test_the_page_lists_meetings_and_is_in_the_menu(tmp_path: Path) -> None:
    (site,) = planned(tmp_path).sites
    page = site.tree["docs/series.md"].decode()
    assert "torsdag 4. mars 2027" in page
    assert "14.00–15.30" in page
    assert "2. mars, 3. mars" in page
    assert "- Møteplan: series.md" in site.tree["mkdocs.yml"].decode()
    assert "print/prove/series.pdf" in page


@OPEN_PROFILE
def test_the_longest_series_fits_one_sheet(tmp_path: Path) -> None:
    people = ", ".join(f"Anne-Margrethe {n}" for n in range(20))
    text = SERIES.replace("number: 6", f"number: {MOST}").replace("IN, MO, SE", people)
    made = planned(tmp_path, text.replace("KA, BL", people))
    document = next(j.document for j in made.prints if j.document.path.endswith("/series.pdf"))
    pressed = press(document, TEMPLATES)
    assert pressed.problems == ()
    assert pressed.pages == 1
    assert failures(pressed) == []
