"""News in open pages: one stream for all tabs of a browser; a stream that is frozen is noticed, and the page says so."""

from __future__ import annotations

import asyncio
import re

import pytest
from playwright.async_api import Page, expect

from hotline.base.http.live import LIVE, LiveKind, notify
from hotline.ticket import Role
from tests import office
from tests.browser.conftest import SignIn, Site, Trouble, press

pytestmark = pytest.mark.browser
HEAR = """document.body.addEventListener('live:ticket', e => {
  document.body.dataset.heard = `${document.body.dataset.heard ?? ''} ${e.detail.number}` })"""


async def told(site: Site, number: str, *pages: Page) -> None:
    """News, and every page hears it once."""
    async with site.pool.acquire() as conn:
        await notify(conn, "centre", LiveKind.TICKET, number=number)
    for page in pages:
        await expect(page.locator(f"body[data-heard$=' {number}']")).to_be_attached()


async def test_eight_tabs_share_one_stream(site: Site, sign_in: SignIn) -> None:
    first = await sign_in(Role.OPERATOR, "/me")
    tabs = [first, *[await first.context.new_page() for _ in range(7)]]
    for tab in tabs[1:]:
        await tab.goto("/me")
    await site.streams(1)
    for tab in tabs:
        await tab.evaluate(HEAR)
    await told(site, "26000001", *tabs)
    listeners = site.client.app[LIVE].listeners  # type: ignore[union-attr]
    before = set(listeners)
    await first.close()  # another tab leads from now on
    for _ in range(200):
        if listeners and not listeners & before:
            break
        await asyncio.sleep(0.05)
    await site.streams(1)
    await told(site, "26000002", *tabs[1:])
    heard = await tabs[3].locator("body").get_attribute("data-heard")
    assert (heard or "").split() == ["26000001", "26000002"]


async def test_a_frozen_stream_is_noticed_and_said(
    site: Site, sign_in: SignIn, trouble: Trouble, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As where a proxy holds the stream: the line is open and nothing comes any more."""
    page = await sign_in(Role.OPERATOR, "/me")
    await site.streams(1)
    await page.clock.install()
    await page.reload()
    await site.streams(1)
    await expect(page.locator("#offline")).to_be_hidden()
    monkeypatch.setattr(site.client.app[LIVE], "listeners", set())  # type: ignore[union-attr]
    await page.route("**/live", lambda route: route.abort())  # nor does another one come through
    await page.clock.run_for(31_000)
    await expect(page.locator("#offline")).to_be_visible()
    await page.unroute("**/live")
    await page.clock.run_for(30_000)  # it opens another one, and that one speaks
    await expect(page.locator("#offline")).to_be_hidden()
    trouble.said[:] = [said for said in trouble.said if "ERR_FAILED" not in said]  # what the test itself cut off


async def test_a_page_hears_what_a_sweep_changed(site: Site, sign_in: SignIn) -> None:
    who = await site.user(Role.OPERATOR, name="小王")
    async with site.pool.acquire() as conn, conn.transaction():
        await office.on_shift(conn, who, site.clock.now())
        number = (await office.ticket(conn, site.services)).number
    page = await sign_in(who, f"/tickets/{number}")
    await site.streams(1)
    await expect(page.locator("#changed")).to_be_hidden()
    await site.fast_forward(hours=2, minutes=1)  # the dispatch clock of a normal matter is breached
    await expect(page.locator("#changed")).to_be_visible()


async def test_an_alarm_is_shown_on_every_open_page_of_the_centre(site: Site, sign_in: SignIn) -> None:
    """A message comes while nobody is on shift: the duty desk owns it, alarmed (rulebook §3)."""
    who = await site.user(Role.MANAGER, name="老王")
    page = await sign_in(who, "/me")
    await site.streams(1)
    await expect(page.locator("#alarm")).to_be_hidden()
    async with site.pool.acquire() as conn, conn.transaction():
        number = (await office.ticket(conn, site.services)).number
        await notify(conn, "centre", LiveKind.ALARM, number=number)
    await expect(page.locator("#alarm")).to_be_visible()
    await press(page, "F9")
    await expect(page).to_have_url(re.compile(f"/tickets/{number}$"))


async def test_a_new_outage_stands_beside_the_form_of_a_call(site: Site, sign_in: SignIn) -> None:
    page = await sign_in(Role.OPERATOR, "/operator")
    await site.streams(1)
    async with page.expect_response("**/routing/suggested"), site.pool.acquire() as conn:
        await notify(conn, "centre", LiveKind.OUTAGE, id=1)
