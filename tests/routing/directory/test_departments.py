"""The directory kept by an administrator: renamed and merged departments keep their tickets; every change is audited."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import FormData
from aiohttp.test_utils import TestClient

from hotline.base.clock import MovingClock
from hotline.base.db.connection import Conn, Pool
from hotline.base.http.fields import checked
from hotline.base.http.problem import BadField, Illegal, Missing
from hotline.base.services import Services
from hotline.moves.move import visible
from hotline.people import people_sql
from hotline.people.actions import ActionContext
from hotline.people.departments import line_of
from hotline.people.sessions import token_hash
from hotline.people.user import User
from hotline.ticket import Category, Role
from routing.alerts.paging import people_on_duty
from routing.directory import catalogue_lines, departments
from routing.directory.department_file import import_departments
from routing.tables.by_column import ImportResult
from routing.tables.reader import read_sheet
from sla.verify.command import verified
from tests import office
from tests.doors import browser, token


async def admin(conn: Conn) -> User:
    return await office.user(conn, Role.ADMIN)


def context(conn: Conn, services: Services, who: User, item: int | None = None) -> ActionContext:
    return ActionContext(conn, services, who, services.clock.now(), item)


async def audits(conn: Conn) -> list[str]:
    return [
        r["kind"]
        for r in await conn.fetch(
            "SELECT kind FROM audit WHERE kind LIKE 'department%' OR kind LIKE 'catalogue%' ORDER BY id"
        )
    ]


async def add(conn: Conn, services: Services, who: User, code: str, name: str, **more: Any) -> int:
    body = checked(departments.NewDepartmentBody, {"code": code, "name": name, "group": "government", **more})
    return int(str((await departments.add(context(conn, services, who), body))["department"]))


async def end(conn: Conn, services: Services, who: User, item: int, **values: Any) -> Any:
    body = checked(departments.EndOfDepartmentBody, {"basis": "机构改革方案", **values})
    return await departments.end(context(conn, services, who, item), body)


async def test_a_renamed_department_keeps_its_tickets(conn: Conn, services: Services) -> None:
    who, boss = await admin(conn), await office.user(conn, Role.MANAGER)
    item = await add(conn, services, who, "N1", "旧名局", duties="路灯、井盖")
    number = (await office.ticket(conn, services)).number
    await office.move(conn, services, boss, number, "assignments", department="旧名局")
    body = checked(departments.DepartmentBody, {"name": "新名局", "group": "government", "duties": "路灯"})
    done = await departments.change(context(conn, services, who, item), body)
    assert done["changed"] == ["aliases", "duties", "name"]
    assert await conn.fetchval("SELECT d.name FROM ticket t JOIN department d ON d.id = t.department_id") == "新名局"
    assert await audits(conn) == ["department_added", "department_changed"]
    detail = await conn.fetchval("SELECT detail FROM audit WHERE kind = 'department_changed'")
    assert detail["changes"]["name"] == ["旧名局", "新名局"]


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"code": "N1"}, "code"),
        ({"name": "甲局"}, "name"),
        ({"code": "有 空格"}, "code"),
        ({"group": "x"}, "group"),
        ({"superior": "无此"}, "superior"),
    ],
)
async def test_a_bad_department_names_its_field(
    conn: Conn, services: Services, values: dict[str, str], field: str
) -> None:
    who = await admin(conn)
    await add(conn, services, who, "N1", "甲局")
    with pytest.raises(BadField) as error:
        await add(conn, services, who, **{"code": "N2", "name": "乙局", **values})
    assert error.value.field == field


async def test_merged_by_choice_the_open_tickets_move_and_the_past_stays(
    pool: Pool, dsn: str, services: Services, clock: MovingClock
) -> None:
    async with pool.acquire() as conn, conn.transaction():
        who, boss = await admin(conn), await office.user(conn, Role.MANAGER)
        old, new = await add(conn, services, who, "N1", "旧局"), await add(conn, services, who, "N2", "新局")
        liaison = await office.user(conn, Role.LIAISON, department=old)  # type: ignore[arg-type]
        open_one, done_one = [(await office.ticket(conn, services, phone="")).number for _ in range(2)]
        for number in (open_one, done_one):
            await office.move(conn, services, boss, number, "assignments", department="N1")
        clock.move(timedelta(minutes=1))
        await office.move(conn, services, liaison, done_one, "signatures")
        await office.move(conn, services, liaison, done_one, "replies", outcome="solved", public="好了")
        line = checked(catalogue_lines.CatalogueLineBody, {"matter": "路灯维修", "lead": "N1", "basis": "三定"})
        await catalogue_lines.add_line(context(conn, services, who), line)
        clock.move(timedelta(days=30))
        with pytest.raises(Illegal):
            await end(conn, services, who, old)
        done = await end(conn, services, who, old, into="N2", move_open=True)
        assert (done["moved"], done["catalogue"]) == (1, 1)
        with pytest.raises(Missing):
            await end(conn, services, who, old, into="N2")
        assert await conn.fetchval("SELECT department_id FROM ticket WHERE number = $1", open_one) == new
        assert await conn.fetchval("SELECT department_id FROM ticket WHERE number = $1", done_one) == old
        assert (await office.events(conn, open_one))[-2:] == ["recalled", "dispatched"]
        assert await conn.fetchval("SELECT department_id FROM app_user WHERE id = $1", liaison.id) == new
        rows = await conn.fetch("SELECT lead_id, since, until FROM catalogue ORDER BY id")
        assert [tuple(r) for r in rows] == [
            (old, date(2026, 3, 4), date(2026, 4, 3)),
            (new, date(2026, 4, 3), None),
        ]
        with pytest.raises(BadField):
            await office.move(
                conn, services, boss, (await office.ticket(conn, services)).number, "assignments", department="N1"
            )
        assert (await audits(conn))[-1] == "department_merged"
    async with pool.acquire() as conn:
        assert (await verified(conn, dsn, services))[0] == []


async def test_what_waits_with_the_centre_is_the_successors_afterwards(
    pool: Pool, dsn: str, services: Services, client: TestClient, clock: MovingClock
) -> None:
    """Replied, returned, co-handled and told tickets stay with the merged department by name, and are its successor's to do."""
    async with pool.acquire() as conn, conn.transaction():
        who, boss = await admin(conn), await office.user(conn, Role.MANAGER)
        old, new = await add(conn, services, who, "N1", "旧局"), await add(conn, services, who, "N2", "新局")
        third = await add(conn, services, who, "N3", "末局")
        liaison = await office.user(conn, Role.LIAISON, department=old, phone="+8613911110001", services=services)  # type: ignore[arg-type]
        heir = await office.user(conn, Role.LIAISON, department=new)  # type: ignore[arg-type]
        stranger = await office.user(conn, Role.LIAISON, department=await office.department(conn, "N4", "他局"))
        replied, returned, helped, told = [(await office.ticket(conn, services)).number for _ in range(4)]
        for number in (replied, returned, told):
            await office.move(conn, services, boss, number, "assignments", department="N1")
        await office.move(conn, services, boss, helped, "assignments", department="N4")
        await office.move(conn, services, boss, helped, "co-handlers", department="N1")
        await office.move(conn, services, liaison, returned, "returns", reason="not_ours", basis="三定", suggested="N4")
        for number in (replied, told):
            await office.move(conn, services, liaison, number, "signatures")
            await office.move(
                conn, services, liaison, number, "replies", outcome="solved", public="好了", internal="内情"
            )
        await office.move(conn, services, boss, told, "report-backs", via="call", text="好了")
        await end(conn, services, who, old, into="N2", move_open=True)
        heir = replace(heir, department_id=new)  # type: ignore[arg-type]
        moved = replace(liaison, department_id=new)  # type: ignore[arg-type]
        await office.move(conn, services, boss, replied, "send-backs", reason="没修好")
        on_duty = await people_on_duty(conn, services, [old, new], clock.now())
        assert [p.user for p in on_duty[old]] == [p.user for p in on_duty[new]] == [liaison.id]
    for person, reads in ((heir, True), (moved, True), (stranger, False)):
        page = await browser(client, pool, services, person)
        inbox = await (await page.get("/department")).text()
        outcomes = await (await page.get("/department/outcomes")).text()
        assert [n in inbox for n in (replied, returned)] == [reads, reads]
        assert (helped in inbox) is True  # the stranger leads it, the heir stands beside
        assert (told in outcomes) is reads
        for number in (replied, returned, told):
            found = await page.get(f"/department/tickets/{number}")
            assert found.status == (200 if reads else 404)
            assert ("没修好" in await found.text()) == (reads and number == replied)
            assert ("内情" in await found.text()) == (reads and number != returned)
        listed = await (await client.get("/api/v1/tickets", headers=await token(pool, services, person))).json()
        assert {replied, returned, told} <= {i["number"] for i in listed["items"]} or not reads
    async with pool.acquire() as conn, conn.transaction():
        await office.move(conn, services, heir, replied, "replies", outcome="solved", public="这次真好了")
        await office.move(conn, services, heir, helped, "signatures")
        await office.move(conn, services, boss, returned, "rulings", department="N2", reason="并入后由新局承办")
        await office.move(conn, services, moved, returned, "signatures")
        assert await office.state(conn, replied) == "replied"
        assert await conn.fetchval("SELECT department_id FROM ticket WHERE number = $1", replied) == old
        await end(conn, services, who, new, into="N3")  # and merged once more
        last = await office.user(conn, Role.LIAISON, department=third)  # type: ignore[arg-type]
        assert (await visible(conn, last, replied)).number == replied
        assert await line_of(conn, last) == {old, new, third}
    async with pool.acquire() as conn:
        assert (await verified(conn, dsn, services))[0] == []


