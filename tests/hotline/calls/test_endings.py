"""However a call ends, at whatever step: the caller is connected, waiting, called in their turn or owed a call; never alone."""

from __future__ import annotations

from datetime import timedelta

import pytest

from hotline.base.http.problem import Illegal
from hotline.base.provider import Refused
from hotline.calls import endings, parties, rings, waiting
from hotline.calls.call import SILENT_AFTER, CallState, PartyKind
from hotline.calls.carrier import CommandKind
from hotline.calls.invitations import Invitation
from hotline.people.user import User
from tests.hotline.calls.centre import EMERGENCY, CallCentre, S

ANOTHER = Invitation(PartyKind.EMERGENCY, emergency="110")

#: What happened before the caller hangs up, and why a call is owed to them then.
PATHS = {
    "nothing": "missed",
    "misses": "missed",
    "misses, voicemail": "missed",
    "kept": "missed",
    "misses, kept": "missed",
    "answers": None,
    "answers, holds": None,
    "answers, holds, invites": None,
    "answers, invites, transfers": None,
    "answers, loses": "missed",
    "answers, holds, loses, answers again": None,
    "answers, ends": None,
    "kept, answers": "missed",
    "kept, answers, reached": None,
}


async def test_after_abuse_five_minutes_that_nobody_counts(centre: CallCentre) -> None:
    who = await centre.operator()
    call = await centre.comes()
    await centre.talks(who, call)
    await centre.does(endings.warn, who, call)
    await centre.does(endings.announce, who, call, "voice_ended_after_abuse")
    assert (await centre.call(call), await centre.state(who)) == ("over announced", "break recovery")
    assert centre.carrier.kinds(call) == ["ring", "connect", "say", "say"]
    assert centre.carrier.told[-1].detail == {"words": "voice_ended_after_abuse", "end": True}
    await centre.later(timedelta(minutes=5) - S)
    assert await centre.state(who) == "break recovery"
    await centre.later(S)
    assert await centre.state(who) == "ready"


@pytest.mark.parametrize(("late", "lost"), [(-S, False), (0 * S, False), (S, True)])
async def test_a_lost_operators_caller_waits_again_at_the_old_place(
    centre: CallCentre, late: timedelta, lost: bool
) -> None:
    who = await centre.operator()
    call, behind = await centre.comes(), await centre.comes()
    await centre.talks(who, call)
    await centre.beat()
    await centre.later(SILENT_AFTER + late, beats=False)
    assert await centre.call(call) == ("waiting" if lost else "talking")
    assert await centre.state(who) == ("break silent" if lost else "talking")
    if lost:
        other = await centre.operator()
        assert (await centre.rings_at(call), await centre.rings_at(behind)) == (other.id, None)
        await centre.talks(other, call)


async def test_a_caller_who_was_lost_and_hangs_up_is_owed_a_call(centre: CallCentre) -> None:
    who = await centre.operator()
    call = await centre.comes()
    await centre.talks(who, call)
    await centre.does(endings.operator_lost, call)
    await centre.does(endings.caller_left, call)
    assert (await centre.call(call), await centre.owed(call)) == ("over abandoned", "missed")


async def test_a_lost_operator_does_not_end_a_call_in_which_others_talk(centre: CallCentre) -> None:
    who = await centre.operator()
    call = await centre.comes()
    await centre.talks(who, call)
    party = await centre.does(parties.invite, who, call, EMERGENCY)
    await centre.does(parties.joined, party)
    await centre.does(parties.hold, who, call)
    await centre.does(endings.operator_lost, call)
    assert await centre.call(call) == "talking"
    assert await centre.one("SELECT held_at FROM call_party WHERE id = $1", await centre.citizen(call)) is None
    await centre.does(parties.left, party)
    assert await centre.call(call) == "over passed_on"


async def test_the_operators_telephone_hangs_up(centre: CallCentre) -> None:
    who = await centre.operator()
    call = await centre.comes()
    party = await centre.talks(who, call)
    await centre.does(parties.left, party)
    assert (await centre.call(call), await centre.state(who)) == ("over operator", "wrap_up")


