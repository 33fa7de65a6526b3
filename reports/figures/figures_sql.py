"""The queries of figures.sql, as functions. Made by `make queries`; change the .sql file instead."""

from __future__ import annotations

from collections.abc import AsyncIterable, Collection
from datetime import date, datetime

from hotline.base.db.connection import Conn, Pool, queries
from hotline.base.db.rows import TypedRow, fetch_each, fetch_many
from hotline.ids import TicketId

SQL = queries(__package__, "figures.sql")


class CitedRow(TypedRow):
    """A row of `cited`."""

    id: int
    number: str
    category: str
    state: str
    confidential: bool
    secret: bool
    code: str | None
    name: str | None
    name_en: str | None
    at: datetime
    hit: bool
    seq: int


async def cited(
    conn: Conn | Pool,
    ticket_ids: Collection[int | None],
    department_ids: Collection[int | None],
    seqs: Collection[int | None],
    times: Collection[datetime | None],
    hits: Collection[bool | None],
    as_of: datetime,
) -> list[CitedRow]:
    """Tickets of facts, in their order, with the event that each cites; whether the number was secret at $6."""
    return await fetch_many(conn, CitedRow, SQL["cited"], ticket_ids, department_ids, seqs, times, hits, as_of)


class FiguresDepartmentsRow(TypedRow):
    """A row of `departments`."""

    id: int
    code: str
    name: str
    name_en: str
    kind: str
    valid_to: date | None


async def departments(conn: Conn | Pool) -> list[FiguresDepartmentsRow]:
    """All departments, also former ones, in the order of their codes."""
    return await fetch_many(conn, FiguresDepartmentsRow, SQL["departments"])


class HeldEventsRow(TypedRow):
    """A row of `held_events`."""

    ticket_id: TicketId
    at: datetime
    kind: str
    detail: str


def held_events(
    conn: Conn, start: datetime, end: datetime, kinds: Collection[str | None], *, prefetch: int
) -> AsyncIterable[HeldEventsRow]:
    """What moved a ticket from one party to another, ticket by ticket, of tickets that were open in $1 … $2."""
    return fetch_each(conn, HeldEventsRow, SQL["held_events"], start, end, kinds, prefetch=prefetch)


class ReceivedByMonthRow(TypedRow):
    """A row of `received_by_month`."""

    year: int
    month: int
    n: int


async def received_by_month(conn: Conn | Pool, start: datetime, end: datetime, zone: str) -> list[ReceivedByMonthRow]:
    """How many tickets came in each month of the zone $3."""
    return await fetch_many(conn, ReceivedByMonthRow, SQL["received_by_month"], start, end, zone)
