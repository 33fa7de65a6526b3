"""Messages whose fate is unknown: each is looked up by recipient and words, and two alike find two (architecture.md, rule 5)."""

from __future__ import annotations

from datetime import timedelta

from hotline.base.clock import MovingClock
from hotline.base.db.connection import Pool
from hotline.base.provider import Parcel
from hotline.base.services import Services
from hotline.outbox.dispatcher import LEASE, send_all
from hotline.outbox.store import Message, enqueue

PHONE, WORDS = "+8613900009999", "【1890】一样的话。"


async def _cut_off(pool: Pool, services: Services, clock: MovingClock, n: int, taken: int) -> None:
    """Messages that a process took and never settled; the carrier has so many of them."""
    assert services.provider is not None
    async with pool.acquire() as conn:
        several = [Message(f"alike:{i}", "answer", "sms", PHONE, WORDS) for i in range(n)]
        await enqueue(conn, services.keys, several, clock.now())
        await conn.execute(
            "UPDATE outbox SET state = 'sending', lease = 'dead', lease_until = $1, attempts = 1", clock.now()
        )
    for _ in range(taken):
        await services.provider.send_sms(pool, Parcel(PHONE, WORDS, ""), clock.now())


async def _states(pool: Pool) -> list[str]:
    async with pool.acquire() as conn:
        return [r["state"] for r in await conn.fetch("SELECT state FROM outbox ORDER BY id")]


async def test_two_alike_find_one_each(pool: Pool, services: Services, clock: MovingClock) -> None:
    await _cut_off(pool, services, clock, 2, 2)
    clock.move(LEASE)
    await send_all(pool, services, clock.now())
    assert await _states(pool) == ["sent", "sent"]
    async with pool.acquire() as conn:
        assert await conn.fetchval("SELECT count(DISTINCT provider_sid) FROM outbox") == 2
        assert await conn.fetchval("SELECT count(*) FROM simulated") == 2


async def test_only_what_the_carrier_does_not_have_is_sent_again(
    pool: Pool, services: Services, clock: MovingClock
) -> None:
    """And only after two look-ups a minute apart."""
    await _cut_off(pool, services, clock, 2, 1)
    held = []
    for _ in range(5):
        clock.move(timedelta(minutes=1, seconds=1))
        await send_all(pool, services, clock.now())
        async with pool.acquire() as conn:
            held.append(await conn.fetchval("SELECT count(*) FROM simulated"))
    assert held[0] == 1
    assert await _states(pool) == ["sent", "sent"]
    async with pool.acquire() as conn:
        assert await conn.fetchval("SELECT count(*) FROM simulated") == 2
