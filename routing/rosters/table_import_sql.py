"""The queries of table_import.sql, as functions. Made by `make queries`; change the .sql file instead."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, time

from hotline.base.db.connection import Conn, Pool, queries
from hotline.base.db.rows import TypedRow, execute, fetch_many, fetch_one_or_none, fetch_value
from hotline.ids import DepartmentId, UserId

SQL = queries(__package__, "table_import.sql")


class PeopleOfRow(TypedRow):
    """A row of `people_of`."""

    id: int
    name: str
    shown_name: str


async def people_of(conn: Conn | Pool, department_id: int) -> list[PeopleOfRow]:
    """The people of a department, by what they are called."""
    return await fetch_many(conn, PeopleOfRow, SQL["people_of"], department_id)


async def lock_departments(conn: Conn | Pool, idents: Collection[int | None]) -> None:
    """The departments of a plan, locked in one order: what was shown of their rosters stays true until it is done."""
    await execute(conn, SQL["lock_departments"], idents)


class TableImportStandingRow(TypedRow):
    """A row of `standing`."""

    id: int
    department_id: DepartmentId
    user_id: UserId
    rank: str
    from_at: datetime
    to_at: datetime
    shown_name: str
    swapped: bool
    from_user: int | None


async def standing(
    conn: Conn | Pool, department_ids: Collection[int | None], first: datetime, last: datetime
) -> list[TableImportStandingRow]:
    """The shifts of some departments that touch a span, with their swaps: open or agreed, and who stood there before."""
    return await fetch_many(conn, TableImportStandingRow, SQL["standing"], department_ids, first, last)


class NamesOfRow(TypedRow):
    """A row of `names_of`."""

    id: int
    shown_name: str


async def names_of(conn: Conn | Pool, idents: Collection[int | None]) -> list[NamesOfRow]:
    """What people are called who still work here."""
    return await fetch_many(conn, NamesOfRow, SQL["names_of"], idents)


async def drop_swaps(conn: Conn | Pool, shift_ids: Collection[int | None]) -> None:
    """Swaps that came to nothing go with their shifts."""
    await execute(conn, SQL["drop_swaps"], shift_ids)


async def drop_shifts(conn: Conn | Pool, idents: Collection[int | None]) -> None:
    """Shifts to come that a new plan no longer has."""
    await execute(conn, SQL["drop_shifts"], idents)


async def end_shifts(conn: Conn | Pool, idents: Collection[int | None], now: datetime) -> None:
    """Shifts under way that a new plan no longer has end now."""
    await execute(conn, SQL["end_shifts"], idents, now)


async def mark_planned(
    conn: Conn | Pool, departments: Collection[int | None], days: Collection[date | None], now: datetime
) -> None:
    """The days that a table planned: recurring shifts made before do not fill them again."""
    await execute(conn, SQL["mark_planned"], departments, days, now)


async def add_shift(
    conn: Conn | Pool, department_id: int, user_id: int, rank: str, from_at: datetime, to_at: datetime
) -> int:
    """Somebody is put on the roster."""
    found: int = await fetch_value(conn, SQL["add_shift"], department_id, user_id, rank, from_at, to_at)
    return found


async def remove_shift(conn: Conn | Pool, shift_id: int | None) -> None:
    """A shift goes, with the swaps that were asked for it."""
    await execute(conn, SQL["remove_shift"], shift_id)


async def add_pattern(
    conn: Conn | Pool,
    department_id: int,
    user_id: int,
    rank: str,
    weekdays: Collection[int | None],
    every_weeks: int,
    starts: time,
    minutes: int,
    from_on: date,
    until_on: date | None,
    made_by: str,
    now: datetime,
) -> int:
    """A shift that recurs."""
    found: int = await fetch_value(
        conn,
        SQL["add_pattern"],
        department_id,
        user_id,
        rank,
        weekdays,
        every_weeks,
        starts,
        minutes,
        from_on,
        until_on,
        made_by,
        now,
    )
    return found


class PatternRow(TypedRow):
    """A row of `pattern`."""

    id: int
    department_id: DepartmentId
    user_id: UserId
    rank: str
    weekdays: list[int]
    every_weeks: int
    starts: time
    minutes: int
    from_on: date
    until_on: date | None
    made_by: str
    made_at: datetime
    ended_at: datetime | None


async def pattern(conn: Conn | Pool, item: int | None) -> PatternRow | None:
    """One recurring shift that has not ended, locked."""
    return await fetch_one_or_none(conn, PatternRow, SQL["pattern"], item)


class OpenPatternsRow(TypedRow):
    """A row of `open_patterns`."""

    id: int
    department_id: DepartmentId
    user_id: UserId
    rank: str
    weekdays: list[int]
    every_weeks: int
    starts: time
    minutes: int
    from_on: date
    until_on: date | None
    made_by: str
    made_at: datetime
    ended_at: datetime | None
    shown_name: str


async def open_patterns(conn: Conn | Pool, idents: Collection[int | None] | None) -> list[OpenPatternsRow]:
    """Recurring shifts that have not ended: all, or some; of people who are still here."""
    return await fetch_many(conn, OpenPatternsRow, SQL["open_patterns"], idents)


async def patterns_of(conn: Conn | Pool, department_id: int) -> list[OpenPatternsRow]:
    """The recurring shifts of a department."""
    return await fetch_many(conn, OpenPatternsRow, SQL["patterns_of"], department_id)


async def end_pattern(conn: Conn | Pool, item: int | None, now: datetime) -> None:
    """A recurring shift ends."""
    await execute(conn, SQL["end_pattern"], item, now)


async def clear_pattern(conn: Conn | Pool, pattern_id: int | None, now: datetime) -> None:
    """The shifts to come of a recurring shift go, but for those under a swap."""
    await execute(conn, SQL["clear_pattern"], pattern_id, now)


async def pattern_shifts(
    conn: Conn | Pool,
    departments: Collection[int | None],
    persons: Collection[int | None],
    ranks: Collection[str | None],
    from_times: Collection[datetime | None],
    to_times: Collection[datetime | None],
    patterns: Collection[int | None],
    zone: str,
) -> None:
    """Shifts of recurring ones; what stands already, was handed on by a swap, or lies on a day that a table planned since, is left as it is."""
    await execute(conn, SQL["pattern_shifts"], departments, persons, ranks, from_times, to_times, patterns, zone)


async def add_leave(
    conn: Conn | Pool, user_id: int, from_at: datetime, to_at: datetime, made_by: str, now: datetime
) -> int:
    """Somebody is away."""
    found: int = await fetch_value(conn, SQL["add_leave"], user_id, from_at, to_at, made_by, now)
    return found


class LeaveRow(TypedRow):
    """A row of `leave`."""

    id: int
    user_id: UserId
    from_at: datetime
    to_at: datetime
    made_by: str
    made_at: datetime
    ended_at: datetime | None
    department_id: DepartmentId | None


async def leave(conn: Conn | Pool, item: int | None) -> LeaveRow | None:
    """One leave that has not ended, with the department."""
    return await fetch_one_or_none(conn, LeaveRow, SQL["leave"], item)


async def end_leave(conn: Conn | Pool, item: int | None, now: datetime) -> None:
    """A leave is taken back."""
    await execute(conn, SQL["end_leave"], item, now)


class PeopleOfMonthRow(TypedRow):
    """A row of `people_of_month`."""

    id: int
    name: str
    shown_name: str
    leads: bool
    reachable: bool


async def people_of_month(conn: Conn | Pool, department_id: int) -> list[PeopleOfMonthRow]:
    """The people of a department as the month shows them, leaders first."""
    return await fetch_many(conn, PeopleOfMonthRow, SQL["people_of_month"], department_id)
