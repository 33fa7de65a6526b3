"""A day, or the time up to now, at the telephone: its calls, figures, and what operators did."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from hotline.base.clock import day_span
from hotline.base.db.connection import Conn
from hotline.calls.call import OperatorState
from reports.figures.figure import Figure
from reports.telephone import telephone_sql
from reports.telephone.call_figures import average, figure_of, figures_of, longest_wait, waited
from reports.telephone.telephone_sql import CallsOfRow, OwedNowRow, StandingRow

#: The figures of the day that the wall shows: it asks every few seconds.
ON_THE_WALL = ("calls_within_15_s", "calls_abandoned")


@dataclass(slots=True)
class OperatorDay:
    """What one operator did at the telephone: seconds and times by state, rings missed."""

    name: str
    seconds: dict[OperatorState, float] = field(default_factory=dict)
    times: dict[OperatorState, int] = field(default_factory=dict)
    missed: int = 0


@dataclass(frozen=True, slots=True)
class TelephoneDay:
    """The calls that came in a span, their figures, waits and talk (seconds), and the operators."""

    calls: Sequence[CallsOfRow]
    figures: Mapping[str, Figure]
    mean_wait: timedelta | None
    longest: timedelta | None
    operators: Sequence[OperatorDay]

    def mean(self, state: OperatorState) -> float | None:
        """The mean seconds of a state, each time that an operator entered it; None where nobody did."""
        times = sum(one.times.get(state, 0) for one in self.operators)
        return sum(one.seconds.get(state, 0.0) for one in self.operators) / times if times else None


@dataclass(frozen=True, slots=True)
class Wall:
    """What the wall shows: this moment, today so far, the last 24 hours."""

    waiting: int
    kept: int
    longest: timedelta
    operators: Sequence[StandingRow]
    today: Mapping[str, Figure]
    connected: Figure
    owed: OwedNowRow
    endless: int
    overdue: int
    now: datetime

    def at(self, state: OperatorState) -> int:
        """How many operators are in a state."""
        return sum(one.state == state for one in self.operators)


async def load_day(conn: Conn, start: datetime, end: datetime, now: datetime) -> TelephoneDay:
    """The calls that came in a span, as they stand now."""
    calls, until = await telephone_sql.calls_of(conn, start, end), min(end, now)
    waits = [w for call in calls if (w := waited(call)) is not None]
    return TelephoneDay(
        calls, figures_of(calls), average(waits), max(waits, default=None), await _operators(conn, start, until)
    )


async def _operators(conn: Conn, start: datetime, until: datetime) -> list[OperatorDay]:
    if until <= start:
        return []
    found: dict[int, OperatorDay] = {}
    for row in await telephone_sql.states_of(conn, start, until):
        one = found.setdefault(row.user_id, OperatorDay(row.shown_name))
        one.seconds[OperatorState(row.state)] = row.seconds
        one.times[OperatorState(row.state)] = row.n
    for missed in await telephone_sql.missed_of(conn, start, until):
        if missed.user_id in found:
            found[missed.user_id].missed = missed.n
    return list(found.values())


async def load_wall(conn: Conn, now: datetime, zone: ZoneInfo) -> Wall:
    """What the wall shows now."""
    start, _ = day_span(now.astimezone(zone).date(), zone)
    since = now - timedelta(hours=24)
    calls = await telephone_sql.calls_of(conn, min(start, since), now + timedelta(microseconds=1))
    today = [call for call in calls if call.arrived_at >= start]
    queue = await telephone_sql.queue_now(conn)
    line = [row.arrived_at for row in queue if row.state == "waiting"]
    return Wall(
        waiting=len(line),
        kept=len(queue) - len(line),
        longest=longest_wait(line, now),
        operators=await telephone_sql.standing(conn),
        today={name: figure_of(name, today) for name in ON_THE_WALL},
        connected=figure_of("calls_answered", [call for call in calls if call.arrived_at >= since]),
        owed=await telephone_sql.owed_now(conn),
        endless=await telephone_sql.endless_now(conn),
        overdue=await telephone_sql.overdue_now(conn, now),
        now=now,
    )
