"""Callers who wait, leave a message or keep their place; and who is brought into a call: a colleague of a department, 119."""

from __future__ import annotations

import asyncio

import pytest
from playwright.async_api import expect

from tests.browser.conftest import Site, check, shot
from tests.browser.line.calling import (
    CLEAR,
    answered,
    at_the_desk,
    caller,
    hangs_up,
    hears,
    hears_among,
    hears_nobody,
    is_line,
    posts,
    shows,
    takes,
    talk,
    voicemail,
)
from tests.browser.line.conftest import CITIZEN, OPERATOR, THIRD, Speaker
from tests.browser.line.voices import likeness

pytestmark = pytest.mark.browser


async def test_with_nobody_there_a_message_is_left_and_a_call_is_owed(site: Site, speaker: Speaker) -> None:
    citizen = await caller(speaker)
    await shows(citizen, "voicemail")
    await check(citizen)
    await shot(citizen, "call-voicemail")
    await citizen.wait_for_timeout(2_000)  # one speaks so long
    await citizen.get_by_role("button", name="讲完了").click()
    await shows(citizen, "over")
    assert await site.one("SELECT reason FROM call_back") == "voicemail"
    assert await site.one("SELECT ended_why FROM call") == "voicemail"
    assert likeness(await voicemail(site.pool, site.services, citizen), CITIZEN)[0] > CLEAR


async def test_a_kept_place_is_called_in_its_turn(site: Site, speaker: Speaker) -> None:
    """The first in the queue keeps the place, and is called before the second one is answered."""
    desk = await at_the_desk(site, speaker)
    await posts(desk, "operators/me/states", state="break", reason="rest")
    await is_line(desk, "idle")
    first = await caller(speaker, CITIZEN)
    second = await caller(speaker, THIRD, "/call?phone=%2B8613900000002")
    for page in (first, second):
        await shows(page, "voicemail")  # nobody is at the telephone but on a break
    await first.get_by_role("button", name="保留我的位置").click()
    await shows(first, "kept")
    await check(first)
    await posts(desk, "operators/me/states", state="ready")
    await takes(desk)
    await shows(first, "ringing")
    await first.locator("[data-act=pick-up]").click()
    await shows(first, "talking")
    await asyncio.gather(hears(first, OPERATOR), hears(desk, CITIZEN))


async def test_the_queue_says_how_many_wait_before(site: Site, speaker: Speaker) -> None:
    desk = await at_the_desk(site, speaker)
    first = await caller(speaker, CITIZEN)
    await shows(first, "waiting")
    await is_line(desk, "ringing")
    await shot(desk, "desk-ringing")
    second = await caller(speaker, THIRD, "/call?phone=%2B8613900000002")
    await shows(second, "waiting")
    await expect(second.locator("[data-part=position]")).to_have_text("1")
    await expect(second.locator("[data-plays=music]")).to_be_attached()
    await check(second)
    await shot(second, "call-waiting")
    await second.get_by_role("button", name="挂断").click()
    await shows(second, "over")
    assert await site.one("SELECT count(*) FROM call WHERE ended_why = 'abandoned'") == 1
    await answered(desk, first)


async def test_119_comes_into_the_call_and_is_dropped_off(site: Site, speaker: Speaker) -> None:
    """Three-way: everybody hears everybody; the simulator plays the telephone of 119."""
    desk, citizen = await talk(site, speaker)
    call = await site.one("SELECT id FROM call")
    party = (await posts(desk, f"calls/{call}/parties", kind="emergency", emergency="119"))["party"]
    fire = await speaker(THIRD, None, "/simulator")
    await expect(fire.locator("#outside")).to_contain_text("119")
    await fire.locator("#outside a").click()
    await fire.get_by_role("button", name="接听").first.click()
    await shows(fire, "talking")
    await expect(citizen.locator("[data-part=names]")).to_contain_text("119")
    await asyncio.gather(hears_among(fire, {CITIZEN, OPERATOR}), hears_among(citizen, {THIRD, OPERATOR}))
    await hears_among(desk, {CITIZEN, THIRD})
    await posts(desk, f"calls/{call}/drops", party=party)
    await shows(fire, "over")
    await asyncio.gather(hears_among(citizen, {OPERATOR}), hears_among(desk, {CITIZEN}))


async def test_a_colleague_takes_the_call_after_a_word(site: Site, speaker: Speaker) -> None:
    """A warm transfer: the caller is on hold and hears nobody while the two talk, then talks with the colleague alone."""
    other = await at_the_desk(site, speaker, THIRD)
    await posts(other, "operators/me/states", state="break", reason="rest")
    desk, citizen = await talk(site, speaker)
    await posts(other, "operators/me/states", state="ready")
    call, name = (
        await site.one("SELECT id FROM call"),
        await site.one("SELECT name FROM app_user WHERE role = 'operator' ORDER BY id LIMIT 1"),
    )
    await posts(desk, f"calls/{call}/transfers", kind="operator", user=name, warm=True)
    await other.locator("[data-line-bar] [data-line=answer]").click()
    await shows(citizen, "held")
    await hears_among(other, {OPERATOR})
    await hears_nobody(citizen)
    await hangs_up(desk)
    await shows(citizen, "talking")
    await is_line(desk, "idle")
    await asyncio.gather(hears_among(citizen, {THIRD}), hears_among(other, {CITIZEN}))
    assert await site.one("SELECT state FROM call") == "talking"


async def test_an_owed_call_is_made_and_answered_at_the_simulators_telephone(site: Site, speaker: Speaker) -> None:
    citizen = await caller(speaker)
    await shows(citizen, "voicemail")
    await citizen.get_by_role("button", name="讲完了").click()
    await shows(citizen, "over")
    desk = await at_the_desk(site, speaker)
    owed = await site.one("SELECT id FROM call_back")
    await posts(desk, "calls", call_back=owed, reason="回电")
    await citizen.goto("/simulator")
    await expect(citizen.locator("#outside")).to_contain_text("+8613900000001")
    await citizen.locator("#outside a").click()
    await citizen.get_by_role("button", name="接听").first.click()
    await shows(citizen, "talking")
    await asyncio.gather(hears(citizen, OPERATOR), hears(desk, CITIZEN))
    await expect(citizen.locator("[data-part=names]")).to_have_text("话务员")
    await citizen.get_by_role("button", name="挂断").click()
    await shows(citizen, "over")
    await is_line(desk, "idle")
