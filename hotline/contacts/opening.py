"""Opening tickets: one contact or a batch of two hundred, in the same few statements.

The hot path of the hotline. Everything that a ticket carries (contact, words, owner, five duties, first event, the
answer to the person; the clocks by subscription) is written set by set in the caller's transaction.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from hotline.base.db.connection import Conn, queries
from hotline.base.events import EMPTY, Draft, event_columns, seal_drafts, tell
from hotline.base.services import Services
from hotline.base.text.search_keys import grams
from hotline.ids import ContactId, PersonId, TicketId, UserId
from hotline.ticket import DUTY_DESK, Category, Channel, Urgency
from hotline.tickets.protection import Why, hide_from_named, protect
from hotline.tickets.store import N
from hotline.tickets.store import Q as TICKETS
from hotline.tickets.ticket_number import ticket_number
from hotline.tickets.tipoff_words import reads_like_tipoff

Q = queries("hotline.contacts")


@dataclass(frozen=True, slots=True)
class NewTicket:
    """A matter to be opened. `operator`: who took it by hand; without, rotation or the duty desk owns it.

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
    case: NewTicket
    opened: Opened
    how: str


async def open_tickets(conn: Conn, services: Services, cases: Sequence[NewTicket], now: datetime) -> list[Opened]:
    """Open a ticket for each case, in order, each with an owner.

    1. Reserve ids and turns. 2. Choose owners: who took it, else the rotation of those on shift, else the duty desk.
    3. Seal the first events. 4. Write tickets, words, owners, duties; contacts; events. 5. Tell the subscribers.
    """
    if not cases:
        return []
    planned = await _plan(conn, services, cases, now)
    drafts = [_received(services, p) for p in planned]
    events, tips = seal_drafts(services.keys.seal, drafts, {p.opened.ticket: EMPTY for p in planned}, now)
    await _insert(conn, planned, {i: tip.hash for i, tip in tips.items()}, now)
    await _insert_contacts(conn, planned, now)
    await conn.execute(Q["insert_first_events"], *event_columns(events))
    await _hide_tipoffs(conn, planned, now)
    await tell(conn, services, events, now)
    return [p.opened for p in planned]


async def _hide_tipoffs(conn: Conn, planned: Sequence[_Planned], now: datetime) -> None:
    """What is a tipoff, reads like one, or continues what is treated as one is hidden from the units that it names."""
    before = [(p.opened.ticket, p.case.after) for p in planned if p.case.after is not None]
    if before:
        for name in ("copy_named", "copy_protection"):
            await conn.execute({**TICKETS, **N}[name], [t for t, _ in before], [b for _, b in before], now)
    whys: dict[TicketId, Why] = {
        p.opened.ticket: "category" if p.case.category is Category.TIPOFF else "words"
        for p in planned
        if p.case.category is Category.TIPOFF or (not p.case.past and reads_like_tipoff(p.case.text))
    }
    await protect(conn, whys, now)
    kept = {t for t, _ in before} & {
        r["ticket_id"] for r in await conn.fetch(N["protected_among"], [t for t, _ in before])
    }
    texts = {p.opened.ticket: f"{p.case.text}\n{p.case.place}" for p in planned if not p.case.past}
    await hide_from_named(conn, {t: texts[t] for t in texts if t in whys or t in kept}, now)


async def _plan(conn: Conn, services: Services, cases: Sequence[NewTicket], now: datetime) -> list[_Planned]:
    reserved = await conn.fetch(Q["reserve"], len(cases))
    desk = [UserId(row["user_id"]) for row in await conn.fetch(Q["operators_on_shift"])]
    zone = services.settings.zone
    planned = []
    for case, row in zip(cases, reserved, strict=True):
        year = (case.opened_at or now).astimezone(zone).year
        if case.operator is not None:
            owner, how = case.operator, "answered"
        elif desk:
            owner, how = desk[row["turn"] % len(desk)], "rotation"
        else:
            owner, how = DUTY_DESK, "duty_desk"
        number = ticket_number(year, row["ticket"])
        contact = case.contact if case.contact is not None else ContactId(row["contact"])
        opened = Opened(TicketId(row["ticket"]), number, services.keys.query_code(number), owner, contact)
        planned.append(_Planned(case, opened, how))
    return planned


def _received(services: Services, planned: _Planned) -> Draft:
    case, opened = planned.case, planned.opened
    actor = f"user:{case.operator}" if case.operator is not None else "person"
    detail: dict[str, object] = {
        "number": opened.number,
        "channel": case.channel,
        "category": case.category,
        "urgency": case.urgency,
        "confidential": case.confidential,
        "owner": opened.owner,
        "how": planned.how,
        "contact": opened.contact,
        "person": case.person,
        "words": digest(services, opened.ticket, case.text),
    }
    if case.concerned is not None:
        detail["concerned"] = case.concerned
    if case.after is not None:
        detail["after"] = case.after
    return Draft(opened.ticket, "received", actor, detail, case.opened_at)


def digest(services: Services, ticket: TicketId, text: str) -> str:
    """A salted digest of words for the record: shows later whether they were changed, tells nothing of them."""
    return services.keys.hash(f"{ticket}\n{text}").hex()[:32]


async def _insert(conn: Conn, planned: Sequence[_Planned], hashes: dict[TicketId, bytes], now: datetime) -> None:
    cases = [p.case for p in planned]
    opened = [p.opened for p in planned]
    await conn.execute(
        Q["insert_tickets"],
        [o.ticket for o in opened],
        [o.number for o in opened],
        [c.channel for c in cases],
        [c.category for c in cases],
        [c.urgency for c in cases],
        [c.confidential for c in cases],
        [o.owner for o in opened],
        [c.person for c in cases],
        [c.concerned for c in cases],
        [c.after for c in cases],
        [hashes[o.ticket] for o in opened],
        [c.text for c in cases],
        [c.place for c in cases],
        [" ".join(grams(f"{c.text}\n{c.place}")) for c in cases],
        [p.how for p in planned],
        [c.opened_at or now for c in cases],
    )


async def _insert_contacts(conn: Conn, planned: Sequence[_Planned], now: datetime) -> None:
    new = [p for p in planned if p.case.contact is None]
    for p in planned:
        if p.case.contact is not None:
            await conn.execute(Q["end_contact"], p.case.contact, "ticket", None, p.opened.ticket, now)
    await conn.execute(
        Q["insert_contacts"],
        [p.opened.contact for p in new],
        [p.case.channel for p in new],
        [p.case.person for p in new],
        [p.case.inbound for p in new],
        [p.case.operator for p in new],
        [p.opened.ticket for p in new],
        ["ticket"] * len(new),
        [None] * len(new),
        [p.case.at for p in new],
        [p.case.opened_at or now for p in new],
        [p.case.text for p in new],
    )
