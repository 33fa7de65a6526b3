"""What the database itself refuses, and the duties that a ticket cannot be filed without (rulebook §4)."""

from __future__ import annotations

import asyncpg
import pytest

from hotline.base.db.connection import Conn
from hotline.base.http.problem import Forbidden, Illegal
from hotline.ticket import Role
from tests.office import duties, events, move, user
from tests.sla.desk import Desk, local

RETURN = {"reason": "not_ours", "basis": "三定", "suggested": "T06"}


async def _filed(desk: Desk) -> str:
    number = await desk.replied()
    await desk.do(desk.operator, number, "report-backs", via="call", text="已告知")
    await desk.do(desk.operator, number, "follow-ups", reached=True, solved=True, rating=5)
    await desk.do(desk.operator, number, "filings")
    return number


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE ticket SET state = 'signed' WHERE number = $1",
        "UPDATE ticket SET filed_at = NULL WHERE number = $1",
        "UPDATE duty SET state = 'open', seq = NULL, closed_at = NULL WHERE ticket_id = (SELECT id FROM ticket WHERE number = $1)",
        "DELETE FROM duty WHERE ticket_id = (SELECT id FROM ticket WHERE number = $1)",
        "UPDATE ticket_event SET detail = '{}' WHERE ticket_id = (SELECT id FROM ticket WHERE number = $1)",
        "DELETE FROM ticket_event WHERE ticket_id = (SELECT id FROM ticket WHERE number = $1)",
        "DELETE FROM clock WHERE ticket_id = (SELECT id FROM ticket WHERE number = $1)",
    ],
)
async def test_a_filed_ticket_and_its_record_are_final(desk: Desk, conn: Conn, sql: str) -> None:
    number = await _filed(desk)
    with pytest.raises(asyncpg.RestrictViolationError):
        await conn.execute(sql, number)


@pytest.mark.parametrize("table", ["ticket_event", "clock"])
async def test_nothing_is_emptied_at_a_stroke(conn: Conn, table: str) -> None:
    with pytest.raises(asyncpg.RestrictViolationError):
        await conn.execute(f"TRUNCATE {table} CASCADE")


async def test_no_archive_without_five_closed_rows(desk: Desk, conn: Conn) -> None:
    number = await desk.replied()
    with pytest.raises(asyncpg.RestrictViolationError, match="of its five duties"):
        await conn.execute("UPDATE ticket SET state = 'archived', filed_at = now() WHERE number = $1", number)


async def test_coordinate_is_decided_at_the_reply_and_reopened_by_a_return(desk: Desk, conn: Conn) -> None:
    number = await desk.signed()
    assert (await duties(conn, number))["coordinate"] == "open"
    await desk.do(desk.liaison, number, "replies", outcome="solved", public="好了")
    assert (await duties(conn, number))["coordinate"] == "done"
    await desk.do(desk.operator, number, "send-backs", reason="没好")
    await desk.do(desk.liaison, number, "returns", **RETURN)
    assert (await duties(conn, number))["coordinate"] == "open"
    await desk.do(desk.manager, number, "rulings", department="T06", reason="属城管")
    assert (await duties(conn, number))["liaise"] == "open"
    await desk.do(desk.other, number, "signatures")
    await desk.do(desk.other, number, "replies", outcome="solved", public="好了")
    assert set((await duties(conn, number)).values()) == {"done", "open"}
    assert (await duties(conn, number))["coordinate"] == "done"


async def test_supervise_gives_the_chases_that_were_missing_and_says_so(desk: Desk, conn: Conn) -> None:
    number = await desk.signed()  # signed at once; nobody spoke to the person
    await desk.at("2026-03-18T10:00", desk.liaison, number, "replies", outcome="solved", public="好了")
    rows = await conn.fetch(
        "SELECT c.clock, s.step FROM ladder_step s JOIN clock c ON c.id = s.clock_id ORDER BY c.clock"
    )
    assert [tuple(r) for r in rows] == [
        ("first_contact", "breach"),
        ("interim_supply", "breach"),
        ("resolve", "chase"),
    ]
    assert (await events(conn, number)).count("chased") == 3
    assert (await duties(conn, number))["supervise"] == "done"


async def test_a_waiver_needs_a_manager_without_a_part_and_stays_waived(desk: Desk, conn: Conn) -> None:
    number = await desk.replied()
    await desk.do(desk.operator, number, "send-backs", reason="没好")
    await desk.do(desk.manager, number, "supervise-orders", reason="快办")
    with pytest.raises(Forbidden):
        await desk.do(desk.manager, number, "waivers", duty="supervise", reason="系统演练")
    other = await user(conn, Role.MANAGER)
    await move(conn, desk.services, other, number, "waivers", duty="supervise", reason="系统演练")
    with pytest.raises(Illegal):
        await move(conn, desk.services, other, number, "waivers", duty="supervise", reason="再来")
    desk.clock.at = local("2026-03-05T10:00")
    await desk.do(desk.liaison, number, "replies", outcome="solved", public="好了")
    assert (await duties(conn, number))["supervise"] == "waived"
