"""The queries of events.sql, as functions. Made by `make queries`; change the .sql file instead."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from hotline.base.db.connection import Conn, Pool, queries
from hotline.base.db.rows import TypedRow, execute, fetch_many, fetch_values
from hotline.ids import TicketId

SQL = queries(__package__, "events.sql")


class LockHeadsRow(TypedRow):
    """A row of `lock_heads`."""

    id: int
    event_count: int
    last_event_at: datetime
    head_hash: bytes


async def lock_heads(conn: Conn | Pool, idents: Collection[int | None]) -> list[LockHeadsRow]:
    """Lock tickets in id order and read where their records end."""
    return await fetch_many(conn, LockHeadsRow, SQL["lock_heads"], idents)


async def append_events(
    conn: Conn | Pool,
    ticket_ids: Collection[int | None],
    seqs: Collection[int | None],
    times: Collection[datetime | None],
    kinds: Collection[str | None],
    actors: Collection[str | None],
    details: Collection[str | None],
    hashes: Collection[bytes | None],
    idents: Collection[int | None],
    seqs_2: Collection[int | None],
    times_2: Collection[datetime | None],
    hashs_2: Collection[bytes | None],
) -> None:
    """Insert sealed events and move the heads of their tickets."""
    await execute(
        conn,
        SQL["append_events"],
        ticket_ids,
        seqs,
        times,
        kinds,
        actors,
        details,
        hashes,
        idents,
        seqs_2,
        times_2,
        hashs_2,
    )


async def insert_event_retry(
    conn: Conn | Pool,
    ticket_ids: Collection[int | None],
    seqs: Collection[int | None],
    subscriber: str,
    now: datetime,
    error: str,
) -> None:
    """Remember that a subscriber failed on these events."""
    await execute(conn, SQL["insert_event_retry"], ticket_ids, seqs, subscriber, now, error)


class ClaimEventRetriesRow(TypedRow):
    """A row of `claim_event_retries`."""

    subscriber: str
    ticket_id: TicketId
    seq: int
    at: datetime
    kind: str
    actor: str
    detail: str
    hash: bytes


async def claim_event_retries(
    conn: Conn | Pool, now: datetime, limit: int, subscribers: Collection[str | None]
) -> list[ClaimEventRetriesRow]:
    """Due retries with their events, locked, oldest first; of subscribers that hear in order the first of each ticket."""
    return await fetch_many(conn, ClaimEventRetriesRow, SQL["claim_event_retries"], now, limit, subscribers)


async def waiting_events(conn: Conn | Pool, subscriber: str, ticket_ids: Collection[int | None]) -> list[TicketId]:
    """The tickets of which a subscriber has an event to hear again."""
    return await fetch_values(conn, SQL["waiting_events"], subscriber, ticket_ids)


async def delete_event_retry(conn: Conn | Pool, ticket_id: int, seq: int, subscriber: str) -> None:
    """The subscriber has heard it now."""
    await execute(conn, SQL["delete_event_retry"], ticket_id, seq, subscriber)


async def postpone_event_retry(
    conn: Conn | Pool, ticket_id: int, seq: int, subscriber: str, now: datetime, error: str
) -> None:
    """Failed again: wait twice as long, an hour at most."""
    await execute(conn, SQL["postpone_event_retry"], ticket_id, seq, subscriber, now, error)


async def insert_first_events(
    conn: Conn | Pool,
    ticket_ids: Collection[int | None],
    seqs: Collection[int | None],
    times: Collection[datetime | None],
    kinds: Collection[str | None],
    actors: Collection[str | None],
    details: Collection[str | None],
    hashes: Collection[bytes | None],
) -> None:
    """The first events of a batch; their heads came with the tickets."""
    await execute(conn, SQL["insert_first_events"], ticket_ids, seqs, times, kinds, actors, details, hashes)
