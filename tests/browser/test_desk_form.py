"""The form of the operator's page: kept while it is typed, by tab and by call; it stays with the caller for the next matter."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import Page, expect

from hotline.base.text.phones import read_phone
from hotline.people.persons import ensure_persons
from hotline.people.user import User
from hotline.ticket import Role
from tests import office
from tests.browser.conftest import SignIn, Site, check, press, shot
from tests.line import until

pytestmark = pytest.mark.browser
CITIZEN = "+8613900000001"
KEPT = "SELECT count(*) FROM desk_draft"


async def operator_with_call(site: Site) -> tuple[User, int]:
    """An operator on shift, and the contact of a call that they took."""
    who = await site.user(Role.OPERATOR, name="小王")
    async with site.pool.acquire() as conn:
        await office.department(conn, "T05", "交通运输局")
        await office.on_shift(conn, who, site.clock.now())
        phone = read_phone(CITIZEN)
        person = (await ensure_persons(conn, site.services.keys, {phone: "zh"}, site.clock.now()))[phone]
        contact = await conn.fetchval(
            "INSERT INTO contact (channel, person_id, call_sid, operator_id, at, taken_at)"
            " VALUES ('call', $1, 'CA1', $2, $3, $3) RETURNING id",
            person,
            who.id,
            site.clock.now(),
        )
    return who, int(contact)


async def kept(page: Page, version: int) -> None:
    """The server has the words as they stand."""
    await expect(page.locator(f"#new[data-kept='{version}']")).to_be_attached()


async def test_what_was_typed_is_there_after_a_crash_and_in_another_browser(site: Site, sign_in: SignIn) -> None:
    who, contact = await operator_with_call(site)
    page = await sign_in(who, f"/operator?contact={contact}")
    await kept(page, 0)
    await page.locator("#new-text").fill("人民路路灯坏了三天")
    await page.get_by_text("投诉", exact=True).click()
    await kept(page, 1)
    await page.context.close()  # as in a crash: nothing of the browser is left
    other = await sign_in(who, f"/operator?contact={contact}")
    await expect(other.locator("#new-text")).to_have_value("人民路路灯坏了三天")
    await expect(other.get_by_role("radio", name="投诉")).to_be_checked()
    await check(other)


async def test_words_without_a_call_are_offered_after_signing_in_again(site: Site, sign_in: SignIn) -> None:
    who, _ = await operator_with_call(site)
    page = await sign_in(who, "/operator")
    await page.locator("#new-text").fill("来访：低保怎么办")
    await page.get_by_role("button", name="退出").click()  # before the pause is over
    await page.wait_for_url("**/login**")
    other = await sign_in(who, "/operator")
    await expect(other.get_by_role("heading", name="未写完的表单")).to_be_visible()
    await check(other)
    await shot(other, "unfinished")
    await other.get_by_role("link", name="接着写").click()
    await expect(other.locator("#new-text")).to_have_value("来访：低保怎么办")
    await expect(other.get_by_role("heading", name="未写完的表单")).to_be_hidden()
    await press(other, "Control+Enter")
    await expect(other.locator("h1")).to_contain_text("已受理")
    await until(site.pool, KEPT, want=0)


async def test_in_two_tabs_the_newer_words_stand_and_the_others_are_shown(site: Site, sign_in: SignIn) -> None:
    who, contact = await operator_with_call(site)
    one, two = [await sign_in(who, f"/operator?contact={contact}") for _ in range(2)]  # two browsers
    for page in (one, two):
        await kept(page, 0)
    await one.locator("#new-text").fill("第一处写的")
    await kept(one, 1)
    await two.locator("#new-text").fill("第二处写的")
    await kept(two, 2)
    notes = two.locator("#draft-notes")
    await expect(notes).to_contain_text("第一处写的")
    await check(two)
    await notes.get_by_role("button", name="用那份内容").click()
    await expect(two.locator("#new-text")).to_have_value("第一处写的")
    await expect(notes).to_contain_text("第二处写的")  # and nothing of one's own is lost
    tab = await two.context.new_page()  # a second tab of one browser hears at once
    await tab.goto(f"/operator?contact={contact}")
    await expect(tab.locator("#new-text")).to_have_value("第一处写的")
    await tab.locator("#new-text").fill("第一处写的，又补一句")
    await expect(notes).to_contain_text("另一个标签页继续写过")
    await notes.get_by_role("button", name="用那份内容").click()
    await expect(two.locator("#new-text")).to_have_value("第一处写的，又补一句")


async def test_a_form_that_was_sent_elsewhere_says_so(site: Site, sign_in: SignIn) -> None:
    who, contact = await operator_with_call(site)
    one = await sign_in(who, f"/operator?contact={contact}")
    await one.locator("#new-text").fill("路灯坏了")
    await kept(one, 1)
    two = await sign_in(who, f"/operator?contact={contact}")
    await expect(two.locator("#new-text")).to_have_value("路灯坏了")
    await press(one, "Control+Enter")
    await expect(one.locator("#opened .number").first).to_be_visible()
    await until(site.pool, KEPT, want=0)
    await two.locator("#new-text").fill("路灯坏了，在桥头")
    await expect(two.locator("#draft-notes")).to_contain_text("已在另一个标签页提交或结束")
    assert await site.one(KEPT) == 0
    await two.get_by_role("button", name="仍然保存").click()
    await until(site.pool, KEPT, want=1)


@pytest.mark.parametrize("phone", [False, True])
async def test_several_matters_of_one_call_in_turn(site: Site, sign_in: SignIn, phone: bool) -> None:
    who, contact = await operator_with_call(site)
    await site.pool.execute(
        "INSERT INTO call (direction, carrier, carrier_ref, contact_id, operator_id, state, arrived_at)"
        " VALUES ('in', 'browser', 'CA1', $1, $2, 'talking', $3) ON CONFLICT DO NOTHING",
        contact,
        who.id,
        site.clock.now(),
    )
    page = await sign_in(who, f"/operator?contact={contact}", phone=phone)
    await expect(page.locator(".promised")).to_contain_text("可承诺")
    await page.locator("#new-text").fill("人民路路灯坏了")
    await page.get_by_label("派给").fill("没有的局")
    await press(page, "Control+Enter")
    await expect(page.locator("#new-said")).to_contain_text("没有“没有的局”这个单位。")
    await expect(page.get_by_label("派给")).to_be_focused()
    await page.get_by_label("派给").fill("交通运输局")
    await press(page, "Control+Enter")
    opened = page.locator("#opened li")
    await expect(opened).to_have_count(1)
    await expect(opened).to_contain_text("已派单")
    number = str(await site.one("SELECT number FROM ticket"))
    await expect(opened).to_contain_text(site.services.keys.query_code(number))
    await expect(page.locator("#new-text")).to_be_focused()
    await expect(page.locator("#new-text")).to_have_value("")
    await page.keyboard.type("想问供暖收费标准")
    await page.locator("#new-answer").fill("每平方米26元。")
    await press(page, "Control+Enter")
    await expect(opened).to_have_count(2)
    await check(page)
    await shot(page, f"matters-{'phone' if phone else 'desk'}")
    states = await site.one("SELECT array_agg(state ORDER BY id) FROM ticket")
    assert states == ["dispatched", "answered"]
    assert await site.one("SELECT count(*) FROM ticket_of_call") == 2, "what was said stands with both"
    assert await site.one("SELECT count(DISTINCT person_id) FROM ticket WHERE person_id IS NOT NULL") == 1
    assert await site.one("SELECT outcome FROM contact WHERE call_sid = 'CA1'") == "ticket"
    assert await site.one(KEPT) == 0
    await page.reload()  # what was opened in this call is still there, and so is the next matter
    await expect(opened).to_have_count(2)
    await page.get_by_role("link", name="本次来电结束").click()
    await expect(page).to_have_url(re.compile(r"/operator$"))
    await expect(page.get_by_role("heading", name="新建工单")).to_be_visible()
