"""The browser line over HTTP: what the server takes and hands on, whoever asks; who is silent has left."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from hotline.people.user import User
from hotline.ticket import Role
from tests.doors import token
from tests.hotline.telephony.test_descriptions import said
from tests.story import Story

S = timedelta(seconds=1)


@dataclass(slots=True)
class StaffLine:
    """A page of somebody of ours, as the server sees it."""

    story: Story
    headers: dict[str, str]
    session: str
    device: str = "browser-of-one"

    async def posts(self, path: str, want: int = 200, **fields: Any) -> Any:
        async with self.story.client.post(f"/api/v1/{path}", json=fields, headers=self.headers) as answer:
            assert answer.status == want, await answer.text()
            return await answer.json()

    async def beat(self, **more: Any) -> Any:
        return await self.posts("line", session=self.session, device=self.device, **more)


@dataclass(slots=True)
class CallerLine:
    """A caller's page."""

    story: Story
    token: str
    session: str = "session-of-caller"

    async def posts(self, path: str, want: int = 200, **fields: Any) -> Any:
        async with self.story.client.post(f"/call/{path}", json=fields, headers={"X-Line": self.token}) as answer:
            assert answer.status == want, await answer.text()
            return await answer.json()

    async def beat(self, **more: Any) -> Any:
        return await self.posts("line", session=self.session, **more)


async def staff(story: Story, who: User, session: str) -> StaffLine:
    return StaffLine(story, await token(story.pool, story.services, who), session)


async def called(story: Story, phone: str = "+8613900000001") -> CallerLine:
    async with story.client.post("/call/begin", json={"phone": phone}) as answer:
        assert answer.status == 201, await answer.text()
        return CallerLine(story, (await answer.json())["token"])


async def at_the_desk(story: Story) -> StaffLine:
    line = await staff(story, await story.user(Role.OPERATOR), "session-of-operator")
    assert (await line.beat())["line"]["mine"]
    await line.posts("shift", on=True, ready=True)
    return line


async def talk(story: Story) -> tuple[StaffLine, CallerLine]:
    desk = await at_the_desk(story)
    caller = await called(story)
    call = (await desk.beat())["ringing"]["call"]
    await desk.posts(f"calls/{call}/answers", 201)
    await desk.beat()
    return desk, caller


def signal(to: Any, mine: str, kind: str, way: str) -> dict[str, object]:
    """A description for another party, as `call` of the state shows it."""
    return {"to": to["id"], "session": mine, "to_session": to["session"], "kind": kind, "body": said(kind, way)}


async def test_two_pages_are_brought_together(story: Story) -> None:
    desk, caller = await talk(story)
    theirs = (await caller.beat())["call"]
    mine = (await desk.beat())["call"]
    (citizen,), (operator,) = mine["parties"], theirs["parties"]
    assert (citizen["session"], operator["session"]) == ("session-of-caller", "session-of-operator")
    assert (mine["own"], mine["record"], theirs["record"]) == (True, True, False)
    offer = signal(citizen, desk.session, "offer", "sendrecv")
    assert await desk.posts("line/signals", call=mine["id"], signals=[offer]) == {"taken": 1}
    (heard,) = (await caller.beat())["call"]["signals"]
    assert (heard["from"], heard["session"], heard["body"]) == (mine["me"], desk.session, offer["body"])
    assert (await caller.beat(after=heard["id"]))["call"]["signals"] == []
    # A page that is loaded again is another session: what was said to the one before is not for it, and the others hear of it.
    caller.session = "session-after-reload"
    assert (await caller.beat())["call"]["signals"] == []
    assert (await desk.beat())["call"]["parties"][0]["session"] == "session-after-reload"


