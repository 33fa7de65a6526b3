"""What each clock may take, and when it is due (domain.md §5). Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sla.calendar import Calendar

Base = Literal["24h", "working_days", "working_hours"]
Whose = Literal["centre", "department", "none"]
#: Every clock, in the order of domain.md §5.
CLOCKS = ("dispatch", "sign", "first_contact", "return", "ruling", "make_safe", "resolve", "review", "interim_supply",
          "interim", "report_back", "follow_up", "file", "call_back", "rework")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Rule:
    """A budget: seconds for `24h` and `working_hours`, days for `working_days`; None: this clock does not run."""

    base: Base
    amount: int | None
    whose: Whose


@dataclass(frozen=True, slots=True)
class Policy:
    """One version: rules by (clock, category, urgency), `*` for any."""

    version: int
    rules: Mapping[tuple[str, str, str], Rule]

    def rule(self, clock: str, category: str, urgency: str) -> Rule | None:
        """The most specific rule; category goes before urgency. None where the clock does not run."""
        for key in ((category, urgency), (category, "*"), ("*", urgency), ("*", "*")):
            found = self.rules.get((clock, *key))
            if found is not None:
                return found if found.amount is not None else None
        return None


def due(rule: Rule, at: datetime, calendar: Calendar) -> datetime:
    """When a clock started at `at` is due (exactly then is in time), UTC. Raises CalendarEnd."""
    assert rule.amount is not None
    if rule.base == "24h":
        return at + timedelta(seconds=rule.amount)
    if rule.base == "working_hours":
        return calendar.add_seconds(at, rule.amount)
    return calendar.add_days(at, rule.amount)


def warning(rule: Rule, clock: str, start: datetime, due_at: datetime, calendar: Calendar) -> datetime | None:
    """When the department or the centre is reminded: 24h clocks at 80 %, `resolve` and `rework` one close before due."""
    if rule.base == "24h":
        return start + (due_at - start) * 0.8
    if clock in {"resolve", "rework"}:
        return max(start, calendar.close_before(due_at))
    return None


def preview(
    policy: Policy, calendar: Calendar, category: str, urgency: str, at: datetime
) -> dict[str, datetime]:
    """The due time of each clock that would run, as if each started at `at`."""
    found = {}
    for clock in CLOCKS:
        rule = policy.rule(clock, category, urgency)
        if rule is not None:
            found[clock] = due(rule, at, calendar)
    return found


def as_policy(version: int, rows: Iterable[tuple[str, str, str, Base, int | None, Whose]]) -> Policy:
    """A policy from its rows: clock, category, urgency, base, amount, whose."""
    return Policy(
        version, {(c, cat, urg): Rule(base, amount, whose) for c, cat, urg, base, amount, whose in rows}
    )
