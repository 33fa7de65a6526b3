"""`serve`: one process or several on one port; the database beside them for as long as they live."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager

from aiohttp import web

from hotline.base.command import Command, CommandError, Runtime
from hotline.base.config import Settings, is_loopback
from hotline.base.jobs.scheduler import SCHEDULER_HEALTH, SchedulerHealth, start, tick
from hotline.base.jobs.timers import Job
from hotline.composition import Plugin
from hotline.telephony.simulator import LISTENS

Open = Callable[[Settings], AbstractAsyncContextManager[Runtime]]
Address = Callable[[Settings], AbstractAsyncContextManager[str]]
BuildApp = Callable[[Runtime], web.Application]
Load = Callable[[Settings], Awaitable[None]]


def serve_command(
    open_runtime: Open,
    address: Address,
    build_app: BuildApp,
    program: Plugin,
) -> Command:
    """The command, over what main composes."""
    demo = program.demo

    def arguments(parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="listens on 127.0.0.1 by default")
        parser.add_argument("--port", type=int, default=1890)
        parser.add_argument("--processes", type=int, default=1)
        parser.add_argument("--demo", action="store_true", help="load demo data where there is nothing yet")

    async def load(settings: Settings) -> None:
        if demo is not None:
            async with open_runtime(settings) as runtime:
                await demo(runtime, settings, program)

    async def alone(args: Namespace, settings: Settings) -> int:
        settings = _seen_at(args, settings)
        _check(args, settings)
        if args.processes > 1:
            return await _several(args, settings, address, load)
        async with open_runtime(settings) as runtime:
            if args.demo and demo is not None:
                await demo(runtime, settings, program)
            return await _one(args, runtime, build_app, program.jobs)

    return Command("serve", "listen for people, programs and the provider", arguments, alone=alone)


def _seen_at(args: Namespace, settings: Settings) -> Settings:
    """On one's own machine people reach the program where it listens, unless the settings say another address."""
    if settings.has_twilio or "public_url" in settings.model_fields_set or not is_loopback(args.host):
        return settings
    host = f"[{args.host}]" if ":" in args.host else args.host
    return settings.model_copy(update={"public_url": f"http://{host}:{args.port}"})


def _check(args: Namespace, settings: Settings) -> None:
    if not 1 <= args.port <= 65_535:
        raise CommandError("--port must be from 1 to 65535")
    if args.processes < 1:
        raise CommandError("--processes must be at least 1")
    local = is_loopback(args.host) and settings.is_local
    if args.demo and not local:
        raise CommandError("--demo works only with a loopback --host and HOTLINE_PUBLIC_URL")
    if not settings.has_twilio and not local:
        raise CommandError(
            "without Twilio settings the simulator is the provider, and it works only on a loopback address: set "
            "TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN and TWILIO_NUMBER, or listen on 127.0.0.1"
        )


async def _one(args: Namespace, runtime: Runtime, build_app: BuildApp, jobs: Sequence[Job]) -> int:
    """Serve in this process until it is told to stop: pages, API and the scheduler of the jobs."""
    app = build_app(runtime)
    health = SchedulerHealth()
    app[SCHEDULER_HEALTH] = health
    app[LISTENS] = f"http://{args.host}:{args.port}"
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=5)
    await runner.setup()
    stop = _stop_event()
    try:
        site = web.TCPSite(runner, args.host, args.port, reuse_port=bool(os.environ.get("HOTLINE_CHILD")))
        try:
            await site.start()
        except OSError as error:
            raise CommandError(f"port {args.port} of {args.host} is taken or not allowed: {error.strerror}") from error
        first = asyncio.create_task(tick(jobs, runtime.pool, runtime.services))
        scheduler = start(jobs, runtime.pool, runtime.services, health)
        if not os.environ.get("HOTLINE_CHILD"):
            sys.stdout.write(f"http://{args.host}:{args.port}\n")
            sys.stdout.flush()
        await stop.wait()
        scheduler.shutdown(wait=False)
        first.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await first
    finally:
        await runner.cleanup()
    return 0


def _stop_event() -> asyncio.Event:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, stop.set)
    return stop


async def _several(args: Namespace, settings: Settings, address: Address, load: Load) -> int:
    """A parent that holds the database and N children that share the port; a child that dies is started again.

    The parent loads the demo before there are children, so that none of them is ready too early.
    """
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((args.host, args.port))
        except OSError as error:
            raise CommandError(f"port {args.port} of {args.host} is taken or not allowed: {error.strerror}") from error
    stop = _stop_event()
    async with address(settings) as dsn:
        environment = os.environ | {"DATABASE_URL": dsn, "HOTLINE_CHILD": "1"}
        words = [sys.executable, sys.argv[0], "serve", "--host", args.host, "--port", str(args.port)]
        if args.demo:
            await load(settings.model_copy(update={"database_url": dsn}))
        children = [asyncio.create_task(_child(words, environment, stop, delay=0.2 * i)) for i in range(args.processes)]
        sys.stdout.write(f"http://{args.host}:{args.port} ({args.processes} processes)\n")
        sys.stdout.flush()
        await stop.wait()
        await asyncio.gather(*children)
    return 0


async def _child(words: Sequence[str], environment: dict[str, str], stop: asyncio.Event, delay: float) -> None:
    await asyncio.sleep(delay)
    while not stop.is_set():
        child = await asyncio.create_subprocess_exec(*words, env=environment)
        ended, stopped = asyncio.create_task(child.wait()), asyncio.create_task(stop.wait())
        await asyncio.wait({ended, stopped}, return_when=asyncio.FIRST_COMPLETED)
        if stop.is_set() and child.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                child.terminate()
        await ended
        stopped.cancel()
        if not stop.is_set():
            await asyncio.sleep(1)
