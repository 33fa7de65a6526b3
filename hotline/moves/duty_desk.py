"""What is moved: a joined message to a ticket of its own, a ticket from the duty desk to who takes it (rulebook §3)."""

from __future__ import annotations

from collections.abc import Mapping

from hotline.base.db.connection import queries
from hotline.base.http.problem import Illegal, Missing
from hotline.contacts.acknowledgements import acknowledge
from hotline.contacts.opening import NewTicket, open_tickets
from hotline.ids import ContactId
from hotline.moves.move import Move, MoveContext, Who
from hotline.people.actions import NoFields
from hotline.people.shifts import take_from_desk
from hotline.ticket import DUTY_DESK, Channel

Q = queries("hotline.contacts")


async def part(context: MoveContext, body: NoFields) -> Mapping[str, object]:
    """A message that was joined to this ticket becomes one of its own; its person is told the new number."""
    rows = await context.conn.fetch(Q["joined"], context.ticket.id)
    row = next((r for r in rows if r["seq"] == context.item), None)
    if row is None:
        raise Missing("There is no joined message %(item)s.", item=context.item)
    new_ticket = NewTicket(
        Channel.SMS,
        row["text"],
        context.ticket.person_id,
        row["at"],
        operator=context.ticket.owner_id,
        contact=ContactId(row["contact"]),
    )
    await context.conn.execute(Q["release_contact"], row["contact"])
    (opened,) = await open_tickets(context.conn, context.services, [new_ticket], context.now)
    await acknowledge(context.conn, context.services, [(new_ticket, opened)], context.now)
    await context.publish("moved", seq=context.item, ticket=opened.ticket)
    return {"ticket": {"number": opened.number, "code": opened.code}}


async def take(context: MoveContext, body: NoFields) -> Mapping[str, object]:
    """Take a ticket from the duty desk: who takes it owns it."""
    taken = await take_from_desk(
        context.conn, context.services, context.user.id, [context.ticket.id], "taken", context.user.actor, context.now
    )
    if context.ticket.owner_id != DUTY_DESK or not taken:
        raise Illegal("Ticket %(number)s is not with the duty desk any more.", number=context.ticket.number)
    return {"owner": context.user.shown_name}


MOVES = (
    Move("additions", NoFields, Who.CENTRE, part, "Make a joined message a ticket of its own", sub="tickets"),
    Move("takings", NoFields, Who.CENTRE, take, "Take a ticket from the duty desk"),
)
