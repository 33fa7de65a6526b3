"""The figures of the telephone, counted by hand (rulebook §9)."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from aiohttp.test_utils import TestClient

from hotline.base.clock import MovingClock, day_span
from hotline.base.db.connection import Conn, Pool
from hotline.base.services import Services
from hotline.calls.call import OperatorState
from hotline.ticket import Role
from reports.telephone.call_figures import FIGURES, behind
from reports.telephone.day import load_day, load_wall
from tests.doors import token
from tests.office import user
from tests.reports.story import ZONE, at
from tests.reports.telephone.planted import S, planted_call, planted_day

NOON = at("2026-03-04 12:00")
COUNTED = {
    "calls_offered": (9, None),
    "calls_asked": (7, None),
    "calls_answered": (4, 7),
    "calls_within_15_s": (2, 7),
    "calls_abandoned": (1, 7),
    "calls_abandoned_short": (1, None),
    "calls_places_kept": (1, None),
    "calls_voicemail": (1, None),
    "calls_known_outage": (1, None),
    "calls_without_end": (1, None),
}


async def test_a_day_counted_by_hand(conn: Conn) -> None:
    operator = await user(conn, Role.OPERATOR)
    await planted_day(conn, NOON, operator.id)
    found = await load_day(conn, *day_span(NOON.date(), ZONE), NOON + 600 * S)
    assert {name: (f.numerator, f.denominator) for name, f in found.figures.items()} == COUNTED
    assert found.longest == 95 * S
    (one,) = found.operators
    assert one.seconds[OperatorState.TALKING] == 120
    assert one.seconds[OperatorState.READY] == 600 + 150
    assert OperatorState.BREAK not in one.seconds, "the time after abuse is counted nowhere"
    assert found.mean(OperatorState.WRAP_UP) == 30


async def test_a_figure_and_the_calls_behind_it_agree(conn: Conn) -> None:
    await planted_day(conn, NOON, (await user(conn, Role.OPERATOR)).id)
    found = await load_day(conn, *day_span(NOON.date(), ZONE), NOON + 600 * S)
    for name, figure in found.figures.items():
        assert len(behind(name, found.calls, "hit")) == figure.numerator
        if figure.denominator is not None:
            assert len(behind(name, found.calls, "all")) == figure.denominator
            assert len(behind(name, found.calls, "missed")) == figure.denominator - figure.numerator
    assert set(found.figures) == set(FIGURES)


@pytest.mark.parametrize(("moment", "n"), [(-1e-6, 0), (0, 1), (86_399.999, 1), (86_400, 0)])
async def test_a_day_is_a_local_day(conn: Conn, moment: float, n: int) -> None:
    start = datetime(2026, 3, 4, tzinfo=ZONE)
    await planted_call(conn, start + timedelta(seconds=moment), ended=10, why="caller", outcome="answer")
    found = await load_day(conn, *day_span(start.date(), ZONE), start + timedelta(days=3))
    assert found.figures["calls_offered"].numerator == n


async def test_a_day_without_calls_says_nothing(conn: Conn) -> None:
    found = await load_day(conn, *day_span(NOON.date(), ZONE), NOON)
    assert found.figures["calls_answered"].shown == "—"
    assert found.mean_wait is None
    assert found.mean(OperatorState.TALKING) is None


async def test_the_wall_shows_this_moment(conn: Conn) -> None:
    operator = await user(conn, Role.OPERATOR)
    await planted_day(conn, NOON, operator.id)
    await planted_call(conn, NOON - timedelta(hours=25), ended=30, why="abandoned", outcome="call_back")
    await planted_call(conn, NOON + 500 * S, queued=5, kept=20, state="kept", outcome="call_back")
    await conn.execute(
        "INSERT INTO call_back (contact_id, reason, asked_at) SELECT min(id), 'missed', $1 FROM contact", NOON
    )
    wall = await load_wall(conn, NOON + 600 * S, ZONE)
    assert (wall.waiting, wall.kept, wall.longest) == (1, 1, 120 * S)
    assert [one.state for one in wall.operators] == ["ready"]
    assert (wall.connected.numerator, wall.connected.denominator) == (4, 8), "of the last 24 hours"
    assert (wall.owed.owed, wall.owed.late) == (1, 0)


@pytest.mark.parametrize(
    ("role", "wall", "day"),
    [("operator", 200, 403), ("manager", 200, 200), ("leader", 200, 200), ("liaison", 403, 403), ("admin", 403, 403)],
)
async def test_who_reads_the_wall_and_the_day(
    client: TestClient, pool: Pool, services: Services, role: str, wall: int, day: int
) -> None:
    async with pool.acquire() as conn:
        place = await conn.fetchval("INSERT INTO department (code, name) VALUES ('T01', '测试局') RETURNING id")
        who = await user(conn, Role(role), department=place if role == "liaison" else None)
    headers = await token(pool, services, who)
    for path, status in (
        ("/centre/wall", wall),
        ("/centre/wall/figures", wall),
        ("/centre/telephone", day),
        ("/centre/telephone/calls_answered?part=missed", day),
        ("/api/v1/centre/figures", day),
    ):
        assert (await client.get(path, headers=headers)).status == status, path


async def test_programs_read_the_same_figures(
    client: TestClient, pool: Pool, services: Services, clock: MovingClock
) -> None:
    clock.at = NOON + 600 * S
    async with pool.acquire() as conn:
        manager, operator = await user(conn, Role.MANAGER), await user(conn, Role.OPERATOR)
        await planted_day(conn, NOON, operator.id)
    headers = await token(pool, services, manager)
    found = await (await client.get("/api/v1/centre/figures?day=2026-03-04", headers=headers)).json()
    assert {f["name"]: (f["numerator"], f["denominator"]) for f in found["figures"]} == COUNTED
    assert found["operators"][0]["talking"] == 120
    page = await (
        await client.get("/centre/telephone/calls_within_15_s?day=2026-03-04&part=missed", headers=headers)
    ).text()
    assert page.count("<tr>") == 1 + 5
    for wrong, status in (
        ("?day=2026-03-05", 422),
        ("?day=x", 422),
        ("?day=2026-02-30", 422),
        ("?day=2026-03-03", 200),
    ):
        assert (await client.get(f"/api/v1/centre/figures{wrong}", headers=headers)).status == status, wrong
    assert (await client.get("/centre/telephone/nothing", headers=headers)).status == 404