async def test_a_tipoff_that_names_one_is_hidden_from_whom_it_went_into(conn: Conn, services: Services) -> None:
    who, boss = await admin(conn), await office.user(conn, Role.MANAGER)
    old, new = await add(conn, services, who, "N1", "旧管理局"), await add(conn, services, who, "N2", "新管理局")
    heir = await office.user(conn, Role.LIAISON, department=new)  # type: ignore[arg-type]
    made = await office.ticket(conn, services, "举报旧管理局吃拿卡要", category=Category.TIPOFF)
    await office.move(conn, services, boss, made.number, "assignments", department="N2", names_it=False)
    assert (await visible(conn, heir, made.number)).number == made.number
    mine = await office.ticket(conn, services, "举报新管理局收费不开票", category=Category.TIPOFF)
    await office.move(conn, services, boss, mine.number, "assignments", department="N1", names_it=False)
    done = await end(conn, services, who, old, into="N2", move_open=True)
    assert (done["recalled"], done["moved"]) == (2, 0)
    for number in (made.number, mine.number):
        with pytest.raises(Missing):
            await visible(conn, heir, number)
        assert await office.state(conn, number) == "received"  # it waits with the centre, not unseen
        assert (await office.events(conn, number))[-1] == "recalled"
        with pytest.raises(Illegal):  # and does not go there again
            await office.move(conn, services, boss, number, "assignments", department="N2")


