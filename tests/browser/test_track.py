"""The citizen's page on a phone: asked with number and code, in both languages, with and without JavaScript."""

from __future__ import annotations

import pytest
from playwright.async_api import Browser, Page, expect

from hotline.ticket import Category
from tests.browser.conftest import SignIn, Site, check, shot
from tests.office import Office, ticket

pytestmark = pytest.mark.browser
WORDS = {
    "zh": ("编号", "查询码", "查询", "已答复您", "没有查到"),
    "en": ("Number", "Query code", "Show me", "You have been answered", "Nothing found"),
}


class Told:
    """A ticket that was answered, and a tipoff."""

    def __init__(self, site: Site) -> None:
        self.site = site

    async def fill(self) -> Told:
        async with self.site.pool.acquire() as conn, conn.transaction():
            office = await Office(conn, self.site.services).fill()
            self.number = await office.told()
            self.tip = (await ticket(conn, self.site.services, "举报", category=Category.TIPOFF)).number
        return self

    def code(self, number: str) -> str:
        return self.site.services.keys.query_code(number)


@pytest.fixture
async def told(site: Site) -> Told:
    return await Told(site).fill()


async def ask(page: Page, language: str, number: str, code: str) -> None:
    label, second, button, *_ = WORDS[language]
    await page.get_by_label(label, exact=True).fill(number)
    await page.get_by_label(second, exact=True).fill(code)
    await page.get_by_role("button", name=button, exact=True).click()


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_asking_on_a_phone(told: Told, visitor: SignIn, language: str) -> None:
    page = await visitor("/track", phone=True, language=language)
    await shot(page, f"track-start-{language}")
    await check(page)
    wrong = f"{(int(told.code(told.number)) + 1) % 10_000:04d}"
    await ask(page, language, told.number, wrong)
    await expect(page.get_by_role("alert")).to_contain_text(WORDS[language][4])
    await expect(page.get_by_label(WORDS[language][0], exact=True)).to_have_value(told.number)
    await check(page)
    await ask(page, language, told.number, told.code(told.number))
    await expect(page.get_by_role("heading", level=1)).to_have_text(WORDS[language][3])
    await shot(page, f"track-ticket-{language}")
    await check(page)
    for path in ("/track/add", "/track/rate", "/track/help"):
        await page.goto(path)
        await shot(page, f"track{path[6:].replace('/', '-')}-{language}")
        await check(page)
    await page.emulate_media(color_scheme="dark")
    await page.goto("/track")
    await shot(page, f"track-dark-{language}")
    await check(page)


async def test_rating_and_adding_without_javascript(told: Told, browser: Browser) -> None:
    context = await browser.new_context(
        base_url=told.site.url,
        java_script_enabled=False,
        viewport={"width": 390, "height": 844},
        locale="zh-CN",
    )
    page = await context.new_page()
    await page.goto("/track")
    await ask(page, "zh", told.number, told.code(told.number))
    await page.get_by_role("link", name="评价办理情况").click()
    await page.get_by_label("4 · 满意").check()
    await page.get_by_role("button", name="发送").click()
    await expect(page.get_by_role("status")).to_have_text("谢谢您的评价。")
    await expect(page.get_by_text("您的评分：4")).to_be_visible()
    await page.get_by_role("link", name="补充内容").click()
    await page.get_by_label("您要补充什么？").fill("灯晚上还是闪")
    await page.get_by_role("button", name="发送").click()
    await expect(page.get_by_role("status")).to_have_text("已补充，承办人会看到。")
    await page.get_by_role("link", name="需要帮助").click()
    await page.get_by_role("button", name="请给我回电").click()
    await expect(page.get_by_role("status")).to_have_text("我们会给您回电。")
    await page.get_by_role("button", name="查完了：在此手机上清除编号").click()
    await expect(page.get_by_label("编号", exact=True)).to_have_value("")
    await context.close()


async def test_switching_the_language_keeps_the_ticket(told: Told, visitor: SignIn) -> None:
    page = await visitor("/track", phone=True)
    await ask(page, "zh", told.tip, told.code(told.tip))
    await expect(page.get_by_text(told.tip)).to_be_visible()
    await page.get_by_role("link", name="English").click()
    await expect(page.get_by_text(told.tip)).to_be_visible()
    await expect(page.get_by_role("heading", level=1)).to_have_text("We have it and are finding who handles it")
