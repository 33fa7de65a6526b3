"""What a person does on the page with number and code: add words, rate, ask for a call."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from hotline.base.db.connection import Conn, Pool
from hotline.base.event import Draft
from hotline.base.http.live import LiveKind, notify
from hotline.base.http.problem import Illegal, TooMany
from hotline.base.services import Services
from hotline.contacts import contacts_sql, track_sql
from hotline.contacts.first_answers import answer_first
from hotline.contacts.opening import NewTicket, open_tickets
from hotline.contacts.results import result_of, shown_ticket
from hotline.contacts.sms_answers import append, look_up
from hotline.ids import TicketId
from hotline.people.persons import load_person
from hotline.ticket import Category, Channel, State, Ticket
from hotline.tickets import store

#: So many messages an hour about one ticket; more is no conversation.
_MESSAGES = 20
_HOUR = timedelta(hours=1)


async def look(conn: Conn, services: Services, number: str, code: str, source: str, now: datetime) -> Ticket | str:
    """The ticket, or the name of the text that says no; tries on one number and from one source go one by one."""
    hashes = [services.keys.hash(f"{kind} {value}") for kind, value in (("number", number), ("source", source))]
    await track_sql.hold_tries(conn, [int.from_bytes(h[:8], "big", signed=True) for h in hashes])
    return await look_up(conn, services, number, code, None, source, now)


async def add_words(conn: Conn, services: Services, ticket: Ticket, text: str, now: datetime) -> str:
    """Words of the person; returns the number that has them: of a filed ticket, a linked new one (rulebook §3)."""
    root = await shown_ticket(conn, ticket)
    (root,) = (await store.lock_many(conn, [root.id])).values()
    if await track_sql.web_contacts(conn, root.id, now - _HOUR) >= _MESSAGES:
        raise TooMany("Too many messages in an hour. Please call us.")
    if root.filed_at is None:
        await append(conn, services, root, text, now)
        await track_sql.insert_web_contact(conn, ticket.person_id, root.id, "addition", now, text)
        return ticket.number
    new_ticket = NewTicket(
        Channel.WEB, text, ticket.person_id, now, category=root.category, confidential=root.confidential, after=root.id
    )
    (opened,) = await open_tickets(conn, services, [new_ticket], now)
    await answer_first(conn, services, [(new_ticket, opened)], now)
    await notify(conn, ["centre", f"user:{opened.owner}"], LiveKind.TICKET, number=opened.number)
    return opened.number


async def may_rate(conn: Conn, ticket: Ticket, now: datetime) -> bool:
    """Whether a rating is asked for: the result was told and can still be read; never of tipoffs or merged tickets."""
    if ticket.category is Category.TIPOFF or ticket.state is State.MERGED:
        return False
    found = await result_of(conn, ticket, now)
    return found is not None and found.via in {"sms", "call", "letter", "query"}


async def rate(conn: Conn, services: Services, ticket: Ticket, score: int, now: datetime) -> None:
    """A rating on the page; it changes no state, of several the later counts."""
    (ticket,) = (await store.lock_many(conn, [ticket.id])).values()
    if not await may_rate(conn, ticket, now):
        raise Illegal("There is nothing to rate yet.")
    await contacts_sql.insert_rating(conn, ticket.id, score, "track", True, now)
    await services.publish(conn, Draft(ticket.id, "rated", "person", {"score": score, "via": "track"}), now)
    await track_sql.insert_web_contact(conn, ticket.person_id, ticket.id, "rating", now, "")


async def add_ratings(conn: Conn, rated: Sequence[tuple[TicketId, int, datetime]], via: str) -> None:
    """What people said of tickets, each with its score and moment, where nothing has to be confirmed."""
    if rated:
        tickets, scores, ats = zip(*rated, strict=True)
        await contacts_sql.insert_ratings(conn, tickets, scores, ats, via)


async def can_be_called(conn: Conn, services: Services, ticket: Ticket) -> bool:
    """Whether there is a number to call."""
    person = await load_person(conn, services.keys, ticket.person_id)
    return person is not None and person.can_be_called


async def ask_for_call(conn: Conn, services: Services, ticket: Ticket, now: datetime) -> bool:
    """The person wants to be called: a duty with its clock; false where one is owed already."""
    (ticket,) = (await store.lock_many(conn, [ticket.id])).values()
    if not await can_be_called(conn, services, ticket):
        raise Illegal("We have no number of yours: please call us.")
    if await track_sql.open_call_back(conn, ticket.id) is not None:
        return False
    contact = await track_sql.insert_web_contact(conn, ticket.person_id, ticket.id, "call_back", now, "")
    owed = await track_sql.ask_call_back(conn, contact, ticket.id, now)
    await services.hooks.on_call_back(conn, services, [owed], False, now)
    await notify(conn, ["centre", f"user:{ticket.owner_id}"], LiveKind.CALL, call_back=owed)
    return True


async def sweep_misses(pool: Pool, services: Services, now: datetime) -> int:
    """Sweep: wrong tries of more than a day ago are forgotten."""
    async with pool.acquire() as conn:
        done = await track_sql.forget_misses(conn, now - timedelta(days=1))
    return 1 if done else 0
