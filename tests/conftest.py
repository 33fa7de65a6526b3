"""Fixtures for all tests: a real PostgreSQL, a rolled-back connection or a clone, all services on a moving clock."""

from __future__ import annotations

import asyncio
import itertools
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

import asyncpg
import hypothesis
import pytest
from aiohttp.test_utils import TestClient
from pytest_aiohttp.plugin import AiohttpClient

from hotline.base.clock import MovingClock
from hotline.base.command import Runtime
from hotline.base.config import Settings
from hotline.base.db.connection import Conn, Pool, connect, open_pool
from hotline.base.db.embedded import embedded
from hotline.base.keys import Keys, derive
from hotline.base.services import Services
from hotline.telephony.simulator import LISTENS
from main import build_app, build_services, prepare
from tests.story import Phone, Story
from tests.truth import hold_to_truth

#: CI tries the same examples each time; at a desk they are new ones.
hypothesis.settings.register_profile("ci", derandomize=True)
if os.environ.get("CI"):
    hypothesis.settings.load_profile("ci")
#: A Wednesday morning in office hours: 10:00 in Shanghai.
NOON = datetime(2026, 3, 4, 2, 0, tzinfo=UTC)
#: What the tests' cluster may come to: twenty clones at a time, and its log of writes.
ROOM = 3 << 30
_names = itertools.count(1)


@pytest.fixture(scope="session")
def keys() -> Keys:
    return derive("a secret for tests, long enough for all", "the tests")


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """The address of a database on a server where databases may be made: TEST_DATABASE_URL, or an embedded one.

    The embedded one has a folder of its own: another run of the tests closes pytest's folders to the database's account. It
    lies in memory where there is room: a clone is 900 files, which takes 15 ms there and 300 ms on a disk.
    """
    if dsn := os.environ.get("TEST_DATABASE_URL"):
        yield dsn
        return
    folder = Path(tempfile.mkdtemp(prefix="hotline-tests-", dir=_memory()))
    folder.chmod(0o755)
    loop = asyncio.new_event_loop()
    supervisor = embedded(folder, durable=False)
    try:
        yield loop.run_until_complete(supervisor.__aenter__())
    finally:
        loop.run_until_complete(supervisor.__aexit__(None, None, None))
        loop.close()
        shutil.rmtree(folder, ignore_errors=True)


def _memory() -> Path | None:
    """A folder in memory with room for a cluster and its log of writes; None where there is none."""
    shm = Path("/dev/shm")
    return shm if shm.is_dir() and shutil.disk_usage(shm).free > ROOM else None


def beside(dsn: str, name: str) -> str:
    """The address of another database on the same server."""
    return dsn.rsplit("/", 1)[0] + "/" + name


async def _make(server: str, name: str, template: str | None = None) -> str:
    conn = await asyncpg.connect(server)
    try:
        await conn.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        await conn.execute(
            f"CREATE DATABASE {name}" + (f" TEMPLATE {template}{await _strategy(conn)}" if template else "")
        )
    finally:
        await conn.close()
    return beside(server, name)


async def _strategy(conn: asyncpg.Connection[asyncpg.Record]) -> str:
    """A clone by copying files is six times as fast as through the log, where the server need not wait for the disk."""
    waits = await conn.fetchval("SELECT setting FROM pg_settings WHERE name = 'fsync'")
    return "" if waits == "on" else " STRATEGY FILE_COPY"


async def _drop(server: str, name: str) -> None:
    conn = await asyncpg.connect(server)
    try:
        with suppress(asyncpg.ObjectInUseError):
            await conn.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
    finally:
        await conn.close()


@asynccontextmanager
async def another(server: str) -> AsyncIterator[str]:
    """The address of one more database, empty, dropped afterwards."""
    name = f"another_{os.getpid()}_{next(_names)}"
    yield await _make(server, name)
    await _drop(server, name)


@pytest.fixture(scope="session")
def template(server: str, keys: Keys) -> str:
    """The name of a migrated database that others are cloned from; nobody is connected to it."""
    name = f"template_{os.getpid()}"

    async def build() -> None:
        conn = await connect(await _make(server, name))
        await prepare(conn, keys, NOON)
        await conn.close()

    asyncio.run(build())
    return name


@pytest.fixture(scope="session")
def shared(server: str, template: str) -> str:
    """The address of one clone for all tests that roll back."""
    return asyncio.run(_make(server, f"shared_{os.getpid()}", template))


@pytest.fixture
async def conn(shared: str) -> AsyncIterator[Conn]:
    """A connection in a transaction that is rolled back."""
    conn = await connect(shared)
    transaction = conn.transaction()
    await transaction.start()
    try:
        yield conn
    finally:
        await transaction.rollback()
        await conn.close()


@pytest.fixture
async def dsn(server: str, template: str) -> AsyncIterator[str]:
    """The address of a fresh clone, dropped afterwards."""
    name = f"clone_{os.getpid()}_{next(_names)}"
    yield await _make(server, name, template)
    await _drop(server, name)


@pytest.fixture
async def empty(server: str) -> AsyncIterator[str]:
    """The address of an empty database, for programs that migrate it themselves with keys of their own."""
    async with another(server) as dsn:
        yield dsn


@pytest.fixture
async def pool(dsn: str) -> AsyncIterator[Pool]:
    """A pool on the fresh clone `dsn`."""
    pool = await open_pool(dsn)
    try:
        yield pool
    finally:
        await asyncio.wait_for(pool.close(), 20)


@pytest.fixture
def clock() -> MovingClock:
    return MovingClock(NOON)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(_env_file=None, HOTLINE_DATA=tmp_path)  # type: ignore[call-arg]


@pytest.fixture
def services(settings: Settings, keys: Keys, clock: MovingClock) -> Services:
    """The whole program as main composes it, on a moving clock."""
    return build_services(settings, keys, clock)


@pytest.fixture
async def client(dsn: str, pool: Pool, services: Services, aiohttp_client: AiohttpClient) -> AsyncIterator[TestClient]:
    """The web application on a fresh clone; webhooks of the simulator come back to it, and the API keeps to its document."""
    made = build_app(Runtime(dsn, pool, services))
    truth = hold_to_truth(made)
    client = await aiohttp_client(made)
    made._frozen = False  # the address is known only now
    made[LISTENS] = str(client.make_url("/")).rstrip("/")
    made._frozen = True
    yield client
    assert not truth.lies, "\n".join(truth.lies)


@pytest.fixture
async def story(client: TestClient, pool: Pool, services: Services, clock: MovingClock) -> Story:
    """The running program with people at work (tests/story.py)."""
    made = Story(client, pool, services, clock)
    await made.staffed()
    return made


@pytest.fixture
def phone(story: Story) -> Phone:
    """A citizen's phone."""
    return story.phone()
