"""Inbound calls by webhook: announcement and known outages, then the queue; who answers, who hangs up, and messages after the tone.

The same for Twilio and for a Twilio-compatible server; what only one of them does is in `conference_views.py` and `dialled_views.py`. What the carrier says
comes in any order, more than once, or not at all (`unsaid_ends.py`).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from aiohttp import web
from twilio.twiml.voice_response import Gather, VoiceResponse

from hotline.base.db.connection import Conn
from hotline.base.http.requests import now_of, pool_of, read_int, services_of
from hotline.base.http.route import Route
from hotline.base.services import Outgoing, Services
from hotline.calls import endings, waiting
from hotline.calls.arrivals import Way, arrive, call_of
from hotline.calls.call import Call, CallState
from hotline.calls.call_rows import held
from hotline.contacts import call_ends, call_ends_sql
from hotline.ids import ContactId
from hotline.telephony import telephony_sql
from hotline.telephony.arriving import document_of
from hotline.telephony.choose import by_webhook
from hotline.telephony.voice_documents import Documents
from hotline.telephony.webhooks import outgoing_call, signed, speak, twiml


async def voice(request: web.Request) -> web.StreamResponse:
    """A call comes in: the contact is durable before the first word is spoken. Known outages are played before the queue."""
    fields, services, now = await signed(request), services_of(request), now_of(request)
    async with pool_of(request).acquire() as conn, conn.transaction():
        came = await arrive(conn, services, by_webhook(services), fields.get("CallSid", ""), fields.get("From"), now)
        if came.way is Way.QUEUE and (known := await services.hooks.announced(conn, services, now)):
            return twiml(Documents(services).known(known))
        if came.way is Way.WRITE and came.person is not None:
            await waiting.write_instead(conn, services, came.call.id, came.person, now)
        return twiml(await document_of(conn, services, await held(conn, came.call.id), now, first=True))


async def queue(request: web.Request) -> web.StreamResponse:
    """No key was pressed: whatever the call's row asks for: an operator, the queue, or the voicemail."""
    fields, services, now = await signed(request), services_of(request), now_of(request)
    async with pool_of(request).acquire() as conn, conn.transaction():
        call = await called(conn, services, fields)
        if call is None:
            return twiml(Documents(services).hang_up())
        return twiml(await document_of(conn, services, call, now))


async def called(conn: Conn, services: Services, fields: Mapping[str, str]) -> Call | None:
    """The call whose caller's leg a webhook is about, held."""
    return await call_of(conn, by_webhook(services), fields.get("CallSid", ""))


async def pressed(request: web.Request) -> web.StreamResponse:
    """The caller pressed a key: that of a known outage attaches a ticket to it at once; any other key leads to the
    queue.
    """
    fields, services, now = await signed(request), services_of(request), now_of(request)
    items, key = items_of(request), fields.get("Digits", "")
    fits = 1 <= (read_int(key, 2) or 0) <= len(items)
    async with pool_of(request).acquire() as conn, conn.transaction():
        taken = await take_down(conn, services, fields, items[int(key) - 1] if fits else None, now)
    return twiml(taken or Documents(services).redirect("/twilio/voice/queue"))


async def restricted(request: web.Request) -> web.StreamResponse:
    """What a restricted caller pressed: 1 for an emergency leads to the queue; anything else, or nothing, ends the call."""
    fields, services, now = await signed(request), services_of(request), now_of(request)
    async with pool_of(request).acquire() as conn, conn.transaction():
        call = await called(conn, services, fields)
        if call is not None and call.state is CallState.ARRIVING:
            if fields.get("Digits", "") == "1":
                await waiting.let_through(conn, services, call.id, now)
            else:
                await endings.turned_away(conn, services, call.id, now)
                return twiml(Documents(services).hang_up())
        if call is None:
            return twiml(Documents(services).hang_up())
        return twiml(await document_of(conn, services, await held(conn, call.id), now))


def items_of(request: web.Request) -> list[int]:
    """The known outages that a document named, by their keys."""
    return [i for text in request.query.get("items", "").split(",") if (i := read_int(text)) is not None]


async def take_down(
    conn: Conn, services: Services, fields: Mapping[str, str], item: int | None, now: datetime
) -> str | None:
    """A ticket for a known outage that was chosen, and the document that says so; None where it is over, or none was chosen."""
    call = await called(conn, services, fields)
    contact = await call_ends_sql.call_contact(conn, fields.get("CallSid", ""))
    if item is None or contact is None:
        return None
    made = await services.hooks.on_pressed(conn, services, ContactId(contact.id), contact.person_id, item, now)
    if made is None:
        return None
    if call is not None:
        await endings.known(conn, services, call.id, now)
    return Documents(services).taken_down(*made)


