"""The first hundred messages of a real letterbox, each from a phone of its own, as signed SMS to the real program."""

from __future__ import annotations

import asyncio
import csv
import re
from collections import Counter
from pathlib import Path

import aiohttp
import asyncpg
import pytest
from multidict import MultiDict

from hotline.telephony.signature import sign
from tests.carrier import ACCOUNT, NUMBER, TOKEN, carrier
from tests.program import Program, program

pytestmark = [pytest.mark.prove, pytest.mark.timeout(600)]
_WORD = re.compile(r"[\u4e00-\u9fff]{4,6}")


def read(given: Path) -> list[str]:
    with (given / "data/routing/shangluo_train.csv").open(encoding="utf-8-sig", newline="") as file:
        texts = [row["text"] for row in csv.DictReader(file)]
    assert len(texts) >= 100
    return texts[:100]


async def post(session: aiohttp.ClientSession, served: Program, n: int, text: str) -> None:
    """One delivery, and the same once more, as carriers do."""
    fields = {
        "MessageSid": f"SM{n:032d}",
        "From": f"+861391001{n:04d}",
        "To": NUMBER,
        "Body": text,
        "NumMedia": "0",
    }
    headers = {"X-Twilio-Signature": sign(TOKEN, served.url + "/twilio/sms", MultiDict(fields))}
    for _ in range(2):
        async with session.post(served.url + "/twilio/sms", data=fields, headers=headers) as answer:
            assert answer.status == 200


async def test_a_hundred_letters_a_hundred_tickets(given: Path, empty: str, tmp_path: Path) -> None:
    texts = read(given)
    async with (
        carrier() as line,
        program(
            empty,
            tmp_path,
            TWILIO_ACCOUNT_SID=ACCOUNT,
            TWILIO_AUTH_TOKEN=TOKEN,
            TWILIO_NUMBER=NUMBER,
            TWILIO_API_URL=line.url,
        ) as served,
        aiohttp.ClientSession() as session,
    ):
        await served.start()
        status, token, said = await served.run("token", "add", "clerk", "--role", "manager")
        assert status == 0, said
        await asyncio.gather(*(post(session, served, n, text) for n, text in enumerate(texts)))
        conn = await asyncpg.connect(empty)
        for _ in range(600):
            if await conn.fetchval("SELECT count(*) FROM outbox WHERE state IN ('sent', 'delivered')") >= 100:
                break
            await asyncio.sleep(0.1)
        rows = await conn.fetch("SELECT number, owner_id, person_id FROM ticket")
        assert len(rows) == len({row["number"] for row in rows}) == 100
        assert len({row["person_id"] for row in rows}) == 100
        assert all(row["owner_id"] is not None for row in rows)
        assert await conn.fetchval("SELECT count(*) FROM ownership WHERE to_at IS NULL") == 100
        await conn.close()
        heard = Counter(message["To"] for message in line.messages)
        assert len(heard) == 100
        assert set(heard.values()) == {1}
        await _all_found(session, served, token.strip(), texts)


async def _all_found(session: aiohttp.ClientSession, served: Program, token: str, texts: list[str]) -> None:
    """Each ticket is found by a word that stands in it, and its text is whole."""
    headers = {"Authorization": f"Bearer {token}"}
    for text in texts:
        found = _WORD.search(text)
        assert found is not None, text[:40]
        query = {"q": found[0], "limit": "500"}
        async with session.get(served.url + "/api/v1/tickets", params=query, headers=headers) as answer:
            assert answer.status == 200
            items = (await answer.json())["items"]
        assert any(plain(item["text"]) == plain(text) for item in items), text[:60]


def plain(text: str) -> str:
    """A text without the invisible marks at its ends that an SMS loses, its white space folded."""
    return " ".join(text.strip("\u200b\ufeff \n").split())
