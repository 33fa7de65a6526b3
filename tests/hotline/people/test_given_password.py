"""A password that was given works once, within a day, and opens nothing but the page where it is changed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from aiohttp.test_utils import TestClient

from hotline.base.clock import MovingClock
from hotline.base.db.connection import Pool
from hotline.base.services import Services
from hotline.people import passwords, people_sql
from hotline.people.store import GIVEN_FOR
from hotline.people.user import User
from hotline.ticket import Role
from tests import office
from tests.doors import browser

OWN = "湖边 的 七只 白鹭 lake"


async def given(pool: Pool, clock: MovingClock) -> tuple[User, str]:
    """Somebody with a password that was given just now."""
    password = passwords.one_time()
    async with pool.acquire() as conn:
        who = await office.user(conn, Role.OPERATOR)
        await people_sql.give_password(conn, who.id, await passwords.hashed(password), clock.now() + GIVEN_FOR)
    return who, password


async def test_nothing_is_open_before_it_is_changed(
    client: TestClient, pool: Pool, services: Services, clock: MovingClock
) -> None:
    who, password = await given(pool, clock)
    door = await browser(client, pool, services, who)
    for path in ("/operator", "/tickets", "/"):
        answer = await door.get(path)
        assert (answer.status, answer.headers["Location"]) == (303, "/me"), path
    assert "您正在使用初始密码，请立即修改。" in await (await door.get("/me")).text()
    assert (await door.post("/operator/tickets", text="路灯不亮")).status == 403
    assert (await door.post("/me/password", password=password, new_password=OWN)).status == 303
    assert (await door.get("/operator")).status == 200


@pytest.mark.parametrize(("late", "status"), [(-1, 303), (0, 409), (1, 409)])
async def test_it_works_for_a_day(client: TestClient, pool: Pool, clock: MovingClock, late: int, status: int) -> None:
    who, password = await given(pool, clock)
    clock.move(GIVEN_FOR + timedelta(seconds=late))
    form = {"name": who.name, "password": password}
    assert (await client.post("/login", data=form, allow_redirects=False)).status == status


async def test_it_works_once(client: TestClient, pool: Pool, clock: MovingClock) -> None:
    who, password = await given(pool, clock)
    form = {"name": who.name, "password": password, "next": "/tickets"}
    first = await client.post("/login", data=form, allow_redirects=False)
    assert (first.status, first.headers["Location"]) == (303, "/me")
    client.session.cookie_jar.clear()
    again = await client.post("/login", data=form, allow_redirects=False)
    assert again.status == 409
    assert "初始密码只能用一次" in await again.text()


@pytest.mark.parametrize(
    ("password", "said"),
    [
        ("eleven-char", "12 个字符"),
        ("1234567890123", "容易被猜到"),
        ("qwertyuiopas", "容易被猜到"),
        ("woaizhongguo1890", "容易被猜到"),
        ("aaaaaaaaaaaaaaaaaaaa", "容易被猜到"),
        ("Password12345", "容易被猜到"),
        ("my-WANGXIAO-is-here-99", "用户名"),
        ("x" * 201, "200"),
    ],
)
async def test_what_a_new_password_must_not_be(
    client: TestClient, pool: Pool, services: Services, password: str, said: str
) -> None:
    async with pool.acquire() as conn:
        who = await office.user(conn, Role.OPERATOR, name="wangxiao")
        await people_sql.set_password(conn, who.id, await passwords.hashed(OWN))
    door = await browser(client, pool, services, who)
    answer = await door.post("/me/password", password=OWN, new_password=password)
    assert answer.status == 422
    assert said in await answer.text()


@pytest.mark.parametrize(
    "password", [OWN, "correct horse battery staple", "四个字的密码真难想出来啊", "x7!kQ-92mf.Wz4"]
)
async def test_what_it_may_be(password: str) -> None:
    await passwords.check_new(password, names=["wangxiao"])
