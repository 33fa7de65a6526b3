"""The call bar: what one does at the telephone, on every page of the centre; what is pressed there is done with the call at once."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pytest
from playwright.async_api import Page, expect

from hotline.base.db.connection import Conn, Pool
from hotline.base.services import Services
from hotline.calls import arrivals, parties, rings, waiting
from hotline.calls.call import CarrierName, LineKind
from hotline.calls.carrier import Ability, CallCommand
from hotline.people.user import User
from hotline.ticket import Role
from tests import office
from tests.browser.conftest import SignIn, Site, check, press, shot

pytestmark = pytest.mark.browser
CITIZEN = "+8613900000001"
STATE = "SELECT state FROM operator_state WHERE ended_at IS NULL"


@dataclass(frozen=True, slots=True)
class QuietLine:
    """A line that can do all that it says, and carries nothing: who is connected the test says."""

    name: CarrierName = CarrierName.BROWSER
    abilities: frozenset[Ability] = frozenset(Ability)
    lines: frozenset[LineKind] = frozenset(LineKind)

    async def perform(self, pool: Pool, services: Services, command: CallCommand) -> None:
        """Nothing is carried out."""

    async def close(self) -> None:
        """Nothing is open."""


async def operator_at_phone(site: Site, line: QuietLine = QuietLine()) -> User:  # it is frozen
    """An operator who is on shift and rung at a telephone; calls come over this line."""
    site.services.carriers[line.name] = line  # type: ignore[index]
    name, phone = "小王", "+8613800000001"
    async with site.pool.acquire() as conn, conn.transaction():
        who = await office.user(conn, Role.OPERATOR, name=name, phone=phone, services=site.services)
        await office.on_shift(conn, who, site.clock.now())
        await office.ready_for_calls(conn, who, site.clock.now())
    return who


async def departments(site: Site) -> None:
    """Two departments; one has its line in the directory."""
    async with site.pool.acquire() as conn:
        await office.department(conn, "T05", "交通运输局")
        await office.department(conn, "T06", "住房和城乡建设局")
        line = site.services.keys.encrypt("+864367221234")
        await conn.execute("UPDATE department SET phone_enc = $1 WHERE code = 'T05'", line)


async def rung(site: Site, ref: str = "CA1", carrier: CarrierName = CarrierName.BROWSER) -> int:
    """A call comes, and rings whoever is ready."""
    async with site.pool.acquire() as conn, conn.transaction():
        arrival = await arrivals.arrive(conn, site.services, carrier, ref, CITIZEN, site.clock.now())
        await waiting.enqueue(conn, site.services, arrival.call.id, site.clock.now())
    return arrival.call.id


async def answered(site: Site, who: User, call: int) -> None:
    """The operator's telephone is picked up."""
    async with site.pool.acquire() as conn, conn.transaction():
        await rings.answer(conn, site.services, who, call, site.clock.now())


async def talking(site: Site, sign_in: SignIn, *, phone: bool = False) -> tuple[Page, User, int]:
    """The desk of an operator who talks with a citizen, and the call."""
    who = await operator_at_phone(site)
    await departments(site)
    page = await sign_in(who, "/operator", phone=phone)
    await expect(page.locator("#callbar")).to_contain_text("可接听来电")
    await site.streams(1)
    call = await rung(site)
    await expect(page).to_have_url(re.compile(r"/operator\?contact=\d+$"))  # an idle desk opens the form by itself
    await expect(page.locator("#callbar")).to_contain_text("有您的来电")
    await expect(page.locator("#callbar")).to_contain_text("+861390****001")
    await site.streams(1)
    await answered(site, who, call)
    await expect(page.locator("#callbar")).to_contain_text("通话中")
    return page, who, call


async def joined(conn: Conn, site: Site, kind: str) -> None:
    party = await conn.fetchval("SELECT id FROM call_party WHERE kind = $1 AND left_at IS NULL", kind)
    await parties.joined(conn, site.services, party, site.clock.now())


@pytest.mark.parametrize("phone", [False, True])
async def test_a_call_is_held_shared_and_ended_by_keys(site: Site, sign_in: SignIn, phone: bool) -> None:
    page, _, _ = await talking(site, sign_in, phone=phone)
    bar = page.locator("#callbar")
    await check(page)
    await page.locator("#new-text").fill("大火，楼道里有烟")  # and keys work while the words are typed
    await press(page, "F3")
    await expect(bar).to_contain_text("保持中")
    assert await site.one(STATE) == "holding"
    await press(page, "F3")
    await expect(bar.get_by_text("通话中")).to_be_visible()
    await press(page, "Shift+F7")
    await expect(bar.locator(".parties")).to_contain_text("119")
    await expect(bar.locator(".aloud")).to_contain_text("尚不清楚")
    await page.locator("#new-place").fill("镇赉镇和平小区3号楼")
    await expect(bar.locator(".aloud b")).to_have_text("镇赉镇和平小区3号楼")
    await check(page)
    await shot(page, f"emergency-{'phone' if phone else 'desk'}")
    async with site.pool.acquire() as conn, conn.transaction():
        await joined(conn, site, "emergency")
    await expect(bar.locator(".parties")).to_contain_text("已接入")
    await press(page, "Shift+F1")
    await expect(bar.locator(".parties")).to_have_count(0)
    await press(page, "F10")
    await expect(bar).to_contain_text("请填完表单")
    await expect(page.locator("#new-text")).to_have_value("大火，楼道里有烟")
    assert await site.one("SELECT ended_why FROM call") == "operator"
    await press(page, "F3")
    await site.until("SELECT until - since > interval '30 s' FROM operator_state WHERE ended_at IS NULL")
    await press(page, "F6")
    await expect(bar).to_contain_text("可接听来电")


