"""The queries of calendar.sql, as functions. Made by `make queries`; change the .sql file instead."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, time
from typing import Any

from hotline.base.db.connection import Conn, Pool, queries
from hotline.base.db.rows import (
    TypedRow,
    execute,
    fetch_many,
    fetch_one_or_none,
    fetch_value,
    fetch_value_or_none,
    fetch_values,
)
from hotline.ids import AssignmentId, DepartmentId, TicketId

SQL = queries(__package__, "calendar.sql")


async def day(conn: Conn | Pool, day: date) -> bool | None:
    """Whether a day is worked, where that is not what its weekday says."""
    found: bool | None = await fetch_value_or_none(conn, SQL["day"], day)
    return found


async def has_days(conn: Conn | Pool) -> bool:
    """Whether any year is known."""
    found: bool = await fetch_value(conn, SQL["has_days"])
    return found


async def keep_day(conn: Conn | Pool, now: datetime, day: date, working: bool | None) -> None:
    """What a day was before it is edited."""
    await execute(conn, SQL["keep_day"], now, day, working)


async def keep_days(conn: Conn | Pool, now: datetime, new: Collection[date | None]) -> None:
    """Days that were as their weekday says until they were published."""
    await execute(conn, SQL["keep_days"], now, new)


async def keep_hours(conn: Conn | Pool, now: datetime, hours: object) -> None:
    """The office hours before they are written anew."""
    await execute(conn, SQL["keep_hours"], now, hours)


class EditsRow(TypedRow):
    """A row of `edits`."""

    at: datetime
    day: date | None
    working: bool | None
    hours: Any


async def edits(conn: Conn | Pool) -> list[EditsRow]:
    """What the calendar was before each edit, in order."""
    return await fetch_many(conn, EditsRow, SQL["edits"])


class AllClosuresRow(TypedRow):
    """A row of `all_closures`."""

    from_at: datetime
    to_at: datetime
    declared_at: datetime
    revoked_at: datetime | None


async def all_closures(conn: Conn | Pool) -> list[AllClosuresRow]:
    """All county-wide closures, those taken back too."""
    return await fetch_many(conn, AllClosuresRow, SQL["all_closures"])


async def set_day(conn: Conn | Pool, day: date, working: bool, name: str) -> None:
    """A day is worked or free."""
    await execute(conn, SQL["set_day"], day, working, name)


class DaysOfYearRow(TypedRow):
    """A row of `days_of_year`."""

    day: date
    working: bool
    name: str
    source: str


async def days_of_year(conn: Conn | Pool, since: date, until: date) -> list[DaysOfYearRow]:
    """The days of a year that are not what their weekday says."""
    return await fetch_many(conn, DaysOfYearRow, SQL["days_of_year"], since, until)


async def published_years(conn: Conn | Pool) -> list[int]:
    """The years whose holidays are known."""
    return await fetch_values(conn, SQL["published_years"])


class CalendarPeriodsRow(TypedRow):
    """A row of `periods`."""

    valid_from: date
    valid_to: date | None
    opens: time
    closes: time


async def periods(conn: Conn | Pool) -> list[CalendarPeriodsRow]:
    """Office hours, all periods."""
    return await fetch_many(conn, CalendarPeriodsRow, SQL["periods"])


async def forget_periods(conn: Conn | Pool) -> None:
    """The periods are written anew, in the transaction that audits it."""
    await execute(conn, SQL["forget_periods"])


async def insert_periods(
    conn: Conn | Pool,
    valid_froms: Collection[date | None],
    valid_tos: Collection[date | None],
    opens: Collection[time | None],
    closes: Collection[time | None],
) -> None:
    """Periods of office hours."""
    await execute(conn, SQL["insert_periods"], valid_froms, valid_tos, opens, closes)


async def insert_closure(
    conn: Conn | Pool, kind: str, from_at: datetime, to_at: datetime, reason: str, now: datetime, declared_by: str
) -> int:
    """A closure or a failure of the platform is declared."""
    found: int = await fetch_value(conn, SQL["insert_closure"], kind, from_at, to_at, reason, now, declared_by)
    return found


class RevokeClosureRow(TypedRow):
    """A row of `revoke_closure`."""

    reason: str


async def revoke_closure(conn: Conn | Pool, closure: int, now: datetime) -> RevokeClosureRow | None:
    """A closure that has not begun is taken back: it ends where it begins to count, and stays on record."""
    return await fetch_one_or_none(conn, RevokeClosureRow, SQL["revoke_closure"], closure, now)


class ClosuresRow(TypedRow):
    """A row of `closures`."""

    id: int
    kind: str
    from_at: datetime
    to_at: datetime
    reason: str
    declared_at: datetime
    declared_by: str
    revoked_at: datetime | None


async def closures(conn: Conn | Pool) -> list[ClosuresRow]:
    """Closures and failures, the latest first."""
    return await fetch_many(conn, ClosuresRow, SQL["closures"])


class ClosuresInRow(TypedRow):
    """A row of `closures_in`."""

    from_at: datetime
    to_at: datetime


async def closures_in(conn: Conn | Pool, since: datetime, until: datetime) -> list[ClosuresInRow]:
    """Closures in force that touch a time."""
    return await fetch_many(conn, ClosuresInRow, SQL["closures_in"], since, until)


async def closure(conn: Conn | Pool, closure: int) -> ClosuresRow | None:
    """One closure or failure."""
    return await fetch_one_or_none(conn, ClosuresRow, SQL["closure"], closure)


async def ask_recompute(
    conn: Conn | Pool, kind: str, reason: str, closure_id: int | None, now: datetime, asked_by: str, now_2: datetime
) -> int:
    """Open clocks are to be counted again."""
    found: int = await fetch_value(conn, SQL["ask_recompute"], kind, reason, closure_id, now, asked_by, now_2)
    return found


class TakeRecomputeRow(TypedRow):
    """A row of `take_recompute`."""

    id: int
    kind: str
    reason: str
    closure_id: int | None
    since_at: datetime
    asked_by: str
    asked_at: datetime
    cursor: int
    seen: int
    moved: int
    excused: int
    done_at: datetime | None


async def take_recompute(conn: Conn | Pool) -> TakeRecomputeRow | None:
    """The oldest change that is not worked through, locked."""
    return await fetch_one_or_none(conn, TakeRecomputeRow, SQL["take_recompute"])


class NextClocksRow(TypedRow):
    """A row of `next_clocks`."""

    id: int
    ticket_id: TicketId


async def next_clocks(conn: Conn | Pool, cursor: int, since_at: datetime, limit: int) -> list[NextClocksRow]:
    """The next clocks of tickets that a change may touch: open ones, and those breached since it took effect."""
    return await fetch_many(conn, NextClocksRow, SQL["next_clocks"], cursor, since_at, limit)


class ClocksAgainRow(TypedRow):
    """A row of `clocks_again`."""

    id: int
    ticket_id: TicketId
    call_back_id: int | None
    clock: str
    assignment_id: AssignmentId | None
    department_id: DepartmentId | None
    whose: str
    policy_version: int
    base: str
    amount: int
    warn: int | None
    added_days: int
    started_at: datetime
    start_seq: int | None
    due_at: datetime
    state: str
    resumes_at: datetime | None
    breached_at: datetime | None
    stopped_at: datetime | None
    stop_seq: int | None
    next_at: datetime | None
    step: int
    excused: str
    touched_at: datetime
    excused_at: datetime | None
    part: str | None


async def clocks_again(conn: Conn | Pool, idents: Collection[int | None]) -> list[ClocksAgainRow]:
    """These clocks as they stand, with the part of their assignment."""
    return await fetch_many(conn, ClocksAgainRow, SQL["clocks_again"], idents)


async def excuse(conn: Conn | Pool, ident: int, excused: str, now: datetime) -> int | None:
    """A breach that was nobody's fault (免责); it stays latched."""
    found: int | None = await fetch_value_or_none(conn, SQL["excuse"], ident, excused, now)
    return found


