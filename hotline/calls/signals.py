"""What browsers of one call said to each other to be connected (WebRTC) is gone soon after the call (hotline/telephony/line_signals.py)."""

from __future__ import annotations

from datetime import datetime, timedelta

from hotline.base.db.connection import Pool
from hotline.base.services import Services
from hotline.calls import parties_sql

#: Kept so long after the end of their call.
_KEPT = timedelta(minutes=10)


async def sweep_signals(pool: Pool, services: Services, now: datetime) -> int:
    """Sweep: signals of calls that are over are gone, with the numbers that were called: they hold addresses of machines and people."""
    async with pool.acquire() as conn:
        gone = await parties_sql.drop_signals(conn, now - _KEPT)
        return gone + await parties_sql.forget_numbers(conn, now - _KEPT)
