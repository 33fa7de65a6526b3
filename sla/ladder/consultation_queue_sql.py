"""The queries of consultation_queue.sql, as functions. Made by `make queries`; change the .sql file instead."""

from __future__ import annotations

from datetime import datetime

from hotline.base.db.connection import Conn, Pool, queries
from hotline.base.db.rows import fetch_value, fetch_value_or_none, fetch_values

SQL = queries(__package__, "consultation_queue.sql")


async def queue_item(conn: Conn | Pool, ticket_id: int, reason: str, now: datetime) -> int | None:
    """Put before the next consultation, once a reason."""
    found: int | None = await fetch_value_or_none(conn, SQL["queue_item"], ticket_id, reason, now)
    return found


async def count_events(conn: Conn | Pool, ticket_id: int, kind: str) -> int:
    """How many events of a kind a ticket has."""
    found: int = await fetch_value(conn, SQL["count_events"], ticket_id, kind)
    return found


async def long_term_unreviewed(conn: Conn | Pool, since: datetime) -> list[int]:
    """Long-term matters that have not stood before a consultation since a moment."""
    return await fetch_values(conn, SQL["long_term_unreviewed"], since)
