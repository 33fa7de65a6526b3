"""State, custody, duties and clocks rebuilt from the events equal the stored ones, whatever moves were made."""

from __future__ import annotations

from datetime import date, timedelta
from unittest.mock import AsyncMock

import pytest

from hotline.base.clock import MovingClock
from hotline.base.db.connection import Pool
from hotline.base.events import retry_events
from hotline.base.services import Services
from hotline.people.user import User
from hotline.ticket import Role
from sla.calendar.changes import work_through
from sla.calendar.edits import declare, set_day
from sla.ladder.sweep import climb
from sla.verify.comparison import check_rebuilt
from tests.office import department, move, on_shift, ticket, user
from tests.sla.wandering import CODES, LAST, WHOLE, faults, latest, tiled, wander


@pytest.fixture
async def people(pool: Pool, services: Services, clock: MovingClock) -> list[User]:
    """An operator, a manager, a liaison of each department, an administrator."""
    async with pool.acquire() as conn, conn.transaction():
        found = [await user(conn, Role.OPERATOR), await user(conn, Role.MANAGER)]
        for code in CODES:
            made = await department(conn, code, f"测试{code}")
            found.append(await user(conn, Role.LIAISON, department=made))
        found.append(await user(conn, Role.ADMIN))
        await on_shift(conn, found[0], clock.now())
    return found


@pytest.mark.parametrize(
    ("seeds", "steps"), [(range(7), 60), pytest.param(range(100, LAST), 80, marks=pytest.mark.prove)]
)
@pytest.mark.timeout(900)
async def test_whatever_moves_are_made(
    pool: Pool, services: Services, clock: MovingClock, people: list[User], seeds: range, steps: int
) -> None:
    made = 0
    for seed in seeds:
        before = await latest(pool)
        made += await wander(pool, services, clock, people, seed, steps)
        assert await faults(pool, services, before) == [], f"seed {seed}"
        await tiled(pool, clock.now(), before)
    assert made > 12 * len(seeds)
    async with pool.acquire() as conn:
        kinds = {r[0] for r in await conn.fetch("SELECT DISTINCT kind FROM ticket_event")}
        assert await conn.fetchval("SELECT count(*) FROM event_retry") == 0
    assert {"signed", "replied", "paused", "corrected", "breached"} <= kinds


@pytest.mark.parametrize(
    ("seeds", "steps"),
    [(range(200, 206), 60), pytest.param(range(300, LAST + 200, 2), 80, marks=pytest.mark.prove)],
)
@pytest.mark.timeout(900)
async def test_whatever_the_calendar_did_meanwhile(
    pool: Pool, services: Services, clock: MovingClock, people: list[User], seeds: range, steps: int
) -> None:
    """Days, hours and closures edited before, during and after the clocks that they touch."""
    for seed in seeds:
        before = await latest(pool)
        await wander(pool, services, clock, people, seed, steps, calendar=True)
        assert await faults(pool, services, before) == [], f"seed {seed}"
        await tiled(pool, clock.now(), before)
    async with pool.acquire() as conn:
        kinds = {r[0] for r in await conn.fetch("SELECT DISTINCT kind FROM ticket_event")}
        assert await conn.fetchval("SELECT count(*) FROM event_retry") == 0
    assert {"recomputed", "paused", "extension_decided"} <= kinds


