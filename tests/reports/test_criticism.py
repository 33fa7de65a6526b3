"""Who is criticised by name: from tickets and confirmed findings to the notice, with every event cited."""

from __future__ import annotations

from datetime import datetime, timedelta

from hotline.base.clock import MovingClock
from hotline.base.db.connection import Conn
from hotline.base.services import Services
from hotline.ticket import Role
from reports.figures.month import Month
from reports.findings import judgements
from reports.notice.documents import notice_html, speaking
from reports.notice.freeze import draft
from tests.office import department, user
from tests.reports.story import ZONE, StoryOffice, at, office

MARCH = Month(2026, 3)


async def town(o: StoryOffice, code: str, name: str, *, late: bool) -> None:
    """A township with five tickets, signed and replied in time, or late."""
    ident = await department(o.conn, code, name)
    await o.conn.execute("UPDATE department SET kind = 'township' WHERE id = $1", ident)
    liaison = await user(o.conn, Role.LIAISON, department=ident)
    for _ in range(5):
        number = await o.opened()
        await o.dispatched(number, code)
        start: datetime = o.clock.now()
        o.clock.move(timedelta(hours=3) if late else timedelta(minutes=5))
        await o.does(liaison, number, "signatures")
        if not late:
            await o.does(liaison, number, "first-contacts", note="已联系", via="call")
            await o.replied(number, by=liaison)
        o.clock.at = start + timedelta(minutes=5)


async def test_the_last_of_ten_below_the_floor_is_criticised_with_its_events(
    conn: Conn, services: Services, clock: MovingClock
) -> None:
    o = await office(conn, services, clock, "2026-03-02 09:00")
    for n in range(1, 10):
        await town(o, f"V{n}", f"第{n}乡", late=False)
    await town(o, "V10", "末位乡", late=True)
    clock.at = at("2026-04-09 09:00")
    await conn.execute("UPDATE clock SET touched_at = $1 WHERE state = 'running'", clock.now())  # the ladder's latch
    idents = [r["id"] for r in await conn.fetch("SELECT id FROM finding WHERE rule = 'late_sign' ORDER BY id")]
    assert len(idents) == 5
    for ident in idents[:2]:
        await judgements.confirm(conn, services, o.other, ident, "属实", clock.now())
    clock.move(timedelta(seconds=1))
    notice = await draft(conn, services, MARCH, clock.now())
    content = notice.stored
    (named,) = content["criticised"]
    assert named["code"] == "V10"
    assert named["points"] < 80
    assert [f["rule"] for f in named["findings"]] == ["late_sign", "late_sign"]
    for finding in named["findings"]:
        kinds = await conn.fetch(
            "SELECT e.kind FROM ticket_event e JOIN ticket t ON t.id = e.ticket_id WHERE t.number = $1 AND e.seq = ANY($2::int[]) ORDER BY e.seq",
            finding["ticket"],
            finding["seqs"],
        )
        assert [r["kind"] for r in kinds] == ["dispatched", "signed"]
    towns = next(g for g in content["groups"] if g["group"] == "townships")["departments"]
    assert [d["rank"] for d in towns] == [1] * 9 + [10]
    assert towns[-1]["deducted"] == 20  # two of five tickets are 40 per hundred, capped
    page = notice_html(notice.content, speaking("zh", ZONE), [])
    assert "末位乡" in page
    assert named["findings"][0]["ticket"] in page
    assert sum(s["n"] for s in content["suspected"]) >= 3
