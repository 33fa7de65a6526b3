"""Notices and findings over HTTP: who may, in which order, and what is refused."""

from __future__ import annotations

import io
from datetime import timedelta

import openpyxl
import pytest
from aiohttp.test_utils import TestClient

from hotline.base.clock import MovingClock
from hotline.base.db.connection import Pool
from hotline.base.services import Services
from tests.doors import token
from tests.reports.story import StoryOffice, at, lived, office


@pytest.fixture
async def told(pool: Pool, services: Services, clock: MovingClock) -> StoryOffice:
    """March is over; it is the morning of 9 April, so that nobody can appeal any more."""
    async with pool.acquire() as conn:
        made = await office(conn, services, clock)
        await lived(made)
    clock.at = at("2026-04-09 09:00")
    return made


async def test_proposed_by_the_centre_approved_by_a_leader(client: TestClient, pool: Pool, told: StoryOffice) -> None:
    manager, leader = (
        await token(pool, told.services, told.manager),
        await token(pool, told.services, told.leader),
    )
    liaison = await token(pool, told.services, told.lamps)
    path = "/api/v1/notices/2026-03"
    assert (await (await client.get(path, headers=manager)).json())["state"] == "draft"
    assert (await client.get(path, headers=liaison)).status == 404
    assert (await client.post("/api/v1/notices", json={"month": "2026-03"}, headers=leader)).status == 403
    early = await client.post("/api/v1/notices", json={"month": "2026-04"}, headers=manager)
    bad = await client.post("/api/v1/notices", json={"month": "2026-3"}, headers=manager)
    assert (early.status, bad.status, (await bad.json())["field"]) == (409, 422, "month")
    assert (await client.post(f"{path}/approvals", json={}, headers=leader)).status == 409
    proposed = await client.post("/api/v1/notices", json={"month": "2026-03"}, headers=manager)
    assert proposed.status == 201
    assert (await client.post(f"{path}/approvals", json={}, headers=manager)).status == 403
    approved = await client.post(f"{path}/approvals", json={}, headers=leader)
    assert approved.status == 201
    assert (await approved.json())["hash"] == (await proposed.json())["hash"]
    listed = await (await client.get("/api/v1/notices", headers=liaison)).json()
    assert [(n["month"], n["state"], n["rules"]) for n in listed["items"]] == [("2026-03", "approved", 1)]
    content = (await (await client.get(path, headers=liaison)).json())["content"]
    assert content["together"]["replied_in_time"] == [3, 4]
    again = await client.post("/api/v1/notices", json={"month": "2026-03"}, headers=manager)
    assert again.status == 409


async def test_pages_and_documents(client: TestClient, pool: Pool, told: StoryOffice) -> None:
    manager, leader = (
        await token(pool, told.services, told.manager),
        await token(pool, told.services, told.leader),
    )
    text = await (await client.get("/notices/2026-03", headers=manager)).text()
    assert "草稿" in text
    assert "提请领导审批" in text
    assert "style=" not in text
    proposing = await client.post("/notices/2026-03/proposals", headers=manager, allow_redirects=False)
    assert (proposing.status, proposing.headers["Location"]) == (303, "/notices/2026-03")
    page = await (await client.get("/notices/2026-03", headers=leader)).text()
    assert "审批并固定" in page
    assert "将点名" in page
    read = {"hash": page.split('name="hash" value="')[1].split('"')[0]}
    path = "/notices/2026-03/approvals"
    assert (await client.post(path, data=read, headers=leader, allow_redirects=False)).status == 422
    done = await client.post(path, data={**read, "named": "read"}, headers=leader, allow_redirects=False)
    assert done.status == 303
    book = await client.get("/notices/2026-03/notice.xlsx", headers=leader)
    assert "attachment" in book.headers["Content-Disposition"]
    assert "概况" in openpyxl.load_workbook(io.BytesIO(await book.read())).sheetnames
    assert (await client.get("/notices/2026-03/notice.exe", headers=leader)).status == 404
    assert (await client.get("/notices/2027-03", headers=leader)).status == 422


async def test_findings_for_programs(client: TestClient, pool: Pool, told: StoryOffice) -> None:
    manager, liaison = await token(pool, told.services, told.other), await token(pool, told.services, told.lamps)
    other = await token(pool, told.services, told.water)
    items = (await (await client.get("/api/v1/findings", headers=liaison)).json())["items"]
    assert {f["rule"] for f in items} >= {"late_sign", "late_reply"}
    assert (await (await client.get("/api/v1/findings", headers=other)).json())["items"] == []
    page = await (await client.get("/api/v1/findings?limit=1", headers=manager)).json()
    assert (len(page["items"]), page["next_cursor"]) == (1, str(page["items"][0]["id"]))
    ident = items[0]["id"]
    assert (
        await client.post(f"/api/v1/findings/{ident}/confirmations", json={"reason": "属实"}, headers=liaison)
    ).status == 403
    assert (
        await client.post(f"/api/v1/findings/{ident}/appeals", json={"reason": "不服"}, headers=other)
    ).status == 404
    assert (
        await client.post(f"/api/v1/findings/{ident}/appeals", json={"reason": "不服"}, headers=liaison)
    ).status == 409
    assert (await client.post(f"/api/v1/findings/{ident}/confirmations", json={}, headers=manager)).status == 422
    done = await client.post(f"/api/v1/findings/{ident}/confirmations", json={"reason": "属实"}, headers=manager)
    assert (done.status, (await done.json())["state"]) == (201, "confirmed")
    bad = await client.get("/api/v1/findings?state=guilty", headers=manager)
    assert (bad.status, (await bad.json())["field"]) == (422, "state")
    assert (await client.get("/api/v1/findings?cursor=x", headers=manager)).status == 422
    assert (await client.post("/api/v1/findings/x/appeals", json={"reason": "x"}, headers=liaison)).status == 404
    number = items[0]["ticket"]
    ticket = await (await client.get(f"/api/v1/tickets/{number}", headers=manager)).json()
    assert [f["rule"] for f in ticket["findings"]] == [items[0]["rule"]]


async def test_the_pages_of_findings(client: TestClient, pool: Pool, told: StoryOffice) -> None:
    told.clock.at = at("2026-03-12 09:00")
    liaison, manager = await token(pool, told.services, told.lamps), await token(pool, told.services, told.other)
    text = await (await client.get("/department/findings", headers=liaison)).text()
    assert "签收超期" in text
    assert "/appeals" in text
    ident = (await (await client.get("/api/v1/findings", headers=liaison)).json())["items"][0]["id"]
    sent = await client.post(
        f"/findings/{ident}/appeals", data={"reason": "系统故障"}, headers=liaison, allow_redirects=False
    )
    assert (sent.status, sent.headers["Location"]) == (303, "/department/findings")
    told.clock.move(timedelta(hours=1))
    page = await (await client.get("/findings?state=suspected", headers=manager)).text()
    assert "系统故障" in page
    done = await client.post(
        f"/findings/{ident}/decisions",
        data={"reason": "属实", "upheld": "true"},
        headers=manager,
        allow_redirects=False,
    )
    assert (done.status, done.headers["Location"]) == (303, "/findings")
    assert "申诉成立" in await (await client.get("/findings?state=upheld", headers=manager)).text()
