"""Webhooks of Twilio Voice: waiting in its queue, lines of ours that are taken, who enters a conference, and legs that end."""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping, Sequence
from datetime import datetime

from aiohttp import web

from hotline.base.db.connection import Conn
from hotline.base.http.requests import now_of, pool_of, read_int, services_of
from hotline.base.http.route import Route
from hotline.base.services import Services
from hotline.calls import endings, operator_states, parties, queue_sql, rings
from hotline.calls.call import Call, CallState, CarrierName, LineKind, Party, PartyKind, PartyMode
from hotline.calls.call_rows import held, parties_of
from hotline.calls.carrier import CommandKind, carrier_named
from hotline.calls.commands import tell
from hotline.contacts import call_ends
from hotline.telephony import telephony_sql
from hotline.telephony.arriving import document_of, wait_document
from hotline.telephony.dialled_views import take_ring, waiting_key
from hotline.telephony.legs import citizen_number, line_of
from hotline.telephony.music import music
from hotline.telephony.twilio_voice import TwilioVoice
from hotline.telephony.voice import called, items_of
from hotline.telephony.voice_documents import MUSIC, Documents
from hotline.telephony.webhooks import signed, twiml

log = logging.getLogger(__name__)
_LABEL = re.compile(r"leg-(\d{1,18})")
#: Results of a queue after which its action leads on; after the others the leg is elsewhere already.
_LEAVES = frozenset({"leave", "queue-full", "error", "system-error"})


async def wait(request: web.Request) -> web.StreamResponse:
    """What a caller in the queue hears next."""
    fields, services, now = await signed(request), services_of(request), now_of(request)
    round_ = read_int(request.query.get("n", "")) or 0
    async with pool_of(request).acquire() as conn, conn.transaction():
        call = await called(conn, services, fields)
        if call is None:
            return twiml(Documents(services).hang_up())
        return twiml(await wait_document(conn, services, call, round_, now))


async def wait_key(request: web.Request) -> web.StreamResponse:
    """A key while waiting: 1 keeps the place, the others stand for known outages."""
    fields, services, now = await signed(request), services_of(request), now_of(request)
    async with pool_of(request).acquire() as conn, conn.transaction():
        document = await waiting_key(conn, services, fields, items_of(request), now)
    return twiml(document or Documents(services).redirect("/twilio/voice/wait?n=1"))


async def left_queue(request: web.Request) -> web.StreamResponse:
    """A caller is out of the queue: hung up, or led on."""
    fields, services, now = await signed(request), services_of(request), now_of(request)
    result = fields.get("QueueResult", "")
    async with pool_of(request).acquire() as conn, conn.transaction():
        call = await called(conn, services, fields)
        if call is not None and result == "hangup":
            await endings.caller_left(conn, services, call.id, now)
        elif call is not None and result in _LEAVES:
            return twiml(await document_of(conn, services, call, now))
    return twiml()


async def join(request: web.Request) -> web.StreamResponse:
    """The caller is led into the conference."""
    await signed(request)
    services, named = services_of(request), read_int(request.query.get("call", ""))
    if named is None:
        return twiml(Documents(services).hang_up())
    return twiml(Documents(services).into_room(named, begins=False))


async def hold(request: web.Request) -> web.StreamResponse:
    """Music, for whoever is on hold or waits for a conference to begin."""
    await signed(request)
    return twiml(Documents(services_of(request)).hold())


async def melody(request: web.Request) -> web.StreamResponse:
    """The music itself, for the carrier to keep."""
    return web.Response(body=music(), content_type="audio/wav", headers={"Cache-Control": "public, max-age=604800"})


async def line(request: web.Request) -> web.StreamResponse:
    """A line of ours was taken: a telephone's holder says with a key that it was no voicemail; a browser is in at once."""
    _, services, now = await signed(request), services_of(request), now_of(request)
    async with pool_of(request).acquire() as conn, conn.transaction():
        leg = await _leg(conn, request)
        if leg is None or leg.user_id is None:
            return twiml(Documents(services).hang_up())
        call = await held(conn, leg.call_id)
        kind, _ = await line_of(conn, services, call.carrier, leg.user_id)
        if kind is LineKind.PHONE:
            return twiml(Documents(services).press_any_key(leg.id))
        return twiml(await _come_in(conn, services, call, leg, now))


