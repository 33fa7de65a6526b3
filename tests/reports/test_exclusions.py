"""Exclusions: asked by the department, decided by somebody not involved, out of the rates, printed before and after."""

from __future__ import annotations

from datetime import timedelta

import pytest
from aiohttp.test_utils import TestClient

from hotline.base.clock import MovingClock
from hotline.base.db.connection import Conn, Pool
from hotline.base.http.problem import Forbidden, Illegal, Missing
from hotline.base.services import Services
from reports.exclusions.decisions import ask_exclusion, decide_exclusion
from reports.figures.month import Month
from reports.figures.sheet import load_sheet
from reports.figures.trend import load_trend
from reports.notice.freeze import draft
from tests.doors import token
from tests.reports.story import ZONE, at, lived, office

MARCH = Month(2026, 3)


async def test_a_granted_exclusion_leaves_the_rates_and_is_printed(
    conn: Conn, services: Services, clock: MovingClock
) -> None:
    o = await office(conn, services, clock)
    numbers = await lived(o)
    made = await ask_exclusion(conn, services, o.lamps, numbers["late"], "court", "已起诉", clock.now())
    with pytest.raises(Illegal):
        await ask_exclusion(conn, services, o.lamps, numbers["late"], "court", "再次", clock.now())
    with pytest.raises(Missing):
        await ask_exclusion(conn, services, o.water, numbers["late"], "court", "不是我们的", clock.now())
    clock.at = at("2026-04-02 09:00")
    before = await load_sheet(conn, MARCH, clock.now(), ZONE)
    with pytest.raises(Forbidden):
        await decide_exclusion(conn, services, o.operator, int(str(made["id"])), True, "属实", clock.now())
    clock.move(timedelta(minutes=1))
    await decide_exclusion(conn, services, o.other, int(str(made["id"])), True, "属实", clock.now())
    after = await load_sheet(conn, MARCH, clock.now(), ZONE)
    drawn = (await load_trend(conn, MARCH, clock.now(), ZONE, ("resolve",))).rates["resolve"][-1]
    assert drawn == after.together["replied_in_time"].rate, "the chart and the figure say the same"
    own = next(d.id for d in before.departments if d.code == "T01")
    assert (before.of[own]["replied_in_time"].shown, after.of[own]["replied_in_time"].shown) == (
        "66.7%",
        "100.0%",
    )
    assert after.of[own]["dispatched"].numerator == before.of[own]["dispatched"].numerator
    content = (await draft(conn, services, MARCH, clock.now())).stored["exclusions"]
    assert [(x["ticket"], x["granted"]) for x in content["items"]] == [(numbers["late"], True)]
    (printed,) = content["departments"]
    assert printed["rates"]["replied_in_time"] == [[2, 3], [2, 2]]
    assert (printed["excluded"], printed["due"], printed["flagged"]) == (1, 4, True)
    with pytest.raises(Illegal):
        await decide_exclusion(conn, services, o.other, int(str(made["id"])), False, "改判", clock.now())


async def test_over_http(client: TestClient, pool: Pool, services: Services, clock: MovingClock) -> None:
    async with pool.acquire() as conn, conn.transaction():
        o = await office(conn, services, clock)
        numbers = await lived(o)
    lamps, water, judge = [await token(pool, services, u) for u in (o.lamps, o.water, o.other)]
    path, body = (
        "/api/v1/exclusions",
        {"ticket": numbers["late"], "ground": "mediation", "reason": "正在调解"},
    )
    assert (await client.post(path, json=body, headers=judge)).status == 403
    assert (await client.post(path, json=body, headers=water)).status == 404
    bad = await client.post(path, json={**body, "ground": "bad"}, headers=lamps)
    assert (bad.status, (await bad.json())["field"]) == (422, "ground")
    made = await client.post(path, json=body, headers=lamps)
    assert made.status == 201
    assert (await client.post(path, json=body, headers=lamps)).status == 409
    ident = (await made.json())["id"]
    page = await (await client.get("/exclusions", headers=judge)).text()
    assert "正在调解" in page
    assert (await client.get("/department/exclusions", headers=lamps)).status == 200
    done = await client.post(f"{path}/{ident}/decisions", json={"granted": False, "reason": "不成立"}, headers=judge)
    assert (done.status, (await done.json())["granted"]) == (201, False)
    items = (await (await client.get(path, headers=lamps)).json())["items"]
    assert [(i["ticket"], i["granted"], i["decision"]) for i in items] == [(numbers["late"], False, "不成立")]
    assert (await (await client.get(path, headers=water)).json())["items"] == []
