"""The pages of the promise: orders and their PDF, what is coming, the hand-over sheet, times, the calendar."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator
from datetime import date, time, timedelta

import pytest
from aiohttp.test_utils import TestClient
from pypdf import PdfReader

from hotline.base.clock import MovingClock
from hotline.base.db.connection import Pool
from hotline.base.jobs.scheduler import run_calendar
from hotline.base.services import Services
from hotline.ticket import Category, Role, Urgency
from sla.calendar.changes import work_through
from sla.calendar.edits import OfficeHours, splice_hours
from sla.shift.hand_over import JOBS, MORNINGS
from tests.doors import Browser, browser, token
from tests.office import events, on_shift, user
from tests.reports.telephone.planted import planted_call
from tests.sla.desk import ZONE, Desk, clocks, local, swept


@pytest.fixture
async def desk(pool: Pool, services: Services, clock: MovingClock) -> AsyncIterator[Desk]:
    """On the clone that the application serves."""
    async with pool.acquire() as conn:
        yield await Desk(conn, services, clock).fill()


async def _as(client: TestClient, pool: Pool, services: Services, who: object) -> Browser:
    return await browser(client, pool, services, who)  # type: ignore[arg-type]


async def test_an_order_is_a_document_with_number_deadline_and_receipt(
    client: TestClient, pool: Pool, services: Services, desk: Desk
) -> None:
    number = await desk.signed()
    made = await desk.do(desk.manager, number, "supervise-orders", reason="请当日修复")
    assert made["due_at"] == local("2026-03-09T17:00")
    liaison = await _as(client, pool, services, desk.liaison)
    shown = await (await liaison.get(f"/orders/{made['order']}")).text()
    for said in (
        made["order"],
        "测试路灯所",
        "请当日修复",
        "2026-03-09 17:00",
        "负责人签字",
        "签收本督办通知单",
    ):
        assert said in shown
    answer = await liaison.get(f"/orders/{made['order']}.pdf")
    assert answer.content_type == "application/pdf"
    words = "".join(PdfReader(io.BytesIO(await answer.read())).pages[0].extract_text().split())
    for said in (made["order"], "测试路灯所", "请当日修复", number, "负责人签字"):
        assert said in words
    path = f"/tickets/{number}/supervise-orders/{made['id']}/receipts"
    assert (await liaison.post(path, next=f"/orders/{made['order']}")).status == 303
    assert (await liaison.post(path)).status == 409
    shown = await (await liaison.get(f"/orders/{made['order']}")).text()
    assert "签收本督办通知单" not in shown
    assert "order_received" in await events(desk.conn, number)
    manager = await _as(client, pool, services, desk.manager)
    assert made["order"] in await (await manager.get("/orders")).text()


async def test_another_departments_order_does_not_exist_and_a_tipoffs_place_stays_off_it(
    client: TestClient, pool: Pool, services: Services, desk: Desk
) -> None:
    number = await desk.signed(category=Category.TIPOFF, place="人民路99号")
    made = await desk.do(desk.manager, number, "supervise-orders")
    other = await _as(client, pool, services, desk.other)
    for path in (f"/orders/{made['order']}", f"/orders/{made['order']}.pdf", "/orders/DB1", "/orders/%00"):
        assert (await other.get(path)).status in {404, 400}
    assert made["order"] not in await (await other.get("/orders")).text()
    mine = await _as(client, pool, services, desk.liaison)
    assert "人民路99号" not in await (await mine.get(f"/orders/{made['order']}")).text()


async def test_what_is_coming_for_each(client: TestClient, pool: Pool, services: Services, desk: Desk) -> None:
    mine = await desk.dispatched()
    other = await user(desk.conn, Role.OPERATOR)
    for who, wanted in ((desk.liaison, True), (desk.other, False), (desk.manager, True), (other, False)):
        shown = await (await (await _as(client, pool, services, who)).get("/coming/part")).text()
        assert (mine in shown) is wanted, who.role
    await desk.do(desk.liaison, mine, "signatures")
    await desk.do(desk.liaison, mine, "replies", outcome="solved", public="好了")
    shown = await (await (await _as(client, pool, services, desk.operator)).get("/coming")).text()
    assert mine in shown
    desk.clock.move(timedelta(days=3))
    shown = await (await (await _as(client, pool, services, desk.operator)).get("/coming")).text()
    assert mine not in shown
    assert "已超时" in shown


async def test_the_hand_over_sheet_of_the_morning_is_made_once(
    client: TestClient, pool: Pool, services: Services, desk: Desk
) -> None:
    (job,) = JOBS
    await run_calendar(job, pool, services)  # the first time: from now on
    desk.clock.at = local("2026-03-05T02:00")
    grave = await desk.dispatched(urgency=Urgency.CRITICAL)
    await planted_call(desk.conn, local("2026-03-05T03:10"), ended=70, why="voicemail", outcome="call_back")
    desk.clock.at = local("2026-03-05T07:49:59")
    assert await run_calendar(job, pool, services) == 0
    desk.clock.at = local("2026-03-05T07:50")
    assert await run_calendar(job, pool, services) == 1
    assert await run_calendar(job, pool, services) == 0
    shown = await (await (await _as(client, pool, services, desk.manager)).get("/centre/hand-over")).text()
    assert grave in shown
    assert "2026-03-05" in shown
    assert "夜间来电 (1)" in shown
    assert "03:10 留言" in " ".join(shown.split())
    assert (await (await _as(client, pool, services, desk.manager)).get("/centre/hand-over?day=soon")).status == 422


def test_mornings() -> None:
    found = MORNINGS(local("2026-03-04T07:50"), local("2026-03-06T07:50"), ZONE)
    assert [m.astimezone(ZONE).isoformat() for m in found] == [
        "2026-03-05T07:50:00+08:00",
        "2026-03-06T07:50:00+08:00",
    ]


async def test_a_policy_is_previewed_and_changed_from_a_moment_on(
    client: TestClient, pool: Pool, services: Services, desk: Desk
) -> None:
    old = await desk.signed(category=Category.COMPLAINT)
    admin = await _as(client, pool, services, await user(desk.conn, Role.ADMIN))
    rule = {
        "clock": "resolve",
        "category": "complaint",
        "urgency": "*",
        "amount": "5",
        "unit": "working_days",
        "warn": "2",
        "pausable": "true",
    }
    assert (await admin.get("/admin/policy/rule?clock=resolve&category=complaint&urgency=*")).status == 200
    shown = await (await admin.post("/admin/policy/rule", **rule)).text()
    assert "周五下午4:50受理的投诉（一般），时限将是3月13日周五下午5点；按现行规定是3月20日周五下午5点" in shown
    assert await desk.conn.fetchval("SELECT count(*) FROM policy_version") == 1
    past = await admin.post("/admin/policy/rule", **rule, save="true", effective_at="2026-03-04T09:59")
    assert past.status == 422
    assert (await admin.post("/admin/policy/rule", **rule, save="true", effective_at="2026-03-05T00:00")).status == 303
    second = {**rule, "clock": "file", "category": "*", "amount": "1", "warn": ""} | {"pausable": None}
    assert (await admin.post("/admin/policy/rule", **second, save="true")).status == 303
    assert await desk.conn.fetchval("SELECT count(*) FROM policy_version") == 3
    before = await desk.signed(category=Category.COMPLAINT, phone="+8613900000003")
    desk.clock.at = local("2026-03-05T09:00")
    fresh = await desk.signed(category=Category.COMPLAINT, phone="+8613900000002")
    dues = [(await clocks(desk.conn, n))["resolve"]["due_at"] for n in (old, before, fresh)]
    assert dues == [local("2026-03-18T17:00"), local("2026-03-18T17:00"), local("2026-03-12T17:00")]
    await desk.do(desk.operator, old, "corrections", category="inquiry")
    await desk.do(desk.operator, old, "corrections", category="complaint")
    assert (await clocks(desk.conn, old))["resolve"]["due_at"] == local("2026-03-18T17:00")
    rows = await desk.conn.fetch("SELECT amount FROM policy_rule WHERE clock = 'file' ORDER BY version")
    assert [r["amount"] for r in rows] == [3, 1, 1] or [r["amount"] for r in rows] == [3, 1, 3]
    assert [r["amount"] for r in rows].count(1) == 2  # the version that is to come has the change too
    assert await desk.conn.fetchval("SELECT count(*) FROM audit WHERE kind = 'policy'") == 2


async def test_the_calendar_is_edited_and_its_changes_worked_through(
    client: TestClient, pool: Pool, services: Services, desk: Desk
) -> None:
    number = await desk.signed(category=Category.INQUIRY)
    admin = await _as(client, pool, services, await user(desk.conn, Role.ADMIN))
    shown = await (await admin.get("/admin/calendar?year=2027")).text()
    assert "2027年的放假安排尚未公布" in shown
    assert (await admin.post("/admin/calendar/days", day="2026-03-06", working="false", name="县庆")).status == 303
    late = await admin.post("/admin/calendar/hours", valid_from="2026-03-03", opens="09:00", closes="12:00")
    assert late.status == 422
    hours = {
        "valid_from": "2026-03-09",
        "valid_to": "2026-03-31",
        "opens": "08:30",
        "closes": "11:30",
        "opens_again": "13:00",
        "closes_again": "16:30",
    }
    assert (await admin.post("/admin/calendar/hours", **hours)).status == 303
    while await work_through(pool, services, desk.clock.at):
        pass
    assert (await clocks(desk.conn, number))["resolve"]["due_at"] == local("2026-03-10T16:30")
    assert await desk.conn.fetchval("SELECT count(*) FROM audit WHERE kind IN ('calendar_day', 'office_hours')") == 2
    headers = await token(pool, services, desk.operator)
    answer = await client.get(
        "/api/v1/clocks/preview",
        params={"category": "inquiry", "urgency": "normal", "at": "2026-03-30T10:00"},
        headers=headers,
    )
    assert (await answer.json())["resolve"] == "2026-04-02T17:00:00+08:00"  # the present hours are back in April


def test_new_hours_cut_what_they_overlap() -> None:
    old = [
        OfficeHours(date(2000, 1, 1), None, time(8, 30), time(12)),
        OfficeHours(date(2000, 1, 1), None, time(13, 30), time(17)),
    ]
    new = [OfficeHours(date(2026, 11, 1), date(2027, 3, 31), time(9), time(16))]
    found = splice_hours(old, new)
    assert [(p.valid_from, p.valid_to) for p in found] == [
        (date(2000, 1, 1), date(2026, 10, 31)),
        (date(2000, 1, 1), date(2026, 10, 31)),
        (date(2026, 11, 1), date(2027, 3, 31)),
        (date(2027, 4, 1), None),
        (date(2027, 4, 1), None),
    ]


async def test_the_centre_hears_of_its_own_clocks(pool: Pool, services: Services, clock: MovingClock) -> None:
    async with pool.acquire() as conn:
        desk = await Desk(conn, services, clock).fill()
        manager = await user(conn, Role.MANAGER, phone="+8613900000096", services=services)
        number = await desk.signed()
        await desk.do(desk.liaison, number, "first-contacts", note="通话", via="call")
        await desk.do(desk.liaison, number, "returns", reason="not_ours", basis="三定", suggested="T06")
        await swept(pool, services, local("2026-03-05T17:00:01"))
        rows = await conn.fetch("SELECT user_id FROM outbox WHERE kind = 'chase' ORDER BY user_id")
        assert {r["user_id"] for r in rows} == {desk.operator.id, manager.id}
        assert (await events(conn, number)).count("breached") == 1


async def test_with_nobody_on_shift_the_manager_is_alarmed_once_a_quarter_of_an_hour(
    pool: Pool, services: Services, clock: MovingClock
) -> None:
    from tests.office import ticket

    async with pool.acquire() as conn:
        manager = await user(conn, Role.MANAGER, phone="+8613900000096", services=services)
        for phone in ("+8613900000001", "+8613900000002"):
            await ticket(conn, services, phone=phone)
        await ticket(conn, services, phone="+8613900000003", urgency=Urgency.CRITICAL)
        assert (
            await conn.fetchval("SELECT count(*) FROM outbox WHERE kind = 'desk_alarm' AND user_id = $1", manager.id)
            == 2
        )
        await on_shift(conn, await user(conn, Role.OPERATOR), clock.now())
        await ticket(conn, services, phone="+8613900000004", urgency=Urgency.CRITICAL)
        assert await conn.fetchval("SELECT count(*) FROM outbox WHERE kind = 'desk_alarm'") == 2
