"""Batch processing of due rows: all in one transaction; if that fails, one by one, and a row that fails is postponed
(architecture.md, rule 7).
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Sequence

from hotline.base.db.connection import Conn, Pool
from hotline.base.events import FATAL

log = logging.getLogger(__name__)


async def batch(
    pool: Pool,
    what: str,
    *,
    take: Callable[[Conn], Awaitable[int]],
    due: Callable[[Conn], Awaitable[Sequence[int]]],
    one: Callable[[Conn, int], Awaitable[object]],
    postpone: Callable[[Conn, int, str], Awaitable[object]],
) -> int:
    """Process a batch in one transaction; returns how many rows were processed. A failing row never stops the others.

    1. `take` locks what is due and deals with it all. 2. Where that fails nothing of it stays: `due` names what is due,
    unlocked. 3. `one` locks each and deals with it, in a transaction of its own. 4. One that fails again is put off by
    `postpone`, with why. A failure of the connection or the transaction is nobody's fault: it is raised.
    """
    try:
        async with pool.acquire() as conn, conn.transaction():
            return await take(conn)
    except FATAL:
        raise
    except Exception:
        log.exception("a batch failed, taking it one by one", extra={"batch": what})
    async with pool.acquire() as conn:
        ids = await due(conn)
        for ident in ids:
            try:
                async with conn.transaction():
                    await one(conn, ident)
            except FATAL:
                raise
            except Exception as error:
                log.exception("this cannot be dealt with, it waits", extra={"batch": what, "row": ident})
                await postpone(conn, ident, f"{type(error).__name__}: {error}"[:500])
    return len(ids)
