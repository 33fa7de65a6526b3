"""Calls that are owed, at the desk: red where the clock broke, dialled by one key, ended in one form."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.async_api import expect

from hotline.contacts.call_ends import owe_call, take_call
from tests.browser.conftest import SignIn, Site, check, press, shot
from tests.browser.test_call_bar import CITIZEN, operator_at_phone

pytestmark = pytest.mark.browser


async def owed(site: Site) -> None:
    """Nobody took the call."""
    async with site.pool.acquire() as conn, conn.transaction():
        await take_call(conn, site.services, CITIZEN, "CA1", site.clock.now())
        await owe_call(conn, site.services, "CA1", "missed", None, site.clock.now())


@pytest.mark.parametrize("phone", [False, True])
async def test_an_owed_call_is_dialled_by_one_key_and_ends_in_one_form(
    site: Site, sign_in: SignIn, phone: bool
) -> None:
    who = await operator_at_phone(site)
    await owed(site)
    site.clock.move(timedelta(minutes=16))
    desk = await sign_in(who, "/operator", phone=phone)
    row = desk.locator(".owed li")
    await expect(row).to_have_class("broken")
    await expect(row).to_contain_text("超时")
    await check(desk)
    await shot(desk, f"owed-{'phone' if phone else 'desk'}")
    await press(desk, "l")
    await expect(desk.locator("#dialled")).to_contain_text(CITIZEN)
    assert await site.one("SELECT direction FROM call") == "out"
    assert await site.one("SELECT detail->>'reason' FROM audit WHERE kind = 'revealed'") == "回电"
    await row.locator("summary", has_text="已回电").click()
    await desk.get_by_role("button", name="未联系上，仍待回电").click()
    await expect(row).to_contain_text("已试1次")
    await expect(row).to_have_class("broken")  # a breach stays one
    await row.locator("summary", has_text="查看号码").click()
    await row.get_by_role("button", name="号码").click()
    await expect(row.locator("[data-number]")).to_have_text(CITIZEN)
    await check(desk)
    await row.locator("summary", has_text="已回电").click()
    await desk.get_by_label("回电结果").fill("已说明停水时间")
    await press(desk, "Enter")
    await expect(row).to_have_count(0)
