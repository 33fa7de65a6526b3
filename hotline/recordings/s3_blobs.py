"""Sealed bytes in an S3-compatible store (MinIO, Ceph, a cloud's): put, get, list and delete over HTTP, signed with version 4."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime
from urllib.parse import urlsplit
from xml.etree import ElementTree

import aiohttp
from yarl import URL

from hotline.base.blobs import BlobMissing, BlobsAway
from hotline.base.clock import Clock
from hotline.recordings.s3_signature import S3Credentials, S3Request, encoded_path, encoded_query, signed

_TIMEOUT = aiohttp.ClientTimeout(total=60, connect=10)
#: An answer that lists keys is read no further than this, in bytes.
_LONGEST_LIST = 4 * 1024**2


class S3Blobs:
    """A store in one bucket, by addresses of the form `https://store/bucket/key`, below `recordings/`."""

    name = "s3"

    def __init__(self, url: str, bucket: str, credentials: S3Credentials, clock: Clock) -> None:
        self._url, self._bucket, self._credentials, self._clock = url.rstrip("/"), bucket, credentials, clock
        self._session: aiohttp.ClientSession | None = None

    async def put(self, key: str, content: bytes) -> None:
        await self._ask("PUT", f"/recordings/{key}", {}, content)

    async def get(self, key: str) -> bytes:
        return await self._ask("GET", f"/recordings/{key}", {})

    async def remove(self, folder: str) -> int:
        """Page by page: what was listed is deleted, until nothing is listed."""
        count = 0
        while keys := await self._listed(f"recordings/{folder}"):
            for key in keys:
                await self._ask("DELETE", f"/{key}", {})
            count += len(keys)
        return count

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def _listed(self, prefix: str) -> list[str]:
        body = await self._ask("GET", "", {"list-type": "2", "max-keys": "1000", "prefix": prefix})
        if len(body) > _LONGEST_LIST or b"<!DOCTYPE" in body:
            raise BlobsAway("the store's list of keys is not one")
        try:
            tree = ElementTree.fromstring(body)  # noqa: S314 # from our own store; entities were refused above
        except ElementTree.ParseError as error:
            raise BlobsAway("the store's list of keys is not XML") from error
        return [found.text or "" for found in tree.iter() if found.tag.rpartition("}")[2] == "Key"]

    async def _ask(self, method: str, path: str, query: Mapping[str, str], content: bytes = b"") -> bytes:
        where = f"{urlsplit(self._url).path}/{self._bucket}{path}"
        host = urlsplit(self._url).netloc
        request = S3Request(method, where, query, {"host": host}, hashlib.sha256(content).hexdigest())
        headers = signed(self._credentials, request, self._now())
        address = f"{self._url.removesuffix(urlsplit(self._url).path)}{encoded_path(where)}"
        address += f"?{encoded_query(query)}" if query else ""
        try:
            async with self._open().request(
                method, URL(address, encoded=True), headers=headers, data=content or None, allow_redirects=False
            ) as found:
                body = await found.read()
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise BlobsAway(f"{host}: {type(error).__name__}") from error
        if found.status == 404 and method == "GET" and not query:
            raise BlobMissing(path)
        if found.status >= 300 and not (method == "DELETE" and found.status == 404):
            raise BlobsAway(f"{host}: {method} answered {found.status}")
        return body

    def _now(self) -> datetime:
        return self._clock.now()

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(timeout=_TIMEOUT)
        return self._session
