"""Acknowledged: by a reply code, by a key in a call, on the web; the ladder stops at once (domain.md §6).

"Delivered" is never an acknowledgement. It signs nothing by itself unless the reply says so (`码+签收`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime

import asyncpg

from hotline.base.db import Conn
from hotline.base.events import Draft
from hotline.base.house import House, InboundSms, Outgoing
from hotline.base.ids import TicketId
from hotline.base.problem import Forbidden, Problem
from hotline.grams import folded
from hotline.outbox.store import Message, enqueue
from hotline.people.store import as_user
from hotline.ticket import Role
from hotline.tickets import store as tickets
from hotline.work import department as department_moves
from hotline.work.move import Act, Move, Nothing, Who, perform_in
from routing.pages import P

#: One code or several, alone or with the word for signing; spaces, a plus sign and punctuation do no harm.
_CODES = re.compile(r"^((?:[a-z]{2}[6-9][\s,，.。!！+、:：;；]*){1,6})(已签收|签收|签|sign)?[\s.。!！]*$")
_CODE = re.compile(r"[a-z]{2}[6-9]")


async def acknowledge(conn: Conn, house: House, assignment: int, actor: str, how: str, now: datetime) -> bool:
    """Acknowledged: the ladder stops at once. False where it was before, or where the department's part is over.

    The ticket is locked first, as every move does; the other way round a signature at the same moment deadlocks.
    """
    await _lock_tickets(conn, [assignment])
    row = await conn.fetchrow(P["assignment"], assignment)
    assert row is not None, assignment
    if row["acknowledged_at"] is not None or row["ended_at"] is not None:
        return False
    await conn.execute(tickets.Q["acknowledge_assignment"], assignment, now, actor)
    await conn.fetch(P["end_paging"], [assignment], now, how)
    detail = {"department": row["department_id"], "assignment": assignment, "how": how}
    await house.publish(conn, Draft(TicketId(row["ticket_id"]), "acknowledged", actor, detail), now)
    return True


async def _lock_tickets(conn: Conn, assignments: Sequence[int]) -> None:
    rows = await conn.fetch(P["tickets_of_assignments"], list(assignments))
    await tickets.lock_many(conn, [TicketId(row["ticket_id"]) for row in rows])


async def on_key(conn: Conn, house: House, message: Outgoing, state: str, now: datetime) -> None:
    """The receipt hook of voice pages: a key was pressed. That the call was taken, busy or not answered stops nothing."""
    if state == "acknowledged":
        await _lock_tickets(conn, message.about["pages"])
        for assignment in message.about["pages"]:
            await acknowledge(conn, house, assignment, f"user:{message.user_id}", "key", now)


async def claim(conn: Conn, house: House, sms: InboundSms, now: datetime) -> bool:
    """Reply codes by SMS, either case, with 签收 to sign as well. Only from a tested phone of somebody who works here."""
    match = _CODES.match(folded(sms.text).strip())
    if match is None or not sms.sender.number:
        return False
    row = await conn.fetchrow(P["user_of_phone"], house.keys.hash(sms.sender.number))
    if row is None:
        return False
    user, said = as_user(row), []
    for code in dict.fromkeys(c.upper() for c in _CODE.findall(match[1])):
        found = await conn.fetchrow(P["paging_by_code"], user.id, code, user.department_id)
        number = found["number"] if found is not None else ""
        name = (
            await _answered(conn, house, row, found, bool(match[2]), now)
            if found is not None
            else "page_unknown"
        )
        said.append(
            house.texts.say(name, user.language, hotline=house.settings.number, code=code, number=number)
        )
    body = "\n".join(said)
    message = Message(f"answer:{sms.inbound_id}", "answer", "sms", sms.sender.number, body, user_id=user.id)
    await enqueue(conn, house.keys, [message], now)
    return True


async def _answered(
    conn: Conn, house: House, user: asyncpg.Record, paging: asyncpg.Record, signs: bool, now: datetime
) -> str:
    """Do what the reply asks for; returns the name of the text that says what was done."""
    await acknowledge(conn, house, paging["assignment_id"], as_user(user).actor, "sms", now)
    if paging["over_at"] is not None:
        return "page_over"
    if not signs:
        return "page_acknowledged"
    if paging["signed_at"] is not None:
        return "page_over"
    return await _sign(conn, house, user, paging["number"], now)


async def _sign(conn: Conn, house: House, user: asyncpg.Record, number: str, now: datetime) -> str:
    """`码+签收`: sign as the web would; what speaks against it leaves the acknowledgement standing."""
    sign = next(m for m in department_moves.MOVES if m.noun == "signatures")
    try:
        async with conn.transaction():
            await perform_in(conn, house, sign, as_user(user), number, {}, now)
    except Problem:
        return "page_acknowledged"
    return "page_signed"


async def acknowledged_on_web(act: Act, body: Nothing) -> Mapping[str, object]:
    """Acknowledge on the web: a liaison the page of the own department, a manager (the ladder's last step) the lead's."""
    if act.user.role is Role.OPERATOR:
        raise Forbidden("This is for %(who)s.", who="whom the ladder pages: the department, then a manager")
    own = await act.lead() if act.user.role is Role.MANAGER else await act.own_assignment()
    fresh = await acknowledge(act.conn, act.house, own.id, act.user.actor, "web", act.now)
    return {"assignment": own.id, "acknowledged": True, "fresh": fresh}


MOVES = (Move("acknowledgements", Nothing, Who.WORKING, acknowledged_on_web, "Acknowledge the page"),)
