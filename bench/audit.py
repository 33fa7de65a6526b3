"""`audit verify` over a big record: hashes and rebuild, events a second."""

from __future__ import annotations

import time

from bench.runner import BenchFigure, Ground
from bench.sweep import departments, fill, settle
from hotline.base.db.connection import Pool
from hotline.base.services import Services
from hotline.ids import TicketId
from hotline.moves.batches import add_many
from hotline.record.chain_checks import check_chains
from hotline.record.parallel_reading import over_all
from sla.verify.comparison import check_rebuilt

EVENTS, EACH = 200_000, 25
_BATCH = 400


async def record(pool: Pool, services: Services, events: int, each: int = EACH) -> int:
    """Tickets at departments with `each` events apiece, `events` in all, sealed by the program; returns how many there are."""
    async with pool.acquire() as conn:
        given = await departments(conn, services)
    await fill(pool, services, given, events // each)
    await settle(pool)
    async with pool.acquire() as conn:
        rows = [tuple(row) for row in await conn.fetch("SELECT id, event_count FROM ticket ORDER BY id")]
        for place in range(0, len(rows), _BATCH):
            now = services.clock.now()
            added = [
                (TicketId(ident), f"{n:032x}", now)
                for ident, count in rows[place : place + _BATCH]
                for n in range(each - count)
            ]
            async with conn.transaction():
                await add_many(conn, services, added, now)
        await conn.execute("VACUUM ANALYZE ticket_event, note")
        return int(await conn.fetchval("SELECT count(*) FROM ticket_event"))


async def bench(ground: Ground) -> list[BenchFigure]:
    services, found = ground.services, []
    async with ground.pool("bench_audit") as pool:
        await record(pool, services, EVENTS)
        dsn = ground.server.rsplit("/", 1)[0] + "/bench_audit"
        for check, what, aim in (
            (check_chains, "audit verify: hashes", "a million in a minute: 16,667"),
            (check_rebuilt, "audit verify: rebuild", ""),
        ):
            started = time.perf_counter()
            async with pool.acquire() as conn:
                told = await over_all(
                    conn, dsn, check, services.keys.record, services.settings.timezone, services.clock.now()
                )
            assert not told.wrong, told.wrong[:3]
            rate = told.events / (time.perf_counter() - started)
            found.append(BenchFigure(what, rate, "events a second", aim=aim))
    return found
