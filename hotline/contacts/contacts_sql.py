"""The queries of contacts.sql, as functions. Made by `make queries`; change the .sql file instead."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from hotline.base.db.connection import Conn, Pool, queries
from hotline.base.db.rows import (
    TypedRow,
    execute,
    fetch_many,
    fetch_one_or_none,
    fetch_value,
    fetch_value_or_none,
    fetch_values,
)
from hotline.ids import PersonId, TicketId

SQL = queries(__package__, "contacts.sql")


class ReserveRow(TypedRow):
    """A row of `reserve`."""

    ticket: int
    contact: int
    turn: int


async def reserve(conn: Conn | Pool, amount: int) -> list[ReserveRow]:
    """Ids for a batch of tickets and contacts, and their places in the rotation."""
    return await fetch_many(conn, ReserveRow, SQL["reserve"], amount)


async def insert_contacts(
    conn: Conn | Pool,
    idents: Collection[int | None],
    channels: Collection[str | None],
    persons: Collection[int | None],
    inbounds: Collection[int | None],
    operators: Collection[int | None],
    tickets: Collection[int | None],
    outcomes: Collection[str | None],
    codes: Collection[str | None],
    times: Collection[datetime | None],
    endeds: Collection[datetime | None],
    texts: Collection[str | None],
) -> None:
    """A batch of contacts with their words; each ends with its outcome."""
    await execute(
        conn,
        SQL["insert_contacts"],
        idents,
        channels,
        persons,
        inbounds,
        operators,
        tickets,
        outcomes,
        codes,
        times,
        endeds,
        texts,
    )


async def end_contact(
    conn: Conn | Pool, contact: int, outcome: str, code: str | None, ticket_id: int, now: datetime
) -> None:
    """A contact that was open (a call) ends somewhere."""
    await execute(conn, SQL["end_contact"], contact, outcome, code, ticket_id, now)


class TakeInboundRow(TypedRow):
    """A row of `take_inbound`."""

    id: int
    kind: str
    sid: str
    status: str
    payload_enc: bytes
    received_at: datetime


async def take_inbound(conn: Conn | Pool, now: datetime, limit: int) -> list[TakeInboundRow]:
    """Due deliveries, oldest first, of each phone the earliest, so that one phone's thousand starve nobody; passing by what others hold."""
    return await fetch_many(conn, TakeInboundRow, SQL["take_inbound"], now, limit)


async def due_inbound(conn: Conn | Pool, now: datetime, limit: int) -> list[int]:
    """Due deliveries, oldest first."""
    return await fetch_values(conn, SQL["due_inbound"], now, limit)


async def take_one(conn: Conn | Pool, ident: int) -> list[TakeInboundRow]:
    """One delivery, if nobody holds or dealt with it."""
    return await fetch_many(conn, TakeInboundRow, SQL["take_one"], ident)


async def inbound_done(conn: Conn | Pool, idents: Collection[int | None], now: datetime) -> None:
    """Deliveries that had their effect."""
    await execute(conn, SQL["inbound_done"], idents, now)


async def postpone_inbound(conn: Conn | Pool, ident: int, now: datetime, error: str) -> None:
    """A delivery that cannot be processed waits, twice as long each time, an hour at most."""
    await execute(conn, SQL["postpone_inbound"], ident, now, error)


async def insert_contact(
    conn: Conn | Pool,
    person: int | None,
    inbound_id: int,
    ticket: int | None,
    outcome: str,
    answered_code: str | None,
    received_at: datetime,
    now: datetime,
    text: str,
    seq: int | None,
) -> int:
    """A message that opened no ticket, with its words and how it ended."""
    found: int = await fetch_value(
        conn, SQL["insert_contact"], person, inbound_id, ticket, outcome, answered_code, received_at, now, text, seq
    )
    return found


class JoinedRow(TypedRow):
    """A row of `joined`."""

    contact: int
    seq: int | None
    at: datetime
    text: str


async def joined(conn: Conn | Pool, ticket_id: int) -> list[JoinedRow]:
    """Messages that were joined to a ticket without naming a number, with the event that took each and its words; oldest first."""
    return await fetch_many(conn, JoinedRow, SQL["joined"], ticket_id)


