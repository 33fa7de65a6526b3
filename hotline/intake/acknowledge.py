"""The first answer to the person: number, code, how to ask, the promise as a sentence (domain.md §8)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from hotline.base.db import Conn
from hotline.base.house import House
from hotline.base.ids import PersonId
from hotline.intake.opening import Case, Opened
from hotline.intake.persons import Person, load_many
from hotline.outbox.store import Message, enqueue
from hotline.said import said


def promise(house: House, due: datetime | None, now: datetime, language: str) -> str:
    """The promise as a sentence to read aloud."""
    if due is None:
        return house.texts.say("promise_none", language)
    return house.texts.say("promise_resolve", language, due=said(due, now, house.settings.zone, language))


async def acknowledge(
    conn: Conn, house: House, opened: Sequence[tuple[Case, Opened]], now: datetime
) -> Mapping[int, str]:
    """Write the acknowledgements of a batch; returns each ticket's promise (to be spoken where no SMS goes)."""
    persons = await load_many(
        conn, house.keys, [case.person for case, _ in opened if case.person is not None]
    )
    dues = await house.promises(conn, house, [(case.category, case.urgency) for case, _ in opened], now)
    messages, promises = [], {}
    for (case, ticket), due in zip(opened, dues, strict=True):
        person = persons.get(case.person) if case.person is not None else None
        language = person.language if person else house.settings.language
        promises[int(ticket.ticket)] = sentence = promise(house, due, now, language)
        # An opted-out person who writes is answered all the same: the hotline sends nothing of its own accord.
        if person is not None and (person.takes_sms or (case.inbound is not None and person.has_sms)):
            messages.append(_message(house, person, ticket, sentence))
    await enqueue(conn, house.keys, messages, now)
    return promises


def _message(house: House, person: Person, ticket: Opened, sentence: str) -> Message:
    body = house.texts.say(
        "received", person.language, hotline=house.settings.number, number=ticket.number, code=ticket.code,
        promise=sentence,
    )  # fmt: skip
    return Message(
        f"received:{ticket.ticket}", "received", "sms", person.number, body, ticket_id=ticket.ticket,
        person_id=PersonId(person.id),
    )  # fmt: skip