async def test_a_line_ends_and_its_history_stays(conn: Conn, services: Services, clock: MovingClock) -> None:
    who = await admin(conn)
    await add(conn, services, who, "N1", "甲局")
    line = checked(
        catalogue_lines.CatalogueLineBody, {"matter": "噪声", "lead": "N1", "basis": "环保条例", "since": "2026-01-01"}
    )
    made = int(str((await catalogue_lines.add_line(context(conn, services, who), line))["catalogue"]))
    ending = checked(catalogue_lines.CatalogueLineEndBody, {"basis": "职责划出"})
    await catalogue_lines.end_line(context(conn, services, who, made), ending)
    assert await conn.fetchval("SELECT until FROM catalogue") == date(2026, 3, 4)
    with pytest.raises(Missing):
        await catalogue_lines.end_line(context(conn, services, who, made), ending)
    assert await audits(conn) == ["department_added", "catalogue_line_added", "catalogue_line_ended"]


async def test_tables_are_taken_on_the_page_or_refused_by_line(
    client: TestClient, pool: Pool, services: Services
) -> None:
    now = services.clock.now()
    async with pool.acquire() as conn:
        who = await admin(conn)
        await people_sql.insert_session(conn, token_hash("cookie"), who.id, {}, now, now + timedelta(hours=1), "")
    head = {"Cookie": "hotline=cookie"}
    text = await (await client.get("/admin/departments", headers=head)).text()
    csrf = text.split('name="csrf" content="')[1].split('"')[0]

    async def send(path: str, table: str) -> tuple[int, str]:
        form = FormData()
        form.add_field("csrf", csrf)
        form.add_field("file", table.encode(), filename="表.csv", content_type="text/csv")
        answer = await client.post(path, data=form, headers=head, allow_redirects=False)
        return answer.status, await answer.text()

    async def press(path: str, page: str, **other: str) -> tuple[int, str]:
        held, plan = (page.split(f'name="{name}" value="')[1].split('"')[0] for name in ("held", "plan"))
        form = {"csrf": csrf, "held": held, "plan": plan} | other
        answer = await client.post(path, data=form, headers=head, allow_redirects=False)
        return answer.status, await answer.text()

    directory, catalogue = "/admin/departments/imports", "/admin/catalogue/imports"
    status, text = await send(directory, "代码,名称,类别\nN1,甲局,政府部门\nN2,乙局,无\n")
    assert status == 422
    assert "第3行" in text
    assert "C 类别" in text
    status, text = await send(directory, "代码,名称,类别\nN1,甲局,政府部门\nN2,乙镇人民政府,乡镇\n")
    assert (status, "新增2，变更0，不变0，删除0" in text) == (200, True)
    async with pool.acquire() as conn:  # nothing is done before the second press
        assert await conn.fetchval("SELECT count(*) FROM department WHERE code LIKE 'N%'") == 0
    assert (await press(directory, text))[0] == 303
    status, text = await send(catalogue, "事项,主办单位,协办单位,依据\n路灯,N1,N9,三定\n")
    assert status == 422
    assert "N9" in text
    table = "事项,主办单位,协办单位,依据\n路灯,N1,N2,三定\n"
    _, first = await send(catalogue, table)
    assert (await press(catalogue, first, plan="another"))[0] == 200  # not what was shown: shown again
    assert (await press(catalogue, first))[0] == 303
    assert (await press(catalogue, first))[0] == 303  # the same press again: it leads where it led, and does nothing
    # from a page drawn anew it would do something else now
    status, text = await press(catalogue, first, csrf=csrf.partition(".")[0])
    assert (status, "显示之后情况有变" in text, "新增0，变更0，不变1" in text) == (200, True, True)
    async with pool.acquire() as conn:
        assert await conn.fetchval("SELECT count(*) FROM catalogue") == 1
        actors = await conn.fetch("SELECT DISTINCT actor FROM audit WHERE kind LIKE '%imported'")
        assert [r["actor"] for r in actors] == [who.actor]
    assert "乙镇" in await (await client.get("/admin/departments?q=N2", headers=head)).text()
    assert (await client.get("/admin/departments/N1", headers=head)).status == 200
    assert (await client.get("/admin/departments/none", headers=head)).status == 404
    assert "路灯" in await (await client.get("/admin/catalogue?all=true", headers=head)).text()


