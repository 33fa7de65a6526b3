"""A ticket's page: what may be done now and by whom, with keys; refused forms keep what was typed."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from hotline.ticket import Role
from tests import office
from tests.browser.conftest import SignIn, Site, check, press

pytestmark = pytest.mark.browser


async def opened(site: Site, **more: object) -> str:
    """A ticket of the operator on shift; a department that has roads in its duties, with a liaison."""
    async with site.pool.acquire() as conn, conn.transaction():
        return (await office.ticket(conn, site.services, **more)).number  # type: ignore[arg-type]


async def roads(site: Site) -> tuple[object, object]:
    """The transport bureau and its liaison."""
    async with site.pool.acquire() as conn:
        d = await office.department(conn, "D20", "交通运输局", duties=["道路", "路灯", "公交"])
        liaison = await office.user(
            conn, Role.LIAISON, department=d, name="liu", phone="+8613800000020", services=site.services
        )
        return d, liaison


async def at_desk(site: Site) -> object:
    """An operator on shift."""
    operator = await site.user(Role.OPERATOR, name="wang")
    async with site.pool.acquire() as conn:
        await office.on_shift(conn, operator, site.clock.now())
    return operator


async def test_a_suggestion_is_dispatched_with_one_key(site: Site, sign_in: SignIn) -> None:
    await roads(site)
    operator = await at_desk(site)
    number = await opened(site)
    page = await sign_in(operator, f"/tickets/{number}")
    await expect(page.get_by_role("button", name="交通运输局")).to_be_visible()
    await check(page)
    await press(page, "1")
    await expect(page.locator("h1")).to_contain_text("已派单")
    await expect(page.locator("dd", has_text="交通运输局")).to_be_visible()
    await check(page)


async def test_a_refused_form_says_why_and_keeps_what_was_typed(site: Site, sign_in: SignIn) -> None:
    operator = await at_desk(site)
    number = await opened(site)
    page = await sign_in(operator, f"/tickets/{number}")
    await press(page, "d")
    await page.get_by_label("承办单位", exact=True).fill("没有这个局")
    await press(page, "Control+Enter")
    await expect(page.get_by_role("alert")).to_have_text("没有“没有这个局”这个单位。")
    field = page.get_by_label("承办单位", exact=True)
    await expect(field).to_have_value("没有这个局")
    await expect(field).to_be_focused()
    await check(page)


async def test_a_form_pressed_twice_counts_once(site: Site, sign_in: SignIn) -> None:
    operator = await at_desk(site)
    number = await opened(site)
    page = await sign_in(operator, f"/tickets/{number}")
    await press(page, "b")
    await page.keyboard.type("来电人补充：路口也不亮")
    await page.evaluate(
        """async () => {
            const form = document.querySelector('.act[open] form');
            const send = () => fetch(form.action, {method: 'POST', body: new URLSearchParams(new FormData(form))});
            await Promise.all([send(), send(), send()]);
        }"""
    )
    await page.goto(f"/tickets/{number}")
    await expect(page.locator(".timeline li", has_text="来电人补充：路口也不亮")).to_have_count(1)


async def test_a_number_is_revealed_for_a_reason_that_stays(site: Site, sign_in: SignIn) -> None:
    operator = await at_desk(site)
    number = await opened(site, phone="+8613900000042")
    page = await sign_in(operator, f"/tickets/{number}")
    await expect(page.locator(".person")).not_to_contain_text("+8613900000042")
    await press(page, "n")
    await page.keyboard.type("联系来电人")
    await page.get_by_role("button", name="号码", exact=True).click()
    await expect(page.locator(".person")).to_contain_text("+8613900000042")
    await page.goto(f"/tickets/{number}")
    await expect(page.locator(".person")).not_to_contain_text("+8613900000042")
    await expect(page.locator(".timeline li", has_text="查看隐去信息")).to_contain_text("联系来电人")


async def test_whom_it_is_for_is_revealed_and_looks_do_not_bury_the_record(site: Site, sign_in: SignIn) -> None:
    await at_desk(site)
    desk = await sign_in(await site.user(Role.MANAGER), "/operator")
    await desk.locator("#new-text").fill("替邻居老人反映，楼道无灯")
    await desk.locator("summary", has_text="更多：渠道").click()
    await desk.get_by_label("诉求人姓名").fill("王老太")
    await desk.get_by_label("保密").check()
    await desk.locator("#new").get_by_label("电话").fill("13900000044")
    await desk.get_by_role("button", name="建单").click()
    await expect(desk.locator("h1")).to_contain_text("已受理")
    for _ in range(3):
        await desk.reload()
    await expect(desk.locator(".timeline li")).to_have_count(1)
    await expect(desk.locator(".person")).not_to_contain_text("王老太")
    await press(desk, "n")
    await desk.keyboard.type("上门核实")
    await desk.get_by_role("button", name="诉求人姓名").click()
    await expect(desk.locator(".person")).to_contain_text("王老太")
    await check(desk)
    async with site.pool.acquire() as conn:
        assert await conn.fetchval("SELECT count(*) FROM ticket_event WHERE kind = 'shown'") >= 4


async def test_a_liaison_signs_and_replies_on_the_ticket(site: Site, sign_in: SignIn) -> None:
    _, liaison = await roads(site)
    operator = await at_desk(site)
    number = await opened(site)
    async with site.pool.acquire() as conn, conn.transaction():
        await office.move(conn, site.services, operator, number, "assignments", department="D20")  # type: ignore[arg-type]
    page = await sign_in(liaison, f"/tickets/{number}", phone=True)
    await expect(page.get_by_text("13900000001")).to_have_count(0)
    await check(page)
    await page.locator("summary", has_text="签收").click()
    await page.get_by_role("button", name="签收").click()
    await expect(page.locator("h1")).to_contain_text("已签收")
    await page.locator("summary", has_text="办结反馈").click()
    await page.get_by_label("已解决").check()
    await page.get_by_label("答复来电人的内容").fill("路灯已修好")
    await page.get_by_role("button", name="办结反馈").click()
    await expect(page.locator("h1")).to_contain_text("已反馈待审")
    await check(page)


async def test_a_joined_message_becomes_a_ticket_of_its_own(site: Site, sign_in: SignIn) -> None:
    from tests.line import settled, sms

    operator = await at_desk(site)
    await sms(site.client, site.services, "+8613900000007", "人民路12号的路灯坏了三天")
    await settled(site.pool)
    await sms(site.client, site.services, "+8613900000007", "还有小区的暖气不热")
    await settled(site.pool)
    async with site.pool.acquire() as conn:
        number = await conn.fetchval("SELECT number FROM ticket")
    page = await sign_in(operator, f"/tickets/{number}")
    await expect(page.get_by_text("还有小区的暖气不热").first).to_be_visible()
    await press(page, "5")
    await press(page, "Enter")
    await expect(page.locator(".timeline li", has_text="补充移为新工单")).to_be_visible()
    await expect(page.get_by_role("heading", name="未写编号、并入本单的短信")).to_have_count(0)
    async with site.pool.acquire() as conn:
        rows = await conn.fetch(
            "SELECT w.text, c.outcome FROM ticket t JOIN ticket_text w ON w.ticket_id = t.id"
            " JOIN contact c ON c.ticket_id = t.id ORDER BY t.id"
        )
    assert [tuple(row) for row in rows] == [
        ("人民路12号的路灯坏了三天", "ticket"),
        ("还有小区的暖气不热", "ticket"),
    ]


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_readers_see_the_ticket_and_no_forms(site: Site, sign_in: SignIn, language: str) -> None:
    await at_desk(site)
    number = await opened(site)
    page = await sign_in(Role.LEADER, f"/tickets/{number}", language=language)
    await expect(page.locator("main form")).to_have_count(0)
    await check(page)
