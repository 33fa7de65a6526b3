"""The paging race: three processes, many departments, tickets in a minute, workers killed at random.

Every ticket is paged at each step of its ladder, no step twice, and no message leaves twice.
"""

from __future__ import annotations

import asyncio
import os
import random
import signal
import sys
import time
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest

from hotline.base.clock import SystemClock
from hotline.base.db.connection import Conn, Pool
from hotline.base.keys import Keys, derive
from hotline.base.services import Services
from hotline.people.user import User
from hotline.ticket import Role, Urgency
from tests import office
from tests.program import SHORT
from tests.race.pager import SECRET

pytestmark = [pytest.mark.race, pytest.mark.timeout(3600)]
ROOT = Path(__file__).resolve().parents[2]
_ROUND = timedelta(minutes=2, seconds=30)
_WORKERS = 3
#: Departments, tickets, seconds between tickets.
FULL = (20, 200, 0.03) if SHORT else (75, 2000, 0.03)


@pytest.fixture(scope="session")
def keys() -> Keys:
    return derive(SECRET, "the race")


@pytest.fixture
def clock() -> SystemClock:  # type: ignore[override]
    return SystemClock(timedelta(0))


async def county(conn: Conn, services: Services, departments: int) -> User:
    """Departments with two members and a leader on duty day and night, and the centre's manager."""
    for n in range(departments):
        made = await office.department(conn, f"R{n:02d}", f"竞赛局{n}")
        for i, rank in enumerate(("member", "member", "leader")):
            who = await office.user(
                conn,
                Role.LIAISON,
                department=made,
                phone=f"+86139{n:04d}{i:04d}",
                leads=i == 2,
                services=services,
                name=f"r{n}-{i}",
            )
            await conn.execute(
                "INSERT INTO roster_shift (department_id, user_id, rank, from_at, to_at) VALUES ($1, $2, $3, '2020-01-01Z', '2099-01-01Z')",
                made,
                who.id,
                rank,
            )
    return await office.user(conn, Role.MANAGER, phone="+8613899999999", services=services, name="r-boss")


