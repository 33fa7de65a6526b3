"""SMS from the webhook to the ticket and back: real application, real database, signed as the carrier signs."""

from __future__ import annotations

from datetime import timedelta

import pytest
from aiohttp.test_utils import TestClient

from hotline.base.clock import MovingClock
from hotline.base.db.connection import Pool
from hotline.base.services import Services
from tests.line import settled, sms, told, until, webhook

PHONE = "+8613900000001"


async def test_an_sms_becomes_a_ticket_and_is_acknowledged(client: TestClient, pool: Pool, services: Services) -> None:
    await sms(client, services, PHONE, "人民路12号的路灯坏了三天")
    await settled(pool)
    async with pool.acquire() as conn:
        row = await conn.fetchrow("SELECT t.*, w.text FROM ticket t JOIN ticket_text w ON w.ticket_id = t.id")
        assert row is not None
        assert row["text"] == "人民路12号的路灯坏了三天"
        assert (row["category"], row["urgency"], row["owner_id"]) == ("help", "normal", 0)
    (said,) = await told(pool, services, PHONE)
    assert row["number"] in said
    assert services.keys.query_code(row["number"]) in said
    await until(pool, "SELECT state FROM outbox", want="delivered")


async def test_a_forged_signature_keeps_nothing_but_a_count(client: TestClient, pool: Pool, services: Services) -> None:
    answer = await client.post(
        "/twilio/sms",
        data={"MessageSid": "SMx", "From": PHONE, "Body": "x"},
        headers={"X-Twilio-Signature": "Zm9yZ2Vk"},
    )
    assert answer.status == 403
    assert (await client.post("/twilio/sms", data={"MessageSid": "SMx", "From": PHONE, "Body": "x"})).status == 403
    async with pool.acquire() as conn:
        assert await conn.fetchval("SELECT count(*) FROM inbound") == 0
    await until(pool, "SELECT n FROM counter WHERE name = 'forged_signature'", want=2)


async def test_a_signature_over_another_query_string_is_forged(client: TestClient, services: Services) -> None:
    from hotline.telephony.simulator import envelope

    headers, form = envelope(
        services.settings,
        services.keys,
        "/twilio/sms/status?outbox=1",
        {"MessageSid": "SM1", "MessageStatus": "sent"},
    )
    assert (await client.post("/twilio/sms/status?outbox=2", data=form, headers=headers)).status == 403


async def test_a_delivery_twice_has_one_effect(client: TestClient, pool: Pool, services: Services) -> None:
    for _ in range(3):
        await sms(client, services, PHONE, "停水两天了", sid="SM" + "7" * 32)
    await settled(pool)
    async with pool.acquire() as conn:
        assert await conn.fetchval("SELECT count(*) FROM ticket") == 1
        assert await conn.fetchval("SELECT count(*) FROM outbox") == 1


@pytest.mark.parametrize(
    ("sender", "text", "tickets", "answers"),
    [
        (PHONE, "  \n \u3000", 0, 1),
        (PHONE, "路" * 1600, 1, 1),
        (PHONE, "🚨💧 停水了 👩‍👩‍👧", 1, 1),
        ("+864361234567", "座机发来的短信，路灯坏了", 1, 0),
        ("CHINAMOBILE", "系统短信内容", 1, 0),
        ("anonymous", "举报有人乱倒垃圾", 1, 0),
        ("", "没有号码的短信", 1, 0),
        ("12345", "短号发来的", 1, 1),
        ("+999123456789", "不知道是哪里的号码", 1, 1),
    ],
)
async def test_each_kind_of_sender_and_text(
    client: TestClient, pool: Pool, services: Services, sender: str, text: str, tickets: int, answers: int
) -> None:
    await sms(client, services, sender, text)
    await settled(pool)
    async with pool.acquire() as conn:
        assert await conn.fetchval("SELECT count(*) FROM ticket") == tickets
        assert await conn.fetchval("SELECT count(*) FROM outbox") == answers
        assert await conn.fetchval("SELECT count(*) FROM contact WHERE outcome IS NOT NULL") == 1
        assert await conn.fetchval("SELECT count(*) FROM inbound WHERE error IS NOT NULL") == 0


