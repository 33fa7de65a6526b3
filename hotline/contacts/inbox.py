"""The inbox: raw deliveries are stored before they are answered, all that wait in one statement (architecture.md, rule
6).
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

import orjson
from aiohttp import web

from hotline.base.db.connection import Conn, Pool
from hotline.base.http.route import POOL, SERVICES
from hotline.base.services import Services
from hotline.contacts import contacts_sql
from hotline.contacts.drain import drain
from hotline.outbox.dispatcher import send_all

log = logging.getLogger(__name__)
_TOGETHER = 200
#: Seconds between two batches.
_GATHER = 0.2


@dataclass(slots=True)
class Delivery:
    """A webhook's delivery that waits to be stored."""

    kind: str
    sid: str
    status: str
    payload: bytes
    source: bytes | None
    done: asyncio.Future[None]


@dataclass(slots=True)
class Inbox:
    """Collects deliveries, stores them together, and starts their processing."""

    pool: Pool
    services: Services
    waiting: list[Delivery] = field(default_factory=list)
    come: asyncio.Event = field(default_factory=asyncio.Event)
    durable: asyncio.Event = field(default_factory=asyncio.Event)
    made: asyncio.Event = field(default_factory=asyncio.Event)

    async def keep(self, kind: str, sid: str, status: str, payload: Mapping[str, str]) -> None:
        """Return once the delivery is durable. Raises what the database raised: then nothing is answered as taken."""
        done = asyncio.get_running_loop().create_future()
        box, source = sealed_delivery(self.services, kind, payload)
        self.waiting.append(Delivery(kind, sid, status, box, source, done))
        self.come.set()
        await done

    async def write(self) -> None:
        """Run for ever: store the deliveries that wait."""
        while True:
            await self.come.wait()
            self.come.clear()
            while self.waiting:
                batch, self.waiting = self.waiting[:_TOGETHER], self.waiting[_TOGETHER:]
                try:
                    async with self.pool.acquire() as conn:
                        await contacts_sql.insert_inbound(
                            conn,
                            [d.kind for d in batch],
                            [d.sid for d in batch],
                            [d.status for d in batch],
                            [d.payload for d in batch],
                            [d.source for d in batch],
                            self.services.clock.now(),
                        )
                except Exception as error:  # handed on to each who waits
                    for delivery in batch:
                        if not delivery.done.done():
                            delivery.done.set_exception(error)
                else:
                    for delivery in batch:
                        if not delivery.done.done():
                            delivery.done.set_result(None)
                    self.durable.set()

    async def work(self) -> None:
        """Run for ever: process deliveries once they are stored, then start the dispatcher.

        A first delivery is processed at once; what follows it closely waits a moment for company, since a batch costs
        little more than one.
        """
        while True:
            await self.durable.wait()
            self.durable.clear()
            try:
                while await drain(self.pool, self.services, self.services.clock.now()):
                    self.made.set()
                    await asyncio.sleep(_GATHER)
            except Exception:  # the sweep tries again; this loop lives on
                log.exception("processing what came in failed")

    async def send(self) -> None:
        """Run for ever: send messages when there are new ones."""
        while True:
            await self.made.wait()
            self.made.clear()
            try:
                left = 1
                while left:
                    left = await send_all(self.pool, self.services, self.services.clock.now())
            except Exception:  # the sweep tries again; this loop lives on
                log.exception("sending failed")


def sealed_delivery(services: Services, kind: str, payload: Mapping[str, str]) -> tuple[bytes, bytes | None]:
    """A delivery as it is kept: encrypted, with a keyed hash of whose message it is (none of a receipt)."""
    source = payload.get("From", "") if kind == "sms" else ""
    box = services.keys.encrypt(orjson.dumps(dict(payload)).decode())
    return box, services.keys.hash(f"source {source}") if source else None


async def keep_now(
    conn: Conn, services: Services, kind: str, sid: str, status: str, payload: Mapping[str, str], now: datetime
) -> int | None:
    """Keep one delivery in the caller's transaction, where no inbox runs; returns its id, None where it came before."""
    box, source = sealed_delivery(services, kind, payload)
    rows = await contacts_sql.insert_inbound(conn, [kind], [sid], [status], [box], [source], now)
    return int(rows[0].id) if rows else None


async def keep_many(
    conn: Conn, services: Services, kind: str, payloads: Mapping[str, Mapping[str, str]], now: datetime
) -> dict[str, int]:
    """Keep deliveries by their ids in the caller's transaction; returns the row of each that had not come before."""
    boxes = [sealed_delivery(services, kind, payload)[0] for payload in payloads.values()]
    n = len(boxes)
    rows = await contacts_sql.insert_inbound(conn, [kind] * n, list(payloads), [""] * n, boxes, [None] * n, now)
    return {row.sid: int(row.id) for row in rows}


INBOX = web.AppKey("inbox", Inbox)


async def inbox(app: web.Application) -> AsyncIterator[None]:
    """The inbox of a process, while it serves."""
    app[INBOX] = box = Inbox(app[POOL], app[SERVICES])
    tasks = [asyncio.create_task(work()) for work in (box.write, box.work, box.send)]
    yield
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
