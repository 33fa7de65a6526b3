"""Recount of open clocks after a correction or a merge (rulebook §5)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from hotline.base.db.connection import Conn
from hotline.base.event import Draft, Event
from hotline.base.services import Services
from hotline.ids import TicketId
from hotline.ticket import WITH_DEPARTMENT
from sla.calendar.working_time import Calendar
from sla.clocks import clocks_sql
from sla.clocks.context import ClockContext, follow_lead, move, retimed, rule_of
from sla.clocks.effects import may_run, team_clocks
from sla.clocks.table import INHERITED, RESULT
from sla.ladder.steps import ladder
from sla.policy.rules import PolicyRule, due


async def corrected(conn: Conn, found: ClockContext, event: Event, now: datetime) -> None:
    """Another category, urgency or procedure: open clocks are counted from their original start.

    A clock that no longer runs is superseded; one that runs only now begins at the dispatch. Breaches stay; one that the
    correction itself puts before its own moment is nobody's fault.
    """
    unjust: list[int] = []
    for row in await clocks_sql.open_clocks(conn, event.ticket):
        rule = found.rule(event.ticket, row.clock)
        if rule is None or not may_run(row.clock, found.subject(event.ticket)):
            await clocks_sql.supersede_clock(conn, row.id, event.at, event.seq)
        elif (rule.base, rule.amount) != (row.base, row.amount) and not _follows_lead(row):
            due_at = due(rule, row.started_at, found.calendar, row.added_days)
            await move(conn, row, due_at, event.at, rule)
            if due_at < event.at <= row.due_at and row.breached_at is None:
                unjust.append(row.id)
    unjust += await _begin_missing(conn, found, event.ticket, now)
    await clocks_sql.excuse_corrected(conn, unjust)
    await follow_lead(conn, found.calendar, event.ticket, event.at)


def _follows_lead(row: clocks_sql.OpenClocksRow) -> bool:
    return row.part == "co" and row.clock in RESULT


async def _begin_missing(conn: Conn, found: ClockContext, ticket: int, now: datetime) -> list[int]:
    """Clocks that the lead has only since the correction, as of its dispatch; none once it has replied. Gives those that began past due."""
    if found.rows[ticket].state not in WITH_DEPARTMENT:
        return []
    lead = await clocks_sql.lead_start(conn, ticket)
    if lead is None:
        return []
    late: list[int] = []
    seen = set(await clocks_sql.clocks_seen(conn, lead.id))
    for clock in team_clocks(found.subject(ticket)):
        rule = found.rule(ticket, clock)
        if rule is not None and clock not in seen:
            late += await _begin(conn, found, ticket, clock, rule, lead, now)
    return late


async def _begin(
    conn: Conn,
    found: ClockContext,
    ticket: int,
    clock: str,
    rule: PolicyRule,
    lead: clocks_sql.LeadStartRow,
    now: datetime,
) -> list[int]:
    """Start a clock that the corrected ticket has from now on, from the moment at which its lead began; gives it where that is past due."""
    due_at = due(rule, lead.at, found.calendar)
    first = ladder(rule, clock, lead.at, due_at, found.calendar)[0].at if rule.whose != "none" else None
    made = await clocks_sql.start_clocks(
        conn,
        [ticket],
        [None],
        [clock],
        [lead.id],
        [lead.department_id],
        [rule.whose],
        [found.policies[ticket].version],
        [rule.base],
        [rule.amount],
        [rule.warn],
        [lead.at],
        [lead.seq],
        [due_at],
        [first],
        [now],
    )
    return made if due_at < now else []


async def earliest(conn: Conn, services: Services, found: ClockContext, ticket: TicketId, at: datetime) -> None:
    """A parent takes the earliest start and due of what was merged into it; a breach by then is latched first.

    What it took is an event of its own. Nothing is due before now by a merge, and a department has the notice that it would have had
    from it (rulebook §3).
    """
    children = await clocks_sql.children_clocks(conn, ticket)
    if not children:
        return
    said = []
    for row in await clocks_sql.open_clocks(conn, ticket):
        if row.clock not in INHERITED or row.part == "co":
            continue
        offers = [
            _taken(found.calendar, child, row.department_id, at) for child in children if child.clock == row.clock
        ]
        taken = min((o for o in offers if at < o.due_at < row.due_at), key=lambda o: o.due_at, default=None)
        if taken is not None:
            # with its budget, so that the calendar and a correction count it from that start again
            await move(conn, row, taken.due_at, at, taken.rule, taken.added)
            await clocks_sql.take_start(conn, row.id, taken.started_at, at)
            budget = {"started_at": taken.started_at, "base": taken.rule.base, "amount": taken.rule.amount}
            said.append(retimed(row, taken.due_at, added=taken.added, **budget))
    if said:
        await services.publish(conn, Draft(ticket, "recomputed", "system", {"clocks": said}), at)
    await follow_lead(conn, found.calendar, ticket, at)


@dataclass(frozen=True, slots=True)
class _Taken:
    """What a clock may take over from that of a merged ticket."""

    rule: PolicyRule
    started_at: datetime
    due_at: datetime
    added: int


def _taken(calendar: Calendar, child: clocks_sql.ChildrenClocksRow, department: int | None, at: datetime) -> _Taken:
    """The child's start and due; where its department did not have it, not before the child's time counted from the merger."""
    rule = rule_of(child)
    own = _Taken(rule, child.started_at, child.due_at, child.added_days)
    if department is None or child.department_id == department:
        return own
    fresh = due(rule, at, calendar)
    return own if child.due_at >= fresh else _Taken(rule, at, fresh, 0)
