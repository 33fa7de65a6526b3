"""Overdue is a list, and a call about an earlier ticket ends at the desk: in a real browser."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from hotline.ticket import Category, Role, Urgency
from tests import office
from tests.browser.conftest import SignIn, Site, check, press
from tests.line import webhook
from tests.sla.desk import Desk

pytestmark = pytest.mark.browser

SIZES = pytest.mark.parametrize("phone", [False, True], ids=["desk", "phone"])
CALLER = "+8613900000301"


async def shot(page: Page, name: str, phone: bool = False) -> None:
    """A picture for whoever asks for pictures (SHOTS: the folder)."""
    if folder := os.environ.get("SHOTS"):
        if not phone:
            await page.set_viewport_size({"width": 1366, "height": 900})
        path = Path(folder) / f"{name}-{'390' if phone else '1366'}.png"
        await page.screenshot(path=str(path), full_page=True)


@pytest.fixture
async def desk(site: Site) -> Desk:
    """A desk with tickets at different points, on the clone that the site serves."""
    conn = await site.pool.acquire()
    made = await Desk(conn, site.services, site.clock).fill()
    texts = ["人民路12号路灯坏了三天没人修", "阳光小区3号楼突然停水", "镇南街井盖丢了，晚上很危险"]
    for i, text in enumerate(texts):
        made_one = await office.ticket(
            conn,
            site.services,
            text,
            f"+861390000030{i + 1}",
            place="人民路12号",
            operator=made.operator.id,
            urgency=Urgency.CRITICAL if i == 2 else Urgency.NORMAL,
        )
        if i == 0:
            await office.move(conn, site.services, made.operator, made_one.number, "answers", text="已答复来电人")
    await office.ticket(conn, site.services, "表扬路灯所", category=Category.PRAISE, operator=made.operator.id)
    await site.pool.release(conn)
    return made


@SIZES
async def test_overdue_leads_to_its_list_and_filing_is_done_together(
    site: Site, desk: Desk, sign_in: SignIn, phone: bool
) -> None:
    await site.fast_forward(hours=3)
    page = await sign_in(desk.operator, "/coming", phone=phone)
    await page.get_by_role("link", name="已超时").click()
    await expect(page.locator("table.list tbody tr")).to_have_count(3)
    await check(page)
    await shot(page, "late", phone)
    await page.locator(".views a", has_text="待归档").click()
    await expect(page.locator("table.list tbody tr")).to_have_count(1)
    await page.get_by_role("button", name="全选").click()
    await check(page)
    await shot(page, "filing", phone)
    await page.get_by_role("button", name="归档选中的").click()
    await expect(page.locator("#sure")).to_contain_text("归档选中的工单？")
    await press(page, "Escape")
    await expect(page.locator("table.list tbody tr")).to_have_count(1)
    await page.get_by_role("button", name="归档选中的").click()
    await page.locator("#sure").get_by_role("button", name="是", exact=True).click()
    await expect(page.get_by_role("status").filter(has_text="已归档：")).to_be_visible()
    await page.goto("/tickets?urgency=critical")
    await expect(page.locator("#find-urgency")).to_have_value("critical")
    await check(page)
    await shot(page, "filters", phone)


async def test_a_manager_takes_the_list_as_a_file(site: Site, desk: Desk, sign_in: SignIn) -> None:
    page = await sign_in(desk.manager, "/tickets?due=24h")
    await check(page)
    for kind in ("XLSX", "CSV"):
        async with page.expect_download() as taken:
            await page.get_by_role("button", name=kind).click()
        name = (await taken.value).suggested_filename
        assert name.endswith(f".{kind.lower()}")


@SIZES
async def test_what_about_my_ticket_ends_at_the_desk(site: Site, desk: Desk, sign_in: SignIn, phone: bool) -> None:
    who = await site.user(Role.OPERATOR, phone="+8613800000301")
    async with site.pool.acquire() as conn:
        await office.on_shift(conn, who, site.clock.now())
        await office.ready_for_calls(conn, who, site.clock.now())
        await conn.execute("UPDATE operator_state SET state = 'break' WHERE user_id <> $1 AND ended_at IS NULL", who.id)
    await webhook(site.client, site.services, "/twilio/voice", CallSid="CA301", From=CALLER, CallStatus="ringing")
    async with site.pool.acquire() as conn:
        item = await conn.fetchval("SELECT id FROM contact WHERE call_sid = 'CA301'")
    page = await sign_in(who, f"/operator?contact={item}", phone=phone)
    earlier = page.locator("#earlier")
    await expect(earlier.get_by_role("button", name="已告知进展")).to_be_visible()
    await page.locator("#new-text").fill("人民路12号路灯坏了三天没人修，又灭了")
    await expect(page.locator("#suggested").get_by_role("button", name="补充到这件").first).to_be_visible()
    await check(page)
    await shot(page, "enquiry", phone)
    await earlier.get_by_role("button", name="已告知进展").click()
    await expect(page.locator("main")).to_contain_text("已记入工单")
    async with site.pool.acquire() as conn:
        row = await conn.fetchrow("SELECT outcome, ticket_id IS NOT NULL AS about FROM contact WHERE id = $1", item)
    assert row is not None
    assert (row["outcome"], row["about"]) == ("answer", True)
    await shot(page, "ticket", phone)
