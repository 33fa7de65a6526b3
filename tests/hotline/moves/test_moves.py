"""The main road of a ticket and its other ends, through the moves, in a real database."""

from __future__ import annotations

from datetime import timedelta

import asyncpg
import pytest

from hotline.base.clock import MovingClock
from hotline.base.db.connection import Conn
from hotline.base.http.problem import BadField, Forbidden, Illegal, Missing
from hotline.base.services import Outgoing, Services
from hotline.moves.report_backs import on_receipt
from hotline.ticket import Role
from tests.office import Office, duties, events, state, ticket, user


@pytest.fixture
async def office(conn: Conn, services: Services) -> Office:
    return await Office(conn, services).fill()


async def test_the_whole_road(office: Office, conn: Conn) -> None:
    number = (await ticket(conn, office.services)).number
    await office.do(office.operator, number, "assignments", department="测试路灯所")
    assert (await office.do(office.liaison, number, "signatures"))["handler"] == "测试老张"
    await office.do(office.liaison, number, "first-contacts", note="说明天来修", via="call")
    await office.do(office.liaison, number, "replies", outcome="solved", public="已修好", internal="换了灯泡")
    await office.do(office.operator, number, "report-backs", via="call", text="已修好")
    await office.do(office.operator, number, "follow-ups", reached=True, solved=True, rating=5)
    assert (await duties(conn, number))["file"] == "open"
    await office.do(office.operator, number, "filings")
    assert await state(conn, number) == "archived"
    assert set((await duties(conn, number)).values()) == {"done"}
    kinds = [kind for kind in await events(conn, number) if kind not in {"chased", "ordered", "paged"}]
    assert kinds == [
        "received",
        "dispatched",
        "signed",
        "first_contact",
        "replied",
        "told",
        "followed_up",
        "archived",
    ]


async def test_the_database_refuses_an_archive_with_an_open_duty(office: Office, conn: Conn) -> None:
    number = await office.told()
    with pytest.raises(asyncpg.RestrictViolationError, match="of its five duties closed"):
        async with conn.transaction():
            await conn.execute(
                "UPDATE ticket SET state = 'archived', filed_at = last_event_at WHERE number = $1", number
            )


async def test_told_by_sms_counts_on_the_delivered_receipt(office: Office, conn: Conn) -> None:
    number = (await ticket(conn, office.services)).number
    await office.do(office.operator, number, "assignments", department="T05")
    await office.do(office.liaison, number, "signatures")
    await office.do(office.liaison, number, "replies", outcome="solved", public="已修好")
    report = (await office.do(office.operator, number, "report-backs", via="sms", text="已修好"))["report_back"]
    assert await state(conn, number) == "replied"
    row = await conn.fetchrow("SELECT * FROM outbox WHERE kind = 'report_back' ORDER BY id DESC LIMIT 1")
    message = Outgoing(row["id"], "report_back", row["ticket_id"], None, row["about"])
    assert row["about"] == {"report_back": report}
    await on_receipt(conn, office.services, message, "delivered", office.services.clock.now())
    assert await state(conn, number) == "told"
    assert (await duties(conn, number))["report_back"] == "done"


async def test_a_failed_sms_leaves_the_owner_a_call(office: Office, conn: Conn) -> None:
    number = (await ticket(conn, office.services)).number
    await office.do(office.operator, number, "assignments", department="T05")
    await office.do(office.liaison, number, "signatures")
    await office.do(office.liaison, number, "replies", outcome="solved", public="已修好")
    report = (await office.do(office.operator, number, "report-backs", via="sms", text="已修好"))["report_back"]
    with pytest.raises(Illegal, match="on its way"):
        await office.do(office.operator, number, "report-backs", via="call", text="已修好")
    message = Outgoing(1, "report_back", None, None, {"report_back": report})
    await on_receipt(conn, office.services, message, "failed", office.services.clock.now())
    assert (await duties(conn, number))["report_back"] == "open"
    await office.do(office.operator, number, "report-backs", via="call", text="已修好")
    assert await state(conn, number) == "told"


async def test_not_solved_makes_a_rework(office: Office, conn: Conn) -> None:
    number = await office.told()
    await office.do(office.operator, number, "follow-ups", reached=True, solved=False)
    assert await state(conn, number) == "signed"
    assert (await duties(conn, number))["report_back"] == "open"


async def test_three_tries_on_two_days_are_a_follow_up(office: Office, conn: Conn, clock: MovingClock) -> None:
    number = await office.told()
    for hours in (1, 1, 24):
        assert await state(conn, number) == "told"
        clock.move(timedelta(hours=hours))
        await office.do(office.operator, number, "follow-ups", reached=False)
    assert await state(conn, number) == "followed_up"


async def test_a_send_back_asks_again(office: Office, conn: Conn) -> None:
    number = (await ticket(conn, office.services)).number
    await office.do(office.operator, number, "assignments", department="T05")
    await office.do(office.liaison, number, "signatures")
    await office.do(office.liaison, number, "replies", outcome="explained", public="没有路灯")
    await office.do(office.operator, number, "send-backs", reason="那里有路灯")
    assert await state(conn, number) == "signed"