async def test_a_second_message_joins_the_open_ticket_and_new_opens_one(
    client: TestClient, pool: Pool, services: Services
) -> None:
    await sms(client, services, PHONE, "停水两天了")
    await sms(client, services, PHONE, "在幸福小区3号楼")
    await sms(client, services, PHONE, "新增 垃圾没人收")
    await settled(pool)
    async with pool.acquire() as conn:
        assert await conn.fetchval("SELECT count(*) FROM ticket") == 2
        assert await conn.fetchval("SELECT text FROM note WHERE kind = 'addition'") == "在幸福小区3号楼"
    assert "已补充到" in (await told(pool, services, PHONE))[1]


async def test_after_a_day_a_message_is_a_matter_of_its_own(
    client: TestClient, pool: Pool, services: Services, clock: MovingClock
) -> None:
    await sms(client, services, PHONE, "停水两天了")
    await settled(pool)
    clock.move(timedelta(hours=25))
    await sms(client, services, PHONE, "路灯也坏了")
    await settled(pool)
    async with pool.acquire() as conn:
        assert await conn.fetchval("SELECT count(*) FROM ticket") == 2


async def test_status_by_number_and_code(client: TestClient, pool: Pool, services: Services) -> None:
    await sms(client, services, PHONE, "停水两天了")
    await settled(pool)
    async with pool.acquire() as conn:
        number = await conn.fetchval("SELECT number FROM ticket")
    await sms(client, services, PHONE, f"查询{number}")
    await sms(client, services, "+8613900000002", f"查询 {number} {services.keys.query_code(number)}")
    await sms(client, services, "+8613900000003", f"查询 {number}")
    await settled(pool)
    assert "已受理" in (await told(pool, services, PHONE))[-1]
    assert "已受理" in (await told(pool, services, "+8613900000002"))[-1]
    assert "没有查到" in (await told(pool, services, "+8613900000003"))[-1]


async def test_wrong_codes_are_counted(client: TestClient, pool: Pool, services: Services) -> None:
    await sms(client, services, PHONE, "停水两天了")
    await settled(pool)
    async with pool.acquire() as conn:
        number = await conn.fetchval("SELECT number FROM ticket")
    good = services.keys.query_code(number)
    wrong = f"{(int(good) + 1) % 10000:04d}"
    for n in range(5):
        await sms(client, services, f"+86139000001{n:02d}", f"查询 {number} {wrong}")
    await settled(pool)
    await sms(client, services, "+8613900000200", f"查询 {number} {good}")
    await settled(pool)
    assert "没有查到" in (await told(pool, services, "+8613900000200"))[-1]


async def test_stop_help_and_a_bare_digit(client: TestClient, pool: Pool, services: Services) -> None:
    for text in ("帮助", "5", "退订"):
        await sms(client, services, PHONE, text)
    await settled(pool)
    said = await told(pool, services, PHONE)
    assert "退订" in said[0]
    assert said[1] == said[0]
    assert "已退订" in said[2]
    async with pool.acquire() as conn:
        assert await conn.fetchval("SELECT opted_out_at IS NOT NULL FROM person")
        assert await conn.fetchval("SELECT count(*) FROM ticket") == 0


async def test_an_addition_to_a_strange_number_is_not_lost(client: TestClient, pool: Pool, services: Services) -> None:
    await sms(client, services, PHONE, "补充 260000019 楼道灯也坏了")
    await settled(pool)
    async with pool.acquire() as conn:
        assert "楼道灯也坏了" in await conn.fetchval("SELECT text FROM ticket_text")


async def test_a_call_without_an_operator_becomes_a_voicemail_and_a_call_back(
    client: TestClient, pool: Pool, services: Services
) -> None:
    status, said = await webhook(client, services, "/twilio/voice", CallSid="CA1", From=PHONE, CallStatus="ringing")
    assert status == 200
    assert "录音" in said
    assert "<Record" in said
    for _ in range(2):
        await webhook(client, services, "/twilio/voice/voicemail", CallSid="CA1", From=PHONE, RecordingSid="RE1")
    async with pool.acquire() as conn:
        assert await conn.fetchval("SELECT count(*) FROM call_back WHERE done_at IS NULL") == 1
        assert await conn.fetchval("SELECT outcome FROM contact") == "call_back"
