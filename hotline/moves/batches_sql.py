"""The queries of batches.sql, as functions. Made by `make queries`; change the .sql file instead."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from hotline.base.db.connection import Conn, Pool, queries
from hotline.base.db.rows import TypedRow, execute, fetch_many
from hotline.ids import TicketId

SQL = queries(__package__, "batches.sql")


class TellManyRow(TypedRow):
    """A row of `tell_many`."""

    id: int
    ticket_id: TicketId


async def tell_many(
    conn: Conn | Pool,
    tickets: Collection[int | None],
    times: Collection[datetime | None],
    vias: Collection[str | None],
    texts: Collection[str | None],
    duty_desk: int,
) -> list[TellManyRow]:
    """People hear the results, each in a way and at a moment of its own."""
    return await fetch_many(conn, TellManyRow, SQL["tell_many"], tickets, times, vias, texts, duty_desk)


async def follow_up_many(
    conn: Conn | Pool,
    tickets: Collection[int | None],
    times: Collection[datetime | None],
    by_id: int,
    ratings: Collection[int | None],
) -> None:
    """People were reached and call their matters solved."""
    await execute(conn, SQL["follow_up_many"], tickets, times, by_id, ratings)


async def ask_many(
    conn: Conn | Pool,
    ticket_ids: Collection[int | None],
    person_ids: Collection[int | None],
    asked_times: Collection[datetime | None],
) -> None:
    """People are asked to rate, once a ticket."""
    await execute(conn, SQL["ask_many"], ticket_ids, person_ids, asked_times)
