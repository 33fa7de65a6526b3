"""The carrier's lists of a day against ours: whatever differs is shown, and turned into a contact; run twice it finds nothing more."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from email.utils import format_datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from aiohttp.test_utils import TestClient

from hotline.base.clock import MovingClock
from hotline.base.db.connection import Pool
from hotline.base.services import Services
from hotline.contacts.drain import drain
from hotline.outbox.store import Message, enqueue
from hotline.telephony import reconciliation
from hotline.telephony.twilio import Twilio
from hotline.ticket import Role
from tests import office
from tests.doors import token
from tests.hotline.telephony.test_providers import settings_for
from tests.hotline.telephony.twilio_line import Leg, TwilioLine
from tests.hotline.telephony.twilio_rest import twilio_line
from tests.line import sms, webhook

SHANGHAI = ZoneInfo("Asia/Shanghai")
DAY = date(2026, 3, 4)
CALLER = "+8613900000005"


def at(hour: int, minute: int = 0, day: int = 4) -> datetime:
    return datetime(2026, 3, day, hour, minute, tzinfo=SHANGHAI)


@pytest.fixture
async def line() -> AsyncIterator[TwilioLine]:
    async with twilio_line() as made:
        yield made


@pytest.fixture
async def real(services: Services, line: TwilioLine) -> AsyncIterator[Services]:
    """The services with Twilio as provider, at the double."""
    provider = Twilio(settings_for(line.url))
    yield replace(services, provider=provider)
    await provider.close()


def listed(sid: str, when: datetime, direction: str = "inbound", **more: Any) -> dict[str, object]:
    found: dict[str, object] = {"sid": sid, "direction": direction, "status": "received", "from": CALLER, "to": "1890"}
    return found | {"body": "路灯坏了", "num_media": "0", "date_sent": format_datetime(when.astimezone(UTC))} | more


async def compared(pool: Pool, services: Services, now: datetime, day: date = DAY) -> list[tuple[str, str, str, str]]:
    async with pool.acquire() as conn, conn.transaction():
        made = await reconciliation.ask(conn, services, day, None, now)
    assert await reconciliation.sweep_reconciliations(pool, services, now) == 1
    async with pool.acquire() as conn:
        rows = await conn.fetch(
            "SELECT kind, direction, what, sid FROM reconciliation_difference WHERE reconciliation_id = $1 ORDER BY id",
            made,
        )
    return [tuple(row.values()) for row in rows]


async def test_a_call_that_we_never_saw_is_owed_and_a_message_comes_in(
    pool: Pool, real: Services, line: TwilioLine, clock: MovingClock
) -> None:
    line.legs["CA1"] = Leg("CA1", "1890", CALLER, True, status="completed", at=at(23, 59))
    line.legs["CA2"] = Leg("CA2", "1890", CALLER, True, status="completed", at=at(0, 0, day=5))
    line.messages = [listed("SM1", at(0, 0)), listed("SM2", at(23, 59, day=3))]
    clock.move(timedelta(days=1))
    found = await compared(pool, real, clock.now())
    assert found == [("call", "in", "unknown_here", "CA1"), ("message", "in", "unknown_here", "SM1")]
    await drain(pool, real, clock.now())
    async with pool.acquire() as conn:
        owed = await conn.fetchrow("SELECT reason FROM call_back WHERE done_at IS NULL")
        words = await conn.fetchval(
            "SELECT t.text FROM contact_text t JOIN contact c ON c.id = t.contact_id JOIN inbound i ON i.id = c.inbound_id WHERE i.sid = 'SM1'"
        )
    assert owed["reason"] == "missed"
    assert words == "路灯坏了"
    assert await compared(pool, real, clock.now()) == []


async def test_a_hidden_number_that_we_never_saw_was_dropped(
    pool: Pool, real: Services, line: TwilioLine, clock: MovingClock
) -> None:
    line.legs["CA1"] = Leg("CA1", "1890", "anonymous", True, status="completed", at=at(9))
    assert len(await compared(pool, real, clock.now())) == 1
    async with pool.acquire() as conn:
        assert await conn.fetchval("SELECT code FROM contact WHERE call_sid = 'CA1'") == "dropped"
        assert await conn.fetchval("SELECT count(*) FROM call_back") == 0


async def test_a_receipt_that_never_came_has_its_effect(
    pool: Pool, real: Services, line: TwilioLine, clock: MovingClock
) -> None:
    async with pool.acquire() as conn, conn.transaction():
        await enqueue(conn, real.keys, [Message("m1", "answer", "sms", CALLER, "已受理")], clock.now())
        ident = await conn.fetchval(
            "UPDATE outbox SET state = 'sent', provider_sid = 'SM9', sent_at = $1, due_at = $1 RETURNING id",
            clock.now(),
        )
    line.messages = [listed("SM9", clock.now(), "outbound-api", status="undelivered")]
    assert await compared(pool, real, clock.now()) == [("message", "out", "receipt", "SM9")]
    await drain(pool, real, clock.now())
    async with pool.acquire() as conn:
        assert await conn.fetchval("SELECT state FROM outbox WHERE id = $1", ident) == "failed"
    assert await compared(pool, real, clock.now()) == []


async def test_what_the_carrier_does_not_know_is_shown_and_the_edge_of_the_day_is_none(
    client: TestClient, pool: Pool, real: Services, line: TwilioLine, clock: MovingClock
) -> None:
    services = real
    await webhook(client, services, "/twilio/voice", CallSid="CA7", From=CALLER, CallStatus="ringing")
    await sms(client, services, CALLER, "路灯坏了", sid="SM7")
    clock.move(at(23, 59) - clock.now())
    await sms(client, services, CALLER, "还有一处", sid="SM8")
    line.messages = [listed("SM8", at(0, 5, day=5))]
    found = await compared(pool, real, clock.now())
    assert found == [("call", "in", "unknown_there", "CA7"), ("message", "in", "unknown_there", "SM7")]


async def test_legs_that_our_documents_dialled_are_no_difference(
    pool: Pool, real: Services, line: TwilioLine, clock: MovingClock
) -> None:
    line.legs["CA3"] = Leg("CA3", CALLER, "1890", False, parent="CA1", at=at(9))
    line.legs["CA4"] = Leg("CA4", CALLER, "1890", False, at=at(9))
    assert await compared(pool, real, clock.now()) == [("call", "out", "unknown_here", "CA4")]


@pytest.mark.parametrize("mood", ["503", "429", "401/20003"])
async def test_a_carrier_that_is_away_is_asked_again_and_nothing_is_changed(
    pool: Pool, real: Services, line: TwilioLine, clock: MovingClock, mood: str
) -> None:
    line.legs["CA1"] = Leg("CA1", "1890", CALLER, True, status="completed", at=at(9))
    line.mood = mood
    assert await compared(pool, real, clock.now()) == []
    assert await reconciliation.sweep_reconciliations(pool, real, clock.now()) == 0
    clock.move(timedelta(minutes=30))
    assert await reconciliation.sweep_reconciliations(pool, real, clock.now()) == 1
    async with pool.acquire() as conn:
        assert await conn.fetchval("SELECT count(*) FROM call_back") == 1
        assert await conn.fetchval("SELECT failed FROM reconciliation") is None


async def test_the_simulator_is_compared_with_what_it_holds(pool: Pool, services: Services, clock: MovingClock) -> None:
    async with pool.acquire() as conn:
        for sid, direction in (("SM" + "1" * 32, "in"), ("SM" + "2" * 32, "out")):
            await conn.execute(
                "INSERT INTO simulated (sid, direction, channel, phone, body, at) VALUES ($1, $2, 'sms', $3, '停水', $4)",
                sid,
                direction,
                CALLER,
                clock.now(),
            )
    assert [d[:3] for d in await compared(pool, services, clock.now())] == [
        ("message", "in", "unknown_here"),
        ("message", "out", "unknown_here"),
    ]


async def test_it_is_daily_and_on_demand_for_managers(
    client: TestClient, pool: Pool, services: Services, clock: MovingClock
) -> None:
    async with pool.acquire() as conn:
        manager = await office.user(conn, Role.MANAGER)
        operator = await office.user(conn, Role.OPERATOR)
        await reconciliation.ask_for_yesterday(conn, services, at(2, 30, day=5), clock.now())
    mine, other = await token(pool, services, manager), await token(pool, services, operator)
    answer = await client.post("/api/v1/reconciliations", json={"day": "2026-03-04"}, headers=mine)
    assert answer.status == 201
    made = (await answer.json())["reconciliation"]
    assert (await client.post("/api/v1/reconciliations", json={"day": "2026-03-04"}, headers=other)).status == 403
    refused = await client.post("/api/v1/reconciliations", json={"day": "2026-03-06"}, headers=mine)
    assert (refused.status, (await refused.json())["field"]) == (422, "day")
    assert await reconciliation.sweep_reconciliations(pool, services, clock.now()) == 1
    listed_ = (await (await client.get("/api/v1/reconciliations", headers=mine)).json())["items"]
    assert [(i["id"], i["day"], i["asked_by"], i["differences"]) for i in listed_] == [(made, "2026-03-04", None, 0)]
    detail = await (await client.get(f"/api/v1/reconciliations/{made}", headers=mine)).json()
    assert (detail["calls"], detail["messages"], detail["items"]) == (0, 0, [])
    assert (await client.get("/api/v1/reconciliations/999", headers=mine)).status == 404
