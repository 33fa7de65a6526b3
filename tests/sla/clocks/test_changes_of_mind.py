"""What moves a clock after it began: reviews, rulings, co-handlers, corrections, merges, extensions, the calendar."""

from __future__ import annotations

from datetime import date, timedelta

import asyncpg
import pytest

from hotline.base.clock import MovingClock
from hotline.base.db.connection import Conn, Pool
from hotline.base.http.problem import Illegal
from hotline.base.services import Services
from hotline.moves.move import perform
from hotline.record.parallel_reading import TicketRange
from hotline.ticket import Category, Role, Urgency
from sla.calendar.changes import work_through
from sla.calendar.edits import declare, set_day
from sla.verify.comparison import check_rebuilt
from tests.office import department as make_department
from tests.office import events, find_move, ticket, user
from tests.sla.desk import Desk, clocks, local, seen

S = timedelta(seconds=1)
RETURN = {"reason": "not_ours", "basis": "三定", "suggested": "T06"}


async def test_the_same_department_goes_on_as_if_never_paused(desk: Desk, conn: Conn) -> None:
    number = await desk.signed(category=Category.INQUIRY)
    await desk.at("2026-03-05T10:00", desk.liaison, number, "returns", **RETURN)
    shown = await seen(conn, number, local("2026-03-09T17:00:01"))
    assert (shown["resolve"]["state"], shown["resolve"]["breached_at"]) == ("paused", None)
    await desk.at("2026-03-09T17:00:01", desk.manager, number, "rulings", department="T05", reason="是你们的")
    found = await clocks(conn, number)
    assert found["ruling"]["breached_at"] == local("2026-03-06T17:00")
    # the working day after the ruling's own due is the centre's: the department has it back
    assert (found["resolve"]["state"], found["resolve"]["breached_at"], found["resolve"]["due_at"]) == (
        "running",
        None,
        local("2026-03-10T17:00"),
    )
    await desk.at("2026-03-10T17:00:01", desk.liaison, number, "replies", outcome="solved", public="好了")
    assert (await clocks(conn, number))["resolve"]["breached_at"] == local("2026-03-10T17:00")


async def test_overruled_in_time_latches_what_was_due_meanwhile(desk: Desk, conn: Conn) -> None:
    number = await desk.signed(category=Category.INQUIRY)
    await desk.at("2026-03-09T16:00", desk.liaison, number, "returns", **RETURN)
    await desk.at("2026-03-10T17:00", desk.manager, number, "rulings", department="T05", reason="是你们的")
    found = await clocks(conn, number)
    assert found["ruling"]["breached_at"] is None
    assert (found["resolve"]["state"], found["resolve"]["breached_at"]) == ("running", local("2026-03-09T17:00"))


@pytest.mark.parametrize(
    ("ruled", "due", "breached"),
    [
        ("2026-03-04T14:15:00", "2026-03-04T14:00", True),
        ("2026-03-04T14:15:01", "2026-03-04T14:00:01", False),
        ("2026-03-04T16:15:00", "2026-03-04T16:00", False),
    ],
)
async def test_what_was_done_too_late_while_returned_counts_when_overruled(
    desk: Desk, conn: Conn, ruled: str, due: str, breached: bool
) -> None:
    """Returned at 13:45, to be ruled by 14:15: what lies after that is the centre's, to the second."""
    number = await desk.dispatched(urgency=Urgency.CRITICAL)
    await desk.at("2026-03-04T13:45", desk.liaison, number, "returns", **RETURN)
    await desk.at("2026-03-04T14:00:01", desk.liaison, number, "made-safe", note="已断电")
    assert (await clocks(conn, number))["make_safe"]["breached_at"] is None
    await desk.at(ruled, desk.manager, number, "rulings", department="T05", reason="是你们的")
    found = (await clocks(conn, number))["make_safe"]
    assert (found["due_at"], found["breached_at"]) == (local(due), local(due) if breached else None)
    await verified(conn, desk)


async def verified(conn: Conn, desk: Desk) -> None:
    """The record says the same of the clocks."""
    found = await check_rebuilt(
        conn, TicketRange(0, 2**62), desk.services.keys.record, str(desk.services.settings.zone), desk.clock.now()
    )
    assert found.wrong == ()