@pytest.mark.parametrize(
    ("path", "fields", "end"),
    [
        ("answers", {"text": "周一到周五办理"}, "answered"),
        ("declines", {"basis": "已在法院审理", "where": "县法院"}, "declined"),
        ("transfers", {"to": "119", "reference": "第7号"}, "transferred"),
        ("withdrawals", {"note": "来电说好了"}, "withdrawn"),
    ],
)
async def test_other_ends_are_filed_under_their_name(
    office: Office, conn: Conn, path: str, fields: dict[str, str], end: str
) -> None:
    number = (await ticket(conn, office.services)).number
    await office.do(office.operator, number, path, **fields)
    rows = await duties(conn, number)
    assert rows["liaise"] == rows["coordinate"] == rows["supervise"] == "not_applicable"
    assert rows["file"] == "open"
    await office.do(office.operator, number, "filings")
    assert await state(conn, number) == end
    with pytest.raises(Illegal, match="filed"):
        await office.do(office.operator, number, "withdrawals")


async def test_merge_tells_the_person_and_never_takes_a_tipoff(office: Office, conn: Conn) -> None:
    from hotline.ticket import Category

    first, second = await ticket(conn, office.services), await ticket(conn, office.services, phone="+8613900000002")
    await office.do(office.operator, second.number, "merges", into=first.number)
    assert await state(conn, second.number) == "merged"
    assert (
        await conn.fetchval("SELECT count(*) FROM outbox WHERE kind = 'merged' AND ticket_id = $1", second.ticket) == 1
    )
    tip = await ticket(conn, office.services, category=Category.TIPOFF)
    with pytest.raises(Illegal, match="never merged"):
        await office.do(office.operator, tip.number, "merges", into=first.number)


async def test_split_makes_tickets_of_the_same_person(office: Office, conn: Conn) -> None:
    first = await ticket(conn, office.services)
    made = await office.do(office.operator, first.number, "splits", texts=["垃圾没人收", "停水两天"])
    assert len(made["tickets"]) == 2  # type: ignore[arg-type]


async def test_hand_over_needs_the_receivers_yes_and_a_manager_orders(office: Office, conn: Conn) -> None:
    number = (await ticket(conn, office.services, operator=office.operator.id)).number
    made = await office.do(office.operator, number, "hand-overs", to="测试小李")
    with pytest.raises(Forbidden):
        await office.do(office.operator, number, "hand-overs/{item}/acceptances", item=made["hand_over"])
    await office.do(office.other, number, "hand-overs/{item}/acceptances", item=made["hand_over"])
    owner = "SELECT owner_id FROM ticket WHERE number = $1"
    assert await conn.fetchval(owner, number) == office.other.id
    with pytest.raises(BadField, match="reason"):
        await office.do(office.manager, number, "hand-overs", to="测试小王")
    await office.do(office.manager, number, "hand-overs", to="测试小王", reason="小李病了")
    assert await conn.fetchval(owner, number) == office.operator.id
    assert (
        await conn.fetchval(
            "SELECT count(*) FROM ownership o JOIN ticket t ON t.id = o.ticket_id WHERE number = $1", number
        )
        == 3
    )


async def test_a_waiver_is_for_a_manager_not_involved(office: Office, conn: Conn) -> None:
    number = await office.told()
    with pytest.raises(Forbidden):
        await office.do(office.operator, number, "waivers", duty="supervise", reason="x")
    made = await office.do(office.manager, number, "waivers", duty="file", reason="地点无法查明")
    assert made["state"] == "waived"
    involved = await user(conn, Role.MANAGER, name="测试另一值班长")
    await office.do(involved, number, "corrections", place="人民路13号")
    with pytest.raises(Forbidden, match="no part"):
        await office.do(involved, number, "waivers", duty="supervise", reason="x")


async def test_only_a_manager_lowers_an_urgency(office: Office, conn: Conn) -> None:
    number = (await ticket(conn, office.services)).number
    await office.do(office.operator, number, "corrections", urgency="urgent")
    with pytest.raises(Forbidden):
        await office.do(office.operator, number, "corrections", urgency="normal")
    await office.do(office.manager, number, "corrections", urgency="normal")


async def test_the_department_raises_an_urgency_and_corrects_nothing_else(office: Office, conn: Conn) -> None:
    number = (await ticket(conn, office.services)).number
    await office.do(office.operator, number, "assignments", department="T05")
    await office.do(office.liaison, number, "signatures")
    made = await office.do(office.liaison, number, "corrections", urgency="critical")
    assert made["urgency"] == "critical"
    for wrong in ({"urgency": "normal"}, {"category": "inquiry"}, {"place": "人民路13号"}):
        with pytest.raises(Forbidden):
            await office.do(office.liaison, number, "corrections", **wrong)


async def test_rows_that_are_not_yours_do_not_exist(office: Office, conn: Conn) -> None:
    number = (await ticket(conn, office.services)).number
    await office.do(office.operator, number, "assignments", department="T05")
    with pytest.raises(Missing):
        await office.do(office.stranger, number, "signatures")
    with pytest.raises(Forbidden):
        await office.do(office.liaison, number, "answers", text="x")


async def test_the_record_is_never_changed(office: Office, conn: Conn) -> None:
    number = (await ticket(conn, office.services)).number
    with pytest.raises(asyncpg.RestrictViolationError, match="never changed"):
        async with conn.transaction():
            await conn.execute(
                "DELETE FROM ticket_event WHERE ticket_id = (SELECT id FROM ticket WHERE number = $1)", number
            )


async def test_the_way_of_a_first_contact_is_asked(office: Office) -> None:
    number = (await ticket(office.conn, office.services)).number
    await office.do(office.operator, number, "assignments", department="T05")
    await office.do(office.liaison, number, "signatures")
    with pytest.raises(BadField) as error:
        await office.do(office.liaison, number, "first-contacts", note="说明天来修")
    assert error.value.field == "via"