async def line_key(request: web.Request) -> web.StreamResponse:
    """The key was pressed: they are in."""
    fields, services, now = await signed(request), services_of(request), now_of(request)
    async with pool_of(request).acquire() as conn, conn.transaction():
        leg = await _leg(conn, request)
        if leg is None or not fields.get("Digits"):
            return twiml(Documents(services).hang_up())
        return twiml(await _come_in(conn, services, await held(conn, leg.call_id), leg, now))


async def _leg(conn: Conn, request: web.Request) -> telephony_sql.LegRow | None:
    """The leg that the address names; one that is over is none."""
    ident = read_int(request.query.get("leg", ""))
    row = await telephony_sql.leg(conn, ident) if ident is not None else None
    return row if row is not None and row.ended_at is None else None


async def _come_in(conn: Conn, services: Services, call: Call, leg: telephony_sql.LegRow, now: datetime) -> str:
    """Somebody of ours is on the line: the ring is answered, or they join the call that they were asked into."""
    made = Documents(services)
    ring = await queue_sql.open_ring(conn, call.id)
    if ring is not None and ring.user_id == leg.user_id:
        await take_ring(conn, services, call, now)
    everybody = await parties_of(conn, call.id)
    me = next((p for p in everybody if p.user_id == leg.user_id and p.is_asked), None)
    if me is None:  # answered elsewhere, missed, or the caller has hung up
        return made.hang_up()
    await telephony_sql.answer_leg(conn, leg.id, me.id, now)
    await parties.joined(conn, services, me.id, now, leg.sid)
    if call.carrier is CarrierName.COMPATIBLE:
        return await _dial_citizen(conn, services, call)
    return made.into_room(call.id, begins=True, muted=me.mode is not PartyMode.TALK)


async def _dial_citizen(conn: Conn, services: Services, call: Call) -> str:
    """Without conferences the operator's leg dials the citizen."""
    for party in await parties_of(conn, call.id):
        if party.kind is PartyKind.CITIZEN and party.is_asked:
            to = await citizen_number(conn, services, call, party.id)
            return Documents(services).call_out(to, party.id)
    return Documents(services).hang_up()


async def reached(request: web.Request) -> web.StreamResponse:
    """A citizen whom we call has answered: into the conference, and what they say and hear is recorded."""
    fields, services, now = await signed(request), services_of(request), now_of(request)
    async with pool_of(request).acquire() as conn, conn.transaction():
        leg = await _leg(conn, request)
        if leg is None or leg.party_id is None:
            return twiml(Documents(services).hang_up())
        await telephony_sql.answer_leg(conn, leg.id, leg.party_id, now)
        await parties.joined(conn, services, leg.party_id, now, fields.get("CallSid"))
        call = leg.call_id
    carrier = carrier_named(services, CarrierName.TWILIO)
    if isinstance(carrier, TwilioVoice) and (sid := fields.get("CallSid")):
        await carrier.record(sid, call)
    return twiml(Documents(services).into_room(call, begins=True, words="voice_calling"))


async def room(request: web.Request) -> web.StreamResponse:
    """Somebody entered the conference. That they left is said by the end of their leg."""
    fields, services, now = await signed(request), services_of(request), now_of(request)
    if fields.get("StatusCallbackEvent") == "participant-join":
        async with pool_of(request).acquire() as conn, conn.transaction():
            leg = await _labelled(conn, fields)
            if leg is not None and leg.party_id is not None:
                await _entered(conn, services, leg, leg.party_id, now)
    return twiml()


async def _labelled(conn: Conn, fields: Mapping[str, str]) -> telephony_sql.LegRow | None:
    """The leg that an event is about: by its label, since it may come before the carrier has told us the leg's name."""
    label = _LABEL.fullmatch(fields.get("ParticipantLabel", ""))
    if label is not None:
        return await telephony_sql.leg(conn, int(label[1]))
    return await telephony_sql.leg_of_sid(conn, fields.get("CallSid", ""))


