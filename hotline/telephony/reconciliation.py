"""Reconciliation: the carrier's lists of a day against ours; each difference is kept, and turned into a contact (rulebook §3).

1. A day is asked for: daily, or by a manager. 2. A sweep claims it, and asks the carrier with no connection held. 3. In one transaction: a call
that we never saw is owed a call, a message that we never saw comes in, a receipt that never came has its effect; the rest is shown. Run
twice it finds nothing more.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from hotline.base.clock import day_span
from hotline.base.db.connection import Conn, Pool
from hotline.base.http.problem import BadField
from hotline.base.jobs.timers import CalendarJob, Sweep, daily
from hotline.base.provider import Refused, Uncertain, Unreachable
from hotline.base.services import Services
from hotline.contacts import call_ends, call_ends_sql
from hotline.contacts.inbox import keep_now
from hotline.outbox.dispatcher import STATES
from hotline.telephony import reconciliation_sql
from hotline.telephony.carrier_lists import CarrierLists, lists_of
from hotline.telephony.twilio_calls import CarrierItem

#: By then what began before midnight is over, and the carrier's lists have it.
_AT = time(2, 30)
_LEASE, _AGAIN = timedelta(minutes=15), timedelta(minutes=30)
#: The carrier's clock and ours may differ so much at the edges of a day.
_EDGE = timedelta(minutes=10)
#: The carrier keeps its lists for so long.
_FURTHEST = timedelta(days=370)
_BATCH = 1_000


@dataclass(frozen=True, slots=True)
class DayLists:
    """What the carrier has of a day; `around`: with the minutes before and after. `pictures`: of messages that we never saw."""

    calls: Sequence[CarrierItem]
    messages: Sequence[CarrierItem]
    around: frozenset[str]
    pictures: Mapping[str, Mapping[str, str]]


async def ask(conn: Conn, services: Services, day: date, asked_by: int | None, now: datetime) -> int:
    """A day is to be compared; returns the comparison's id. Raises BadField for one that is not over or too long ago."""
    today = now.astimezone(services.settings.zone).date()
    if not today - _FURTHEST <= day <= today:
        raise BadField("The day must be within the last year.", field="day")
    return int(await reconciliation_sql.ask(conn, day, now, asked_by))


async def ask_for_yesterday(conn: Conn, services: Services, due_at: datetime, now: datetime) -> None:
    """Calendar job: the day before is compared."""
    yesterday = due_at.astimezone(services.settings.zone).date() - timedelta(days=1)
    await reconciliation_sql.ask(conn, yesterday, now, None)


async def sweep_reconciliations(pool: Pool, services: Services, now: datetime) -> int:
    """Sweep: compare one day that was asked for; a carrier that cannot be asked is asked again later."""
    async with pool.acquire() as conn:
        row = await reconciliation_sql.claim_day(conn, now, now + _LEASE)
    if row is None:
        return 0
    try:
        await compare(pool, services, row.id, row.day, now)
    except (Unreachable, Uncertain, Refused) as error:
        async with pool.acquire() as conn:
            await reconciliation_sql.day_later(conn, row.id, now + _AGAIN, str(error)[:300])
    return 1


async def compare(pool: Pool, services: Services, ident: int, day: date, now: datetime) -> None:
    """Compare a day. Raises what the carrier's lists raise; then nothing was changed."""
    lists, (since, until) = lists_of(pool, services), day_span(day, services.settings.zone)
    found = await _listed(pool, lists, since, until)
    async with pool.acquire() as conn, conn.transaction():
        if await reconciliation_sql.finish(conn, ident, now, len(found.calls), len(found.messages)) is None:
            return
        await _strange_calls(conn, services, ident, found, now)
        await _strange_messages(conn, services, ident, found, now)
        await _receipts(conn, services, ident, found, now)
        if lists.whole:
            await _strange_there(conn, ident, found, since, until)


