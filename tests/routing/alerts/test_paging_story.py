"""Paging through the use cases: what starts, hurries, holds and stops a ladder, and that no lock is taken crosswise."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hotline.base.clock import MovingClock
from hotline.base.db.connection import Conn, Pool
from hotline.base.http.problem import Problem
from hotline.base.services import InboundSms, Outgoing, Services
from hotline.base.text.phones import read_phone
from hotline.contacts.opening import Opened
from hotline.people.user import User
from hotline.ticket import Role, Urgency
from routing.alerts import unanswered_sql
from routing.alerts.answers import claim
from routing.alerts.messages import still_wanted
from routing.alerts.paging import page_due
from tests import office
from tests.line import until
from tests.office import move

EVENING = datetime(2026, 3, 4, 12, 20, tzinfo=UTC)  # 20:20 in Shanghai
NIGHT = datetime(2026, 3, 4, 14, 0, tzinfo=UTC)  # 22:00
SOMEBODY_WAITS = (
    "SELECT EXISTS (SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock')"
)


@dataclass(frozen=True, slots=True)
class World:
    """A department with two members and a leader on duty, another one, and the centre's manager."""

    people: list[User]
    boss: User


async def build(conn: Conn, services: Services) -> World:
    people = []
    for code, name, start in (("D29", "县市政设施维护中心", 1000), ("D30", "县交通运输局", 3000)):
        made = await office.department(conn, code, name)
        for i, rank in enumerate(["member", "member", "leader"]):
            who = await office.user(
                conn,
                Role.LIAISON,
                department=made,
                phone=f"+861390000{start + i}",
                leads=rank == "leader",
                services=services,
            )
            await conn.execute(
                "INSERT INTO roster_shift (department_id, user_id, rank, from_at, to_at)"
                " VALUES ($1, $2, $3, '2026-03-01Z', '2026-03-20Z')",
                made,
                who.id,
                rank,
            )
            people.append(who)
    return World(people, await office.user(conn, Role.MANAGER, phone="+8613900002000", services=services))


async def dispatched(conn: Conn, services: Services, world: World, **case: Any) -> Opened:
    made = await office.ticket(conn, services, **case)
    await move(conn, services, world.boss, made.number, "assignments", department="D29", names_it=False)
    return made


async def steps(conn: Conn, ticket: Opened) -> list[int]:
    rows = await conn.fetch(
        "SELECT DISTINCT g.step FROM page g JOIN paging p USING (assignment_id) WHERE p.ticket_id = $1 ORDER BY 1",
        ticket.ticket,
    )
    return [row["step"] for row in rows]


async def returned(conn: Conn, services: Services, world: World, ticket: Opened) -> None:
    await move(
        conn, services, world.people[0], ticket.number, "returns", reason="not_ours", basis="三定方案", suggested="D30"
    )


def only(conn: Conn) -> Pool:
    """A pool whose one connection is the test's, so that a sweep is rolled back with it."""

    class One:
        @asynccontextmanager
        async def acquire(self) -> AsyncIterator[Conn]:
            yield conn

    return cast(Pool, One())


async def swept(conn: Conn, services: Services, clock: MovingClock) -> None:
    """Climb what is due; the messages leave."""
    while await page_due(only(conn), services, clock.now()):
        pass
    await conn.execute("UPDATE outbox SET state = 'sent', sent_at = $1 WHERE state = 'waiting'", clock.now())


async def test_a_sweep_run_twice_pages_once(conn: Conn, services: Services, clock: MovingClock) -> None:
    world = await build(conn, services)
    ticket = await dispatched(conn, services, world)
    assert await page_due(only(conn), services, clock.now()) == 1
    assert await page_due(only(conn), services, clock.now()) == 0
    assert await steps(conn, ticket) == [0]
    (body,) = [r["body"] for r in await conn.fetch("SELECT body FROM outbox WHERE kind = 'page'")]
    assert ticket.number in body
    assert "路灯坏了" not in body


@pytest.mark.parametrize(("seconds", "climbed"), [(899, [0]), (900, [0, 1]), (901, [0, 1])])
async def test_an_urgent_page_waits_15_minutes(
    conn: Conn, services: Services, clock: MovingClock, seconds: int, climbed: list[int]
) -> None:
    ticket = await dispatched(conn, services, await build(conn, services), urgency=Urgency.URGENT)
    await swept(conn, services, clock)
    clock.move(timedelta(seconds=seconds))
    await swept(conn, services, clock)
    assert await steps(conn, ticket) == climbed


async def test_after_an_outage_nobody_is_woken_for_a_normal_ticket(
    conn: Conn, services: Services, clock: MovingClock
) -> None:
    clock.at = EVENING
    ticket = await dispatched(conn, services, await build(conn, services))
    await swept(conn, services, clock)
    clock.move(timedelta(hours=3))  # due at 20:50, swept at 23:20
    await swept(conn, services, clock)
    assert await steps(conn, ticket) == [0]
    assert await page_due(only(conn), services, clock.now()) == 0
    clock.at = datetime(2026, 3, 5, 0, 0, tzinfo=UTC)  # 08:00
    await swept(conn, services, clock)
    assert await steps(conn, ticket) == [0, 1]


