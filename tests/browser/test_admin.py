"""Administration in a real browser: an account made, given a new password, left; what auditors read."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import expect

from hotline.ticket import Role
from tests.browser.conftest import SignIn, Site, check

pytestmark = pytest.mark.browser


async def test_an_account_from_first_to_last_day(site: Site, sign_in: SignIn) -> None:
    page = await sign_in(Role.ADMIN)
    await page.goto(site.url + "/admin")
    await check(page)
    await page.get_by_label("登录名").fill("zhaoli")
    await page.get_by_label("显示姓名").fill("赵丽")
    await page.locator("#f-role").select_option("operator")
    await page.get_by_role("button", name="添加用户").click()
    secret = await page.locator("#secret").inner_text()
    assert re.fullmatch(r"(\w{4}-){3}\w{4}", secret)
    await page.get_by_role("link", name="赵丽").click()
    await check(page)
    await page.get_by_role("button", name="重发一次性密码").click()
    await expect(page.locator("#secret")).to_have_text(re.compile(r"^\s*(\w{4}-){3}\w{4}\s*$"))
    await expect(page.locator("#secret")).not_to_have_text(secret)
    await page.get_by_role("button", name="离岗：即刻停用登录").click()
    await expect(page.get_by_text("不能登录")).to_be_visible()


async def test_what_is_wrong_is_said_and_nothing_typed_is_lost(site: Site, sign_in: SignIn) -> None:
    page = await sign_in(Role.ADMIN)
    await page.goto(site.url + "/admin")
    await page.get_by_label("登录名").fill("qian")
    await page.get_by_role("button", name="添加用户").click()  # a liaison without a department
    await expect(page.locator(".said")).to_contain_text("所属单位")
    await expect(page.get_by_label("登录名")).to_have_value("qian")


async def test_auditors_read_who_did_what(site: Site, sign_in: SignIn) -> None:
    page = await sign_in(Role.ADMIN)
    await page.goto(site.url + "/admin")
    await page.get_by_label("登录名").fill("sunwei")
    await page.locator("#f-role").select_option("leader")
    await page.get_by_role("button", name="添加用户").click()
    reader = await sign_in(Role.AUDITOR)
    await reader.goto(site.url + "/admin/audit")
    await expect(reader.get_by_role("cell", name="添加用户").first).to_be_visible()
    await check(reader)
    await reader.goto(site.url + "/admin/showings")
    await check(reader)
