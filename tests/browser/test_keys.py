"""Keys of the desk: listed by `?`, switched off in this browser, and what leaves the shift asks first."""

from __future__ import annotations

import pytest
from playwright.async_api import Page, expect

from hotline.ticket import Role
from tests import office
from tests.browser.conftest import SignIn, Site, check, press

pytestmark = pytest.mark.browser


async def at_the_desk(site: Site, sign_in: SignIn) -> Page:
    who = await site.user(Role.OPERATOR, name="小王")
    async with site.pool.acquire() as conn:
        await office.on_shift(conn, who, site.clock.now())
    return await sign_in(who, "/operator")


async def test_the_keys_of_a_page_are_listed_and_switched_off(site: Site, sign_in: SignIn) -> None:
    page = await at_the_desk(site, sign_in)
    await press(page, "?")
    keys = page.get_by_role("dialog", name="本页快捷键")
    await expect(keys.locator("li", has_text="下班")).to_contain_text("O")
    await check(page)
    await keys.get_by_role("checkbox").uncheck()
    await press(page, "Escape")
    await expect(keys).to_be_hidden()
    await press(page, "n")
    await expect(page.locator("#new-text")).not_to_be_focused()
    await press(page, "Alt+n")  # with Alt it works in any case
    await expect(page.locator("#new-text")).to_be_focused()
    await page.reload()
    await press(page, "n")
    await expect(page.locator("#new-text")).not_to_be_focused()


async def test_leaving_the_shift_asks_first(site: Site, sign_in: SignIn) -> None:
    page = await at_the_desk(site, sign_in)
    await expect(page.get_by_role("button", name="下班")).to_be_visible()
    for answer in ("Escape", "Enter"):
        await press(page, "o")
        sure = page.get_by_role("dialog", name="确定吗？")
        await expect(sure).to_contain_text("要下班吗")
        async with site.pool.acquire() as conn:
            assert await conn.fetchval("SELECT off_at IS NULL FROM shift")
        await press(page, answer)
    await expect(page.get_by_role("button", name="上班")).to_be_visible()
    async with site.pool.acquire() as conn:
        assert await conn.fetchval("SELECT off_at IS NOT NULL FROM shift")


#: The question is closed, and before the browser has drawn anything or told of it the key is pressed again.
AT_ONCE = """() => {
    const sure = document.getElementById("sure");
    sure.close();
    document.activeElement.dispatchEvent(new KeyboardEvent("keydown", { key: "o", code: "KeyO", bubbles: true }));
    return sure.open;
}"""


async def test_a_key_right_after_a_question_is_not_lost_nor_its_answer(site: Site, sign_in: SignIn) -> None:
    page = await at_the_desk(site, sign_in)
    await press(page, "o")
    await expect(page.get_by_role("dialog", name="确定吗？")).to_contain_text("要下班吗")
    assert await page.evaluate(AT_ONCE)
    await press(page, "Enter")
    await expect(page.get_by_role("button", name="上班")).to_be_visible()
    async with site.pool.acquire() as conn:
        assert await conn.fetchval("SELECT off_at IS NOT NULL FROM shift")
