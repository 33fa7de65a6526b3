"""The queries of word_search.sql, as functions. Made by `make queries`; change the .sql file instead."""

from __future__ import annotations

from collections.abc import Collection

from hotline.base.db.connection import Conn, Pool, queries
from hotline.base.db.rows import fetch_value_or_none, fetch_values
from hotline.ids import TicketId

SQL = queries(__package__, "word_search.sql")


async def may_hold(conn: Conn | Pool, keys: Collection[str | None], limit: int) -> list[TicketId]:
    """Tickets whose words hold all of these search keys, by index; `limit` at most, in no order."""
    return await fetch_values(conn, SQL["may_hold"], keys, limit)


async def hold_among(
    conn: Conn | Pool, tickets: Collection[int | None], before: int | None, patterns: Collection[str | None], limit: int
) -> list[TicketId]:
    """Of these tickets those whose words match all patterns, the newest first, older than `before`."""
    return await fetch_values(conn, SQL["hold_among"], tickets, before, patterns, limit)


async def hold_between(
    conn: Conn | Pool, after: int, until: int, patterns: Collection[str | None], limit: int
) -> list[TicketId]:
    """Tickets of a stretch (after … until) whose words match all patterns, the newest first."""
    return await fetch_values(conn, SQL["hold_between"], after, until, patterns, limit)


async def newest(conn: Conn | Pool) -> int | None:
    """The newest ticket that has words."""
    found: int | None = await fetch_value_or_none(conn, SQL["newest"])
    return found
