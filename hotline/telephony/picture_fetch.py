"""Fetching a picture from the carrier: its own hosts only, a few redirects, so many bytes, and nothing but a picture."""

from __future__ import annotations

from collections.abc import AsyncIterator
from urllib.parse import urljoin

import aiohttp
from yarl import URL

from hotline.base.provider import NoPicture, Unreachable
from hotline.telephony.media_urls import located

_REDIRECTS = 3
PICTURES = ("image/", "application/pdf", "application/octet-stream", "binary/octet-stream")
_PIECE = 64 * 1024


async def fetch(address: str, base: str, login: str, most: int, kinds: tuple[str, ...] = PICTURES) -> bytes:
    """The picture at `address`, whole: see `pieces`."""
    return b"".join([piece async for piece in pieces(address, base, login, most, kinds)])


async def pieces(address: str, base: str, login: str, most: int, kinds: tuple[str, ...]) -> AsyncIterator[bytes]:
    """What the carrier keeps at `address`, as it comes; its content type begins with one of `kinds`. `login`, the name and password as a header has
    them, goes to the carrier's API at `base` and never along with a redirect elsewhere.

    Raises NoPicture, Unreachable, and what aiohttp raises.
    """
    # a session of its own: no cookies, no proxy of the surroundings, nothing unpacked that was packed
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar(), auto_decompress=False) as session:
        for _ in range(_REDIRECTS + 1):
            where = located(address, base)
            if where is None:
                raise NoPicture("address")
            async with session.get(
                URL(where.url, encoded=True),
                allow_redirects=False,
                headers={"Accept-Encoding": "identity"} | ({"Authorization": login} if where.api else {}),
            ) as answer:
                if answer.status in {301, 302, 303, 307, 308}:
                    address = urljoin(where.url, answer.headers.get("Location", ""))
                    continue
                async for piece in _content(answer, most, kinds):
                    yield piece
                return
    raise NoPicture("address")


async def _content(answer: aiohttp.ClientResponse, most: int, kinds: tuple[str, ...]) -> AsyncIterator[bytes]:
    if answer.status == 410:
        raise NoPicture("gone")
    if answer.status != 200:
        raise Unreachable(f"the carrier says {answer.status}")
    packed = answer.headers.get("Content-Encoding", "identity").lower() != "identity"
    if packed or not answer.content_type.startswith(kinds):
        raise NoPicture("kind")
    if (answer.content_length or 0) > most:
        raise NoPicture("large")
    size = 0
    async for piece in answer.content.iter_chunked(_PIECE):
        size += len(piece)
        if size > most:
            raise NoPicture("large")
        yield piece
