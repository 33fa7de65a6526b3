"""Quality inspection over the API: drawn by week, two inspectors blind to each other, objections within three working days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from aiohttp.test_utils import TestClient

from hotline.base.clock import MovingClock
from hotline.base.db.connection import Pool
from hotline.base.services import Services
from hotline.people.user import User
from hotline.recordings.inspections.samples import draw_last_week
from hotline.recordings.store import add_whole
from hotline.ticket import Category, Role
from tests import doors
from tests.hotline.recordings.sounds import call, parts, tone, wav
from tests.office import Office, ticket, user

FULL = {"greeting": 10, "listening": 15, "understanding": 20, "answer": 25, "promise": 15, "manner": 15}
WEEK = "2026-03-02"
S = timedelta(seconds=1)


@dataclass
class Centre:
    """An office with a week of recorded calls behind it."""

    client: TestClient
    pool: Pool
    services: Services
    clock: MovingClock
    office: Office
    second: User

    async def get(self, who: User, path: str) -> tuple[int, Any]:
        head = await doors.token(self.pool, self.services, who)
        answer = await self.client.get(f"/api/v1/{path}", headers=head)
        return answer.status, await answer.json()

    async def post(self, who: User, path: str, **body: object) -> tuple[int, Any]:
        head = await doors.token(self.pool, self.services, who)
        answer = await self.client.post(f"/api/v1/{path}", json=body, headers=head)
        return answer.status, await answer.json()

    async def recorded(self, who: User, n: int = 1, *, silent: bool = False, ticket_id: Any = None) -> None:
        for _ in range(n):
            made = await call(self.pool, self.clock.now(), operator=who.id, ticket=ticket_id, over=True)
            sound = wav(tone(25, 0), tone(25, 0)) if silent else wav(tone(2), tone(2))
            await add_whole(self.pool, self.services, made, f"RE{made}", "audio/wav", parts(sound), self.clock.now())

    async def drawn(self, kind: str = "call", **more: object) -> tuple[int, list[dict[str, Any]]]:
        status, made = await self.post(self.office.manager, "inspections/samples", kind=kind, week=WEEK, **more)
        assert status == 201, made
        _, sample = await self.get(self.office.manager, f"inspections/samples/{made['sample']}")
        return made["sample"], sample["items"]


@pytest.fixture
async def centre(client: TestClient, pool: Pool, services: Services, clock: MovingClock) -> Centre:
    """Wednesday of the week; `week_over` moves on to the next one."""
    async with pool.acquire() as conn, conn.transaction():
        office = await Office(conn, services).fill()
        second = await user(conn, Role.MANAGER)
        await conn.execute("UPDATE app_user SET made_at = '2025-01-01Z'")
    return Centre(client, pool, services, clock, office, second)


def week_over(centre: Centre) -> None:
    centre.clock.at = datetime.combine(
        date(2026, 3, 10), datetime.min.time(), centre.services.settings.zone
    ) + timedelta(hours=9)


async def test_a_sample_is_drawn_once_and_comes_out_the_same(centre: Centre) -> None:
    office = centre.office
    await centre.recorded(office.operator, 5)
    await centre.recorded(office.other, 2)
    await centre.recorded(office.operator, 1, silent=True)
    assert (await centre.post(office.manager, "inspections/samples", kind="call", week=WEEK))[0] == 422, "not over"
    week_over(centre)
    assert (await centre.post(office.manager, "inspections/samples", kind="call", week="2026-03-03"))[0] == 422
    assert (await centre.post(office.operator, "inspections/samples", kind="call", week=WEEK))[0] == 403
    sample, items = await centre.drawn(per_subject=3, seed="on record")
    assert len(items) == 3 + 2
    assert [item["stratum"] for item in items].count("silence") == 1
    assert [item["inspectors"] for item in items].count(2) == 1
    _, shown = await centre.get(office.manager, f"inspections/samples/{sample}")
    assert (shown["seed"], shown["candidates"], shown["reproduced"]) == ("on record", 8, True)
    assert (await centre.post(office.manager, "inspections/samples", kind="call", week=WEEK))[0] == 409
    detail = await centre.pool.fetchval("SELECT detail->>'seed' FROM audit WHERE kind = 'sample_drawn'")
    assert detail == "on record"
    await centre.pool.execute("UPDATE inspection_sample SET seed = 'another one'")
    _, shown = await centre.get(office.manager, f"inspections/samples/{sample}")
    assert not shown["reproduced"]


async def test_strata_and_who_is_new(centre: Centre, services: Services) -> None:
    """A tipoff and a low rating are looked at; of an operator of less than 90 days twice as many."""
    office, pool = centre.office, centre.pool
    async with pool.acquire() as conn, conn.transaction():
        tip = await ticket(conn, services, "举报", category=Category.TIPOFF)
        low = await ticket(conn, services, "路灯", "+8613900000002")
        await conn.execute(
            "INSERT INTO rating (ticket_id, score, via, at) VALUES ($1, 2, 'sms', $2)", low.ticket, centre.clock.now()
        )
    await centre.recorded(office.operator, 4)
    await centre.recorded(office.operator, ticket_id=tip.ticket)
    await centre.recorded(office.operator, ticket_id=low.ticket)
    await pool.execute("UPDATE app_user SET made_at = '2026-01-01Z' WHERE id = $1", office.other.id)
    await centre.recorded(office.other, 6)
    week_over(centre)
    _, items = await centre.drawn(per_subject=2)
    assert [item["stratum"] for item in items].count("tipoff") == 1
    assert [item["stratum"] for item in items].count("low_rating") == 1
    assert len(items) == 2 + 4


async def test_the_week_is_drawn_by_itself_once(centre: Centre) -> None:
    await centre.recorded(centre.office.operator, 2)
    week_over(centre)
    due = datetime.combine(date(2026, 3, 9), datetime.min.time(), centre.services.settings.zone) + timedelta(hours=6)
    for _ in range(2):
        async with centre.pool.acquire() as conn, conn.transaction():
            await draw_last_week(conn, centre.services, due, centre.clock.now())
    assert await centre.pool.fetchval("SELECT count(*) FROM inspection_sample") == 1


async def settled(centre: Centre, kind: str = "call", score: int = 80) -> int:
    """An item that one inspector has seen; its id."""
    _, items = await centre.drawn(kind, per_subject=1)
    (item,) = items
    await centre.pool.execute("UPDATE inspection_item SET inspectors = 1")
    form = FULL if kind == "call" else {"contact": 20, "matter": 30, "basis": 20, "result": 20, "words": 10}
    marks = dict(form)
    first = max(marks, key=lambda code: marks[code])
    marks[first] -= 100 - score
    status, made = await centre.post(
        centre.office.manager, f"inspections/{item['id']}/marks", marks=marks, remark="承诺没说清"
    )
    assert (status, made.get("score")) == (201, score), made
    return int(item["id"])


async def test_two_inspectors_blind_to_each_other(centre: Centre) -> None:
    """Neither sees the other's marks, nor the operator any, before both are there; a third comes too late; agreement is printed."""
    office = centre.office
    await centre.recorded(office.operator)
    week_over(centre)
    sample, (item,) = await centre.drawn(per_subject=1)
    path = f"inspections/{item['id']}"
    assert item["inspectors"] == 2
    assert (await centre.post(office.operator, f"{path}/marks", marks=FULL))[0] == 404, "one's own"
    assert (await centre.post(office.other, f"{path}/marks", marks=FULL))[0] == 404, "no inspector"
    assert (await centre.post(office.manager, f"{path}/marks", marks=FULL))[0] == 201
    assert (await centre.post(office.manager, f"{path}/marks", marks=FULL))[0] == 409
    assert len((await centre.get(office.manager, path))[1]["marks"]) == 1
    assert (await centre.get(centre.second, path))[1]["marks"] == []
    assert (await centre.get(office.operator, path))[0] == 404
    other = FULL | {"answer": 0, "greeting": 5}
    assert (await centre.post(centre.second, f"{path}/marks", marks=other))[1]["field"] == "remark"
    assert (await centre.post(centre.second, f"{path}/marks", marks=other, remark="答复有误"))[1]["score"] == 70
    _, shown = await centre.get(office.operator, path)
    assert (shown["score"], len(shown["marks"])) == (85, 2)
    _, printed = await centre.get(office.manager, f"inspections/samples/{sample}")
    assert (printed["pairs"], printed["equal"], printed["kappa"]) == (6, 4, 0.0)
    async with centre.pool.acquire() as conn:
        third = await user(conn, Role.MANAGER)
    assert (await centre.post(third, f"{path}/marks", marks=FULL))[0] == 409


