"""The web application of one process: routes behind their checks, health, metrics, live news."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from importlib import resources
from pathlib import Path
from typing import Any

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from hotline.base.command import Runtime
from hotline.base.config import is_loopback
from hotline.base.db.migrate import is_current
from hotline.base.http.client_address import behind_proxies
from hotline.base.http.live import LIVE, Live
from hotline.base.http.middleware import around
from hotline.base.http.rendering import CATALOGUE, MENU, PAGES, environment_of
from hotline.base.http.requests import MAX_BODY
from hotline.base.http.route import POOL, SERVICES, Entry, Handler, Route
from hotline.base.i18n import catalogue_of
from hotline.base.jobs.scheduler import SCHEDULER_HEALTH

Guarded = Callable[[Route], Handler]
Identify = Callable[[web.Request], Awaitable[object | None]]


def build(
    runtime: Runtime,
    routes: Sequence[Route],
    menu: Sequence[Entry],
    packages: Sequence[str],
    guarded: Guarded,
    middlewares: Sequence[Any],
    identify: Identify,
) -> web.Application:
    """The application; it closes nothing that it did not open. `identify` says who asks: None for nobody."""
    addressed = behind_proxies(runtime.services.settings.proxy_networks)
    app = web.Application(middlewares=[addressed, around, *middlewares], client_max_size=MAX_BODY)
    app[SERVICES], app[POOL] = runtime.services, runtime.pool
    app[CATALOGUE], app[MENU] = catalogue_of(tuple(packages)), tuple(menu)
    app[PAGES] = environment_of(tuple(packages), runtime.services.settings.zone)
    app[LIVE] = Live(runtime.dsn)
    for route in routes:
        app.router.add_route(route.method, route.path, guarded(route))
    for path, handler in (("/healthz", healthz), ("/readyz", readyz), ("/metrics", metrics_for(identify))):
        app.router.add_get(path, handler)
    app.router.add_static("/static/", Path(str(resources.files("hotline").joinpath("static"))))
    app.cleanup_ctx.append(_listening)
    app.on_shutdown.append(_let_go)
    return app


async def _listening(app: web.Application) -> AsyncIterator[None]:
    task = asyncio.create_task(app[LIVE].run())
    yield
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task


async def _let_go(app: web.Application) -> None:
    app[LIVE].close()


async def healthz(request: web.Request) -> web.Response:
    """Alive."""
    return web.json_response({"alive": True})


async def readyz(request: web.Request) -> web.Response:
    """Ready: the database answers, is migrated, and this process ticks."""
    found = {"database": False, "migrations": False, "scheduler": False}
    with contextlib.suppress(OSError, TimeoutError, Exception):
        async with asyncio.timeout(3), request.app[POOL].acquire() as conn:
            found["database"] = await conn.fetchval("SELECT true")
            found["migrations"] = await is_current(conn)
    health = request.app.get(SCHEDULER_HEALTH)
    found["scheduler"] = health is not None and health.alive()
    ready = all(found.values())
    return web.json_response({"ready": ready, **found}, status=200 if ready else 503)


def metrics_for(identify: Identify) -> Handler:
    """Prometheus; from this machine, or with a token of any role that reads."""

    async def metrics(request: web.Request) -> web.Response:
        here = (
            is_loopback(request.remote or "") and "X-Forwarded-For" not in request.headers
        )  # else a proxy asks for somebody
        if not here and await identify(request) is None:
            raise web.HTTPUnauthorized
        return web.Response(body=generate_latest(), headers={"Content-Type": CONTENT_TYPE_LATEST})

    return metrics
