"""The pages of a department over HTTP: whose rows, which acts, who keeps templates."""

from __future__ import annotations

from datetime import timedelta

import pytest
from aiohttp.test_utils import TestClient

from hotline.base.clock import MovingClock
from hotline.base.db.connection import Pool
from hotline.base.http.problem import Illegal
from hotline.base.services import Services
from hotline.people.user import User
from hotline.ticket import Category, Role, Urgency
from tests.doors import Browser, browser
from tests.office import Office, move, ticket, user


class DepartmentOffice(Office):
    """The office, with browsers."""

    def __init__(self, client: TestClient, pool: Pool, services: Services) -> None:
        self.client, self.pool, self.services = client, pool, services

    async def open(self) -> DepartmentOffice:
        async with self.pool.acquire() as conn, conn.transaction():
            self.conn = conn
            await self.fill()
            self.leader = await user(conn, Role.LIAISON, department=self.lamps, name="测试所长", leads=True)
        return self

    async def ticket(self, text: str = "路灯坏了，13900000001", **more: object) -> str:
        async with self.pool.acquire() as conn, conn.transaction():
            return (await ticket(conn, self.services, text, **more)).number  # type: ignore[arg-type]

    async def do(self, who: User, number: str, path: str, **fields: object) -> dict[str, object]:
        async with self.pool.acquire() as conn, conn.transaction():
            return dict(await move(conn, self.services, who, number, path, **fields))

    async def at(self, who: User) -> Browser:
        return await browser(self.client, self.pool, self.services, who)

    async def read(self, who: User, path: str) -> tuple[int, str]:
        answer = await (await self.at(who)).get(path)
        return answer.status, await answer.text()


@pytest.fixture
async def desk(client: TestClient, pool: Pool, services: Services) -> DepartmentOffice:
    return await DepartmentOffice(client, pool, services).open()


async def test_the_inbox_stands_by_what_is_due_first(desk: DepartmentOffice, clock: MovingClock) -> None:
    slow = await desk.ticket()
    await desk.do(desk.operator, slow, "assignments", department="T05")
    clock.move(timedelta(minutes=5))
    fast = await desk.ticket(urgency=Urgency.CRITICAL)
    await desk.do(desk.operator, fast, "assignments", department="T05")
    status, text = await desk.read(desk.liaison, "/department")
    assert status == 200
    assert text.index(fast) < text.index(slow)
    assert "13900000001" not in text
    clock.move(timedelta(minutes=20))
    _, text = await desk.read(desk.liaison, "/department")
    assert "签收：已超 5分钟" in text
    _, text = await desk.read(desk.stranger, "/department")
    assert fast not in text


async def test_a_pause_is_said_on_the_card_and_on_the_ticket(desk: DepartmentOffice) -> None:
    number = await desk.ticket()
    await desk.do(desk.operator, number, "assignments", department="T05")
    await desk.do(desk.liaison, number, "signatures")
    await desk.do(desk.liaison, number, "first-contacts", note="已联系", via="call")
    assert "计时暂停中" not in (await desk.read(desk.liaison, "/department"))[1]
    await desk.do(desk.operator, number, "pauses", until="2026-03-06", reason="等来电人寄材料")
    for path in ("/department", f"/department/tickets/{number}"):
        assert "计时暂停中" in (await desk.read(desk.liaison, path))[1]


async def test_each_sees_its_own_rows(desk: DepartmentOffice) -> None:
    number = await desk.ticket()
    await desk.do(desk.operator, number, "assignments", department="T05")
    path = f"/department/tickets/{number}"
    assert (await desk.read(desk.liaison, path))[0] == 200
    assert (await desk.read(desk.stranger, path))[0] == 404
    assert (await desk.read(desk.operator, path))[0] == 403
    assert (await desk.read(desk.operator, "/department"))[0] == 403


async def test_a_former_department_reads_without_acts(desk: DepartmentOffice, clock: MovingClock) -> None:
    number = await desk.ticket()
    await desk.do(desk.operator, number, "assignments", department="T05")
    await desk.do(desk.liaison, number, "returns", reason="not_ours", basis="三定方案", suggested="T06")
    await desk.do(desk.manager, number, "rulings", department="T06", reason="归供水")
    clock.move(timedelta(minutes=1))
    await desk.do(desk.stranger, number, "signatures", handler="赵工")
    _, text = await desk.read(desk.liaison, f"/department/tickets/{number}")
    assert "承办已结束" in text
    assert "data-move" not in text
    assert "赵工" not in text
    _, text = await desk.read(desk.liaison, "/department/outcomes")
    assert "已退单，改由其他单位承办" in text
    assert number not in (await desk.read(desk.liaison, "/department"))[1]


async def test_who_returned_it_waits_and_a_co_handler_signs_all_the_same(desk: DepartmentOffice) -> None:
    number = await desk.ticket()
    await desk.do(desk.operator, number, "assignments", department="T05")
    await desk.do(desk.operator, number, "co-handlers", department="T06")
    await desk.do(desk.liaison, number, "returns", reason="not_ours", basis="三定方案", suggested="T06")
    sign = f"/tickets/{number}/signatures"
    for path in ("/department", f"/department/tickets/{number}"):
        _, text = await desk.read(desk.liaison, path)
        assert "已退单，等服务中心指定承办单位" in text
        assert sign not in text
        assert sign in (await desk.read(desk.stranger, path))[1]
    assert "其中待签收 0 件" in (await desk.read(desk.liaison, "/department"))[1]
    with pytest.raises(Illegal, match="returned the ticket"):
        await desk.do(desk.liaison, number, "signatures")
    made = await desk.do(desk.stranger, number, "signatures")
    assert made["state"] == "returned"


