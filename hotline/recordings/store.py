"""The two entrances of the store of recordings: a browser's pieces as they come (`add_chunk`), a carrier's recording whole (`add_whole`).

What was taken is kept through a crash: first the sealed piece in the store (hotline/base/blobs.py), then its row. Both may be called
again with the same: one effect. No transaction is open while bytes travel.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from hotline.base.blobs import Blobs
from hotline.base.db.connection import Conn, Pool
from hotline.base.http.problem import BadField, Illegal, Missing, TooLarge
from hotline.base.services import Services
from hotline.recordings import recordings_sql
from hotline.recordings.loudness import WavMeter, talk_figures
from hotline.recordings.recording import (
    MAX_CHUNK,
    SEALED_CHUNK,
    RecordingKind,
    SoundPiece,
    Track,
    blob_key,
    folder,
    manifest_digest,
)
from hotline.recordings.sound_box import SoundKey, key_of, new_key

#: A recording is sealed so long after its call was over and its last piece came.
SETTLES = timedelta(minutes=2)
#: The longest recording that is fetched, in bytes: four hours in two channels, uncompressed.
MAX_WHOLE = 512 * 1024**2


@dataclass(frozen=True, slots=True)
class NewChunk:
    """A piece as a browser recorded it. `digest`: SHA-256 of `content`; `ms`: how long it is; `take`: the same for all pieces of one recorder;
    `…_levels`: how loud it was, a byte for each tenth of a second (hotline/recordings/loudness.py).
    """

    take: str
    track: Track
    seq: int
    digest: bytes
    content: bytes
    ms: int
    media_type: str = "audio/webm"
    kind: RecordingKind = RecordingKind.TALK
    citizen_levels: bytes | None = None
    operator_levels: bytes | None = None


def blobs_in(services: Services) -> Blobs:
    """Where the sound lies."""
    assert services.blobs is not None, "main chooses a store"
    return services.blobs


async def add_chunk(pool: Pool, services: Services, call_id: int, chunk: NewChunk, now: datetime) -> int:
    """Keep a piece of a call's recording; the recording's id. The same piece again has no effect.

    Raises Missing (no such call), TooLarge, BadField (the digest is not that of the bytes), Illegal (another piece stands at this
    place; the recording is sealed).
    """
    if len(chunk.content) > MAX_CHUNK:
        raise TooLarge("A piece of a recording has at most 1 MiB.", field="file")
    if not chunk.content or await asyncio.to_thread(_digest, chunk.content) != chunk.digest:
        raise BadField("The digest is not that of the bytes that came.", field="digest")
    async with pool.acquire() as conn, conn.transaction():
        row = await _begun(conn, services, call_id, chunk.take, chunk.kind, chunk.media_type, now)
        if await _stands(conn, row.id, chunk):
            return row.id
        if row.key_enc is None or row.closed_at is not None:
            raise Illegal("This recording is closed: its call is over.")
    piece = SoundPiece(chunk.track, chunk.seq, chunk.digest, len(chunk.content))
    await _put(services, key_of(services.keys, row.id, row.key_enc), row.edition, piece, chunk.content)
    async with pool.acquire() as conn, conn.transaction():
        if await recordings_sql.open_recording(conn, row.id) is None:
            raise Illegal("This recording is closed: its call is over.")
        if not await _insert(conn, row.id, chunk, now):
            await _stands(conn, row.id, chunk)
        await recordings_sql.touch_recording(conn, row.id, now, now + SETTLES)
    return row.id


async def add_whole(
    pool: Pool,
    services: Services,
    call_id: int,
    ref: str,
    media_type: str,
    content: AsyncIterable[bytes],
    now: datetime,
    *,
    kind: RecordingKind = RecordingKind.TALK,
) -> int:
    """Keep a recording that a carrier made (`ref`: its id there), whole and at once; the recording's id. Again: no effect.

    A WAV file in two channels is measured, the first channel being the citizen's. Raises Missing, TooLarge; what the
    iterator raises leaves nothing but pieces that the next try writes over.
    """
    async with pool.acquire() as conn, conn.transaction():
        row = await _begun(conn, services, call_id, ref, kind, media_type, now)
    if row.key_enc is None or row.closed_at is not None:
        return row.id
    writer = SealedWriter(services, row.id, key_of(services.keys, row.id, row.key_enc))
    meter, size = WavMeter(), 0
    async for part in content:
        size += len(part)
        if size > MAX_WHOLE:
            raise TooLarge("The recording is too long.", field="file")
        await asyncio.to_thread(meter.add, part)
        await writer.add(Track.BOTH, part)
    if not size:
        raise BadField("The recording is empty.", field="file")
    await writer.end()
    citizen, operator = meter.levels()
    async with pool.acquire() as conn, conn.transaction():
        await writer.close(conn, meter.ms, citizen, operator, now)
        await recordings_sql.touch_recording(conn, row.id, now, now)  # into the records of its tickets
    return row.id


class SealedWriter:
    """Writes a recording's sealed edition: each track in pieces of a quarter of a MiB, then the rows that say so, at once."""

    EDITION = 1

    def __init__(self, services: Services, recording: int, key: SoundKey) -> None:
        self._services, self._id, self._key = services, recording, key
        self._waiting: dict[Track, bytearray] = {}
        self._whole: dict[Track, hashlib._Hash] = {}
        self._pieces: list[SoundPiece] = []

    async def add(self, track: Track, content: bytes) -> None:
        """More of a track."""
        waiting = self._waiting.setdefault(track, bytearray())
        waiting += content
        whole = self._whole.setdefault(track, hashlib.sha256())
        await asyncio.to_thread(whole.update, content)
        while len(waiting) >= SEALED_CHUNK:
            await self._write(track, bytes(waiting[:SEALED_CHUNK]))
            del waiting[:SEALED_CHUNK]

    async def end(self) -> None:
        """The last piece of each track."""
        for track, waiting in self._waiting.items():
            if waiting:
                await self._write(track, bytes(waiting))
        self._waiting.clear()

    async def close(self, conn: Conn, ms: int, citizen: bytes | None, operator: bytes | None, now: datetime) -> bool:
        """Say that it is whole; false where it was sealed or erased meanwhile."""
        figures = talk_figures(citizen, operator)
        silence, over = (figures.silence_ms, figures.talk_over_ms) if figures else (None, None)
        digest = manifest_digest((track, whole.digest()) for track, whole in self._whole.items())
        if not await recordings_sql.close_recording(
            conn, self._id, self.EDITION, now, digest, ms, citizen, operator, silence, over
        ):
            return False
        for piece in self._pieces:
            await recordings_sql.insert_chunk(
                conn, self._id, self.EDITION, piece.track.value, piece.seq, piece.digest, piece.size, 0, None, None, now
            )
        await recordings_sql.remove_chunks(conn, self._id, self.EDITION)
        return True

    async def _write(self, track: Track, content: bytes) -> None:
        seq = sum(piece.track is track for piece in self._pieces)
        piece = SoundPiece(track, seq, await asyncio.to_thread(_digest, content), len(content))
        await _put(self._services, self._key, self.EDITION, piece, content)
        self._pieces.append(piece)


