"""Schedules of calendar jobs: by the office's clock, each occurrence once, also where the clock is changed."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.base.jobs.timers import Schedule, daily, last_of, monthly, weekly

SHANGHAI, BERLIN = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/Berlin")
SCHEDULES = (daily(time(2, 30)), weekly(3, time(9)), monthly(1, time(0, 10)))


def _local(schedule: Schedule, after: str, until: str, zone: ZoneInfo) -> list[str]:
    found = schedule(
        datetime.fromisoformat(after).replace(tzinfo=zone), datetime.fromisoformat(until).replace(tzinfo=zone), zone
    )
    assert all(m.tzinfo is UTC for m in found)
    return [m.astimezone(zone).strftime("%a %m-%d %H:%M") for m in found]


def test_a_day_a_week_and_a_month() -> None:
    assert _local(daily(time(7, 50)), "2026-03-04T07:50", "2026-03-06T07:50", SHANGHAI) == [
        "Thu 03-05 07:50",
        "Fri 03-06 07:50",
    ]
    assert _local(weekly(3, time(9)), "2026-03-04", "2026-03-12T08:59", SHANGHAI) == ["Thu 03-05 09:00"]
    assert _local(monthly(1, time(0, 10)), "2025-12-01T00:10", "2026-02-01T00:10", SHANGHAI) == [
        "Thu 01-01 00:10",
        "Sun 02-01 00:10",
    ]


def test_a_change_of_the_clock_neither_drops_nor_doubles_an_occurrence() -> None:
    nights = daily(time(2, 30))
    assert _local(nights, "2026-03-28T12:00", "2026-03-30T12:00", BERLIN) == ["Sun 03-29 03:30", "Mon 03-30 02:30"]
    assert _local(nights, "2026-10-24T12:00", "2026-10-26T12:00", BERLIN) == ["Sun 10-25 02:30", "Mon 10-26 02:30"]
    first = nights(datetime(2026, 10, 24, 12, tzinfo=UTC), datetime(2026, 10, 25, 12, tzinfo=UTC), BERLIN)
    assert first == [datetime(2026, 10, 25, 0, 30, tzinfo=UTC)]


def test_one_run_for_all_that_were_missed() -> None:
    assert _local(last_of(daily(time(3))), "2026-03-01", "2026-03-05T02:59", SHANGHAI) == ["Wed 03-04 03:00"]
    assert _local(last_of(daily(time(3))), "2026-03-05T03:00", "2026-03-06T02:59", SHANGHAI) == []


def test_a_day_that_not_every_month_has_is_refused() -> None:
    with pytest.raises(ValueError, match="29"):
        monthly(29, time())
    with pytest.raises(ValueError, match="7"):
        weekly(7, time())


@given(
    st.sampled_from(SCHEDULES),
    st.sampled_from([SHANGHAI, BERLIN]),
    st.datetimes(datetime(2024, 1, 1), datetime(2027, 1, 1)),
    st.integers(0, 24 * 100),
    st.integers(0, 24 * 100),
)
def test_two_spans_that_touch_have_the_occurrences_of_both(
    schedule: Schedule, zone: ZoneInfo, start: datetime, hours: int, more: int
) -> None:
    after = start.replace(tzinfo=UTC)
    middle, until = after + timedelta(hours=hours), after + timedelta(hours=hours + more)
    found = schedule(after, until, zone)
    assert [*schedule(after, middle, zone), *schedule(middle, until, zone)] == found
    assert found == sorted(set(found))
