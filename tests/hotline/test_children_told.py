"""What a parent's person hears, each child's person hears too: once, under the own number, never of a tipoff."""

from __future__ import annotations

from hotline.base.db import Conn
from hotline.base.house import House
from hotline.ticket import Role
from tests.office import department, move, on_shift, ticket, user


async def _bodies(conn: Conn, house: House, phone: str, kind: str) -> list[str]:
    rows = await conn.fetch(
        "SELECT body FROM outbox WHERE to_hash = $1 AND kind = $2 ORDER BY id", house.keys.hash(phone), kind
    )
    return [row["body"] for row in rows]


async def test_the_result_of_a_parent_reaches_each_childs_person_once(conn: Conn, house: House) -> None:
    water = await department(conn, "T06", "测试供水公司")
    operator, liaison = await user(conn, Role.OPERATOR), await user(conn, Role.LIAISON, department=water)
    await on_shift(conn, operator, house.clock.now())
    parent = await ticket(conn, house, "丽发新城停水", "+8613900000001")
    phones = ("+8613900000002", "+8613900000003", "+8613900000002", "+8613900000001")
    children = [await ticket(conn, house, "丽发小区没水", phone) for phone in phones]
    await move(conn, house, operator, parent.number, "assignments", department="T06")
    await move(conn, house, operator, children[1].number, "merges", into=children[0].number)
    for child in (children[0], *children[2:]):
        await move(conn, house, operator, child.number, "merges", into=parent.number)
    await move(conn, house, liaison, parent.number, "signatures")
    await move(conn, house, operator, parent.number, "interims", text="主管道正在抢修")
    for child, phone in zip(children[:2], phones, strict=False):
        (said,) = await _bodies(conn, house, phone, "child_interim")
        assert child.number in said
        assert "主管道正在抢修" in said
    await move(
        conn, house, liaison, parent.number, "replies", outcome="solved", public="已恢复供水", internal=""
    )
    await move(conn, house, operator, parent.number, "report-backs", via="call", text="已恢复供水")
    for child, phone in zip(children[:2], phones, strict=False):
        (said,) = await _bodies(conn, house, phone, "child_report_back")
        assert child.number in said
        assert "已恢复供水" in said
    assert await _bodies(conn, house, phones[3], "child_report_back") == []  # the parent's own person
