"""A leader's two minutes, the centre's notice, a department's findings: read, opened, judged; at both widths, with axe."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.browser.conftest import SignIn, Site, check
from tests.reports.story import StoryOffice, at, lived, office

pytestmark = pytest.mark.browser


@pytest.fixture
async def march(site: Site) -> StoryOffice:
    """March was lived; it is the morning of 9 April."""
    async with site.pool.acquire() as conn:
        made = await office(conn, site.services, site.clock)
        await lived(made)
    site.clock.at = at("2026-04-09 09:00")
    return made


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("phone", [False, True])
async def test_a_leaders_two_minutes(march: StoryOffice, sign_in: SignIn, language: str, phone: bool) -> None:
    page = await sign_in(march.leader, "/leader", language=language, phone=phone)
    await check(page)
    heading = "2026年3月热线办理情况" if language == "zh" else "How the matters of March 2026 were handled"
    await expect(page.get_by_role("heading", level=1)).to_have_text(heading)
    assert await page.evaluate("document.documentElement.scrollWidth") <= (390 if phone else 1280)
    tile = page.locator(".tile", has_text="按时办结率" if language == "zh" else "Replied in time")
    await expect(tile).to_contain_text("3/4")
    await tile.get_by_role("link").click()
    await page.get_by_role("link", name="未计入分子" if language == "zh" else "Not in it").click()
    await expect(page.locator("tbody tr")).to_have_count(1)
    await check(page)


async def test_the_notice_is_proposed_and_approved(march: StoryOffice, sign_in: SignIn) -> None:
    centre = await sign_in(march.manager, "/notices/2026-03")
    await check(centre)
    await centre.get_by_role("button", name="提请领导审批").click()
    await expect(centre.locator(".stamp")).to_contain_text("尚未审批")
    leader = await sign_in(march.leader, "/notices/2026-03")
    await expect(leader.get_by_role("heading", name="将点名")).to_be_visible()
    await check(leader)
    await leader.get_by_text("退回中心").click()
    await leader.get_by_label("需改正之处").fill("路灯所的数字再核一遍")
    await leader.get_by_role("button", name="退回", exact=True).click()
    await expect(leader.locator(".stamp")).to_contain_text("领导退回")
    await centre.reload()
    await expect(centre.locator(".stamp")).to_contain_text("路灯所的数字再核一遍")
    await centre.get_by_role("button", name="提请领导审批").click()
    await expect(centre.locator(".stamp")).to_contain_text("尚未审批")
    await leader.reload()
    await leader.get_by_role("button", name="审批并固定").click()  # asked first whether who is named was read
    await expect(leader.locator(".stamp")).to_contain_text("尚未审批")
    await leader.get_by_label("我已阅知点名的单位及原因").check()
    await leader.get_by_role("button", name="审批并固定").click()
    await expect(leader.locator(".stamp")).to_contain_text("审批通过并固定")
    await expect(leader.locator(".stamp")).to_contain_text("SHA-256")
    await check(leader)
    on_a_phone = await sign_in(march.leader, "/notices/2026-03", phone=True, language="en")
    await check(on_a_phone)


@pytest.mark.parametrize("phone", [False, True])
async def test_a_department_reads_its_findings_and_figures(
    march: StoryOffice, sign_in: SignIn, site: Site, phone: bool
) -> None:
    site.clock.at = at("2026-03-12 09:00")
    page = await sign_in(march.lamps, "/department/findings", phone=phone)
    await check(page)
    finding = page.locator(".finding").first
    await finding.get_by_text("申诉（").click()
    await finding.get_by_label("申诉理由").fill("系统当时打不开")
    await finding.get_by_role("button", name="申诉").click()
    await expect(page.locator(".finding").first).to_contain_text("系统当时打不开")
    own = await sign_in(march.lamps, "/department/figures?month=2026-03", phone=phone)
    await check(own)
    judge = await sign_in(march.other, "/findings", phone=phone)
    await judge.locator(".finding").first.get_by_text("裁定申诉").click()
    await judge.locator(".finding").first.get_by_label("理由").fill("属实")
    await judge.locator(".finding").first.get_by_role("button", name="申诉成立").click()
    await expect(judge.locator(".finding.upheld")).to_have_count(1)
    await check(judge)


@pytest.mark.parametrize(
    "path", ["/consultations", "/consultations/2026-04-15", "/exclusions", "/findings", "/notices"]
)
async def test_the_other_pages(march: StoryOffice, sign_in: SignIn, path: str) -> None:
    page = await sign_in(march.manager, path)
    await check(page)
    await expect(page.get_by_role("heading", level=1)).to_be_visible()
