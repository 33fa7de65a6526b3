"""Waiting: kept places in their turn, one SMS to a mobile, callers who cannot talk."""

from __future__ import annotations

from datetime import timedelta

from hotline.base.services import Services
from hotline.calls import arrivals, endings, parties, waiting
from hotline.calls.call import OperatorState
from hotline.moves import contact_ends
from hotline.people import persons
from tests import office
from tests.hotline.calls.centre import CallCentre, S
from tests.line import told


async def test_a_kept_place_is_called_in_its_turn_and_owed_no_more_once_reached(centre: CallCentre) -> None:
    busy = await centre.operator()
    talked = await centre.comes()
    await centre.talks(busy, talked)
    kept, behind = await centre.comes(), await centre.comes()
    assert await centre.does(waiting.keep_place, kept) is True
    assert (await centre.call(kept), await centre.owed(kept)) == ("kept", "missed")
    assert await centre.does(endings.caller_left, kept) == "kept"
    await centre.does(endings.hang_up, busy, talked)
    await centre.later(30 * S)
    assert (await centre.rings_at(kept), await centre.rings_at(behind)) == (busy.id, None)
    await centre.talks(busy, kept)
    assert centre.carrier.kinds(kept) == ["say", "ring", "call_out"]
    assert await centre.owed(kept) == "missed"
    await centre.does(parties.joined, await centre.citizen(kept))
    assert (await centre.call(kept), await centre.owed(kept)) == ("talking", None)
    await centre.does(endings.hang_up, busy, kept)
    assert await centre.call(kept) == "over operator"


async def test_a_kept_place_that_is_not_reached_is_owed_still(centre: CallCentre) -> None:
    busy = await centre.operator(ready=False)
    async with centre.pool.acquire() as conn:
        await conn.execute("UPDATE operator_state SET state = 'wrap_up' WHERE ended_at IS NULL")
    kept = await centre.comes()
    await centre.does(waiting.keep_place, kept)
    await centre.says(busy, OperatorState.READY)
    await centre.talks(busy, kept)
    await centre.does(parties.left, await centre.citizen(kept))
    assert (await centre.call(kept), await centre.owed(kept)) == ("over unreached", "missed")
    assert await centre.state(busy) == "wrap_up"


async def test_places_kept_after_hours_ring_in_the_order_of_arrival(centre: CallCentre) -> None:
    calls = [await centre.comes() for _ in range(3)]
    for call in reversed(calls):
        assert await centre.does(waiting.keep_place, call) is True
        centre.clock.move(timedelta(minutes=20))
    for call in calls:
        who = await centre.operator()
        assert await centre.rings_at(call) == who.id


async def test_a_kept_place_whose_call_was_made_by_hand_is_over(centre: CallCentre, services: Services) -> None:
    kept = await centre.comes()
    await centre.does(waiting.keep_place, kept)
    owed = await centre.one(
        "SELECT b.id FROM call_back b JOIN call c ON c.contact_id = b.contact_id WHERE c.id = $1", kept
    )
    who = await centre.operator(ready=False)
    async with centre.pool.acquire() as conn, conn.transaction():
        await contact_ends.done(conn, services, who, owed, "已告知", centre.clock.now())
    await centre.says(who, OperatorState.READY)
    assert await centre.rings_at(kept) is None
    await centre.later(S)
    assert await centre.call(kept) == "over operator"


async def test_a_hidden_number_cannot_keep_a_place(centre: CallCentre) -> None:
    call = await centre.comes(None)
    assert await centre.does(waiting.keep_place, call) is False


async def test_one_sms_to_a_mobile_that_waits_and_none_to_a_landline(centre: CallCentre) -> None:
    busy = await centre.operator()
    await centre.talks(busy, await centre.comes())
    await centre.comes("+8613955550001")
    await centre.comes("+864367222333")
    (words,) = await told(centre.pool, centre.services, "+8613955550001")
    assert "正在排队" in words
    assert "/track" in words
    assert await told(centre.pool, centre.services, "+864367222333") == []


async def test_who_cannot_hear_or_speak_is_written_to_and_nobody_is_rung(centre: CallCentre) -> None:
    who = await centre.operator()
    number = "+8613955550002"
    first = await centre.comes(number)
    await centre.does(endings.caller_left, first)
    async with centre.pool.acquire() as conn, conn.transaction():
        person = await persons.with_phone(conn, centre.services.keys, number)
        assert person is not None
        await persons.set_flags(conn, person, ["deaf"])
        arrived = await arrivals.arrive(conn, centre.services, centre.carrier.name, "deaf1", number, centre.clock.now())
        assert arrived.way is arrivals.Way.WRITE
        assert arrived.person is not None
        await waiting.write_instead(conn, centre.services, arrived.call.id, arrived.person, centre.clock.now())
    await centre.told()
    assert (await centre.call(arrived.call.id), await centre.owed(arrived.call.id)) == ("over announced", "missed")
    assert "回复短信" in (await told(centre.pool, centre.services, number))[-1]
    assert await centre.state(who) == "ready"
    assert centre.carrier.kinds(arrived.call.id) == ["say"]


async def test_the_owner_of_the_callers_open_ticket_is_rung_first(centre: CallCentre) -> None:
    _first, owner = await centre.operator(), await centre.operator()
    async with centre.pool.acquire() as conn, conn.transaction():
        opened = await office.ticket(conn, centre.services, phone="+8613955550003", operator=owner.id)
        await conn.execute("UPDATE ticket SET owner_id = $2 WHERE id = $1", opened.ticket, owner.id)
    assert await centre.rings_at(await centre.comes("+8613955550003")) == owner.id


async def test_mongolian_waits_for_who_speaks_it_and_is_overtaken_only_by_that(centre: CallCentre) -> None:
    plain = await centre.operator()
    speaker = await centre.operator(skills=("mongolian",))
    await centre.talks(plain, await centre.comes())
    await centre.talks(speaker, await centre.comes())
    wants = await centre.comes(skill="mongolian")
    behind = await centre.comes()
    await centre.says_after_call(plain)
    assert (await centre.rings_at(wants), await centre.rings_at(behind)) == (None, plain.id)
    await centre.says_after_call(speaker)
    assert await centre.rings_at(wants) == speaker.id