@pytest.mark.parametrize(
    ("marks", "field"),
    [
        ({}, "mark.greeting"),
        (FULL | {"answer": 26}, "mark.answer"),
        (FULL | {"answer": -1}, "mark.answer"),
        (FULL | {"beauty": 1}, "mark.beauty"),
        ({**FULL, "answer": "二十"}, "mark.answer"),
    ],
)
async def test_a_bad_mark_is_named(centre: Centre, marks: dict[str, Any], field: str) -> None:
    await centre.recorded(centre.office.operator)
    week_over(centre)
    _, (item,) = await centre.drawn(per_subject=1)
    status, said = await centre.post(centre.office.manager, f"inspections/{item['id']}/marks", marks=marks)
    assert (status, said["field"]) == (422, field)


async def test_an_operator_who_was_let_inspects_and_hears(centre: Centre) -> None:
    """Calls of others, never one's own; until the manager ends it."""
    office = centre.office
    await centre.recorded(office.operator)
    week_over(centre)
    _, (item,) = await centre.drawn(per_subject=1)
    recording = await centre.pool.fetchval("SELECT id FROM recording")
    assert (await centre.post(office.other, f"recordings/{recording}/plays"))[0] == 403
    assert (await centre.post(office.manager, "inspections/inspectors", name=office.other.name))[0] == 201
    assert (await centre.post(office.other, f"recordings/{recording}/plays"))[0] == 201
    assert len((await centre.get(office.other, "inspections?view=waiting"))[1]["items"]) == 1
    assert (await centre.post(office.other, f"inspections/{item['id']}/marks", marks=FULL))[0] == 201
    assert (await centre.post(office.manager, f"inspections/inspectors/{office.other.id}/ends"))[0] == 201
    assert (await centre.post(office.other, f"recordings/{recording}/plays"))[0] == 403


