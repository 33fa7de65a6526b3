"""Owed calls can be made: the number is shown with a reason kept, and what came of it is one form."""

from __future__ import annotations

import pytest

from hotline.base.http.problem import Illegal
from hotline.calls import endings, parties, waiting
from hotline.calls.call import LineKind
from hotline.calls.calling_out import call_out
from hotline.moves import contact_ends
from hotline.ticket import Role
from tests import office
from tests.hotline.calls.centre import CallCentre, S

NUMBER = "+8613966660001"


async def owed(centre: CallCentre) -> int:
    """A call that is owed."""
    call = await centre.comes(NUMBER)
    await centre.does(endings.caller_left, call)
    return int(await centre.one("SELECT id FROM call_back WHERE done_at IS NULL ORDER BY id DESC LIMIT 1"))


async def test_an_owed_call_from_a_browser(centre: CallCentre) -> None:
    item = await owed(centre)
    who = await centre.operator(ready=False)
    made = await centre.does(call_out, who, item, "", "回电")
    assert made["number"] == NUMBER
    assert (await centre.state(who), centre.carrier.kinds(made["call"])) == ("talking", ["call_out"])
    why = await centre.one("SELECT detail->>'reason' FROM audit WHERE kind = 'revealed'")
    assert why == "回电"
    assert await centre.one("SELECT answered_at FROM call WHERE id = $1", made["call"]) is None
    await centre.later(5 * S)
    await centre.does(parties.joined, await centre.citizen(made["call"]))
    assert await centre.one("SELECT answered_at FROM call WHERE id = $1", made["call"]) == centre.clock.now()
    await centre.does(endings.hang_up, who, made["call"])
    assert (await centre.call(made["call"]), await centre.state(who)) == ("over operator", "wrap_up")


async def test_a_telephone_rings_first(centre: CallCentre) -> None:
    item = await owed(centre)
    async with centre.pool.acquire() as conn:
        who = await office.user(conn, Role.OPERATOR, phone="+8613911110009", services=centre.services)
    made = await centre.does(call_out, who, item, "", "回电")
    assert centre.carrier.kinds(made["call"]) == ["invite"]
    mine = await centre.one("SELECT id FROM call_party WHERE kind = 'operator' AND call_id = $1", made["call"])
    await centre.does(parties.joined, mine)
    assert centre.carrier.kinds(made["call"]) == ["invite", "call_out"]
    await centre.does(parties.left, await centre.citizen(made["call"]))
    assert await centre.call(made["call"]) == "over unreached"


async def test_the_person_of_a_ticket_is_called_and_its_record_says_why(centre: CallCentre) -> None:
    who = await centre.operator()
    async with centre.pool.acquire() as conn, conn.transaction():
        opened = await office.ticket(conn, centre.services, phone=NUMBER, operator=who.id)
    made = await centre.does(call_out, who, None, opened.number, "核对地点")
    await centre.does(parties.joined, await centre.citizen(made["call"]))
    await centre.later(9 * S)
    await centre.does(endings.caller_left, made["call"])
    async with centre.pool.acquire() as conn:
        kinds = await office.events(conn, opened.number)
    assert [k for k in kinds if k in {"revealed", "called"}] == ["revealed", "called", "called"]


async def test_nobody_makes_a_second_call_beside_one(centre: CallCentre) -> None:
    item = await owed(centre)
    who = await centre.operator()
    await centre.talks(who, await centre.comes())
    with pytest.raises(Illegal, match="in a call"):
        await centre.does(call_out, who, item, "", "回电")


async def test_a_program_without_a_line_says_so(centre: CallCentre) -> None:
    item = await owed(centre)
    who = await centre.operator(ready=False)
    centre.carrier.lines = frozenset({LineKind.PHONE})
    with pytest.raises(Illegal, match="no line for it"):
        await centre.does(call_out, who, item, "", "回电")


async def test_the_third_call_that_reaches_nobody_ends_what_was_owed(centre: CallCentre) -> None:
    item = await owed(centre)
    who = await centre.operator(ready=False)
    tried = []
    for _ in range(3):
        async with centre.pool.acquire() as conn, conn.transaction():
            made = await contact_ends.not_reached(conn, centre.services, who, item, "无人接听", centre.clock.now())
        tried.append(made["done_at"] is not None)
    assert tried == [False, False, True]
    with pytest.raises(Illegal):
        async with centre.pool.acquire() as conn, conn.transaction():
            await contact_ends.not_reached(conn, centre.services, who, item, "无人接听", centre.clock.now())


async def test_a_voicemail_whose_number_is_hidden_cannot_be_called(centre: CallCentre) -> None:
    call = await centre.comes(None)
    await centre.does(endings.voicemail_left, call, "RE1")
    item = await centre.one("SELECT id FROM call_back WHERE done_at IS NULL")
    who = await centre.operator(ready=False)
    with pytest.raises(Illegal, match="no number"):
        await centre.does(call_out, who, item, "", "回电")
    assert not await centre.does(waiting.keep_place, await centre.comes(None))
