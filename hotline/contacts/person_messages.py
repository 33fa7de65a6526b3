"""Messages to the person of a ticket: in their language, not at night, never to a line that takes no SMS."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hotline.base.db.connection import Conn
from hotline.base.http.problem import BadField
from hotline.base.services import Services
from hotline.contacts.results import is_secret
from hotline.outbox.store import Message, enqueue
from hotline.people.persons import Person, load_person
from hotline.ticket import Category, Ticket, Urgency
from hotline.tickets import tickets_sql
from hotline.tickets.store import as_ticket

#: Quiet hours: what is not urgent leaves after them (rulebook §8).
_FROM, _UNTIL = time(21), time(8)
#: Characters of one message, all its parts together; the carrier refuses more.
LONGEST = 1600
#: Texts that say nothing of the matter itself.
_NO_CONTENT = frozenset({"report_back_secret", "extended", "promised", "rating_request", "merged", "news_secret"})
#: News of a matter: whoever's ticket was merged into it hears them too (rulebook §3).
NEWS = frozenset({"interim"})


def leaves_at(now: datetime, urgency: Urgency, zone: ZoneInfo) -> datetime:
    """The moment (UTC) from which a message may leave: at once, or at 08:00 where it is between 21:00 and 08:00.

    Critical and urgent matters wait for nobody; answers to a person's own message are not asked.
    """
    local = now.astimezone(zone)
    if urgency is not Urgency.NORMAL or _UNTIL <= local.time() < _FROM:
        return now
    day = local.date() + timedelta(days=1 if local.time() >= _FROM else 0)
    return datetime.combine(day, _UNTIL, zone).astimezone(now.tzinfo)


async def to_person(
    conn: Conn,
    services: Services,
    ticket: Ticket,
    kind: str,
    key: str,
    now: datetime,
    *,
    text: str | None = None,
    about: dict[str, object] | None = None,
    confirm_within: timedelta | None = None,
    at_once: bool = False,
    **values: Any,
) -> datetime | None:
    """Write the text `text` (default: named like `kind`) to the ticket's person under `dedupe_key` `key`.

    Of a tipoff, what is treated as one, or a confidential matter no SMS tells content: those with words of the matter say that there is news.
    Returns when it may leave (UTC), or None where the person takes no SMS (then nothing is written). Raises BadField
    where the words do not fit into an SMS. `at_once`: it answers what the person said just now, and is not held back at night. Without a receipt within `confirm_within`
    of leaving a call is owed (`hotline.contacts.owed_calls`). News of a parent go to each child's person too, under the child's number.
    """
    if kind in NEWS:
        await to_children(conn, services, ticket, kind, key, now, text=text, **values)
    person = await load_person(conn, services.keys, ticket.person_id)
    if person is None or not person.takes_sms:
        return None
    due = now if at_once else leaves_at(now, ticket.urgency, services.settings.zone)
    has_content = (text or kind) not in _NO_CONTENT
    name = "news_secret" if has_content and await is_secret(conn, ticket) else text or kind
    body = services.texts.say(name, person.language, hotline=services.settings.number, number=ticket.number, **values)
    if len(body) > LONGEST:
        raise BadField("An SMS holds 1,600 characters, this has %(n)s: shorten it, or call.", field="text", n=len(body))
    message = Message(
        key,
        kind,
        "sms",
        person.number,
        body,
        ticket_id=ticket.id,
        person_id=person.id,
        about=about or {},
        due_at=due,
        confirm_by=due + confirm_within if confirm_within else None,
    )
    await enqueue(conn, services.keys, [message], now)
    return due


async def to_children(
    conn: Conn,
    services: Services,
    ticket: Ticket,
    kind: str,
    key: str,
    now: datetime,
    *,
    text: str | None = None,
    confirm_within: timedelta | None = None,
    **values: Any,
) -> list[Ticket]:
    """Tell each person whose ticket was merged into this one (and into those), once a person; never of a tipoff.

    The parent's own person hears it as the parent's. Returns the tickets whose person takes no SMS: who is told in another
    way. The receipts say nothing of the parent: the kind is `child_` and the news'; `news` names it (the key).
    """
    told, left_out = {ticket.person_id}, list[Ticket]()
    if ticket.category is Category.TIPOFF:
        return left_out
    for row in await tickets_sql.merged_into(conn, ticket.id):
        child = as_ticket(row)
        if child.person_id is None or child.person_id in told or child.category is Category.TIPOFF:
            continue
        told.add(child.person_id)
        due = await to_person(
            conn,
            services,
            child,
            f"child_{kind}",
            f"{key}:child:{child.id}",
            now,
            text=text or kind,
            about={"news": key},
            confirm_within=confirm_within,
            **values,
        )
        if due is None:
            left_out.append(child)
    return left_out


async def person_of(conn: Conn, services: Services, ticket: Ticket) -> Person | None:
    """The person of a ticket, with the number in clear; None for anonymous and erased ones."""
    return await load_person(conn, services.keys, ticket.person_id)