async def test_an_operator_who_cannot_be_connected(centre: CallCentre) -> None:
    who = await centre.operator()
    call = await centre.comes()
    centre.carrier.fails[CommandKind.CONNECT] = Refused("gone")
    await centre.talks(who, call)
    assert (await centre.call(call), await centre.state(who)) == ("waiting", "break silent")


@pytest.mark.parametrize(("path", "owed"), PATHS.items())
async def test_a_hang_up_between_any_two_steps(centre: CallCentre, path: str, owed: str | None) -> None:
    """Whatever happened the caller hangs up, as the carrier says twice. Nobody is left in a call; who was not answered is owed one."""
    who, other = await centre.operator(), await centre.operator()
    call = await centre.comes()
    for step in path.split(", "):
        await take_step(centre, step, who, other, call)
    state = await centre.does(endings.caller_left, call)
    assert await centre.does(endings.caller_left, call) == state
    assert await centre.owed(call) == owed
    if state is not CallState.KEPT:
        assert state is CallState.OVER
        assert await centre.one("SELECT count(*) FROM call_party WHERE left_at IS NULL") == 0
        assert await centre.one("SELECT count(*) FROM call_ring WHERE ended_at IS NULL") == 0
        assert await centre.one("SELECT count(*) FROM call_event WHERE call_id = $1 AND kind = 'ended'", call) == 1
        assert {await centre.state(who), await centre.state(other)} <= {
            "ready",
            "wrap_up",
            "break missed",
            "break silent",
        }
    await centre.later(2 * S)


async def take_step(centre: CallCentre, step: str, who: User, other: User, call: int) -> None:
    """One step of a call."""
    rung = await centre.rings_at(call)
    mine = (
        other
        if rung == other.id or await centre.one("SELECT operator_id FROM call WHERE id = $1", call) == other.id
        else who
    )
    match step:
        case "nothing":
            await centre.told()
        case "misses":
            await centre.does(rings.miss, call)
        case "voicemail":
            await centre.does(waiting.leave_message, call)
        case "kept":
            await centre.does(waiting.keep_place, call)
        case "answers" | "answers again":
            await centre.talks(mine, call)
        case "reached":
            await centre.does(parties.joined, await centre.citizen(call))
        case "holds":
            await centre.does(parties.hold, mine, call)
        case "invites":
            await centre.does(parties.invite, mine, call, EMERGENCY)
        case "transfers":
            await centre.does(parties.transfer, mine, call, ANOTHER, warm=False)
        case "loses":
            await centre.does(endings.operator_lost, call)
        case "ends":
            await centre.does(endings.hang_up, mine, call)
        case _:
            raise AssertionError(step)


@pytest.mark.parametrize(
    ("said", "state", "owed"),
    [
        ("left, message", "over abandoned", "voicemail"),
        ("message, left", "over voicemail", "voicemail"),
        ("silence, message", "over abandoned", "voicemail"),
        ("unreached", "waiting", None),
        ("answers, unreached", "talking", None),
        ("answers, message", "talking", None),
        ("answers, left, left, unreached", "over caller", None),
        ("left, answers", "over abandoned", "missed"),
    ],
)
async def test_what_a_carrier_says_out_of_order(centre: CallCentre, said: str, state: str, owed: str | None) -> None:
    """A word that comes late, twice or before its time changes nothing that is past."""
    who = await centre.operator()
    call = await centre.comes()
    for word in said.split(", "):
        match word:
            case "left":
                await centre.does(endings.caller_left, call)
            case "message":
                await centre.does(endings.voicemail_left, call, "RE7")
            case "silence":
                await centre.does(endings.voicemail_left, call, None)
            case "unreached":
                await centre.does(endings.unreached, call)
            case _ if await centre.rings_at(call) == who.id:
                await centre.talks(who, call)
            case _:
                with pytest.raises(Illegal):
                    await centre.talks(who, call)
    assert await centre.call(call) == state
    assert await centre.owed(call) == owed


async def test_who_joins_after_having_left_is_taken_out_again(centre: CallCentre) -> None:
    who = await centre.operator()
    call = await centre.comes()
    await centre.talks(who, call)
    party = await centre.does(parties.invite, who, call, EMERGENCY)
    for _ in range(2):
        await centre.does(parties.left, party)
    await centre.does(parties.joined, party)
    assert centre.carrier.kinds(call)[-1] == "drop"
    assert await centre.call(call) == "talking"
