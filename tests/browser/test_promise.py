"""The promise in a real browser: times and their preview, the calendar, orders, what is coming, the night's sheet."""

from __future__ import annotations

import io

import pytest
from playwright.async_api import Page, expect
from pypdf import PdfReader

from hotline.people.user import User
from hotline.ticket import Category, Role, Urgency
from tests import office
from tests.browser.conftest import SignIn, Site, check
from tests.sla.desk import Desk, clocks, local

pytestmark = pytest.mark.browser

BOTH = pytest.mark.parametrize("language", ["zh", "en"])
SIZES = pytest.mark.parametrize("phone", [False, True], ids=["desk", "phone"])


@pytest.fixture
async def desk(site: Site) -> Desk:
    """The people of a ticket, on the clone that the site serves."""
    conn = await site.pool.acquire()
    made = await Desk(conn, site.services, site.clock).fill()
    await site.pool.release(conn)
    return made


async def busy(site: Site, desk: Desk) -> str:
    """Some tickets at different points, one with an order; returns the order's number."""
    async with site.pool.acquire() as conn:
        desk.conn = conn
        numbers = [await desk.dispatched(phone=f"+861390000020{i}") for i in range(3)]
        await desk.dispatched(phone="+8613900000210", urgency=Urgency.CRITICAL, category=Category.HELP)
        await desk.do(desk.liaison, numbers[0], "signatures")
        made = await desk.do(desk.manager, numbers[0], "supervise-orders", reason="已逾期两日，请当日修复并反馈。")
        await office.ticket(conn, site.services, phone="+8613900000211", urgency=Urgency.URGENT)
        await office.ticket(conn, site.services, phone="+8613900000212")
    return str(made["order"])


@BOTH
@SIZES
async def test_a_rule_is_previewed_then_saved(site: Site, sign_in: SignIn, language: str, phone: bool) -> None:
    page = await sign_in(Role.ADMIN, "/admin/policy", language=language, phone=phone)
    await check(page)
    zh = language == "zh"
    assert await page.locator(".top nav a[aria-current]").all_inner_texts() == ["时限规定" if zh else "Times"]
    row = page.get_by_role("row").filter(has_text="投诉" if zh else "Complaint").filter(has_text="10")
    await row.get_by_role("link").first.click()
    await page.get_by_label("时限" if zh else "Time", exact=True).fill("5")
    await page.get_by_role("button", name="试算" if zh else "Preview").click()
    wanted = (
        ("周五下午4:50受理的投诉", "3月13日周五下午5点", "3月20日周五下午5点") if zh else ("complaint", "16:50", "13")
    )
    for part in wanted:
        await expect(page.locator(".promise")).to_contain_text(part)
    await check(page)
    await expect(page.get_by_label("时限" if zh else "Time", exact=True)).to_have_value("5")
    await page.get_by_role("button", name="存为新版本" if zh else "Save as a new version").click()
    await page.wait_for_url("**/admin/policy")
    await check(page)
    async with site.pool.acquire() as conn:
        assert (
            await conn.fetchval(
                "SELECT amount FROM policy_rule WHERE version = 2 AND clock = 'resolve' AND category = 'complaint'"
            )
            == 5
        )


async def test_a_wrong_rule_is_refused_beside_its_form(sign_in: SignIn) -> None:
    page = await sign_in(Role.ADMIN, "/admin/policy/rule?clock=sign&category=*&urgency=critical")
    await page.get_by_label("可以暂停").check()
    await page.get_by_role("button", name="试算").click()
    await expect(page.locator(".said")).to_contain_text("工作日")
    await expect(page.get_by_label("时限", exact=True)).to_have_value("15")
    await check(page)


async def _declare(page: Page, zh: bool) -> None:
    await page.locator("#closures summary").click()
    await page.locator("#c-from_at").fill("2026-03-09T00:00")
    await page.locator("#c-to_at").fill("2026-03-11T00:00")
    await page.locator("#c-reason").fill("暴雪" if zh else "Blizzard")
    await check(page)
    await page.locator("#closures form button.primary").click()
    await page.locator("#closures li").first.wait_for()


