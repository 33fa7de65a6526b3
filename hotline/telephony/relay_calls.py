"""Webhooks of a relayed call: the liaison answers, presses a key, and is connected to the person, who sees the centre's
number.
"""

from __future__ import annotations

from aiohttp import web
from twilio.twiml.voice_response import Dial, Gather, VoiceResponse

from hotline.base.http.requests import now_of, pool_of, read_int, services_of
from hotline.base.http.route import Route
from hotline.base.services import Services
from hotline.moves import relays
from hotline.telephony import telephony_sql
from hotline.telephony.webhooks import outgoing_call, put_number, signed, speak, twiml

_RING = 30


async def _asked(request: web.Request) -> telephony_sql.PageWordsRow | None:
    """The outgoing call that the address names, if it is one of ours through the relay."""
    row = await outgoing_call(request)
    return row if row is not None and row.kind == relays.KIND else None


def _over(services: Services, language: str = "zh") -> web.Response:
    answer = VoiceResponse()
    speak(answer, services.texts.say("relay_over", language), language)
    answer.hangup()
    return twiml(str(answer))


async def ring(request: web.Request) -> web.StreamResponse:
    """The liaison took the call: 1 puts it through. A voicemail that took it presses nothing."""
    await signed(request)
    services, row = services_of(request), await _asked(request)
    if row is None:
        return _over(services)
    answer = VoiceResponse()
    gather = Gather(num_digits=1, action=f"/twilio/voice/relay/through?outbox={row.id}", timeout=10)
    speak(gather, row.body, row.language)
    answer.append(gather)
    return twiml(str(answer))


async def through(request: web.Request) -> web.StreamResponse:
    """The key was pressed: the person is rung, from the centre's number."""
    fields, services, now = await signed(request), services_of(request), now_of(request)
    row = await _asked(request)
    if row is None or fields.get("Digits") != "1":
        return _over(services)
    async with pool_of(request).acquire() as conn, conn.transaction():
        number = await relays.put_through(conn, services, row.about["relay"], fields.get("CallSid", ""), now)
    if number is None:
        return _over(services, row.language)
    answer = VoiceResponse()
    dial = Dial(
        action=f"/twilio/voice/relay/ended?outbox={row.id}",
        timeout=_RING,
        answer_on_bridge=True,
        caller_id=services.settings.twilio_number or services.settings.number,
        record="record-from-answer-dual",
    )
    put_number(dial, number, url=f"/twilio/voice/relay/person?outbox={row.id}")
    answer.append(dial)
    return twiml(str(answer))


async def person(request: web.Request) -> web.StreamResponse:
    """The person took the call: any key says that it is no voicemail; without one they are connected all the same."""
    await signed(request)
    services, row, answer = services_of(request), await _asked(request), VoiceResponse()
    if row is not None:
        gather = Gather(num_digits=1, action=f"/twilio/voice/relay/key?outbox={row.id}", timeout=3)
        speak(gather, services.texts.say("relay_person", "zh", hotline=services.settings.number), "zh")
        answer.append(gather)
    return twiml(str(answer))


async def key(request: web.Request) -> web.StreamResponse:
    """The person pressed a key, and is connected."""
    fields, now = await signed(request), now_of(request)
    row = await _asked(request)
    if row is not None and fields.get("Digits"):
        async with pool_of(request).acquire() as conn, conn.transaction():
            await relays.key_pressed(conn, row.about["relay"], now)
    return twiml()


async def ended(request: web.Request) -> web.StreamResponse:
    """The call to the person ended: its trace is recorded. After a short one the liaison may say what was spoken of."""
    fields, services, now = await signed(request), services_of(request), now_of(request)
    row = await _asked(request)
    answer = VoiceResponse()
    if row is not None:
        length = fields.get("DialCallDuration", "")
        status = fields.get("DialCallStatus", "failed")
        seconds = read_int(length, 6) or 0
        if status in {"completed", "answered"} and not length:
            seconds = 1  # a carrier that says no length says at least that it was taken
        sid = fields.get("DialCallSid") or fields.get("CallSid", "")
        async with pool_of(request).acquire() as conn, conn.transaction():
            came = await relays.call_ended(conn, services, row.about["relay"], sid, status, seconds, now)
        if came == "short":
            speak(answer, services.texts.say("relay_say", row.language), row.language)
            answer.record(
                action=f"/twilio/voice/relay/said?outbox={row.id}",
                max_length=60,
                timeout=5,
                finish_on_key="#",
            )
    answer.hangup()
    return twiml(str(answer))


async def spoken(request: web.Request) -> web.StreamResponse:
    """The liaison's spoken word after a short call."""
    fields, services, now = await signed(request), services_of(request), now_of(request)
    row, recording = await _asked(request), fields.get("RecordingSid", "")
    if row is not None and recording and fields.get("RecordingDuration", "1") != "0":
        async with pool_of(request).acquire() as conn, conn.transaction():
            await relays.keep_statement(conn, services, row.about["relay"], recording, now)
    return _over(services, row.language if row is not None else "zh")


_TABLE = {
    "/twilio/voice/relay": (ring, "A liaison took a call through the centre"),
    "/twilio/voice/relay/through": (through, "The call is put through"),
    "/twilio/voice/relay/person": (person, "The person took a call through the centre"),
    "/twilio/voice/relay/key": (key, "The person pressed a key"),
    "/twilio/voice/relay/said": (spoken, "What a liaison said after a short call"),
    "/twilio/voice/relay/ended": (ended, "The call to the person ended"),
}
ROUTES = tuple(
    Route(method="POST", path=path, handler=handler, summary=summary, roles=None, rule="signed")
    for path, (handler, summary) in _TABLE.items()
)
