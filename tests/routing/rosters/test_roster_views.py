"""`/rosters` over HTTP: the overview, a month, forms that change it, and the published surprise pages."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from aiohttp.test_utils import TestClient

from hotline.base.db.connection import Pool
from hotline.base.services import Services
from hotline.people import people_sql
from hotline.people.sessions import token_hash
from hotline.ticket import Role
from tests import office


@pytest.fixture
async def people(client: TestClient, pool: Pool, services: Services) -> dict[str, dict[str, str]]:
    """A department with a member and a leader, a manager; each with a browser (cookie `NAME`) and a token (`t-NAME`)."""
    now = services.clock.now()
    found = {}
    async with pool.acquire() as conn, conn.transaction():
        made = await office.department(conn, "T1", "甲局")
        for name, role, leads in (
            ("wang", Role.LIAISON, False),
            ("zhao", Role.LIAISON, True),
            ("boss", Role.MANAGER, False),
        ):
            who = await office.user(
                conn,
                role,
                department=made if role is Role.LIAISON else None,
                name=name,
                leads=leads,
                services=services,
                phone=f"+86139000060{len(found):02d}",
            )
            await people_sql.insert_session(conn, token_hash(name), who.id, {}, now, now + timedelta(hours=1), "")
            await people_sql.insert_token(conn, who.id, token_hash(f"t-{name}"), now)
            found[name] = {"Cookie": f"hotline={name}"}
    return found


async def shown(client: TestClient, head: dict[str, str], path: str = "/rosters") -> str:
    answer = await client.get(path, headers=head)
    assert answer.status == 200, path
    return str(await answer.text())


async def sent(client: TestClient, head: dict[str, str], path: str, **values: Any) -> int:
    csrf = (await shown(client, head)).split('name="csrf" content="')[1].split('"')[0]
    answer = await client.post(path, data={"csrf": csrf, **values}, headers=head, allow_redirects=False)
    return answer.status


async def test_the_leader_plans_a_month_and_all_read_it(
    client: TestClient, pool: Pool, people: dict[str, dict[str, str]]
) -> None:
    assert "甲局" in await shown(client, people["boss"])
    assert "空档" in await shown(client, people["wang"])
    pattern = {
        "name": "wang",
        "weekdays": ["1", "2", "3", "4", "5", "6", "7"],
        "starts": "00:00",
        "hours": "24",
        "from_on": "2026-03-01",
    }
    assert await sent(client, people["wang"], "/rosters/patterns", **pattern) == 403
    assert await sent(client, people["zhao"], "/rosters/patterns", **pattern) == 303
    page = await shown(client, people["zhao"])
    assert "今后七天没有空档" in page
    span = {"from": "2026-03-06T00:00", "to": "2026-03-07T00:00"}
    assert await sent(client, people["wang"], "/rosters/leaves", **span) == 303
    assert "无人值班或联系不上" in await shown(client, people["zhao"])
    assert (
        await sent(client, people["boss"], "/rosters/shifts", name="zhao", department="T1", rank="leader", **span)
        == 303
    )
    assert "没有空档" in await shown(client, people["wang"])
    async with pool.acquire() as conn:
        kinds = {r["kind"] for r in await conn.fetch("SELECT kind FROM audit")}
    assert {"pattern_added", "leave_added", "shift_added"} <= kinds


async def test_programs_read_a_month_and_the_surprise_pages(
    client: TestClient, pool: Pool, services: Services, people: dict[str, dict[str, str]]
) -> None:
    now = services.clock.now()
    async with pool.acquire() as conn:
        await conn.execute(
            "INSERT INTO surprise_page (department_id, month, due_at, paged_at) SELECT id, '2026-03-01', $1, $1 FROM department",
            now,
        )
    head = {"Authorization": "Bearer t-boss"}
    items = (await (await client.get("/api/v1/rosters/tests?month=2026-03", headers=head)).json())["items"]
    assert [(i["department"], i["result"]) for i in items] == [("T1", "nobody")]
    assert "无人值班" in await shown(client, people["boss"])
    assert "无人值班" in await shown(client, people["wang"])
    made = await client.post(
        "/api/v1/rosters/shifts",
        headers=head,
        json={"name": "wang", "department": "T1", "from": "2026-03-05T08:00", "to": "2026-03-05T20:00"},
    )
    assert made.status == 201
    items = (await (await client.get("/api/v1/rosters?month=2026-03&department=T1", headers=head)).json())["items"]
    assert [(i["person"], i["from"]) for i in items] == [("wang", "2026-03-05T08:00:00+08:00")]
    assert (await client.get("/api/v1/rosters?month=2026-03", headers=head)).status == 422
    assert (await client.get("/api/v1/rosters?month=x&department=T1", headers=head)).status == 422
    shift = (await made.json())["shift"]
    for status in (201, 404):
        answer = await client.post(f"/api/v1/rosters/shifts/{shift}/removals", headers=head, json={})
        assert answer.status == status
