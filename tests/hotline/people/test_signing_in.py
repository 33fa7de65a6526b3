"""Signing in: guessers are shut out and the desk is not; sessions, tokens and streams end."""

from __future__ import annotations

from datetime import timedelta

import pytest
from aiohttp.test_utils import TestClient

from hotline.base.clock import MovingClock
from hotline.base.db.connection import Pool
from hotline.base.http import live
from hotline.base.services import Services
from hotline.people import passwords, people_sql
from hotline.people.sessions import token_hash
from hotline.people.signing_in import DEVICE, sweep_devices
from hotline.people.user import User
from hotline.ticket import Role
from tests import office
from tests.doors import token

OWN = "湖边 的 七只 白鹭 lake"
S = timedelta(seconds=1)


@pytest.fixture
async def operator(pool: Pool) -> User:
    """An operator with a password."""
    async with pool.acquire() as conn:
        who = await office.user(conn, Role.OPERATOR, name="wangxiao")
        await people_sql.set_password(conn, who.id, await passwords.hashed(OWN))
    return who


async def tries(client: TestClient, name: str, password: str, *, device: str = "", address: str = "") -> int:
    """Try to sign in; the status. `device`: the cookie of a browser; `address`: where it comes from, as a proxy says."""
    client.session.cookie_jar.clear()
    headers = {"Cookie": f"{DEVICE}={device}"} if device else {}
    if address:
        headers["X-Forwarded-For"] = address
    answer = await client.post(
        "/login", data={"name": name, "password": password}, headers=headers, allow_redirects=False
    )
    return answer.status


async def known(client: TestClient, name: str) -> str:
    """The cookie of a browser in which somebody signed in."""
    client.session.cookie_jar.clear()
    answer = await client.post("/login", data={"name": name, "password": OWN}, allow_redirects=False)
    assert answer.status == 303
    cookie = answer.cookies[DEVICE]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    return cookie.value


async def test_wrong_guesses_of_strangers_do_not_shut_the_desk_out(client: TestClient, operator: User) -> None:
    device = await known(client, "wangxiao")
    for _ in range(5):
        assert await tries(client, "wangxiao", "no") == 422
    assert await tries(client, "wangxiao", OWN) == 429, "a browser that nobody knows waits"
    assert await tries(client, "wangxiao", OWN, device=device) == 303, "the operator's own does not"


async def test_a_known_browser_waits_after_its_own_wrong_guesses(
    client: TestClient, operator: User, clock: MovingClock
) -> None:
    device = await known(client, "wangxiao")
    for _ in range(5):
        assert await tries(client, "wangxiao", "no", device=device) == 422
    assert await tries(client, "wangxiao", OWN, device=device) == 429
    assert await tries(client, "wangxiao", OWN) == 303, "no other browser does"
    clock.move(61 * S)
    assert await tries(client, "wangxiao", OWN, device=device) == 303


async def test_a_browser_is_known_for_its_user_alone(client: TestClient, pool: Pool, operator: User) -> None:
    async with pool.acquire() as conn:
        other = await office.user(conn, Role.OPERATOR, name="lixia")
        await people_sql.set_password(conn, other.id, await passwords.hashed(OWN))
    device = await known(client, "lixia")
    for _ in range(5):
        assert await tries(client, "wangxiao", "no", device=device) == 422
    assert await tries(client, "wangxiao", OWN, device=device) == 429


async def test_an_address_that_guesses_many_names_is_stopped(
    client: TestClient, operator: User, clock: MovingClock
) -> None:
    device = await known(client, "wangxiao")
    for n in range(20):
        assert await tries(client, f"nobody{n}", "no", address="203.0.113.9") == 422
    assert await tries(client, "wangxiao", OWN, address="203.0.113.9") == 429
    assert await tries(client, "wangxiao", OWN, address="203.0.113.10") == 303
    assert await tries(client, "wangxiao", OWN, device=device, address="203.0.113.9") == 303
    clock.move(timedelta(minutes=15) + S)
    assert await tries(client, "wangxiao", OWN, address="203.0.113.9") == 303


