"""Composition root and command line: builds everything, decides nothing."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType
from typing import Any

from aiohttp import web
from aiohttp_session import session_middleware

from hotline import backup_commands, maintenance
from hotline.api.move_routes import move_routes
from hotline.api.openapi import DOCUMENTED
from hotline.base.clock import Clock, SystemClock
from hotline.base.command import Runtime
from hotline.base.config import Settings
from hotline.base.db.connection import Conn, connect, open_pool
from hotline.base.db.embedded import embedded
from hotline.base.db.migrate import migrate
from hotline.base.http import app
from hotline.base.keys import Keys, load_keys
from hotline.base.services import (
    Services,
    no_promises,
    nobody_times_call_backs,
    nothing_announced,
    nothing_pressed,
    nothing_suggested,
    plain_days,
)
from hotline.base.text.texts import load_texts
from hotline.commands import run
from hotline.pages.ticket_page import MOVES
from hotline.people.sessions import Storage, guarded
from hotline.serving import serve_command
from hotline.telephony.choose import provider_of

PACKAGES = ("hotline", "routing", "sla", "reports")
PARTS = ("hotline.parts", "routing.plugin", "sla.plugin", "reports.parts")


def parts() -> list[ModuleType]:
    """The packages' lists of what they bring, lowest first."""
    return [import_module(name) for name in PARTS if find_spec(name)]


def gather(name: str) -> list[Any]:
    """What all packages export under `name` (routes, jobs, commands, moves, …), lowest package first."""
    return [item for part in parts() if hasattr(part, name) for item in getattr(part, name)()]


def merged(name: str) -> dict[str, Any]:
    """Mappings that packages export under `name`, as one."""
    return {k: v for part in parts() if hasattr(part, name) for k, v in getattr(part, name)().items()}


def one(name: str, otherwise: Any) -> Any:
    """What the highest package exports under `name`."""
    return next((getattr(p, name) for p in reversed(parts()) if hasattr(p, name)), otherwise)


def build_services(settings: Settings, keys: Keys, clock: Clock) -> Services:
    """The services with all their hooks."""
    return Services(
        settings=settings,
        keys=keys,
        clock=clock,
        texts=load_texts(),
        subscribers=tuple(gather("subscribers")),
        claimers=tuple(gather("claimers")),
        guards=merged("guards"),
        sections=tuple(gather("sections")),
        receipts=merged("receipts"),
        promises=one("promises", no_promises),
        on_call_back=one("on_call_back", nobody_times_call_backs),
        working_days=one("working_days", plain_days),
        suggested=one("keeps_suggested", nothing_suggested),
        announced=one("announced", nothing_announced),
        on_pressed=one("on_pressed", nothing_pressed),
        clocks=one("CLOCKS", ""),
        provider=provider_of(settings),
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
    for seed in gather("seeds"):
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
            await pool.close()


def build_app(runtime: Runtime) -> web.Application:
    """The web application over an open runtime."""
    moves = gather("moves")
    routes = [*gather("routes"), *move_routes(moves)]
    middlewares = [session_middleware(Storage(secure=runtime.services.settings.public_url.startswith("https")))]
    made = app.build(runtime, routes, gather("menu"), PACKAGES, guarded, middlewares)
    made[DOCUMENTED], made[MOVES] = routes, moves
    for work in gather("cleanups"):
        made.cleanup_ctx.append(work)
    return made


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit status."""
    serve = serve_command(open_runtime, address, build_app, lambda: gather("jobs"), one("demo", None))
    keeping = maintenance.commands(lambda: gather("jobs"), address, lambda: gather("checks"))
    commands = [*keeping, *backup_commands.commands(address)]
    return run(arguments, commands=[serve, *commands, *gather("commands")], open_runtime=open_runtime)


if __name__ == "__main__":
    sys.exit(main())
