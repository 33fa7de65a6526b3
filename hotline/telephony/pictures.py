"""The pictures of a message: fetched from the carrier, checked like an upload, attached to its ticket (rulebook §8).

1. Claim what is due, under a lease that a crash lets run out. 2. Fetch and check with no connection held. 3. Under the ticket's lock:
attach, once. What cannot be had is tried again for two hours; what will never be had is not. Once the last is settled
the ticket says how many came and could not be kept, and why.
"""

from __future__ import annotations

import asyncio
import logging
from datetime import datetime, timedelta

import orjson

from hotline.base.db.connection import Conn, Pool
from hotline.base.event import Draft
from hotline.base.http.live import LiveKind, notify
from hotline.base.http.problem import BadField
from hotline.base.provider import NoPicture, Unreachable
from hotline.base.services import Services
from hotline.contacts import message_pictures_sql
from hotline.contacts.message_pictures import picture_address
from hotline.ids import TicketId
from hotline.moves.corrections import LARGEST, cleaned, keep_file
from hotline.tickets import store
from hotline.tickets.tipoffs.take_back import news_for

log = logging.getLogger(__name__)
_BATCH, TRIES = 8, 9
_LEASE = timedelta(minutes=2)
_ENDINGS = {"image/jpeg": "jpg", "image/png": "png", "image/webp": "webp", "application/pdf": "pdf"}
#: What a picture came to: its media type and content, or why there is none for good.
Got = tuple[str, bytes] | str


def again_after(attempts: int) -> timedelta:
    """How long to wait after so many tries: 15 s, doubled each time, half an hour at most."""
    return min(timedelta(seconds=15 * 2 ** min(attempts - 1, 10)), timedelta(minutes=30))


async def sweep_pictures(pool: Pool, services: Services, now: datetime) -> int:
    """Fetch what is due, several at a time; returns how many were dealt with."""
    if services.provider is None:
        return 0
    async with pool.acquire() as conn:
        rows = await message_pictures_sql.claim_pictures(conn, now, now + _LEASE, _BATCH)
    for row, got in zip(rows, await asyncio.gather(*(_safely(pool, services, row) for row in rows)), strict=True):
        try:
            async with pool.acquire() as conn, conn.transaction():
                if got is None:
                    later = now + again_after(row.attempts)
                    await message_pictures_sql.later_picture(conn, row.inbound_id, row.place, later)
                else:
                    await _settle(conn, services, row, got, now)
        except Exception:  # its lease runs out, and it is taken again; the others go on
            log.exception("a picture could not be settled", extra={"row": row.inbound_id})
    return len(rows)


async def _safely(pool: Pool, services: Services, row: message_pictures_sql.ClaimPicturesRow) -> Got | None:
    try:
        return await _fetched(pool, services, row)
    except Exception:  # one picture's fault is not the others'
        log.exception("a picture could not be fetched", extra={"row": row.inbound_id})
        return "gone" if row.attempts >= TRIES else None


async def _fetched(pool: Pool, services: Services, row: message_pictures_sql.ClaimPicturesRow) -> Got | None:
    """The picture, or why there is none; None: try again."""
    assert services.provider is not None
    if row.payload_enc is None:
        return "gone"
    fields = orjson.loads(services.keys.decrypt(row.payload_enc))
    try:
        content = await services.provider.picture(pool, picture_address(fields, row.place), LARGEST)
        return await asyncio.to_thread(cleaned, content)
    except NoPicture as error:
        return error.why
    except BadField:
        return "kind"
    except Unreachable as error:
        log.warning("a picture could not be fetched: %s", error)
        return "gone" if row.attempts >= TRIES else None


async def _settle(
    conn: Conn, services: Services, row: message_pictures_sql.ClaimPicturesRow, got: Got, now: datetime
) -> None:
    inbound, place = row.inbound_id, row.place
    found = await message_pictures_sql.ticket_of_message(conn, inbound)
    ticket = (await store.lock_many(conn, [TicketId(found)]))[TicketId(found)] if found is not None else None
    held = {r.place: r for r in await message_pictures_sql.hold_pictures(conn, inbound)}
    if held[place].done_at is not None:
        return
    attachment = None
    why = got if isinstance(got, str) else None if ticket is not None else "no_ticket"
    if ticket is not None and not isinstance(got, str):
        media, content = got
        name = f"彩信图片{place + 1}.{_ENDINGS.get(media, 'bin')}"
        attachment = await keep_file(conn, services, ticket.id, name, media, content, "person", now)
    await message_pictures_sql.settle_picture(conn, inbound, place, now, attachment, why)
    if ticket is None:
        return
    lost = [r.why for at, r in held.items() if at != place and r.why] + ([why] if why else [])
    if lost and all(r.done_at is not None for at, r in held.items() if at != place):
        await _say_lost(conn, services, ticket.id, len(held), lost, now)
    topics = ["centre", f"user:{ticket.owner_id}", *await news_for(conn, ticket)]
    await notify(conn, topics, LiveKind.TICKET, number=ticket.number)


async def _say_lost(
    conn: Conn, services: Services, ticket: TicketId, came: int, lost: list[str], now: datetime
) -> None:
    """The ticket says that pictures came which it does not have."""
    whys = sorted(set(lost))
    detail = {"came": came, "lost": len(lost), "why": whys}
    event = await services.publish(conn, Draft(ticket, "pictures_lost", "provider", detail), now)
    said = "；".join(services.texts.say(f"picture_{why}", "zh") for why in whys)
    text = services.texts.say("pictures_lost", "zh", came=came, lost=len(lost), why=said)
    await store.add_note(conn, ticket, event.seq, "addition", text)
