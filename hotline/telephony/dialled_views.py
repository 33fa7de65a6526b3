"""Webhooks of a Twilio-compatible server: the turns of its queue, and who was dialled from a document (docs/carriers.md)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from aiohttp import web

from hotline.base.db.connection import Conn
from hotline.base.http.requests import now_of, pool_of, read_int, services_of
from hotline.base.http.route import Route
from hotline.base.services import Services
from hotline.calls import endings, parties, parties_sql, queue_sql, rings, waiting
from hotline.calls.arrivals import call_of
from hotline.calls.call import Call, CallState
from hotline.calls.call_rows import held, named, operator_of, parties_of
from hotline.contacts import call_ends
from hotline.ids import UserId
from hotline.people import people_sql
from hotline.people.store import as_user
from hotline.people.user import User
from hotline.telephony.arriving import document_of
from hotline.telephony.choose import by_webhook
from hotline.telephony.legs import number_called
from hotline.telephony.voice import called, items_of, take_down
from hotline.telephony.voice_documents import Documents
from hotline.telephony.webhooks import signed, twiml

_CONNECTED = frozenset({"in-progress", "answered"})


async def turn(request: web.Request) -> web.StreamResponse:
    """A turn of the queue is over."""
    fields, services, now = await signed(request), services_of(request), now_of(request)
    number = read_int(request.query.get("n", "")) or 0
    async with pool_of(request).acquire() as conn, conn.transaction():
        call = await called(conn, services, fields)
        if call is None:
            return twiml(Documents(services).hang_up())
        return twiml(await document_of(conn, services, call, now, turn=number))


async def turn_key(request: web.Request) -> web.StreamResponse:
    """A key while waiting: 1 keeps the place, the others stand for known outages."""
    fields, services, now = await signed(request), services_of(request), now_of(request)
    async with pool_of(request).acquire() as conn, conn.transaction():
        document = await waiting_key(conn, services, fields, items_of(request), now)
    return twiml(document or Documents(services).redirect("/twilio/voice/turn?n=1"))


async def waiting_key(
    conn: Conn, services: Services, fields: Mapping[str, str], items: list[int], now: datetime
) -> str | None:
    """What a key while waiting does, and the document that says so; None where it does nothing."""
    call, key = await called(conn, services, fields), fields.get("Digits", "")
    if call is None:
        return None
    if key == "1" and call.state in {CallState.WAITING, CallState.KEPT}:
        kept = await waiting.keep_place(conn, services, call.id, now)
        return Documents(services).goodbye("voice_place_kept") if kept else None
    return await take_down(conn, services, fields, Documents(services).chosen(key, items), now)


async def take_ring(conn: Conn, services: Services, call: Call, now: datetime) -> bool:
    """Whoever a call rings has taken it. False where nobody is rung."""
    ring = await queue_sql.open_ring(conn, call.id)
    if ring is None:
        return False
    await rings.answer(conn, services, await user_of_id(conn, ring.user_id), call.id, now)
    return True


async def user_of_id(conn: Conn, user: UserId) -> User:
    """A user by id."""
    row = await people_sql.user(conn, user)
    assert row is not None, user
    return as_user(row)


async def operator_took(request: web.Request) -> web.StreamResponse:
    """The operator's telephone was taken: the call is theirs."""
    fields, services, now = await signed(request), services_of(request), now_of(request)
    if fields.get("CallStatus", "in-progress").strip().lower() in _CONNECTED:
        async with pool_of(request).acquire() as conn, conn.transaction():
            sid = fields.get("ParentCallSid", "")
            call = await call_of(conn, by_webhook(services), sid)
            if call is None or not await take_ring(conn, services, call, now):
                await call_ends.taken(conn, services, sid, now)
    return twiml()


async def ended(request: web.Request) -> web.StreamResponse:
    """The operator's telephone was taken and is over, or was not taken: then the next line rings, or the caller waits on."""
    fields, services, now = await signed(request), services_of(request), now_of(request)
    async with pool_of(request).acquire() as conn, conn.transaction():
        call = await called(conn, services, fields)
        if call is None:
            return twiml(Documents(services).hang_up())
        if call_ends.is_taken(fields):
            await _talked(conn, services, call, now)
        else:
            await _not_taken(conn, services, call, now)
        return twiml(await document_of(conn, services, await held(conn, call.id), now, turn=1))


