"""The replay engine: past requests go through the use cases batch by batch in order of time; a killed replay resumes
where it was.

Each batch is one transaction that also says how far it came, so that nothing is missed and nothing done twice; after it
the sweep climbs the ladders at the batch's last moment. A breach does not wait for the sweep: the write that stops a clock
too late latches it at its due time.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from hotline.base.clock import MovingClock
from hotline.base.db.connection import Conn, Pool
from hotline.base.services import Services
from hotline.contacts.opening import NewTicket, open_tickets
from hotline.ids import DepartmentId, TicketId
from hotline.moves.batches import BatchDispatch, Finished, dispatch_many, ensure_departments, finish_many
from hotline.ticket import Channel
from sla.ladder.sweep import climb
from sla.replay import replay_sql
from sla.replay.requests import PastRequest, RequestEvent, batches, end_of, request_events

STEP = timedelta(days=1)
MOST = 1000
#: Where a request names no department.
NOBODY = "replay: no department named"


@dataclass(frozen=True, slots=True)
class ReplayOutcome:
    """What became of a request; times UTC."""

    id: str
    due_at: datetime
    stopped_at: datetime | None
    breached_at: datetime | None

    @property
    def verdict(self) -> str:
        if self.breached_at is not None:
            return "breached"
        return "in_time" if self.stopped_at is not None else "open"


async def load_requests(pool: Pool, requests: Sequence[PastRequest]) -> None:
    """Put the requests in, with departments for the names that are unknown; a second time does nothing."""
    async with pool.acquire() as conn, conn.transaction():
        if await replay_sql.is_loaded(conn):
            return
        departments = await ensure_departments(conn, [r.department or NOBODY for r in requests])
        await replay_sql.insert_requests(
            conn,
            [r.id for r in requests],
            [r.line for r in requests],
            [departments[r.department or NOBODY] for r in requests],
            [r.opened for r in requests],
            [r.target for r in requests],
            [r.closed for r in requests],
        )


async def drive(
    pool: Pool, services: Services, requests: Sequence[PastRequest], said: Callable[[int, int], None]
) -> list[ReplayOutcome]:
    """Let everything happen that has not yet, up to the latest opened or closed; returns all outcomes in the file's order.

    `said(done, of)` is called after each batch with how many request events are done.
    """
    end = end_of(requests)
    if end is None:
        return []
    async with pool.acquire() as conn:
        rows = {row.id: row for row in await replay_sql.requests(conn)}
    tickets = {i: row.ticket_id for i, row in rows.items() if row.ticket_id is not None}
    opened = set(tickets)
    todo = request_events(requests, opened, {i for i, row in rows.items() if row.done_at is not None})
    clock = MovingClock(todo[0].at if todo else end)
    services = replace(services, clock=clock, provider=None)
    departments = {i: DepartmentId(row.department_id) for i, row in rows.items()}
    done = 0
    for batch in batches(todo, STEP, MOST):
        clock.at = batch[0].at
        async with pool.acquire() as conn, conn.transaction():
            await _open(conn, services, [h for h in batch if not h.closes], departments, tickets, clock.at)
            await _close(conn, services, [h for h in batch if h.closes], tickets, clock.at)
        clock.at = batch[-1].at
        await sweep_ladders(pool, services, clock.at)
        done += len(batch)
        said(done, len(todo))
    await sweep_ladders(pool, services, end)
    async with pool.acquire() as conn:
        return [ReplayOutcome(*row.as_tuple()) for row in await replay_sql.outcomes(conn, end)]


async def _open(
    conn: Conn,
    services: Services,
    what: Sequence[RequestEvent],
    departments: dict[str, DepartmentId],
    tickets: dict[str, TicketId],
    now: datetime,
) -> None:
    """Requests become tickets, are dispatched and signed for at their moments."""
    if not what:
        return
    new_tickets = [
        NewTicket(Channel.WEB, f"{h.request.id}", None, h.at, place=h.request.department or NOBODY, opened_at=h.at)
        for h in what
    ]
    opened = await open_tickets(conn, services, new_tickets, now)
    for h, o in zip(what, opened, strict=True):
        tickets[h.request.id] = o.ticket
    given = [BatchDispatch(tickets[h.request.id], departments[h.request.id], h.at, h.request.target) for h in what]
    await dispatch_many(conn, services, given, now)
    await replay_sql.opened(conn, [h.request.id for h in what], [o.ticket for o in opened])


async def _close(
    conn: Conn, services: Services, what: Sequence[RequestEvent], tickets: dict[str, TicketId], now: datetime
) -> None:
    """Requests are done at their moments."""
    if what:
        await finish_many(conn, services, [Finished(tickets[h.request.id], h.at) for h in what], now)
        await replay_sql.closed(conn, [h.request.id for h in what], [h.at for h in what])


async def sweep_ladders(pool: Pool, services: Services, now: datetime) -> None:
    """Take every due step of the ladders."""
    while await climb(pool, services, now):
        pass
