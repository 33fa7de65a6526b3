"""Twilio as far as the hotline uses it: a server of its own that keeps what it was given, for tests of the real client."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime

from aiohttp import web

ACCOUNT, TOKEN, NUMBER = "AC" + "1" * 32, "t" * 32, "+15005550006"


@dataclass(slots=True)
class Carrier:
    """What was handed over, in order; `media`: pictures by path, or where they are.

    `mood` makes the next exchange fail: a status (`400/21610`: with the carrier's code), or `hang`, or `lose` (taken, no answer).
    """

    messages: list[dict[str, str]] = field(default_factory=list)
    calls: list[dict[str, str]] = field(default_factory=list)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    mood: str = ""
    url: str = ""
    media: dict[str, web.Response | str] = field(default_factory=dict)
    fetched: list[tuple[str, bool]] = field(default_factory=list)

    async def get_media(self, request: web.Request) -> web.Response:
        """A picture by its path, or where it is; whether our name came along is kept."""
        self.fetched.append((request.path, "Authorization" in request.headers))
        found = self.media.get(request.path)
        if isinstance(found, str):
            return web.Response(status=307, headers={"Location": found})
        if found is None:
            return web.json_response({"code": 20404}, status=404)
        return web.Response(body=found.body, status=found.status, headers=found.headers)

    async def _made(self, request: web.Request, kept: list[dict[str, str]], prefix: str) -> web.Response:
        fields = {k: str(v) for k, v in (await request.post()).items()}
        mood, self.mood = self.mood, ""
        status, _, code = mood.partition("/")
        if status.isdigit():
            said = {"code": int(code or 20001), "message": "no", "status": int(status)}
            return web.json_response(said, status=int(status))
        if mood == "hang":
            await asyncio.sleep(60)
        sid = prefix + secrets.token_hex(16)
        now = datetime.now(UTC)
        kept.append(fields | {"Sid": sid, "At": now.isoformat()})
        if mood == "lose":
            assert request.transport is not None
            request.transport.abort()
        return web.json_response(self._shown(kept[-1]), status=201)

    def _shown(self, kept: dict[str, str]) -> dict[str, object]:
        at = format_datetime(datetime.fromisoformat(kept["At"]))
        return {
            "sid": kept["Sid"],
            "to": kept["To"],
            "from": kept["From"],
            "body": kept.get("Body"),
            "status": "queued",
            "date_created": at,
            "date_sent": at,
            "date_updated": at,
            "account_sid": ACCOUNT,
        }

    async def post_message(self, request: web.Request) -> web.Response:
        return await self._made(request, self.messages, "SM")

    async def post_call(self, request: web.Request) -> web.Response:
        return await self._made(request, self.calls, "CA")

    async def get_messages(self, request: web.Request) -> web.Response:
        return self._listed(request, "messages", self.messages)

    async def get_calls(self, request: web.Request) -> web.Response:
        return self._listed(request, "calls", self.calls)

    def _listed(self, request: web.Request, name: str, kept: list[dict[str, str]]) -> web.Response:
        if self.mood.isdigit():
            status, self.mood = int(self.mood), ""
            return web.json_response({"code": 20001, "message": "no", "status": status}, status=status)
        wanted = request.query
        self.asked.append((name, dict(wanted)))
        found = [
            self._shown(m)
            for m in reversed(kept)
            if m["To"] == wanted.get("To", m["To"]) and m["From"] == wanted.get("From", m["From"])
        ]
        return web.json_response({name: found, "page": 0, "page_size": 50, "next_page_uri": None, "uri": ""})


@asynccontextmanager
async def carrier() -> AsyncIterator[Carrier]:
    """A carrier on a free loopback port."""
    made = Carrier()
    app = web.Application()
    base = f"/2010-04-01/Accounts/{ACCOUNT}"
    app.router.add_post(base + "/Messages.json", made.post_message)
    app.router.add_get(base + "/Messages.json", made.get_messages)
    app.router.add_post(base + "/Calls.json", made.post_call)
    app.router.add_get(base + "/Calls.json", made.get_calls)
    app.router.add_get(base + "/Messages/{message}/Media/{media}", made.get_media)
    app.router.add_get("/media/{name}", made.get_media)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    made.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield made
    finally:
        await runner.cleanup()
