"""The question about a tipoff at every door: the ticket's page, the ruling page, the API and its document."""

from __future__ import annotations

from typing import Any

import pytest
from aiohttp.test_utils import TestClient

from hotline.base.db.connection import Pool
from hotline.base.services import Services
from hotline.ticket import Category, Channel
from tests.doors import browser, token
from tests.office import Office, department, events, state, ticket


@pytest.fixture
async def office(pool: Pool, services: Services) -> Office:
    async with pool.acquire() as conn:
        return await Office(conn, services).fill()


async def opened(pool: Pool, services: Services, text: str = "举报灯所的人收红包", **case: Any) -> str:
    async with pool.acquire() as conn, conn.transaction():
        await conn.execute("UPDATE department SET aliases = '{灯所?}' WHERE code = 'T05'")
        return (await ticket(conn, services, text, **case)).number


async def test_the_page_asks_with_the_name_and_takes_the_answer(
    client: TestClient, pool: Pool, services: Services, office: Office
) -> None:
    number = await opened(pool, services, category=Category.TIPOFF)
    page = await browser(client, pool, services, office.operator)
    text = await (await page.get(f"/tickets/{number}")).text()
    assert 'name="names_it"' in text
    assert "可能还涉及：测试路灯所" in text
    asked = await page.post(f"/tickets/{number}/assignments", department="T05")
    assert asked.status == 422
    assert "内容可能指测试路灯所" in await asked.text()
    refused = await page.post(f"/tickets/{number}/assignments", department="T05", names_it="true")
    assert refused.status == 409
    assert "测试路灯所" in await (await page.get(f"/tickets/{number}")).text()
    done = await page.post(f"/tickets/{number}/assignments", department="T06", names_it="false")
    assert done.status == 303
    async with pool.acquire() as conn:
        assert {"unit_named", "unit_asked", "dispatched"} <= set(await events(conn, number))


async def test_what_reads_like_one_is_shown_as_that_and_lifted_on_the_page(
    client: TestClient, pool: Pool, services: Services, office: Office
) -> None:
    number = await opened(pool, services, channel=Channel.SMS)
    page = await browser(client, pool, services, office.operator)
    assert "内容疑似举报" in await (await page.get(f"/tickets/{number}")).text()
    assert (await page.post(f"/tickets/{number}/assignments", department="T06")).status == 422
    assert (await page.post(f"/tickets/{number}/protection-lifts", reason="只是抱怨")).status == 303
    assert (await page.post(f"/tickets/{number}/assignments", department="T05")).status == 303


async def test_programs_are_asked_by_a_documented_field(
    client: TestClient, pool: Pool, services: Services, office: Office
) -> None:
    number = await opened(pool, services, category=Category.TIPOFF)
    head = await token(pool, services, office.operator)
    path = f"/api/v1/tickets/{number}/assignments"
    answer = await client.post(path, json={"department": "T05"}, headers=head)
    assert answer.status == 422
    assert (await answer.json())["field"] == "names_it"
    answer = await client.post(path, json={"department": "T05", "names_it": True}, headers=head)
    assert answer.status == 409
    answer = await client.post(path, json={"department": "T05", "names_it": False}, headers=head)
    assert answer.status == 409
    answer = await client.post(path, json={"department": "T06", "names_it": False}, headers=head)
    assert answer.status == 200
    whole = await (await client.get(f"/api/v1/tickets/{number}", headers=head)).json()
    assert whole["protected"]["why"] == "category"
    assert [unit["code"] for unit in whole["hidden_from"]] == ["T05"]
    document = await (await client.get("/api/openapi.json")).json()
    assert "names_it" in str(document)
    assert "/api/v1/tickets/{number}/redactions" in document["paths"]


async def test_the_ruling_page_asks_too(client: TestClient, pool: Pool, services: Services, office: Office) -> None:
    async with pool.acquire() as conn, conn.transaction():
        office.conn = conn
        await department(conn, "T08", "测试供热所")
        number = (await ticket(conn, services, "举报工地收红包", category=Category.TIPOFF)).number
        await office.do(office.operator, number, "assignments", department="T05", names_it=False)
        await office.do(office.liaison, number, "returns", reason="not ours", basis="三定", suggested="T06")
    page = await browser(client, pool, services, office.manager)
    assert 'name="names_it"' in await (await page.get(f"/centre/rulings/{number}")).text()
    asked = await page.post(f"/centre/rulings/{number}", choice="T06", reason="属其职责")
    assert asked.status == 422
    assert "是否涉及测试供水公司" in await asked.text()
    assert (
        await page.post(f"/centre/rulings/{number}", choice="T06", reason="属其职责", names_it="false")
    ).status == 303
    async with pool.acquire() as conn:
        assert await state(conn, number) == "dispatched"


async def test_the_words_for_departments_are_written_on_the_page(
    client: TestClient, pool: Pool, services: Services, office: Office
) -> None:
    number = await opened(pool, services, "路灯不亮，我是王秀兰")
    page = await browser(client, pool, services, office.operator)
    await page.post(f"/tickets/{number}/assignments", department="T05")
    assert (await page.post(f"/tickets/{number}/redactions", text="路灯不亮", place="城南")).status == 303
    assert "王秀兰" in await (await page.get(f"/tickets/{number}")).text()
    theirs = await browser(client, pool, services, office.liaison)
    for path in (f"/tickets/{number}", f"/department/tickets/{number}", "/department"):
        text = await (await theirs.get(path)).text()
        assert "王秀兰" not in text
        assert "人民路12号" not in text
    head = await token(pool, services, office.liaison)
    assert "王秀兰" not in await (await client.get(f"/api/v1/tickets/{number}", headers=head)).text()
    found = await (await client.get("/api/v1/tickets", params={"q": "王秀兰"}, headers=head)).json()
    assert found["items"] == []
