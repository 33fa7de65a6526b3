"""Who opted out at the carrier (error 21610) is called from then on, however the carrier says so."""

from __future__ import annotations

from dataclasses import replace

import pytest
from aiohttp.test_utils import TestClient

from hotline.base.db import Pool
from hotline.base.house import House
from hotline.outbox.dispatcher import dispatch
from hotline.outbox.store import Message, enqueue
from hotline.telephony.twilio import Twilio
from tests.carrier import carrier
from tests.hotline.telephony.test_providers import settings_for
from tests.line import settled, webhook
from tests.office import ticket

PHONE = "+8613900000001"


async def waiting(pool: Pool, house: House) -> int:
    """A ticket's person, and a result that waits to leave; its id."""
    now = house.clock.now()
    async with pool.acquire() as conn, conn.transaction():
        made = await ticket(conn, house, phone=PHONE)
        person = await conn.fetchval("SELECT id FROM person")
        message = Message("x", "interim", "sms", PHONE, "进展", ticket_id=made.ticket, person_id=person)
        (ident,) = await enqueue(conn, house.keys, [message], now)
    return int(ident)


async def opted_out(pool: Pool) -> bool:
    async with pool.acquire() as conn:
        return bool(await conn.fetchval("SELECT opted_out_at IS NOT NULL FROM person"))


@pytest.mark.parametrize(("mood", "out"), [("400/21610", True), ("400/21211", False), ("", False)])
async def test_the_carriers_refusal(pool: Pool, house: House, mood: str, out: bool) -> None:
    await waiting(pool, house)
    async with carrier() as made:
        made.mood = mood
        provider = Twilio(settings_for(made.url))
        await dispatch(pool, replace(house, provider=provider), house.clock.now())
        await provider.close()
    assert await opted_out(pool) is out


@pytest.mark.parametrize(("code", "out"), [("21610", True), ("30003", False)])
async def test_the_carriers_receipt(client: TestClient, pool: Pool, house: House, code: str, out: bool) -> None:
    ident = await waiting(pool, house)
    await webhook(
        client,
        house,
        f"/twilio/sms/status?outbox={ident}",
        MessageSid="SM1",
        MessageStatus="undelivered",
        ErrorCode=code,
    )
    await settled(pool)
    assert await opted_out(pool) is out
