"""Ways into the application of a test: a program's token, a browser's session."""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from aiohttp import ClientResponse
from aiohttp.test_utils import TestClient

from hotline.base.db.connection import Pool
from hotline.base.services import Services
from hotline.people import people_sql
from hotline.people.sessions import token_hash
from hotline.people.user import User


async def token(pool: Pool, services: Services, who: User) -> dict[str, str]:
    """The header of a program that acts as this user."""
    made = secrets.token_urlsafe(24)
    async with pool.acquire() as conn:
        await people_sql.insert_token(conn, who.id, token_hash(made), services.clock.now())
    return {"Authorization": f"Bearer {made}"}


@dataclass(frozen=True, slots=True)
class Browser:
    """A browser that is signed in: GET pages, POST forms with their CSRF field; redirects are not followed."""

    client: TestClient
    cookie: str
    csrf: str

    async def get(self, path: str, **more: Any) -> ClientResponse:
        return await self.client.get(path, headers=self._headers, allow_redirects=False, **more)

    async def post(self, path: str, **fields: Any) -> ClientResponse:
        data = {k: v for k, v in fields.items() if v is not None} | {"csrf": self.csrf}
        return await self.client.post(path, data=data, headers=self._headers, allow_redirects=False)

    @property
    def _headers(self) -> dict[str, str]:
        return {"Cookie": f"hotline={self.cookie}"}


async def browser(client: TestClient, pool: Pool, services: Services, who: User) -> Browser:
    """Somebody at a browser, signed in."""
    made, now = secrets.token_urlsafe(24), services.clock.now()
    async with pool.acquire() as conn:
        await people_sql.insert_session(conn, token_hash(made), who.id, {}, now, now + timedelta(hours=12), "test")
    csrf = hmac.digest(services.keys.cookie, made.encode(), "sha256").hex()[:32]
    return Browser(client, made, csrf)
