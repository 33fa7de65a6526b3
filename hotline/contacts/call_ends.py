"""Ends of inbound calls: an operator took it, or a call back is owed, whatever status the carrier reports.

1. An operator's telephone is taken: the contact is theirs, and waits for its end at the desk. 2. It is not taken: the operator is free
at once. 3. The call is over and nobody took it: a call-back is owed, its clock starts; a hidden number that left no words
cannot be called, and was dropped. 4. What the carrier never ended is found by the sweep; so is what an operator took and never ended.
The carrier's words come in any order and more than once.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from hotline.base.db.connection import Conn, Pool
from hotline.base.http.live import LiveKind, notify
from hotline.base.services import Services
from hotline.base.text.phones import read_phone
from hotline.contacts import call_ends_sql
from hotline.ids import PersonId
from hotline.people.persons import ensure_persons
from hotline.ticket import Channel

#: The carrier's words for a call that goes on; every other word ends it.
GOES_ON = frozenset({"", "queued", "initiated", "ringing", "in-progress", "answered"})
#: Longer than greeting, ringing and voicemail together: then the carrier's word was lost.
LOST = timedelta(minutes=10)
#: So long an operator has for the end of a call that is over; a call lasts so long at most.
UNENDED, _LONGEST = timedelta(minutes=15), timedelta(hours=2)
_BATCH = 100


def is_over(word: str) -> bool:
    """Whether the carrier's word says that a call has ended: all that are not known to go on."""
    return word.strip().lower() not in GOES_ON


def is_taken(fields: Mapping[str, str]) -> bool:
    """Whether the operator's telephone was taken and the two were connected."""
    connected = fields.get("DialCallDuration", "1").strip() != "0" and fields.get("DialBridged") != "false"
    return fields.get("DialCallStatus", "").strip().lower() in {"completed", "answered"} and connected


async def take_call(
    conn: Conn, services: Services, sender: str | None, sid: str, now: datetime, channel: Channel = Channel.CALL
) -> call_ends_sql.BeginCallRow:
    """The contact of a call, with its person; the same one however often the carrier says it."""
    phone = read_phone(sender, services.settings.area_code)
    persons = await ensure_persons(conn, services.keys, {phone: "zh"}, now)
    contact = await call_ends_sql.begin_call(conn, channel, persons.get(phone), sid, now)
    assert contact is not None
    return contact


async def taken(conn: Conn, services: Services, sid: str, now: datetime) -> None:
    """An operator took the call: what was owed for it, when the carrier's words came in another order, is not."""
    row = await call_ends_sql.call_contact(conn, sid)
    if row is None or row.taken_at is not None:
        return
    await call_ends_sql.taken(conn, row.id, now)
    missed = row.outcome == "call_back" or (row.code == "dropped" and row.released_at is not None)
    undone = await call_ends_sql.not_owed(conn, row.id, now) if missed else []
    if undone or (missed and row.outcome == "no_action"):
        await call_ends_sql.open_again(conn, row.id)
        await services.hooks.on_call_back(conn, services, undone, True, now)
        await notify(conn, "centre", LiveKind.CALL, contact=row.id)


async def released(conn: Conn, sid: str, now: datetime) -> None:
    """The operator's telephone was not taken: it is free for the next call."""
    await call_ends_sql.released(conn, sid, now)


async def over(conn: Conn, services: Services, fields: Mapping[str, str], now: datetime) -> None:
    """The caller's call has ended. One that is not known came while nobody listened: it is owed a call too."""
    sid = fields.get("CallSid", "")
    if not sid or fields.get("Direction", "inbound").startswith("outbound"):
        return
    await take_call(conn, services, fields.get("From"), sid, now)
    await closed(conn, services, sid, now)


async def closed(conn: Conn, services: Services, sid: str, now: datetime) -> None:
    """The caller's line is closed: a call that no operator took is owed."""
    if not await call_ends_sql.over(conn, sid, now):
        await owe_call(conn, services, sid, "missed", None, now)


async def end_without_operator(conn: Conn, sid: str, code: str, now: datetime) -> None:
    """The call ends without an operator, for a reason that the program knows: nobody is owed a call."""
    contact = await call_ends_sql.call_contact(conn, sid)
    if contact is not None:
        await call_ends_sql.end_call(conn, contact.id, "no_action", code, now)


async def open_call(conn: Conn, sid: str) -> None:
    """The call waits for an operator after all."""
    contact = await call_ends_sql.call_contact(conn, sid)
    if contact is not None and contact.outcome == "no_action":
        await call_ends_sql.open_again(conn, contact.id)


async def untaken(conn: Conn, sid: str, now: datetime) -> None:
    """The operator who took the call was lost: it waits for another, as if nobody had taken it."""
    await call_ends_sql.untaken(conn, sid, now)


async def person_of_call(conn: Conn, sid: str) -> PersonId | None:
    """Who calls, where the number is known."""
    return await call_ends_sql.person_of_call(conn, sid)


async def owe_call(conn: Conn, services: Services, sid: str, reason: str, recording: str | None, now: datetime) -> None:
    """Somebody owes this caller a call, once; its clock starts now."""
    contact = await call_ends_sql.call_contact(conn, sid)
    if contact is None:
        return
    dropped = contact.outcome == "no_action" and contact.code == "dropped" and contact.taken_at is None
    if contact.outcome not in {None, "call_back"} and not (dropped and recording):
        return
    if contact.person_id is None and not recording and contact.outcome is None:
        await call_ends_sql.end_call(conn, contact.id, "no_action", "dropped", now)
        return
    owed = await call_ends_sql.owe_call_back(conn, contact.id, reason, recording, now)
    await call_ends_sql.end_call(conn, contact.id, "call_back", None, now)
    if owed is not None and owed.fresh:
        await services.hooks.on_call_back(conn, services, [owed.id], False, now)
        await notify(conn, "centre", LiveKind.CALL, call_back=owed.id)


async def sweep_unended_calls(pool: Pool, services: Services, now: datetime) -> int:
    """Calls whose end the carrier never said: owed. Calls that an operator took and never ended: owed, and still to be ended."""
    async with pool.acquire() as conn, conn.transaction():
        lost = await call_ends_sql.lost(conn, now - LOST, _BATCH)
        for row in lost:
            await owe_call(conn, services, row.call_sid, "missed", None, now)
        unended = await call_ends_sql.owe_unended(conn, now, now - UNENDED, now - UNENDED - _LONGEST, _BATCH)
        if unended:
            await services.hooks.on_call_back(conn, services, unended, False, now)
            await notify(conn, "centre", LiveKind.CALL, owed=len(unended))
    return len(lost) + len(unended)


async def ring(conn: Conn, contact: int, operator: int) -> None:
    """Whose telephone rings for a contact."""
    await call_ends_sql.ring(conn, contact, operator)
