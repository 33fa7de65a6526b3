"""Hold, three-way, transfer, the supervisor: who is in a call, and that the citizen is never alone."""

from __future__ import annotations

import pytest

from hotline.base.http.problem import Forbidden, Illegal, Missing
from hotline.base.provider import Refused
from hotline.calls import endings, parties, supervision
from hotline.calls.call import PartyKind, PartyMode, hears
from hotline.calls.call_rows import parties_of
from hotline.calls.carrier import Ability, CommandKind
from hotline.calls.invitations import Invitation
from hotline.ticket import Role
from tests import office
from tests.hotline.calls.centre import EMERGENCY, CallCentre, S


async def audience(centre: CallCentre, call: int) -> set[tuple[str, str]]:
    """Who hears whom: listener, speaker."""
    async with centre.pool.acquire() as conn:
        there = await parties_of(conn, call)
    return {(a.kind.value, b.kind.value) for a in there for b in there if hears(a, b)}


async def test_hold_is_music_and_an_event_of_the_ticket_with_its_seconds(centre: CallCentre) -> None:
    who = await centre.operator()
    call = await centre.comes()
    await centre.talks(who, call)
    async with centre.pool.acquire() as conn, conn.transaction():
        opened = await office.ticket(conn, centre.services, operator=who.id)
        await conn.execute("UPDATE call SET ticket_id = $2 WHERE id = $1", call, opened.ticket)
    await centre.does(parties.hold, who, call)
    assert (await centre.state(who), await audience(centre, call)) == ("holding", set())
    with pytest.raises(Illegal):
        await centre.does(parties.hold, who, call)
    await centre.later(7 * S)
    await centre.does(parties.resume, who, call)
    assert await centre.state(who) == "talking"
    assert await audience(centre, call) == {("citizen", "operator"), ("operator", "citizen")}
    await centre.later(3 * S)
    await centre.does(endings.hang_up, who, call)
    query = "SELECT array_agg(concat(d->>'what', ' ', d->>'seconds') ORDER BY seq) FROM ticket_event e, LATERAL (SELECT e.detail::jsonb AS d) x WHERE ticket_id = $1 AND kind = 'called'"
    assert await centre.one(query, opened.ticket) == ["held 0", "resumed 7", "ended 10"]
    assert centre.carrier.kinds(call) == ["ring", "connect", "audience", "audience", "hang_up"]


async def test_three_way_with_the_fire_brigade_and_off_again(centre: CallCentre) -> None:
    who = await centre.operator()
    call = await centre.comes()
    await centre.talks(who, call)
    party = await centre.does(parties.invite, who, call, EMERGENCY)
    assert ("emergency", "citizen") not in await audience(centre, call)
    await centre.does(parties.joined, party)
    assert ("emergency", "citizen") in await audience(centre, call)
    await centre.does(parties.drop, who, call, party)
    assert ("emergency", "citizen") not in await audience(centre, call)
    assert await centre.call(call) == "talking"
    assert [k for k in await centre.happened(call) if k in {"invited", "joined", "left"}] == [
        "invited",
        "joined",
        "left",
    ]


async def test_a_line_that_cannot_do_it_says_so(centre: CallCentre) -> None:
    who = await centre.operator()
    call = await centre.comes()
    await centre.talks(who, call)
    centre.carrier.abilities = frozenset({Ability.STRAIGHT_TRANSFER})
    with pytest.raises(Illegal, match="cannot do that"):
        await centre.does(parties.invite, who, call, EMERGENCY)


async def test_four_are_enough(centre: CallCentre) -> None:
    who = await centre.operator()
    call = await centre.comes()
    await centre.talks(who, call)
    for emergency in ("110", "119"):
        await centre.does(parties.invite, who, call, Invitation(PartyKind.EMERGENCY, emergency=emergency))
    with pytest.raises(Illegal, match="four people"):
        await centre.does(parties.invite, who, call, Invitation(PartyKind.EMERGENCY, emergency="120"))


async def test_a_warm_transfer_to_a_departments_line(centre: CallCentre) -> None:
    who = await centre.operator()
    call = await centre.comes()
    await centre.talks(who, call)
    line = centre.services.keys.encrypt("+864367222999")
    async with centre.pool.acquire() as conn:
        water = await office.department(conn, "T61", "测试供水公司")
        with pytest.raises(Illegal, match="no line"):
            await centre.does(parties.transfer, who, call, Invitation(PartyKind.DEPARTMENT, "T61"), warm=True)
        await conn.execute("UPDATE department SET phone_enc = $2 WHERE id = $1", water, line)
    party = await centre.does(parties.transfer, who, call, Invitation(PartyKind.DEPARTMENT, "T61"), warm=True)
    assert await centre.state(who) == "holding"
    with pytest.raises(Illegal, match="not answered yet"):
        await centre.does(parties.transfer, who, call, party, warm=True)
    await centre.does(parties.joined, party)
    assert await audience(centre, call) == {("operator", "department"), ("department", "operator")}
    await centre.does(parties.transfer, who, call, party, warm=True)
    assert await audience(centre, call) == {("citizen", "department"), ("department", "citizen")}
    assert await centre.state(who) == "wrap_up"
    await centre.does(parties.left, party)
    assert await centre.call(call) == "over passed_on"
    assert await centre.owed(call) is None


