"""The queue before the next consultation fills itself; poisoned clocks stop no other."""

from __future__ import annotations

from datetime import timedelta

import pytest

from hotline.base.clock import MovingClock
from hotline.base.db.connection import Conn, Pool
from hotline.base.http.problem import Illegal
from hotline.base.services import Services
from hotline.contacts.call_ends import owe_call
from hotline.ticket import Category
from sla.ladder.consultation_queue import review_long_term
from tests.office import events, ticket
from tests.sla.desk import Desk, clocks, local, swept

RETURN = {"reason": "not_ours", "basis": "三定"}


async def reasons(conn: Conn, number: str) -> list[str]:
    rows = await conn.fetch(
        "SELECT i.reason FROM consultation_item i JOIN ticket t ON t.id = i.ticket_id WHERE t.number = $1 ORDER BY i.id",
        number,
    )
    return [row["reason"] for row in rows]


async def test_two_returns(desk: Desk, conn: Conn) -> None:
    number = await desk.signed()
    await desk.do(desk.liaison, number, "returns", **RETURN, suggested="T06")
    assert await reasons(conn, number) == []
    await desk.do(desk.manager, number, "rulings", department="T06", reason="属城管")
    await desk.do(desk.other, number, "returns", **RETURN, suggested="T05")
    assert await reasons(conn, number) == ["returns"]


async def test_a_second_dissatisfaction(desk: Desk, conn: Conn) -> None:
    number = await desk.replied()
    for wanted in ([], ["dissatisfied"]):
        await desk.do(desk.operator, number, "report-backs", via="call", text="已告知")
        await desk.do(desk.operator, number, "follow-ups", reached=True, solved=False, rating=1)
        assert await reasons(conn, number) == wanted
        await desk.do(desk.liaison, number, "replies", outcome="solved", public="又修了")


async def test_two_requests_for_more_time(desk: Desk, conn: Conn) -> None:
    number = await desk.signed()
    asked = await desk.do(desk.liaison, number, "extensions", until="2026-03-20", reason="等配件")
    await desk.do(
        desk.manager,
        number,
        "extensions/{item}/decisions",
        item=asked["extension"],
        granted=False,
        reason="理由不足",
    )
    assert await reasons(conn, number) == []
    await desk.do(desk.liaison, number, "extensions", until="2026-03-20", reason="厂家证明")
    assert await reasons(conn, number) == ["extensions"]


async def test_proposed_by_operator_or_department_once(desk: Desk, conn: Conn) -> None:
    number = await desk.signed()
    await desk.do(desk.liaison, number, "proposals", reason="多部门职责不清")
    with pytest.raises(Illegal):
        await desk.do(desk.operator, number, "proposals", reason="同上")
    assert await reasons(conn, number) == ["proposed"]


@pytest.mark.parametrize(("late", "wanted"), [(-1, []), (0, ["overdue"]), (1, ["overdue"])])
async def test_overdue_three_working_days(
    pool: Pool, services: Services, clock: MovingClock, late: int, wanted: list[str]
) -> None:
    async with pool.acquire() as conn:
        desk = await Desk(conn, services, clock).fill()
        number = await desk.signed(category=Category.INQUIRY)  # due Monday 9 March 17:00
        for _ in range(2):
            await swept(pool, services, local("2026-03-12T17:00") + timedelta(seconds=late))
        assert await reasons(conn, number) == wanted
        assert (await events(conn, number)).count("ordered") == 1


async def test_long_term_matters_stand_before_every_second_consultation(
    pool: Pool, services: Services, clock: MovingClock
) -> None:
    async with pool.acquire() as conn:
        desk = await Desk(conn, services, clock).fill()
        number = await desk.signed()
        await desk.do(desk.manager, number, "long-terms", plan="重铺", leader="王", until="2026-10-30")
        await conn.execute("UPDATE consultation_item SET ended_at = $1", clock.at + timedelta(days=5))
        for days, count in ((20, 1), (28, 2), (28, 2)):
            await review_long_term(pool, services, clock.at + timedelta(days=days))
            assert len(await reasons(conn, number)) == count


async def test_one_poisoned_clock_waits_alone(pool: Pool, services: Services, clock: MovingClock) -> None:
    async with pool.acquire() as conn:
        desk = await Desk(conn, services, clock).fill()
        good = await desk.dispatched()
        bad = (await ticket(conn, services, phone="+8613900000002")).number
        await desk.do(desk.operator, bad, "assignments", department="T06")
        await conn.execute("UPDATE app_user SET phone_enc = 'torn'::bytea WHERE id = $1", desk.other.id)
        clock.at = local("2026-03-04T12:00:01")
        await swept(pool, services, clock.at)
        found = (await clocks(conn, good))["sign"], (await clocks(conn, bad))["sign"]
        assert found[0]["breached_at"] == local("2026-03-04T12:00")
        assert found[1]["breached_at"] == local("2026-03-04T12:00")  # latched all the same
        assert (found[1]["step"], found[1]["next_at"]) == (0, clock.at + timedelta(minutes=15))
        assert await swept(pool, services, clock.at) == 0
        await conn.execute("UPDATE app_user SET phone_enc = NULL WHERE id = $1", desk.other.id)
        clock.move(timedelta(minutes=15))
        await swept(pool, services, clock.at)
        assert (await clocks(conn, bad))["sign"]["next_at"] is None


async def test_a_poisoned_clock_of_a_call_back_waits_too(pool: Pool, services: Services, clock: MovingClock) -> None:
    async with pool.acquire() as conn:
        desk = await Desk(conn, services, clock).fill()
        good = await desk.dispatched()
        await conn.execute("INSERT INTO contact (channel, call_sid, at) VALUES ('call', 'CA1', $1)", clock.now())
        await owe_call(conn, services, "CA1", "voicemail", "RE1", clock.now())
        await conn.execute("ALTER TABLE clock ADD CONSTRAINT torn CHECK (clock <> 'call_back' OR step = 0)")
        clock.at = local("2026-03-04T12:00:01")
        await swept(pool, services, clock.at)
        assert (await clocks(conn, good))["sign"]["breached_at"] == local("2026-03-04T12:00")
        bad = await conn.fetchrow("SELECT step, next_at FROM clock WHERE clock = 'call_back'")
        assert bad is not None
        assert tuple(bad) == (0, clock.at + timedelta(minutes=15))
