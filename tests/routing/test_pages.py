"""What a page says, to whom it goes when shifts change, and what is dropped or reworded before it leaves."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from hotline.base.clock import MovingClock
from hotline.base.db.connection import Conn, Pool
from hotline.base.services import InboundSms, Outgoing, Services
from hotline.base.text.phones import read_phone
from hotline.outbox.dispatcher import Status, on_statuses, send_all
from hotline.ticket import Category, Role, Urgency
from routing.alerts.answers import claim
from routing.alerts.messages import still_wanted
from routing.alerts.paging import page_due
from tests import office
from tests.office import move, state
from tests.routing.alerts.test_paging_story import build, dispatched, only, steps, swept


async def page_rows(conn: Conn) -> list[Any]:
    return await conn.fetch("SELECT * FROM outbox WHERE kind LIKE 'page%' ORDER BY id")


def as_outgoing(row: Any) -> Outgoing:
    return Outgoing(row["id"], row["kind"], row["ticket_id"], row["user_id"], row["about"])


async def said(conn: Conn, services: Services, phone: str, text: str, now: Any) -> str:
    """Send an SMS to the claimer; returns the answer."""
    sid = await conn.fetchval("SELECT coalesce(max(id), 0) + 1 FROM outbox")
    assert await claim(conn, services, InboundSms(sid, f"SM{sid}", read_phone(phone), text, now), now)
    return str(await conn.fetchval("SELECT body FROM outbox WHERE kind = 'answer' ORDER BY id DESC LIMIT 1"))


async def test_a_page_says_until_when_the_sign_clock_runs(conn: Conn, services: Services, clock: MovingClock) -> None:
    world = await build(conn, services)
    ticket = await dispatched(conn, services, world, urgency=Urgency.CRITICAL)
    await conn.execute("UPDATE clock SET due_at = due_at + interval '7 minutes' WHERE clock = 'sign'")
    await swept(conn, services, clock)
    code = await conn.fetchval("SELECT code FROM paging")
    sms, voice = await page_rows(conn)
    assert sms["body"] == (
        f"【1890】特急工单{ticket.number}，人民路12号，求助，今天上午10:22前签收。收到请回{code}；收到并签收请回{code}签收。"
    )
    assert voice["body"] == "这里是1890热线。有1件特急工单请您处理。收到请按1。"


async def test_a_confidential_place_stays_in_the_system(conn: Conn, services: Services, clock: MovingClock) -> None:
    world = await build(conn, services)
    await dispatched(conn, services, world, category=Category.TIPOFF, confidential=True)
    await swept(conn, services, clock)
    (sms,) = await page_rows(conn)
    assert "人民路" not in sms["body"]
    assert "地点见系统" in sms["body"]


async def test_who_comes_on_duty_is_the_next(conn: Conn, services: Services, clock: MovingClock) -> None:
    """The shift of both members ends between the first step and the second: the first of the new shift is paged."""
    world = await build(conn, services)
    lamps = world.people[0].department_id
    await dispatched(conn, services, world, urgency=Urgency.URGENT)
    await swept(conn, services, clock)
    end = clock.now() + timedelta(minutes=10)
    await conn.execute("UPDATE roster_shift SET to_at = $1 WHERE department_id = $2 AND rank = 'member'", end, lamps)
    fresh = [
        await office.user(conn, Role.LIAISON, department=lamps, phone=f"+861390000400{i}", services=services)
        for i in range(2)
    ]
    for who in fresh:
        await conn.execute(
            "INSERT INTO roster_shift (department_id, user_id, rank, from_at, to_at) VALUES ($1, $2, 'member', $3, '2026-03-20Z')",
            lamps,
            who.id,
            end,
        )
    clock.move(timedelta(minutes=15))
    await swept(conn, services, clock)
    rows = await conn.fetch("SELECT DISTINCT user_id, step FROM page ORDER BY step")
    assert [r["user_id"] for r in rows] == [world.people[0].id, fresh[0].id]


async def test_one_on_duty_and_the_departments_own_leader_where_the_roster_names_none(
    conn: Conn, services: Services, clock: MovingClock
) -> None:
    world = await build(conn, services)
    await conn.execute(
        "DELETE FROM roster_shift WHERE user_id = ANY($1::int[])", [world.people[1].id, world.people[2].id]
    )
    await dispatched(conn, services, world, urgency=Urgency.CRITICAL)
    for _ in range(5):
        await swept(conn, services, clock)
        clock.move(timedelta(minutes=5))
    rows = await conn.fetch("SELECT DISTINCT step, user_id FROM page ORDER BY step")
    assert [tuple(r) for r in rows] == [(0, world.people[0].id), (2, world.people[2].id), (3, world.boss.id)]


async def test_an_untested_phone_is_no_step(conn: Conn, services: Services, clock: MovingClock) -> None:
    world = await build(conn, services)
    await conn.execute("UPDATE app_user SET phone_tested_at = NULL WHERE id = $1", world.people[0].id)
    await dispatched(conn, services, world)
    await swept(conn, services, clock)
    assert await conn.fetchval("SELECT user_id FROM page") == world.people[1].id


async def test_a_page_that_did_not_leave_has_its_whole_wait_after_an_outage(
    conn: Conn, services: Services, clock: MovingClock
) -> None:
    """Killed between writing and sending, started again hours later: one page leaves, nobody is passed by."""
    ticket = await dispatched(conn, services, await build(conn, services), urgency=Urgency.CRITICAL)
    await page_due(only(conn), services, clock.now())
    clock.move(timedelta(hours=5))
    await swept(conn, services, clock)  # the message leaves now
    assert await steps(conn, ticket) == [0]
    assert {r["state"] for r in await page_rows(conn)} == {"sent"}
    clock.move(timedelta(minutes=5))
    await swept(conn, services, clock)
    assert await steps(conn, ticket) == [0, 1]


async def test_of_several_tickets_in_one_message_only_those_still_open_leave(
    pool: Pool, services: Services, clock: MovingClock
) -> None:
    async with pool.acquire() as conn:
        world = await build(conn, services)
        made = [await dispatched(conn, services, world, phone=f"+861390001{n:04d}") for n in range(3)]
    await page_due(pool, services, clock.now())
    async with pool.acquire() as conn:
        (row,) = await page_rows(conn)
        assert all(t.number in row["body"] for t in made)
        await move(conn, services, world.people[0], made[0].number, "signatures")
        assert made[0].number not in str(await still_wanted(conn, as_outgoing(row), clock.now()))
    await send_all(pool, services, clock.now())
    async with pool.acquire() as conn:
        body = await conn.fetchval("SELECT body FROM outbox WHERE kind = 'page'")
        assert await conn.fetchval("SELECT count(*) FROM simulated WHERE body = $1", body) == 1
    assert body.startswith("【1890】2件")
    assert made[0].number not in body
    assert all(t.number in body for t in made[1:])


async def test_the_last_of_several_leaves_as_one_and_none_not_at_all(
    conn: Conn, services: Services, clock: MovingClock
) -> None:
    world = await build(conn, services)
    made = [await dispatched(conn, services, world, phone=f"+861390001{n:04d}") for n in range(2)]
    await page_due(only(conn), services, clock.now())
    (row,) = await page_rows(conn)
    await move(conn, services, world.boss, made[0].number, "withdrawals")
    left = await still_wanted(conn, as_outgoing(row), clock.now())
    assert isinstance(left, str)
    assert left.startswith(f"【1890】一般工单{made[1].number}")
    await move(conn, services, world.boss, made[1].number, "merges", into=(await office.ticket(conn, services)).number)
    assert await still_wanted(conn, as_outgoing(row), clock.now()) is False


async def test_two_codes_in_one_reply_and_a_code_that_came_too_late(
    conn: Conn, services: Services, clock: MovingClock
) -> None:
    world = await build(conn, services)
    made = [await dispatched(conn, services, world, phone=f"+861390001{n:04d}") for n in range(2)]
    await swept(conn, services, clock)
    codes = [r["code"] for r in await conn.fetch("SELECT code FROM paging ORDER BY assignment_id")]
    answer = await said(conn, services, "+8613900001000", f"{codes[0].lower()}，{codes[1]} + 签收", clock.now())
    assert answer.count("已确认并签收") == 2
    assert [await state(conn, t.number) for t in made] == ["signed", "signed"]
    late = await dispatched(conn, services, world, phone="+8613900012222")
    await swept(conn, services, clock)
    code = await conn.fetchval("SELECT code FROM paging ORDER BY assignment_id DESC LIMIT 1")
    await move(conn, services, world.boss, late.number, "recalls", reason="派错")
    assert "无需处理" in await said(conn, services, "+8613900001000", code, clock.now())
    assert not await conn.fetchval("SELECT acknowledged_at FROM assignment ORDER BY id DESC LIMIT 1")


async def test_a_number_that_was_never_tested_acknowledges_nothing(
    conn: Conn, services: Services, clock: MovingClock
) -> None:
    world = await build(conn, services)
    await dispatched(conn, services, world)
    code = await conn.fetchval("SELECT code FROM paging")
    await conn.execute("UPDATE app_user SET phone_tested_at = NULL WHERE id = $1", world.people[0].id)
    sms = InboundSms(1, "SM1", read_phone("+8613900001000"), code, clock.now())
    assert not await claim(conn, services, sms, clock.now())
    assert await conn.fetchval("SELECT acknowledged_at FROM assignment") is None


async def test_a_call_that_was_taken_or_not_acknowledges_nothing(
    conn: Conn, services: Services, clock: MovingClock
) -> None:
    ticket = await dispatched(conn, services, await build(conn, services), urgency=Urgency.CRITICAL)
    await swept(conn, services, clock)
    _, voice = await page_rows(conn)
    for status, stored in (("no-answer", "failed"), ("completed", "delivered"), ("busy", "delivered")):
        await on_statuses(conn, services, [Status(voice["id"], "CA1", status, "")], clock.now())
        assert await conn.fetchval("SELECT state FROM outbox WHERE id = $1", voice["id"]) == stored
    clock.move(timedelta(minutes=5))
    await swept(conn, services, clock)
    assert await steps(conn, ticket) == [0, 1]


async def test_the_manager_at_the_end_of_the_ladder_acknowledges_on_the_web(
    conn: Conn, services: Services, clock: MovingClock
) -> None:
    world = await build(conn, services)
    ticket = await dispatched(conn, services, world, urgency=Urgency.CRITICAL)
    for _ in range(4):
        await swept(conn, services, clock)
        clock.move(timedelta(minutes=5))
    assert await steps(conn, ticket) == [0, 1, 2, 3]
    assert (await move(conn, services, world.boss, ticket.number, "acknowledgements"))["fresh"] is True
    assert await state(conn, ticket.number) == "dispatched"


async def test_a_co_handler_is_paged_too_and_its_ladder_is_its_own(
    conn: Conn, services: Services, clock: MovingClock
) -> None:
    world = await build(conn, services)
    ticket = await dispatched(conn, services, world)
    await move(conn, services, world.boss, ticket.number, "co-handlers", department="D30")
    await swept(conn, services, clock)
    await move(conn, services, world.people[0], ticket.number, "signatures")
    clock.move(timedelta(minutes=30))
    await swept(conn, services, clock)
    rows = await conn.fetch("SELECT step, user_id FROM page ORDER BY step, user_id")
    assert [tuple(r) for r in rows] == [
        (0, world.people[0].id),
        (0, world.people[3].id),
        (1, world.people[4].id),
    ]


async def test_a_poisoned_ladder_stops_no_other(pool: Pool, services: Services, clock: MovingClock) -> None:
    async with pool.acquire() as conn:
        world = await build(conn, services)
        await dispatched(conn, services, world)
        other = await office.ticket(conn, services, phone="+8613900012345")
        await move(conn, services, world.boss, other.number, "assignments", department="D30")
        await conn.execute("UPDATE app_user SET phone_enc = 'nonsense' WHERE id = $1", world.people[0].id)
    await page_due(pool, services, clock.now())
    assert await page_due(pool, services, clock.now()) == 0
    async with pool.acquire() as conn:
        assert await conn.fetchval("SELECT user_id FROM page") == world.people[3].id
        assert (
            await conn.fetchval("SELECT count(*) FROM paging WHERE next_at = $1", clock.now() + timedelta(minutes=1))
            == 1
        )


async def test_a_page_that_may_have_left_holds_the_ladder_a_few_times_only(
    conn: Conn, services: Services, clock: MovingClock
) -> None:
    ticket = await dispatched(conn, services, await build(conn, services), urgency=Urgency.CRITICAL)
    await page_due(only(conn), services, clock.now())
    await conn.execute("UPDATE outbox SET state = 'uncertain' WHERE kind LIKE 'page%'")
    climbed = []
    for _ in range(5):
        clock.move(timedelta(minutes=5))
        await page_due(only(conn), services, clock.now())
        climbed.append(await steps(conn, ticket))
    assert climbed == [[0], [0], [0], [0, 1], [0, 1]]
