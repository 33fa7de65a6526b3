"""The journal: acts and tickets that were changed or removed whole are named, whoever cut what off."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from hotline.base.clock import MovingClock
from hotline.base.db.connection import Pool
from hotline.base.jobs.scheduler import run_calendar, run_sweep
from hotline.base.services import Services
from hotline.people.store import audit
from hotline.record.journal import JOBS, OVERLAP, journal_faults, mark_file, set_mark_aside, write_journal
from hotline.ticket import Role
from tests.office import ticket, user

WRITE, MISSING = JOBS
MINUTE = timedelta(minutes=1)


@pytest.fixture
async def numbers(pool: Pool, services: Services, clock: MovingClock) -> list[str]:
    """Three tickets and three administrative acts, all in the journal."""
    async with pool.acquire() as conn, conn.transaction():
        admin = await user(conn, Role.ADMIN)
        made = [(await ticket(conn, services, phone=f"+861390000010{i}")).number for i in range(3)]
        for n in range(3):
            await audit(conn, admin.actor, "policy_changed", clock.now(), rule=n)
    await run_sweep(WRITE, pool, services)
    return made


async def faults(pool: Pool, services: Services) -> list[tuple[str, str]]:
    async with pool.acquire() as conn:
        return (await journal_faults(conn, services, services.clock.now()))[0]


async def tamper(pool: Pool, *statements: str) -> None:
    """As somebody with the database's password would, behind the program's back."""
    async with pool.acquire() as conn, conn.transaction():
        await conn.execute("SET LOCAL session_replication_role = replica")
        for statement in statements:
            await conn.execute(statement)


#: Everything that a ticket has, without its own row.
WHOLE = (
    "DELETE FROM ticket_event WHERE ticket_id = (SELECT max(id) FROM ticket)",
    "DELETE FROM ticket_text WHERE ticket_id = (SELECT max(id) FROM ticket)",
    "DELETE FROM ticket WHERE id = (SELECT max(id) FROM ticket)",
)


async def test_what_nobody_touched_holds(pool: Pool, services: Services, numbers: list[str]) -> None:
    async with pool.acquire() as conn:
        found, listed = await journal_faults(conn, services, services.clock.now())
    assert found == []
    assert listed >= 6
    assert await run_sweep(WRITE, pool, services) == 0, "nothing is listed twice"


async def test_todays_ticket_deleted_whole_is_named(pool: Pool, services: Services, numbers: list[str]) -> None:
    await tamper(pool, *WHOLE)
    assert await faults(pool, services) == [(numbers[-1], "is gone")]


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("DELETE FROM audit WHERE id = (SELECT max(id) FROM audit)", "is gone"),
        ("UPDATE audit SET actor = 'user:999' WHERE id = (SELECT max(id) FROM audit)", "is another than when it began"),
        ("UPDATE audit SET kind = 'reveal' WHERE id = (SELECT max(id) FROM audit)", "is another than when it began"),
        ("UPDATE audit SET detail = '{}' WHERE id = (SELECT max(id) FROM audit)", "is another than when it began"),
        (
            "UPDATE audit SET at = at - interval '1 microsecond' WHERE id = (SELECT max(id) FROM audit)",
            "is another than when it began",
        ),
    ],
)
async def test_an_act_that_was_touched_is_named(
    pool: Pool, services: Services, numbers: list[str], statement: str, said: str
) -> None:
    async with pool.acquire() as conn:
        newest = await conn.fetchval("SELECT max(id) FROM audit")
    await tamper(pool, statement)
    assert await faults(pool, services) == [(f"administrative act {newest}", said)]


async def test_a_page_that_was_touched_does_not_fit(
    pool: Pool, services: Services, clock: MovingClock, numbers: list[str]
) -> None:
    await tamper(pool, "UPDATE journal SET entries = substring(entries FROM 1 FOR 33) WHERE seq = 1")
    found = await faults(pool, services)
    assert ("journal page 1", "the page does not fit its entries and the page before it") in found


async def test_a_cut_off_end_is_known_outside_the_database(
    pool: Pool, services: Services, clock: MovingClock, numbers: list[str]
) -> None:
    async with pool.acquire() as conn, conn.transaction():
        await ticket(conn, services)
    clock.move(MINUTE)
    await run_sweep(WRITE, pool, services)
    await tamper(pool, *WHOLE, "DELETE FROM journal WHERE seq = (SELECT max(seq) FROM journal)")
    ((page, said),) = await faults(pool, services)
    assert (page, said) == ("journal page 2", "is in the file, but not in the database")
    clock.move(MINUTE)
    async with pool.acquire() as conn, conn.transaction():
        await ticket(conn, services)
    await run_sweep(WRITE, pool, services)
    assert [said for _, said in await faults(pool, services)] == ["the file outside the database has another page"]


async def test_what_was_committed_late_is_listed(
    pool: Pool, services: Services, clock: MovingClock, numbers: list[str]
) -> None:
    async with pool.acquire() as slow, slow.transaction():
        first = (await ticket(slow, services, phone="+8613900000555")).number
        async with pool.acquire() as conn, conn.transaction():
            await ticket(conn, services)
        clock.move(MINUTE)
        assert await write_journal(pool, services, clock.now()) == 1
    clock.move(MINUTE)
    assert await write_journal(pool, services, clock.now()) == 1
    await tamper(
        pool,
        f"DELETE FROM ticket_event WHERE ticket_id = (SELECT id FROM ticket WHERE number = '{first}')",
        f"DELETE FROM ticket WHERE number = '{first}'",
    )
    assert await faults(pool, services) == [(first, "is gone")]


async def test_what_was_committed_very_late_is_listed_at_night(
    pool: Pool, services: Services, clock: MovingClock, numbers: list[str]
) -> None:
    await run_calendar(MISSING, pool, services)  # the first time: from now on
    async with pool.acquire() as slow, slow.transaction():
        await ticket(slow, services, phone="+8613900000555")
        async with pool.acquire() as conn, conn.transaction():
            await ticket(conn, services)
        await run_sweep(WRITE, pool, services)
        clock.move(OVERLAP + MINUTE)
    await run_sweep(WRITE, pool, services)
    async with pool.acquire() as conn:
        before = (await journal_faults(conn, services, clock.now()))[1]
    clock.move(timedelta(days=1))
    assert await run_calendar(MISSING, pool, services) == 1
    async with pool.acquire() as conn:
        found, after = await journal_faults(conn, services, clock.now())
    assert (found, after - before) == ([], 1)


async def test_a_row_that_was_put_in_is_named_after_a_night(
    pool: Pool, services: Services, clock: MovingClock, numbers: list[str]
) -> None:
    await tamper(
        pool,
        "INSERT INTO audit (id, at, actor, kind, detail) OVERRIDING SYSTEM VALUE VALUES (0, '2026-01-01Z', 'user:1', 'x', '{}')",
    )
    assert await faults(pool, services) == []
    clock.move(timedelta(hours=27))
    assert await faults(pool, services) == [("administrative act 0", "stands in no page of the journal")]


async def test_two_processes_write_one_journal(pool: Pool, services: Services, clock: MovingClock) -> None:
    async with pool.acquire() as conn, conn.transaction():
        for i in range(20):
            await ticket(conn, services, phone=f"+8613900000{i:03d}")
    for _ in range(5):
        clock.move(MINUTE)
        await asyncio.gather(*(write_journal(pool, services, clock.now()) for _ in range(4)))
    async with pool.acquire() as conn:
        found, listed = await journal_faults(conn, services, clock.now())
        acts = await conn.fetchval("SELECT count(*) FROM audit")
    assert (found, listed) == ([], 20 + acts)


async def test_the_mark_of_another_history_is_set_aside(
    pool: Pool, services: Services, clock: MovingClock, numbers: list[str]
) -> None:
    async with pool.acquire() as conn:
        path, data = await mark_file(conn, services), services.settings.data
        assert await set_mark_aside(conn, services.keys, data, clock.now()) is None
        path.write_text(f"7 {'0' * 64}\n")
        assert await faults(pool, services) != []
        aside = await set_mark_aside(conn, services.keys, data, clock.now())
    assert aside is not None
    assert aside.exists()
    assert not path.exists()
    assert await faults(pool, services) == []
