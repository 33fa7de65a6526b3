"""Recomputation after a change of the calendar: open clocks get new due times, old and new are logged, breaches caused
by it are excused (rulebook §5).

1. Take the oldest change that is not done. 2. Lock the tickets of the next clocks, in id order. 3. Move what the
present calendar gives differently, never to before now. 4. Excuse what was breached for want of the declaration. 5. One
event a ticket, with old and new. 6. Remember how far it went.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta

from hotline.base.db.connection import Conn, Pool
from hotline.base.event import Draft
from hotline.base.services import Services
from hotline.ids import TicketId
from hotline.tickets import store as tickets
from sla.calendar import calendar_sql
from sla.calendar.working_time import Calendar
from sla.clocks.context import due_again, follow_lead, move, retimed
from sla.clocks.table import RESULT
from sla.policy.store import load_calendar

BATCH = 300


async def work_through(pool: Pool, services: Services, now: datetime) -> int:
    """The sweep; returns how many clocks it looked at. Run again after the last it does nothing."""
    async with pool.acquire() as conn, conn.transaction():
        change = await calendar_sql.take_recompute(conn)
        if change is None:
            return 0
        ids = await calendar_sql.next_clocks(conn, change.cursor, change.since_at, BATCH)
        if not ids:
            await calendar_sql.went_on(conn, change.id, change.cursor, 0, 0, 0, now)
            return 1
        await tickets.lock_many(conn, sorted({TicketId(r.ticket_id) for r in ids if r.ticket_id is not None}))
        rows = await calendar_sql.clocks_again(conn, [r.id for r in ids])
        calendar = await load_calendar(conn, services.settings.zone, now)
        moved = await _move(conn, services, calendar, rows, change.id, now)
        excused = await _excuse(conn, calendar, rows, change.closure_id, now)
        await calendar_sql.went_on(conn, change.id, ids[-1].id, len(ids), moved, excused, None)
        return len(ids)


async def _move(
    conn: Conn,
    services: Services,
    calendar: Calendar,
    rows: Sequence[calendar_sql.ClocksAgainRow],
    change: int,
    now: datetime,
) -> int:
    """Count these clocks again by the changed calendar; each ticket's record says which moved. Returns how many."""
    said: dict[int, list[dict[str, object]]] = defaultdict(list)
    for row in rows:
        new = recounted(row, calendar, now)
        if new is None:
            continue
        await move(conn, row, new, now)
        said[row.ticket_id].append(retimed(row, new))
    for ticket in said:
        await follow_lead(conn, calendar, ticket, now)
    drafts = [
        Draft(TicketId(ticket), "recomputed", "system", {"change": change, "clocks": clocks})
        for ticket, clocks in sorted(said.items())
    ]
    await services.publish_many(conn, drafts, now)
    return sum(map(len, said.values()))


def recounted(row: calendar_sql.ClocksAgainRow, calendar: Calendar, now: datetime) -> datetime | None:
    """The due time that the present calendar gives an open clock; None where it stays.

    It stays where it would move to before now: nobody is made late by an edit. A co-handler follows its lead.
    """
    if row.state not in {"running", "paused"} or row.breached_at is not None or row.due_at < now:
        return None
    if row.base == "24h" and not row.added_days:
        return None
    if row.part == "co" and row.clock in RESULT:
        return None
    new = due_again(row, calendar, row.added_days)
    return None if new == row.due_at or new < now else new


async def _excuse(
    conn: Conn, calendar: Calendar, rows: Sequence[calendar_sql.ClocksAgainRow], closure: int | None, now: datetime
) -> int:
    """Excuse the breaches that fell into a closure of the office; returns how many."""
    if closure is None:
        return 0
    row = await calendar_sql.closure(conn, closure)
    if row is None:
        return 0
    done = 0
    for clock in rows:
        if clock.breached_at is not None and excusable(clock, row, calendar, now):
            done += await calendar_sql.excuse(conn, clock.id, row.reason, now) is not None
    return done


def excusable(
    clock: calendar_sql.ClocksAgainRow, closure: calendar_sql.ClosuresRow, calendar: Calendar, now: datetime
) -> bool:
    """Whether a breached clock would have been kept but for a closure declared too late, or a failure of the platform. Pure.

    A failure gives back the time that it took; what fell due during it and counts working days has until the close of the
    next working day.
    """
    end = clock.stopped_at or now
    if closure.kind == "closure":
        if closure.declared_at <= closure.from_at or (clock.base == "24h" and not clock.added_days):
            return False
        return end <= due_again(clock, calendar, clock.added_days) != clock.due_at
    if closure.from_at <= clock.due_at <= closure.to_at and clock.base != "24h":
        return bool(end <= calendar.add_days(closure.to_at, 1))
    lost = closure.to_at - max(clock.started_at, closure.from_at)
    if clock.due_at <= closure.from_at:
        return False
    return bool(lost > timedelta(0) and end <= clock.due_at + lost)