async def test_of_menu_entries_the_nearest_alone_is_where_one_is(desk: DepartmentOffice) -> None:
    _, text = await desk.read(desk.manager, "/centre/topics")
    assert text.count("aria-current") == 1
    assert '<a href="/centre/topics" aria-current="page">' in text


async def test_a_co_handler_gives_its_part_once(desk: DepartmentOffice) -> None:
    number = await desk.ticket()
    await desk.do(desk.operator, number, "assignments", department="T05")
    await desk.do(desk.operator, number, "co-handlers", department="T06")
    await desk.do(desk.stranger, number, "signatures")
    path = f"/department/tickets/{number}"
    assert f"/tickets/{number}/replies" in (await desk.read(desk.stranger, path))[1]
    await desk.do(desk.stranger, number, "replies", outcome="solved", public="水管已关")
    _, text = await desk.read(desk.stranger, path)
    assert f"/tickets/{number}/replies" not in text
    assert "协办部分已提交" in text
    assert "协办部分已提交" in (await desk.read(desk.stranger, "/department"))[1]
    assert f"/tickets/{number}/returns" not in text


async def test_nobody_is_called_on_a_tipoff(desk: DepartmentOffice) -> None:
    number = await desk.ticket("有人偷电缆", category=Category.TIPOFF)
    await desk.do(desk.operator, number, "assignments", department="T05", names_it=False)
    await desk.do(desk.liaison, number, "signatures")
    _, text = await desk.read(desk.liaison, f"/department/tickets/{number}")
    assert "/first-contacts" not in text
    assert "/relays" not in text
    assert f"/tickets/{number}/replies" in text


async def test_the_person_can_be_called_again_after_the_first_contact(desk: DepartmentOffice) -> None:
    number = await desk.ticket()
    await desk.do(desk.operator, number, "assignments", department="T05")
    path = f"/department/tickets/{number}"
    assert "/relays" not in (await desk.read(desk.liaison, path))[1], "signing comes first"
    await desk.do(desk.liaison, number, "signatures")
    assert (await desk.read(desk.liaison, path))[1].count("/relays") == 1
    await desk.do(desk.liaison, number, "first-contacts", note="约好明天上门", via="visit")
    assert (await desk.read(desk.liaison, path))[1].count("/relays") == 1
    await desk.do(desk.liaison, number, "replies", outcome="solved", public="路灯已修好")
    assert "/relays" not in (await desk.read(desk.liaison, path))[1], "the centre has it now"


async def test_templates_are_kept_by_the_leader(desk: DepartmentOffice, pool: Pool) -> None:
    fields = {"title": "换灯", "text": "路灯已换新。"}
    liaison, leader = await desk.at(desk.liaison), await desk.at(desk.leader)
    assert (await liaison.post("/department/templates", **fields)).status == 403
    assert (await leader.post("/department/templates", title="换灯")).status == 422
    assert (await leader.post("/department/templates", **fields)).status == 303
    async with pool.acquire() as conn:
        made = await conn.fetchval("SELECT id FROM reply_template WHERE title = '换灯'")
        general = await conn.fetchval("SELECT min(id) FROM reply_template WHERE department_id IS NULL")
    number = await desk.ticket()
    await desk.do(desk.operator, number, "assignments", department="T05")
    await desk.do(desk.liaison, number, "signatures")
    assert "路灯已换新。" in (await desk.read(desk.liaison, f"/department/tickets/{number}"))[1]
    assert "路灯已换新。" not in (await desk.read(desk.stranger, "/department/templates"))[1]
    assert (await leader.post(f"/department/templates/{general}/end")).status == 404
    assert (await leader.post(f"/department/templates/{made}", title="换灯", text="已换。")).status == 303
    assert (await leader.post(f"/department/templates/{made}/end")).status == 303
    assert "已换。" not in (await desk.read(desk.liaison, "/department/templates"))[1]
    manager = await desk.at(desk.manager)
    assert (await manager.post(f"/department/templates/{general}/end")).status == 303
    assert (await manager.post("/department/templates", title="通用", text="您好。")).status == 303
    assert "您好。" in (await desk.read(desk.stranger, "/department/templates"))[1]


async def test_the_leader_switches_the_review(desk: DepartmentOffice, pool: Pool) -> None:
    assert (await (await desk.at(desk.liaison)).post("/department/review", on="true")).status == 403
    assert (await (await desk.at(desk.leader)).post("/department/review", on="true")).status == 303
    async with pool.acquire() as conn:
        assert await conn.fetchval("SELECT leader_reviews FROM department WHERE code = 'T05'") is True
        assert await conn.fetchval("SELECT count(*) FROM audit WHERE kind = 'leader_reviews'") == 1


async def test_a_refused_move_is_said_in_a_part_of_the_page(desk: DepartmentOffice) -> None:
    number = await desk.ticket()
    await desk.do(desk.operator, number, "assignments", department="T05")
    liaison = await desk.at(desk.liaison)
    answer = await desk.client.post(
        f"/tickets/{number}/replies",
        data={"outcome": "solved", "public": "x", "csrf": liaison.csrf},
        headers={"Cookie": f"hotline={liaison.cookie}", "HX-Request": "true"},
        allow_redirects=False,
    )
    text = await answer.text()
    assert answer.status == 409
    assert "请先签收" in text
    assert "<html" not in text
