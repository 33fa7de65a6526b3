"""What the clocks of some tickets are computed from (calendar, policy, procedure), and the moving of due times."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol, cast

from hotline.base.db.connection import Conn
from hotline.base.services import Services
from sla.calendar.working_time import Calendar
from sla.clocks import clocks_sql
from sla.clocks.effects import Subject, before_lead
from sla.clocks.table import RESULT
from sla.policy import policy_sql
from sla.policy.rules import Base, Policy, PolicyRule, Whose, due
from sla.policy.store import load_calendar, policy_at


@dataclass(frozen=True, slots=True)
class ClockContext:
    """The calendar, the policy that each ticket was opened under, and the tickets' rows."""

    calendar: Calendar
    policies: Mapping[int, Policy]
    rows: Mapping[int, clocks_sql.SubjectsRow]

    def subject(self, ticket: int) -> Subject:
        row = self.rows[ticket]
        return Subject(row.category, row.urgency, row.person_id is None)

    def rule(self, ticket: int, clock: str) -> PolicyRule | None:
        """What the ticket's policy gives a clock; a statutory procedure has its own time to resolve."""
        row = self.rows[ticket]
        rule = self.policies[ticket].rule(clock, row.category, row.urgency)
        if rule is not None and clock == "resolve" and row.own_amount is not None:
            return replace(rule, base=cast(Base, row.own_base), amount=row.own_amount, basis=row.own_basis or "")
        return rule


async def clock_context(conn: Conn, services: Services, ids: Sequence[int], now: datetime) -> ClockContext:
    """Load what clocks of these tickets need."""
    calendar = await load_calendar(conn, services.settings.zone, now)
    rows = {row.id: row for row in await clocks_sql.subjects(conn, list(ids))}
    versions = await policy_sql.versions(conn)
    wanted = {i: version_of(versions, row.received_at) for i, row in rows.items()}
    known = {version: await policy_at(conn, version) for version in set(wanted.values())}
    return ClockContext(calendar, {i: known[version] for i, version in wanted.items()}, rows)


def version_of(versions: Sequence[policy_sql.VersionsRow], at: datetime) -> int:
    """The version in force when the ticket came; it keeps that one. `versions`: the latest first."""
    return int(next(row.version for row in versions if row.effective_at <= at))


class RuledRow(Protocol):
    """A row of a clock that carries the rule by which it runs."""

    @property
    def base(self) -> str: ...
    @property
    def amount(self) -> int: ...
    @property
    def whose(self) -> str: ...
    @property
    def warn(self) -> int | None: ...


class OpenClockRow(RuledRow, Protocol):
    """A row of a clock that is not over."""

    @property
    def id(self) -> int: ...
    @property
    def clock(self) -> str: ...
    @property
    def assignment_id(self) -> int | None: ...
    @property
    def start_seq(self) -> int | None: ...
    @property
    def started_at(self) -> datetime: ...
    @property
    def due_at(self) -> datetime: ...
    @property
    def added_days(self) -> int: ...


def rule_of(row: RuledRow) -> PolicyRule:
    """The rule that a clock runs by, as it stands on the clock."""
    return PolicyRule(cast(Base, row.base), row.amount, cast(Whose, row.whose), row.warn)


async def move(
    conn: Conn,
    row: OpenClockRow,
    due_at: datetime,
    at: datetime,
    rule: PolicyRule | None = None,
    added: int | None = None,
) -> None:
    """Move the due time of an open clock; what had passed by `at` is latched instead."""
    by = rule or rule_of(row)
    days = row.added_days if added is None else added
    await clocks_sql.move_due(conn, row.id, due_at, at, by.amount, by.base, by.warn, days)


async def follow_lead(conn: Conn, calendar: Calendar, ticket: int, at: datetime) -> None:
    """Co-handlers are due before their lead, wherever its due time went."""
    clocks = [c for c in await clocks_sql.open_clocks(conn, ticket) if c.clock in RESULT]
    lead = next((c for c in clocks if c.part == "lead"), None)
    if lead is None:
        return
    for own in (c for c in clocks if c.part == "co"):
        due_at = before_lead(calendar, lead.due_at, own.started_at)
        if due_at != own.due_at:
            await move(conn, own, due_at, at)


async def lead_clock(conn: Conn, ticket: int) -> clocks_sql.OpenClocksRow | None:
    """The open clock by which the lead has to reply: to resolve, or to do again."""
    rows = await clocks_sql.open_clocks(conn, ticket)
    return next((r for r in rows if r.clock in RESULT and r.part == "lead"), None)


def retimed(row: OpenClockRow, new: datetime, **taken: object) -> dict[str, object]:
    """How an event says that a clock's due time was moved; `taken`: what came from another ticket's clock with it."""
    return {
        "clock": row.clock,
        "clock_id": row.id,
        "assignment": row.assignment_id,
        "start_seq": row.start_seq,
        "old": row.due_at,
        "new": new,
        **taken,
    }


def close_of(calendar: Calendar, day_noon: datetime) -> datetime | None:
    """The close of the working day of a moment; None where it is none."""
    if not calendar.is_working_day(day_noon.astimezone(calendar.zone).date()):
        return None
    return calendar.add_days(day_noon - timedelta(days=1), 1)


def due_again(row: OpenClockRow, calendar: Calendar, added: int) -> datetime:
    """The due time of a clock counted again from its start."""
    return due(rule_of(row), row.started_at, calendar, added)
