"""Recordings over HTTP: lists for programs, the press of play, the sound, and a recording's page (`/recordings/ID`)."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field

from hotline.base.db.connection import Conn
from hotline.base.http.pagination import ItemList
from hotline.base.http.problem import Missing
from hotline.base.http.rendering import page
from hotline.base.http.requests import answer, now_of, pool_of, read_cursor, read_int, read_query, services_of
from hotline.base.http.route import Route
from hotline.moves.move import visible
from hotline.people.actions import Action, ActionContext, NoFields, action_routes
from hotline.people.roles import CENTRE
from hotline.people.sessions import user_of
from hotline.people.user import User
from hotline.recordings import plays_sql, recordings_sql
from hotline.recordings.audio import Sound, send_sound
from hotline.recordings.hearing import audible, may_hear, press_play, pressed, read_words
from hotline.recordings.recording import MEDIA, Track
from hotline.recordings.shown import recordings_of_calls, section
from hotline.recordings.sound_box import key_of
from hotline.recordings.store import pieces_of
from hotline.ticket import Role

_RULE = "managers; its operator, the owner of its ticket and who acts for them, who inspects it; what is owed a call: every operator"


class RecordingsQuery(BaseModel):
    """Of a ticket, of a call, or all that one may list: managers every one, operators those of their own calls."""

    model_config = ConfigDict(extra="ignore")
    ticket: str = ""
    call: Annotated[int, Field(ge=1, lt=2**53)] | None = None
    limit: int = Field(100, ge=1, le=500)
    cursor: str = ""


class AudioQuery(BaseModel):
    """`play`: the number that the press of play gave; `track`: which side, where they were recorded apart."""

    model_config = ConfigDict(extra="ignore")
    play: Annotated[int, Field(ge=1, lt=2**53)]
    track: Literal["both", "citizen", "operator"] = "both"


class RecordingAnswer(BaseModel):
    """A recording. Loudness in bars of 0 to 100, from its beginning to its end; `digest`: SHA-256 over its tracks, once it is closed."""

    model_config = ConfigDict(extra="allow")
    id: int
    call: int
    kind: str
    media_type: str
    begun_at: datetime
    closed_at: datetime | None
    erased_at: datetime | None
    ms: int
    digest: str | None
    silence_ms: int | None
    talk_over_ms: int | None
    plays: int


class TrackAnswer(BaseModel):
    """A track to be fetched, at `url`, in whole or in parts."""

    track: str
    media_type: str
    size: int
    url: str


class PlayAnswer(BaseModel):
    """What was begun to be heard."""

    recording: int
    play: int
    ms: int
    tracks: list[TrackAnswer]


async def list_recordings(request: web.Request) -> web.StreamResponse:
    """Recordings, newest first; of a ticket or call oldest first."""
    query, user = read_query(request, RecordingsQuery), user_of(request)
    async with pool_of(request).acquire() as conn:
        if query.ticket:
            ticket = await visible(conn, user, query.ticket)
            items = (await section(conn, [ticket.id], now_of(request)))[ticket.id]
            return answer(request, {"items": items, "next_cursor": None})
        if query.call is not None:
            return answer(request, {"items": await _of(conn, {query.call}), "next_cursor": None})
        own = None if user.role is Role.MANAGER else user.id
        rows = await plays_sql.newest_recordings(conn, read_cursor(query.cursor), own, query.limit + 1)
        shown = {found.get("id"): found for found in await _of(conn, {row.call_id for row in rows[: query.limit]})}
    items = [shown[row.id] for row in rows[: query.limit] if row.id in shown]
    more = str(rows[query.limit - 1].id) if len(rows) > query.limit else None
    return answer(request, {"items": items, "next_cursor": more})


async def _of(conn: Conn, calls: set[int]) -> list[dict[str, Any]]:
    found = await recordings_of_calls(conn, sorted(calls))
    return [shown for call in sorted(calls) for shown in found[call]]


async def _shown(conn: Conn, user: User, text: str) -> tuple[recordings_sql.RecordingRow, dict[str, Any]]:
    """A recording of the path, as it is shown."""
    ident = read_int(text)
    row = await recordings_sql.recording(conn, ident) if ident is not None else None
    found = await _of(conn, {row.call_id}) if row is not None else []
    shown = next((shown for shown in found if row is not None and shown.get("id") == row.id), None)
    if row is None or shown is None:
        raise Missing("There is no recording %(recording)s.", recording=text[:20])
    return row, shown


async def get_recording(request: web.Request) -> web.StreamResponse:
    """One recording, without its sound."""
    async with pool_of(request).acquire() as conn:
        _, shown = await _shown(conn, user_of(request), request.match_info.get("item", ""))
    return answer(request, shown)


async def perform_play(context: ActionContext, body: NoFields) -> dict[str, object]:
    """Press play: it is on record from now on."""
    ident = context.named()
    row, play = await press_play(context.conn, context.services, context.user, ident, context.now)
    return {"recording": ident, "play": play, "ms": row.ms or 0, "tracks": await _tracks(context.conn, row, play)}


async def _tracks(conn: Conn, row: recordings_sql.RecordingRow, play: int) -> list[dict[str, object]]:
    sizes: dict[Track, int] = {}
    for piece in await pieces_of(conn, row):
        sizes[piece.track] = sizes.get(piece.track, 0) + piece.size
    return [
        {
            "track": track.value,
            "media_type": row.media_type,
            "size": size,
            "url": f"/recordings/{row.id}/audio?play={play}&track={track.value}",
        }
        for track, size in sizes.items()
    ]


async def get_words(request: web.Request) -> web.StreamResponse:
    """What a program heard; reading it is on record as hearing is."""
    user = user_of(request)
    async with pool_of(request).acquire() as conn, conn.transaction():
        row = await audible(conn, user, read_int(request.match_info.get("item", "")))
        lines = await read_words(conn, user, row.id, now_of(request))
    return answer(request, {"items": [line.as_dict() for line in lines], "next_cursor": None})


async def get_audio(request: web.Request) -> web.StreamResponse:
    """The sound of a track, decrypted as it is sent."""
    query, user, services = read_query(request, AudioQuery), user_of(request), services_of(request)
    async with pool_of(request).acquire() as conn:
        row = await audible(conn, user, read_int(request.match_info.get("item", "")))
        await pressed(conn, user, row.id, query.play, now_of(request))
        pieces = await pieces_of(conn, row, Track(query.track))
    if not pieces or row.key_enc is None:
        raise Missing("There is no recording %(recording)s.", recording=row.id)
    sound = Sound(key_of(services.keys, row.id, row.key_enc), row.edition, tuple(pieces), row.media_type)
    return await send_sound(request, services, sound)


async def get_page(request: web.Request) -> web.StreamResponse:
    """A recording's page: its player, who listened, its words."""
    user = user_of(request)
    async with pool_of(request).acquire() as conn:
        row, shown = await _shown(conn, user, request.match_info.get("item", ""))
        hears = await may_hear(conn, user, row.call_id)
        plays = await plays_sql.plays_of(conn, row.id, 100) if hears else []
        tickets = await plays_sql.tickets_of_call(conn, row.call_id)
        audio = await _plain(conn, request, user, row) if hears else []
        lines = await read_words(conn, user, row.id, now_of(request)) if hears else []
    return page(
        request,
        "recordings/recording.html",
        r=shown,
        hears=hears,
        plays=plays,
        tickets=tickets,
        audio=audio,
        lines=lines,
    )


