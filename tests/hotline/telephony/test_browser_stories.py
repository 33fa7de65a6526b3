"""The stories of every carrier, told on the browser line (those of documents: `stories`): ring, hold, transfer, three-way, message, call-back.

Pages speak as they do, without a browser; the voices themselves are heard in `tests/browser/line`.
"""

from __future__ import annotations

import base64
from datetime import timedelta
from typing import Any

import pytest

from hotline.base.db.connection import Conn
from hotline.ticket import Role
from tests import office
from tests.hotline.telephony.test_browser_line import CallerLine, StaffLine, at_the_desk, called, staff, talk
from tests.story import Story

S = timedelta(seconds=1)
LINE = "+864366221890"


async def hears(listener: StaffLine | CallerLine, speaker: StaffLine | CallerLine) -> bool:
    """Whether the server lets one page hear another one."""
    await speaker.beat()
    heard, spoken = (await listener.beat())["call"], (await speaker.beat())["call"]
    return bool(heard and spoken) and any(p["id"] == spoken["me"] and p["i_hear"] for p in heard["parties"])


async def department(story: Story) -> str:
    async with story.pool.acquire() as conn, conn.transaction():
        made = await office.department(conn, "T90", "测试自来水公司", duties=["停水"])
        await _line_of(conn, story, made)
    return "T90"


async def _line_of(conn: Conn, story: Story, made: int) -> None:
    await conn.execute("UPDATE department SET phone_enc = $2 WHERE id = $1", made, story.services.keys.encrypt(LINE))


async def outside(story: Story) -> CallerLine:
    """The telephone outside that rings is taken, which the simulator plays."""
    rings = "SELECT id FROM call_party WHERE joined_at IS NULL AND left_at IS NULL AND user_id IS NULL"
    await story.until(f"SELECT EXISTS ({rings})")
    async with story.client.post(f"/call/telephones/{await story.one(rings)}", json={}) as answer:
        assert answer.status == 201, await answer.text()
        return CallerLine(story, (await answer.json())["token"], "session-of-outside")


async def stands(story: Story) -> str:
    return str(await story.one("SELECT concat_ws(' ', state, ended_why) FROM call ORDER BY id DESC LIMIT 1"))


async def state_of(story: Story) -> str:
    return str(await story.one("SELECT state FROM operator_state WHERE ended_at IS NULL ORDER BY user_id LIMIT 1"))


async def ends(desk: StaffLine) -> Any:
    return (await desk.beat())["call"]


async def test_who_does_not_answer_has_missed_it_and_the_next_line_rings(story: Story) -> None:
    first = await at_the_desk(story)
    await called(story)
    second = await staff(story, await story.user(Role.OPERATOR), "session-of-second")
    await second.beat()
    await second.posts("shift", on=True, ready=True)
    assert (await second.beat())["ringing"] is None
    story.clock.move(16 * S)
    await story.tick()
    assert (await first.beat())["ringing"] is None
    assert (await second.beat())["ringing"] is not None


async def test_a_kept_place_is_called_back_in_its_turn(story: Story) -> None:
    desk, talking = await talk(story)
    waits = await called(story, "+8613900000002")
    await waits.posts("keys", digits="1")
    assert (await waits.beat())["phase"] == "kept"
    await talking.posts("hang-ups")
    await desk.posts("operators/me/states", 201, state="ready")
    call = (await desk.beat())["ringing"]["call"]
    await desk.posts(f"calls/{call}/answers", 201)
    assert (await waits.beat())["phase"] == "ringing"
    await waits.posts("pick-ups")
    assert await hears(waits, desk)
    assert await hears(desk, waits)
    await waits.posts("pick-ups", 409)


async def test_hold_lets_nobody_hear_and_resume_does(story: Story) -> None:
    desk, caller = await talk(story)
    assert await hears(desk, caller)
    call = (await desk.beat())["call"]["id"]
    await desk.posts(f"calls/{call}/holds", 201, on=True)
    assert not await hears(desk, caller)
    assert not await hears(caller, desk)
    assert (await caller.beat())["call"]["held"]
    await desk.posts(f"calls/{call}/holds", 201, on=False)
    assert await hears(caller, desk)


async def test_three_way_with_119_and_dropped_off(story: Story) -> None:
    desk, caller = await talk(story)
    call = (await desk.beat())["call"]["id"]
    party = (await desk.posts(f"calls/{call}/parties", 201, kind="emergency", emergency="119"))["party"]
    fire = await outside(story)
    three = (desk, caller, fire)
    assert all([await hears(a, b) for a in three for b in three if a is not b])
    await desk.posts(f"calls/{call}/drops", 201, party=party)
    assert (await fire.beat())["phase"] == "over"
    assert await hears(caller, desk)


