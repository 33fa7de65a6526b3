"""The queries of recordings.sql, as functions. Made by `make queries`; change the .sql file instead."""

from __future__ import annotations

from datetime import datetime

from hotline.base.db.connection import Conn, Pool, queries
from hotline.base.db.rows import (
    TypedRow,
    execute,
    execute_count,
    fetch_many,
    fetch_one_or_none,
    fetch_value,
    fetch_value_or_none,
    fetch_values,
)
from hotline.ids import TicketId

SQL = queries(__package__, "recordings.sql")


async def insert_recording(
    conn: Conn | Pool,
    call_id: int,
    take: str,
    kind: str,
    media_type: str,
    key_enc: bytes,
    now: datetime,
    look_at: datetime,
) -> None:
    """A recording begins, unless this take is there."""
    await execute(conn, SQL["insert_recording"], call_id, take, kind, media_type, key_enc, now, look_at)


class RecordingRow(TypedRow):
    """A row of `take`."""

    id: int
    call_id: int
    take: str
    kind: str
    media_type: str
    edition: int
    key_enc: bytes | None
    begun_at: datetime
    last_at: datetime
    closed_at: datetime | None
    ms: int | None
    digest: bytes | None
    citizen_levels: bytes | None
    operator_levels: bytes | None
    silence_ms: int | None
    talk_over_ms: int | None
    look_at: datetime | None
    erased_at: datetime | None


async def take(conn: Conn | Pool, call_id: int, take: str) -> RecordingRow | None:
    """A take of a call."""
    return await fetch_one_or_none(conn, RecordingRow, SQL["take"], call_id, take)


async def recording(conn: Conn | Pool, recording_id: int) -> RecordingRow | None:
    """A recording."""
    return await fetch_one_or_none(conn, RecordingRow, SQL["recording"], recording_id)


class OpenRecordingRow(TypedRow):
    """A row of `open_recording`."""

    id: int
    edition: int


async def open_recording(conn: Conn | Pool, recording_id: int) -> OpenRecordingRow | None:
    """A recording that still takes pieces, locked against being sealed meanwhile."""
    return await fetch_one_or_none(conn, OpenRecordingRow, SQL["open_recording"], recording_id)


async def touch_recording(conn: Conn | Pool, recording_id: int, now: datetime, look_at: datetime) -> None:
    """A piece came."""
    await execute(conn, SQL["touch_recording"], recording_id, now, look_at)


async def insert_chunk(
    conn: Conn | Pool,
    recording_id: int,
    edition: int,
    track: str,
    seq: int,
    digest: bytes,
    size: int,
    ms: int,
    citizen_levels: bytes | None,
    operator_levels: bytes | None,
    now: datetime,
) -> int:
    """A piece of a track, unless one stands at this place."""
    return await execute_count(
        conn,
        SQL["insert_chunk"],
        recording_id,
        edition,
        track,
        seq,
        digest,
        size,
        ms,
        citizen_levels,
        operator_levels,
        now,
    )


async def chunk_digest(conn: Conn | Pool, recording_id: int, edition: int, track: str, seq: int) -> bytes | None:
    """The digest of the piece at a place."""
    found: bytes | None = await fetch_value_or_none(conn, SQL["chunk_digest"], recording_id, edition, track, seq)
    return found


class ChunksRow(TypedRow):
    """A row of `chunks`."""

    track: str
    seq: int
    digest: bytes
    size: int
    ms: int
    citizen_levels: bytes | None
    operator_levels: bytes | None


async def chunks(conn: Conn | Pool, recording_id: int, edition: int) -> list[ChunksRow]:
    """The pieces of a recording's edition, track by track, in order."""
    return await fetch_many(conn, ChunksRow, SQL["chunks"], recording_id, edition)


async def remove_chunks(conn: Conn | Pool, recording_id: int, before: int) -> None:
    """The pieces as they came, after they were sealed."""
    await execute(conn, SQL["remove_chunks"], recording_id, before)


async def close_recording(
    conn: Conn | Pool,
    recording_id: int,
    edition: int,
    now: datetime,
    digest: bytes,
    ms: int,
    citizen_levels: bytes | None,
    operator_levels: bytes | None,
    silence_ms: int | None,
    talk_over_ms: int | None,
) -> int:
    """A recording is whole: sealed, hashed, measured."""
    return await execute_count(
        conn,
        SQL["close_recording"],
        recording_id,
        edition,
        now,
        digest,
        ms,
        citizen_levels,
        operator_levels,
        silence_ms,
        talk_over_ms,
    )


async def speaks_in(conn: Conn | Pool, call_id: int, user_id: int) -> bool:
    """Whether somebody is or was the operator of a call, or the supervisor in it."""
    found: bool = await fetch_value(conn, SQL["speaks_in"], call_id, user_id)
    return found


async def call_known(conn: Conn | Pool, call_id: int) -> bool:
    """Whether there is such a call."""
    found: bool = await fetch_value(conn, SQL["call_known"], call_id)
    return found


async def due(conn: Conn | Pool, now: datetime, lease: datetime, limit: int) -> list[RecordingRow]:
    """Recordings to be looked at, the longest due first; each is another's for the next minutes."""
    return await fetch_many(conn, RecordingRow, SQL["due"], now, lease, limit)


async def look_again(conn: Conn | Pool, recording_id: int, look_at: datetime | None, lease: datetime) -> None:
    """When a recording is looked at next, unless somebody said so meanwhile; never again where that is nothing."""
    await execute(conn, SQL["look_again"], recording_id, look_at, lease)


async def call_ended(conn: Conn | Pool, call_id: int) -> datetime | None:
    """When the call of a recording was over."""
    found: datetime | None = await fetch_value_or_none(conn, SQL["call_ended"], call_id)
    return found


async def new_tickets(conn: Conn | Pool, recording_id: int) -> list[TicketId]:
    """The tickets of a recording's call whose record does not know of it yet."""
    return await fetch_values(conn, SQL["new_tickets"], recording_id)


async def tie_ticket(conn: Conn | Pool, ticket_id: int, recording_id: int, now: datetime) -> int:
    """A recording's digest stands in a ticket's record."""
    return await execute_count(conn, SQL["tie_ticket"], ticket_id, recording_id, now)


async def sealed_after(conn: Conn | Pool, after: int, limit: int) -> list[RecordingRow]:
    """Sealed recordings that are kept, in order, from one on."""
    return await fetch_many(conn, RecordingRow, SQL["sealed_after"], after, limit)
