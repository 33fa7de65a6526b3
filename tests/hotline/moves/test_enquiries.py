""" "What about my ticket?" ends lawfully, by page and API: words added, how it stands said, a call that is owed."""

from __future__ import annotations

from typing import Any

import pytest
from aiohttp.test_utils import TestClient

from hotline.base.db.connection import Pool
from hotline.base.services import Services
from hotline.people.user import User
from hotline.ticket import Role
from tests import office
from tests.doors import browser, token
from tests.line import sms, told, until, webhook

CALLER, OTHER = "+8613900000005", "+8613900000006"


@pytest.fixture
async def operator(pool: Pool, services: Services) -> User:
    async with pool.acquire() as conn:
        who = await office.user(conn, Role.OPERATOR, phone="+8613800000001", services=services)
        await office.on_shift(conn, who, services.clock.now())
    return who


async def ring(client: TestClient, services: Services, pool: Pool, sid: str, sender: str = CALLER) -> int:
    """A call that is being taken; returns its contact."""
    async with pool.acquire() as conn, conn.transaction():
        await office.shift_ready(conn, services.clock.now())
    status, said = await webhook(client, services, "/twilio/voice", CallSid=sid, From=sender, CallStatus="ringing")
    assert status == 200
    assert "<Dial" in said
    async with pool.acquire() as conn:
        return int(await conn.fetchval("SELECT id FROM contact WHERE call_sid = $1", sid))


async def ticket(pool: Pool, services: Services, phone: str = CALLER) -> str:
    async with pool.acquire() as conn, conn.transaction():
        return (await office.ticket(conn, services, phone=phone)).number


async def contact(pool: Pool, item: int) -> dict[str, Any]:
    async with pool.acquire() as conn:
        row = await conn.fetchrow(
            "SELECT c.outcome, c.code, c.seq, t.number, w.text FROM contact c LEFT JOIN ticket t ON t.id = c.ticket_id"
            " LEFT JOIN contact_text w ON w.contact_id = c.id WHERE c.id = $1",
            item,
        )
    assert row is not None
    return dict(row)


async def kinds(pool: Pool, number: str) -> list[str]:
    async with pool.acquire() as conn:
        return await office.events(conn, number)


async def test_by_the_api_each_end_stands_on_the_ticket(
    client: TestClient, pool: Pool, services: Services, operator: User
) -> None:
    number, mine = await ticket(pool, services), await token(pool, services, operator)
    ends = [
        ({"outcome": "addition", "ticket": number, "text": "今天又坏了两盏"}, "added"),
        ({"outcome": "answer", "ticket": number, "text": "告知已派单"}, "enquired"),
        ({"outcome": "call_back", "ticket": number}, "call_asked"),
    ]
    for i, (body, kind) in enumerate(ends):
        item = await ring(client, services, pool, f"CA{i}")
        answer = await client.post(f"/api/v1/contacts/{item}/ends", json=body, headers=mine)
        assert answer.status == 200, await answer.text()
        found = await contact(pool, item)
        assert (found["outcome"], found["number"]) == (body["outcome"], number)
        assert found["text"] == body.get("text")
        assert (await kinds(pool, number))[-1] == kind
    async with pool.acquire() as conn:
        owed = await conn.fetchrow("SELECT b.reason, t.number FROM call_back b JOIN ticket t ON t.id = b.ticket_id")
    assert owed is not None
    assert (owed["reason"], owed["number"]) == ("asked", number)


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        ({"outcome": "addition"}, 422, "ticket"),
        ({"code": "test", "ticket": "260000001"}, 422, "ticket"),
        ({"outcome": "answer", "ticket": "nonsense"}, 404, None),
        ({"outcome": "answer", "code": "test"}, 422, "code"),
    ],
)
async def test_an_end_that_does_not_fit_is_refused_and_the_contact_waits(
    client: TestClient,
    pool: Pool,
    services: Services,
    operator: User,
    body: dict[str, str],
    status: int,
    field: str | None,
) -> None:
    item, mine = await ring(client, services, pool, "CA1"), await token(pool, services, operator)
    answer = await client.post(f"/api/v1/contacts/{item}/ends", json=body, headers=mine)
    assert (answer.status, (await answer.json()).get("field")) == (status, field)
    assert (await contact(pool, item))["outcome"] is None


