"""The queries of demo.sql, as functions. Made by `make queries`; change the .sql file instead."""

from __future__ import annotations

from datetime import datetime

from hotline.base.db.connection import Conn, Pool, queries
from hotline.base.db.rows import TypedRow, fetch_many, fetch_one_or_none, fetch_value, fetch_value_or_none, fetch_values
from hotline.ids import DepartmentId, TicketId, UserId

SQL = queries(__package__, "demo.sql")


async def is_empty(conn: Conn | Pool) -> bool:
    """Whether there is no ticket and no department yet."""
    found: bool = await fetch_value(conn, SQL["is_empty"])
    return found


async def mark(conn: Conn | Pool, loaded: str) -> datetime | None:
    """When something of this name was stamped last."""
    found: datetime | None = await fetch_value_or_none(conn, SQL["mark"], loaded)
    return found


class NextDueRow(TypedRow):
    """A row of `next_due`."""

    ladder: datetime | None
    paging: datetime | None
    outbox: datetime | None
    receipts: datetime | None
    surprise: datetime | None


async def next_due(conn: Conn | Pool) -> NextDueRow | None:
    """When each of the sweeps that people wait for has something to do next."""
    return await fetch_one_or_none(conn, NextDueRow, SQL["next_due"])


class SurprisesRow(TypedRow):
    """A row of `surprises`."""

    id: int
    due_at: datetime


async def surprises(conn: Conn | Pool, begin: datetime, until: datetime) -> list[SurprisesRow]:
    """The surprise pages of a day."""
    return await fetch_many(conn, SurprisesRow, SQL["surprises"], begin, until)


class SurprisedRow(TypedRow):
    """A row of `surprised`."""

    user_id: UserId
    code: str


async def surprised(conn: Conn | Pool, page: int) -> SurprisedRow | None:
    """Whom a surprise page paged, with which code."""
    return await fetch_one_or_none(conn, SurprisedRow, SQL["surprised"], page)


class LatestTicketRow(TypedRow):
    """A row of `latest_ticket`."""

    number: str
    owner_id: int


async def latest_ticket(conn: Conn | Pool) -> LatestTicketRow | None:
    """The ticket that was opened last, with its owner."""
    return await fetch_one_or_none(conn, LatestTicketRow, SQL["latest_ticket"])


class DemoPagedRow(TypedRow):
    """A row of `paged`."""

    code: str
    user_id: UserId


async def paged(conn: Conn | Pool, t_number: str) -> DemoPagedRow | None:
    """Whom the lead's ladder paged last, and with which code."""
    return await fetch_one_or_none(conn, DemoPagedRow, SQL["paged"], t_number)


class StateRow(TypedRow):
    """A row of `state`."""

    state: str
    owner_id: int
    id: int


async def state(conn: Conn | Pool, number: str) -> StateRow | None:
    """Where a ticket stands, and who owns it."""
    return await fetch_one_or_none(conn, StateRow, SQL["state"], number)


async def due(conn: Conn | Pool, t_number: str) -> datetime | None:
    """Until when the department is to reply."""
    found: datetime | None = await fetch_value_or_none(conn, SQL["due"], t_number)
    return found


class DemoSuspectedRow(TypedRow):
    """A row of `suspected`."""

    id: int
    ticket_id: TicketId | None
    department_id: DepartmentId
    appeal_by: datetime
    appealed_at: datetime | None
    code: str


async def suspected(conn: Conn | Pool) -> list[DemoSuspectedRow]:
    """Findings that nobody judged yet, oldest first."""
    return await fetch_many(conn, DemoSuspectedRow, SQL["suspected"])


async def orders(conn: Conn | Pool, t_number: str) -> list[int]:
    """The supervise orders of a ticket that nobody acknowledged."""
    return await fetch_values(conn, SQL["orders"], t_number)


async def owed(conn: Conn | Pool, call_sid: str) -> int:
    """The call that is owed for a call."""
    found: int = await fetch_value(conn, SQL["owed"], call_sid)
    return found
