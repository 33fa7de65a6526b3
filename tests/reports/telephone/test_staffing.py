"""Seats for next week: Erlang A beside a played queue, the forecast, and planned shifts."""

from __future__ import annotations

import heapq
import random
from datetime import timedelta

import pytest
from aiohttp.test_utils import TestClient
from hypothesis import given
from hypothesis import strategies as st

from hotline.base.clock import MovingClock
from hotline.base.db.connection import Conn, Pool
from hotline.base.services import Services
from hotline.ticket import Role
from reports.telephone.erlang import Load, answered_within, seats_for
from reports.telephone.staffing import USUAL_HANDLING, USUAL_PATIENCE, load_staffing, runs
from tests.doors import token
from tests.office import user
from tests.reports.story import ZONE, at
from tests.reports.telephone.planted import planted_call

#: A Wednesday.
NOW = at("2026-03-04 12:00")


def played(load: Load, seats: int, within: float, calls: int) -> float:
    """The share answered in time in a queue that is played call by call: first come, first served, the impatient leave."""
    lots, now, answered = random.Random(1890), 0.0, 0
    free = [0.0] * seats
    for _ in range(calls):
        now += lots.expovariate(load.rate)
        wait, patience = max(0.0, free[0] - now), lots.expovariate(1 / load.patience)
        if wait <= patience:
            heapq.heapreplace(free, max(now, free[0]) + lots.expovariate(1 / load.handling))
            answered += wait <= within
    return answered / calls


@pytest.mark.parametrize(
    ("calls_per_half_hour", "handling", "patience", "seats"),
    [(10, 240, 60, 2), (10, 240, 60, 3), (3, 300, 120, 1), (360, 200, 90, 40), (360, 200, 90, 30), (60, 180, 300, 7)],
)
def test_the_formula_says_what_a_played_queue_does(
    calls_per_half_hour: float, handling: float, patience: float, seats: int
) -> None:
    load = Load(calls_per_half_hour / 1800, handling, patience)
    assert answered_within(load, seats, 15) == pytest.approx(played(load, seats, 15, 120_000), abs=0.015)


@given(st.floats(0.1, 2000), st.floats(30, 900), st.floats(10, 900))
def test_the_fewest_seats_that_are_enough(calls: float, handling: float, patience: float) -> None:
    load = Load(calls / 1800, handling, patience)
    seats = seats_for(load, 0.95, 15)
    assert answered_within(load, seats, 15) >= 0.95
    assert seats == 1 or answered_within(load, seats - 1, 15) < 0.95


def test_nobody_calls_nobody_sits() -> None:
    assert seats_for(Load(0, 240, 120), 0.95, 15) == 0
    assert answered_within(Load(0, 240, 120), 0, 15) == 1
    assert answered_within(Load(1, 240, 120), 0, 15) == 0


async def test_the_forecast_is_the_mean_of_the_same_weekdays(conn: Conn) -> None:
    for weeks, n in ((1, 6), (2, 2), (3, 1)):
        for k in range(n):
            moment = at("2026-03-05 09:10") - timedelta(weeks=weeks) + timedelta(minutes=k)
            await planted_call(conn, moment, ended=20, why="caller", outcome="answer")
    await planted_call(conn, at("2026-03-04 09:10"), ended=20, why="caller", outcome="answer")
    plan = await load_staffing(conn, NOW, ZONE)
    thursday = plan.days[0]
    assert (thursday.day.isoformat(), thursday.weeks) == ("2026-03-05", 3)
    nine, after = thursday.half_hours[18], thursday.half_hours[19]
    assert (nine.calls, after.calls) == (3.0, 0.0)
    assert nine.seats == seats_for(Load(3 / 1800, USUAL_HANDLING, USUAL_PATIENCE), 0.95, 15)
    assert (after.seats, after.short) == (0, 0)
    assert not plan.pace.measured_handling
    assert plan.days[6].day.isoformat() == "2026-03-11"


async def test_half_hours_that_are_alike_are_one(conn: Conn) -> None:
    plan = await load_staffing(conn, NOW, ZONE)
    (whole,) = runs(plan.days[0].half_hours)
    assert (whole.starts.isoformat("minutes"), whole.ends.isoformat("minutes"), whole.seats) == ("00:00", "00:00", 0)


async def test_planned_shifts(client: TestClient, pool: Pool, services: Services, clock: MovingClock) -> None:
    clock.at = NOW
    async with pool.acquire() as conn:
        manager, operator = await user(conn, Role.MANAGER), await user(conn, Role.OPERATOR)
        leader = await user(conn, Role.LEADER)
    headers = await token(pool, services, manager)
    body = {"operator": operator.id, "day": "2026-03-05", "starts": "22:00", "ends": "06:00", "weeks": 1}

    async def plan(**more: object) -> int:
        answer = await client.post("/api/v1/centre/shifts", json={**body, **more}, headers=headers)
        return answer.status

    assert await plan(weeks=2) == 201
    assert await plan() == 409, "it overlaps"
    assert await plan(starts="06:00", ends="14:00") == 201, "it begins when nothing else is"
    assert await plan(day="2026-03-06", starts="05:59", ends="07:00") == 409
    assert await plan(day="2026-03-04", starts="11:59", ends="13:00") == 422, "it has begun"
    assert await plan(operator=leader.id, day="2026-03-08") == 422
    assert await plan(day="2026-03-32") == 422
    assert await plan(starts="25:00") == 422
    shown = await (await client.get("/api/v1/centre/staffing", headers=headers)).json()
    thursday, friday = shown["items"][0], shown["items"][1]
    assert [h["planned"] for h in thursday["half_hours"]] == [0] * 12 + [1] * 16 + [0] * 16 + [1] * 4
    assert [h["planned"] for h in friday["half_hours"]][:13] == [1] * 12 + [0]
    page = await (await client.get("/centre/staffing", headers=headers)).text()
    assert "03-05 22:00 – 03-06 06:00" in page
    async with pool.acquire() as conn:
        first = await conn.fetchval("SELECT min(id) FROM planned_shift")
    assert (await client.post(f"/api/v1/centre/shifts/{first}/withdrawals", json={}, headers=headers)).status == 201
    assert (await client.post(f"/api/v1/centre/shifts/{first}/withdrawals", json={}, headers=headers)).status == 404
    other = await token(pool, services, operator)
    assert (await client.get("/centre/staffing", headers=other)).status == 403
