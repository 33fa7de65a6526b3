"""What a call is answered with now: the document that its row asks for, whoever carries it and however often it is asked (docs/telephone.md)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import assert_never

from hotline.base.db.connection import Conn
from hotline.base.hooks import Announcement
from hotline.base.provider import Refused
from hotline.base.services import Services
from hotline.calls import operators_sql, queue_sql, waiting
from hotline.calls.arrivals import Way, way_of
from hotline.calls.call import RING_FOR, Call, CallEnd, CallState, CarrierName, PartyKind
from hotline.calls.call_rows import held, parties_of
from hotline.calls.rings import miss
from hotline.people.persons import load_person
from hotline.telephony.legs import line_of, number_called
from hotline.telephony.voice_documents import Documents

#: Known outages are said again after so many rounds of the wait.
_KNOWN_EVERY = 3
#: So long after the time for which a document dials its end was said, or the line was taken (`unsaid_ends.py`).
_LATE = timedelta(seconds=10)


async def document_of(
    conn: Conn, services: Services, call: Call, now: datetime, *, first: bool = False, turn: int = 0
) -> str:
    """The document that a caller's leg gets now. `first`: it begins with the announcement; `turn`: of the loop of a server without a queue."""
    made = Documents(services)
    match call.state:
        case CallState.ARRIVING if await _is_restricted(conn, services, call, now):
            return made.restricted(first)
        case CallState.ARRIVING:
            await waiting.enqueue(conn, services, call.id, now)
            return await document_of(conn, services, await held(conn, call.id), now, first=first)
        case CallState.WAITING if call.carrier is CarrierName.TWILIO:
            return made.enqueue(first)
        case CallState.WAITING:
            return await _turn(conn, services, call, now, first=first, turn=turn)
        case CallState.TALKING if call.carrier is CarrierName.TWILIO:
            return made.into_room(call.id, begins=False)
        case CallState.TALKING:
            return await _talk(conn, services, call)
        case CallState.VOICEMAIL:
            return made.voicemail(first)
        case CallState.KEPT:
            return made.goodbye("voice_place_kept")
        case CallState.OVER:
            written = call.ended_why is CallEnd.ANNOUNCED and call.answered_at is None
            return made.goodbye("voice_in_writing") if written else made.hang_up()
        case other:
            assert_never(other)


async def _is_restricted(conn: Conn, services: Services, call: Call, now: datetime) -> bool:
    """Whether the caller's voice is restricted, and they have not said that it is an emergency."""
    person = await load_person(conn, services.keys, call.person_id)
    return await way_of(conn, call, person, now) is Way.RESTRICTED


async def _turn(conn: Conn, services: Services, call: Call, now: datetime, *, first: bool, turn: int) -> str:
    """A turn of the loop: the operator whom the queue rings is dialled; where nobody is at the telephone a message is taken."""
    made = Documents(services)
    ring = await queue_sql.open_ring(conn, call.id)
    if ring is not None:
        try:
            _, to = await line_of(conn, services, call.carrier, ring.user_id)
        except Refused:
            await miss(conn, services, call.id, now, "no_line")
            return await document_of(conn, services, await held(conn, call.id), now, first=first, turn=turn)
        await queue_sql.prolong_ring(conn, ring.id, now + RING_FOR + _LATE)
        return made.ring(to, first)
    if not await operators_sql.somebody_answers(conn):
        await waiting.leave_message(conn, services, call.id, now)
        return made.voicemail(first)
    known = await known_now(conn, services, turn // 6, now)
    return made.turn(await waiting.position(conn, call.id), known, turn, first)


async def _talk(conn: Conn, services: Services, call: Call) -> str:
    """A talk at a server without conferences whose leg asks again: it is with whoever was asked last and is not connected."""
    asked = [p for p in await parties_of(conn, call.id) if p.is_asked and p.kind is not PartyKind.CITIZEN]
    made = Documents(services)
    if not asked:
        return made.hang_up()
    to = await number_called(conn, services, call.carrier, asked[-1].id, asked[-1].user_id)
    return made.ring(to) if asked[-1].user_id == call.operator_id else made.pass_on(to, asked[-1].id)


async def known_now(conn: Conn, services: Services, round_: int, now: datetime) -> Sequence[Announcement]:
    """What is known to be broken, where it is its turn to be said: it was said before the queue."""
    if round_ == 0 or round_ % _KNOWN_EVERY:
        return ()
    return await services.hooks.announced(conn, services, now)


async def wait_document(conn: Conn, services: Services, call: Call, round_: int, now: datetime) -> str:
    """What a caller in Twilio's queue hears next: their place, then music; out of the queue where the call does not wait any more."""
    made = Documents(services)
    match call.state:
        case CallState.WAITING:
            ahead = await waiting.position(conn, call.id)
            return made.wait(ahead, await known_now(conn, services, round_, now), round_)
        case CallState.TALKING:  # they are being led out of it
            return made.wait(-1, (), round_)
        case CallState.KEPT:
            return made.goodbye("voice_place_kept")
        case CallState.OVER:
            return made.hang_up()
        case CallState.ARRIVING | CallState.VOICEMAIL:
            return made.leave()
        case other:
            assert_never(other)
