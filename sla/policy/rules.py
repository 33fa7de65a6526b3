"""Time budgets of the clocks by policy, and the due times that follow (rulebook §5). Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from math import ceil
from typing import Literal, cast

from sla.calendar.working_time import Calendar, CalendarEnd
from sla.clocks.table import LISTED

Base = Literal["24h", "working_days", "working_hours"]
Whose = Literal["centre", "department", "none"]


@dataclass(frozen=True, slots=True)
class PolicyRule:
    """A budget: seconds for `24h` and `working_hours`, days for `working_days`; None: this clock does not run.

    `warn`: per cent of the time, for `working_days` closes before due; None: no reminder.
    """

    base: Base
    amount: int | None
    whose: Whose
    warn: int | None = None
    pausable: bool = False
    basis: str = ""


@dataclass(frozen=True, slots=True)
class Policy:
    """One version: rules by (clock, category, urgency), `*` for any."""

    version: int
    rules: Mapping[tuple[str, str, str], PolicyRule]

    def rule(self, clock: str, category: str, urgency: str) -> PolicyRule | None:
        """The most specific rule; category goes before urgency. None where the clock does not run."""
        for key in ((category, urgency), (category, "*"), ("*", urgency), ("*", "*")):
            found = self.rules.get((clock, *key))
            if found is not None:
                return found if found.amount is not None else None
        return None


def due(rule: PolicyRule, at: datetime, calendar: Calendar, added_days: int = 0) -> datetime:
    """When a clock started at `at` is due (exactly then is in time), UTC. Raises CalendarEnd.

    `added_days`: working days that pauses and an extension added.
    """
    assert rule.amount is not None
    if rule.base == "24h":
        first = at + timedelta(seconds=rule.amount)
    elif rule.base == "working_hours":
        first = calendar.add_seconds(at, rule.amount)
    else:
        return calendar.add_days(at, rule.amount + added_days)
    return calendar.add_days(first, added_days) if added_days else first


def given_back(
    rule: PolicyRule, added: int, since: datetime, until: datetime, calendar: Calendar
) -> tuple[PolicyRule, int]:
    """The budget and the added days of a clock to which the time from … to is added: a day that had begun counts whole."""
    assert rule.amount is not None
    if rule.base == "working_days":
        return rule, added + max(1, calendar.days_between(since, until))
    lost = (until - since).total_seconds() if rule.base == "24h" else calendar.working_seconds(since, until)
    return replace(rule, amount=rule.amount + ceil(lost)), added


def warning(rule: PolicyRule, start: datetime, due_at: datetime, calendar: Calendar) -> datetime | None:
    """When whose clock it is is reminded, UTC; None where the rule reminds nobody, or that lies beyond the calendar."""
    if rule.warn is None:
        return None
    if rule.base == "24h":
        return start + (due_at - start) * rule.warn / 100
    with suppress(CalendarEnd):
        if rule.base == "working_hours":
            return calendar.add_seconds(start, calendar.working_seconds(start, due_at) * rule.warn / 100)
        return max(start, calendar.add_days(due_at, -rule.warn))
    return None


def preview(policy: Policy, calendar: Calendar, category: str, urgency: str, at: datetime) -> dict[str, datetime]:
    """The due time of each clock that would run, as if each started at `at`."""
    found = {}
    for clock in LISTED:
        rule = policy.rule(clock, category, urgency)
        if rule is not None:
            found[clock] = due(rule, at, calendar)
    return found


def as_policy(version: int, rows: Iterable[tuple[object, ...]]) -> Policy:
    """A policy from its rows: clock, category, urgency, then the fields of a Rule."""
    return Policy(
        version,
        {cast("tuple[str, str, str]", row[:3]): PolicyRule(*row[3:]) for row in rows},  # type: ignore[arg-type]
    )
