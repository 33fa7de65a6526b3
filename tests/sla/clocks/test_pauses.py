"""Pauses, setting aside, going on, the long-term list."""

from __future__ import annotations

from datetime import timedelta

import pytest

from hotline.base.clock import MovingClock
from hotline.base.db.connection import Conn, Pool
from hotline.base.http.problem import BadField, Forbidden, Illegal
from hotline.base.services import Services
from hotline.contacts.sms_answers import append
from hotline.outbox.outbox_sql import CallbackRow
from hotline.ticket import Category
from hotline.tickets import store
from sla.ladder.messages import still_running
from tests.office import events, state
from tests.sla.desk import Desk, clocks, local, seen, swept

S = timedelta(seconds=1)


async def test_a_pause_shows_as_paused_until_its_end_and_runs_after(desk: Desk, conn: Conn) -> None:
    number = await desk.signed(category=Category.INQUIRY)  # Wednesday; due Monday 9 March 17:00
    await desk.do(desk.operator, number, "pauses", until="2026-03-06", reason="等来电人寄材料")
    for moment, wanted in (
        ("2026-03-06T16:59:59", "paused"),
        ("2026-03-06T17:00", "running"),
        ("2026-03-11T17:00", "running"),
    ):
        clock = (await seen(conn, number, local(moment)))["resolve"]
        assert (clock["state"], clock["due_at"], clock["breached_at"]) == (
            wanted,
            local("2026-03-11T17:00"),
            None,
        )
    late = (await seen(conn, number, local("2026-03-11T17:00") + S))["resolve"]
    assert late["breached_at"] == local("2026-03-11T17:00")


@pytest.mark.parametrize(
    ("moment", "breached"),
    [("2026-03-11T16:59:59", False), ("2026-03-11T17:00", False), ("2026-03-11T17:00:01", True)],
)
async def test_a_reply_after_a_pause_that_no_sweep_ended(desk: Desk, conn: Conn, moment: str, breached: bool) -> None:
    number = await desk.signed(category=Category.INQUIRY)
    await desk.do(desk.operator, number, "pauses", until="2026-03-06", reason="等材料")
    await desk.at(moment, desk.liaison, number, "replies", outcome="solved", public="好了")
    clock = (await clocks(conn, number))["resolve"]
    assert (clock["state"], clock["breached_at"]) == (
        "stopped",
        local("2026-03-11T17:00") if breached else None,
    )


async def test_the_sweep_ends_a_pause_once(pool: Pool, services: Services, clock: MovingClock) -> None:
    async with pool.acquire() as conn:
        desk = await Desk(conn, services, clock).fill()
        number = await desk.signed(category=Category.INQUIRY)
        await desk.do(desk.liaison, number, "first-contacts", note="已联系", via="call")
        await desk.do(desk.operator, number, "pauses", until="2026-03-05", reason="等材料")
        await swept(pool, services, local("2026-03-05T16:59:59"))
        assert (await clocks(conn, number))["resolve"]["state"] == "paused"
        for _ in range(2):
            await swept(pool, services, local("2026-03-05T17:00"))
        assert (await clocks(conn, number))["resolve"]["state"] == "running"
        assert (await events(conn, number)).count("resumed") == 1
        assert await conn.fetchval("SELECT ended_at FROM pause") == local("2026-03-05T17:00")


async def test_what_the_person_says_ends_the_pause_and_only_the_days_it_took_count(
    desk: Desk, conn: Conn, services: Services
) -> None:
    number = await desk.signed(category=Category.INQUIRY)
    await desk.do(desk.operator, number, "pauses", until="2026-03-11", reason="等来电人")
    assert (await clocks(conn, number))["resolve"]["due_at"] == local("2026-03-16T17:00")
    desk.clock.at = local("2026-03-05T10:00")
    await append(conn, services, await store.get(conn, number), "材料寄出了", desk.clock.at)
    clock = (await clocks(conn, number))["resolve"]
    assert (clock["state"], clock["due_at"]) == ("running", local("2026-03-10T17:00"))
    assert (await conn.fetchval("SELECT days FROM pause")) == 1


