"""The queries of word_search.sql, as functions. Made by `make queries`; change the .sql file instead."""

from __future__ import annotations

from collections.abc import Collection

from hotline.base.db.connection import Conn, Pool, queries
from hotline.base.db.rows import TypedRow, fetch_many, fetch_value_or_none
from hotline.ids import TicketId

SQL = queries(__package__, "word_search.sql")


class MayHoldRow(TypedRow):
    """A row of `may_hold`."""

    ticket_id: TicketId


async def may_hold(conn: Conn | Pool, keys: Collection[str | None], limit: int) -> list[MayHoldRow]:
    """Tickets whose words hold all of these search keys, by index; `limit` at most, in no order."""
    return await fetch_many(conn, MayHoldRow, SQL["may_hold"], keys, limit)


class HoldAmongRow(TypedRow):
    """A row of `hold_among`."""

    ticket_id: TicketId


async def hold_among(
    conn: Conn | Pool, tickets: Collection[int | None], before: int | None, patterns: Collection[str | None], limit: int
) -> list[HoldAmongRow]:
    """Of these tickets those whose words match all patterns, the newest first, older than `before`."""
    return await fetch_many(conn, HoldAmongRow, SQL["hold_among"], tickets, before, patterns, limit)


class HoldBetweenRow(TypedRow):
    """A row of `hold_between`."""

    ticket_id: TicketId


async def hold_between(
    conn: Conn | Pool, after: int, until: int, patterns: Collection[str | None], limit: int
) -> list[HoldBetweenRow]:
    """Tickets of a stretch (after … until) whose words match all patterns, the newest first."""
    return await fetch_many(conn, HoldBetweenRow, SQL["hold_between"], after, until, patterns, limit)


async def newest(conn: Conn | Pool) -> int | None:
    """The newest ticket that has words."""
    found: int | None = await fetch_value_or_none(conn, SQL["newest"])
    return found
