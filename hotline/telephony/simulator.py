"""The simulator as a provider: holds messages in a table and posts the same signed webhooks to our own handlers."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import re
import secrets
from collections.abc import AsyncIterator, Mapping
from datetime import datetime
from urllib.parse import urlsplit

import aiohttp
import asyncpg
from aiohttp import web
from multidict import MultiDict

from hotline.base.config import Settings
from hotline.base.db.connection import Conn, Pool
from hotline.base.http.live import CHANNEL, LiveKind, news
from hotline.base.http.route import POOL, SERVICES
from hotline.base.keys import Keys
from hotline.base.provider import NoPicture, Parcel, Uncertain, Unreachable
from hotline.telephony import telephony_sql
from hotline.telephony.signature import sign, tokens

log = logging.getLogger(__name__)
#: Where this process listens, for the webhooks that the simulator posts.
LISTENS: web.AppKey[str] = web.AppKey("listens")
LINE: web.AppKey[aiohttp.ClientSession] = web.AppKey("line")
_PAUSE = 0.5
_PICTURE = re.compile(r"/simulator/pictures/(SM[0-9a-f]{32})/(\d)$")


class Simulator:
    """The provider where no TWILIO_* settings are."""

    name = "simulator"
    per_second = 200

    async def send_sms(self, pool: Pool, parcel: Parcel, now: datetime) -> str:
        return await self._hold(pool, "sms", parcel, now)

    async def call(self, pool: Pool, parcel: Parcel, now: datetime) -> str:
        return await self._hold(pool, "voice", parcel, now)

    async def _hold(self, pool: Pool, channel: str, parcel: Parcel, now: datetime) -> str:
        sid = ("SM" if channel == "sms" else "CA") + secrets.token_hex(16)
        try:
            async with pool.acquire() as conn:
                await hold(conn, sid, "out", channel, parcel.to, parcel.body, parcel.callback, parcel.twiml, now)
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            raise Uncertain(str(error)) from error
        return sid

    async def look_up(self, pool: Pool, to: str, body: str, since: datetime, voice: bool) -> list[str]:
        try:
            async with pool.acquire() as conn:
                return await telephony_sql.find_simulated(conn, to, body, since, "voice" if voice else "sms")
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            raise Unreachable(str(error)) from error

    async def picture(self, pool: Pool, address: str, most: int) -> bytes:
        """A picture that the simulated carrier holds; no other address is looked at."""
        match = _PICTURE.search(address)
        if match is None:
            raise NoPicture("address")
        try:
            async with pool.acquire() as conn:
                content: bytes | None = await telephony_sql.simulated_picture(conn, match[1], int(match[2]))
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            raise Unreachable(str(error)) from error
        if content is None:
            raise NoPicture("gone")
        if len(content) > most:
            raise NoPicture("large")
        return content

    async def close(self) -> None:
        """Nothing is kept open."""


async def hold(
    conn: Conn,
    sid: str,
    direction: str,
    channel: str,
    phone: str,
    body: str,
    callback: str,
    twiml: str,
    now: datetime,
) -> None:
    """A message that the simulated carrier holds; pages that show phones hear of it when it is committed."""
    said = news("simulator", LiveKind.SMS)
    await telephony_sql.insert_simulated(
        conn, sid, direction, channel, phone, body, callback, twiml, now, CHANNEL, said
    )


def envelope(
    settings: Settings, keys: Keys, path: str, fields: Mapping[str, str]
) -> tuple[dict[str, str], dict[str, str]]:
    """Headers and form of a signed webhook to `path` (with query) of ours."""
    form = {"AccountSid": "AC" + "0" * 32, **fields}
    url = settings.public_url + path
    return {"X-Twilio-Signature": sign(tokens(settings, keys)[0], url, MultiDict(form))}, form


async def post(app: web.Application, path: str, fields: Mapping[str, str]) -> str:
    """Post a signed webhook to our own handler over HTTP; returns the answer's text. Raises aiohttp.ClientError."""
    headers, form = envelope(app[SERVICES].settings, app[SERVICES].keys, path, fields)
    async with app[LINE].post(app[LISTENS] + path, data=form, headers=headers) as answer:
        answer.raise_for_status()
        return await answer.text()


async def line(app: web.Application) -> AsyncIterator[None]:
    """The simulated carrier's connections to us, and its receipts, while the program serves."""
    if app[SERVICES].settings.has_twilio:
        yield
        return
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=10)) as session:
        app[LINE] = session
        task = asyncio.create_task(_deliver(app))
        yield
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def _deliver(app: web.Application) -> None:
    """Every simulated message is delivered, and says so by a signed webhook."""
    while True:
        await asyncio.sleep(_PAUSE)
        if LISTENS not in app:
            continue
        try:
            async with app[POOL].acquire() as conn:
                rows = await telephony_sql.take_receipts(conn, app[SERVICES].clock.now())
            await asyncio.gather(*(_receipt(app, row) for row in rows))
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            log.warning("simulator: %s", error)


async def _receipt(app: web.Application, row: telephony_sql.TakeReceiptsRow) -> None:
    parts = urlsplit(row.callback)
    name = "MessageStatus" if row.channel == "sms" else "CallStatus"
    fields = {
        "MessageSid" if row.channel == "sms" else "CallSid": row.sid,
        "To": row.phone,
        name: "delivered" if row.channel == "sms" else "completed",
    }
    try:
        await post(app, f"{parts.path}?{parts.query}", fields)
    except aiohttp.ClientError:
        async with app[POOL].acquire() as conn:
            await telephony_sql.return_receipt(conn, row.sid)