async def pieces_of(conn: Conn, row: recordings_sql.RecordingRow, track: Track | None = None) -> Sequence[SoundPiece]:
    """The pieces of a recording as it stands, or of one track of it, in order."""
    return [
        SoundPiece(Track(found.track), found.seq, found.digest, found.size)
        for found in await recordings_sql.chunks(conn, row.id, row.edition)
        if track is None or found.track == track
    ]


async def read_piece(services: Services, key: SoundKey, edition: int, piece: SoundPiece) -> bytes:
    """The sound of a piece. Raises BlobMissing, BlobsAway, BrokenBox."""
    box = await blobs_in(services).get(blob_key(key.recording, edition, piece))
    return await asyncio.to_thread(key.open, edition, piece.track.value, piece.seq, box)


async def remove_sound(services: Services, recording: int, edition: int | None = None) -> int:
    """Remove what lies in the store of a recording, or of one edition of it. Raises BlobsAway."""
    return await blobs_in(services).remove(folder(recording, edition))


async def _begun(
    conn: Conn, services: Services, call_id: int, take: str, kind: RecordingKind, media_type: str, now: datetime
) -> recordings_sql.RecordingRow:
    """The take's recording, made where it is new."""
    row = await recordings_sql.take(conn, call_id, take)
    if row is None:
        if not await recordings_sql.call_known(conn, call_id):
            raise Missing("There is no call %(call)s.", call=call_id)
        made = new_key(services.keys)
        await recordings_sql.insert_recording(conn, call_id, take, kind.value, media_type, made, now, now + SETTLES)
        row = await recordings_sql.take(conn, call_id, take)
    assert row is not None, "it was just made"
    return row


async def _insert(conn: Conn, recording: int, chunk: NewChunk, now: datetime) -> int:
    return await recordings_sql.insert_chunk(
        conn,
        recording,
        0,
        chunk.track.value,
        chunk.seq,
        chunk.digest,
        len(chunk.content),
        chunk.ms,
        chunk.citizen_levels,
        chunk.operator_levels,
        now,
    )


async def _stands(conn: Conn, recording: int, chunk: NewChunk) -> bool:
    """Whether this very piece is kept. Raises Illegal where another one stands at its place."""
    known = await recordings_sql.chunk_digest(conn, recording, 0, chunk.track.value, chunk.seq)
    if known is not None and known != chunk.digest:
        raise Illegal("Another piece of the recording stands at this place.")
    return known is not None


async def _put(services: Services, key: SoundKey, edition: int, piece: SoundPiece, content: bytes) -> None:
    box = await asyncio.to_thread(key.seal, edition, piece.track.value, piece.seq, content)
    await blobs_in(services).put(blob_key(key.recording, edition, piece), box)


def _digest(content: bytes) -> bytes:
    return hashlib.sha256(content).digest()
