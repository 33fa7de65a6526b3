"""Handling of an inbound SMS: it is claimed by a package above, answered as a command, joined to a ticket, or opens
one.

1. Repeats, further parts of a message, and automatic answers are set aside. 2. Packages above may claim a message. 3.
Commands are answered one by one. 4. What is left joins a ticket or opens one, all in one batch.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from hotline.base.db.connection import Conn
from hotline.base.http.live import LiveKind, notify
from hotline.base.services import InboundSms, Services
from hotline.contacts import brake, contacts_sql, repeats_sql, sms_answers
from hotline.contacts.brake import Heard
from hotline.contacts.first_answers import answer_first, there
from hotline.contacts.opening import NewTicket, open_tickets
from hotline.contacts.repeats import ANSWERED, ASKED, continued_contact, doubled_contact, is_machine, repeat_count
from hotline.contacts.sms_answers import Answered, Continues
from hotline.contacts.sms_commands import SmsCommand, read_command
from hotline.ids import PersonId, TicketId
from hotline.outbox.store import Message, enqueue
from hotline.people import persons
from hotline.people.persons import ensure_persons, language_of
from hotline.ticket import Category, Channel
from hotline.tickets import store, tickets_sql

#: What asks for something of the hotline; the same is answered more often than words that a machine may write.
_ASKING = frozenset({"status", "rate", "stop", "start"})
#: What is one matter when it comes twice within a minute.
_MATTERS = frozenset({"plain", "new", "add", "auto"})
_ORDERS: dict[str, SmsCommand] = {"STOP": SmsCommand("stop"), "START": SmsCommand("start"), "HELP": SmsCommand("help")}


@dataclass(frozen=True, slots=True)
class InboundText:
    """An SMS with its person and what it asks for."""

    sms: InboundSms
    person: PersonId | None
    language: str
    command: SmsCommand


async def answer_texts(conn: Conn, services: Services, messages: Sequence[InboundSms], now: datetime) -> None:
    """Handle messages of different phones; each ends in exactly one way."""
    persons = await ensure_persons(conn, services.keys, {m.sender: language_of(m.text) for m in messages}, now)
    memory = await brake.recent_contacts(conn, list(persons.values()), now)
    fresh: list[tuple[InboundText, TicketId | None]] = []
    for sms in messages:
        person = persons.get(sms.sender)
        inbound = InboundText(sms, person, language_of(sms.text), _ORDERS.get(sms.opt_out) or read_command(sms.text))
        before = memory.get(person, Heard()) if person is not None else Heard()
        if await _taken(conn, services, inbound, before, now):
            continue
        same = before.ticket_of(sms.text) if inbound.command.kind == "plain" else None
        if await _again(conn, services, inbound, same, now):
            continue
        if inbound.command.kind in {"plain", "thanks", "new"}:
            fresh.append((inbound, None))
            continue
        answered = await _answer(conn, services, inbound, now)
        if answered is None:
            fresh.append((_otherwise(inbound), None))
        elif isinstance(answered, Continues):
            fresh.append((inbound, answered.ticket))
        else:
            await _end(conn, services, inbound, answered, now)
    if fresh:
        await _open_or_join(conn, services, fresh, now)


def _otherwise(inbound: InboundText) -> InboundText:
    """What a rating is where none was asked: thanks, or words like others."""
    command = inbound.command
    if command.kind != "rate":
        return inbound
    return replace(inbound, command=SmsCommand(command.otherwise, text=inbound.sms.text))


async def _taken(conn: Conn, services: Services, inbound: InboundText, before: Heard, now: datetime) -> bool:
    """Whether a message needs nothing more: claimed, part of an earlier contact, or silenced."""
    sms, person = inbound.sms, inbound.person
    if person is not None and before.mark is not None:
        if before.repeats(sms.text):
            await repeats_sql.add_part(conn, sms.inbound_id, before.mark, now)
            return True
        await repeats_sql.unmark(conn, person, now)
    count = repeat_count(before.earlier, sms.text)
    if claimed := await _claimed(conn, services, replace(sms, heard=count), now):
        contact = await _end(conn, services, inbound, Answered("claimed", None, {}), now)
        if claimed == "said" and count >= ANSWERED and person is not None:
            await brake.mark_as_machine(conn, services, person, contact, None, now)
        return True
    return person is not None and await _one_contact(conn, services, inbound, person, before, count, now)


async def _one_contact(
    conn: Conn, services: Services, inbound: InboundText, person: PersonId, before: Heard, count: int, now: datetime
) -> bool:
    """Whether a message is part of an earlier contact, or what a machine writes (`count`: how often it said so)."""
    sms, kind = inbound.sms, inbound.command.kind
    if kind in _MATTERS and (same := doubled_contact(before.earlier, sms.text, sms.received_at)) is not None:
        await repeats_sql.add_part(conn, sms.inbound_id, same.contact, now)
        if count >= ANSWERED:
            await brake.mark_as_machine(conn, services, person, same.contact, before.ticket, now)
        return True
    if kind in _MATTERS and (one := continued_contact(before.earlier, sms.text, sms.received_at)) is not None:
        await brake.add_message_part(conn, services, sms.inbound_id, one, sms.text, now)
        return True
    if (
        kind == "plain"
        and is_machine(before.earlier, sms.received_at)
        and await _again(conn, services, inbound, before.ticket, now, quiet=True)
    ):
        await brake.mark_as_machine(conn, services, person, before.earlier[0].contact, before.ticket, now)
        return True
    by_itself = kind == "auto" and await _is_answer(conn, services, inbound, now)
    if by_itself or count >= (ASKED if kind in _ASKING else ANSWERED):
        ended = Answered("no_action", None, {}, before.ticket, code="automatic")
        contact = await _end(conn, services, inbound, ended, now)
        await brake.mark_as_machine(conn, services, person, contact, before.ticket, now)
        return True
    return False


async def _is_answer(conn: Conn, services: Services, inbound: InboundText, now: datetime) -> bool:
    """Whether we wrote to this phone in the last day, so that its set phrase answers us."""
    hashed = services.keys.hash(inbound.sms.sender.answers_at or inbound.sms.sender.number)
    return bool(await repeats_sql.wrote_lately(conn, hashed, now - timedelta(days=1)))


async def _claimed(conn: Conn, services: Services, sms: InboundSms, now: datetime) -> bool | str:
    for claim in services.claimers:
        if claimed := await claim(conn, services, sms, now):
            return claimed
    return False


async def _answer(conn: Conn, services: Services, inbound: InboundText, now: datetime) -> Answered | Continues | None:
    """The answer to a word of the hotline; None or Continues where the message becomes a ticket after all."""
    command, person, language = inbound.command, inbound.person, inbound.language
    match command.kind:
        case "status":
            return await sms_answers.status(conn, services, inbound.sms, person, command, language, now)
        case "add":
            return await sms_answers.add(conn, services, person, command, now)
        case "rate":
            found = await sms_answers.rate(conn, services, person, command, language, now)
            return found or (Answered("help", "help", {}) if command.otherwise == "help" else None)
        case "stop":
            await persons.opt_out(conn, person, now)
            # The carrier that took it for STOP has answered, and takes no more for this phone.
            return Answered("stop", None if inbound.sms.opt_out else "stopped", {})
        case "start":
            await persons.opt_out(conn, person, None)
            return Answered("help", "started", {})
        case "help" | "auto":
            return Answered("help", "help", {})
        case "plain" | "new" | "thanks" | "blank":
            return Answered("no_action", "empty", {}, code="silent")


async def _end(conn: Conn, services: Services, inbound: InboundText, answered: Answered, now: datetime) -> int:
    """The contact of a message that opened no ticket, and the answer to it, never held back; returns the contact."""
    sms = inbound.sms
    contact: int = await contacts_sql.insert_contact(
        conn,
        inbound.person,
        sms.inbound_id,
        answered.ticket,
        answered.outcome,
        answered.code,
        sms.received_at,
        now,
        sms.text,
        answered.seq,
    )
    if answered.text is None or not sms.sender.answers_at:
        return contact
    body = services.texts.say(answered.text, inbound.language, hotline=services.settings.number, **answered.values)
    message = Message(
        f"answer:{sms.inbound_id}",
        "answer",
        "sms",
        sms.sender.answers_at,
        body,
        ticket_id=answered.ticket,
        person_id=inbound.person,
    )
    if sms.sender.via:
        message = there(message, sms.inbound_id, sms.to, now)
    await enqueue(conn, services.keys, [message], now)
    return contact


async def _open_or_join(
    conn: Conn, services: Services, messages: Sequence[tuple[InboundText, TicketId | None]], now: datetime
) -> None:
    """Join the one open ticket that exchanged SMS with the phone in the last 24 h; otherwise a new ticket.

    A message that comes with a ticket continues that one, which is filed. Thanks open nothing.
    """
    recent = await contacts_sql.recent_tickets(
        conn,
        [inbound.person for inbound, _ in messages if inbound.person is not None],
        now - timedelta(hours=24),
        now - timedelta(days=7),
    )
    by_person = {row.person_id: row for row in recent}
    fresh: list[tuple[InboundText, TicketId | None]] = []
    for inbound, continued_one in messages:
        row = by_person.get(inbound.person)
        if continued_one is not None:
            fresh.append((inbound, continued_one))
        elif inbound.command.kind != "new" and row is not None and row.open_ticket is not None and row.open_count == 1:
            await _join(conn, services, inbound, TicketId(row.open_ticket), now)
        elif inbound.command.kind == "thanks" and row is not None:
            await _join(conn, services, inbound, TicketId(row.last_ticket), now)
        elif inbound.command.kind == "thanks":
            await _end(conn, services, inbound, Answered("help", "help", {}), now)
        else:
            after = row.last_ticket if row is not None and row.last_filed and inbound.command.kind != "new" else None
            fresh.append((inbound, None if after is None else TicketId(after)))
    await _open(conn, services, fresh, now)


async def _open(
    conn: Conn, services: Services, fresh: Sequence[tuple[InboundText, TicketId | None]], now: datetime
) -> None:
    """New tickets, those that continue a secret one as secret as that, with one set of first answers."""
    before = [after for _, after in fresh if after is not None]
    rows = await tickets_sql.secret_among(conn, before) if before else []
    secret = {row.id: row for row in rows}
    new_tickets = [
        NewTicket(
            Channel.SMS,
            inbound.command.text or inbound.sms.text,
            inbound.person,
            inbound.sms.received_at,
            category=Category.TIPOFF if after in secret and secret[after].tipoff else Category.HELP,
            confidential=after in secret,
            inbound=inbound.sms.inbound_id,
            after=after,
            answer_at=inbound.sms.sender.answers_at if inbound.sms.sender.via else "",
            answer_from=inbound.sms.to,
        )
        for inbound, after in fresh
    ]
    opened = await open_tickets(conn, services, new_tickets, now)
    await answer_first(conn, services, list(zip(new_tickets, opened, strict=True)), now)
    if opened:
        await notify(conn, ["centre"], LiveKind.TICKET, number=opened[-1].number, count=len(opened))


async def _again(
    conn: Conn, services: Services, inbound: InboundText, ticket: TicketId | None, now: datetime, *, quiet: bool = False
) -> bool:
    """Join a message to a ticket of which the phone spoke in the last hour, while that is open."""
    if ticket is None or (await store.lock_many(conn, [ticket]))[ticket].filed_at is not None:
        return False
    await _join(conn, services, inbound, ticket, now, quiet=quiet)
    return True


async def _join(
    conn: Conn, services: Services, inbound: InboundText, ticket: TicketId, now: datetime, *, quiet: bool = False
) -> None:
    found = (await store.lock_many(conn, [ticket]))[ticket]
    seq = await sms_answers.append(conn, services, found, inbound.command.text or inbound.sms.text, now)
    text = None if quiet or inbound.command.kind == "thanks" else "added"
    joined = Answered("addition", text, {"number": found.number}, ticket, seq=seq)
    await _end(conn, services, inbound, joined, now)
