"""The main job once, in real Chromium: from the message or the ringing phone to the archived ticket."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import Page, expect

from hotline.base.text.search_keys import grams
from hotline.people.user import User
from hotline.ticket import Role
from tests import office
from tests.browser.conftest import SignIn, Site, check, press
from tests.line import settled, sms, told, until, webhook

pytestmark = pytest.mark.browser
CITIZEN = "+8613900000001"


async def staff(site: Site) -> tuple[User, User]:
    """An operator on shift with a telephone, and a liaison of the transport bureau."""
    async with site.pool.acquire() as conn:
        bureau = await office.department(conn, "D20", "交通运输局", duties=["道路", "路灯", "公交"])
        await office.department(conn, "D21", "住房和城乡建设局", duties=["供暖", "物业"])
        operator = await office.user(conn, Role.OPERATOR, name="wang", phone="+8613800000001", services=site.services)
        liaison = await office.user(
            conn, Role.LIAISON, department=bureau, name="liu", phone="+8613800000020", services=site.services
        )
        await office.on_shift(conn, operator, site.clock.now())
        await office.ready_for_calls(conn, operator, site.clock.now())
    return operator, liaison


async def number_of(site: Site) -> str:
    async with site.pool.acquire() as conn:
        return str(await conn.fetchval("SELECT number FROM ticket ORDER BY id DESC LIMIT 1"))


async def test_from_an_sms_to_the_archive(site: Site, sign_in: SignIn) -> None:
    operator, liaison = await staff(site)
    desk = await sign_in(operator, "/operator")
    await expect(desk.get_by_text("您没有在办工单。")).to_be_visible()
    await sms(site.client, site.services, CITIZEN, "人民路12号的路灯坏了三天")
    await settled(site.pool)
    number = await number_of(site)
    await expect(desk.get_by_role("link", name=number)).to_be_visible()  # the news brought it
    await check(desk)

    await desk.get_by_role("link", name=number).first.click()
    await expect(desk.get_by_role("button", name="交通运输局")).to_be_visible()
    await press(desk, "1")
    await expect(desk.locator("h1")).to_contain_text("已派单")

    async with site.pool.acquire() as conn, conn.transaction():
        await office.move(conn, site.services, liaison, number, "signatures")
        await office.move(conn, site.services, liaison, number, "replies", outcome="solved", public="路灯已修好")
    await expect(desk.locator("#changed")).to_be_visible()
    await press(desk, "0")
    await expect(desk.get_by_label("答复来电人的内容")).to_have_value("路灯已修好")
    await check(desk)
    await desk.get_by_role("button", name="答复来电人").click()
    await site.tick()
    await until(site.pool, "SELECT state FROM ticket", want="told")
    assert any("路灯已修好" in said for said in await told(site.pool, site.services, CITIZEN))

    await desk.reload()
    await desk.get_by_role("group", name="是否接通").get_by_label("是").check()
    await desk.get_by_role("group", name="是否解决").get_by_label("是").check()
    await desk.get_by_label("非常满意", exact=True).check()
    await desk.get_by_role("button", name="回访").click()
    await expect(desk.locator("h1")).to_contain_text("已回访")

    await desk.get_by_role("button", name="归档").click()
    await expect(desk.locator("main .said[role=alert]:visible")).to_have_text("缺少地点，请先更正再归档。")
    await press(desk, "Escape")
    await press(desk, "c")
    await desk.locator("#corrections-place").fill("人民路12号")
    await desk.get_by_role("button", name="更正").click()
    await desk.get_by_role("button", name="归档").click()
    await expect(desk.locator("h1")).to_contain_text("已归档")
    await expect(desk.locator(".duties .done")).to_have_count(5)
    await check(desk)


async def ring(site: Site, sid: str = "CA1") -> None:
    """A call comes by the telephone network, and rings the tested telephone of whoever is at the desk."""
    async with site.pool.acquire() as conn, conn.transaction():
        await office.shift_ready(conn, site.clock.now())
        await conn.execute("UPDATE operator_line SET kind = 'phone', device = 'tested'")
    status, said = await webhook(
        site.client, site.services, "/twilio/voice", CallSid=sid, From=CITIZEN, CallStatus="ringing"
    )
    assert status == 200
    assert "<Dial" in said


async def called(desk: Page) -> None:
    await expect(desk).to_have_url(re.compile(r"/operator\?contact=\d+$"))
    await expect(desk.get_by_role("heading", level=2).first).to_contain_text("+861390****001来电")


async def test_a_call_opens_the_form_and_is_answered_on_the_spot(site: Site, sign_in: SignIn) -> None:
    operator, _ = await staff(site)
    async with site.pool.acquire() as conn, conn.transaction():
        before = (await office.ticket(conn, site.services, "去年的路灯", CITIZEN, operator=operator.id)).number
    desk = await sign_in(operator, "/operator")
    await site.streams(1)
    await ring(site)
    await called(desk)
    await expect(desk.get_by_role("link", name=before).first).to_be_visible()  # the caller's earlier ticket
    await expect(desk.locator("#new-text")).to_be_focused()
    await desk.keyboard.type("想问冬季供暖收费标准")
    await desk.get_by_label("当场答复").fill("每平方米26元，见县政府2025年第8号文。")
    await check(desk)
    await press(desk, "Control+Enter")
    opened = desk.locator("#opened li")
    await expect(opened).to_contain_text("当场答复")
    number = await number_of(site)
    await expect(opened).to_contain_text(number)
    await expect(opened).to_contain_text(site.services.keys.query_code(number))
    async with site.pool.acquire() as conn:
        assert await conn.fetchval("SELECT outcome FROM contact WHERE call_sid = 'CA1'") == "ticket"


async def test_a_call_does_not_take_away_what_is_being_typed(site: Site, sign_in: SignIn) -> None:
    operator, _ = await staff(site)
    desk = await sign_in(operator, "/operator")
    await desk.locator("#new-text").fill("还没写完的一句话")
    await site.streams(1)
    await ring(site)
    await expect(desk.get_by_role("alert").filter(has_text="有您的来电")).to_be_visible()
    await check(desk)
    await press(desk, "F2")
    await called(desk)
    await desk.get_by_role("button", name="误拨").click()
    await expect(desk.locator("#new-text")).to_have_value("还没写完的一句话")
    async with site.pool.acquire() as conn:
        row = await conn.fetchrow("SELECT outcome, code FROM contact WHERE call_sid = 'CA1'")
    assert tuple(row or ()) == ("no_action", "misdialled")


async def test_a_missed_call_is_owed_and_made_with_a_note(site: Site, sign_in: SignIn) -> None:
    operator, _ = await staff(site)
    await ring(site)
    await webhook(site.client, site.services, "/twilio/voice/voicemail", CallSid="CA1", RecordingSid="RE1")
    desk = await sign_in(operator, "/operator")
    await expect(desk.get_by_role("heading", name="待回电（1）")).to_be_visible()
    await check(desk)
    await desk.locator("summary", has_text="已回电").click()
    await desk.keyboard.type("已说明停水时间")
    await press(desk, "Enter")
    await expect(desk.get_by_role("heading", name="待回电")).to_have_count(0)
    async with site.pool.acquire() as conn:
        assert await conn.fetchval("SELECT note FROM call_back") == "已说明停水时间"
        assert await conn.fetchval("SELECT state FROM clock WHERE clock = 'call_back'") == "stopped"


async def test_a_call_that_was_made_already_loses_no_note(site: Site, sign_in: SignIn) -> None:
    operator, _ = await staff(site)
    await ring(site)
    await webhook(site.client, site.services, "/twilio/voice/voicemail", CallSid="CA1", RecordingSid="RE1")
    desk, other = await sign_in(operator, "/operator"), await sign_in(operator, "/operator")
    await other.route("**/operator/queues", lambda route: route.fulfill(status=204))  # the news is slow to come
    for page, note in ((desk, "已说明"), (other, "第二次说明停水时间")):
        await page.locator("summary", has_text="已回电").click()
        await page.get_by_label("回电结果").fill(note)
        await press(page, "Enter")
        await until(site.pool, "SELECT note FROM call_back", want="已说明")
    await expect(other.get_by_role("alert").first).to_contain_text("第二次说明停水时间")
    await expect(other.get_by_role("heading", level=1)).to_have_text("工作台")
    await check(other)
    async with site.pool.acquire() as conn:
        assert await conn.fetchval("SELECT note FROM call_back") == "已说明"


async def test_while_typing_the_department_is_suggested_and_filled_in(site: Site, sign_in: SignIn) -> None:
    operator, _ = await staff(site)
    desk = await sign_in(operator, "/operator")
    await press(desk, "n")
    await desk.keyboard.type("人民路路灯不亮")
    await expect(desk.locator("#suggested").get_by_role("button", name="交通运输局")).to_be_visible()
    await press(desk, "Alt+1")
    await expect(desk.get_by_label("派给")).to_have_value("交通运输局")
    await press(desk, "Control+Enter")
    await expect(desk.locator("h1")).to_contain_text("已派单")


async def test_a_wrong_department_keeps_the_whole_form(site: Site, sign_in: SignIn) -> None:
    operator, _ = await staff(site)
    desk = await sign_in(operator, "/operator")
    await desk.locator("#new-text").fill("路灯不亮")
    await desk.get_by_label("派给").fill("没有的局")
    await desk.locator("#new").get_by_label("电话").fill("13900000009")
    await desk.get_by_role("button", name="建单").click()
    await expect(desk.get_by_role("alert").first).to_have_text("没有“没有的局”这个单位。")
    await expect(desk.locator("#new-text")).to_have_value("路灯不亮")
    await expect(desk.locator("#new").get_by_label("电话")).to_have_value("13900000009")
    async with site.pool.acquire() as conn:
        assert await conn.fetchval("SELECT count(*) FROM ticket") == 0


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_the_managers_page_and_the_list_are_accessible(site: Site, sign_in: SignIn, language: str) -> None:
    operator, liaison = await staff(site)
    async with site.pool.acquire() as conn, conn.transaction():
        number = (await office.ticket(conn, site.services, operator=operator.id)).number
        await office.move(conn, site.services, operator, number, "assignments", department="D20")
        await office.move(
            conn, site.services, liaison, number, "returns", reason="not_ours", basis="三定", suggested="D21"
        )
    manager = await site.user(Role.MANAGER)
    for phone in (False, True):
        page = await sign_in(manager, "/centre", language=language, phone=phone)
        await expect(page.get_by_role("link", name=number).first).to_be_visible()
        await check(page)
        await page.goto(f"/tickets?q={number}")
        await expect(page).to_have_url(re.compile(f"/tickets/{number}$"))
        await page.goto("/tickets?q=路灯")
        await expect(page.get_by_role("link", name=number)).to_be_visible()
        await check(page)
        await page.goto("/operator")
        await check(page)


async def test_a_clear_winner_is_proposed_and_sent_only_with_the_owners_key(site: Site, sign_in: SignIn) -> None:
    operator, _ = await staff(site)
    async with site.pool.acquire() as conn:
        await conn.execute(
            "INSERT INTO catalogue (matter, lead_id, basis, since, grams)"
            " SELECT '路灯不亮', id, '三定规定', '2026-01-01', $1 FROM department WHERE code = 'D20'",
            list(grams("路灯不亮")),
        )
    await sms(site.client, site.services, CITIZEN, "镇南路口路灯不亮，已经一周了")
    await settled(site.pool)
    desk = await sign_in(operator, "/operator")
    await expect(desk.get_by_role("heading", name="承办明确，核对后派单（1）")).to_be_visible()
    async with site.pool.acquire() as conn:
        assert await conn.fetchval("SELECT state FROM ticket") == "received"
    await check(desk)
    await press(desk, "p")
    await expect(desk).to_have_url(re.compile("/operator$"))
    await until(site.pool, "SELECT state FROM ticket", want="dispatched")


async def test_the_shift_takes_what_the_duty_desk_kept(site: Site, sign_in: SignIn) -> None:
    await sms(site.client, site.services, CITIZEN, "暖气管道爆了")
    await settled(site.pool)
    async with site.pool.acquire() as conn:
        operator = await office.user(conn, Role.OPERATOR, name="zhao")
    desk = await sign_in(operator, "/operator")
    await press(desk, "o")
    await expect(desk.get_by_role("button", name="下班")).to_be_visible()
    await expect(desk.locator("#callbar")).to_contain_text(re.compile("刚上岗|话机无响应"))  # no line rings there
    await expect(desk.get_by_role("heading", name="值班台（1）")).to_be_visible()
    await press(desk, "t")
    await expect(desk.get_by_role("heading", name="我的工单（1）")).to_be_visible()
    await expect(desk.get_by_role("heading", name=re.compile("^值班台"))).to_have_count(0)
