"""The relay on the line: the liaison's telephone is taken, a key puts the call through, the person sees the centre's number."""

from __future__ import annotations

import asyncpg
from aiohttp import web
from twilio.twiml.voice_response import Dial, Gather, VoiceResponse

from hotline.base.db import queries
from hotline.base.house import House
from hotline.base.requests import house_of, now_of, pool_of, whole
from hotline.base.web import Route
from hotline.telephony.webhooks import put_number, signed, twiml
from hotline.work import relaying

Q = queries("hotline.telephony")
_RING = 30


def _say(house: House, into: VoiceResponse | Gather, words: str, language: str) -> None:
    into.say(words, language="zh-CN" if language == "zh" else "en-GB")


async def _asked(request: web.Request) -> asyncpg.Record | None:
    """The outgoing call that the address names, if it is one of ours through the relay."""
    if (outbox := whole(request.query.get("outbox", ""))) is None:
        return None
    async with pool_of(request).acquire() as conn:
        row = await conn.fetchrow(Q["page_words"], outbox)
    return row if row is not None and row["kind"] == relaying.KIND else None


def _over(house: House, language: str = "zh") -> web.Response:
    answer = VoiceResponse()
    _say(house, answer, house.texts.say("relay_over", language), language)
    answer.hangup()
    return twiml(str(answer))


async def ring(request: web.Request) -> web.StreamResponse:
    """The liaison took the call: 1 puts it through. A voicemail that took it presses nothing."""
    await signed(request)
    house, row = house_of(request), await _asked(request)
    if row is None:
        return _over(house)
    answer = VoiceResponse()
    gather = Gather(num_digits=1, action=f"/twilio/voice/relay/through?outbox={row['id']}", timeout=10)
    _say(house, gather, row["body"], row["language"])
    answer.append(gather)
    return twiml(str(answer))


async def through(request: web.Request) -> web.StreamResponse:
    """The key was pressed: the person is rung, from the centre's number."""
    fields, house, now = await signed(request), house_of(request), now_of(request)
    row = await _asked(request)
    if row is None or fields.get("Digits") != "1":
        return _over(house)
    async with pool_of(request).acquire() as conn, conn.transaction():
        number = await relaying.put_through(
            conn, house, row["about"]["relay"], fields.get("CallSid", ""), now
        )
    if number is None:
        return _over(house, row["language"])
    answer = VoiceResponse()
    dial = Dial(
        action=f"/twilio/voice/relay/ended?outbox={row['id']}", timeout=_RING, answer_on_bridge=True,
        caller_id=house.settings.twilio_number or house.settings.number, record="record-from-answer-dual",
    )  # fmt: skip
    put_number(dial, number)
    answer.append(dial)
    return twiml(str(answer))


async def ended(request: web.Request) -> web.StreamResponse:
    """The call to the person ended: its trace is recorded."""
    fields, house, now = await signed(request), house_of(request), now_of(request)
    row = await _asked(request)
    if row is not None:
        said = fields.get("DialCallDuration", "")
        status = fields.get("DialCallStatus", "failed")
        seconds = whole(said, 6) or 0
        if status in {"completed", "answered"} and not said:
            seconds = 1  # a carrier that says no length says at least that they spoke
        sid = fields.get("DialCallSid") or fields.get("CallSid", "")
        async with pool_of(request).acquire() as conn, conn.transaction():
            await relaying.ended(conn, house, row["about"]["relay"], sid, status, seconds, now)
    answer = VoiceResponse()
    answer.hangup()
    return twiml(str(answer))


def routes() -> list[Route]:
    table = {
        "/twilio/voice/relay": (ring, "A liaison took a call through the centre"),
        "/twilio/voice/relay/through": (through, "The call is put through"),
        "/twilio/voice/relay/ended": (ended, "The call to the person ended"),
    }
    return [
        Route(method="POST", path=path, handler=handler, summary=summary, roles=None, rule="signed")
        for path, (handler, summary) in table.items()
    ]