async def test_on_the_page_the_form_ends_the_call_about_an_earlier_ticket(
    client: TestClient, pool: Pool, services: Services, operator: User
) -> None:
    number = await ticket(pool, services)
    page = await browser(client, pool, services, operator)
    item = await ring(client, services, pool, "CA1")
    shown = await (await page.post("/operator/earlier", contact=str(item))).text()
    for noun in ("additions", "statuses", "call-backs"):
        assert f'formaction="/operator/{noun}"' in shown
    assert "前给您回话。" in shown  # what to read aloud
    values = {
        "contact": str(item),
        "text": "今天又坏了两盏",
        "category": "help",
        "urgency": "normal",
        "once": "a",
    }
    answer = await page.post("/operator/additions", **{**values, "ticket": number})
    assert answer.status == 303
    assert answer.headers["Location"] == f"/tickets/{number}"
    assert (await contact(pool, item))["outcome"] == "addition"
    again = await page.post("/operator/additions", **{**values, "ticket": number})  # pressed twice
    assert again.status == 303
    assert (await kinds(pool, number)).count("added") == 1
    item = await ring(client, services, pool, "CA2")
    answer = await page.post("/operator/statuses", contact=str(item), text="", ticket=number, once="b")
    assert answer.status == 303
    assert (await contact(pool, item))["outcome"] == "answer"
    async with pool.acquire() as conn:
        assert await conn.fetchval("SELECT count(*) FROM ticket") == 1


async def test_words_without_words_or_to_a_filed_ticket_are_refused_and_nothing_typed_is_lost(
    client: TestClient, pool: Pool, services: Services, operator: User
) -> None:
    number = await ticket(pool, services)
    page = await browser(client, pool, services, operator)
    item = await ring(client, services, pool, "CA1")
    answer = await page.post("/operator/additions", contact=str(item), ticket=number)
    assert answer.status == 422
    async with pool.acquire() as conn, conn.transaction():
        await office.move(conn, services, operator, number, "withdrawals")
        await office.move(conn, services, operator, number, "filings")
    answer = await page.post("/operator/additions", contact=str(item), ticket=number, text="新情况很长")
    assert answer.status == 409
    said = await answer.text()
    assert "已归档" in said
    assert "新情况很长" in said
    assert (await contact(pool, item))["outcome"] is None


async def test_another_person_with_the_same_matter_has_a_number_and_the_matter_is_one(
    client: TestClient, pool: Pool, services: Services, operator: User
) -> None:
    number = await ticket(pool, services)
    page = await browser(client, pool, services, operator)
    values = {
        "from": "13900000006",
        "text": "我也是那个路灯",
        "category": "help",
        "urgency": "normal",
        "ticket": number,
    }
    answer = await page.post("/operator/additions", **values)
    assert answer.status == 303
    child = answer.headers["Location"].split("/")[-1].split("?")[0]
    assert child != number
    async with pool.acquire() as conn:
        assert await office.state(conn, child) == "merged"
    assert [number in words for words in await told(pool, services, OTHER)][-1]


async def test_without_a_number_lists_only_messages_without_a_number(
    client: TestClient, pool: Pool, services: Services, operator: User
) -> None:
    await sms(client, services, CALLER, "人民路路灯坏了")
    await until(pool, "SELECT count(*) FROM ticket", want=1)
    async with pool.acquire() as conn:
        number = await conn.fetchval("SELECT number FROM ticket")
    for text in (f"补充{number} 在12号门口", "又灭了一盏", f"ａｄｄ {number} 还有13号"):
        await sms(client, services, CALLER, text)
        await until(pool, "SELECT count(*) = 0 FROM inbound WHERE processed_at IS NULL")
    mine = await token(pool, services, operator)
    answer = await client.get(f"/api/v1/tickets/{number}", headers=mine)
    assert [one["text"] for one in (await answer.json())["joined"]] == ["又灭了一盏"]