async def test_another_department_begins_afresh_and_co_handlers_stay(desk: Desk, conn: Conn) -> None:
    await make_department(conn, "T07", "测试协办局")
    number = await desk.signed()
    await desk.do(desk.operator, number, "co-handlers", department="T07")
    await desk.at("2026-03-05T10:00", desk.liaison, number, "returns", **RETURN)
    await desk.at("2026-03-06T10:00", desk.manager, number, "rulings", department="T06", reason="属城管")
    rows = await conn.fetch(
        "SELECT d.code, c.state, c.due_at FROM clock c JOIN department d ON d.id = c.department_id WHERE clock = 'resolve' ORDER BY c.id"
    )
    assert [(r["code"], r["state"], r["due_at"]) for r in rows] == [
        ("T05", "superseded", local("2026-03-18T17:00")),
        ("T07", "running", local("2026-03-18T17:00")),
        ("T06", "running", local("2026-03-20T17:00")),
    ]


async def test_a_co_handler_answers_for_itself(desk: Desk, conn: Conn) -> None:
    helper = await user(conn, Role.LIAISON, department=await make_department(conn, "T07", "测试协办局"))
    number = await desk.signed()
    await desk.do(desk.operator, number, "co-handlers", department="T07")
    with pytest.raises(Illegal, match="Sign"):
        await desk.do(helper, number, "replies", outcome="solved", public="电已接好")
    await desk.do(helper, number, "signatures")
    await desk.at("2026-03-16T17:00:01", helper, number, "replies", outcome="solved", public="电已接好")
    await desk.do(desk.liaison, number, "replies", outcome="solved", public="灯亮了")
    rows = await conn.fetch("SELECT state, breached_at FROM clock WHERE clock = 'resolve' ORDER BY id")
    assert [(r["state"], r["breached_at"]) for r in rows] == [
        ("stopped", None),
        ("stopped", local("2026-03-16T17:00")),
    ]


async def test_sent_back_reopens_what_the_reply_ended_for_lead_and_co_handler(desk: Desk, conn: Conn) -> None:
    await make_department(conn, "T07", "测试协办局")
    number = await desk.signed()
    await desk.do(desk.operator, number, "co-handlers", department="T07")
    await desk.do(desk.liaison, number, "replies", outcome="solved", public="好了")
    before = await conn.fetch(
        "SELECT state FROM clock WHERE clock IN ('resolve', 'sign') AND assignment_id = (SELECT max(id) FROM assignment)"
    )
    assert {r["state"] for r in before} == {"superseded"}
    await desk.at("2026-03-17T10:00", desk.operator, number, "send-backs", reason="没好")
    rows = await conn.fetch("SELECT state, breached_at FROM clock WHERE clock = 'resolve' ORDER BY id")
    assert [(r["state"], r["breached_at"]) for r in rows] == [
        ("running", None),
        ("running", local("2026-03-16T17:00")),
    ]


async def test_raised_urgency_begins_what_it_brings_at_the_dispatch(desk: Desk, conn: Conn) -> None:
    number = await desk.signed()
    await desk.at("2026-03-04T13:59", desk.operator, number, "corrections", urgency="critical")
    found = await clocks(conn, number)
    assert (found["make_safe"]["started_at"], found["make_safe"]["due_at"]) == (
        local("2026-03-04T10:00"),
        local("2026-03-04T14:00"),
    )
    assert found["first_contact"]["breached_at"] == local("2026-03-04T10:30")
    await desk.do(desk.manager, number, "corrections", urgency="normal")
    found = await clocks(conn, number)
    assert found["make_safe"]["state"] == "superseded"
    assert found["first_contact"]["breached_at"] == local("2026-03-04T10:30")
    await desk.at("2026-03-04T14:00:01", desk.operator, number, "corrections", urgency="critical")
    assert (await clocks(conn, number))["make_safe"]["breached_at"] == local("2026-03-04T14:00")


async def test_a_correction_keeps_the_days_that_were_granted(desk: Desk, conn: Conn) -> None:
    number = await desk.signed(category=Category.INQUIRY)
    asked = await desk.do(desk.liaison, number, "extensions", until="2026-03-11", reason="等配件")
    await desk.do(desk.manager, number, "extensions/{item}/decisions", item=asked["extension"], granted=True)
    await desk.do(desk.operator, number, "corrections", category="suggestion")
    assert (await clocks(conn, number))["resolve"]["due_at"] == local("2026-03-13T17:00")


