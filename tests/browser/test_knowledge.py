"""Notice sheets in the browser: found, picked and sent with the keyboard while somebody speaks; kept by departments and managers."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from playwright.async_api import Page, expect

from hotline.people.actions import ActionContext
from hotline.people.user import User
from hotline.ticket import Role
from routing.knowledge import actions, tasks
from routing.knowledge.actions import SheetBody
from tests import office
from tests.browser.conftest import SignIn, Site, check, press, shot

pytestmark = pytest.mark.browser


class Counter:
    """The police has sheets: one in force, one that has run out, one that is drafted; an operator is at the desk."""

    def __init__(self, site: Site) -> None:
        self.site = site

    async def fill(self) -> Counter:
        site, now = self.site, self.site.clock.now()
        async with site.pool.acquire() as conn:
            self.police = await office.department(conn, "D07", "县公安局")
            self.operator = await office.user(conn, Role.OPERATOR, name="小王")
            self.manager = await office.user(conn, Role.MANAGER, name="值班长")
            self.liaison = await office.user(conn, Role.LIAISON, department=self.police, name="老许")
            await office.on_shift(conn, self.operator, now)
        await site.tick()
        soon = (now + timedelta(hours=8)).date()
        self.sheet = await self.add(
            "户口迁移", "落户；迁户口", papers="户口本\n身份证", where="政务大厅3号窗口", cost="无"
        )
        await self.add("居民户口簿补领", "户口本丢了", papers="身份证", takes="3个工作日", basis="《户口登记条例》")
        await self.add("户口登记项目变更", "改名", valid_until=soon.isoformat())
        self.draft = await self.add("养犬登记", "狗证", who=self.liaison)
        await site.fast_forward(days=1)
        async with site.pool.acquire() as conn:
            await conn.execute("UPDATE shift SET off_at = NULL")
            context = ActionContext(conn, site.services, self.operator, site.clock.now(), self.sheet)
            async with conn.transaction():
                await tasks.report_fault(context, tasks.SheetFaultBody(reason="窗口搬到了5号"))
                await tasks.report_miss(context, tasks.SheetMissBody(words="暂住证"))
        return self

    async def add(self, title: str, aliases: str, *, who: User | None = None, **more: Any) -> int:
        body = SheetBody(title=title, aliases=aliases, **{"papers": "身份证", "department": "D07"} | more)
        async with self.site.pool.acquire() as conn, conn.transaction():
            context = ActionContext(conn, self.site.services, who or self.manager, self.site.clock.now())
            return int(str((await actions.add_sheet(context, body))["sheet"]))


@pytest.fixture
async def counter(site: Site) -> Counter:
    return await Counter(site).fill()


async def typed(page: Page, words: str) -> None:
    """F7 goes to the box from wherever one types."""
    await press(page, "F7")
    await expect(page.locator("#sheet-words")).to_be_focused()
    await page.keyboard.type(words)


async def test_a_call_is_answered_from_a_sheet_by_the_keyboard(counter: Counter, sign_in: SignIn) -> None:
    """F7, the words, an arrow, Enter, Ctrl+Enter: the answer cites the sheet, and the SMS brings what is needed."""
    site = counter.site
    page = await sign_in(counter.operator, "/operator")
    await page.locator("#new-text").fill("来电人想补户口本")
    await page.locator("#new-from").fill("13900000001")
    await typed(page, "户口")
    options = page.locator("#sheet-options > li")
    await expect(options).to_have_count(3)
    await expect(options.nth(2)).to_contain_text("已过有效期")
    await expect(options.nth(0)).to_have_attribute("aria-selected", "true")
    await press(page, "ArrowDown")
    await expect(options.nth(1)).to_have_attribute("aria-selected", "true")
    title = await options.nth(1).locator("b").inner_text()
    await shot(page, "knowledge-options")
    await check(page)
    await press(page, "Enter")
    await expect(page.locator("#new-answer")).to_be_focused()
    await expect(page.locator(".cited")).to_contain_text(title)
    await shot(page, "knowledge-cited")
    await check(page)
    await press(page, "Control+Enter")
    await site.until("SELECT state FROM ticket", want="answered")
    assert await site.one("SELECT count(*) FROM sheet_use") == 1
    assert await site.one("SELECT title FROM sheet WHERE uses = 1") == title
    told = await site.phone("+8613900000001").received()
    assert any(f"您咨询的“{title}”" in words for words in told), told
    await expect(page.get_by_role("heading", name="引用的告知单")).to_be_visible()
    await shot(page, "knowledge-ticket")


async def test_an_early_enter_waits_for_its_own_words(counter: Counter, sign_in: SignIn) -> None:
    """Whoever types fast presses Enter before anything was found: what is picked belongs to all of the words."""
    page = await sign_in(counter.operator, "/operator")
    await typed(page, "户口")
    await expect(page.locator("#sheet-options > li")).to_have_count(3)
    await page.keyboard.type("本丢了")
    await press(page, "Enter")
    await expect(page.locator(".cited b")).to_have_text("居民户口簿补领")
    await expect(page.locator("#new-answer")).to_have_value("需带：身份证。办理时限：3个工作日。")


async def test_what_has_run_out_is_not_picked(counter: Counter, sign_in: SignIn) -> None:
    page = await sign_in(counter.operator, "/operator")
    await typed(page, "改名")
    option = page.locator("#sheet-options > li")
    await expect(option).to_have_count(1)
    await press(page, "Enter")
    await option.click(force=True)
    await expect(page.locator("#new-answer")).to_have_value("")
    await expect(page.locator(".cited")).to_be_hidden()
    await press(page, "Escape")
    await expect(option).to_have_count(0)
    await expect(page.locator("#sheet-words")).to_have_value("")


async def test_what_is_not_found_is_said_with_two_keys(counter: Counter, sign_in: SignIn) -> None:
    page = await sign_in(counter.operator, "/operator")
    await typed(page, "潜水证")
    await expect(page.get_by_role("button", name="登记“查不到”")).to_be_visible()
    await shot(page, "knowledge-missing")
    await press(page, "Enter")  # an Enter says nothing yet
    await press(page, "ArrowDown")
    assert await counter.site.one("SELECT count(*) FROM sheet_task WHERE words = '潜水证'") == 0
    await press(page, "Enter")
    await expect(page.get_by_text("已记录")).to_be_visible()
    assert await counter.site.one("SELECT words FROM sheet_task WHERE words = '潜水证'") == "潜水证"


async def test_a_sheet_that_was_picked_outlives_a_reload(counter: Counter, sign_in: SignIn) -> None:
    """The draft of the form keeps what it cites; a press takes it away, and nothing goes by SMS then."""
    site = counter.site
    page = await sign_in(counter.operator, "/operator")
    await page.locator("#new-text").fill("来电人想落户")
    await typed(page, "落户")
    await expect(page.locator("#sheet-options > li")).to_have_count(1)
    await press(page, "Enter")
    await page.reload()
    await expect(page.locator(".cited")).to_contain_text("户口迁移")
    await page.get_by_role("button", name="不引用").click()
    await expect(page.locator(".cited")).to_be_hidden()
    await press(page, "Control+Enter")
    await site.until("SELECT state FROM ticket", want="answered")
    assert await site.one("SELECT count(*) FROM sheet_use") == 0


async def test_a_ticket_is_answered_from_a_sheet(counter: Counter, sign_in: SignIn) -> None:
    """An SMS that asks: the same keys on its page."""
    site = counter.site
    async with site.pool.acquire() as conn:
        made = await office.ticket(conn, site.services, "落户要带什么", operator=counter.operator.id)
    page = await sign_in(counter.operator, f"/tickets/{made.number}")
    await typed(page, "落户")
    await expect(page.locator("#sheet-options > li")).to_have_count(1)
    await press(page, "Enter")
    await expect(page.locator("#answers-text")).to_be_focused()
    await expect(page.locator(".cited")).to_be_visible()
    await shot(page, "knowledge-on-ticket")
    await check(page)
    await press(page, "Control+Enter")
    await site.until("SELECT state FROM ticket", want="answered")
    assert await site.one("SELECT count(*) FROM sheet_use") == 1


@pytest.mark.parametrize("phone", [False, True])
@pytest.mark.parametrize("language", ["zh", "en"])
async def test_the_pages_of_sheets(counter: Counter, sign_in: SignIn, language: str, phone: bool) -> None:
    where = f"{language}-{phone}"
    for who, name in ((counter.liaison, "liaison"), (counter.manager, "manager"), (Role.LEADER, "leader")):
        page = await sign_in(who, "/sheets", language=language, phone=phone)
        await expect(page.get_by_role("link", name="居民户口簿补领")).to_be_visible()
        await check(page)
        await shot(page, f"sheets-{name}-{where}")
        await page.goto(f"/sheets/{counter.sheet}")
        for fold in await page.locator("main details > summary").all():
            await fold.click()
        await check(page)
        await shot(page, f"sheet-{name}-{where}")
        await page.goto("/sheets/tasks")
        await check(page)
        await shot(page, f"sheet-tasks-{name}-{where}")
    page = await sign_in(counter.liaison, "/department", language=language, phone=phone)
    await expect(page.get_by_text("窗口搬到了5号")).to_be_visible()
    await check(page)
    await shot(page, f"sheets-department-{where}")
    page = await sign_in(counter.liaison, "/sheets/new", language=language, phone=phone)
    await check(page)
    await shot(page, f"sheets-new-{where}")


async def test_a_departments_draft_is_published(counter: Counter, sign_in: SignIn) -> None:
    """The liaison writes, the manager sees it on the first page, looks and publishes with a key."""
    site = counter.site
    page = await sign_in(counter.liaison, f"/sheets/{counter.sheet}")
    await press(page, "c")
    await page.locator("#c-where").fill("政务大厅5号窗口")
    await press(page, "Control+Enter")
    await expect(page.get_by_text("这是草稿，服务中心发布后生效。")).to_be_visible()
    page = await sign_in(counter.manager, "/centre")
    await page.get_by_role("link", name="2份草稿待发布").click()
    await page.get_by_role("link", name="户口迁移").first.click()
    await press(page, "p")
    await site.until("SELECT version FROM sheet WHERE id = $1", counter.sheet, want=2)
    await expect(page.get_by_text("政务大厅5号窗口").first).to_be_visible()
    assert await site.one("SELECT outcome FROM sheet_task WHERE kind = 'fault'") == "done"


async def test_a_table_is_shown_before_it_is_taken(counter: Counter, sign_in: SignIn) -> None:
    site = counter.site
    page = await sign_in(counter.manager, "/sheets")
    await page.get_by_text("导入告知单表格").click()
    text = "事项名称,所需材料,责任部门,收费标准\n户口迁移,户口本,县公安局,免费\n护照换发,旧护照,公安局,120元\n"
    file = {"name": "告知单.csv", "mimeType": "text/csv", "buffer": text.encode()}
    await page.locator("input[type=file]").set_input_files(file)  # type: ignore[arg-type]
    await page.get_by_role("button", name="先看结果").click()
    await expect(page.get_by_role("heading", name="告知单.csv")).to_be_visible()
    await shot(page, "sheets-import")
    await check(page)
    await page.get_by_role("button", name="导入").click()
    await site.until("SELECT count(*) FROM sheet WHERE title = '护照换发'", want=1)
    assert (
        await site.one("SELECT cost FROM sheet_version WHERE sheet_id = $1 AND version = 2", counter.sheet) == "不收费"
    )
