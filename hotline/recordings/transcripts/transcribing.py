"""The sweep that has recordings written down, one at a time in each process, where the site has set a transcriber."""

from __future__ import annotations

import asyncio
import logging
from datetime import datetime, timedelta
from pathlib import Path

from hotline.base.blobs import BlobMissing, BlobsAway
from hotline.base.config import Settings
from hotline.base.db.connection import Conn, Pool
from hotline.base.keys import KeysError
from hotline.base.services import Services
from hotline.recordings import recordings_sql
from hotline.recordings.recording import Track
from hotline.recordings.sound_box import BrokenBox, key_of
from hotline.recordings.store import pieces_of, read_piece
from hotline.recordings.transcripts import transcripts_sql
from hotline.recordings.transcripts.transcriber import NotTranscribed, Transcriber, Utterance
from hotline.recordings.transcripts.whisper_process import WhisperProcess

log = logging.getLogger(__name__)

#: A process may have a recording for so long; after it another takes it.
_LEASE = timedelta(hours=3)
#: After a failure it is tried again so much later, three times in all.
_AGAIN, _TRIES = timedelta(minutes=30), 3
#: Where a transcriber is set later, recordings of so many days before are written down too.
_BACK = timedelta(days=7)


def transcriber_of(settings: Settings) -> Transcriber | None:
    """The transcriber that the site has set; None: off."""
    if settings.transcriber is None:
        return None
    return WhisperProcess(Path(settings.transcriber.partition(":")[2]))


async def sweep_transcripts(pool: Pool, services: Services, now: datetime) -> int:
    """The sweep: have one recording written down; 0 where none waits, or nothing is set."""
    transcriber = transcriber_of(services.settings)
    return await transcribe_next(pool, services, transcriber, now) if transcriber is not None else 0


async def transcribe_next(pool: Pool, services: Services, transcriber: Transcriber, now: datetime) -> int:
    """Have the recording written down that waits longest.

    1. Claim it. 2. Read the sound, and hear it, with no transaction open. 3. Keep the words, unless it was erased meanwhile.
    """
    async with pool.acquire() as conn, conn.transaction():
        await transcripts_sql.insert_waiting(conn, now - _BACK, now)
        claimed = await transcripts_sql.claim_transcript(conn, now, now + _LEASE)
    if claimed is None:
        return 0
    try:
        said = await _heard(pool, services, transcriber, claimed.recording_id)
    except (NotTranscribed, BlobMissing, BlobsAway, BrokenBox, KeysError) as error:
        log.warning("recording %s was not transcribed: %s", claimed.recording_id, error)
        over = claimed.tries >= _TRIES
        state, again = ("failed", None) if over else ("waiting", now + _AGAIN)
        await transcripts_sql.fail(pool, claimed.recording_id, state, again)
        return 1
    async with pool.acquire() as conn, conn.transaction():
        await _keep(conn, claimed.recording_id, transcriber.name, said, now)
    return 1


async def _heard(pool: Pool, services: Services, transcriber: Transcriber, recording: int) -> list[Utterance]:
    row = await recordings_sql.recording(pool, recording)
    if row is None or row.key_enc is None:
        return []
    async with pool.acquire() as conn:
        pieces = await pieces_of(conn, row)
    key = key_of(services.keys, row.id, row.key_enc)
    tracks: dict[Track, bytearray] = {}
    for piece in pieces:
        content = await read_piece(services, key, row.edition, piece)
        tracks.setdefault(piece.track, bytearray()).extend(content)
        await asyncio.sleep(0)
    return await transcriber.transcribe([(track.value, bytes(sound)) for track, sound in tracks.items()], row.ms or 0)


async def _keep(conn: Conn, recording: int, program: str, said: list[Utterance], now: datetime) -> None:
    if not await transcripts_sql.keep(conn, recording, program, now):
        return
    await transcripts_sql.insert_lines(
        conn,
        recording,
        list(range(len(said))),
        [one.track for one in said],
        [one.from_ms for one in said],
        [one.until_ms for one in said],
        [one.text for one in said],
    )
