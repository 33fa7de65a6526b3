"""What goes wrong on the telephone: no microphone, two browsers of one operator, a lost line, a server that is killed."""

from __future__ import annotations

import asyncio
import secrets
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.async_api import expect

from hotline.base.db.connection import connect
from hotline.people import people_sql
from hotline.people.sessions import token_hash
from hotline.ticket import Role
from tests import office
from tests.browser.conftest import SignIn, Site, check, shot
from tests.browser.line.calling import (
    CALLS,
    CLEAR,
    answered,
    at_the_desk,
    caller,
    hears,
    is_line,
    posts,
    recorded,
    shows,
    talk,
)
from tests.browser.line.conftest import CITIZEN, OPERATOR, THIRD, Speaker
from tests.browser.line.voices import likeness
from tests.program import program, reachable

pytestmark = pytest.mark.browser


async def test_without_a_microphone_nobody_is_ready_and_the_page_says_why(site: Site, sign_in: SignIn) -> None:
    page = await sign_in(Role.OPERATOR, "/operator")
    await page.context.grant_permissions(["microphone"])
    await is_line(page, "off")
    await posts(page, "shift", on=True, ready=True)
    await is_line(page, "microphone")
    await expect(page.locator("[data-line-bar]")).to_contain_text("没有找到麦克风")
    await check(page)
    await shot(page, "desk-no-microphone")
    await site.until("SELECT state FROM operator_state WHERE ended_at IS NULL", want="break")
    await page.locator("[data-line=microphone]").click()
    await is_line(page, "microphone")


async def test_a_caller_without_a_microphone_is_told_what_to_do(site: Site, visitor: SignIn) -> None:
    page = await visitor("/call", phone=True)
    await page.get_by_role("button", name="立即拨打").click()
    await shows(page, "microphone")
    await expect(page.get_by_role("alert").filter(has_text="1890")).to_be_visible()
    await check(page)
    await shot(page, "call-no-microphone")
    assert await site.one("SELECT count(*) FROM call") == 0


async def test_of_two_browsers_the_last_that_says_so_rings(site: Site, speaker: Speaker) -> None:
    who = await site.user(Role.OPERATOR)
    first = await at_the_desk(site, speaker, who=who)
    second = await speaker(THIRD, who, "/operator")
    await is_line(second, "elsewhere")
    await expect(second.locator("[data-line-bar]")).to_contain_text("另一个浏览器")
    await shot(second, "desk-elsewhere")
    await second.locator("[data-line=take]").click()
    await is_line(second, "idle")
    await first.evaluate("document.body.dispatchEvent(new CustomEvent('live:line', {detail: {}}))")
    await is_line(first, "elsewhere")
    citizen = await caller(speaker)
    await answered(second, citizen)
    await hears(citizen, THIRD)
    await is_line(first, "elsewhere")


async def test_pieces_that_could_not_be_sent_are_sent_after_a_reload(site: Site, speaker: Speaker) -> None:
    desk, citizen = await talk(site, speaker)
    await desk.route("**/recording/chunks*", lambda route: route.abort())
    await desk.wait_for_timeout(6_000)  # a piece and more, and nothing arrives
    assert await site.one("SELECT count(*) FROM recording_chunk") == 0
    await desk.unroute("**/recording/chunks*")
    await desk.reload()
    await is_line(desk, "talking")
    await site.until("SELECT count(*) >= 2 FROM recording_chunk WHERE seq < 2", within=20)
    await citizen.locator("[data-act=hang-up]:visible").click()
    await is_line(desk, "idle")
    first = (await recorded(site.pool, site.services, desk))[0]
    assert first[0].size > 5 * 48_000
    assert min(likeness(first[0], CITIZEN)[0], likeness(first[1], OPERATOR)[0]) > CLEAR


async def test_voices_go_on_while_the_server_is_killed_and_the_call_is_there_afterwards(
    speaker: Speaker, empty: str, tmp_path: Path
) -> None:
    """Even where it was away for longer than a browser may be silent: nobody could be heard meanwhile."""
    async with program(empty, reachable(tmp_path)) as server:
        await server.start()
        cookie = secrets.token_urlsafe(32)
        now = datetime.now(UTC)
        conn = await connect(empty)
        operator = await office.user(conn, Role.OPERATOR)
        await people_sql.insert_session(conn, token_hash(cookie), operator.id, {}, now, now + timedelta(days=1), "test")
        desk = await speaker(OPERATOR, None, "/operator", base=server.url, cookie=cookie)
        await is_line(desk, "off")
        await posts(desk, "shift", on=True, ready=True)
        await is_line(desk, "idle")
        citizen = await speaker(CITIZEN, None, CALLS, base=server.url)
        await citizen.get_by_role("button", name="立即拨打").click()
        await answered(desk, citizen)
        await server.kill()
        await asyncio.gather(hears(citizen, OPERATOR), hears(desk, CITIZEN))
        server.more["HOTLINE_CLOCK_OFFSET"] = "90"
        await server.start()
        await citizen.evaluate("window.dispatchEvent(new Event('online'))")
        await desk.evaluate("window.dispatchEvent(new Event('online'))")
        await desk.locator("[data-line=hold]:visible").first.click()
        await shows(citizen, "held")
        assert await conn.fetchval("SELECT string_agg(state, ' ') FROM call") == "talking"
        await conn.close()
