"""The queries of exclusions.sql, as functions. Made by `make queries`; change the .sql file instead."""

from __future__ import annotations

from datetime import datetime

from hotline.base.db.connection import Conn, Pool, queries
from hotline.base.db.rows import TypedRow, execute, fetch_many, fetch_one_or_none, fetch_value_or_none
from hotline.ids import DepartmentId, TicketId

SQL = queries(__package__, "exclusions.sql")


async def insert(
    conn: Conn | Pool, ticket_id: int, department_id: int | None, ground: str, reason: str, by_id: int, now: datetime
) -> int | None:
    """A department asks for it, once a ticket."""
    found: int | None = await fetch_value_or_none(
        conn, SQL["insert"], ticket_id, department_id, ground, reason, by_id, now
    )
    return found


class ExclusionRow(TypedRow):
    """A row of `exclusion`."""

    id: int
    ticket_id: TicketId
    department_id: DepartmentId
    ground: str
    reason: str
    by_id: int
    at: datetime
    granted: bool | None
    decided_by: int | None
    decided_at: datetime | None
    decision: str
    number: str


async def exclusion(conn: Conn | Pool, ident: int) -> ExclusionRow | None:
    """One request, locked."""
    return await fetch_one_or_none(conn, ExclusionRow, SQL["exclusion"], ident)


async def decide(conn: Conn | Pool, ident: int, granted: bool, decided_by: int, now: datetime, decision: str) -> None:
    """Granted or refused."""
    await execute(conn, SQL["decide"], ident, granted, decided_by, now, decision)


class ListedRow(TypedRow):
    """A row of `listed`."""

    id: int
    ticket_id: TicketId
    department_id: DepartmentId
    ground: str
    reason: str
    by_id: int
    at: datetime
    granted: bool | None
    decided_by: int | None
    decided_at: datetime | None
    decision: str
    number: str
    code: str
    department_name: str
    decider: str | None


async def listed(
    conn: Conn | Pool, department_id: int | None, until: int, waiting: bool, limit: int
) -> list[ListedRow]:
    """Requests, newest first: of a department or of all, before an id; only those that wait where $3."""
    return await fetch_many(conn, ListedRow, SQL["listed"], department_id, until, waiting, limit)
