"""What a parent's person hears, each child's person hears too: once, under the own number, never of a tipoff."""

from __future__ import annotations

from datetime import timedelta

from hotline.base.db.connection import Conn, Pool
from hotline.base.services import Services
from hotline.contacts import owed_calls
from hotline.contacts.opening import Opened
from hotline.moves import contact_ends
from hotline.outbox import outbox_sql
from hotline.outbox.dispatcher import outgoing
from hotline.people.user import User
from hotline.ticket import Role
from tests.office import department, events, move, on_shift, ticket, user


async def _bodies(conn: Conn, services: Services, phone: str, kind: str) -> list[str]:
    rows = await conn.fetch(
        "SELECT body FROM outbox WHERE to_hash = $1 AND kind = $2 ORDER BY id", services.keys.hash(phone), kind
    )
    return [row["body"] for row in rows]


async def test_the_result_of_a_parent_reaches_each_childs_person_once(conn: Conn, services: Services) -> None:
    water = await department(conn, "T06", "测试供水公司")
    operator, liaison = await user(conn, Role.OPERATOR), await user(conn, Role.LIAISON, department=water)
    await on_shift(conn, operator, services.clock.now())
    parent = await ticket(conn, services, "丽发新城停水", "+8613900000001")
    phones = ("+8613900000002", "+8613900000003", "+8613900000002", "+8613900000001")
    children = [await ticket(conn, services, "丽发小区没水", phone) for phone in phones]
    await move(conn, services, operator, parent.number, "assignments", department="T06")
    await move(conn, services, operator, children[1].number, "merges", into=children[0].number)
    for child in (children[0], *children[2:]):
        await move(conn, services, operator, child.number, "merges", into=parent.number)
    await move(conn, services, liaison, parent.number, "signatures")
    await move(conn, services, operator, parent.number, "interims", text="主管道正在抢修")
    for child, phone in zip(children[:2], phones, strict=False):
        (said,) = await _bodies(conn, services, phone, "child_interim")
        assert child.number in said
        assert "主管道正在抢修" in said
    await move(conn, services, liaison, parent.number, "replies", outcome="solved", public="已恢复供水", internal="")
    await move(conn, services, operator, parent.number, "report-backs", via="call", text="已恢复供水")
    for child, phone in zip(children[:2], phones, strict=False):
        (said,) = await _bodies(conn, services, phone, "child_report_back")
        assert child.number in said
        assert "已恢复供水" in said
    assert await _bodies(conn, services, phones[3], "child_report_back") == []  # the parent's own person


async def _merged(conn: Conn, services: Services, phones: tuple[str, ...]) -> tuple[User, User, Opened, list[Opened]]:
    """A parent with a reply that waits, and children that were merged into it."""
    water = await department(conn, "T06", "测试供水公司")
    operator, liaison = await user(conn, Role.OPERATOR), await user(conn, Role.LIAISON, department=water)
    await on_shift(conn, operator, services.clock.now())
    parent = await ticket(conn, services, "丽发新城停水", "+8613900000001")
    children = [await ticket(conn, services, "丽发小区没水", phone) for phone in phones]
    await move(conn, services, operator, parent.number, "assignments", department="T06")
    for child in children:
        await move(conn, services, operator, child.number, "merges", into=parent.number)
    await move(conn, services, liaison, parent.number, "signatures")
    await move(conn, services, liaison, parent.number, "replies", outcome="solved", public="已恢复供水")
    return operator, liaison, parent, children


