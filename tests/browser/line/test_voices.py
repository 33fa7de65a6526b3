"""Calls between browsers, with sound: what is spoken at one end is heard at the other, and only where the server lets it be heard."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from playwright.async_api import expect

from hotline.ticket import Role
from tests.browser.conftest import Site
from tests.browser.line.calling import (
    CLEAR,
    NOTHING,
    answered,
    at_the_desk,
    hangs_up,
    hears,
    hears_nobody,
    is_line,
    posts,
    recorded,
    shows,
    talk,
)
from tests.browser.line.conftest import CITIZEN, OPERATOR, THIRD, Speaker
from tests.browser.line.voices import delay, likeness, listen, lost

pytestmark = pytest.mark.browser
#: Pieces of recordings that the server has.
PIECES = "SELECT count(*) >= $1 FROM recording_chunk"


async def test_both_are_heard_and_recorded_and_a_hold_is_silent(site: Site, speaker: Speaker) -> None:
    desk, citizen = await talk(site, speaker)
    await hears(desk, CITIZEN)
    spoken, heard = await listen(citizen, which=-1), await listen(desk)
    assert likeness(heard.samples, CITIZEN)[0] > CLEAR
    assert 0 <= delay(spoken, heard, CITIZEN) < 0.5
    await hears(citizen, OPERATOR)
    gone, came = await lost(desk)
    assert gone <= came / 50

    await desk.locator("[data-line=hold]:visible").first.click()
    await shows(citizen, "held")
    await expect(citizen.locator("[data-plays=music]")).to_be_attached()
    await asyncio.gather(hears_nobody(citizen), hears_nobody(desk))
    await desk.locator("[data-line=hold]:visible").first.click()
    await shows(citizen, "talking")
    await hears(citizen, OPERATOR)

    await hangs_up(desk)
    await shows(citizen, "over")
    await is_line(desk, "idle")
    await site.until(PIECES, 2)
    ((left, right),) = await recorded(site.pool, site.services, desk)
    assert likeness(left, CITIZEN)[0] > CLEAR
    assert likeness(left, OPERATOR)[0] < NOTHING
    assert likeness(right, OPERATOR)[0] > CLEAR
    assert likeness(right, CITIZEN)[0] < NOTHING


async def test_a_whisper_reaches_the_operator_alone_and_is_in_no_recording(site: Site, speaker: Speaker) -> None:
    desk, citizen = await talk(site, speaker)
    call = await site.one("SELECT id FROM call")
    boss = await speaker(THIRD, await site.user(Role.MANAGER), "/centre")
    await boss.evaluate(
        "call => document.dispatchEvent(new CustomEvent('line:do', {detail: {act: 'join', call, mode: 'whisper'}}))",
        call,
    )
    await is_line(boss, "talking")
    await boss.wait_for_function("() => links.filter((link) => link.connectionState === 'connected').length === 2")
    await hears(desk, THIRD, which=1)
    await hears_nobody(citizen, which=1)
    await hears(citizen, OPERATOR)
    for which in (0, 1):
        heard = (await listen(boss, which=which)).samples
        assert max(likeness(heard, CITIZEN)[0], likeness(heard, OPERATOR)[0]) > CLEAR

    me = await site.one("SELECT id FROM call_party WHERE kind = 'supervisor'")
    await posts(boss, f"calls/{call}/modes", party=me, mode="talk")
    await expect(citizen.locator("[data-part=names]")).to_contain_text("·")
    await site.until("SELECT count(*) > 2 FROM call_signal WHERE from_party = $1 AND kind <> 'candidate'", me)
    await hears(citizen, THIRD, which=1)
    await site.until(PIECES, 1)
    await posts(boss, f"calls/{call}/modes", party=me, mode="whisper")
    await expect(citizen.locator("[data-part=names]")).not_to_contain_text("·")
    await hears_nobody(citizen, which=1)
    await hangs_up(desk)
    await shows(citizen, "over")
    await is_line(boss, "off")


async def test_a_page_that_is_loaded_again_takes_up_its_call(site: Site, speaker: Speaker) -> None:
    desk, citizen = await talk(site, speaker)
    await hears(citizen, OPERATOR)
    await desk.reload()
    await is_line(desk, "talking")
    await shows(citizen, "talking")
    await asyncio.gather(hears(citizen, OPERATOR), hears(desk, CITIZEN))
    await citizen.reload()
    await shows(citizen, "talking")
    await hears(citizen, OPERATOR)
    assert await site.one("SELECT state FROM call") == "talking"
    await hangs_up(desk)
    await shows(citizen, "over")
    await site.until("SELECT count(DISTINCT take) = 2 FROM recording")
    takes = await recorded(site.pool, site.services, desk, least=2)
    assert likeness(takes[-1][0], CITIZEN)[0] > CLEAR


async def test_an_operator_whose_browser_is_gone_leaves_nobody_alone(site: Site, speaker: Speaker) -> None:
    """The caller hears music, and is the next operator's at the old place."""
    desk, citizen = await talk(site, speaker)
    await desk.context.close()
    await expect(citizen.locator("[data-plays=music]")).to_be_attached(timeout=20_000)
    site.clock.move(timedelta(seconds=36))
    await citizen.evaluate("window.dispatchEvent(new Event('online'))")
    await site.until(
        "SELECT min(seen_at) = $1 FROM call_browser b JOIN call_party p ON p.id = b.party_id WHERE p.kind = 'citizen'",
        site.clock.now(),
    )
    await site.tick()
    await shows(citizen, "waiting")
    other = await at_the_desk(site, speaker, THIRD)
    await answered(other, citizen)
    await asyncio.gather(hears(citizen, THIRD), hears(other, CITIZEN))