async def test_a_warm_transfer_speaks_first_and_then_passes_on(story: Story) -> None:
    desk, caller = await talk(story)
    call, code = (await desk.beat())["call"]["id"], await department(story)
    made = await desk.posts(f"calls/{call}/transfers", 201, kind="department", department=code, warm=True)
    water = await outside(story)
    assert await hears(water, desk)
    assert not await hears(water, caller)
    await desk.posts(f"calls/{call}/transfers", 201, party=made["party"], warm=True)
    assert await hears(water, caller)
    assert await hears(caller, water)
    assert (await ends(desk), await state_of(story)) == (None, "wrap_up")
    await water.posts("hang-ups")
    assert (await stands(story), (await caller.beat())["phase"]) == ("over passed_on", "over")


@pytest.mark.parametrize("answers", [True, False])
async def test_a_straight_transfer_and_one_that_nobody_takes(story: Story, answers: bool) -> None:
    desk, caller = await talk(story)
    await caller.beat()
    call, code = (await desk.beat())["call"]["id"], await department(story)
    await desk.posts(f"calls/{call}/transfers", 201, kind="department", department=code)
    assert await ends(desk) is None
    if answers:
        assert await hears(caller, await outside(story))
        return
    story.clock.move(31 * S)
    await caller.beat()
    await desk.beat()
    await story.tick()
    assert await stands(story) == "waiting"
    assert (await caller.beat())["phase"] == "waiting"


@pytest.mark.parametrize(("words", "reason"), [(True, "voicemail"), (False, "missed")])
async def test_with_nobody_there_a_message_is_taken_and_a_call_owed(story: Story, words: bool, reason: str) -> None:
    caller = await called(story)
    assert (await caller.beat())["phase"] == "voicemail"
    sound = base64.b64encode(b"\x1aE\xdf\xa3 what is said").decode()
    if words:
        await caller.posts("message", session=caller.session, seq=0, ms=900, sound=sound)
        await caller.posts("message", session=caller.session, seq=0, ms=900, sound=sound)  # sent again: once
        await caller.posts("message", 422, session=caller.session, seq=1, ms=900, sound="no base64!")
    await caller.posts("message", session=caller.session, seq=1, ms=0, sound="", last=True)
    assert await story.one("SELECT reason FROM call_back") == reason
    assert await story.one("SELECT count(*) FROM recording_chunk") == int(words)
    await caller.posts("message", 409, session=caller.session, seq=1, ms=900, sound=sound)


async def test_what_was_said_before_the_browser_was_lost_is_a_message(story: Story) -> None:
    caller = await called(story)
    await caller.beat()
    await caller.posts("message", session=caller.session, seq=0, ms=900, sound=base64.b64encode(b"help").decode())
    story.clock.move(36 * S)
    await story.tick()
    assert (await stands(story), await story.one("SELECT reason FROM call_back")) == ("over voicemail", "voicemail")


@pytest.mark.parametrize("answers", [True, False])
async def test_an_owed_call_is_made_and_who_does_not_answer_is_owed_still(story: Story, answers: bool) -> None:
    await (await called(story)).posts("hang-ups")
    desk = await at_the_desk(story)
    owed = await story.one("SELECT id FROM call_back")
    assert (await desk.posts("calls", 201, call_back=owed, reason="回电"))["number"] == "+8613900000001"
    if answers:
        citizen = await outside(story)
        assert await hears(citizen, desk)
        assert await state_of(story) == "talking"
        await citizen.posts("hang-ups")
        assert await state_of(story) == "wrap_up"
        return
    story.clock.move(31 * S)
    await desk.beat()
    await story.tick()
    assert await stands(story) == "over unreached"
    assert await story.one("SELECT done_at FROM call_back") is None


@pytest.mark.parametrize("when", ["ringing", "waiting", "message", "talking", "transfer"])
async def test_a_caller_may_hang_up_at_any_moment(story: Story, when: str) -> None:
    desk = await at_the_desk(story) if when != "message" else None
    if when == "waiting":
        await called(story, "+8613900000009")
    caller = await called(story)
    if desk is not None and when in {"talking", "transfer"}:
        call = (await desk.beat())["ringing"]["call"]
        await desk.posts(f"calls/{call}/answers", 201)
        if when == "transfer":
            await desk.posts(f"calls/{call}/transfers", 201, kind="department", department=await department(story))
    await caller.posts("hang-ups")
    await caller.posts("hang-ups")
    assert (await stands(story)).startswith("over")
    assert (await caller.beat())["phase"] == "over"
    owed = "SELECT count(*) FROM call_back b JOIN call c ON c.contact_id = b.contact_id WHERE c.ended_at IS NOT NULL"
    assert await story.one(owed) == (0 if when in {"talking", "transfer"} else 1)


async def test_words_warn_and_then_end_a_call_after_abuse(story: Story) -> None:
    desk, caller = await talk(story)
    call = (await desk.beat())["call"]["id"]
    await desk.posts(f"calls/{call}/warnings", 201)
    await story.until("SELECT count(*) = 0 FROM call_command WHERE done_at IS NULL")
    assert "文明用语" in "".join((await caller.beat())["words"])
    await desk.posts(f"calls/{call}/announcements", 201)
    await story.until("SELECT count(*) = 0 FROM call_command WHERE done_at IS NULL")
    state = await caller.beat()
    assert (state["phase"], await stands(story)) == ("over", "over announced")
    assert "由于辱骂" in "".join(state["words"])
