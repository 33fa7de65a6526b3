"""Contacts about an existing ticket: words are added, its status was told, or a call is owed (rulebook §3)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from hotline.base.db.connection import Conn
from hotline.base.event import Draft
from hotline.base.http.problem import Illegal
from hotline.base.kinds import EventKind
from hotline.base.services import Services
from hotline.contacts.results import shown_ticket
from hotline.ids import TicketId
from hotline.moves import corrections
from hotline.moves.move import perform_in, visible
from hotline.people.user import User
from hotline.tickets import store

_ADD = next(move for move in corrections.MOVES if move.noun == "additions")


@dataclass(frozen=True, slots=True)
class EnquirySubject:
    """The ticket, and the event that took what was said; both empty where the contact is about none."""

    ticket: TicketId | None = None
    seq: int | None = None


async def record_enquiry(
    conn: Conn, services: Services, user: User, outcome: str, number: str, text: str, contact: int, now: datetime
) -> EnquirySubject:
    """What a contact does to the ticket that it is about. Raises Missing; Illegal for words to a filed ticket.

    Words go to the ticket that goes on where this one was merged. That somebody asked and was told stands in the record.
    """
    if not number:
        return EnquirySubject()
    ticket = await shown_ticket(conn, await visible(conn, user, number))
    if outcome == "addition":
        if ticket.filed_at is not None:
            raise Illegal("Ticket %(number)s is filed: open a new one for what is new.", number=ticket.number)
        if not text:
            return EnquirySubject(ticket.id)
        made = await perform_in(conn, services, _ADD, user, ticket.number, {"text": text}, now)
        return EnquirySubject(ticket.id, int(str(made["seq"])))
    await store.lock_many(conn, [ticket.id])
    kind: EventKind = "enquired" if outcome == "answer" else "call_asked"
    event = await services.publish(conn, Draft(ticket.id, kind, user.actor, {"contact": contact}), now)
    if text:
        await store.add_note(conn, ticket.id, event.seq, kind, text)
    return EnquirySubject(ticket.id, event.seq)
