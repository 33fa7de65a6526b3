"""Recurring shifts, leave and shifts by hand: who may, what stands on the roster then, and the gaps they leave."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.base.clock import MovingClock
from hotline.base.db.connection import Conn
from hotline.base.http.fields import checked
from hotline.base.http.problem import BadField, Forbidden, Illegal, Missing
from hotline.base.services import Services
from hotline.people import people_sql
from hotline.people.actions import ActionContext, NoFields
from hotline.people.user import User
from hotline.ticket import Role
from routing.rosters import actions as roster_actions
from routing.rosters import recurring
from routing.rosters.patterns import Pattern, days_of
from routing.rosters.shifts import WEEK, Span, gaps, without
from routing.rosters.views import by_day, kind_of, month_of, shown_on
from tests import office

ZONE = ZoneInfo("Asia/Shanghai")
NOTHING = NoFields()


async def team(conn: Conn, services: Services) -> tuple[int, list[User]]:
    made = await office.department(conn, "T1", "甲局")
    people = [
        await office.user(
            conn,
            Role.LIAISON,
            department=made,
            phone=f"+861390000500{i}",
            leads=i == 2,
            services=services,
            name=f"w{i}",
        )
        for i in range(3)
    ]
    return made, people


def context(conn: Conn, services: Services, user: User, item: int | None = None) -> ActionContext:
    return ActionContext(conn, services, user, services.clock.now(), item)


def shift(**values: Any) -> roster_actions.ShiftBody:
    return checked(roster_actions.ShiftBody, values)


def weekly(**values: Any) -> recurring.RecurringShiftBody:
    return checked(recurring.RecurringShiftBody, {"starts": "08:00", "hours": 24, "from_on": "2026-03-02", **values})


def leave(**values: Any) -> roster_actions.LeaveBody:
    return checked(roster_actions.LeaveBody, values)


DAYS = st.dates(date(2026, 1, 1), date(2026, 12, 1))


@given(
    st.frozensets(st.integers(1, 7), min_size=1),
    st.integers(1, 4),
    DAYS,
    DAYS,
    st.integers(0, 60),
    st.none() | DAYS,
)
def test_the_days_of_a_pattern_are_those_of_a_naive_calendar(
    weekdays: frozenset[int], every: int, from_on: date, first: date, long: int, until: date | None
) -> None:
    pattern = Pattern(weekdays, every, time(8), 1440, from_on, until)
    last = first + timedelta(days=long)
    week = from_on.isocalendar()
    start = date.fromisocalendar(week.year, week.week, 1)
    naive = []
    day = first
    while day <= last:
        weeks = (date.fromisocalendar(day.isocalendar().year, day.isocalendar().week, 1) - start).days // 7
        if day >= from_on and (until is None or day <= until) and day.isoweekday() in weekdays and weeks % every == 0:
            naive.append(day)
        day += timedelta(days=1)
    assert days_of(pattern, first, last) == naive


async def test_a_pattern_stands_40_days_ahead_and_goes_on_by_night(
    conn: Conn, services: Services, clock: MovingClock
) -> None:
    made, (_, _, lead) = await team(conn, services)
    done = await recurring.add_pattern(context(conn, services, lead), weekly(name="w0", weekdays=[3, 4]))
    first = await conn.fetchval("SELECT count(*) FROM roster_shift")
    assert done["shifts"] == first > 10
    await recurring.extend_patterns(conn, services, clock.now(), clock.now())
    assert await conn.fetchval("SELECT count(*) FROM roster_shift") == first
    clock.move(timedelta(days=14))
    await recurring.extend_patterns(conn, services, clock.now(), clock.now())
    assert await conn.fetchval("SELECT count(*) FROM roster_shift") == first + 4
    await recurring.end_pattern(context(conn, services, lead, int(str(done["pattern"]))), NOTHING)
    assert await conn.fetchval("SELECT count(*) FROM roster_shift WHERE from_at > $1", clock.now()) == 0
    with pytest.raises(Missing):
        await recurring.end_pattern(context(conn, services, lead, int(str(done["pattern"]))), NOTHING)
    assert made


async def test_a_night_job_at_half_past_two() -> None:
    found = recurring.NIGHTS(datetime(2026, 3, 4, tzinfo=UTC), datetime(2026, 3, 6, tzinfo=UTC), ZONE)
    assert [m.astimezone(ZONE).isoformat()[:16] for m in found] == ["2026-03-05T02:30", "2026-03-06T02:30"]


async def test_leave_takes_one_off_duty_and_shows_as_a_gap(conn: Conn, services: Services, clock: MovingClock) -> None:
    made, (one, two, lead) = await team(conn, services)
    now = clock.now()
    await roster_actions.add_shift(
        context(conn, services, lead), shift(name="w0", **{"from": "2026-03-04T08:00", "to": "2026-03-06T08:00"})
    )
    with pytest.raises(Forbidden):
        await roster_actions.add_leave(
            context(conn, services, two), leave(name="w0", **{"from": "2026-03-05", "to": "2026-03-06"})
        )
    away = await roster_actions.add_leave(
        context(conn, services, one), leave(**{"from": "2026-03-05T00:00", "to": "2026-03-05T12:00"})
    )
    spans = (await gaps(conn, now, now + WEEK, made))[0].spans
    assert spans[0] == Span(datetime(2026, 3, 4, 16, tzinfo=UTC), datetime(2026, 3, 5, 4, tzinfo=UTC))
    with pytest.raises(Forbidden):
        await roster_actions.end_leave(context(conn, services, two, int(str(away["leave"]))), NOTHING)
    await roster_actions.end_leave(context(conn, services, lead, int(str(away["leave"]))), NOTHING)
    assert (await gaps(conn, now, now + WEEK, made))[0].spans[0].start == datetime(2026, 3, 6, tzinfo=UTC)


def test_a_shift_without_leave_is_what_is_left() -> None:
    at = [datetime(2026, 3, 4, h, tzinfo=UTC) for h in range(10)]
    assert without(Span(at[1], at[5]), [Span(at[0], at[2]), Span(at[3], at[4])]) == (
        Span(at[2], at[3]),
        Span(at[4], at[5]),
    )
    assert without(Span(at[1], at[5]), [Span(at[0], at[9])]) == ()


async def test_only_the_leader_or_the_centre_plans_and_only_the_own_department(conn: Conn, services: Services) -> None:
    await team(conn, services)
    other = await office.department(conn, "T2", "乙局")
    stranger = await office.user(conn, Role.LIAISON, department=other, leads=True)
    _, (one, _, lead) = 0, [await as_user(conn, name) for name in ("w0", "w1", "w2")]
    span = {"from": "2026-03-05 08:00", "to": "2026-03-05 20:00"}
    with pytest.raises(Forbidden):
        await roster_actions.add_shift(context(conn, services, one), shift(name="w1", **span))
    with pytest.raises(BadField):
        await roster_actions.add_shift(context(conn, services, stranger), shift(name="w1", **span))
    made = await roster_actions.add_shift(context(conn, services, lead), shift(name="w1", **span))
    with pytest.raises(Illegal):
        await roster_actions.add_shift(context(conn, services, lead), shift(name="w1", **span))
    with pytest.raises(Missing):
        await roster_actions.remove_shift(context(conn, services, stranger, int(str(made["shift"]))), NOTHING)
    boss = await office.user(conn, Role.MANAGER)
    await roster_actions.remove_shift(context(conn, services, boss, int(str(made["shift"]))), NOTHING)
    await roster_actions.add_shift(context(conn, services, boss), shift(name="w1", department="T1", **span))
    kinds = [r["kind"] for r in await conn.fetch("SELECT kind FROM audit ORDER BY id")]
    assert kinds == ["shift_added", "shift_removed", "shift_added"]


async def as_user(conn: Conn, name: str) -> User:
    from hotline.people.store import as_user as read

    row = await people_sql.user_for_login(conn, name)
    assert row is not None
    return read(row)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"from": "2026-03-05T08:00", "to": "2026-03-05T07:00"}, "to"),
        ({"from": "x", "to": "2026-03-05"}, "from"),
        ({"from": "2026-03-05", "to": "2026-03-20"}, "to"),
        ({"from": "2026-01-05", "to": "2026-01-06"}, "to"),
    ],
)
async def test_a_bad_span_names_its_field(conn: Conn, services: Services, values: dict[str, str], field: str) -> None:
    _, (_, _, lead) = await team(conn, services)
    with pytest.raises(BadField) as error:
        await roster_actions.add_shift(context(conn, services, lead), shift(name="w1", **values))
    assert error.value.field == field


def test_a_month_shows_its_days_and_gaps() -> None:
    assert month_of("2026-02", datetime(2026, 3, 4, tzinfo=UTC), ZONE) == date(2026, 2, 1)
    with pytest.raises(BadField):
        month_of("2026-13", datetime(2026, 3, 4, tzinfo=UTC), ZONE)
    start = datetime(2026, 2, 3, 8, tzinfo=ZONE)
    days = by_day(
        date(2026, 2, 1),
        [SimpleNamespace(from_at=start, to_at=start + timedelta(hours=24))],
        [Span(start, start + timedelta(days=1))],
        ZONE,
    )
    assert len(days) == 28
    assert [len(d["shifts"]) for d in days[:4]] == [0, 0, 1, 0]
    assert [len(d["gaps"]) for d in days[:5]] == [0, 0, 1, 1, 0]
    assert kind_of(start, start + timedelta(hours=24), ZONE) == "whole day"
    assert kind_of(start, start + timedelta(hours=1), ZONE) == "08:00–09:00"


def test_a_shift_of_a_week_stands_on_each_of_its_days() -> None:
    start = datetime(2026, 1, 30, 8, tzinfo=ZONE)
    week = SimpleNamespace(from_at=start, to_at=start + timedelta(days=7))
    night = SimpleNamespace(from_at=start.replace(hour=20), to_at=start + timedelta(days=1))
    days = by_day(date(2026, 2, 1), [week], [], ZONE)
    assert [len(d["shifts"]) for d in days[:6]] == [1, 1, 1, 1, 1, 0]
    assert list(shown_on(night, ZONE)) == [date(2026, 1, 30)]
    assert kind_of(week.from_at, week.to_at, ZONE) == "whole day"