async def voicemail(request: web.Request) -> web.StreamResponse:
    """What was said after the tone, or silence: in both cases a call is owed."""
    fields, services, now = await signed(request), services_of(request), now_of(request)
    recording, sid = fields.get("RecordingSid"), fields.get("CallSid", "")
    async with pool_of(request).acquire() as conn, conn.transaction():
        came = await arrive(conn, services, by_webhook(services), sid, fields.get("From"), now)
        await endings.voicemail_left(conn, services, came.call.id, recording, now)
        if recording:
            await telephony_sql.keep_fetch(conn, recording, came.call.id, "voicemail", now)
    return twiml(Documents(services).goodbye("voice_thanks"))


async def message(request: web.Request) -> web.StreamResponse:
    """The caller is led to the tone."""
    await signed(request)
    return twiml(Documents(services_of(request)).voicemail())


async def call_status(request: web.Request) -> web.StreamResponse:
    """The caller's call is over, by whatever word: one that no operator took is a missed one, and a call is owed."""
    fields, services, now = await signed(request), services_of(request), now_of(request)
    if call_ends.is_over(fields.get("CallStatus", "")):
        async with pool_of(request).acquire() as conn, conn.transaction():
            call = await called(conn, services, fields)
            if call is not None:
                await endings.caller_left(conn, services, call.id, now)
            elif fields.get("CallSid"):
                await call_ends.over(conn, services, fields, now)
    return twiml()


async def recorded(request: web.Request) -> web.StreamResponse:
    """A recording of a talk is ready at the carrier: it is fetched (`recording_fetch.py`)."""
    fields, services, now = await signed(request), services_of(request), now_of(request)
    sid, named = fields.get("RecordingSid", ""), read_int(request.query.get("call", ""))
    if sid and fields.get("RecordingStatus", "completed") == "completed":
        async with pool_of(request).acquire() as conn, conn.transaction():
            call = await held(conn, named) if named is not None else await called(conn, services, fields)
            if call is not None:
                await telephony_sql.keep_fetch(conn, sid, call.id, "talk", now)
    return twiml()


async def said(request: web.Request) -> web.StreamResponse:
    """The words or keys of a command, for whoever hears them."""
    await signed(request)
    services, made = services_of(request), Documents(services_of(request))
    ident = read_int(request.query.get("command", ""))
    async with pool_of(request).acquire() as conn:
        row = await telephony_sql.command_of_call(conn, ident) if ident is not None else None
        call = await held(conn, row.call_id) if row is not None else None
    if row is None or call is None:
        return twiml(Documents(services).hang_up())
    if row.kind == "keys":
        return twiml(made.keys(str(row.detail["digits"])))
    ends = bool(row.detail.get("end")) and call.state in {CallState.OVER, CallState.KEPT}
    return twiml(made.spoken(str(row.detail["words"]), ends=ends))


async def page_words(request: web.Request) -> web.StreamResponse:
    """A voice page reads its words and asks for a key; the key acknowledges."""
    await signed(request)
    row = await outgoing_call(request)
    answer = VoiceResponse()
    if row is None:
        return twiml(Documents(services_of(request)).hang_up())
    gather = Gather(num_digits=1, action=f"/twilio/voice/page/key?outbox={row.id}", timeout=8)
    for _ in range(2):
        speak(gather, row.body, row.language)
    answer.append(gather)
    return twiml(str(answer))


async def page_key(request: web.Request) -> web.StreamResponse:
    """The key that was pressed in a voice page."""
    fields, services, now = await signed(request), services_of(request), now_of(request)
    row = await outgoing_call(request)
    pressed = row is not None and fields.get("Digits") == "1"
    if row is not None and pressed:
        receipt = services.receipts.get(row.kind)
        if receipt is not None:
            message = Outgoing(row.id, row.kind, row.ticket_id, row.user_id, row.about)
            async with pool_of(request).acquire() as conn, conn.transaction():
                await receipt(conn, services, message, "acknowledged", now)
    return twiml(Documents(services).goodbye("voice_page_acknowledged" if pressed else "voice_page_not_acknowledged"))


_TABLE = {
    "/twilio/voice": (voice, "A call came"),
    "/twilio/voice/queue": (queue, "A call goes on to the queue"),
    "/twilio/voice/known": (pressed, "The key pressed for a known outage"),
    "/twilio/voice/restricted": (restricted, "The key pressed by a restricted caller"),
    "/twilio/voice/message": (message, "The caller is led to the tone"),
    "/twilio/voice/voicemail": (voicemail, "A voicemail was left"),
    "/twilio/voice/call-status": (call_status, "A call that came ended"),
    "/twilio/voice/recorded": (recorded, "A recording is ready"),
    "/twilio/voice/said": (said, "Words that are spoken into a call"),
    "/twilio/voice/page": (page_words, "The words of a voice page"),
    "/twilio/voice/page/key": (page_key, "The key pressed in a voice page"),
}
ROUTES = tuple(
    Route(method="POST", path=path, handler=handler, summary=summary, roles=None, rule="signed")
    for path, (handler, summary) in _TABLE.items()
)
