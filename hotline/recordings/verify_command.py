"""`recordings verify`: reads the sound of every sealed recording and holds it against its digest."""

from __future__ import annotations

import hashlib
import sys
from argparse import ArgumentParser, Namespace

from hotline.base.blobs import BlobMissing, BlobsAway
from hotline.base.command import Command, Runtime
from hotline.base.keys import KeysError
from hotline.recordings import recordings_sql
from hotline.recordings.recording import Track, manifest_digest
from hotline.recordings.sound_box import BrokenBox, key_of
from hotline.recordings.store import pieces_of, read_piece

_BATCH = 200


def _no_arguments(parser: ArgumentParser) -> None:
    """It has none."""


async def verify_recordings(args: Namespace, runtime: Runtime) -> int:
    """Look at every recording that is sealed and kept; exit status 1 where one does not hold."""
    after, looked, wrong = 0, 0, 0
    while rows := await recordings_sql.sealed_after(runtime.pool, after, _BATCH):
        for row in rows:
            looked += 1
            if why := await _fault(runtime, row):
                wrong += 1
                sys.stdout.write(f"recording {row.id}: {why}\n")
        after = rows[-1].id
    sys.stdout.write(f"{looked} recordings, {wrong} do not hold\n")
    return 1 if wrong else 0


async def _fault(runtime: Runtime, row: recordings_sql.RecordingRow) -> str:
    """What is wrong with a recording, in a few words; empty where nothing is. One that was erased meanwhile is right."""
    async with runtime.pool.acquire() as conn:
        pieces = await pieces_of(conn, row)
    hashes: dict[Track, hashlib._Hash] = {}
    try:
        key = key_of(runtime.services.keys, row.id, row.key_enc or b"")
        for piece in pieces:
            content = await read_piece(runtime.services, key, row.edition, piece)
            hashes.setdefault(piece.track, hashlib.sha256()).update(content)
    except BlobMissing:
        gone = await recordings_sql.recording(runtime.pool, row.id)
        return "" if gone is None or gone.key_enc is None else "a piece of it is not in the store"
    except (BlobsAway, BrokenBox, KeysError) as error:
        return str(error)
    same = manifest_digest((track, found.digest()) for track, found in hashes.items()) == row.digest
    return "" if same else "its sound is not that of its digest"


COMMANDS = (
    Command(
        "recordings verify", "hold the sound of recordings against their digests", _no_arguments, verify_recordings
    ),
)
