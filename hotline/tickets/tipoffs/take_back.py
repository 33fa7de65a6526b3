"""Taking a tipoff back from a department that later words name, in the same transaction, with an alarm to the owner
(rulebook §8).

1. Words that come later are read. 2. Each unit that they name is marked: from now on nothing of the ticket is in its lists,
messages, documents. 3. Its part ends; where it led, the ticket is the centre's again, as after a recall: ladder, clocks and
pages stop with that event. 4. The owner hears of it, by SMS too.
"""

from __future__ import annotations

from datetime import datetime

from hotline.base.db.connection import Conn
from hotline.base.event import Draft
from hotline.base.http.live import LiveKind, notify
from hotline.base.services import Services
from hotline.ids import AssignmentId, TicketId
from hotline.outbox.store import Message, enqueue
from hotline.ticket import WAITING, WITH_DEPARTMENT, Duty, State, Ticket
from hotline.tickets import store, tickets_sql
from hotline.tickets.replies import close as close_reply
from hotline.tickets.tipoffs import tipoffs_sql
from hotline.tickets.tipoffs.protection import hide_from_named, protect, protection
from hotline.tickets.tipoffs.tipoff_words import reads_like_tipoff

#: Where the matter is still worked on by the department; after its reply was told nothing more comes to it.
_TAKEN = WITH_DEPARTMENT | WAITING | {State.RETURNED, State.SET_ASIDE}


async def mark_named_units(conn: Conn, ticket: Ticket, text: str, now: datetime, *, judged: bool = True) -> None:
    """Read words that are added to a ticket (its row is locked), before anybody is told of them; `take_back` follows.

    `judged`: the words may themselves make it something that is treated as a tipoff; a department's own never do.
    """
    why = await protection(conn, ticket.id)
    if why is None:
        if not judged or not reads_like_tipoff(text):
            return
        await protect(conn, {ticket.id: "words"}, now)
        text = f"{await tipoffs_sql.all_words(conn, ticket.id) or ''}\n{text}"
    await hide_from_named(conn, {ticket.id: text}, now)


async def take_back(conn: Conn, services: Services, ticket: Ticket, actor: str, now: datetime) -> bool:
    """End the parts of the units that the ticket names; true where there was one."""
    rows = await tipoffs_sql.named_parts(conn, ticket.id)
    lead = next((row for row in rows if row.part == "lead"), None)
    if lead is not None and await _still_theirs(conn, ticket):
        await _recall(conn, services, ticket, lead.department_id, lead.id, actor, now)
    else:
        rows = [row for row in rows if row.part == "co"]
        for row in rows:
            await store.end_assignment(conn, AssignmentId(row.id), now, "ruled")
            detail = {
                "department": row.department_id,
                "assignment": row.id,
                "released": True,
                "named": True,
            }
            await services.publish(conn, Draft(ticket.id, "co_handler_ruled", actor, detail), now)
    if not rows:
        return False
    await _alarm(conn, services, ticket, now)
    # their open pages look again, and find it no more: no number is said
    await notify(conn, [f"department:{row.department_id}" for row in rows], LiveKind.TICKET)
    return True


async def _still_theirs(conn: Conn, ticket: Ticket) -> bool:
    if ticket.state is State.REPLIED:
        return not await tipoffs_sql.waits_for_receipt(conn, ticket.id)
    return ticket.state in _TAKEN


async def _recall(
    conn: Conn, services: Services, ticket: Ticket, department: int, assignment: int, actor: str, now: datetime
) -> None:
    if ticket.state is State.REPLIED:
        await close_reply(conn, ticket.id, services.texts.say("names_handler_reason", "zh"), now)
    await store.end_assignments(conn, ticket.id, now, "recalled")
    await tickets_sql.set_department(conn, ticket.id, None)
    await store.set_state(conn, ticket.id, State.RECEIVED)
    detail = {"department": department, "assignment": assignment, "named": True}
    await services.publish(conn, Draft(ticket.id, "recalled", actor, detail), now)
    await store.reopen_duties(conn, ticket.id, [Duty.LIAISE, Duty.COORDINATE, Duty.SUPERVISE])


async def _alarm(conn: Conn, services: Services, ticket: Ticket, now: datetime) -> None:
    """By SMS to an owner with a number, on the centre's screens in any case; nothing of what it is about."""
    for kind in (LiveKind.ALARM, LiveKind.TICKET):
        await notify(conn, ["centre", f"user:{ticket.owner_id}"], kind, number=ticket.number)
    row = await tipoffs_sql.owner_phone(conn, ticket.id)
    if row is None or not row.phone_enc:
        return
    body = services.texts.say("names_handler", row.language, hotline=services.settings.number, number=ticket.number)
    seq = await tickets_sql.event_count(conn, ticket.id)
    message = Message(
        f"names_handler:{ticket.id}:{seq}",
        "owner_note",
        "sms",
        services.keys.decrypt(row.phone_enc),
        body,
        ticket_id=ticket.id,
        user_id=row.id,
    )
    await enqueue(conn, services.keys, [message], now)


async def seen_by(conn: Conn, ticket: TicketId, department: int | None) -> list[str]:
    """The live topic of a department for news of a ticket; none where the ticket is hidden from it."""
    if department is None or await tickets_sql.is_hidden(conn, ticket, department):
        return []
    return [f"department:{department}"]


async def news_for(conn: Conn, ticket: Ticket) -> list[str]:
    """The live topic of the department that has a ticket; none where the ticket is hidden from it."""
    return await seen_by(conn, ticket.id, ticket.department_id)
