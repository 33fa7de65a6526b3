"""Who opted out at the carrier (error 21610) is called from then on, however the carrier says so."""

from __future__ import annotations

from dataclasses import replace

import pytest
from aiohttp.test_utils import TestClient

from hotline.base.db.connection import Pool
from hotline.base.services import Services
from hotline.outbox.dispatcher import dispatch
from hotline.outbox.store import Message, enqueue
from hotline.telephony.twilio import Twilio
from tests.carrier import carrier
from tests.hotline.telephony.test_providers import settings_for
from tests.line import settled, webhook
from tests.office import ticket

PHONE = "+8613900000001"


async def waiting(pool: Pool, services: Services) -> int:
    """A ticket's person, and a result that waits to leave; its id."""
    now = services.clock.now()
    async with pool.acquire() as conn, conn.transaction():
        made = await ticket(conn, services, phone=PHONE)
        person = await conn.fetchval("SELECT id FROM person")
        message = Message("x", "interim", "sms", PHONE, "进展", ticket_id=made.ticket, person_id=person)
        (ident,) = await enqueue(conn, services.keys, [message], now)
    return int(ident)


async def opted_out(pool: Pool) -> bool:
    async with pool.acquire() as conn:
        return bool(await conn.fetchval("SELECT opted_out_at IS NOT NULL FROM person"))


@pytest.mark.parametrize(("mood", "out"), [("400/21610", True), ("400/21211", False), ("", False)])
async def test_the_carriers_refusal(pool: Pool, services: Services, mood: str, out: bool) -> None:
    await waiting(pool, services)
    async with carrier() as made:
        made.mood = mood
        provider = Twilio(settings_for(made.url))
        await dispatch(pool, replace(services, provider=provider), services.clock.now())
        await provider.close()
    assert await opted_out(pool) is out


@pytest.mark.parametrize(("code", "out"), [("21610", True), ("30003", False)])
async def test_the_carriers_receipt(client: TestClient, pool: Pool, services: Services, code: str, out: bool) -> None:
    ident = await waiting(pool, services)
    await webhook(
        client,
        services,
        f"/twilio/sms/status?outbox={ident}",
        MessageSid="SM1",
        MessageStatus="undelivered",
        ErrorCode=code,
    )
    await settled(pool)
    assert await opted_out(pool) is out