@BOTH
@SIZES
async def test_a_make_up_day_and_a_blizzard_are_seen_in_a_due_time(
    site: Site, desk: Desk, sign_in: SignIn, language: str, phone: bool
) -> None:
    """Due on Wednesday the 18th; a blizzard takes Monday and Tuesday, a Saturday is worked: Thursday the 19th."""
    async with site.pool.acquire() as conn:
        desk.conn = conn
        number = await desk.signed()
        assert (await clocks(conn, number))["resolve"]["due_at"] == local("2026-03-18T17:00")
    page = await sign_in(Role.ADMIN, "/admin/calendar", language=language, phone=phone)
    await check(page)
    await page.locator("#d-day").fill("2026-03-14")
    await page.locator("#d-working").select_option("true")
    await page.locator("#d-name").fill("补班" if language == "zh" else "Make-up day")
    await page.locator("form[action='/admin/calendar/days'] button").click()
    march = page.locator("table.month").nth(2)
    worked = march.get_by_role("cell", name="14")
    await expect(worked).to_contain_class("on")
    await _declare(page, language == "zh")
    await expect(march.locator("small.shut")).to_have_count(2)
    await site.tick()
    await page.reload()
    await check(page)
    async with site.pool.acquire() as conn:
        assert (await clocks(conn, number))["resolve"]["due_at"] == local("2026-03-19T17:00")
    shown = await sign_in(desk.operator, f"/tickets/{number}", language=language, phone=phone)
    await expect(shown.locator("main")).to_contain_text("03-19 17:00")


@BOTH
@SIZES
async def test_an_order_is_read_received_and_printed(
    site: Site, desk: Desk, sign_in: SignIn, language: str, phone: bool
) -> None:
    order = await busy(site, desk)
    page = await sign_in(desk.liaison, "/orders", language=language, phone=phone)
    await check(page)
    await page.get_by_role("link", name=order).click()
    await check(page)
    answer = await page.request.get(f"/orders/{order}.pdf")
    assert answer.headers["content-type"] == "application/pdf"
    paper = PdfReader(io.BytesIO(await answer.body()))
    assert len(paper.pages) == 1
    assert {font.rsplit("+", 1)[-1] for font in _fonts(paper)}, "no font is embedded"
    await page.locator("form.thumb button").click()
    await page.locator("form.thumb").wait_for(state="detached")
    await check(page)
    other = await sign_in(desk.manager, "/orders", language=language, phone=phone)
    await other.get_by_text("✓").wait_for()
    await check(other)


def _fonts(paper: PdfReader) -> set[str]:
    fonts = paper.pages[0]["/Resources"]["/Font"]  # type: ignore[index]
    return {str(fonts[name]["/BaseFont"]) for name in fonts}


@BOTH
@SIZES
async def test_what_is_coming_for_owner_department_and_manager(
    site: Site, desk: Desk, sign_in: SignIn, language: str, phone: bool
) -> None:
    await busy(site, desk)
    await site.fast_forward(minutes=20)  # past the critical one's sign
    people: list[tuple[User, bool]] = [
        (desk.operator, True),
        (desk.liaison, True),
        (desk.manager, True),
        (desk.other, False),
    ]
    for who, some in people:
        page = await sign_in(who, "/coming", language=language, phone=phone)
        assert (await page.locator("ol.coming li").count() > 0) is some, who.role
        await check(page)
        late = ("已超时" if language == "zh" else "Overdue already: ") in await page.locator("main").inner_text()
        assert late is some, who.role


@BOTH
@SIZES
async def test_what_the_night_left(site: Site, desk: Desk, sign_in: SignIn, language: str, phone: bool) -> None:
    page = await sign_in(desk.manager, "/centre/hand-over", language=language, phone=phone)
    await check(page)  # before the first one
    await site.tick()
    site.clock.at = local("2026-03-05T02:00")
    await busy(site, desk)
    site.clock.at = local("2026-03-05T07:50")
    await site.tick()
    await page.reload()
    await check(page)
    assert await page.locator(".panel li").count() >= 5
    for who in (desk.operator, Role.LEADER):
        seen = await sign_in(who, "/centre/hand-over", language=language, phone=phone)
        assert await seen.locator(".figures").count() == 1
