"""Nobody is named without this month's confirmed, cited fault (rulebook §9)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from hotline.base.clock import MovingClock
from hotline.base.db.connection import Conn
from hotline.base.services import Services
from reports.figures.month import Month
from reports.findings import judgements
from reports.notice.documents import notice_html, speaking
from reports.notice.form import as_content
from reports.notice.freeze import approve, draft, propose
from sla.clocks import clocks_sql
from sla.ladder.sweep import _climb  # the sweep's own step, over this connection
from tests.reports.story import ZONE, StoryOffice, at, office, town

MARCH, APRIL, MAY = Month(2026, 3), Month(2026, 4), Month(2026, 5)


@pytest.fixture
async def o(conn: Conn, services: Services, clock: MovingClock) -> StoryOffice:
    return await office(conn, services, clock, "2026-03-02 09:00")


@pytest.fixture
async def county(o: StoryOffice) -> StoryOffice:
    """March: nine townships with five good tickets each."""
    for n in range(1, 10):
        await town(o, f"V{n}", f"第{n}乡")
    return o


async def confirmed(o: StoryOffice, n: int) -> None:
    """The first so many suspected findings are confirmed, after their windows."""
    rows = await o.conn.fetch("SELECT id, appeal_by FROM finding WHERE state = 'suspected' ORDER BY id LIMIT $1", n)
    assert len(rows) == n
    o.clock.at = max(o.clock.now() + timedelta(seconds=1), max(r["appeal_by"] for r in rows) + timedelta(seconds=1))
    for row in rows:
        await judgements.confirm(o.conn, o.services, o.other, row["id"], "属实", o.clock.now())
    o.clock.move(timedelta(seconds=1))


async def content(o: StoryOffice, month: Month) -> Mapping[str, Any]:
    return (await draft(o.conn, o.services, month, o.clock.now())).stored


def towns(found: Mapping[str, Any]) -> dict[str, Any]:
    return {d["code"]: d for g in found["groups"] if g["group"] == "townships" for d in g["departments"]}


async def frozen(o: StoryOffice, month: Month, when: str) -> Mapping[str, Any]:
    o.clock.at = max(o.clock.now(), at(when))
    await propose(o.conn, o.services, o.manager, month, "", o.clock.now())
    return (await approve(o.conn, o.services, o.leader, month, o.clock.now())).stored


async def test_a_month_without_a_ticket_names_nobody_for_the_month_before(county: StoryOffice) -> None:
    await town(county, "V10", "末位乡", late=2)
    await confirmed(county, 2)
    march = await frozen(county, MARCH, "2026-04-01 10:00")
    assert [d["code"] for d in march["criticised"]] == ["V10"]
    county.clock.at = at("2026-05-11 09:00")
    april = await content(county, APRIL)
    assert april["criticised"] == april["bottom"] == april["confirmed"] == []
    assert (towns(april)["V10"]["rank"], towns(april)["V10"]["points"]) == (None, None)
    assert towns(april)["V10"]["quarter"] is not None, "the quarter is shown, and places nobody"


async def test_one_bad_ticket_of_five_is_not_enough_to_be_named(county: StoryOffice) -> None:
    await town(county, "V10", "末位乡", late=1)
    await confirmed(county, 1)
    county.clock.at = at("2026-04-09 09:00")
    march = await content(county, MARCH)
    assert march["criticised"] == []
    assert towns(march)["V10"]["deducted"] == 5, "one late word of a small unit is not the cap"


async def test_low_points_without_a_confirmed_finding_name_nobody(county: StoryOffice) -> None:
    await town(county, "V10", "末位乡", late=5)
    county.clock.at = at("2026-04-09 09:00")
    march = await content(county, MARCH)
    assert towns(march)["V10"]["points"] < 80
    assert march["criticised"] == []
    assert [d["code"] for d in march["bottom"]] == ["V10"]
    assert march["suspected"] > 0


async def test_the_last_of_a_good_month_are_not_listed(county: StoryOffice) -> None:
    await town(county, "V10", "第10乡")
    county.clock.at = at("2026-04-09 09:00")
    assert (await content(county, MARCH))["bottom"] == []


async def test_each_finding_is_told_with_due_done_and_delay(o: StoryOffice) -> None:
    await town(o, "V10", "末位乡", late=3)
    await confirmed(o, 2)
    o.clock.at = at("2026-04-09 09:00")
    march = await content(o, MARCH)
    assert march["criticised"] == [], "there is no group of ten"
    assert len(march["confirmed"]) == 2
    for f in march["confirmed"]:
        assert [c["kind"] for c in f["cited"]] == ["dispatched", "signed"], "never only the dispatch"
        assert f["due_at"] < f["done_at"]
    page = notice_html(as_content(march), speaking("zh", ZONE), [])
    assert "应于 2026-03-02 11:00 前完成，实际 2026-03-02 12:00 完成，超时 1小时0分。" in page


async def test_what_was_not_done_at_all_cites_the_breach(o: StoryOffice) -> None:
    """Found when it became late, and never done: the event of the breach is cited beside the dispatch."""
    number = await o.opened()
    await o.dispatched(number)
    o.clock.move(timedelta(hours=2, seconds=1))
    rows = [
        r for r in await clocks_sql.due_steps(o.conn, o.clock.now(), 500) if r.clock == "sign" and r.number == number
    ]
    await _climb(o.conn, o.services, rows, o.clock.now())
    row = await o.conn.fetchrow("SELECT seqs, ticket_id FROM finding WHERE rule = 'late_sign'")
    assert row is not None
    kinds = await o.conn.fetch(
        "SELECT kind FROM ticket_event WHERE ticket_id = $1 AND seq = ANY($2::int[]) ORDER BY seq",
        row["ticket_id"],
        row["seqs"],
    )
    assert [r["kind"] for r in kinds] == ["dispatched", "breached"]


async def test_what_is_confirmed_after_the_freeze_stands_once_in_the_next_notice(o: StoryOffice) -> None:
    await town(o, "V10", "末位乡", late=3)
    await confirmed(o, 1)
    march = await frozen(o, MARCH, "2026-04-09 09:00")
    assert len(march["confirmed"]) == 1
    await confirmed(o, 1)
    april = await frozen(o, APRIL, "2026-05-11 09:00")
    assert [(f["rule"], f["earlier"]) for f in april["confirmed"]] == [("late_sign", True)]
    assert "以前月份，其后认定" in notice_html(as_content(april), speaking("zh", ZONE), [])
    await confirmed(o, 1)
    o.clock.at = at("2026-06-10 09:00")
    may = await content(o, MAY)
    assert len(may["confirmed"]) == 1, "the third, and none of those before it again"


async def test_an_amendment_does_not_count_what_the_next_notice_took(o: StoryOffice) -> None:
    await town(o, "V10", "末位乡", late=2)
    await confirmed(o, 1)
    await frozen(o, MARCH, "2026-04-09 09:00")
    await confirmed(o, 1)
    await frozen(o, APRIL, "2026-05-11 09:00")
    o.clock.move(timedelta(hours=1))
    await propose(o.conn, o.services, o.manager, MARCH, "一处计错", o.clock.now())
    amended = await approve(o.conn, o.services, o.leader, MARCH, o.clock.now())
    assert len(amended.stored["confirmed"]) == 1


async def test_courts_stand_nowhere_not_even_in_the_annex(o: StoryOffice) -> None:
    await town(o, "V10", "县人民法院", late=5)
    o.clock.at = at("2026-04-09 09:00")
    march = await content(o, MARCH)
    assert "县人民法院" not in {row["department"] for row in march["late"]}
    assert (towns(march)["V10"]["points"], towns(march)["V10"]["rank"]) == (None, None)
    assert march["confirmed"] == march["criticised"] == march["bottom"] == []


async def test_a_merged_department_is_judged_no_more_nor_its_heir_for_it(county: StoryOffice) -> None:
    await town(county, "V10", "末位乡", late=3)
    await confirmed(county, 2)
    await county.conn.execute(
        "UPDATE department SET valid_to = '2026-03-31', into_id = (SELECT id FROM department WHERE code = 'V1') WHERE code = 'V10'"
    )
    county.clock.at = at("2026-04-09 09:00")
    march = await content(county, MARCH)
    assert march["criticised"] == []
    assert (towns(march)["V10"]["rank"], towns(march)["V1"]["points"]) == (None, 100)
