"""A number counts only after it was tested: by a code that comes back, or a key; one phone is one person."""

from __future__ import annotations

from datetime import timedelta

import pytest
from aiohttp.test_utils import TestClient

from hotline.base.clock import MovingClock
from hotline.base.db.connection import Conn, Pool
from hotline.base.http.problem import BadField, Illegal, TooMany
from hotline.base.services import InboundSms, Outgoing, Services
from hotline.base.text.phones import read_phone
from hotline.people import phone_tests
from hotline.people.user import User
from hotline.ticket import Role
from tests import office
from tests.doors import token
from tests.line import settled, sms

NUMBER = "+8613900007777"


async def code_of(conn: Conn) -> str:
    body = await conn.fetchval("SELECT body FROM outbox WHERE kind LIKE 'phone_test%' ORDER BY id DESC LIMIT 1")
    return str(body).split("测试码")[1][:6]


async def counts_since(conn: Conn, user: User) -> object:
    return await conn.fetchval("SELECT phone_tested_at FROM app_user WHERE id = $1", user.id)


async def asked(conn: Conn, services: Services, user: User, number: str = NUMBER) -> str:
    await phone_tests.set_number(conn, services, int(user.id), number, user.actor, services.clock.now())
    return await code_of(conn)


async def test_typed_in_it_counts_from_then(conn: Conn, services: Services, clock: MovingClock) -> None:
    user = await office.user(conn, Role.MANAGER)
    code = await asked(conn, services, user)
    assert await counts_since(conn, user) is None
    with pytest.raises(BadField) as error:
        await phone_tests.confirm_number(
            conn, services, int(user.id), "000000" if code != "000000" else "1", "typed", clock.now()
        )
    assert error.value.field == "code"
    clock.move(timedelta(minutes=29))
    await phone_tests.confirm_number(conn, services, int(user.id), code, "typed", clock.now())
    assert await counts_since(conn, user) == clock.now()
    assert not await phone_tests.set_number(conn, services, int(user.id), NUMBER, user.actor, clock.now())
    assert await counts_since(conn, user) is not None
    assert await phone_tests.set_number(conn, services, int(user.id), "+8613900008888", user.actor, clock.now())
    assert await counts_since(conn, user) is None


async def test_after_half_an_hour_it_is_too_late(conn: Conn, services: Services, clock: MovingClock) -> None:
    user = await office.user(conn, Role.MANAGER)
    code = await asked(conn, services, user)
    clock.move(timedelta(minutes=30))
    with pytest.raises(Illegal):
        await phone_tests.confirm_number(conn, services, int(user.id), code, "typed", clock.now())


@pytest.mark.parametrize("text", ["{code}", "测试{code}", "ＴＥＳＴ {code}。"])
async def test_sent_back_by_sms_it_is_claimed(conn: Conn, services: Services, text: str) -> None:
    user = await office.user(conn, Role.MANAGER)
    code = await asked(conn, services, user)
    other = InboundSms(1, "SM1", read_phone("+8613900006666"), code, services.clock.now())
    assert not await phone_tests.claim(conn, services, other, services.clock.now())
    own = InboundSms(2, "SM2", read_phone(NUMBER), text.format(code=code), services.clock.now())
    assert await phone_tests.claim(conn, services, own, services.clock.now())
    assert await counts_since(conn, user) is not None
    assert not await phone_tests.claim(conn, services, own, services.clock.now())


async def test_a_key_in_the_test_call_counts_and_being_taken_does_not(conn: Conn, services: Services) -> None:
    user = await office.user(conn, Role.MANAGER, phone=NUMBER, services=services)
    await conn.execute("UPDATE app_user SET phone_tested_at = NULL WHERE id = $1", user.id)
    made = await phone_tests.send_test(conn, services, int(user.id), "voice", services.clock.now())
    call = Outgoing(1, "phone_test_voice", None, int(user.id), {"test": made})
    await phone_tests.on_key(conn, services, call, "delivered", services.clock.now())
    assert await counts_since(conn, user) is None
    await phone_tests.on_key(conn, services, call, "acknowledged", services.clock.now())
    assert await counts_since(conn, user) is not None


async def test_one_phone_is_one_person(conn: Conn, services: Services) -> None:
    first, second = [await office.user(conn, Role.MANAGER) for _ in range(2)]
    code = await asked(conn, services, first)
    await asked(conn, services, second)  # nobody has tested it yet: both may try
    await phone_tests.confirm_number(conn, services, int(first.id), code, "typed", services.clock.now())
    with pytest.raises(BadField):
        await phone_tests.confirm_number(
            conn, services, int(second.id), await code_of(conn), "typed", services.clock.now()
        )
    third = await office.user(conn, Role.MANAGER)
    with pytest.raises(BadField):
        await asked(conn, services, third)


async def test_ten_tests_a_day(conn: Conn, services: Services, clock: MovingClock) -> None:
    user = await office.user(conn, Role.MANAGER, phone=NUMBER, services=services)
    for _ in range(10):
        await phone_tests.send_test(conn, services, int(user.id), "sms", clock.now())
    with pytest.raises(TooMany):
        await phone_tests.send_test(conn, services, int(user.id), "sms", clock.now())
    clock.move(timedelta(days=1))
    await phone_tests.send_test(conn, services, int(user.id), "sms", clock.now())


async def test_over_http_and_by_the_line(client: TestClient, pool: Pool, services: Services) -> None:
    async with pool.acquire() as conn:
        user = await office.user(conn, Role.MANAGER)
        code = await asked(conn, services, user)
    head = await token(pool, services, user)
    wrong = "111111" if code != "111111" else "222222"
    for _ in range(5):
        answer = await client.post("/api/v1/phone-tests/confirmations", headers=head, json={"code": wrong})
        assert answer.status == 422
    answer = await client.post("/api/v1/phone-tests/confirmations", headers=head, json={"code": code})
    assert answer.status == 409  # five wrong codes end the test
    assert (await client.post("/api/v1/phone-tests", headers=head, json={"via": "sms"})).status == 201
    async with pool.acquire() as conn:
        code = await code_of(conn)
    await sms(client, services, NUMBER, code)
    await settled(pool)
    async with pool.acquire() as conn:
        assert await counts_since(conn, user) is not None
        assert await conn.fetchval("SELECT count(*) FROM ticket") == 0
