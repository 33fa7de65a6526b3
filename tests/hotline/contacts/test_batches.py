"""What one phone, one fault or one crash does to the others: nothing (architecture.md, rules 5 to 7)."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from aiohttp.test_utils import TestClient

from hotline.base.clock import MovingClock
from hotline.base.db.connection import Conn, Pool
from hotline.base.kinds import UnknownKind
from hotline.base.services import Outgoing, Services
from hotline.contacts.drain import BATCH, drain
from hotline.contacts.inbox import keep_now
from hotline.moves.duty_desk import TAKEN_WITHIN, sweep_desk
from hotline.outbox.dispatcher import Status, dispatch, on_statuses
from hotline.outbox.store import Message, cancel_messages, enqueue
from hotline.people.idempotency import LEASE
from hotline.ticket import Role
from hotline.tickets.store import lock_many
from sla.clocks.effects import Subject, effect
from sla.clocks.table import KINDS
from tests import office
from tests.doors import token
from tests.line import until

SUBJECT = Subject("help", "normal", False)


async def test_of_two_operators_each_gets_half_of_what_the_duty_desk_kept(
    pool: Pool, services: Services, clock: MovingClock
) -> None:
    async with pool.acquire() as conn:
        for n in range(10):
            await office.ticket(conn, services, phone=f"+8613900000{n:03d}")
        for _ in range(2):
            await office.on_shift(conn, await office.user(conn, Role.OPERATOR), clock.now())
    clock.move(TAKEN_WITHIN + timedelta(seconds=1))
    assert await sweep_desk(pool, services, clock.now()) == 10
    async with pool.acquire() as conn:
        rows = await conn.fetch("SELECT owner_id, count(*) AS n FROM ticket GROUP BY 1")
    assert sorted(row["n"] for row in rows) == [5, 5]
    assert await sweep_desk(pool, services, clock.now()) == 0


async def test_one_guard_that_fails_strands_nobody(pool: Pool, services: Services, clock: MovingClock) -> None:
    async def broken(conn: Conn, message: Outgoing, now: object) -> bool:
        if message.about.get("broken"):
            raise LookupError("no such thing")
        return True

    services = replace(services, guards={**services.guards, "news": broken})
    async with pool.acquire() as conn:
        several = [
            Message(f"news:{n}", "news", "sms", f"+86139000001{n:02d}", "新消息", about={"broken": n == 3})
            for n in range(12)
        ]
        await enqueue(conn, services.keys, several, clock.now())
    await dispatch(pool, services, clock.now())
    async with pool.acquire() as conn:
        rows = await conn.fetch("SELECT dedupe_key, state, error FROM outbox ORDER BY id")
        assert [r["state"] for r in rows] == ["sent"] * 3 + ["waiting"] + ["sent"] * 8
        assert rows[3]["error"] == "LookupError: no such thing"


async def test_a_thousand_sms_of_one_phone_starve_nobody(pool: Pool, services: Services, clock: MovingClock) -> None:
    async with pool.acquire() as conn:
        for n in range(BATCH + 50):
            fields = {"MessageSid": f"SM{n}", "From": "+8613900000001", "Body": f"第{n}条"}
            await keep_now(conn, services, "sms", f"SM{n}", "", fields, clock.now())
        fields = {"MessageSid": "SMlast", "From": "+8613900000002", "Body": "人民路12号的路灯坏了"}
        await keep_now(conn, services, "sms", "SMlast", "", fields, clock.now())
    assert await drain(pool, services, clock.now()) == 2
    async with pool.acquire() as conn:
        assert await conn.fetchval("SELECT processed_at IS NOT NULL FROM inbound WHERE sid = 'SMlast'")
        left = await conn.fetch("SELECT sid FROM inbound WHERE processed_at IS NULL ORDER BY id LIMIT 1")
        assert left[0]["sid"] == "SM1"
        assert not await conn.fetchval("SELECT count(source) FROM inbound WHERE processed_at IS NOT NULL")


@pytest.mark.parametrize(
    ("after", "status"), [(LEASE - timedelta(seconds=1), 409), (LEASE + timedelta(seconds=1), 201)]
)
async def test_the_key_of_a_crashed_request_is_free_after_its_lease(
    client: TestClient, pool: Pool, services: Services, clock: MovingClock, after: timedelta, status: int
) -> None:
    async with pool.acquire() as conn:
        who = await office.user(conn, Role.OPERATOR)
    headers = await token(pool, services, who) | {"Idempotency-Key": "one"}
    body = {"channel": "call", "from": "13900000001", "text": "人民路12号的路灯坏了三天"}
    assert (await client.post("/api/v1/contacts", json=body, headers=headers)).status == 201
    async with pool.acquire() as conn:  # as if the program had died before it could keep the answer
        await conn.execute("UPDATE idempotency SET status = NULL, answer = NULL")
    clock.move(after)
    assert (await client.post("/api/v1/contacts", json=body, headers=headers)).status == status


def test_an_event_of_an_unknown_kind_ends_no_clock() -> None:
    with pytest.raises(UnknownKind):
        effect("invented", {}, SUBJECT)


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_each_kind_that_the_clocks_hear_is_in_their_table(kind: str) -> None:
    effect(kind, {"assignment": 1, "department": 1}, SUBJECT)


async def test_a_receipt_waits_for_the_ticket_and_holds_no_message_meanwhile(
    pool: Pool, services: Services, clock: MovingClock
) -> None:
    """The order of locks is the ticket first: whoever has it may touch its messages beside a receipt, without a deadlock."""
    async with pool.acquire() as conn:
        opened = await office.ticket(conn, services)
        text = Message("told:1", "report_back", "sms", "+8613900000001", "已修好", ticket_id=opened.ticket)
        (message,) = await enqueue(conn, services.keys, [text], clock.now())

    async def receipt() -> None:
        async with pool.acquire() as conn, conn.transaction():
            await on_statuses(conn, services, [Status(message, "SM1", "sent", "")], clock.now())

    async with pool.acquire() as conn, conn.transaction():
        await lock_many(conn, [opened.ticket])
        waits = asyncio.create_task(receipt())
        await until(
            pool,
            "SELECT count(*) > 0 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()",
            want=True,
        )
        await cancel_messages(conn, [opened.ticket], "taken over")
    await waits
    async with pool.acquire() as conn:
        assert await conn.fetchval("SELECT state FROM outbox WHERE id = $1", message) == "dropped"
