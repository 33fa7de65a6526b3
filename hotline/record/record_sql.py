"""The queries of record.sql, as functions. Made by `make queries`; change the .sql file instead."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

from hotline.base.db.connection import Conn, Pool, queries
from hotline.base.db.rows import TypedRow, execute, fetch_many, fetch_one_or_none, fetch_value, fetch_values
from hotline.ids import TicketId

SQL = queries(__package__, "record.sql")


class LastRootRow(TypedRow):
    """A row of `last_root`."""

    day: date
    last_ticket: int
    root: bytes


async def last_root(conn: Conn | Pool, day: date) -> LastRootRow | None:
    """The latest root before a day."""
    return await fetch_one_or_none(conn, LastRootRow, SQL["last_root"], day)


class MovedHeadsRow(TypedRow):
    """A row of `moved_heads`."""

    ticket_id: TicketId
    seq: int
    hash: bytes


async def moved_heads(conn: Conn | Pool, start: datetime, until: datetime, known: int) -> list[MovedHeadsRow]:
    """The heads before $2 of tickets whose records moved since $1, or that are newer than ticket $3 (imported with an earlier time)."""
    return await fetch_many(conn, MovedHeadsRow, SQL["moved_heads"], start, until, known)


async def events_in(conn: Conn | Pool, midnight: datetime, until: datetime) -> int:
    """How many events came from … to."""
    found: int = await fetch_value(conn, SQL["events_in"], midnight, until)
    return found


async def insert_root(
    conn: Conn | Pool, day: date, tickets: int, events: int, last_ticket: int, heads: bytes, root: bytes, now: datetime
) -> None:
    """A day is sealed."""
    await execute(conn, SQL["insert_root"], day, tickets, events, last_ticket, heads, root, now)


class RootsSinceRow(TypedRow):
    """A row of `roots_since`."""

    day: date
    tickets: int
    events: int
    root: bytes


async def roots_since(conn: Conn | Pool, last: date) -> list[RootsSinceRow]:
    """Roots after a day, for the file outside the database."""
    return await fetch_many(conn, RootsSinceRow, SQL["roots_since"], last)


class RootsRow(TypedRow):
    """A row of `roots`."""

    day: date
    tickets: int
    events: int
    last_ticket: int
    heads: bytes
    root: bytes


async def roots(conn: Conn | Pool) -> list[RootsRow]:
    """All roots in the order of days."""
    return await fetch_many(conn, RootsRow, SQL["roots"])


class LostHeadsRow(TypedRow):
    """A row of `lost_heads`."""

    ticket: int
    seq: int
    number: str | None
    gone: bool


async def lost_heads(
    conn: Conn | Pool, tickets: Collection[int | None], seqs: Collection[int | None], hashes: Collection[bytes | None]
) -> list[LostHeadsRow]:
    """Of these heads those whose event is not there as it was."""
    return await fetch_many(conn, LostHeadsRow, SQL["lost_heads"], tickets, seqs, hashes)


async def made_at(conn: Conn | Pool) -> datetime:
    """When this installation was made: names its file of roots."""
    found: datetime = await fetch_value(conn, SQL["made_at"])
    return found


async def borders(conn: Conn | Pool, part: int) -> list[int]:
    """Every $1-th ticket, to share the work out."""
    return await fetch_values(conn, SQL["borders"], part)


class HeadsBetweenRow(TypedRow):
    """A row of `heads_between`."""

    id: int
    number: str
    event_count: int
    last_event_at: datetime
    head_hash: bytes


async def heads_between(conn: Conn | Pool, after: int, until: int) -> list[HeadsBetweenRow]:
    """The tickets of a part of the record."""
    return await fetch_many(conn, HeadsBetweenRow, SQL["heads_between"], after, until)


class EventsBetweenRow(TypedRow):
    """A row of `events_between`."""

    ticket_id: TicketId
    seq: int
    at: datetime
    kind: str
    actor: str
    detail: str
    hash: bytes


async def events_between(conn: Conn | Pool, after: int, until: int) -> list[EventsBetweenRow]:
    """The events of a part of the record, in order."""
    return await fetch_many(conn, EventsBetweenRow, SQL["events_between"], after, until)
