"""The first answer to the person: number, code, how to ask, the promise as a sentence (rulebook §8)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from hotline.base.db.connection import Conn
from hotline.base.services import Services
from hotline.contacts.opening import NewTicket, Opened
from hotline.contacts.promise_wording import promise_for
from hotline.contacts.promises import GivenPromise, give_promises
from hotline.ids import PersonId
from hotline.outbox.store import Message, enqueue
from hotline.people.persons import Person, load_persons

#: Without a receipt of a messenger for so long a call is owed (rulebook §4).
CONFIRMED_WITHIN = timedelta(hours=2)


async def promise_first(
    conn: Conn, services: Services, opened: Sequence[tuple[NewTicket, Opened]], now: datetime
) -> list[str]:
    """The first promise of each new ticket, kept as it is said to its person; returns the sentences."""
    return await _promised(conn, services, opened, await _persons_of(conn, services, opened), now)


async def _persons_of(
    conn: Conn, services: Services, opened: Sequence[tuple[NewTicket, Opened]]
) -> list[Person | None]:
    """The person of each new ticket; None where it has none."""
    known = [new_ticket.person for new_ticket, _ in opened if new_ticket.person is not None]
    persons = await load_persons(conn, services.keys, known)
    return [persons.get(new_ticket.person) if new_ticket.person is not None else None for new_ticket, _ in opened]


async def _promised(
    conn: Conn,
    services: Services,
    opened: Sequence[tuple[NewTicket, Opened]],
    persons: Sequence[Person | None],
    now: datetime,
) -> list[str]:
    """Give each new ticket its first promise; returns the sentences."""
    dues = await services.hooks.promises(
        conn, services, [(new_ticket.category, new_ticket.urgency) for new_ticket, _ in opened], now
    )
    given = []
    for (new_ticket, ticket), person, due in zip(opened, persons, dues, strict=True):
        promise = promise_for(
            new_ticket.category, new_ticket.urgency, due, reachable=person is not None and person.can_be_called
        )
        given.append(GivenPromise(ticket.ticket, promise, person.language if person else services.settings.language))
    return await give_promises(conn, services, given, now)


async def answer_first(
    conn: Conn, services: Services, opened: Sequence[tuple[NewTicket, Opened]], now: datetime
) -> Mapping[int, str]:
    """Write the first answers of a batch; returns each ticket's promise (to be spoken where no SMS goes)."""
    persons = await _persons_of(conn, services, opened)
    sentences = await _promised(conn, services, opened, persons, now)
    messages = []
    for (new_ticket, ticket), person, sentence in zip(opened, persons, sentences, strict=True):
        # An opted-out person who writes is answered all the same: the hotline sends nothing of its own accord.
        if person is not None and new_ticket.answer_at:
            message = _message(services, person, ticket, sentence, new_ticket.answer_at)
            messages.append(there(message, new_ticket.inbound, new_ticket.answer_from, now))
        elif person is not None and (person.takes_sms or (new_ticket.inbound is not None and person.has_sms)):
            messages.append(_message(services, person, ticket, sentence))
    await enqueue(conn, services.keys, messages, now)
    return {int(ticket.ticket): said for (_, ticket), said in zip(opened, sentences, strict=True)}


def there(message: Message, inbound: int | None, sender: str, now: datetime) -> Message:
    """An answer through a messenger, from the address that was written to; where it does not arrive a call is owed."""
    return replace(
        message,
        kind=f"{message.kind}_messenger",
        about={"inbound": inbound, "from": sender},
        confirm_by=now + CONFIRMED_WITHIN,
    )


def _message(services: Services, person: Person, ticket: Opened, sentence: str, to: str = "") -> Message:
    """The SMS with the first answer; `to`: the address to which it goes instead of the person's number."""
    body = services.texts.say(
        "received",
        person.language,
        hotline=services.settings.number,
        number=ticket.number,
        code=ticket.code,
        promise=sentence,
    )
    return Message(
        f"received:{ticket.ticket}",
        "received",
        "sms",
        to or person.number,
        body,
        ticket_id=ticket.ticket,
        person_id=PersonId(person.id),
    )
