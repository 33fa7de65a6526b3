"""Clocks in the database: started, stopped, latched; the ladder climbed once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import asyncpg
import pytest

from hotline.base.clock import MovingClock
from hotline.base.db.connection import Conn, Pool
from hotline.base.http.problem import BadField, Illegal
from hotline.base.services import Services
from hotline.ticket import Category, Urgency
from sla.ladder.sweep import climb
from tests.office import department as make_department
from tests.office import duties, events
from tests.sla.desk import Desk, clocks

S = timedelta(seconds=1)


@pytest.mark.parametrize(("late", "breached"), [(-S, False), (0 * S, False), (S, True)])
async def test_sign_just_before_at_and_after(desk: Desk, conn: Conn, late: timedelta, breached: bool) -> None:
    number = await desk.dispatched()
    desk.clock.move(timedelta(hours=2) + late)
    await desk.do(desk.liaison, number, "signatures")
    clock = (await clocks(conn, number))["sign"]
    assert clock["state"] == "stopped"
    assert clock["breached_at"] == (clock["due_at"] if breached else None)


@pytest.mark.parametrize(
    ("category", "urgency", "resolve"),
    [
        (Category.INQUIRY, Urgency.NORMAL, "2026-03-09T09:00:00+00:00"),
        (Category.SUGGESTION, Urgency.NORMAL, "2026-03-11T09:00:00+00:00"),
        (Category.HELP, Urgency.CRITICAL, "2026-03-18T09:00:00+00:00"),
    ],
)
async def test_resolve_by_category(desk: Desk, conn: Conn, category: Category, urgency: Urgency, resolve: str) -> None:
    found = await clocks(conn, await desk.dispatched(category=category, urgency=urgency))
    assert found["resolve"]["due_at"] == datetime.fromisoformat(resolve)
    assert ("make_safe" in found) == (urgency is Urgency.CRITICAL)
    assert found["dispatch"]["state"] == "stopped"


async def test_praise_has_no_department_clock_and_anonymous_no_first_contact(desk: Desk, conn: Conn) -> None:
    found = await clocks(conn, await desk.dispatched(category=Category.PRAISE))
    assert set(found) == {"dispatch"}
    assert "first_contact" not in await clocks(conn, await desk.dispatched(phone=""))


async def test_a_reply_sent_back_never_stopped_the_clock(desk: Desk, conn: Conn) -> None:
    number = await desk.dispatched(category=Category.INQUIRY)
    await desk.do(desk.liaison, number, "signatures")
    desk.clock.at = datetime(2026, 3, 9, 8, tzinfo=UTC)
    await desk.do(desk.liaison, number, "replies", outcome="solved", public="好了")
    assert (await clocks(conn, number))["resolve"]["state"] == "stopped"
    desk.clock.move(timedelta(hours=2))
    await desk.do(desk.operator, number, "send-backs", reason="没好")
    clock = (await clocks(conn, number))["resolve"]
    assert (clock["state"], clock["breached_at"]) == ("running", clock["due_at"])


async def test_a_correction_recomputes_from_the_start_and_hides_no_breach(desk: Desk, conn: Conn) -> None:
    number = await desk.dispatched()
    await desk.do(desk.operator, number, "corrections", urgency="critical")
    clock = (await clocks(conn, number))["sign"]
    assert clock["due_at"] == clock["started_at"] + timedelta(minutes=15)
    desk.clock.move(timedelta(minutes=16))
    await desk.do(desk.manager, number, "corrections", urgency="normal")
    after = (await clocks(conn, number))["sign"]
    assert after["breached_at"] == clock["due_at"]


async def test_the_database_refuses_to_unlatch(desk: Desk, conn: Conn) -> None:
    number = await desk.dispatched()
    desk.clock.move(timedelta(hours=3))
    await desk.do(desk.liaison, number, "signatures")
    for sql in ("UPDATE clock SET breached_at = NULL WHERE breached_at IS NOT NULL", "DELETE FROM clock"):
        with pytest.raises(asyncpg.RestrictViolationError):
            async with conn.transaction():
                await conn.execute(sql)


async def test_extension_once_in_time_and_told(desk: Desk, conn: Conn) -> None:
    number = await desk.dispatched(category=Category.INQUIRY)  # due Monday 9 March 17:00
    with pytest.raises(BadField, match="10 working days"):
        await desk.do(desk.liaison, number, "extensions", until="2026-03-24", reason="等配件")
    asked = await desk.do(desk.liaison, number, "extensions", until="2026-03-12", reason="等配件")
    await desk.do(desk.manager, number, "extensions/{item}/decisions", item=asked["extension"], granted=True)
    assert (await clocks(conn, number))["resolve"]["due_at"] == datetime(2026, 3, 12, 9, tzinfo=UTC)
    with pytest.raises(Illegal, match="once"):
        await desk.do(desk.liaison, number, "extensions", until="2026-03-16", reason="还要等")
    assert await conn.fetchval("SELECT count(*) FROM outbox WHERE body LIKE '%需要更多时间%'") == 1


@pytest.mark.parametrize(("late", "refused"), [(0 * S, False), (S, True)])
async def test_extension_asked_before_the_close_preceding_the_due_day(
    desk: Desk, late: timedelta, refused: bool
) -> None:
    number = await desk.dispatched(category=Category.INQUIRY)
    desk.clock.at = datetime(2026, 3, 6, 9, tzinfo=UTC) + late  # Friday 17:00
    if refused:
        with pytest.raises(Illegal, match="too late"):
            await desk.do(desk.liaison, number, "extensions", until="2026-03-12", reason="等配件")
    else:
        await desk.do(desk.liaison, number, "extensions", until="2026-03-12", reason="等配件")


async def test_a_pause_is_whole_working_days_at_most_five(desk: Desk, conn: Conn) -> None:
    number = await desk.dispatched(category=Category.INQUIRY)
    with pytest.raises(BadField, match="5 working days"):
        await desk.do(desk.operator, number, "pauses", until="2026-03-12", reason="等来电人")
    made = await desk.do(desk.operator, number, "pauses", until="2026-03-06", reason="等来电人")
    assert made["days"] == 2
    assert (await clocks(conn, number))["resolve"]["due_at"] == datetime(2026, 3, 11, 9, tzinfo=UTC)


async def test_co_handlers_are_due_two_working_days_before_the_lead(desk: Desk, conn: Conn) -> None:
    await make_department(conn, "T07", "测试协办局")
    number = await desk.dispatched()
    await desk.do(desk.operator, number, "co-handlers", department="T07")
    found = await conn.fetch("SELECT due_at FROM clock WHERE clock = 'resolve' ORDER BY id")
    assert [row["due_at"] for row in found] == [
        datetime(2026, 3, 18, 9, tzinfo=UTC),
        datetime(2026, 3, 16, 9, tzinfo=UTC),
    ]


async def test_the_duty_to_supervise_is_decided_at_the_reply(desk: Desk, conn: Conn) -> None:
    number = await desk.dispatched()
    await desk.do(desk.liaison, number, "signatures")
    assert (await duties(conn, number))["supervise"] == "open"
    await desk.do(desk.liaison, number, "replies", outcome="solved", public="好了")
    assert (await duties(conn, number))["supervise"] == "done"


async def test_the_ladder_of_resolve_once_whatever_restarts(pool: Pool, services: Services, clock: MovingClock) -> None:
    async with pool.acquire() as conn:
        desk = await Desk(conn, services, clock).fill()
        number = await desk.dispatched(category=Category.INQUIRY)
        await desk.do(desk.liaison, number, "signatures")
        await desk.do(desk.liaison, number, "first-contacts", note="已联系", via="call")
    seen = []
    for moment in (
        "2026-03-06T09:00",
        "2026-03-09T09:00",
        "2026-03-09T09:00:01",
        "2026-03-10T09:00",
        "2026-03-12T09:00",
        "2026-03-16T09:00",
    ):
        clock.at = datetime.fromisoformat(moment).replace(tzinfo=UTC)
        for _ in range(2):  # run twice it does nothing more
            while await climb(pool, services, clock.now()):
                pass
        async with pool.acquire() as conn:
            rows = await conn.fetch(
                "SELECT s.step FROM ladder_step s JOIN clock c ON c.id = s.clock_id WHERE c.clock = 'resolve' ORDER BY s.due_at"
            )
        seen.append([row["step"] for row in rows])
    assert seen == [
        ["chase"],
        ["chase"],
        ["chase", "breach"],
        ["chase", "breach", "order"],
        ["chase", "breach", "order", "queue"],
        ["chase", "breach", "order", "queue", "criticise"],
    ]
    async with pool.acquire() as conn:
        assert (await events(conn, number)).count("ordered") == 1
        assert await conn.fetchval("SELECT count(*) FROM supervise_order") == 1
        assert await conn.fetchval("SELECT count(*) FROM consultation_item") == 1
        assert await conn.fetchval("SELECT count(*) FROM outbox WHERE kind = 'order'") == 2


async def test_a_call_back_has_its_clock(pool: Pool, services: Services, clock: MovingClock) -> None:
    from hotline.contacts.call_ends import owe_call

    async with pool.acquire() as conn, conn.transaction():
        await conn.execute("INSERT INTO contact (channel, call_sid, at) VALUES ('call', 'CA1', $1)", clock.now())
        await owe_call(conn, services, "CA1", "voicemail", "RE1", clock.now())
    clock.move(timedelta(minutes=15, seconds=1))
    while await climb(pool, services, clock.now()):
        pass
    async with pool.acquire() as conn:
        row = await conn.fetchrow("SELECT * FROM clock WHERE clock = 'call_back'")
        assert row is not None
        assert row["breached_at"] == row["due_at"] == clock.now() - S
