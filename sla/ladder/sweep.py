"""The sweep of the clock ladder: due steps are taken in batches, each once, with their messages in the same
transaction.

1. Lock due clocks with their tickets, as a move would, passing by what others hold. 2. Pauses whose end has come are
over. 3. Work out the steps (pure). 4. Insert the steps: the unique key says which are new. 5. Advance and latch.
6. Events, orders, queue items and messages of the new steps only. A clock that cannot be dealt with is put off alone.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime

from hotline.base.db.connection import Conn, Pool
from hotline.base.event import Draft
from hotline.base.http.live import LiveKind, notify
from hotline.base.jobs.batch import batch
from hotline.base.kinds import EventKind
from hotline.base.services import Services
from hotline.ids import TicketId
from hotline.outbox.store import enqueue
from sla.calendar.working_time import Calendar
from sla.clocks import clocks_sql
from sla.clocks.context import rule_of
from sla.clocks.holds import settle_ended
from sla.ladder.consultation_queue import propose
from sla.ladder.messages import StepTaken, messages
from sla.ladder.orders import deadline, issue
from sla.ladder.steps import ladder, upcoming
from sla.policy.store import load_calendar

BATCH = 500
LANES = 3
#: So many topics fit into one notification.
_TOPICS = 200
#: The kind of event that stands on record for each step.
EVENT: dict[str, EventKind] = {
    "chase": "chased",
    "breach": "breached",
    "order": "ordered",
    "queue": "queued",
    "criticise": "criticism_proposed",
}


async def climb(pool: Pool, services: Services, now: datetime) -> int:
    """The sweep; returns how many clocks were due. Run twice it does nothing more.

    Where a batch is full, several go on side by side: what one has locked the others pass by.
    """
    done = await _batch(pool, services, now)
    if done < BATCH:
        return done
    lanes = await asyncio.gather(*(_batch(pool, services, now) for _ in range(LANES)), return_exceptions=True)
    for lane in lanes:
        if isinstance(lane, BaseException):
            raise lane
        done += lane
    return done


async def _batch(pool: Pool, services: Services, now: datetime) -> int:
    async def take(conn: Conn) -> int:
        rows = await clocks_sql.due_steps(conn, now, BATCH)
        rows += await clocks_sql.due_call_backs(conn, now, BATCH)
        if rows:
            await _climb(conn, services, rows, now)
        return len(rows)

    async def due(conn: Conn) -> list[int]:
        return await clocks_sql.due_ids(conn, now, BATCH)

    async def one(conn: Conn, ident: int) -> None:
        rows = await clocks_sql.due_one(conn, ident, now) or await clocks_sql.due_call_back(conn, ident, now)
        if rows:
            await _climb(conn, services, rows, now)

    async def postpone(conn: Conn, ident: int, why: str) -> None:
        await clocks_sql.postpone_clock(conn, ident, now)

    return await batch(pool, "clocks", take=take, due=due, one=one, postpone=postpone)


async def _climb(conn: Conn, services: Services, rows: Sequence[clocks_sql.DueStepsRow], now: datetime) -> None:
    """Take the steps of the ladder that are due for these clocks, let ended pauses go on, and set when to look again."""
    calendar = await load_calendar(conn, services.settings.zone, now)
    over = [r for r in rows if r.state == "paused" and r.resumes_at is not None and r.resumes_at <= now]
    ended = sorted({r.ticket_id for r in over if r.ticket_id is not None})
    if ended:
        await clocks_sql.resume_ended(conn, ended, now)
        await settle_ended(conn, services, ended, now)
    taken: list[StepTaken] = []
    ahead: list[tuple[int, datetime | None, int]] = []
    for row in rows:
        if row.state == "paused" and (row.resumes_at is None or row.resumes_at > now):
            ahead.append((row.id, row.resumes_at, row.step))
            continue
        steps = ladder(rule_of(row), row.clock, row.started_at, row.due_at, calendar)
        due, later = upcoming(steps, row.step, now, row.ordered_at, calendar)
        taken += [StepTaken(row, step) for step in due]
        rank = max((s.rank for s in due), default=row.step)
        ahead.append((row.id, later.at if later else None, rank))
    new = await _add(conn, taken, now)
    await clocks_sql.advance(
        conn, [i for i, *_ in ahead], [at for _, at, _ in ahead], [rank for *_, rank in ahead], now
    )
    await _effects(conn, services, [t for t in taken if (t.row.id, t.step.name) in new], calendar, now)


async def _add(conn: Conn, taken: Sequence[StepTaken], now: datetime) -> set[tuple[int, str]]:
    fresh = await clocks_sql.add_steps(
        conn,
        [t.row.id for t in taken],
        [t.step.name for t in taken],
        [t.step.at for t in taken],
        [now] * len(taken),
    )
    return {(row.clock_id, row.step) for row in fresh}


async def _effects(
    conn: Conn, services: Services, taken: Sequence[StepTaken], calendar: Calendar, now: datetime
) -> None:
    on_tickets = sorted((t for t in taken if t.row.ticket_id is not None), key=lambda t: t.row.ticket_id or 0)
    drafts = [await _draft(conn, services, t, calendar, now) for t in on_tickets]
    await services.publish_many(conn, drafts, now)
    await enqueue(conn, services.keys, await messages(conn, services, on_tickets, now), now)
    topics = {"centre"} if any(t.step.name == "breach" for t in taken) else set()
    topics |= {f"user:{t.row.owner_id}" for t in on_tickets if t.row.whose == "centre"}
    told = sorted(topics)
    for place in range(0, len(told), _TOPICS):
        await notify(conn, told[place : place + _TOPICS], LiveKind.TICKET)


async def _draft(conn: Conn, services: Services, t: StepTaken, calendar: Calendar, now: datetime) -> Draft:
    """The event of a step, with what the step makes: an order, a place in the queue."""
    row, name = t.row, t.step.name
    assert row.ticket_id is not None, "the clock of a call-back has no event"
    detail: dict[str, object] = {
        "clock": row.clock,
        "clock_id": row.id,
        "step": name,
        "due_at": row.due_at,
    }
    if row.department_id is not None:
        detail["department"] = row.department_id
    if name == "order" and row.department_id is not None:
        made = await issue(
            conn,
            services,
            row.ticket_id,
            row.department_id,
            "",
            "system",
            deadline(calendar, now),
            now,
            row.id,
        )
        detail |= {"order": made.id, "number": made.number}
    if name == "queue":
        await propose(conn, row.ticket_id, "overdue", now)
    return Draft(TicketId(row.ticket_id), EVENT[name], "system", detail)
