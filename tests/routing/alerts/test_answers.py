"""Answers to pages by SMS, from the webhook to the ladder: real application, real database."""

from __future__ import annotations

from datetime import timedelta

import pytest
from aiohttp.test_utils import TestClient

from hotline.base.clock import MovingClock
from hotline.base.db.connection import Pool
from hotline.base.services import Services
from hotline.ticket import Role
from tests.line import settled, sms, told
from tests.office import department, move, on_shift, ticket, user
from tests.routing.alerts.test_paging import sweep

LIAISON = "+8613900000011"


class AnsweringDepartment:
    """A department with one person, and what was dispatched to it."""

    def __init__(self, client: TestClient, pool: Pool, services: Services) -> None:
        self.client, self.pool, self.services = client, pool, services
        self.numbers: list[str] = []

    async def open(self, pages: int) -> list[str]:
        """Dispatch so many tickets and page for them; the codes."""
        async with self.pool.acquire() as conn:
            lamps = await department(conn, "T05", "测试路灯所")
            await user(conn, Role.LIAISON, department=lamps, phone=LIAISON, services=self.services, name="张三")
            operator = await user(conn, Role.OPERATOR)
            await on_shift(conn, operator, self.services.clock.now())
            for n in range(pages):
                made = await ticket(conn, self.services, phone=f"+861390000{1000 + n}")
                await move(conn, self.services, operator, made.number, "assignments", department="T05")
                self.numbers.append(made.number)
        await sweep(self.pool, self.services)
        async with self.pool.acquire() as conn:
            rows = await conn.fetch("SELECT code FROM paging ORDER BY assignment_id")
        return [row["code"] for row in rows]

    async def write(self, text: str) -> str:
        """Write from the liaison's phone; returns what was answered, empty where nothing was."""
        before = len(await told(self.pool, self.services, LIAISON))
        await sms(self.client, self.services, LIAISON, text)
        await settled(self.pool)
        return "\n".join((await told(self.pool, self.services, LIAISON))[before:])

    async def one(self, query: str) -> object:
        async with self.pool.acquire() as conn:
            return await conn.fetchval(query)

    async def counts(self) -> tuple[object, object, object]:
        """Tickets, acknowledged, signed."""
        return (
            await self.one("SELECT count(*) FROM ticket"),
            await self.one("SELECT count(*) FROM assignment WHERE acknowledged_at IS NOT NULL"),
            await self.one("SELECT count(*) FROM assignment WHERE signed_at IS NOT NULL"),
        )


@pytest.fixture
def desk(client: TestClient, pool: Pool, services: Services) -> AnsweringDepartment:
    return AnsweringDepartment(client, pool, services)


@pytest.mark.parametrize(
    ("text", "acknowledged", "signed"),
    [
        ("{}收到", 1, 0),
        ("回复{}，马上处理", 1, 0),
        ("OK {}", 1, 0),
        ("{} 签收 谢谢", 1, 1),
        ("{}签收 张三", 1, 1),
        ("{}签收张三", 1, 1),  # his own name
        ("{}退单", 1, 0),
        ("不签收{}", 1, 0),
        ("收到", 1, 0),
        ("好的，马上到现场", 1, 0),
        ("签收", 1, 1),
        ("不去", 0, 0),
        ("我家路灯也坏了", 0, 0),
        ("5", 0, 0),
        ("退", 0, 0),
    ],
)
async def test_what_comes_from_a_staff_phone_opens_no_ticket(
    desk: AnsweringDepartment, text: str, acknowledged: int, signed: int
) -> None:
    (code,) = await desk.open(1)
    assert await desk.write(text.format(code))
    assert await desk.counts() == (1, acknowledged, signed)
    assert await desk.one("SELECT count(*) FROM person WHERE opted_out_at IS NOT NULL") == 0


async def test_a_bare_received_names_the_codes_where_several_wait(desk: AnsweringDepartment) -> None:
    first, second = await desk.open(2)
    said = await desk.write("收到")
    assert f"{first}（{desk.numbers[0]}）" in said
    assert f"{second}（{desk.numbers[1]}）" in said
    assert await desk.counts() == (2, 0, 0)
    assert "已确认" in await desk.write(f"{desk.numbers[1]} 收到")
    assert await desk.counts() == (2, 1, 0)
    assert "已确认" in await desk.write("好的")
    assert await desk.counts() == (2, 2, 0)


async def test_all_means_all(desk: AnsweringDepartment) -> None:
    await desk.open(3)
    assert (await desk.write("全部签收")).count("已确认并签收") == 3
    assert await desk.counts() == (3, 3, 3)


async def test_what_is_not_understood_is_said(desk: AnsweringDepartment) -> None:
    (code,) = await desk.open(1)
    said = await desk.write(f"{code} 不是我们的，退单")
    assert "未签收" in said
    assert "不是我们的" in said
    assert "网页" in said


async def test_after_the_answer_set_words_open_nothing_and_a_matter_does(
    desk: AnsweringDepartment, clock: MovingClock
) -> None:
    (code,) = await desk.open(1)
    await desk.write(code)
    assert "没有待您确认的工单" in await desk.write("已到现场，正在处理")
    assert await desk.counts() == (1, 1, 0)
    assert "已受理" in await desk.write("我家楼下AB7号门的路灯坏了，没人修")
    assert (await desk.counts())[0] == 2


async def test_a_word_of_the_hotline_is_everybodys(desk: AnsweringDepartment) -> None:
    await desk.open(1)
    assert "已受理" in await desk.write("新增 我家门口的垃圾没人收")
    assert (await desk.counts())[0] == 2


async def test_an_unknown_code_is_said_with_those_that_wait(desk: AnsweringDepartment) -> None:
    (code,) = await desk.open(1)
    wrong = "AA6" if code != "AA6" else "AA7"
    said = await desk.write(f"{wrong}收到")
    assert f"没有代码{wrong}" in said
    assert code in said
    assert await desk.counts() == (1, 0, 0)


async def test_a_department_phone_that_answers_by_itself_is_braked(
    desk: AnsweringDepartment, clock: MovingClock
) -> None:
    await desk.open(2)
    answers = []
    for _ in range(6):
        clock.move(timedelta(minutes=1))
        answers.append(bool(await desk.write("【自动回复】收到，我正在开会，稍后回复")))
    assert answers == [True, True, True, False, False, False]
    assert await desk.counts() == (2, 0, 0)
    assert await desk.one("SELECT count(*) FROM self_answering WHERE ended_at IS NULL") == 1
    assert "没有确认" in await desk.write("收到")
    assert await desk.one("SELECT count(*) FROM self_answering WHERE ended_at IS NULL") == 0
