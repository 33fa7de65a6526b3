"""Loop protection against telephones that answer each of our messages automatically, and the joining of SMS that are
one contact.

The same words are answered three times an hour; then the phone is marked, its ticket's owner is told, and the phone
gets no answer until it writes something else. The same words within a minute, and the parts of one long message, are
one contact.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from hotline.base.db.connection import Conn
from hotline.base.event import Draft
from hotline.base.http.live import LiveKind, notify
from hotline.base.services import Services
from hotline.base.text.search_keys import grams
from hotline.contacts import repeats_sql, sms_answers
from hotline.contacts.repeats import HOUR, Earlier, machine_key, whole_message, with_message_part
from hotline.ids import PersonId, TicketId
from hotline.ticket import State
from hotline.tickets import store, tickets_sql


@dataclass(frozen=True, slots=True)
class Heard:
    """What a phone said in the last hour, the latest first; `mark`: the contact whose words it repeats by itself."""

    earlier: tuple[Earlier, ...] = ()
    mark: int | None = None
    words: str = ""

    def repeats(self, text: str) -> bool:
        """Whether a marked phone says again what it was marked for."""
        return self.mark is not None and machine_key(text) == machine_key(self.words)

    def ticket_of(self, text: str) -> TicketId | None:
        """The ticket to which the same words went before: they are no matter of their own."""
        wanted = machine_key(text)
        return next(
            (TicketId(e.ticket) for e in self.earlier if e.ticket is not None and machine_key(e.text) == wanted),
            None,
        )

    @property
    def ticket(self) -> TicketId | None:
        """The ticket that was spoken of last."""
        return next((TicketId(e.ticket) for e in self.earlier if e.ticket is not None), None)


async def recent_contacts(conn: Conn, persons: Sequence[PersonId], now: datetime) -> dict[PersonId, Heard]:
    """What each of some persons said in the last hour."""
    said: dict[PersonId, list[Earlier]] = {}
    for row in await repeats_sql.heard(conn, list(persons), now - HOUR):
        one = Earlier(row.id, row.at, row.outcome, row.ticket_id, row.text, row.times)
        said.setdefault(PersonId(row.person_id), []).append(one)
    marks = {PersonId(r.person_id): r for r in await repeats_sql.marked(conn, list(persons))}
    return {
        person: Heard(
            tuple(said.get(person, ())),
            marks[person].contact_id if person in marks else None,
            marks[person].text if person in marks else "",
        )
        for person in {*said, *marks}
    }


async def mark_as_machine(
    conn: Conn, services: Services, person: PersonId, contact: int, ticket: TicketId | None, now: datetime
) -> None:
    """Mark a phone as one that answers automatically, once; it is recorded on the ticket and its owner is notified."""
    if await repeats_sql.mark(conn, person, contact, now) is None or ticket is None:
        return
    found = (await store.lock_many(conn, [ticket]))[ticket]
    await services.publish(conn, Draft(found.id, "self_answering", "system", {"contact": contact}), now)
    await notify(conn, ["centre", f"user:{found.owner_id}"], LiveKind.TICKET, number=found.number)


async def add_message_part(
    conn: Conn, services: Services, inbound: int, one: Earlier, part: str, now: datetime
) -> None:
    """A further part of a contact: its words go where the contact's went; nobody is answered again.

    A ticket that still waits for its dispatch has the whole message as its words; later the part is an addition.
    """
    await repeats_sql.add_part(conn, inbound, one.contact, now)
    text = with_message_part(one.text, part)
    await repeats_sql.set_contact_text(conn, one.contact, text)
    assert one.ticket is not None
    ticket = (await store.lock_many(conn, [TicketId(one.ticket)]))[TicketId(one.ticket)]
    before = (await store.words(conn, [ticket.id])).get(ticket.id)
    if one.outcome != "ticket" or ticket.state is not State.RECEIVED or before is None:
        await sms_answers.append(conn, services, ticket, part.strip(), now)
        return
    words = whole_message(text) if whole_message(text) != text else before.text + part
    await tickets_sql.set_words(conn, ticket.id, words, before.place, grams(f"{words}\n{before.place}"))
    await sms_answers.record_words(conn, services, ticket, part, now, whole=words)
