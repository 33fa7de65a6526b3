"""The queries of ticket_ledgers.sql, as functions. Made by `make queries`; change the .sql file instead."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from hotline.base.db.connection import Conn, Pool, queries
from hotline.base.db.rows import TypedRow, fetch_many
from hotline.ids import TicketId

SQL = queries(__package__, "ticket_ledgers.sql")


class TicketLedgersHappeningsRow(TypedRow):
    """A row of `happenings`."""

    ticket_id: TicketId
    at: datetime
    kind: str
    detail: str


async def happenings(
    conn: Conn | Pool, ticket_ids: Collection[int | None], kinds: Collection[str | None]
) -> list[TicketLedgersHappeningsRow]:
    """The events of tickets that change who holds them, in order."""
    return await fetch_many(conn, TicketLedgersHappeningsRow, SQL["happenings"], ticket_ids, kinds)


class DepartmentNamesRow(TypedRow):
    """A row of `department_names`."""

    code: str
    name: str


async def department_names(conn: Conn | Pool, codes: Collection[str | None]) -> list[DepartmentNamesRow]:
    """The names of departments by their codes."""
    return await fetch_many(conn, DepartmentNamesRow, SQL["department_names"], codes)
