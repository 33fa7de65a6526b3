"""Who is criticised by name: from tickets and confirmed findings to the notice, with every event cited."""

from __future__ import annotations

from datetime import timedelta

from hotline.base.clock import MovingClock
from hotline.base.db.connection import Conn
from hotline.base.services import Services
from reports.figures.month import Month
from reports.findings import judgements
from reports.notice.documents import notice_html, speaking
from reports.notice.freeze import draft
from tests.reports.story import ZONE, at, office, town

MARCH = Month(2026, 3)


async def test_the_last_of_ten_below_the_floor_is_criticised_with_its_events(
    conn: Conn, services: Services, clock: MovingClock
) -> None:
    o = await office(conn, services, clock, "2026-03-02 09:00")
    for n in range(1, 10):
        await town(o, f"V{n}", f"第{n}乡")
    await town(o, "V10", "末位乡", late=5)
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
    assert towns[-1]["deducted"] == 10  # two of five tickets, counted on twenty
    page = notice_html(notice.content, speaking("zh", ZONE), [])
    assert "末位乡" in page
    assert named["findings"][0]["ticket"] in page
    assert content["suspected"] >= 3
