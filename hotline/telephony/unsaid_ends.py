"""What a carrier never said: calls whose end was lost, and answers that a server of one's own says only when the talk is over.

1. A call that is older than some minutes and not over is looked up at its carrier, and ended here where it is over there. (Where nobody can be
asked: `hotline.calls.state_sweeps`.) 2. A line that was dialled from a document which has not come back within its time was taken: a document goes on
when nobody takes it.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from hotline.base.db.connection import Conn, Pool
from hotline.base.jobs.timers import Sweep
from hotline.base.provider import Refused, Uncertain, Unreachable
from hotline.base.services import Services
from hotline.calls import endings, queue_sql, rings
from hotline.calls.call import CallState, CarrierName
from hotline.calls.call_rows import held
from hotline.calls.carrier import carrier_named
from hotline.calls.due import each
from hotline.contacts.call_ends import is_over
from hotline.people.people_sql import user as user_row
from hotline.people.store import as_user
from hotline.telephony import telephony_sql
from hotline.telephony.compatible_voice import CompatibleVoice
from hotline.telephony.conference_views import end_leg
from hotline.telephony.twilio_calls import TwilioCalls
from hotline.telephony.twilio_voice import TwilioVoice

log = logging.getLogger(__name__)
#: A call is looked up when it is so old, and again after each such time.
_LOOK_AFTER = timedelta(minutes=5)
#: A ring is kept open for so long beyond the time of the document that dials; before its last seconds it counts as taken.
_LAST = timedelta(seconds=5)
_BATCH = 20
_BY_WEBHOOK = [CarrierName.TWILIO, CarrierName.COMPATIBLE]


def calls_at(services: Services, carrier: CarrierName) -> TwilioCalls | None:
    """The carrier's REST API, where calls can be looked up."""
    found = carrier_named(services, carrier)
    can_ask = isinstance(found, TwilioVoice) or (isinstance(found, CompatibleVoice) and found.has_rest)
    return found.calls if can_ask and isinstance(found, TwilioVoice | CompatibleVoice) else None


async def sweep_unsaid_ends(pool: Pool, services: Services, now: datetime) -> int:
    """Sweep: calls that are over at their carrier are over here too."""
    async with pool.acquire() as conn:
        rows = await telephony_sql.due_for_a_look(conn, _BY_WEBHOOK, now - _LOOK_AFTER, _BATCH)
    over: list[int] = []
    for row in rows:
        over += [row.id] if await _is_over(pool, services, row, now) else []
    return await each(pool, over, lambda conn, call: _end(conn, services, call, now))


async def _is_over(pool: Pool, services: Services, row: telephony_sql.DueForALookRow, now: datetime) -> bool:
    """Whether the carrier says that the caller's leg is over; ends legs of ours that are."""
    calls = calls_at(services, CarrierName(row.carrier))
    if calls is None:
        return False
    try:
        async with pool.acquire() as conn:
            legs = [leg for leg in await telephony_sql.legs_of(conn, row.id) if leg.sid is not None]
        for leg in legs:
            if is_over(await calls.status(leg.sid or "")):
                async with pool.acquire() as conn, conn.transaction():
                    await end_leg(conn, services, leg, now)
        return row.carrier_ref.startswith("CA") and is_over(await calls.status(row.carrier_ref))
    except (Unreachable, Uncertain, Refused) as error:
        log.warning("a call could not be looked up: %s", error, extra={"row": row.id})
        return False


async def _end(conn: Conn, services: Services, call: int, now: datetime) -> None:
    await endings.caller_left(conn, services, call, now)


async def sweep_unsaid_answers(pool: Pool, services: Services, now: datetime) -> int:
    """Sweep: a line that a document dialled, and of which nothing was said in its time, was taken."""
    if calls_at(services, CarrierName.COMPATIBLE) is None:
        return 0
    async with pool.acquire() as conn:
        rows = await telephony_sql.dialled_until(conn, CarrierName.COMPATIBLE, now + _LAST, _BATCH)
    return await each(pool, rows, lambda conn, call: _taken(conn, services, call, now))


async def _taken(conn: Conn, services: Services, call_id: int, now: datetime) -> None:
    call = await held(conn, call_id)
    ring = await queue_sql.open_ring(conn, call_id)
    if ring is None or call.state is not CallState.WAITING or ring.until > now + _LAST:
        return
    user = await user_row(conn, ring.user_id)
    assert user is not None, ring.user_id
    await rings.answer(conn, services, as_user(user), call_id, now)


JOBS = (
    Sweep("unsaid ends", timedelta(minutes=1), sweep_unsaid_ends),
    Sweep("unsaid answers", timedelta(seconds=1), sweep_unsaid_answers),
)
