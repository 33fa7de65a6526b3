"""Processing of raw deliveries into tickets, answers and receipts: in batches, each delivery with one effect
(architecture.md, rule 6).

1. Take due deliveries, oldest first, passing by what others hold. 2. Receipts go to the outbox. 3. Packages above may
claim an SMS. 4. Words of the hotline are answered one by one. 5. What is left opens tickets, all in one go, with one
set of first answers. A batch that fails is processed again one by one, so that a failing delivery postpones only
itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import orjson

from hotline.base.db.connection import Conn, Pool
from hotline.base.jobs.batch import batch
from hotline.base.services import InboundSms, Services
from hotline.base.text.phones import Phone, read_phone
from hotline.contacts import contacts_sql
from hotline.contacts.inbound_texts import answer_texts
from hotline.contacts.message_pictures import keep_pictures, picture_count
from hotline.outbox.dispatcher import Status, on_statuses

BATCH = 200


async def drain(pool: Pool, services: Services, now: datetime) -> int:
    """Process up to a batch; returns how many deliveries were dealt with."""

    async def take(conn: Conn) -> int:
        rows = await contacts_sql.take_inbound(conn, now, BATCH)
        return await _process(conn, services, rows, now) if rows else 0

    async def due(conn: Conn) -> list[int]:
        return await contacts_sql.due_inbound(conn, now, BATCH)

    async def one(conn: Conn, ident: int) -> None:
        rows = await contacts_sql.take_one(conn, ident)
        if rows:
            await _process(conn, services, rows, now)

    async def postpone(conn: Conn, ident: int, why: str) -> None:
        await contacts_sql.postpone_inbound(conn, ident, now, why)

    return await batch(pool, "deliveries", take=take, due=due, one=one, postpone=postpone)


async def _process(conn: Conn, services: Services, rows: Sequence[contacts_sql.TakeInboundRow], now: datetime) -> int:
    """Process some deliveries in the caller's transaction; returns how many. Of one sender it takes one message at a
    time.
    """
    done: list[int] = []
    messages: list[InboundSms] = []
    statuses: list[Status] = []
    seen: set[Phone] = set()
    for row in rows:
        fields = orjson.loads(services.keys.decrypt(row.payload_enc))
        if row.kind == "status":
            statuses.append(Status(int(fields["outbox"]), row.sid, row.status, fields.get("ErrorCode", "")))
            done.append(row.id)
            continue
        sms = _sms(services, row, fields)
        if sms.sender.number and sms.sender in seen:
            continue  # the next batch: it must see what this one made
        seen.add(sms.sender)
        messages.append(sms)
        done.append(row.id)
        if number := picture_count(fields):
            await keep_pictures(conn, row.id, number, now)
    await on_statuses(conn, services, statuses, now)
    if messages:
        await answer_texts(conn, services, messages, now)
    await contacts_sql.inbound_done(conn, done, now)
    return len(done)


def _sms(services: Services, row: contacts_sql.TakeInboundRow, fields: dict[str, str]) -> InboundSms:
    sender = read_phone(fields.get("From"), services.settings.area_code)
    return InboundSms(
        row.id,
        row.sid,
        sender,
        _text(fields),
        row.received_at,
        fields.get("OptOutType", "").strip().upper(),
        to=fields.get("To", "") if sender.via else "",
    )


def _text(fields: dict[str, str]) -> str:
    text, number = fields.get("Body", "").replace("\x00", ""), picture_count(fields)
    return text if text.strip() or not number else f"（彩信，附图{number}张）"
