"""The queries of transcripts.sql, as functions. Made by `make queries`; change the .sql file instead."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from hotline.base.db.connection import Conn, Pool, queries
from hotline.base.db.rows import TypedRow, execute, execute_count, fetch_many, fetch_one_or_none

SQL = queries(__package__, "transcripts.sql")


async def insert_waiting(conn: Conn | Pool, since: datetime, now: datetime) -> None:
    """Sealed recordings of talks and messages that have no transcript wait for one; `since`: those that were closed from a moment on."""
    await execute(conn, SQL["insert_waiting"], since, now)


class ClaimTranscriptRow(TypedRow):
    """A row of `claim_transcript`."""

    recording_id: int
    tries: int


async def claim_transcript(conn: Conn | Pool, now: datetime, lease: datetime) -> ClaimTranscriptRow | None:
    """The recording that waits longest for its words; it is ours for as long as it may take."""
    return await fetch_one_or_none(conn, ClaimTranscriptRow, SQL["claim_transcript"], now, lease)


async def keep(conn: Conn | Pool, recording_id: int, by_program: str, now: datetime) -> int:
    """The words came, and the recording is not erased meanwhile."""
    return await execute_count(conn, SQL["keep"], recording_id, by_program, now)


async def insert_lines(
    conn: Conn | Pool,
    recording_id: int,
    places: Collection[int | None],
    tracks: Collection[str | None],
    froms: Collection[int | None],
    untils: Collection[int | None],
    texts: Collection[str | None],
) -> None:
    """The words, in order."""
    await execute(conn, SQL["insert_lines"], recording_id, places, tracks, froms, untils, texts)


async def fail(conn: Conn | Pool, recording_id: int, state: str, next_at: datetime | None) -> None:
    """No words came: for good, or until a moment."""
    await execute(conn, SQL["fail"], recording_id, state, next_at)


class TranscriptLineRow(TypedRow):
    """A row of `lines`."""

    place: int
    track: str
    from_ms: int
    until_ms: int
    text: str


async def lines(conn: Conn | Pool, recording_id: int) -> list[TranscriptLineRow]:
    """The words of a recording."""
    return await fetch_many(conn, TranscriptLineRow, SQL["lines"], recording_id)
