"""Who writes through a messenger is a person like others: answered there, from the address that was written to, or called."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from aiohttp.test_utils import TestClient

from hotline.base.clock import MovingClock
from hotline.base.db.connection import Pool
from hotline.base.provider import Parcel
from hotline.base.services import Services
from hotline.contacts.drain import drain
from hotline.contacts.inbox import keep_now
from hotline.contacts.owed_calls import sweep_unconfirmed
from hotline.outbox.dispatcher import Status, on_statuses, send_all
from hotline.telephony.twilio import Twilio
from tests.carrier import NUMBER, carrier
from tests.hotline.telephony.test_providers import settings_for
from tests.line import settled, sms, told

PHONE = "+8613900000051"


@pytest.mark.parametrize(
    ("sender", "ours"), [(f"whatsapp:{PHONE}", "whatsapp:+15005550006"), (f"rcs:{PHONE}", "rcs:county_1890")]
)
async def test_they_are_persons_and_answered_there(
    client: TestClient, pool: Pool, services: Services, sender: str, ours: str
) -> None:
    await sms(client, services, sender, "人民路路灯坏了", To=ours)
    await settled(pool)
    await sms(client, services, sender, "查进度", To=ours)
    await settled(pool)
    assert len(await told(pool, services, sender)) == 2
    assert await told(pool, services, PHONE) == []
    async with pool.acquire() as conn:
        enc = await conn.fetchval("SELECT p.phone_enc FROM ticket t JOIN person p ON p.id = t.person_id")
        assert services.keys.decrypt(enc) == PHONE
        rows = await conn.fetch("SELECT kind, about FROM outbox ORDER BY id")
    assert [(r["kind"], r["about"]["from"]) for r in rows] == [
        ("received_messenger", ours),
        ("answer_messenger", ours),
    ]


async def test_the_same_person_by_sms_and_by_messenger(client: TestClient, pool: Pool, services: Services) -> None:
    await sms(client, services, PHONE, "人民路路灯坏了")
    await settled(pool)
    await sms(client, services, f"whatsapp:{PHONE}", "补充一下，在路口", To="whatsapp:+15005550006")
    await settled(pool)
    async with pool.acquire() as conn:
        assert await conn.fetchval("SELECT count(*) FROM ticket") == 1
        assert await conn.fetchval("SELECT count(*) FROM person WHERE phone_hash IS NOT NULL") == 1


async def test_a_landlines_account_is_answered_there(client: TestClient, pool: Pool, services: Services) -> None:
    await sms(client, services, "whatsapp:+864367222345", "停水了", To="whatsapp:+15005550006")
    await settled(pool)
    assert len(await told(pool, services, "whatsapp:+864367222345")) == 1


async def comes(pool: Pool, services: Services, text: str) -> None:
    """A message through a messenger, with no carrier that gives receipts by itself."""
    fields = {"From": f"whatsapp:{PHONE}", "To": "whatsapp:+15005550006", "Body": text}
    async with pool.acquire() as conn, conn.transaction():
        await keep_now(conn, services, "sms", "SM1", "", fields, services.clock.now())
    await drain(pool, services, services.clock.now())


@pytest.mark.parametrize(("word", "owed"), [("undelivered", 1), ("failed", 1), ("delivered", 0), ("read", 0)])
async def test_where_the_answer_does_not_arrive_a_call_is_owed_once(
    pool: Pool, services: Services, clock: MovingClock, word: str, owed: int
) -> None:
    await comes(pool, services, "停水了")
    await send_all(pool, services, clock.now())
    for _ in range(2):
        async with pool.acquire() as conn, conn.transaction():
            row = await conn.fetchrow("SELECT id, provider_sid FROM outbox")
            assert row is not None
            await on_statuses(conn, services, [Status(row["id"], row["provider_sid"], word, "63016")], clock.now())
    clock.move(timedelta(hours=3))
    await sweep_unconfirmed(pool, services, clock.now())
    async with pool.acquire() as conn:
        rows = await conn.fetch("SELECT b.reason, t.number FROM call_back b JOIN ticket t ON t.id = b.ticket_id")
    assert [r["reason"] for r in rows] == ["undelivered"] * owed


@pytest.mark.parametrize(("late", "owed"), [(-1, 0), (0, 1), (1, 1)])
async def test_without_a_receipt_in_two_hours_a_call_is_owed(
    pool: Pool, services: Services, clock: MovingClock, late: int, owed: int
) -> None:
    await comes(pool, services, "帮助")
    clock.move(timedelta(hours=2, seconds=late))
    for _ in range(2):
        await sweep_unconfirmed(pool, services, clock.now())
    async with pool.acquire() as conn:
        assert await conn.fetchval("SELECT count(*) FROM call_back WHERE reason = 'undelivered'") == owed


async def test_an_account_without_a_number_is_kept_and_answered(
    client: TestClient, pool: Pool, services: Services
) -> None:
    await sms(client, services, "messenger:1234567890", "停水了", To="messenger:99")
    await settled(pool)
    async with pool.acquire() as conn:
        assert await conn.fetchval("SELECT count(*) FROM ticket") == 1
    assert len(await told(pool, services, "messenger:1234567890")) == 1


async def test_the_carrier_is_told_both_addresses(pool: Pool) -> None:
    async with carrier() as made:
        provider, now = Twilio(settings_for(made.url)), datetime.now(UTC)
        for parcel in (
            Parcel(f"whatsapp:{PHONE}", "一", "http://x.test/s", sender="whatsapp:+15005550009"),
            Parcel(f"whatsapp:{PHONE}", "二", "http://x.test/s"),
            Parcel(PHONE, "三", "http://x.test/s"),
        ):
            await provider.send_sms(pool, parcel, now)
        assert [(m["To"], m["From"]) for m in made.messages] == [
            (f"whatsapp:{PHONE}", "whatsapp:+15005550009"),
            (f"whatsapp:{PHONE}", f"whatsapp:{NUMBER}"),
            (PHONE, NUMBER),
        ]
        assert len(await provider.look_up(pool, f"whatsapp:{PHONE}", "一", now, False)) == 1
        await provider.close()
