"""One suite of stories for carriers that ask for documents: Twilio Voice, and a Twilio-compatible server without queue and conference.

What a carrier cannot do it does not declare, and the API refuses it with the reason.
"""

from __future__ import annotations

from datetime import timedelta

import pytest

from hotline.calls.carrier import Ability
from hotline.ticket import Role
from tests.hotline.telephony.stories.centre import VoiceCentre
from tests.hotline.telephony.twilio_line import Leg

S = timedelta(seconds=1)
CANNOT = "这个通话的线路做不到这一点。"


async def able(centre: VoiceCentre, citizen: Leg, ability: Ability) -> bool:
    """Whether the carrier of a call says that it can."""
    query = "SELECT u.id FROM call c JOIN app_user u ON u.id = c.operator_id WHERE c.carrier_ref = $1"
    who = centre.tokens[await centre.one(query, citizen.sid)]
    answer = await centre.client.get(f"/api/v1/calls/{await centre.call_of(citizen)}", headers=who)
    return ability.value in (await answer.json())["abilities"]


async def test_a_call_rings_is_answered_and_both_hear_each_other(centre: VoiceCentre) -> None:
    who = await centre.somebody()
    citizen = await centre.calls()
    assert "本次通话将被录音" in citizen.heard[0]
    assert await centre.state(who) == "ringing"
    operator = await centre.takes(who)
    assert centre.line.hears(operator, citizen)
    assert centre.line.hears(citizen, operator)
    assert (await centre.stands(citizen), await centre.state(who)) == ("talking", "talking")
    await centre.hangs_up(citizen)
    assert (await centre.stands(citizen), await centre.state(who)) == ("over caller", "wrap_up")
    assert centre.on() == []


async def test_who_does_not_answer_has_missed_it_and_the_next_line_rings(centre: VoiceCentre) -> None:
    first, second = await centre.somebody(), await centre.somebody()
    citizen = await centre.calls()
    await centre.hangs_up(centre.line.ringing(centre.phones[first.id]), "no-answer")
    assert await centre.state(first) == "break"
    await centre.takes(second)
    assert (await centre.stands(citizen), await centre.state(second)) == ("talking", "talking")


async def test_two_callers_are_answered_in_their_order_and_hear_their_place(centre: VoiceCentre) -> None:
    who = await centre.somebody()
    first, second = await centre.calls(), await centre.calls()
    await centre.turns(second)
    assert any("下一位就是您" in said or "您前面还有1位" in said for said in second.heard)
    operator = await centre.takes(who)
    assert centre.line.hears(operator, first)
    await centre.hangs_up(operator)
    assert await centre.stands(first) == "over operator"
    await centre.later(30 * S)
    await centre.turns(second)
    await centre.takes(who)
    assert await centre.stands(second) == "talking"


async def test_a_kept_place_is_called_back_in_its_turn(centre: VoiceCentre) -> None:
    who = await centre.somebody(ready=False)
    other = await centre.somebody()
    talks = await centre.calls()
    busy = await centre.takes(other)
    citizen = await centre.calls()
    await centre.line.presses(citizen, "1")
    await centre.settle()
    assert "已为您保留位置" in "".join(citizen.heard)
    assert (await centre.stands(citizen), await centre.owed(citizen), citizen.is_on) == ("kept", "missed", False)
    await centre.hangs_up(busy)
    assert not talks.is_on
    await centre.later(30 * S)
    operator = await centre.takes(other)
    if centre.line.plain:
        again = centre.line.ringing(citizen.sender)
        await centre.line.takes(again)
    else:
        again = centre.line.ringing(citizen.sender)
        await centre.line.takes(again)
    await centre.settle()
    assert centre.line.hears(operator, again)
    assert centre.line.hears(again, operator)
    assert (await centre.stands(citizen), await centre.owed(citizen)) == ("talking", None)
    assert await centre.state(who) == "break"
    await centre.hangs_up(again)
    assert await centre.stands(citizen) == "over caller"
    assert centre.on() == []


async def test_hold_has_music_and_nobody_is_heard(centre: VoiceCentre) -> None:
    who, operator, citizen = await centre.talk()
    path = f"calls/{await centre.call_of(citizen)}/holds"
    status, said = await centre.does(who, path, on=True)
    if not await able(centre, citizen, Ability.HOLD):
        assert (status, said["detail"]) == (409, CANNOT)
        return
    assert status == 201
    assert citizen.heard[-1].endswith("/twilio/voice/music.wav")
    assert not centre.line.hears(citizen, operator)
    assert not centre.line.hears(operator, citizen)
    assert await centre.state(who) == "holding"
    assert (await centre.does(who, path, on=False))[0] == 201
    assert centre.line.hears(citizen, operator)


