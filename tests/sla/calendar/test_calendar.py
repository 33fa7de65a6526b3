"""Working time against a naive model that walks minute by minute."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sla.calendar.working_time import CalendarEnd, Closure, Hours, build, closed_days

ZONE = ZoneInfo("Asia/Shanghai")
HOURS = (
    Hours(date(2000, 1, 1), None, time(8, 30), time(12)),
    Hours(date(2000, 1, 1), None, time(13, 30), time(17)),
)
SPECIAL = (
    (date(2026, 10, 1), False),
    (date(2026, 10, 2), False),
    (date(2026, 10, 5), False),
    (date(2026, 10, 6), False),
    (date(2026, 10, 7), False),
    (date(2026, 9, 20), True),
    (date(2026, 10, 10), True),
)
BLIZZARD = Closure(datetime(2026, 9, 22, 2, tzinfo=UTC), datetime(2026, 9, 23, 16, tzinfo=UTC))
FIRST, LAST = date(2026, 9, 1), date(2026, 11, 30)
PLAIN = build(FIRST, LAST, HOURS, SPECIAL, (), ZONE)
CLOSED = build(FIRST, LAST, HOURS, SPECIAL, (BLIZZARD,), ZONE)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


def open_minute(moment: datetime, closed: bool) -> bool:
    """The naive model: is this minute working time?"""
    local = moment.astimezone(ZONE)
    if closed and BLIZZARD.from_at <= moment < BLIZZARD.to_at:
        return False
    if not dict(SPECIAL).get(local.date(), local.weekday() < 5):
        return False
    return time(8, 30) <= local.time() < time(12) or time(13, 30) <= local.time() < time(17)


starts = st.integers(0, 30 * 24 * 60).map(lambda m: datetime(2026, 9, 10, tzinfo=UTC) + timedelta(minutes=m))


@settings(max_examples=60, deadline=None)
@given(starts, st.integers(1, 3000), st.booleans())
def test_minutes_equal_the_walk(start: datetime, minutes: int, closed: bool) -> None:
    calendar = CLOSED if closed else PLAIN
    walked, left = start, minutes
    while left:
        left -= open_minute(walked, closed)
        walked += timedelta(minutes=1)
    assert calendar.add_seconds(start, minutes * 60) == walked
    assert calendar.working_seconds(start, walked) == minutes * 60


@settings(max_examples=80, deadline=None)
@given(st.integers(0, 25 * 86400), st.integers(1, 30 * 3600), st.booleans())
def test_seconds_equal_the_walk(second: int, wanted: int, closed: bool) -> None:
    """To the second: whole minutes are walked as minutes, what is left second by second."""
    calendar = CLOSED if closed else PLAIN
    start = at("2026-09-10T00:00") + timedelta(seconds=second)
    walked, left = start, wanted
    while left:
        step = 60 if walked.second == 0 and left >= 60 else 1
        left -= step * open_minute(walked, closed)
        walked += timedelta(seconds=step)
    assert calendar.add_seconds(start, wanted) == walked
    assert calendar.working_seconds(start, walked) == wanted
    assert calendar.working_seconds(walked, start) == -wanted


@settings(max_examples=100, deadline=None)
@given(starts, st.integers(1, 20), st.booleans())
def test_between_undoes_adding(start: datetime, days: int, closed: bool) -> None:
    calendar = CLOSED if closed else PLAIN
    due = calendar.add_days(start, days)
    assert calendar.days_between(start, due) == days
    assert calendar.days_between(due, start) == 0
    assert calendar.add_days(due, -1) == calendar.close_before(due)


@settings(max_examples=100, deadline=None)
@given(starts, st.integers(1, 20), st.booleans())
def test_days_equal_the_walk(start: datetime, days: int, closed: bool) -> None:
    calendar = CLOSED if closed else PLAIN
    day, left = start.astimezone(ZONE).date(), days
    while left:
        day += timedelta(days=1)
        minutes = [datetime.combine(day, time(), ZONE) + timedelta(minutes=m) for m in range(0, 1440, 10)]
        left -= any(open_minute(m, closed) for m in minutes)
    due = calendar.add_days(start, days)
    assert due.astimezone(ZONE).date() == day
    assert open_minute(due - timedelta(minutes=1), closed)
    assert not open_minute(due, closed)


@pytest.mark.parametrize(
    ("start", "days", "due"),
    [
        ("2026-09-11T16:50", 10, "2026-09-24T17:00"),  # a Friday; Sunday 20 is a make-up working day
        ("2026-09-30T16:59:59", 1, "2026-10-08T17:00"),  # the holiday lies between
        ("2026-09-30T17:00:00", 1, "2026-10-08T17:00"),
        ("2026-10-01T00:00", 1, "2026-10-08T17:00"),
        ("2026-10-08T23:59:59", 2, "2026-10-10T17:00"),  # a working Saturday
    ],
)
def test_days_as_the_law_counts(start: str, days: int, due: str) -> None:
    assert PLAIN.add_days(at(start), days) == at(due)


def test_the_close_before_and_the_end_of_the_calendar() -> None:
    assert PLAIN.close_before(at("2026-10-08T17:00")) == at("2026-09-30T17:00")
    for moment, days in (
        ("2026-11-30T10:00", 1),
        ("2026-12-25T10:00", -1),
        ("2026-12-25T10:00", 0),
        ("2026-09-01T10:00", -1),
    ):
        with pytest.raises(CalendarEnd):
            PLAIN.add_days(at(moment), days)
    with pytest.raises(CalendarEnd):
        PLAIN.add_seconds(at("2026-11-30T16:00"), 3601)


def test_the_end_of_an_interval_is_its_close_not_the_next_opening() -> None:
    assert PLAIN.add_seconds(at("2026-09-10T08:30"), 3.5 * 3600) == at("2026-09-10T12:00")
    assert PLAIN.add_seconds(at("2026-09-10T18:00"), 4 * 3600) == at("2026-09-11T14:00")


def test_a_calendar_is_built_once() -> None:
    first, again = [build(FIRST, LAST, HOURS, SPECIAL, (), ZONE) for _ in range(2)]
    assert again is first


def test_days_that_a_closure_takes_whole_or_in_part() -> None:
    """From Thursday noon to Monday 13:30: the afternoon, Friday, no weekend, the morning; a closed Sunday is nothing."""
    closure = Closure(datetime(2026, 3, 5, 12, tzinfo=ZONE), datetime(2026, 3, 9, 13, 30, tzinfo=ZONE))
    night = Closure(datetime(2026, 3, 10, 18, tzinfo=ZONE), datetime(2026, 3, 11, 8, tzinfo=ZONE))
    assert closed_days(HOURS, {}, [closure, night], ZONE) == {
        date(2026, 3, 5): False,
        date(2026, 3, 6): True,
        date(2026, 3, 9): False,
    }
