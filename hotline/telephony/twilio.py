"""Twilio as a provider. Its client has no base-URL setting: the HTTP client below puts our host in place of its own."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import aiohttp
from twilio.base import values
from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.http.async_http_client import AsyncTwilioHttpClient
from twilio.http.response import Response
from twilio.rest import Client

from hotline.base.config import TWILIO_URL, Settings
from hotline.base.db.connection import Pool
from hotline.base.provider import Parcel, Refused, Uncertain, Unreachable
from hotline.base.text.phones import dialled
from hotline.telephony.picture_fetch import fetch, pieces

_TIMEOUT = 20.0
#: The carrier's clock and ours may differ so much.
_SKEW = timedelta(minutes=2)


class Elsewhere(AsyncTwilioHttpClient):  # type: ignore[misc] # the library has no types
    """Sends Twilio's requests to TWILIO_API_URL; the name and password go in the header, as aiohttp wants them now."""

    def __init__(self, base: str) -> None:
        super().__init__()
        self._base = urlsplit(base)

    async def request(self, method: str, url: str, *args: Any, **kwargs: Any) -> Response:
        if self._base.geturl() != TWILIO_URL:
            parts = urlsplit(url)
            url = urlunsplit((self._base.scheme, self._base.netloc, self._base.path + parts.path, parts.query, ""))
        login = kwargs.pop("auth", None)
        if login is not None:
            kwargs["headers"] = {**(kwargs.get("headers") or {}), "Authorization": _basic(*login)}
        return await super().request(method, url, *args, **kwargs)


class Twilio:
    """The provider behind TWILIO_* settings."""

    name = "twilio"
    per_second = 100

    def __init__(self, settings: Settings) -> None:
        self.number = settings.twilio_number or ""
        self.account = settings.twilio_account_sid or ""
        self.base = settings.twilio_api_url
        self._token = settings.twilio_auth_token or ""
        self._http: Elsewhere | None = None

    def _client(self) -> Client:
        if self._http is None:  # made where the loop runs
            self._http = Elsewhere(self.base)
        return Client(self.account, self._token, http_client=self._http)

    async def send_sms(self, pool: Pool, parcel: Parcel, now: datetime) -> str:
        async def send(client: Client) -> str:
            made = await client.messages.create_async(
                to=parcel.to, from_=self._sender(parcel), body=parcel.body, status_callback=parcel.callback
            )
            return str(made.sid)

        return str(await self.exchange(send))

    def _sender(self, parcel: Parcel) -> str:
        """The address that was written to; at a messenger by its name."""
        messenger, there, _ = parcel.to.partition(":")
        return parcel.sender or (f"{messenger}:{self.number}" if there else self.number)

    async def call(self, pool: Pool, parcel: Parcel, now: datetime) -> str:
        async def place(client: Client) -> str:
            to, digits = dialled(parcel.to)
            made = await client.calls.create_async(
                to=to,
                send_digits=digits or values.unset,
                from_=self.number,
                url=parcel.twiml,
                status_callback=parcel.callback,
                timeout=25,
            )
            return str(made.sid)

        return str(await self.exchange(place))

    async def look_up(self, pool: Pool, to: str, body: str, since: datetime, voice: bool) -> list[str]:
        async def find(client: Client) -> list[str]:
            if voice:
                calls = await client.calls.list_async(to=dialled(to)[0], from_=self.number, limit=50)
                return [str(call.sid) for call in calls if _since(call, since)]
            found = await client.messages.list_async(
                to=to,
                from_=values.unset if ":" in to else self.number,
                date_sent_after=since - timedelta(days=1),
                limit=50,
            )
            return [str(m.sid) for m in found if (m.body or "").endswith(body) and _since(m, since)]

        try:
            return list(await self.exchange(find))
        except (Refused, Uncertain) as error:
            raise Unreachable(str(error)) from error

    async def picture(self, pool: Pool, address: str, most: int) -> bytes:
        try:
            async with asyncio.timeout(_TIMEOUT):
                return await fetch(address, self.base, self._login, most)
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            raise Unreachable(f"{type(error).__name__}: {error}") from error

    async def media(self, address: str, most: int, kinds: tuple[str, ...]) -> AsyncIterator[bytes]:
        """A file that the carrier keeps, as it comes, of at most so many bytes and of these kinds. Raises NoPicture, Unreachable."""
        try:
            async for piece in pieces(address, self.base, self._login, most, kinds):
                yield piece
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            raise Unreachable(f"{type(error).__name__}: {error}") from error

    @property
    def _login(self) -> str:
        return _basic(self.account, self._token)

    async def exchange(self, work: Any, within: float = _TIMEOUT) -> Any:
        """Run one exchange with the client; what went wrong is told as the Protocol has it: Refused, Unreachable, Uncertain."""
        client = self._client()
        try:
            async with asyncio.timeout(within):
                return await work(client)
        except TwilioRestException as error:
            said = f"{error.status} {error.code or ''} {error.msg}".strip()
            if error.status == 429:
                raise Unreachable(said) from error
            if 400 <= error.status < 500:
                raise Refused(said, str(error.code or "")) from error
            raise Uncertain(said) from error
        except aiohttp.ClientConnectorError as error:
            raise Unreachable(f"{type(error).__name__}: {error}") from error
        except (TwilioException, aiohttp.ClientError, TimeoutError, OSError, ValueError, KeyError) as error:
            raise Uncertain(f"{type(error).__name__}: {error}") from error

    async def close(self) -> None:
        """Close the connections."""
        if self._http is not None:
            await self._http.close()
            self._http = None


def _basic(name: str, password: str) -> str:
    """The header that says who asks."""
    return "Basic " + base64.b64encode(f"{name}:{password}".encode()).decode()


def _since(item: Any, since: datetime) -> bool:
    """Whether the carrier made it after `since`, as far as it says when."""
    return item.date_created is None or item.date_created >= since - _SKEW