async def release_contact(conn: Conn | Pool, contact: int) -> None:
    """A message that was joined to a ticket waits for its end again."""
    await execute(conn, SQL["release_contact"], contact)


class RecentTicketsRow(TypedRow):
    """A row of `recent_tickets`."""

    person_id: PersonId | None
    open_count: int
    open_ticket: int | None
    last_ticket: int
    last_filed: bool


async def recent_tickets(
    conn: Conn | Pool, idents: Collection[int | None], since: datetime, since_2: datetime
) -> list[RecentTicketsRow]:
    """Of each person: the open tickets that exchanged SMS since $2, and the latest ticket since $3. A merged ticket stands
    for the one that goes on."""
    return await fetch_many(conn, RecentTicketsRow, SQL["recent_tickets"], idents, since, since_2)


async def latest_number(conn: Conn | Pool, person_id: int) -> str | None:
    """The number of a person's latest ticket."""
    found: str | None = await fetch_value_or_none(conn, SQL["latest_number"], person_id)
    return found


class MissesRow(TypedRow):
    """A row of `misses`."""

    of_number: int
    of_source: int


async def misses(conn: Conn | Pool, number_hash: bytes, source_hash: bytes, since: datetime) -> MissesRow | None:
    """Wrong tries on a number and from a source since a moment."""
    return await fetch_one_or_none(conn, MissesRow, SQL["misses"], number_hash, source_hash, since)


async def miss(conn: Conn | Pool, number_hash: bytes, source_hash: bytes, now: datetime) -> None:
    """One wrong try."""
    await execute(conn, SQL["miss"], number_hash, source_hash, now)


class RatingAskedRow(TypedRow):
    """A row of `rating_asked`."""

    ticket_id: TicketId


async def rating_asked(
    conn: Conn | Pool, person_id: int, command_number: str, since: datetime
) -> RatingAskedRow | None:
    """The latest request to rate, of one ticket or of any since a moment."""
    return await fetch_one_or_none(conn, RatingAskedRow, SQL["rating_asked"], person_id, command_number, since)


async def insert_rating(
    conn: Conn | Pool, ticket_id: int, score: int, via: str, confirmed: bool, now: datetime
) -> None:
    """A rating; a low one by a bare digit waits for its confirmation."""
    await execute(conn, SQL["insert_rating"], ticket_id, score, via, confirmed, now)


async def low_rating(conn: Conn | Pool, ticket_id: int, since: datetime) -> int | None:
    """A low score that waits for its confirmation."""
    found: int | None = await fetch_value_or_none(conn, SQL["low_rating"], ticket_id, since)
    return found


async def confirm_rating(conn: Conn | Pool, ticket_id: int, score: int, since: datetime) -> int | None:
    """The same low score again confirms it."""
    found: int | None = await fetch_value_or_none(conn, SQL["confirm_rating"], ticket_id, score, since)
    return found


async def self_answering_since(conn: Conn | Pool, person_id: int | None) -> datetime | None:
    """Since when a person's phone answers by itself."""
    found: datetime | None = await fetch_value_or_none(conn, SQL["self_answering_since"], person_id)
    return found


class InsertInboundRow(TypedRow):
    """A row of `insert_inbound`."""

    id: int
    sid: str


async def insert_inbound(
    conn: Conn | Pool,
    d_kinds: Collection[str | None],
    payloads: Collection[str | None],
    status: Collection[str | None],
    boxes: Collection[bytes | None],
    sources: Collection[bytes | None],
    now: datetime,
) -> list[InsertInboundRow]:
    """Raw deliveries become durable at once; one that came before is left out."""
    return await fetch_many(
        conn, InsertInboundRow, SQL["insert_inbound"], d_kinds, payloads, status, boxes, sources, now
    )


async def insert_ratings(
    conn: Conn | Pool,
    tickets: Collection[int | None],
    scores: Collection[int | None],
    times: Collection[datetime | None],
    via: str,
) -> None:
    """Ratings that need no confirmation, by whichever way they came."""
    await execute(conn, SQL["insert_ratings"], tickets, scores, times, via)
