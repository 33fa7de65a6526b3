"""Jobs without a leader (architecture.md, rule 7): sweeps and calendar jobs, as a package declares them for the
scheduler.

Every process runs them all: a sweep is idempotent, and an occurrence of a calendar job is taken by a unique key.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hotline.base.db.connection import Conn, Pool
from hotline.base.services import Services

#: The occurrences of a schedule: the moments (UTC, in order) with after < moment <= until, by the clock of a zone.
Schedule = Callable[[datetime, datetime, ZoneInfo], Sequence[datetime]]


@dataclass(frozen=True, slots=True)
class Sweep:
    """Handles what is due, in limited batches in transactions of its own, and returns how many; 0 when nothing is left.

    `every` is how often the scheduler calls it (5 s at most for what a user waits for). Costs what is due, not what is
    open; run twice it does nothing more.
    """

    name: str
    every: timedelta
    run: Callable[[Pool, Services, datetime], Awaitable[int]]


@dataclass(frozen=True, slots=True)
class CalendarJob:
    """Runs once per occurrence of its schedule (`daily`, `weekly`, `monthly`), by the office's clock.

    `run(conn, services, due_at, now)` works in the transaction that takes the occurrence. All misses are caught up.
    """

    name: str
    occurrences: Schedule
    run: Callable[[Conn, Services, datetime, datetime], Awaitable[None]]


Job = Sweep | CalendarJob


def daily(at: time) -> Schedule:
    """A schedule: each day at a time of the zone's clock. Pure.

    Where that hour is skipped in a change of the clock, as much later; where it comes twice, the first time.
    """
    return _on(lambda day: True, at)


def weekly(day: int, at: time) -> Schedule:
    """A schedule: each week on a day (0 Monday … 6 Sunday) at a time of the zone's clock. Pure."""
    if not 0 <= day <= 6:
        raise ValueError(f"no day of the week: {day}")
    return _on(lambda found: found.weekday() == day, at)


def monthly(day: int, at: time) -> Schedule:
    """A schedule: each month on a day (1 … 28, which every month has) at a time of the zone's clock. Pure."""
    if not 1 <= day <= 28:
        raise ValueError(f"not a day of every month: {day}")
    return _on(lambda found: found.day == day, at)


def last_of(schedule: Schedule) -> Schedule:
    """A schedule: of the occurrences that were missed only the last, where one run makes up for all. Pure."""
    return lambda after, until, zone: schedule(after, until, zone)[-1:]


def _on(wanted: Callable[[date], bool], at: time) -> Schedule:
    def occurrences(after: datetime, until: datetime, zone: ZoneInfo) -> Sequence[datetime]:
        first, last = after.astimezone(zone).date(), until.astimezone(zone).date()
        days = (first + timedelta(days=n) for n in range((last - first).days + 1))
        moments = (datetime.combine(day, at, zone).astimezone(UTC) for day in days if wanted(day))
        return [moment for moment in moments if after < moment <= until]

    return occurrences