@pytest.mark.parametrize("how", ["left", "refused", "silence"])
async def test_a_straight_transfer_that_nobody_takes_leaves_the_citizen_in_the_queue(
    centre: CallCentre, how: str
) -> None:
    who = await centre.operator()
    call = await centre.comes()
    later = await centre.comes()
    await centre.talks(who, call)
    if how == "refused":
        centre.carrier.fails[CommandKind.INVITE] = Refused("no such number")
    party = await centre.does(parties.transfer, who, call, EMERGENCY, warm=False)
    if how == "left":
        await centre.does(parties.left, party)
    elif how == "silence":
        await centre.later(61 * S)
    steps = ["arrived", "queued", "rung", "answered", "invited", "transferred", "left", "lost"]
    assert await centre.happened(call) == steps
    if how == "silence":  # it was talked when the operator was free again
        assert (await centre.rings_at(call), await centre.rings_at(later)) == (None, who.id)
        await centre.does(endings.caller_left, later)
    else:
        await centre.later(30 * S)
    await centre.later(S)
    assert await centre.rings_at(call) == who.id


async def test_a_colleague_gets_the_call(centre: CallCentre) -> None:
    first, second = await centre.operator(), await centre.operator()
    call = await centre.comes()
    await centre.talks(first, call)
    party = await centre.does(
        parties.transfer, first, call, Invitation(PartyKind.OPERATOR, user=second.name), warm=False
    )
    assert await centre.state(second) == "ringing"
    assert await centre.rings_at(await centre.comes()) is None
    await centre.does(parties.joined, party)
    assert (await centre.state(first), await centre.state(second)) == ("wrap_up", "talking")
    with pytest.raises(Illegal):
        await centre.does(endings.hang_up, first, call)
    await centre.does(endings.hang_up, second, call)
    assert await centre.call(call) == "over operator"


async def test_a_colleague_who_does_not_answer_is_ready_again(centre: CallCentre) -> None:
    first, second = await centre.operator(), await centre.operator()
    call = await centre.comes()
    await centre.talks(first, call)
    party = await centre.does(parties.invite, first, call, Invitation(PartyKind.INTERPRETER, user=second.name))
    await centre.does(parties.left, party)
    assert await centre.state(second) == "ready"
    assert await centre.call(call) == "talking"


async def test_the_supervisor_listens_whispers_joins_and_takes_over(centre: CallCentre) -> None:
    who, manager = await centre.operator(), await centre.operator(role=Role.MANAGER, ready=False)
    call = await centre.comes()
    await centre.talks(who, call)
    with pytest.raises(Illegal, match="Listen to the call first"):
        await centre.does(supervision.take_over, manager, call)
    with pytest.raises(Forbidden):
        await centre.does(supervision.supervise, who, call, PartyMode.LISTEN)
    party = await centre.does(supervision.supervise, manager, call, PartyMode.LISTEN)
    await centre.does(parties.joined, party)
    assert {("supervisor", "citizen"), ("supervisor", "operator")} <= await audience(centre, call)
    assert not {pair for pair in await audience(centre, call) if pair[1] == "supervisor"}
    await centre.does(supervision.set_mode, manager, call, party, PartyMode.WHISPER)
    assert {pair for pair in await audience(centre, call) if pair[1] == "supervisor"} == {("operator", "supervisor")}
    await centre.does(supervision.set_mode, manager, call, party, PartyMode.TALK)
    assert ("citizen", "supervisor") in await audience(centre, call)
    await centre.does(supervision.take_over, manager, call)
    assert await audience(centre, call) == {("citizen", "operator"), ("operator", "citizen")}
    assert (await centre.state(who), await centre.state(manager)) == ("wrap_up", "talking")
    await centre.does(endings.hang_up, manager, call)
    assert await centre.state(manager) == "wrap_up"


async def test_a_call_of_somebody_else_does_not_exist(centre: CallCentre) -> None:
    who, other = await centre.operator(), await centre.operator(ready=False)
    call = await centre.comes()
    await centre.talks(who, call)
    with pytest.raises(Missing):
        await centre.does(parties.hold, other, call)
