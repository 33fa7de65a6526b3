"""Several real processes sweep the same due clocks: each breach and message once, also when they are killed."""

from __future__ import annotations

import asyncio
import os
import random
import sys

import pytest

from bench.sweep import H, departments, fill, settle
from hotline.base.clock import MovingClock
from hotline.base.db.connection import Pool
from hotline.base.services import Services

pytestmark = [pytest.mark.race, pytest.mark.timeout(900)]
#: CI proves in short form.
SHORT = os.environ.get("PROVE") == "short"
FULL = pytest.param(10_000 if SHORT else 100_000, marks=pytest.mark.prove)


async def due(pool: Pool, services: Services, clock: MovingClock, n: int) -> None:
    """`n` tickets, each with one clock that is past due."""
    async with pool.acquire() as conn:
        given = await departments(conn, services)
    await fill(pool, services, given, n)
    await settle(pool)
    clock.move(2 * H)


async def sweeper(dsn: str, clock: MovingClock) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.race.sweeper", dsn, clock.now().isoformat()
    )


async def exactly(pool: Pool, n: int) -> None:
    """Each breach, step, event and message is there, and once; nobody failed on anything."""
    async with pool.acquire() as conn:
        for query in (
            "SELECT count(*) FROM clock WHERE breached_at = due_at",
            "SELECT count(*) FROM ladder_step WHERE step = 'breach'",
            "SELECT count(*) FROM ticket_event WHERE kind = 'breached'",
            "SELECT count(DISTINCT ticket_id) FROM ticket_event WHERE kind = 'breached'",
            "SELECT count(*) FROM outbox",
            "SELECT count(DISTINCT ticket_id) FROM outbox",
        ):
            assert await conn.fetchval(query) == n, query
        assert await conn.fetchval("SELECT count(*) FROM event_retry") == 0


@pytest.mark.parametrize("n", [2_000, FULL])
async def test_four_processes(pool: Pool, dsn: str, services: Services, clock: MovingClock, n: int) -> None:
    await due(pool, services, clock, n)
    for again in range(2):
        several = [await sweeper(dsn, clock) for _ in range(4 if not again else 1)]
        assert [await p.wait() for p in several] == [0] * len(several)
        await exactly(pool, n)


@pytest.mark.parametrize("n", [2_000, pytest.param(20_000, marks=pytest.mark.prove)])
async def test_killed_at_random(pool: Pool, dsn: str, services: Services, clock: MovingClock, n: int) -> None:
    await due(pool, services, clock, n)
    dice, kills = random.Random(7), 0
    while True:
        several = [await sweeper(dsn, clock) for _ in range(3)]
        async with pool.acquire() as conn:
            while all(p.returncode is None for p in several):
                await asyncio.sleep(dice.uniform(0.01, 0.1))
                begun = await conn.fetchval("SELECT EXISTS (SELECT 1 FROM clock WHERE breached_at IS NOT NULL)")
                if begun and kills < 9:
                    break
            left = await conn.fetchval("SELECT count(*) FROM clock WHERE next_at <= $1", clock.now())
        for p in several:
            if p.returncode is None and left and kills < 9:
                p.kill()
                kills += 1
        ended = [await p.wait() for p in several]
        if ended == [0, 0, 0]:
            break
    assert kills >= 1
    await exactly(pool, n)
