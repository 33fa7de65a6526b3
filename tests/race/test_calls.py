"""The telephone race: two processes, ten operators, sixty calls in five minutes at sixty times the speed.

No call rings at two operators, no operator has two calls, nobody is overtaken, and every call ends somewhere: talked, with a
message, or owed.
"""

from __future__ import annotations

import asyncio
import os
import random
import sys
import time
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from hotline.base.db.connection import Pool
from hotline.base.http.problem import Problem
from hotline.base.keys import Keys, derive
from hotline.base.services import Services
from hotline.calls import arrivals, endings, waiting
from hotline.calls.call import CallState
from hotline.ticket import Role
from tests import office
from tests.line import until
from tests.program import SHORT
from tests.race.telephones import SECRET, program

pytestmark = [pytest.mark.race, pytest.mark.timeout(1800)]
ROOT = Path(__file__).resolve().parents[2]
_SPEED, _OPERATORS = 60.0, 10
#: Calls, and the seconds of the fast day in which they come.
CALLS, WITHIN = (60, 300.0) if SHORT else (150, 750.0)


@pytest.fixture(scope="session")
def keys() -> Keys:
    return derive(SECRET, "the race")


@asynccontextmanager
async def processes(
    dsn: str, start: float, operators: list[int], faults: Path, speed: float
) -> AsyncIterator[list[Process]]:
    """Two processes that share the operators; ended with the race."""
    made = []
    with faults.open("w") as heard:
        for seed, several in enumerate((operators[::2], operators[1::2])):
            words = (
                "-m",
                "tests.race.telephones",
                dsn,
                str(start),
                str(_SPEED),
                str(seed),
                ",".join(map(str, several)),
            )
            made.append(
                await asyncio.create_subprocess_exec(
                    sys.executable, *words, cwd=ROOT, stdout=PIPE, stderr=heard, env=dict(os.environ)
                )
            )
        try:
            for process in made:
                assert process.stdout is not None
                assert await asyncio.wait_for(process.stdout.readline(), 60) == b"ready\n"
            yield made
        finally:
            for process in made:
                if process.returncode is None:
                    process.kill()
                await process.wait()


async def caller(pool: Pool, services: Services, n: int, chance: random.Random, speed: float) -> None:
    """Somebody calls, waits, and gives up, keeps a place, leaves a message, or talks until the operator hangs up."""

    async def says(act: object, *given: object) -> object:
        async with pool.acquire() as conn, conn.transaction():
            return await act(conn, services, *given, services.clock.now())  # type: ignore[operator]

    async with pool.acquire() as conn, conn.transaction():
        arrived = await arrivals.arrive(
            conn,
            services,
            next(iter(services.carriers)),
            f"race{n}",
            f"+86138{n:08d}",
            services.clock.now(),  # type: ignore[arg-type]
        )
    call = arrived.call.id
    await says(waiting.enqueue, call)
    patience, keeps = chance.uniform(5, 200), chance.random() < 0.15
    end = time.monotonic() + patience / speed
    while True:
        async with pool.acquire() as conn:
            state = CallState(await conn.fetchval("SELECT state FROM call WHERE id = $1", call))
        if state in {CallState.OVER, CallState.KEPT}:
            break
        if state is CallState.VOICEMAIL:
            await says(endings.voicemail_left, call, f"RE{n}" if chance.random() < 0.5 else None)
            break
        if time.monotonic() > end and (state is CallState.WAITING or chance.random() < 0.1):
            try:
                await says(waiting.keep_place if keeps else endings.caller_left, call)
            except Problem:
                continue  # it was answered in this moment
            break
        await asyncio.sleep(1 / speed)


async def test_a_race_at_the_telephones(pool: Pool, dsn: str, tmp_path: Path) -> None:
    chance = random.Random(1890)
    await run_race(pool, dsn, tmp_path / "faults", sorted(chance.uniform(0, WITHIN) for _ in range(CALLS)), _SPEED)


