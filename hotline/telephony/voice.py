"""Inbound calls: announcement, greeting, then a ready operator's telephone rings; if nobody is free, a voicemail and a
call back with its clock.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from aiohttp import web
from twilio.twiml.voice_response import Dial, Gather, VoiceResponse

from hotline.base.db.connection import Conn
from hotline.base.hooks import Announcement
from hotline.base.http.live import LiveKind, notify
from hotline.base.http.requests import now_of, pool_of, read_int, services_of
from hotline.base.http.route import Route
from hotline.base.services import Outgoing, Services
from hotline.calls.operators_sql import ReadyTelephoneRow
from hotline.calls.rings import ready_telephone
from hotline.contacts import call_ends, call_ends_sql
from hotline.ids import ContactId
from hotline.telephony.webhooks import outgoing_call, put_number, signed, speak, twiml

_RING = 15
_VOICEMAIL_MAX = 180


def _say(services: Services, into: VoiceResponse | Gather, name: str, **values: object) -> None:
    into.say(services.texts.say(name, "zh", hotline=services.settings.number, **values), language="zh-CN")


async def voice(request: web.Request) -> web.StreamResponse:
    """A call comes in: the contact is durable before the first word is spoken. Known outages are played before the queue."""
    fields, services, now = await signed(request), services_of(request), now_of(request)
    answer = VoiceResponse()
    _say(services, answer, "voice_announcement")
    async with pool_of(request).acquire() as conn, conn.transaction():
        contact = await call_ends.take_call(conn, services, fields.get("From"), fields.get("CallSid", ""), now)
        known = await services.hooks.announced(conn, services, now) if contact.outcome is None else ()
        if known:
            return twiml(_known(services, answer, known))
        operator = await _next_operator(conn, contact, now)
    return _queue(services, answer, operator)


def _known(services: Services, answer: VoiceResponse, known: Sequence[Announcement]) -> str:
    """What is known, each with its key; who presses none goes on to the queue."""
    gather = Gather(num_digits=1, timeout=4, action=f"/twilio/voice/known?items={','.join(str(k.id) for k in known)}")
    for key, item in enumerate(known, 1):
        _say(services, gather, "voice_known", words=item.words, key=key)
    _say(services, gather, "voice_known_else")
    answer.append(gather)
    answer.redirect("/twilio/voice/queue")
    return str(answer)


async def queue(request: web.Request) -> web.StreamResponse:
    """No key was pressed: an operator, or the voicemail."""
    fields, services, now = await signed(request), services_of(request), now_of(request)
    async with pool_of(request).acquire() as conn, conn.transaction():
        contact = await call_ends_sql.call_contact(conn, fields.get("CallSid", ""))
        operator = await _next_operator(conn, contact, now) if contact is not None else None
    return _queue(services, VoiceResponse(), operator)


async def pressed(request: web.Request) -> web.StreamResponse:
    """The caller pressed a key: that of a known outage attaches a ticket to it at once; any other key leads to the
    queue.
    """
    fields, services, now = await signed(request), services_of(request), now_of(request)
    items = [i for text in request.query.get("items", "").split(",") if (i := read_int(text)) is not None]
    key = fields.get("Digits", "")
    answer, made = VoiceResponse(), None
    async with pool_of(request).acquire() as conn, conn.transaction():
        contact = await call_ends_sql.call_contact(conn, fields.get("CallSid", ""))
        fits = 1 <= (read_int(key, 2) or 0) <= len(items)
        if contact is not None and fits:
            made = await services.hooks.on_pressed(
                conn, services, ContactId(contact.id), contact.person_id, items[int(key) - 1], now
            )
    if made is None:
        answer.redirect("/twilio/voice/queue")
        return twiml(str(answer))
    number, code = (" ".join(digits) for digits in made)
    for _ in range(2):
        _say(services, answer, "voice_known_taken", number=number, code=code)
    answer.hangup()
    return twiml(str(answer))


async def _next_operator(
    conn: Conn, contact: call_ends_sql.CallContactRow | call_ends_sql.BeginCallRow, now: datetime
) -> ReadyTelephoneRow | None:
    """Whose telephone rings for a call that has no end yet."""
    operator = await ready_telephone(conn, now) if contact.outcome is None else None
    if operator is not None:
        await call_ends.ring(conn, contact.id, operator.user_id)
        await notify(conn, f"user:{operator.user_id}", LiveKind.CALL, contact=contact.id)
    return operator


def _queue(services: Services, answer: VoiceResponse, operator: ReadyTelephoneRow | None) -> web.Response:
    if operator is None:
        return twiml(_voicemail(services, answer))
    _say(services, answer, "voice_greeting")
    dial = Dial(action="/twilio/voice/ended", timeout=_RING, record="record-from-answer-dual", answer_on_bridge=True)
    put_number(
        dial,
        services.keys.decrypt(operator.phone_enc),
        status_callback="/twilio/voice/taken",
        status_callback_event="answered",
    )
    answer.append(dial)
    return twiml(str(answer))


def _voicemail(services: Services, answer: VoiceResponse) -> str:
    _say(services, answer, "voice_voicemail")
    answer.record(action="/twilio/voice/voicemail", max_length=_VOICEMAIL_MAX, play_beep=True, timeout=8)
    answer.redirect("/twilio/voice/voicemail")
    return str(answer)


async def operator_took(request: web.Request) -> web.StreamResponse:
    """The operator's telephone was taken: the call is theirs."""
    fields, services, now = await signed(request), services_of(request), now_of(request)
    if fields.get("CallStatus", "in-progress").strip().lower() in {"in-progress", "answered"}:
        async with pool_of(request).acquire() as conn, conn.transaction():
            await call_ends.taken(conn, services, fields.get("ParentCallSid", ""), now)
    return twiml()


