"""The manager's page: a number with abuse on record is restricted, an objection is decided by another manager."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from hotline.calls import arrivals, endings, restrictions
from hotline.calls.call import CarrierName
from hotline.calls.happenings import Happening, happened
from hotline.ticket import Role
from tests.browser.conftest import SignIn, Site, check, shot

pytestmark = pytest.mark.browser
SIZES = pytest.mark.parametrize("phone", [False, True], ids=["desk", "phone"])


async def abusive(site: Site, number: str, calls: int) -> None:
    """So many calls in which the warning phrase was said."""
    now = site.clock.now()
    async with site.pool.acquire() as conn, conn.transaction():
        for n in range(calls):
            came = await arrivals.arrive(conn, site.services, CarrierName.BROWSER, f"{number}-{n}", number, now)
            await happened(conn, site.services, came.call, Happening.WARNED, "system", now)
            await endings.caller_left(conn, site.services, came.call.id, now)


@SIZES
async def test_a_restriction_and_its_objection(site: Site, sign_in: SignIn, phone: bool) -> None:
    await abusive(site, "+8613977770021", 3)
    await abusive(site, "+8613977770022", 2)
    maker, other = await site.user(Role.MANAGER), await site.user(Role.MANAGER)
    page = await sign_in(maker, "/centre", phone=phone)
    panel = page.get_by_role("region", name="来电限制")
    await expect(panel.get_by_text("3次通话有辱骂记录")).to_be_visible()
    await expect(panel.get_by_text("+861397****022")).to_have_count(0)
    await check(page)
    await shot(page, f"restrict-{phone}")
    await panel.get_by_label("原因").fill("多次辱骂话务员")
    await panel.get_by_role("button", name="限制来电").click()
    await page.get_by_role("dialog").get_by_role("button").first.click()
    await expect(panel.get_by_role("button", name="提前解除")).to_be_visible()
    async with site.pool.acquire() as conn, conn.transaction():
        made = await conn.fetchval("SELECT id FROM restriction")
        await restrictions.take_objection(conn, maker, made, "不是我打的", site.clock.now())
    await page.reload()
    await expect(panel.get_by_text("须由另一位值班长决定")).to_be_visible()
    theirs = await sign_in(other, "/centre", phone=phone)
    panel = theirs.get_by_role("region", name="来电限制")
    await panel.get_by_label("原因").fill("证据不足")
    await shot(theirs, f"objection-{phone}")
    await panel.get_by_role("button", name="异议成立").click()
    await site.until("SELECT upheld FROM restriction", want=False)
