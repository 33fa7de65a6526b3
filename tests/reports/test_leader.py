"""The leader's page and figures over HTTP: who may, which month, and that they say what the sheet says."""

from __future__ import annotations

import re

import pytest
from aiohttp.test_utils import TestClient

from hotline.base.clock import MovingClock
from hotline.base.db.connection import Pool
from hotline.base.services import Services
from hotline.people.user import User
from tests.doors import token
from tests.reports.story import StoryOffice, at, lived, office


@pytest.fixture
async def told(pool: Pool, services: Services, clock: MovingClock) -> StoryOffice:
    """March is over; it is the morning of 2 April."""
    async with pool.acquire() as conn:
        made = await office(conn, services, clock)
        await lived(made)
    clock.at = at("2026-04-02 09:00")
    return made


async def test_the_leader_reads_last_month(client: TestClient, pool: Pool, told: StoryOffice) -> None:
    headers = await token(pool, told.services, told.leader)
    answer = await client.get("/leader", headers=headers)
    text = await answer.text()
    assert answer.status == 200
    assert "2026年3月热线办理情况" in text
    assert re.search(r'replied_in_time\?month=2026-03&amp;department=T01">66.7%</a><small> 2/3', text)
    assert "style=" not in text
    late = await client.get("/leader/figures/replied_in_time?month=2026-03&department=T01&part=missed", headers=headers)
    numbers = re.findall(r'href="/tickets/(\d+)"', await late.text())
    assert len(numbers) == 1
    assert (await client.get("/leader?month=2026-05", headers=headers)).status == 422
    assert (await client.get("/leader?month=x", headers=headers)).status == 422
    assert (await client.get("/leader/figures/nothing", headers=headers)).status == 404
    english = await client.get("/leader", headers={**headers, "Cookie": "language=en"})
    assert "How the matters of March 2026 were handled" in await english.text()


@pytest.mark.parametrize(("who", "status"), [("leader", 200), ("manager", 200), ("operator", 403), ("lamps", 403)])
async def test_who_reads_the_leaders_page(
    client: TestClient, pool: Pool, told: StoryOffice, who: str, status: int
) -> None:
    user: User = getattr(told, who)
    headers = await token(pool, told.services, user)
    assert (await client.get("/leader", headers=headers)).status == status


async def test_a_department_reads_its_own(client: TestClient, pool: Pool, told: StoryOffice) -> None:
    headers = await token(pool, told.services, told.lamps)
    page = await client.get("/department/figures?month=2026-03", headers=headers)
    assert page.status == 200
    assert "2/3" in await page.text()
    assert (await client.get("/department/figures/resolve", headers=headers)).status == 404
    assert (
        await client.get("/department/figures/replied_in_time?month=2026-03&department=T02", headers=headers)
    ).status == 404
    own = await client.get("/department/figures/replied_in_time?month=2026-03", headers=headers)
    assert len(re.findall(r'href="/tickets/\d+"', await own.text())) == 3


async def test_the_heirs_of_a_merged_department_read_its_figures(
    client: TestClient, pool: Pool, told: StoryOffice
) -> None:
    async with pool.acquire() as conn:
        await conn.execute(
            "UPDATE department SET valid_to = '2026-04-01', into_id = $1 WHERE code = 'T01'",
            told.water.department_id,
        )
    headers = await token(pool, told.services, told.water)
    own = await (await client.get("/department/figures?month=2026-03", headers=headers)).text()
    assert "department=T01" in own
    theirs = await client.get("/department/figures?month=2026-03&department=T01", headers=headers)
    assert "2/3" in await theirs.text()
    path = "/department/figures/replied_in_time?month=2026-03&department=T01"
    assert len(re.findall(r'href="/tickets/\d+"', await (await client.get(path, headers=headers)).text())) == 3
    found = await (await client.get("/api/v1/figures?month=2026-03", headers=headers)).json()
    assert [item["department"] for item in found["items"]] == ["T01", "T02"]


async def test_the_figures_for_programs(client: TestClient, pool: Pool, told: StoryOffice) -> None:
    headers = await token(pool, told.services, told.leader)
    found = await (await client.get("/api/v1/figures?month=2026-03", headers=headers)).json()
    by_code = {item["department"]: {f["name"]: f for f in item["figures"]} for item in found["items"]}
    assert by_code["T01"]["replied_in_time"] == {
        "name": "replied_in_time",
        "unit": "rate",
        "numerator": 2,
        "denominator": 3,
        "shown": "66.7%",
    }
    assert by_code["T02"]["first_contact_in_time"]["shown"] == "—"
    assert by_code[None]["received"]["numerator"] == 5
    behind = await client.get("/api/v1/figures/received?month=2026-03&limit=2", headers=headers)
    page = await behind.json()
    assert (len(page["items"]), page["next_cursor"] is not None) == (2, True)
    liaison = await token(pool, told.services, told.water)
    own = await (await client.get("/api/v1/figures?month=2026-03", headers=liaison)).json()
    assert [item["department"] for item in own["items"]] == ["T02"]
    other = await client.get("/api/v1/figures?month=2026-03&department=T01", headers=liaison)
    assert other.status == 404
    bad = await client.get("/api/v1/figures?month=2026-3", headers=headers)
    assert (bad.status, (await bad.json())["field"]) == (422, "month")