async def ended(request: web.Request) -> web.StreamResponse:
    """The operator's telephone was answered or not; if not, the operator is free again and the caller gets the
    voicemail.
    """
    fields, services, now = await signed(request), services_of(request), now_of(request)
    answer, taken, sid = VoiceResponse(), call_ends.is_taken(fields), fields.get("CallSid", "")
    async with pool_of(request).acquire() as conn, conn.transaction():
        if taken:
            await call_ends.taken(conn, services, sid, now)
        else:
            await call_ends.released(conn, sid, now)
    if taken:
        answer.hangup()
        return twiml(str(answer))
    return twiml(_voicemail(services, answer))


async def voicemail(request: web.Request) -> web.StreamResponse:
    """What was said after the tone, or silence: in both cases a call is owed."""
    fields, services, now = await signed(request), services_of(request), now_of(request)
    recording = fields.get("RecordingSid")
    async with pool_of(request).acquire() as conn, conn.transaction():
        await call_ends.take_call(conn, services, fields.get("From"), fields.get("CallSid", ""), now)
        await call_ends.owe_call(
            conn, services, fields.get("CallSid", ""), "voicemail" if recording else "missed", recording, now
        )
    answer = VoiceResponse()
    _say(services, answer, "voice_thanks")
    answer.hangup()
    return twiml(str(answer))


async def call_status(request: web.Request) -> web.StreamResponse:
    """The caller's call is over, by whatever word: one that no operator took is a missed one, and a call is owed."""
    fields, services, now = await signed(request), services_of(request), now_of(request)
    if call_ends.is_over(fields.get("CallStatus", "")):
        async with pool_of(request).acquire() as conn, conn.transaction():
            await call_ends.over(conn, services, fields, now)
    return twiml()


async def page_words(request: web.Request) -> web.StreamResponse:
    """A voice page reads its words and asks for a key; the key acknowledges."""
    await signed(request)
    row = await outgoing_call(request)
    answer = VoiceResponse()
    if row is None:
        answer.hangup()
        return twiml(str(answer))
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
    answer = VoiceResponse()
    _say(services, answer, "voice_page_acknowledged" if pressed else "voice_page_not_acknowledged")
    answer.hangup()
    return twiml(str(answer))


_TABLE = {
    "/twilio/voice": (voice, "A call came"),
    "/twilio/voice/queue": (queue, "A call goes on to the queue"),
    "/twilio/voice/known": (pressed, "The key pressed for a known outage"),
    "/twilio/voice/taken": (operator_took, "The operator's telephone was taken"),
    "/twilio/voice/ended": (ended, "The operator's telephone was answered or not"),
    "/twilio/voice/voicemail": (voicemail, "A voicemail was left"),
    "/twilio/voice/call-status": (call_status, "A call that came ended"),
    "/twilio/voice/page": (page_words, "The words of a voice page"),
    "/twilio/voice/page/key": (page_key, "The key pressed in a voice page"),
}
ROUTES = tuple(
    Route(method="POST", path=path, handler=handler, summary=summary, roles=None, rule="signed")
    for path, (handler, summary) in _TABLE.items()
)
