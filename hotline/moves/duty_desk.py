"""What is moved: a joined message to a ticket of its own, a ticket from the duty desk to who takes it (rulebook §3)."""

from __future__ import annotations

from collections.abc import Mapping

from hotline.base.db.connection import queries
from hotline.base.http.problem import Illegal, Missing
from hotline.contacts.acknowledgements import acknowledge
from hotline.contacts.opening import NewTicket, open_tickets
from hotline.ids import ContactId
from hotline.moves.move import Act, Move, Nothing, Who
from hotline.people.shifts import take_from_desk
from hotline.ticket import DUTY_DESK, Channel

Q = queries("hotline.contacts")


async def part(act: Act, body: Nothing) -> Mapping[str, object]:
    """A message that was joined to this ticket becomes one of its own; its person is told the new number."""
    rows = await act.conn.fetch(Q["joined"], act.ticket.id)
    row = next((r for r in rows if r["seq"] == act.item), None)
    if row is None:
        raise Missing("There is no joined message %(item)s.", item=act.item)
    case = NewTicket(
        Channel.SMS,
        row["text"],
        act.ticket.person_id,
        row["at"],
        operator=act.ticket.owner_id,
        contact=ContactId(row["contact"]),
    )
    await act.conn.execute(Q["release_contact"], row["contact"])
    (opened,) = await open_tickets(act.conn, act.services, [case], act.now)
    await acknowledge(act.conn, act.services, [(case, opened)], act.now)
    await act.publish("moved", seq=act.item, ticket=opened.ticket)
    return {"ticket": {"number": opened.number, "code": opened.code}}


async def take(act: Act, body: Nothing) -> Mapping[str, object]:
    """Take a ticket from the duty desk: who takes it owns it."""
    taken = await take_from_desk(act.conn, act.services, act.user.id, [act.ticket.id], "taken", act.user.actor, act.now)
    if act.ticket.owner_id != DUTY_DESK or not taken:
        raise Illegal("Ticket %(number)s is not with the duty desk any more.", number=act.ticket.number)
    return {"owner": act.user.shown_name}


MOVES = (
    Move("additions", Nothing, Who.CENTRE, part, "Make a joined message a ticket of its own", sub="tickets"),
    Move("takings", Nothing, Who.CENTRE, take, "Take a ticket from the duty desk"),
)
