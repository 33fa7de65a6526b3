"""Reconciliation as managers see it: a day is asked for, and what differed says what was made of it."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from hotline.telephony.reconciliation import sweep_reconciliations
from hotline.ticket import Role
from tests.browser.conftest import SignIn, Site, check, shot

pytestmark = pytest.mark.browser
HELD = "INSERT INTO simulated (sid, direction, channel, phone, body, at) VALUES ($1, 'in', $2, '+8613900000001', '停水了', $3)"


@pytest.mark.parametrize("phone", [False, True])
async def test_a_day_is_compared_and_each_difference_is_shown(site: Site, sign_in: SignIn, phone: bool) -> None:
    async with site.pool.acquire() as conn:
        await conn.execute(HELD, "CA" + "1" * 32, "voice", site.clock.now())
        await conn.execute(HELD, "SM" + "2" * 32, "sms", site.clock.now())
    page = await sign_in(Role.MANAGER, "/centre/reconciliations", phone=phone)
    await check(page)
    await page.get_by_label("日期").fill("2026-03-04")
    await page.get_by_role("button", name="立即对账").click()
    await expect(page.get_by_text("等待对账。")).to_be_visible()
    assert await sweep_reconciliations(site.pool, site.services, site.clock.now()) == 1
    await page.reload()
    await check(page)
    await shot(page, f"reconciliations-{'phone' if phone else 'desk'}")
    await page.get_by_role("link", name="2026-03-04").click()
    await expect(page.get_by_text("来电: 我们没有收到")).to_be_visible()
    await expect(page.get_by_text("已列入待回电")).to_be_visible()
    await expect(page.get_by_text("来信: 我们没有收到")).to_be_visible()
    await check(page)
    await shot(page, f"reconciliation-{'phone' if phone else 'desk'}")
