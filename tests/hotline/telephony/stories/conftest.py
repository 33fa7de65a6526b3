"""A call centre behind Twilio Voice, and the same behind a Twilio-compatible server."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from aiohttp.test_utils import TestClient

from hotline.base.clock import MovingClock
from hotline.base.config import Settings
from hotline.base.db.connection import Pool
from hotline.base.keys import Keys
from hotline.base.services import Services
from main import build_services
from tests.carrier import ACCOUNT, NUMBER, TOKEN
from tests.hotline.telephony.stories.centre import VoiceCentre
from tests.hotline.telephony.twilio_line import TwilioLine
from tests.hotline.telephony.twilio_rest import twilio_line


@pytest.fixture(params=["twilio", "compatible"])
async def line(request: pytest.FixtureRequest) -> AsyncIterator[TwilioLine]:
    async with twilio_line(plain=request.param == "compatible") as made:
        yield made


@pytest.fixture
async def services(settings: Settings, keys: Keys, clock: MovingClock, line: TwilioLine) -> AsyncIterator[Services]:
    more = {
        "twilio_account_sid": ACCOUNT,
        "twilio_auth_token": TOKEN,
        "twilio_number": NUMBER,
        "twilio_api_url": line.url,
        "voice": "compatible" if line.plain else "twilio",
    }
    made = build_services(settings.model_copy(update=more), keys, clock)
    yield made
    assert made.provider is not None
    await made.provider.close()
    for carrier in made.carriers.values():
        await carrier.close()


@pytest.fixture
async def centre(
    client: TestClient, pool: Pool, services: Services, clock: MovingClock, line: TwilioLine
) -> VoiceCentre:
    made = VoiceCentre(client, pool, services, clock, line)
    made.connect()
    return made
