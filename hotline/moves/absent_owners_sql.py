"""The queries of absent_owners.sql, as functions. Made by `make queries`; change the .sql file instead."""

from __future__ import annotations

from datetime import datetime

from hotline.base.db.connection import Conn, Pool, queries
from hotline.base.db.rows import TypedRow, fetch_many, fetch_value

SQL = queries(__package__, "absent_owners.sql")


class OfferedRow(TypedRow):
    """A row of `offered`."""

    id: int
    number: str
    urgency: str
    state: str
    category: str
    received_at: datetime
    text: str | None
    place: str | None
    department_name: str | None
    owner_id: int
    owner: str


async def offered(conn: Conn | Pool, now: datetime, off_before: datetime, limit: int) -> list[OfferedRow]:
    """Open tickets whose owner is away, with those that wait longest first. Away: on leave, an account that was closed, or off shift since before a moment."""
    return await fetch_many(conn, OfferedRow, SQL["offered"], now, off_before, limit)


async def is_offered(conn: Conn | Pool, ticket_id: int, now: datetime, off_before: datetime) -> bool:
    """Whether the owner of a ticket is away."""
    found: bool = await fetch_value(conn, SQL["is_offered"], ticket_id, now, off_before)
    return found


class TakenFromRow(TypedRow):
    """A row of `taken_from`."""

    number: str
    by_name: str
    from_at: datetime


async def taken_from(conn: Conn | Pool, user_id: int, since: datetime) -> list[TakenFromRow]:
    """What others took from somebody who was away, since a moment, the latest first."""
    return await fetch_many(conn, TakenFromRow, SQL["taken_from"], user_id, since)
