"""The duty desk: a ticket is taken from it or given out in rotation; a joined message becomes a ticket of its own (rulebook §3)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from hotline.base.db.connection import Conn, Pool
from hotline.base.event import Draft
from hotline.base.http.live import LiveKind, notify
from hotline.base.http.problem import Illegal, Missing
from hotline.base.services import Services
from hotline.contacts import contacts_sql
from hotline.contacts.first_answers import answer_first
from hotline.contacts.opening import NewTicket, open_tickets
from hotline.ids import ContactId, TicketId, UserId
from hotline.moves import moves_sql
from hotline.moves.absent_owners import is_offered
from hotline.moves.move import Move, MoveContext, Who
from hotline.people.actions import NoFields
from hotline.people.shifts import operators_on_shift
from hotline.ticket import DUTY_DESK, Channel, Ticket
from hotline.tickets import store

#: Rotation gives the duty desk's tickets out when nobody took them so long after a shift began.
TAKEN_WITHIN = timedelta(minutes=15)


async def part(context: MoveContext, body: NoFields) -> Mapping[str, object]:
    """A message that was joined to this ticket becomes one of its own; its person is told the new number."""
    rows = await contacts_sql.joined(context.conn, context.ticket.id)
    row = next((r for r in rows if r.seq == context.item), None)
    if row is None:
        raise Missing("There is no joined message %(item)s.", item=context.item)
    new_ticket = NewTicket(
        Channel.SMS,
        row.text,
        context.ticket.person_id,
        row.at,
        operator=context.ticket.owner_id,
        contact=ContactId(row.contact),
    )
    await contacts_sql.release_contact(context.conn, row.contact)
    (opened,) = await open_tickets(context.conn, context.services, [new_ticket], context.now)
    await answer_first(context.conn, context.services, [(new_ticket, opened)], context.now)
    await context.publish("moved", seq=context.item, ticket=opened.ticket)
    return {"ticket": {"number": opened.number, "code": opened.code}}


async def take(context: MoveContext, body: NoFields) -> Mapping[str, object]:
    """Take a ticket from the duty desk, or from an owner who is away: who takes it owns it."""
    if await is_offered(context.conn, context.ticket.id, context.now):
        return await _take_from_absent(context)
    taken = await take_from_desk(
        context.conn, context.services, context.user.id, [context.ticket.id], "taken", context.user.actor, context.now
    )
    if context.ticket.owner_id != DUTY_DESK or not taken:
        raise Illegal("Ticket %(number)s is not with the duty desk any more.", number=context.ticket.number)
    return {"owner": context.user.shown_name}


async def _take_from_absent(context: MoveContext) -> Mapping[str, object]:
    """The owner is away: hand-overs that waited are over, and the old owner reads who took it."""
    before = context.ticket.owner_id
    await moves_sql.end_hand_overs(context.conn, context.ticket.id, context.now)
    await store.set_owner(context.conn, context.ticket.id, context.user.id, "taken", "", context.now)
    await context.publish("handed_over", to=context.user.id, how="taken", before=before)
    await notify(context.conn, f"user:{before}", LiveKind.TICKET, number=context.ticket.number)
    return {"owner": context.user.shown_name}


async def take_from_desk(
    conn: Conn, services: Services, user: UserId, ids: Sequence[TicketId], how: str, actor: str, now: datetime
) -> int:
    """Give tickets of the duty desk to an operator; returns how many were still there."""
    tickets = await store.lock_many(conn, ids)
    mine: list[Ticket] = [ticket for ticket in tickets.values() if ticket.owner_id == DUTY_DESK]
    for ticket in mine:
        await store.set_owner(conn, ticket.id, user, how, "", now)
    drafts = [Draft(t.id, "handed_over", actor, {"to": user, "how": how, "before": DUTY_DESK}) for t in mine]
    await services.publish_many(conn, drafts, now)
    return len(mine)


async def desk_tickets(conn: Conn, limit: int) -> list[TicketId]:
    """What the duty desk owns, oldest first."""
    return await moves_sql.desk_tickets(conn, DUTY_DESK, limit)


async def sweep_desk(pool: Pool, services: Services, now: datetime) -> int:
    """Give out in rotation what the duty desk still has 15 min after the first operator's shift began."""
    async with pool.acquire() as conn, conn.transaction():
        operators = await operators_on_shift(conn, before=now - TAKEN_WITHIN)
        ids = await desk_tickets(conn, 50) if operators else []
        given = 0
        turns = await moves_sql.turns(conn, len(ids))
        for ticket, turn in zip(ids, turns, strict=True):
            user = operators[turn % len(operators)]
            given += await take_from_desk(conn, services, user, [ticket], "rotation", "system", now)
    return given


MOVES = (
    Move("additions", NoFields, Who.CENTRE, part, "Make a joined message a ticket of its own", sub="tickets"),
    Move("takings", NoFields, Who.CENTRE, take, "Take a ticket from the duty desk, or from an owner who is away"),
)
