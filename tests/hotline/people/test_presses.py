"""A form pressed twice has one effect, on every page, and leads to the same place."""

from __future__ import annotations

import asyncio
import re
from datetime import timedelta

from aiohttp.test_utils import TestClient

from hotline.base.clock import MovingClock
from hotline.base.db.connection import Pool
from hotline.base.services import Services
from hotline.people.presses import LEASE, sweep_presses
from hotline.ticket import Role
from tests.doors import Browser, browser
from tests.office import department, ticket, user


async def drawn(page: Browser, path: str) -> Browser:
    """The same browser with the token as a page carries it."""
    found = re.search(r'name="csrf" value="([^"]+)"', await (await page.get(path)).text())
    assert found is not None, path
    return Browser(page.client, page.cookie, found[1])


async def leader(client: TestClient, pool: Pool, services: Services) -> Browser:
    async with pool.acquire() as conn:
        lamps = await department(conn, "T05", "路灯所")
        who = await user(conn, Role.LIAISON, department=lamps, leads=True)
    return await browser(client, pool, services, who)


async def count(pool: Pool, table: str) -> int:
    async with pool.acquire() as conn:
        return int(await conn.fetchval(f"SELECT count(*) FROM {table}"))


async def test_a_page_without_a_guard_of_its_own(client: TestClient, pool: Pool, services: Services) -> None:
    page = await drawn(await leader(client, pool, services), "/department/templates")
    fields = {"title": "修好了", "text": "已修好。"}
    answers = await asyncio.gather(*(page.post("/department/templates", **fields) for _ in range(4)))
    assert {a.status for a in answers} == {303}
    assert len({a.headers["Location"] for a in answers}) == 1
    assert await count(pool, "reply_template WHERE department_id IS NOT NULL") == 1
    await page.post("/department/templates", **(fields | {"title": "另一个"}))
    again = await drawn(page, "/department/templates")
    await again.post("/department/templates", **fields)
    assert (
        await count(pool, "reply_template WHERE department_id IS NOT NULL") == 3
    )  # other words, and the same words from a page drawn anew


async def test_what_was_refused_may_be_pressed_again(client: TestClient, pool: Pool, services: Services) -> None:
    page = await drawn(await leader(client, pool, services), "/department/templates")
    for _ in range(2):
        assert (await page.post("/department/templates", title="", text="x")).status == 422
    assert await count(pool, "press") == 0


async def test_a_citizen_adds_once(client: TestClient, pool: Pool, services: Services) -> None:
    async with pool.acquire() as conn:
        made = await ticket(conn, services)
    await client.post("/track", data={"number": made.number, "code": made.code})
    found = re.search(r'name="csrf" value="([^"]+)"', await (await client.get("/track/add")).text())
    assert found is not None
    form = {"text": "还没修好", "csrf": found[1]}
    for _ in range(3):
        answer = await client.post("/track/add", data=form, allow_redirects=False)
        assert answer.headers["Location"] == "/track?done=added"
    async with pool.acquire() as conn:
        assert await conn.fetchval("SELECT count(*) FROM note WHERE text = '还没修好'") == 1
    found = re.search(r'name="csrf" value="([^"]+)"', await (await client.get("/track/help")).text())
    assert found is not None
    for _ in range(2):
        await client.post("/track/help", data={"csrf": found[1]}, allow_redirects=False)
    assert await count(pool, "call_back") == 1


async def test_a_crashed_press_is_free_after_its_lease_and_a_day_forgets(
    client: TestClient, pool: Pool, services: Services, clock: MovingClock
) -> None:
    page = await drawn(await leader(client, pool, services), "/department/templates")
    await page.post("/department/templates", title="一", text="一")
    async with pool.acquire() as conn:
        await conn.execute("UPDATE press SET location = NULL")
    clock.move(LEASE + timedelta(seconds=1))
    assert (await page.post("/department/templates", title="一", text="一")).status == 303
    assert await count(pool, "reply_template WHERE department_id IS NOT NULL") == 2
    clock.move(timedelta(hours=24))
    assert await sweep_presses(pool, services, clock.now()) == 0
    clock.move(timedelta(seconds=1))
    assert await sweep_presses(pool, services, clock.now()) == 1
    assert await sweep_presses(pool, services, clock.now()) == 0
