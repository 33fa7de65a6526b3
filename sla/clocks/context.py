"""What the clocks of some tickets are computed from (calendar, policy, procedure), and the moving of due times."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import asyncpg

from hotline.base.db.connection import Conn, queries
from hotline.base.services import Services
from sla.calendar.working_time import Calendar
from sla.clocks.effects import Subject, before_lead
from sla.clocks.table import RESULT
from sla.policy.rules import Policy, PolicyRule, due
from sla.policy.store import Q, load_calendar, policy_at

C = queries("sla.clocks", "clocks.sql")


@dataclass(frozen=True, slots=True)
class ClockContext:
    """The calendar, the policy that each ticket was opened under, and the tickets' rows."""

    calendar: Calendar
    policies: Mapping[int, Policy]
    rows: Mapping[int, asyncpg.Record]

    def subject(self, ticket: int) -> Subject:
        row = self.rows[ticket]
        return Subject(row["category"], row["urgency"], row["person_id"] is None)

    def rule(self, ticket: int, clock: str) -> PolicyRule | None:
        """What the ticket's policy gives a clock; a statutory procedure has its own time to resolve."""
        row = self.rows[ticket]
        rule = self.policies[ticket].rule(clock, row["category"], row["urgency"])
        if rule is not None and clock == "resolve" and row["own_amount"] is not None:
            return replace(rule, base=row["own_base"], amount=row["own_amount"], basis=row["own_basis"])
        return rule


async def clock_context(conn: Conn, services: Services, ids: Sequence[int], now: datetime) -> ClockContext:
    """Load what clocks of these tickets need."""
    calendar = await load_calendar(conn, services.settings.zone, now)
    rows = {row["id"]: row for row in await conn.fetch(C["subjects"], list(ids))}
    versions = await conn.fetch(Q["versions"])
    wanted = {i: version_of(versions, row["received_at"]) for i, row in rows.items()}
    known = {version: await policy_at(conn, version) for version in set(wanted.values())}
    return ClockContext(calendar, {i: known[version] for i, version in wanted.items()}, rows)


def version_of(versions: Sequence[asyncpg.Record], at: datetime) -> int:
    """The version in force when the ticket came; it keeps that one. `versions`: the latest first."""
    return int(next(row["version"] for row in versions if row["effective_at"] <= at))


def rule_of(row: asyncpg.Record) -> PolicyRule:
    """The rule that a clock runs by, as it stands on the clock."""
    return PolicyRule(row["base"], row["amount"], row["whose"], row["warn"])


async def move(
    conn: Conn,
    row: asyncpg.Record,
    due_at: datetime,
    at: datetime,
    rule: PolicyRule | None = None,
    added: int | None = None,
) -> None:
    """Move the due time of an open clock; what had passed by `at` is latched instead."""
    by = rule or rule_of(row)
    days = row["added_days"] if added is None else added
    await conn.fetch(C["move_due"], row["id"], due_at, at, by.amount, by.base, by.warn, days)


async def follow_lead(conn: Conn, calendar: Calendar, ticket: int, at: datetime) -> None:
    """Co-handlers are due before their lead, wherever its due time went."""
    clocks = [c for c in await conn.fetch(C["open_clocks"], ticket) if c["clock"] in RESULT]
    lead = next((c for c in clocks if c["part"] == "lead"), None)
    if lead is None:
        return
    for own in (c for c in clocks if c["part"] == "co"):
        due_at = before_lead(calendar, lead["due_at"], own["started_at"])
        if due_at != own["due_at"]:
            await move(conn, own, due_at, at)


async def lead_clock(conn: Conn, ticket: int) -> asyncpg.Record | None:
    """The open clock by which the lead has to reply: to resolve, or to do again."""
    rows = await conn.fetch(C["open_clocks"], ticket)
    return next((r for r in rows if r["clock"] in RESULT and r["part"] == "lead"), None)


def retimed(row: asyncpg.Record, new: datetime, **taken: object) -> dict[str, object]:
    """How an event says that a clock's due time was moved; `taken`: what came from another ticket's clock with it."""
    return {
        "clock": row["clock"],
        "clock_id": row["id"],
        "assignment": row["assignment_id"],
        "start_seq": row["start_seq"],
        "old": row["due_at"],
        "new": new,
        **taken,
    }


def close_of(calendar: Calendar, day_noon: datetime) -> datetime | None:
    """The close of the working day of a moment; None where it is none."""
    if not calendar.is_working_day(day_noon.astimezone(calendar.zone).date()):
        return None
    return calendar.add_days(day_noon - timedelta(days=1), 1)


def due_again(row: asyncpg.Record, calendar: Calendar, added: int) -> datetime:
    """The due time of a clock counted again from its start."""
    return due(rule_of(row), row["started_at"], calendar, added)
