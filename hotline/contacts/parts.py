"""What this room brings."""

from __future__ import annotations

from datetime import datetime, timedelta

from hotline.base.db.connection import Pool
from hotline.base.jobs.timers import Job, Sweep
from hotline.base.services import Services
from hotline.contacts.drain import drain
from hotline.contacts.results import T
from hotline.outbox.dispatcher import send_all


def jobs() -> list[Job]:
    return [
        Sweep("inbound", timedelta(seconds=2), drain),
        Sweep("outbox", timedelta(seconds=1), send_all),
        Sweep("wrong tries", timedelta(hours=1), _forget_misses),
    ]


async def _forget_misses(pool: Pool, services: Services, now: datetime) -> int:
    """Wrong tries of more than a day ago are forgotten."""
    async with pool.acquire() as conn:
        done = await conn.execute(T["forget_misses"], now - timedelta(days=1))
    return 0 if done == "DELETE 0" else 1
