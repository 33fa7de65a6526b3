"""Every contact ends somewhere: over HTTP as programs do it; once, with a code, and the silent are called back once."""

from __future__ import annotations

from typing import Any

import pytest
from aiohttp.test_utils import TestClient

from hotline.base.db.connection import Pool
from hotline.base.services import Services
from hotline.people.user import User
from hotline.ticket import Role
from tests import office
from tests.doors import token
from tests.line import webhook

CALLER = "+8613900000005"


@pytest.fixture
async def operator(pool: Pool, services: Services) -> User:
    async with pool.acquire() as conn:
        who = await office.user(conn, Role.OPERATOR, phone="+8613800000001", services=services)
        await office.on_shift(conn, who, services.clock.now())
    return who


async def ring(client: TestClient, pool: Pool, services: Services, sid: str, sender: str = CALLER) -> None:
    async with pool.acquire() as conn, conn.transaction():
        await office.shift_ready(conn, services.clock.now())
    status, said = await webhook(client, services, "/twilio/voice", CallSid=sid, From=sender, CallStatus="ringing")
    assert status == 200
    assert "<Dial" in said


async def got(client: TestClient, path: str, headers: dict[str, str]) -> list[dict[str, Any]]:
    answer = await client.get(path, headers=headers)
    assert answer.status == 200
    items: list[dict[str, Any]] = (await answer.json())["items"]
    return items


async def test_a_call_waits_for_its_end_and_ends_once(
    client: TestClient, pool: Pool, services: Services, operator: User
) -> None:
    mine = await token(pool, services, operator)
    await ring(client, pool, services, "CA1")
    (contact,) = await got(client, "/api/v1/contacts", mine)
    assert contact["phone"] == "+861390****005"
    path = f"/api/v1/contacts/{contact['id']}/ends"
    for body, field in (
        ({"outcome": "no_action"}, "code"),
        ({"code": "bored"}, "code"),
        ({"outcome": "addition"}, "ticket"),
        ({"outcome": "answer", "code": "test"}, "code"),
    ):
        answer = await client.post(path, json=body, headers=mine)
        assert (answer.status, (await answer.json())["field"]) == (422, field)
    assert (await client.post(path, json={"code": "misdialled"}, headers=mine)).status == 200
    assert (await client.post(path, json={"code": "misdialled"}, headers=mine)).status == 409
    assert await got(client, "/api/v1/contacts", mine) == []
    assert (await client.post("/api/v1/contacts/999/ends", json={"code": "test"}, headers=mine)).status == 404


async def test_a_silent_call_is_called_back_once(
    client: TestClient, pool: Pool, services: Services, operator: User
) -> None:
    mine = await token(pool, services, operator)
    for sid in ("CA1", "CA2"):
        await ring(client, pool, services, sid)
        (contact,) = await got(client, "/api/v1/contacts", mine)
        answer = await client.post(f"/api/v1/contacts/{contact['id']}/ends", json={"code": "silent"}, headers=mine)
        assert answer.status == 200
    (owed,) = await got(client, "/api/v1/call-backs", mine)
    assert owed["reason"] == "silent"
    path = f"/api/v1/call-backs/{owed['id']}/completions"
    assert (await client.post(path, json={"note": ""}, headers=mine)).status == 422
    assert (await client.post(path, json={"note": "无人说话"}, headers=mine)).status == 200
    assert (await client.post(path, json={"note": "再打"}, headers=mine)).status == 409
    assert await got(client, "/api/v1/call-backs", mine) == []
    async with pool.acquire() as conn:
        assert await conn.fetchval("SELECT state FROM clock WHERE clock = 'call_back'") == "stopped"


async def test_words_for_a_ticket_and_a_call_that_is_owed_are_ends_too(
    client: TestClient, pool: Pool, services: Services, operator: User
) -> None:
    mine = await token(pool, services, operator)
    async with pool.acquire() as conn, conn.transaction():
        number = (await office.ticket(conn, services)).number
    await ring(client, pool, services, "CA1")
    (contact,) = await got(client, "/api/v1/contacts", mine)
    body = {"outcome": "addition", "ticket": number}
    path = f"/api/v1/contacts/{contact['id']}/ends"
    assert (await client.post(path, json={**body, "ticket": "999"}, headers=mine)).status == 404
    assert (await client.post(path, json=body, headers=mine)).status == 200
    await ring(client, pool, services, "CA2", "+8613900000006")
    (contact,) = await got(client, "/api/v1/contacts", mine)
    path = f"/api/v1/contacts/{contact['id']}/ends"
    assert (await client.post(path, json={"outcome": "call_back"}, headers=mine)).status == 200
    (owed,) = await got(client, "/api/v1/call-backs", mine)
    assert (owed["reason"], owed["phone"]) == ("missed", "+861390****006")


async def test_another_operators_call_does_not_exist_for_one(
    client: TestClient, pool: Pool, services: Services, operator: User
) -> None:
    await ring(client, pool, services, "CA1")
    async with pool.acquire() as conn:
        other, manager = await office.user(conn, Role.OPERATOR), await office.user(conn, Role.MANAGER)
    theirs = await token(pool, services, other)
    assert await got(client, "/api/v1/contacts", theirs) == []
    (contact,) = await got(client, "/api/v1/contacts", await token(pool, services, manager))
    path = f"/api/v1/contacts/{contact['id']}/ends"
    assert (await client.post(path, json={"code": "test"}, headers=theirs)).status == 404