async def test_after_an_outage_of_hours_one_step_is_taken(conn: Conn, services: Services, clock: MovingClock) -> None:
    ticket = await dispatched(conn, services, await build(conn, services), urgency=Urgency.CRITICAL)
    await swept(conn, services, clock)
    clock.move(timedelta(hours=5))
    await swept(conn, services, clock)
    assert await steps(conn, ticket) == [0, 1]


async def test_a_raised_urgency_hurries_the_ladder(conn: Conn, services: Services, clock: MovingClock) -> None:
    clock.at = NIGHT
    world = await build(conn, services)
    ticket = await dispatched(conn, services, world)
    await swept(conn, services, clock)
    await move(conn, services, world.boss, ticket.number, "corrections", urgency="critical")
    clock.move(timedelta(minutes=5, seconds=-1))
    await swept(conn, services, clock)
    assert await steps(conn, ticket) == [0]
    clock.move(timedelta(seconds=1))
    await swept(conn, services, clock)
    assert await steps(conn, ticket) == [0, 1]


async def test_a_returned_ticket_is_not_paged_until_it_is_overruled(
    conn: Conn, services: Services, clock: MovingClock
) -> None:
    world = await build(conn, services)
    ticket = await dispatched(conn, services, world)
    await swept(conn, services, clock)
    row = await conn.fetchrow("SELECT * FROM outbox WHERE kind = 'page'")
    assert row is not None
    page = Outgoing(row["id"], "page", row["ticket_id"], row["user_id"], row["about"])
    assert await still_wanted(conn, page, clock.now())
    assert len(await unanswered_sql.unanswered(conn, 9, clock.now())) == 1
    await returned(conn, services, world, ticket)
    assert not await still_wanted(conn, page, clock.now())
    assert await unanswered_sql.unanswered(conn, 9, clock.now()) == []  # a return is an answer
    for _ in range(3):
        clock.move(timedelta(minutes=31))
        assert await page_due(only(conn), services, clock.now()) == 0
    await move(conn, services, world.boss, ticket.number, "rulings", department="D29", reason="属你单位")
    assert len(await unanswered_sql.unanswered(conn, 9, clock.now())) == 1
    await swept(conn, services, clock)
    assert await steps(conn, ticket) == [0, 1]


async def test_another_department_named_gets_a_fresh_ladder(conn: Conn, services: Services, clock: MovingClock) -> None:
    world = await build(conn, services)
    ticket = await dispatched(conn, services, world)
    await swept(conn, services, clock)
    await returned(conn, services, world, ticket)
    await move(conn, services, world.boss, ticket.number, "rulings", department="D30", reason="属交通")
    await swept(conn, services, clock)
    rows = await conn.fetch("SELECT user_id, step FROM page ORDER BY assignment_id")
    assert [(r["user_id"], r["step"]) for r in rows] == [(world.people[0].id, 0), (world.people[3].id, 0)]
    assert await conn.fetchval("SELECT count(*) FROM paging WHERE ended_at IS NULL") == 1


@pytest.mark.parametrize("by_sms", [True, False])
async def test_acknowledging_and_sweeping_beside_a_signature_do_not_deadlock(
    pool: Pool, services: Services, clock: MovingClock, by_sms: bool
) -> None:
    async with pool.acquire() as conn:
        world = await build(conn, services)
        ticket = await dispatched(conn, services, world)
        code = await conn.fetchval("SELECT code FROM paging")
    held = asyncio.Event()

    async def sign() -> None:
        async with pool.acquire() as conn, conn.transaction():
            await conn.fetchrow("SELECT 1 FROM ticket WHERE id = $1 FOR UPDATE", ticket.ticket)
            held.set()
            waits = asyncio.create_task(until(pool, SOMEBODY_WAITS))
            await asyncio.wait((waits, other), return_when=asyncio.FIRST_COMPLETED)
            waits.cancel()
            await move(conn, services, world.people[0], ticket.number, "signatures")

    async def beside() -> None:
        await held.wait()
        if not by_sms:
            await page_due(pool, services, clock.now())
            return
        async with pool.acquire() as conn, conn.transaction():
            sms = InboundSms(1, "SM1", read_phone("+8613900001001"), code, clock.now())
            assert await claim(conn, services, sms, clock.now())

    other = asyncio.create_task(beside())
    await asyncio.gather(sign(), other)
    while await page_due(pool, services, clock.now()):
        pass
    async with pool.acquire() as conn:
        assert await conn.fetchval("SELECT count(*) FROM paging WHERE ended_at IS NULL") == 0
        assert await conn.fetchval("SELECT count(*) FROM page") == 0


