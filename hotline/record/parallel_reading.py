"""Parallel reading of the whole record: ranges of tickets on all cores, each in a snapshot of its own."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import sys
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise

from hotline.base.db.connection import Conn, connect
from hotline.base.keys import RecordKeys
from hotline.record import record_sql

#: Tickets a part. A part is held in memory.
PART = 2000
_LAST = 2**63 - 1


@dataclass(frozen=True, slots=True)
class TicketRange:
    """The tickets with `after` < id ≤ `until`."""

    after: int
    until: int


@dataclass(frozen=True, slots=True)
class CheckedPart:
    """What a part gave: how much was looked at, and what is wrong with which ticket (its number, in a few words)."""

    tickets: int = 0
    events: int = 0
    wrong: tuple[tuple[str, str], ...] = field(default=())


Check = Callable[[Conn, TicketRange, RecordKeys, str, datetime], Awaitable[CheckedPart]]


async def over_all(
    conn: Conn, dsn: str, check: Check, keys: RecordKeys, zone: str, now: datetime, *, what: str = ""
) -> CheckedPart:
    """Run `check(conn, span, keys, zone, now)` over all tickets and add up what it found, in ticket order.

    `check` is a function of a module (it is called in other processes where there is more than one part).
    """
    borders = await record_sql.borders(conn, PART)
    spans = [TicketRange(a, b) for a, b in pairwise([-_LAST, *borders, _LAST])]
    if len(spans) == 1:
        return await _one(conn, check, spans[0], keys, zone, now)
    loop = asyncio.get_running_loop()
    found: list[CheckedPart] = []
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(os.cpu_count() or 1, mp_context=context) as workers:
        runs = [loop.run_in_executor(workers, _apart, dsn, check, span, keys, zone, now) for span in spans]
        for run in runs:
            found.append(await run)
            _progress(what, len(found), len(spans))
    return _sum(found)


async def _one(conn: Conn, check: Check, span: TicketRange, keys: RecordKeys, zone: str, now: datetime) -> CheckedPart:
    async with conn.transaction(isolation="repeatable_read", readonly=True):
        return await check(conn, span, keys, zone, now)


def _apart(dsn: str, check: Check, span: TicketRange, keys: RecordKeys, zone: str, now: datetime) -> CheckedPart:
    """One part in a process of its own."""

    async def run() -> CheckedPart:
        conn = await connect(dsn)
        try:
            return await _one(conn, check, span, keys, zone, now)
        finally:
            await conn.close()

    return asyncio.run(run())


def _sum(found: Sequence[CheckedPart]) -> CheckedPart:
    return CheckedPart(
        sum(f.tickets for f in found),
        sum(f.events for f in found),
        tuple(item for f in found for item in f.wrong),
    )


def _progress(what: str, done: int, of: int) -> None:
    if what and sys.stderr.isatty():
        sys.stderr.write(f"\r{what} {100 * done // of} %" + ("\n" if done == of else ""))
        sys.stderr.flush()
