"""Each page and API answer that shows a confidential ticket is itself an event; a list shows none of its words."""

from __future__ import annotations

import re

import pytest
from aiohttp.test_utils import TestClient

from hotline.base.clock import MovingClock
from hotline.base.db.connection import Pool
from hotline.base.services import Services
from hotline.ticket import Category, Role
from main import PROGRAM
from tests.doors import browser, token
from tests.office import department, move, on_shift, ticket, user

TICKET = re.compile(r"^(/api/v1)?/(department/)?tickets/\{number\}|^/rulings/\{number\}")
#: Routes that need more than a ticket's number; their own tests cover them.
MORE = re.compile(r"\{(?!number)")


@pytest.fixture
async def number(pool: Pool, services: Services, clock: MovingClock) -> str:
    """A confidential ticket that a department returned."""
    async with pool.acquire() as conn, conn.transaction():
        await department(conn, "T06", "测试自来水")
        lamps = await department(conn, "T05", "测试路灯所")
        operator, liaison = await user(conn, Role.OPERATOR), await user(conn, Role.LIAISON, department=lamps)
        await on_shift(conn, operator, clock.now())
        made = await ticket(conn, services, "谁也不该知道的秘密", confidential=True, category=Category.COMPLAINT)
        await move(conn, services, operator, made.number, "assignments", department="T05")
        await move(conn, services, liaison, made.number, "returns", reason="not_ours", basis="三定", suggested="T06")
    return made.number


async def shown(pool: Pool) -> int:
    async with pool.acquire() as conn:
        return int(await conn.fetchval("SELECT count(*) FROM ticket_event WHERE kind = 'shown'"))


async def test_every_reading_of_one_ticket_is_on_record(
    client: TestClient, pool: Pool, services: Services, number: str
) -> None:
    async with pool.acquire() as conn:
        manager = await user(conn, Role.MANAGER)
        lamps = await conn.fetchval("SELECT id FROM department WHERE code = 'T05'")
        liaison = await user(conn, Role.LIAISON, department=lamps)
    read = []
    for route in PROGRAM.routes:
        if route.method != "GET" or not TICKET.match(route.path) or MORE.search(route.path):
            continue
        who = liaison if "liaison" in (route.roles or ()) and "manager" not in (route.roles or ()) else manager
        path = route.path.replace("{number}", number)
        before = await shown(pool)
        if path.startswith("/api/"):
            answer = await client.get(path, headers=await token(pool, services, who))
        else:
            answer = await (await browser(client, pool, services, who)).get(path)
        if answer.status == 200:
            assert await shown(pool) == before + 1, f"{route.path} shows the ticket and leaves no trace"
            read.append(route.path)
    assert {
        "/api/v1/tickets/{number}",
        "/api/v1/tickets/{number}/timeline",
        "/api/v1/tickets/{number}/responsibility",
    } <= set(read)


async def test_a_list_shows_no_words(client: TestClient, pool: Pool, services: Services, number: str) -> None:
    async with pool.acquire() as conn:
        manager = await user(conn, Role.MANAGER)
        lamps = await conn.fetchval("SELECT id FROM department WHERE code = 'T05'")
        liaison = await user(conn, Role.LIAISON, department=lamps)
    header = await token(pool, services, manager)
    items = (await (await client.get("/api/v1/tickets?q=秘密", headers=header)).json())["items"]
    assert [(i["number"], i["confidential"], i["text"], i["place"]) for i in items] == [(number, True, "", "")]
    for who, path in ((manager, "/rulings"), (liaison, "/department")):
        page = await (await (await browser(client, pool, services, who)).get(path)).text()
        assert "秘密" not in page, path
    assert await shown(pool) == 0
