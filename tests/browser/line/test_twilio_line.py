"""An operator whom Twilio rings in the browser: the desk answers, mutes and hangs up, and the leg follows what the server says."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from hotline.base.clock import MovingClock
from hotline.base.config import Settings
from hotline.base.keys import Keys
from hotline.base.services import Services
from hotline.ticket import Role
from main import build_services
from tests import office
from tests.browser.conftest import Site
from tests.browser.line.calling import is_line, posts
from tests.browser.line.conftest import OPERATOR, Speaker
from tests.carrier import ACCOUNT, NUMBER, TOKEN
from tests.hotline.telephony.stories.centre import VoiceCentre
from tests.hotline.telephony.twilio_line import TwilioLine
from tests.hotline.telephony.twilio_rest import twilio_line

pytestmark = pytest.mark.browser
SDK = (Path(__file__).parent / "twilio_sdk.js").read_text("utf-8")
DONE = "sdk.done.join()"
TALKING = "SELECT count(*) > 0 FROM call WHERE state = 'talking'"


@pytest.fixture
async def line() -> AsyncIterator[TwilioLine]:
    async with twilio_line() as made:
        yield made


@pytest.fixture
async def services(settings: Settings, keys: Keys, clock: MovingClock, line: TwilioLine) -> AsyncIterator[Services]:
    more = {
        "twilio_account_sid": ACCOUNT,
        "twilio_auth_token": TOKEN,
        "twilio_number": NUMBER,
        "twilio_api_url": line.url,
    }
    key = {"twilio_api_key": "SK1", "twilio_api_secret": "s" * 32}
    made = build_services(settings.model_copy(update=more | key), keys, clock)
    yield made
    for carrier in made.carriers.values():
        await carrier.close()


async def done(page: Page, want: str) -> None:
    """Wait until the page has done this with its leg."""
    await page.wait_for_function(f"{DONE} === {want!r}")


async def test_the_desk_answers_mutes_and_is_hung_up(site: Site, speaker: Speaker, line: TwilioLine) -> None:
    async with site.pool.acquire() as conn, conn.transaction():
        who = await office.user(conn, Role.OPERATOR)
    centre = VoiceCentre(site.client, site.pool, site.services, site.clock, line)
    centre.connect()
    page = await speaker(OPERATOR, who, "/me")
    await page.route(
        "**/vendor/twilio-voice.min.js*", lambda route: route.fulfill(body=SDK, content_type="text/javascript")
    )
    await page.goto("/operator")
    await is_line(page, "off")
    await posts(page, "shift", on=True, ready=True)
    await expect(page.locator("html")).to_have_attribute("data-twilio-line", "registered")
    citizen = await centre.calls()
    await page.locator("[data-line=answer]:visible").first.click()
    await site.until(TALKING)
    await centre.settle()
    rung = line.ringing(f"client:line-{who.id}")
    await expect(page.locator("html")).to_have_attribute("data-line-state", "talking")
    await page.evaluate("comes()")
    await done(page, "accept")
    await line.takes(rung)
    await centre.settle()
    assert line.hears(citizen, rung)
    assert line.hears(rung, citizen)
    await page.locator("[data-line=mute]:visible").first.click()
    await done(page, "accept,mute")
    await page.reload()
    await centre.hangs_up(rung)
    await expect(page.locator("html")).to_have_attribute("data-line-state", "talking")
    again = line.ringing(f"client:line-{who.id}")
    await page.evaluate("comes()")
    await done(page, "accept")
    await line.takes(again)
    await centre.settle()
    assert line.hears(citizen, again)
    await centre.hangs_up(citizen)
    await done(page, "accept,disconnect")
    assert await centre.stands(citizen) == "over caller"


async def test_the_real_sdk_stands_on_the_page_and_its_policy_lets_it_connect(site: Site, speaker: Speaker) -> None:
    async with site.pool.acquire() as conn:
        who = await office.user(conn, Role.OPERATOR)
    page = await speaker(OPERATOR, who, "/operator")
    assert await page.evaluate("typeof Twilio.Device") == "function"
    answer = await site.client.get("/login")
    assert "connect-src 'self' wss://*.twilio.com https://*.twilio.com;" in answer.headers["Content-Security-Policy"]
    assert "unsafe" not in answer.headers["Content-Security-Policy"]
