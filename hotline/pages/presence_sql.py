"""The queries of presence.sql, as functions. Made by `make queries`; change the .sql file instead."""

from __future__ import annotations

from datetime import datetime

from hotline.base.db.connection import Conn, Pool, queries
from hotline.base.db.rows import execute, fetch_value, fetch_values
from hotline.ids import UserId

SQL = queries(__package__, "presence.sql")


async def arrive(conn: Conn | Pool, ticket_id: int, user_id: int, now: datetime, stale: datetime) -> bool:
    """Somebody looks at a ticket; whether they did not a moment ago."""
    found: bool = await fetch_value(conn, SQL["arrive"], ticket_id, user_id, now, stale)
    return found


async def leave(conn: Conn | Pool, ticket_id: int, user_id: int) -> None:
    """Somebody looks elsewhere."""
    await execute(conn, SQL["leave"], ticket_id, user_id)


async def others(conn: Conn | Pool, ticket_id: int, user_id: int, stale: datetime) -> list[str]:
    """Who else looks at a ticket, by name."""
    return await fetch_values(conn, SQL["others"], ticket_id, user_id, stale)


async def forget(conn: Conn | Pool, before: datetime) -> list[UserId]:
    """Pages that have been silent for long."""
    return await fetch_values(conn, SQL["forget"], before)
