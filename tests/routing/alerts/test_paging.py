"""The paging ladder: rules by Hypothesis, and the whole of it in the database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from aiohttp.test_utils import TestClient
from hypothesis import given
from hypothesis import strategies as st

from hotline.base.clock import MovingClock
from hotline.base.db.connection import Conn, Pool
from hotline.base.services import Outgoing, Services
from hotline.outbox.dispatcher import send_all
from hotline.people import people_sql
from hotline.people.store import as_user
from hotline.ticket import Role, Urgency
from routing.alerts.ladder import CODES, PageablePerson, code_of, next_at, next_pages
from routing.alerts.messages import still_wanted
from routing.alerts.paging import page_due
from tests.line import settled, sms, told
from tests.office import department, events, move, on_shift, state, ticket, user

ZONE = ZoneInfo("Asia/Shanghai")
PHONES = {
    "member": "+8613900000011",
    "second": "+8613900000012",
    "leader": "+8613900000013",
    "manager": "+8613900000014",
}


def test_codes_are_two_capitals_and_a_digit_and_differ_for_neighbours() -> None:
    codes = [code_of(n) for n in range(1, CODES + 1)]
    assert len(set(codes)) == CODES
    assert all(c[:2].isupper() and c[2] in "6789" for c in codes)


@given(
    st.integers(0, 3),
    st.sampled_from(["critical", "urgent", "normal"]),
    st.lists(st.sampled_from(["member", "deputy", "leader"]), max_size=5),
    st.booleans(),
)
def test_a_step_with_nobody_is_skipped_at_once(step: int, urgency: str, ranks: list[str], manager: bool) -> None:
    duty = [
        PageablePerson(n, rank, f"+86{n}")
        for n, rank in enumerate(sorted(ranks, key=["member", "deputy", "leader"].index))
    ]
    boss = PageablePerson(99, "manager", "+8699") if manager else None
    at, pages = next_pages(step, urgency, duty, boss)
    assert at >= step
    assert (at == 4) == (not pages)
    assert len({(p.person.user, p.channel) for p in pages}) == len(pages)


@pytest.mark.parametrize(
    ("at", "urgency", "then"),
    [
        ("2026-03-04T20:29", "normal", "2026-03-04T20:59"),
        ("2026-03-04T20:30", "normal", "2026-03-05T08:00"),
        ("2026-03-05T02:00", "normal", "2026-03-05T08:00"),
        ("2026-03-05T02:00", "urgent", "2026-03-05T02:15"),
        ("2026-03-05T02:00", "critical", "2026-03-05T02:05"),
    ],
)
def test_a_normal_ticket_escalates_by_day_only(at: str, urgency: str, then: str) -> None:
    moment = datetime.fromisoformat(at).replace(tzinfo=ZONE).astimezone(UTC)
    assert next_at(urgency, moment, ZONE).astimezone(ZONE) == datetime.fromisoformat(then).replace(tzinfo=ZONE)


async def office(conn: Conn, services: Services) -> str:
    """A department with two members, a leader and the centre's manager; a dispatched ticket's number."""
    lamps = await department(conn, "T05", "测试路灯所")
    for name, leads in (("member", False), ("second", False), ("leader", True)):
        await user(
            conn,
            Role.LIAISON,
            department=lamps,
            phone=PHONES[name],
            services=services,
            leads=leads,
            name=f"p-{name}",
        )
    await user(conn, Role.MANAGER, phone=PHONES["manager"], services=services, name="p-manager")
    operator = await user(conn, Role.OPERATOR, name="p-operator")
    await on_shift(conn, operator, services.clock.now())
    number = (await ticket(conn, services, urgency=Urgency.URGENT)).number
    await move(conn, services, operator, number, "assignments", department="T05")
    return number


async def sweep(pool: Pool, services: Services) -> None:
    """Climb what is due, and let the messages leave."""
    while await page_due(pool, services, services.clock.now()):
        pass
    while await send_all(pool, services, services.clock.now()):
        pass


async def paged(pool: Pool) -> list[tuple[str, str]]:
    async with pool.acquire() as conn:
        rows = await conn.fetch(
            "SELECT u.name, p.channel FROM page p JOIN app_user u ON u.id = p.user_id ORDER BY p.at, p.step, p.channel"
        )
    return [(row["name"][2:], row["channel"]) for row in rows]


async def test_the_ladder_climbs_to_the_manager_and_each_is_paged_once(
    pool: Pool, services: Services, clock: MovingClock
) -> None:
    async with pool.acquire() as conn:
        await office(conn, services)
    for _ in range(6):
        await sweep(pool, services)
        await sweep(pool, services)
        clock.move(timedelta(minutes=15))
    names = [name for name, _ in await paged(pool)]
    assert names == ["member", "member", "second", "second", "leader", "leader", "manager", "manager"]
    said = await told(pool, services, PHONES["member"])
    assert "路灯坏了" not in said[0]
    assert "人民路12号" in said[0]


async def test_an_acknowledgement_by_sms_stops_the_ladder_and_signs_nothing(
    client: TestClient, pool: Pool, services: Services, clock: MovingClock
) -> None:
    async with pool.acquire() as conn:
        number = await office(conn, services)
    await sweep(pool, services)
    async with pool.acquire() as conn:
        code = await conn.fetchval("SELECT code FROM paging")
    await sms(client, services, PHONES["member"], code.lower())
    await settled(pool)
    clock.move(timedelta(hours=3))
    await sweep(pool, services)
    assert [name for name, _ in await paged(pool)] == ["member", "member"]
    async with pool.acquire() as conn:
        assert await state(conn, number) == "dispatched"
        assert (await events(conn, number)).count("acknowledged") == 1
        assert await conn.fetchval("SELECT count(*) FROM ticket") == 1


async def test_code_and_sign_signs_too(client: TestClient, pool: Pool, services: Services) -> None:
    async with pool.acquire() as conn:
        number = await office(conn, services)
    await sweep(pool, services)
    async with pool.acquire() as conn:
        code = await conn.fetchval("SELECT code FROM paging")
    await sms(client, services, PHONES["member"], f"{code}签收")
    await settled(pool)
    async with pool.acquire() as conn:
        assert await state(conn, number) == "signed"
    assert "已确认并签收" in (await told(pool, services, PHONES["member"]))[-1]


async def test_nothing_is_paged_that_was_acknowledged_a_second_ago(pool: Pool, services: Services) -> None:
    async with pool.acquire() as conn:
        number = await office(conn, services)
    await sweep(pool, services)
    async with pool.acquire() as conn:
        row = await conn.fetchrow("SELECT * FROM outbox WHERE kind = 'page'")
        assert row is not None
        message = Outgoing(row["id"], "page", row["ticket_id"], row["user_id"], row["about"])
        assert await still_wanted(conn, message, services.clock.now())
        await conn.execute("UPDATE assignment SET acknowledged_at = assigned_at")
        assert not await still_wanted(conn, message, services.clock.now())
    assert number


async def test_several_tickets_to_one_person_are_one_message(pool: Pool, services: Services) -> None:
    async with pool.acquire() as conn:
        await office(conn, services)
        operator = await people_sql.user_for_login(conn, "p-operator")
        for n in range(3):
            opened = await ticket(conn, services, phone=f"+861390000010{n}", urgency=Urgency.URGENT)
            assert operator is not None
            await move(conn, services, as_user(operator), opened.number, "assignments", department="T05")
    await sweep(pool, services)
    said = await told(pool, services, PHONES["member"])
    assert len(said) == 2  # one SMS, one voice call
    assert "4件工单待签收" in said[0] + said[1]
    assert "4件紧急工单" in said[0] + said[1]
