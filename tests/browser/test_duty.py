"""A swap at phone width, the month at a desk, a ruling by keyboard; axe in both languages."""

from __future__ import annotations

from datetime import timedelta

import pytest

from hotline.people.user import User
from hotline.ticket import Role, Ticket
from tests import office
from tests.browser.conftest import SignIn, Site, check, press

pytestmark = pytest.mark.browser


async def team(site: Site) -> list[User]:
    """Two members and a leader; the members stand day and night in turn, with a gap on the sixth day."""
    async with site.pool.acquire() as conn:
        made = await office.department(conn, "D29", "县市政设施维护中心")
        await office.department(conn, "D30", "县交通运输局")
        people = [
            await office.user(
                conn,
                Role.LIAISON,
                department=made,
                phone=f"+861390000500{i}",
                leads=i == 2,
                services=site.services,
                name=name,
            )
            for i, name in enumerate(("王强", "李梅", "赵局长"))
        ]
        now = site.clock.now()
        for n in range(-3, 12):
            if n != 5:
                await conn.execute(
                    "INSERT INTO roster_shift (department_id, user_id, rank, from_at, to_at) VALUES ($1, $2, 'member', $3, $4)",
                    made,
                    people[n % 2].id,
                    now + timedelta(days=n),
                    now + timedelta(days=n + 1),
                )
    return people


async def test_a_swap_on_the_phone(site: Site, sign_in: SignIn) -> None:
    one, two, _ = await team(site)
    page = await sign_in(one, "/rosters", phone=True)
    await check(page)
    await page.locator(".panel summary:has-text('换班')").first.click()
    await page.locator("details[open] select").select_option(label="李梅")
    await page.get_by_role("button", name="提出换班").first.click()
    await page.get_by_text("已提出换班").wait_for()
    other = await sign_in(two, "/rosters", phone=True)
    await other.get_by_text("王强请您代值").wait_for()
    await check(other)
    await other.get_by_role("button", name="同意，我来值").click()
    await other.get_by_text("王强请您代值").wait_for(state="detached")
    async with site.pool.acquire() as conn:
        assert await conn.fetchval("SELECT count(*) FROM roster_swap WHERE accepted_at IS NOT NULL") == 1


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_the_month_at_a_glance(site: Site, sign_in: SignIn, language: str) -> None:
    *_, lead = await team(site)
    page = await sign_in(lead, "/rosters", language=language)
    await check(page)
    gap = "空档" if language == "zh" else "gap"
    assert await page.locator("th.bad .gap").first.inner_text() == gap
    for summary in await page.locator("details > summary").all():
        await summary.click()
    await check(page)
    boss = await sign_in(Role.MANAGER, "/rosters", language=language)
    await check(boss)


async def test_a_wrong_table_is_refused_line_by_line(site: Site, sign_in: SignIn) -> None:
    *_, lead = await team(site)
    page = await sign_in(lead, "/rosters")
    await page.get_by_text("导入值班表", exact=True).click()
    text = "姓名,日期,班次\n王强,2026-12-01,白\n张三,2026-12-02,飞\n".encode()
    await page.set_input_files("input[type=file]", {"name": "表.csv", "mimeType": "text/csv", "buffer": text})
    await page.get_by_role("button", name="先看会改动什么").click()
    await page.get_by_text("单元格C3").wait_for()
    await check(page)


async def returned(site: Site, liaison: User, boss: User) -> Ticket:
    """A ticket that the housing bureau gave back: the transport bureau's, it says."""
    async with site.pool.acquire() as conn:
        made = await office.ticket(conn, site.services)
        await office.move(conn, site.services, boss, made.number, "assignments", department="D29")
        await office.move(
            conn,
            site.services,
            liaison,
            made.number,
            "returns",
            reason="not_ours",
            basis="三定方案第二条",
            suggested="D30",
        )
    return made


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_a_ruling_by_keyboard(site: Site, sign_in: SignIn, language: str) -> None:
    one, *_ = await team(site)
    boss = await site.user(Role.MANAGER)
    made = await returned(site, one, boss)
    site.clock.move(timedelta(minutes=40))
    page = await sign_in(boss, "/centre/rulings", language=language)
    await check(page)
    await press(page, "1")
    await page.wait_for_url(f"**/centre/rulings/{made.number}")
    await check(page)
    await press(page, "1")
    await press(page, "r")
    await page.keyboard.type("道路由交通局管养")
    await press(page, "Alt+s")
    await page.wait_for_url("**/centre/rulings?ruled=*")
    async with site.pool.acquire() as conn:
        assert await conn.fetchval("SELECT d.code FROM ticket t JOIN department d ON d.id = t.department_id") == "D30"


async def test_a_ruling_on_the_phone(site: Site, sign_in: SignIn) -> None:
    one, *_ = await team(site)
    boss = await site.user(Role.MANAGER)
    made = await returned(site, one, boss)
    waiting = await sign_in(one, "/department", phone=True)
    await waiting.get_by_text("已退单，等服务中心指定承办单位").wait_for()
    await check(waiting)
    page = await sign_in(boss, "/centre/rulings", phone=True)
    await check(page)
    await page.get_by_role("link", name=made.number).click()
    await check(page)
    await page.get_by_text("县交通运输局 退单建议").click()
    await page.get_by_label("书面理由").fill("道路由交通局管养")
    await page.get_by_role("button", name="指定承办").click()
    await page.wait_for_url("**/centre/rulings?ruled=*")
    async with site.pool.acquire() as conn:
        where = "SELECT d.code FROM ticket t JOIN department d ON d.id = t.department_id"
        assert await conn.fetchval(where) == "D30"


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_disputes_and_the_directory(site: Site, sign_in: SignIn, language: str) -> None:
    await team(site)
    boss = await sign_in(Role.ADMIN, "/centre/disputes", language=language)
    await boss.locator("summary").first.click()
    await boss.fill("#open-matter", "井盖维修")
    await boss.fill("#open-question", "两家都说不归自己")
    await boss.locator("details[open] button.primary").click()
    await boss.get_by_role("heading", name="井盖维修").wait_for()
    for summary in await boss.locator("details > summary").all():
        await summary.click()
    await check(boss)
    for path in ("/admin/departments", "/admin/departments/D29", "/admin/catalogue"):
        await boss.goto(path)
        for summary in await boss.locator("details > summary").all():
            await summary.click()
        await check(boss)
