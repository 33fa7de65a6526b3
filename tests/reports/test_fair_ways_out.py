"""Four ways out, one effect: excluded, excused, dismissed, upheld, a fact leaves rate, finding and annex (rulebook §7)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest

from hotline.base.clock import MovingClock
from hotline.base.db.connection import Conn
from hotline.base.http.problem import Illegal
from hotline.base.services import Services
from reports.exclusions.decisions import ask_exclusion, decide_exclusion
from reports.figures.month import Month
from reports.findings import findings_sql, judgements
from reports.notice.freeze import approve, draft, propose, verify
from tests.reports.story import StoryOffice, at, office

MARCH, APRIL, MAY = Month(2026, 3), Month(2026, 4), Month(2026, 5)


@pytest.fixture
async def o(conn: Conn, services: Services, clock: MovingClock) -> StoryOffice:
    return await office(conn, services, clock)


async def late(o: StoryOffice) -> tuple[int, str]:
    """A ticket that was signed late and answered in time: the finding and the number."""
    number = await o.opened()
    await o.dispatched(number)
    await o.worked(number, after=timedelta(hours=2, seconds=1))
    return await o.conn.fetchval("SELECT id FROM finding WHERE rule = 'late_sign'"), number


async def excluded(o: StoryOffice, finding: int, number: str) -> None:
    made = await ask_exclusion(o.conn, o.services, o.lamps, number, "court", "已起诉", o.clock.now())
    await decide_exclusion(o.conn, o.services, o.other, int(str(made["id"])), True, "属实", o.clock.now())


async def excused(o: StoryOffice, finding: int, number: str) -> None:
    await o.conn.execute("UPDATE clock SET excused = '机房停电', excused_at = $1 WHERE clock = 'sign'", o.clock.now())


async def dismissed(o: StoryOffice, finding: int, number: str) -> None:
    await judgements.drop(o.conn, o.services, o.other, finding, "当时系统打不开", o.clock.now())


async def upheld(o: StoryOffice, finding: int, number: str) -> None:
    await judgements.appeal(o.conn, o.services, o.lamps, finding, "当时系统打不开", o.clock.now())
    await judgements.decide(o.conn, o.services, o.other, finding, True, "属实", o.clock.now())


WAYS = [excluded, excused, dismissed, upheld]
Way = Callable[[StoryOffice, int, str], Awaitable[None]]


async def seen(o: StoryOffice, month: Month = MARCH) -> dict[str, Any]:
    """Rate, findings, annex and standing of the notice, as a draft."""
    content = (await draft(o.conn, o.services, month, o.clock.now())).stored
    (row,) = [d for g in content["groups"] for d in g["departments"] if d["code"] == "T01"]
    return {
        "rate": row["figures"]["signed_in_time"],
        "confirmed": [f["rule"] for f in content["confirmed"]],
        "suspected": content["suspected"],
        "annex": [x["measure"] for x in content["late"]],
        "deducted": row["deducted"],
    }


NOTHING = {"rate": [0, 0], "confirmed": [], "suspected": 0, "annex": [], "deducted": 0}


@pytest.mark.parametrize("way", WAYS)
async def test_a_suspected_fact_leaves_rate_finding_and_annex(o: StoryOffice, way: Way) -> None:
    finding, number = await late(o)
    o.clock.move(timedelta(hours=1))
    assert (await seen(o)) == {**NOTHING, "rate": [0, 1], "suspected": 1, "annex": ["sign"]}
    await way(o, finding, number)
    o.clock.move(timedelta(seconds=1))
    assert await seen(o) == NOTHING


@pytest.mark.parametrize("way", [excluded, excused])
async def test_a_confirmed_fact_leaves_rate_finding_and_annex(o: StoryOffice, way: Way) -> None:
    finding, number = await late(o)
    o.clock.at = at("2026-03-20 09:00")
    await judgements.confirm(o.conn, o.services, o.other, finding, "属实", o.clock.now())
    o.clock.move(timedelta(hours=1))
    assert (await seen(o))["confirmed"] == ["late_sign"]
    assert (await seen(o))["deducted"] == 5
    await way(o, finding, number)
    o.clock.move(timedelta(seconds=1))
    assert await seen(o) == NOTHING


async def test_what_is_excluded_can_no_longer_be_confirmed(o: StoryOffice) -> None:
    finding, number = await late(o)
    await excluded(o, finding, number)
    o.clock.at = at("2026-03-20 09:00")
    with pytest.raises(Illegal, match="stand"):
        await judgements.confirm(o.conn, o.services, o.other, finding, "属实", o.clock.now())
    assert await findings_sql.drop_left_out(o.conn, o.clock.now()) == [finding]
    assert await findings_sql.drop_left_out(o.conn, o.clock.now()) == []
    assert await o.conn.fetchval("SELECT judgement FROM finding") == "excluded"


async def test_a_wrong_dispatch_recalled_leaves_no_late_sign(o: StoryOffice) -> None:
    number = await o.opened()
    await o.dispatched(number)
    o.clock.move(timedelta(hours=2, seconds=1))
    await o.does(o.lamps, number, "signatures")
    assert (await seen(o))["suspected"] == 1
    await o.does(o.manager, number, "recalls", reason="派错了")
    o.clock.move(timedelta(seconds=1))
    assert await seen(o) == NOTHING


async def test_an_exclusion_is_printed_once_and_counted_by_the_month_of_its_due(o: StoryOffice) -> None:
    """Dispatched on 25 March, due on 9 April: it stands in April's notice alone, as one of one that was due."""
    o.clock.at = at("2026-03-25 10:00")
    number = await o.opened()
    await o.dispatched(number)
    await o.worked(number)
    made = await ask_exclusion(o.conn, o.services, o.lamps, number, "court", "已起诉", o.clock.now())
    await decide_exclusion(o.conn, o.services, o.other, int(str(made["id"])), True, "属实", o.clock.now())
    o.clock.at = at("2026-06-10 09:00")
    printed = {}
    for month in (MARCH, APRIL, MAY):
        found = (await draft(o.conn, o.services, month, o.clock.now())).stored["exclusions"]
        printed[str(month)] = [(x["ticket"], x["granted"]) for x in found["items"]]
        if month == APRIL:
            (d,) = found["departments"]
            assert (d["excluded"], d["due"], d["flagged"]) == (1, 1, True)
    assert printed == {"2026-03": [], "2026-04": [(number, True)], "2026-05": []}


