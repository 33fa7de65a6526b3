"""Administration in a real browser: an account made, given a new password, left; what auditors read."""

from __future__ import annotations

import re

import pytest

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
    assert await page.locator("#secret").inner_text() != secret
    await page.get_by_role("button", name="离岗：即刻停用登录").click()
    assert await page.get_by_text("不能登录").is_visible()


async def test_what_is_wrong_is_said_and_nothing_typed_is_lost(site: Site, sign_in: SignIn) -> None:
    page = await sign_in(Role.ADMIN)
    await page.goto(site.url + "/admin")
    await page.get_by_label("登录名").fill("qian")
    await page.get_by_role("button", name="添加用户").click()  # a liaison without a department
    assert "所属单位" in await page.locator(".said").inner_text()
    assert await page.get_by_label("登录名").input_value() == "qian"


async def test_auditors_read_who_did_what(site: Site, sign_in: SignIn) -> None:
    page = await sign_in(Role.ADMIN)
    await page.goto(site.url + "/admin")
    await page.get_by_label("登录名").fill("sunwei")
    await page.locator("#f-role").select_option("leader")
    await page.get_by_role("button", name="添加用户").click()
    reader = await sign_in(Role.AUDITOR)
    await reader.goto(site.url + "/admin/audit")
    assert await reader.get_by_role("cell", name="添加用户").first.is_visible()
    await check(reader)
    await reader.goto(site.url + "/admin/showings")
    await check(reader)
