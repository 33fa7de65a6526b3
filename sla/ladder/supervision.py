"""The duty to supervise (包督办), decided at the reply: every overdue or at-risk clock had its chase or order (rulebook §4)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from hotline.base.db.connection import Conn
from hotline.base.event import Draft, Event
from hotline.base.services import Services
from hotline.ticket import Duty
from hotline.tickets import store as tickets
from sla.calendar.working_time import Calendar
from sla.clocks import clocks_sql
from sla.clocks.context import rule_of
from sla.policy.rules import warning


async def decide_supervision(
    conn: Conn, services: Services, calendar: Calendar, events: Sequence[Event], now: datetime
) -> None:
    """Close the duty at each reply. What the sweep had not met yet is chased now, and stands on record like the rest.

    At risk is a clock past its reminder; overdue, one past its due time.
    """
    if not events:
        return
    unmet = []
    rows = await clocks_sql.unmet(conn, [e.ticket for e in events], [e.seq for e in events], [e.at for e in events])
    for row in rows:
        end = row.stopped_at or row.at
        warn = warning(rule_of(row), row.started_at, row.due_at, calendar)
        if row.breached_at is not None:
            unmet.append((row, "breach", row.breached_at))
        elif warn is not None and warn <= end:
            unmet.append((row, "chase", warn))
    if unmet:
        await clocks_sql.add_steps(
            conn,
            [r.id for r, _, _ in unmet],
            [step for _, step, _ in unmet],
            [at for _, _, at in unmet],
            [max(now, r.at) for r, _, _ in unmet],
        )
        drafts = [
            Draft(
                r.ticket_id,
                "chased",
                "system",
                {"clock": r.clock, "clock_id": r.id, "step": step, "department": r.department_id},
                max(now, r.at),
            )
            for r, step, _ in unmet
        ]
        await services.publish_many(conn, drafts, now)
    await tickets.close_many(conn, Duty.SUPERVISE, events)
