"""The sweep of the ladder: due clocks a second with their messages written; and what open clocks cost that are not due."""

from __future__ import annotations

from datetime import timedelta
from importlib import resources

from bench.runner import BenchFigure, Ground, in_turn, timed
from hotline.base.db.connection import Conn, Pool
from hotline.base.services import Services
from hotline.contacts.opening import NewTicket, open_tickets
from hotline.ids import DepartmentId
from hotline.moves.batches import BatchDispatch, dispatch_many
from hotline.ticket import Channel
from sla.ladder.sweep import climb

DUE, AMONG, FEW, MANY = 20_000, 1_000, 10_000, 1_000_000
H = timedelta(hours=1)
_BATCH = 1_000
_TURNS = 9


async def departments(conn: Conn, services: Services, n: int = 75) -> list[DepartmentId]:
    """Departments, each with a liaison who has a number."""
    found = []
    for i in range(n):
        made = await conn.fetchval("INSERT INTO department (code, name) VALUES ($1, $1) RETURNING id", f"B{i:02d}")
        phone = f"+8613800{i:06d}"
        await conn.execute(
            "INSERT INTO app_user (name, shown_name, role, department_id, phone_enc, phone_hash, phone_tested_at, made_at)"
            " VALUES ($1, $1, 'liaison', $2, $3, $4, $5, $5)",
            f"b{i}",
            made,
            services.keys.encrypt(phone),
            services.keys.hash(phone),
            services.clock.now(),
        )
        found.append(DepartmentId(made))
    return found


async def fill(pool: Pool, services: Services, given: list[DepartmentId], n: int, *, due_in: timedelta = H) -> None:
    """`n` tickets at departments, each with one clock that is due in `due_in`; made by the use cases."""
    now = services.clock.now()
    for start in range(0, n, _BATCH):
        size = min(_BATCH, n - start)
        async with pool.acquire() as conn, conn.transaction():
            new_tickets = [NewTicket(Channel.WEB, "路灯不亮", None, now, "人民路") for _ in range(size)]
            opened = await open_tickets(conn, services, new_tickets, now)
            await dispatch_many(
                conn,
                services,
                [BatchDispatch(o.ticket, given[i % len(given)], now, now + due_in) for i, o in enumerate(opened)],
                now,
            )


async def settle(pool: Pool) -> None:
    """Statistics and visibility as an operated database has them, and what the filling left dirty written out."""
    async with pool.acquire() as conn:
        await conn.execute("VACUUM ANALYZE")
        await conn.execute("CHECKPOINT")


async def sweep_all(pool: Pool, services: Services) -> int:
    """Sweep until nothing is due; returns how many were."""
    done = 0
    while found := await climb(pool, services, services.clock.now()):
        done += found
    return done


async def _yard(pool: Pool, n: int) -> float:
    """Rows a second that one batched statement escalates, with an event and a message each."""
    sql = resources.files("bench").joinpath("sweep_yard.sql").read_text("utf-8")
    make, take = sql.split("-- take\n")
    async with pool.acquire() as conn:
        await conn.execute(make.replace(":n", str(n)))

        async def run() -> None:
            while await conn.fetchval(take):
                pass

        return n / await timed(run())


async def _due(ground: Ground) -> float:
    async with ground.pool("bench_sweep") as pool:
        async with pool.acquire() as conn:
            given = await departments(conn, ground.services)
        await fill(pool, ground.services, given, DUE)
        await settle(pool)
        ground.clock.move(2 * H)
        took = await timed(sweep_all(pool, ground.services))
        async with pool.acquire() as conn:
            assert await conn.fetchval("SELECT count(*) FROM outbox") == DUE
            assert await conn.fetchval("SELECT count(*) FROM clock WHERE breached_at IS NOT NULL") == DUE
        ground.clock.move(-2 * H)
        return DUE / took


async def _open(pool: Pool, services: Services, still: int) -> list[DepartmentId]:
    """`still` clocks that are open and not due for long: a hundredth by the use cases, the others beside them."""
    async with pool.acquire() as conn:
        given = await departments(conn, services)
    await fill(pool, services, given, still // 100, due_in=1000 * H)
    async with pool.acquire() as conn:
        await conn.execute(
            "INSERT INTO clock (ticket_id, clock, whose, policy_version, base, amount, started_at, start_seq, due_at, next_at, touched_at)"
            " SELECT t.id, 'k' || n, 'centre', 1, '24h', 3600, $1, 1, $2, $2, $1 FROM ticket t, generate_series(1, 98) n",
            services.clock.now(),
            services.clock.now() + 1000 * H,
        )
    await settle(pool)
    return given


async def _among(ground: Ground) -> tuple[float, float]:
    """The seconds of a sweep with `AMONG` due clocks beside `FEW` and beside `MANY` open ones that are not.

    Both databases stand side by side and are swept in turn, so that what else the machine does falls on both. The first
    turn warms connections and plans up and is not counted. What the filling left dirty is written out before: that is the
    filling's cost. In between nothing is vacuumed: to read a million index entries right before a sweep would
    measure the cold caches of the processor, which no sweep in operation has.
    """
    async with ground.pool("bench_few") as few, ground.pool("bench_many") as many:
        given = {pool: await _open(pool, ground.services, still) for pool, still in ((few, FEW), (many, MANY))}

        async def run(pool: Pool) -> float:
            await fill(pool, ground.services, given[pool], AMONG)
            async with pool.acquire() as conn:
                await conn.execute("CHECKPOINT")
            ground.clock.move(2 * H)
            took = await timed(sweep_all(pool, ground.services))
            ground.clock.move(-2 * H)
            return took

        for pool in (few, many):
            await run(pool)
        fewer, more = await in_turn(_TURNS, lambda turn: run(few), lambda turn: run(many))
        return fewer, more


async def bench(ground: Ground) -> list[BenchFigure]:
    async def ours(turn: int) -> float:
        return await _due(ground)

    async def yard(turn: int) -> float:
        async with ground.pool("bench_yard") as pool:
            return await _yard(pool, DUE)

    rate, plain = await in_turn(3, ours, yard)
    few, many = await _among(ground)
    return [
        BenchFigure("sweep: due clocks with their messages", rate, "a second", plain, "at least 5,000"),
        BenchFigure(f"sweep: {AMONG} due among {FEW:,} open", 1000 * few, "ms"),
        BenchFigure(f"sweep: {AMONG} due among {MANY:,} open", 1000 * many, "ms", 1000 * few, "within 1.3 times"),
    ]