async def test_three_way_with_119_and_dropped_off(centre: VoiceCentre) -> None:
    who, operator, citizen = await centre.talk()
    call = await centre.call_of(citizen)
    status, said = await centre.does(who, f"calls/{call}/parties", kind="emergency", emergency="119")
    if not await able(centre, citizen, Ability.THREE_WAY):
        assert (status, said["detail"]) == (409, CANNOT)
        return
    fire = centre.line.ringing("119")
    await centre.line.takes(fire)
    await centre.settle()
    assert all(
        centre.line.hears(a, b) for a in (fire, operator, citizen) for b in (fire, operator, citizen) if a is not b
    )
    assert (await centre.does(who, f"calls/{call}/drops", party=said["party"]))[0] == 201
    assert not fire.is_on
    assert centre.line.hears(citizen, operator)


async def test_a_warm_transfer_speaks_first_and_then_passes_on(centre: VoiceCentre) -> None:
    who, operator, citizen = await centre.talk()
    call, code = await centre.call_of(citizen), await centre.department()
    wanted = {"kind": "department", "department": code, "warm": True}
    status, said = await centre.does(who, f"calls/{call}/transfers", **wanted)
    if not await able(centre, citizen, Ability.WARM_TRANSFER):
        assert (status, said["detail"]) == (409, CANNOT)
        return
    water = centre.line.ringing("+864366221890")
    await centre.line.takes(water)
    await centre.settle()
    assert centre.line.hears(water, operator)
    assert not centre.line.hears(water, citizen)
    assert (await centre.does(who, f"calls/{call}/transfers", party=said["party"], warm=True))[0] == 201
    assert centre.line.hears(water, citizen)
    assert not operator.is_on
    assert await centre.state(who) == "wrap_up"
    await centre.hangs_up(water)
    assert await centre.stands(citizen) == "over passed_on"
    assert centre.on() == []


@pytest.mark.parametrize("answers", [True, False])
async def test_a_straight_transfer_and_one_that_nobody_takes(centre: VoiceCentre, answers: bool) -> None:
    who, operator, citizen = await centre.talk()
    call, code = await centre.call_of(citizen), await centre.department()
    assert (await centre.does(who, f"calls/{call}/transfers", kind="department", department=code))[0] == 201
    assert not operator.is_on
    water = centre.line.ringing("+864366221890")
    if answers:
        await centre.line.takes(water)
        await centre.settle()
        assert centre.line.hears(citizen, water)
        await centre.hangs_up(water)
        assert await centre.stands(citizen) == "over passed_on"
        assert centre.on() == []
        return
    await centre.hangs_up(water, "no-answer")
    assert await centre.stands(citizen) == "waiting"
    assert citizen.is_on
    await centre.later(30 * S)
    await centre.turns(citizen)
    assert centre.line.hears(await centre.takes(who), citizen)


async def test_a_whisper_reaches_the_operator_alone(centre: VoiceCentre) -> None:
    _, operator, citizen = await centre.talk()
    manager = await centre.somebody(Role.MANAGER)
    call = await centre.call_of(citizen)
    status, said = await centre.does(manager, f"calls/{call}/parties", kind="supervisor", mode="whisper")
    if not await able(centre, citizen, Ability.WHISPER):
        assert (status, said["detail"]) == (409, CANNOT)
        return
    assert status == 201
    supervisor = await centre.takes(manager)
    assert centre.line.hears(operator, supervisor)
    assert not centre.line.hears(citizen, supervisor)
    assert centre.line.hears(supervisor, citizen)
    assert operator.recording == ""
    assert citizen.recording != "", "what the citizen hears is recorded, so that no whisper can be in it"
    assert (await centre.does(manager, f"calls/{call}/modes", party=said["party"], mode="listen"))[0] == 201
    assert not centre.line.hears(operator, supervisor)
    await centre.hangs_up(supervisor)
    assert await centre.stands(citizen) == "talking"


async def test_a_talk_is_recorded_and_fetched(centre: VoiceCentre) -> None:
    _, _, citizen = await centre.talk()
    if not await able(centre, citizen, Ability.RECORD):
        assert citizen.recording == ""
        return
    fields = {"RecordingSid": citizen.recording, "RecordingStatus": "completed"}
    assert centre.line.post is not None
    await centre.line.post(f"/twilio/voice/recorded?call={await centre.call_of(citizen)}", fields)
    await centre.line.post(f"/twilio/voice/recorded?call={await centre.call_of(citizen)}", fields)
    await centre.later(S)
    rows = "SELECT count(*) FROM recording r JOIN call c ON c.id = r.call_id WHERE c.carrier_ref = $1"
    assert await centre.one(rows, citizen.sid) == 1
    assert await centre.one("SELECT failed FROM call_recording_fetch") is None