async def test_a_parent_takes_the_earliest_start_and_due(desk: Desk, conn: Conn) -> None:
    early = await desk.signed(category=Category.INQUIRY)
    desk.clock.at = local("2026-03-05T10:00")
    late = await desk.signed(category=Category.INQUIRY, phone="+8613900000002")
    await desk.do(desk.operator, early, "merges", into=late)
    clock = (await clocks(conn, late))["resolve"]
    assert (clock["started_at"], clock["due_at"]) == (local("2026-03-04T10:00"), local("2026-03-09T17:00"))
    undispatched = (await ticket(conn, desk.services, phone="+8613900000003", category=Category.INQUIRY)).number
    await desk.at("2026-03-06T10:00", desk.operator, late, "merges", into=undispatched)
    await desk.do(desk.operator, undispatched, "assignments", department="T05")
    assert (await clocks(conn, undispatched))["resolve"]["due_at"] == local("2026-03-09T17:00")


async def test_a_merge_makes_no_department_late_in_the_past(desk: Desk, conn: Conn) -> None:
    """A matter that lay with the centre for days is merged into one that a department has: it has the notice it would have had."""
    old = (await ticket(conn, desk.services, phone="+8613900000002", category=Category.INQUIRY)).number
    await desk.do(desk.operator, old, "assignments", department="T06")  # due on 9 March
    desk.clock.at = local("2026-03-10T10:00")
    number = await desk.signed()  # help: due on 24 March
    await desk.do(desk.operator, old, "merges", into=number)
    found = (await clocks(conn, number))["resolve"]
    assert (found["breached_at"], found["due_at"]) == (None, local("2026-03-13T17:00")), (
        "an enquiry's three days from the merger"
    )
    assert found["started_at"] == local("2026-03-10T10:00")
    await verified(conn, desk)


async def test_a_merge_of_what_the_department_was_late_with_makes_it_late_once(desk: Desk, conn: Conn) -> None:
    old = await desk.signed(category=Category.INQUIRY, phone="+8613900000002")
    desk.clock.at = local("2026-03-10T10:00")
    number = await desk.signed(category=Category.INQUIRY)
    await desk.do(desk.operator, old, "merges", into=number)
    found = (await clocks(conn, number))["resolve"]
    assert (found["breached_at"], found["due_at"]) == (None, local("2026-03-13T17:00"))
    assert (await clocks(conn, old))["resolve"]["breached_at"] == local("2026-03-09T17:00")


async def test_a_late_request_for_time_is_refused_and_stays_on_record(
    pool: Pool, services: Services, clock: MovingClock
) -> None:
    async with pool.acquire() as conn:
        desk = await Desk(conn, services, clock).fill()
        number = await desk.signed(category=Category.INQUIRY)
    clock.at = local("2026-03-06T17:00:01")
    values = {"until": "2026-03-12", "reason": "等配件"}
    for _ in range(2):
        with pytest.raises(Illegal, match="too late"):
            await perform(pool, services, find_move("extensions"), desk.liaison, number, values, clock.at)
    async with pool.acquire() as conn:
        assert (await events(conn, number)).count("extension_refused") == 2
        rows = await conn.fetch("SELECT granted, decision FROM extension")
        assert [tuple(r) for r in rows] == [(False, "late"), (False, "late")]
        assert (await clocks(conn, number))["resolve"]["due_at"] == local("2026-03-09T17:00")
        assert await conn.fetchval("SELECT count(*) FROM consultation_item WHERE reason = 'extensions'") == 1


async def test_granted_after_the_due_time_the_breach_stays(desk: Desk, conn: Conn) -> None:
    number = await desk.signed(category=Category.INQUIRY)
    asked = await desk.do(desk.liaison, number, "extensions", until="2026-03-12", reason="等配件")
    await desk.at(
        "2026-03-09T17:00:01",
        desk.manager,
        number,
        "extensions/{item}/decisions",
        item=asked["extension"],
        granted=True,
    )
    clock = (await clocks(conn, number))["resolve"]
    assert clock["breached_at"] == clock["due_at"] == local("2026-03-09T17:00")


