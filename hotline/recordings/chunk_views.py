"""Pieces of a recording over HTTP, as the operator's page sends them while people talk (docs/recordings.md)."""

from __future__ import annotations

import base64
import binascii
import re
from typing import Annotated, Literal

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field

from hotline.base.http.problem import BadField, Forbidden, Missing, TooLarge
from hotline.base.http.requests import answer, now_of, pool_of, read_int, read_query, services_of
from hotline.base.http.route import Route
from hotline.base.http.uploads import Upload, fields_for
from hotline.people.roles import CENTRE
from hotline.people.sessions import user_of
from hotline.recordings import recordings_sql
from hotline.recordings.recording import MAX_CHUNK, MEDIA, RecordingKind, Track
from hotline.recordings.store import NewChunk, add_chunk

#: What a form has around the file, at most.
_AROUND = 8 * 1024
_Levels = Annotated[str, Field(pattern=r"^[A-Za-z0-9_=-]*$", max_length=1000)]


class ChunkQuery(BaseModel):
    """Which piece it is. `digest`: SHA-256 of the file, in hex; `…_levels`: a byte for each tenth of a second, base64url."""

    model_config = ConfigDict(extra="forbid")
    take: Annotated[str, Field(pattern=r"^[A-Za-z0-9-]{8,40}$")]
    track: Literal["both", "citizen", "operator"]
    seq: Annotated[int, Field(ge=0, le=99_999)]
    digest: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    ms: Annotated[int, Field(ge=0, le=60_000)]
    media_type: Annotated[str, Field(max_length=60)] = "audio/webm"
    citizen_levels: _Levels = ""
    operator_levels: _Levels = ""


class ChunkAnswer(BaseModel):
    """The recording that the piece is of."""

    recording: int
    seq: int


class SoundUpload(Upload):
    """A piece of sound."""


def media_of(text: str) -> str:
    """The kind of sound without its parameters (`audio/webm;codecs=opus`). Raises BadField."""
    found = re.split(r"[;\s]", text.lower(), maxsplit=1)[0]
    if found not in MEDIA:
        raise BadField("%(kind)s is not a kind of sound that is taken here.", field="media_type", kind=text)
    return found


def levels_of(text: str, name: str) -> bytes | None:
    """Levels as they stand in an address. Raises BadField."""
    try:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)) or None
    except (binascii.Error, ValueError) as error:
        raise BadField("These are no levels (base64url).", field=name) from error


def check_size(request: web.Request) -> None:
    """Refuse by the head alone what is longer than a piece. Raises TooLarge."""
    if request.content_length is None or request.content_length > MAX_CHUNK + _AROUND:
        raise TooLarge("A piece of a recording has at most 1 MiB.", field="file")


async def chunk_in(request: web.Request, kind: RecordingKind = RecordingKind.TALK) -> NewChunk:
    """The piece that a request brings. Raises TooLarge, BadField."""
    check_size(request)
    query = read_query(request, ChunkQuery)
    content = (await fields_for(request, SoundUpload)).get("content", b"")
    return NewChunk(
        query.take,
        Track(query.track),
        query.seq,
        bytes.fromhex(query.digest),
        content if isinstance(content, bytes) else b"",
        query.ms,
        media_of(query.media_type),
        kind,
        levels_of(query.citizen_levels, "citizen_levels"),
        levels_of(query.operator_levels, "operator_levels"),
    )


async def post_chunk(request: web.Request) -> web.StreamResponse:
    """Take a piece from an operator who is or was in the call."""
    user, call = user_of(request), read_int(request.match_info.get("call", ""))
    async with pool_of(request).acquire() as conn:
        if call is None or not await recordings_sql.call_known(conn, call):
            raise Missing("There is no call %(call)s.", call=request.match_info.get("call", "")[:20])
        if not await recordings_sql.speaks_in(conn, call, user.id):
            raise Forbidden("Only who speaks in the call records it.")
    chunk = await chunk_in(request)
    made = await add_chunk(pool_of(request), services_of(request), call, chunk, now_of(request))
    return answer(request, {"recording": made, "seq": chunk.seq}, 201)


ROUTES = tuple(
    Route(
        method="POST",
        path=f"{base}/calls/{{call}}/recording/chunks",
        handler=post_chunk,
        summary="A piece of a call's recording (again: no effect; another digest than the bytes': 422)",
        roles=CENTRE,
        rule="the operator of the call, or the supervisor in it",
        query=ChunkQuery,
        body=SoundUpload,
        answer=ChunkAnswer,
        status=201,
        tag="recordings",
    )
    for base in ("/api/v1", "")
)
