"""What benches share: databases of their own on one server, processes that serve, runs in turn with a yardstick, a table.

A figure is a median; a ratio is taken against a yardstick that ran in turn with it on the same server, so that a slow
machine slows both.
"""

from __future__ import annotations

import asyncio
import os
import socket
import statistics
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import asyncpg

from hotline.base.clock import MovingClock
from hotline.base.config import Settings
from hotline.base.db.connection import Pool, connect, open_pool
from hotline.base.db.embedded import embedded
from hotline.base.keys import derive
from hotline.base.services import Services
from main import build_services, prepare

#: A Wednesday morning in office hours: 10:00 in Shanghai.
MORNING = datetime(2026, 3, 4, 2, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class BenchFigure:
    """One line of the table. `yard`: what the yardstick did in turn with it; `aim`: what we want, in words."""

    what: str
    value: float
    unit: str
    yard: float | None = None
    aim: str = ""

    @property
    def ratio(self) -> float | None:
        return self.value / self.yard if self.yard else None


@dataclass(frozen=True, slots=True)
class Ground:
    """Where benches run: a server, and the services on a clock that stands at `MORNING` until it is moved."""

    server: str
    services: Services
    clock: MovingClock

    async def database(self, name: str) -> str:
        """The address of a fresh migrated database, which replaces one of that name."""
        conn = await asyncpg.connect(self.server)
        try:
            await conn.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
            await conn.execute(f"CREATE DATABASE {name}")
        finally:
            await conn.close()
        dsn = self.server.rsplit("/", 1)[0] + "/" + name
        prepared = await connect(dsn)
        try:
            await prepare(prepared, self.services.keys, MORNING)
        finally:
            await prepared.close()
        return dsn

    @asynccontextmanager
    async def pool(self, name: str, size: int = 10) -> AsyncIterator[Pool]:
        """A pool on a fresh database, dropped afterwards."""
        pool = await open_pool(await self.database(name), size=size)
        try:
            yield pool
        finally:
            await pool.close()
            conn = await asyncpg.connect(self.server)
            await conn.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
            await conn.close()


@asynccontextmanager
async def ground() -> AsyncIterator[Ground]:
    """A server with PostgreSQL's own durability: BENCH_DATABASE_URL, or an embedded one."""
    with TemporaryDirectory(prefix="bench") as folder:
        place = Path(folder)
        await asyncio.to_thread(place.chmod, 0o755)
        settings = Settings(_env_file=None, HOTLINE_DATA=place)  # type: ignore[call-arg]
        clock = MovingClock(MORNING)
        services = build_services(settings, derive("a secret for benches, long enough for all", "the benches"), clock)
        if dsn := os.environ.get("BENCH_DATABASE_URL"):
            yield Ground(dsn, services, clock)
            return
        async with embedded(place) as dsn:
            yield Ground(dsn, services, clock)


@dataclass(frozen=True, slots=True)
class Listening:
    """A process of ours that serves on a port."""

    port: int
    pid: int


@asynccontextmanager
async def listening(*words: str, settings: Mapping[str, str] | None = None) -> AsyncIterator[Listening]:
    """`python WORDS… PORT` as a process on a free port, ready; `settings`: what its environment says besides ours."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *words,
        str(port),
        env=os.environ | (settings or {}),
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        for _ in range(300):
            with suppress(OSError):
                _, writer = await asyncio.open_connection("127.0.0.1", port)
                writer.close()
                break
            await asyncio.sleep(0.1)
        yield Listening(port, process.pid)
    finally:
        process.terminate()
        await process.wait()


def quantile(seconds: Iterable[float], q: float) -> float:
    """Milliseconds: so large a share of the times is at most as long."""
    order = sorted(seconds)
    return 1000 * order[min(len(order) - 1, int(q * len(order)))]


async def timed(work: Awaitable[object]) -> float:
    """The seconds that something took."""
    before = time.perf_counter()
    await work
    return time.perf_counter() - before


async def in_turn(rounds: int, *runs: Callable[[int], Awaitable[float]]) -> list[float]:
    """Run each in turn, `rounds` times over (each is told the round); returns the median of what each gave."""
    given: list[list[float]] = [[] for _ in runs]
    for turn in range(rounds):
        for place, run in enumerate(runs):
            given[place].append(await run(turn))
    return [statistics.median(values) for values in given]


def table(figures: Sequence[BenchFigure]) -> str:
    """The figures as text: what, value, yardstick, ratio, aim."""
    lines = [f"{'what':<58} {'value':>12} {'yardstick':>12} {'ratio':>7}  aim"]
    for f in figures:
        yard = f"{f.yard:,.0f}" if f.yard is not None else ""
        ratio = f"{f.ratio:.2f}" if f.ratio is not None else ""
        lines.append(f"{f'{f.what} ({f.unit})':<58} {f.value:>12,.1f} {yard:>12} {ratio:>7}  {f.aim}")
    return "\n".join(lines)