@dataclass(slots=True)
class Nursery:
    """Workers by process id; see `tests.race.pager`."""

    process: Process
    faults: Path
    alive: list[int] = field(default_factory=list)
    kills: int = 0

    async def fork(self, offset: timedelta) -> None:
        """One more worker, on a clock moved by `offset`."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(f"{offset.total_seconds()}\n".encode())
        self.alive.append(int(await self.process.stdout.readline()))

    def kill(self, place: int) -> None:
        """End one at once. A worker that ended by itself is a fault, and has said why."""
        with suppress(ProcessLookupError):
            os.kill(self.alive.pop(place), signal.SIGKILL)
            self.kills += 1

    def well(self) -> None:
        """Fails with what a worker said that ended by itself."""
        assert self.faults.read_text() == ""


@pytest.fixture
async def nursery(dsn: str, tmp_path: Path) -> AsyncIterator[Nursery]:
    faults = tmp_path / "faults"
    with faults.open("wb") as file:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.race.pager", dsn, cwd=ROOT, stdin=PIPE, stdout=PIPE, stderr=file
        )
    made = Nursery(process, faults)
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        assert await process.stdout.readline() == b"ready\n", faults.read_text()[-2000:]
        yield made
    finally:
        process.stdin.close()
        await process.wait()


async def dispatching(pool: Pool, services: Services, boss: User, count: int, departments: int, each: float) -> None:
    """Tickets dispatched one after the other, at most so fast."""
    for n in range(count):
        began = time.monotonic()
        async with pool.acquire() as conn, conn.transaction():
            made = await office.ticket(
                conn, services, phone="", urgency=Urgency.CRITICAL, text=f"第{n}处漏电", place=f"第{n}号"
            )
            await office.move(conn, services, boss, made.number, "assignments", department=f"R{n % departments:02d}")
        await asyncio.sleep(max(0.0, each - (time.monotonic() - began)))


async def one_round(
    nursery: Nursery,
    offset: timedelta,
    kills: int,
    dice: random.Random,
    pool: Pool,
    first: asyncio.Task[None] | None = None,
) -> None:
    """Three workers on a clock moved by `offset`; so many of them, and more while `first` runs, are killed and replaced."""
    for _ in range(_WORKERS):
        await nursery.fork(offset)
    done, end = 0, time.monotonic() + 1500
    while done < kills or (first is not None and not first.done()) or await busy(pool, offset):
        await asyncio.sleep(dice.uniform(0.1, 2.0))
        if done < kills or (first is not None and not first.done()):
            nursery.kill(dice.randrange(_WORKERS))
            await nursery.fork(offset)
            done += 1
        nursery.well()
        assert time.monotonic() < end, "the round does not come to its end"
    while nursery.alive:
        nursery.kill(0)


async def busy(pool: Pool, offset: timedelta) -> bool:
    """Whether a ladder is due on the moved clock, or a message: to be sent, or to be looked up since its worker was killed."""
    now = SystemClock(offset).now()
    async with pool.acquire() as conn:
        return bool(
            await conn.fetchval(
                "SELECT EXISTS (SELECT 1 FROM paging WHERE next_at <= $1 AND ended_at IS NULL)"
                " OR EXISTS (SELECT 1 FROM outbox WHERE state IN ('waiting', 'uncertain') AND due_at <= $1)"
                " OR EXISTS (SELECT 1 FROM outbox WHERE state = 'sending' AND lease_until <= $1)",
                now,
            )
        )


@pytest.mark.parametrize(
    ("departments", "tickets", "each"),
    [pytest.param(8, 60, 0.0, id="small"), pytest.param(*FULL, id="full", marks=pytest.mark.prove)],
)
async def test_every_ticket_is_paged_and_no_step_twice(
    pool: Pool, services: Services, nursery: Nursery, departments: int, tickets: int, each: float
) -> None:
    dice = random.Random(1890)
    async with pool.acquire() as conn, conn.transaction():
        boss = await county(conn, services, departments)
    began = time.monotonic()
    task = asyncio.create_task(dispatching(pool, services, boss, tickets, departments, each))
    offset = timedelta(0)
    await one_round(nursery, offset, 3, dice, pool, task)
    await task
    took = time.monotonic() - began
    for _ in range(60):
        offset += _ROUND
        await one_round(nursery, offset, 1, dice, pool)
        async with pool.acquire() as conn:
            if not await conn.fetchval("SELECT count(*) FROM paging WHERE step < 4 AND ended_at IS NULL"):
                break
    for _ in range(10):  # what a killed worker held is looked up twice, and found or sent
        offset += _ROUND
        await one_round(nursery, offset, 0, dice, pool)
        async with pool.acquire() as conn:
            if not await conn.fetchval(
                "SELECT count(*) FROM outbox WHERE state IN ('waiting', 'sending', 'uncertain')"
            ):
                break
    async with pool.acquire() as conn:
        await check(conn, tickets)
    print(
        f"\n{tickets} tickets, {departments} departments, {nursery.kills} kills; dispatched and first paged in {took:.0f} s"
    )


async def check(conn: Conn, tickets: int) -> None:
    """What stands in the database in the end."""
    rows = await conn.fetch(
        "SELECT step, count(DISTINCT assignment_id) AS n, count(*) AS pages FROM page GROUP BY step ORDER BY step"
    )
    assert [(r["step"], r["n"], r["pages"]) for r in rows] == [(step, tickets, 2 * tickets) for step in range(4)]
    whom = await conn.fetchval(
        "SELECT count(*) FROM (SELECT assignment_id, user_id FROM page GROUP BY 1, 2 HAVING count(DISTINCT step) > 1) twice"
    )
    assert whom == 0, "somebody was paged at two steps of one ladder"
    unsent = await conn.fetch(
        "SELECT o.id, o.state, o.attempts, o.error, o.made_at, o.due_at, g.step, g.at FROM page g JOIN outbox o ON o.dedupe_key = g.message"
        " WHERE g.step = 0 AND g.channel = 'sms' AND o.state NOT IN ('sent', 'delivered')"
        " AND NOT (o.state = 'dropped' AND EXISTS (SELECT 1 FROM page l JOIN outbox p ON p.dedupe_key = l.message"
        "  WHERE l.assignment_id = g.assignment_id AND l.step > 0 AND p.state IN ('sent', 'delivered')))"
    )
    assert [dict(r) for r in unsent] == [], "a first page did not leave, and no later one took its place"
    assert await conn.fetchval("SELECT count(*) FROM page WHERE message IS NULL") == 0
    twice = await conn.fetch(
        "SELECT phone, body, count(*) FROM simulated WHERE direction = 'out' AND channel = 'sms' GROUP BY 1, 2 HAVING count(*) > 1"
    )
    assert [tuple(r) for r in twice] == []
    left = await conn.fetchval("SELECT count(*) FROM simulated WHERE direction = 'out'")
    sent = await conn.fetchval("SELECT count(*) FROM outbox WHERE state IN ('sent', 'delivered')")
    assert left == sent, "a message left twice, or is said to have left and did not"
    assert not await conn.fetchval("SELECT count(*) FROM event_retry")
