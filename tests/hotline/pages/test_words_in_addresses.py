"""No word and no number of a person stands in an address, and none comes into a log."""

from __future__ import annotations

import json
import logging
import re
from pathlib import Path
from urllib.parse import unquote

import pytest
from aiohttp.test_utils import TestClient

from hotline.base.db.connection import Pool
from hotline.base.services import Services
from hotline.ticket import Role
from tests.doors import browser, token
from tests.office import department, ticket, user

LETTER = "路灯坏了，请尽快修。" * 900


async def test_a_search_is_an_address_that_nobody_reads(client: TestClient, pool: Pool, services: Services) -> None:
    async with pool.acquire() as conn:
        who, other = await user(conn, Role.MANAGER), await user(conn, Role.MANAGER)
        number = (await ticket(conn, services, "丽发小区停水 & 停电")).number
    page = await browser(client, pool, services, who)
    asked = await page.post("/tickets", q="停水 &", state="received", open="true")
    assert asked.status == 303
    address = asked.headers["Location"]
    assert "停水" not in unquote(address)
    assert "state=received" in address
    shown = await (await page.get(address)).text()
    assert number in shown
    assert 'value="停水 &amp;"' in shown
    theirs = await (await browser(client, pool, services, other)).get(address)
    assert theirs.status == 422
    assert (await page.get("/tickets?words=xx")).status == 422


async def test_a_number_leads_to_its_ticket_and_an_old_address_still_finds(
    client: TestClient, pool: Pool, services: Services
) -> None:
    async with pool.acquire() as conn:
        number = (await ticket(conn, services, "丽发小区停水")).number
        page = await browser(client, pool, services, await user(conn, Role.MANAGER))
    first = await page.post("/tickets", q=number)
    last = await page.get(first.headers["Location"])
    assert last.headers["Location"] == f"/tickets/{number}"
    old = await page.get("/tickets?q=丽发")
    assert old.status == 303
    assert number in await (await page.get(old.headers["Location"])).text()
    assert (await page.post("/tickets")).headers["Location"] == "/tickets"


async def test_the_older_ones_are_found_by_the_same_words(client: TestClient, pool: Pool, services: Services) -> None:
    async with pool.acquire() as conn:
        await department(conn, "T05", "路灯 & 照明所")
        made = [(await ticket(conn, services, f"路灯 & 电线{i}")).number for i in range(60)]
        page = await browser(client, pool, services, await user(conn, Role.MANAGER))
    address = (await page.post("/tickets", q="& 电线")).headers["Location"]
    first = await (await page.get(address)).text()
    found = re.search(r'rel="next" href="([^"]+)"', first)
    assert found is not None
    second = await (await page.get(found[1].replace("&amp;", "&"))).text()
    assert made[0] in second
    assert made[-1] not in second


@pytest.mark.parametrize("path", ["/api/v1/routing/suggestions", "/api/v1/routing/duplicates"])
async def test_a_long_letter_is_answered(client: TestClient, pool: Pool, services: Services, path: str) -> None:
    async with pool.acquire() as conn:
        who = await user(conn, Role.OPERATOR)
        await department(conn, "T05", "路灯所", duties=["路灯"])
    headers = await token(pool, services, who)
    answer = await client.post(path, json={"text": LETTER, "phone": "13900000001"}, headers=headers)
    assert answer.status == 200, await answer.text()
    assert (await client.get(path, params={"text": "路灯"}, headers=headers)).status == 405
    page = await browser(client, pool, services, who)
    assert (await page.post("/routing/suggested", text=LETTER, place="")).status == 200
    assert (await page.post("/operator/earlier", **{"from": "13900000001"})).status == 200


async def test_precedents_are_the_centres(client: TestClient, pool: Pool, services: Services) -> None:
    async with pool.acquire() as conn:
        lamps = await department(conn, "T05", "路灯所")
        past = await ticket(conn, services, "人民路的路灯坏了三天没人修")
        await conn.execute(
            "INSERT INTO precedent (ticket_id, department_id, reason, source, at) VALUES ($1, $2, '住王五家隔壁', 'ruling', $3)",
            past.ticket,
            lamps,
            services.clock.now(),
        )
        centre, theirs = (
            await user(conn, Role.MANAGER),
            await user(conn, Role.LIAISON, department=lamps),
        )
    asked = {"text": "人民路的路灯坏了三天没人修"}
    for who, sees in ((centre, True), (theirs, False)):
        headers = await token(pool, services, who)
        found = await (await client.post("/api/v1/routing/suggestions", json=asked, headers=headers)).text()
        assert ("王五" in found) is sees
        assert (past.number in found) is sees


async def test_no_log_has_the_query(
    client: TestClient, pool: Pool, services: Services, caplog: pytest.LogCaptureFixture
) -> None:
    async with pool.acquire() as conn:
        headers = await token(pool, services, await user(conn, Role.MANAGER))
    with caplog.at_level(logging.INFO):
        await client.get("/api/v1/tickets", params={"q": "王五家"}, headers=headers)
        await client.get("/api/v1/tickets", params={"q": "王五家", "cursor": "x"}, headers=headers)
    ours = [vars(record) for record in caplog.records if record.name != "aiohttp.access"]  # which serve switches off
    said = json.dumps(ours, default=str, ensure_ascii=False)
    assert "/api/v1/tickets" in said
    assert "王五" not in unquote(said)


def test_no_page_sends_words_by_an_address() -> None:
    """Forms with a field for people's words, and parts asked for while typing, go by POST."""
    for path in Path().glob("*/**/templates/**/*.html"):
        text = path.read_text(encoding="utf-8")
        for form in re.findall(r'<form[^>]*method="get".*?</form>', text, re.S):
            if "/simulator" not in form and "/admin" not in form:
                assert not re.search(r"<textarea|name=\"(?:q|text|from|phone|place)\"", form), path
        assert not re.search(r"hx-get=\"[^\"]*\"[^>]*hx-include", text), path
