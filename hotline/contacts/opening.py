"""Opening tickets: one or a batch of hundreds, in the same few statements.

Everything that a ticket carries (contact, words, owner, five duties, first event, the answer to the person; its clocks
through a subscriber) is written set by set in the caller's transaction.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from hotline.base.db.connection import Conn
from hotline.base.event import EMPTY, Draft, seal_drafts
from hotline.base.events import append_first, deliver
from hotline.base.services import Services
from hotline.base.text.search_keys import grams
from hotline.contacts import contacts_sql
from hotline.ids import ContactId, PersonId, TicketId, UserId
from hotline.people.shifts import operators_on_shift
from hotline.ticket import DUTY_DESK, Category, Channel, Urgency
from hotline.tickets import tickets_sql
from hotline.tickets.ticket_number import ticket_number
from hotline.tickets.tipoffs import tipoffs_sql
from hotline.tickets.tipoffs.protection import Why, hide_from_named, protect
from hotline.tickets.tipoffs.tipoff_words import reads_like_tipoff


@dataclass(frozen=True, slots=True)
class NewTicket:
    """A ticket to be opened. `operator`: who took it by hand and owns it; without one, rotation or the duty desk owns
    it.

    `contact`: a contact that exists already (a call being taken); otherwise one is made. `after`: the archived ticket
    that it continues. `at`: when the contact came, UTC. `opened_at`: when the ticket begins, where that is not now.
    `past`: it was dealt with elsewhere long ago; nobody judges any more whether it reads like a tipoff.
    `answer_at`, `answer_from`: the messenger through which they wrote, and our address there.
    """

    channel: Channel
    text: str
    person: PersonId | None
    at: datetime
    place: str = ""
    category: Category = Category.HELP
    urgency: Urgency = Urgency.NORMAL
    confidential: bool = False
    concerned: PersonId | None = None
    operator: UserId | None = None
    inbound: int | None = None
    contact: ContactId | None = None
    after: TicketId | None = None
    opened_at: datetime | None = None
    past: bool = False
    answer_at: str = ""
    answer_from: str = ""


@dataclass(frozen=True, slots=True)
class Opened:
    """A ticket that was opened, with what its person is told."""

    ticket: TicketId
    number: str
    code: str
    owner: UserId
    contact: ContactId


@dataclass(frozen=True, slots=True)
class _Planned:
    new_ticket: NewTicket
    opened: Opened
    how: str


async def open_tickets(conn: Conn, services: Services, new_tickets: Sequence[NewTicket], now: datetime) -> list[Opened]:
    """Open the tickets, in order, each with an owner.

    1. Reserve ids and turns. 2. Choose owners: who took it, else the rotation of those on shift, else the duty desk.
    3. Seal the first events. 4. Write tickets, words, owners, duties; contacts; events. 5. Tell the subscribers.
    """
    if not new_tickets:
        return []
    planned = await _plan(conn, services, new_tickets, now)
    drafts = [_received(services, p) for p in planned]
    events, tips = seal_drafts(services.keys.seal, drafts, {p.opened.ticket: EMPTY for p in planned}, now)
    await _insert(conn, planned, {i: tip.hash for i, tip in tips.items()}, now)
    await _insert_contacts(conn, planned, now)
    await append_first(conn, events)
    await _hide_tipoffs(conn, planned, now)
    await deliver(conn, services, events, now)
    return [p.opened for p in planned]


async def _hide_tipoffs(conn: Conn, planned: Sequence[_Planned], now: datetime) -> None:
    """What is a tipoff, reads like one, or continues what is treated as one is hidden from the units that it names."""
    before = [(p.opened.ticket, p.new_ticket.after) for p in planned if p.new_ticket.after is not None]
    if before:
        await tickets_sql.copy_named(conn, [t for t, _ in before], [b for _, b in before], now)
        await tipoffs_sql.copy_protection(conn, [t for t, _ in before], [b for _, b in before], now)
    whys: dict[TicketId, Why] = {
        p.opened.ticket: "category" if p.new_ticket.category is Category.TIPOFF else "words"
        for p in planned
        if p.new_ticket.category is Category.TIPOFF or (not p.new_ticket.past and reads_like_tipoff(p.new_ticket.text))
    }
    await protect(conn, whys, now)
    kept = {t for t, _ in before} & set(await tipoffs_sql.protected_among(conn, [t for t, _ in before]))
    texts = {p.opened.ticket: f"{p.new_ticket.text}\n{p.new_ticket.place}" for p in planned if not p.new_ticket.past}
    await hide_from_named(conn, {t: texts[t] for t in texts if t in whys or t in kept}, now)


async def _plan(conn: Conn, services: Services, new_tickets: Sequence[NewTicket], now: datetime) -> list[_Planned]:
    reserved = await contacts_sql.reserve(conn, len(new_tickets))
    desk = await operators_on_shift(conn)
    zone = services.settings.zone
    planned = []
    for new_ticket, row in zip(new_tickets, reserved, strict=True):
        year = (new_ticket.opened_at or now).astimezone(zone).year
        if new_ticket.operator is not None:
            owner, how = new_ticket.operator, "answered"
        elif desk:
            owner, how = desk[row.turn % len(desk)], "rotation"
        else:
            owner, how = DUTY_DESK, "duty_desk"
        number = ticket_number(year, row.ticket)
        contact = new_ticket.contact if new_ticket.contact is not None else ContactId(row.contact)
        opened = Opened(TicketId(row.ticket), number, services.keys.query_code(number), owner, contact)
        planned.append(_Planned(new_ticket, opened, how))
    return planned


def _received(services: Services, planned: _Planned) -> Draft:
    new_ticket, opened = planned.new_ticket, planned.opened
    actor = f"user:{new_ticket.operator}" if new_ticket.operator is not None else "person"
    detail: dict[str, object] = {
        "number": opened.number,
        "channel": new_ticket.channel,
        "category": new_ticket.category,
        "urgency": new_ticket.urgency,
        "confidential": new_ticket.confidential,
        "owner": opened.owner,
        "how": planned.how,
        "contact": opened.contact,
        "person": new_ticket.person,
        "words": digest(services, opened.ticket, new_ticket.text),
    }
    if new_ticket.concerned is not None:
        detail["concerned"] = new_ticket.concerned
    if new_ticket.after is not None:
        detail["after"] = new_ticket.after
    if new_ticket.past:
        detail["past"] = True
    return Draft(opened.ticket, "received", actor, detail, new_ticket.opened_at)


def digest(services: Services, ticket: TicketId, text: str) -> str:
    """A salted digest of words for the record: shows later whether they were changed, tells nothing of them."""
    return services.keys.record.words(ticket, text)


async def _insert(conn: Conn, planned: Sequence[_Planned], hashes: dict[TicketId, bytes], now: datetime) -> None:
    new_tickets = [p.new_ticket for p in planned]
    opened = [p.opened for p in planned]
    await tickets_sql.insert_tickets(
        conn,
        [o.ticket for o in opened],
        [o.number for o in opened],
        [c.channel for c in new_tickets],
        [c.category for c in new_tickets],
        [c.urgency for c in new_tickets],
        [c.confidential for c in new_tickets],
        [o.owner for o in opened],
        [c.person for c in new_tickets],
        [c.concerned for c in new_tickets],
        [c.after for c in new_tickets],
        [hashes[o.ticket] for o in opened],
        [c.text for c in new_tickets],
        [c.place for c in new_tickets],
        [" ".join(grams(f"{c.text}\n{c.place}")) for c in new_tickets],
        [p.how for p in planned],
        [c.opened_at or now for c in new_tickets],
    )


async def _insert_contacts(conn: Conn, planned: Sequence[_Planned], now: datetime) -> None:
    new = [p for p in planned if p.new_ticket.contact is None]
    for p in planned:
        if p.new_ticket.contact is not None:
            await contacts_sql.end_contact(conn, p.new_ticket.contact, "ticket", None, p.opened.ticket, now)
    await contacts_sql.insert_contacts(
        conn,
        [p.opened.contact for p in new],
        [p.new_ticket.channel for p in new],
        [p.new_ticket.person for p in new],
        [p.new_ticket.inbound for p in new],
        [p.new_ticket.operator for p in new],
        [p.opened.ticket for p in new],
        ["ticket"] * len(new),
        [None] * len(new),
        [p.new_ticket.at for p in new],
        [p.new_ticket.opened_at or now for p in new],
        [p.new_ticket.text for p in new],
    )
