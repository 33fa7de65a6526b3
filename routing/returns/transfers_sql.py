"""The queries of transfers.sql, as functions. Made by `make queries`; change the .sql file instead."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from hotline.base.db.connection import Conn, Pool, queries
from hotline.base.db.rows import TypedRow, fetch_many
from hotline.ids import TicketId

SQL = queries(__package__, "transfers.sql")


class TransfersHappeningsRow(TypedRow):
    """A row of `happenings`."""

    ticket_id: TicketId
    at: datetime
    kind: str
    actor: str
    detail: str
    why: str | None


async def happenings(
    conn: Conn | Pool, ticket_ids: Collection[int | None], kinds: Collection[str | None]
) -> list[TransfersHappeningsRow]:
    """The events by which tickets changed hands, with the reason that was given, oldest first."""
    return await fetch_many(conn, TransfersHappeningsRow, SQL["happenings"], ticket_ids, kinds)


class TransfersNamesRow(TypedRow):
    """A row of `names`."""

    id: int
    code: str
    name: str
    name_en: str


async def names(conn: Conn | Pool, idents: Collection[int | None]) -> list[TransfersNamesRow]:
    """Departments by id, in force or not."""
    return await fetch_many(conn, TransfersNamesRow, SQL["names"], idents)


class TransfersPeopleRow(TypedRow):
    """A row of `people`."""

    id: int
    shown_name: str


async def people(conn: Conn | Pool, idents: Collection[int | None]) -> list[TransfersPeopleRow]:
    """People by id."""
    return await fetch_many(conn, TransfersPeopleRow, SQL["people"], idents)
