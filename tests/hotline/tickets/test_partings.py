"""A former department reads a ticket as it left it: the fields that are no rows too, wherever it looks."""

from __future__ import annotations

from datetime import timedelta

import pytest
from aiohttp.test_utils import TestClient

from hotline.base.clock import MovingClock
from hotline.base.db.connection import Pool
from hotline.base.services import Services
from hotline.ticket import Role
from tests.doors import browser, token
from tests.office import Office, department, ticket, user


class Left(Office):
    """A ticket that the lamps returned; the water works have it now, corrected in everything."""

    def __init__(self, client: TestClient, pool: Pool, services: Services, clock: MovingClock) -> None:
        self.client, self.pool, self.services, self.clock = client, pool, services, clock

    async def play(self) -> Left:
        async with self.pool.acquire() as conn, conn.transaction():
            self.conn = conn
            await self.fill()
            self.number = (await ticket(conn, self.services, "路灯坏了", place="城南路1号")).number
            await self.do(self.operator, self.number, "assignments", department="T05")
            await self.do(self.manager, self.number, "supervise-orders", reason="请抓紧")
            await self.do(self.liaison, self.number, "returns", reason="not_ours", basis="不归我们", suggested="T06")
            await self.do(self.manager, self.number, "rulings", department="T06", reason="按目录")
            self.clock.move(timedelta(minutes=5))
            await self.do(self.stranger, self.number, "signatures")
            await self.do(
                self.manager,
                self.number,
                "corrections",
                category="complaint",
                urgency="urgent",
                place="北湖村9组",
            )
            await self.do(self.manager, self.number, "hand-overs", to="测试小李", reason="换班")
            await self.do(self.stranger, self.number, "replies", outcome="solved", public="修好了")
            self.order = await conn.fetchval("SELECT number FROM supervise_order")
        return self

    async def api(self, path: str, **query: str) -> dict[str, object]:
        headers = await token(self.pool, self.services, self.liaison)
        answer = await self.client.get(f"/api/v1{path}", params=query, headers=headers)
        assert answer.status == 200, await answer.text()
        return dict(await answer.json())

    async def found(self, **query: str) -> bool:
        return bool((await self.api("/tickets", **query))["items"])


@pytest.fixture
async def left(client: TestClient, pool: Pool, services: Services, clock: MovingClock) -> Left:
    return await Left(client, pool, services, clock).play()


THEN = {
    "state": "returned",
    "category": "help",
    "urgency": "normal",
    "place": "城南路1号",
    "department": "T05",
    "owner": "测试小王",
}


async def test_one_ticket_and_a_list_of_the_api(left: Left) -> None:
    one = await left.api(f"/tickets/{left.number}")
    assert {name: one[name] for name in THEN} == THEN | {"owner": one["owner"]}
    (listed,) = (await left.api("/tickets"))["items"]  # type: ignore[misc]
    assert {name: listed[name] for name in THEN} == THEN | {"owner": one["owner"]}


@pytest.mark.parametrize(
    ("query", "finds"),
    [
        ({"state": "returned"}, True),
        ({"state": "replied"}, False),
        ({"department": "T05"}, True),
        ({"department": "T06"}, False),
        ({"q": "城南"}, True),
        ({"q": "路灯 城南"}, True),
        ({"q": "北湖"}, False),
        ({"q": "路灯"}, True),
        ({"owner": "测试小李"}, False),
    ],
)
async def test_a_search_finds_what_it_left(left: Left, query: dict[str, str], finds: bool) -> None:
    assert await left.found(**query) is finds


async def test_pages_orders_and_refusals(left: Left) -> None:
    page = await browser(left.client, left.pool, left.services, left.liaison)
    paths = [
        f"/tickets/{left.number}",
        f"/department/tickets/{left.number}",
        "/department/outcomes",
        "/tickets",
        f"/orders/{left.order}",
    ]
    for path in paths:
        answer = await page.get(path)
        said = await answer.text()
        assert answer.status == 200, path
        assert left.number in said, path
        assert "北湖" not in said, path
        assert "投诉" not in said.replace(">投诉</option>", ""), path
    assert "已办结反馈" not in await (await page.get("/orders")).text()
    headers = await token(left.pool, left.services, left.liaison)
    refused = await left.client.post(
        f"/api/v1/tickets/{left.number}/replies", json={"outcome": "solved", "public": "x"}, headers=headers
    )
    assert refused.status == 403
    assert "replied" not in await refused.text()


async def test_the_department_that_has_it_and_the_centre_read_it_as_it_is(left: Left) -> None:
    for who in (left.stranger, left.manager):
        headers = await token(left.pool, left.services, who)
        one = await (await left.client.get(f"/api/v1/tickets/{left.number}", headers=headers)).json()
        assert (one["state"], one["category"], one["place"], one["department"]) == (
            "replied",
            "complaint",
            "北湖村9组",
            "T06",
        )


async def test_who_has_it_again_reads_all_of_it(left: Left) -> None:
    async with left.pool.acquire() as conn, conn.transaction():
        left.conn = conn
        await left.do(left.manager, left.number, "send-backs", reason="没写清")
        await left.do(left.manager, left.number, "co-handlers", department="T05")
    assert (await left.api(f"/tickets/{left.number}"))["place"] == "北湖村9组"
    assert await left.found(q="北湖")


async def test_a_co_handlers_internal_words_stay_with_it_and_the_centre(left: Left) -> None:
    async with left.pool.acquire() as conn, conn.transaction():
        left.conn = conn
        roads = await department(conn, "T07", "测试城管")
        third = await user(conn, Role.LIAISON, department=roads)
        number = (await ticket(conn, left.services)).number
        await left.do(left.operator, number, "assignments", department="T06")
        await left.do(left.operator, number, "co-handlers", department="T07")
        await left.do(third, number, "signatures")
        await left.do(third, number, "replies", outcome="solved", public="路面已清", internal="与乙方有纠纷")
    for who, reads in ((third, True), (left.manager, True), (left.stranger, False)):
        page = await browser(left.client, left.pool, left.services, who)
        path = f"/tickets/{number}" if who is left.manager else f"/department/tickets/{number}"
        said = await (await page.get(path)).text()
        assert "路面已清" in said
        assert ("与乙方有纠纷" in said) is reads
