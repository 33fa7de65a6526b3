"""A batch in one go; where one row is poisoned the others are dealt with all the same, and it waits."""

from __future__ import annotations

import asyncpg
import pytest

from hotline.base.db.connection import Conn, Pool
from hotline.base.jobs.batch import batch

POISON = 3


class Room:
    """Rows in a table; dealing with one sets it done, the poisoned one fails after it wrote."""

    def __init__(self, poisoned: bool = False, failure: type[Exception] = ValueError) -> None:
        self.poisoned, self.failure = poisoned, failure
        self.why: list[tuple[int, str]] = []

    async def take(self, conn: Conn) -> int:
        rows = await self.due(conn)
        for ident in rows:
            await self.one(conn, ident)
        return len(rows)

    async def due(self, conn: Conn) -> list[int]:
        return [r["id"] for r in await conn.fetch("SELECT id FROM heap WHERE done = 0 ORDER BY id")]

    async def one(self, conn: Conn, ident: int) -> None:
        await conn.execute("UPDATE heap SET done = done + 1 WHERE id = $1", ident)
        if self.poisoned and ident == POISON:
            raise self.failure("bad words")

    async def postpone(self, conn: Conn, ident: int, why: str) -> None:
        self.why.append((ident, why))
        await conn.execute("UPDATE heap SET done = -1 WHERE id = $1", ident)

    async def run(self, pool: Pool) -> int:
        return await batch(pool, "heap", take=self.take, due=self.due, one=self.one, postpone=self.postpone)


@pytest.fixture
async def heap(pool: Pool) -> Pool:
    async with pool.acquire() as conn:
        await conn.execute("CREATE TABLE heap (id int PRIMARY KEY, done int NOT NULL DEFAULT 0)")
        await conn.execute("INSERT INTO heap SELECT generate_series(1, 5)")
    return pool


async def state(pool: Pool) -> list[int]:
    async with pool.acquire() as conn:
        return [r["done"] for r in await conn.fetch("SELECT done FROM heap ORDER BY id")]


async def test_all_in_one_go_and_nothing_the_second_time(heap: Pool) -> None:
    room = Room()
    assert [await room.run(heap), await room.run(heap)] == [5, 0]
    assert await state(heap) == [1] * 5


async def test_the_poisoned_one_waits_and_the_others_go_on(heap: Pool) -> None:
    room = Room(poisoned=True)
    assert await room.run(heap) == 5
    assert await state(heap) == [1, 1, -1, 1, 1]
    assert room.why == [(POISON, "ValueError: bad words")]


async def test_a_failure_of_the_connection_is_nobodys_fault(heap: Pool) -> None:
    room = Room(poisoned=True, failure=asyncpg.DeadlockDetectedError)
    with pytest.raises(asyncpg.DeadlockDetectedError):
        await room.run(heap)
    assert await state(heap) == [0] * 5
    assert room.why == []
