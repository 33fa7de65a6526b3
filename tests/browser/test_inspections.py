"""Quality inspection in real browsers: a sample drawn, listened to, marked by two, objected to and decided."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.async_api import Page, expect

from hotline.people.user import User
from hotline.recordings.store import add_whole
from hotline.ticket import Role
from tests.browser.conftest import SignIn, Site, check, press, shot
from tests.hotline.recordings.sounds import call, parts, tone, wav

pytestmark = pytest.mark.browser


async def recorded(site: Site, operator: User) -> None:
    """A recorded call of the operator, a week ago by now."""
    now = site.clock.now()
    made = await call(site.pool, now, operator=operator.id, over=True)
    await add_whole(site.pool, site.services, made, "RE1", "audio/wav", parts(wav(tone(4), tone(4, 0.1))), now)
    site.clock.move(timedelta(days=7))


async def give(page: Page, points: dict[str, int], remark: str) -> None:
    """Fill the form and send it by its key."""
    for label, value in points.items():
        await page.get_by_label(label).fill(str(value))
    await page.get_by_label("扣分说明").fill(remark)
    await shot(page, "inspection-form")
    await press(page, "Control+Enter")


FULL = {"问候与工号": 10, "倾听": 15, "诉求听清": 20, "答复或派单": 25, "承诺时限": 15, "用语文明": 15}


async def test_from_the_drawing_to_the_decision(site: Site, sign_in: SignIn) -> None:
    operator = await site.user(Role.OPERATOR, name="wang")
    first, second, third = [await site.user(Role.MANAGER, name=name) for name in ("zhao", "qian", "sun")]
    await recorded(site, operator)
    page = await sign_in(first, "/inspections")
    await check(page)
    await page.get_by_role("button", name="抽通话").click()
    await expect(page.get_by_text("重新抽取结果一致")).to_be_visible()
    await check(page)
    await page.goto("/inspections")
    await page.get_by_role("link", name="打开").last.click()
    await expect(page.locator("sound-player")).to_be_visible()
    await press(page, "F7")
    await expect(page.get_by_role("button", name="暂停")).to_be_visible()
    await check(page)
    await give(page, FULL, "")
    await expect(page.get_by_role("heading", name="质检", exact=True)).to_be_visible()
    item = await site.pool.fetchval("SELECT item_id FROM inspection")
    other = await sign_in(second, f"/inspections/{item}")
    await give(other, FULL | {"承诺时限": 0}, "没有说时限")
    await expect(other.get_by_role("heading", name="质检", exact=True)).to_be_visible()
    mine = await sign_in(operator, "/inspections")
    await expect(mine.get_by_text("92 分")).to_be_visible()
    await check(mine)
    await mine.get_by_role("link", name="打开").click()
    await expect(mine.get_by_text("没有说时限")).to_be_visible()
    await mine.get_by_label("异议理由").fill("3分10秒说了周五前")
    await shot(mine, "inspection-operator")
    await mine.get_by_role("button", name="提出异议").click()
    await expect(mine.get_by_text("等待未参与的人裁定")).to_be_visible()
    await check(mine)
    judge = await sign_in(third, f"/inspections/{item}")
    await judge.get_by_label("原因").fill("确实说了")
    await judge.get_by_label("异议成立时的得分").fill("100")
    await judge.get_by_role("button", name="成立", exact=True).click()
    await expect(judge.get_by_text("得分 100")).to_be_visible()
    await judge.goto("/inspections/samples/1")
    await expect(judge.get_by_text("6 项中 5 项一致")).to_be_visible()
    await shot(judge, "inspection-sample")
    await judge.goto("/inspections/forms")
    await check(judge)
    await shot(judge, "inspection-forms")


async def test_on_a_phone(site: Site, sign_in: SignIn) -> None:
    manager = await site.user(Role.MANAGER, name="zhao")
    operator = await site.user(Role.OPERATOR, name="wang")
    await recorded(site, operator)
    page = await sign_in(manager, "/inspections", phone=True)
    await page.get_by_role("button", name="抽通话").click()
    await expect(page.get_by_text("重新抽取结果一致")).to_be_visible()
    await page.get_by_role("link", name="打开").click()
    await expect(page.locator("sound-player")).to_be_visible()
    await check(page)
    await shot(page, "inspection-phone")