async def _plain(
    conn: Conn, request: web.Request, user: User, row: recordings_sql.RecordingRow
) -> list[dict[str, object]]:
    """The tracks for the browser's own player, where play was pressed on a page without scripts."""
    play = read_int(request.query.get("play", ""))
    if play is None or row.key_enc is None:
        return []
    await pressed(conn, user, row.id, play, now_of(request))
    return await _tracks(conn, row, play)


PLAY = Action(
    summary="Press play: the sound may be fetched from now on, and that somebody listens is on record",
    roles=CENTRE,
    rule=_RULE,
    perform=perform_play,
    path="recordings/{item}/plays",
    page="/recordings/{item}/plays",
    back="/recordings/{item}?play={play}",
    digits=17,
    answer=PlayAnswer,
    tag="recordings",
)


def _route(path: str, handler: Any, summary: str, **more: Any) -> Route:
    return Route(
        method="GET", path=path, handler=handler, summary=summary, roles=CENTRE, rule=_RULE, tag="recordings", **more
    )


ROUTES = (
    _route("/api/v1/recordings", list_recordings, "Recordings of calls", query=RecordingsQuery, answer=ItemList),
    _route("/api/v1/recordings/{item}", get_recording, "A recording, without its sound", answer=RecordingAnswer),
    _route("/api/v1/recordings/{item}/words", get_words, "The words of a recording", answer=ItemList),
    *action_routes((PLAY,)),
    *(
        _route(
            f"{base}/recordings/{{item}}/audio",
            get_audio,
            "The sound of a recording",
            query=AudioQuery,
            media=MEDIA,
            ranges=True,
        )
        for base in ("/api/v1", "")
    ),
    _route("/recordings/{item}", get_page, "A recording's page"),
)
