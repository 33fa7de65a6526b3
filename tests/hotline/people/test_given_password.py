"""A password that was given asks on every page to be changed, until it is."""

from __future__ import annotations

from aiohttp.test_utils import TestClient

from hotline.base.db.connection import Pool
from hotline.base.services import Services
from hotline.people import passwords, people_sql
from hotline.ticket import Role
from tests import office
from tests.doors import browser


async def test_a_given_password_asks_to_be_changed(client: TestClient, pool: Pool, services: Services) -> None:
    given = passwords.one_time()
    async with pool.acquire() as conn:
        who = await office.user(conn, Role.OPERATOR)
        await people_sql.set_password(conn, who.id, await passwords.hashed(given), True)
    door = await browser(client, pool, services, who)
    asked = "您正在使用初始密码，请立即修改。"
    for path in ("/operator", "/tickets", "/me"):
        assert (await (await door.get(path)).text()).count(asked) == 1
    answer = await door.post("/me/password", password=given, new_password="a longer one of mine")
    assert answer.status == 303
    assert asked not in await (await door.get("/operator")).text()