async def run_race(pool: Pool, dsn: str, faults: Path, moments: list[float], speed: float) -> None:
    """Calls at these moments (seconds of the fast day) to ten operators in two processes; then what must be so."""
    start = time.time()
    services = program(start, speed)
    async with pool.acquire() as conn:
        operators = [(await office.user(conn, Role.OPERATOR)).id for _ in range(_OPERATORS)]
    async with processes(dsn, start, operators, faults, speed) as several:
        begun, tasks = time.monotonic(), []
        for n, moment in enumerate(moments):
            await asyncio.sleep(max(0.0, begun + moment / speed - time.monotonic()))
            tasks.append(asyncio.create_task(caller(pool, services, n, random.Random(n), speed)))
        await asyncio.gather(*tasks)
        await until(pool, "SELECT count(*) FROM call WHERE state NOT IN ('over', 'kept')", want=0, within=120)
        assert [p.returncode for p in several] == [None, None], await asyncio.to_thread(faults.read_text)
    assert await asyncio.to_thread(faults.read_text) == ""
    await every_call_ends_somewhere(pool, len(moments))
    await nobody_is_overtaken(pool)
    await nobody_has_two(pool)


async def every_call_ends_somewhere(pool: Pool, calls: int) -> None:
    """Answered, or a call is owed (or was made)."""
    async with pool.acquire() as conn:
        lost = await conn.fetch(
            "SELECT c.id, c.state, c.ended_why FROM call c JOIN contact k ON k.id = c.contact_id WHERE k.taken_at IS NULL"
            " AND NOT EXISTS (SELECT 1 FROM call_back b WHERE b.contact_id = k.id)"
        )
        assert lost == [], "ended nowhere"
        assert await conn.fetchval("SELECT count(*) FROM call") == calls
        assert await conn.fetchval("SELECT count(DISTINCT call_id) FROM call_event WHERE kind = 'answered'") > calls / 4
        twice = "SELECT call_id FROM call_event WHERE kind = 'ended' GROUP BY call_id HAVING count(*) > 1"
        assert await conn.fetch(twice) == []


async def nobody_is_overtaken(pool: Pool) -> None:
    """Whenever a line began to ring for a call, no call that came earlier waited and rang nowhere."""
    async with pool.acquire() as conn:
        rows = await conn.fetch(
            "SELECT e.call_id, e.kind, c.arrived_at FROM call_event e JOIN call c ON c.id = e.call_id ORDER BY e.id"
        )
    waits: dict[int, tuple[object, int]] = {}
    for row in rows:
        place = (row["arrived_at"], row["call_id"])
        match row["kind"]:
            case "queued" | "lost" | "missed":
                waits[row["call_id"]] = place
            case "rung":
                waits.pop(row["call_id"], None)
                assert not [call for call, other in waits.items() if other < place], f"{row} overtakes {waits}"
            case "kept":
                waits[row["call_id"]] = place
            case "voicemail" | "ended":
                waits.pop(row["call_id"], None)


async def nobody_has_two(pool: Pool) -> None:
    """A call that rings at somebody rings at nobody else, and whose line rings hears of one call, until it was answered, missed or withdrawn."""
    async with pool.acquire() as conn:
        rows = await conn.fetch(
            "SELECT call_id, kind, coalesce(detail->>'user', substr(actor, 6)) AS who FROM call_event"
            " WHERE kind IN ('rung', 'answered', 'missed', 'withdrawn') ORDER BY id"
        )
    rings: dict[int, str] = {}
    for row in rows:
        call, who = row["call_id"], row["who"]
        if row["kind"] == "rung":
            assert call not in rings, f"{call} rings at {rings[call]} and {who}"
            assert who not in rings.values(), f"{who} hears of two calls: {rings}, {call}"
            rings[call] = who
        else:
            assert rings.pop(call) == who, f"{call} was {row['kind']} by {who}"