ACTS = st.lists(
    st.sampled_from(
        [
            "sweep",
            "sweep",
            "climb",
            "wait 6",
            "wait 31",
            "wait 600",
            "sms",
            "web",
            "sign",
            "return",
            "overrule",
            "move",
            "recall",
            "raise",
            "withdraw",
            "again",
            "co",
            "co sign",
            "relieve",
            "boss",
        ]
    ),
    max_size=14,
)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)  # the connection is rolled back to a savepoint after each example
@given(acts=ACTS)
async def test_in_any_order_each_is_paged_once_a_step_and_none_after_the_answer(
    conn: Conn, services: Services, clock: MovingClock, acts: list[str]
) -> None:
    clock.at = EVENING
    savepoint = conn.transaction()
    await savepoint.start()
    try:
        world = await build(conn, services)
        ticket = await dispatched(conn, services, world)
        for number, act in enumerate(acts):
            await perform(conn, services, clock, world, ticket, act, number)
            await check(conn)
    finally:
        await savepoint.rollback()


async def perform(
    conn: Conn, services: Services, clock: MovingClock, world: World, ticket: Opened, act: str, number: int
) -> None:
    """One act; those that do not fit the state are refused, as by the API."""
    moves: dict[str, tuple[User, str, dict[str, str]]] = {
        "web": (world.people[1], "acknowledgements", {}),
        "sign": (world.people[0], "signatures", {}),
        "return": (world.people[0], "returns", {"reason": "not_ours", "basis": "三定", "suggested": "D30"}),
        "overrule": (world.boss, "rulings", {"department": "D29", "reason": "属你单位"}),
        "move": (world.boss, "rulings", {"department": "D30", "reason": "属交通"}),
        "recall": (world.boss, "recalls", {"reason": "派错"}),
        "raise": (world.boss, "corrections", {"urgency": "critical"}),
        "withdraw": (world.boss, "withdrawals", {}),
        "again": (world.boss, "assignments", {"department": "D29"}),
        "co": (world.boss, "co-handlers", {"department": "D30"}),
        "co sign": (world.people[4], "signatures", {}),
        "boss": (world.boss, "acknowledgements", {}),
    }
    if act == "sweep":
        await swept(conn, services, clock)
    elif act == "climb":  # the program is killed before the messages leave
        while await page_due(only(conn), services, clock.now()):
            pass
    elif act == "relieve":  # the shift ends, the two members change places
        await conn.execute(
            "UPDATE roster_shift SET from_at = from_at + interval '1 minute' WHERE user_id = $1",
            world.people[0].id,
        )
    elif act.startswith("wait"):
        clock.move(timedelta(minutes=int(act.split()[1])))
    elif act == "sms":
        code = await conn.fetchval("SELECT code FROM paging ORDER BY assignment_id DESC LIMIT 1")
        sms = InboundSms(number + 1, f"SM{number}", read_phone("+8613900001000"), code, clock.now())
        await claim(conn, services, sms, clock.now())
    else:
        who, noun, fields = moves[act]
        with suppress(Problem):
            async with conn.transaction():
                await move(conn, services, who, ticket.number, noun, **fields)


async def check(conn: Conn) -> None:
    """No page after the answer or the end; none twice; nobody is due who is held or over."""
    assert not await conn.fetch(
        "SELECT 1 FROM page g JOIN assignment a ON a.id = g.assignment_id"
        " WHERE g.at > least(a.acknowledged_at, a.signed_at, a.ended_at)"
    )
    assert not await conn.fetch("SELECT 1 FROM page GROUP BY assignment_id, step, user_id, channel HAVING count(*) > 1")
    assert not await conn.fetch(
        "SELECT 1 FROM paging p JOIN assignment a ON a.id = p.assignment_id JOIN ticket t ON t.id = p.ticket_id"
        " WHERE p.next_at IS NOT NULL AND (a.acknowledged_at IS NOT NULL OR a.ended_at IS NOT NULL OR (t.state = 'returned' AND a.part = 'lead'))"
    )
    assert not await conn.fetch("SELECT 1 FROM event_retry")


async def test_a_ticket_for_which_nobody_can_be_paged_stands_before_the_manager_after_a_minute(
    conn: Conn, services: Services, clock: MovingClock
) -> None:
    world = await build(conn, services)
    await conn.execute("UPDATE app_user SET phone_tested_at = NULL")
    ticket = await dispatched(conn, services, world)
    await swept(conn, services, clock)
    clock.move(timedelta(seconds=59))
    assert await unanswered_sql.unanswered(conn, 9, clock.now()) == []
    clock.move(timedelta(seconds=1))
    (row,) = await unanswered_sql.unanswered(conn, 9, clock.now())
    assert (row.number, row.pages, row.last) == (ticket.number, 0, None)
