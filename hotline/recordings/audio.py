"""The sound of a recording over HTTP: whole or a part of it (206), decrypted piece by piece as it is sent."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass

from aiohttp import web

from hotline.base.blobs import BlobMissing, BlobsAway
from hotline.base.http.problem import Unavailable
from hotline.base.services import Services
from hotline.recordings.recording import SoundPiece, wanted
from hotline.recordings.sound_box import BrokenBox, SoundKey
from hotline.recordings.store import read_piece

_RANGE = re.compile(r"bytes=(\d{0,15})-(\d{0,15})")
_HEADERS = {
    "Accept-Ranges": "bytes",
    "Cache-Control": "private, no-store",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "X-Content-Type-Options": "nosniff",
}


@dataclass(frozen=True, slots=True)
class Sound:
    """A track to be sent: its pieces, and the key that opens them."""

    key: SoundKey
    edition: int
    pieces: tuple[SoundPiece, ...]
    media_type: str

    @property
    def size(self) -> int:
        """Its length in bytes."""
        return sum(piece.size for piece in self.pieces)


def asked_range(header: str, size: int) -> tuple[int, int] | None:
    """The part that a header asks for, as first byte and the one after the last; None where it asks for the whole.

    What is no single range of bytes asks for the whole (RFC 9110, 14.2). Raises ValueError where it begins behind the end. Pure.
    """
    found = _RANGE.fullmatch(header.strip())
    if found is None or not any(found.groups()):
        return None
    first, last = found.groups()
    if not first:
        start, stop = max(size - int(last), 0), size
    else:
        start, stop = int(first), min(int(last) + 1, size) if last else size
        if last and int(last) < start:
            return None
    if start >= size:
        raise ValueError(header)
    return start, stop


async def send_sound(request: web.Request, services: Services, sound: Sound) -> web.StreamResponse:
    """Answer with the sound, or the part that is asked for. Raises Unavailable where the store does not answer."""
    try:
        part = asked_range(request.headers.get("Range", ""), sound.size)
    except ValueError:
        return web.Response(status=416, headers=_HEADERS | {"Content-Range": f"bytes */{sound.size}"})
    start, stop = part or (0, sound.size)
    pieces = _decrypted(services, sound, start, stop)
    try:
        first = await anext(pieces, b"")
    except (BlobsAway, BlobMissing, BrokenBox) as error:
        raise Unavailable("The recording cannot be read now.") from error
    response = web.StreamResponse(status=206 if part else 200, headers=_HEADERS)
    response.content_type, response.content_length = sound.media_type, stop - start
    if part:
        response.headers["Content-Range"] = f"bytes {start}-{stop - 1}/{sound.size}"
    await response.prepare(request)
    await response.write(first)
    async for content in pieces:
        await response.write(content)
    await response.write_eof()
    return response


async def _decrypted(services: Services, sound: Sound, start: int, stop: int) -> AsyncIterator[bytes]:
    for part in wanted(sound.pieces, start, stop):
        content = await read_piece(services, sound.key, sound.edition, part.piece)
        yield content[part.start : part.stop]
