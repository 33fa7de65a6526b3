"""kill -9 in a loop between webhook and SMS: nothing is lost, nothing is sent twice (architecture.md, rules 5 and 6).

The carrier is a server like Twilio's that keeps what it was given; it posts a delivery again, as Twilio does, until it
was answered. In the end every message that was answered is one ticket with one acknowledgement.
"""

from __future__ import annotations

import asyncio
import os
import random
import signal
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import asyncpg
import pytest
from multidict import MultiDict

from hotline.base.db.embedded import embedded
from hotline.telephony.signature import sign
from tests.carrier import ACCOUNT, NUMBER, TOKEN, Carrier, carrier
from tests.program import SHORT, Program, program, reachable


@pytest.fixture
async def line() -> AsyncIterator[Carrier]:
    async with carrier() as made:
        yield made


async def post(session: aiohttp.ClientSession, served: Program, n: int) -> int:
    """One SMS, posted once; returns the status."""
    fields = {
        "MessageSid": f"SM{n:032d}",
        "AccountSid": ACCOUNT,
        "From": f"+861390001{n:04d}",
        "To": NUMBER,
        "Body": f"第{n}号楼停水了，请派人来修",
        "NumMedia": "0",
    }
    headers = {"X-Twilio-Signature": sign(TOKEN, served.url + "/twilio/sms", MultiDict(fields))}
    async with session.post(served.url + "/twilio/sms", data=fields, headers=headers) as answer:
        return answer.status


async def deliver(session: aiohttp.ClientSession, served: Program, n: int) -> None:
    """One SMS, posted again until it is answered."""
    for _ in range(600):
        try:
            if await post(session, served, n) == 200:
                return
        except (aiohttp.ClientError, TimeoutError):
            await asyncio.sleep(0.05)
        else:
            await asyncio.sleep(0.05)
    raise AssertionError(f"message {n} was never answered")


async def storm(served: Program, kills: int, dice: random.Random) -> int:
    """Messages all the time, and so many kills; returns how many messages there were."""
    sent = 0
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=5)) as session:
        for _ in range(kills):
            await served.start()
            batch = [asyncio.create_task(deliver(session, served, sent + i)) for i in range(8)]
            sent += len(batch)
            await asyncio.sleep(dice.uniform(0.0, 0.5))
            await served.kill()
            await served.start()
            await asyncio.gather(*batch)
            await served.kill()
    return sent


async def settle(served: Program, dsn: str) -> None:
    """Leases run out, uncertain messages are looked up twice: each needs a minute, which the clock is moved by."""
    conn = await asyncpg.connect(dsn)
    try:
        for minutes in range(0, 40, 2):
            served.more["HOTLINE_CLOCK_OFFSET"] = str(60 * minutes)
            await served.start()
            for _ in range(40):
                left = await conn.fetchval(
                    "SELECT (SELECT count(*) FROM inbound WHERE processed_at IS NULL)"
                    " + (SELECT count(*) FROM outbox WHERE state NOT IN ('sent', 'delivered'))"
                )
                if not left:
                    return
                await asyncio.sleep(0.05)
            await served.stop()
    finally:
        await conn.close()
    raise AssertionError(f"{left} deliveries or messages are left")


async def _check(dsn: str, line: Carrier, sent: int) -> None:
    conn = await asyncpg.connect(dsn)
    try:
        assert await conn.fetchval("SELECT count(*) FROM ticket") == sent
        assert await conn.fetchval("SELECT count(DISTINCT person_id) FROM ticket") == sent
        assert await conn.fetchval("SELECT count(*) FROM contact WHERE outcome = 'ticket'") == sent
        assert await conn.fetchval("SELECT count(*) FROM ownership WHERE to_at IS NULL") == sent
        assert await conn.fetchval("SELECT count(*) FROM duty") == 5 * sent
        assert await conn.fetchval("SELECT count(*) FROM outbox") == sent
    finally:
        await conn.close()
    heard = Counter(message["To"] for message in line.messages)
    twice = {to: times for to, times in heard.items() if times > 1}
    assert len(heard) == sent, f"{sent - len(heard)} persons never heard"
    assert not twice, f"heard twice: {twice}"


async def _killed(dsn: str, tmp_path: Path, line: Carrier, kills: int) -> None:
    async with program(
        dsn,
        tmp_path,
        TWILIO_ACCOUNT_SID=ACCOUNT,
        TWILIO_AUTH_TOKEN=TOKEN,
        TWILIO_NUMBER=NUMBER,
        TWILIO_API_URL=line.url,
    ) as served:
        sent = await storm(served, kills, random.Random(1890))
        await settle(served, dsn)
    await _check(dsn, line, sent)


@pytest.mark.race
async def test_a_few_kills(empty: str, tmp_path: Path, line: Carrier) -> None:
    await _killed(empty, tmp_path, line, 2)


@pytest.mark.race
async def test_the_database_dies_and_nothing_is_lost(tmp_path: Path, line: Carrier) -> None:
    """It comes back under the program; what cannot wait so long is told to come again, and nothing breaks."""
    place, said = reachable(tmp_path) / "db", Counter[int]()

    async def once_or_again(n: int) -> None:
        while (status := await post(session, served, n)) != 200:
            said[status] += 1
            await asyncio.sleep(0.5)

    async with (
        embedded(place) as dsn,
        program(
            dsn,
            tmp_path,
            TWILIO_ACCOUNT_SID=ACCOUNT,
            TWILIO_AUTH_TOKEN=TOKEN,
            TWILIO_NUMBER=NUMBER,
            TWILIO_API_URL=line.url,
        ) as served,
        aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=60)) as session,
    ):
        await served.start()
        posted = []
        for n in range(12):
            posted.append(asyncio.create_task(once_or_again(n)))
            if n == 4:
                os.kill(int((place / "pg" / "postmaster.pid").read_text().split()[0]), signal.SIGKILL)
            await asyncio.sleep(0.2)
        await asyncio.gather(*posted)
        assert set(said) <= {503}
        await served.stop()
        await settle(served, dsn)
        await served.stop()
        await _check(dsn, line, 12)


@pytest.mark.prove
@pytest.mark.timeout(1200)
async def test_thirty_kills(empty: str, tmp_path: Path, line: Carrier) -> None:
    """Each round kills twice."""
    await _killed(empty, tmp_path, line, 5 if SHORT else 15)
