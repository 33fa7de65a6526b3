"""The queries of owed_calls.sql, as functions. Made by `make queries`; change the .sql file instead."""

from __future__ import annotations

from datetime import datetime

from hotline.base.db.connection import Conn, Pool, queries
from hotline.base.db.rows import fetch_value_or_none

SQL = queries(__package__, "owed_calls.sql")


async def owe_news(conn: Conn | Pool, ticket_id: int, reason: str, news: str, now: datetime) -> int | None:
    """A call is owed to a ticket's person, once for the same news."""
    found: int | None = await fetch_value_or_none(conn, SQL["owe_news"], ticket_id, reason, news, now)
    return found


async def owe_answer(conn: Conn | Pool, inbound_id: int, now: datetime) -> int | None:
    """A call is owed to who wrote through a messenger and was not reached there, where there is a number to call."""
    found: int | None = await fetch_value_or_none(conn, SQL["owe_answer"], inbound_id, now)
    return found