async def test_sign_ins_and_failures_are_noted_and_told(client: TestClient, pool: Pool, operator: User) -> None:
    await tries(client, "wangxiao", "no")
    await tries(client, "wangxiao", OWN)
    async with pool.acquire() as conn:
        rows = await conn.fetch("SELECT kind, detail FROM audit WHERE actor = $1 ORDER BY id", operator.actor)
    assert [row["kind"] for row in rows] == ["sign_in_failed", "signed_in"]
    assert all(row["detail"]["address"] == "127.0.0.1" for row in rows)
    assert "近七天您的账号输错密码 1 次" in await (await client.get("/me")).text()


@pytest.mark.parametrize(("late", "status"), [(-1, 200), (0, 401), (1, 401)])
async def test_a_session_ends_twelve_hours_after_it_began(
    client: TestClient, operator: User, clock: MovingClock, late: int, status: int
) -> None:
    await known(client, "wangxiao")
    for _ in range(11):
        clock.move(timedelta(hours=1))
        assert (await client.get("/operator", allow_redirects=False)).status == 200
    clock.move(timedelta(hours=1) + late * S)
    found = await client.get("/operator", allow_redirects=False)
    assert (found.status == 200) is (status == 200)


@pytest.mark.parametrize("how", ["signed out", "left", "time"])
async def test_a_stream_ends_with_its_session(
    client: TestClient,
    pool: Pool,
    operator: User,
    clock: MovingClock,
    monkeypatch: pytest.MonkeyPatch,
    how: str,
) -> None:
    monkeypatch.setattr(live, "BEAT_EVERY", 0.05)
    monkeypatch.setattr(live, "MAY_EVERY", 0.05)
    await known(client, "wangxiao")
    answer = await client.get("/live")
    assert (await answer.content.readline()).startswith(b":")
    async with pool.acquire() as conn:
        if how == "signed out":
            await people_sql.end_sessions(conn, operator.id, clock.now(), b"")
        elif how == "left":
            await conn.execute("UPDATE app_user SET disabled_at = $1", clock.now())
        else:
            clock.move(timedelta(hours=12))
    await answer.content.read()  # to its end


@pytest.mark.parametrize(("late", "status"), [(-1, 200), (0, 401), (1, 401)])
async def test_a_token_ends(
    client: TestClient, pool: Pool, operator: User, clock: MovingClock, late: int, status: int
) -> None:
    async with pool.acquire() as conn:
        made = await people_sql.insert_token(conn, operator.id, token_hash("t"), clock.now())
        await people_sql.limit_token(conn, made, "write", clock.now() + timedelta(days=30))
    clock.move(timedelta(days=30) + late * S)
    assert (await client.get("/api/v1/tickets", headers={"Authorization": "Bearer t"})).status == status


async def test_a_token_that_reads_changes_nothing(
    client: TestClient, pool: Pool, operator: User, clock: MovingClock
) -> None:
    async with pool.acquire() as conn:
        made = await people_sql.insert_token(conn, operator.id, token_hash("t"), clock.now())
        await people_sql.limit_token(conn, made, "read", None)
    headers = {"Authorization": "Bearer t"}
    assert (await client.get("/api/v1/tickets", headers=headers)).status == 200
    body = {"channel": "call", "from": "13900000001", "text": "路灯不亮"}
    assert (await client.post("/api/v1/contacts", json=body, headers=headers)).status == 403


async def test_who_makes_accounts_does_not_read_the_audit(client: TestClient, pool: Pool, services: Services) -> None:
    async with pool.acquire() as conn:
        admin, auditor = await office.user(conn, Role.ADMIN), await office.user(conn, Role.AUDITOR)
    for path in ("/admin/audit", "/admin/showings"):
        assert (await client.get(path, headers=await token(pool, services, admin))).status == 403
        assert (await client.get(path, headers=await token(pool, services, auditor))).status == 200
    assert (await client.get("/admin", headers=await token(pool, services, auditor))).status == 403


async def test_browsers_are_forgotten(
    client: TestClient, pool: Pool, services: Services, operator: User, clock: MovingClock
) -> None:
    await known(client, "wangxiao")
    clock.move(timedelta(days=180))
    assert await sweep_devices(pool, services, clock.now()) == 0
    clock.move(S)
    assert await sweep_devices(pool, services, clock.now()) == 1
