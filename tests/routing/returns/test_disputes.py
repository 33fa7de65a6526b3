"""Duty disputes: two offices, three working days, the county government; only what they confirm enters the catalogue."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.base.clock import MovingClock
from hotline.base.db.connection import Conn, Pool
from hotline.base.http.fields import checked
from hotline.base.http.problem import BadField, Illegal
from hotline.base.services import Services
from hotline.people.actions import ActionContext, NoFields
from hotline.people.user import User
from hotline.ticket import Role
from routing.returns import disputes
from routing.returns.dispute_states import OFFICES, Opinion, standing
from sla.verify.command import verified
from tests import office

DUE = datetime(2026, 3, 9, 9, tzinfo=UTC)


@given(
    st.lists(st.tuples(st.sampled_from(OFFICES), st.integers(1, 2)), max_size=2, unique_by=lambda o: o[0]),
    st.integers(-3, 3),
    st.booleans(),
    st.booleans(),
)
def test_where_a_dispute_stands(said: list[tuple[str, int]], late: int, confirmed: bool, withdrawn: bool) -> None:
    opinions = [Opinion(*o) for o in said]
    now = DUE + timedelta(seconds=late)
    found = standing(opinions, DUE, now, confirmed=confirmed, withdrawn=withdrawn)
    if withdrawn or confirmed:
        assert found == ("withdrawn" if withdrawn else "confirmed")
    elif len(said) == 2:
        assert found == ("agreed" if said[0][1] == said[1][1] else "government")
    else:
        assert found == ("government" if late > 0 else "opinions")


async def setting(conn: Conn, services: Services) -> tuple[User, int]:
    for code, name in (("T1", "甲局"), ("T2", "乙局"), ("T3", "丙局")):
        await office.department(conn, code, name)
    boss = await office.user(conn, Role.MANAGER)
    made = await disputes.open_dispute(
        ActionContext(conn, services, boss, services.clock.now()),
        checked(disputes.DisputeBody, {"matter": "井盖维修", "question": "谁管？"}),
    )
    return boss, int(str(made["dispute"]))


async def opinion(conn: Conn, services: Services, boss: User, item: int, of: str, lead: str) -> str:
    body = checked(disputes.OpinionBody, {"office": of, "lead": lead, "basis": "三定方案", "co_handlers": "T3"})
    done = await disputes.give_opinion(ActionContext(conn, services, boss, services.clock.now(), item), body)
    return str(done["standing"])


async def confirm(conn: Conn, services: Services, boss: User, item: int, lead: str, **more: Any) -> Any:
    body = checked(
        disputes.ConfirmationBody,
        {"lead": lead, "basis": "三定", "document": "镇编〔2026〕3号", "co_handlers": "T3", **more},
    )
    return await disputes.confirm(ActionContext(conn, services, boss, services.clock.now(), item), body)


async def lines(conn: Conn) -> list[tuple[Any, ...]]:
    rows = await conn.fetch(
        "SELECT d.code, c.co_handlers, c.since, c.until FROM catalogue c JOIN department d ON d.id = c.lead_id WHERE matter = '井盖维修' ORDER BY c.id"
    )
    return [tuple(r) for r in rows]


@pytest.mark.parametrize(
    "said",
    [
        "住建局、房管局",
        "住建局,房管局",
        "住建局，\r\n房管局",
        "住建局\n房管局\n",
        "住建局; 房管局",
        "住建局；房管局",
    ],
)
def test_names_in_one_text_stand_apart_by_any_comma_or_a_line_each(said: str) -> None:
    assert disputes.several(said) == ["住建局", "房管局"]


async def test_opinions_in_three_working_days(conn: Conn, services: Services) -> None:
    """Asked on a Wednesday morning: the close of Monday."""
    await setting(conn, services)
    assert await conn.fetchval("SELECT due_at FROM duty_dispute") == DUE


async def test_both_offices_agree_and_it_enters_the_catalogue(conn: Conn, services: Services) -> None:
    boss, item = await setting(conn, services)
    assert await opinion(conn, services, boss, item, "staffing", "T1") == "opinions"
    with pytest.raises(Illegal, match="asked first"):
        await confirm(conn, services, boss, item, "T1")
    with pytest.raises(Illegal):
        await opinion(conn, services, boss, item, "staffing", "T2")
    assert await opinion(conn, services, boss, item, "justice", "甲局") == "agreed"
    with pytest.raises(Illegal, match="another department"):
        await confirm(conn, services, boss, item, "T2")
    assert await lines(conn) == []
    assert (await confirm(conn, services, boss, item, "T1"))["how"] == "offices"
    assert await lines(conn) == [("T1", ["T3"], date(2026, 3, 4), None)]
    with pytest.raises(Illegal):
        await confirm(conn, services, boss, item, "T1")


@pytest.mark.parametrize(("late", "how"), [(0, None), (1, "government")])
async def test_a_silent_office_leaves_it_to_the_county_government(
    conn: Conn, services: Services, clock: MovingClock, late: int, how: str | None
) -> None:
    boss, item = await setting(conn, services)
    clock.at = DUE + timedelta(seconds=late)
    if how is None:
        with pytest.raises(Illegal):
            await confirm(conn, services, boss, item, "T2")
    else:
        assert (await confirm(conn, services, boss, item, "T2"))["how"] == how


async def test_the_offices_differ_and_the_line_before_holds_until_that_day(conn: Conn, services: Services) -> None:
    boss, item = await setting(conn, services)
    await disputes.put_line(
        conn,
        "井盖维修",
        await conn.fetchval("SELECT id FROM department WHERE code = 'T1'"),
        [],
        "旧",
        date(2026, 1, 1),
    )
    await opinion(conn, services, boss, item, "staffing", "T1")
    assert await opinion(conn, services, boss, item, "justice", "T2") == "government"
    with pytest.raises(BadField) as error:
        await confirm(conn, services, boss, item, "T2", since="2025-12-31")
    assert error.value.field == "since"
    await confirm(conn, services, boss, item, "T2", since="2026-04-01")
    assert [(r[0], r[2], r[3]) for r in await lines(conn)] == [
        ("T1", date(2026, 1, 1), date(2026, 4, 1)),
        ("T2", date(2026, 4, 1), None),
    ]


async def test_one_open_dispute_a_matter_and_a_closed_one_is_closed(conn: Conn, services: Services) -> None:
    boss, item = await setting(conn, services)
    context = ActionContext(conn, services, boss, services.clock.now(), item)
    body = checked(disputes.DisputeBody, {"matter": "井盖维修", "question": "？"})
    with pytest.raises(Illegal):
        await disputes.open_dispute(context, body)
    await disputes.withdraw(context, NoFields())
    with pytest.raises(Illegal):
        await opinion(conn, services, boss, item, "staffing", "T1")
    await disputes.open_dispute(context, body)
    found = await disputes.listed(conn, services.clock.now())
    assert [d.standing for d in found] == ["opinions", "withdrawn"]


async def test_a_co_handler_disputes_its_part_and_coordinate_waits(
    conn: Conn, services: Services, clock: MovingClock
) -> None:
    first, second = [await office.department(conn, f"C{n}", f"第{n}局") for n in range(2)]
    lead = await office.user(conn, Role.LIAISON, department=first)
    co = await office.user(conn, Role.LIAISON, department=second)
    boss = await office.user(conn, Role.MANAGER)
    number = (await office.ticket(conn, services)).number
    await office.move(conn, services, boss, number, "assignments", department="C0")
    await office.move(conn, services, boss, number, "co-handlers", department="C1")
    await office.move(conn, services, lead, number, "signatures")
    with pytest.raises(Illegal):
        await office.move(conn, services, lead, number, "co-refusals", reason="不是", basis="三定")
    item = int((await office.move(conn, services, co, number, "co-refusals", reason="不是", basis="三定"))["refusal"])
    with pytest.raises(Illegal):
        await office.move(conn, services, co, number, "co-refusals", reason="不是", basis="三定")
    await office.move(conn, services, lead, number, "replies", outcome="solved", public="已修好")
    assert (await office.duties(conn, number))["coordinate"] == "open"
    await office.move(
        conn, services, boss, number, "co-refusals/{item}/decisions", item=item, released=True, reason="确无关"
    )
    assert (await office.duties(conn, number))["coordinate"] == "done"
    assert await conn.fetchval("SELECT end_reason FROM assignment WHERE part = 'co'") == "ruled"
    assert await conn.fetchval("SELECT count(*) FROM clock WHERE state = 'running' AND department_id = $1", second) == 0


async def test_the_record_verifies_after_disputes_and_a_co_handler_that_becomes_the_lead(
    pool: Pool, dsn: str, services: Services, clock: MovingClock
) -> None:
    async with pool.acquire() as conn, conn.transaction():
        people = []
        for n in range(2):
            made = await office.department(conn, f"C{n}", f"第{n}局")
            people.append(await office.user(conn, Role.LIAISON, department=made))
        boss = await office.user(conn, Role.MANAGER)
        for keep in (True, False):
            number = (await office.ticket(conn, services, phone="")).number
            await office.move(conn, services, boss, number, "assignments", department="C0")
            await office.move(conn, services, boss, number, "co-handlers", department="C1")
            clock.move(timedelta(minutes=5))
            done = await office.move(conn, services, people[1], number, "co-refusals", reason="不是", basis="三定")
            item = int(done["refusal"])
            await office.move(conn, services, people[0], number, "signatures")
            await office.move(conn, services, people[0], number, "replies", outcome="solved", public="已修好")
            clock.move(timedelta(minutes=5))
            await office.move(
                conn,
                services,
                boss,
                number,
                "co-refusals/{item}/decisions",
                item=item,
                released=not keep,
                reason="书面理由",
            )
        number = (await office.ticket(conn, services, phone="")).number
        await office.move(conn, services, boss, number, "assignments", department="C0")
        await office.move(conn, services, boss, number, "co-handlers", department="C1")
        clock.move(timedelta(minutes=5))
        await office.move(
            conn, services, people[0], number, "returns", reason="非本单位职责", basis="三定", suggested="C1"
        )
        clock.move(timedelta(minutes=5))
        await office.move(conn, services, boss, number, "rulings", department="C1", reason="由协办单位主办")
    async with pool.acquire() as conn:
        assert (await verified(conn, dsn, services))[0] == []
