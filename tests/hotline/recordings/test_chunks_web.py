"""Pieces of a recording over HTTP: only from who speaks in the call, bounded, once."""

from __future__ import annotations

import base64
import hashlib
import io
from typing import Any

import pytest
from aiohttp import FormData
from aiohttp.test_utils import TestClient

from hotline.base.clock import MovingClock
from hotline.base.db.connection import Pool
from hotline.base.services import Services
from hotline.people.user import User
from hotline.recordings.recording import MAX_CHUNK
from tests.doors import token
from tests.hotline.recordings.sounds import call
from tests.office import Office

PIECE = b"\x1a\x45\xdf\xa3 a piece of sound"


@pytest.fixture
async def office(pool: Pool, services: Services) -> Office:
    async with pool.acquire() as conn, conn.transaction():
        return await Office(conn, services).fill()


async def send(
    client: TestClient,
    pool: Pool,
    services: Services,
    who: User,
    call_id: object,
    content: bytes = PIECE,
    **changed: Any,
) -> tuple[int, dict[str, Any]]:
    """Send a piece as a program does; the status and the answer."""
    query = {
        "take": "take-0001",
        "track": "both",
        "seq": "0",
        "ms": "5000",
        "digest": hashlib.sha256(content).hexdigest(),
    }
    query |= {
        "media_type": "audio/webm;codecs=opus",
        "citizen_levels": base64.urlsafe_b64encode(bytes(50)).decode().rstrip("="),
    }
    form = FormData()
    form.add_field("file", io.BytesIO(content), filename="piece.webm", content_type="audio/webm")
    path = f"/api/v1/calls/{call_id}/recording/chunks"
    answer = await client.post(path, params=query | changed, data=form, headers=await token(pool, services, who))
    return answer.status, await answer.json()


async def test_the_operator_of_the_call_and_nobody_else(
    client: TestClient, pool: Pool, services: Services, clock: MovingClock, office: Office
) -> None:
    ident = await call(pool, clock.now(), operator=office.operator.id)
    status, made = await send(client, pool, services, office.operator, ident)
    assert (status, made.get("seq")) == (201, 0)
    assert await send(client, pool, services, office.operator, ident) == (201, made)
    assert (await send(client, pool, services, office.other, ident))[0] == 403
    assert (await send(client, pool, services, office.liaison, ident))[0] == 403
    assert (await send(client, pool, services, office.operator, 99_999))[0] == 404
    assert (await send(client, pool, services, office.operator, "x"))[0] == 404
    assert await pool.fetchval("SELECT count(*) FROM recording_chunk") == 1


async def test_a_supervisor_who_took_the_call_over_records_it(
    client: TestClient, pool: Pool, services: Services, clock: MovingClock, office: Office
) -> None:
    ident = await call(pool, clock.now(), operator=office.operator.id)
    assert (await send(client, pool, services, office.manager, ident))[0] == 403
    await pool.execute(
        "INSERT INTO call_party (call_id, kind, user_id, invited_at, joined_at) VALUES ($1, 'supervisor', $2, $3, $3)",
        ident,
        office.manager.id,
        clock.now(),
    )
    assert (await send(client, pool, services, office.manager, ident, take="take-0002"))[0] == 201


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"digest": "0" * 64}, "digest"),
        ({"digest": "xyz"}, "digest"),
        ({"take": "../../etc"}, "take"),
        ({"take": "short"}, "take"),
        ({"track": "everybody"}, "track"),
        ({"seq": "-1"}, "seq"),
        ({"seq": "100000"}, "seq"),
        ({"ms": "60001"}, "ms"),
        ({"media_type": "text/html"}, "media_type"),
        ({"citizen_levels": "!!"}, "citizen_levels"),
        ({"unknown": "1"}, "unknown"),
    ],
)
async def test_a_bad_field_is_named(
    client: TestClient,
    pool: Pool,
    services: Services,
    clock: MovingClock,
    office: Office,
    changed: dict[str, str],
    field: str,
) -> None:
    ident = await call(pool, clock.now(), operator=office.operator.id)
    status, said = await send(client, pool, services, office.operator, ident, **changed)
    assert (status, said.get("field")) == (422, field)
    assert await pool.fetchval("SELECT count(*) FROM recording_chunk") == 0


async def test_a_piece_has_a_mebibyte_at_most(
    client: TestClient, pool: Pool, services: Services, clock: MovingClock, office: Office
) -> None:
    ident = await call(pool, clock.now(), operator=office.operator.id)
    assert (await send(client, pool, services, office.operator, ident, b"a" * MAX_CHUNK))[0] == 201
    for size in (1, 100_000):
        status, _ = await send(client, pool, services, office.operator, ident, b"a" * (MAX_CHUNK + size), seq="1")
        assert status == 413
    assert (await send(client, pool, services, office.operator, ident, b"", seq="1"))[0] == 422
