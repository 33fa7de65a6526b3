"""Each clock just before, at and just after its due time: one start event, one stop event, whose it is."""

from __future__ import annotations

from datetime import timedelta

import pytest

from hotline.base.db.connection import Conn
from hotline.ticket import Category, Urgency
from tests.office import ticket
from tests.sla.desk import Desk, clocks, local

S = timedelta(seconds=1)
EDGES = pytest.mark.parametrize(("late", "breached"), [(-S, False), (0 * S, False), (S, True)])


async def _check(conn: Conn, number: str, name: str, due: str, breached: bool, state: str = "stopped") -> None:
    clock = (await clocks(conn, number))[name]
    assert (clock["due_at"], clock["state"]) == (local(due), state)
    assert clock["breached_at"] == (local(due) if breached else None)


@EDGES
async def test_dispatch(desk: Desk, conn: Conn, late: timedelta, breached: bool) -> None:
    number = (await ticket(conn, desk.services, urgency=Urgency.URGENT)).number
    desk.clock.at = local("2026-03-04T10:15") + late
    await desk.do(desk.operator, number, "answers", text="已答复")
    await _check(conn, number, "dispatch", "2026-03-04T10:15", breached)


@EDGES
async def test_first_contact(desk: Desk, conn: Conn, late: timedelta, breached: bool) -> None:
    number = await desk.signed()
    desk.clock.at = local("2026-03-05T17:00") + late
    await desk.do(desk.liaison, number, "first-contacts", note="已通话", via="relay")
    await _check(conn, number, "first_contact", "2026-03-05T17:00", breached)


@EDGES
async def test_three_tries_two_hours_apart_count(desk: Desk, conn: Conn, late: timedelta, breached: bool) -> None:
    number = await desk.signed()
    for moment in ("2026-03-05T10:00", "2026-03-05T11:59", "2026-03-05T14:30"):
        await desk.at(moment, desk.liaison, number, "first-contacts", note="无人接听", via="call", reached=False)
        assert (await clocks(conn, number))["first_contact"]["state"] == "running"
    desk.clock.at = local("2026-03-05T17:00") + late
    made = await desk.do(desk.liaison, number, "first-contacts", note="无人接听", via="call", reached=False)
    assert "tries" not in made
    await _check(conn, number, "first_contact", "2026-03-05T17:00", breached)


@EDGES
async def test_return_and_ruling(desk: Desk, conn: Conn, late: timedelta, breached: bool) -> None:
    number = await desk.dispatched()
    desk.clock.at = local("2026-03-05T17:00") + late
    made = await desk.do(desk.liaison, number, "returns", reason="not_ours", basis="三定", suggested="T06")
    assert made["late"] is breached
    await _check(conn, number, "return", "2026-03-05T17:00", breached)
    desk.clock.at = local("2026-03-06T17:00") + late
    await desk.do(desk.manager, number, "rulings", department="T06", reason="属城管职责")
    await _check(conn, number, "ruling", "2026-03-06T17:00", breached)


async def test_nobody_is_late_who_did_not_return(desk: Desk, conn: Conn) -> None:
    number = await desk.signed()
    await desk.at("2026-03-17T10:00", desk.liaison, number, "replies", outcome="solved", public="好了")
    await _check(conn, number, "return", "2026-03-05T17:00", False, "superseded")


@EDGES
async def test_make_safe(desk: Desk, conn: Conn, late: timedelta, breached: bool) -> None:
    number = await desk.signed(urgency=Urgency.CRITICAL)
    desk.clock.at = local("2026-03-04T14:00") + late
    await desk.do(desk.liaison, number, "made-safe", note="已围挡")
    await _check(conn, number, "make_safe", "2026-03-04T14:00", breached)


@EDGES
async def test_resolve(desk: Desk, conn: Conn, late: timedelta, breached: bool) -> None:
    number = await desk.signed(category=Category.SUGGESTION)
    desk.clock.at = local("2026-03-11T17:00") + late
    await desk.do(desk.liaison, number, "replies", outcome="explained", public="已研究")
    await _check(conn, number, "resolve", "2026-03-11T17:00", breached)


@EDGES
async def test_review_and_report_back(desk: Desk, conn: Conn, late: timedelta, breached: bool) -> None:
    number = await desk.replied()  # 10:00: four working hours end at 15:30
    desk.clock.at = local("2026-03-04T15:30") + late
    await desk.do(desk.operator, number, "send-backs", reason="没说清")
    await _check(conn, number, "review", "2026-03-04T15:30", breached)
    await _check(conn, number, "report_back", "2026-03-05T17:00", False, "superseded")
    await desk.do(desk.liaison, number, "replies", outcome="solved", public="好了")
    desk.clock.at = local("2026-03-05T17:00") + late
    await desk.do(desk.operator, number, "report-backs", via="call", text="已告知")
    await _check(conn, number, "report_back", "2026-03-05T17:00", breached)


@EDGES
async def test_follow_up_rework_and_file(desk: Desk, conn: Conn, late: timedelta, breached: bool) -> None:
    number = await desk.replied()
    await desk.do(desk.operator, number, "report-backs", via="call", text="已告知")
    desk.clock.at = local("2026-03-05T17:00") + late
    await desk.do(desk.operator, number, "follow-ups", reached=True, solved=False, rating=2)
    await _check(conn, number, "follow_up", "2026-03-05T17:00", breached)
    desk.clock.at = local("2026-03-12T17:00") + late
    await desk.do(desk.liaison, number, "replies", outcome="solved", public="真好了")
    await _check(conn, number, "rework", "2026-03-12T17:00", breached)
    await desk.do(desk.operator, number, "report-backs", via="call", text="已告知")
    await desk.do(desk.operator, number, "follow-ups", reached=True, solved=True, rating=4)
    desk.clock.at = local("2026-03-17T17:00") + late
    await desk.do(desk.operator, number, "filings")
    await _check(conn, number, "file", "2026-03-17T17:00", breached)


@EDGES
async def test_interim_of_the_department_and_of_the_owner(
    desk: Desk, conn: Conn, late: timedelta, breached: bool
) -> None:
    number = await desk.signed()
    desk.clock.at = local("2026-03-10T17:00") + late
    await desk.do(desk.liaison, number, "interims", text="在修")
    await _check(conn, number, "interim_supply", "2026-03-10T17:00", breached)
    desk.clock.at = local("2026-03-11T17:00") + late
    await desk.do(desk.operator, number, "interims", text="正在修")
    rows = await conn.fetch(
        "SELECT clock, due_at, breached_at, state FROM clock WHERE clock LIKE 'interim%' ORDER BY id"
    )
    assert [(r["clock"], r["state"]) for r in rows] == [
        ("interim_supply", "stopped"),
        ("interim", "stopped"),
        ("interim_supply", "running"),
        ("interim", "running"),
    ]
    assert (rows[1]["breached_at"] is not None) is breached
    assert [r["due_at"] for r in rows[2:]] == [local("2026-03-17T17:00"), local("2026-03-18T17:00")]
