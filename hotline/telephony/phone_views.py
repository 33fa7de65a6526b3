"""A caller's page (`/call`): a call from the web page where the setting allows it, and the citizen's telephone of the simulator."""

from __future__ import annotations

import base64
import binascii
import hashlib
from datetime import datetime, timedelta

from aiohttp import web

from hotline.base.config import is_loopback
from hotline.base.db.connection import Conn
from hotline.base.http.live import stream
from hotline.base.http.problem import BadField, Illegal, Missing
from hotline.base.http.rendering import language_of, page, t
from hotline.base.http.requests import answer, now_of, pool_of, read_body, read_int, services_of
from hotline.base.http.route import Route
from hotline.base.text.phones import written
from hotline.calls import waiting
from hotline.calls.call import CallEnd, CallState
from hotline.recordings.recording import RecordingKind, Track
from hotline.recordings.store import NewChunk, add_chunk
from hotline.telephony import line_sql, phone_line
from hotline.telephony.ice import ice_servers
from hotline.telephony.line_models import LineSignals, SignalsTaken
from hotline.telephony.line_signals import hold_page, say
from hotline.telephony.line_state import Place, call_for
from hotline.telephony.line_views import party_words
from hotline.telephony.phone_models import (
    PhoneAnswer,
    PhoneBeat,
    PhoneBegun,
    PhoneChunk,
    PhoneKey,
    PhoneKeys,
    PhoneStart,
)
from hotline.ticket import Channel

#: The header with which a caller's page says which call is its own.
TOKEN = "X-Line"  # noqa: S105 - its name
#: So long words that are spoken into a call (a warning) stand on the caller's page.
_SAID_FOR = timedelta(seconds=20)
_OPEN = "on this machine without a carrier, or where HOTLINE_WEBCALL is set"


def plays_telephones(request: web.Request) -> bool:
    """Whether the simulator plays the telephones of this request."""
    settings = services_of(request).settings
    return not settings.has_twilio and settings.is_local and is_loopback(request.remote or "")


def _open_here(request: web.Request) -> None:
    if not (services_of(request).settings.webcall or plays_telephones(request)):
        raise Missing("There is no such page.")


async def show(request: web.Request) -> web.StreamResponse:
    """The caller's telephone. `?phone=` and `?answers=` work only where the simulator plays it."""
    _open_here(request)
    played = plays_telephones(request)
    phone = request.query.get("phone", "") if played else ""
    answers = read_int(request.query.get("answers", "")) if played else None
    return page(request, "telephony/phone.html", phone=phone, answers=answers or "", played=played)


async def start(request: web.Request) -> web.StreamResponse:
    """A call begins. Raises BadField (no number), TooMany."""
    _open_here(request)
    body, services, played = await read_body(request, PhoneStart), services_of(request), plays_telephones(request)
    number = written(body.phone, services.settings.area_code).number
    channel = Channel.CALL if played else Channel.WEBCALL
    source = None if played else services.keys.hash(f"call from {request.remote}")
    async with pool_of(request).acquire() as conn, conn.transaction():
        token = await phone_line.begin(conn, services, number or None, channel, source, now_of(request))
    return answer(request, PhoneBegun(token=token, name=phone_line.name_of(token)), 201)


async def take_up(request: web.Request) -> web.StreamResponse:
    """A telephone outside is answered, which the simulator plays. Raises Missing, Illegal."""
    if not plays_telephones(request) or (party := read_int(request.match_info["party"])) is None:
        raise Missing("There is no such page.")
    async with pool_of(request).acquire() as conn, conn.transaction():
        if party not in {row.id for row in await line_sql.outside_calls(conn)}:
            raise Illegal("This does not ring any more.")
        token = await phone_line.take_up(conn, services_of(request), party, now_of(request))
    return answer(request, PhoneBegun(token=token, name=phone_line.name_of(token)), 201)


async def _place(conn: Conn, request: web.Request) -> Place:
    """The call of the page that asks. Raises Missing."""
    token = request.headers.get(TOKEN, "")
    place = await phone_line.place_by(conn, token) if 20 <= len(token) <= 64 else None
    if place is None:
        raise Missing("This call is not known here.")
    return place


async def beat(request: web.Request) -> web.StreamResponse:
    """The page says that it is there, and is told what to show, to speak, and with whom to be connected."""
    body, now = await read_body(request, PhoneBeat), now_of(request)
    async with pool_of(request).acquire() as conn, conn.transaction():
        place = await _place(conn, request)
        if place.me.is_asked:
            await hold_page(conn, place, body.session, now)
        found = await _state(conn, request, place, body, now)
    return answer(request, found.model_dump(by_alias=True))


async def _state(conn: Conn, request: web.Request, place: Place, body: PhoneBeat, now: datetime) -> PhoneAnswer:
    call, services = place.call, services_of(request)
    phase = _phase(place)
    in_talk = phase == CallState.TALKING
    said, keys = await _words(conn, request, place, phase, now)
    return PhoneAnswer(
        phase=phase,
        words=said,
        keys=keys,
        position=await waiting.position(conn, call.id) if phase == CallState.WAITING else None,
        ice=ice_servers(services.settings, f"call-{call.id}", now),
        call=await call_for(conn, place, body.session, body.after, party_words(request)) if in_talk else None,
    )


def _phase(place: Place) -> str:
    """What the page shows: the state of the call, as far as its own party is in it."""
    state = place.call.state
    if state is CallState.TALKING and not place.me.is_in:
        return "ringing" if place.me.is_asked else CallState.OVER
    return state


