"""The queries of journal.sql, as functions. Made by `make queries`; change the .sql file instead."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from hotline.base.db.connection import Conn, Pool, queries
from hotline.base.db.rows import TypedRow, execute, fetch_many, fetch_one_or_none, fetch_value, fetch_values

SQL = queries(__package__, "journal.sql")


async def hold_journal(conn: Conn | Pool) -> bool:
    """Whether the journal is ours to write until the transaction ends; another process has it otherwise."""
    found: bool = await fetch_value(conn, SQL["hold_journal"])
    return found


class NewestPageRow(TypedRow):
    """A row of `newest_page`."""

    seq: int
    hash: bytes
    last_audit: int
    last_ticket: int


async def newest_page(conn: Conn | Pool) -> NewestPageRow | None:
    """The last page of the journal."""
    return await fetch_one_or_none(conn, NewestPageRow, SQL["newest_page"])


class SettledPageRow(TypedRow):
    """A row of `settled_page`."""

    seq: int
    last_audit: int
    last_ticket: int


async def settled_page(conn: Conn | Pool, until: datetime) -> SettledPageRow | None:
    """The last page that was written by a moment: what is as old as its entries has been committed since."""
    return await fetch_one_or_none(conn, SettledPageRow, SQL["settled_page"], until)


class EntriesAfterRow(TypedRow):
    """A row of `entries_after`."""

    entries: bytes


async def entries_after(conn: Conn | Pool, seq: int) -> list[EntriesAfterRow]:
    """The entries of pages after one."""
    return await fetch_many(conn, EntriesAfterRow, SQL["entries_after"], seq)


class NewActsRow(TypedRow):
    """A row of `new_acts`."""

    id: int
    at: datetime
    actor: str
    kind: str
    detail: str


async def new_acts(conn: Conn | Pool, after: int, known: Collection[int | None], limit: int) -> list[NewActsRow]:
    """Administrative acts after one that are not known, oldest first."""
    return await fetch_many(conn, NewActsRow, SQL["new_acts"], after, known, limit)


class NewTicketsRow(TypedRow):
    """A row of `new_tickets`."""

    id: int
    number: str
    hash: bytes


async def new_tickets(conn: Conn | Pool, after: int, known: Collection[int | None], limit: int) -> list[NewTicketsRow]:
    """Tickets after one that are not known, with the seal of their first event, oldest first."""
    return await fetch_many(conn, NewTicketsRow, SQL["new_tickets"], after, known, limit)


async def write_page(
    conn: Conn | Pool, seq: int, now: datetime, last_audit: int, last_ticket: int, entries: bytes, hash: bytes
) -> None:
    """A page of the journal."""
    await execute(conn, SQL["write_page"], seq, now, last_audit, last_ticket, entries, hash)


class PagesRow(TypedRow):
    """A row of `pages`."""

    seq: int
    at: datetime
    last_audit: int
    last_ticket: int
    entries: bytes
    hash: bytes


async def pages(conn: Conn | Pool, after: int, limit: int) -> list[PagesRow]:
    """Pages after one, in their order."""
    return await fetch_many(conn, PagesRow, SQL["pages"], after, limit)


class ActsAsTheyAreRow(TypedRow):
    """A row of `acts_as_they_are`."""

    id: int
    at: datetime
    actor: str
    kind: str
    detail: str


async def acts_as_they_are(conn: Conn | Pool, ids: Collection[int | None]) -> list[ActsAsTheyAreRow]:
    """Administrative acts as they are now."""
    return await fetch_many(conn, ActsAsTheyAreRow, SQL["acts_as_they_are"], ids)


class BeginningsRow(TypedRow):
    """A row of `beginnings`."""

    id: int
    number: str
    hash: bytes


async def beginnings(conn: Conn | Pool, ids: Collection[int | None]) -> list[BeginningsRow]:
    """Tickets as they are now: number and the seal of the first event."""
    return await fetch_many(conn, BeginningsRow, SQL["beginnings"], ids)


async def act_ids(conn: Conn | Pool, until: int) -> list[int]:
    """Administrative acts up to one."""
    return await fetch_values(conn, SQL["act_ids"], until)


class TicketIdsRow(TypedRow):
    """A row of `ticket_ids`."""

    id: int
    number: str


async def ticket_ids(conn: Conn | Pool, until: int) -> list[TicketIdsRow]:
    """Tickets up to one."""
    return await fetch_many(conn, TicketIdsRow, SQL["ticket_ids"], until)
