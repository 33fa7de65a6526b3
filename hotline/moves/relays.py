"""Relayed calls: a department calls the person through the centre; neither sees the other's number, and the call is
recorded (rulebook §§5, 7).

1. A liaison asks for the call; the centre rings the liaison's own tested telephone. 2. Taken and agreed to, it is put through to
the person. 3. How that ended is an event with the call's SID and its length, and a first contact, or a try, by the relay.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Literal

from hotline.base.db.connection import Conn
from hotline.base.event import Draft
from hotline.base.http.live import LiveKind, notify
from hotline.base.http.problem import Illegal, Problem
from hotline.base.services import Outgoing, Services, by_ticket, departments_read
from hotline.ids import TicketId
from hotline.moves import department_work, relays_sql
from hotline.moves.move import Move, MoveContext, Who, perform_in
from hotline.outbox.store import Message, enqueue
from hotline.people import people_sql
from hotline.people.actions import NoFields
from hotline.people.persons import load_person
from hotline.people.store import as_user
from hotline.ticket import Category
from hotline.tickets import store
from hotline.tickets.tipoffs.take_back import seen_by

KIND = "relay"
#: A call that was asked for and never came to an end keeps no other from being asked for.
_STALE = timedelta(minutes=10)
#: A call of fewer seconds, in which the person pressed no key, is a try.
SHORT = 20
#: What came of a call: they spoke; too short to know; not taken; the liaison said afterwards what was spoken of.
Came = Literal["reached", "short", "missed", "said"]


async def ask_relay(context: MoveContext, body: NoFields) -> Mapping[str, object]:
    """Call the person of the ticket through the centre; the liaison's own telephone rings first."""
    assignment = await context.own_assignment()
    person = await load_person(context.conn, context.services.keys, context.ticket.person_id)
    if context.ticket.category is Category.TIPOFF or person is None or not person.number:
        raise Illegal("Nobody can be called on this ticket: a tipoff, or a person without a number.")
    user = await people_sql.user(context.conn, context.user.id)
    if user is None or user.phone_enc is None or user.phone_tested_at is None:
        raise Illegal("Your own number is not tested yet: test it on your page, the centre rings it first.")
    await relays_sql.drop_stale(context.conn, assignment.id, context.now, context.now - _STALE)
    made = await relays_sql.ask_relay(
        context.conn, context.ticket.id, assignment.id, assignment.department_id, context.user.id, context.now
    )
    if made is None:
        raise Illegal("A call on this ticket is under way.")
    body_ = context.services.texts.say(
        "relay_ring", user.language, hotline=context.services.settings.number, number=context.ticket.number
    )
    message = Message(
        f"relay:{made}",
        KIND,
        "voice",
        context.services.keys.decrypt(user.phone_enc),
        body_,
        ticket_id=context.ticket.id,
        user_id=context.user.id,
        about={"relay": made},
    )
    await enqueue(context.conn, context.services.keys, [message], context.now)
    await context.publish("relay_asked", department=assignment.department_id, assignment=assignment.id, relay=made)
    return {"relay": made, "state": "ringing"}


async def put_through(conn: Conn, services: Services, relay: int, sid: str, now: datetime) -> str | None:
    """The liaison took the call: the person's number, to be dialled; None where the call is no longer wanted."""
    row = await relays_sql.take_relay(conn, relay, sid, now)
    if row is None:
        return None
    person = await load_person(conn, services.keys, row.person_id)
    return person.number if person is not None and person.number else None


async def key_pressed(conn: Conn, relay: int, now: datetime) -> None:
    """The person pressed a key."""
    await relays_sql.relay_key(conn, relay, now)


