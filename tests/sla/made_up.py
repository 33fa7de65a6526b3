"""What the made-up move, clock, channel and finding of `tests/test_recipes.py` do; run in its copy of the tree, where they are."""

from __future__ import annotations

from datetime import timedelta

import pytest

from hotline.api.tickets import Contact
from hotline.base.db.connection import Conn
from hotline.base.http.problem import BadField, Forbidden, Illegal, Missing
from hotline.record.parallel_reading import TicketRange
from hotline.ticket import Channel
from reports.figures.measures import LINES
from reports.figures.month import Month
from reports.figures.tallies import period_of, tallies, whole_centre
from reports.imports.words import CHANNELS
from sla.verify.comparison import check_rebuilt
from tests.office import ticket
from tests.sla.desk import ZONE, Desk, clocks, local

S = timedelta(seconds=1)
MARCH = period_of(Month(2026, 3), local("2026-03-05T00:00"), ZONE)


async def rules(conn: Conn) -> list[str]:
    return [row["rule"] for row in await conn.fetch("SELECT rule FROM finding ORDER BY id")]


async def test_the_move(desk: Desk, conn: Conn) -> None:
    number = await desk.dispatched()
    with pytest.raises(BadField, match="note"):
        await desk.do(desk.liaison, number, "inspections", note="")
    with pytest.raises(Forbidden):
        await desk.do(desk.operator, number, "inspections", note="井盖已碎")
    with pytest.raises(Missing):
        await desk.do(desk.other, number, "inspections", note="井盖已碎")
    made = await desk.do(desk.liaison, number, "inspections", note="井盖已碎")
    assert await conn.fetchval("SELECT kind FROM ticket_event WHERE seq = $1", made["seq"]) == "inspected"
    assert await conn.fetchval("SELECT text FROM note WHERE seq = $1", made["seq"]) == "井盖已碎"
    await desk.do(desk.liaison, number, "signatures")
    await desk.do(desk.liaison, number, "replies", outcome="solved", public="好了")
    with pytest.raises(Illegal):
        await desk.do(desk.liaison, number, "inspections", note="又去看了")
    told = await check_rebuilt(conn, TicketRange(0, 2**40), desk.services.keys.record, str(ZONE), desk.clock.now())
    assert (told.tickets, told.wrong) == (1, ())


@pytest.mark.parametrize(("late", "breached"), [(-S, False), (0 * S, False), (S, True)])
async def test_the_clock(desk: Desk, conn: Conn, late: timedelta, breached: bool) -> None:
    number = await desk.dispatched()
    desk.clock.at = local("2026-03-04T11:00") + late
    await desk.do(desk.liaison, number, "acknowledgements")
    clock = (await clocks(conn, number))["site_look"]
    assert (clock["due_at"], clock["state"]) == (local("2026-03-04T11:00"), "stopped")
    assert clock["breached_at"] == (local("2026-03-04T11:00") if breached else None)
    assert await rules(conn) == ["late_first_contact"] * breached
    services, now = desk.services, desk.clock.now()
    told = await check_rebuilt(conn, TicketRange(0, 2**40), services.keys.record, str(ZONE), now)
    assert (told.tickets, told.wrong) == (1, ())
    figure = LINES["looked_in_time"].figure(whole_centre(await tallies(conn, MARCH, ["clocks"])))
    assert (figure.numerator, figure.denominator) == (int(not breached), 1)


async def test_the_channel(desk: Desk, conn: Conn) -> None:
    await ticket(conn, desk.services, channel=Channel("kiosk"))
    figure = LINES["channel_kiosk"].figure(whole_centre(await tallies(conn, MARCH, ["received"])))
    assert figure.numerator == 1
    assert CHANNELS["自助终端"] is Channel("kiosk")
    assert "kiosk" in str(Contact.model_json_schema())


@pytest.mark.parametrize(("after", "found"), [(timedelta(seconds=59), ["hasty_reply"]), (timedelta(minutes=1), [])])
async def test_the_finding(desk: Desk, conn: Conn, after: timedelta, found: list[str]) -> None:
    number = await desk.signed()
    desk.clock.move(after)
    await desk.do(desk.liaison, number, "replies", outcome="solved", public="好了")
    assert await rules(conn) == found