@pytest.mark.parametrize(("late", "status"), [(-S, 201), (0 * S, 201), (S, 409)])
async def test_an_objection_comes_within_three_working_days(centre: Centre, late: timedelta, status: int) -> None:
    """To the close of business of the third, a Friday here: at that second it is in time."""
    await centre.recorded(centre.office.operator)
    week_over(centre)
    item = await settled(centre)
    _, shown = await centre.get(centre.office.operator, f"inspections/{item}")
    until = datetime.fromisoformat(shown["object_until"])
    assert until.isoformat() == "2026-03-13T17:00:00+08:00"
    centre.clock.at = until + late
    made, _ = await centre.post(centre.office.operator, f"inspections/{item}/objections", reason="我说清了")
    assert made == status


async def test_who_had_no_part_in_it_decides(centre: Centre) -> None:
    office = centre.office
    await centre.recorded(office.operator)
    week_over(centre)
    item = await settled(centre)
    path = f"inspections/{item}"
    assert (await centre.post(office.other, f"{path}/objections", reason="不对"))[0] == 404
    assert (await centre.post(office.manager, f"{path}/objections", reason="不对"))[0] == 403
    assert (await centre.post(centre.second, f"{path}/decisions", upheld=True, reason="对", score=90))[0] == 409
    assert (await centre.post(office.operator, f"{path}/objections", reason="我说清了"))[0] == 201
    assert (await centre.post(office.operator, f"{path}/objections", reason="再说一次"))[0] == 409
    assert [i["id"] for i in (await centre.get(centre.second, "inspections?view=objections"))[1]["items"]] == [item]
    assert (await centre.post(office.manager, f"{path}/decisions", upheld=False, reason="不对"))[0] == 403
    assert (await centre.post(office.operator, f"{path}/decisions", upheld=True, reason="对", score=90))[0] == 403
    assert (await centre.post(centre.second, f"{path}/decisions", upheld=True, reason="对"))[1]["field"] == "score"
    assert (await centre.post(centre.second, f"{path}/decisions", upheld=True, reason="录音里说清了", score=95))[
        0
    ] == 201
    _, shown = await centre.get(office.operator, path)
    assert (shown["score"], shown["objection"]["upheld"]) == (95, True)
    assert (await centre.post(centre.second, f"{path}/decisions", upheld=False, reason="对"))[0] == 409


async def test_replies_of_departments_likewise(centre: Centre, services: Services) -> None:
    """The department sees its own and objects; another does not see it; nor it one that comes to be hidden from it."""
    office = centre.office
    async with centre.pool.acquire() as conn, conn.transaction():
        office.conn = conn
        number = await office.told()
    week_over(centre)
    item = await settled(centre, "reply", 70)
    path = f"inspections/{item}"
    _, mine = await centre.get(office.liaison, "inspections")
    assert [(row["ticket"], row["score"]) for row in mine["items"]] == [(number, 70)]
    assert (await centre.get(office.stranger, "inspections"))[1]["items"] == []
    assert (await centre.get(office.stranger, path))[0] == 404
    assert (await centre.post(office.liaison, f"{path}/objections", reason="已修好"))[0] == 201
    ident = await centre.pool.fetchval("SELECT id FROM ticket WHERE number = $1", number)
    await centre.pool.execute(
        "INSERT INTO protection (ticket_id, why, from_at) VALUES ($1, 'desk', $2)", ident, centre.clock.now()
    )
    await centre.pool.execute(
        "INSERT INTO named_unit (ticket_id, department_id, named, at, by_actor) VALUES ($1, $2, true, $3, 'system')",
        ident,
        office.lamps,
        centre.clock.now(),
    )
    assert (await centre.get(office.liaison, "inspections"))[1]["items"] == []
    assert (await centre.get(office.liaison, path))[0] == 404


async def test_a_form_is_data_and_samples_keep_theirs(centre: Centre) -> None:
    office = centre.office
    await centre.recorded(office.operator)
    week_over(centre)
    _, (item,) = await centre.drawn(per_subject=1)
    half = [{"code": "all", "title": "整体", "points": 60}, {"code": "rest", "title": "其他", "points": 40}]
    assert (await centre.post(office.manager, "inspections/forms", kind="call", criteria=half[:1]))[1][
        "field"
    ] == "criteria"
    assert (await centre.post(office.manager, "inspections/forms", kind="call", lines="整体 60"))[1]["field"] == "lines"
    assert (await centre.post(office.manager, "inspections/forms", kind="call", criteria=half))[1]["version"] == 2
    assert (await centre.post(office.manager, "inspections/forms", kind="call", lines="one 100 整体"))[1][
        "version"
    ] == 3
    assert (await centre.get(office.manager, "inspections/forms?kind=call"))[1]["version"] == 3
    assert (await centre.post(office.manager, f"inspections/{item['id']}/marks", marks=FULL))[0] == 201
