"""Rosters: gaps as a naive model finds them, the Thursday notice once, a swap only with the other's yes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from aiohttp.test_utils import TestClient
from hypothesis import given
from hypothesis import strategies as st
from openapi_spec_validator import validate

from hotline.base.clock import MovingClock
from hotline.base.db.connection import Conn, Pool
from hotline.base.http.problem import BadField, Forbidden, Illegal, Missing
from hotline.base.services import Services
from hotline.ids import DepartmentId
from hotline.people.user import User
from hotline.ticket import Role
from routing.rosters.shifts import THURSDAYS, WEEK, Span, answer_swap, ask_swap, gaps, tell_gaps, uncovered
from tests import office
from tests.doors import token

START = datetime(2026, 3, 4, 2, tzinfo=UTC)
ZONE = ZoneInfo("Asia/Shanghai")
HOURS = st.lists(st.tuples(st.integers(-5, 30), st.integers(1, 12)), max_size=8)


@given(HOURS, st.integers(1, 24))
def test_gaps_are_the_hours_that_a_naive_model_finds_empty(shifts: list[tuple[int, int]], long: int) -> None:
    def at(hour: int) -> datetime:
        return START + timedelta(hours=hour)

    found = uncovered([Span(at(a), at(a + n)) for a, n in shifts], START, at(long))
    empty = {h for h in range(long) if not any(a <= h < a + n for a, n in shifts)}
    assert {h for h in range(long) for s in found if s.start <= at(h) < s.end} == empty
    assert all(a.end < b.start for a, b in pairwise(found))


def test_a_thursday_notice_at_nine() -> None:
    found = THURSDAYS(START, START + timedelta(days=14), ZONE)
    assert [m.astimezone(ZONE).isoformat()[:16] for m in found] == ["2026-03-05T09:00", "2026-03-12T09:00"]
    assert THURSDAYS(found[0], found[0], ZONE) == []


async def team(conn: Conn, services: Services) -> tuple[DepartmentId, list[User], list[int]]:
    """Two members and a leader; the members stand on one day each."""
    made = await office.department(conn, "T1", "甲局")
    people = [
        await office.user(
            conn, Role.LIAISON, department=made, phone=f"+861390000500{i}", leads=i == 2, services=services
        )
        for i in range(3)
    ]
    shifts = [
        await conn.fetchval(
            "INSERT INTO roster_shift (department_id, user_id, rank, from_at, to_at) VALUES ($1, $2, 'member', $3, $4)"
            " RETURNING id",
            made,
            people[i].id,
            START + timedelta(days=i),
            START + timedelta(days=i + 1),
        )
        for i in range(2)
    ]
    return made, people, shifts


async def standing(conn: Conn, shift: int) -> int:
    return int(await conn.fetchval("SELECT user_id FROM roster_shift WHERE id = $1", shift))


async def test_a_swap_takes_the_others_yes(conn: Conn, services: Services) -> None:
    _, (one, two, lead), (first, second) = await team(conn, services)
    now = services.clock.now()
    swap = await ask_swap(conn, services, one, first, two.name, now)
    assert await standing(conn, first) == one.id
    for somebody in (one, lead):
        with pytest.raises(Missing):
            await answer_swap(conn, services, somebody, swap, True, now)
    with pytest.raises(Illegal):
        await ask_swap(conn, services, one, first, lead.name, now)
    await answer_swap(conn, services, two, swap, True, now)
    assert await standing(conn, first) == two.id
    with pytest.raises(Missing):
        await answer_swap(conn, services, two, swap, True, now)
    with pytest.raises(Forbidden):
        await ask_swap(conn, services, one, second, lead.name, now)
    kinds = [r["kind"] for r in await conn.fetch("SELECT kind FROM audit ORDER BY id")]
    assert kinds == ["swap_asked", "swap_accepted"]


async def test_a_no_leaves_the_roster_and_lets_another_be_asked(conn: Conn, services: Services) -> None:
    _, (one, two, lead), (first, _) = await team(conn, services)
    now = services.clock.now()
    await answer_swap(conn, services, two, await ask_swap(conn, services, one, first, two.name, now), False, now)
    assert await standing(conn, first) == one.id
    await answer_swap(conn, services, lead, await ask_swap(conn, services, one, first, lead.name, now), True, now)
    assert await standing(conn, first) == lead.id


async def test_nobody_takes_two_shifts_at_once(conn: Conn, services: Services) -> None:
    made, (one, two, lead), (first, second) = await team(conn, services)
    now = services.clock.now()
    asked = await ask_swap(conn, services, one, first, lead.name, now)
    await conn.execute(
        "INSERT INTO roster_shift (department_id, user_id, rank, from_at, to_at) VALUES ($1, $2, 'leader', $3, $4)",
        made,
        lead.id,
        START + timedelta(hours=23),
        START + timedelta(hours=30),
    )
    with pytest.raises(Illegal):
        await answer_swap(conn, services, lead, asked, True, now)
    with pytest.raises(Illegal):
        await ask_swap(conn, services, two, second, lead.name, now)
    with pytest.raises(BadField):
        await ask_swap(conn, services, two, second, "没有此人", now)


async def test_another_departments_shift_does_not_exist(conn: Conn, services: Services) -> None:
    _, (one, _, _), (first, _) = await team(conn, services)
    other = await office.department(conn, "T2", "乙局")
    stranger = await office.user(conn, Role.LIAISON, department=other, leads=True)
    with pytest.raises(Missing):
        await ask_swap(conn, services, stranger, first, one.name, services.clock.now())


async def test_a_shift_that_is_over_is_not_swapped(conn: Conn, services: Services, clock: MovingClock) -> None:
    _, (one, two, _), (first, _) = await team(conn, services)
    swap = await ask_swap(conn, services, one, first, two.name, clock.now())
    clock.at = START + timedelta(days=1)
    with pytest.raises(Illegal):
        await answer_swap(conn, services, two, swap, True, clock.now())


async def test_an_untested_number_covers_nothing(conn: Conn, services: Services) -> None:
    made, (one, _, _), _ = await team(conn, services)
    (gap,) = await gaps(conn, START, START + WEEK, made)
    assert gap.spans == (Span(START + timedelta(days=2), START + WEEK),)
    await conn.execute("UPDATE app_user SET phone_tested_at = NULL WHERE id = $1", one.id)
    (gap,) = await gaps(conn, START, START + WEEK, made)
    assert gap.spans[0] == Span(START, START + timedelta(days=1))


async def test_the_notice_goes_once_and_not_a_week_late(conn: Conn, services: Services) -> None:
    await team(conn, services)
    due = THURSDAYS(START, START + WEEK, ZONE)[0]
    for _ in range(2):
        await tell_gaps(conn, services, due, due)
    (row,) = await conn.fetch("SELECT body FROM outbox WHERE kind = 'gap_notice'")
    assert "03-06 10:00" in row["body"]
    await tell_gaps(conn, services, due, due + WEEK)
    assert await conn.fetchval("SELECT count(*) FROM outbox WHERE kind = 'gap_notice'") == 1


async def test_over_http(client: TestClient, pool: Pool, services: Services) -> None:
    async with pool.acquire() as conn:
        _, people, (first, _) = await team(conn, services)
    one, two, _ = [await token(pool, services, who) for who in people]
    on_duty = await (await client.get("/api/v1/rosters/on-duty", headers=one)).json()
    assert [i["person"] for i in on_duty["items"]] == [people[0].shown_name]
    assert [
        i["department"] for i in (await (await client.get("/api/v1/rosters/gaps", headers=one)).json())["items"]
    ] == ["T1"]
    asked = await client.post("/api/v1/rosters/swaps", headers=one, json={"shift": first, "to": people[1].name})
    assert asked.status == 201
    path = f"/api/v1/rosters/swaps/{(await asked.json())['swap']}/answers"
    assert (await client.post(path, headers=one, json={"yes": True})).status == 404
    assert (
        await client.post("/api/v1/rosters/swaps/" + "9" * 40 + "/answers", headers=one, json={"yes": True})
    ).status == 404
    assert (await client.post(path, headers=two, json={"yes": "perhaps"})).status == 422
    assert (await client.post(path, headers=two, json={"yes": True})).status == 201
    on_duty = await (await client.get("/api/v1/rosters/on-duty", headers=one)).json()
    assert [i["person"] for i in on_duty["items"]] == [people[1].shown_name]


async def test_the_api_document_is_valid_and_names_the_rosters(client: TestClient) -> None:
    document = await (await client.get("/api/openapi.json")).json()
    validate(document)
    assert "/api/v1/rosters/swaps/{swap}/answers" in document["paths"]
