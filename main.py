"""Composition root and command line: builds the services from the plugins and runs one command; contains no rules."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime

from aiohttp import web
from aiohttp_session import session_middleware

from hotline import maintenance
from hotline.api.openapi import DOCUMENTED
from hotline.base.clock import Clock, SystemClock
from hotline.base.command import Runtime
from hotline.base.config import Settings
from hotline.base.db.connection import Conn, connect, open_pool
from hotline.base.db.embedded import embedded
from hotline.base.db.migrate import migrate
from hotline.base.http import app
from hotline.base.http.rendering import SLOTS
from hotline.base.http.slots import filled
from hotline.base.keys import Keys, load_keys
from hotline.base.services import Services
from hotline.base.text.texts import load_texts
from hotline.commands import run
from hotline.composition import combined
from hotline.pages.ticket_page import MOVES, move_routes
from hotline.people.sessions import Storage, guarded, identify
from hotline.plugin import PLUGIN as HOTLINE
from hotline.recordings.choose import blobs_of
from hotline.serving import serve_command
from hotline.telephony.choose import carriers_of, provider_of
from reports.plugin import PLUGIN as REPORTS
from routing.plugin import PLUGIN as ROUTING
from sla.plugin import PLUGIN as SLA

PLUGINS = (HOTLINE, ROUTING, SLA, REPORTS)
PACKAGES = tuple(plugin.package for plugin in PLUGINS)
#: All that the packages bring, lowest first.
PROGRAM = combined(PLUGINS)


def build_services(settings: Settings, keys: Keys, clock: Clock) -> Services:
    """The services with all their hooks."""
    return Services(
        settings=settings,
        keys=keys,
        clock=clock,
        texts=load_texts(),
        subscribers=PROGRAM.subscribers,
        claimers=PROGRAM.claimers,
        guards=PROGRAM.guards,
        sections=PROGRAM.sections,
        receipts=PROGRAM.receipts,
        hooks=PROGRAM.hooks,
        provider=provider_of(settings),
        blobs=blobs_of(settings),
        carriers=carriers_of(settings),
        listens_since=clock.now(),
    )


@asynccontextmanager
async def address(settings: Settings) -> AsyncIterator[str]:
    """The database's address: DATABASE_URL, or the embedded one for as long as we are inside."""
    if settings.database_url:
        yield settings.database_url
    else:
        async with embedded(settings.data) as dsn:
            yield dsn


async def prepare(conn: Conn, keys: Keys, now: datetime) -> None:
    """Migrate, and put in what packages ship as data."""
    await migrate(conn, keys, now)
    for seed in PROGRAM.seeds:
        await seed(conn, now)


@asynccontextmanager
async def open_runtime(settings: Settings) -> AsyncIterator[Runtime]:
    """The migrated database and the services on it."""
    keys = await asyncio.to_thread(load_keys, settings.secret, settings.data)
    services = build_services(settings, keys, SystemClock(settings.offset))
    async with address(settings) as dsn:
        conn = await connect(dsn)
        try:
            await prepare(conn, keys, services.clock.now())
        finally:
            await conn.close()
        pool = await open_pool(dsn)
        try:
            yield Runtime(dsn, pool, services, PACKAGES)
        finally:
            if services.provider is not None:
                await services.provider.close()
            if services.blobs is not None:
                await services.blobs.close()
            for carrier in services.carriers.values():
                await carrier.close()
            await pool.close()


def build_app(runtime: Runtime) -> web.Application:
    """The web application over an open runtime."""
    moves = PROGRAM.moves
    routes = [*PROGRAM.routes, *move_routes(moves)]
    middlewares = [session_middleware(Storage(secure=runtime.services.settings.public_url.startswith("https")))]
    made = app.build(runtime, routes, PROGRAM.menu, PACKAGES, guarded, middlewares, identify)
    made[DOCUMENTED], made[MOVES] = routes, moves
    made[SLOTS] = filled(PROGRAM.slots, PROGRAM.contents)
    for work in PROGRAM.cleanups:
        made.cleanup_ctx.append(work)
    return made


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit status."""
    serve = serve_command(open_runtime, address, build_app, PROGRAM)
    keeping = maintenance.commands(PROGRAM.jobs, address, PROGRAM.checks)
    return run(arguments, commands=[serve, *keeping, *PROGRAM.commands], open_runtime=open_runtime)


if __name__ == "__main__":
    sys.exit(main())
