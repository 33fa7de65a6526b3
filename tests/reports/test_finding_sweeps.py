"""What no event shows is found by sweeps: breaches latched by the ladder, ladders that reached the leader, defied orders, excuses."""

from __future__ import annotations

from datetime import timedelta

import pytest

from hotline.base.clock import MovingClock
from hotline.base.db.connection import Pool
from hotline.base.services import Services
from hotline.people.user import User
from hotline.ticket import Role
from reports.findings.detection import sweep_findings
from sla.ladder.sweep import climb
from tests.office import user
from tests.reports.story import StoryOffice, at, office


@pytest.fixture
async def o(pool: Pool, services: Services, clock: MovingClock) -> StoryOffice:
    async with pool.acquire() as conn:
        return await office(conn, services, clock)


async def rules(pool: Pool) -> list[str]:
    async with pool.acquire() as conn:
        return [r["rule"] for r in await conn.fetch("SELECT rule FROM finding ORDER BY id")]


async def opened(pool: Pool, o: StoryOffice, count: int = 1) -> list[str]:
    async with pool.acquire() as conn, conn.transaction():
        there = o.over(conn)
        numbers = [await there.opened() for _ in range(count)]
        for number in numbers:
            await there.dispatched(number)
    return numbers


async def test_a_breach_that_the_ladder_latches_is_a_finding_at_once(pool: Pool, o: StoryOffice) -> None:
    await opened(pool, o)
    o.clock.move(timedelta(hours=2, seconds=5))
    while await climb(pool, o.services, o.clock.now()):
        pass
    assert await rules(pool) == ["late_sign"]
    o.clock.move(timedelta(minutes=1))
    while await climb(pool, o.services, o.clock.now()):
        pass
    assert await sweep_findings(pool, o.services, o.clock.now()) == 0
    assert await rules(pool) == ["late_sign"]


async def page(pool: Pool, number: str, who: User, when: str, step: int = 2, state: str = "") -> None:
    """A page at a step; `state`: of its message, where it has one."""
    message = f"page:{number}:{step}" if state else None
    async with pool.acquire() as conn:
        if state:
            await conn.execute(
                "INSERT INTO outbox (dedupe_key, kind, channel, to_enc, to_hash, body, due_at, made_at, state) "
                "VALUES ($1, 'page', 'sms', '', '', '', $2, $2, $3)",
                message,
                at(when),
                state,
            )
        await conn.execute(
            "INSERT INTO page (assignment_id, step, user_id, channel, at, message) SELECT p.assignment_id, $4, $2, 'sms', $3, $5 FROM paging p "
            "JOIN ticket t ON t.id = p.ticket_id WHERE t.number = $1",
            number,
            who.id,
            at(when),
            step,
            message,
        )


async def test_pages_that_reached_the_leader_twice_in_a_month(pool: Pool, o: StoryOffice) -> None:
    numbers = await opened(pool, o, 3)
    async with pool.acquire() as conn:
        leader = await user(conn, Role.LIAISON, department=o.lamps.department_id, leads=True)
    o.clock.at = at("2026-03-20 10:00")
    for number in numbers:
        await page(pool, number, o.lamps, "2026-03-05 09:30", 0, "sent")
    await page(pool, numbers[0], leader, "2026-03-05 10:00")
    assert await sweep_findings(pool, o.services, o.clock.now()) == 0
    await page(pool, numbers[1], leader, "2026-03-20 09:00")
    assert await sweep_findings(pool, o.services, o.clock.now()) == 1
    await page(pool, numbers[2], leader, "2026-03-20 09:30")
    assert await sweep_findings(pool, o.services, o.clock.now()) == 0
    assert [r for r in await rules(pool) if r == "pages_unanswered"] == ["pages_unanswered"]


async def test_a_leader_who_was_paged_first_is_no_page_unanswered(pool: Pool, o: StoryOffice) -> None:
    """Nobody else was on duty, or the page before never left us: nobody left it unanswered."""
    numbers = await opened(pool, o, 4)
    async with pool.acquire() as conn:
        leader = await user(conn, Role.LIAISON, department=o.lamps.department_id, leads=True)
    o.clock.at = at("2026-03-20 10:00")
    for number, state in zip(numbers[1:], ("failed", "dropped", "delivered"), strict=True):
        await page(pool, number, o.lamps, "2026-03-20 09:00", 0, state)
    for number in numbers:
        await page(pool, number, leader, "2026-03-20 09:30")
    assert await sweep_findings(pool, o.services, o.clock.now()) == 0
    await page(pool, numbers[0], o.lamps, "2026-03-20 09:10", 1, "delivered")
    assert await sweep_findings(pool, o.services, o.clock.now()) == 1


async def test_an_order_is_defied_after_ten_working_days(pool: Pool, o: StoryOffice) -> None:
    number = (await opened(pool, o))[0]
    async with pool.acquire() as conn, conn.transaction():
        there = o.over(conn)
        await there.does(o.lamps, number, "signatures")
        o.clock.at = at("2026-03-19 10:00")  # due on the 18th
        await conn.execute("UPDATE clock SET touched_at = $1 WHERE clock = 'resolve'", o.clock.now())
        await there.does(o.manager, number, "supervise-orders", reason="超期")
    o.clock.at = at("2026-04-02 17:00")  # the tenth working day after the 19th of March ends
    assert await sweep_findings(pool, o.services, o.clock.now()) == 0
    o.clock.move(timedelta(seconds=1))
    assert await sweep_findings(pool, o.services, o.clock.now()) == 1
    assert await sweep_findings(pool, o.services, o.clock.now()) == 0
    async with pool.acquire() as conn:
        row = await conn.fetchrow(
            "SELECT f.seqs, e.kind FROM finding f JOIN ticket_event e ON e.ticket_id = f.ticket_id AND e.seq = f.seqs[1] "
            "WHERE f.rule = 'defied_order'"
        )
    assert row is not None
    assert row["kind"] == "ordered"


async def test_an_excuse_drops_the_suspicion(pool: Pool, o: StoryOffice) -> None:
    await opened(pool, o)
    o.clock.move(timedelta(hours=3))
    while await climb(pool, o.services, o.clock.now()):
        pass
    async with pool.acquire() as conn:
        await conn.execute(
            "UPDATE clock SET excused = 'platform failure', excused_at = $1 WHERE clock = 'sign'", o.clock.now()
        )
    assert await sweep_findings(pool, o.services, o.clock.now()) == 1
    async with pool.acquire() as conn:
        assert await conn.fetchval("SELECT state FROM finding") == "dropped"
    assert await sweep_findings(pool, o.services, o.clock.now()) == 0
