"""Live news to open pages: sent with PostgreSQL's NOTIFY when the causing transaction commits, so every process gets
it.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import asyncpg
import orjson
from aiohttp import web

from hotline.base.db.connection import Conn, connect

CHANNEL = "hotline_live"
NOTIFY = "SELECT pg_notify($1, $2)"
#: Seconds; a page takes its stream for frozen after 25 (static/js/live.js).
BEAT_EVERY = 10
#: Seconds between two looks whether the listener's session still holds.
MAY_EVERY = 20
log = logging.getLogger(__name__)


class LiveKind(StrEnum):
    """What news is about; a page hears each as `live:KIND` (static/js/live.js), and a test that each is sent and heard."""

    TICKET = "ticket"
    CALL = "call"
    #: A browser that is a telephone line has signals or commands to fetch.
    LINE = "line"
    SHIFT = "shift"
    OUTAGE = "outage"
    ALARM = "alarm"
    SMS = "sms"
    #: Somebody opened or closed a ticket's page.
    PRESENCE = "presence"
    SHEET = "sheet"
    #: The stream was away: what was told meanwhile was not heard.
    RESET = "reset"
    #: Nothing happened; the stream is alive.
    BEAT = "beat"


async def notify(conn: Conn, topics: str | Iterable[str], kind: LiveKind, **data: object) -> None:
    """Send news to the open pages that listen to these topics (`centre`, `user:ID`, `department:ID`, `line:NAME` for a
    citizen's browser, `simulator`), when
    the transaction commits.

    `data` is small and holds no personal words: ids and numbers only.
    """
    await conn.execute(NOTIFY, CHANNEL, news(topics, kind, **data))


def news(topics: str | Iterable[str], kind: LiveKind, **data: object) -> str:
    """The payload for `CHANNEL`, for SQL statements that call pg_notify themselves."""
    several = [topics] if isinstance(topics, str) else list(topics)
    return orjson.dumps({"topics": several, "kind": kind, "data": data}).decode()


@dataclass(slots=True, eq=False)
class Listener:
    """One open page."""

    topics: frozenset[str]
    queue: asyncio.Queue[tuple[str, str]] = field(default_factory=lambda: asyncio.Queue(200))


@dataclass(slots=True)
class Live:
    """One listening connection of this process, and the open pages that it serves."""

    dsn: str
    listeners: set[Listener] = field(default_factory=set)

    async def run(self) -> None:
        """Listen for ever; after a lost connection every page gets `reset` and loads itself again."""
        while True:
            try:
                await self._listen()
            except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
                log.warning("live: the database is out of reach, trying again")
            await asyncio.sleep(1)

    async def _listen(self) -> None:
        """Listen until the connection is lost. If it is cancelled no connection stays open."""
        conn = await connect(self.dsn)
        try:
            gone = asyncio.Event()
            conn.add_termination_listener(lambda _c: gone.set())
            await conn.add_listener(CHANNEL, self._heard)
            self._spread(LiveKind.RESET, "{}", None)
            await gone.wait()
        finally:
            conn.terminate()

    def close(self) -> None:
        """End the streams of all open pages, because this process stops; they connect again to another."""
        self._spread("", "", None)

    def _heard(self, _conn: object, _pid: int, _channel: str, payload: object) -> None:
        news: dict[str, Any] = orjson.loads(str(payload))
        self._spread(news["kind"], orjson.dumps(news["data"]).decode(), set(news["topics"]))

    def _spread(self, kind: str, data: str, topics: set[str] | None) -> None:
        for listener in self.listeners:
            if topics is None or topics & listener.topics:
                if listener.queue.full():
                    listener.queue.get_nowait()
                listener.queue.put_nowait((kind, data))

    @contextlib.asynccontextmanager
    async def listening(self, topics: Iterable[str]) -> AsyncIterator[Listener]:
        """Context manager: a page's queue of news while the page is open."""
        listener = Listener(frozenset(topics))
        self.listeners.add(listener)
        try:
            yield listener
        finally:
            self.listeners.discard(listener)


LIVE = web.AppKey("live", Live)


async def stream(
    request: web.Request, topics: Iterable[str], *, may: Callable[[], Awaitable[bool]] | None = None
) -> web.StreamResponse:
    """Server-sent events on the topics until the page closes, or until whoever listens no longer may (`may`, asked every
    `MAY_EVERY` seconds: the session is over).

    Where there is no news a `beat` is sent every `BEAT_EVERY` seconds: it keeps the connection open, and a page that
    gets none knows that its stream is dead.
    """
    response = web.StreamResponse(
        headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    )
    await response.prepare(request)
    async with request.app[LIVE].listening(topics) as listener:
        with contextlib.suppress(ConnectionResetError):
            await response.write(b": open\n\n")
            clock = asyncio.get_running_loop()
            asked = clock.time()
            while True:
                if may is not None and clock.time() - asked >= MAY_EVERY:
                    asked = clock.time()
                    if not await may():
                        break
                try:
                    kind, data = await asyncio.wait_for(listener.queue.get(), BEAT_EVERY)
                    if not kind:
                        break
                    await response.write(f"event: {kind}\ndata: {data}\n\n".encode())
                except TimeoutError:
                    await response.write(f"event: {LiveKind.BEAT}\ndata: {{}}\n\n".encode())
    return response