async def test_a_statutory_procedure_has_its_own_time(desk: Desk, conn: Conn) -> None:
    number = await desk.signed()
    made = await desk.do(desk.operator, number, "procedures", matter="政府信息公开申请")
    assert "第三十三条" in made["basis"]
    assert (await clocks(conn, number))["resolve"]["due_at"] == local("2026-04-01T17:00")
    await desk.do(desk.operator, number, "procedures")
    assert (await clocks(conn, number))["resolve"]["due_at"] == local("2026-03-18T17:00")


async def test_the_calendar_changed(pool: Pool, services: Services, clock: MovingClock) -> None:
    async with pool.acquire() as conn:
        desk = await Desk(conn, services, clock).fill()
        admin = await user(conn, Role.ADMIN)
        moved, at_stake, kept = [
            await desk.signed(category=c) for c in (Category.INQUIRY, Category.HELP, Category.INQUIRY)
        ]
        await desk.do(desk.liaison, kept, "replies", outcome="solved", public="好了")
        clock.at = local("2026-03-09T17:00:01")
        await desk.do(desk.liaison, moved, "replies", outcome="solved", public="好了")
        assert (await clocks(conn, moved))["resolve"]["breached_at"] == local("2026-03-09T17:00")
        # a blizzard closed the offices on Thursday, and nobody declared it until Monday evening
        await declare(conn, admin, "closure", local("2026-03-05T00:00"), local("2026-03-06T00:00"), "暴雪", clock.at)
        await set_day(conn, admin, date(2026, 3, 14), True, "补班", clock.at)
    while await work_through(pool, services, clock.at):
        pass
    async with pool.acquire() as conn:
        late = (await clocks(conn, moved))["resolve"]
        assert (late["breached_at"], late["excused"]) == (local("2026-03-09T17:00"), "暴雪")
        assert (await clocks(conn, at_stake))["resolve"]["due_at"] == local(
            "2026-03-18T17:00"
        )  # a day lost, a Saturday worked
        log = [e for e in await events(conn, at_stake) if e == "recomputed"]
        assert len(log) == 1
        assert (await clocks(conn, at_stake))["interim"]["due_at"] == local("2026-03-12T17:00")
        assert "recomputed" not in await events(conn, kept)
        assert await conn.fetchval("SELECT count(*) FROM recompute WHERE done_at IS NULL") == 0


async def test_a_failure_of_the_platform_excuses_what_fell_due(
    pool: Pool, services: Services, clock: MovingClock
) -> None:
    async with pool.acquire() as conn:
        desk = await Desk(conn, services, clock).fill()
        admin = await user(conn, Role.ADMIN)
        number = await desk.dispatched()  # 10:00, to sign by 12:00
        clock.at = local("2026-03-04T12:20")
        await desk.do(desk.liaison, number, "signatures")
        other = await desk.dispatched(phone="+8613900000002")
        clock.at = local("2026-03-04T15:00")
        await desk.do(desk.liaison, other, "signatures")
        await declare(
            conn, admin, "failure", local("2026-03-04T11:30"), local("2026-03-04T12:00"), "机房停电", clock.at
        )
    while await work_through(pool, services, clock.at):
        pass
    async with pool.acquire() as conn:
        assert (await clocks(conn, number))["sign"]["excused"] == "机房停电"
        assert (await clocks(conn, number))["sign"]["breached_at"] == local("2026-03-04T12:00")
        assert (await clocks(conn, other))["sign"]["excused"] == ""


async def test_the_database_latches_whatever_the_write(desk: Desk, conn: Conn) -> None:
    number = await desk.signed(category=Category.INQUIRY)
    late = local("2026-03-09T17:00") + S
    for change in (
        "due_at = due_at + interval '5 days'",
        "state = 'paused'",
        "amount = 30",
        "state = 'superseded', stopped_at = $1",
    ):
        undone = conn.transaction()
        await undone.start()
        await conn.execute(f"UPDATE clock SET {change}, touched_at = $1 WHERE clock = 'resolve'", late)
        row = (await clocks(conn, number))["resolve"]
        assert row["breached_at"] == row["due_at"] == local("2026-03-09T17:00"), change
        with pytest.raises(asyncpg.RestrictViolationError):
            await conn.execute("UPDATE clock SET due_at = due_at + interval '1 day' WHERE breached_at IS NOT NULL")
        await undone.rollback()
