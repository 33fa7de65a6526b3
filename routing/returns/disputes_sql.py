"""The queries of disputes.sql, as functions. Made by `make queries`; change the .sql file instead."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

from hotline.base.db.connection import Conn, Pool, queries
from hotline.base.db.rows import TypedRow, execute, fetch_many, fetch_one_or_none, fetch_value, fetch_value_or_none
from hotline.ids import TicketId

SQL = queries(__package__, "disputes.sql")


async def open_dispute(
    conn: Conn | Pool,
    matter: str,
    question: str,
    ticket_id: int | None,
    opened_by: str,
    now: datetime,
    due_at: datetime,
) -> int | None:
    """A dispute about a duty; one open at a time for a matter."""
    found: int | None = await fetch_value_or_none(
        conn, SQL["open_dispute"], matter, question, ticket_id, opened_by, now, due_at
    )
    return found


class DisputeLockedRow(TypedRow):
    """A row of `dispute_locked`."""

    id: int
    matter: str
    question: str
    ticket_id: TicketId | None
    opened_by: str
    opened_at: datetime
    due_at: datetime
    confirmed_at: datetime | None
    confirmed_by: str | None
    how: str | None
    lead_id: int | None
    document: str
    catalogue_id: int | None
    withdrawn_at: datetime | None
    withdrawn_by: str | None


async def dispute_locked(conn: Conn | Pool, item: int | None) -> DisputeLockedRow | None:
    """One dispute, locked."""
    return await fetch_one_or_none(conn, DisputeLockedRow, SQL["dispute_locked"], item)


class OpinionsRow(TypedRow):
    """A row of `opinions`."""

    dispute_id: int
    office: str
    lead_id: int
    co_handlers: list[str]
    basis: str
    by_actor: str
    at: datetime
    code: str
    name: str
    name_en: str


async def opinions(conn: Conn | Pool, dispute_ids: Collection[int | None]) -> list[OpinionsRow]:
    """What the offices said on some disputes."""
    return await fetch_many(conn, OpinionsRow, SQL["opinions"], dispute_ids)


async def add_opinion(
    conn: Conn | Pool,
    dispute_id: int,
    office: str,
    lead_id: int,
    co_handlers: Collection[str | None],
    basis: str,
    by_actor: str,
    now: datetime,
) -> int | None:
    """An office's opinion, once."""
    found: int | None = await fetch_value_or_none(
        conn, SQL["add_opinion"], dispute_id, office, lead_id, co_handlers, basis, by_actor, now
    )
    return found


async def confirm_dispute(
    conn: Conn | Pool,
    ident: int,
    now: datetime,
    confirmed_by: str,
    how: str,
    lead_id: int,
    document: str,
    catalogue_id: int,
) -> None:
    """What the offices or the county government confirmed."""
    await execute(conn, SQL["confirm_dispute"], ident, now, confirmed_by, how, lead_id, document, catalogue_id)


async def withdraw_dispute(conn: Conn | Pool, ident: int, now: datetime, withdrawn_by: str) -> None:
    """Closed without a decision."""
    await execute(conn, SQL["withdraw_dispute"], ident, now, withdrawn_by)


class DisputesRow(TypedRow):
    """A row of `disputes`."""

    id: int
    matter: str
    question: str
    ticket_id: TicketId | None
    opened_by: str
    opened_at: datetime
    due_at: datetime
    confirmed_at: datetime | None
    confirmed_by: str | None
    how: str | None
    lead_id: int | None
    document: str
    catalogue_id: int | None
    withdrawn_at: datetime | None
    withdrawn_by: str | None
    number: str | None
    code: str | None
    name: str | None
    name_en: str | None


async def disputes(conn: Conn | Pool, only: int | None) -> list[DisputesRow]:
    """Disputes, the open ones first, then the latest; or one."""
    return await fetch_many(conn, DisputesRow, SQL["disputes"], only)


async def line_since(conn: Conn | Pool, matter: str) -> date | None:
    """Since when the line in force for a matter holds."""
    found: date | None = await fetch_value_or_none(conn, SQL["line_since"], matter)
    return found


async def end_line(conn: Conn | Pool, matter: str, until: date) -> None:
    """The line in force for a matter holds until a day."""
    await execute(conn, SQL["end_line"], matter, until)


async def add_line(
    conn: Conn | Pool,
    matter: str,
    grams: Collection[str | None],
    lead_id: int,
    co_handlers: Collection[str | None],
    basis: str,
    since: date,
) -> int:
    """A line of the catalogue."""
    found: int = await fetch_value(conn, SQL["add_line"], matter, grams, lead_id, co_handlers, basis, since)
    return found
