"""The queries of pauses.sql, as functions. Made by `make queries`; change the .sql file instead."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from hotline.base.db.connection import Conn, Pool, queries
from hotline.base.db.rows import TypedRow, execute, fetch_many, fetch_one_or_none, fetch_value, fetch_values
from hotline.ids import TicketId

SQL = queries(__package__, "pauses.sql")


async def insert_pause(
    conn: Conn | Pool,
    ticket_id: int,
    kind: str,
    now: datetime,
    until_at: datetime | None,
    days: int,
    reason: str,
    by_actor: str,
) -> int:
    """A ticket waits: from, until, how many working days, for whom."""
    found: int = await fetch_value(conn, SQL["insert_pause"], ticket_id, kind, now, until_at, days, reason, by_actor)
    return found


class OpenPauseRow(TypedRow):
    """A row of `open_pause`."""

    id: int
    ticket_id: TicketId
    kind: str
    from_at: datetime
    until_at: datetime | None
    days: int
    reason: str
    by_actor: str
    ended_at: datetime | None
    end_reason: str


async def open_pause(conn: Conn | Pool, ticket_id: int) -> OpenPauseRow | None:
    """The pause that a ticket is in."""
    return await fetch_one_or_none(conn, OpenPauseRow, SQL["open_pause"], ticket_id)


async def paused_tickets(conn: Conn | Pool, ticket_ids: Collection[int | None]) -> list[TicketId]:
    """Which of these tickets wait."""
    return await fetch_values(conn, SQL["paused_tickets"], ticket_ids)


async def end_pause(conn: Conn | Pool, ident: int, ended_at: datetime | None, end_reason: str, days: int) -> None:
    """A pause ends; `days` is how many working days it was."""
    await execute(conn, SQL["end_pause"], ident, ended_at, end_reason, days)


async def paused_days(conn: Conn | Pool, ticket_id: int) -> int:
    """How many working days a ticket waited for the person already."""
    found: int = await fetch_value(conn, SQL["paused_days"], ticket_id)
    return found


async def ended_pauses(conn: Conn | Pool, ticket_ids: Collection[int | None], now: datetime) -> list[OpenPauseRow]:
    """Pauses of some tickets whose end has come."""
    return await fetch_many(conn, OpenPauseRow, SQL["ended_pauses"], ticket_ids, now)


async def pauses_of(conn: Conn | Pool, ticket_ids: Collection[int | None]) -> list[OpenPauseRow]:
    """The pauses of some tickets."""
    return await fetch_many(conn, OpenPauseRow, SQL["pauses_of"], ticket_ids)


async def heard_since(conn: Conn | Pool, ticket_id: int, from_at: datetime) -> bool:
    """Whether the person was heard of after a moment."""
    found: bool = await fetch_value(conn, SQL["heard_since"], ticket_id, from_at)
    return found
