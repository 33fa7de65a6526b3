"""The queries of unanswered.sql, as functions. Made by `make queries`; change the .sql file instead."""

from __future__ import annotations

from datetime import datetime

from hotline.base.db.connection import Conn, Pool, queries
from hotline.base.db.rows import TypedRow, fetch_many

SQL = queries(__package__, "unanswered.sql")


class UnansweredRow(TypedRow):
    """A row of `unanswered`."""

    number: str
    confidential: bool
    urgency: str
    started_at: datetime
    name: str
    name_en: str
    pages: int
    last: str | None


async def unanswered(conn: Conn | Pool, limit: int, now: datetime) -> list[UnansweredRow]:
    """Ladders that run: nobody has acknowledged, or for a minute nobody could be paged; the longest first. A return is an answer while its ruling waits."""
    return await fetch_many(conn, UnansweredRow, SQL["unanswered"], limit, now)