@pytest.mark.parametrize(("words", "reason"), [(True, "voicemail"), (False, "missed")])
async def test_with_nobody_there_a_message_is_taken_and_a_call_owed(
    centre: VoiceCentre, words: bool, reason: str
) -> None:
    citizen = await centre.calls()
    assert citizen.waits[0] == "Record"
    await centre.line.speaks(citizen, words)
    await centre.settle()
    assert (await centre.owed(citizen), citizen.is_on) == (reason, False)
    assert citizen.heard[-1].startswith("已记录")
    await centre.later(S)
    assert await centre.one("SELECT count(*) FROM call_recording_fetch WHERE done_at IS NOT NULL") == int(words)


async def test_after_ninety_seconds_a_message_is_taken(centre: VoiceCentre) -> None:
    other = await centre.somebody()
    await centre.calls()
    await centre.takes(other)
    citizen = await centre.calls()
    await centre.later(90 * S)
    await centre.turns(citizen)
    assert citizen.waits[0] == "Gather"
    await centre.later(S)
    await centre.turns(citizen)
    assert citizen.waits[0] == "Record"
    assert await centre.owed(citizen) == "missed"


async def test_an_owed_call_is_made_the_operators_line_first(centre: VoiceCentre) -> None:
    missed = await centre.calls("+8613900007777")
    await centre.hangs_up(missed)
    who = await centre.somebody()
    owed = (await centre.gets(who, "call-backs"))["items"][0]["id"]
    status, said = await centre.does(who, "calls", call_back=owed, reason="回电")
    assert (status, said["number"]) == (201, "+8613900007777")
    operator = await centre.takes(who)
    citizen = centre.line.ringing("+8613900007777")
    await centre.line.takes(citizen)
    await centre.settle()
    assert centre.line.hears(operator, citizen)
    assert await centre.state(who) == "talking"
    await centre.hangs_up(citizen)
    assert await centre.state(who) == "wrap_up"
    assert centre.on() == []


async def test_one_who_is_called_and_does_not_answer_is_owed_still(centre: VoiceCentre) -> None:
    await centre.hangs_up(await centre.calls("+8613900007777"))
    who = await centre.somebody()
    owed = (await centre.gets(who, "call-backs"))["items"][0]["id"]
    await centre.does(who, "calls", call_back=owed, reason="回电")
    await centre.takes(who)
    await centre.hangs_up(centre.line.ringing("+8613900007777"), "no-answer")
    assert await centre.one("SELECT ended_why FROM call WHERE direction = 'out'") == "unreached"
    assert await centre.one("SELECT done_at FROM call_back WHERE id = $1", owed) is None
    assert centre.on() == []


@pytest.mark.parametrize("when", ["ringing", "waiting", "message", "talking", "transfer"])
async def test_a_caller_may_hang_up_at_any_moment(centre: VoiceCentre, when: str) -> None:
    who = await centre.somebody(ready=when != "message")
    if when == "waiting":
        await centre.calls()
    citizen = await centre.calls()
    if when in {"talking", "transfer"}:
        await centre.takes(who)
    if when == "transfer":
        call, code = await centre.call_of(citizen), await centre.department()
        await centre.does(who, f"calls/{call}/transfers", kind="department", department=code)
    await centre.hangs_up(citizen)
    assert (await centre.stands(citizen)).startswith("over")
    assert await centre.owed(citizen) == (None if when in {"talking", "transfer"} else "missed")
    ours = [leg for leg in centre.line.legs.values() if leg.is_on and not leg.inbound]
    assert ours == ([] if when != "waiting" else [centre.line.ringing(centre.phones[who.id])])
    assert await centre.state(who) in {"ready": {"ready"}, "waiting": {"ringing"}, "message": {"break"}}.get(
        when, {"ready", "wrap_up"}
    )


async def test_words_end_a_call_after_abuse(centre: VoiceCentre) -> None:
    who, operator, citizen = await centre.talk()
    assert (await centre.does(who, f"calls/{await centre.call_of(citizen)}/announcements"))[0] == 201
    assert "由于辱骂" in citizen.heard[-1]
    assert not citizen.is_on
    assert not operator.is_on
    assert await centre.stands(citizen) == "over announced"
