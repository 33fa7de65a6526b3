"""Calls for which something is due, dealt with one by one, so that one that fails stops no other."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Sequence

from hotline.base.db.connection import Conn, Pool
from hotline.base.events import FATAL

log = logging.getLogger(__name__)


async def each(pool: Pool, calls: Sequence[int], deal: Callable[[Conn, int], Awaitable[None]]) -> int:
    """Deal with each of these calls in a transaction of its own; one that fails stops no other. Returns how many were dealt with."""
    done = 0
    for call_id in calls:
        try:
            async with pool.acquire() as conn, conn.transaction():
                await deal(conn, call_id)
            done += 1
        except FATAL:
            raise
        except Exception:
            log.exception("a call could not be dealt with, it waits", extra={"row": call_id})
    return done