TOUCHED = {
    "the owner is 0": "UPDATE ticket SET owner_id = 0 WHERE id = $1",
    "the state is told": "UPDATE ticket SET state = 'told' WHERE id = $1",
    "the urgency is critical": "UPDATE ticket SET urgency = 'critical' WHERE id = $1",
    "the received_at is": "UPDATE ticket SET received_at = received_at - interval '1 day' WHERE id = $1",
    "signed_at is 2026-01-01": "UPDATE assignment SET signed_at = '2026-01-01Z' WHERE ticket_id = $1",
    "department_id is 2": "UPDATE assignment SET department_id = 2 WHERE ticket_id = $1",
    "is not the one in the events": "UPDATE ownership SET user_id = 0 WHERE ticket_id = $1",
    "the duty liaise is open": "UPDATE duty SET state = 'open', seq = NULL, closed_at = NULL WHERE ticket_id = $1 AND duty = 'liaise'",
    "the duty liaise is not there": "DELETE FROM duty WHERE ticket_id = $1 AND duty = 'liaise'",
    "the clock resolve: due time is": "UPDATE clock SET due_at = due_at + interval '1 day' WHERE ticket_id = $1 AND clock = 'resolve'",
    "the clock sign: end is": "UPDATE clock SET stopped_at = stopped_at - interval '1 minute' WHERE ticket_id = $1 AND clock = 'sign'",
    "the clock resolve: state is paused": "UPDATE clock SET state = 'paused' WHERE ticket_id = $1 AND clock = 'resolve'",
    "the breach of dispatch on record is missing": "UPDATE clock SET breached_at = NULL WHERE ticket_id = $1 AND clock = 'dispatch'",
    "the breach of resolve does not follow": "UPDATE clock SET breached_at = due_at WHERE ticket_id = $1 AND clock = 'resolve'",
    "the clock sign from event": "DELETE FROM clock WHERE ticket_id = $1 AND clock = 'sign'",
}


async def test_a_row_that_was_touched_is_named(
    pool: Pool, services: Services, clock: MovingClock, people: list[User]
) -> None:
    async with pool.acquire() as conn:
        numbers = [(await ticket(conn, services, phone=f"+861390000020{i}")).number for i in range(2)]
        clock.move(timedelta(hours=3))
        await move(conn, services, people[0], numbers[0], "assignments", department="T05")
        clock.move(timedelta(minutes=10))
        await move(conn, services, people[2], numbers[0], "signatures")
        ident = await conn.fetchval("SELECT id FROM ticket WHERE number = $1", numbers[0])
        now = clock.now()
        assert (await check_rebuilt(conn, WHOLE, services.keys.record, services.settings.timezone, now)).wrong == ()
        for said, statement in TOUCHED.items():
            change = conn.transaction()
            await change.start()
            await conn.execute("SET LOCAL session_replication_role = replica")
            await conn.execute(statement, ident)
            wrong = (await check_rebuilt(conn, WHOLE, services.keys.record, services.settings.timezone, now)).wrong
            assert {number for number, _ in wrong} == {numbers[0]}, said
            assert any(said in what for _, what in wrong), (said, wrong)
            await change.rollback()


async def test_a_drill_on_a_later_clock_is_no_fault_today(
    pool: Pool, services: Services, clock: MovingClock, people: list[User]
) -> None:
    """HOTLINE_CLOCK_OFFSET: clocks breached in a drill stand; verified by today's clock their breach lies ahead."""
    today = clock.now()
    async with pool.acquire() as conn:
        number = (await ticket(conn, services)).number
        await move(conn, services, people[0], number, "assignments", department="T05")
    clock.move(timedelta(days=20))
    while await climb(pool, services, clock.now()):
        pass
    clock.at = today + timedelta(hours=1)
    async with pool.acquire() as conn:
        await move(conn, services, people[2], number, "signatures")
    assert await faults(pool, services) == []


