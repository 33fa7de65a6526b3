"""Twilio's REST API for calls, with the real client against a double of Twilio Voice."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from hotline.base.provider import Refused, Uncertain, Unreachable
from hotline.telephony.music import RATE, music
from hotline.telephony.twilio import Twilio
from hotline.telephony.twilio_calls import Audience, TwilioCalls
from tests.hotline.telephony.test_providers import settings_for
from tests.hotline.telephony.twilio_line import Leg, TwilioLine
from tests.hotline.telephony.twilio_rest import twilio_line

PUBLIC = "https://1890.example.cn"
NOW = datetime.now(UTC)


@pytest.fixture
async def made() -> AsyncIterator[tuple[TwilioCalls, TwilioLine]]:
    async with twilio_line() as line:
        provider = Twilio(settings_for(line.url))
        yield TwilioCalls(provider, PUBLIC), line
        await provider.close()


async def place(calls: TwilioCalls, to: str = "client:line-7") -> str:
    return await calls.place(to, "/twilio/voice/line?leg=1", "/twilio/voice/leg?leg=1", 15)


async def test_a_line_is_rung_with_documents_and_statuses_of_ours(made: tuple[TwilioCalls, TwilioLine]) -> None:
    calls, line = made
    sid = await place(calls)
    ((name, asked),) = line.asked
    assert (name, asked["To"], asked["Timeout"]) == ("place", "client:line-7", "15")
    assert asked["Url"] == f"{PUBLIC}/twilio/voice/line?leg=1"
    assert asked["StatusCallback"] == f"{PUBLIC}/twilio/voice/leg?leg=1"
    assert await calls.find("client:line-7", NOW - timedelta(minutes=1)) == [sid]
    assert await calls.find("client:line-7", datetime.now(UTC) + timedelta(minutes=1)) == []


async def test_an_extension_is_dialled_after_the_number(made: tuple[TwilioCalls, TwilioLine]) -> None:
    calls, line = made
    await place(calls, "+864366221890;ext=12")
    assert (line.asked[0][1]["To"], line.asked[0][1]["SendDigits"]) == ("+864366221890", "wwww12")


async def test_what_has_ended_is_ended(made: tuple[TwilioCalls, TwilioLine]) -> None:
    calls, line = made
    sid = await place(calls)
    line.legs[sid].status = "completed"
    await calls.end(sid)
    await calls.end("CA" + "0" * 32)
    await calls.close_room("CF" + "0" * 32)
    await calls.set_audience("CF" + "0" * 32, [Audience(sid, True, False)], "/twilio/voice/hold")
    with pytest.raises(Refused):
        await calls.redirect(sid, "/twilio/voice/join?call=1")


@pytest.mark.parametrize(
    ("mood", "error"), [("503", Uncertain), ("429", Unreachable), ("400/21211", Refused), ("lose", Uncertain)]
)
async def test_errors_are_the_providers(
    made: tuple[TwilioCalls, TwilioLine], mood: str, error: type[Exception]
) -> None:
    calls, line = made
    line.mood = mood
    with pytest.raises(error):
        await place(calls)
    assert len(await calls.find("client:line-7", NOW - timedelta(minutes=1))) == (mood == "lose")


async def test_a_whisper_is_for_one_alone(made: tuple[TwilioCalls, TwilioLine]) -> None:
    calls, line = made
    for sid in ("CAa", "CAb"):
        line.legs[sid] = Leg(sid, "x", "y", True, status="in-progress", room="call-5")
    line.room("call-5", "").begun = True
    room = await calls.room("call-5")
    assert room is not None
    sid = await calls.invite("call-5", "client:line-9", "/twilio/voice/leg?leg=2", 20, "leg-2", "/h")
    line.legs[sid].status = "in-progress"
    await calls.set_audience(room, [Audience(sid, False, False, "CAb")], "/h")
    citizen, operator, supervisor = (line.legs[x] for x in ("CAa", "CAb", sid))
    assert line.hears(operator, supervisor)
    assert not line.hears(citizen, supervisor)
    assert line.hears(supervisor, citizen)
    await calls.set_audience(room, [Audience(sid, False, False)], "/h")
    assert line.hears(citizen, supervisor)
    await calls.set_audience(room, [Audience(sid, False, True)], "/h")
    assert not line.hears(operator, supervisor)
    assert await calls.room("call-6") is None


async def test_a_recording_has_both_sides_apart(made: tuple[TwilioCalls, TwilioLine]) -> None:
    calls, line = made
    sid = await place(calls)
    recording = await calls.record(sid, "/twilio/voice/recorded")
    assert line.asked[-1][1]["RecordingChannels"] == "dual"
    assert b"".join([piece async for piece in calls.recording(recording)]) == line.audio


async def test_the_list_of_a_day_has_all_pages_and_nothing_of_other_days(made: tuple[TwilioCalls, TwilioLine]) -> None:
    calls, line = made
    start = datetime(2026, 11, 28, 16, tzinfo=UTC)
    edges = [
        start - timedelta(seconds=1),
        start,
        start + timedelta(hours=23, minutes=59, seconds=59),
        start + timedelta(days=1),
    ]
    for n, at in enumerate([*edges, *[start + timedelta(hours=1)] * 2_500]):
        line.legs[f"CA{n:032x}"] = Leg(f"CA{n:032x}", "+15005550006", "+8613900000001", n % 2 == 0, at=at)
    found = await calls.calls_of(start, start + timedelta(days=1))
    assert len(found) == 2_502
    assert {c.at for c in found} == {edges[1], edges[2], start + timedelta(hours=1)}
    assert sum(c.inbound for c in found) == 1_251
    assert found[0].sender == "+8613900000001"


def test_the_music_is_a_telephones_and_no_silence() -> None:
    made = music()
    assert made[:4] == b"RIFF"
    assert len(made) == 44 + 2 * 16 * RATE
    assert max(abs(x - 256 if x > 127 else x) for x in made[45::2]) > 20
