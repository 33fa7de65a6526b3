"""What is done with an SMS: claimed by packages above, answered as a word of the hotline, joined, or made a ticket.

1. The same words again, further parts, and what a marked phone says are taken out. 2. Packages above may claim a message.
3. Words of the hotline are answered one by one. 4. What is left joins a ticket or opens one, all in one go.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from hotline.base.db.connection import Conn, queries
from hotline.base.http.live import tell
from hotline.base.services import InboundSms, Services
from hotline.contacts import brake, sms_answers
from hotline.contacts.acknowledgements import acknowledge, there
from hotline.contacts.brake import Heard
from hotline.contacts.opening import NewTicket, open_tickets
from hotline.contacts.repeats import ANSWERED, ASKED, continued, doubled, is_machine, times
from hotline.contacts.sms_answers import Answered, Continues
from hotline.contacts.sms_commands import SmsCommand, read
from hotline.ids import PersonId, TicketId
from hotline.outbox.store import Message, enqueue
from hotline.people.persons import ensure, language_of
from hotline.ticket import Category, Channel
from hotline.tickets import store

Q = queries("hotline.contacts")
#: What asks for something of the hotline; the same is answered more often than words that a machine may write.
_ASKING = frozenset({"status", "rate", "stop", "start"})
#: What is one matter when it comes twice within a minute.
_MATTERS = frozenset({"plain", "new", "add", "auto"})
_ORDERS: dict[str, SmsCommand] = {"STOP": SmsCommand("stop"), "START": SmsCommand("start"), "HELP": SmsCommand("help")}


@dataclass(frozen=True, slots=True)
class Letter:
    """An SMS with its person and what it asks for."""

    sms: InboundSms
    person: PersonId | None
    language: str
    said: SmsCommand


async def answer_letters(conn: Conn, services: Services, messages: Sequence[InboundSms], now: datetime) -> None:
    """Deal with messages of different phones, each with one end."""
    persons = await ensure(conn, services.keys, {m.sender: language_of(m.text) for m in messages}, now)
    memory = await brake.heard(conn, list(persons.values()), now)
    fresh: list[tuple[Letter, TicketId | None]] = []
    for sms in messages:
        person = persons.get(sms.sender)
        letter = Letter(sms, person, language_of(sms.text), _ORDERS.get(sms.opt_out) or read(sms.text))
        before = memory.get(person, Heard()) if person is not None else Heard()
        if await _taken(conn, services, letter, before, now):
            continue
        same = before.ticket_of(sms.text) if letter.said.kind == "plain" else None
        if await _again(conn, services, letter, same, now):
            continue
        if letter.said.kind in {"plain", "thanks", "new"}:
            fresh.append((letter, None))
            continue
        answered = await _answer(conn, services, letter, now)
        if answered is None:
            fresh.append((_otherwise(letter), None))
        elif isinstance(answered, Continues):
            fresh.append((letter, answered.ticket))
        else:
            await _end(conn, services, letter, answered, now)
    if fresh:
        await _open_or_join(conn, services, fresh, now)


def _otherwise(letter: Letter) -> Letter:
    """What a rating is where none was asked: thanks, or words like others."""
    said = letter.said
    if said.kind != "rate":
        return letter
    return replace(letter, said=SmsCommand(said.otherwise, text=letter.sms.text))


async def _taken(conn: Conn, services: Services, letter: Letter, before: Heard, now: datetime) -> bool:
    """Whether a message needs nothing more: claimed, part of an earlier contact, or silenced."""
    sms, person = letter.sms, letter.person
    if person is not None and before.mark is not None:
        if before.repeats(sms.text):
            await conn.execute(brake.R["add_part"], sms.inbound_id, before.mark, now)
            return True
        await conn.execute(brake.R["unmark"], person, now)
    count = times(before.earlier, sms.text)
    if claimed := await _claimed(conn, services, replace(sms, heard=count), now):
        contact = await _end(conn, services, letter, Answered("claimed", None, {}), now)
        if claimed == "said" and count >= ANSWERED and person is not None:
            await brake.mark(conn, services, person, contact, None, now)
        return True
    return person is not None and await _one_contact(conn, services, letter, person, before, count, now)


async def _one_contact(
    conn: Conn, services: Services, letter: Letter, person: PersonId, before: Heard, count: int, now: datetime
) -> bool:
    """Whether a message is part of an earlier contact, or what a machine writes (`count`: how often it said so)."""
    sms, kind = letter.sms, letter.said.kind
    if kind in _MATTERS and (same := doubled(before.earlier, sms.text, sms.received_at)) is not None:
        await conn.execute(brake.R["add_part"], sms.inbound_id, same.contact, now)
        if count >= ANSWERED:
            await brake.mark(conn, services, person, same.contact, before.ticket, now)
        return True
    if kind in _MATTERS and (one := continued(before.earlier, sms.text, sms.received_at)) is not None:
        await brake.add_part(conn, services, sms.inbound_id, one, sms.text, now)
        return True
    if (
        kind == "plain"
        and is_machine(before.earlier, sms.received_at)
        and await _again(conn, services, letter, before.ticket, now, quiet=True)
    ):
        await brake.mark(conn, services, person, before.earlier[0].contact, before.ticket, now)
        return True
    by_itself = kind == "auto" and await _is_answer(conn, services, letter, now)
    if by_itself or count >= (ASKED if kind in _ASKING else ANSWERED):
        ended = Answered("no_action", None, {}, before.ticket, code="automatic")
        contact = await _end(conn, services, letter, ended, now)
        await brake.mark(conn, services, person, contact, before.ticket, now)
        return True
    return False


async def _is_answer(conn: Conn, services: Services, letter: Letter, now: datetime) -> bool:
    """Whether we wrote to this phone in the last day, so that its set phrase answers us."""
    hashed = services.keys.hash(letter.sms.sender.answers_at or letter.sms.sender.number)
    return bool(await conn.fetch(brake.R["wrote_lately"], hashed, now - timedelta(days=1)))


async def _claimed(conn: Conn, services: Services, sms: InboundSms, now: datetime) -> bool | str:
    for claim in services.claimers:
        if claimed := await claim(conn, services, sms, now):
            return claimed
    return False


async def _answer(conn: Conn, services: Services, letter: Letter, now: datetime) -> Answered | Continues | None:
    """The answer to a word of the hotline; None or Continues where the message becomes a ticket after all."""
    said, person, language = letter.said, letter.person, letter.language
    match said.kind:
        case "status":
            return await sms_answers.status(conn, services, letter.sms, person, said, language, now)
        case "add":
            return await sms_answers.add(conn, services, person, said, now)
        case "rate":
            found = await sms_answers.rate(conn, services, person, said, language, now)
            return found or (Answered("help", "help", {}) if said.otherwise == "help" else None)
        case "stop":
            await conn.execute(Q["opt_out"], person, now)
            # The carrier that took it for STOP has answered, and takes no more for this phone.
            return Answered("stop", None if letter.sms.opt_out else "stopped", {})
        case "start":
            await conn.execute(Q["opt_out"], person, None)
            return Answered("help", "started", {})
        case "help" | "auto":
            return Answered("help", "help", {})
        case "plain" | "new" | "thanks" | "blank":
            return Answered("no_action", "empty", {}, code="silent")


async def _end(conn: Conn, services: Services, letter: Letter, answered: Answered, now: datetime) -> int:
    """The contact of a message that opened no ticket, and the answer to it, never held back; returns the contact."""
    sms = letter.sms
    contact: int = await conn.fetchval(
        Q["insert_contact"],
        letter.person,
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
    body = services.texts.say(answered.text, letter.language, hotline=services.settings.number, **answered.values)
    message = Message(
        f"answer:{sms.inbound_id}",
        "answer",
        "sms",
        sms.sender.answers_at,
        body,
        ticket_id=answered.ticket,
        person_id=letter.person,
    )
    if sms.sender.via:
        message = there(message, sms.inbound_id, sms.to, now)
    await enqueue(conn, services.keys, [message], now)
    return contact


async def _open_or_join(
    conn: Conn, services: Services, messages: Sequence[tuple[Letter, TicketId | None]], now: datetime
) -> None:
    """Join the one open ticket that exchanged SMS with the phone in the last 24 h; otherwise a new ticket.

    A message that comes with a ticket continues that one, which is filed. Thanks open nothing.
    """
    recent = await conn.fetch(
        Q["recent_tickets"],
        [letter.person for letter, _ in messages if letter.person is not None],
        now - timedelta(hours=24),
        now - timedelta(days=7),
    )
    by_person = {row["person_id"]: row for row in recent}
    fresh: list[tuple[Letter, TicketId | None]] = []
    for letter, continued_one in messages:
        row = by_person.get(letter.person)
        if continued_one is not None:
            fresh.append((letter, continued_one))
        elif letter.said.kind != "new" and row is not None and row["open_count"] == 1:
            await _join(conn, services, letter, TicketId(row["open_ticket"]), now)
        elif letter.said.kind == "thanks" and row is not None:
            await _join(conn, services, letter, TicketId(row["last_ticket"]), now)
        elif letter.said.kind == "thanks":
            await _end(conn, services, letter, Answered("help", "help", {}), now)
        else:
            after = row["last_ticket"] if row is not None and row["last_filed"] and letter.said.kind != "new" else None
            fresh.append((letter, after))
    await _open(conn, services, fresh, now)


async def _open(conn: Conn, services: Services, fresh: Sequence[tuple[Letter, TicketId | None]], now: datetime) -> None:
    """New tickets, those that continue a secret one as secret as that, with one set of acknowledgements."""
    before = [after for _, after in fresh if after is not None]
    rows = await conn.fetch(store.Q["secret_among"], before) if before else []
    secret = {row["id"]: row for row in rows}
    cases = [
        NewTicket(
            Channel.SMS,
            letter.said.text or letter.sms.text,
            letter.person,
            letter.sms.received_at,
            category=Category.TIPOFF if after in secret and secret[after]["tipoff"] else Category.HELP,
            confidential=after in secret,
            inbound=letter.sms.inbound_id,
            after=after,
            answer_at=letter.sms.sender.answers_at if letter.sms.sender.via else "",
            answer_from=letter.sms.to,
        )
        for letter, after in fresh
    ]
    opened = await open_tickets(conn, services, cases, now)
    await acknowledge(conn, services, list(zip(cases, opened, strict=True)), now)
    if opened:
        await tell(conn, ["centre"], "ticket", number=opened[-1].number, count=len(opened))


async def _again(
    conn: Conn, services: Services, letter: Letter, ticket: TicketId | None, now: datetime, *, quiet: bool = False
) -> bool:
    """Join a message to a ticket of which the phone spoke in the last hour, while that is open."""
    if ticket is None or (await store.lock_many(conn, [ticket]))[ticket].filed_at is not None:
        return False
    await _join(conn, services, letter, ticket, now, quiet=quiet)
    return True


async def _join(
    conn: Conn, services: Services, letter: Letter, ticket: TicketId, now: datetime, *, quiet: bool = False
) -> None:
    found = (await store.lock_many(conn, [ticket]))[ticket]
    seq = await sms_answers.append(conn, services, found, letter.said.text or letter.sms.text, now)
    text = None if quiet or letter.said.kind == "thanks" else "added"
    joined = Answered("addition", text, {"number": found.number}, ticket, seq=seq)
    await _end(conn, services, letter, joined, now)
