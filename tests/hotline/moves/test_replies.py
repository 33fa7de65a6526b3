"""Replies that wait for the department's own leader; co-handlers that are asked for; pauses that are asked for."""

from __future__ import annotations

import pytest

from hotline.base.db.connection import Conn
from hotline.base.http.problem import BadField, Forbidden, Illegal, Missing
from hotline.base.services import Services
from hotline.people.user import User
from hotline.ticket import Role
from tests.office import Office, department, duties, events, state, ticket, user

REPLY = {"outcome": "solved", "public": "已修好", "internal": "换了灯泡"}


@pytest.fixture
async def office(conn: Conn, services: Services) -> Office:
    return await Office(conn, services).fill()


@pytest.fixture
async def leader(office: Office, conn: Conn) -> User:
    """The leader of the lamps, who reads replies first."""
    await conn.execute("UPDATE department SET leader_reviews = true WHERE id = $1", office.lamps)
    return await user(conn, Role.LIAISON, department=office.lamps, name="测试所长", leads=True)


async def signed(office: Office) -> str:
    number = (await ticket(office.conn, office.services)).number
    await office.do(office.operator, number, "assignments", department="T05")
    await office.do(office.liaison, number, "signatures")
    return number


async def test_a_reply_waits_for_the_leaders_yes(office: Office, conn: Conn, leader: User) -> None:
    number = await signed(office)
    made = await office.do(office.liaison, number, "replies", **REPLY)
    assert (made["state"], made["waits_for"]) == ("signed", "leader")
    assert await state(conn, number) == "signed"
    assert (
        await conn.fetchval(
            "SELECT count(*) FROM reply r JOIN ticket t ON t.id = r.ticket_id WHERE number = $1", number
        )
        == 0
    )
    running = "SELECT c.state FROM clock c JOIN ticket t ON t.id = c.ticket_id WHERE number = $1 AND clock = 'resolve'"
    assert await conn.fetchval(running, number) == "running"
    with pytest.raises(Illegal, match="waits for your leader"):
        await office.do(office.liaison, number, "replies", **REPLY)
    with pytest.raises(Forbidden, match="leader"):
        await office.do(office.liaison, number, "replies/{item}/reviews", item=made["proposal"], accepted=True)
    await office.do(leader, number, "replies/{item}/reviews", item=made["proposal"], accepted=True)
    assert await state(conn, number) == "replied"
    row = await conn.fetchrow("SELECT r.* FROM reply r JOIN ticket t ON t.id = r.ticket_id WHERE number = $1", number)
    assert row is not None
    assert (row["public_text"], row["internal_text"], row["submitted_by"]) == (
        "已修好",
        "换了灯泡",
        office.liaison.actor,
    )
    assert await conn.fetchval(running, number) == "stopped"
    assert (await events(conn, number))[-2:] == ["reply_proposed", "replied"]


async def test_the_leader_gives_it_back_with_a_reason(office: Office, conn: Conn, leader: User) -> None:
    number = await signed(office)
    made = await office.do(office.liaison, number, "replies", **REPLY)
    path = "replies/{item}/reviews"
    with pytest.raises(BadField, match="missing"):
        await office.do(leader, number, path, item=made["proposal"], accepted=False)
    await office.do(leader, number, path, item=made["proposal"], accepted=False, reason="没有照片")
    assert await state(conn, number) == "signed"
    with pytest.raises(Illegal, match="decided"):
        await office.do(leader, number, path, item=made["proposal"], accepted=True)
    again = await office.do(office.liaison, number, "replies", **REPLY)
    await office.do(leader, number, path, item=again["proposal"], accepted=True)
    assert await state(conn, number) == "replied"


async def test_the_leaders_own_reply_goes_at_once_and_overtakes(office: Office, conn: Conn, leader: User) -> None:
    number = await signed(office)
    made = await office.do(office.liaison, number, "replies", **REPLY)
    assert (await office.do(leader, number, "replies", **REPLY))["state"] == "replied"
    row = await conn.fetchrow("SELECT accepted, reason FROM reply_proposal WHERE id = $1", made["proposal"])
    assert row is not None
    assert (row["accepted"], row["reason"]) == (False, "overtaken")


async def test_another_departments_leader_does_not_find_it(office: Office, conn: Conn, leader: User) -> None:
    stranger = await user(conn, Role.LIAISON, department=office.water, name="测试经理", leads=True)
    number = await signed(office)
    made = await office.do(office.liaison, number, "replies", **REPLY)
    with pytest.raises(Missing):
        await office.do(stranger, number, "replies/{item}/reviews", item=made["proposal"], accepted=True)


async def test_a_co_handler_is_asked_for_and_granted(office: Office, conn: Conn) -> None:
    number = await signed(office)
    made = await office.do(office.liaison, number, "co-requests", department="T06", reason="水管漏在灯井里")
    with pytest.raises(Illegal, match="asked for already"):
        await office.do(office.liaison, number, "co-requests", department="T06", reason="再问")
    with pytest.raises(Forbidden):
        await office.do(office.liaison, number, "co-requests/{item}/decisions", item=made["request"], granted=True)
    done = await office.do(office.operator, number, "co-requests/{item}/decisions", item=made["request"], granted=True)
    assert done["assignment"]
    await office.do(office.stranger, number, "signatures")
    await office.do(office.stranger, number, "replies", outcome="solved", public="水管已修")
    assert await state(conn, number) == "signed"
    await office.do(office.liaison, number, "replies", **REPLY)
    assert (await duties(conn, number))["coordinate"] == "done"


async def test_coordinate_stays_open_until_the_request_is_ruled(office: Office, conn: Conn) -> None:
    number = await signed(office)
    made = await office.do(office.liaison, number, "co-requests", department="T06", reason="水管漏")
    await office.do(office.liaison, number, "replies", **REPLY)
    assert (await duties(conn, number))["coordinate"] == "open"
    path = "co-requests/{item}/decisions"
    with pytest.raises(Illegal):
        await office.do(office.operator, number, path, item=made["request"], granted=True)
    with pytest.raises(BadField, match="refused"):
        await office.do(office.operator, number, path, item=made["request"], granted=False)
    await office.do(office.operator, number, path, item=made["request"], granted=False, reason="已办结")
    assert (await duties(conn, number))["coordinate"] == "done"


async def test_a_pause_is_asked_of_the_centre(office: Office, conn: Conn) -> None:
    number = await signed(office)
    await office.do(office.liaison, number, "pause-requests", until="2026-03-06", reason="等当事人材料")
    assert (await events(conn, number))[-1] == "pause_asked"
    co = await user(conn, Role.LIAISON, department=await department(conn, "T09", "测试协办"), name="测试协办员")
    await office.do(office.operator, number, "co-handlers", department="T09")
    for path in ("pause-requests", "co-requests", "returns", "extensions"):
        with pytest.raises(Forbidden):
            await office.do(co, number, path, until="2026-03-06", reason="x")
