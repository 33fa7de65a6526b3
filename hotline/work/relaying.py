"""The department calls the person through the centre: neither sees the other's number, and the trace stays (domain.md §§5, 7).

1. A liaison asks for the call; the centre rings the liaison's own tested telephone. 2. Taken and agreed to, it is put through to
the person. 3. How that ended is an event with the call's SID and its length, and a first contact, or a try, by the relay.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import asyncpg

from hotline.base.db import Conn, queries
from hotline.base.events import Draft
from hotline.base.house import House, Outgoing, by_ticket
from hotline.base.ids import TicketId
from hotline.base.live import tell
from hotline.base.problem import Illegal, Problem
from hotline.intake.persons import load
from hotline.outbox.store import Message, enqueue
from hotline.people.store import Q as PEOPLE
from hotline.people.store import as_user
from hotline.ticket import Category
from hotline.tickets import store
from hotline.work import department
from hotline.work.move import Act, Move, Nothing, Who, perform_in

Y = queries("hotline.work", "relaying.sql")
KIND = "relay"
#: A call that was asked for and never came to an end keeps no other from being asked for.
_STALE = timedelta(minutes=10)


async def ask(act: Act, body: Nothing) -> Mapping[str, object]:
    """Call the person of the ticket through the centre; the liaison's own telephone rings first."""
    assignment = await act.own_assignment()
    person = await load(act.conn, act.house.keys, act.ticket.person_id)
    if act.ticket.category is Category.TIPOFF or person is None or not person.number:
        raise Illegal("Nobody can be called on this ticket: a tipoff, or a person without a number.")
    user = await act.conn.fetchrow(PEOPLE["user"], act.user.id)
    if user is None or user["phone_enc"] is None or user["phone_tested_at"] is None:
        raise Illegal("Your own number is not tested yet: test it on your page, the centre rings it first.")
    await act.conn.execute(Y["drop_stale"], assignment.id, act.now, act.now - _STALE)
    made = await act.conn.fetchval(
        Y["ask_relay"], act.ticket.id, assignment.id, assignment.department_id, act.user.id, act.now
    )
    if made is None:
        raise Illegal("A call on this ticket is under way.")
    body_ = act.house.texts.say(
        "relay_ring", user["language"], hotline=act.house.settings.number, number=act.ticket.number
    )
    message = Message(f"relay:{made}", KIND, "voice", act.house.keys.decrypt(user["phone_enc"]), body_,
                      ticket_id=act.ticket.id, user_id=act.user.id, about={"relay": made})  # fmt: skip
    await enqueue(act.conn, act.house.keys, [message], act.now)
    await act.publish(
        "relay_asked", department=assignment.department_id, assignment=assignment.id, relay=made
    )
    return {"relay": made, "state": "ringing"}


async def put_through(conn: Conn, house: House, relay: int, sid: str, now: datetime) -> str | None:
    """The liaison took the call: the person's number, to be dialled; None where the call is no longer wanted."""
    row = await conn.fetchrow(Y["take_relay"], relay, sid, now)
    if row is None:
        return None
    person = await load(conn, house.keys, row["person_id"])
    return person.number if person is not None and person.number else None


async def ended(
    conn: Conn, house: House, relay: int, sid: str, status: str, seconds: int, now: datetime
) -> bool:
    """The call to the person ended: recorded once, and a first contact or a try. False where it was recorded before."""
    ticket = await conn.fetchval(Y["ticket_of_relay"], relay)
    if ticket is None:
        return False
    await store.lock_many(conn, [TicketId(ticket)])
    row = await conn.fetchrow(Y["end_relay"], relay, sid, status, seconds, now)
    if row is None:
        return False
    reached = status in {"completed", "answered"} and seconds > 0
    detail = {"department": row["department_id"], "assignment": row["assignment_id"], "relay": relay, "call": sid,
              "status": status, "seconds": seconds}  # fmt: skip
    await house.publish(conn, Draft(TicketId(ticket), "relay_ended", f"user:{row['user_id']}", detail), now)
    await _log(conn, house, row, reached, now)
    await tell(conn, f"department:{row['department_id']}", "ticket", number=row["number"])
    return True


async def _log(conn: Conn, house: House, row: asyncpg.Record, reached: bool, now: datetime) -> None:
    """The first contact that the call proves, by who called; where the ticket went elsewhere meanwhile, the trace alone stays."""
    user = await conn.fetchrow(PEOPLE["user"], row["user_id"])
    assert user is not None
    contact = next(m for m in department.MOVES if m.noun == "first-contacts")
    note = house.texts.say("relay_reached" if reached else "relay_missed", "zh", seconds=row["seconds"])
    try:
        async with conn.transaction():
            values: dict[str, Any] = {"note": note, "via": "relay", "reached": reached}
            await perform_in(conn, house, contact, as_user(user), row["number"], values, now)
    except Problem:
        return


async def on_receipt(conn: Conn, house: House, message: Outgoing, state: str, now: datetime) -> None:
    """The liaison's own telephone was busy, not taken, or taken by a voicemail that pressed nothing: no try, and over."""
    if state in {"failed", "delivered"}:
        await conn.execute(Y["drop_relay"], message.about["relay"], now)


async def still_wanted(conn: Conn, message: Outgoing, now: datetime) -> bool:
    """The guard: hours later nobody is rung for a call that was asked for then, nor where the part is over."""
    return bool(await conn.fetchval(Y["relay_wanted"], message.about["relay"], now - _STALE))


async def section(conn: Conn, ids: Sequence[TicketId], now: datetime) -> Mapping[TicketId, Any]:
    """The calls through the centre of each ticket, oldest first: who, when, how it ended, how long."""
    rows = await conn.fetch(Y["relays_of"], list(ids))
    return by_ticket(
        rows, ids, lambda row: {
            "id": row["id"], "department": row["code"], "by": row["shown_name"], "asked_at": row["asked_at"],
            "taken_at": row["taken_at"], "closed_at": row["ended_at"], "status": row["status"], "seconds": row["seconds"],
            "call": row["call_sid"],
        },
    )  # fmt: skip


MOVES = (Move("relays", Nothing, Who.ASSIGNED, ask, "Call the person through the centre"),)
