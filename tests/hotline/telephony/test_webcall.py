"""Calls from the web page: only where the setting says so, never very many from one address, and counted as a channel of their own."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from aiohttp.test_utils import TestClient

from hotline.base.config import Settings
from hotline.calls.call import CarrierName
from hotline.calls.carrier import Ability, carrier_named
from hotline.telephony.phone_line import MOST_CALLS, MOST_OPEN
from tests.hotline.telephony.test_browser_line import CallerLine, at_the_desk
from tests.story import Story

S = timedelta(seconds=1)


@pytest.fixture
def settings(tmp_path: Path, request: pytest.FixtureRequest) -> Settings:
    """A server that people outside reach; the page is open unless a test says otherwise."""
    more = getattr(request, "param", {"HOTLINE_WEBCALL": "1"})
    return Settings(_env_file=None, HOTLINE_DATA=tmp_path, HOTLINE_PUBLIC_URL="https://1890.example.cn", **more)  # type: ignore[call-arg]


async def begun(story: Story, want: int = 201, **fields: str) -> CallerLine:
    async with story.client.post("/call/begin", json=fields) as answer:
        assert answer.status == want, await answer.text()
        found = await answer.json()
    return CallerLine(story, found.get("token", ""))


@pytest.mark.parametrize("settings", [{}], indirect=True)
async def test_without_the_setting_there_is_no_such_page(client: TestClient) -> None:
    for method, path in (("GET", "/call"), ("POST", "/call/begin"), ("GET", "/call/live/" + "a" * 40)):
        async with client.request(method, path, json={} if method == "POST" else None) as answer:
            assert answer.status == 404


async def test_a_call_from_the_web_page_is_its_own_channel_to_the_ticket(story: Story) -> None:
    desk = await at_the_desk(story)
    await begun(story, phone="139 0000 0001")
    call = (await desk.beat())["ringing"]["call"]
    await desk.posts(f"calls/{call}/answers", 201)
    assert await story.one("SELECT channel FROM contact") == "webcall"
    assert await story.one("SELECT count(*) FROM person WHERE phone_hash IS NOT NULL") >= 1


async def test_the_number_may_be_left_out_and_no_call_is_owed_then(story: Story) -> None:
    caller = await begun(story)
    state = await caller.beat()
    assert (state["phase"], state["keys"]) == ("voicemail", [])
    await caller.posts("hang-ups")
    assert await story.one("SELECT person_id FROM call") is None


@pytest.mark.parametrize("phone", ["12", "abc", "+86" + "1" * 30])
async def test_what_is_no_number_is_refused(story: Story, phone: str) -> None:
    await begun(story, 422, phone=phone)
    assert await story.one("SELECT count(*) FROM call") == 0


async def test_one_address_has_three_calls_at_once(story: Story) -> None:
    callers = [await begun(story) for _ in range(MOST_OPEN)]
    await begun(story, 429)
    await callers[0].posts("hang-ups")
    await begun(story)


@pytest.mark.parametrize(("late", "status"), [(-S, 429), (0 * S, 201), (S, 201)])
async def test_one_address_makes_twelve_calls_an_hour(story: Story, late: timedelta, status: int) -> None:
    for _ in range(MOST_CALLS):
        await (await begun(story)).posts("hang-ups")
    story.clock.move(timedelta(hours=1) + late)
    await begun(story, status)


async def test_from_where_a_call_came_is_forgotten_after_a_day(story: Story) -> None:
    await (await begun(story)).posts("hang-ups")
    story.clock.move(timedelta(days=1))
    await story.tick()
    assert await story.one("SELECT count(*) FROM call_source") == 1
    story.clock.move(S)
    await story.tick()
    await story.tick()
    assert await story.one("SELECT count(*) FROM call_source") == 0


async def test_no_telephone_outside_is_reached_and_the_desk_is_told_so(story: Story) -> None:
    """Where the simulator plays nobody: what cannot be done is refused, not tried."""
    line = carrier_named(story.services, CarrierName.BROWSER)
    assert line is not None
    assert {Ability.OUTSIDE, Ability.CALL_OUT}.isdisjoint(line.abilities)
    desk = await at_the_desk(story)
    await begun(story)
    call = (await desk.beat())["ringing"]["call"]
    await desk.posts(f"calls/{call}/answers", 201)
    await desk.posts(f"calls/{call}/parties", 409, kind="emergency", emergency="119")
    async with story.client.post("/call/telephones/1", json={}) as answer:
        assert answer.status == 404
