"""Announcements of a known outage: played to callers before the queue, attached by a key, told when it changes and
ends.

The sentence is played to every caller (rulebook §8); whose ticket belongs to the outage is told once of each change and once
of its end, by SMS, or by a call that is owed. When its time has come and nobody said so, its department is asked once.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from hotline.base.db.connection import Conn, Pool
from hotline.base.event import Draft
from hotline.base.hooks import Announcement
from hotline.base.kinds import EventKind
from hotline.base.services import Services
from hotline.base.text.spoken_time import spoken_time
from hotline.contacts import contacts_sql, owed_calls
from hotline.contacts.first_answers import answer_first
from hotline.contacts.opening import NewTicket, open_tickets
from hotline.contacts.person_messages import to_person
from hotline.ids import ContactId, PersonId, TicketId
from hotline.moves.move import Move, perform_in
from hotline.outbox.store import Message, enqueue
from hotline.people import people_sql
from hotline.people.store import as_user
from hotline.ticket import DUTY_DESK, Channel
from hotline.tickets import store
from routing.alerts.paging import people_on_duty
from routing.likeness import topics_sql

#: So many are played; more no caller listens to.
_PLAYED = 3
_BATCH = 50


def outage_sentence(services: Services, row: topics_sql.OutagesOfRow, now: datetime, language: str = "zh") -> str:
    """An outage in one sentence."""
    until = spoken_time(row.until_at, now, services.settings.zone, language)
    return services.texts.say("outage_words", language, place=row.place, matter=row.matter, until=until)


async def announced(conn: Conn, services: Services, now: datetime) -> Sequence[Announcement]:
    """What is played to callers now: the latest outages that are known."""
    rows = await topics_sql.open_outages(conn, now, None)
    return [Announcement(row.id, outage_sentence(services, row, now)) for row in rows[:_PLAYED]]


async def join(
    conn: Conn,
    services: Services,
    attach: Move,
    contact: ContactId,
    person: PersonId | None,
    outage: int,
    now: datetime,
) -> tuple[str, str] | None:
    """A caller pressed the key: the ticket that this person has of it already, or a new one that belongs to it.

    Returns its number and code; None where the outage is over, or the call has ended. The same key twice makes one ticket.
    """
    row = await topics_sql.outage(conn, outage, now)
    if row is None:
        return None
    number = await topics_sql.attached_of(conn, outage, person)
    if number is not None:
        ticket = await store.get(conn, number)
        await contacts_sql.end_contact(conn, contact, "addition", None, ticket.id, now)
        return number, services.keys.query_code(number)
    if await topics_sql.contact_ended(conn, contact):
        return None
    text = services.texts.say("outage_case", "zh", place=row.place, matter=row.matter)
    new_ticket = NewTicket(Channel.CALL, text, person, now, row.place, contact=contact)
    (opened,) = await open_tickets(conn, services, [new_ticket], now)
    await answer_first(conn, services, [(new_ticket, opened)], now)
    desk = await people_sql.user(conn, DUTY_DESK)
    assert desk is not None
    await perform_in(conn, services, attach, as_user(desk), opened.number, {"outage": outage}, now)
    return opened.number, opened.code


async def tell_attached(
    conn: Conn, services: Services, outage: int, kind: EventKind, now: datetime, **values: Any
) -> int:
    """Tell each person whose ticket belongs to an outage, once a person; `kind`: `outage_changed` or `outage_over`.

    Of the end also those hear whom no SMS reaches, by a call that is owed. Returns how many persons are told.
    """
    ids = [TicketId(ident) for ident in await topics_sql.told_of_outage(conn, outage)]
    tickets = list((await store.lock_many(conn, ids)).values())
    told, left_out, written = set[PersonId](), [], 0
    for ticket in sorted(tickets, key=lambda t: t.id):
        if ticket.person_id is None or ticket.person_id in told:
            continue
        told.add(ticket.person_id)
        due = await to_person(
            conn,
            services,
            ticket,
            kind,
            f"{kind}:{outage}:{now.isoformat()}:{ticket.id}",
            now,
            about={"news": f"outage:{outage}"},
            confirm_within=owed_calls.RECEIPT_WITHIN if kind == "outage_over" else None,
            **values,
        )
        if due is None:
            left_out.append(ticket)
        else:
            written += 1
    await services.publish_many(conn, [Draft(i, kind, "system", {"outage": outage}) for i in sorted(ids)], now)
    if kind == "outage_over":
        written += await owed_calls.owe(conn, services, left_out, f"outage:{outage}", "outage", now)
    return written


async def remind(pool: Pool, services: Services, now: datetime) -> int:
    """Outages whose time has come and that nobody ended: who is on duty is asked, once. Run twice it does nothing more."""
    async with pool.acquire() as conn, conn.transaction():
        rows = await topics_sql.take_overdue_outages(conn, now, _BATCH)
        duty = await people_on_duty(conn, services, sorted({row.department_id for row in rows}), now)
        messages = [
            Message(
                f"outage_due:{row.id}:{row.until_at.isoformat()}",
                "outage_due",
                "sms",
                people[0].phone,
                services.texts.say(
                    "outage_due",
                    people[0].language,
                    hotline=services.settings.number,
                    place=row.place,
                    matter=row.matter,
                ),
                user_id=people[0].user,
            )
            for row in rows
            if (people := duty.get(row.department_id, []))
        ]
        await enqueue(conn, services.keys, messages, now)
    return len(rows)
