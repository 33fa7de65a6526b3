"""The line of a test: signed webhooks as the carrier posts them, and what was sent."""

from __future__ import annotations

import asyncio
import itertools
from typing import Any

from aiohttp.test_utils import TestClient

from hotline.base.db.connection import Pool
from hotline.base.services import Services
from hotline.telephony.simulator import envelope

_sids = itertools.count(1)


async def webhook(client: TestClient, services: Services, path: str, **fields: str) -> tuple[int, str]:
    """Post a signed webhook; returns status and text."""
    headers, form = envelope(services.settings, services.keys, path, fields)
    answer = await client.post(path, data=form, headers=headers)
    return answer.status, await answer.text()


async def sms(client: TestClient, services: Services, phone: str, text: str, *, sid: str = "", **more: str) -> str:
    """A citizen's SMS; returns its SID once it is durable."""
    sid = sid or f"SM{next(_sids):032d}"
    status, _ = await webhook(client, services, "/twilio/sms", MessageSid=sid, From=phone, Body=text, **more)
    assert status == 200
    return sid


async def until(pool: Pool, query: str, *values: object, want: object = True, within: float = 5.0) -> Any:
    """Wait until a query gives `want`; fails with what it gave last."""
    end = asyncio.get_running_loop().time() + within
    while True:
        async with pool.acquire() as conn:
            found = await conn.fetchval(query, *values)
        if found == want:
            return found
        assert asyncio.get_running_loop().time() < end, f"{query}: {found!r}, not {want!r}"
        await asyncio.sleep(0.02)


DONE = "SELECT count(*) = 0 FROM inbound WHERE processed_at IS NULL"


async def settled(pool: Pool) -> None:
    """Wait until all that came in was processed."""
    await until(pool, DONE)


async def told(pool: Pool, services: Services, phone: str) -> list[str]:
    """The words of all messages to a phone, oldest first."""
    async with pool.acquire() as conn:
        rows = await conn.fetch("SELECT body FROM outbox WHERE to_hash = $1 ORDER BY id", services.keys.hash(phone))
    return [row["body"] for row in rows]
