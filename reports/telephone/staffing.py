"""How many seats the telephone needs next week, by half hour, beside the shifts that are planned.

Calls are taken from the same weekdays of the weeks before, talk, wrap-up and patience from the last four; seats come of Erlang A
(`erlang.py`). Where nothing was measured yet the usual values below stand, and the page says so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from functools import cache, partial
from zoneinfo import ZoneInfo

from hotline.base.clock import day_span
from hotline.base.db.connection import Conn
from reports.telephone import telephone_sql
from reports.telephone.call_figures import CONNECTED, WITHIN
from reports.telephone.erlang import Load, seats_for
from reports.telephone.telephone_sql import ByHalfHourRow, PlannedRow

WEEKS = 8
_MEASURED = timedelta(weeks=4)
HALF_HOUR = timedelta(minutes=30)
HALF_HOURS = 48
#: Where nothing was measured: a talk with its form, and how long a caller stays on the line, in seconds.
USUAL_HANDLING, USUAL_PATIENCE = 240.0, 120.0
#: So many answered calls, or callers who gave up, say something.
_ENOUGH = 20


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds that a call keeps an operator, and the callers' mean patience; `measured` says which of them was."""

    handling: float
    patience: float
    measured_handling: bool
    measured_patience: bool


@dataclass(frozen=True, slots=True)
class HalfHour:
    """A half hour to come: calls that are expected, seats that they need, people who are planned."""

    starts: time
    calls: float
    seats: int
    planned: int

    @property
    def short(self) -> int:
        """How many people are missing."""
        return max(0, self.seats - self.planned)


@dataclass(frozen=True, slots=True)
class StaffedDay:
    """A day to come, by half hours, with the weeks that its forecast was taken from and the shifts that touch it."""

    day: date
    weeks: int
    half_hours: Sequence[HalfHour]
    shifts: Sequence[PlannedRow]

    @property
    def short(self) -> int:
        """Half hours in which somebody is missing."""
        return sum(one.short > 0 for one in self.half_hours)


@dataclass(frozen=True, slots=True)
class StaffingPlan:
    """Seven days to come and the pace that they are counted with."""

    days: Sequence[StaffedDay]
    pace: Pace


def expected(rows: Iterable[ByHalfHourRow], day: date, first: date | None) -> tuple[int, list[float]]:
    """The mean calls of each half hour on the same weekdays before a day, and how many such days there were since the first call. Pure."""
    days = [day - timedelta(weeks=back) for back in range(1, WEEKS + 1)]
    days = [d for d in days if first is not None and d >= first]
    totals = [0] * HALF_HOURS
    for row in rows:
        if row.day in days:
            totals[row.half_hour] += row.n
    return len(days), [total / len(days) if days else 0.0 for total in totals]


def seats_of(calls: float, pace: Pace) -> int:
    """The seats that so many calls of a half hour need: 95 % answered within 15 s. Pure."""
    load = Load(calls / HALF_HOUR.total_seconds(), pace.handling, pace.patience)
    return seats_for(load, CONNECTED, WITHIN.total_seconds())


def people_at(shifts: Iterable[PlannedRow], start: datetime) -> int:
    """How many are planned for the whole of the half hour that begins then. Pure."""
    return sum(one.from_at <= start and one.to_at >= start + HALF_HOUR for one in shifts)


async def load_staffing(conn: Conn, now: datetime, zone: ZoneInfo) -> StaffingPlan:
    """The seven days after today."""
    today = now.astimezone(zone).date()
    pace = await _pace(conn, now)
    since = datetime.combine(today - timedelta(weeks=WEEKS), time(0), zone)
    rows = await telephone_sql.by_half_hour(conn, since, now, str(zone))
    first = min((row.day for row in rows), default=None)
    until = datetime.combine(today + timedelta(days=8), time(0), zone)
    shifts = await telephone_sql.planned(conn, datetime.combine(today, time(0), zone), until)
    seats = cache(partial(seats_of, pace=pace))  # many half hours expect the same
    return StaffingPlan([_day(today + timedelta(days=n), rows, first, shifts, seats, zone) for n in range(1, 8)], pace)


def _day(
    day: date,
    rows: Sequence[ByHalfHourRow],
    first: date | None,
    shifts: Sequence[PlannedRow],
    seats: Callable[[float], int],
    zone: ZoneInfo,
) -> StaffedDay:
    weeks, calls = expected(rows, day, first)
    starts = [time(place // 2, 30 * (place % 2)) for place in range(HALF_HOURS)]
    found = [
        HalfHour(start, n, seats(n), people_at(shifts, datetime.combine(day, start, zone)))
        for start, n in zip(starts, calls, strict=True)
    ]
    begin, end = day_span(day, zone)
    return StaffedDay(day, weeks, found, [one for one in shifts if one.from_at < end and one.to_at > begin])


async def _pace(conn: Conn, now: datetime) -> Pace:
    """Talk with wrap-up, and patience: the time that all waited by the number of those who gave up."""
    row = await telephone_sql.handling(conn, now - _MEASURED, now)
    wrapped = await telephone_sql.wrapped_up(conn, now - _MEASURED, now)
    talked, gave_up = row.answered >= _ENOUGH, row.gave_up >= _ENOUGH
    return Pace(
        max(1.0, (row.talked + wrapped) / row.answered) if talked else USUAL_HANDLING,
        max(1.0, row.waited / row.gave_up) if gave_up else USUAL_PATIENCE,
        talked,
        gave_up,
    )


@dataclass(frozen=True, slots=True)
class HalfHourRun(HalfHour):
    """Half hours in a row that need and have the same, with all their calls."""

    ends: time


def runs(half_hours: Sequence[HalfHour]) -> list[HalfHourRun]:
    """Half hours in a row that need and have the same, as one, with all their calls. Pure."""
    found: list[HalfHourRun] = []
    for place, one in enumerate(half_hours):
        ends = time((place + 1) // 2 % 24, 30 * ((place + 1) % 2))
        last = found[-1] if found else None
        if last is not None and (last.seats, last.planned) == (one.seats, one.planned):
            found[-1] = replace(last, ends=ends, calls=last.calls + one.calls)
        else:
            found.append(HalfHourRun(one.starts, one.calls, one.seats, one.planned, ends))
    return found
