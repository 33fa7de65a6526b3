"""Blanks of a template in a real browser: found as on the server, marked, and not sent."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from hotline.base.text.blanks import BLANK, KEPT
from hotline.ticket import Role
from tests import office
from tests.browser.conftest import SignIn, Site, press
from tests.forms import forms

pytestmark = pytest.mark.browser

FIND = """([texts, kept, blank]) => texts.map((t) => (t.replace(new RegExp(kept, "g"), (k) => "a".repeat(k.length)).match(new RegExp(blank, "g")) ?? []).join("|"))"""


async def test_a_browser_reads_every_form_as_the_server_does(sign_in: SignIn) -> None:
    page = await sign_in(Role.OPERATOR)
    rows = forms("template_blanks")
    found = await page.evaluate(FIND, [[row.input for row in rows], KEPT, BLANK])
    assert found == [row.meant for row in rows]


async def test_the_blank_is_marked_and_nothing_is_sent(site: Site, sign_in: SignIn) -> None:
    async with site.pool.acquire() as conn, conn.transaction():
        who = await office.user(conn, Role.OPERATOR)
        await office.on_shift(conn, who, site.clock.now())
        number = (await office.ticket(conn, site.services, operator=who.id)).number
    page = await sign_in(who, f"/tickets/{number}")
    await press(page, "a")
    field = page.locator("#answers-text")
    await field.fill("将于5月__日前答复您")
    await press(page, "Control+Enter")
    said = page.locator("#act-answers .said")
    await said.wait_for()
    await expect(said).to_contain_text("将于5月▶__◀日前答复您")
    marked = "e => e.value.slice(e.selectionStart, e.selectionEnd)"
    assert await field.evaluate(marked) == "__"
    await page.keyboard.type("6")
    await press(page, "Control+Enter")
    await page.get_by_text("将于5月6日前答复您").first.wait_for()
    async with site.pool.acquire() as conn:
        assert await office.state(conn, number) == "answered"
