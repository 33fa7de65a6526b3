"""What every page has: signing in, the language, errors, and nothing that axe-core finds serious."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from hotline.people.passwords import hashed
from hotline.ticket import Role
from tests.browser.conftest import Context, SignIn, Site, check

pytestmark = pytest.mark.browser


async def test_signing_in_by_name_and_password(site: Site, visitor: SignIn) -> None:
    user = await site.user(Role.LEADER, name="leader_li")
    async with site.pool.acquire() as conn:
        await conn.execute(
            "UPDATE app_user SET password_hash = $2 WHERE id = $1",
            user.id,
            await hashed("right horse battery"),
        )
    page = await visitor("/me")
    await check(page)
    await page.get_by_label("用户名").fill("leader_li")
    await page.get_by_label("密码").fill("wrong")
    await page.get_by_role("button", name="登录").click()
    await expect(page.get_by_role("alert")).to_have_text("用户名或密码不对。")
    await expect(page.get_by_label("用户名")).to_have_value("leader_li")
    await page.get_by_label("密码").fill("right horse battery")
    await page.get_by_role("button", name="登录").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("leader_li")


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("phone", [False, True])
async def test_ones_own_page_is_accessible(sign_in: SignIn, language: str, phone: bool) -> None:
    page = await sign_in(Role.OPERATOR, "/me", language=language, phone=phone)
    await check(page)
    assert await page.locator("html").get_attribute("lang") == ("zh-CN" if language == "zh" else "en")


async def test_the_language_is_switched_in_the_page(sign_in: SignIn) -> None:
    page = await sign_in(Role.OPERATOR, "/me")
    await page.get_by_role("link", name="English").click()
    await expect(page.get_by_role("button", name="Sign out", exact=True)).to_be_visible()
    assert page.url.endswith("/me")
    await page.get_by_role("link", name="中文").click()
    await expect(page.get_by_role("button", name="退出", exact=True)).to_be_visible()


async def test_an_unknown_page_says_so(sign_in: SignIn) -> None:
    page = await sign_in(Role.OPERATOR, "/no/such/page")
    await expect(page.get_by_role("alert")).to_have_text("没有这个页面。")
    await check(page)


async def test_who_is_not_signed_in_comes_to_where_they_wanted(visitor: SignIn) -> None:
    page = await visitor("/api/docs")
    await check(page)
    page = await visitor("/me?a=1&b=2")
    await expect(page.locator("input[name=next]")).to_have_value("/me?a=1&b=2")


async def test_the_news_reach_an_open_page(site: Site, sign_in: SignIn, context: Context) -> None:
    from hotline.base.http.live import LiveKind, notify

    page = await sign_in(Role.OPERATOR)
    await page.evaluate(
        "document.body.addEventListener('live:ticket', e => {"
        " document.body.dataset.heard = (document.body.dataset.heard ?? '') + e.detail.number })"
    )
    await expect(page.locator("body[data-live='/live']")).to_be_attached()
    await site.streams(1)
    async with site.pool.acquire() as conn:
        await notify(conn, "department:1", LiveKind.TICKET, number="not ours")
        await notify(conn, "centre", LiveKind.TICKET, number="26000001")
    await expect(page.locator("body")).to_have_attribute("data-heard", "26000001")
