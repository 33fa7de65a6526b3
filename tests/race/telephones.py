"""One process of the telephone race: `python -m tests.race.telephones DSN START SPEED SEED OPERATORS` answers calls and runs the sweeps.

Its clock runs `SPEED` times as fast as the day, from `START` (seconds, Unix). Each operator (ids after the seed) looks whether
their line rings, and answers, misses it, holds, transfers, loses the browser or hangs up, as chance has it. Killed when the race is over.
"""

from __future__ import annotations

import asyncio
import random
import sys
import tempfile
import time
import traceback
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from hotline.base.config import Settings
from hotline.base.db.connection import Conn, Pool, open_pool
from hotline.base.http.problem import Problem
from hotline.base.keys import derive
from hotline.base.services import Services
from hotline.calls import endings, operator_states, parties, rings
from hotline.calls.call import LineKind, OperatorState
from hotline.people.people_sql import user as user_row
from hotline.people.store import as_user
from hotline.people.user import User
from main import build_services
from tests.hotline.calls.centre import EMERGENCY, SWEEPS, CarrierDouble

#: The same in the test and in its processes.
SECRET = "a secret for the telephone race, long enough"


class FastClock:
    """A clock that runs so many times as fast as the day."""

    def __init__(self, start: float, speed: float) -> None:
        self.start, self.speed = start, speed

    def now(self) -> datetime:
        return datetime.fromtimestamp(self.start + (time.time() - self.start) * self.speed, UTC)


def program(start: float, speed: float) -> Services:
    """The program on the fast clock, with a carrier that does whatever it is told."""
    settings = Settings(_env_file=None, HOTLINE_DATA=Path(tempfile.gettempdir()))  # type: ignore[call-arg]
    carrier = CarrierDouble()
    made = build_services(settings, derive(SECRET, "the race"), FastClock(start, speed))  # type: ignore[arg-type]
    return replace(made, carriers={carrier.name: carrier})


class Chance:
    """An operator who does what chance has them do."""

    def __init__(self, pool: Pool, services: Services, who: User, seed: int, speed: float) -> None:
        self.pool, self.services, self.who, self.speed = pool, services, who, speed
        self.random = random.Random(seed * 1000 + int(who.id))
        self.gone_until = 0.0

    async def rest(self, low: float, high: float) -> None:
        """So many seconds of the fast day."""
        await asyncio.sleep(self.random.uniform(low, high) / self.speed)

    async def work(self) -> None:
        """For ever."""
        while True:
            try:
                async with self.pool.acquire() as conn:
                    row = await operator_states.state_of(conn, self.who.id)
                await self.beat()
                state = row.state if row is not None else "off"
                if state == "ringing" and row is not None and row.call_id is not None:
                    await self.rung(row.call_id)
                elif state in {"talking", "holding"} and row is not None and row.call_id is not None:
                    await self.talk(row.call_id)
                elif state in {"break", "off", "wrap_up"}:
                    await self.rest(3, 30)
                    await self.ready()
            except Problem:
                await asyncio.sleep(0)  # somebody was faster, as happens
            await self.rest(0.5, 2)

    async def beat(self) -> None:
        """The browser says that it is there, unless it is away."""
        if time.time() >= self.gone_until:
            async with self.pool.acquire() as conn:
                await operator_states.take_line(conn, self.who, LineKind.BROWSER, "tab", self.services.clock.now())

    async def ready(self) -> None:
        async with self.pool.acquire() as conn, conn.transaction():
            now = self.services.clock.now()
            if await operator_states.state_of(conn, self.who.id) is None:
                await operator_states.set_shift(conn, self.who, on=True, ready=True, now=now)
            if await operator_states.choose(conn, self.who, OperatorState.READY, "", now):
                await rings.offer(conn, self.services, now)

    async def rung(self, call: int) -> None:
        await self.rest(1, 17)
        if self.random.random() < 0.9:
            async with self.pool.acquire() as conn, conn.transaction():
                await rings.answer(conn, self.services, self.who, call, self.services.clock.now())

    async def talk(self, call: int) -> None:
        """Talk for a while, with what may happen in a call, to one of its ends."""
        chance = self.random.random()
        if chance < 0.04:
            self.gone_until = time.time() + 60 / self.speed
            await self.rest(40, 60)
            return
        await self.rest(10, 60)
        await self.beat()
        await self.rest(10, 30)
        async with self.pool.acquire() as conn, conn.transaction():
            await self._act(conn, call, chance)

    async def _act(self, conn: Conn, call: int, chance: float) -> None:
        now = self.services.clock.now()
        if chance < 0.2:
            await parties.hold(conn, self.services, self.who, call, now)
            await parties.resume(conn, self.services, self.who, call, now)
        elif chance < 0.3:
            party = await parties.transfer(conn, self.services, self.who, call, EMERGENCY, now, warm=False)
            await parties.left(conn, self.services, party, now)
            return
        await endings.hang_up(conn, self.services, self.who, call, now)


async def sweep(pool: Pool, services: Services, speed: float) -> None:
    """Every sweep, about every second of the fast day, for ever."""
    while True:
        for each in SWEEPS:
            await each(pool, services, services.clock.now())
        await asyncio.sleep(1 / speed)


async def main(dsn: str, start: float, speed: float, seed: int, operators: list[int]) -> None:
    pool, services = await open_pool(dsn, size=6), program(start, speed)
    people = []
    async with pool.acquire() as conn:
        for ident in operators:
            row = await user_row(conn, ident)
            assert row is not None
            people.append(Chance(pool, services, as_user(row), seed, speed))
    print("ready", flush=True)
    await asyncio.gather(sweep(pool, services, speed), *(one.work() for one in people))


if __name__ == "__main__":
    try:
        given = sys.argv
        asyncio.run(
            main(given[1], float(given[2]), float(given[3]), int(given[4]), [int(i) for i in given[5].split(",")])
        )
    except BaseException:
        sys.stderr.write(traceback.format_exc())
        raise
