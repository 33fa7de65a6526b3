"""The queries of repeats.sql, as functions. Made by `make queries`; change the .sql file instead."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from hotline.base.db.connection import Conn, Pool, queries
from hotline.base.db.rows import TypedRow, execute, fetch_many, fetch_value_or_none, fetch_values
from hotline.ids import ContactId, PersonId, TicketId

SQL = queries(__package__, "repeats.sql")


class HeardRow(TypedRow):
    """A row of `heard`."""

    person_id: PersonId
    id: int
    at: datetime
    outcome: str
    ticket_id: TicketId | None
    text: str
    times: int


async def heard(conn: Conn | Pool, idents: Collection[int | None], since: datetime) -> list[HeardRow]:
    """What persons wrote by SMS since a moment, the latest first, with how many deliveries each contact is made of."""
    return await fetch_many(conn, HeardRow, SQL["heard"], idents, since)


class MarkedRow(TypedRow):
    """A row of `marked`."""

    person_id: PersonId
    contact_id: ContactId
    text: str


async def marked(conn: Conn | Pool, person_ids: Collection[int | None]) -> list[MarkedRow]:
    """Phones that answer by themselves, with the words that they repeat."""
    return await fetch_many(conn, MarkedRow, SQL["marked"], person_ids)


async def add_part(conn: Conn | Pool, inbound_id: int, contact_id: int, now: datetime) -> None:
    """A delivery is a part of a contact that was there before."""
    await execute(conn, SQL["add_part"], inbound_id, contact_id, now)


async def mark(conn: Conn | Pool, person_id: int, contact_id: int, now: datetime) -> int | None:
    """A phone answers by itself."""
    found: int | None = await fetch_value_or_none(conn, SQL["mark"], person_id, contact_id, now)
    return found


async def unmark(conn: Conn | Pool, person_id: int, now: datetime) -> None:
    """A person wrote something else."""
    await execute(conn, SQL["unmark"], person_id, now)


async def set_contact_text(conn: Conn | Pool, contact_id: int, text: str) -> None:
    """The words of a contact with one more part."""
    await execute(conn, SQL["set_contact_text"], contact_id, text)


async def wrote_lately(conn: Conn | Pool, to_hash: bytes, since: datetime) -> list[PersonId | None]:
    """Which persons were sent an SMS since a moment."""
    return await fetch_values(conn, SQL["wrote_lately"], to_hash, since, null=True)