async def test_events_that_are_told_again_are_told_in_order(
    pool: Pool, services: Services, clock: MovingClock, people: list[User], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The clocks failed at the dispatch; the signature behind it waits for its turn, and stops the clock then."""
    async with pool.acquire() as conn, conn.transaction():
        number = (await ticket(conn, services)).number
        other = (await ticket(conn, services, phone="+8613900000299")).number
    with monkeypatch.context() as broken:
        broken.setattr("sla.clocks.events.clock_context", AsyncMock(side_effect=RuntimeError("no calendar today")))
        async with pool.acquire() as conn, conn.transaction():
            await move(conn, services, people[0], number, "assignments", department="T05")
    for who, noun, which, fields in (
        (people[2], "signatures", number, {}),
        (people[0], "assignments", other, {"department": "T05"}),
        (people[2], "replies", number, {"outcome": "solved", "public": "好了"}),
    ):
        clock.move(timedelta(minutes=10))
        async with pool.acquire() as conn, conn.transaction():
            await move(conn, services, who, which, noun, **fields)
    async with pool.acquire() as conn:
        assert await conn.fetchval("SELECT count(*) FROM event_retry") == 3
        assert await conn.fetchval("SELECT count(*) FROM clock WHERE clock = 'sign'") == 1  # the other ticket's
    clock.move(timedelta(hours=6))
    told = 0
    async with pool.acquire() as conn:
        while done := await retry_events(conn, services, clock.now()):
            told += done
        assert told == 3
        rows = await conn.fetch(
            "SELECT clock, c.state, stopped_at - started_at AS took, excused FROM clock c JOIN ticket t ON t.id = c.ticket_id"
            " WHERE number = $1 AND clock IN ('sign', 'resolve') ORDER BY clock",
            number,
        )
    assert [tuple(r) for r in rows] == [
        ("resolve", "stopped", timedelta(minutes=30), ""),
        ("sign", "stopped", timedelta(minutes=10), "recorded late"),
    ]
    assert await faults(pool, services) == []


async def test_an_overruled_return_leaves_no_clock_to_sign(
    pool: Pool, services: Services, clock: MovingClock, people: list[User]
) -> None:
    """A return is an answer to the page: it stops `sign` (rulebook §5). What is left open is `resolve`, and the duty."""
    async with pool.acquire() as conn, conn.transaction():
        number = (await ticket(conn, services)).number
        await move(conn, services, people[0], number, "assignments", department="T05")
        await move(conn, services, people[2], number, "returns", reason="not_ours", basis="三定", suggested="T06")
        clock.move(timedelta(hours=5))
        await move(conn, services, people[1], number, "rulings", department="T05", reason="是你们的")
        states = dict(await conn.fetch("SELECT clock, state FROM clock WHERE clock IN ('sign', 'return', 'resolve')"))
        assert states == {"sign": "stopped", "return": "stopped", "resolve": "running"}
        assert await conn.fetchval("SELECT state FROM duty WHERE duty = 'liaise'") == "open"
    assert await faults(pool, services) == []


async def test_a_moved_due_time_is_known_and_a_touched_one_named(
    pool: Pool, services: Services, clock: MovingClock, people: list[User]
) -> None:
    """Paused, extended, moved by the calendar: each due time is rebuilt; a day more by SQL is found."""
    async with pool.acquire() as conn, conn.transaction():
        numbers = [(await ticket(conn, services, phone=f"+861390000030{i}")).number for i in range(3)]
        for number in numbers:
            await move(conn, services, people[0], number, "assignments", department="T05")
            await move(conn, services, people[2], number, "signatures")
        await move(conn, services, people[0], numbers[0], "pauses", until="2026-03-06", reason="等来电人")
        asked = await move(conn, services, people[2], numbers[1], "extensions", until="2026-03-20", reason="备件")
        await move(
            conn,
            services,
            people[1],
            numbers[1],
            "extensions/{item}/decisions",
            item=asked["extension"],
            granted=True,
        )
        await move(conn, services, people[2], numbers[2], "replies", outcome="solved", public="好了")
    clock.move(timedelta(seconds=1))
    async with pool.acquire() as conn, conn.transaction():
        start = clock.now() + timedelta(days=2)
        await declare(conn, people[-1], "closure", start, start + timedelta(days=6), "暴雪", clock.now())
        # a holiday that comes late: the clock that was stopped before keeps the due time that it had
        await set_day(conn, people[-1], date(2026, 3, 5), False, "补假", clock.now())
    while await work_through(pool, services, clock.now()):
        pass
    clock.move(timedelta(days=3))
    while await climb(pool, services, clock.now()):
        pass
    assert await faults(pool, services) == []
    async with pool.acquire() as conn:
        for number in numbers:
            change = conn.transaction()
            await change.start()
            await conn.execute("SET LOCAL session_replication_role = replica")
            await conn.execute(
                "UPDATE clock c SET due_at = due_at + interval '1 day' FROM ticket t WHERE t.id = c.ticket_id AND number = $1"
                " AND clock = 'resolve'",
                number,
            )
            wrong = (
                await check_rebuilt(conn, WHOLE, services.keys.record, services.settings.timezone, clock.now())
            ).wrong
            assert {n for n, _ in wrong} == {number}
            assert "the clock resolve: due time is" in wrong[0][1]
            await change.rollback()