async def _listed(pool: Pool, lists: CarrierLists, since: datetime, until: datetime) -> DayLists:
    calls = await lists.calls_of(since - _EDGE, until + _EDGE)
    messages = await lists.messages_of(since - _EDGE, until + _EDGE)
    of_day = [[i for i in items if i.at is None or since <= i.at < until] for items in (calls, messages)]
    with_pictures = [m for m in of_day[1] if m.inbound and m.pictures]
    async with pool.acquire() as conn:
        known = await _known(conn, reconciliation_sql.known_messages, with_pictures)
    pictures = {m.sid: await lists.pictures_of(m.sid) for m in with_pictures if m.sid not in known}
    return DayLists(of_day[0], of_day[1], frozenset(i.sid for i in (*calls, *messages)), pictures)


async def _known(conn: Conn, query: object, items: Sequence[CarrierItem]) -> set[str]:
    """Which of these are ours."""
    ask_for, known = query, set[str]()
    assert callable(ask_for)
    for start in range(0, len(items), _BATCH):
        known |= set(await ask_for(conn, [item.sid for item in items[start : start + _BATCH]]))
    return known


async def _strange_calls(conn: Conn, services: Services, ident: int, found: DayLists, now: datetime) -> None:
    """Calls of the carrier's that we never saw: one that came is owed a call."""
    known = await _known(conn, reconciliation_sql.known_calls, found.calls)
    for call in found.calls:
        if call.sid in known or not (call.inbound or call.ours):
            continue
        contact = None
        if call.inbound:
            fields = {"CallSid": call.sid, "From": call.sender, "Direction": "inbound"}
            await call_ends.over(conn, services, fields, now)
            row = await call_ends_sql.call_contact(conn, call.sid)
            contact = row.id if row is not None else None
        await _differs(conn, ident, "call", call, "unknown_here", contact=contact)


async def _strange_messages(conn: Conn, services: Services, ident: int, found: DayLists, now: datetime) -> None:
    """Messages of the carrier's that we never saw: one that came comes in now."""
    known = await _known(conn, reconciliation_sql.known_messages, found.messages)
    for message in found.messages:
        if message.sid in known or not (message.inbound or message.ours):
            continue
        inbound = None
        if message.inbound:
            fields = {"MessageSid": message.sid, "From": message.sender, "To": message.to, "Body": message.body}
            fields |= found.pictures.get(message.sid, {})
            inbound = await keep_now(conn, services, "sms", message.sid, "", fields, now)
        await _differs(conn, ident, "message", message, "unknown_here", inbound=inbound)


async def _receipts(conn: Conn, services: Services, ident: int, found: DayLists, now: datetime) -> None:
    """What became of messages and calls of ours, where the carrier's word never came."""
    said = {i.sid: i for i in (*found.calls, *found.messages) if i.ours and STATES.get(i.status, "sent") != "sent"}
    for row in await reconciliation_sql.without_receipt(conn, list(said)):
        assert row.provider_sid is not None, "it was found by it"
        item = said[row.provider_sid]
        fields = {"MessageSid": item.sid, "MessageStatus": item.status, "outbox": str(row.id)}
        await keep_now(conn, services, "status", item.sid, item.status, fields, now)
        kind = "message" if item in found.messages else "call"
        await _differs(conn, ident, kind, item, "receipt", outbox=row.id)


async def _strange_there(conn: Conn, ident: int, found: DayLists, since: datetime, until: datetime) -> None:
    """What we know and the carrier does not; shown, since nobody is owed anything for it."""
    calls = await reconciliation_sql.our_calls(conn, since, until)
    messages = await reconciliation_sql.our_messages(conn, since, until)
    for kind, rows in (("call", calls), ("message", messages)):
        for row in rows:
            if row.sid not in found.around:
                await reconciliation_sql.insert_difference(
                    conn,
                    ident,
                    kind,
                    row.direction,
                    row.sid,
                    "unknown_there",
                    row.at,
                    row.contact_id,
                    None,
                    row.outbox_id,
                )


async def _differs(
    conn: Conn,
    ident: int,
    kind: str,
    item: CarrierItem,
    what: str,
    *,
    contact: int | None = None,
    inbound: int | None = None,
    outbox: int | None = None,
) -> None:
    direction = "in" if item.inbound else "out"
    await reconciliation_sql.insert_difference(
        conn, ident, kind, direction, item.sid, what, item.at, contact, inbound, outbox
    )


JOBS = (
    CalendarJob("reconciliation", daily(_AT), ask_for_yesterday),
    Sweep("reconciliations", timedelta(seconds=5), sweep_reconciliations),
)
