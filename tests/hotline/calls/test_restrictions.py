"""Restrictions of voice: on three calls with abuse on record, told, objected to, decided by another; emergencies come through."""

from __future__ import annotations

from datetime import timedelta

import pytest
from aiohttp.test_utils import TestClient

from hotline.base.http.problem import Forbidden, Illegal
from hotline.calls import arrivals, endings, restrictions, waiting
from hotline.calls.arrivals import Way
from hotline.people.user import User
from hotline.ticket import Role
from tests import office
from tests.hotline.calls.centre import CallCentre, S
from tests.line import settled, sms, told, webhook
from tests.story import Story

NUMBER = "+8613977770001"


async def abused(centre: CallCentre, times: int) -> tuple[User, int]:
    """So many calls of one number, each with the warning phrase; a manager, and the last call."""
    who, call = await centre.operator(), 0
    for _ in range(times):
        call = await centre.comes(NUMBER)
        await centre.talks(who, call)
        await centre.does(endings.warn, who, call)
        await centre.says_after_call(who)
    async with centre.pool.acquire() as conn:
        return await office.user(conn, Role.MANAGER), call


async def arrives(centre: CallCentre, ref: str) -> arrivals.Arrival:
    async with centre.pool.acquire() as conn, conn.transaction():
        return await arrivals.arrive(conn, centre.services, centre.carrier.name, ref, NUMBER, centre.clock.now())


@pytest.mark.parametrize(("times", "enough"), [(2, False), (3, True), (4, True)])
async def test_it_takes_three_calls_with_abuse_on_record(centre: CallCentre, times: int, enough: bool) -> None:
    manager, call = await abused(centre, times)
    if enough:
        made = await centre.does(restrictions.restrict, manager, call, 7, "辱骂")
        assert len(made["calls"]) == times
        with pytest.raises(Illegal, match="restricted already"):
            await centre.does(restrictions.restrict, manager, call, 7, "辱骂")
    else:
        with pytest.raises(Illegal, match="it takes 3"):
            await centre.does(restrictions.restrict, manager, call, 7, "辱骂")


async def test_calling_often_is_never_abuse(centre: CallCentre) -> None:
    manager, call = await abused(centre, 1)
    who = await centre.operator()
    for _ in range(30):
        call = await centre.comes(NUMBER)
        await centre.does(endings.caller_left, call)
    assert who
    with pytest.raises(Illegal, match="in 1 calls"):
        await centre.does(restrictions.restrict, manager, call, 7, "天天打")


async def test_abuse_of_long_ago_does_not_count(centre: CallCentre) -> None:
    manager, call = await abused(centre, 3)
    centre.clock.move(restrictions.WITHIN + timedelta(hours=1))
    with pytest.raises(Illegal, match="in 0 calls"):
        await centre.does(restrictions.restrict, manager, call, 7, "辱骂")


@pytest.mark.parametrize(("late", "way"), [(-S, Way.RESTRICTED), (0 * S, Way.QUEUE), (S, Way.QUEUE)])
async def test_it_ends_by_itself(centre: CallCentre, late: timedelta, way: Way) -> None:
    manager, call = await abused(centre, 3)
    await centre.does(restrictions.restrict, manager, call, 7, "辱骂")
    centre.clock.move(timedelta(days=7) + late)
    assert (await arrives(centre, "later")).way is way


async def test_the_announcement_ends_the_call_and_nobody_is_owed_one(centre: CallCentre) -> None:
    manager, call = await abused(centre, 3)
    await centre.does(restrictions.restrict, manager, call, 7, "辱骂")
    again = (await arrives(centre, "again")).call.id
    await centre.does(endings.turned_away, again)
    assert (await centre.call(again), await centre.owed(again)) == ("over announced", None)
    hung_up = (await arrives(centre, "hangs up")).call.id
    await centre.does(endings.caller_left, hung_up)
    assert (await centre.call(hung_up), await centre.owed(hung_up)) == ("over abandoned", None)


async def test_an_emergency_comes_through(centre: CallCentre) -> None:
    manager, call = await abused(centre, 3)
    await centre.does(restrictions.restrict, manager, call, 7, "辱骂")
    ready = await centre.operator()
    again = (await arrives(centre, "fire")).call.id
    await centre.does(waiting.let_through, again)
    rung = await centre.rings_at(again)
    assert rung is not None
    await centre.does(endings.caller_left, again)
    assert await centre.owed(again) == "missed"
    assert ready


async def test_the_person_is_told_objects_by_sms_and_another_manager_decides(story: Story, centre: CallCentre) -> None:
    manager, call = await abused(centre, 3)
    await centre.does(restrictions.restrict, manager, call, 7, "辱骂")
    assert "异议" in (await told(centre.pool, centre.services, NUMBER))[-1]
    before = await centre.one("SELECT count(*) FROM ticket")
    await sms(story.client, story.services, NUMBER, "异议：我没有骂人，是邻居用我的手机打的")
    await settled(story.pool)
    assert await centre.one("SELECT count(*) FROM ticket") == before
    assert "另一位值班长" in (await told(centre.pool, centre.services, NUMBER))[-1]
    ident = await centre.one("SELECT id FROM restriction")
    with pytest.raises(Forbidden):
        await centre.does(restrictions.decide, manager, ident, True, "记录清楚")
    async with centre.pool.acquire() as conn:
        other = await office.user(conn, Role.MANAGER)
    await centre.does(restrictions.decide, other, ident, False, "证据不足")
    assert "已经解除" in (await told(centre.pool, centre.services, NUMBER))[-1]
    assert (await arrives(centre, "free")).way is Way.QUEUE
    with pytest.raises(Illegal):
        await centre.does(restrictions.decide, other, ident, True, "再来")


async def test_by_webhook_too_one_leads_an_emergency_to_the_queue(client: TestClient, centre: CallCentre) -> None:
    manager, call = await abused(centre, 3)
    await centre.does(restrictions.restrict, manager, call, 7, "辱骂")
    for sid, digits, what in (("CA1", "1", "voicemail"), ("CA2", "2", "ended"), ("CA3", "", "ended")):
        fields = {"CallSid": sid, "From": NUMBER, "CallStatus": "ringing"}
        for _ in range(2):
            _, said = await webhook(client, centre.services, "/twilio/voice", **fields)
            assert "紧急情况请按1" in said
        status, _ = await webhook(client, centre.services, "/twilio/voice/restricted", **fields, Digits=digits)
        assert status == 200
        found = await centre.one("SELECT id FROM call WHERE carrier_ref = $1", sid)
        assert what in await centre.happened(found)
        assert await centre.owed(found) == ("missed" if digits == "1" else None)


async def test_the_same_words_from_anybody_else_are_a_matter(story: Story) -> None:
    await sms(story.client, story.services, "+8613977770009", "异议：对处理结果不服，要求重新处理")
    await settled(story.pool)
    assert await story.one("SELECT count(*) FROM ticket") == 1


async def test_a_manager_lifts_it_and_the_person_is_told(centre: CallCentre) -> None:
    manager, call = await abused(centre, 3)
    made = await centre.does(restrictions.restrict, manager, call, 30, "辱骂")
    await centre.does(restrictions.lift, manager, made["restriction"], "当事人道歉")
    assert (await arrives(centre, "free")).way is Way.QUEUE
    with pytest.raises(Illegal, match="has ended"):
        await centre.does(restrictions.lift, manager, made["restriction"], "再来")