async def test_a_call_is_passed_to_a_department_after_talking_with_them(site: Site, sign_in: SignIn) -> None:
    page, _, _ = await talking(site, sign_in)
    await press(page, "Shift+F4")
    panel = page.locator("#pass-on")
    await expect(panel.locator("#guest-q")).to_be_focused()
    await page.keyboard.type("局")
    rows = panel.locator(".guests li")
    await expect(rows).to_have_count(4)
    await page.keyboard.type("交通")
    await panel.locator("#guest-q").fill("住房")
    await expect(rows.first).to_contain_text("目录中没有号码")
    await expect(rows.first.get_by_role("button", name="三方通话")).to_be_disabled()
    await panel.locator("#guest-q").fill("运输")
    await expect(rows).to_have_count(2)
    await check(page)
    await shot(page, "pass-on")
    await rows.first.get_by_role("button", name="先通话再转").click()
    bar = page.locator("#callbar")
    await expect(bar.locator(".parties")).to_contain_text("交通运输局")
    await expect(bar).to_contain_text("保持中")
    await expect(panel).to_be_hidden()
    async with site.pool.acquire() as conn, conn.transaction():
        await joined(conn, site, "department")
    await expect(bar.get_by_role("button", name="转给对方")).to_be_visible()
    await press(page, "Shift+F2")
    await expect(bar).to_contain_text("请填完表单")
    assert await site.one("SELECT state FROM call") == "talking"  # the citizen and the department go on


async def test_after_a_warning_a_call_is_ended_with_an_announcement(site: Site, sign_in: SignIn) -> None:
    page, _, _ = await talking(site, sign_in)
    bar = page.locator("#callbar")
    await press(page, "Shift+F3")
    await expect(bar.locator(".phrase")).to_contain_text("请您文明用语")
    await check(page)
    await press(page, "Shift+F10")
    await expect(page.get_by_role("dialog", name="确定吗？")).to_contain_text("因辱骂结束本次通话")
    await press(page, "Enter")
    await expect(bar).to_contain_text("受辱骂后调整")
    assert await site.one("SELECT ended_why FROM call") == "announced"


async def test_what_the_line_cannot_do_is_off_with_the_reason(site: Site, sign_in: SignIn) -> None:
    plain = frozenset({Ability.STRAIGHT_TRANSFER, Ability.OUTSIDE})
    who = await operator_at_phone(site, QuietLine(CarrierName.COMPATIBLE, plain))
    call = await rung(site, carrier=CarrierName.COMPATIBLE)
    await answered(site, who, call)
    page = await sign_in(who, "/operator")
    bar = page.locator("#callbar")
    for name in ("保持", "119", "警示"):
        button = bar.get_by_role("button", name=name)
        await expect(button).to_be_disabled()
        await expect(button).to_have_attribute("title", "这个通话的线路做不到这一点。")
    await press(page, "F3")
    assert await site.one(STATE) == "talking"
    await expect(bar.get_by_role("button", name="挂断")).to_be_enabled()
    await check(page)


async def test_a_missed_call_goes_on_and_says_so_on_every_page(site: Site, sign_in: SignIn) -> None:
    who = await operator_at_phone(site)
    page = await sign_in(who, "/me")
    await expect(page.locator("#callbar")).to_be_hidden()  # nothing to be said there
    await site.streams(1)
    call = await rung(site)
    await expect(page.locator("#callbar")).to_contain_text("有您的来电")
    await check(page)
    async with site.pool.acquire() as conn, conn.transaction():
        await rings.miss(conn, site.services, call, site.clock.now())
    await expect(page.locator("#callbar").get_by_role("alert")).to_contain_text("刚才有来电未接")
    await check(page)
    await press(page, "r")
    await expect(page.locator("#callbar")).to_contain_text("有您的来电")  # it waited, and rings again
    await press(page, "F2")
    await expect(page).to_have_url(re.compile(r"/operator\?contact=\d+$"))


async def test_the_supervisor_listens_whispers_and_takes_a_call_over(site: Site, sign_in: SignIn) -> None:
    who, boss = await operator_at_phone(site), await site.user(Role.MANAGER, name="老王")
    await answered(site, who, await rung(site))
    page = await sign_in(boss, "/centre")
    await site.streams(1)
    calls = page.get_by_role("region", name="正在进行的通话")
    await expect(calls.locator("li")).to_contain_text("小王")
    await check(page)
    await calls.get_by_role("button", name="旁听").click()
    await site.until("SELECT mode FROM call_party WHERE kind = 'supervisor'", want="listen")
    bar = page.locator("#callbar")
    await bar.get_by_role("button", name="耳语").click()
    await site.until("SELECT mode FROM call_party WHERE kind = 'supervisor'", want="whisper")
    await shot(page, "supervisor")
    async with site.pool.acquire() as conn, conn.transaction():
        await joined(conn, site, "supervisor")
    await expect(bar).to_contain_text("通话中")
    await check(page)
    await bar.get_by_role("button", name="接管通话").click()
    await press(page, "Enter")
    await site.until("SELECT operator_id FROM call", want=boss.id)
    await expect(bar.get_by_role("button", name="119")).to_be_visible()  # what an operator may do is theirs now


async def test_a_break_has_its_reason(site: Site, sign_in: SignIn) -> None:
    page = await sign_in(await operator_at_phone(site), "/operator")
    await page.locator("#callbar").get_by_label("小休原因").select_option("meal")
    await page.locator("#callbar").get_by_role("button", name="暂停接听").click()
    await expect(page.locator("#callbar p")).to_contain_text(["用餐"])
    assert await site.one("SELECT reason FROM operator_state WHERE ended_at IS NULL") == "meal"
    await press(page, "r")
    await expect(page.locator("#callbar")).to_contain_text("可接听来电")
