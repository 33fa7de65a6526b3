"""The queries of rows.sql, as functions. Made by `make queries`; change the .sql file instead."""

from __future__ import annotations

from typing import Any

from hotline.base.db.connection import Conn, Pool, queries
from hotline.base.db.rows import TypedRow, fetch_many
from hotline.ids import TicketId

SQL = queries(__package__, "rows.sql")


class StatedRowsRow(TypedRow):
    """A row of `stated_rows`."""

    ticket_id: TicketId
    source: str
    key: int
    columns: Any


async def stated_rows(conn: Conn | Pool, after: int, until: int) -> list[StatedRowsRow]:
    """The rows of a part of the tickets that repeat what events say: table, the key by which events name the row (or its place in the
    ticket), and its columns. A rating counts once it is confirmed; a suspicion whose fact another way out took was dropped by no person."""
    return await fetch_many(conn, StatedRowsRow, SQL["stated_rows"], after, until)
