"""An action over HTTP: one route for programs, one for pages; a refused form comes back filled on the page it came from."""

from __future__ import annotations

import re

import pytest
from aiohttp.test_utils import TestClient

from hotline.base.db.connection import Pool
from hotline.base.services import Services
from hotline.people import passwords
from hotline.ticket import Role
from tests.doors import Browser, browser
from tests.office import department, user


async def leader(client: TestClient, pool: Pool, services: Services) -> Browser:
    async with pool.acquire() as conn:
        lamps = await department(conn, "T05", "路灯所")
        who = await user(conn, Role.LIAISON, department=lamps, leads=True, name="测试老周")
    return await browser(client, pool, services, who)


async def manager(client: TestClient, pool: Pool, services: Services) -> Browser:
    async with pool.acquire() as conn:
        return await browser(client, pool, services, await user(conn, Role.MANAGER))


#: A shift that ends before it begins.
SHIFT = {"name": "测试老周", "from": "2026-03-04T08:00", "to": "2026-03-04T07:00", "rank": "deputy"}


async def test_a_refused_form_comes_back_filled_with_the_fault_at_its_field(
    client: TestClient, pool: Pool, services: Services
) -> None:
    page = await leader(client, pool, services)
    answer = await page.post("/rosters/shifts", **SHIFT)
    assert answer.status == 422
    said = await answer.text()
    form = re.search(r'<form[^>]*action="/rosters/shifts"[^>]*>.*?</form>', said, re.S)
    assert form is not None
    assert 'role="alert"' in form[0]
    assert re.search(r'<input[^>]*name="to"[^>]*value="2026-03-04T07:00"[^>]*aria-invalid="true"', form[0])
    assert re.search(r'<input[^>]*name="from"[^>]*value="2026-03-04T08:00"', form[0])
    assert re.search(r"<(input|select|option)[^>]*测试老周", form[0])
    assert re.search(r'<option value="deputy" selected', form[0])
    assert form[0].count("aria-invalid") == 1


async def test_it_comes_back_on_the_page_that_it_was_sent_from(
    client: TestClient, pool: Pool, services: Services
) -> None:
    page = await leader(client, pool, services)
    here = str(client.make_url("/rosters?month=2026-05"))
    form = {**SHIFT, "csrf": page.csrf}
    answer = await client.post(
        "/rosters/shifts", data=form, headers={"Cookie": f"hotline={page.cookie}", "Referer": here}
    )
    assert answer.status == 422
    assert "2026-05" in await answer.text()
    foreign = {"Cookie": f"hotline={page.cookie}", "Referer": "https://elsewhere.example/rosters?month=2026-05"}
    answer = await client.post("/rosters/shifts", data=form, headers=foreign)
    assert answer.status == 422
    assert "2026-05" not in await answer.text()


async def test_a_part_of_a_page_gets_the_words_alone(client: TestClient, pool: Pool, services: Services) -> None:
    page = await leader(client, pool, services)
    answer = await client.post(
        "/rosters/shifts",
        data={**SHIFT, "csrf": page.csrf},
        headers={"Cookie": f"hotline={page.cookie}", "HX-Request": "true"},
    )
    assert answer.status == 422
    assert "<form" not in await answer.text()


async def test_what_has_no_form_any_more_is_said_above_the_page_with_what_was_typed(
    client: TestClient, pool: Pool, services: Services
) -> None:
    page = await manager(client, pool, services)
    answer = await page.post("/call-backs/999/completions", note="已回电，无人接听")
    assert answer.status == 404
    said = await answer.text()
    assert re.search(r'<main[^>]*><div class="said" role="alert">', said)
    assert "已回电，无人接听" in said


async def test_a_password_is_hashed_while_no_connection_is_held(
    client: TestClient, pool: Pool, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with pool.acquire() as conn:
        page = await browser(client, pool, services, await user(conn, Role.ADMIN))
    held: list[int] = []
    hashed = passwords.hashed

    async def watched(password: str) -> str:
        held.append(pool.get_size() - pool.get_idle_size())
        return await hashed(password)

    monkeypatch.setattr(passwords, "hashed", watched)
    made = {"name": "xiaozhao", "shown_name": "小赵", "role": "operator"}
    assert (await page.post("/admin/users", **made)).status == 200
    assert held == [0]
