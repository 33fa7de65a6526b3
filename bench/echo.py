"""A bare event stream: what is posted to it is written to one of its listeners. The yardstick of `desks.py`, in a process of its own."""

from __future__ import annotations

import asyncio
import sys

from aiohttp import web

LISTENERS: web.AppKey[list[asyncio.Queue[bytes]]] = web.AppKey("listeners")
TURNS: web.AppKey[list[int]] = web.AppKey("turns")


async def live(request: web.Request) -> web.StreamResponse:
    """Events until the page closes."""
    response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
    await response.prepare(request)
    queue: asyncio.Queue[bytes] = asyncio.Queue()
    request.app[LISTENERS].append(queue)
    await response.write(b": open\n\n")
    while True:
        await response.write(await queue.get())


async def say(request: web.Request) -> web.StreamResponse:
    """One listener after the other gets an event."""
    await request.read()
    turns, listeners = request.app[TURNS], request.app[LISTENERS]
    turns[0] += 1
    listeners[turns[0] % len(listeners)].put_nowait(b'event: call\ndata: {"call":1}\n\n')
    return web.Response(text="ok")


def main() -> None:
    """Serve on the port that is named."""
    app = web.Application()
    app[LISTENERS], app[TURNS] = [], [0]
    app.add_routes([web.get("/live", live), web.post("/say", say)])
    web.run_app(app, host="127.0.0.1", port=int(sys.argv[1]), print=None, shutdown_timeout=0.1)


if __name__ == "__main__":
    main()