async def test_a_pause_has_limits(desk: Desk) -> None:
    number = await desk.signed()
    for until, said in (
        ("2026-03-12", "5 working days"),
        ("2026-03-07", "not a working day"),
        ("2026-03-04", "after today"),
    ):
        with pytest.raises(BadField, match=said):
            await desk.do(desk.operator, number, "pauses", until=until, reason="等")
    with pytest.raises(Forbidden):
        await desk.do(desk.operator, number, "pauses", until="2026-03-20", reason="in_consultation")
    await desk.do(desk.operator, number, "pauses", until="2026-03-06", reason="等")
    with pytest.raises(Illegal, match="waits already"):
        await desk.do(desk.operator, number, "pauses", until="2026-03-09", reason="再等")
    await desk.at("2026-03-09T09:00", desk.operator, number, "resumptions")
    with pytest.raises(BadField, match="5 working days"):
        await desk.do(desk.operator, number, "pauses", until="2026-03-13", reason="等")
    made = await desk.do(desk.manager, number, "pauses", until="2026-03-20", reason="in_consultation")
    assert made["days"] == 9


async def test_no_pause_hides_a_breach(desk: Desk, conn: Conn) -> None:
    number = await desk.signed(category=Category.INQUIRY)
    with pytest.raises(Illegal, match="past due"):
        await desk.at("2026-03-09T17:00:01", desk.operator, number, "pauses", until="2026-03-11", reason="等")
    await desk.do(desk.manager, number, "long-terms", plan="修", leader="王", until="2026-06-30")
    clock = (await clocks(conn, number))["resolve"]
    assert (clock["breached_at"], clock["state"]) == (local("2026-03-09T17:00"), "paused")


async def test_a_return_ends_a_pause(desk: Desk, conn: Conn) -> None:
    number = await desk.signed()
    await desk.do(desk.operator, number, "pauses", until="2026-03-09", reason="等")
    await desk.at("2026-03-05T10:00", desk.liaison, number, "returns", reason="not_ours", basis="三定", suggested="T06")
    await desk.do(desk.manager, number, "rulings", department="T05", reason="就是你们")
    clock = (await clocks(conn, number))["resolve"]
    assert (clock["state"], clock["due_at"]) == ("running", local("2026-03-19T17:00"))


async def test_set_aside_only_after_waiting_and_taken_up_on_contact(desk: Desk, conn: Conn, services: Services) -> None:
    number = await desk.signed(category=Category.INQUIRY)
    with pytest.raises(Illegal, match="only after a pause"):
        await desk.do(desk.operator, number, "set-asides", reason="三次未接")
    await desk.do(desk.operator, number, "pauses", until="2026-03-06", reason="等")
    with pytest.raises(Illegal, match="not over"):
        await desk.do(desk.operator, number, "set-asides", reason="三次未接")
    await desk.at("2026-03-06T17:30", desk.operator, number, "set-asides", reason="三次未接")
    assert await state(conn, number) == "set_aside"
    assert (await seen(conn, number, local("2026-05-06T10:00")))["resolve"]["state"] == "paused"
    desk.clock.at = local("2026-03-18T10:00")
    await append(conn, services, await store.get(conn, number), "我在外地，刚回来", desk.clock.at)
    assert await state(conn, number) == "signed"
    clock = (await clocks(conn, number))["resolve"]
    assert (clock["state"], clock["breached_at"]) == ("running", None)
    assert clock["due_at"] == local("2026-03-23T17:00")  # 11 March, and the eight working days set aside


