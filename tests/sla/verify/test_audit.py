"""`audit verify` on a real database: what was touched is found and its ticket named; roots in database and file."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from hotline.base.clock import MovingClock
from hotline.base.db.connection import Pool
from hotline.base.jobs.scheduler import run_calendar, run_sweep
from hotline.base.services import Services
from hotline.record.chain_checks import check_chains
from hotline.record.parallel_reading import TicketRange
from hotline.record.seals import JOBS, root_faults, root_file
from hotline.ticket import Role
from sla.verify.command import verified
from tests.office import department, move, on_shift, ticket, user

ROOTS, FILE = JOBS


@pytest.fixture
async def numbers(pool: Pool, services: Services, clock: MovingClock) -> list[str]:
    """Five tickets with a few events each, the last of them on another day."""
    async with pool.acquire() as conn, conn.transaction():
        await department(conn, "T05", "测试路灯所")
        operator = await user(conn, Role.OPERATOR)
        await on_shift(conn, operator, clock.now())
        made = [(await ticket(conn, services, phone=f"+861390000010{i}")).number for i in range(5)]
        for number in made:
            await move(conn, services, operator, number, "assignments", department="T05")
            clock.move(timedelta(minutes=1))
            await move(conn, services, operator, number, "additions", text="还没修")
    return made


async def lines(pool: Pool, dsn: str, services: Services) -> list[str]:
    async with pool.acquire() as conn:
        return (await verified(conn, dsn, services))[0]


async def tamper(pool: Pool, *statements: str) -> None:
    """As somebody with the database's password would, behind the program's back."""
    async with pool.acquire() as conn, conn.transaction():
        await conn.execute("SET LOCAL session_replication_role = replica")
        for statement in statements:
            await conn.execute(statement)


EVENT = "ticket_id = (SELECT min(id) + 1 FROM ticket) AND seq ="


TOUCHED = [
    ("event 2 does not fit its seal", [f"UPDATE ticket_event SET detail = replace(detail, '1', '2') WHERE {EVENT} 2"]),
    ("event 3 does not fit its seal", [f"UPDATE ticket_event SET actor = 'user:99' WHERE {EVENT} 3"]),
    ("event 2 is missing", [f"DELETE FROM ticket_event WHERE {EVENT} 2"]),
    ("event 3 is missing", [f"DELETE FROM ticket_event WHERE {EVENT} 3"]),
    (
        "event 2 does not fit its seal",
        [
            f"UPDATE ticket_event SET seq = 20 WHERE {EVENT} 2",
            f"UPDATE ticket_event SET seq = 2 WHERE {EVENT} 3",
            f"UPDATE ticket_event SET seq = 3 WHERE {EVENT} 20",
        ],
    ),
    (
        "event 4 is beyond the head",
        [
            f"INSERT INTO ticket_event SELECT ticket_id, 4, at, kind, actor, detail, hash FROM ticket_event WHERE {EVENT} 3"
        ],
    ),
    ("the head does not fit", ["UPDATE ticket SET head_hash = '\\x00' WHERE id = (SELECT min(id) + 1 FROM ticket)"]),
]


async def test_what_was_touched_is_named(pool: Pool, services: Services, numbers: list[str]) -> None:
    whole = TicketRange(0, 2**62)
    async with pool.acquire() as conn:
        assert (await check_chains(conn, whole, services.keys.record, "", services.clock.now())).wrong == ()
        for said, statements in TOUCHED:
            change = conn.transaction()
            await change.start()
            await conn.execute("SET LOCAL session_replication_role = replica")
            for statement in statements:
                await conn.execute(statement)
            wrong = (await check_chains(conn, whole, services.keys.record, "", services.clock.now())).wrong
            assert {number for number, _ in wrong} == {numbers[1]}
            assert any(said in what for _, what in wrong), (said, wrong)
            await change.rollback()


async def test_events_of_no_ticket(pool: Pool, dsn: str, services: Services, numbers: list[str]) -> None:
    await tamper(
        pool,
        "INSERT INTO ticket_event VALUES (999999, 1, '2026-03-04Z', 'received', 'system', '{}', '\\x00')",
    )
    assert (await lines(pool, dsn, services))[0].startswith("ticket #999999: ")


async def sealed(pool: Pool, services: Services, clock: MovingClock) -> Path:
    """Two midnights later: two roots in the database and in the file."""
    assert await run_calendar(ROOTS, pool, services) == 0
    clock.move(timedelta(days=2))
    assert await run_calendar(ROOTS, pool, services) == 2
    assert await run_calendar(ROOTS, pool, services) == 0
    for _ in range(2):
        await run_sweep(FILE, pool, services)
    async with pool.acquire() as conn:
        return await root_file(conn, services)


async def test_roots_stay_verifiable_when_tickets_go_on(
    pool: Pool, dsn: str, services: Services, clock: MovingClock, numbers: list[str]
) -> None:
    path = await sealed(pool, services, clock)
    assert [row.split()[:3] for row in path.read_text().splitlines()] == [
        ["2026-03-04", "5", "15"],
        ["2026-03-05", "0", "0"],
    ]
    async with pool.acquire() as conn, conn.transaction():
        manager = await user(conn, Role.MANAGER)
        await move(conn, services, manager, numbers[0], "additions", text="又坏了")
    assert await lines(pool, dsn, services) == []


async def test_a_tail_cut_off_with_its_head_is_found_by_the_root(
    pool: Pool, dsn: str, services: Services, clock: MovingClock, numbers: list[str]
) -> None:
    await sealed(pool, services, clock)
    await tamper(
        pool,
        f"DELETE FROM ticket_event WHERE {EVENT} 3",
        "UPDATE ticket t SET event_count = 2, head_hash = e.hash, last_event_at = e.at FROM ticket_event e"
        f" WHERE e.{EVENT} 2 AND t.id = e.ticket_id",
    )
    assert await lines(pool, dsn, services) == [f"{numbers[1]}: event 3 is gone since the root of 2026-03-04"]


async def test_a_root_that_was_touched(
    pool: Pool, dsn: str, services: Services, clock: MovingClock, numbers: list[str]
) -> None:
    await sealed(pool, services, clock)
    async with pool.acquire() as conn:
        for statement in (
            "UPDATE daily_root SET events = events + 1 WHERE day = '2026-03-04'",
            "UPDATE daily_root SET heads = '' WHERE day = '2026-03-04'",
            "DELETE FROM daily_root WHERE day = '2026-03-04'",
            "DELETE FROM daily_root WHERE day = '2026-03-05'",
        ):
            change = conn.transaction()
            await change.start()
            await conn.execute(statement)
            wrong, _ = await root_faults(conn, services)
            assert wrong, statement
            assert all(named.startswith("root 2026-03-0") for named, _ in wrong)
            await change.rollback()


async def test_a_file_that_was_touched(
    pool: Pool, dsn: str, services: Services, clock: MovingClock, numbers: list[str]
) -> None:
    path = await sealed(pool, services, clock)
    whole = path.read_text()
    path.write_text(whole.replace(" 5 15 ", " 5 15 f", 1))
    assert "another root" in (await lines(pool, dsn, services))[0]
    path.write_text(whole.splitlines(keepends=True)[1])
    assert "not in the file" in (await lines(pool, dsn, services))[0]
    path.write_text("nonsense\n")
    assert "line 1 is not a root" in (await lines(pool, dsn, services))[0]


async def test_imported_with_an_earlier_time_is_in_the_next_root(
    pool: Pool, dsn: str, services: Services, clock: MovingClock, numbers: list[str]
) -> None:
    await sealed(pool, services, clock)
    here = clock.now()
    clock.at = datetime(2026, 2, 1, 4, tzinfo=UTC)
    async with pool.acquire() as conn, conn.transaction():
        await ticket(conn, services, phone="+8613900000777")
    clock.at = here + timedelta(days=1)
    assert await run_calendar(ROOTS, pool, services) == 1
    async with pool.acquire() as conn:
        assert await conn.fetchval("SELECT tickets FROM daily_root ORDER BY day DESC LIMIT 1") == 1
    assert await lines(pool, dsn, services) == []


async def test_erasing_names_phones_and_words_leaves_the_record_whole(
    pool: Pool, dsn: str, services: Services, clock: MovingClock, numbers: list[str]
) -> None:
    await sealed(pool, services, clock)
    async with pool.acquire() as conn:
        await conn.execute(
            "UPDATE person SET phone_enc = NULL, phone_hash = NULL, name_enc = NULL, erased_at = '2028-01-01Z'"
        )
        await conn.execute("UPDATE ticket SET words_erased_at = '2028-01-01Z'")
        await conn.execute("DELETE FROM ticket_text")
        await conn.execute("DELETE FROM contact_text")
        await conn.execute("DELETE FROM note")
    assert await lines(pool, dsn, services) == []


async def test_parts_are_shared_among_processes(
    pool: Pool, dsn: str, services: Services, numbers: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hotline.record.parallel_reading.PART", 2)
    await tamper(pool, f"DELETE FROM ticket_event WHERE {EVENT} 2")
    async with pool.acquire() as conn:
        found, summary = await verified(conn, dsn, services)
    assert found == [f"{numbers[1]}: event 2 is missing"]
    assert "14 events of 5 tickets" in summary
