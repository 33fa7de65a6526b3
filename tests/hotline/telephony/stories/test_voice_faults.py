"""Whatever a carrier says, in whatever order, twice or not at all: nobody is left alone, nothing rings twice, no call stays open."""

from __future__ import annotations

from datetime import timedelta

import pytest

from hotline.base.provider import Uncertain
from hotline.calls.runner import sweep_commands
from hotline.telephony.choose import by_webhook
from hotline.telephony.unsaid_ends import calls_at
from tests.hotline.telephony.stories.centre import VoiceCentre
from tests.line import until

S = timedelta(seconds=1)


async def test_the_end_of_a_call_that_was_never_said_is_looked_up(centre: VoiceCentre) -> None:
    who, operator, citizen = await centre.talk()
    citizen.status = operator.status = "completed"
    await centre.later(4 * timedelta(minutes=1) + 59 * S)
    assert await centre.stands(citizen) == "talking"
    await centre.later(2 * S)
    assert (await centre.stands(citizen)).startswith("over")
    assert await centre.state(who) in {"wrap_up", "ready"}


async def test_a_call_that_goes_on_is_left_alone(centre: VoiceCentre) -> None:
    _, operator, citizen = await centre.talk()
    await centre.later(timedelta(hours=1))
    assert await centre.stands(citizen) == "talking"
    assert centre.line.hears(citizen, operator)


@pytest.mark.parametrize("times", [1, 2])
async def test_each_word_of_the_carrier_may_come_again(centre: VoiceCentre, times: int) -> None:
    who, operator, citizen = await centre.talk()
    post = centre.line.post
    assert post is not None
    for _ in range(times):
        again = await post("/twilio/voice", {"CallSid": citizen.sid, "From": citizen.sender, "CallStatus": "ringing"})
        assert "Enqueue" not in again
    assert (await centre.stands(citizen), await centre.state(who)) == ("talking", "talking")
    await centre.hangs_up(citizen)
    for status in ("completed", "no-answer"):
        await post("/twilio/voice/call-status", {"CallSid": citizen.sid, "From": citizen.sender, "CallStatus": status})
    await centre.settle()
    assert (await centre.stands(citizen), await centre.owed(citizen)) == ("over caller", None)
    assert not operator.is_on


async def test_a_second_answer_is_refused_and_changes_nothing(centre: VoiceCentre) -> None:
    who, other = await centre.somebody(), await centre.somebody()
    citizen = await centre.calls()
    call = await centre.call_of(citizen)
    assert (await centre.does(other, f"calls/{call}/answers"))[0] == 404
    operator = await centre.takes(who)
    status, _ = await centre.does(who, f"calls/{call}/answers")
    assert status == 409
    assert centre.line.hears(citizen, operator)


async def test_answered_at_the_desk_while_the_telephone_rings(centre: VoiceCentre) -> None:
    """The telephone is taken a moment later: the two are connected once."""
    who = await centre.somebody()
    citizen = await centre.calls()
    status, said = await centre.does(who, f"calls/{await centre.call_of(citizen)}/answers")
    assert (status, said["state"]) == (201, "talking")
    operator = await centre.takes(who)
    assert centre.line.hears(citizen, operator)
    assert centre.line.hears(operator, citizen)


async def test_a_voicemail_that_takes_the_operators_telephone_presses_no_key(centre: VoiceCentre) -> None:
    if centre.line.plain:
        return
    first, second = await centre.somebody(), await centre.somebody()
    citizen = await centre.calls()
    ringing = centre.line.ringing(centre.phones[first.id])
    await centre.line.takes(ringing)
    await centre.line.waits_on(ringing)
    await centre.settle()
    assert await centre.state(first) == "break"
    await centre.takes(second)
    assert await centre.stands(citizen) == "talking"


async def test_a_request_without_an_answer_rings_nobody_twice(centre: VoiceCentre) -> None:
    """The carrier took it and its answer was lost: the leg is found by its number, and not asked for again."""
    if centre.line.plain:
        return
    who = await centre.somebody()
    centre.line.mood = "lose"
    citizen = await centre.line.call_comes("+8613900000005")
    await until(centre.pool, "SELECT count(*) > 0 FROM call_command WHERE failed IS NOT NULL", want=True)
    centre.clock.move(S)
    await sweep_commands(centre.pool, centre.services, centre.clock.now())
    await centre.settle()
    assert [leg.to for leg in centre.line.legs.values() if leg.to == centre.phones[who.id]] == [centre.phones[who.id]]
    operator = await centre.takes(who)
    assert centre.line.hears(operator, citizen)


async def test_a_carrier_that_cannot_ring_says_so_to_the_queue(centre: VoiceCentre) -> None:
    """Refused for good (a number that is none): the operator is on a break, and the next line rings."""
    if centre.line.plain:
        return
    first, second = await centre.somebody(), await centre.somebody()
    centre.line.mood = "400/21211"
    citizen = await centre.calls()
    assert await centre.state(first) == "break"
    operator = await centre.takes(second)
    assert centre.line.hears(operator, citizen)