async def _words(
    conn: Conn, request: web.Request, place: Place, phase: str, now: datetime
) -> tuple[list[str], list[PhoneKey]]:
    """What is spoken now, and which keys mean something."""
    services, language = services_of(request), language_of(request)

    def words(name: str, **values: object) -> str:
        return services.texts.say(name, language, hotline=services.settings.number, **values)

    keep = [PhoneKey(key="1", words=t(request, "Keep my place and call me back"))] if place.call.person_id else []
    told = await line_sql.said_in(conn, place.call.id)
    if phase == CallState.ARRIVING and told is not None and told.words == phone_line.RESTRICTED:
        return [words(told.words)], [PhoneKey(key="1", words=t(request, "This is an emergency"))]
    if phase == CallState.ARRIVING:
        known = list(enumerate(await services.hooks.announced(conn, services, now), 1))
        said = [words("voice_known", words=item.words, key=key) for key, item in known]
        keys = [PhoneKey(key=str(key), words=item.words, item=item.id) for key, item in known]
        return [words("voice_announcement"), *said, words("voice_known_else")], keys
    if phase == CallState.WAITING:
        ahead = await waiting.position(conn, place.call.id)
        said = [words("voice_position", ahead=ahead) if ahead else words("voice_next")]
        return [*said, words("voice_keep")] if keep else said, keep
    if phase == CallState.VOICEMAIL:
        return [words("voice_voicemail")], keep
    if phase == CallState.KEPT:
        return [words("voice_place_kept")], []
    if phase == CallState.OVER and place.call.ended_why is CallEnd.VOICEMAIL:
        return [words("voice_thanks")], []
    fresh = told is not None and (place.call.ended_at or now) - told.at < _SAID_FOR
    return [words(told.words)] if told is not None and fresh else [], []


async def signals(request: web.Request) -> web.StreamResponse:
    """What this page says to others of the call, to be connected."""
    body = await read_body(request, LineSignals)
    async with pool_of(request).acquire() as conn, conn.transaction():
        taken = await say(conn, await _place(conn, request), body.signals, now_of(request))
    return answer(request, SignalsTaken(taken=taken))


async def press(request: web.Request) -> web.StreamResponse:
    """A key, or none: the caller goes on."""
    body, services, now = await read_body(request, PhoneKeys), services_of(request), now_of(request)
    async with pool_of(request).acquire() as conn, conn.transaction():
        place = await _place(conn, request)
        made = await phone_line.press(conn, services, place, body.digits, body.item, now)
    if made is None:
        return answer(request, {"number": "", "code": ""})
    return answer(request, {"number": made[0], "code": made[1]})


async def pick_up(request: web.Request) -> web.StreamResponse:
    """The caller of a kept place takes the call."""
    async with pool_of(request).acquire() as conn, conn.transaction():
        place = await _place(conn, request)
        if _phase(place) != "ringing":
            raise Illegal("This does not ring any more.")
        await phone_line.answered(conn, services_of(request), place, now_of(request))
    return answer(request, {})


async def hang_up(request: web.Request) -> web.StreamResponse:
    """The caller hangs up, at whatever moment."""
    async with pool_of(request).acquire() as conn, conn.transaction():
        await phone_line.hang_up(conn, services_of(request), await _place(conn, request), now_of(request))
    return answer(request, {})


async def message(request: web.Request) -> web.StreamResponse:
    """A piece of the message that is left; with the last one the call is over, and is owed. Raises BadField, Illegal."""
    body, services, now = await read_body(request, PhoneChunk), services_of(request), now_of(request)
    async with pool_of(request).acquire() as conn:
        place = await _place(conn, request)
    if place.call.state is not CallState.VOICEMAIL:
        raise Illegal("No message is taken now.")
    try:
        sound = base64.b64decode(body.sound, validate=True)
    except binascii.Error as error:
        raise BadField("This is no sound (base64).", field="sound") from error
    if sound:
        digest = hashlib.sha256(sound).digest()
        chunk = NewChunk(body.session, Track.CITIZEN, body.seq, digest, sound, body.ms, kind=RecordingKind.VOICEMAIL)
        await add_chunk(pool_of(request), services, place.call.id, chunk, now)
    if body.last:
        async with pool_of(request).acquire() as conn, conn.transaction():
            await phone_line.hang_up(conn, services, place, now)
    return answer(request, {})


async def live(request: web.Request) -> web.StreamResponse:
    """News for a caller's page: that there is something to fetch, and nothing else."""
    _open_here(request)
    name = request.match_info["name"]
    if len(name) != 40 or not name.isalnum():
        raise Missing("There is no such page.")
    return await stream(request, [f"line:{name}"])


_TABLE = {
    ("GET", "/call"): (show, "A call from the web page"),
    ("POST", "/call/begin"): (start, "A call begins"),
    ("POST", "/call/telephones/{party}"): (take_up, "A telephone outside is answered"),
    ("POST", "/call/line"): (beat, "A caller's page says that it is there"),
    ("POST", "/call/signals"): (signals, "What a caller's page says to others of the call"),
    ("POST", "/call/keys"): (press, "The caller presses a key"),
    ("POST", "/call/pick-ups"): (pick_up, "The caller is called back, and takes it"),
    ("POST", "/call/hang-ups"): (hang_up, "The caller hangs up"),
    ("POST", "/call/message"): (message, "A piece of the message that a caller leaves"),
    ("GET", "/call/live/{name}"): (live, "News for a caller's page"),
}
ROUTES = tuple(
    Route(method=method, path=path, handler=handler, summary=summary, roles=None, rule=_OPEN)
    for (method, path), (handler, summary) in _TABLE.items()
)
