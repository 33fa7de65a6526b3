"""What the doctor says of recordings: whether their store keeps and gives back, and whether the transcriber is there."""

from __future__ import annotations

import secrets
from datetime import datetime
from importlib.util import find_spec
from pathlib import Path

from hotline.base.blobs import BlobMissing, BlobsAway
from hotline.base.config import Settings
from hotline.base.db.connection import Conn
from hotline.recordings.choose import blobs_of


async def store_check(conn: Conn, settings: Settings, now: datetime) -> tuple[bool, str]:
    """Put something into the store, get it back, and remove it."""
    blobs = blobs_of(settings)
    folder = f"doctor/{secrets.token_hex(4)}/"
    try:
        await blobs.put(f"{folder}probe", b"1890")
        found = await blobs.get(f"{folder}probe")
        await blobs.remove(folder)
    except (BlobsAway, BlobMissing) as error:
        return (
            False,
            f"recordings: the store does not keep them ({error}): check HOTLINE_S3_… or the folder HOTLINE_DATA",
        )
    finally:
        await blobs.close()
    if found != b"1890":
        return False, "recordings: the store gives back something else than it was given"
    return True, f"recordings: kept in {'the S3-compatible store' if settings.s3_url else settings.data / 'recordings'}"


async def transcriber_check(conn: Conn, settings: Settings, now: datetime) -> tuple[bool, str]:
    """Whether what HOTLINE_TRANSCRIBER names is there."""
    if settings.transcriber is None:
        return True, "transcripts: off"
    folder = Path(settings.transcriber.partition(":")[2])
    if not (folder / "model.bin").is_file():
        return False, f"transcripts: there is no model in {folder} (model.bin): set HOTLINE_TRANSCRIBER to its folder"
    if find_spec("faster_whisper") is None:
        return False, "transcripts: faster-whisper is not installed: pip install 'hotline-1890[transcripts]'"
    return True, f"transcripts: faster-whisper with {folder}"
