"""The queries of alarm.sql, as functions. Made by `make queries`; change the .sql file instead."""

from __future__ import annotations

from hotline.base.db.connection import Conn, Pool, queries
from hotline.base.db.rows import fetch_value

SQL = queries(__package__, "alarm.sql")


async def desk_has_tickets(conn: Conn | Pool, owner_id: int) -> bool:
    """Whether the duty desk still has a ticket."""
    found: bool = await fetch_value(conn, SQL["desk_has_tickets"], owner_id)
    return found