async def _talked(conn: Conn, services: Services, call: Call, now: datetime) -> None:
    """The two spoke, and the operator has hung up. A server that says no answers says it only now."""
    if call.state is CallState.WAITING:
        await take_ring(conn, services, call, now)
    elif call.state is CallState.OVER and call.answered_at is None:
        await call_ends.taken(conn, services, call.carrier_ref, now)
    call = await held(conn, call.id)
    operator = operator_of(call, await parties_of(conn, call.id))
    if call.state is CallState.TALKING and operator is not None:
        await parties.left(conn, services, operator.id, now)


async def _not_taken(conn: Conn, services: Services, call: Call, now: datetime) -> None:
    """Nobody took it: missed. One that was believed to be taken, since nothing else was said, was not."""
    if call.state is CallState.TALKING:
        await endings.operator_lost(conn, services, call.id, now)
    elif call.state in {CallState.WAITING, CallState.KEPT}:
        await rings.miss(conn, services, call.id, now)


async def pass_on(request: web.Request) -> web.StreamResponse:
    """A straight transfer: the caller's leg dials who gets the call."""
    await signed(request)
    services, party = services_of(request), read_int(request.query.get("party", ""))
    async with pool_of(request).acquire() as conn, conn.transaction():
        call = await call_with(conn, party)
        if call is None or party is None:
            return twiml(Documents(services).hang_up())
        who = named(await parties_of(conn, call.id), party)
        to = await number_called(conn, services, call.carrier, party, who.user_id)
    return twiml(Documents(services).pass_on(to, party))


async def call_with(conn: Conn, party: int | None) -> Call | None:
    """The call that somebody is asked into, held; None where it is over, or they have left."""
    found = await parties_sql.call_of_party(conn, party) if party is not None else None
    if found is None:
        return None
    call = await held(conn, found)
    asked = {p.id for p in await parties_of(conn, call.id) if p.is_asked}
    return call if party in asked and call.state is not CallState.OVER else None


async def passed_taken(request: web.Request) -> web.StreamResponse:
    """Who was dialled has answered."""
    fields, services, now = await signed(request), services_of(request), now_of(request)
    party = read_int(request.query.get("party", ""))
    if fields.get("CallStatus", "in-progress").strip().lower() in _CONNECTED:
        async with pool_of(request).acquire() as conn, conn.transaction():
            if party is not None and await call_with(conn, party) is not None:
                await parties.joined(conn, services, party, now, fields.get("CallSid"))
    return twiml()


async def passed(request: web.Request) -> web.StreamResponse:
    """The talk with who was dialled is over, or they did not answer: then a caller waits again at the old place."""
    fields, services, now = await signed(request), services_of(request), now_of(request)
    party = read_int(request.query.get("party", ""))
    async with pool_of(request).acquire() as conn, conn.transaction():
        call = await call_with(conn, party)
        if call is not None and party is not None:
            if call_ends.is_taken(fields):
                await parties.joined(conn, services, party, now, fields.get("DialCallSid"))
            await parties.left(conn, services, party, now)
        call = await called(conn, services, fields)
        if call is None:
            return twiml(Documents(services).hang_up())
        return twiml(await document_of(conn, services, call, now, turn=1))


async def announced(request: web.Request) -> web.StreamResponse:
    """A citizen whom we call has answered: that the call is recorded is said before they are connected."""
    await signed(request)
    return twiml(Documents(services_of(request)).announced())


_TABLE = {
    "/twilio/voice/turn": (turn, "A turn of the queue"),
    "/twilio/voice/turn/key": (turn_key, "A key while waiting"),
    "/twilio/voice/taken": (operator_took, "The operator's telephone was taken"),
    "/twilio/voice/ended": (ended, "The operator's telephone was answered or not"),
    "/twilio/voice/pass": (pass_on, "A call is passed on"),
    "/twilio/voice/passed": (passed, "Who was dialled was answered or not"),
    "/twilio/voice/passed/taken": (passed_taken, "Who was dialled has answered"),
    "/twilio/voice/announced": (announced, "A citizen whom we call has answered"),
}
ROUTES = tuple(
    Route(method="POST", path=path, handler=handler, summary=summary, roles=None, rule="signed")
    for path, (handler, summary) in _TABLE.items()
)
