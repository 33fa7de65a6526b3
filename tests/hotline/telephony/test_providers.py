"""One conformance suite for whatever carries messages: the simulator, and Twilio's client against a server like Twilio's."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from hotline.base.config import Settings
from hotline.base.db.connection import Pool
from hotline.base.provider import Parcel, Provider, Refused, Uncertain, Unreachable
from hotline.telephony import twilio as twilio_module
from hotline.telephony.simulator import Simulator
from hotline.telephony.twilio import Twilio
from tests.carrier import ACCOUNT, NUMBER, TOKEN, Carrier, carrier

PARCEL = Parcel("+8613900000001", "【1890】您反映的事项已受理。", "http://x.test/twilio/sms/status?outbox=7")
CALL = Parcel(
    "+8613900000001",
    "",
    "http://x.test/twilio/voice/status?outbox=8",
    "http://x.test/twilio/voice/page?outbox=8",
)


def settings_for(url: str) -> Settings:
    return Settings(
        _env_file=None,
        TWILIO_ACCOUNT_SID=ACCOUNT,
        TWILIO_AUTH_TOKEN=TOKEN,
        TWILIO_NUMBER=NUMBER,
        TWILIO_API_URL=url,
    )  # type: ignore[call-arg]


@pytest.fixture
async def twilio() -> AsyncIterator[tuple[Twilio, Carrier]]:
    async with carrier() as made:
        provider = Twilio(settings_for(made.url))
        yield provider, made
        await provider.close()


@pytest.fixture(params=["simulator", "twilio"])
async def provider(request: pytest.FixtureRequest) -> AsyncIterator[Provider]:
    if request.param == "simulator":
        yield Simulator()
        return
    async with carrier() as made:
        provider = Twilio(settings_for(made.url))
        yield provider
        await provider.close()


async def test_each_message_has_an_id_of_its_own(provider: Provider, pool: Pool) -> None:
    now = datetime.now(UTC)
    first = await provider.send_sms(pool, PARCEL, now)
    second = await provider.send_sms(pool, PARCEL, now)
    assert first != second
    assert first.startswith("SM")


async def test_a_call_has_an_id(provider: Provider, pool: Pool) -> None:
    assert (await provider.call(pool, CALL, datetime.now(UTC))).startswith("CA")


async def test_what_was_taken_is_found_again(provider: Provider, pool: Pool) -> None:
    now = datetime.now(UTC)
    sid = await provider.send_sms(pool, PARCEL, now)
    assert await provider.look_up(pool, PARCEL.to, PARCEL.body, now - timedelta(minutes=1), False) == [sid]


@pytest.mark.parametrize(
    ("to", "body"), [("+8613900000002", PARCEL.body), (PARCEL.to, "【1890】另一条。")], ids=["phone", "words"]
)
async def test_only_what_was_asked_for_is_found(provider: Provider, pool: Pool, to: str, body: str) -> None:
    now = datetime.now(UTC)
    await provider.send_sms(pool, PARCEL, now)
    assert await provider.look_up(pool, to, body, now - timedelta(minutes=1), False) == []


async def test_a_call_is_found_again(provider: Provider, pool: Pool) -> None:
    now = datetime.now(UTC)
    sid = await provider.call(pool, CALL, now)
    assert await provider.look_up(pool, CALL.to, CALL.body, now - timedelta(minutes=1), True) == [sid]


async def test_what_was_sent_an_hour_before_is_not_this_message(provider: Provider, pool: Pool) -> None:
    now = datetime.now(UTC)
    await provider.send_sms(pool, PARCEL, now)
    assert await provider.look_up(pool, PARCEL.to, PARCEL.body, now + timedelta(hours=1), False) == []


@pytest.mark.parametrize(
    ("mood", "raised"),
    [
        ("400", Refused),
        ("404", Refused),
        ("429", Unreachable),
        ("500", Uncertain),
        ("503", Uncertain),
        ("lose", Uncertain),
    ],
)
async def test_what_went_wrong_is_told_apart(
    twilio: tuple[Twilio, Carrier], pool: Pool, mood: str, raised: type[Exception]
) -> None:
    """Refused: never again; unreachable: nothing left; uncertain: look it up first (architecture.md, rule 5)."""
    provider, made = twilio
    made.mood = mood
    with pytest.raises(raised):
        await provider.send_sms(pool, PARCEL, datetime.now(UTC))
    assert len(made.messages) == (1 if mood == "lose" else 0)


async def test_silence_is_uncertain(
    twilio: tuple[Twilio, Carrier], pool: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    provider, made = twilio
    monkeypatch.setattr(twilio_module, "_TIMEOUT", 0.3)
    made.mood = "hang"
    with pytest.raises(Uncertain):
        await provider.send_sms(pool, PARCEL, datetime.now(UTC))


async def test_a_closed_door_is_unreachable(pool: Pool) -> None:
    provider = Twilio(settings_for("http://127.0.0.1:9"))
    with pytest.raises(Unreachable):
        await provider.send_sms(pool, PARCEL, datetime.now(UTC))
    await provider.close()


async def test_a_look_up_that_fails_finds_out_nothing(twilio: tuple[Twilio, Carrier], pool: Pool) -> None:
    provider, made = twilio
    made.mood = "500"
    with pytest.raises(Unreachable):
        await provider.look_up(pool, PARCEL.to, PARCEL.body, datetime.now(UTC), False)


async def test_twilio_is_told_where_receipts_go(twilio: tuple[Twilio, Carrier], pool: Pool) -> None:
    provider, made = twilio
    await provider.send_sms(pool, PARCEL, datetime.now(UTC))
    await provider.call(pool, CALL, datetime.now(UTC))
    wanted: dict[str, Any] = {
        "To": PARCEL.to,
        "From": NUMBER,
        "Body": PARCEL.body,
        "StatusCallback": PARCEL.callback,
    }
    assert wanted.items() <= made.messages[0].items()
    assert {"To": CALL.to, "Url": CALL.twiml, "StatusCallback": CALL.callback}.items() <= made.calls[0].items()
