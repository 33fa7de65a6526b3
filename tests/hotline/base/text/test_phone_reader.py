"""One reader of telephone numbers for all doors: refused by field, extensions dialled, never an SMS to two numbers in one string."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from xml.etree import ElementTree

import pytest
from aiohttp.test_utils import TestClient
from twilio.twiml.voice_response import Dial

from hotline.base.config import Settings, SettingsError, load_settings
from hotline.base.db.connection import Conn, Pool
from hotline.base.http.problem import BadField
from hotline.base.provider import Parcel
from hotline.base.services import Services
from hotline.base.text.phones import dialled, is_address, masked, read_phone
from hotline.outbox.dispatcher import send_all
from hotline.outbox.store import Message, enqueue
from hotline.people.phone_tests import set_number
from hotline.telephony.twilio import Twilio
from hotline.telephony.webhooks import put_number
from hotline.ticket import Role
from routing.directory.department_file import import_departments
from routing.tables.reader import read_sheet
from tests import office
from tests.carrier import ACCOUNT, NUMBER, TOKEN, carrier
from tests.doors import browser, token
from tests.line import settled, sms, told

TWO = "13900001234/13800001111"
SWITCHBOARD = "+864367222345;ext=801"


@pytest.mark.parametrize("raw", [TWO, "1.39E+10", "139000012345", "139****1234", "王女士"])
async def test_the_api_refuses_what_is_not_one_number_by_its_field(
    client: TestClient, pool: Pool, services: Services, raw: str
) -> None:
    async with pool.acquire() as conn:
        head = await token(pool, services, await office.user(conn, Role.OPERATOR))
    body = {"channel": "call", "from": raw, "text": "停水"}
    answer = await client.post("/api/v1/contacts", json=body, headers=head)
    said = await answer.json()
    assert (answer.status, said["field"]) == (422, "from"), said
    async with pool.acquire() as conn:
        assert await conn.fetchval("SELECT count(*) FROM ticket") == 0


@pytest.mark.parametrize(
    ("raw", "kept"),
    [
        ("13900001234.0", "+8613900001234"),
        ("7222345转801", SWITCHBOARD),
        ("１３９００００１２３４（王女士）", "+8613900001234"),
        ("匿名", None),
    ],
)
async def test_the_api_keeps_what_it_understands(
    client: TestClient, pool: Pool, services: Services, raw: str, kept: str | None
) -> None:
    async with pool.acquire() as conn:
        head = await token(pool, services, await office.user(conn, Role.OPERATOR))
    body = {"channel": "call", "from": raw, "text": "停水"}
    assert (await client.post("/api/v1/contacts", json=body, headers=head)).status == 201
    async with pool.acquire() as conn:
        enc = await conn.fetchval("SELECT p.phone_enc FROM ticket t LEFT JOIN person p ON p.id = t.person_id")
        sent = await conn.fetchval("SELECT count(*) FROM outbox WHERE channel = 'sms'")
    assert (services.keys.decrypt(enc) if enc else None) == kept
    assert sent == (kept == "+8613900001234")


async def test_the_desk_says_in_its_form_why_a_number_is_refused(
    client: TestClient, pool: Pool, services: Services
) -> None:
    async with pool.acquire() as conn:
        who = await office.user(conn, Role.OPERATOR)
        await office.on_shift(conn, who, services.clock.now())
    desk = await browser(client, pool, services, who)
    answer = await desk.post("/operator/tickets", **{"from": TWO}, text="停水", channel="call")
    page = await answer.text()
    assert answer.status == 422
    assert "这里有两个号码" in page
    assert TWO in page


@pytest.mark.parametrize("raw", [TWO, "1.39E+10", "匿名", "-", "王女士"])
async def test_a_users_number_is_one_number(conn: Conn, services: Services, raw: str) -> None:
    who = await office.user(conn, Role.OPERATOR)
    with pytest.raises(BadField) as refused:
        await set_number(conn, services, int(who.id), raw, who.actor, services.clock.now())
    assert refused.value.field == "phone"


async def test_a_users_extension_is_tested_by_a_call(conn: Conn, services: Services) -> None:
    who = await office.user(conn, Role.OPERATOR)
    assert await set_number(conn, services, int(who.id), "0436-7222345转801", who.actor, services.clock.now())
    row = await conn.fetchrow("SELECT channel, to_enc FROM outbox")
    assert row is not None
    assert (row["channel"], services.keys.decrypt(row["to_enc"])) == ("voice", SWITCHBOARD)


async def test_a_departments_number_is_refused_by_line_and_field(
    conn: Conn, services: Services, tmp_path: Path
) -> None:
    path = tmp_path / "table.csv"
    text = "code,name,group,phone\nT1,甲局,government,7222345\nT2,乙局,government,1.39E+10\nT3,丙局,party,7222345/7222346\nT4,丁局,party,无\n"
    path.write_text(text, "utf-8")
    done = await import_departments(conn, services, await read_sheet(path), services.clock.now())
    assert [(line, why.field) for line, why in done.refused] == [(3, "phone"), (4, "phone")]
    path.write_text("code,name,group,phone\nT1,甲局,government,7222345.0\n", "utf-8")
    assert (await import_departments(conn, services, await read_sheet(path), services.clock.now())).taken == 1
    enc = await conn.fetchval("SELECT phone_enc FROM department WHERE code = 'T1'")
    assert services.keys.decrypt(enc) == "+864367222345"


@pytest.mark.parametrize(
    "to", [TWO, "+8613900001234,+8613800001111", "13900001234 13800001111", SWITCHBOARD, "BANK", ""]
)
async def test_no_sms_leaves_for_what_is_not_one_number(pool: Pool, services: Services, to: str) -> None:
    """Whatever an older row holds: the last door asks once more."""
    now = services.clock.now()
    async with pool.acquire() as conn:
        await enqueue(conn, services.keys, [Message("x", "interim", "sms", to, "词")], now)
    await send_all(pool, services, now)
    async with pool.acquire() as conn:
        assert await conn.fetchval("SELECT state FROM outbox") == "failed"
        assert await conn.fetchval("SELECT count(*) FROM simulated") == 0


@pytest.mark.parametrize("sender", [TWO, "+8613900001234;+8613800001111", "139****1234", "中国移动"])
async def test_an_odd_sender_of_the_carrier_is_kept_and_nothing_sent_there(
    client: TestClient, pool: Pool, services: Services, sender: str
) -> None:
    await sms(client, services, sender, "人民路停水了")
    await settled(pool)
    async with pool.acquire() as conn:
        enc = await conn.fetchval("SELECT p.phone_enc FROM ticket t JOIN person p ON p.id = t.person_id")
        assert services.keys.decrypt(enc) == sender
        assert await conn.fetchval("SELECT count(*) FROM outbox") == 0


async def test_an_odd_sender_among_others_holds_up_nobody(client: TestClient, pool: Pool, services: Services) -> None:
    for sender in ("+8613900001234", "13900001234", TWO, "anonymous", ""):
        await sms(client, services, sender, "新增 路灯坏了")
    await settled(pool)
    async with pool.acquire() as conn:
        assert await conn.fetchval("SELECT count(*) FROM ticket") == 5
        assert await conn.fetchval("SELECT count(DISTINCT person_id) FROM ticket") == 2
    assert len(await told(pool, services, "+8613900001234")) == 2


async def test_an_extension_is_dialled_after_the_number_is_taken(pool: Pool) -> None:
    async with carrier() as made:
        provider = Twilio(
            Settings(
                _env_file=None,
                TWILIO_ACCOUNT_SID=ACCOUNT,
                TWILIO_AUTH_TOKEN=TOKEN,
                TWILIO_NUMBER=NUMBER,
                TWILIO_API_URL=made.url,
            )  # type: ignore[call-arg]
        )
        now = datetime.now(UTC)
        sid = await provider.call(pool, Parcel(SWITCHBOARD, "", "http://x.test/s", "http://x.test/t"), now)
        await provider.call(pool, Parcel("+8613900001234", "", "http://x.test/s", "http://x.test/t"), now)
        assert [(c["To"], c.get("SendDigits")) for c in made.calls] == [
            ("+864367222345", "wwww801"),
            ("+8613900001234", None),
        ]
        assert await provider.look_up(pool, SWITCHBOARD, "", now, True) == [sid]
        await provider.close()


def test_an_extension_is_dialled_in_a_call_that_is_put_through() -> None:
    dial = Dial()
    put_number(dial, SWITCHBOARD)
    put_number(dial, "+8613900001234")
    first, second = ElementTree.fromstring(str(dial))
    assert (first.text, first.get("sendDigits")) == ("+864367222345", "wwww801")
    assert (second.text, second.get("sendDigits")) == ("+8613900001234", None)


def test_an_extension_is_masked_and_takes_no_sms() -> None:
    phone = read_phone("0436-7222345转801", "0436")
    assert (phone.number, phone.takes_sms, dialled(phone.number)) == (
        SWITCHBOARD,
        False,
        ("+864367222345", "wwww801"),
    )
    assert masked(SWITCHBOARD) == "+86436****345-***"
    assert is_address(SWITCHBOARD, voice=True)
    assert not is_address(SWITCHBOARD, voice=False)


@pytest.mark.parametrize(
    ("code", "good"),
    [("0436", True), ("436", True), ("010", True), ("43", True), ("4367", False), ("x", False)],
)
def test_the_area_code_of_the_setting(monkeypatch: pytest.MonkeyPatch, code: str, good: bool) -> None:
    monkeypatch.setenv("HOTLINE_AREA_CODE", code)
    if good:
        assert load_settings().area_code == code
    else:
        with pytest.raises(SettingsError, match="HOTLINE_AREA_CODE"):
            load_settings()
