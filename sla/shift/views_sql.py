"""The queries of views.sql, as functions. Made by `make queries`; change the .sql file instead."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from hotline.base.db.connection import Conn, Pool, queries
from hotline.base.db.rows import TypedRow, execute, fetch_many, fetch_one_or_none, fetch_value, fetch_values

SQL = queries(__package__, "views.sql")


class ComingOfAllRow(TypedRow):
    """A row of `coming_of_all`."""

    clock: str
    due_at: datetime
    whose: str
    number: str | None
    urgency: str | None
    category: str | None
    state: str | None
    department_name: str | None
    owner_name: str | None


async def coming_of_all(conn: Conn | Pool, now: datetime, until: datetime, limit: int) -> list[ComingOfAllRow]:
    """What falls due by a moment, the soonest first."""
    return await fetch_many(conn, ComingOfAllRow, SQL["coming_of_all"], now, until, limit)


async def late_of_all(conn: Conn | Pool, now: datetime) -> int:
    """How many tickets have a clock that is overdue and still runs."""
    found: int = await fetch_value(conn, SQL["late_of_all"], now)
    return found


async def late_of_department(conn: Conn | Pool, now: datetime, department_id: int) -> int:
    """How many tickets have a clock of a department that is overdue and still runs."""
    found: int = await fetch_value(conn, SQL["late_of_department"], now, department_id)
    return found


async def late_of_owner(conn: Conn | Pool, now: datetime, owner_id: int) -> int:
    """How many of an owner's tickets have a clock of the centre that is overdue and still runs."""
    found: int = await fetch_value(conn, SQL["late_of_owner"], now, owner_id)
    return found


async def coming_of_department(
    conn: Conn | Pool, now: datetime, until: datetime, limit: int, department_id: int
) -> list[ComingOfAllRow]:
    """What falls due for a department by a moment, the soonest first."""
    return await fetch_many(conn, ComingOfAllRow, SQL["coming_of_department"], now, until, limit, department_id)


async def coming_of_owner(
    conn: Conn | Pool, now: datetime, until: datetime, limit: int, owner_id: int
) -> list[ComingOfAllRow]:
    """What the centre owes on an owner's tickets by a moment, the soonest first, and the call-backs."""
    return await fetch_many(conn, ComingOfAllRow, SQL["coming_of_owner"], now, until, limit, owner_id)


async def keep_sheet(
    conn: Conn | Pool, day: date, from_at: datetime, now: datetime, content: object, now_2: datetime
) -> None:
    """The hand-over sheet of a morning."""
    await execute(conn, SQL["keep_sheet"], day, from_at, now, content, now_2)


class SheetRow(TypedRow):
    """A row of `sheet`."""

    day: date
    from_at: datetime
    to_at: datetime
    content: Any
    made_at: datetime


async def sheet(conn: Conn | Pool, day: date) -> SheetRow | None:
    """The hand-over sheet of a day."""
    return await fetch_one_or_none(conn, SheetRow, SQL["sheet"], day)


async def sheets(conn: Conn | Pool) -> list[date]:
    """The latest sheets."""
    return await fetch_values(conn, SQL["sheets"])


class NightReceivedRow(TypedRow):
    """A row of `night_received`."""

    urgency: str
    n: int


async def night_received(conn: Conn | Pool, start: datetime, now: datetime) -> list[NightReceivedRow]:
    """How many tickets came in a time, by urgency."""
    return await fetch_many(conn, NightReceivedRow, SQL["night_received"], start, now)


class NightGraveRow(TypedRow):
    """A row of `night_grave`."""

    number: str
    urgency: str
    state: str
    department: str | None


async def night_grave(conn: Conn | Pool, start: datetime, now: datetime) -> list[NightGraveRow]:
    """The critical and urgent tickets that came in a time."""
    return await fetch_many(conn, NightGraveRow, SQL["night_grave"], start, now)


class NightDeskRow(TypedRow):
    """A row of `night_desk`."""

    number: str
    urgency: str
    state: str


async def night_desk(conn: Conn | Pool) -> list[NightDeskRow]:
    """What the duty desk still owns."""
    return await fetch_many(conn, NightDeskRow, SQL["night_desk"])


class NightWaitingRow(TypedRow):
    """A row of `night_waiting`."""

    number: str
    urgency: str


async def night_waiting(conn: Conn | Pool, now: datetime) -> list[NightWaitingRow]:
    """Tickets of a time that nobody has dispatched or ended yet."""
    return await fetch_many(conn, NightWaitingRow, SQL["night_waiting"], now)


class NightUnsignedRow(TypedRow):
    """A row of `night_unsigned`."""

    number: str
    urgency: str
    department: str


async def night_unsigned(conn: Conn | Pool, now: datetime) -> list[NightUnsignedRow]:
    """Dispatched before a moment, and not signed."""
    return await fetch_many(conn, NightUnsignedRow, SQL["night_unsigned"], now)


class NightBreachedRow(TypedRow):
    """A row of `night_breached`."""

    number: str
    clock: str
    department: str


async def night_breached(conn: Conn | Pool, start: datetime, now: datetime) -> list[NightBreachedRow]:
    """What was breached in a time."""
    return await fetch_many(conn, NightBreachedRow, SQL["night_breached"], start, now)


class NightCallBacksRow(TypedRow):
    """A row of `night_call_backs`."""

    id: int
    reason: str
    asked_at: datetime


async def night_call_backs(conn: Conn | Pool, now: datetime) -> list[NightCallBacksRow]:
    """Calls that are owed."""
    return await fetch_many(conn, NightCallBacksRow, SQL["night_call_backs"], now)


async def night_due(conn: Conn | Pool, now: datetime, until: datetime) -> int:
    """How many clocks fall due until a moment."""
    found: int = await fetch_value(conn, SQL["night_due"], now, until)
    return found


class NightCallsRow(TypedRow):
    """A row of `night_calls`."""

    arrived_at: datetime
    answered_at: datetime | None
    ended_why: str | None
    state: str
    outcome: str | None
    number: str | None


async def night_calls(conn: Conn | Pool, start: datetime, now: datetime) -> list[NightCallsRow]:
    """The calls that came in a time, with how they ended and what came of them; sheets before there was a queue have none."""
    return await fetch_many(conn, NightCallsRow, SQL["night_calls"], start, now)
