"""The wall of the centre in a browser: read from afar, fresh by itself, each figure leads to its calls."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from hotline.base.http.live import LiveKind, notify
from hotline.ticket import Role
from tests.browser.conftest import SignIn, Site, check, shot
from tests.office import user
from tests.reports.story import at
from tests.reports.telephone.planted import S, planted_call, planted_day

pytestmark = pytest.mark.browser
NOON = at("2026-03-04 12:00")


async def test_the_wall_and_what_is_behind_it(site: Site, sign_in: SignIn) -> None:
    site.clock.at = NOON + 600 * S
    async with site.pool.acquire() as conn:
        operator = await user(conn, Role.OPERATOR, name="王小明")
        await planted_day(conn, NOON, operator.id)
    page = await sign_in(Role.MANAGER, "/centre/wall")
    signs = page.locator(".sign")
    await expect(signs).to_have_count(8)
    await expect(signs.nth(0).locator("b")).to_have_text("1")
    await expect(signs.nth(3)).to_contain_text("2 / 7")
    await expect(page.locator(".people")).to_contain_text("王小明")
    size = await signs.nth(0).locator("b").evaluate("e => parseFloat(getComputedStyle(e).fontSize)")
    assert size >= 40, "readable from afar"
    await check(page)
    await shot(page, "wall")
    async with site.pool.acquire() as conn:
        await planted_call(conn, NOON + 590 * S, queued=2, state="waiting")
        await notify(conn, "centre", LiveKind.CALL, call=1)
    await expect(signs.nth(0).locator("b")).to_have_text("2")
    await page.emulate_media(color_scheme="dark")
    await check(page)
    await shot(page, "wall-dark")
    await signs.nth(3).locator("a").click()
    await expect(page.locator("tbody tr")).to_have_count(8)
    await check(page)
    await shot(page, "wall-behind")
    await page.goto("/centre/telephone")
    await expect(page.locator(".tile")).to_have_count(10)
    await check(page)
    await shot(page, "telephone-day")


@pytest.mark.parametrize("phone", [False, True], ids=["desktop", "phone"])
async def test_a_shift_is_planned(site: Site, sign_in: SignIn, phone: bool) -> None:
    site.clock.at = NOON
    async with site.pool.acquire() as conn:
        await user(conn, Role.OPERATOR, name="王小明")
        for week in range(1, 4):
            for k in range(20):
                await planted_call(
                    conn, NOON - (week * 7 - 1) * 86400 * S + k * 90 * S, ended=200, why="caller", outcome="answer"
                )
    page = await sign_in(Role.MANAGER, "/centre/staffing", phone=phone)
    await expect(page.locator("main section.panel").first).to_contain_text("12:00 – 12:30")
    await check(page)
    await page.get_by_label("话务员").select_option(label="王小明")
    await page.get_by_role("button", name="排上").click()
    await expect(page.locator("main ul.rows").first).to_contain_text("王小明 03-05 08:00 – 03-05 16:00")
    await shot(page, f"staffing-{'phone' if phone else 'desktop'}")
