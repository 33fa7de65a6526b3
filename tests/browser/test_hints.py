"""Hot topics, known outages and the hints beside a ticket, at the desk and on the phone, in both languages."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.async_api import expect

from hotline.ticket import Role
from tests import office
from tests.browser.conftest import SignIn, Site, check, press, shot

pytestmark = pytest.mark.browser


class Estate:
    """An estate without water: three people called, the water company has posted it; one ticket waits for its department."""

    def __init__(self, site: Site) -> None:
        self.site = site

    async def fill(self) -> Estate:
        site, now = self.site, self.site.clock.now()
        async with site.pool.acquire() as conn:
            self.water = await office.department(conn, "D61", "县自来水公司", duties=["停水"])
            self.operator = await office.user(conn, Role.OPERATOR, name="小王")
            await office.on_shift(conn, self.operator, now)
            self.liaison = await office.user(conn, Role.LIAISON, department=self.water, name="老许")
            self.numbers = [
                (
                    await office.ticket(
                        conn,
                        site.services,
                        f"我家丽发{kind}{i}号楼停水了，什么时候来水",
                        f"+861390000006{i}",
                        place=f"丽发{kind}{i}号楼",
                    )
                ).number
                for i, kind in enumerate(("新城", "小区", "花园"), 1)
            ]
            await conn.execute(
                "INSERT INTO outage (department_id, matter, place, text, until_at, posted_by, posted_at)"
                " VALUES ($1, '停水', '丽发新城', '主管道爆裂，正在抢修。', $2, 'user:1', $3)",
                self.water,
                now + timedelta(hours=5),
                now,
            )
        await site.tick()
        return self


@pytest.fixture
async def estate(site: Site) -> Estate:
    return await Estate(site).fill()


@pytest.mark.parametrize("phone", [False, True])
@pytest.mark.parametrize("language", ["zh", "en"])
async def test_hot_topics_and_outages(estate: Estate, sign_in: SignIn, language: str, phone: bool) -> None:
    page = await sign_in(estate.operator, "/centre/topics", language=language, phone=phone)
    await expect(page.get_by_text("丽发新城", exact=True)).to_be_visible()
    await expect(page.get_by_text("3人，24小时内" if language == "zh" else "3 people, within 24 hours")).to_be_visible()
    await expect(page.locator("nav [aria-current]")).to_have_count(1)
    await check(page)
    await shot(page, f"topics-{language}-{phone}")
    for who in (Role.MANAGER, estate.liaison):
        page = await sign_in(who, "/outages", language=language, phone=phone)
        await expect(page.locator("p.words", has_text="主管道爆裂")).to_be_visible()
        for fold in await page.locator("main details > summary").all():
            await fold.click()
        await check(page)
    await shot(page, f"outages-{language}-{phone}")


@pytest.mark.parametrize("phone", [False, True])
@pytest.mark.parametrize("language", ["zh", "en"])
async def test_the_hints_beside_a_ticket(estate: Estate, sign_in: SignIn, language: str, phone: bool) -> None:
    page = await sign_in(estate.operator, f"/tickets/{estate.numbers[0]}", language=language, phone=phone)
    hints = page.locator(".suggestions")
    await expect(hints.get_by_text("主管道爆裂")).to_be_visible()
    hot = hints.get_by_role("region", name="热点事项" if language == "zh" else "Hot topics")
    await expect(hot.get_by_text("停水 · 丽发新城")).to_be_visible()
    await expect(hints.locator(".near > li")).to_have_count(2)
    await expect(hints.locator(".suggested button").first).to_contain_text("县自来水公司")
    await check(page)
    await shot(page, f"hints-{language}-{phone}")


async def test_danger_is_confirmed_by_one_key_while_typing(estate: Estate, sign_in: SignIn) -> None:
    page = await sign_in(estate.operator, "/operator")
    await page.locator("#new-text").fill("建设街45号楼着火了，有人被困")
    await page.locator("[data-key=f8]").wait_for()
    await press(page, "F8")
    await expect(page.locator("#new [name=urgency][value=critical]")).to_be_checked()


async def test_one_key_attaches_and_it_is_shown(estate: Estate, sign_in: SignIn) -> None:
    number = estate.numbers[0]
    page = await sign_in(estate.operator, f"/tickets/{number}")
    await page.locator("[data-key=o]", has_text="关联到这次停供").wait_for()
    await press(page, "o")
    await expect(page.get_by_role("heading", name="已派单")).to_be_visible()
    async with estate.site.pool.acquire() as conn:
        assert await office.state(conn, number) == "dispatched"
        assert await conn.fetchval("SELECT count(*) FROM outage_ticket") == 1
    await expect(page.locator("main .panel", has_text="主管道爆裂")).to_be_visible()
    await expect(page.locator("[data-key=o]", has_text="关联到这次停供")).to_have_count(0)
    await check(page)


async def test_posted_and_mended_with_the_thumb(estate: Estate, sign_in: SignIn) -> None:
    page = await sign_in(estate.liaison, "/outages", phone=True)
    await page.get_by_label("什么事").fill("停水")
    await page.get_by_label("地点").fill("嫩江大街")
    await page.locator("#f-text").fill("阀门检修。")
    await page.get_by_role("button", name="发布").click()
    await expect(page.get_by_role("heading", name="停水 · 嫩江大街")).to_be_visible()
    await check(page)
    small = await page.evaluate(
        "[...document.querySelectorAll('main button, main summary, main input')]"
        ".filter(e => e.getClientRects().length && e.getBoundingClientRect().height < 44).map(e => e.outerHTML.slice(0, 90))"
    )
    assert small == []
    for left in (1, 0):
        await page.get_by_text("已恢复，通知来电人").first.click()
        await page.get_by_role("button", name="确认已恢复").first.click()
        await expect(page.get_by_text("已恢复，通知来电人")).to_have_count(left)


async def test_words_being_typed_bring_the_hints(estate: Estate, sign_in: SignIn) -> None:
    page = await sign_in(estate.operator, "/operator")
    await page.locator("#new-text").fill("丽发小区停水")
    hints = page.locator("#suggested")
    await expect(hints.get_by_text("主管道爆裂")).to_be_visible()
    await expect(hints.locator(".near > li")).to_have_count(3)
    await check(page)
    await shot(page, "typed")


async def test_a_merge_by_its_hint(estate: Estate, sign_in: SignIn) -> None:
    page = await sign_in(estate.operator, f"/tickets/{estate.numbers[1]}")
    hints = page.locator(".suggestions")
    await hints.locator(".near > li", has_text=estate.numbers[0]).get_by_role("button", name="并入这件").click()
    await expect(page.get_by_text("已合并").first).to_be_visible()
    async with estate.site.pool.acquire() as conn:
        assert await office.state(conn, estate.numbers[1]) == "merged"
