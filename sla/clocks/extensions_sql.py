"""The queries of extensions.sql, as functions. Made by `make queries`; change the .sql file instead."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

from hotline.base.db.connection import Conn, Pool, queries
from hotline.base.db.rows import TypedRow, execute, fetch_many, fetch_one_or_none, fetch_value, fetch_value_or_none
from hotline.ids import AssignmentId, TicketId

SQL = queries(__package__, "extensions.sql")


async def extension_open(conn: Conn | Pool, assignment_id: int) -> int | None:
    """Whether more time was asked for and not refused."""
    found: int | None = await fetch_value_or_none(conn, SQL["extension_open"], assignment_id)
    return found


class ExtensionRow(TypedRow):
    """A row of `extension`."""

    id: int
    ticket_id: TicketId
    assignment_id: AssignmentId
    until_on: date
    reason: str
    asked_by: str
    asked_at: datetime
    days: int
    granted: bool | None
    decided_by: str | None
    decided_at: datetime | None
    decision: str


async def extension(conn: Conn | Pool, item: int | None, ticket_id: int) -> ExtensionRow | None:
    """One request for more time."""
    return await fetch_one_or_none(conn, ExtensionRow, SQL["extension"], item, ticket_id)


async def insert_extension(
    conn: Conn | Pool,
    ticket_id: int,
    assignment_id: int,
    until_on: date,
    reason: str,
    asked_by: str,
    now: datetime,
    days: int,
    granted: bool | None,
    decided_by: str | None,
    decision: str,
) -> int:
    """More time is asked for; `granted` false at once where it is asked too late."""
    found: int = await fetch_value(
        conn,
        SQL["insert_extension"],
        ticket_id,
        assignment_id,
        until_on,
        reason,
        asked_by,
        now,
        days,
        granted,
        decided_by,
        decision,
    )
    return found


async def decide_extension(
    conn: Conn | Pool, ident: int, granted: bool, decided_by: str, now: datetime, decision: str
) -> None:
    """More time is granted or refused."""
    await execute(conn, SQL["decide_extension"], ident, granted, decided_by, now, decision)


class ExtensionsOfRow(TypedRow):
    """A row of `extensions_of`."""

    id: int
    ticket_id: TicketId
    assignment_id: AssignmentId
    until_on: date
    reason: str
    asked_by: str
    asked_at: datetime
    days: int
    granted: bool | None
    decided_by: str | None
    decided_at: datetime | None
    decision: str
    department: str


async def extensions_of(conn: Conn | Pool, ticket_ids: Collection[int | None]) -> list[ExtensionsOfRow]:
    """Requests for more time of some tickets."""
    return await fetch_many(conn, ExtensionsOfRow, SQL["extensions_of"], ticket_ids)


class ExtensionsWaitingRow(TypedRow):
    """A row of `extensions_waiting`."""

    id: int
    number: str
    until_on: date
    reason: str
    asked_at: datetime


async def extensions_waiting(conn: Conn | Pool, limit: int) -> list[ExtensionsWaitingRow]:
    """Requests for more time that wait for the manager's word, the oldest first."""
    return await fetch_many(conn, ExtensionsWaitingRow, SQL["extensions_waiting"], limit)


async def count_extensions(conn: Conn | Pool, ticket_id: int) -> int:
    """How often more time was asked for on a ticket, in time or too late."""
    found: int = await fetch_value(conn, SQL["count_extensions"], ticket_id)
    return found