async def test_an_exclusion_granted_after_the_freeze_stands_in_the_next_notice(o: StoryOffice) -> None:
    number = await o.opened()
    await o.dispatched(number)
    await o.worked(number)
    made = await ask_exclusion(o.conn, o.services, o.lamps, number, "court", "已起诉", o.clock.now())
    o.clock.at = at("2026-04-09 09:00")
    await propose(o.conn, o.services, o.manager, MARCH, "", o.clock.now())
    march = await approve(o.conn, o.services, o.leader, MARCH, o.clock.now())
    assert [x["granted"] for x in march.stored["exclusions"]["items"]] == [None]
    o.clock.at = at("2026-04-10 09:00")
    await decide_exclusion(o.conn, o.services, o.other, int(str(made["id"])), True, "属实", o.clock.now())
    o.clock.at = at("2026-05-11 09:00")
    april = (await draft(o.conn, o.services, APRIL, o.clock.now())).stored["exclusions"]
    assert [(x["granted"], x["earlier"]) for x in april["items"]] == [(True, True)]
    assert await verify(o.conn, o.services, MARCH, o.clock.now()) == []


async def test_what_the_centre_dismissed_is_printed(o: StoryOffice) -> None:
    finding, number = await late(o)
    await dismissed(o, finding, number)
    o.clock.move(timedelta(hours=1))
    content = (await draft(o.conn, o.services, MARCH, o.clock.now())).stored
    assert [(x["rule"], x["dismissed"]) for x in content["appeals"]] == [("late_sign", True)]