async def test_names_stay_at_a_rename_and_come_with_a_known_office(conn: Conn, services: Services) -> None:
    who = await admin(conn)
    made = await add(conn, services, who, "N1", "县住房和城乡建设局")

    async def names() -> list[str]:
        return list(await conn.fetchval("SELECT aliases FROM department WHERE id = $1", made))

    assert {"住建局", "建委"} <= set(await names())
    body = checked(
        departments.DepartmentBody,
        {"name": "县住房建设局", "group": "government", "aliases": "小红楼、住建局"},
    )
    await departments.change(context(conn, services, who, made), body)
    assert await names() == ["小红楼", "住建局", "县住房和城乡建设局"]
    body = checked(departments.DepartmentBody, {"name": "县住建中心", "group": "government"})
    await departments.change(context(conn, services, who, made), body)
    assert await names() == ["小红楼", "住建局", "县住房和城乡建设局", "县住房建设局"]
    for said in ("举报小红楼的人", "举报住房和城乡建设局", "举报县住建中心"):
        opened = await office.ticket(conn, services, said, category=Category.TIPOFF)
        assert await conn.fetchval("SELECT department_id FROM named_unit WHERE ticket_id = $1", opened.ticket) == made


async def test_a_table_brings_names_and_keeps_them(conn: Conn, services: Services, tmp_path: Path) -> None:
    async def take(text: str) -> ImportResult:
        (path := tmp_path / "d.csv").write_text(text, encoding="utf-8")
        return await import_departments(conn, services, await read_sheet(path), services.clock.now())

    async def row(code: str) -> Any:
        return await conn.fetchrow("SELECT aliases, discipline FROM department WHERE code = $1", code)

    assert not (
        await take("代码,名称,类别\nX1,县教育局,政府部门\nX2,县纪委监委,党委部门\nX3,灯具中心,事业单位\n")
    ).refused
    assert "教委" in (await row("X1"))["aliases"]
    assert (await row("X2"))["discipline"]
    assert not (await row("X1"))["discipline"]
    assert not (
        await take("代码,名称,类别,别名,纪检监察\nX1,县教体局,政府部门,教体;红楼?,\nX3,灯具中心,事业单位,,是\n")
    ).refused
    assert (await row("X1"))["aliases"] == ["教体", "红楼?", "县教育局"]
    assert (await row("X3"))["discipline"]
    again = await take("代码,名称,类别,别名,纪检监察\nX1,县教体局,政府部门,,\nX3,灯具中心,事业单位,,也许\n")
    assert [(line, why.field) for line, why in again.refused] == [(3, "discipline")]
    assert (await row("X1"))["aliases"] == ["教体", "红楼?", "县教育局"]