async def test_long_term_is_due_at_the_end_of_its_plan_and_told_monthly(desk: Desk, conn: Conn) -> None:
    number = await desk.signed()
    with pytest.raises(BadField):
        await desk.do(desk.manager, number, "long-terms", plan="重铺", leader="王副县长", until="2027-03-30")
    await desk.do(desk.manager, number, "long-terms", plan="重铺", leader="王副县长", until="2026-06-27")  # a Saturday
    found = await seen(conn, number, local("2026-04-01T10:00"))
    assert (found["resolve"]["state"], found["resolve"]["due_at"]) == ("paused", local("2026-06-26T17:00"))
    assert found["interim"]["state"] == "superseded"
    assert found["monthly"]["due_at"] == desk.clock.at + timedelta(days=30)
    await desk.at("2026-04-02T10:00", desk.operator, number, "interims", text="已立项")
    assert (await clocks(conn, number))["monthly"]["due_at"] == local("2026-05-02T10:00")
    assert await conn.fetchval("SELECT count(*) FROM consultation_item WHERE reason = 'long_term'") == 1
    await desk.at("2026-06-26T16:00", desk.liaison, number, "replies", outcome="solved", public="铺好了")
    clock = (await clocks(conn, number))["resolve"]
    assert (clock["state"], clock["breached_at"]) == ("stopped", None)


async def test_a_reminder_is_dropped_once_the_clock_stands_still(
    pool: Pool, services: Services, clock: MovingClock
) -> None:
    async with pool.acquire() as conn:
        desk = await Desk(conn, services, clock).fill()
        number = await desk.signed(category=Category.INQUIRY)
        await desk.do(desk.liaison, number, "first-contacts", note="已联系", via="call")
        await swept(pool, services, local("2026-03-06T17:00"))
        row = await conn.fetchrow(
            "SELECT * FROM outbox WHERE kind = 'chase' ORDER BY id DESC LIMIT 1", record_class=CallbackRow
        )
        assert row is not None
        from hotline.outbox.dispatcher import outgoing

        assert await still_running(conn, outgoing(row), local("2026-03-06T17:00"))
        await desk.at("2026-03-06T17:01", desk.operator, number, "pauses", until="2026-03-10", reason="等")
        assert not await still_running(conn, outgoing(row), clock.at)
        await desk.at("2026-03-06T17:02", desk.operator, number, "resumptions")
        await desk.do(desk.liaison, number, "replies", outcome="solved", public="好了")
        assert not await still_running(conn, outgoing(row), clock.at)


async def test_what_stands_still_is_not_climbed_whatever_is_written_to_it(
    pool: Pool, services: Services, clock: MovingClock
) -> None:
    async with pool.acquire() as conn:
        desk = await Desk(conn, services, clock).fill()
        held = await desk.signed()
        await desk.do(desk.liaison, held, "returns", reason="not_ours", basis="三定", suggested="T06")
        paused = await desk.signed(category=Category.INQUIRY, phone="+8613900000002")
        await desk.do(desk.liaison, paused, "first-contacts", note="已联系", via="call")
        await desk.do(desk.operator, paused, "pauses", until="2026-03-11", reason="等材料")
        for number in (held, paused):
            await desk.do(desk.operator, number, "corrections", category="suggestion")
        await swept(pool, services, clock.at)
        assert (await clocks(conn, paused))["resolve"]["next_at"] == local("2026-03-11T17:00")
        await desk.at("2026-03-04T11:00", desk.operator, paused, "corrections", category="inquiry")
        await swept(pool, services, local("2026-03-13T09:00"))  # past the due time of the one that is held
        assert (
            await conn.fetchval(
                "SELECT count(*) FROM ladder_step s JOIN clock c ON c.id = s.clock_id WHERE c.clock = 'resolve' AND c.ticket_id ="
                " (SELECT id FROM ticket WHERE number = $1)",
                held,
            )
            == 0
        )
        assert (await clocks(conn, paused))["resolve"]["state"] == "running"


async def test_after_the_long_term_list_the_words_in_between_are_owed_again(desk: Desk, conn: Conn) -> None:
    number = await desk.signed()
    await desk.do(desk.manager, number, "long-terms", plan="重铺", leader="王", until="2026-06-26")
    with pytest.raises(Forbidden):
        await desk.at("2026-04-01T10:00", desk.operator, number, "resumptions")
    await desk.do(desk.manager, number, "resumptions")
    found = await clocks(conn, number)
    assert await state(conn, number) == "signed"
    assert (found["monthly"]["state"], found["interim"]["state"]) == ("superseded", "running")
    assert found["interim_supply"]["due_at"] == local("2026-04-08T17:00")  # the sixth is a holiday
