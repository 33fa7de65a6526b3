"""The queries of shifts.sql, as functions. Made by `make queries`; change the .sql file instead."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from hotline.base.db.connection import Conn, Pool, queries
from hotline.base.db.rows import TypedRow, execute, fetch_many, fetch_one_or_none, fetch_value, fetch_value_or_none
from hotline.ids import DepartmentId, UserId

SQL = queries(__package__, "shifts.sql")


class SwapOfRow(TypedRow):
    """A row of `swap_of`."""

    id: int
    shift_id: int
    from_id: int
    to_id: int
    department_id: DepartmentId
    user_id: UserId
    rank: str
    from_at: datetime
    to_at: datetime


async def swap_of(conn: Conn | Pool, swap: int) -> SwapOfRow | None:
    """A swap that waits for the other, with its shift; both locked."""
    return await fetch_one_or_none(conn, SwapOfRow, SQL["swap_of"], swap)


async def end_swap(conn: Conn | Pool, swap: int, now: datetime) -> None:
    """The other says no, or it was overtaken."""
    await execute(conn, SQL["end_swap"], swap, now)


class LockPersonRow(TypedRow):
    """A row of `lock_person`."""

    id: int
    shown_name: str


async def lock_person(conn: Conn | Pool, user: int, department_id: int) -> LockPersonRow | None:
    """One person of a department, locked: nobody takes two shifts at once."""
    return await fetch_one_or_none(conn, LockPersonRow, SQL["lock_person"], user, department_id)


async def is_busy(conn: Conn | Pool, department_id: int, user_id: int, from_at: datetime, to_at: datetime) -> bool:
    """Whether a person stands on the roster, or is on leave, within a span."""
    found: bool = await fetch_value(conn, SQL["is_busy"], department_id, user_id, from_at, to_at)
    return found


class CoveredRow(TypedRow):
    """A row of `covered`."""

    id: int
    code: str
    name: str
    name_en: str
    user_id: UserId | None
    from_at: datetime | None
    to_at: datetime | None


async def covered(conn: Conn | Pool, start: datetime, end: datetime, department: int | None) -> list[CoveredRow]:
    """Spans of all departments in force that somebody with a tested number covers; a department with none once, empty."""
    return await fetch_many(conn, CoveredRow, SQL["covered"], start, end, department)


class EveryoneOnDutyRow(TypedRow):
    """A row of `everyone_on_duty`."""

    code: str
    department: str
    rank: str
    from_at: datetime
    to_at: datetime
    person: str


async def everyone_on_duty(conn: Conn | Pool, at: datetime, department_id: int | None) -> list[EveryoneOnDutyRow]:
    """The roster at a moment, all departments."""
    return await fetch_many(conn, EveryoneOnDutyRow, SQL["everyone_on_duty"], at, department_id)


async def insert_shifts(
    conn: Conn | Pool,
    department_ids: Collection[int | None],
    user_ids: Collection[int | None],
    ranks: Collection[str | None],
    from_times: Collection[datetime | None],
    to_times: Collection[datetime | None],
) -> None:
    """Shifts of a roster; the same line twice is one."""
    await execute(conn, SQL["insert_shifts"], department_ids, user_ids, ranks, from_times, to_times)


async def person_of_department(conn: Conn | Pool, department_id: int, shown_name: str) -> int | None:
    """A person of a department by name."""
    found: int | None = await fetch_value_or_none(conn, SQL["person_of_department"], department_id, shown_name)
    return found


class ShiftsOfRow(TypedRow):
    """A row of `shifts_of`."""

    id: int
    user_id: UserId
    rank: str
    from_at: datetime
    to_at: datetime
    shown_name: str
    swap_id: int | None
    swap_to: int | None


async def shifts_of(conn: Conn | Pool, department_id: int, begin: datetime, end: datetime) -> list[ShiftsOfRow]:
    """A department's shifts between two moments."""
    return await fetch_many(conn, ShiftsOfRow, SQL["shifts_of"], department_id, begin, end)


class ShiftRow(TypedRow):
    """A row of `shift`."""

    id: int
    department_id: DepartmentId
    user_id: UserId
    rank: str
    from_at: datetime
    to_at: datetime
    pattern_id: int | None


async def shift(conn: Conn | Pool, shift: int | None) -> ShiftRow | None:
    """One shift, locked."""
    return await fetch_one_or_none(conn, ShiftRow, SQL["shift"], shift)


async def ask_swap(conn: Conn | Pool, shift_id: int, from_id: int, to_id: int, now: datetime) -> int:
    """A swap is asked for."""
    found: int = await fetch_value(conn, SQL["ask_swap"], shift_id, from_id, to_id, now)
    return found


async def open_swap(conn: Conn | Pool, shift_id: int) -> int | None:
    """The swap of a shift that waits for the other."""
    found: int | None = await fetch_value_or_none(conn, SQL["open_swap"], shift_id)
    return found


async def accept_swap(conn: Conn | Pool, swap: int, now: datetime) -> None:
    """The other says yes, and stands on the roster."""
    await execute(conn, SQL["accept_swap"], swap, now)


class LeavesWithinRow(TypedRow):
    """A row of `leaves_within`."""

    id: int
    user_id: UserId
    from_at: datetime
    to_at: datetime
    shown_name: str


async def leaves_within(
    conn: Conn | Pool, start: datetime, end: datetime, department_id: int | None
) -> list[LeavesWithinRow]:
    """Leave that touches a span, of all departments or of one."""
    return await fetch_many(conn, LeavesWithinRow, SQL["leaves_within"], start, end, department_id)


class ReachRow(TypedRow):
    """A row of `reach`."""

    phone_enc: bytes | None
    language: str
    other: str


async def reach(conn: Conn | Pool, ident: int, user_id: int) -> ReachRow | None:
    """How somebody is reached who has a tested number, and what the other of a swap is called."""
    return await fetch_one_or_none(conn, ReachRow, SQL["reach"], ident, user_id)


class SwapsAskedRow(TypedRow):
    """A row of `swaps_asked`."""

    id: int
    from_at: datetime
    to_at: datetime
    rank: str
    shown_name: str


async def swaps_asked(conn: Conn | Pool, to_id: int) -> list[SwapsAskedRow]:
    """Swaps that wait for somebody's yes."""
    return await fetch_many(conn, SwapsAskedRow, SQL["swaps_asked"], to_id)
