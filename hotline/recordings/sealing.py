"""What becomes of a recording by itself: sealed when its call is over, its digest put into the record of its tickets, its sound removed
after it was erased.

Each is looked at when `look_at` says so, under a lease of some minutes, with no transaction open while bytes travel; whatever crashed is looked
at again.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from hotline.base.blobs import BlobMissing, BlobsAway
from hotline.base.db.connection import Conn, Pool
from hotline.base.event import Draft
from hotline.base.keys import KeysError
from hotline.base.services import Services
from hotline.ids import TicketId
from hotline.recordings import recordings_sql
from hotline.recordings.loudness import STEP_MS
from hotline.recordings.recording import Track, gaps
from hotline.recordings.recordings_sql import RecordingRow
from hotline.recordings.sound_box import BrokenBox, key_of
from hotline.recordings.store import SETTLES, SealedWriter, pieces_of, read_piece, remove_sound

log = logging.getLogger(__name__)

_BATCH = 20
_LEASE = timedelta(minutes=10)
#: A store that does not answer is asked again so much later.
_LATER = timedelta(minutes=5)
#: So long after a call it may still come to belong to a ticket.
_BELONGS_WITHIN = timedelta(days=90)


async def sweep_recordings(pool: Pool, services: Services, now: datetime) -> int:
    """The sweep: look at the recordings that are due. Returns how many it looked at."""
    async with pool.acquire() as conn, conn.transaction():
        lease = now + _LEASE
        rows = await recordings_sql.due(conn, now, lease, _BATCH)
    for row in rows:
        try:
            again = await _look(pool, services, row, now)
        except (BlobMissing, BlobsAway, BrokenBox, KeysError) as error:
            log.error("recording %s: %s: %s", row.id, type(error).__name__, error)
            again = now + _LATER
        async with pool.acquire() as conn:
            await recordings_sql.look_again(conn, row.id, again, lease)
    return len(rows)


async def _look(pool: Pool, services: Services, row: RecordingRow, now: datetime) -> datetime | None:
    """Do what is due with one; when it is looked at again."""
    if row.key_enc is None:
        await remove_sound(services, row.id)
        return None
    if row.closed_at is None:
        async with pool.acquire() as conn:
            over = await recordings_sql.call_ended(conn, row.call_id)
        settled = max(over, row.last_at) + SETTLES if over else now + SETTLES
        if settled > now:
            return settled
        if not await _seal(pool, services, row, now):
            return now + SETTLES
    await remove_sound(services, row.id, 0)
    async with pool.acquire() as conn, conn.transaction():
        await _into_records(conn, services, row.id, now)
    age = now - row.begun_at
    return now + max(SETTLES, age / 2) if age < _BELONGS_WITHIN else None


async def _seal(pool: Pool, services: Services, row: RecordingRow, now: datetime) -> bool:
    """Write the sealed edition of what came in pieces; false where nothing came, or a piece came meanwhile.

    1. Read the pieces. 2. Write them anew, longer ones. 3. Lock the row; is it still what was read? Then say so.
    """
    assert row.key_enc is not None, "it is not erased"
    async with pool.acquire() as conn:
        pieces = await pieces_of(conn, row)
    key = key_of(services.keys, row.id, row.key_enc)
    writer = SealedWriter(services, row.id, key)
    for piece in pieces:
        await writer.add(piece.track, await read_piece(services, key, row.edition, piece))
    await writer.end()
    async with pool.acquire() as conn, conn.transaction():
        if await recordings_sql.open_recording(conn, row.id) is None or await pieces_of(conn, row) != pieces:
            return False
        ms, citizen, operator = await _measured(conn, row.id)
        return await writer.close(conn, ms, citizen, operator, now)


async def _measured(conn: Conn, recording: int) -> tuple[int, bytes | None, bytes | None]:
    """How long what came in pieces is (the longest of its tracks), and how loud each side was."""
    chunks = await recordings_sql.chunks(conn, recording, 0)
    lengths = {track: sum(chunk.ms for chunk in chunks if chunk.track == track) for track in Track}
    for track in Track:
        if missing := gaps([chunk.seq for chunk in chunks if chunk.track == track]):
            log.warning("recording %s: %s pieces of track %s never came", recording, missing, track.value)
    citizen = b"".join(_as_long(chunk.citizen_levels, chunk.ms) for chunk in chunks if chunk.track != Track.OPERATOR)
    operator = b"".join(_as_long(chunk.operator_levels, chunk.ms) for chunk in chunks if chunk.track != Track.CITIZEN)
    return max(lengths.values()), citizen if any(citizen) else None, operator if any(operator) else None


def _as_long(levels: bytes | None, ms: int) -> bytes:
    """The levels of a piece, as long as it is: what was not measured is silence."""
    steps = round(ms / STEP_MS)
    return (levels or b"")[:steps].ljust(steps, b"\0")


async def _into_records(conn: Conn, services: Services, recording: int, now: datetime) -> None:
    """One event in each ticket of the call: that it was recorded, and the digest of the sound."""
    row = await recordings_sql.recording(conn, recording)
    if row is None or row.digest is None:
        return
    detail = {"recording": row.id, "call": row.call_id, "what": row.kind, "ms": row.ms, "digest": row.digest.hex()}
    for ident in await recordings_sql.new_tickets(conn, recording):
        await services.publish(conn, Draft(TicketId(ident), "recorded", "system", detail), now)
        await recordings_sql.tie_ticket(conn, ident, recording, now)