async def test_an_operator_who_is_lost_leaves_nobody_alone(centre: VoiceCentre) -> None:
    """The operator's telephone dies before the citizen hangs up: a hang-up by the operator, and the citizen's leg ends too."""
    _, operator, citizen = await centre.talk()
    await centre.hangs_up(operator)
    assert await centre.stands(citizen) == "over operator"
    assert centre.on() == []


async def test_a_server_that_says_no_answers_is_believed_to_be_taken(centre: VoiceCentre) -> None:
    """Somleng knows no statusCallback of a dialled number: 20 s after the document was given the line was taken."""
    if not centre.line.plain:
        return
    who = await centre.somebody()
    citizen = await centre.calls()
    ringing = centre.line.ringing(centre.phones[who.id])
    ringing.callback = ""
    await centre.line.takes(ringing)
    await centre.later(19 * S)
    assert await centre.stands(citizen) == "waiting"
    await centre.later(S)
    assert (await centre.stands(citizen), await centre.state(who)) == ("talking", "talking")
    await centre.hangs_up(ringing)
    assert await centre.stands(citizen) == "over operator"


async def test_believed_to_be_taken_and_was_not(centre: VoiceCentre) -> None:
    """The server's word comes late: nobody took it; the caller waits again at the old place, and the line is on a break."""
    if not centre.line.plain:
        return
    who = await centre.somebody()
    citizen = await centre.calls()
    ringing = centre.line.ringing(centre.phones[who.id])
    await centre.later(20 * S)
    assert await centre.stands(citizen) == "talking"
    await centre.hangs_up(ringing, "no-answer")
    assert (await centre.stands(citizen)).startswith(("waiting", "voicemail"))
    assert await centre.state(who) == "break"
    assert citizen.is_on


async def test_a_hidden_number_keeps_no_place_and_waits_on(centre: VoiceCentre) -> None:
    other = await centre.somebody()
    await centre.calls()
    await centre.takes(other)
    citizen = await centre.calls("anonymous")
    await centre.line.presses(citizen, "1")
    await centre.settle()
    assert (await centre.stands(citizen), citizen.is_on) == ("waiting", True)


async def test_who_cannot_hear_is_written_to(centre: VoiceCentre) -> None:
    first = await centre.calls("+8613900000077")
    await centre.hangs_up(first)
    async with centre.pool.acquire() as conn:
        await conn.execute("UPDATE person SET flags = '{deaf}'")
    await centre.somebody()
    citizen = await centre.calls("+8613900000077")
    assert "我们已给您发短信" in citizen.heard[-1]
    assert not citizen.is_on
    assert await centre.one("SELECT count(*) FROM outbox WHERE kind = 'call_in_writing'") == 1


async def test_numbers_stand_in_no_address(centre: VoiceCentre) -> None:
    """Of all that the carrier was asked and told, addresses hold ids of rows."""
    _, _, citizen = await centre.talk()
    await centre.hangs_up(citizen)
    for _, asked in centre.line.asked:
        for name, value in asked.items():
            if name.endswith(("Url", "Callback")):
                assert not any(
                    leg.to.lstrip("+") in value or leg.sender.lstrip("+") in value for leg in centre.line.legs.values()
                )


async def test_a_leg_of_nobody_is_hung_up(centre: VoiceCentre) -> None:
    post = centre.line.post
    assert post is not None
    for path in (
        "line?leg=999",
        "line/key?leg=999",
        "reached?leg=999",
        "queue",
        "turn",
        "wait",
        "pass?party=9",
        "said?command=9",
    ):
        said = await post(f"/twilio/voice/{path}", {"CallSid": "CA" + "0" * 32, "Digits": "1"})
        assert "<Hangup" in said, path
    for path in ("leg?leg=999", "leg?leg=x", "room?call=9", "left", "taken", "passed/taken?party=9", "recorded?call=x"):
        assert "<Response" in await post(
            f"/twilio/voice/{path}", {"CallSid": "CA" + "0" * 32, "CallStatus": "completed"}
        )


async def test_an_exchange_that_fails_is_said_as_the_provider_has_it(centre: VoiceCentre) -> None:
    centre.line.mood = "503"
    calls = calls_at(centre.services, by_webhook(centre.services))
    assert calls is not None
    with pytest.raises(Uncertain):
        await calls.status("CA" + "0" * 32)
    assert await calls.status("CA" + "0" * 32) == "failed", "a leg that the carrier does not know is over"


async def test_answered_at_the_desk_and_the_telephone_was_not_taken(centre: VoiceCentre) -> None:
    """Nobody is left in a conference alone: the caller waits again at the old place."""
    who = await centre.somebody()
    citizen = await centre.calls()
    ringing = centre.line.ringing(centre.phones[who.id])
    await centre.does(who, f"calls/{await centre.call_of(citizen)}/answers")
    await centre.hangs_up(ringing, "no-answer")
    assert (await centre.stands(citizen)).startswith(("waiting", "voicemail"))
    assert await centre.state(who) == "break"
    assert citizen.is_on