async def test_no_description_is_taken_that_sends_where_nobody_may_hear(story: Story) -> None:
    desk, caller = await talk(story)
    await caller.beat()
    state = (await desk.beat())["call"]
    (citizen,) = state["parties"]
    send = {"call": state["id"], "signals": [signal(citizen, desk.session, "offer", "sendrecv")]}
    await desk.posts(f"calls/{state['id']}/holds", 201, on=True)
    await desk.posts("line/signals", 409, **send)
    await desk.posts(f"calls/{state['id']}/holds", 201, on=False)
    await desk.posts("line/signals", **send)

    boss = await staff(story, await story.user(Role.MANAGER), "session-of-manager")
    await boss.posts(f"calls/{state['id']}/parties", 201, kind="supervisor", mode="whisper")
    asked = (await boss.beat())["ringing"]
    assert asked["call"] == state["id"]
    await boss.posts("line/joins", party=asked["party"])
    theirs = (await boss.beat())["call"]
    caller_, operator = theirs["parties"]
    assert (caller_["hears_me"], caller_["i_hear"]) == (False, True)
    assert (operator["hears_me"], operator["i_hear"]) == (True, True)
    for way, status in (("sendrecv", 409), ("sendonly", 409), ("recvonly", 200)):
        offer = signal(caller_, boss.session, "offer", way)
        await boss.posts("line/signals", status, call=state["id"], signals=[offer])
    await boss.posts("line/signals", call=state["id"], signals=[signal(operator, boss.session, "offer", "sendrecv")])
    assert not theirs["recorded"]


@pytest.mark.parametrize(
    ("field", "value", "status"),
    [
        ("body", "v=0", 422),
        ("body", "x" * 20_000, 422),
        ("kind", "hello", 422),
        ("to", 999_999, 409),
        ("session", "", 422),
    ],
)
async def test_what_is_no_signal_is_refused(story: Story, field: str, value: object, status: int) -> None:
    desk, caller = await talk(story)
    await caller.beat()
    state = (await desk.beat())["call"]
    wrong = signal(state["parties"][0], desk.session, "offer", "sendrecv") | {field: value}
    await desk.posts("line/signals", status, call=state["id"], signals=[wrong])


async def test_a_call_is_its_own_callers_alone(story: Story) -> None:
    _, caller = await talk(story)
    other = await called(story, "+8613900000002")
    assert (await other.beat())["call"] is None
    for wrong in ("", "x" * 32, caller.token[:-1] + ("a" if caller.token[-1] != "a" else "b")):
        stranger = CallerLine(story, wrong)
        await stranger.posts("line", 404, session="session-of-stranger")
        await stranger.posts("hang-ups", 404)
    outsider = await staff(story, await story.user(Role.OPERATOR), "session-of-outsider")
    assert (await outsider.beat())["call"] is None
    call = await story.one("SELECT id FROM call WHERE state = 'talking'")
    await outsider.posts(
        "line/signals",
        404,
        call=call,
        signals=[
            {
                "to": 1,
                "session": "session-of-outsider",
                "to_session": "session-of-caller",
                "kind": "candidate",
                "body": json.dumps({"candidate": ""}),
            }
        ],
    )


@pytest.mark.parametrize(("late", "gone"), [(-S, False), (0 * S, False), (S, True)])
async def test_a_caller_whose_browser_is_silent_for_35_seconds_has_left(
    story: Story, late: timedelta, gone: bool
) -> None:
    desk, caller = await talk(story)
    await caller.beat()
    story.clock.move(timedelta(seconds=35) + late)
    await desk.beat()
    await story.tick()
    await story.tick()
    assert await story.one("SELECT state FROM call") == ("over" if gone else "talking")


@pytest.mark.parametrize(("late", "gone"), [(-S, False), (0 * S, False), (S, True)])
async def test_who_is_asked_has_half_a_minute_to_come(story: Story, late: timedelta, gone: bool) -> None:
    desk, caller = await talk(story)
    await caller.beat()
    call = await story.one("SELECT id FROM call")
    await desk.posts(f"calls/{call}/parties", 201, kind="emergency", emergency="119")
    story.clock.move(timedelta(seconds=30) + late)
    await story.tick()
    assert await story.one("SELECT left_at IS NOT NULL FROM call_party WHERE kind = 'emergency'") is gone
    assert await story.one("SELECT state FROM call") == "talking"


async def test_a_line_without_a_microphone_is_not_ready(story: Story) -> None:
    desk = await at_the_desk(story)
    assert await story.one("SELECT state FROM operator_state WHERE ended_at IS NULL") == "ready"
    assert not (await desk.beat(microphone=False))["line"]["mine"]
    assert await story.one("SELECT state FROM operator_state WHERE ended_at IS NULL") == "break"


async def test_a_ring_that_is_declined_goes_to_the_next(story: Story) -> None:
    desk = await at_the_desk(story)
    await called(story)
    call = (await desk.beat())["ringing"]["call"]
    await desk.posts("line/declines", call=call)
    await desk.posts("line/declines", 409, call=call)
    assert await story.one("SELECT outcome FROM call_ring") == "missed"
    assert (await desk.beat())["ringing"] is None
