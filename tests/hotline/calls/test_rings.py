"""A waiting call rings one operator alone, for 15 s, then the next; who waits longest is first; a second answer is refused."""

from __future__ import annotations

from datetime import timedelta

import pytest

from hotline.base.http.problem import Illegal, Missing
from hotline.base.provider import Refused, Unreachable
from hotline.calls import endings, rings, waiting
from hotline.calls.call import RING_FOR, WAIT_AT_MOST, OperatorState
from hotline.calls.carrier import CommandKind
from tests.hotline.calls.centre import CallCentre, S


async def test_who_was_idle_longest_rings_alone(centre: CallCentre) -> None:
    first, second = await centre.operator(), await centre.operator()
    call = await centre.comes()
    assert await centre.rings_at(call) == first.id
    assert await centre.state(first) == "ringing"
    assert await centre.state(second) == "ready"
    assert centre.carrier.kinds(call) == ["ring"]


@pytest.mark.parametrize(("late", "missed"), [(-S, False), (0 * S, False), (S, True)])
async def test_a_ring_lasts_fifteen_seconds(centre: CallCentre, late: timedelta, missed: bool) -> None:
    first, second = await centre.operator(), await centre.operator()
    call = await centre.comes()
    await centre.later(RING_FOR + late)
    assert await centre.rings_at(call) == (second.id if missed else first.id)
    assert await centre.state(first) == ("break missed" if missed else "ringing")
    if missed:
        assert centre.carrier.kinds(call) == ["ring", "unring", "ring"]


async def test_the_answer_connects_and_a_second_one_is_refused(centre: CallCentre) -> None:
    first, second = await centre.operator(), await centre.operator()
    call = await centre.comes()
    await centre.later(4 * S)
    with pytest.raises(Missing):
        await centre.does(rings.answer, second, call)
    await centre.talks(first, call)
    assert (await centre.call(call), await centre.state(first)) == ("talking", "talking")
    assert centre.carrier.kinds(call) == ["ring", "connect"]
    contact = await centre.one(
        "SELECT c.operator_id FROM contact c JOIN call x ON x.contact_id = c.id WHERE x.id = $1", call
    )
    assert contact == first.id
    with pytest.raises(Illegal, match="answered already"):
        await centre.does(rings.answer, first, call)
    seconds = await centre.one(
        "SELECT detail->>'seconds' FROM call_event WHERE kind = 'answered' AND call_id = $1", call
    )
    assert seconds == "4"


async def test_who_missed_a_call_cannot_answer_it_late(centre: CallCentre) -> None:
    first, second = await centre.operator(), await centre.operator()
    call = await centre.comes()
    await centre.later(RING_FOR + S)
    with pytest.raises(Illegal, match="does not ring"):
        await centre.does(rings.answer, first, call)
    await centre.talks(second, call)


async def test_nobody_is_overtaken(centre: CallCentre) -> None:
    busy = await centre.operator()
    talked = await centre.comes()
    await centre.talks(busy, talked)
    queue = [await centre.comes() for _ in range(3)]
    async with centre.pool.acquire() as conn:
        assert [await waiting.position(conn, call) for call in queue] == [0, 1, 2]
    other = await centre.operator()
    assert await centre.rings_at(queue[0]) == other.id
    await centre.does(endings.hang_up, busy, talked)
    assert await centre.state(busy) == "wrap_up"
    await centre.says(busy, OperatorState.READY)
    assert [await centre.rings_at(call) for call in queue] == [other.id, busy.id, None]


async def test_a_caller_who_hangs_up_while_it_rings_leaves_the_operator_as_long_idle_as_before(
    centre: CallCentre,
) -> None:
    first, _second = await centre.operator(), await centre.operator()
    call = await centre.comes()
    await centre.later(5 * S)
    await centre.does(endings.caller_left, call)
    assert (await centre.call(call), await centre.owed(call)) == ("over abandoned", "missed")
    assert await centre.state(first) == "ready"
    assert await centre.rings_at(await centre.comes()) == first.id


@pytest.mark.parametrize(("late", "asked"), [(-S, False), (0 * S, False), (S, True)])
async def test_after_ninety_seconds_a_message_is_taken_and_a_call_owed(
    centre: CallCentre, late: timedelta, asked: bool
) -> None:
    busy = await centre.operator()
    await centre.talks(busy, await centre.comes())
    call = await centre.comes()
    await centre.later(WAIT_AT_MOST + late)
    assert await centre.call(call) == ("voicemail" if asked else "waiting")
    assert await centre.owed(call) == ("missed" if asked else None)
    if asked:
        await centre.does(endings.voicemail_left, call, "RE1")
        assert (await centre.call(call), await centre.owed(call)) == ("over voicemail", "voicemail")


async def test_where_nobody_is_at_the_telephone_a_message_is_taken_at_once(centre: CallCentre) -> None:
    call = await centre.comes()
    assert (await centre.call(call), centre.carrier.kinds(call)) == ("voicemail", ["voicemail"])
    await centre.does(endings.caller_left, call)
    assert (await centre.call(call), await centre.owed(call)) == ("over abandoned", "missed")


async def test_a_line_that_cannot_be_rung_is_passed_by(centre: CallCentre) -> None:
    first, second = await centre.operator(), await centre.operator()
    centre.carrier.fails[CommandKind.RING] = Refused("no such browser")
    call = await centre.comes()
    assert await centre.state(first) == "break no_line"
    centre.carrier.fails.clear()
    await centre.later(S)
    assert await centre.state(second) == "break no_line"
    assert await centre.call(call) == "waiting"


async def test_a_carrier_out_of_reach_is_asked_again(centre: CallCentre) -> None:
    first = await centre.operator()
    centre.carrier.fails[CommandKind.RING] = Unreachable("503")
    call = await centre.comes()
    centre.carrier.fails.clear()
    await centre.told()
    assert centre.carrier.kinds(call) == []
    await centre.later(S)
    assert centre.carrier.kinds(call) == ["ring"]
    assert await centre.state(first) == "ringing"
