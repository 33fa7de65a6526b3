"""A session that is over while somebody types: the page says so, and nothing that was typed is lost."""

from __future__ import annotations

import pytest
from playwright.async_api import Page, expect

from hotline.base.http.live import LIVE
from hotline.people import passwords, people_sql
from hotline.people.user import User
from hotline.ticket import Role
from tests.browser.conftest import SignIn, Site, press
from tests.office import department, move, on_shift, ticket, user

pytestmark = pytest.mark.browser
WORD = "a password for this test"


async def end_sessions(site: Site, who: User) -> None:
    """Somebody else changed the password, or the day was over; the old one is known to the test."""
    async with site.pool.acquire() as conn:
        await people_sql.set_password(conn, who.id, await passwords.hashed(WORD))
        await people_sql.end_sessions(conn, who.id, site.clock.now(), b"")


async def sign_in_again(page: Page, who: User) -> None:
    await page.wait_for_url("**/login?**")
    await page.get_by_label("用户名").fill(who.name)
    await page.get_by_label("密码").fill(WORD)
    await page.get_by_role("button", name="登录").click()


async def test_a_reply_that_was_sent_too_late_stands_in_its_form_again(site: Site, sign_in: SignIn) -> None:
    async with site.pool.acquire() as conn:
        lamps = await department(conn, "T05", "路灯局")
        manager = await user(conn, Role.MANAGER)
        liaison = await user(conn, Role.LIAISON, department=lamps, name="老张")
        opened = await ticket(conn, site.services)
        await move(conn, site.services, manager, opened.number, "assignments", department="T05")
        await move(conn, site.services, liaison, opened.number, "signatures")
        await move(conn, site.services, liaison, opened.number, "first-contacts", note="约好今晚", via="visit")
    page = await sign_in(liaison, f"/department/tickets/{opened.number}", phone=True)
    await page.get_by_label("已解决").check()
    await page.get_by_label("答复来电人的内容").fill("路灯已换新，今晚亮。")
    await end_sessions(site, liaison)
    await page.get_by_role("button", name="提交反馈").click()
    await sign_in_again(page, liaison)
    await page.wait_for_url(f"**/department/tickets/{opened.number}")
    await expect(page.get_by_label("答复来电人的内容")).to_have_value("路灯已换新，今晚亮。")
    await page.get_by_label("已解决").check()
    await page.get_by_role("button", name="提交反馈").click()
    await expect(page.get_by_text("服务中心已收到反馈")).to_be_visible()


async def test_the_words_of_a_caller_stand_in_the_form_again(site: Site, sign_in: SignIn) -> None:
    operator = await site.user(Role.OPERATOR, name="小王")
    async with site.pool.acquire() as conn:
        await on_shift(conn, operator, site.clock.now())
    page = await sign_in(operator, "/operator")
    words = page.locator("#new-text")
    await words.fill("中山路口红绿灯不亮，车都堵住了")
    await end_sessions(site, operator)
    await press(page, "Control+Enter")
    await sign_in_again(page, operator)
    await page.wait_for_url("**/operator")
    await expect(words).to_have_value("中山路口红绿灯不亮，车都堵住了")
    await words.press("Control+Enter")
    await page.wait_for_url("**/tickets/**")
    await page.goto("/operator")
    await expect(words).to_have_value("")


async def test_what_did_not_arrive_is_there_when_one_goes_back(site: Site, sign_in: SignIn) -> None:
    operator = await site.user(Role.OPERATOR)
    page = await sign_in(operator, "/operator")
    await page.locator("#new-text").fill("中山路口红绿灯不亮")
    await page.evaluate("document.querySelector('#new [name=csrf]').value = 'another'")
    await press(page, "Control+Enter")
    await page.get_by_role("link", name="返回（保留已填内容）").click()
    await expect(page.locator("#new-text")).to_have_value("中山路口红绿灯不亮")


async def test_a_page_left_open_says_that_one_is_signed_out(site: Site, sign_in: SignIn) -> None:
    operator = await site.user(Role.OPERATOR)
    page = await sign_in(operator, "/operator")
    await end_sessions(site, operator)
    site.client.app[LIVE].close()  # as at a restart; the page comes back by itself
    await expect(page.get_by_text("登录已失效。已填内容不会丢失。")).to_be_visible(timeout=20_000)
    await expect(page.locator("#offline")).to_be_hidden()
