"""From raw deliveries to tickets and answers: in batches, each delivery with one effect (design.md, rule 6).

1. Take due deliveries, oldest first, passing by what others hold. 2. Receipts go to the outbox. 3. Packages above may
claim an SMS. 4. Words of the hotline are answered one by one. 5. What is left opens tickets, all in one go, with one
set of acknowledgements. A batch that fails is taken again one by one, so that a poisoned delivery only postpones itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import asyncpg
import orjson

from hotline.base.batch import batch
from hotline.base.db import Conn, Pool, queries
from hotline.base.house import House, InboundSms
from hotline.base.ids import PersonId, TicketId
from hotline.base.live import tell
from hotline.base.phones import Phone, read_phone
from hotline.intake import answers
from hotline.intake.acknowledge import acknowledge
from hotline.intake.answers import Answered, Continues
from hotline.intake.opening import Case, open_tickets
from hotline.intake.persons import ensure, language_of
from hotline.intake.words import Said, read
from hotline.outbox.dispatcher import Status, on_statuses
from hotline.outbox.store import Message, enqueue
from hotline.ticket import Category, Channel
from hotline.tickets import store

Q = queries("hotline.intake")
BATCH = 200


@dataclass(frozen=True, slots=True)
class Letter:
    """An SMS with its person and what it asks for."""

    sms: InboundSms
    person: PersonId | None
    language: str
    said: Said


async def drain(pool: Pool, house: House, now: datetime) -> int:
    """Process up to a batch; returns how many deliveries were dealt with."""

    async def take(conn: Conn) -> int:
        rows = await conn.fetch(Q["take_inbound"], now, BATCH)
        return await _process(conn, house, rows, now) if rows else 0

    async def due(conn: Conn) -> list[int]:
        return [row["id"] for row in await conn.fetch(Q["due_inbound"], now, BATCH)]

    async def one(conn: Conn, ident: int) -> None:
        rows = await conn.fetch(Q["take_one"], ident)
        if rows:
            await _process(conn, house, rows, now)

    async def postpone(conn: Conn, ident: int, why: str) -> None:
        await conn.execute(Q["postpone_inbound"], ident, now, why)

    return await batch(pool, "deliveries", take=take, due=due, one=one, postpone=postpone)


async def _process(conn: Conn, house: House, rows: Sequence[asyncpg.Record], now: datetime) -> int:
    done: list[int] = []
    messages: list[InboundSms] = []
    statuses: list[Status] = []
    seen: set[Phone] = set()
    for row in rows:
        fields = orjson.loads(house.keys.decrypt(row["payload_enc"]))
        if row["kind"] == "status":
            statuses.append(
                Status(int(fields["outbox"]), row["sid"], row["status"], fields.get("ErrorCode", ""))
            )
            done.append(row["id"])
            continue
        sms = InboundSms(
            row["id"],
            row["sid"],
            read_phone(fields.get("From"), house.settings.area_code),
            _text(fields),
            row["received_at"],
        )
        if sms.sender.number and sms.sender in seen:
            continue  # the next batch: it must see what this one made
        seen.add(sms.sender)
        messages.append(sms)
        done.append(row["id"])
    await on_statuses(conn, house, statuses, now)
    if messages:
        await _letters(conn, house, messages, now)
    await conn.execute(Q["inbound_done"], done, now)
    return len(done)


def _text(fields: dict[str, str]) -> str:
    text = fields.get("Body", "").replace("\x00", "")
    pictures = int(fields.get("NumMedia") or 0)
    return text if text.strip() or not pictures else f"（彩信，附图{pictures}张）"


async def _letters(conn: Conn, house: House, messages: Sequence[InboundSms], now: datetime) -> None:
    persons = await ensure(conn, house.keys, {m.sender: language_of(m.text) for m in messages}, now)
    fresh: list[tuple[Letter, TicketId | None]] = []
    for sms in messages:
        person = persons.get(sms.sender)
        letter = Letter(sms, person, language_of(sms.text), read(sms.text))
        if await _claimed(conn, house, sms, now):
            await _end(conn, house, letter, Answered("claimed", None, {}), now)
            continue
        if letter.said.kind in {"plain", "thanks", "new"}:
            fresh.append((letter, None))
            continue
        answered = await _answer(conn, house, letter, now)
        if answered is None:
            fresh.append((letter, None))
        elif isinstance(answered, Continues):
            fresh.append((letter, answered.ticket))
        else:
            await _end(conn, house, letter, answered, now)
    if fresh:
        await _open_or_join(conn, house, fresh, now)


async def _claimed(conn: Conn, house: House, sms: InboundSms, now: datetime) -> bool:
    for claim in house.claimers:
        if await claim(conn, house, sms, now):
            return True
    return False


async def _answer(conn: Conn, house: House, letter: Letter, now: datetime) -> Answered | Continues | None:
    """The answer to a word of the hotline; None or Continues where the message becomes a ticket after all."""
    said, person, language = letter.said, letter.person, letter.language
    match said.kind:
        case "status":
            return await answers.status(conn, house, letter.sms, person, said, language, now)
        case "add":
            return await answers.add(conn, house, person, said, now)
        case "rate":
            found = await answers.rate(conn, house, person, said, language, now)
            return found or Answered("help", "help", {})
        case "stop":
            await conn.execute(Q["opt_out"], person, now)
            return Answered("stop", "stopped", {})
        case "start":
            await conn.execute(Q["opt_out"], person, None)
            return Answered("help", "started", {})
        case "help":
            return Answered("help", "help", {})
        case _:
            return Answered("no_action", "empty", {}, code="silent")


async def _end(conn: Conn, house: House, letter: Letter, answered: Answered, now: datetime) -> None:
    """The contact of a message that opened no ticket, and the answer to it, never held back."""
    sms = letter.sms
    await conn.execute(
        Q["insert_contact"], letter.person, sms.inbound_id, answered.ticket, answered.outcome, answered.code,
        sms.received_at, now, sms.text, answered.seq,
    )  # fmt: skip
    if answered.text is None or not sms.sender.takes_sms:
        return
    body = house.texts.say(answered.text, letter.language, hotline=house.settings.number, **answered.values)
    message = Message(
        f"answer:{sms.inbound_id}", "answer", "sms", sms.sender.number, body, ticket_id=answered.ticket,
        person_id=letter.person,
    )  # fmt: skip
    await enqueue(conn, house.keys, [message], now)


async def _open_or_join(
    conn: Conn, house: House, messages: Sequence[tuple[Letter, TicketId | None]], now: datetime
) -> None:
    """Join the one open ticket that exchanged SMS with the phone in the last 24 h; otherwise a new ticket.

    A message that comes with a ticket continues that one, which is filed. Thanks open nothing.
    """
    recent = await conn.fetch(
        Q["recent_tickets"], [letter.person for letter, _ in messages if letter.person is not None],
        now - timedelta(hours=24), now - timedelta(days=7),
    )  # fmt: skip
    by_person = {row["person_id"]: row for row in recent}
    fresh: list[tuple[Letter, TicketId | None]] = []
    for letter, continued in messages:
        row = by_person.get(letter.person)
        if continued is not None:
            fresh.append((letter, continued))
        elif letter.said.kind != "new" and row is not None and row["open_count"] == 1:
            await _join(conn, house, letter, TicketId(row["open_ticket"]), now)
        elif letter.said.kind == "thanks" and row is not None:
            await _join(conn, house, letter, TicketId(row["last_ticket"]), now)
        elif letter.said.kind == "thanks":
            await _end(conn, house, letter, Answered("help", "help", {}), now)
        else:
            after = (
                row["last_ticket"]
                if row is not None and row["last_filed"] and letter.said.kind != "new"
                else None
            )
            fresh.append((letter, after))
    before = [after for _, after in fresh if after is not None]
    rows = await conn.fetch(store.Q["secret_among"], before) if before else []
    secret = {row["id"]: row for row in rows}
    cases = [
        Case(
            Channel.SMS, letter.said.text or letter.sms.text, letter.person, letter.sms.received_at,
            category=Category.TIPOFF if after in secret and secret[after]["tipoff"] else Category.HELP,
            confidential=after in secret, inbound=letter.sms.inbound_id, after=after,
        )
        for letter, after in fresh
    ]  # fmt: skip
    opened = await open_tickets(conn, house, cases, now)
    await acknowledge(conn, house, list(zip(cases, opened, strict=True)), now)
    if opened:
        await tell(conn, ["centre"], "ticket", number=opened[-1].number, count=len(opened))


async def _join(conn: Conn, house: House, letter: Letter, ticket: TicketId, now: datetime) -> None:
    found = (await store.lock_many(conn, [ticket]))[ticket]
    seq = await answers.append(conn, house, found, letter.said.text or letter.sms.text, now)
    quiet = letter.said.kind == "thanks"
    text = None if quiet else "added"
    joined = Answered("addition", text, {"number": found.number}, ticket, seq=seq)
    await _end(conn, house, letter, joined, now)
