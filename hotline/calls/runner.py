"""Carries out commands as they are committed: each process listens, and one of them gets each command."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator
from datetime import datetime

import asyncpg
from aiohttp import web

from hotline.base.db.connection import Pool, connect
from hotline.base.http.live import LIVE
from hotline.base.http.route import POOL, SERVICES
from hotline.base.services import Services
from hotline.calls.commands import CHANNEL, carry_out, due_calls
from hotline.calls.refusals import on_refused

log = logging.getLogger(__name__)


class CommandRunner:
    """One listening connection of this process, and the calls whose commands it is carrying out."""

    def __init__(self, dsn: str, pool: Pool, services: Services) -> None:
        self.dsn, self.pool, self.services = dsn, pool, services
        self.busy: dict[int, asyncio.Task[None]] = {}
        self.again: set[int] = set()
        self.listens = asyncio.Event()

    async def run(self) -> None:
        """Listen for ever; what was told while the connection was lost the sweep finds."""
        while True:
            try:
                await self._listen()
            except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
                log.warning("commands: the database is out of reach, trying again")
            await asyncio.sleep(1)

    async def _listen(self) -> None:
        conn = await connect(self.dsn)
        try:
            gone = asyncio.Event()
            conn.add_termination_listener(lambda _c: gone.set())
            await conn.add_listener(CHANNEL, lambda _c, _pid, _channel, payload: self.wake(int(str(payload))))
            self.listens.set()
            await gone.wait()
        finally:
            conn.terminate()

    def wake(self, call_id: int) -> None:
        """A call has commands: one task a call; one that is at work looks once more."""
        if call_id in self.busy:
            self.again.add(call_id)
            return
        task = asyncio.create_task(self._work(call_id))
        self.busy[call_id] = task

    async def _work(self, call_id: int) -> None:
        try:
            while True:
                self.again.discard(call_id)
                await carry_out(self.pool, self.services, call_id, on_refused)
                if call_id not in self.again:
                    break
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, TimeoutError) as error:
            log.warning("commands of a call wait for the sweep: %s", type(error).__name__)
        except Exception:
            log.exception("commands of a call wait for the sweep", extra={"row": call_id})
        finally:
            self.busy.pop(call_id, None)
            self.again.discard(call_id)

    async def close(self) -> None:
        """Stop what is at work; leases run out, and the sweep of another process goes on."""
        for task in list(self.busy.values()):
            task.cancel()
        await asyncio.gather(*self.busy.values(), return_exceptions=True)


async def runner(app: web.Application) -> AsyncIterator[None]:
    """Cleanup context: the runner lives as long as the application."""
    made = CommandRunner(app[LIVE].dsn, app[POOL], app[SERVICES])
    listening = asyncio.create_task(made.run())
    yield
    listening.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await listening
    await made.close()


async def sweep_commands(pool: Pool, services: Services, now: datetime) -> int:
    """Sweep: commands that a crash or an unreachable carrier left."""
    return sum([await carry_out(pool, services, call_id, on_refused) for call_id in await due_calls(pool, now)])
