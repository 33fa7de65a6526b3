"""A browser's token for its line at Twilio: signed with the key, for one's own line only, taking calls and making none."""

from __future__ import annotations

import jwt
import pytest
from aiohttp.test_utils import TestClient

from hotline.base.clock import MovingClock
from hotline.base.config import Settings
from hotline.base.db.connection import Pool
from hotline.base.keys import Keys
from hotline.base.services import Services
from hotline.telephony.token_views import LASTS
from hotline.ticket import Role
from main import build_services
from tests import office
from tests.carrier import ACCOUNT, NUMBER, TOKEN
from tests.doors import token

SECRET = "s" * 32


@pytest.fixture(params=["SK1", ""])
def services(request: pytest.FixtureRequest, settings: Settings, keys: Keys, clock: MovingClock) -> Services:
    more = {"twilio_account_sid": ACCOUNT, "twilio_auth_token": TOKEN, "twilio_number": NUMBER}
    key = {"twilio_api_key": request.param, "twilio_api_secret": SECRET} if request.param else {}
    return build_services(settings.model_copy(update=more | key), keys, clock)


async def test_a_token_is_for_ones_own_line(client: TestClient, pool: Pool, services: Services) -> None:
    async with pool.acquire() as conn:
        who = await office.user(conn, Role.OPERATOR)
        leader = await office.user(conn, Role.LEADER)
    mine, other = await token(pool, services, who), await token(pool, services, leader)
    answer = await client.get("/api/v1/calls/token", headers=mine)
    if not services.settings.twilio_api_key:
        assert answer.status == 409
        return
    said = await answer.json()
    now = int(services.clock.now().timestamp())
    found = jwt.decode(said["token"], SECRET, algorithms=["HS256"], options={"verify_exp": False, "verify_nbf": False})
    assert (found["iss"], found["sub"]) == ("SK1", ACCOUNT)
    assert (found["nbf"], found["exp"]) == (now, now + int(LASTS.total_seconds()))
    assert found["grants"] == {"identity": f"line-{who.id}", "voice": {"incoming": {"allow": True}}}
    assert said["identity"] == f"line-{who.id}"
    assert (await client.get("/api/v1/calls/token", headers=other)).status == 403
    assert (await client.get("/api/v1/calls/token")).status == 401