async def call_ended(
    conn: Conn, services: Services, relay: int, sid: str, status: str, seconds: int, now: datetime
) -> Came | None:
    """The call to the person ended: recorded once, and a first contact or a try. None where it was recorded before.

    Under twenty seconds without a key that the person pressed it is a try: a voicemail may have taken it.
    """
    ticket = await relays_sql.ticket_of_relay(conn, relay)
    if ticket is None:
        return None
    await store.lock_many(conn, [TicketId(ticket)])
    row = await relays_sql.end_relay(conn, relay, sid, status, seconds, now)
    if row is None:
        return None
    came: Came = "missed"
    if status in {"completed", "answered"} and seconds > 0:
        came = "reached" if seconds >= SHORT or row.key_at is not None else "short"
    detail = {
        "department": row.department_id,
        "assignment": row.assignment_id,
        "relay": relay,
        "call": sid,
        "status": status,
        "seconds": seconds,
        "key": row.key_at is not None,
        "reached": came == "reached",
    }
    await services.publish(conn, Draft(TicketId(ticket), "relay_ended", f"user:{row.user_id}", detail), now)
    await _log(conn, services, row, came, now)
    await notify(conn, await seen_by(conn, TicketId(ticket), row.department_id), LiveKind.TICKET, number=row.number)
    return came


async def keep_statement(conn: Conn, services: Services, relay: int, recording: str, now: datetime) -> bool:
    """After a short call the liaison said what was spoken of: it was a first contact. False where nothing waits for it."""
    ticket = await relays_sql.over_relay(conn, relay)
    if ticket is None:
        return False
    await store.lock_many(conn, [TicketId(ticket)])
    row = await relays_sql.relay_said(conn, relay, recording, now - _STALE)
    if row is None:
        return False
    detail = {
        "department": row.department_id,
        "assignment": row.assignment_id,
        "relay": relay,
        "recording": recording,
    }
    await services.publish(conn, Draft(TicketId(ticket), "relay_said", f"user:{row.user_id}", detail), now)
    await _log(conn, services, row, "said", now)
    await notify(conn, await seen_by(conn, TicketId(ticket), row.department_id), LiveKind.TICKET, number=row.number)
    return True


async def _log(conn: Conn, services: Services, row: relays_sql.EndRelayRow, came: Came, now: datetime) -> None:
    """The first contact that the call proves, by who called; where the ticket went elsewhere meanwhile, the trace alone stays."""
    user = await people_sql.user(conn, row.user_id)
    assert user is not None
    contact = next(m for m in department_work.MOVES if m.noun == "first-contacts")
    note = services.texts.say(f"relay_{came}", "zh", seconds=row.seconds)
    try:
        async with conn.transaction():
            values: dict[str, Any] = {"note": note, "via": "relay", "reached": came in {"reached", "said"}}
            await perform_in(conn, services, contact, as_user(user), row.number, values, now)
    except Problem:
        return


async def on_receipt(conn: Conn, services: Services, message: Outgoing, state: str, now: datetime) -> None:
    """The liaison's own telephone was busy, not taken, or taken by a voicemail that pressed nothing: no try, and over."""
    if state in {"failed", "delivered"}:
        await relays_sql.drop_relay(conn, message.about["relay"], now)


async def still_wanted(conn: Conn, message: Outgoing, now: datetime) -> bool:
    """The guard: hours later nobody is rung for a call that was asked for then, nor where the part is over."""
    return bool(await relays_sql.relay_wanted(conn, message.about["relay"], now - _STALE))


#: What departments read of it.
READ = departments_read(
    "id", "department", "department_name", "by", "asked_at", "taken_at", "closed_at", "status", "seconds", "call"
)


async def section(conn: Conn, ids: Sequence[TicketId], now: datetime) -> Mapping[TicketId, Any]:
    """The calls through the centre of each ticket, oldest first: who, when, how it ended, how long."""
    rows = await relays_sql.relays_of(conn, list(ids))
    return by_ticket(
        rows,
        ids,
        lambda row: {
            "id": row.id,
            "department": row.code,
            "department_name": row.department_name,
            "by": row.shown_name,
            "asked_at": row.asked_at,
            "taken_at": row.taken_at,
            "closed_at": row.ended_at,
            "status": row.status,
            "seconds": row.seconds,
            "call": row.call_sid,
        },
    )


MOVES = (Move("relays", NoFields, Who.ASSIGNED, ask_relay, "Call the person through the centre"),)