async def test_who_takes_no_sms_is_owed_a_call_once(conn: Conn, services: Services) -> None:
    """A landline and one who opted out; an anonymous one has no number; the mobile hears by SMS."""
    phones = ("+864367222333", "+8613900000002", "+8613900000003", "")
    operator, liaison, parent, children = await _merged(conn, services, phones)
    await conn.execute(
        "UPDATE person SET opted_out_at = $2 WHERE phone_hash = $1",
        services.keys.hash(phones[1]),
        services.clock.now(),
    )
    await move(conn, services, operator, parent.number, "report-backs", via="call", text="已恢复供水")
    owed = await contact_ends.call_backs(conn, services, contact_ends.ContactsQuery(), services.clock.now())
    assert [(c["ticket"], c["parent"], c["reason"]) for c in owed] == [
        (children[0].number, parent.number, "result"),
        (children[1].number, parent.number, "result"),
    ]
    assert len(await _bodies(conn, services, phones[2], "child_report_back")) == 1
    assert await conn.fetchval("SELECT count(*) FROM clock WHERE clock = 'call_back'") == 0
    await contact_ends.done(conn, services, operator, int(str(owed[0]["id"])), "已告知", services.clock.now())
    assert (await events(conn, children[0].number))[-1] == "news_called"
    assert len(await contact_ends.call_backs(conn, services, contact_ends.ContactsQuery(), services.clock.now())) == 1
    await move(conn, services, operator, parent.number, "follow-ups", reached=True, solved=False)
    await move(conn, services, liaison, parent.number, "replies", outcome="solved", public="又修好了")
    await move(conn, services, operator, parent.number, "report-backs", via="call", text="又修好了")
    assert (
        len(await contact_ends.call_backs(conn, services, contact_ends.ContactsQuery(), services.clock.now())) == 3
    )  # another result is other news


async def test_a_result_that_did_not_arrive_is_owed_as_a_call(conn: Conn, services: Services) -> None:
    operator, _, parent, children = await _merged(conn, services, ("+8613900000003",))
    await move(conn, services, operator, parent.number, "report-backs", via="call", text="已恢复供水")
    row = await conn.fetchrow(
        "SELECT * FROM outbox WHERE kind = 'child_report_back'", record_class=outbox_sql.CallbackRow
    )
    assert row is not None
    for state in ("delivered", "failed", "failed"):
        await services.receipts["child_report_back"](conn, services, outgoing(row), state, services.clock.now())
        owed = await contact_ends.call_backs(conn, services, contact_ends.ContactsQuery(), services.clock.now())
        assert [c["ticket"] for c in owed] == ([] if state == "delivered" else [children[0].number])


async def test_a_result_without_a_receipt_is_owed_as_a_call_after_two_hours(pool: Pool, services: Services) -> None:
    """The message left and nothing came back; the one that was delivered owes nothing. Run twice it owes no more."""
    async with pool.acquire() as conn, conn.transaction():
        operator, _, parent, children = await _merged(conn, services, ("+8613900000003", "+8613900000004"))
        await move(conn, services, operator, parent.number, "report-backs", via="call", text="已恢复供水")
        rows = await conn.fetch(
            "SELECT * FROM outbox WHERE kind = 'child_report_back' ORDER BY id", record_class=outbox_sql.CallbackRow
        )
        await conn.execute("UPDATE outbox SET state = 'delivered', delivered_at = now() WHERE id = $1", rows[1]["id"])
    due, owed = rows[0]["due_at"], []
    for minutes, taken in ((119, 0), (120, 1), (121, 0)):
        assert await owed_calls.sweep_unconfirmed(pool, services, due + timedelta(minutes=minutes)) == taken
        async with pool.acquire() as conn:
            owed.append(
                [
                    c["ticket"]
                    for c in await contact_ends.call_backs(
                        conn, services, contact_ends.ContactsQuery(), services.clock.now()
                    )
                ]
            )
    assert owed == [[], [children[0].number], [children[0].number]]
    async with pool.acquire() as conn, conn.transaction():
        await services.receipts["child_report_back"](conn, services, outgoing(rows[0]), "failed", services.clock.now())
        assert (
            len(await contact_ends.call_backs(conn, services, contact_ends.ContactsQuery(), services.clock.now())) == 1
        )
