"""The ladder of a clock: reminded, breached, ordered, put before the consultation, proposed for criticism. Pure."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from sla.calendar.working_time import Calendar, CalendarEnd
from sla.clocks.table import RESULT
from sla.policy.rules import PolicyRule, warning

#: Exactly at due is in time: the breach is the first moment after.
AFTER = timedelta(microseconds=1)
#: The steps in order; a clock remembers the highest that it took.
RANK = {"chase": 1, "breach": 2, "order": 3, "queue": 4, "criticise": 5}
#: Working days from the due time to the steps that follow a breach.
_DAYS = {"order": 1, "queue": 3, "criticise": 5}


@dataclass(frozen=True, slots=True)
class Step:
    """A step and when it is due, UTC."""

    name: str
    at: datetime

    @property
    def rank(self) -> int:
        return RANK[self.name]


def ladder(rule: PolicyRule, clock: str, start: datetime, due_at: datetime, calendar: Calendar) -> tuple[Step, ...]:
    """All steps of a clock in order (rulebook §5, Ladder); those that lie beyond the calendar are left out."""
    steps = []
    warn = warning(rule, start, due_at, calendar)
    if warn is not None and warn < due_at:
        steps.append(Step("chase", warn))
    steps.append(Step("breach", due_at + AFTER))
    if clock in RESULT:
        with suppress(CalendarEnd):
            for name, days in _DAYS.items():
                steps.append(Step(name, calendar.add_days(due_at, days)))
    return tuple(steps)


def upcoming(
    steps: tuple[Step, ...], taken: int, now: datetime, ordered_at: datetime | None, calendar: Calendar
) -> tuple[tuple[Step, ...], Step | None]:
    """The steps due at `now` above the rank `taken`, and the next one. A reminder that comes after the breach is left out.

    `ordered_at`: when the order was really issued. Where we were away and several are due at once, the department is ordered and the
    matter queued; it is proposed for criticism only when it had the order for as long as the ladder gives it.
    """
    rest = tuple(step for step in steps if step.rank > taken)
    due = tuple(step for step in rest if step.at <= now)
    if any(step.name == "breach" for step in due):
        due = tuple(step for step in due if step.name != "chase")
    later = next((step for step in rest if step.at > now), None)
    last = due[-1] if due else None
    if last is not None and last.name == "criticise":
        since = ordered_at if ordered_at is not None else now
        heard_at = calendar.add_days(since, _DAYS["criticise"] - _DAYS["order"])
        if heard_at > now:
            return due[:-1], Step(last.name, heard_at)
    return due, later
