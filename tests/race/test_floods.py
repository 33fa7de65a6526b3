"""Work that anybody may ask for without an account does not hold up a citizen's message (architecture.md, rule 6)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import aiohttp
import pytest

from hotline.base.db.embedded import embedded
from tests.carrier import ACCOUNT, NUMBER, TOKEN, carrier
from tests.program import Program, program, reachable
from tests.race.test_kills import post

pytestmark = pytest.mark.race
#: Seconds within which a true delivery is answered beside each flood; the carrier waits 15.
WITHIN = 1.5
Flood = Callable[[aiohttp.ClientSession, Program], Awaitable[list[int]]]


@pytest.fixture
async def served(tmp_path: Path) -> AsyncIterator[Program]:
    async with (
        carrier() as line,
        embedded(reachable(tmp_path), durable=False) as dsn,
        program(
            dsn,
            tmp_path,
            TWILIO_ACCOUNT_SID=ACCOUNT,
            TWILIO_AUTH_TOKEN=TOKEN,
            TWILIO_NUMBER=NUMBER,
            TWILIO_API_URL=line.url,
        ) as made,
    ):
        await made.start()
        await made.run("user", "add", "somebody", "--role", "operator")
        yield made


async def sign_ins(session: aiohttp.ClientSession, served: Program) -> list[int]:
    """Sixty people (or one program) sign in at the same moment with wrong passwords, half of them as somebody real."""

    async def one(n: int) -> int:
        form = {"name": "somebody" if n % 2 else f"nobody{n}", "password": "wrong " * 20}
        async with session.post(served.url + "/login", data=form) as answer:
            return answer.status

    return list(await asyncio.gather(*(one(n) for n in range(60))))


async def forms_of_a_thousand_parts(session: aiohttp.ClientSession, served: Program) -> list[int]:
    """Ten connections post forms of 68 KB in a thousand parts to the carrier's addresses and to the sign-in."""
    parts = "".join(f'--x\r\nContent-Disposition: form-data; name="{n:04d}"\r\n\r\n\r\n' for n in range(1100))
    body = (parts + "--x--\r\n").encode()

    async def one(path: str) -> list[int]:
        found = []
        for signature in ("", "Zm9yZ2Vk"):
            headers = {"Content-Type": "multipart/form-data; boundary=x", "X-Twilio-Signature": signature}
            async with session.post(served.url + path, data=body, headers=headers) as answer:
                found.append(answer.status)
        return found

    paths = ("/twilio/sms", "/twilio/voice", "/twilio/sms/status", "/login", "/track/ticket") * 2
    return [status for several in await asyncio.gather(*(one(path) for path in paths)) for status in several]


async def without_an_end(session: aiohttp.ClientSession, served: Program) -> list[int]:
    """Bodies that never say how long they are."""

    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(200):
            yield b"a=1&" * 4096

    async def one() -> int:
        headers = {"Content-Type": "application/x-www-form-urlencoded", "X-Twilio-Signature": "Zm9yZ2Vk"}
        async with session.post(served.url + "/twilio/sms", data=chunks(), headers=headers) as answer:
            return answer.status

    return list(await asyncio.gather(*(one() for _ in range(10))))


@pytest.mark.parametrize(
    ("flood", "refused"),
    [(sign_ins, {422, 429}), (forms_of_a_thousand_parts, {403, 404, 415}), (without_an_end, {413})],
)
async def test_a_true_delivery_is_answered_beside_it(served: Program, flood: Flood, refused: set[int]) -> None:
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(connector=connector) as attacker, aiohttp.ClientSession() as line:
        assert await post(line, served, 0) == 200
        under_way = asyncio.create_task(flood(attacker, served))
        n = 0
        while not under_way.done() or n < 3:
            n += 1
            began = asyncio.get_running_loop().time()
            assert await post(line, served, n) == 200
            assert asyncio.get_running_loop().time() - began < WITHIN
            await asyncio.sleep(0.05)
        assert set(await under_way) <= refused
    assert "Traceback" not in served.said()
