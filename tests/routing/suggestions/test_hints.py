"""What stands beside a ticket: no key for what is unlikely or was tried here; danger for a person to confirm; split matters stay apart."""

from __future__ import annotations

import re

from aiohttp.test_utils import TestClient

from hotline.base.db.connection import Conn, Pool
from hotline.base.services import Services
from hotline.ticket import Role
from hotline.tickets import store
from routing.likeness.duplicates import duplicates
from routing.suggestions.suggestion import Suggestion, clear, suggest_for
from tests.doors import browser, token
from tests.office import department, move, on_shift, ticket, user


async def directory(conn: Conn) -> None:
    await conn.execute("UPDATE department SET valid_to = '2020-01-01'")
    await department(conn, "S61", "县自来水公司", duties=["停水", "水压", "水表"])
    await department(conn, "S25", "县住房和城乡建设局", duties=["物业", "停水"])


def test_a_key_only_for_what_is_likely_and_was_not_tried() -> None:
    def s(p: float, before: str = "") -> Suggestion:
        return Suggestion("D1", "甲", p, (), "duties", before)

    assert not s(0.2999).keyed
    assert s(0.3).keyed
    assert s(0.3001).keyed
    assert not s(0.9, "recalled").keyed
    assert not clear([s(0.9, "recalled"), s(0.1)])


async def test_what_was_recalled_is_not_the_first_key_again(conn: Conn, services: Services) -> None:
    await directory(conn)
    operator = await user(conn, Role.OPERATOR)
    await on_shift(conn, operator, services.clock.now())
    made = await ticket(conn, services, "小区停水，水压低，水表坏了", place="")
    first = await suggest_for(conn, services, await store.by_id(conn, made.ticket), services.clock.now())
    assert (first[0].department, first[0].keyed) == ("S61", True)
    await move(conn, services, operator, made.number, "assignments", department="S61")
    await move(conn, services, operator, made.number, "recalls", reason="派错了")
    again = await suggest_for(conn, services, await store.by_id(conn, made.ticket), services.clock.now())
    assert (again[-1].department, again[-1].before, again[-1].keyed) == ("S61", "recalled", False)
    assert again[0].department != "S61" or len(again) == 1


async def test_split_matters_are_not_offered_for_merging_and_are_read_out(
    client: TestClient, pool: Pool, services: Services
) -> None:
    text = "丽发小区停水，丽发小区停水没人管"
    async with pool.acquire() as conn:
        operator = await user(conn, Role.OPERATOR)
        other = await user(conn, Role.OPERATOR)
        await on_shift(conn, operator, services.clock.now())
        made = await ticket(conn, services, text, "+8613900000061", place="丽发小区")
        done = await move(conn, services, operator, made.number, "splits", texts=[text, text + "啊"])
        pairs = [(t["number"], t["code"]) for t in done["tickets"]]
        child = await store.get(conn, pairs[0][0])
        for who in (made.ticket, child.id):
            found = await duplicates(conn, services, text, "丽发小区", "13900000061", services.clock.now(), but=who)
            assert found == []
        outside = await duplicates(conn, services, text, "丽发小区", "", services.clock.now())
        assert len(outside) == 3  # another person's contact may still be the same matter
    shown = await (await (await browser(client, pool, services, operator)).get(f"/tickets/{made.number}")).text()
    for number, code in pairs:
        assert re.search(rf"{number}</a> <b[^>]*>{code}</b>", shown)
    theirs = await (await (await browser(client, pool, services, other)).get(f"/tickets/{made.number}")).text()
    assert all(f">{code}</b>" not in theirs for _, code in pairs)


async def test_words_of_danger_are_proposed_and_confirmed(client: TestClient, pool: Pool, services: Services) -> None:
    async with pool.acquire() as conn:
        operator = await user(conn, Role.OPERATOR)
        await on_shift(conn, operator, services.clock.now())
        made = await ticket(conn, services, "楼下着火了，有人被困", place="丽发小区")
        calm = await ticket(conn, services, "煤气费太高", place="丽发小区")
    page = await browser(client, pool, services, operator)
    hint = await (await page.post("/routing/suggested", ticket=made.number, once="abc")).text()
    assert "疑似险情：着火" in hint
    assert "119" in hint
    assert f'action="/tickets/{made.number}/corrections"' in hint
    async with pool.acquire() as conn:
        assert await conn.fetchval("SELECT urgency FROM ticket WHERE id = $1", made.ticket) == "normal"
    answer = await page.post(f"/tickets/{made.number}/corrections", urgency="critical")
    assert answer.status == 303
    assert "疑似险情" not in await (await page.post("/routing/suggested", ticket=made.number)).text()
    assert "疑似险情" not in await (await page.post("/routing/suggested", ticket=calm.number)).text()
    typed = await (await page.post("/routing/suggested", text="家里着火了", place="")).text()
    assert 'data-fill="urgency" data-value="critical"' in typed
    found = await client.post(
        "/api/v1/routing/suggestions",
        json={"text": "有人要跳楼"},
        headers=await token(pool, services, operator),
    )
    danger = (await found.json())["danger"]
    assert (danger["urgency"], danger["numbers"]) == ("critical", ["110", "120"])