async def _entered(conn: Conn, services: Services, leg: telephony_sql.LegRow, party: int, now: datetime) -> None:
    """Who was called into the conference is in it; who only listens or whispers is made to."""
    await telephony_sql.answer_leg(conn, leg.id, party, now)
    call = await parties.joined(conn, services, party, now, leg.sid)
    who: Party | None = next((p for p in await parties_of(conn, call.id) if p.id == party and p.is_asked), None)
    if who is not None and (who.mode is not PartyMode.TALK or who.held_at is not None):
        await tell(conn, call, CommandKind.AUDIENCE, now, party)


async def leg_ended(request: web.Request) -> web.StreamResponse:
    """A leg that we asked for is over, or was never taken: who was on it has left; a ring is missed."""
    fields, services, now = await signed(request), services_of(request), now_of(request)
    if call_ends.is_over(fields.get("CallStatus", "")):
        async with pool_of(request).acquire() as conn, conn.transaction():
            ident = read_int(request.query.get("leg", ""))
            leg = await telephony_sql.leg(conn, ident) if ident is not None else None
            if leg is not None:
                await end_leg(conn, services, leg, now)
    return twiml()


async def end_leg(conn: Conn, services: Services, leg: telephony_sql.LegRow, now: datetime) -> None:
    """What the end of a leg means for its call; once."""
    call = await held(conn, leg.call_id)
    if await telephony_sql.end_leg(conn, leg.id, now) is None or call.state is CallState.OVER:
        return
    who = _on(leg, await parties_of(conn, call.id))
    ring = await queue_sql.open_ring(conn, call.id)
    if who is None:
        if ring is not None and ring.user_id == leg.user_id:
            await rings.miss(conn, services, call.id, now)
    elif who.user_id is not None and any(x.user_id == who.user_id for x in await telephony_sql.legs_of(conn, call.id)):
        log.info("another leg carries them", extra={"row": call.id})
    elif who.is_in and await _page_was_left(conn, services, call, leg, now):
        await tell(conn, call, CommandKind.INVITE, now, who.id)
    elif who.is_in and leg.answered_at is None and who.user_id == call.operator_id:
        await endings.operator_lost(
            conn, services, call.id, now
        )  # answered at the desk, and the telephone was not taken
    else:
        await parties.left(conn, services, who.id, now)


def _on(leg: telephony_sql.LegRow, everybody: Sequence[Party]) -> Party | None:
    """Who of a call is, or was to be, on a leg."""
    mine = (p for p in everybody if p.is_asked and (p.id == leg.party_id or (p.user_id and p.user_id == leg.user_id)))
    return next(mine, None)


async def _page_was_left(conn: Conn, services: Services, call: Call, leg: telephony_sql.LegRow, now: datetime) -> bool:
    """Whether a browser that was in the call has loaded its page anew: it is called again. Who hangs up says so to the program, not to the carrier."""
    if leg.user_id is None or leg.answered_at is None or call.state is not CallState.TALKING:
        return False
    kind, _ = await line_of(conn, services, call.carrier, leg.user_id)
    return kind is LineKind.BROWSER and await operator_states.is_alive(conn, leg.user_id, now)


_TABLE = {
    "/twilio/voice/wait": (wait, "What a caller hears while waiting"),
    "/twilio/voice/wait/key": (wait_key, "A key while waiting"),
    "/twilio/voice/left": (left_queue, "A caller is out of the queue"),
    "/twilio/voice/join": (join, "A caller is led into the conference"),
    "/twilio/voice/hold": (hold, "Music on hold"),
    "/twilio/voice/line": (line, "A line of ours was taken"),
    "/twilio/voice/line/key": (line_key, "A key on a line of ours"),
    "/twilio/voice/reached": (reached, "A citizen whom we call has answered"),
    "/twilio/voice/room": (room, "An event of a conference"),
    "/twilio/voice/leg": (leg_ended, "A leg that we asked for is over"),
}
ROUTES = (
    *(
        Route(method="POST", path=path, handler=handler, summary=summary, roles=None, rule="signed")
        for path, (handler, summary) in _TABLE.items()
    ),
    Route(method="GET", path=MUSIC, handler=melody, summary="The music of waiting", roles=None, rule="anybody"),
)