async def went_on(
    conn: Conn | Pool, ident: int, cursor: int, seen: int, moved: int, excused: int, now: datetime | None
) -> None:
    """How far a change was worked through."""
    await execute(conn, SQL["went_on"], ident, cursor, seen, moved, excused, now)


async def recomputes(conn: Conn | Pool) -> list[TakeRecomputeRow]:
    """The latest changes and how far they are."""
    return await fetch_many(conn, TakeRecomputeRow, SQL["recomputes"])


async def hours(conn: Conn | Pool) -> list[CalendarPeriodsRow]:
    """Office hours, all periods."""
    return await fetch_many(conn, CalendarPeriodsRow, SQL["hours"])


class SpecialDaysRow(TypedRow):
    """A row of `special_days`."""

    day: date
    working: bool


async def special_days(conn: Conn | Pool, first: date, last: date) -> list[SpecialDaysRow]:
    """Days that are not what their weekday says."""
    return await fetch_many(conn, SpecialDaysRow, SQL["special_days"], first, last)


async def seed_day(
    conn: Conn | Pool, days: Collection[date | None], workings: Collection[bool | None], names: Collection[str | None]
) -> list[date]:
    """A published day; what was edited stays."""
    return await fetch_values(conn, SQL["seed_day"], days, workings, names)


class ClosedDaysRow(TypedRow):
    """A row of `closed_days`."""

    from_at: datetime
    to_at: datetime


async def closed_days(conn: Conn | Pool) -> list[ClosedDaysRow]:
    """County-wide closures."""
    return await fetch_many(conn, ClosedDaysRow, SQL["closed_days"])
