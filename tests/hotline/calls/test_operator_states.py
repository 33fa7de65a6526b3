"""What operators do at the telephone: ready is the truth about a line, wrap-up ends by itself, one browser rings."""

from __future__ import annotations

from datetime import timedelta

import pytest

from hotline.base.http.problem import Illegal
from hotline.calls import endings, operator_states
from hotline.calls.call import SILENT_AFTER, WRAP_UP_FOR, LineKind, OperatorState
from hotline.people.user import User
from hotline.ticket import Role
from tests import office
from tests.hotline.calls.centre import CallCentre, S


async def wrapping_up(centre: CallCentre) -> User:
    """An operator whose call has just ended."""
    who = await centre.operator()
    call = await centre.comes()
    await centre.talks(who, call)
    await centre.does(endings.hang_up, who, call)
    return who


@pytest.mark.parametrize(("late", "ready"), [(-S, False), (0 * S, True), (S, True)])
async def test_wrap_up_lasts_thirty_seconds(centre: CallCentre, late: timedelta, ready: bool) -> None:
    who = await wrapping_up(centre)
    await centre.later(WRAP_UP_FOR + late)
    assert await centre.state(who) == ("ready" if ready else "wrap_up")


async def test_wrap_up_is_lengthened_by_a_key_and_a_waiting_call_comes_when_it_ends(centre: CallCentre) -> None:
    who = await wrapping_up(centre)
    call = await centre.comes()
    await centre.later(20 * S)
    await centre.says(who, OperatorState.WRAP_UP)
    await centre.later(39 * S)
    assert await centre.state(who) == "wrap_up"
    await centre.later(S)
    assert await centre.rings_at(call) == who.id


@pytest.mark.parametrize(("late", "gone"), [(-S, False), (0 * S, False), (S, True)])
async def test_a_browser_that_is_silent_rings_for_nobody(centre: CallCentre, late: timedelta, gone: bool) -> None:
    who = await centre.operator()
    await centre.beat()
    await centre.later(SILENT_AFTER + late, beats=False)
    assert await centre.state(who) == ("break silent" if gone else "ready")
    call = await centre.comes()
    assert await centre.rings_at(call) == (None if gone else who.id)


async def test_a_ring_in_a_browser_that_went_away_goes_to_the_next(centre: CallCentre) -> None:
    first, second = await centre.operator(), await centre.operator()
    await centre.beat()
    centre.clock.move(SILENT_AFTER - 5 * S)
    centre.browsers.remove(first)
    await centre.beat()
    call = await centre.comes()
    assert await centre.rings_at(call) == first.id
    await centre.later(6 * S)
    assert (await centre.state(first), await centre.rings_at(call)) == ("break silent", second.id)


async def test_nobody_is_ready_without_a_line(centre: CallCentre) -> None:
    async with centre.pool.acquire() as conn, conn.transaction():
        who = await office.user(conn, Role.OPERATOR)
        await operator_states.set_shift(conn, who, on=True, ready=True, now=centre.clock.now())
    assert await centre.state(who) == "break start"
    with pytest.raises(Illegal, match="cannot ring"):
        await centre.says(who, OperatorState.READY)
    async with centre.pool.acquire() as conn, conn.transaction():
        with pytest.raises(Illegal, match="not tested"):
            await operator_states.choose_phone(conn, who, centre.clock.now())


async def test_a_tested_telephone_is_a_line_until_a_browser_says_that_it_is_there(centre: CallCentre) -> None:
    async with centre.pool.acquire() as conn, conn.transaction():
        now = centre.clock.now()
        who = await office.user(conn, Role.OPERATOR, phone="+8613911110009", services=centre.services)
        await operator_states.set_shift(conn, who, on=True, ready=True, now=now)
        line = "SELECT kind FROM operator_line WHERE user_id = $1"
        assert await conn.fetchval(line, who.id) == "phone"
        assert await operator_states.take_line(conn, who, LineKind.BROWSER, "tab1", now)
        await operator_states.choose_phone(conn, who, now)
        assert not await operator_states.take_line(conn, who, LineKind.BROWSER, "tab1", now)
    assert await centre.state(who) == "ready"


async def test_of_two_browsers_one_rings_until_it_is_silent_or_told(centre: CallCentre) -> None:
    who = await centre.operator()
    async with centre.pool.acquire() as conn, conn.transaction():
        now = centre.clock.now()
        assert not await operator_states.take_line(conn, who, LineKind.BROWSER, "another", now)
        assert await operator_states.take_line(conn, who, LineKind.BROWSER, "another", now, forced=True)
        assert not await operator_states.take_line(conn, who, LineKind.BROWSER, f"tab{who.id}", now)
        later = now + SILENT_AFTER + S
        assert await operator_states.take_line(conn, who, LineKind.BROWSER, f"tab{who.id}", later)


async def test_nobody_leaves_a_call_by_saying_so(centre: CallCentre) -> None:
    who = await centre.operator()
    call = await centre.comes()
    for _ in range(2):
        with pytest.raises(Illegal, match="in a call"):
            await centre.says(who, OperatorState.BREAK)
        if await centre.call(call) == "waiting":
            await centre.talks(who, call)


async def test_a_shift_that_ends_in_a_call_closes_the_state_after_it(centre: CallCentre) -> None:
    who = await centre.operator()
    call = await centre.comes()
    await centre.talks(who, call)
    async with centre.pool.acquire() as conn, conn.transaction():
        await operator_states.set_shift(conn, who, on=False, ready=False, now=centre.clock.now())
    assert await centre.state(who) == "talking"
    await centre.does(endings.hang_up, who, call)
    await centre.later(S)
    assert await centre.state(who) == "off"


async def test_times_leave_no_gap(centre: CallCentre) -> None:
    await wrapping_up(centre)
    await centre.later(timedelta(minutes=2))
    gaps = await centre.one(
        "SELECT count(*) FROM (SELECT since, lag(ended_at) OVER (ORDER BY id) AS before FROM operator_state) s"
        " WHERE before IS NOT NULL AND before <> since"
    )
    assert gaps == 0
